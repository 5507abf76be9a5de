"""三同步: the interpretations of a document, and the documents that an interpretation explains."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from gongkai.runtime.tx import Tx
from gongkai.statute import rules
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from publication import reading
from publication.callers import officer_of
from publication.domain import people
from publication.domain.content import FORM_NAMES, POLICY_KINDS
from publication.domain.gates import THREE_TOGETHER
from publication.pages.console import ANSWERED, BASE, Console, document_tabs, note
from publication.pages.inputs import LinkInput
from publication.pages.lists import STATES
from publication.reading import Wanted

Reader = Annotated[Officer, Depends(require("document.see"))]
Editor = Annotated[Officer, Depends(require("draft.edit"))]
#: (transaction, officer of the domain, organ, document, interpretation): what linking and unlinking have in common.
Change = Callable[[Tx, people.Officer, UUID, UUID, UUID], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class LinkRow:
    id: UUID
    title: str
    href: str
    form: str
    state: str


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/documents/{document_id}/interpretations")
    async def links(request: Request, document_id: UUID, officer: Reader) -> Response:
        return await _page(console, request, officer, document_id, Form())

    async def changed(request: Request, document_id: UUID, officer: Officer, change: Change) -> Response:
        form = await read_form(request)
        typed = form.parse(LinkInput)
        status = 422
        if typed is not None:
            try:
                async with console.changing(officer) as tx:
                    await change(tx, officer_of(officer), officer.organ_id, document_id, typed.interpretation)
                return see_other(f"{BASE}/documents/{document_id}/interpretations")
            except ANSWERED as trouble:
                status = note(form, trouble)
        return await _page(console, request, officer, document_id, form, status)

    @routes.post("/documents/{document_id}/interpretations")
    async def link(request: Request, document_id: UUID, officer: Editor) -> Response:
        return await changed(request, document_id, officer, console.desk.link_interpretation)

    @routes.post("/documents/{document_id}/interpretations/remove")
    async def unlink(request: Request, document_id: UUID, officer: Editor) -> Response:
        return await changed(request, document_id, officer, console.desk.unlink_interpretation)

    return routes


async def _page(
    console: Console, request: Request, officer: Officer, document_id: UUID, form: Form, status: int = 200
) -> HTMLResponse:
    async with console.desks.reading() as db:
        row = await reading.document(db, officer.organ_id, document_id)
        by, of = await reading.links(db, document_id)
        candidates = await reading.documents(
            db, officer.organ_id, Wanted(kind="interpretation", states=_LINKABLE, size=100)
        )
    linked = {each["id"] for each in by}
    forms = {each["form"] for each in by}
    needed = rules.INTERPRETATION_FORMS
    return await console.show(
        request,
        "links.html",
        officer,
        status=status,
        form=form,
        document_id=document_id,
        title=row["title"],
        tabs=document_tabs(document_id, "links", officer, editable=row["state"] in {"Drafting", "Reviewing"}),
        policy=row["kind"] in POLICY_KINDS,
        interpretation=row["kind"] == "interpretation",
        important=row["important"],
        forms=len(forms),
        needed=needed.length,
        article=THREE_TOGETHER,
        by=[_row(each) for each in by],
        of=[_row(each) for each in of],
        candidates=[(str(each["id"]), each["title"]) for each in candidates.rows if each["id"] not in linked],
        may=officer.may("draft.edit") and row["state"] not in {"Withdrawn", "Repealed", "Kept", "Discarded"},
        removable=row["state"] in {"Drafting", "Reviewing"},
        column="zcjd",
    )


_LINKABLE = ("Drafting", "Reviewing")


def _row(row: dict[str, Any]) -> LinkRow:
    return LinkRow(
        row["id"], row["title"], f"{BASE}/documents/{row['id']}", FORM_NAMES[row["form"]], STATES[row["state"]]
    )
