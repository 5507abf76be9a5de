"""The inbox: at least once on the wire, exactly once in effect; poison is parked, its neighbours go on."""

from functools import partial
from operator import attrgetter
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from tests.integration.test_runtime_outbox import TOPIC, fresh_topic
from tests.support.eventually import eventually
from tests.support.kits import a_kit
from tests.support.shelf import SHELF, an_event, shelve
from tests.support.tasks import running

from gongkai.contracts.publication import DocumentPublished, ReleaseCancelled
from gongkai.hosting import ops
from gongkai.runtime import cloudevents, quarantine
from gongkai.runtime.bus import Bus
from gongkai.runtime.inbox import Inbox
from gongkai.runtime.outbox import Outgoing, envelope_of
from gongkai.runtime.relay import Relay
from gongkai.statute.refusal import Refused


@pytest.fixture
async def reader(postgres, tmp_path):
    async with a_kit(await postgres.database("reader"), tmp_path, name="portal") as kit:
        yield kit


#: One member of the group for all tests: a new one takes its place at once, another would wait until it is given up.
READER = "reader"


class Shelver:
    """Shelves what it hears; refuses, fails or insists on order when told to by the event itself."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.healed = False

    async def __call__(self, tx, event: ReleaseCancelled) -> None:
        if event.reason == "拒绝":
            raise Refused("不能上架", "第十四条")
        if event.reason == "有毒" and not self.healed:
            raise RuntimeError("boom")
        await shelve(tx, event.document_id, event.reason)
        self.heard.append(event.reason)


def wire(*events: ReleaseCancelled, topic=TOPIC, start=0):
    """Return the events as they are read from Kafka."""
    from tests.support.kits import wall_clock

    from gongkai.contracts.envelope import Envelope, Received

    out = []
    for n, event in enumerate(events, start=start):
        envelope = Envelope(
            id=uuid4(),
            source="publication",
            type=event.type_name(),
            subject=event.subject,
            time=wall_clock(),
            sequence=f"{n + 1:020d}",
            partitionkey=event.subject,
            correlationid=uuid4(),
        )
        out.append(Received(envelope=envelope, data=event.model_dump(mode="json"), topic=topic, partition=0, offset=n))
    return out


async def books(kit, shelf):
    async with kit.transaction() as tx:
        return (await tx.load(SHELF, shelf))[0].books


async def test_an_event_that_comes_many_times_has_one_effect(reader):
    shelf = uuid4()
    inbox = Inbox(reader, {ReleaseCancelled: Shelver()})
    batch = wire(an_event(shelf, "一"), an_event(shelf, "二"))

    await inbox.take([*batch, *batch])
    await inbox.take(batch)
    await inbox.take(list(reversed(batch)))

    assert await books(reader, shelf) == ("一", "二")
    async with reader.pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM outbox") == 2


async def test_poison_is_parked_with_its_reason_its_neighbours_go_on_and_its_own_later_events_wait(reader):
    poisoned, healthy = uuid4(), uuid4()
    inbox = Inbox(reader, {ReleaseCancelled: Shelver()})

    await inbox.take(
        wire(
            an_event(poisoned, "一"),
            an_event(poisoned, "有毒"),
            an_event(healthy, "甲"),
            an_event(poisoned, "三"),
            an_event(healthy, "乙"),
        )
    )
    await inbox.take(wire(an_event(poisoned, "四"), start=10))

    assert await books(reader, healthy) == ("甲", "乙")
    assert await books(reader, poisoned) == ("一",)
    async with reader.pool.acquire() as db:
        parked = await quarantine.listing(db)
    assert [(p["cause"], p["subject"]) for p in parked] == [
        ("failed", str(poisoned)),
        ("behind", str(poisoned)),
        ("behind", str(poisoned)),
    ]
    assert "RuntimeError: boom" in parked[0]["reason"]


async def test_a_refused_event_is_parked_with_the_article(reader):
    inbox = Inbox(reader, {ReleaseCancelled: Shelver()})

    await inbox.take(wire(an_event(uuid4(), "拒绝")))

    async with reader.pool.acquire() as db:
        [parked] = await quarantine.listing(db)
    assert (parked["cause"], parked["reason"], parked["article"]) == ("refused", "不能上架", "第十四条")


async def test_after_the_cause_is_mended_a_replay_takes_the_waiting_events_in_their_order(reader):
    shelf, shelver = uuid4(), Shelver()
    inbox = Inbox(reader, {ReleaseCancelled: shelver})
    await inbox.take(wire(an_event(shelf, "一"), an_event(shelf, "有毒"), an_event(shelf, "三")))
    async with reader.pool.acquire() as db:
        first = (await quarantine.listing(db))[0]["number"]

    stuck = await ops.replay(reader, inbox, first, by="person:操作员")
    shelver.healed = True
    healed = await ops.replay(reader, inbox, first, by="person:操作员")

    assert (stuck.replayed, stuck.stopped_at) == (0, first)
    assert healed.replayed == 2
    assert await books(reader, shelf) == ("一", "有毒", "三")
    async with reader.pool.acquire() as db:
        assert await quarantine.listing(db) == []


async def test_a_dropped_event_lets_the_ones_behind_it_pass_on_replay(reader):
    shelf = uuid4()
    inbox = Inbox(reader, {ReleaseCancelled: Shelver()})
    await inbox.take(wire(an_event(shelf, "有毒"), an_event(shelf, "二")))
    async with reader.pool.acquire() as db:
        first = (await quarantine.listing(db))[0]["number"]

    await ops.drop(reader, inbox, first, by="person:操作员")

    assert await books(reader, shelf) == ("二",)


async def test_what_cannot_be_read_is_kept_whole_and_does_not_stop_the_topic(postgres, kafka, tmp_path):
    topic = TOPIC
    await fresh_topic(kafka, topic)
    async with a_kit(await postgres.database("reader"), tmp_path, name="portal", kafka=kafka, instance=READER) as kit:
        shelf, shelver = uuid4(), Shelver()
        bus = Bus(kit, {ReleaseCancelled: shelver})
        producer = AIOKafkaProducer(bootstrap_servers=kafka)
        await producer.start()
        [good] = wire(an_event(shelf, f"好的 {shelf}"))
        headers, value = cloudevents.to_kafka(
            good.envelope, ReleaseCancelled.model_validate(good.data).model_dump_json().encode()
        )
        rubbish = f"垃圾 {shelf}".encode()
        await producer.send_and_wait(topic, rubbish, partition=0, headers=[("ce_id", b"\xff\xfe")])
        await producer.send_and_wait(topic, None, partition=0, key=b"tombstone")
        await producer.send_and_wait(topic, value, partition=0, headers=headers)
        await producer.stop()

        await bus.run()
        await eventually(lambda: f"好的 {shelf}" in shelver.heard)
        await bus.stop()

        async with kit.pool.acquire() as db:
            assert (
                await db.fetchval("SELECT count(*) FROM quarantine WHERE cause = 'unreadable' AND value = $1", rubbish)
                == 1
            )


@pytest.mark.parametrize("silenced", ["_fetcher._fetch_task", "_coordinator._coordination_task"])
async def test_a_reader_that_lives_and_reads_no_more_is_replaced_by_itself(postgres, kafka, tmp_path, silenced):
    """Both are what a client can look like after its broker has died; it says nothing and would stay so for ever."""
    await fresh_topic(kafka, TOPIC)
    async with (
        a_kit(await postgres.database("writer"), tmp_path / "w", name="publication", kafka=kafka) as writer,
        a_kit(
            await postgres.database("reader"), tmp_path / "r", name="portal", kafka=kafka, instance=READER, inbox_look_ms=250
        ) as kit,
        running(Relay(writer, dsn=writer.settings.database_url).run()),
    ):
        shelf, bus = uuid4(), Bus(kit, {ReleaseCancelled: Shelver()})
        await bus.run()
        await _say(writer, shelf, "前")
        await eventually(lambda: _has(kit, shelf, "前"), timeout=20)
        attrgetter(silenced)(bus._reader).cancel()

        for title in ("后一", "后二"):  # one may come with what was under way
            await _say(writer, shelf, title)
            await eventually(partial(_has, kit, shelf, title), timeout=20)

        assert kit.metrics.inbox_replaced.labels(kit.name)._value.get() == 1
        await bus.stop()


async def test_a_reader_that_waits_for_the_database_is_left_in_peace(postgres, kafka, tmp_path):
    await fresh_topic(kafka, TOPIC)
    async with (
        a_kit(await postgres.database("writer"), tmp_path / "w", name="publication", kafka=kafka) as writer,
        a_kit(
            await postgres.database("reader"), tmp_path / "r", name="portal", kafka=kafka, instance=READER, inbox_look_ms=250
        ) as kit,
        running(Relay(writer, dsn=writer.settings.database_url).run()),
    ):
        shelf, tries = uuid4(), []

        async def flaky(tx, event: ReleaseCancelled) -> None:
            tries.append(event.reason)
            if len(tries) < 6:
                raise ConnectionResetError("database is away")
            await shelve(tx, event.document_id, event.reason)

        bus = Bus(kit, {ReleaseCancelled: flaky})
        await bus.run()

        await _say(writer, shelf, "一")

        await eventually(lambda: _has(kit, shelf, "一"), timeout=20)
        assert len(tries) >= 6
        assert kit.metrics.inbox_replaced.labels(kit.name)._value.get() == 0
        await bus.stop()


async def _say(writer, shelf, title):
    async with writer.transaction() as tx:
        tx.tell(an_event(shelf, title))


async def test_what_only_others_handle_is_passed_over_and_its_place_is_told(postgres, kafka, tmp_path):
    await fresh_topic(kafka, TOPIC)
    async with a_kit(await postgres.database("reader"), tmp_path, name="portal", kafka=kafka, instance=READER) as kit:
        bus = Bus(kit, {ReleaseCancelled: Shelver()})
        producer = AIOKafkaProducer(bootstrap_servers=kafka)
        await producer.start()
        [sample] = wire(an_event(uuid4(), "别人的"))
        envelope = sample.envelope.model_copy(update={"type": DocumentPublished.type_name()})
        others, _ = cloudevents.to_kafka(envelope, b"{}")
        rubbish = f"读不出来 {uuid4()}".encode()
        said = [
            await producer.send_and_wait(TOPIC, b"{}", partition=0, headers=others, key=envelope.subject.encode()),
            await producer.send_and_wait(TOPIC, rubbish, partition=1, headers=others, key=envelope.subject.encode()),
        ]
        await producer.stop()

        await bus.run()
        await eventually(lambda: _told_behind(kafka, said), timeout=20)
        await bus.stop()

        async with kit.pool.acquire() as db:
            parked = {bytes(row["value"]) for row in await db.fetch("SELECT value FROM quarantine")}
            known = await db.fetchval("SELECT count(*) FROM inbox WHERE id = $1", envelope.id)
        assert rubbish in parked, "what nobody can read is kept, whoever it was for"
        assert b"{}" not in parked
        assert known == 0


async def _told_behind(kafka, said):
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        told = await admin.list_consumer_group_offsets("gongkai-portal")
    finally:
        await admin.close()
    return all((one := told.get(at.topic_partition)) and one.offset == at.offset + 1 for at in said)


async def test_from_commit_to_committed_effect_through_the_real_kafka_and_again_after_a_restart(
    postgres, kafka, tmp_path
):
    await fresh_topic(kafka, TOPIC)
    async with (
        a_kit(await postgres.database("writer"), tmp_path / "w", name="publication", kafka=kafka) as writer,
        a_kit(await postgres.database("reader"), tmp_path / "r", name="portal", kafka=kafka, instance=READER) as kit,
    ):
        relay = Relay(writer, dsn=writer.settings.database_url)
        shelf = uuid4()
        async with running(relay.run()):
            for part in ("前", "后"):
                bus = Bus(kit, {ReleaseCancelled: Shelver()})
                await bus.run()
                for n in range(20):
                    async with writer.transaction() as tx:
                        tx.tell(an_event(shelf, f"{part}{n}"))
                await eventually(lambda: _has(kit, shelf, f"{part}19"), timeout=20)
                await bus.stop()

        assert await books(kit, shelf) == tuple(f"{part}{n}" for part in ("前", "后") for n in range(20))


async def _has(kit, shelf, title):
    return title in await books(kit, shelf)


async def test_while_the_database_is_away_nothing_is_acknowledged_and_afterwards_nothing_is_missing(
    postgres, kafka, tmp_path
):
    await fresh_topic(kafka, TOPIC)
    dsn = await postgres.database("reader")
    async with a_kit(dsn, tmp_path, name="portal", kafka=kafka, instance=READER) as kit:
        shelf, away = uuid4(), True

        async def flaky(tx, event: ReleaseCancelled) -> None:
            if away:
                raise ConnectionResetError("database is away")
            await shelve(tx, event.document_id, event.reason)

        bus = Bus(kit, {ReleaseCancelled: flaky})
        batch = wire(an_event(shelf, "一"), an_event(shelf, "二"))
        with pytest.raises(ConnectionResetError):
            await bus.inbox.take(batch)
        assert await books(kit, shelf) == ()
        away = False
        await bus.inbox.take(batch)

        assert await books(kit, shelf) == ("一", "二")


async def test_the_stored_row_becomes_the_same_envelope_on_the_wire(reader):
    event = an_event(uuid4(), "一")
    async with reader.transaction() as tx:
        tx.tell(event)
        told = tx._told[0]
    async with reader.pool.acquire() as db:
        row = await db.fetchrow("SELECT * FROM outbox")

    envelope = envelope_of(row)

    assert isinstance(told, Outgoing)
    assert (envelope.id, envelope.type, envelope.subject) == (told.id, told.type, event.subject)
    assert envelope.sequence == f"{1:020d}"
