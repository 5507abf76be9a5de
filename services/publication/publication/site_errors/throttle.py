"""How much may be sent in from one place, and altogether. Counted in PostgreSQL: a restart forgives nothing."""

import hashlib
import hmac
import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from gongkai.runtime import keyfiles
from gongkai.runtime.errors import TooMany
from gongkai.runtime.kit import Kit
from publication.site_errors.store import SQL

WINDOW: Final = timedelta(hours=1)
#: Reports an hour: from one address, behind which a whole office may sit; and from everywhere.
FROM_ONE_PLACE, FROM_EVERYWHERE = 10, 300
#: Receipts asked for an hour from one address.
LOOK_UPS: Final = 60
_STEM: Final = "publication-places"


@dataclass(frozen=True, slots=True)
class Throttle:
    kit: Kit
    key: bytes

    @classmethod
    def of(cls, kit: Kit) -> "Throttle":
        folder = kit.settings.data_dir / "keys"
        known = keyfiles.read_all(folder, _STEM, "key")
        return cls(kit, known[0][1] if known else keyfiles.create(folder, _STEM, "key", 1, os.urandom(32)))

    async def allow_report(self, place: str) -> None:
        """Count a report before it is taken in; `TooMany` when there were enough in this hour."""
        await self._count(f"report {place}", FROM_ONE_PLACE)
        await self._count("report", FROM_EVERYWHERE)

    async def allow_look_up(self, place: str) -> None:
        await self._count(f"look {place}", LOOK_UPS)

    async def _count(self, what: str, allowance: int) -> None:
        bucket = hmac.new(self.key, what.encode(), hashlib.sha256).digest()
        async with self.kit.transaction() as tx:
            await tx.db.execute(SQL["forget_tries"], tx.now - 2 * WINDOW)
            row = await tx.db.fetchrow(SQL["count_try"], bucket, tx.now, WINDOW)
            now = tx.now
        if row["tries"] > allowance:
            seconds = max(1, int((row["began"] + WINDOW - now).total_seconds()) + 1)
            raise TooMany(f"提交的次数太多了，请 {-(-seconds // 60)} 分钟后再试", seconds)
