"""One embedded PostgreSQL and one Kafka for the whole run. They start when the first test asks for them."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.support.stack import Databases, a_kafka, a_postgres, scratch_folder


@pytest.fixture(scope="session")
def stack_folder() -> Iterator[Path]:
    folder = scratch_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def postgres(stack_folder: Path) -> AsyncIterator[Databases]:
    """`await postgres.database("name")` is the DSN of a fresh, empty database."""
    server = a_postgres(stack_folder)
    await server.start()
    yield Databases(server)
    await server.stop()


@pytest.fixture(scope="session")
async def kafka(stack_folder: Path) -> AsyncIterator[str]:
    """Return the bootstrap address of a real broker. Topics and groups are the test's own: name them uniquely."""
    broker = a_kafka(stack_folder)
    await broker.start()
    yield broker.bootstrap
    await broker.stop()
