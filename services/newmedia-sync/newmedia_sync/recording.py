"""What was learnt outside must not be lost to somebody who writes at the same moment, or to a database that is away."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from asyncpg import PostgresError

from gongkai.runtime import telemetry
from gongkai.runtime.errors import ChangedMeanwhile
from gongkai.runtime.kit import AWAY

log = telemetry.logger(__name__)
T = TypeVar("T")


async def persistently(act: Callable[[], Awaitable[T]]) -> T:
    """Run a transaction again until it commits. It reads what is true each time, so nothing is decided twice."""
    pause = 0.02
    while True:
        try:
            return await act()
        except ChangedMeanwhile:
            await asyncio.sleep(0)
        except (PostgresError, *AWAY) as away:
            log.warning("record-delayed", trouble=type(away).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)
