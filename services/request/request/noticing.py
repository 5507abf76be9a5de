"""Tells identity what waits for whom, so that people see it wherever they are. Only changes travel, never contents."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import httpx

from gongkai.runtime import telemetry
from gongkai.runtime.kit import AWAY, Kit
from gongkai.runtime.register import canonical
from gongkai.web.permissions import Action
from request import keeping, reading
from request.clocks import start_of
from request.work import STEP_NAMES

log = telemetry.logger(__name__)

EVERY: Final = 2.0
AT_ONCE: Final = 400
#: Who is told of which step; a step that waits for others is told to nobody.
ACTIONS: Final[dict[str, Action]] = {
    "receipt": "request.register",
    "register": "request.register",
    "assign": "request.register",
    "draft": "request.handle",
    "section-head": "request.approve",
    "legal-review": "request.approve",
    "openness-officer": "request.approve",
    "deputy-head": "request.approve",
    "issue": "request.handle",
    "serve": "request.handle",
    "remedy": "request.remedy",
    "conversion": "request.convert",
}
#: Steps that are told to the person in charge, when there is one.
_OF_HANDLER: Final = frozenset({"draft", "issue", "serve", "remedy"})


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that waits. The key is ours; the label is shown on pages and never mailed."""

    key: str
    organ_id: UUID
    action: Action
    href: str
    label: str
    person_ids: tuple[UUID, ...] = ()
    due_at: datetime | None = None

    def body(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "organ_id": str(self.organ_id),
            "action": self.action,
            "href": self.href,
            "label": self.label[:120],
            "unit": "",
            "person_ids": [str(person) for person in self.person_ids],
            "except_ids": [],
            "due_at": self.due_at.isoformat() if self.due_at else None,
        }

    @property
    def digest(self) -> str:
        return hashlib.sha256(canonical(self.body()).encode()).hexdigest()


def notice_of(row: Mapping[str, Any]) -> Notice | None:
    """Return what a case waits for, as identity's notice; the label holds the office's own words only."""
    step = row["next_step"]
    action = ACTIONS.get(step)
    if action is None:
        return None
    person = (row["handler"],) if step in _OF_HANDLER and row["handler"] else ()
    named = "　".join(part for part in (row["number"], row["topic"]) if part) or "新收申请"
    due_at = start_of(row["due_on"]) if row["due_on"] else None
    href = f"/request/desk/cases/{row['id']}"
    return Notice(f"{row['id']}:{step}", row["organ_id"], action, href, f"{STEP_NAMES[step]}：{named}", person, due_at)


@dataclass(slots=True)
class Noticing:
    """The background loop. Identity being away only delays it."""

    kit: Kit
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
        async with self.kit.reading() as db:
            rows = await reading.work_everywhere(db)
            known = await reading.notices_told(db)
        waiting = [notice for notice in map(notice_of, rows) if notice is not None]
        fresh = [notice for notice in waiting if known.get(notice.key) != notice.digest]
        settled = sorted(set(known) - {notice.key for notice in waiting})
        for start in range(0, max(len(fresh), len(settled)), AT_ONCE):
            await self._tell(fresh[start : start + AT_ONCE], settled[start : start + AT_ONCE])
        return len(fresh) + len(settled)

    async def _tell(self, fresh: Sequence[Notice], settled: Sequence[str]) -> None:
        url = f"{self.kit.settings.url_of('identity')}/identity/api/notices"
        answer = await self.kit.http.post(
            url, json={"notices": [notice.body() for notice in fresh], "settled": list(settled)}
        )
        answer.raise_for_status()
        async with self.kit.transaction() as tx:
            await keeping.keep_notices_told(tx, [(notice.key, notice.digest) for notice in fresh], settled)
