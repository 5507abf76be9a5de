"""Whatever an account answers, and whenever, belongs to the release that it answers to: its matter, cause and trace."""

from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from tests.contract.channel_suite import served
from tests.support.newmedia_worlds import APPID, ORGAN, UID, a_newsroom
from tests.support.tasks import running

from gongkai.runtime import migrate, telemetry
from gongkai.runtime.tx import Actor
from gongkai.web.session import Officer
from newmedia_sync import http, store
from newmedia_sync.courier import Courier
from newmedia_sync.desk_work import DeskWork
from newmedia_sync.domain.acts import Begin
from newmedia_sync.service import delivery_id_of

OPERATOR = Officer(uuid4(), ORGAN, frozenset({"newmedia_operator"}), "综合处", 0, "session")


class Told:
    """Delivers events of one release as the bus does: each with an id and a span, all of one matter and one trace."""

    def __init__(self, room):
        self.room, self.matter, self.trace = room, uuid4(), uuid4().hex
        self.causes = {}

    async def __call__(self, handler, event):
        cause = self.causes[type(event).__name__] = uuid4()
        with telemetry.span("handle", parent=f"00-{self.trace}-{'1' * 16}-01"):
            origin = {"cause": cause, "correlation": self.matter, "traceparent": telemetry.current_traceparent()}
            async with self.room.kit.transaction(actor=Actor("event"), **origin) as tx:
                await handler(tx, event)


@pytest.fixture
async def dsn(postgres):
    return await postgres.database(f"newmedia_{uuid4().hex[:8]}")


@pytest.fixture
async def room(dsn, tmp_path):
    async with a_newsroom(dsn, tmp_path) as room:
        for platform in ("wechat", "weibo"):
            await room.open(platform)
            await room.connect(platform)
        room.heard = Told(room)
        yield room


async def said(room, release_id):
    rows = await room.kit.pool.fetch(
        """SELECT split_part(type, '.', 3) AS name, correlation, causation, split_part(traceparent, '-', 2) AS trace,
                  data::json -> 'channel' ->> 'kind' AS platform FROM outbox
           WHERE data::json ->> 'release_id' = $1 ORDER BY seq""",
        str(release_id),
    )
    return {(row["name"], row["platform"]): row for row in rows}


async def prepared(room, platform):
    approved = await room.approve(document=uuid4(), release=uuid4(), platforms=(platform,))
    await room.reaches("Staged", approved.release_id, platform)
    return approved.release_id, approved


async def shown(room, platform):
    release_id, approved = await prepared(room, platform)
    await room.order(approved, room.kit.now())
    await room.reaches("Live", release_id, platform)
    return release_id


@asynccontextmanager
async def pushes_to_us(room):
    """Let the platform tell us by itself how its tasks end."""
    app = FastAPI()
    app.include_router(http.push_router(room.kit, room.desk, room.switchboard))
    async with served(app) as url:
        account = room.house.keeper.world.wechat[APPID]
        account.callback_url = f"{url}/push/wechat/{room.accounts['wechat']}"
        yield


async def test_what_the_platform_pushes_goes_on_with_the_trace_of_the_release(room):
    async with pushes_to_us(room):
        with telemetry.captured_spans() as spans:
            release_id = await shown(room, "wechat")

    assert not any(call["call"] == "freepublish/get" for call in room.house.keeper.world.calls)
    assert "channel push" in {span.name for span in spans.get_finished_spans()}
    found = await said(room, release_id)
    approved, ordered = room.heard.causes["DocumentApproved"], room.heard.causes["ReleaseOrdered"]
    assert {name: row["causation"] for (name, _), row in found.items()} == {
        "ChannelPrepared": approved, "ChannelReleased": ordered, "ChannelConfirmed": ordered,
    }  # fmt: skip
    assert {(row["correlation"], row["trace"]) for row in found.values()} == {(room.heard.matter, room.heard.trace)}


async def test_a_difference_seen_later_belongs_to_the_release_too(room):
    release_id = await shown(room, "weibo")
    row = await room.row(release_id, "weibo")
    room.house.keeper.world.weibo[UID].posts.clear()
    async with room.kit.transaction() as tx:
        await store.hurry(tx.db, row["delivery_id"], tx.now)
        tx.after_commit(room.desk.wake)
    await room.reaches("Drifted", release_id, "weibo")

    drifted = (await said(room, release_id))["ChannelDrifted", "weibo"]
    assert drifted["causation"] == room.heard.causes["ReleaseOrdered"]
    assert (drifted["correlation"], drifted["trace"]) == (room.heard.matter, room.heard.trace)


async def test_an_order_that_overtakes_the_preparation_is_what_the_post_comes_from(dsn, tmp_path):
    async with a_newsroom(dsn, tmp_path, courier=False) as room:
        await room.open("weibo")
        await room.connect("weibo")
        room.heard = Told(room)
        approved = await room.approve(document=uuid4(), release=uuid4(), platforms=("weibo",))
        await room.order(approved, room.kit.now(), laggards=(room.channel("weibo"),))
        async with running(room.courier.run()):
            await room.reaches("Live", approved.release_id, "weibo")
        found = await said(room, approved.release_id)

    assert found["ChannelReleased", "weibo"]["causation"] == room.heard.causes["ReleaseOrdered"]
    assert {row["correlation"] for row in found.values()} == {room.heard.matter}


async def test_what_an_officer_sets_going_again_stays_in_the_matter_and_has_the_trace_of_the_click(dsn, tmp_path):
    async with a_newsroom(dsn, tmp_path) as room, httpx.AsyncClient() as outside:
        await room.open("weibo")
        room.heard = Told(room)
        approved = await room.approve(document=uuid4(), release=uuid4(), platforms=("weibo",))
        blocked = await room.reaches("Blocked", approved.release_id, "weibo")
        await room.connect("weibo")
        work = DeskWork(room.kit, room.desk, room.courier.shelf, outside)
        with telemetry.span("click"):
            click = telemetry.current_traceparent()
            await work.act(OPERATOR, blocked["delivery_id"], "retry")
        await room.reaches("Staged", approved.release_id, "weibo")
        found = await said(room, approved.release_id)

    refused, prepared = found["ChannelRefused", "weibo"], found["ChannelPrepared", "weibo"]
    assert refused["trace"] == room.heard.trace
    assert prepared["trace"] == click.split("-")[1]
    for one in (refused, prepared):
        assert (one["causation"], one["correlation"]) == (room.heard.causes["DocumentApproved"], room.heard.matter)


async def test_an_attempt_that_nobody_finished_is_asked_about_in_the_name_of_the_release(dsn, tmp_path):
    async with a_newsroom(dsn, tmp_path, courier=False) as room:
        await room.open("weibo")
        await room.connect("weibo")
        room.heard = Told(room)
        async with running(room.courier.run()):
            release_id, approved = await prepared(room, "weibo")
        await room.order(approved, room.kit.now())
        async with room.kit.transaction() as tx:
            await room.desk.perform(tx, delivery_id_of(release_id, room.accounts["weibo"]), Begin(uuid4(), tx.now))
        another = Courier(room.kit, room.desk, room.switchboard, room.courier.shelf, dsn=dsn)
        async with running(another.run()):
            await room.reaches("Unknown", release_id, "weibo")
        unknown = (await said(room, release_id))["ChannelFailed", "weibo"]

    assert unknown["causation"] == room.heard.causes["ReleaseOrdered"]
    assert (unknown["correlation"], unknown["trace"]) == (room.heard.matter, room.heard.trace)


async def test_a_delivery_that_an_earlier_version_wrote_in_passing_is_of_the_matter_of_its_release(dsn, tmp_path):
    async with a_newsroom(dsn, tmp_path, courier=False) as room:
        await room.open("weibo")
        await room.connect("weibo")
        approved = await room.approve(document=uuid4(), release=uuid4(), platforms=("weibo",))
        await room.kit.pool.execute("UPDATE delivery SET cause = NULL, correlation = NULL, traceparent = NULL")
        async with running(room.courier.run()):
            await room.reaches("Staged", approved.release_id, "weibo")
        found = await said(room, approved.release_id)

    told = found["ChannelPrepared", "weibo"]
    assert (told["correlation"], told["causation"]) == (approved.release_id, None)
    assert told["trace"]


async def test_bringing_the_database_up_to_date_finds_what_set_older_deliveries_going(dsn):
    before = {(step.package, step.name) for package in (migrate.RUNTIME, "newmedia_sync")
              for step in migrate.steps_of(package)} - {("newmedia_sync", "0002_pre_origin.sql")}  # fmt: skip
    delivery, release, cause = uuid4(), uuid4(), uuid4()
    db = await asyncpg.connect(dsn)
    try:
        await migrate.migrate(db, "newmedia_sync", only=before)
        await db.execute(
            """INSERT INTO delivery (delivery_id, organ_id, document_id, release_id, account_id, title, change, permalink,
                                     state, since, begun_at, version)
               VALUES ($1, $2, $2, $2, $2, '', 'publish', '', 'Staged', now(), now(), 2)""",
            delivery, release,
        )  # fmt: skip
        for version, by in ((1, cause), (2, None)):
            await db.execute(
                """INSERT INTO register (aggregate, aggregate_id, version, kind, data, actor, cause, recorded_at, digest)
                   VALUES ('delivery', $1, $2, 'x', '{}', 'event', $3, now(),
                           decode(repeat('00', 32), 'hex'))""",
                delivery, version, by,
            )  # fmt: skip
        ran = await migrate.migrate(db, "newmedia_sync")
        row = await db.fetchrow("SELECT cause, correlation, traceparent FROM delivery")
    finally:
        await db.close()

    assert ran == ["newmedia_sync/0002_pre_origin.sql"]
    assert tuple(row) == (cause, release, None)
