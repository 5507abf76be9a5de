"""The JSON API under `/api`: the same commands as the pages, with the same permissions and record."""

from fastapi import APIRouter

from gongkai.web.routing import beside
from request.desks import Desks
from request.http import (
    cases,
    clock,
    conversion,
    counting,
    letters,
    library,
    links,
    messages,
    mine,
    objections,
    operating,
    people,
    public,
    remedies,
    replies,
)


def router(desks: Desks) -> APIRouter:
    """Return every route of the API; what an applicant does with a cookie lies under `/mine`."""
    parts = (
        public, cases, people, clock, replies, letters, remedies, conversion, library, operating, counting, messages,
        objections,
    )  # fmt: skip
    officers = beside((part.router(desks) for part in parts), prefix="/api")
    return beside((officers, mine.router(desks), objections.mine(desks), links.router(desks)))
