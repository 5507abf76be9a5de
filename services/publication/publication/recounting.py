"""Counts open clocks again when the calendar in force is another one. Closed clocks keep the date they had."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from gongkai.runtime import calendars
from gongkai.runtime.kit import Kit
from gongkai.runtime.tx import Tx
from gongkai.statute.legal_day import legal_date
from publication import clocks, store
from publication.clocks import Counted
from publication.domain import commands as c
from publication.domain.dossier import Dossier
from publication.service import Desk, due

KINDS: Final = ("proactive-warning", "proactive", "penalty-withdrawal", "emergency-debt")


async def recount(kit: Kit, desk: Desk) -> int:
    """Count every open clock of another calendar again; returns how many dates moved."""
    moved = 0
    while True:
        async with kit.transaction() as tx:
            # What the database knows, not what this process remembers: two processes must not pull a date both ways.
            calendar = await calendars.refresh(kit, tx.db)
            stale = await store.clocks_of_other_calendars(tx, calendar.version, KINDS)
            by_document: dict[UUID, dict[str, date]] = defaultdict(dict)
            for row in stale:
                by_document[UUID(row["subject"])][row["kind"]] = date.fromisoformat(row["due_on"])
            for document_id, dates in by_document.items():
                moved += await _document(tx, desk, document_id, dates)
        if not stale:
            return moved


async def _document(tx: Tx, desk: Desk, document_id: UUID, dates: dict[str, date]) -> int:
    case = await desk.load(tx, document_id)
    again = _counted(case.dossier, desk, dates)
    moved = 0
    for kind, before_on in dates.items():
        counted = again.get(kind)
        if counted is None:
            await tx.stop_clock(kind, str(document_id))
            continue
        if counted.due_on != before_on:
            counted = _moved(counted, before_on, legal_date(tx.now))
            command = c.RecountClock(kind, before_on, counted.due_on, counted.calendar_version)
            await desk.perform(tx, document_id, command)
            moved += 1
        await tx.set_clock(due(counted, str(document_id)))
    return moved


def _moved(counted: Counted, before_on: date, today: date) -> Counted:
    """Leave the date that held before beside the sum, for those who planned with it."""
    before = {"before": before_on.isoformat(), "moved_on": today.isoformat()}
    return replace(counted, explanation=counted.explanation | before)


def _counted(dossier: Dossier, desk: Desk, dates: dict[str, date]) -> dict[str, Counted]:
    found: list[Counted] = []
    if (began := clocks.begins(dossier)) is not None:
        found += clocks.proactive(began, desk.calendar)
    if dossier.penalty is not None:
        found.append(clocks.penalty_withdrawal(dossier.penalty.changed_on, desk.calendar))
    if dossier.owed and "emergency-debt" in dates:
        found.append(clocks.debt_on_another_calendar(dates["emergency-debt"], desk.calendar))
    return {counted.kind: counted for counted in found}
