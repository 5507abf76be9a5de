"""Deadlines as the console shows them: a chip in few words, and the sum behind it day by day.

Nothing is counted here that the clock row did not count before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from gongkai.statute.calendar import WorkCalendar
from gongkai.web.components import ClockChip, DayCell, Run
from gongkai.web.filters import date_zh

SOON: Final = 3
_HOLIDAY_WORDS: Final = "放假"
_MAKE_UP_WORDS: Final = "调休上班"


@dataclass(frozen=True, slots=True)
class DayByDay:
    """Everything the “why this date” page shows of one clock."""

    start: date
    due: date
    sentence: str
    weeks: Sequence[Sequence[DayCell | None]]
    runs: Sequence[Run]
    provisional: str


def chip(due_on: date, today: date, calendar: WorkCalendar, *, why: str, href: str, provisional: bool) -> ClockChip:
    """Say how near a date is, in working days while it is ahead and in days once it has passed."""
    if due_on < today:
        return ClockChip("late", f"超 {(today - due_on).days} 日", why, href)
    left = calendar.working_days_between(today, due_on)
    state: Any = "soon" if left <= SOON else ""
    if due_on == today:
        words = "今天到期"
    elif due_on == today + timedelta(days=1):
        words = "明天到期"
    else:
        words = f"剩 {left} 个工作日"
    return ClockChip(state, words, why, href, provisional)


def group_of(due_on: date | None, today: date, calendar: WorkCalendar) -> int:
    """Sort work into 0 late, 1 within three working days, 2 later, 3 without a date."""
    if due_on is None:
        return 3
    if due_on < today:
        return 0
    return 1 if calendar.working_days_between(today, due_on) <= SOON else 2


def day_by_day(counted: Mapping[str, Any], today: date) -> DayByDay | None:
    """Lay out the days a clock row says it counted; a row without days (the next working day) has nothing to show."""
    if not counted.get("days"):
        return None
    start, due = date.fromisoformat(counted["start"]), date.fromisoformat(counted["due"])
    days = {date.fromisoformat(day["on"]): day for day in counted["days"]}
    return DayByDay(
        start=start,
        due=due,
        sentence=str(counted.get("text", "")),
        weeks=_weeks(start, due, days, today),
        runs=_runs(days),
        provisional=str(counted.get("provisional") or ""),
    )


def _weeks(start: date, due: date, days: Mapping[date, Any], today: date) -> list[list[DayCell | None]]:
    monday = start - timedelta(days=start.weekday())
    weeks: list[list[DayCell | None]] = []
    while monday <= due:
        week = [monday + timedelta(days=number) for number in range(7)]
        weeks.append([_cell(day, start, due, days, today) if start <= day <= due else None for day in week])
        monday += timedelta(days=7)
    return weeks


def _cell(day: date, start: date, due: date, days: Mapping[date, Any], today: date) -> DayCell:
    label = f"{day.month}/{day.day}" if day.day == 1 or day == start else str(day.day)
    now = " now" if day == today else ""
    if day == start:
        return DayCell(label, f"event{now}", note="起算", spoken="起算当天，不计入")
    told = days[day]
    why = str(told["why"])
    if told["state"] == "excluded":
        return DayCell(label, f"gone{now}", note="不计", spoken=why)
    if told["state"] == "skipped":
        rest = " rest" if _HOLIDAY_WORDS in why else ""
        return DayCell(label, f"off{rest}{now}", note=_holiday(why), spoken=why)
    make = " make" if _MAKE_UP_WORDS in why else ""
    base = "end" if day == due else "on" if day <= today else "todo"
    return DayCell(label, f"{base}{make}{now}", int(told["running"]), "到期" if day == due else "", why)


def _holiday(why: str) -> str:
    """Return the name of a holiday, without the weekday before it."""
    words = why.partition("，")[2] if "，" in why else why
    return words.partition(_HOLIDAY_WORDS)[0] if _HOLIDAY_WORDS in words else ""


def _runs(days: Mapping[date, Any]) -> list[Run]:
    runs: list[Run] = []
    for day in sorted(days):
        told = days[day]
        if told["state"] != "counted":
            continue
        total = int(told["running"])
        if runs and runs[-1].last + timedelta(days=1) == day:
            runs[-1] = Run(runs[-1].first, day, runs[-1].days + 1, total)
        else:
            runs.append(Run(day, day, 1, total))
    return runs


def why_of(counted: Mapping[str, Any] | None, article: str, due_on: date) -> str:
    """One sentence for the chip: how it was counted and by which article."""
    text = str((counted or {}).get("text", "")) or f"到{date_zh(due_on)}"
    return f"{text}。{moved(counted)}" + (f"依据{article}。" if article else "")


def moved(counted: Mapping[str, Any] | None) -> str:
    """Say which date held before a holiday notice moved it; empty when none did."""
    if not counted or not counted.get("before"):
        return ""
    before, on = date.fromisoformat(counted["before"]), date.fromisoformat(counted["moved_on"])
    return f"{date_zh(on)}放假安排更新，重新计算，原来是{date_zh(before)}。"
