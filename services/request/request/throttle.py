"""How many wrong codes are too many. Counted in PostgreSQL, so that a restart or a second instance forgives nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gongkai.runtime.errors import TooMany
from gongkai.runtime.kit import Kit
from gongkai.runtime.tx import Tx
from request import store
from request.keyring import Keyring

WINDOW: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Tries counted together."""

    key: bytes
    allowance: int
    forgiven: bool
    """Whether the right answer forgives the tries before it."""


def follow_buckets(keyring: Keyring, code: str, address: str) -> list[Bucket]:
    """One guesser at one code, one address at many codes."""
    return [
        Bucket(keyring.digest("try-code", keyring.code(code).hex()), 10, forgiven=True),
        Bucket(keyring.digest("try-address", address), 30, forgiven=False),
    ]


def submit_buckets(keyring: Keyring, address: str) -> list[Bucket]:
    """Nobody is kept from applying; a program that floods the office is slowed down."""
    return [Bucket(keyring.digest("submit-address", address), 60, forgiven=False)]


def draft_buckets(keyring: Keyring, address: str) -> list[Bucket]:
    """Let people save as often as they like, and a flood of programs not."""
    return [Bucket(keyring.digest("draft-address", address), 120, forgiven=False)]


def pause(failures: int, allowance: int) -> timedelta | None:
    """Return how long to wait after so many tries: 1, 2, 4 … minutes once the allowance is used up."""
    if failures < allowance:
        return None
    return min(timedelta(minutes=2 ** min(failures - allowance, 10)), LONGEST)


async def count_try(kit: Kit, buckets: Sequence[Bucket]) -> None:
    """Count a try before it is made; raises `TooMany` when one of the buckets is closed."""
    async with kit.transaction() as tx:
        until = await _counted(tx, sorted(buckets, key=lambda each: each.key))
        now = tx.now
    if until is not None:
        seconds = max(1, int((until - now).total_seconds()) + 1)
        raise TooMany(f"试的次数太多了，为了安全，请 {-(-seconds // 60)} 分钟后再试", seconds)


async def _counted(tx: Tx, buckets: Sequence[Bucket]) -> datetime | None:
    for bucket in buckets:
        # Tries at the same bucket queue here, in one order for everyone, so that none is judged by an old count.
        await store.queue_for_bucket(tx, int.from_bytes(bucket.key[:8], "big", signed=True))
    until = await store.throttled(tx, [bucket.key for bucket in buckets])
    if until is not None:
        return until
    for bucket in buckets:
        wait = pause(await store.count_try(tx, bucket.key, tx.now - WINDOW), bucket.allowance)
        if wait is not None:
            await store.block_until(tx, bucket.key, tx.now + wait)
    return None


async def forgive(tx: Tx, buckets: Sequence[Bucket]) -> None:
    """Take back the tries: the right code was given, these were no guesses."""
    for bucket in sorted(buckets, key=lambda each: each.key):
        await (store.forget_tries if bucket.forgiven else store.take_back_try)(tx, bucket.key)
