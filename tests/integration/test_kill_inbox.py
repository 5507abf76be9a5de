"""What the inbox does when its ground moves: a lock held by somebody else, a partition taken away in the middle."""

import asyncio
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from tests.integration.test_runtime_inbox import Shelver, books, wire
from tests.support.kits import a_kit
from tests.support.shelf import an_event

from gongkai.contracts.publication import ReleaseCancelled
from gongkai.local.topics import provision
from gongkai.runtime.bus import _rewind
from gongkai.runtime.inbox import Inbox


async def test_an_event_that_met_a_lock_is_tried_again_and_not_parked(postgres, tmp_path):
    dsn = await postgres.database("locked")
    async with a_kit(dsn, tmp_path, name="portal") as kit:
        shelf = uuid4()
        handler = Shelver()

        async def impatient(tx, event: ReleaseCancelled) -> None:
            await tx.db.execute("SET LOCAL lock_timeout = '50ms'")
            await handler(tx, event)

        inbox, batch = Inbox(kit, {ReleaseCancelled: impatient}), wire(an_event(shelf, "一"))
        other = await asyncpg.connect(dsn)
        async with other.transaction():
            await other.execute("LOCK TABLE register IN ACCESS EXCLUSIVE MODE")
            refusals = await asyncio.gather(inbox.take(batch), return_exceptions=True)
        await other.close()
        taken = await inbox.take(batch)
        parked = await kit.pool.fetchval("SELECT count(*) FROM quarantine")

        assert [type(refusal) for refusal in refusals] == [asyncpg.LockNotAvailableError]
        assert (taken, parked) == (1, 0)
        assert await books(kit, shelf) == ("一",)


async def test_a_batch_is_read_again_from_every_partition_that_is_still_ours(kafka):
    topic = f"rewind-{uuid4().hex[:8]}"
    await provision(kafka, [topic], partitions=2)
    ours, gone = TopicPartition(topic, 0), TopicPartition(topic, 1)
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    for word in (b"1", b"2"):
        for part in (gone, ours):
            await producer.send_and_wait(topic, word, partition=part.partition)
    await producer.stop()
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([gone, ours])
    records = []
    while len(records) < 4:
        for batch in (await consumer.getmany(timeout_ms=500)).values():
            records += batch
    consumer.assign([ours])
    consumer.seek(ours, 2)

    _rewind(consumer, records)

    again = [record.value for record in (await consumer.getmany(ours, timeout_ms=5_000))[ours]]
    await consumer.stop()
    assert again == [b"1", b"2"]
