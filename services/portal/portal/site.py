"""The frame around every page, and the one way a page is answered: rendered, tagged, kept no longer than it is true."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from gongkai.contracts.identity import OrganDescribed
from gongkai.runtime.kit import Kit
from gongkai.runtime.sql import Connection
from gongkai.web.components import Link, SiteFrame
from gongkai.web.cookies import SIZE_COOKIE
from gongkai.web.filters import local_date
from portal import reading
from portal.caching import NO_STORE, cache_control, etag, good_until, http_date, lifetime
from portal.catalogue import Catalogue
from portal.keeping import Lasting, Shelf
from portal.names import CHANNELS, FORMS, IN_FORCE, KINDS, OPENNESSES, RELATIONS, UPDATE_RULES, VALIDITIES, format_of
from portal.typeset import typeset

NAVIGATION: Final = 5
STRIP: Final = (Link("无障碍说明", "/accessibility"), Link("订阅", "/subscribe"))
FOOTER: Final = (
    Link("公开指南", "/guide"), Link("公开制度", "/openness"), Link("站点地图", "/sitemap"),
    Link("隐私说明", "/privacy"), Link("申请公开", "/request/"), Link("数据接口", "/data"),
    Link("Atom 订阅", "/feeds/all.atom"),
    Link("我为政府网站找错", "/publication/find-errors"),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """The site at one instant: whose it is, its columns, and when it changes next."""

    now: datetime
    organ: OrganDescribed
    catalogue: Catalogue
    instants: reading.Instants
    base: str

    @property
    def today(self) -> date:
        return local_date(self.now)


def names(env: Environment) -> Environment:
    """Teach the templates what things are called."""
    env.globals.update(
        KINDS=KINDS, VALIDITIES=VALIDITIES, OPENNESSES=OPENNESSES, FORMS=FORMS, RELATIONS=RELATIONS,
        IN_FORCE=IN_FORCE, UPDATE_RULES=UPDATE_RULES, CHANNELS=CHANNELS,
    )
    env.filters["format_of"] = format_of
    env.filters["typeset"] = typeset
    return env


@dataclass(frozen=True, slots=True)
class Site:
    kit: Kit
    env: Environment
    shelf: Shelf
    organ_slug: str = ""

    async def moment(self, db: Connection) -> Moment | None:
        """Return the site as it stands now; None while no organ has described itself."""
        now = self.kit.now()
        organ = await reading.primary_organ(db, self.organ_slug)
        if organ is None:
            return None
        columns = await reading.catalogue(db, organ.organ_id, now)
        return Moment(
            now=now, organ=organ, catalogue=columns or Catalogue(0, local_date(now), ()),
            instants=await reading.instants(db, now), base=self.kit.settings.public_url,
        )

    def frame(self, moment: Moment, path: str, section: str = "") -> SiteFrame:
        places = [("首页", "/"), *((c.name, f"/columns/{c.id}") for c in moment.catalogue.navigation[:NAVIGATION])]
        places += [("政府文件库", "/library"), ("公开目录", "/catalogue"), ("申请公开", "/request/")]
        return SiteFrame(
            organ=moment.organ,
            navigation=[
                Link(label, href, "page" if href == path else "true" if href == section else "")
                for label, href in places
            ],
            strip=STRIP, footer=FOOTER, search="" if path in {"/", "/search"} else "/search",
        )

    def render(self, request: Request, moment: Moment, template: str, *, section: str = "", **context: Any) -> str:
        path = request.url.path
        shared: dict[str, Any] = {
            "site": self.frame(moment, path, section), "today": moment.today, "now": moment.now, "base": moment.base,
            "here": path + (f"?{request.url.query}" if request.url.query else ""),
            "large_type": request.cookies.get(SIZE_COOKIE) == "large",
            "print_view": request.query_params.get("print") == "1",
        }
        return self.env.get_template(template).render(shared | context)

    def page(
        self, request: Request, moment: Moment, template: str, *, status: int = 200, section: str = "", **context: Any
    ) -> Response:
        html = self.render(request, moment, template, section=section, **context)
        if status != 200:
            return HTMLResponse(html, status, headers={"Cache-Control": NO_STORE, "Vary": "Cookie"})
        return self.answer(moment, html.encode(), "text/html; charset=utf-8", vary="Cookie")

    def answer(
        self, moment: Moment, content: bytes, media_type: str, *, vary: str = "",
        modified: datetime | None = None, extra: dict[str, str] | None = None,
    ) -> Response:
        """Answer with what is true now: tagged by its bytes, kept no longer than until the next change."""
        guard = timedelta(milliseconds=self.kit.settings.guard_interval_ms)
        headers = {
            "ETag": etag(content), "Cache-Control": cache_control(lifetime(moment.now, moment.instants.next, guard)),
            **(extra or {}),
        }
        if vary:
            headers["Vary"] = vary
        if modified is not None:
            headers["Last-Modified"] = http_date(modified)
        return Lasting(
            content, media_type, headers, good_until=good_until(moment.now, moment.instants.next, guard),
            modified=modified,
        )


def crumbs(*places: tuple[str, str]) -> Sequence[Link]:
    return [Link("首页", "/"), *(Link(label, href) for label, href in places)]
