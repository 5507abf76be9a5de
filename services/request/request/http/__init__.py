"""The JSON API under `/api`: the same commands as the pages, with the same permissions and record."""

from fastapi import APIRouter

from request.desks import Desks
from request.http import (
    cases,
    clock,
    conversion,
    counting,
    letters,
    library,
    links,
    mine,
    operating,
    people,
    public,
    remedies,
    replies,
)


def router(desks: Desks) -> APIRouter:
    """Return every route of the API; what an applicant does with a cookie lies under `/mine`."""
    officers = APIRouter(prefix="/api")
    for part in (cases, people, clock, replies, letters, remedies, conversion, library, public, operating, counting):
        officers.include_router(part.router(desks))
    whole = APIRouter()
    whole.include_router(officers)
    whole.include_router(mine.router(desks))
    whole.include_router(links.router(desks))
    return whole
