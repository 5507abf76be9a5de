"""Remedies and new rounds."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from gongkai.statute.legal_day import legal_date
from gongkai.web.session import Officer, require
from request.desks import Desks
from request.domain import commands as c
from request.http import reply_bodies as r
from request.http import views as v
from request.http.common import IfMatch, do

Handler = Annotated[Officer, Depends(require("request.remedy"))]


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["remedies"])

    @routes.post("/cases/{case_id}/remedies", status_code=201)
    async def file_remedy(
        case_id: UUID, body: r.RemedyBody, caller: Handler, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Record a reconsideration, a suit or a complaint; its own clock runs."""
        command = c.FileRemedy(
            desks.kit.new_id(), body.kind, body.filed_on, body.received_on, body.body, body.number, caller.person_id,
            legal_date(desks.kit.now()), body.answer_by,
        )  # fmt: skip
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.post("/cases/{case_id}/remedies/{remedy_id}/answer")
    async def answer(
        case_id: UUID, remedy_id: UUID, caller: Handler, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        command = c.AnswerRemedy(remedy_id, caller.person_id, legal_date(desks.kit.now()))
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.post("/cases/{case_id}/remedies/{remedy_id}/decision")
    async def decision(
        case_id: UUID, remedy_id: UUID, body: r.RemedyDecisionBody, caller: Handler, response: Response,
        if_match: IfMatch = None,
    ) -> v.CaseView:  # fmt: skip
        command = c.DecideRemedy(
            remedy_id, body.result, body.on, body.number, caller.person_id, legal_date(desks.kit.now())
        )
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.post("/cases/{case_id}/rounds")
    async def open_round(
        case_id: UUID, body: r.RoundBody, caller: Handler, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Handle the case again after a decision that corrected the reply."""
        command = c.OpenRound(body.because, body.from_on, legal_date(desks.kit.now()), body.ordered_due_on)
        return await do(desks, caller, case_id, command, response, if_match)

    return routes
