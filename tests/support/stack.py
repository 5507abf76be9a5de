"""One PostgreSQL and one Kafka for a whole test run, in a folder that goes away with it."""

import atexit
import itertools
import json
import os
import re
import secrets
import shutil
import signal
import tempfile
from pathlib import Path

import asyncpg

from gongkai.local import ports
from gongkai.local.folders import cache_folder
from gongkai.local.kafka import Kafka
from gongkai.local.postgres import FOR_TESTS, Postgres
from gongkai.local.process import started_at

PREFIX = "gongkai-test-"


class Databases:
    """Fresh, empty databases on the run's PostgreSQL."""

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self._numbers = itertools.count(1)

    async def database(self, name: str = "db", template: str | None = None) -> str:
        """Return the DSN of a new, empty database (or of a copy of `template`, a DSN nobody is connected to)."""
        label = re.sub(r"[^a-z0-9_]", "_", name.lower())[:40]
        database = f"{label}_{next(self._numbers)}"
        source = self.name_of(template) if template else "template0"
        await self._run(f'CREATE DATABASE "{database}" TEMPLATE "{source}"')
        return self.server.dsn(database)

    async def drop(self, dsn: str) -> None:
        """Drop a database now. Those that are left go away with the run."""
        await self._run(f'DROP DATABASE IF EXISTS "{self.name_of(dsn)}" WITH (FORCE)')

    @staticmethod
    def name_of(dsn: str) -> str:
        return dsn.rpartition("/")[2]

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(self.server.dsn())
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def scratch_folder() -> Path:
    """Make a folder that a database's own user can enter, and sweep away what killed runs left."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "owner.json").write_text(json.dumps({"pid": os.getpid(), "started": started_at(os.getpid())}))
    return folder


def sweep() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            owner = json.loads((folder / "owner.json").read_text())
        except (OSError, ValueError):
            continue
        if started_at(owner["pid"]) != owner["started"]:
            end_recorded(folder / "run", signal.SIGKILL)
            shutil.rmtree(folder, ignore_errors=True)


def end_recorded(run: Path, sent: signal.Signals) -> None:
    """End the processes noted in a `run` folder, and only when they are still the same processes."""
    for record in run.glob("*.json"):
        try:
            noted = json.loads(record.read_text())
        except (OSError, ValueError):
            continue
        if started_at(noted["pid"]) == noted["started"]:
            os.kill(noted["pid"], sent)


def a_postgres(folder: Path) -> Postgres:
    return Postgres(
        folder=folder / "postgres",
        port=ports.free_port(),
        password=secrets.token_urlsafe(18),
        logs=folder / "logs",
        run=folder / "run",
        cache=cache_folder(),
        settings=FOR_TESTS,
    )


def a_kafka(folder: Path) -> Kafka:
    port = ports.free_port()
    return Kafka(
        folder=folder / "kafka",
        port=port,
        controller_port=ports.free_port(avoid=frozenset({port})),
        logs=folder / "logs",
        run=folder / "run",
        cache=cache_folder(),
    )
