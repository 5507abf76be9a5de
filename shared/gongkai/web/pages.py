"""HTML pages: the templates of one service inside the shared frames."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment
from starlette.requests import Request

from gongkai.runtime.kit import Kit
from gongkai.statute.calendar import WorkCalendar
from gongkai.web import csrf
from gongkai.web.components import ConsoleFrame
from gongkai.web.cookies import SIZE_COOKIE, secure
from gongkai.web.directory import Directory, RemoteDirectory, name_of
from gongkai.web.filters import local_date
from gongkai.web.navigation import sections_for
from gongkai.web.officers import organ
from gongkai.web.permissions import ROLE_NAMES
from gongkai.web.session import Officer
from gongkai.web.templating import environment


class Pages:
    """Renders pages. `page` is for any frame, `console` adds who is signed in."""

    def __init__(self, env: Environment, kit: Kit, directory: Directory) -> None:
        self.env = env
        self._kit = kit
        self._directory = directory

    @classmethod
    def for_package(cls, package: str, kit: Kit, directory: Directory | None = None) -> "Pages":
        """Make the pages of a service; names are asked of identity unless another directory is given."""
        return cls(environment(package), kit, directory or RemoteDirectory.of(kit))

    def page(self, request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """Render a template whose frame needs nothing more than the context says."""
        today = local_date(self._kit.now())
        shared: dict[str, Any] = {
            "request": request,
            "csrf": csrf.token_for(request),
            "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            "today": today,
            "day_kind": _day_kind(self._kit.calendar, today),
            "large_type": request.cookies.get(SIZE_COOKIE) == "large",
            "print_view": request.query_params.get("print") == "1",
        }
        html = self.env.get_template(template).render(shared | context)
        response = HTMLResponse(html, status)
        csrf.remember(request, response, secure=secure(self._kit.settings))
        return response

    async def console(
        self,
        request: Request,
        template: str,
        officer: Officer,
        *,
        nav: str = "",
        status: int = 200,
        counts: Mapping[str, int] | None = None,
        **context: Any,
    ) -> HTMLResponse:
        """Render a page of the officers' console. `counts` are numbers beside navigation entries by their key."""
        async with self._kit.reading() as db:
            described = await organ(db, officer.organ_id)
        desk = ConsoleFrame(
            name=await name_of(self._directory, officer.person_id),
            standing=standing_of(officer),
            organ_name=described.name if described else "",
            sections=sections_for(officer),
            counts=dict(counts or {}),
            finds=officer.may("document.see"),
        )
        return self.page(request, template, status, desk=desk, nav=nav, organ=described, officer=officer, **context)


def _day_kind(calendar: WorkCalendar, today: date) -> str:
    """Say whether deadlines run today; without a notice for the year, say nothing rather than guess."""
    if calendar.is_provisional(today):
        return ""
    return "工作日" if calendar.is_working_day(today) else "休息日"


def standing_of(officer: Officer) -> str:
    """综合处 复审人: the unit and the first role, more roles as a number."""
    roles = [ROLE_NAMES[role] for role in ROLE_NAMES if role in officer.roles]
    words = "、".join(roles[:2]) + (f"等 {len(roles)} 个角色" if len(roles) > 2 else "")
    return f"{officer.unit} {words}".strip() or "未分配角色"
