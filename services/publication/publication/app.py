"""Composition root of publication: what is made once, and how it is wired."""

import asyncio
from datetime import timedelta

from gongkai.runtime import calendars
from gongkai.runtime.kit import Kit, Service, Wiring
from gongkai.runtime.workers import Workers
from gongkai.web.noticing import Noticing, compared
from publication import autosaving, http, pages
from publication.checking import Checking
from publication.clocks import SITE_ERROR_CLOCK
from publication.converting import Conversions
from publication.desks import Desks
from publication.handlers import Handlers
from publication.link_asking import Asker
from publication.measuring import measures, releases_now
from publication.noticing import waiting
from publication.recounting import recount
from publication.releasing import ReleaseDesk, Timing
from publication.service import Desk
from publication.site_errors.desk import FORGET, SiteErrors


async def build(kit: Kit) -> Wiring:
    desks = make_desks(kit)
    handlers = Handlers(desks.desk, desks.releases, Conversions(kit, desks.desk))
    errors = SiteErrors(kit)
    await autosaving.move_into_vault(kit)

    async def follow_the_calendar() -> None:
        """Follow another calendar that this start may have brought, or a notice loaded while we run."""

        async def count() -> int:
            return await recount(kit, desks.desk) + await errors.recount()

        await calendars.keep_recounting(kit, count)

    return Wiring(
        routers=[http.router(desks), pages.router(desks)],
        handlers=handlers.events(),
        timers={**handlers.timers(), SITE_ERROR_CLOCK: errors.pass_due, FORGET: errors.forget},
        background=[desks.checking.run, Noticing(kit, compared(waiting)).run, follow_the_calendar],
        gauges=releases_now(kit),
        close=desks.workers.close,
    )


def make_desks(kit: Kit, workers: Workers | None = None) -> Desks:
    """Make what pages, API, handlers and loops share."""
    workers = workers or Workers()
    wake = asyncio.Event()
    desk = Desk(kit.blobs, lambda: kit.calendar, wake.set)
    checking = Checking(kit, desk, workers, Asker() if kit.settings.check_links else None, wake)
    timing = Timing(
        guard=timedelta(milliseconds=kit.settings.guard_interval_ms),
        prepare_within=timedelta(seconds=kit.settings.prepare_within),
    )
    return Desks(kit, desk, ReleaseDesk(desk, timing, measures(kit)), checking, workers)


SERVICE = Service(name="publication", prefix="/publication", package="publication", build=build)
