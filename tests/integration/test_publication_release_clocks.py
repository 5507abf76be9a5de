"""What a clock of a release brings about belongs to the release: the deadline to prepare, the instant, the closing."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from tests.support.publication_bureau import WECHAT, WEIBO, a_bureau

from gongkai.runtime import telemetry
from gongkai.runtime.tx import Actor
from gongkai.runtime.workers import Workers

SITE, ON_WECHAT, ON_WEIBO = "website", f"account:{WECHAT}", f"account:{WEIBO}"


@pytest.fixture(scope="module")
async def workers():
    shared = Workers(1)
    yield shared
    await shared.close()


@pytest.fixture
async def bureau(postgres, workers, tmp_path: Path):
    async with a_bureau(postgres, tmp_path, workers) as opened:
        await opened.open_account(WECHAT, "wechat", "济南商务")
        await opened.open_account(WEIBO, "weibo", "济南商务发布")
        yield opened


async def opened(bureau, **order):
    document_id = await bureau.ready()
    with telemetry.span("click"):
        release_id = await bureau.approve(document_id, **order)
    [approved] = await said(bureau, release_id)
    return release_id, approved


async def said(bureau, release_id):
    return await bureau.kit.pool.fetch(
        """SELECT id, type, correlation, causation, split_part(traceparent, '-', 2) AS trace FROM outbox
           WHERE data::json ->> 'release_id' = $1 ORDER BY seq""",
        str(release_id),
    )


async def hear(bureau, event, approved):
    """Let an answer of a channel in as the bus does, in the name in which it comes."""
    with telemetry.span("handle"):
        async with bureau.kit.transaction(
            actor=Actor("event", type(event).type_name()), cause=uuid4(), correlation=approved["correlation"],
            traceparent=f"00-{approved['trace']}-{'1' * 16}-01",
        ) as tx:  # fmt: skip
            await bureau.wiring.handlers[type(event)](tx, event)
    return tx.cause


async def test_a_release_that_is_held_because_nobody_is_ready_is_held_in_its_own_name(bureau):
    release_id, approved = await opened(bureau)
    bureau.clock.advance(minutes=11)

    await bureau.tick()

    _, held = await said(bureau, release_id)
    assert held["type"].split(".")[-2] == "ReleaseHeld"
    assert held["causation"] == approved["id"]
    assert (held["correlation"], held["trace"]) == (approved["correlation"], approved["trace"])


async def test_a_scheduled_release_that_closes_over_silent_accounts_is_one_story_to_its_end(bureau):
    instant = bureau.clock.at + timedelta(minutes=5)
    release_id, approved = await opened(bureau, scheduled_at=instant.isoformat())
    for channel in (SITE, ON_WECHAT, ON_WEIBO):
        last_prepared = await hear(bureau, await bureau.prepared(release_id, channel), approved)
    bureau.clock.at = instant
    await bureau.tick()
    await hear(bureau, await bureau.acted(release_id, SITE), approved)
    bureau.clock.advance(minutes=2)

    await bureau.tick()

    _, ordered, published = await said(bureau, release_id)
    assert [one["type"].split(".")[-2] for one in (ordered, published)] == ["ReleaseOrdered", "DocumentPublished"]
    assert (ordered["causation"], published["causation"]) == (last_prepared, last_prepared)
    for one in (ordered, published):
        assert (one["correlation"], one["trace"]) == (approved["correlation"], approved["trace"])
