"""Faults that can be switched on per account and call, and the one road every platform call takes through them."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.world import Fault, Keeper, Platform

#: kind → what the page says about it. `*` before the platform's own: for both.
KINDS: Final[dict[str, dict[str, str]]] = {
    "*": {
        "slow": "慢：等若干秒再处理",
        "http_502": "网关错误：HTTP 502 加一页 HTML，没有处理",
        "http_500": "HTTP 500，没有处理",
        "garbage": "已处理，但回的不是 JSON",
        "lost_answer": "回音丢失：已处理，连接中断",
        "cut_before": "连接中断，没有处理",
        "token_expired": "令牌过期",
        "busy": "系统繁忙，没有处理",
        "busy_but_done": "回答系统繁忙，其实已处理",
        "strings": "编号一律以字符串返回",
    },
    "wechat": {
        "review_original": "审核结果 2：原创声明失败",
        "review_failed": "审核结果 3：发布失败，没有原因",
        "review_refused": "审核结果 4：平台审核不通过",
        "partial": "部分文章失败（fail_idx）",
        "stuck": "一直显示发布中",
        "quota": "45009 当日次数用完",
        "too_fast": "45011 调用太快",
        "ip": "40164 调用地址不在白名单",
        "lapsed": "48001 认证到期，没有权限",
        "draft_check": "53503 草稿未通过检查",
        "draft_console": "53505 只能到后台发布",
        "lagging_list": "已发布列表滞后 60 秒",
        "event_twice": "事件推送两次",
        "event_never": "不推送事件",
        "event_early": "事件先于受理回答",
    },
    "weibo": {
        "late_visible": "20032 发布成功，一两分钟后可见，不给编号",
        "duplicate": "20019 内容重复",
        "captcha": "20031 需要验证码",
        "too_often": "10023 用户请求过于频繁",
        "no_permission": "10014 应用没有权限",
        "illegal": "20021 内容违规",
        "http_status": "错误带 HTTP 400 状态",
    },
}
_BEFORE: Final = ("slow", "http_502", "http_500", "cut_before")
_AFTER: Final = ("garbage", "lost_answer", "busy_but_done")


def kinds_of(platform: Platform) -> dict[str, str]:
    return KINDS["*"] | KINDS[platform]


class CutResponse(Response):
    """Promises more bytes than it sends: the server closes the connection and the caller never learns the answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        headers = [(b"content-type", b"application/json"), (b"content-length", b"65536")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"", "more_body": True})


class RawJson(Response):
    """Raw UTF-8 JSON: the platforms escape nothing."""

    media_type = "application/json; charset=utf-8"

    def render(self, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=False).encode()


class FaultBox:
    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def switch_on(
        self,
        platform: Platform,
        kind: str,
        *,
        account: str = "*",
        call: str = "*",
        value: float = 0,
        times: int | None = 1,
    ) -> Fault:
        world = self._keeper.world
        world.fault_serial += 1
        fault = Fault(
            id=world.fault_serial, platform=platform, account=account, call=call, kind=kind, value=value, left=times
        )
        world.faults.append(fault)
        self._keeper.save()
        return fault

    def switch_off(self, fault_id: int | None = None) -> None:
        world = self._keeper.world
        world.faults = [] if fault_id is None else [fault for fault in world.faults if fault.id != fault_id]
        self._keeper.save()

    def take(self, platform: Platform, account: str, call: str, *kinds: str) -> Fault | None:
        """Return the first fault of these kinds that fits, and use it up once."""
        world = self._keeper.world
        for fault in world.faults:
            fits = fault.platform == platform and fault.account in {"*", account} and fault.call in {"*", call}
            if not fits or fault.kind not in kinds:
                continue
            if fault.left is not None:
                fault.left -= 1
                if fault.left <= 0:
                    world.faults.remove(fault)
            return fault
        return None


Work = Callable[[], Awaitable[dict[str, Any]]]


async def serve(
    keeper: Keeper, box: FaultBox, request: Request, platform: Platform, account: str, call: str, work: Work
) -> Response:
    """Run one platform call through the switched-on faults, and note it in the log of calls."""
    before = box.take(platform, account, call, *_BEFORE)
    if before is not None and before.kind == "slow":
        await asyncio.sleep(before.value or 3)
        before = None
    if before is not None:
        _note(keeper, platform, account, call, before.kind)
        match before.kind:
            case "http_502":
                page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
                return HTMLResponse(page, 502)
            case "http_500":
                return HTMLResponse("<h1>Internal Server Error</h1>", 500)
            case _:
                return CutResponse()
    body = await work()
    keeper.save()
    code = body.get("errcode", body.get("error_code", 0))
    _note(keeper, platform, account, call, str(code))
    after = box.take(platform, account, call, *_AFTER) if not code else None
    if after is not None:
        match after.kind:
            case "garbage":
                return HTMLResponse('{"errcode":0,"errm', 200)
            case "lost_answer":
                return CutResponse()
            case _:
                body = {"errcode": -1, "errmsg": "system error"} if platform == "wechat" else _weibo_busy(request)
    if box.take(platform, account, call, "strings"):
        body = {
            key: str(value) if isinstance(value, int) and not isinstance(value, bool) else value
            for key, value in body.items()
        }
    status = 400 if "error_code" in body and box.take(platform, account, call, "http_status") else 200
    return RawJson(body, status)


def _weibo_busy(request: Request) -> dict[str, Any]:
    return {"request": request.url.path, "error_code": 10009, "error": "Too many pending tasks, system is busy"}


def _note(keeper: Keeper, platform: str, account: str, call: str, outcome: str) -> None:
    calls = keeper.world.calls
    calls.append(
        {"at": keeper.now().isoformat(), "platform": platform, "account": account, "call": call, "outcome": outcome}
    )
    del calls[:-200]
