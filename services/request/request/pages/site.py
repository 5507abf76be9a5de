"""The public frame of this service: the same head and foot as the website, with 申请公开 as the section."""

from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse

from gongkai.contracts.identity import OrganDescribed
from gongkai.runtime.errors import ChangedMeanwhile, Invalid, NotFound, TooMany, Unauthenticated, Unavailable
from gongkai.statute.refusal import Refused
from gongkai.web import officers
from gongkai.web.components import Link, SiteFrame
from gongkai.web.forms import Form
from gongkai.web.pages import Pages
from request.desks import Desks

#: Outcomes that a form answers itself: the page comes back with what was typed and with the reason.
ANSWERED: Final = (Refused, ChangedMeanwhile, Invalid, NotFound, TooMany, Unavailable, Unauthenticated)
NAVIGATION: Final = (
    ("首页", "/"),
    ("政府文件库", "/library"),
    ("公开目录", "/catalogue"),
    ("公开指南", "/guide"),
    ("申请公开", "/request/"),
)
STRIP: Final = (Link("无障碍说明", "/accessibility"), Link("订阅", "/subscribe"))
FOOTER: Final = (
    Link("公开指南", "/guide"),
    Link("公开制度", "/openness"),
    Link("站点地图", "/sitemap"),
    Link("隐私说明", "/privacy"),
    Link("申请公开", "/request/"),
)
HOME: Final = Link("首页", "/")
SECTION: Final = Link("申请公开", "/request/")


@dataclass(frozen=True, slots=True)
class PublicSite:
    desks: Desks
    pages: Pages

    async def organ(self, slug: str = "") -> OrganDescribed:
        """Return the organ that is applied to: the named one, else the first."""
        async with self.desks.reading() as db:
            known = await officers.organs(db)
        chosen = [organ for organ in known if slug in {"", organ.slug}]
        if not chosen:
            raise NotFound("这个单位还没有开通网上申请")
        return chosen[0]

    async def show(
        self, request: Request, template: str, *trail: Link, status: int = 200, slug: str = "", **context: Any
    ) -> HTMLResponse:
        """Render a public page. It is about one person or one moment: nobody may keep it."""
        organ = await self.organ(slug)
        path = request.url.path
        navigation = [Link(label, href, _current(href, path)) for label, href in NAVIGATION]
        frame = SiteFrame(organ=organ, navigation=navigation, strip=STRIP, footer=FOOTER)
        context.setdefault("form", Form())
        page = self.pages.page(request, template, status, site=frame, trail=[HOME, SECTION, *trail], **context)
        page.headers["Cache-Control"] = "no-store"
        return page


def _current(href: str, path: str) -> Any:
    if href == path:
        return "page"
    return "true" if href == SECTION.href and path.startswith("/request") else ""
