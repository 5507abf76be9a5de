"""Probes and metrics as plain routes: a redirect would count as a failure with some orchestrators."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from gongkai.runtime import telemetry
from gongkai.runtime.metrics import CONTENT_TYPE, Metrics

log = telemetry.logger(__name__)

TIMEOUT: Final = 2.0
_NO_STORE: Final = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Check:
    """The state of one thing we depend on.

    `critical` is False for what we can do without for a while: with Kafka away, pages and writes go on.
    """

    ok: bool
    detail: str = ""
    critical: bool = True


def health_router(
    checks: Mapping[str, Callable[[], Awaitable[Check]]],
    metrics: Metrics,
    *,
    timeout: float = TIMEOUT,
    metrics_token: str | None = None,
) -> APIRouter:
    """`/health/live`: the loop turns. `/health/ready`: what is critical works. `/metrics`: for Prometheus.

    With a token only those who show it as a bearer read the metrics.
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> Response:
        return JSONResponse({"ok": True}, headers=_NO_STORE)

    @router.get("/health/ready")
    async def ready() -> Response:
        found = await asyncio.gather(*(_run(name, check, timeout) for name, check in checks.items()))
        results = dict(zip(checks, found, strict=True))
        fit = all(check.ok for check in found if check.critical)
        body = {"ok": fit, "checks": {name: asdict(check) for name, check in results.items()}}
        return JSONResponse(body, 200 if fit else 503, headers=_NO_STORE)

    @router.get("/metrics")
    async def numbers(request: Request) -> Response:
        if metrics_token and not _shows(request, metrics_token):
            return Response("需要令牌\n", 401, headers={**_NO_STORE, "WWW-Authenticate": "Bearer"})
        return Response(metrics.render(), media_type=CONTENT_TYPE, headers=_NO_STORE)

    return router


def _shows(request: Request, token: str) -> bool:
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), token.encode())


async def _run(name: str, check: Callable[[], Awaitable[Check]], within: float) -> Check:
    try:
        return await asyncio.wait_for(check(), within)
    except TimeoutError:
        return Check(ok=False, detail=f"{within:g} 秒内没有答复")
    except Exception as trouble:  # noqa: BLE001  a probe reports trouble, it does not have it
        log.warning("check-failed", check=name, trouble=type(trouble).__name__)
        return Check(ok=False, detail=type(trouble).__name__)
