"""The operator's pages: what each service says of itself, and messages that could not be taken in, across services.

Every service is asked at its own operator's door with the officer's own session, so each checks the permission itself.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

import httpx
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from gongkai.runtime.errors import Forbidden, NotFound, Unauthenticated, Unavailable
from gongkai.statute.refusal import Refused
from gongkai.web import csrf
from gongkai.web.components import Link
from gongkai.web.cookies import SESSION_COOKIE
from gongkai.web.filters import datetime_zh
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from publication.pages.console import ANSWERED, BASE, Console, done, note
from publication.pages.inputs import ReasonInput

Seer = Annotated[Officer, Depends(require("quarantine.see"))]
Replayer = Annotated[Officer, Depends(require("quarantine.replay"))]
PATIENCE: Final = 4.0
SERVICES: Final = {
    "publication": ("公开发布", "/publication"),
    "newmedia-sync": ("新媒体矩阵", "/newmedia"),
    "request": ("依申请公开", "/request"),
    "portal": ("政府网站", ""),
    "identity": ("人员和单位", "/identity"),
}
CAUSES: Final = {
    "unreadable": ("读不懂", "bad", "stop"),
    "invalid": ("内容不合约定", "bad", "stop"),
    "refused": ("按规则不能办", "warn", "ask"),
    "failed": ("办理时出错", "warn", "warn"),
    "behind": ("排在后面等", "busy", "clock"),
}
STATES: Final = {"parked": "停着", "replayed": "已重新处理", "dropped": "已不再处理"}
DONE: Final = {"replayed": "已重新处理。", "dropped": "已不再处理，排在后面的已接着处理。"}


@dataclass(frozen=True, slots=True)
class StatusRow:
    name: str
    up: bool
    words: str
    kind: str
    icon: str
    alarm: str = ""
    unsent: int = 0
    relay_leading: bool = False
    listening: bool = False
    parked: int = 0
    clocks_running: int = 0
    clocks_due: int = 0


@dataclass(frozen=True, slots=True)
class ParkedRow:
    service: str
    service_name: str
    number: int
    type_name: str
    source: str
    reason: str
    cause: str
    kind: str
    icon: str
    parked_at: datetime


class Doors:
    """Asks services at `/api/ops` in the name of the officer who looks at the page."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def get(self, request: Request, service: str, path: str) -> Any | None:
        """Return what the service says, or None when it is away."""
        try:
            answer = await self._send(request, "GET", service, path)
            answer.raise_for_status()
            return answer.json()
        except (httpx.HTTPError, ValueError):
            return None

    async def must_get(self, request: Request, service: str, path: str) -> Any:
        """Return what the service says, or fail as it did."""
        return await self._answered("GET", request, service, path)

    async def post(self, request: Request, service: str, path: str, body: Any = None) -> Any:
        return await self._answered("POST", request, service, path, body)

    async def _answered(self, method: str, request: Request, service: str, path: str, body: Any = None) -> Any:
        name = SERVICES[service][0]
        try:
            answer = await self._send(request, method, service, path, body)
        except httpx.HTTPError:
            raise Unavailable(f"{name}现在联系不上，什么都没有改，请稍后再试") from None
        if answer.is_success:
            return answer.json()
        said = _title(answer)
        match answer.status_code:
            case 401:
                raise Unauthenticated
            case 403:
                raise Forbidden(said or "您没有做这件事的权限")
            case 404:
                raise NotFound(said or "没有这一件")
            case 409:
                raise Refused(said or "现在不能办")
            case _:
                raise Unavailable(f"{name}没有办成：{said or answer.status_code}")

    async def _send(self, request: Request, method: str, service: str, path: str, body: Any = None) -> httpx.Response:
        _, prefix = SERVICES[service]
        url = f"{self._console.kit.settings.url_of(service)}{prefix}/api/ops{path}"
        token = request.cookies.get(SESSION_COOKIE, "")
        # An explicit cookie and its proof: our own service identity is for services, the officer's is for this.
        headers = {"Cookie": f"{SESSION_COOKIE}={token}", csrf.HEADER: csrf.token_for(request)}
        return await self._console.kit.http.request(
            method, url, headers=headers, json=body, timeout=PATIENCE, auth=_nobody
        )


def _nobody(request: httpx.Request) -> httpx.Request:
    """Replace the client's own sign-in: the request goes out as it is."""
    return request


def _title(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("title", ""))
    except (ValueError, AttributeError):
        return ""


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    doors = Doors(console)

    @routes.get("/operations")
    async def operations(request: Request, officer: Seer) -> Response:
        told = await asyncio.gather(*(doors.get(request, service, "/status") for service in SERVICES))
        rows = [status_row(SERVICES[service][0], each) for service, each in zip(SERVICES, told, strict=True)]
        calendar = next((each["calendar_version"] for each in told if each), "")
        return await console.show(request, "operations.html", officer, nav="quarantine", rows=rows, calendar=calendar)

    @routes.get("/quarantine")
    async def quarantine(request: Request, officer: Seer) -> Response:
        wanted = request.query_params.get("state", "parked")
        state = wanted if wanted in STATES else "parked"
        told = await asyncio.gather(*(doors.get(request, name, f"/quarantine?state={state}") for name in SERVICES))
        rows = [parked_row(service, row) for service, each in zip(SERVICES, told, strict=True) for row in each or ()]
        away = [SERVICES[service][0] for service, each in zip(SERVICES, told, strict=True) if each is None]
        tabs = [
            Link(name, f"{BASE}/quarantine?state={key}", "page" if key == state else "") for key, name in STATES.items()
        ]
        return await console.show(
            request,
            "quarantine.html",
            officer,
            nav="quarantine",
            nav_current="page",
            rows=sorted(rows, key=lambda row: row.parked_at),
            total=len(rows) if state == "parked" else 0,
            tabs=[*tabs, Link("运行情况", f"{BASE}/operations")],
            unreachable=away,
        )

    @routes.get("/quarantine/{service}/{number}")
    async def one(request: Request, service: str, number: int, officer: Seer) -> Response:
        return await page(request, officer, service, number, Form())

    @routes.post("/quarantine/{service}/{number}/replay")
    async def replay(request: Request, service: str, number: int, officer: Replayer) -> Response:
        form = await read_form(request)
        _known(service)
        try:
            became = await doors.post(request, service, f"/quarantine/{number}/replay")
        except ANSWERED as trouble:
            return await page(request, officer, service, number, form, note(form, trouble))
        if became["stopped_at"] is None:
            return see_other(f"{BASE}/quarantine/{service}/{number}?done=replayed")
        form.add("", f"处理了 {became['replayed']} 件，第 {became['stopped_at']} 号仍然办不了：{became['reason']}")
        return await page(request, officer, service, number, form, 409)

    @routes.post("/quarantine/{service}/{number}/drop")
    async def drop(request: Request, service: str, number: int, officer: Replayer) -> Response:
        form = await read_form(request)
        _known(service)
        typed = form.parse(ReasonInput)
        if typed is None:
            return await page(request, officer, service, number, form, 422)
        try:
            await doors.post(request, service, f"/quarantine/{number}/drop", {"reason": typed.reason})
        except ANSWERED as trouble:
            return await page(request, officer, service, number, form, note(form, trouble))
        return see_other(f"{BASE}/quarantine/{service}/{number}?done=dropped")

    async def page(
        request: Request, officer: Officer, service: str, number: int, form: Form, status: int = 200
    ) -> HTMLResponse:
        _known(service)
        row = await doors.must_get(request, service, f"/quarantine/{number}")
        return await console.show(
            request,
            "quarantined.html",
            officer,
            nav="quarantine",
            status=status,
            form=form,
            service=service,
            service_name=SERVICES[service][0],
            row=row
            | {
                "cause_name": CAUSES[row["cause"]][0],
                "state_name": STATES[row["state"]],
                "parked_words": datetime_zh(datetime.fromisoformat(row["parked_at"])),
            },
            said=done(request, DONE),
            may=officer.may("quarantine.replay"),
        )

    return routes


def _known(service: str) -> None:
    if service not in SERVICES:
        raise NotFound("没有这个服务")


def status_row(name: str, told: Mapping[str, Any] | None) -> StatusRow:
    if told is None:
        return StatusRow(name, up=False, words="联系不上", kind="bad", icon="stop")
    parked = sum(told["quarantine"].values())
    words, kind, icon = "正常", "ok", "done"
    if told["relay_alarm"] or told["clocks_stuck"]:
        words, kind, icon = "要处理", "bad", "stop"
    elif parked or not told["listening"]:
        words, kind, icon = "要看一看", "warn", "warn"
    alarm = told["relay_alarm"] or (f"有 {told['clocks_stuck']} 个时钟反复没有办成" if told["clocks_stuck"] else "")
    return StatusRow(
        name, True, words, kind, icon, alarm, told["unsent"], told["relay_leading"], told["listening"], parked,
        told["clocks_running"], told["clocks_due"],
    )  # fmt: skip


def parked_row(service: str, row: Mapping[str, Any]) -> ParkedRow:
    cause, kind, icon = CAUSES[row["cause"]]
    type_name = row["type"].split(".")[-2] if row["type"].count(".") > 2 else row["type"]
    return ParkedRow(
        service, SERVICES[service][0], row["number"], type_name, row["source"], row["reason"], cause, kind, icon,
        datetime.fromisoformat(row["parked_at"]),
    )  # fmt: skip
