"""Composition root of the request service: what is made once, and how it is wired."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Final

from gongkai.runtime import calendars, rebuilds, throttle
from gongkai.runtime.inbound_sources import Sources
from gongkai.runtime.kit import Kit, Service, Wiring
from gongkai.runtime.workers import Workers
from gongkai.web.noticing import Noticing
from request import http, librarying, pages
from request.approving import Approving
from request.converting import Converting
from request.desks import Desks
from request.duplicating import Duplicating
from request.erasing import Erasing
from request.following import Following
from request.gateways import Gateway, Medium, chosen, gateways_set
from request.handlers import Handlers
from request.keyring import Keyring
from request.laddering import Laddering
from request.lettering import Lettering
from request.noticing import changes
from request.notifying import Notifier
from request.objecting import Objecting
from request.people import People
from request.practising import practice_of
from request.rebuilding import rebuild
from request.receiving import Reception
from request.recounting import recount
from request.service import Desk

SEND_EVERY: Final = 2.0
SWEEP_EVERY: Final = 3_600.0
SWEEP_AFTER: Final = timedelta(days=1)


async def build(kit: Kit) -> Wiring:
    desks = make_desks(kit)
    await rebuilds.when_wanted(kit, partial(rebuild, desk=desks.desk))
    handlers = Handlers(desks.desk, desks.reception, desks.converting, desks.duplicating)

    async def follow_the_calendar() -> None:
        """Follow another calendar and other words that this start may have brought, or a notice loaded while we run."""
        async with desks.by_itself() as tx:
            await librarying.cut_again(tx)
        await calendars.keep_recounting(kit, partial(recount, kit, desks.desk))

    async def send_messages() -> None:
        """Hand messages to the gateway."""
        while True:
            if not await desks.notifier.deliver(desks.by_itself):
                await asyncio.sleep(SEND_EVERY)

    async def forget_tries() -> None:
        """Forget tries that no longer count; a row that stays an hour longer harms nobody."""
        while True:
            async with desks.by_itself() as tx:
                await throttle.sweep(tx, tx.now - SWEEP_AFTER)
            await asyncio.sleep(SWEEP_EVERY)

    return Wiring(
        routers=[http.router(desks), pages.router(desks)],
        handlers=handlers.events(),
        timers=handlers.timers(),
        background=[Noticing(kit, changes).run, follow_the_calendar, send_messages, forget_tries],
        close=desks.workers.close,
    )


def make_desks(
    kit: Kit, workers: Workers | None = None, gateways: Mapping[Medium, Gateway] | None = None
) -> Desks:
    """Make what pages, API, handlers and loops share."""
    workers = workers or Workers()
    keyring = Keyring(kit.settings.data_dir / "keys")
    people = People(kit.vault, keyring)
    desk = Desk(people, lambda: kit.calendar, practice_of(kit.settings))
    notifier = Notifier(desk, people, gateways or chosen(gateways_set(), kit.http))
    converting = Converting(desk, people, workers, kit.blobs)
    fonts = (str(kit.settings.letter_fonts),) if kit.settings.letter_fonts else ()
    return Desks(
        kit=kit,
        desk=desk,
        people=people,
        reception=Reception(desk, people, keyring, notifier),
        approving=Approving(desk),
        laddering=Laddering(desk.practice),
        lettering=Lettering(desk, people, workers, notifier, converting, kit.settings.public_url, fonts=fonts),
        converting=converting,
        duplicating=Duplicating(desk, people, keyring),
        erasing=Erasing(desk, people),
        following=Following(kit, keyring),
        notifier=notifier,
        objecting=Objecting(desk, people, notifier),
        sources=Sources(kit.vault),
        workers=workers,
    )


SERVICE = Service(name="request", prefix="/request", package="request", build=build)
