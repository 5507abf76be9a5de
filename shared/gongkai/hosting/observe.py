"""What every request gets before any service sees it: a span, its numbers, and a limit on its size."""

import json
import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gongkai.runtime import telemetry
from gongkai.runtime.metrics import Metrics

#: Bytes. The largest thing anybody may send is an attachment; services set tighter limits where they read.
BODY_LIMIT: Final = 64 * 1024 * 1024
_TOO_LARGE: Final = json.dumps(
    {"type": "/problems/too-large", "title": "内容太大，最多 64 MB", "status": 413}, ensure_ascii=False
).encode()
#: Anybody may send any word as a method; numbers are kept for these.
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET: Final = ("/health/live", "/health/ready", "/metrics")


class _TooLarge(Exception):
    pass


class Observed:
    """ASGI middleware around one service's app."""

    def __init__(self, app: ASGIApp, *, service: str, metrics: Metrics) -> None:
        self._app = app
        self._service = service
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if (
            int(headers.get(b"content-length", b"0") if headers.get(b"content-length", b"0").isdigit() else 0)
            > BODY_LIMIT
        ):
            await _refuse(send)
            self._count(scope, 413)
            return
        if scope["path"].endswith(_QUIET):
            await self._app(scope, receive, send)
            return
        await self._observed(scope, receive, send, headers.get(b"traceparent", b"").decode("ascii", "ignore") or None)

    async def _observed(self, scope: Scope, receive: Receive, send: Send, parent: str | None) -> None:
        status, started, taken = 500, False, 0
        begun = time.perf_counter()

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > BODY_LIMIT:
                raise _TooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
            await send(message)

        try:
            with telemetry.span(f"{_method(scope)} {self._service}", parent=parent):
                try:
                    await self._app(scope, counted, watched)
                except _TooLarge:
                    status = 413
                    if not started:
                        await _refuse(send)
        finally:  # an accident passes through here on its way to the page that tells of it, and counts as well
            self._count(scope, status, time.perf_counter() - begun)

    def _count(self, scope: Scope, status: int, seconds: float = 0.0) -> None:
        # The route, never the path: a path may hold what a metric must not.
        route = getattr(scope.get("route"), "path", "unmatched")
        method = _method(scope)
        self._metrics.http_requests.labels(self._service, method, route, str(status)).inc()
        self._metrics.http_seconds.labels(self._service, method, route).observe(seconds)


def _method(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in _METHODS else "other"


async def _refuse(send: Send) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": 413,
            # The connection stays open: a sender that is cut off in the middle never reads this sentence.
            "headers": [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")],
        }
    )
    await send({"type": "http.response.body", "body": _TOO_LARGE})
