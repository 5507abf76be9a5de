"""Counts open clocks again when the calendar in force is another one. Closed clocks keep the date they had."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from gongkai.runtime.kit import Kit
from gongkai.runtime.tx import Tx
from publication import clocks, store
from publication.clocks import Counted
from publication.domain import commands as c
from publication.domain.dossier import Dossier
from publication.service import Desk, due

KINDS = ("proactive-warning", "proactive", "penalty-withdrawal")


async def recount(kit: Kit, desk: Desk) -> int:
    """Count every open clock of another calendar again; returns how many dates moved."""
    moved = 0
    while True:
        async with kit.transaction() as tx:
            stale = await store.clocks_of_other_calendars(tx, desk.calendar.version, KINDS)
            by_document: dict[UUID, dict[str, date]] = defaultdict(dict)
            for row in stale:
                by_document[UUID(row["subject"])][row["kind"]] = date.fromisoformat(row["due_on"])
            for document_id, dates in by_document.items():
                moved += await _document(tx, desk, document_id, dates)
        if not stale:
            return moved


async def _document(tx: Tx, desk: Desk, document_id: UUID, dates: dict[str, date]) -> int:
    case = await desk.load(tx, document_id)
    again = _counted(case.dossier, desk)
    moved = 0
    for kind, before_on in dates.items():
        counted = again.get(kind)
        if counted is None:
            await tx.stop_clock(kind, str(document_id))
            continue
        await tx.set_clock(due(counted, str(document_id)))
        if counted.due_on != before_on:
            command = c.RecountClock(kind, before_on, counted.due_on, counted.calendar_version)
            await desk.perform(tx, document_id, command)
            moved += 1
    return moved


def _counted(dossier: Dossier, desk: Desk) -> dict[str, Counted]:
    found: list[Counted] = []
    if dossier.formed_on is not None and dossier.openness == "proactive":
        found += clocks.proactive(dossier.formed_on, desk.calendar)
    if dossier.penalty is not None:
        found.append(clocks.penalty_withdrawal(dossier.penalty.changed_on, desk.calendar))
    return {counted.kind: counted for counted in found}
