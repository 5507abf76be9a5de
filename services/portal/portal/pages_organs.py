"""Other organs of the same installation: who else publishes here, and what each has published."""

from typing import Any

from fastapi import APIRouter, Request, Response

from gongkai.contracts.identity import OrganDescribed
from gongkai.web.components import Link, PageLinks
from portal import asked, reading, showing
from portal.names import KINDS
from portal.pages import PAGE, missing, not_yet
from portal.pages_about import contacts_of
from portal.reading import Conditions
from portal.site import Moment, Site, crumbs


def router(site: Site) -> APIRouter:
    routes = APIRouter(include_in_schema=False, route_class=site.shelf.route_class())

    @routes.api_route("/o/{slug}", methods=["GET", "HEAD"])
    async def organ_page(request: Request, slug: str) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            shown = await reading.organ_by_slug(db, asked.clean(slug, 40))
            if shown is None:
                return missing(site, request, moment)
            kinds = asked.texts(request, "kind", KINDS)
            context = await _context(db, moment, shown, kinds, asked.page(request))
        return site.page(request, moment, "organ.html", **context)

    return routes


async def _context(
    db: Any, moment: Moment, organ: OrganDescribed, kinds: tuple[str, ...], page: int
) -> dict[str, Any]:
    here = f"/o/{organ.slug}"
    within = Conditions(organ.organ_id, kinds=kinds or None)
    counts = (await reading.breakdown(db, moment.now, Conditions(organ.organ_id))).kinds
    total = await reading.counted(db, moment.now, within)
    page = min(page, max(1, -(-total // PAGE)))
    rows = await reading.listed(db, moment.now, within, limit=PAGE, offset=(page - 1) * PAGE)
    query = [("kind", kind) for kind in kinds]
    tabs = [Link("全部", here, "" if kinds else "true", sum(counts.values()))] + [
        Link(KINDS[kind], asked.address(here, [("kind", kind)]), "true" if (kind,) == kinds else "", number)
        for kind, number in sorted(counts.items(), key=lambda pair: -pair[1])
    ]
    return {
        "organ_shown": organ, "contacts": contacts_of(organ), "tabs": tabs, "trail": crumbs((organ.name, "")),
        "items": [showing.item(row, kind=True) for row in rows],
        "pages": PageLinks.over(here, query, current=page, size=PAGE, total=total),
    }
