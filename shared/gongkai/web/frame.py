"""The shared frame put around one service's app: security headers, static files, type size, who is asking."""

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import RedirectResponse

from gongkai.runtime.kit import Kit
from gongkai.web import cookies, static
from gongkai.web.forms import safe_path
from gongkai.web.problem_page import renderer
from gongkai.web.security import SecurityHeaders
from gongkai.web.session import Gate

__all__ = ["install", "renderer", "root_router"]


def root_router(*, secure: bool) -> APIRouter:
    """Give the doors that stand at the root of the address, whatever prefix a service has."""
    routes = APIRouter(include_in_schema=False)
    routes.include_router(static.router())

    @routes.get("/favicon.ico")
    async def favicon() -> RedirectResponse:
        """Send programs that look for the mark where it always used to be to the mark."""
        answer = RedirectResponse(static.url_for_static("mark.svg"), status_code=302)
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer

    @routes.get("/display/size/{size}")
    async def display_size(request: Request, size: str) -> RedirectResponse:
        """大字版: remembered in a cookie for a year; the page and its content stay the same."""
        answer = RedirectResponse(safe_path(request.query_params.get("next"), "/"), status_code=303)
        if size == "large":
            answer.set_cookie(
                cookies.SIZE_COOKIE, "large", max_age=31_536_000, httponly=True, samesite="lax", secure=secure
            )
        else:
            answer.delete_cookie(cookies.SIZE_COOKIE)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return routes


def install(app: FastAPI, kit: Kit) -> None:
    """Prepare the app of one service. The problem pages are `renderer()`, given to `runtime.problem.install`."""
    app.state.gate = Gate(kit)
    app.add_middleware(SecurityHeaders, https=cookies.secure(kit.settings))
