"""Pages of the public site beside a bare program that reads one row and sends it. `python -m tests.bench portal_pages`."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from tests.bench.ground import Ground
from tests.bench.report import Measured
from tests.support.portal_world import Site, a_site

Ask = Callable[[], Awaitable[int]]


def asking(app: Any, path: str) -> Ask:
    """Call an application as a server would, without a client's own cost."""

    async def ask() -> int:
        status = 0

        async def send(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path,
            "raw_path": path.encode(), "query_string": b"", "headers": [(b"accept", b"text/html"), (b"host", b"site.test")],
            "scheme": "http", "server": ("site.test", 80), "client": ("127.0.0.1", 1), "root_path": "", "state": {},
        }  # fmt: skip
        await app(scope, receive, send)
        return status

    return ask


async def rate(ask: Ask, count: int, before_each: Callable[[], None] = lambda: None) -> float:
    began = time.perf_counter()
    for _ in range(count):
        before_each()
        assert await ask() == 200
    return count / (time.perf_counter() - began)


def bare(pool: Any) -> Starlette:
    async def page(request: Request) -> HTMLResponse:
        async with pool.acquire() as db:
            row = await db.fetchrow("SELECT title, body_html FROM edition WHERE slug = $1", request.path_params["slug"])
        return HTMLResponse(f"<!DOCTYPE html><title>{row['title']}</title>{row['body_html']}")

    return Starlette(routes=[Route("/d/{slug}", page)])


async def run(ground: Ground) -> list[Measured]:
    count = 200 if ground.quick else 1_000
    dsn = await ground.databases.database("portal_pages")
    async with a_site(dsn, ground.folder / "pages") as site, asyncpg.create_pool(dsn, min_size=1, max_size=4) as pool:
        address = await _filled(site)
        app = site.app
        forget = site.forget
        kept, made, front, floor = [], [], [], []
        for _ in range(ground.rounds):
            floor.append(await rate(asking(bare(pool), address), count))
            made.append(await rate(asking(app, address), count, forget))
            kept.append(await rate(asking(app, address), count))
            front.append(await rate(asking(app, "/"), count))
    return [
        Measured("document page, kept within the second", "pages/s", "higher", tuple(kept), tuple(floor), 1.0),
        Measured("document page, made anew each time", "pages/s", "higher", tuple(made), tuple(floor)),
        Measured("first page, kept within the second", "pages/s", "higher", tuple(front), tuple(floor), 1.0),
    ]


async def _filled(site: Site) -> str:
    for _ in range(50):
        await site.publish(body_html="<p>各有关单位：</p>" + "<p>现将有关事项通知如下，请认真组织实施。</p>" * 40)
    return "/d/jnsw-2026-00050"
