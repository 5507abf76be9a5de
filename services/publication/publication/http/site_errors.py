"""What citizens found wrong on the site, for programs of officers: the list, one of them, the answer."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from gongkai.runtime.tx import Tx
from gongkai.statute.legal_day import legal_date
from gongkai.web.session import Officer, require
from publication.callers import officer_of
from publication.desks import Desks
from publication.http.views import View
from publication.site_errors import store
from publication.site_errors.desk import SiteErrors
from publication.site_errors.inputs import AnswerInput

Seer = Annotated[Officer, Depends(require("site-error.see"))]
Answerer = Annotated[Officer, Depends(require("site-error.answer"))]


class SiteErrorRow(View):
    id: UUID
    receipt: str
    page: str
    about: str
    has_contact: bool
    received_at: datetime
    due_on: date
    overdue: bool
    outcome: str | None
    answered_by: UUID | None
    answered_at: datetime | None


class SiteErrorView(SiteErrorRow):
    """With what the citizen typed; who read it is recorded."""

    typed_page: str
    wrong: str
    suggestion: str
    contact: str
    reply: str


class SiteErrorList(View):
    open: int
    late: int
    answered: int
    site_errors: list[SiteErrorRow]


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["site-errors"])
    errors = SiteErrors(desks.kit)

    @routes.get("/site-errors")
    async def list_site_errors(
        caller: Seer,
        answered: bool = False,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    ) -> SiteErrorList:
        """Return what waits, the nearest date first, or what was answered, the newest first."""
        async with desks.changing(caller) as tx:
            counts = await store.how_many(tx.db, caller.organ_id, legal_date(tx.now))
            rows = await store.of_organ(tx.db, caller.organ_id, waiting=not answered, limit=limit, offset=offset)
        return SiteErrorList.model_validate({**counts, "site_errors": rows})

    @routes.get("/site-errors/{error_id}")
    async def get_site_error(error_id: UUID, caller: Seer) -> SiteErrorView:
        async with desks.changing(caller) as tx:
            return await _view(tx, caller, error_id)

    @routes.post("/site-errors/{error_id}/answer")
    async def answer_site_error(error_id: UUID, body: AnswerInput, caller: Answerer) -> SiteErrorView:
        """Answer it once: the citizen reads the reply with the receipt."""
        async with desks.changing(caller) as tx:
            await errors.answer(tx, officer_of(caller), caller.organ_id, error_id, body.outcome, body.reply)
            return await _view(tx, caller, error_id)

    async def _view(tx: Tx, caller: Officer, error_id: UUID) -> SiteErrorView:
        row: dict[str, Any] = await store.one(tx.db, caller.organ_id, error_id)
        words = await errors.words(tx, row, str(caller.actor))
        typed = {name: words.get(name, "") for name in ("wrong", "suggestion", "contact")}
        reply = await errors.reply(tx, row, str(caller.actor))
        return SiteErrorView.model_validate({**row, **typed, "typed_page": words.get("page", ""), "reply": reply})

    return routes
