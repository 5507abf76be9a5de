"""The reply: draft, ladder of approval, and sending back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from gongkai.web.session import Officer, require
from request import drafting
from request.desks import Desks
from request.http import reply_bodies as r
from request.http import views as v
from request.http.common import IfMatch, after, seen

Handler = Annotated[Officer, Depends(require("request.handle"))]
Approver = Annotated[Officer, Depends(require("request.approve"))]


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["replies"])

    @routes.post("/cases/{case_id}/draft")
    async def draft(
        case_id: UUID, body: r.DraftBody, caller: Handler, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Draft the reply: a decision for each matter. The steps that an earlier draft passed are void."""
        async with desks.changing(caller) as tx:
            loaded = await desks.desk.take(tx, case_id, caller.organ_id, seen(if_match))
            decisions = tuple(decision.value() for decision in body.decisions)
            await drafting.draft(
                desks.desk, desks.people, tx, loaded, decisions, body.text(), caller.person_id,
                caller.on_behalf_of("request.handle"),
            )  # fmt: skip
        return await after(desks, caller, case_id, response)

    @routes.post("/cases/{case_id}/draft/pass")
    async def pass_step(
        case_id: UUID, body: r.StepBody, caller: Approver, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Approve a draft on one rung of the ladder."""
        async with desks.changing(caller) as tx:
            await desks.approving.pass_step(tx, caller, case_id, body.draft, body.step, body.opinion, seen(if_match))
        return await after(desks, caller, case_id, response)

    @routes.post("/cases/{case_id}/draft/return")
    async def send_back(
        case_id: UUID, body: r.ReturnBody, caller: Approver, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        async with desks.changing(caller) as tx:
            await desks.approving.send_back(tx, caller, case_id, body.draft, body.step, body.opinion, seen(if_match))
        return await after(desks, caller, case_id, response)

    @routes.get("/cases/{case_id}/draft")
    async def read_draft(
        case_id: UUID, caller: Annotated[Officer, Depends(require("request.personal-data"))], response: Response
    ) -> r.DraftBody:
        """Return the newest draft with its words; the look is recorded."""
        async with desks.changing(caller) as tx:
            loaded = await desks.desk.load(tx, case_id, caller.organ_id)
            found, text = await drafting.read(desks.people, tx, loaded)
        response.headers["Cache-Control"] = "no-store"
        return r.DraftBody.model_validate(drafting.as_body(found, text))

    return routes
