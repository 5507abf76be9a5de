"""Pages of this service: what anybody sees, and the officers' desk."""

from fastapi import APIRouter

from gongkai.web.directory import RemoteDirectory
from gongkai.web.pages import Pages
from gongkai.web.routing import beside
from request.desks import Desks
from request.pages import (
    desk_case,
    desk_conversion,
    desk_counts,
    desk_do,
    desk_files,
    desk_house,
    desk_ladder,
    desk_letters,
    desk_library,
    desk_messages,
    desk_new,
    desk_objections,
    desk_people,
    desk_queue,
    desk_redact,
    desk_reply,
    desk_split,
    mine,
    mine_objection,
    public,
    verify,
)
from request.pages.desk import BASE, Bench
from request.pages.site import PublicSite

__all__ = ["router"]


def router(desks: Desks) -> APIRouter:
    """Return every page under the service's prefix."""
    directory = RemoteDirectory.of(desks.kit)
    pages = Pages.for_package("request", desks.kit, directory)
    site, bench = PublicSite(desks, pages), Bench(desks, pages, directory)
    seen_by_all = (part.router(site) for part in (public, mine, mine_objection, verify))
    parts = (
        desk_queue, desk_new, desk_do, desk_reply, desk_letters, desk_files, desk_redact, desk_split, desk_conversion,
        desk_library, desk_counts, desk_house, desk_people, desk_messages, desk_ladder,
        desk_objections, desk_case,
    )  # fmt: skip
    desk = beside((part.router(bench) for part in parts), prefix=BASE.removeprefix("/request"))
    return beside((*seen_by_all, desk), include_in_schema=False)
