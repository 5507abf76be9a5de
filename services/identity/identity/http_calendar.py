"""The JSON API of the calendar: the notices in force, and loading one, for officers and for the operator."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from gongkai.hosting.access import OPERATOR, service_of
from gongkai.runtime.tx import SYSTEM
from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.notices import Notice
from gongkai.web.session import Officer, require
from identity.desk import Desk
from identity.inputs import HolidayInput, NoticeText

Editor = Annotated[Officer, Depends(require("calendar.edit"))]


class NoticeView(BaseModel):
    """One year's arrangement, in the form in which it may be loaded."""

    year: int
    number: str
    issued_on: date | None
    off: dict[str, list[str]]
    make_up: dict[date, str]
    working_days: int

    @classmethod
    def of(cls, notice: Notice, calendar: WorkCalendar) -> "NoticeView":
        data = notice.as_json()
        data["issued_on"] = data["issued_on"] or None
        return cls(**data, working_days=working_days_of(notice.year, calendar))


class CalendarView(BaseModel):
    version: str
    last_year: int | None
    notices: list[NoticeView]


class Loaded(BaseModel):
    changed: bool
    version: str
    notice: NoticeView


def router(desk: Desk) -> APIRouter:
    routes = APIRouter(prefix="/api/calendar", tags=["calendar"])
    kit = desk.kit

    async def editor(request: Request) -> Officer | None:
        """Return the officer who may load a notice, or None for the operator's own command line."""
        if service_of(kit, request) == OPERATOR:
            return None
        return await require("calendar.edit")(request)

    @routes.get("")
    async def calendar() -> CalendarView:
        """Every notice in force, the newest first. Holiday notices are public."""
        in_force = kit.calendar
        notices = [NoticeView.of(notice, in_force) for notice in reversed(in_force.notices)]
        return CalendarView(version=in_force.version, last_year=in_force.last_year, notices=notices)

    @routes.post("/read")
    async def read(body: NoticeText, _: Editor) -> NoticeView:
        """Read the text of a notice as data, without loading it."""
        notice = body.notice()
        return NoticeView.of(notice, kit.calendar.with_notice(notice.year, notice))

    @routes.post("", status_code=201)
    async def load(
        body: HolidayInput, officer: Annotated[Officer | None, Depends(editor)], response: Response
    ) -> Loaded:
        """Load the notice of a year; a later one for the same year replaces it. Open clocks are counted again."""
        notice = body.notice()
        async with kit.transaction(actor=officer.actor if officer else SYSTEM) as tx:
            changed = await desk.holidays.load(tx, officer.organ_id if officer else None, notice)
        if not changed:
            response.status_code = 200
        return Loaded(changed=changed, version=kit.calendar.version, notice=NoticeView.of(notice, kit.calendar))

    return routes


def working_days_of(year: int, calendar: WorkCalendar) -> int:
    return calendar.working_days_between(date(year - 1, 12, 31), date(year, 12, 31))
