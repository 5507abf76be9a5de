"""Tells identity what waits for whom, so that people see it wherever they are. Only changes travel, never contents.

The table `notice_told` belongs to the service: what identity knows of its waiting work.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import httpx

from gongkai.runtime import telemetry
from gongkai.runtime.kit import AWAY, Kit
from gongkai.runtime.register import canonical
from gongkai.runtime.tx import Tx
from gongkai.web.permissions import Action

log = telemetry.logger(__name__)

EVERY: Final = 2.0
AT_ONCE: Final = 400
_TOLD: Final = "SELECT key, digest FROM notice_told"
_KEEP: Final = """
INSERT INTO notice_told (key, digest, told_at) SELECT e.key, e.digest, $3
FROM unnest($1::text[], $2::text[]) AS e(key, digest)
ON CONFLICT (key) DO UPDATE SET digest = excluded.digest, told_at = excluded.told_at"""
_FORGET: Final = "DELETE FROM notice_told WHERE key = ANY($1)"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that waits. The key is ours; the label is shown on pages and never mailed."""

    key: str
    organ_id: UUID
    action: Action
    href: str
    label: str
    unit: str = ""
    person_ids: tuple[UUID, ...] = ()
    except_ids: tuple[UUID, ...] = ()
    due_at: datetime | None = None

    def body(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "organ_id": str(self.organ_id),
            "action": self.action,
            "href": self.href,
            "label": self.label[:120],
            "unit": self.unit[:40],
            "person_ids": [str(person) for person in self.person_ids],
            "except_ids": [str(person) for person in self.except_ids],
            "due_at": self.due_at.isoformat() if self.due_at else None,
        }

    @property
    def digest(self) -> str:
        return hashlib.sha256(canonical(self.body()).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new and what is settled since identity was told."""

    fresh: Sequence[Notice] = ()
    settled: Sequence[str] = ()
    told: Callable[[Tx], Awaitable[None]] | None = None
    """Remembers where one stands, once all of it was told."""
    more: bool = False
    """Whether there is more to look at."""


def compared(waiting: Callable[[Any], Awaitable[list[Notice]]]) -> Callable[[Any], Awaitable[Changes]]:
    """Find changes by comparing all that waits now with all that was told: for services with little waiting work."""

    async def changes(db: Any) -> Changes:
        now = await waiting(db)
        known = {row["key"]: row["digest"] for row in await db.fetch(_TOLD)}
        fresh = [notice for notice in now if known.get(notice.key) != notice.digest]
        return Changes(fresh, sorted(set(known) - {notice.key for notice in now}))

    return changes


@dataclass(slots=True)
class Noticing:
    """The background loop; `changes` is asked what identity does not know yet. Identity being away only delays it."""

    kit: Kit
    changes: Callable[[Any], Awaitable[Changes]]
    every: float = EVERY
    _away: bool = field(default=False)

    async def run(self) -> None:
        while True:
            try:
                await self.tell_changes()
                self._away = False
            except (httpx.HTTPError, *AWAY) as trouble:
                if not self._away:
                    log.warning("notices-wait", trouble=type(trouble).__name__)
                self._away = True
            await asyncio.sleep(self.every * (5 if self._away else 1))

    async def tell_changes(self) -> int:
        """Tell what is new and what is settled; returns how many notices travelled."""
        travelled, more = 0, True
        while more:
            async with self.kit.reading() as db:
                found = await self.changes(db)
            for start in range(0, max(len(found.fresh), len(found.settled)), AT_ONCE):
                await self._tell(found.fresh[start : start + AT_ONCE], found.settled[start : start + AT_ONCE])
            if found.told is not None:
                async with self.kit.transaction() as tx:
                    await found.told(tx)
            travelled += len(found.fresh) + len(found.settled)
            more = found.more
        return travelled

    async def _tell(self, fresh: Sequence[Notice], settled: Sequence[str]) -> None:
        url = f"{self.kit.settings.url_of('identity')}/identity/api/notices"
        answer = await self.kit.http.post(
            url, json={"notices": [notice.body() for notice in fresh], "settled": list(settled)}
        )
        answer.raise_for_status()
        async with self.kit.transaction() as tx:
            if fresh:
                keys, digests = [notice.key for notice in fresh], [notice.digest for notice in fresh]
                await tx.db.execute(_KEEP, keys, digests, tx.now)
            if settled:
                await tx.db.execute(_FORGET, list(settled))
