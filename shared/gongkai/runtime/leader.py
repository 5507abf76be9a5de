"""One leader per service and duty: a session advisory lock on a connection of its own."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from gongkai.runtime import telemetry
from gongkai.runtime.sql import Connection

log = telemetry.logger(__name__)


def lock_number(duty: str) -> int:
    """Return a stable 63-bit number for an advisory lock."""
    return int.from_bytes(hashlib.sha256(duty.encode()).digest()[:8], "big") >> 1


@asynccontextmanager
async def leadership(dsn: str, duty: str, *, retry: float = 0.2) -> AsyncIterator[Connection]:
    """Wait until this process leads the duty, then give the connection whose life is the lead's life."""
    db: Connection = await asyncpg.connect(dsn, timeout=10, command_timeout=60)
    try:
        # A holder that was killed frees the lock with its connection; keepalives find one that was cut off.
        await db.execute("SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3")
        number = lock_number(duty)
        while not await db.fetchval("SELECT pg_try_advisory_lock($1)", number):  # noqa: ASYNC110
            await asyncio.sleep(retry)  # the lock tells nobody when it is free
        log.info("leading", duty=duty)
        yield db
    finally:
        with contextlib.suppress(Exception):
            await db.close(timeout=2)
        db.terminate()
