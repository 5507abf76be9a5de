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
from publication import reading, store
from publication.clocks import start_of
from publication.domain import disclosure, steps
from publication.domain.people import NOBODY
from publication.domain.steps import StepName
from publication.site_errors import store as site_errors

log = telemetry.logger(__name__)

EVERY: Final = 2.0
AT_ONCE: Final = 400
MARK_ACTIONS: Final[dict[StepName, Action]] = {
    "first-review": "mark.first-review",
    "first-proof": "mark.first-proof",
    "second-review": "mark.second-review",
    "second-proof": "mark.second-proof",
    "final-review": "mark.third-review",
    "final-proof": "mark.third-proof",
    "head-review": "mark.third-review-important",
}


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


def notices_of(row: Mapping[str, Any], due_at: datetime | None) -> list[Notice]:
    """Return what a document waits for, as identity's notices: who it is for is worked out there."""

    def notice(what: str, action: Action, **who: Any) -> Notice:
        href = f"/publication/documents/{row['id']}"
        return Notice(f"{row['id']}:{what}", row["organ_id"], action, href, row["title"], due_at=due_at, **who)

    def mark(name: StepName) -> Notice:
        step = steps.BY_NAME[name]
        return notice(
            name,
            MARK_ACTIONS[name],
            unit=row["unit"] if step.own_section else "",
            except_ids=tuple(row["reviewers"] or ()) if step.review else (),
        )

    found: list[Notice] = []
    if row["state"] == "Drafting":
        by = () if row["started_by"] == NOBODY else (row["started_by"],)
        found.append(notice("write", "draft.edit", person_ids=by, unit="" if by else row["unit"]))
    if row["state"] == "ChangeProposed":
        found.append(notice("proposal", "document.withdraw"))
    if row["state"] == "Reviewing" and row["next_step"] in MARK_ACTIONS:
        found.append(mark(row["next_step"]))
    if row["state"] == "Reviewing" and row["next_step"] == "sign-off" and _is_clear(row):
        found.append(notice("sign-off", "release.order"))
    if row["state"] == "Reviewing":
        left = {role for name in row["disclosure_left"] for role in disclosure.BY_NAME[name].roles}
        if "secrecy_reviewer" in left:
            found.append(notice("secrecy", "secrecy.review"))
        if "openness_officer" in left or row["openness"] != "proactive":
            found.append(notice("openness", "openness.decide"))
    if row["owed"]:
        found.append(mark(row["owed"][0]))
    return found


def _is_clear(row: Mapping[str, Any]) -> bool:
    return (
        bool(row["checked"]) and not row["unsettled"] and not row["disclosure_left"] and row["openness"] == "proactive"
    )


def release_notice(row: Mapping[str, Any]) -> Notice:
    return Notice(
        f"{row['id']}:release", row["organ_id"], "release.proceed", f"/publication/releases/{row['id']}", row["title"]
    )


def error_notice(row: Mapping[str, Any]) -> Notice:
    """Say that a citizen waits for an answer: by the number, never by what was written."""
    return Notice(
        f"{row['id']}:site-error", row["organ_id"], "site-error.answer", f"/publication/site-errors/{row['id']}",
        f"网站纠错 {row['receipt']}", due_at=start_of(row["due_on"]),
    )  # fmt: skip


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
            waiting = await _waiting(db)
            known = await reading.notices_told(db)
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
            await store.keep_notices_told(tx, [(notice.key, notice.digest) for notice in fresh], settled)


async def _waiting(db: Any) -> list[Notice]:
    rows = await reading.work_everywhere(db)
    clocks = await reading.running_clocks(db, [row["id"] for row in rows])
    found: list[Notice] = []
    for row in rows:
        deadline = next((clock for clock in clocks.get(row["id"], []) if clock["kind"] != "proactive-warning"), None)
        found += notices_of(row, start_of(deadline["due_on"]) if deadline else None)
    found += [release_notice(row) for row in await reading.releases_everywhere(db)]
    return found + [error_notice(row) for row in await site_errors.waiting(db)]
