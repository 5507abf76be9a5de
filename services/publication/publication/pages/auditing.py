"""The register as people read it: choose a document, see who did what and when, bound to which text, in which chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from gongkai.web.components import PageLinks
from gongkai.web.session import Officer, require
from publication import codecs, reading
from publication.pages.console import BASE, Console, document_tabs
from publication.pages.lists import STATES, page_of
from publication.pages.story import Told, document_fact, names_in, release_fact
from publication.trail import Entry, trail

Auditor = Annotated[Officer, Depends(require("audit.see"))]
SIZE: Final = 50
_ACTORS: Final = {"system": "系统", "event": "渠道或其他系统的消息", "program": "程序，代"}


@dataclass(frozen=True, slots=True)
class AuditRow:
    position: int
    at: datetime
    who: str
    what: str
    detail: str
    digest: str
    link: str


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/audit")
    async def choose(request: Request, officer: Auditor) -> Response:
        text = request.query_params.get("q", "").replace("\x00", "").strip()[:100]
        page = page_of(request)
        async with console.desks.reading() as db:
            found = await reading.documents(db, officer.organ_id, reading.Wanted(text=text or None, page=page))
        kept = [("q", text)] if text else []
        return await console.show(
            request,
            "audit_index.html",
            officer,
            nav="audit",
            nav_current="page",
            q=text,
            rows=[{**row, "state": STATES[row["state"]]} for row in found.rows],
            pages=PageLinks.over(f"{BASE}/audit", kept, current=page, size=reading.PAGE, total=found.total),
        )

    @routes.get("/audit/{document_id}")
    async def one(request: Request, document_id: UUID, officer: Auditor) -> Response:
        async with console.desks.reading() as db:
            row = await reading.document(db, officer.organ_id, document_id)
            whole = await trail(db, officer.organ_id, document_id)
            mine = await reading.releases(db, officer.organ_id, document_id=document_id, size=100)
        channels = {each["id"]: each["name"] for release in mine.rows for each in release["channels"]}
        page = page_of(request)
        newest_first = list(reversed(whole.entries))
        shown = [(entry, told_of(entry, channels)) for entry in newest_first[(page - 1) * SIZE : page * SIZE]]
        people = {person for entry, told in shown for person in (_person(entry), told.person, told.on_behalf_of)}
        names = await console.names(people)
        last = whole.entries[-1]
        chain = f"共 {len(whole.entries)} 条；末条位置 {last.position}，摘要 {last.digest[:16]}…"
        return await console.show(
            request,
            "audit.html",
            officer,
            nav="audit",
            title=row["title"],
            tabs=document_tabs(document_id, "audit", officer, editable=row["state"] in {"Drafting", "Reviewing"})
            if officer.may("document.see")
            else [],
            whole=not whole.flaws,
            flaws=whole.flaws,
            chain=chain,
            rows=[audit_row(entry, told, names) for entry, told in shown],
            pages=PageLinks.over(f"{BASE}/audit/{document_id}", [], current=page, size=SIZE, total=len(whole.entries)),
        )

    return routes


def told_of(entry: Entry, channels: Mapping[str, str]) -> Told:
    if entry.aggregate == codecs.DOCUMENT.aggregate:
        return document_fact(entry.fact)
    return release_fact(entry.fact, names_in(channels))


def _person(entry: Entry) -> UUID | None:
    kind, _, person = entry.actor.partition(":")
    return UUID(person) if kind in {"person", "program"} and person else None


def audit_row(entry: Entry, told: Told, names: Mapping[UUID, Any]) -> AuditRow:
    kind = entry.actor.partition(":")[0]
    person = _person(entry)
    who = _ACTORS.get(kind, "") + (names.get(person, "") if person else "")
    if told.on_behalf_of:
        who += f"（代{names.get(told.on_behalf_of, '')}）"
    return AuditRow(entry.position, entry.recorded_at, who, told.what, told.detail, told.digest, entry.digest)
