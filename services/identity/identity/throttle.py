"""How many wrong tries are too many. Counted in PostgreSQL, so that a restart or a second instance forgives nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gongkai.runtime.errors import TooMany
from gongkai.runtime.kit import Kit
from gongkai.runtime.tx import Tx
from identity.keyring import Keyring
from identity.store import SQL

WINDOW: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Tries counted together. A success forgives the person's own tries but not the address's."""

    key: bytes
    allowance: int
    personal: bool


def pause(failures: int, allowance: int) -> timedelta | None:
    """Return how long to wait after so many failures: 1, 2, 4 … minutes once the allowance is used up."""
    if failures < allowance:
        return None
    return min(timedelta(minutes=2 ** min(failures - allowance, 10)), LONGEST)


def sign_in_buckets(keyring: Keyring, login: str, address: str) -> list[Bucket]:
    """One guesser at one account, one address at many accounts, many addresses at one account."""
    login_key = keyring.login(login).hex()
    return [
        Bucket(keyring.digest("try-both", f"{login_key} {address}"), 5, personal=True),
        Bucket(keyring.digest("try-address", address), 40, personal=False),
        Bucket(keyring.digest("try-account", login_key), 50, personal=True),
    ]


async def count_try(kit: Kit, buckets: Sequence[Bucket]) -> None:
    """Count a try before it is made; raises `TooMany` when one of the buckets is closed."""
    ordered = sorted(buckets, key=lambda each: each.key)
    async with kit.transaction() as tx:
        # Tries at the same bucket queue here, in one order for everyone, so that none is judged by an old count.
        for bucket in ordered:
            await tx.db.execute(SQL["queue_for_bucket"], int.from_bytes(bucket.key[:8], "big", signed=True))
        until: datetime | None = await tx.db.fetchval(SQL["throttled"], [each.key for each in buckets], tx.now)
        if until is None:
            for bucket in ordered:
                failures = await tx.db.fetchval(SQL["count_try"], bucket.key, tx.now, tx.now - WINDOW)
                wait = pause(failures, bucket.allowance)
                if wait is not None:
                    await tx.db.execute(SQL["block_until"], bucket.key, tx.now + wait)
        now = tx.now
    if until is not None:
        seconds = max(1, int((until - now).total_seconds()) + 1)
        minutes = -(-seconds // 60)
        raise TooMany(f"试的次数太多了，为了安全，请 {minutes} 分钟后再试", seconds)


async def forgive(tx: Tx, buckets: Sequence[Bucket]) -> None:
    for bucket in sorted(buckets, key=lambda each: each.key):
        await tx.db.execute(SQL["forgive" if bucket.personal else "take_back_try"], bucket.key)
