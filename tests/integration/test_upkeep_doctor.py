"""Everything that can be wrong with a database or a bus is made wrong once, and found."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from tests.support.eventually import eventually
from tests.support.kits import a_kit, wall_clock
from tests.support.shelf import an_event, shelve
from tests.support.tasks import running

from gongkai.contracts.catalog import PARTITIONS, TOPICS
from gongkai.local.topics import provision
from gongkai.runtime.relay import Relay
from gongkai.runtime.ticker import Ticker
from gongkai.upkeep import wire
from gongkai.upkeep.examining_bus import bus
from gongkai.upkeep.examining_databases import databases
from gongkai.upkeep.examining_services import Answer, services
from gongkai.upkeep.place import Place

PACKAGES = {"publication": "gongkai.runtime"}


def a_place(dsn: str, keys: Path) -> Place:
    return Place({"publication": dsn}, {"publication": keys.parent}, keys, "")


async def states(place: Place, *, clock=wall_clock, quick: bool = False, packages=PACKAGES) -> dict[str, str]:
    found = await databases(place, packages, clock, quick=quick)
    for one in found:
        assert (one.state == "fine") == (one.means == ""), one
        assert (one.state == "fine") == (one.todo == ""), one
    return {one.check: one.state for one in found if one.check != "durability"}


@pytest.fixture
async def healthy(postgres, kafka, tmp_path):
    """A service whose relay and ticker lead, and its place."""
    prefix = f"d{uuid4().hex[:8]}."
    await provision(kafka, [prefix + topic for topic in TOPICS], partitions=2)
    dsn = await postgres.database("doctor")
    async with a_kit(dsn, tmp_path, name="publication", kafka=kafka, kafka_prefix=prefix) as kit:
        relay, ticker = Relay(kit, dsn=dsn), Ticker(kit, {}, dsn=dsn)
        async with running(relay.run(), ticker.run()):
            await eventually(lambda: relay.leading and ticker.leading)
            yield kit, a_place(dsn, tmp_path / "keys")


async def test_a_service_that_is_well_has_nothing_to_mind(healthy):
    kit, place = healthy
    async with kit.transaction() as tx:
        await shelve(tx, uuid4(), "书")

    await eventually(lambda: _all_fine(place), timeout=20)


async def _all_fine(place) -> None:
    found = await states(place)
    assert set(found.values()) == {"fine"}, found
    assert set(found) == {
        "database", "clock-skew", "connections", "migrations", "unsent", "clocks", "quarantine", "leader", "register",
    }  # fmt: skip


PARK = """INSERT INTO quarantine
    (source, type, subject, topic, partition, "offset", headers, value, cause, reason, parked_at)
    VALUES ('a', 'b', 'c', 'd', 0, 0, '{}', '', 'failed', 'e', $1)"""
CLOCK = "INSERT INTO clock (kind, subject, due_at, set_at, tries) VALUES ('nobody', 'a', $1, $1, $2)"
FLAW = """ALTER TABLE register DISABLE TRIGGER ALL; UPDATE register SET actor = 'nobody';
          ALTER TABLE register ENABLE TRIGGER ALL"""


@pytest.mark.parametrize(
    ("statement", "ages", "more", "check", "state"),
    [
        (PARK, 60, (), "quarantine", "mind"),
        (PARK, 4000, (), "quarantine", "wrong"),
        (CLOCK, 60, (0,), "clocks", "mind"),
        (CLOCK, 400, (0,), "clocks", "wrong"),
        (CLOCK, -60, (3,), "clocks", "wrong"),
        (FLAW, None, (), "register", "wrong"),
        ("DELETE FROM migration WHERE name LIKE '0009%'", None, (), "migrations", "wrong"),
        ("INSERT INTO migration (package, name, checksum) VALUES ('gongkai.runtime', '9999_pre_x.sql', '')", None, (),
         "migrations", "wrong"),
    ],
)  # fmt: skip
async def test_what_waits_too_long_or_was_changed_is_found(postgres, tmp_path, statement, ages, more, check, state):
    dsn = await postgres.database("unwell")
    async with a_kit(dsn, tmp_path, name="publication") as kit:
        async with kit.transaction() as tx:
            await shelve(tx, uuid4(), "书", tell=False)
        arguments = () if ages is None else (kit.now() - timedelta(seconds=ages), *more)
        await kit.pool.execute(statement, *arguments)

        found = await states(a_place(dsn, tmp_path / "keys"))

    assert found[check] == state
    assert found["leader"] == "wrong"  # nobody runs
    assert {name for name, seen in found.items() if seen != "fine"} == {check, "leader"}


async def test_unsent_events_are_minded_by_the_age_of_the_oldest(postgres, tmp_path):
    dsn = await postgres.database("unsent")
    async with a_kit(dsn, tmp_path, name="publication") as kit:
        seen = []
        for age in (0, 60, 400):
            async with kit.transaction() as tx:
                tx.tell(an_event(uuid4(), "说"))
            await kit.pool.execute("UPDATE outbox SET occurred_at = $1", kit.now() - timedelta(seconds=age))
            seen.append((await states(a_place(dsn, tmp_path / "keys"), quick=True))["unsent"])

    assert seen == ["fine", "mind", "wrong"]


@pytest.mark.parametrize(("off", "state"), [(0.0, "fine"), (2.5, "mind"), (-60.0, "wrong")])
async def test_a_clock_that_differs_is_found(postgres, tmp_path, off, state):
    dsn = await postgres.database("skew")

    found = await states(a_place(dsn, tmp_path), clock=lambda: wall_clock() + timedelta(seconds=off), quick=True)

    assert found["clock-skew"] == state


async def test_a_database_that_is_away_keeps_nobody_from_looking_at_the_others(postgres, tmp_path):
    dsn = await postgres.database("there")
    place = Place({"identity": "postgresql://a:secret-word@127.0.0.1:9/x", "publication": dsn}, {}, tmp_path, "")

    found = await databases(place, {}, wall_clock, quick=True)

    assert [(one.about, one.state) for one in found if one.check == "database"] == [
        ("identity", "wrong"), ("publication", "fine"),
    ]  # fmt: skip
    assert not any("secret-word" in f"{one}" for one in found)


async def test_the_settings_of_a_server_that_may_lose_what_it_confirmed_are_found(postgres, tmp_path):
    found = await databases(a_place(await postgres.database("fsync"), tmp_path), {}, wall_clock, quick=True)

    (durability,) = (one for one in found if one.check == "durability")  # the server of the tests runs without fsync
    assert durability.state == "wrong"
    assert "fsync=off" in durability.seen


async def test_a_bus_without_its_topics_and_one_that_is_away_are_found(kafka):
    prefix = f"d{uuid4().hex[:8]}."
    without = {one.check: one for one in await bus(kafka, prefix, ["portal"])}
    await provision(kafka, [prefix + topic for topic in TOPICS], partitions=1)
    narrow = {one.check: one.state for one in await bus(kafka, prefix, ["portal"])}
    await provision(kafka, [prefix + topic for topic in TOPICS], partitions=PARTITIONS)
    whole = {one.check: one.state for one in await bus(kafka, prefix, ["portal"])}
    away = {one.check: one.state for one in await bus("127.0.0.1:9", prefix, ["portal"])}

    assert without["topics"].state == "wrong"
    assert "gongkai.portal.v1 没有建立" in without["topics"].seen
    assert narrow == {"kafka": "fine", "topics": "mind"}
    assert whole == {"kafka": "fine", "topics": "fine"}
    assert away == {"kafka": "wrong"}


async def test_what_a_service_has_not_read_is_counted_from_its_own_place(kafka):
    prefix = f"d{uuid4().hex[:8]}."
    await provision(kafka, [prefix + topic for topic in TOPICS], partitions=2)
    there = TopicPartition(prefix + TOPICS[0], 0)
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    reader = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=f"{prefix}gongkai-portal", enable_auto_commit=False)
    await producer.start()
    await reader.start()
    for _ in range(3):
        await producer.send_and_wait(there.topic, b"{}", partition=there.partition)
    reader.assign([there])
    await reader.commit({there: 1})
    await reader.stop()
    await producer.stop()

    seen = await wire.look(kafka, prefix, ["portal", "identity"])

    assert seen is not None
    assert seen.unread == {"portal": 2, "identity": None}


NUMBERS = """\
# TYPE gongkai_inbox_readers_replaced_total counter
gongkai_inbox_readers_replaced_total{service="portal"} 2.0
gongkai_inbox_readers_replaced_total{service="request"} 0.0
# TYPE gongkai_releases_held gauge
gongkai_releases_held{service="portal",by="channels"} 1.0
gongkai_releases_held{service="portal",by="person"} 2.0
"""


def test_what_services_say_of_themselves_is_understood():
    answers = {
        ("portal", "/health/ready"): Answer(200), ("portal", "/metrics"): Answer(200, NUMBERS),
        ("request", "/health/ready"): Answer(503), ("request", "/metrics"): Answer(401),
    }  # fmt: skip

    found = services(["portal", "request", "identity"], lambda name, path: answers.get((name, path), Answer(0)))

    assert [(one.about, one.check, one.state) for one in found] == [
        ("portal", "service", "fine"), ("portal", "readers", "mind"), ("portal", "releases", "mind"),
        ("request", "service", "wrong"), ("request", "metrics", "unseen"), ("identity", "service", "wrong"),
    ]  # fmt: skip
    assert "被扣住的发布 3 个" in found[2].seen


async def test_the_examination_changes_nothing(postgres, tmp_path):
    dsn = await postgres.database("harmless")
    async with a_kit(dsn, tmp_path, name="publication"):
        name = postgres.name_of(dsn)
        owner = await asyncpg.connect(dsn)
        await owner.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        await owner.close()

        found = await states(a_place(dsn, tmp_path / "keys"))

    assert {check for check, state in found.items() if state != "fine"} == {"leader"}
