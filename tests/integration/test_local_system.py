"""The local system under its supervisor: what a kill at any place leaves, and what the next start makes of it."""

import asyncio
import json
import signal
import subprocess
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from tests.support.eventually import eventually
from tests.support.stack import scratch_folder
from tests.support.system import System, gongkai

from gongkai.contracts.catalog import PARTITIONS, TOPICS
from gongkai.local.process import started_at


@pytest.fixture
async def system() -> AsyncIterator[System]:
    system = System(scratch_folder() / "home")
    yield system
    if system.process is not None:
        await system.stop()


def dsn(about: dict[str, Any], service: str = "portal") -> str:
    found: dict[str, str] = json.loads(about["settings"]["GONGKAI_DATABASE_URLS"])
    return found[service]


async def run(address: str, query: str) -> object:
    connection = await asyncpg.connect(address, timeout=10)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def write_down(about: dict[str, Any], word: str) -> None:
    """Put a word where it must not get lost: in a database and on the bus."""
    await run(dsn(about), f"CREATE TABLE kept AS SELECT '{word}'::text AS word")
    producer = AIOKafkaProducer(bootstrap_servers=about["settings"]["GONGKAI_KAFKA"], enable_idempotence=True)
    await producer.start()
    await producer.send_and_wait(TOPICS[0], word.encode())
    await producer.stop()


async def read_back(about: dict[str, Any]) -> tuple[object, list[bytes]]:
    consumer = AIOKafkaConsumer(
        TOPICS[0], bootstrap_servers=about["settings"]["GONGKAI_KAFKA"], auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        batches = await asyncio.wait_for(consumer.getmany(timeout_ms=15_000), 20)
    finally:
        await consumer.stop()
    return await run(dsn(about), "SELECT word FROM kept"), [m.value for batch in batches.values() for m in batch]


async def test_topics_follow_the_catalogue_and_a_service_enters_its_own_database_only(system: System) -> None:
    about = await system.start()
    own = dsn(about, "portal")

    admin = AIOKafkaAdminClient(bootstrap_servers=about["settings"]["GONGKAI_KAFKA"])
    await admin.start()
    described = await admin.describe_topics(list(TOPICS))
    await admin.close()
    assert {topic["topic"]: len(topic["partitions"]) for topic in described} == dict.fromkeys(TOPICS, PARTITIONS)
    assert await run(own, "SELECT current_database()") == "gongkai_portal"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await run(own.removesuffix("/gongkai_portal") + "/gongkai_publication", "SELECT 1")


async def test_stop_and_start_lose_nothing(system: System) -> None:
    await write_down(await system.start(), "公开")

    code = await system.stop()
    left = system.children()
    about = await system.start()

    assert code == 0
    assert left == {}
    assert await read_back(about) == ("公开", ["公开".encode()])


async def test_a_second_copy_is_refused_and_the_first_stays_whole(system: System) -> None:
    about = await system.start()
    before = system.children()

    refused = gongkai(system.home, "up", "--bare")

    assert refused.returncode == 3
    assert "正在被另一份系统使用" in refused.stderr
    assert str(about["pid"]) in refused.stderr
    assert system.children() == before
    assert await run(dsn(about), "SELECT 1") == 1


@pytest.mark.parametrize("name", ["postgres", "kafka"])
async def test_a_killed_part_comes_back_with_everything(system: System, name: str) -> None:
    about = await system.start()
    await write_down(about, "公开")

    killed = system.kill(name)

    await eventually(lambda: system.children().get(name, killed) != killed, timeout=30)
    await eventually(lambda: "已恢复" in system.said, timeout=30)
    assert await read_back(system.about) == ("公开", ["公开".encode()])
    assert system.about["pids"][name] == system.children()[name]


async def test_a_killed_supervisor_leaves_no_orphan_and_loses_nothing(system: System) -> None:
    about = await system.start()
    await write_down(about, "公开")
    orphans = list(system.children().values())

    system.kill()

    await eventually(lambda: all(started_at(pid) is None for pid in orphans), timeout=30)
    assert await read_back(await system.start()) == ("公开", ["公开".encode()])


async def test_the_next_start_may_come_while_the_orphans_still_die(system: System) -> None:
    await write_down(await system.start(), "公开")
    ports = system.about["ports"]

    system.kill()
    about = await system.start()

    assert await read_back(about) == ("公开", ["公开".encode()])
    assert about["ports"] == ports


@pytest.mark.parametrize("step", ["[2/5]", "[3/5]", "首次建库", "[4/5]", "[5/5]"])
async def test_a_first_set_up_that_was_killed_is_made_good(system: System, step: str) -> None:
    system.launch()
    await eventually(lambda: step in system.said, timeout=60, poll=0.002)
    system.kill()

    about = await system.start()

    await write_down(about, "公开")
    assert await read_back(about) == ("公开", ["公开".encode()])


async def test_a_signal_during_the_start_stops_everything(system: System) -> None:
    system.launch()
    await eventually(lambda: "[4/5]" in system.said, timeout=60, poll=0.002)

    system.kill(sent=signal.SIGTERM)
    code = await system.stop()

    assert code == 130
    assert system.children() == {}


async def test_a_taken_port_gives_way_and_says_so(system: System) -> None:
    await system.start()
    await system.stop()
    taken = json.loads((system.home / "ports.json").read_text())
    listener = await asyncio.start_server(lambda *_: None, "127.0.0.1", taken["kafka"])

    async with listener:
        about = await system.start()

    assert about["ports"]["kafka"] != taken["kafka"]
    assert f"端口 {taken['kafka']}（kafka）已被占用，改用 {about['ports']['kafka']}" in system.said


async def test_a_port_that_was_asked_for_does_not_give_way() -> None:
    listener = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]

    async with listener:
        refused = await asyncio.to_thread(gongkai, scratch_folder() / "home", "up", "--bare", "--port", str(port))

    assert refused.returncode == 4
    assert f"端口 {port} 已被别的程序占用" in refused.stderr
    assert "怎么办" in refused.stderr


async def test_reset_refuses_while_the_system_runs_and_forgets_everything_afterwards(system: System) -> None:
    await write_down(await system.start(), "公开")
    refused = gongkai(system.home, "reset", "--yes")
    await system.stop()
    (system.home / "thesis.txt").write_text("mine")

    asked = gongkai(system.home, "reset", stdin=subprocess.DEVNULL)
    done = gongkai(system.home, "reset", "--yes")

    assert refused.returncode == 3
    assert asked.returncode == 1
    assert done.returncode == 0
    assert [left.name for left in system.home.iterdir()] == ["thesis.txt"]
