"""PostgreSQL and Kafka as children of ours."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from tests.support.eventually import eventually
from tests.support.stack import Databases, a_kafka, a_postgres, scratch_folder

from gongkai.local.errors import PortTaken, StackError
from gongkai.local.kafka import Kafka
from gongkai.local.postgres import Postgres
from gongkai.local.process import started_at


@pytest.fixture
def own_folder() -> Path:
    return scratch_folder()


@pytest.fixture
async def own_postgres(own_folder: Path) -> AsyncIterator[Postgres]:
    server = a_postgres(own_folder)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def own_kafka(own_folder: Path) -> AsyncIterator[Kafka]:
    broker = a_kafka(own_folder)
    await broker.start()
    yield broker
    await broker.stop()


def kill(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


async def asked(dsn: str, query: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_every_database_of_a_test_is_fresh_and_speaks_utf8(postgres: Databases) -> None:
    first, second = await postgres.database("same"), await postgres.database("same")
    await asked(first, "CREATE TABLE written (text TEXT)")

    assert await asked(second, "SELECT to_regclass('written')") is None
    assert await asked(second, "SELECT length('公开')") == 2
    assert await asked(second, "SHOW server_encoding") == "UTF8"
    assert str(await asked(second, "SHOW server_version")).startswith("18.")


async def test_postgres_never_runs_as_root(postgres: Databases) -> None:
    pid = postgres.server.pid

    assert pid is not None
    assert Path(f"/proc/{pid}").stat().st_uid != 0


async def test_a_wrong_password_does_not_open_the_database(postgres: Databases) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(postgres.server.dsn(password="guess"))


async def test_a_killed_postgres_comes_back_with_what_was_committed(own_postgres: Postgres) -> None:
    await asked(own_postgres.dsn(), "CREATE TABLE kept AS SELECT 7 AS number")

    kill(own_postgres.pid)
    await eventually(lambda: not own_postgres.running)
    await own_postgres.restart()

    assert await asked(own_postgres.dsn(), "SELECT number FROM kept") == 7


async def test_a_half_made_cluster_is_made_again(own_folder: Path) -> None:
    server = a_postgres(own_folder)
    half = own_folder / "postgres.new"
    (half / "base").mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")

    created = await server.start()
    await server.stop()

    assert created
    assert not half.exists()


async def test_a_folder_with_strange_content_is_left_alone(own_folder: Path) -> None:
    server = a_postgres(own_folder)
    server.folder.mkdir()
    stranger = server.folder / "thesis.txt"
    stranger.write_text("mine")

    with pytest.raises(StackError, match="不认识的内容"):
        await server.start()

    assert stranger.read_text() == "mine"


async def test_a_taken_port_is_named(own_folder: Path) -> None:
    server = a_postgres(own_folder)
    listener = await asyncio.start_server(lambda *_: None, "127.0.0.1", server.port)

    async with listener:
        with pytest.raises(PortTaken, match=str(server.port)):
            await server.start()


async def test_an_acknowledged_message_survives_a_killed_kafka(own_kafka: Kafka) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=own_kafka.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic("kept", num_partitions=1, replication_factor=1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=own_kafka.bootstrap, enable_idempotence=True)
    await producer.start()
    await producer.send_and_wait("kept", "公开".encode())
    await producer.stop()

    kill(own_kafka.pid)
    await eventually(lambda: not own_kafka.running)
    await own_kafka.restart()

    consumer = AIOKafkaConsumer("kept", bootstrap_servers=own_kafka.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    message = await asyncio.wait_for(consumer.getone(), 20)
    await consumer.stop()
    assert message.value == "公开".encode()


async def test_the_next_start_ends_what_a_killed_supervisor_left(own_folder: Path) -> None:
    first = a_postgres(own_folder)
    await first.start()
    left_behind = first.pid
    assert left_behind is not None
    second = a_postgres(own_folder)
    second.password = first.password

    await second.start()

    assert started_at(left_behind) is None
    assert await asked(second.dsn(), "SELECT 1") == 1
    await second.stop()
    await first.stop()
