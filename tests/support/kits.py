"""A service's tools for a test: real database, real Kafka when asked, a clock the test holds."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from prometheus_client import CollectorRegistry

from gongkai.runtime import migrate
from gongkai.runtime.blobs import Blobs
from gongkai.runtime.identity_token import Tokens
from gongkai.runtime.kit import Kit
from gongkai.runtime.metrics import Metrics
from gongkai.runtime.settings import Settings
from gongkai.runtime.vault import Vault
from gongkai.statute.calendar import built_in

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


class HeldClock:
    """Stands still until the test moves it."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **how: float) -> None:
        self.at += timedelta(**how)


def wall_clock() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def a_kit(
    dsn: str,
    folder: Path,
    *,
    name: str = "publication",
    package: str | None = "gongkai.runtime",
    kafka: str = "127.0.0.1:1",
    now: Any = None,
    **settings: Any,
) -> AsyncIterator[Kit]:
    """Give a migrated database and a kit around it; without a package the database is as it must be already."""
    folder.mkdir(parents=True, exist_ok=True)
    instance = settings.pop("instance", f"test-{uuid4()}")
    chosen = Settings(database_url=dsn, kafka=kafka, data_dir=folder, instance=instance, **settings)
    pool = await asyncpg.create_pool(dsn, min_size=1, max_size=12, server_settings={"timezone": "UTC"})
    if package is not None:
        async with pool.acquire() as db:
            await migrate.migrate(db, package)
    async with httpx.AsyncClient() as http:
        yield Kit(
            name=name,
            settings=chosen,
            pool=pool,
            blobs=Blobs(folder / "blobs"),
            vault=Vault(folder / "keys" / "vault.key"),
            tokens=Tokens(folder / "keys"),
            calendar=built_in(),
            metrics=Metrics(CollectorRegistry()),
            http=http,
            data_dir=folder,
            now=now or wall_clock,
            new_id=uuid4,
        )
    await pool.close()


def an_id(number: int) -> UUID:
    return UUID(int=number)
