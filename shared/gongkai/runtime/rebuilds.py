"""Read models that a migration wants made again: once, by whichever process comes first, and before it answers anybody.

A migration that adds a table of what facts say already writes a row into `rebuild_wanted`, where there are such facts:

    INSERT INTO rebuild_wanted (what, why) SELECT 'cases', 'counted' WHERE EXISTS (SELECT 1 FROM register …)
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from gongkai.runtime import telemetry
from gongkai.runtime.kit import Kit
from gongkai.runtime.tx import Actor, Tx

log = telemetry.logger(__name__)

UPGRADE: Final = Actor("system", "upgrade")
_PAUSE: Final = 0.5
_WANTED: Final = "SELECT EXISTS (SELECT FROM rebuild_wanted)"
_TAKE: Final = """
DELETE FROM rebuild_wanted WHERE what IN (SELECT what FROM rebuild_wanted FOR UPDATE SKIP LOCKED) RETURNING what, why"""


async def when_wanted(kit: Kit, rebuild: Callable[[Tx], Awaitable[object]]) -> bool:
    """Make the read models again if a migration wants that; wait for another process that is at it already.

    Whoever dies in the middle has changed nothing: the wish is taken back in the transaction that fulfils it.
    """
    done = False
    while await kit.pool.fetchval(_WANTED):
        async with kit.transaction(actor=UPGRADE) as tx:
            taken = await tx.db.fetch(_TAKE)
            if taken:
                log.info("rebuilding", service=kit.name, because=[f"{row['what']}: {row['why']}" for row in taken])
                await rebuild(tx)
                done = True
        if not taken:
            await asyncio.sleep(_PAUSE)
    return done
