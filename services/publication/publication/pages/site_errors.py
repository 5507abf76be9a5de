"""What citizens found wrong on the site, by how near its date is, and the page on which one of them is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from gongkai.web.components import ClockChip, Link, PageLinks
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from publication import reading
from publication.callers import officer_of
from publication.pages.console import ANSWERED, BASE, Console, done, note
from publication.pages.deadlines import chip, day_by_day, moved, why_of
from publication.site_errors import store
from publication.site_errors.decide import ABOUT_NAMES, OUTCOME_NAMES
from publication.site_errors.desk import SiteErrors
from publication.site_errors.inputs import AnswerInput

Seer = Annotated[Officer, Depends(require("site-error.see"))]
Answerer = Annotated[Officer, Depends(require("site-error.answer"))]
LIST: Final = f"{BASE}/site-errors"
PAGE: Final = 50
DONE: Final = {"answered": "已答复，对方凭编号看得到。"}


@dataclass(frozen=True, slots=True)
class ErrorRow:
    receipt: str
    href: str
    about: str
    page: str
    received_at: datetime
    outcome: str
    answered_at: datetime | None
    chip: ClockChip | None


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    errors = SiteErrors(console.kit)

    @routes.get("/site-errors")
    async def waiting(request: Request, officer: Seer) -> Response:
        answered = request.query_params.get("tab") == "answered"
        wanted = request.query_params.get("page", "1")
        page = int(wanted) if wanted.isascii() and wanted.isdigit() and 0 < len(wanted) < 5 else 1
        async with console.desks.reading() as db:
            counts = await store.how_many(db, officer.organ_id, console.today())
            total = counts["answered" if answered else "open"]
            page = max(1, min(page, -(-total // PAGE)))
            rows = await store.of_organ(
                db, officer.organ_id, waiting=not answered, limit=PAGE, offset=(page - 1) * PAGE
            )
        query = [("tab", "answered")] if answered else []
        return await console.show(
            request, "site_errors.html", officer, nav="site-errors", nav_current="page",
            rows=[row_of(console, row) for row in rows], late=counts["late"], answered=answered,
            tabs=[
                Link("等答复", LIST, "" if answered else "page", counts["open"]),
                Link("已答复", f"{LIST}?tab=answered", "page" if answered else "", counts["answered"]),
            ],
            pages=PageLinks.over(LIST, query, current=page, size=PAGE, total=total),
        )  # fmt: skip

    @routes.get("/site-errors/{error_id}")
    async def one(request: Request, error_id: UUID, officer: Seer) -> Response:
        return await _one(request, error_id, officer, Form())

    @routes.post("/site-errors/{error_id}/answer")
    async def answer(request: Request, error_id: UUID, officer: Answerer) -> Response:
        form = await read_form(request)
        typed = form.parse(AnswerInput)
        if typed is None:
            return await _one(request, error_id, officer, form, 422)
        try:
            async with console.changing(officer) as tx:
                await errors.answer(
                    tx, officer_of(officer), officer.organ_id, error_id, typed.outcome, typed.reply
                )
        except ANSWERED as trouble:
            return await _one(request, error_id, officer, form, note(form, trouble))
        return see_other(f"{LIST}/{error_id}?done=answered", LIST)

    async def _one(request: Request, error_id: UUID, officer: Officer, form: Form, status: int = 200) -> Response:
        async with console.looking(officer) as tx:
            row = await store.one(tx.db, officer.organ_id, error_id)
            words = await errors.words(tx, row, str(officer.actor))
            reply = await errors.reply(tx, row, str(officer.actor))
            clocks = await reading.clocks_of(tx.db, error_id)
        clock = next((each for each in clocks if each["kind"] == "site-error"), None)
        names = await console.names([row["answered_by"]])
        return await console.show(
            request, "site_error.html", officer, nav="site-errors", status=status, form=form, row=row, words=words,
            about=ABOUT_NAMES[row["about"]], outcome=OUTCOME_NAMES.get(row["outcome"], ""), reply=reply,
            who=names.get(row["answered_by"], ""), outcomes=list(OUTCOME_NAMES.items()), said=done(request, DONE),
            may=officer.may("site-error.answer") and row["answered_at"] is None,
            chip=_chip(console, row, clock) if row["answered_at"] is None else None,
            days=day_by_day(clock["counted"], console.today()) if clock else None,
            article=clock["article"] if clock else "", moved=moved(clock["counted"]) if clock else "",
            crumbs=[Link("网站纠错", LIST), Link(row["receipt"])],
        )  # fmt: skip

    return routes


def row_of(console: Console, row: Mapping[str, Any]) -> ErrorRow:
    return ErrorRow(
        receipt=row["receipt"],
        href=f"{LIST}/{row['id']}",
        about=ABOUT_NAMES[row["about"]],
        page=row["page"],
        received_at=row["received_at"],
        outcome=OUTCOME_NAMES.get(row["outcome"], ""),
        answered_at=row["answered_at"],
        chip=_chip(console, row, None) if row["answered_at"] is None else None,
    )


def _chip(console: Console, row: Mapping[str, Any], clock: Mapping[str, Any] | None) -> ClockChip:
    due_on: date = row["due_on"]
    why = why_of(clock["counted"], clock["article"], due_on) if clock else ""
    provisional = bool(clock and clock["provisional"])
    return chip(due_on, console.today(), console.kit.calendar, why=why, href="", provisional=provisional)
