"""The JSON API under `/api`: the same commands as the pages, with the same permissions and the same record."""

from fastapi import APIRouter

from publication.desks import Desks
from publication.http import catalogue, documents, files, operating, releases, reviews, site_errors


def router(desks: Desks) -> APIRouter:
    """Return every route of the API."""
    whole = APIRouter(prefix="/api")
    for part in (documents, reviews, releases, catalogue, files, site_errors, operating):
        whole.include_router(part.router(desks))
    return whole
