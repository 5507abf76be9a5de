"""The relay and the inbox beside bare loops that do the same work with nothing around it.

The bare relay reads the same rows, sends the same headers and records the cursor; the bare consumer makes the
same insert and commit per batch. Rounds alternate, because the machine is noisy.
"""

import asyncio
import contextlib
import time
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from tests.bench.ground import Ground
from tests.bench.report import Measured
from tests.support.kits import a_kit
from tests.support.shelf import an_event

from gongkai.contracts.publication import ReleaseCancelled
from gongkai.runtime import cloudevents
from gongkai.runtime.bus import Bus
from gongkai.runtime.kit import Kit
from gongkai.runtime.outbox import envelope_of
from gongkai.runtime.relay import Relay

TOPIC = "gongkai.publication.v1"
BATCH = 500


async def run(ground: Ground) -> list[Measured]:
    count = 5_000 if ground.quick else 15_000
    await ground.topics(TOPIC)
    ours, floor = [], []
    inbox_ours, inbox_floor = [], []
    for round_ in range(ground.rounds):
        dsn = await ground.databases.database("bench_relay")
        async with a_kit(dsn, ground.folder / f"relay-{round_}", kafka=ground.kafka, relay_batch=BATCH) as kit:
            await _fill(kit, count)
            bare_topic = await ground.topic("relay")
            order = [(_our_relay, ours), (_bare_relay, floor)]
            for measure, into in order if round_ % 2 else reversed(order):
                into.append(count / await measure(kit, dsn, count, bare_topic))
        topic = await _filled_topic(ground, count)
        order = [(_our_inbox, inbox_ours), (_bare_inbox, inbox_floor)]
        for read, into in order if round_ % 2 else reversed(order):
            into.append(count / await read(ground, topic, count, round_))
    return [
        Measured("relay, outbox to Kafka", "events/s", "higher", tuple(ours), tuple(floor), 0.9),
        Measured("inbox, Kafka to committed", "events/s", "higher", tuple(inbox_ours), tuple(inbox_floor), 0.9),
    ]


async def _fill(kit: Kit, count: int) -> None:
    for _ in range(count // BATCH):
        async with kit.transaction() as tx:
            for _ in range(BATCH):
                tx.tell(an_event(uuid4(), "因机构调整，原定的公开安排取消，改期另行通知"))


async def _our_relay(kit: Kit, dsn: str, count: int, _topic: str) -> float:
    await kit.pool.execute("UPDATE outbox_head SET published_seq = 0")
    relay = Relay(kit, dsn=dsn)
    producer = await relay._ready_producer()
    del producer
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(relay.run())
        while relay.sent < count:
            await asyncio.sleep(0.002)
        taken = time.perf_counter() - begun
        task.cancel()
    return taken


async def _bare_relay(kit: Kit, dsn: str, count: int, topic: str) -> float:
    await kit.pool.execute("UPDATE outbox_head SET published_seq = 0")
    db = await asyncpg.connect(dsn)
    producer = AIOKafkaProducer(
        bootstrap_servers=kit.settings.kafka, enable_idempotence=True, acks="all", compression_type="lz4"
    )
    await producer.start()
    begun, cursor = time.perf_counter(), 0
    while cursor < count:
        rows = await db.fetch(
            """SELECT seq, id, topic, type, source, subject, occurred_at, correlation, causation, traceparent, data
               FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2""",
            cursor, BATCH,
        )
        futures = []
        for row in rows:
            headers = [
                ("ce_id", str(row["id"]).encode()), ("ce_source", row["source"].encode()), ("ce_type", row["type"].encode()),
                ("ce_subject", row["subject"].encode()), ("ce_time", row["occurred_at"].isoformat().encode()),
                ("ce_sequence", f"{row['seq']:020d}".encode()), ("ce_partitionkey", row["subject"].encode()),
                ("ce_correlationid", str(row["correlation"]).encode()), ("ce_specversion", b"1.0"),
                ("content-type", b"application/json"),
            ]
            futures.append(
                await producer.send(topic, row["data"].encode(), key=row["subject"].encode(), headers=headers)
            )
        await asyncio.gather(*futures)
        cursor = rows[-1]["seq"]
        await db.execute("UPDATE outbox_head SET published_seq = $1", cursor)
    taken = time.perf_counter() - begun
    await producer.stop()
    await db.close()
    return taken


async def _filled_topic(ground: Ground, count: int) -> str:
    """Fill a topic with real envelopes once; both readers read the same bytes."""
    topic = await ground.emptied(TOPIC)
    dsn = await ground.databases.database("bench_fill")
    async with a_kit(dsn, ground.folder / f"fill-{uuid4()}", kafka=ground.kafka) as kit:
        await _fill(kit, count)
        rows = await kit.pool.fetch("SELECT * FROM outbox ORDER BY seq")
    producer = AIOKafkaProducer(bootstrap_servers=ground.kafka, enable_idempotence=True)
    await producer.start()
    for start in range(0, count, BATCH):
        futures = []
        for row in rows[start : start + BATCH]:
            headers, value = cloudevents.to_kafka(envelope_of(row), row["data"].encode())
            futures.append(await producer.send(topic, value, key=row["subject"].encode(), headers=headers))
        await asyncio.gather(*futures)
    await producer.stop()
    return topic


async def _our_inbox(ground: Ground, topic: str, count: int, round_: int) -> float:
    dsn = await ground.databases.database("bench_inbox")
    async with a_kit(
        dsn, ground.folder / f"inbox-{round_}", name="portal", kafka=ground.kafka, inbox_batch=BATCH
    ) as kit:
        seen = 0

        async def take(tx, event: ReleaseCancelled) -> None:
            nonlocal seen
            seen += 1

        bus = Bus(kit, {ReleaseCancelled: take})
        begun = None
        starting = asyncio.create_task(bus.run())
        while seen == 0:
            await asyncio.sleep(0.001)
        begun, base = time.perf_counter(), seen
        while bus.inbox.taken < count:
            await asyncio.sleep(0.002)
        taken = time.perf_counter() - begun
        await starting
        await bus.stop()
        return taken * count / max(count - base, 1)


async def _bare_inbox(ground: Ground, topic: str, count: int, round_: int) -> float:
    dsn = await ground.databases.database("bench_bare")
    db = await asyncpg.connect(dsn)
    await db.execute("CREATE TABLE inbox (source text, id uuid, received_at timestamptz, PRIMARY KEY (source, id))")
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=ground.kafka, group_id=f"bare-{uuid4()}", enable_auto_commit=False,
        auto_offset_reset="earliest", max_poll_records=BATCH,
    )
    await consumer.start()
    begun, done, base = None, 0, 0
    while done < count:
        batches = await consumer.getmany(timeout_ms=20, max_records=BATCH)
        records = [record for batch in batches.values() for record in batch]
        if not records:
            continue
        parsed = [dict(record.headers) for record in records]
        bodies = [ReleaseCancelled.model_validate_json(record.value) for record in records]
        async with db.transaction():
            await db.fetch(
                """INSERT INTO inbox SELECT e.s, e.i, now() FROM unnest($1::text[], $2::uuid[]) e(s, i)
                   ON CONFLICT DO NOTHING RETURNING id""",
                [headers["ce_source"].decode() for headers in parsed], [headers["ce_id"].decode() for headers in parsed],
            )
        await consumer.commit()
        done += len(bodies)
        if begun is None:
            begun, base = time.perf_counter(), done
    taken = time.perf_counter() - (begun or 0.0)
    with contextlib.suppress(Exception):
        await consumer.stop()
    await db.close()
    return taken * count / max(count - base, 1)
