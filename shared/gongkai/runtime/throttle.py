"""How many wrong tries are too many. Counted in PostgreSQL, so that a restart or a second instance forgives nothing.

The table `throttle` belongs to the service; its buckets are keyed digests, so that nobody's address or name is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from starlette.requests import Request

from gongkai.runtime.errors import TooMany
from gongkai.runtime.kit import Kit
from gongkai.runtime.sql import queries
from gongkai.runtime.tx import Tx

WINDOW: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=1)
_SQL: Final = queries("gongkai.runtime", "throttle.sql")


@dataclass(frozen=True, slots=True)
class Bucket:
    """Tries counted together."""

    key: bytes
    allowance: int
    forgiven: bool
    """Whether the right answer forgives the tries before it."""


def pause(failures: int, allowance: int) -> timedelta | None:
    """Return how long to wait after so many failures: 1, 2, 4 … minutes once the allowance is used up."""
    if failures < allowance:
        return None
    return min(timedelta(minutes=2 ** min(failures - allowance, 10)), LONGEST)


#: The pauses in seconds, one after the other, until they grow no more.
_PAUSES: Final = [str(each.total_seconds()) for step in range(11) if (each := pause(step, 0))]


async def count_try(kit: Kit, buckets: Sequence[Bucket]) -> None:
    """Count a try before it is made; raises `TooMany` when one of the buckets is closed."""
    if len(buckets) == 1:
        await _count_alone(kit, buckets[0])
        return
    ordered = sorted(buckets, key=lambda each: each.key)
    async with kit.transaction() as tx:
        # Tries at the same bucket queue here, in one order for everyone, so that none is judged by an old count.
        for bucket in ordered:
            await tx.db.execute(_SQL["queue_for_bucket"], int.from_bytes(bucket.key[:8], "big", signed=True))
        until: datetime | None = await tx.db.fetchval(_SQL["throttled"], [each.key for each in ordered], tx.now)
        if until is None:
            for bucket in ordered:
                failures = await tx.db.fetchval(_SQL["count_try"], bucket.key, tx.now, tx.now - WINDOW)
                wait = pause(failures, bucket.allowance)
                if wait is not None:
                    await tx.db.execute(_SQL["block_until"], bucket.key, tx.now + wait)
        now = tx.now
    _refuse_until(until, now)


async def _count_alone(kit: Kit, bucket: Bucket) -> None:
    """Count in one statement, which is a transaction by itself."""
    now = kit.now()
    async with kit.reading() as db:
        counted = await db.fetchval(_SQL["count_alone"], bucket.key, now, now - WINDOW, bucket.allowance, _PAUSES)
        if counted is None:
            _refuse_until(await db.fetchval(_SQL["throttled"], [bucket.key], now), now)


def _refuse_until(until: datetime | None, now: datetime) -> None:
    if until is not None:
        seconds = max(1, int((until - now).total_seconds()) + 1)
        raise TooMany(f"试的次数太多了，为了安全，请 {-(-seconds // 60)} 分钟后再试", seconds)


async def forgive(tx: Tx, buckets: Sequence[Bucket]) -> None:
    """Take the tries back: the right answer was given."""
    for bucket in sorted(buckets, key=lambda each: each.key):
        await tx.db.execute(_SQL["forget_tries" if bucket.forgiven else "take_back_try"], bucket.key)


async def sweep(tx: Tx, before: datetime) -> None:
    """Forget tries that began before this and close nothing any more."""
    await tx.db.execute(_SQL["sweep"], before, tx.now)


def address_of(request: Request) -> str:
    """Return where a try came from; it is only ever kept as a keyed digest."""
    return request.client.host if request.client else ""
