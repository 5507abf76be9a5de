"""Clocks that run, and each date explained day by day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from gongkai.runtime.errors import NotFound
from gongkai.web.components import ClockChip
from gongkai.web.filters import datetime_zh
from gongkai.web.session import Officer, require
from publication import reading
from publication.clocks import CLOCK_NAMES
from publication.pages.console import BASE, Console
from publication.pages.deadlines import day_by_day, moved
from publication.pages.dossiers import chip_of
from publication.reading import Wanted

Reader = Annotated[Officer, Depends(require("document.see"))]
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class ClockRow:
    title: str
    document_href: str
    href: str
    kind: str
    article: str
    due_on: date
    chip: ClockChip


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/clocks")
    async def clocks(request: Request, officer: Reader) -> Response:
        async with console.desks.reading() as db:
            rows = await _all_documents(db, officer.organ_id)
            running = await reading.running_clocks(db, list(rows))
        found = [
            _row(console, rows[document_id], clock)
            for document_id, each in running.items()
            for clock in each
            if clock["kind"] != "proactive-warning"
        ]
        return await console.show(
            request, "clocks.html", officer, nav="work", rows=sorted(found, key=lambda row: (row.due_on, row.title))
        )

    @routes.get("/clocks/{document_id}/{kind}")
    async def clock(request: Request, document_id: UUID, kind: str, officer: Reader) -> Response:
        async with console.desks.reading() as db:
            row = await reading.document(db, officer.organ_id, document_id)
            known = await reading.clocks_of(db, document_id)
        found = next((each for each in known if each["kind"] == kind), None)
        if found is None:
            raise NotFound("这份文件没有这个期限")
        today = console.today()
        due_on = found["due_on"]
        stopped = f"{datetime_zh(found['stopped_at'])}停" if found["stopped_at"] else ""
        return await console.show(
            request,
            "clock.html",
            officer,
            nav="work",
            title=row["title"],
            kind=found["name"],
            due_on=due_on,
            left=max(0, console.kit.calendar.working_days_between(today, due_on)),
            late=(today - due_on).days if today > due_on and not stopped else 0,
            stopped=stopped,
            sentence=found["counted"].get("text", "") if found["counted"] else "",
            article=found["article"],
            moved=moved(found["counted"]),
            version=found["calendar_version"],
            provisional=found["counted"].get("provisional", "") if found["provisional"] else "",
            days=day_by_day(found["counted"], today) if found["counted"] else None,
            document_href=f"{BASE}/documents/{document_id}",
        )

    return routes


async def _all_documents(db: Any, organ_id: UUID) -> dict[UUID, Mapping[str, Any]]:
    """Return the documents a clock may run for: what is written or reviewed, and what is public."""
    found: dict[UUID, Mapping[str, Any]] = {}
    states = ("Drafting", "Reviewing", "Releasing", "Published", "ChangeProposed")
    page, total = 1, 1
    while len(found) < total and page < MOST:
        part = await reading.documents(db, organ_id, Wanted(states=states, page=page, size=MOST))
        found |= {row["id"]: row for row in part.rows}
        total, page = (part.total, page + 1) if part.rows else (0, page)
    return found


def _row(console: Console, document: Mapping[str, Any], clock: Mapping[str, Any]) -> ClockRow:
    return ClockRow(
        title=document["title"],
        document_href=f"{BASE}/documents/{document['id']}",
        href=f"{BASE}/clocks/{document['id']}/{clock['kind']}",
        kind=CLOCK_NAMES.get(clock["kind"], clock["kind"]),
        article=clock["article"],
        due_on=clock["due_on"],
        chip=chip_of(console, document["id"], clock, console.today()),
    )
