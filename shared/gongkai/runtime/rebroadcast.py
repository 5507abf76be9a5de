"""Says everything again that an outbox still holds: after Kafka was lost, or the databases were restored.

Readers that know an event leave it alone, so whatever is said again has no second effect. For that every reader has
to remember for as long as any outbox does: `inbox.purge` keeps to it, and what is remembered here counts from now.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gongkai.runtime.leader import lock_number
from gongkai.runtime.outbox import NUMBERING
from gongkai.runtime.sql import Connection

_HELD: Final = "SELECT count(*) AS events, min(seq) AS first FROM outbox"
_REWIND: Final = """
UPDATE outbox_head SET leader_epoch = leader_epoch + 1, published_seq = coalesce($1::bigint - 1, last_seq)
RETURNING last_seq"""
#: The places it was read at belong to topics that are no more. New ones may not be taken for them.
_UNPLACE: Final = """UPDATE quarantine SET "offset" = -number WHERE "offset" >= 0"""
_REMEMBER: Final = "UPDATE inbox SET received_at = $1 WHERE received_at < $1"


class StillRunning(Exception):
    """The service sends at this moment. What it sent meanwhile would overtake what is said again."""


@dataclass(frozen=True, slots=True)
class Rewound:
    """What one service will say again. `forgotten` events were said so long ago that their text is no longer kept."""

    service: str
    events: int
    forgotten: int


async def rewind(db: Connection, service: str, now: datetime) -> Rewound | None:
    """Let the relay begin at the oldest event that is kept. Belongs inside a transaction; none without an outbox."""
    if await db.fetchval("SELECT to_regclass('outbox_head')") is None:
        return None
    if not await db.fetchval("SELECT pg_try_advisory_xact_lock($1)", lock_number(f"relay:{service}")):
        raise StillRunning(service)
    await db.execute("SELECT pg_advisory_xact_lock($1)", NUMBERING)
    held = await db.fetchrow(_HELD)
    last = await db.fetchval(_REWIND, held["first"])
    await db.execute(_UNPLACE)
    await db.execute(_REMEMBER, now)
    return Rewound(service, held["events"], (held["first"] - 1) if held["first"] else last)
