"""Kafka is lost with all it held. What was said is said again; nothing happens twice, nothing is left out, in order."""

import asyncio
import contextlib
from collections import defaultdict
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
from tests.integration.test_runtime_inbox import wire
from tests.support.eventually import eventually
from tests.support.kits import a_kit, wall_clock
from tests.support.shelf import SHELF, an_event, shelve
from tests.support.tasks import running

from gongkai.contracts.catalog import TOPICS
from gongkai.contracts.publication import ReleaseCancelled
from gongkai.local.errors import StackError
from gongkai.local.topics import provision
from gongkai.runtime import inbox, rebroadcast
from gongkai.runtime.bus import Bus
from gongkai.runtime.inbox import Inbox
from gongkai.runtime.relay import Relay
from gongkai.upkeep.place import Place
from gongkai.upkeep.saving import Saved, together
from gongkai.upkeep.saying_again import say_again

TOPIC = "gongkai.publication.v1"


async def a_new_kafka(kafka: str) -> str:
    """Return the prefix of topics that have heard nothing and of groups that have read nothing."""
    prefix = f"k{uuid4().hex[:10]}."
    await provision(kafka, [prefix + topic for topic in TOPICS], partitions=2)
    return prefix


async def on_event(tx, event: ReleaseCancelled) -> None:
    await shelve(tx, event.document_id, event.reason, tell=False)


async def shelves(kit) -> dict[str, list[str]]:
    """Return what lies on every shelf, in order, each as often as it was put there."""
    found = defaultdict(list)
    for row in await kit.pool.fetch("SELECT aggregate_id, data FROM register ORDER BY position"):
        found[str(row["aggregate_id"])].append(SHELF.read("BookShelved", row["data"]).title)
    return dict(found)


async def told(kit, many: list, word: str) -> None:
    for n, shelf in enumerate(many):
        async with kit.transaction() as tx:
            tx.tell(an_event(shelf, f"{word}{n}"))


async def test_what_was_heard_is_known_and_what_was_not_comes_in_order(postgres, kafka, tmp_path):
    speaker_dsn, reader_dsn = await postgres.database("speaker"), await postgres.database("listener")
    shelf_ids = [uuid4() for _ in range(3)]
    old = {"kafka": kafka, "kafka_prefix": await a_new_kafka(kafka)}
    async with (
        a_kit(speaker_dsn, tmp_path / "a", name="publication", **old) as speaker,
        a_kit(reader_dsn, tmp_path / "b", name="portal", **old) as reader,
    ):
        bus = Bus(reader, {ReleaseCancelled: on_event})
        async with running(Relay(speaker, dsn=speaker_dsn).run(), bus.run()):
            await told(speaker, shelf_ids * 10, "一")
            await eventually(lambda: _heard(reader, 30), timeout=30)
        await bus.stop()
        # Said and sent, but never read: it is gone with Kafka.
        async with running(Relay(speaker, dsn=speaker_dsn).run()):
            await told(speaker, shelf_ids * 10, "二")
            await eventually(lambda: _sent(speaker), timeout=30)
        await told(speaker, shelf_ids, "三")  # said, and never sent
        before = await shelves(reader)

    done = await say_again({"publication": speaker_dsn, "portal": reader_dsn}, wall_clock())

    new = {"kafka": kafka, "kafka_prefix": await a_new_kafka(kafka)}
    async with (
        a_kit(speaker_dsn, tmp_path / "a", name="publication", **new) as speaker,
        a_kit(reader_dsn, tmp_path / "b", name="portal", **new) as reader,
    ):
        bus = Bus(reader, {ReleaseCancelled: on_event})
        async with running(Relay(speaker, dsn=speaker_dsn).run(), bus.run()):
            await eventually(lambda: _heard(reader, 63), timeout=30)
            await told(speaker, shelf_ids, "四")
            await eventually(lambda: _heard(reader, 66), timeout=30)
        await bus.stop()
        after = await shelves(reader)
        parked = await reader.pool.fetchval("SELECT count(*) FROM quarantine")

    assert {one.service: (one.events, one.forgotten) for one in done} == {"publication": (63, 0), "portal": (0, 0)}
    assert parked == 0
    for n, shelf in enumerate(map(str, shelf_ids)):
        mine = [f"{word}{k}" for word in "一二" for k in range(n, 30, 3)] + [f"三{n}", f"四{n}"]
        assert before[shelf] == mine[:10]
        assert after[shelf] == mine


async def test_a_service_that_runs_is_not_rewound_and_neither_is_any_other(postgres, kafka, tmp_path):
    first, second = await postgres.database("still_a"), await postgres.database("still_b")
    where = {"kafka": kafka, "kafka_prefix": await a_new_kafka(kafka)}
    async with (
        a_kit(first, tmp_path / "a", name="identity", **where) as quiet,
        a_kit(second, tmp_path / "b", name="publication", **where) as busy,
    ):
        relay, idle = Relay(busy, dsn=second), Relay(quiet, dsn=first)
        for kit, one in ((quiet, idle), (busy, relay)):
            async with running(one.run()):
                await told(kit, [uuid4()], "一")
                await eventually(lambda kit=kit: _sent(kit))
        async with running(relay.run()):
            await eventually(lambda: relay.leading)

            with pytest.raises(StackError, match="publication 正在运行"):
                await say_again({"identity": first, "publication": second}, wall_clock())

        assert await _sent(quiet)
        assert await _sent(busy)


async def test_a_place_in_the_old_topics_is_not_taken_for_one_in_the_new(postgres, tmp_path):
    dsn = await postgres.database("parked")

    async def poison(tx, event: ReleaseCancelled) -> None:
        raise RuntimeError(event.reason)

    async with a_kit(dsn, tmp_path, name="portal") as kit:
        box = Inbox(kit, {ReleaseCancelled: poison})
        await box.take(wire(an_event(uuid4(), "旧的")))
        async with kit.transaction() as tx:
            await rebroadcast.rewind(await tx.db.ready(), "portal", kit.now())

        await box.take(wire(an_event(uuid4(), "新的")))  # the same topic, partition and offset

        reasons = [row["reason"] for row in await kit.pool.fetch("SELECT reason FROM quarantine ORDER BY number")]
    assert reasons == ["RuntimeError: 旧的", "RuntimeError: 新的"]


async def test_whoever_reads_remembers_the_newest_of_every_source_however_old(postgres, tmp_path):
    async with a_kit(await postgres.database("memory"), tmp_path, name="portal") as kit:
        now = kit.now()
        rows = [
            (source, uuid4(), now - timedelta(days=age)) for source in ("publication", "identity") for age in range(40)
        ]
        rows.append(("rare", uuid4(), now - timedelta(days=400)))
        await kit.pool.executemany("INSERT INTO inbox (source, id, received_at) VALUES ($1, $2, $3)", rows)

        async with kit.pool.acquire() as db:
            gone = [
                await inbox.purge(db, keep=keep, before=now - timedelta(days=31)) for keep in (100, 35, 10, 10)
            ]
        left = await kit.pool.fetch("SELECT source, count(*) AS n FROM inbox GROUP BY 1 ORDER BY 1")

    assert gone == [0, 8, 8, 0]
    assert {row["source"]: row["n"] for row in left} == {"identity": 32, "publication": 32, "rare": 1}


async def test_no_snapshot_holds_an_effect_without_its_cause_while_everybody_works(postgres, kafka, tmp_path):
    speaker_dsn, reader_dsn = await postgres.database("cause"), await postgres.database("effect")
    where = {"kafka": kafka, "kafka_prefix": await a_new_kafka(kafka), "inbox_wait_ms": 1}
    # The speaker's database is looked at first: what the reader hears a moment later must not be in its picture.
    place = Place({"publication": speaker_dsn, "zz-reader": reader_dsn}, {}, tmp_path, kafka)
    async with (
        a_kit(speaker_dsn, tmp_path / "a", name="publication", **where) as speaker,
        a_kit(reader_dsn, tmp_path / "b", name="portal", **where) as reader,
    ):
        bus = Bus(reader, {ReleaseCancelled: on_event})

        async def talk() -> None:
            while True:
                await told(speaker, [uuid4()], "话")

        async with running(Relay(speaker, dsn=speaker_dsn).run(), bus.run(), talk(), talk()):
            await eventually(lambda: _heard(reader, 20), timeout=30)
            together_seen, still = [], []
            for _ in range(15):
                saved = Saved()
                async with together(place, saved) as snapshots:
                    await asyncio.sleep(0)
                    together_seen.append(await _effects_without_cause(*snapshots.values()))
                    still.append(saved.still_ms)
            apart_seen = []
            for _ in range(15):  # what a backup one after another would hold
                async with _apart(speaker_dsn, reader_dsn) as snapshots:
                    apart_seen.append(await _effects_without_cause(*snapshots))
        await bus.stop()

    assert together_seen == [0] * 15
    assert sum(apart_seen) > 0  # the question can be answered the other way
    assert max(still) < 1_000


async def _effects_without_cause(speaker, reader) -> int:
    said = {row["id"] for row in await speaker.fetch("SELECT id FROM outbox")}
    heard = {row["id"] for row in await reader.fetch("SELECT id FROM inbox")}
    assert heard
    return len(heard - said)


@contextlib.asynccontextmanager
async def _apart(*dsns: str):
    async with contextlib.AsyncExitStack() as stack:
        opened = []
        for dsn in dsns:
            db = await asyncpg.connect(dsn)
            stack.push_async_callback(db.close)
            await stack.enter_async_context(db.transaction(isolation="repeatable_read", readonly=True))
            before = await db.fetchval("SELECT count(*) FROM outbox") + await db.fetchval("SELECT count(*) FROM inbox")
            opened.append(db)
            other = await asyncpg.connect(dsns[-1])
            start = await other.fetchval("SELECT count(*) FROM inbox")
            assert before >= 0
            await eventually(lambda other=other, start=start: _more(other, start))
            await other.close()
        yield opened


async def _more(db, than: int) -> bool:
    return await db.fetchval("SELECT count(*) FROM inbox") > than


async def _heard(kit, many: int) -> bool:
    return await kit.pool.fetchval("SELECT count(*) FROM inbox") >= many


async def _sent(kit) -> bool:
    return await kit.pool.fetchval("SELECT last_seq = published_seq AND last_seq > 0 FROM outbox_head")
