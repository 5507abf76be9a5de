"""The officers' console: pages over the same commands as the API, with the same permissions and the same record."""

from fastapi import APIRouter

from gongkai.web.directory import RemoteDirectory
from gongkai.web.pages import Pages
from publication.desks import Desks
from publication.pages import (
    auditing,
    catalogue,
    changing,
    editing,
    editions,
    keeping,
    linking,
    lists,
    operating,
    queue,
    releases,
    reporting,
    reviewing,
    secrecy,
    showing,
    signing,
    site_errors,
    sources,
    timing,
    wordlist,
)
from publication.pages.console import Console

__all__ = ["router"]


def router(desks: Desks) -> APIRouter:
    """Return every page. The order matters: named pages of a document come before the acts named in its address."""
    directory = RemoteDirectory.of(desks.kit)
    console = Console(desks, Pages.for_package("publication", desks.kit, directory), directory)
    whole = APIRouter(include_in_schema=False)
    for part in (
        queue,
        lists,
        editing,
        keeping,
        editions,
        linking,
        showing,
        secrecy,
        signing,
        reviewing,
        changing,
        releases,
        catalogue,
        timing,
        auditing,
        operating,
        sources,
        wordlist,
        site_errors,
        reporting,
    ):
        whole.include_router(part.router(console))
    return whole
