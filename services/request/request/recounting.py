"""Counts open clocks again when the calendar in force is another one. Closed clocks keep the date they had."""

from typing import Final

from gongkai.runtime import calendars
from gongkai.runtime.kit import Kit
from gongkai.runtime.tx import Actor
from request import keeping
from request.clocks import OF_CASES
from request.service import Desk

#: Holds no clock when it asks for a case, so unlike a timer it may wait for it.
CALENDAR: Final = Actor("system", "calendar")


async def recount(kit: Kit, desk: Desk) -> int:
    """Count every open clock of another calendar again; returns how many dates moved."""
    moved = 0
    while True:
        async with kit.transaction(actor=CALENDAR) as tx:
            # What the database knows, not what this process remembers: two processes must not pull a date both ways.
            calendar = await calendars.refresh(kit, tx.db)
            stale = await keeping.clocks_of_other_calendars(tx, calendar.version, OF_CASES)
            for case_id in sorted(stale):
                moved += await desk.recount(tx, case_id)
        if not stale:
            return moved
