"""Objections of applicants: raised with the applicant's cookie, read and answered by officers."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from gongkai.web.session import Officer, require
from request.desks import Desks
from request.domain.objection import About
from request.http import bodies as b
from request.http import views as v
from request.http.mine import MineCookie, from_our_page
from request.http.people import Why
from request.objecting import MOST_WORDS, Told

Looker = Annotated[Officer, Depends(require("request.personal-data"))]
Handler = Annotated[Officer, Depends(require("request.handle"))]
Words = Annotated[b.Text, Field(min_length=1, max_length=MOST_WORDS)]


class ObjectionBody(b.Body):
    """What an applicant disagrees with; it stops no period and is no remedy."""

    about: About
    words: Words


class AnswerBody(b.Body):
    words: Words


class ObjectionView(v.View):
    id: UUID
    about: About
    words: str
    raised_on: date
    answer: str
    answered_on: date | None


class Objections(v.View):
    objections: list[ObjectionView]


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["objections"])

    @routes.get("/cases/{case_id}/objections")
    async def objections(case_id: UUID, caller: Looker, response: Response, why: Why = "handling") -> Objections:
        """Return what the applicant objects to, in their own words; the look is recorded."""
        async with desks.changing(caller) as tx:
            await desks.desk.load(tx, case_id, caller.organ_id)
            told = await desks.objecting.told(tx, case_id, why)
        response.headers["Cache-Control"] = "no-store"
        return _shown(told)

    @routes.post("/cases/{case_id}/objections/{objection_id}/answer", status_code=204)
    async def answer(case_id: UUID, objection_id: UUID, body: AnswerBody, caller: Handler) -> None:
        """Answer an objection; the applicant is told that there is an answer."""
        async with desks.changing(caller) as tx:
            await desks.objecting.answer(tx, case_id, objection_id, body.words, caller.person_id, caller.organ_id)

    return routes


def mine(desks: Desks) -> APIRouter:
    """Return what an applicant may do with the cookie of their case."""
    routes = APIRouter(prefix="/mine/api", tags=["mine"])

    @routes.get("/objections")
    async def objections(response: Response, opened: MineCookie = None) -> Objections:
        """Return what you objected to, and what we answered."""
        case_id = desks.following.case_of(opened)
        async with desks.by_applicant() as tx:
            told = await desks.objecting.told(tx, case_id, "follow")
        response.headers["Cache-Control"] = "no-store"
        return _shown(told)

    @routes.post("/objections", status_code=204)
    async def raise_one(body: ObjectionBody, request: Request, opened: MineCookie = None) -> None:
        """Object to dates, a fee, the handling or the reply."""
        from_our_page(request)
        case_id = desks.following.case_of(opened)
        async with desks.by_applicant() as tx:
            await desks.objecting.raise_one(tx, case_id, body.about, body.words)

    return routes


def _shown(told: list[Told]) -> Objections:
    return Objections.model_validate({"objections": [ObjectionView.model_validate(one) for one in told]})
