"""Releases, holds, skew and the errors of every channel are counted where they happen."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from tests.support.newmedia_worlds import a_newsroom
from tests.support.numbers import read, spread
from tests.support.portal_world import a_site
from tests.support.publication_bureau import WECHAT, a_bureau

from gongkai.runtime.workers import Workers
from publication.measuring import releases_now

SITE, ON_WECHAT = "website", f"account:{WECHAT}"


@pytest.fixture
async def bureau(postgres, tmp_path: Path):
    workers = Workers(1)
    async with a_bureau(postgres, tmp_path, workers) as opened:
        yield opened
    await workers.close()


async def test_a_release_that_is_held_counts_until_it_goes_on_and_one_that_closed_tells_its_skew(bureau):
    metrics, sample = bureau.kit.metrics, releases_now(bureau.kit)
    await bureau.open_account(WECHAT, "wechat", "济南商务")
    release_id = await bureau.approve(await bureau.ready())
    await bureau.hear(await bureau.prepared(release_id, SITE))
    await sample()
    before = [read(metrics, name) for name in ("releases_held", "releases_waiting", "release_holds_total")]

    bureau.clock.advance(seconds=601)
    await bureau.tick()
    await sample()
    held = spread(metrics, "releases_held", "by"), read(metrics, "releases_waiting")
    await bureau.do("openness_officer", "POST", f"/releases/{release_id}/go-without", {"channels": [ON_WECHAT]})
    await bureau.hear(await bureau.acted(release_id, SITE))
    bureau.clock.advance(seconds=63)
    await bureau.tick()
    await sample()

    assert before == [0, 0, 0]
    assert held == ({"channel": 1}, 1)
    assert (await bureau.release(release_id))["state"] == "Closed"
    assert spread(metrics, "releases_held", "by") == {}
    assert spread(metrics, "release_holds_total", "by") == {"channel": 1}
    assert read(metrics, "release_skew_milliseconds_count") == 1


async def test_a_release_that_a_person_holds_is_told_apart(bureau):
    release_id = await bureau.approve(await bureau.ready())
    await bureau.do("deputy_head", "POST", f"/releases/{release_id}/hold", {"reason": "等通知"})
    await releases_now(bureau.kit)()

    assert spread(bureau.kit.metrics, "releases_held", "by") == {"person": 1}
    assert spread(bureau.kit.metrics, "release_holds_total", "by") == {"person": 1}


async def test_what_a_platform_refuses_is_counted_by_its_own_code(postgres, tmp_path):
    async with a_newsroom(await postgres.database(f"newmedia_{uuid4().hex[:8]}"), tmp_path) as room:
        for platform in ("wechat", "weibo"):
            await room.open(platform)
            await room.connect(platform)
        approved = await room.approve(document=uuid4(), release=uuid4())
        for platform in ("wechat", "weibo"):
            await room.reaches("Staged", approved.release_id, platform)
        metrics = room.kit.metrics
        assert read(metrics, "channel_errors_total") is None
        await room.fault("weibo", "lost_answer", call="statuses/share")
        await room.fault("wechat", "review_refused")

        await room.order(approved, room.kit.now() + timedelta(seconds=0.5))
        await room.reaches("Declined", approved.release_id, "wechat", timeout=30)
        await room.reaches("Live", approved.release_id, "weibo", timeout=30)

        assert spread(metrics, "channel_errors_total", "channel") == {"weibo": 1, "wechat": 1}
        assert spread(metrics, "channel_errors_total", "code") == {"no-answer": 1, "status-4": 1}


async def test_an_edition_that_the_site_refuses_is_an_error_of_the_website(postgres, tmp_path):
    dsn = await postgres.database("portal")
    async with a_site(dsn, tmp_path) as site:
        approval = await site.approve(body_html="<p> </p>", body_text="")
        await site.hear(approval)

        assert spread(site.kit.metrics, "channel_errors_total", "channel") == {"website": 1}
        assert spread(site.kit.metrics, "channel_errors_total", "code") == {"blank": 1}
