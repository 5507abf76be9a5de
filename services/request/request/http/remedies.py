"""Remedies, new rounds, the conversion review and its decision, typical cases, messages that went out."""

from dataclasses import asdict
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from gongkai.web.session import Officer, require
from request import reading
from request.clocks import legal_date, start_of
from request.desks import Desks
from request.domain import commands as c
from request.http import reply_bodies as r
from request.http import views as v
from request.http.common import IfMatch, PageNumber, PageSize, after, do, seen

Reader = Annotated[Officer, Depends(require("request.see"))]
Handler = Annotated[Officer, Depends(require("request.remedy"))]
Converter = Annotated[Officer, Depends(require("request.convert"))]
Year = Annotated[int, Query(ge=1949, le=2100)]


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

    # ── Conversion ─────────────────────────────────────────────────────────

    @routes.get("/conversions")
    async def conversions(
        caller: Reader,
        decided: bool = False,
        year: Year | None = None,
        page: PageNumber = 1,
        size: PageSize = reading.PAGE,
    ) -> v.Conversions:
        """List conversion reviews, those that wait first, with how many, how fast and how often overruled."""
        now = legal_date(desks.kit.now())
        first = date(year or now.year, 1, 1)
        async with desks.reading() as db:
            rows = await reading.conversions_of(db, caller.organ_id, decided=decided, page=page, size=size)
            figures = await reading.conversion_figures(
                db, caller.organ_id, start_of(first), start_of(first.replace(year=first.year + 1))
            )
        return v.Conversions.model_validate({"reviews": rows, "figures": figures})

    @routes.post("/cases/{case_id}/conversion/review")
    async def review(
        case_id: UUID, body: r.ReviewBody, caller: Converter, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Review once more, with what an officer knows besides the record."""
        async with desks.changing(caller) as tx:
            await desks.desk.take(tx, case_id, caller.organ_id, seen(if_match))
            await desks.converting.review(tx, case_id, body.value())
        return await after(desks, caller, case_id, response)

    @routes.post("/cases/{case_id}/conversion/{review_id}/decision")
    async def decide(
        case_id: UUID, review_id: UUID, body: r.ConversionDecisionBody, caller: Converter, response: Response,
        if_match: IfMatch = None,
    ) -> v.CaseView:  # fmt: skip
        """Accept the advice or overrule it with a reason; what is to be public becomes a draft in publication."""
        command = c.DecideConversion(review_id, body.accepted, body.decision, body.reason, caller.person_id)
        async with desks.changing(caller) as tx:
            await desks.converting.decide(
                tx, case_id, caller.organ_id, command, title=body.title, column_id=body.column_id, text=body.text,
                seen=seen(if_match),
            )  # fmt: skip
        return await after(desks, caller, case_id, response)

    @routes.post("/conversions/replay")
    async def replay(caller: Converter) -> v.Differences:
        """Run all past reviews with the rules of today; list those that come out otherwise."""
        async with desks.reading() as db:
            found = await desks.converting.replay(db, caller.organ_id)
        return v.Differences.model_validate({"differences": [asdict(one) for one in found]})

    @routes.post("/cases/{case_id}/typical")
    async def typical(
        case_id: UUID, body: r.TypicalBody, response: Response,
        caller: Annotated[Officer, Depends(require("request.library"))], if_match: IfMatch = None,
    ) -> v.CaseView:  # fmt: skip
        return await do(
            desks, caller, case_id, c.MarkTypical(caller.person_id, body.why, body.sent_up_on), response, if_match
        )

    @routes.get("/messages")
    async def messages(caller: Reader, case_id: UUID | None = None) -> v.Messages:
        """List what applicants were told, without their addresses."""
        async with desks.reading() as db:
            return v.Messages.model_validate({"messages": await reading.messages(db, caller.organ_id, case_id)})

    return routes
