"""The calendar in force: the notices that come with the product, and those that were loaded while it ran.

Every service keeps the loaded notices in a small table fed by identity. The process that reads the event has the new
calendar at once; other processes of the same service look every two seconds.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final

import asyncpg

from gongkai.contracts.envelope import Event
from gongkai.contracts.identity import HolidayNoticeLoaded
from gongkai.runtime import telemetry
from gongkai.runtime.kit import AWAY, Handler, Kit
from gongkai.runtime.sql import Connection
from gongkai.runtime.tx import Tx
from gongkai.statute.calendar import WorkCalendar, built_in
from gongkai.statute.notices import Block, MakeUp, Notice
from gongkai.statute.terms import Source

log = telemetry.logger(__name__)

#: A clock set by another process that had not heard of the notice yet is found at the next look.
LOOK_AGAIN: Final = 60.0

EVERY: Final = 2.0
_KEEP: Final = """
INSERT INTO holiday_notice (year, version, data) VALUES ($1, $2, $3)
ON CONFLICT (year) DO UPDATE SET version = excluded.version, data = excluded.data
WHERE holiday_notice.version < excluded.version RETURNING year"""
_ALL: Final = "SELECT year, version, data FROM holiday_notice ORDER BY year"


async def in_force(db: Connection) -> WorkCalendar:
    """Return the calendar as this service's database knows it."""
    calendar = built_in()
    for row in await db.fetch(_ALL):
        calendar = calendar.with_notice(row["year"], notice_of(HolidayNoticeLoaded.model_validate_json(row["data"])))
    return calendar


async def refresh(kit: Kit, db: Connection) -> WorkCalendar:
    """Let this process count with the calendar that the database knows."""
    adopt(kit, await in_force(db))
    return kit.calendar


def adopt(kit: Kit, calendar: WorkCalendar) -> None:
    """Count with this calendar from now on, and wake whoever must count again."""
    if kit.calendar.version != calendar.version:
        kit.calendar = calendar
        kit.wake.calendar.set()
        log.info("calendar-in-force", service=kit.name, version=calendar.version, last_year=calendar.last_year)


async def keep_notice(kit: Kit, tx: Tx, event: HolidayNoticeLoaded) -> None:
    """Keep a notice unless a newer one of its year is known; it counts from the commit on."""
    notice_of(event)  # an impossible arrangement is refused here, where it is parked with its reason
    if await tx.db.fetchval(_KEEP, event.year, event.version, event.model_dump_json()) is not None:
        tx.after_commit(partial(adopt, kit, await in_force(tx.db)))


def calendar_handlers(kit: Kit) -> Mapping[type[Event], Handler]:
    """Give the handler that every service includes in its wiring."""

    async def keep(tx: Tx, event: HolidayNoticeLoaded) -> None:
        await keep_notice(kit, tx, event)

    return {HolidayNoticeLoaded: keep}


async def follow(kit: Kit) -> None:
    """Notice what another process of the same service has read."""
    while True:
        try:
            async with kit.pool.acquire() as db:
                await refresh(kit, db)
        except (asyncpg.PostgresError, *AWAY):
            pass  # said elsewhere; the calendar in force stays
        await asyncio.sleep(EVERY)


def notice_of(event: HolidayNoticeLoaded) -> Notice:
    """Read the event as the law's own value; what cannot be is `Refused`."""
    return Notice(
        year=event.year,
        blocks=tuple(Block(block.name, block.first, block.last) for block in event.off),
        make_up=tuple(MakeUp(day.name, day.on) for day in event.make_up),
        number=event.number,
        issued_on=event.issued_on,
        source=Source.TEXT,
    )


async def keep_recounting(kit: Kit, recount: Callable[[], Awaitable[int]]) -> None:
    """Let a service count its open clocks again: at the start, whenever a notice arrives, and once a minute.

    `recount` counts what another calendar counted, and returns how many dates moved.
    """
    while True:
        kit.wake.calendar.clear()
        moved = await recount()
        if moved:
            log.info("clocks-recounted", moved=moved, version=kit.calendar.version)
        # Not `wait_for`: in Python 3.11 it swallows a cancellation that comes together with the event.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_AGAIN):
                await kit.wake.calendar.wait()
