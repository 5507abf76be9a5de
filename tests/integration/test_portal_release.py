"""The website in a release: prepared invisibly, visible at the instant, whatever the order of the events."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from tests.support.portal_world import ORGAN, SECOND, WEBSITE, Site, a_site, an_order

from gongkai.contracts.publication import ReleaseCancelled
from gongkai.contracts.values import ChannelRef
from gongkai.statute.refusal import Refused
from portal.loops import Fetcher


def unmarked(page: str) -> str:
    return page.replace("<mark>", "").replace("</mark>", "")


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


@pytest.fixture
async def site(postgres, tmp_path: Path) -> AsyncIterator[Site]:
    dsn = await postgres.database("portal")
    async with a_site(dsn, tmp_path) as world:
        yield world
    await postgres.drop(dsn)


async def test_an_approved_document_is_prepared_and_nobody_can_see_it(site: Site) -> None:
    approval = await site.approve(title="关于开展试点的通知", attachments=[("名单.xlsx", b"list", "application/x")])

    said = await site.hear(approval)

    assert [type(event).__name__ for event in said] == ["ChannelPrepared"]
    assert said[0].edition_digest == approval.edition_digest
    assert said[0].rendition_digest.startswith("sha256:")
    page = await site.get(approval.permalink)
    assert page.status_code == 404
    assert page.headers["cache-control"] == "no-store"
    for path in ("/", "/columns/notices", "/search?q=试点", "/feeds/all.atom", "/sitemap.xml", "/api/documents"):
        assert "关于开展试点的通知" not in unmarked((await site.get(path)).text)
    digest = (await site.kit.pool.fetchval("SELECT digest FROM edition_file")).replace(":", "-")
    assert (await site.get(f"/files/{digest}/x")).status_code == 404


async def test_a_document_becomes_visible_exactly_at_its_instant_without_any_worker(site: Site) -> None:
    approval = await site.approve(title="关于开展试点的通知")
    await site.hear(approval)
    instant = site.now + 2 * SECOND
    assert await site.hear(an_order(approval, instant)) == ()

    site.clock.at = instant - timedelta(microseconds=1)
    before = await site.get(approval.permalink)
    site.clock.at = instant
    after = await site.get(approval.permalink)

    assert before.status_code == 404
    assert after.status_code == 200
    assert "关于开展试点的通知" in after.text
    for path in ("/", "/columns/notices", "/search?q=试点", "/feeds/all.atom", "/api/documents"):
        assert "关于开展试点的通知" in unmarked((await site.get(path)).text)
    assert await site.said("ChannelReleased") == []


async def test_the_moment_we_report_is_the_instant_and_not_when_a_worker_woke(site: Site) -> None:
    approval = await site.approve()
    await site.hear(approval)
    instant = site.now + 2 * SECOND
    await site.hear(an_order(approval, instant))

    site.clock.at = instant + timedelta(seconds=30)
    assert await site.tick() == 1
    assert await site.tick() == 0

    (released,) = await site.said("ChannelReleased")
    assert released["acted_at"] == instant.isoformat().replace("+00:00", "Z")
    assert released["url"].endswith(approval.permalink)


async def test_a_late_order_takes_effect_when_it_is_committed_and_says_so(site: Site) -> None:
    approval = await site.approve()
    await site.hear(approval)
    site.clock.advance(hours=1)

    (released,) = await site.hear(an_order(approval, site.now - timedelta(minutes=30)))

    assert released.acted_at == site.now
    assert await site.kit.pool.fetchval("SELECT release_at FROM edition") == site.now
    assert (await site.get(approval.permalink)).status_code == 200


async def test_an_order_that_overtakes_the_approval_is_obeyed(site: Site) -> None:
    approval = await site.approve()
    instant = site.now + 5 * SECOND
    await site.hear(an_order(approval, instant))

    said = await site.hear(approval)

    assert [type(event).__name__ for event in said] == ["ChannelPrepared"]
    site.clock.at = instant
    assert (await site.get(approval.permalink)).status_code == 200


async def test_a_laggard_appears_when_it_is_ready(site: Site) -> None:
    approval = await site.approve()
    wechat = ChannelRef(id=f"account:{uuid4()}", kind="wechat", name="微信")
    await site.hear(an_order(approval, site.now, channels=(wechat,), laggards=(WEBSITE,)))
    site.clock.advance(minutes=3)

    said = await site.hear(approval)

    assert [type(event).__name__ for event in said] == ["ChannelPrepared", "ChannelReleased"]
    assert said[1].acted_at == site.now


async def test_every_event_twice_changes_nothing(site: Site) -> None:
    approval = await site.approve()
    order = an_order(approval, site.now + 2 * SECOND)
    for event in (approval, approval, order, order, approval, order):
        await site.hear(event)
    site.clock.advance(seconds=2)
    await site.tick()
    await site.hear(order)
    await site.hear(approval)

    assert len(await site.said("ChannelPrepared")) == 1
    assert len(await site.said("ChannelReleased")) == 1
    assert await site.kit.pool.fetchval("SELECT count(*) FROM edition") == 1


async def test_a_release_without_the_website_does_not_concern_us(site: Site) -> None:
    wechat = ChannelRef(id=f"account:{uuid4()}", kind="wechat", name="微信")
    approval = await site.approve(channels=(wechat,))

    assert await site.hear(approval) == ()
    assert await site.hear(an_order(approval, site.now)) == ()
    assert await site.kit.pool.fetchval("SELECT count(*) FROM register") == 0


async def test_a_release_called_off_before_its_instant_leaves_nothing(site: Site) -> None:
    approval = await site.approve()
    await site.hear(approval)
    await site.hear(an_order(approval, site.now + 5 * SECOND))

    said = await site.hear(
        ReleaseCancelled(document_id=approval.document_id, release_id=approval.release_id, reason="负责人要求")
    )
    site.clock.advance(seconds=10)

    assert said == ()
    assert await site.tick() == 0
    assert (await site.get(approval.permalink)).status_code == 404
    assert await site.kit.pool.fetchval("SELECT count(*) FROM edition") == 0


async def test_a_call_that_comes_too_late_takes_the_page_back_and_tells_the_truth(site: Site) -> None:
    approval = await site.publish()

    (said,) = await site.hear(
        ReleaseCancelled(document_id=approval.document_id, release_id=approval.release_id, reason="负责人要求")
    )

    assert type(said).__name__ == "ChannelRetracted"
    assert (await site.get(approval.permalink)).status_code == 404


async def test_an_approval_called_off_before_it_was_heard_is_not_prepared(site: Site) -> None:
    approval = await site.approve()
    await site.hear(
        ReleaseCancelled(document_id=approval.document_id, release_id=approval.release_id, reason="撤销")
    )

    assert await site.hear(approval) == ()


async def test_an_order_for_other_bytes_is_refused_and_nothing_changes(site: Site) -> None:
    approval = await site.approve()
    await site.hear(approval)
    wrong = an_order(approval, site.now).model_copy(update={"edition_digest": "sha256:" + "0" * 64})

    with pytest.raises(Refused):
        await site.hear(wrong)

    assert await site.kit.pool.fetchval("SELECT release_at FROM edition") is None


async def test_bytes_that_are_not_those_that_were_approved_are_refused(site: Site) -> None:
    approval = await site.approve()
    site.origin.blobs.path(approval.manifest.digest).chmod(0o600)
    site.origin.blobs.path(approval.manifest.digest).write_bytes(b'{"other": true}')

    (said,) = await site.hear(approval)

    assert type(said).__name__ == "ChannelRefused"
    assert said.code == "digest"
    assert said.retry
    assert await site.kit.pool.fetchval("SELECT count(*) FROM edition") == 0


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"body_html": "<p>正文<script>alert(1)</script></p>"}, "content"),
        ({"body_html": '<p><img src="https://evil.test/x.png" alt=""></p>'}, "content"),
        ({"body_html": "<p> </p>", "body_text": ""}, "blank"),
        ({"body_html": f'<p>图<img src="/blobs/sha256:{"9" * 64}" alt=""></p>'}, "missing"),
    ],
)
async def test_an_edition_that_cannot_be_shown_whole_is_refused_in_words_for_the_officer(
    site: Site, values: dict[str, str], code: str
) -> None:
    approval = await site.approve(**values)

    (said,) = await site.hear(approval)

    assert type(said).__name__ == "ChannelRefused"
    assert said.code == code
    assert any("\u4e00" <= char <= "\u9fff" for char in said.reason)
    assert await site.hear(an_order(approval, site.now)) == ()
    assert (await site.get(approval.permalink)).status_code == 404


async def test_a_picture_is_told_by_its_bytes_and_not_by_its_name(site: Site) -> None:
    picture = await site.origin.blobs.put(PNG, "image/png")
    script = await site.origin.blobs.put(b"<svg onload=alert(1)>", "image/png")

    good = await site.hear(await site.approve(body_html=f'<p>图<img src="/blobs/{picture.digest}" alt="示意"></p>'))
    bad = await site.hear(await site.approve(body_html=f'<p>图<img src="/blobs/{script.digest}" alt="示意"></p>'))

    assert type(good[0]).__name__ == "ChannelPrepared"
    assert bad[0].code == "picture"


async def test_content_that_cannot_be_fetched_at_once_is_fetched_later(site: Site) -> None:
    approval = await site.approve()
    site.origin.away = True
    assert await site.hear(approval) == ()
    fetcher = Fetcher(site.kit, site.wiring.handlers[type(approval)].__self__.release,
                      site.wiring.handlers[type(approval)].__self__.source)
    await site.hear(an_order(approval, site.now + 2 * SECOND))

    site.clock.advance(seconds=1)
    assert await fetcher.fetch_one()
    assert await site.said("ChannelPrepared") == []
    site.origin.away = False
    site.clock.advance(seconds=40)
    assert await fetcher.fetch_one()

    assert len(await site.said("ChannelPrepared")) == 1
    (released,) = await site.said("ChannelReleased")
    assert released["acted_at"] == site.now.isoformat().replace("+00:00", "Z")
    assert not await fetcher.fetch_one()


async def test_content_that_does_not_come_in_time_is_refused_once_and_taken_when_it_comes(site: Site) -> None:
    approval = await site.approve()
    site.origin.away = True
    await site.hear(approval)
    ear = site.wiring.handlers[type(approval)].__self__
    fetcher = Fetcher(site.kit, ear.release, ear.source)

    site.clock.at = approval.prepare_by
    assert await fetcher.fetch_one()
    site.clock.advance(seconds=60)
    assert await fetcher.fetch_one()
    (refused,) = await site.said("ChannelRefused")
    site.origin.away = False
    site.clock.advance(seconds=60)
    assert await fetcher.fetch_one()

    assert refused["code"] == "away"
    assert refused["retry"]
    assert len(await site.said("ChannelPrepared")) == 1
    assert not await fetcher.fetch_one()


async def test_a_large_edition_does_not_hold_up_the_batch(site: Site) -> None:
    approval = await site.approve(attachments=[("年鉴.pdf", b"%PDF" + b"0" * (5 * 1024 * 1024), "application/pdf")])
    ear = site.wiring.handlers[type(approval)].__self__

    assert await site.hear(approval) == ()
    assert await Fetcher(site.kit, ear.release, ear.source).fetch_one()

    assert len(await site.said("ChannelPrepared")) == 1


async def test_the_record_of_a_release_is_in_the_register(site: Site) -> None:
    approval = await site.publish()

    rows = await site.kit.pool.fetch(
        "SELECT kind FROM register WHERE aggregate_id = $1 ORDER BY version", approval.release_id
    )

    assert [row["kind"] for row in rows] == ["ApprovalHeard", "EditionStaged", "InstantSet", "BecameVisible"]
    assert approval.organ_id == ORGAN
