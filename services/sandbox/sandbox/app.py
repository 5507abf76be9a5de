"""Puts the sandbox together. Time is given from outside; nothing here reads a clock."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
from fastapi import FastAPI

from sandbox import pages, wechat, weibo
from sandbox.faults import FaultBox
from sandbox.wechat_jobs import settle_all
from sandbox.wechat_push import Pusher
from sandbox.world import Keeper, Now

_TICK = 0.1


def create_app(now: Now, folder: Path | None = None, *, ticking: bool = True) -> FastAPI:
    """Make one sandbox. `ticking` False: tasks settle and events leave only on `POST /admin/tick`."""
    keeper = Keeper(now, folder)
    box = FaultBox(keeper)
    http = httpx.AsyncClient()
    pusher = Pusher(keeper, box, http)

    async def tick() -> int:
        settle_all(keeper)
        return await pusher.tick()

    async def keep_ticking() -> None:
        while True:
            await tick()
            await asyncio.sleep(_TICK)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        ticker = asyncio.create_task(keep_ticking()) if ticking else None
        yield
        if ticker is not None:
            ticker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ticker
        await http.aclose()
        keeper.save()

    app = FastAPI(title="新媒体平台沙箱", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.keeper, app.state.faults, app.state.pusher = keeper, box, pusher
    app.include_router(wechat.router(wechat.WeChat(keeper, box, pusher), keeper))
    app.include_router(weibo.router(weibo.Weibo(keeper, box)))
    app.include_router(pages.api(keeper, box, tick))
    app.include_router(pages.router(keeper, box))
    return app
