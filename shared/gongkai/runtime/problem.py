"""Every refusal as RFC 9457 for programs, and as a page for browsers. The one place where outcomes become HTTP."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from gongkai.runtime import telemetry
from gongkai.runtime.errors import (
    ChangedMeanwhile,
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from gongkai.runtime.kit import AWAY, UNFIT
from gongkai.runtime.sentences import sentence_of
from gongkai.statute.refusal import Refused

log = telemetry.logger(__name__)

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: `title` is a sentence for people, `kind` is stable for programs."""

    status: int
    kind: str
    title: str
    article: str = ""
    errors: tuple[tuple[str, str], ...] = ()
    retry_after: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def body(self, instance: str) -> dict[str, Any]:
        out: dict[str, Any] = {
            "type": f"/problems/{self.kind}",
            "title": self.title,
            "status": self.status,
            "instance": instance,
        }
        if self.article:
            out["article"] = self.article
        if self.errors:
            out["errors"] = [{"path": path, "sentence": sentence} for path, sentence in self.errors]
        return out | self.extra


#: Renders a problem for a browser, or None where the JSON form will do. Set by the web frame.
Renderer = Callable[[Request, Problem], Awaitable[Response | None]]


def of(error: BaseException) -> Problem:
    """Translate an outcome into a problem. What is not known is a 500 that says that nothing was changed."""
    match error:
        case Refused():
            return Problem(409, "refused", error.reason, error.article)
        case ChangedMeanwhile():
            return Problem(412, "changed-meanwhile", error.sentence)
        case NotFound():
            return Problem(404, "not-found", error.sentence)
        case Invalid():
            return Problem(422, "invalid", f"有 {len(error.errors)} 处需要修改", errors=error.errors)
        case Forbidden():
            return Problem(403, "forbidden", error.sentence, extra={"action": error.action} if error.action else {})
        case Unauthenticated():
            return Problem(401, "unauthenticated", error.sentence)
        case TooMany():
            return Problem(429, "too-many", error.sentence, retry_after=error.retry_after)
        case TooLarge():
            return Problem(413, "too-large", error.sentence)
        case Unavailable():
            return Problem(503, "unavailable", error.sentence, retry_after=5)
        case RequestValidationError():
            errors = tuple((_path(e["loc"], e["type"]), sentence_of(e)) for e in error.errors())
            return Problem(422, "invalid", f"有 {len(errors)} 处需要修改", errors=errors)
        case HTTPException():
            return _of_http(error)
        case ClientDisconnect():
            return Problem(400, "gone", "请求没有发完就断了")  # nobody reads it; the access log does
        case _ if isinstance(error, UNFIT):
            return Problem(422, "invalid", "内容里有不能保存的字符或超出范围的数字，请检查后再提交")
        case _ if isinstance(error, AWAY):
            return Problem(503, "unavailable", Unavailable().sentence, retry_after=5)
        case _:
            return Problem(500, "accident", "系统出了差错，您的这一步没有生效，其他内容都还在；我们已记下，请稍后再试")


def _of_http(error: HTTPException) -> Problem:
    phrases = {
        404: ("not-found", "没有这个页面"),
        405: ("method", "这个地址不接受这种请求"),
        401: ("unauthenticated", "请先登录"),
        403: ("forbidden", "您没有做这件事的权限"),
        413: ("too-large", "内容太大"),
        400: ("bad-request", "请求的格式不对"),
    }
    kind, sentence = phrases.get(error.status_code, ("http", HTTPStatus(error.status_code).phrase))
    detail = error.detail if isinstance(error.detail, str) else ""
    chinese = any("\u4e00" <= char <= "\u9fff" for char in detail)
    return Problem(error.status_code, kind, detail if chinese else sentence)


def _path(loc: Sequence[Any], kind: str) -> str:
    if kind == "json_invalid":
        return "body"  # the rest of the place is a count of characters
    parts = [str(part) for part in loc if part not in {"body", "query", "path", "header", "cookie"}]
    return ".".join(parts) or str(loc[0] if loc else "")


async def respond(request: Request, problem: Problem, render: Renderer | None) -> Response:
    headers = {"Cache-Control": "no-store"}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    if render is not None and wants_page(request):
        page = await render(request, problem)
        if page is not None:
            page.headers.update(headers)
            return page
    return JSONResponse(problem.body(request.url.path), problem.status, headers=headers, media_type=MEDIA_TYPE)


def wants_page(request: Request) -> bool:
    """Browsers get a page, except under `/api/`."""
    return "text/html" in request.headers.get("accept", "") and "/api/" not in request.url.path


def install(app: FastAPI, render: Renderer | None = None) -> None:
    """Register the translation for every outcome on one app."""

    async def on_error(request: Request, error: Exception) -> Response:
        problem = of(error)
        if isinstance(error, UNFIT):
            # Usually the sender's value; now and then our own mistake, which only this line would show.
            route = getattr(request.scope.get("route"), "path", "")
            log.warning("unfit-value", route=route, trouble=type(error).__name__)  # the message would quote the value
        if problem.status >= 500:
            log.error(
                "accident", path=request.scope.get("route_path", request.url.path), kind=problem.kind, exc_info=error
            )
        return await respond(request, problem, render)

    known: tuple[type[Exception], ...] = (
        Refused,
        ChangedMeanwhile,
        NotFound,
        Invalid,
        Forbidden,
        Unauthenticated,
        TooMany,
        TooLarge,
        Unavailable,
        RequestValidationError,
        HTTPException,
        ClientDisconnect,
        *UNFIT,
        OSError,
        Exception,
        *AWAY,
    )
    for error in dict.fromkeys(known):
        app.add_exception_handler(error, on_error)
