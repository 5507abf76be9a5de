"""What every bench stands on: one PostgreSQL, one Kafka, fresh databases and topics."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from tests.support.stack import Databases, a_kafka, a_postgres, scratch_folder

_numbers = itertools.count(1)


@dataclass(slots=True)
class Ground:
    folder: Path
    databases: Databases
    kafka: str
    rounds: int = 3
    quick: bool = False

    async def topic(self, label: str, partitions: int = 6) -> str:
        name = f"bench.{label}.{next(_numbers)}"
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        try:
            await admin.create_topics([NewTopic(name, partitions, 1)])
        finally:
            await admin.close()
        return name

    async def topics(self, *names: str, partitions: int = 6) -> None:
        """Make topics with given names; the catalogue's own names are used once per ground."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        try:
            present = set(await admin.list_topics())
            await admin.create_topics([NewTopic(name, partitions, 1) for name in names if name not in present])
        finally:
            await admin.close()

    async def emptied(self, name: str, partitions: int = 6) -> str:
        """Empty a topic by making it anew."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        try:
            if name in await admin.list_topics():
                await admin.delete_topics([name])
            while name in await admin.list_topics():
                await asyncio.sleep(0.05)
            await admin.create_topics([NewTopic(name, partitions, 1)])
        finally:
            await admin.close()
        return name


@asynccontextmanager
async def ground(*, rounds: int = 3, quick: bool = False) -> AsyncIterator[Ground]:
    folder = scratch_folder()
    server, broker = a_postgres(folder), a_kafka(folder)
    await server.start()
    await broker.start()
    try:
        yield Ground(folder, Databases(server), broker.bootstrap, rounds, quick)
    finally:
        await broker.stop()
        await server.stop()
