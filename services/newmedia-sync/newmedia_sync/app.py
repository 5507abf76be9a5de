"""Wiring of newmedia-sync, read from top to bottom."""

import asyncio

import httpx

from gongkai.contracts.publication import DocumentApproved, ReleaseCancelled, ReleaseOrdered
from gongkai.runtime.kit import Kit, Service, Wiring
from gongkai.web.directory import RemoteDirectory
from gongkai.web.pages import Pages
from newmedia_sync import http, pages
from newmedia_sync.connecting import Switchboard
from newmedia_sync.courier import Courier
from newmedia_sync.desk_work import DeskWork
from newmedia_sync.fetching import Shelf
from newmedia_sync.following import follow_the_sandbox
from newmedia_sync.handlers import Handlers
from newmedia_sync.service import Desk


def _nobody() -> None:
    """Wake nobody."""


async def build(kit: Kit) -> Wiring:
    # Platforms are reached without the identity of our services. As many connections are kept as may be open:
    # a pool that closes surplus ones can close one that was just given to a request.
    limits = httpx.Limits(max_connections=32, max_keepalive_connections=32, keepalive_expiry=15)
    outside = httpx.AsyncClient(limits=limits)
    shelf = Shelf(kit)
    switchboard = Switchboard(kit, outside, kit.now)
    awake = asyncio.Event()
    desk = Desk(wake=awake.set)
    # The courier looks again after each task; what it writes in between wakes nobody.
    courier = Courier(kit, Desk(wake=_nobody), switchboard, shelf, dsn=kit.settings.dsn(kit.name), awake=awake)
    handlers = Handlers(desk)
    await follow_the_sandbox(kit, desk)
    work = DeskWork(kit, desk, shelf, outside)
    directory = RemoteDirectory.of(kit)
    return Wiring(
        routers=[
            http.router(work, kit),
            http.push_router(kit, desk, switchboard),
            pages.router(work, kit, Pages.for_package("newmedia_sync", kit, directory), directory),
        ],
        handlers={
            DocumentApproved: handlers.prepare_on_accounts,
            ReleaseOrdered: handlers.release_at_the_instant,
            ReleaseCancelled: handlers.discard_what_was_prepared,
        },
        background=[courier.run],
        close=outside.aclose,
    )


SERVICE = Service(name="newmedia-sync", prefix="/newmedia", package="newmedia_sync", build=build)
