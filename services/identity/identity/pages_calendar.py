"""Pages of the calendar: which holiday notices are in force, pasting a new one, looking at it before it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from gongkai.runtime.errors import Forbidden
from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.notices import Notice
from gongkai.statute.refusal import Refused
from gongkai.web.components import Link
from gongkai.web.filters import local_date
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from identity.desk import Desk
from identity.holidays import LoadNotice, Unheard, decide
from identity.http_calendar import working_days_of
from identity.inputs import NoticeText
from identity.notices import waiting_for

Editor = Annotated[Officer, Depends(require("calendar.edit"))]
SHOWN: Final = 4
_WEEKDAYS: Final = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Line:
    """One festival of a notice in words."""

    name: str
    off: str
    days: int
    make_up: str


def router(desk: Desk) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    kit, pages = desk.kit, desk.pages

    async def show(
        request: Request, template: str, officer: Officer, *, status: int = 200, **context: Any
    ) -> HTMLResponse:
        async with kit.reading() as db:
            counts = {"notices": len(await waiting_for(db, officer))}
        return await pages.console(request, template, officer, nav="calendar", status=status, counts=counts, **context)

    @routes.get("/calendar")
    async def calendar(request: Request, officer: Editor, year: int | None = None) -> HTMLResponse:
        known = kit.calendar
        chosen = year if year in known.years else (known.last_year or 0)
        form = Form.of({"year": (known.last_year or local_date(kit.now()).year) + 1})
        return await _calendar(request, officer, form, chosen=chosen)

    async def _calendar(
        request: Request, officer: Officer, form: Form, status: int = 200, *, chosen: int | None = None
    ) -> HTMLResponse:
        known = kit.calendar
        chosen = chosen or known.last_year or 0
        notice = next((each for each in known.notices if each.year == chosen), None)
        recent = sorted(known.years, reverse=True)
        listed = recent[:SHOWN] if chosen in recent[:SHOWN] else [*recent[:SHOWN], chosen]
        return await show(
            request, "calendar.html", officer, status=status, form=form, notice=notice,
            lines=lines_of(notice) if notice else (), version=known.version, last_year=known.last_year,
            working_days=working_days_of(chosen, known) if notice else 0,
            tabs=[Link(f"{each}年", f"/identity/calendar?year={each}", "page" if each == chosen else "")
                  for each in listed],
            earlier=[each for each in recent if each not in listed],
            loaded=request.query_params.get("loaded") == "1",
        )

    @routes.post("/calendar/read")
    async def read(request: Request, officer: Editor) -> Response:
        """Show what was read before it holds: a wrong day here moves every deadline of the year."""
        form = await read_form(request)
        notice = _read(form, kit.calendar, local_date(kit.now()))
        if notice is None:
            return await _calendar(request, officer, form, 422)
        then = kit.calendar.with_notice(notice.year, notice)
        return await show(
            request, "calendar_check.html", officer, form=form, notice=notice, lines=lines_of(notice),
            working_days=working_days_of(notice.year, then), replaces=notice.year in kit.calendar.years,
            crumbs=[Link("节假日安排", "/identity/calendar"), Link("核对")],
        )

    @routes.post("/calendar")
    async def load(request: Request, officer: Editor) -> Response:
        form = await read_form(request)
        notice = _read(form, kit.calendar, local_date(kit.now()))
        if notice is None:
            return await _calendar(request, officer, form, 422)
        try:
            async with kit.transaction(actor=officer.actor) as tx:
                await desk.holidays.load(tx, officer.organ_id, notice)
        except (Refused, Forbidden) as no:
            form.add("text", str(no), "通知正文")
            return await _calendar(request, officer, form, 409)
        return see_other(f"/identity/calendar?year={notice.year}&loaded=1")

    return routes


def _read(form: Form, known: WorkCalendar, today: date) -> Notice | None:
    """Read the pasted notice; what is wrong with it is said at the field, before anything is changed."""
    typed = form.parse(NoticeText)
    if typed is None:
        return None
    try:
        notice = typed.notice()
        decide(Unheard(), LoadNotice(notice, today))
        known.with_notice(notice.year, notice)
    except Refused as no:
        form.add("text", str(no), "通知正文")
        return None
    return notice


def lines_of(notice: Notice) -> Sequence[Line]:
    """Say a notice festival by festival, with weekdays, so that it can be compared with the paper."""
    lines = []
    for block in notice.blocks:
        days = (block.last - block.first).days + 1
        first, last = _day(block.first, notice.year), _day(block.last, notice.year)
        off = first if days == 1 else f"{first}至{last}"
        made_up = [_day(each.on, notice.year) for each in notice.make_up if each.name == block.name]
        lines.append(Line(block.name, off, days, "、".join(made_up)))
    named = {block.name for block in notice.blocks}
    lines += [Line(each.name, "", 0, _day(each.on, notice.year)) for each in notice.make_up if each.name not in named]
    return lines


def _day(day: date, year: int) -> str:
    """Write a day as the notice does: the year only where it is another one."""
    whole = f"{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"
    return whole if day.year == year else f"{day.year}年{whole}"
