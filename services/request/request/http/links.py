"""Addresses that other services know: from a draft in publication back to the case it came of."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse

from gongkai.web.session import Officer, require
from request import reading
from request.desks import Desks

CASE: Final = "/request/desk/cases/{}"


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/conversions/{review_id}")
    async def case_of_review(
        review_id: UUID, caller: Annotated[Officer, Depends(require("request.see"))]
    ) -> RedirectResponse:
        """Lead to the case of a conversion review, which is also the id of the draft that came of it."""
        async with desks.reading() as db:
            case_id = await reading.case_of_review(db, caller.organ_id, review_id)
        return RedirectResponse(CASE.format(case_id), status_code=303)

    return routes
