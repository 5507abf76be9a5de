"""The outbox: numbered in commit order, no gap, sent in order, by one leader, whatever dies."""

import asyncio
import contextlib
import random
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from tests.support.eventually import eventually
from tests.support.kits import a_kit
from tests.support.shelf import an_event, shelve
from tests.support.tasks import running

from gongkai.contracts.envelope import Received
from gongkai.runtime import cloudevents
from gongkai.runtime.relay import Deposed, Relay

TOPIC = "gongkai.publication.v1"


async def fresh_topic(bootstrap: str, topic: str, partitions: int = 3) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        with contextlib.suppress(Exception):
            await admin.create_topics([NewTopic(topic, partitions, 1)])
    finally:
        await admin.close()


async def read_all(bootstrap: str, wanted: set[str], topic: str = TOPIC, timeout: float = 20.0):
    """Read the topic from the start until every wanted subject's events seen so far stop growing."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    found = []
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    event = cloudevents.from_kafka(
                        record.headers,
                        record.value,
                        topic=record.topic,
                        partition=record.partition,
                        offset=record.offset,
                    )
                    if isinstance(event, Received) and event.envelope.subject in wanted:  # others leave rubbish here
                        found.append(event)
    finally:
        await consumer.stop()
    return found


async def test_numbers_follow_commit_order_without_gaps_under_concurrent_writers_and_rollbacks(postgres, tmp_path):
    async with a_kit(await postgres.database("outbox"), tmp_path) as kit:
        seen: list[int] = []
        stop = asyncio.Event()

        async def writer(seed: int) -> int:
            chance, written = random.Random(seed), 0
            for _ in range(40):
                with contextlib.suppress(ZeroDivisionError):
                    async with kit.transaction() as tx:
                        shelf = uuid4()
                        for _ in range(chance.randint(1, 3)):
                            tx.tell(an_event(shelf, "本"))
                        told = len(tx.told)
                        await tx.db.fetchval("SELECT pg_sleep($1)", chance.random() / 500)
                        if chance.random() < 0.2:
                            raise ZeroDivisionError
                    written += told
            return written

        async def reader() -> None:
            db = await asyncpg.connect(kit.settings.database_url)
            cursor = 0
            while True:
                done = stop.is_set()
                rows = await db.fetch("SELECT seq FROM outbox WHERE seq > $1 ORDER BY seq", cursor)
                seen.extend(row["seq"] for row in rows)
                cursor = seen[-1] if seen else 0
                if done:
                    break
            await db.close()

        reading = asyncio.create_task(reader())
        written = sum(await asyncio.gather(*(writer(seed) for seed in range(16))))
        stop.set()
        await reading

        assert written > 500
        assert seen == list(range(1, written + 1))


async def test_a_change_that_fails_leaves_neither_fact_nor_event_nor_number(postgres, tmp_path):
    async with a_kit(await postgres.database("outbox"), tmp_path) as kit:
        with pytest.raises(ZeroDivisionError):
            async with kit.transaction() as tx:
                await shelve(tx, uuid4(), "一")
                raise ZeroDivisionError

        async with kit.pool.acquire() as db:
            assert await db.fetchval("SELECT count(*) FROM register") == 0
            assert await db.fetchval("SELECT count(*) FROM outbox") == 0
            assert await db.fetchval("SELECT last_seq FROM outbox_head") == 0


async def test_a_savepoint_that_is_undone_takes_its_events_and_clocks_with_it(postgres, tmp_path):
    async with a_kit(await postgres.database("outbox"), tmp_path) as kit:
        shelf = uuid4()
        async with kit.transaction() as tx:
            await shelve(tx, shelf, "留下")
            with contextlib.suppress(ZeroDivisionError):
                async with tx.savepoint():
                    await shelve(tx, shelf, "撤销")
                    raise ZeroDivisionError
            assert [event.reason for event in tx.told] == ["留下"]

        async with kit.pool.acquire() as db:
            assert await db.fetchval("SELECT count(*) FROM outbox") == 1


async def test_the_relay_sends_everything_in_order_per_aggregate(postgres, kafka, tmp_path):
    await fresh_topic(kafka, TOPIC)
    async with a_kit(await postgres.database("relay"), tmp_path, kafka=kafka) as kit:
        shelves = [uuid4() for _ in range(5)]
        relay = Relay(kit, dsn=kit.settings.database_url)
        async with running(relay.run()):
            for n in range(40):
                for shelf in shelves:
                    async with kit.transaction() as tx:
                        await shelve(tx, shelf, f"{n:03d}")
            await eventually(lambda: relay.sent >= 200)

        events = await read_all(kafka, {str(shelf) for shelf in shelves})

        for shelf in shelves:
            mine = [event for event in events if event.envelope.subject == str(shelf)]
            assert [event.data["reason"] for event in mine] == [f"{n:03d}" for n in range(40)]
            assert [event.envelope.sequence for event in mine] == sorted(event.envelope.sequence for event in mine)


async def test_a_relay_that_dies_between_send_and_mark_sends_again_and_loses_nothing(postgres, kafka, tmp_path):
    await fresh_topic(kafka, TOPIC)
    async with a_kit(await postgres.database("relay"), tmp_path, kafka=kafka) as kit:
        shelf = uuid4()
        async with kit.transaction() as tx:
            for n in range(10):
                await shelve(tx, shelf, f"{n}")

        class Killed(BaseException):
            pass

        def die() -> None:
            raise Killed

        with pytest.raises(Killed):
            await Relay(kit, dsn=kit.settings.database_url, before_mark=die).run()
        async with kit.pool.acquire() as db:
            assert await db.fetchval("SELECT published_seq FROM outbox_head") == 0
        second = Relay(kit, dsn=kit.settings.database_url)
        async with running(second.run()):
            await eventually(lambda: second.sent == 10)

        events = await read_all(kafka, {str(shelf)})
        assert [event.data["reason"] for event in events] == [str(n) for n in range(10)] * 2
        assert len({event.envelope.id for event in events}) == 10


async def test_only_one_relay_leads_and_the_next_takes_over_when_its_connection_dies(postgres, kafka, tmp_path):
    await fresh_topic(kafka, TOPIC)
    dsn = await postgres.database("relay")
    async with a_kit(dsn, tmp_path, kafka=kafka) as kit:
        relays = [Relay(kit, dsn=dsn) for _ in range(2)]
        shelf = uuid4()
        async with running(*(relay.run() for relay in relays)) as tasks:
            await eventually(lambda: any(relay.leading for relay in relays))
            [first] = [relay for relay in relays if relay.leading]
            other = relays[1 - relays.index(first)]
            async with kit.transaction() as tx:
                await shelve(tx, shelf, "一")
            await eventually(lambda: first.sent == 1)
            tasks[relays.index(first)].cancel()
            await eventually(lambda: other.leading)
            async with kit.transaction() as tx:
                await shelve(tx, shelf, "二")
            await eventually(lambda: other.sent == 1)

        events = await read_all(kafka, {str(shelf)})
        assert [event.data["reason"] for event in events] == ["一", "二"]


async def test_a_stopped_leader_that_wakes_up_later_cannot_mark_over_its_successor(postgres, kafka, tmp_path):
    await fresh_topic(kafka, TOPIC)
    dsn = await postgres.database("relay")
    async with a_kit(dsn, tmp_path, kafka=kafka) as kit:
        async with kit.transaction() as tx:
            await shelve(tx, uuid4(), "一")
        async with kit.pool.acquire() as db:
            mine = await db.fetchval("UPDATE outbox_head SET leader_epoch = leader_epoch + 1 RETURNING leader_epoch")
            await db.execute("UPDATE outbox_head SET leader_epoch = leader_epoch + 1")  # the successor, meanwhile
            stale = Relay(kit, dsn=dsn)

            with pytest.raises(Deposed):
                await stale._lead(db, mine, 0)
            await stale._drop_producer()

            assert await db.fetchval("SELECT published_seq FROM outbox_head") == 0


async def test_a_gap_in_the_numbers_stops_the_relay_with_an_alarm(postgres, kafka, tmp_path):
    await fresh_topic(kafka, TOPIC)
    dsn = await postgres.database("relay")
    async with a_kit(dsn, tmp_path, kafka=kafka) as kit:
        shelf = uuid4()
        async with kit.transaction() as tx:
            for n in range(3):
                await shelve(tx, shelf, str(n))
        async with kit.pool.acquire() as db:
            await db.execute("DELETE FROM outbox WHERE seq = 2")
        relay = Relay(kit, dsn=dsn)
        async with running(relay.run()):
            await eventually(lambda: relay.broken is not None)

        assert "应为 2，读到 3" in relay.broken
        assert relay.sent == 0
