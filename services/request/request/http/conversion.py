"""The conversion review: its chain and what would turn it, the decision, the figures, all reviews run again."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from gongkai.statute.legal_day import legal_date
from gongkai.web.session import Officer, require
from request import reading
from request.conversion.codec import review_to_plain
from request.desks import Desks
from request.domain import commands as c
from request.http import reply_bodies as r
from request.http import views as v
from request.http.common import IfMatch, PageNumber, PageSize, after, seen

Reader = Annotated[Officer, Depends(require("request.see"))]
Converter = Annotated[Officer, Depends(require("request.convert"))]
Year = Annotated[int, Query(ge=1949, le=2100)]


class OverrulingView(v.View):
    advice: str
    decision: str
    count: int
    reasons: list[tuple[str, int]]


class RuleOverruledView(v.View):
    rule: str
    decided: int
    overruled: int


class FiguresView(v.View):
    """Of the reviews of a year: how many, how fast, how often overruled and why. Days are medians."""

    reviewed: int
    by_advice: dict[str, int]
    open: int
    accepted: int
    overruled: int
    overruled_share: float | None
    judged: int
    published: int
    days_to_review: float | None
    days_to_decide: float | None
    days_to_publish: float | None
    relooks_due: int
    overrulings: list[OverrulingView]
    by_rule: list[RuleOverruledView]


class ConversionsView(v.View):
    reviews: list[v.ConversionRow]
    figures: FiguresView


class TurnView(v.View):
    """If this one fact were so, the advice would be another."""

    fact: str
    advice: str
    rules: list[str]
    text_zh: str


class ExplainedView(v.View):
    """A review in words and as data, with what would turn it."""

    text_zh: str
    review: dict[str, Any]
    turns: list[TurnView]


class RuleChangedView(v.View):
    rule: str
    before: int | None
    after: int | None
    sentence: str
    text_zh: str


class DifferenceView(v.View):
    review_id: UUID
    case_id: UUID
    before: str
    after: str
    changes_advice: bool
    relook_before: date | None
    relook_after: date | None
    rules: list[RuleChangedView]
    text_zh: str


class ReplayedView(v.View):
    rules_version: str
    again: int
    differences: list[DifferenceView]


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["conversion"])

    @routes.get("/conversions")
    async def conversions(
        caller: Reader,
        decided: bool = False,
        year: Year | None = None,
        page: PageNumber = 1,
        size: PageSize = reading.PAGE,
    ) -> ConversionsView:
        """List conversion reviews, those that wait first, with how many, how fast, how often overruled and why."""
        today = legal_date(desks.kit.now())
        first, last = date(year or today.year, 1, 1), date(year or today.year, 12, 31)
        async with desks.reading() as db:
            rows = await reading.conversions_of(db, caller.organ_id, decided=decided, page=page, size=size)
            figures = await desks.converting.figures(db, caller.organ_id, first, min(last, max(today, first)))
        return ConversionsView.model_validate({"reviews": rows, "figures": figures})

    @routes.get("/cases/{case_id}/conversion/{review_id}")
    async def explained(case_id: UUID, review_id: UUID, caller: Reader) -> ExplainedView:
        """Return one review: every rule with its facts and result, and which single fact would turn the advice."""
        async with desks.reading() as db:
            found = await desks.converting.explained(db, caller.organ_id, case_id, review_id)
        return ExplainedView.model_validate(
            {"text_zh": found.review.text_zh, "review": review_to_plain(found.review), "turns": list(found.turns)}
        )

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
    async def replay(caller: Converter) -> ReplayedView:
        """Run all past reviews with the rules of today; each difference names the rules that make it."""
        async with desks.reading() as db:
            found = await desks.converting.replay(db, caller.organ_id)
        differences = [
            {
                "review_id": one.id, "case_id": one.case, "before": one.before, "after": one.after,
                "changes_advice": one.changes_advice, "relook_before": one.relook_before,
                "relook_after": one.relook_after, "rules": list(one.rules), "text_zh": one.text_zh,
            }
            for one in found.differences
        ]  # fmt: skip
        return ReplayedView.model_validate(
            {"rules_version": found.rules_version, "again": found.again, "differences": differences}
        )

    return routes
