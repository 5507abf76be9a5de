"""Working days, as the State Council's yearly notices define them. Pure: a calendar is a value.

A year without a notice is never guessed silently: only Monday to Friday and the holidays the law itself fixes
are known there, and every date that rests on such a day says that it is provisional and why.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Literal

from gongkai.statute.notices import ONE_DAY, SATURDAY, YEAR_END_FROM_DAY, Notice, festivals, published
from gongkai.statute.refusal import Refused
from gongkai.statute.rules import COUNT_FROM_NEXT_DAY, WORKING_DAY

WEEKDAYS_ZH = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
LONGEST_COUNT = 20_000  # about eighty years: a longer period is a slip of the finger
_PROJECTION = 1  # raise when the rules for years without a notice change, so that clocks are recomputed
_REMEMBERED = 20_000  # days whose reason a calendar remembers
_SECOND_OF_MAY_SINCE = 2025
_FIXED = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}


class DayKind(StrEnum):
    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make-up"


@dataclass(frozen=True, slots=True)
class DayReason:
    """Why a day is or is not a working day."""

    on: date
    kind: DayKind
    holiday: str = ""
    provisional: bool = False

    @property
    def is_working_day(self) -> bool:
        return self.kind in {DayKind.WEEKDAY, DayKind.MAKE_UP}

    @property
    def text_zh(self) -> str:
        weekday = WEEKDAYS_ZH[self.on.weekday()]
        match self.kind:
            case DayKind.WEEKDAY:
                text = f"{weekday}，工作日"
            case DayKind.WEEKEND:
                text = f"{weekday}，周末休息"
            case DayKind.HOLIDAY:
                text = f"{weekday}，{self.holiday}放假"
            case DayKind.MAKE_UP:
                text = f"{weekday}，{self.holiday}调休上班"
        return text + ("（暂定）" if self.provisional else "")


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a period, and what it rests on."""

    on: date
    start: date
    length: int
    unit: str
    calendar_version: str
    provisional: bool = False
    provisional_reason: str = ""
    moved_from: date | None = None

    @property
    def text_zh(self) -> str:
        provisional = "，暂定" if self.provisional else ""
        weekday = WEEKDAYS_ZH[self.on.weekday()]
        return f"{self.on.year}年{self.on.month}月{self.on.day}日（{weekday}{provisional}）"


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day between the start and the due date."""

    on: date
    state: Literal["counted", "skipped", "excluded"]
    why: str
    running: int


@dataclass(frozen=True, slots=True)
class Run:
    """Working days in a row, with the total reached on the last of them."""

    first: date
    last: date
    total: int

    @property
    def text(self) -> str:
        if self.first == self.last:
            return f"{self.first:%m-%d}({self.total})"
        last = f"{self.last:%d}" if self.first.month == self.last.month else f"{self.last:%m-%d}"
        return f"{self.first:%m-%d}→{last}({self.total})"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A due date day by day, so that anyone can add it up by hand."""

    due: Due
    days: tuple[CountedDay, ...]

    @property
    def runs(self) -> tuple[Run, ...]:
        return tuple(_runs(self.days))

    @property
    def runs_text(self) -> str:
        return " ".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Every notice loaded, as one value; another set of notices is another calendar with another version."""

    notices: tuple[Notice, ...]
    version: str = field(init=False)
    _years: frozenset[int] = field(init=False, repr=False, compare=False)
    _off: dict[date, str] = field(init=False, repr=False, compare=False)
    _made_up: dict[date, str] = field(init=False, repr=False, compare=False)
    _reasons: dict[date, DayReason] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_year = {notice.year: notice for notice in self.notices}  # the later of two for a year stands
        notices = tuple(by_year[year] for year in sorted(by_year))
        projection = [_PROJECTION, {day.isoformat(): name for day, name in festivals().items()}]
        content = json.dumps([projection, [notice.as_json() for notice in notices]], sort_keys=True)
        derived = {
            "notices": notices,
            "version": hashlib.sha256(content.encode()).hexdigest()[:16],
            "_years": frozenset(by_year),
            "_off": {day: block.name for notice in notices for block in notice.blocks for day in block.days()},
            "_made_up": {item.on: item.name for notice in notices for item in notice.make_up},
            "_reasons": {},
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def __hash__(self) -> int:
        return hash(self.version)

    def with_notice(self, year: int, notice: Notice) -> WorkCalendar:
        """Return the calendar in which this notice is the arrangement of that year."""
        if notice.year != year:
            raise Refused(f"这是{notice.year}年的放假安排，不能作为{year}年的使用。", rule=WORKING_DAY)
        return replace(self, notices=(*(item for item in self.notices if item.year != year), notice))

    def without_notice(self, year: int) -> WorkCalendar:
        """Return the calendar as if that year's notice had never been loaded."""
        return replace(self, notices=tuple(item for item in self.notices if item.year != year))

    @property
    def years(self) -> frozenset[int]:
        return self._years

    @property
    def last_year(self) -> int | None:
        return max(self._years, default=None)

    @property
    def settled_until(self) -> date | None:
        """Return the first day after the known years that a notice still to come may change."""
        return None if self.last_year is None else date(self.last_year, 12, YEAR_END_FROM_DAY)

    def is_working_day(self, day: date) -> bool:
        return self.why(day).is_working_day

    def why(self, day: date) -> DayReason:
        """Tell what a day is. Every list of deadlines asks this of the same days again, so each is found out once."""
        reason = self._reasons.get(day)
        if reason is None:
            if len(self._reasons) >= _REMEMBERED:
                self._reasons.clear()
            reason = self._reasons[day] = self._found_out(day)
        return reason

    def _found_out(self, day: date) -> DayReason:
        _must_be_a_date(day)
        provisional = self.is_provisional(day)
        if name := self._made_up.get(day):
            return DayReason(day, DayKind.MAKE_UP, name, provisional)
        if name := self._off.get(day):
            return DayReason(day, DayKind.HOLIDAY, name, provisional)
        if day.year not in self._years and (name := _fixed_by_law(day)):
            return DayReason(day, DayKind.HOLIDAY, name, provisional)
        kind = DayKind.WEEKDAY if day.weekday() < SATURDAY else DayKind.WEEKEND
        return DayReason(day, kind, provisional=provisional)

    def is_provisional(self, day: date) -> bool:
        """Tell whether a notice still to come may change this day."""
        if day.year not in self._years:
            return True
        at_year_end = day.month == 12 and day.day >= YEAR_END_FROM_DAY
        return at_year_end and day.year + 1 not in self._years

    def provisional_reason(self, days: Iterable[date]) -> str:
        """Say in one sentence which notice is missing; empty when none of the days needs one."""
        missing = sorted(
            {day.year if day.year not in self._years else day.year + 1 for day in days if self.is_provisional(day)}
        )
        if not missing:
            return ""
        years = "、".join(f"{year}年" for year in missing)
        return f"{years}放假安排尚未载入，暂按周一至周五和法律固定的节日推算；通知发布后须重新计算。"

    def add_working_days(self, start: date, count: int) -> Due:
        """Return the last day of a period of working days; the day that starts it does not count."""
        last, unsettled = start, []
        for reason in self.days_after(start, count):
            last = reason.on
            if reason.provisional:
                unsettled.append(last)
        sentence = self.provisional_reason(unsettled)
        return Due(last, start, count, "工作日", self.version, bool(sentence), sentence)

    def explain(self, start: date, count: int) -> Explanation:
        """Return the same due date with every day from the start, counted or skipped, and why."""
        days, running = [], 0
        for reason in self.days_after(start, count):
            running += reason.is_working_day
            state: Literal["counted", "skipped"] = "counted" if reason.is_working_day else "skipped"
            days.append(CountedDay(reason.on, state, reason.text_zh, running))
        return Explanation(self.add_working_days(start, count), tuple(days))

    def days_after(self, start: date, count: int) -> Iterator[DayReason]:
        """Walk from the day after `start` until `count` working days have passed."""
        _must_be_a_date(start)
        if not 0 <= count <= LONGEST_COUNT:
            raise Refused(f"天数须为0至{LONGEST_COUNT}之间的整数，收到的是{count}。", rule=COUNT_FROM_NEXT_DAY)
        day, left = start, count
        while left:
            day = next_day(day)
            reason = self.why(day)
            left -= reason.is_working_day
            yield reason

    def working_days_between(self, after: date, until: date) -> int:
        """Count the working days later than `after` up to and including `until`."""
        return _working_days_between(self, after, until)


@lru_cache(maxsize=4096)
def _working_days_between(calendar: WorkCalendar, after: date, until: date) -> int:
    ordinals = range(after.toordinal() + 1, until.toordinal() + 1)
    return sum(calendar.is_working_day(date.fromordinal(ordinal)) for ordinal in ordinals)


@cache
def built_in() -> WorkCalendar:
    """Return the calendar of the notices that come with the product."""
    return WorkCalendar(published())


def next_day(day: date) -> date:
    if day == date.max:
        raise Refused("推算超出了公历9999年12月31日。", rule=COUNT_FROM_NEXT_DAY)
    return day + ONE_DAY


def _must_be_a_date(day: date) -> None:
    # A datetime is a date to Python but not to the law: whose midnight would it be?
    if isinstance(day, datetime):
        raise TypeError("a legal date is a date in Asia/Shanghai, not an instant")


def _fixed_by_law(day: date) -> str:
    if (day.month, day.day) == (5, 2) and day.year < _SECOND_OF_MAY_SINCE:
        return ""
    return _FIXED.get((day.month, day.day), "") or festivals().get(day, "")


def _runs(days: Iterable[CountedDay]) -> Iterator[Run]:
    run: Run | None = None
    for day in days:
        if day.state != "counted":
            continue
        if run and run.last + ONE_DAY == day.on:
            run = replace(run, last=day.on, total=day.running)
            continue
        if run:
            yield run
        run = Run(day.on, day.on, day.running)
    if run:
        yield run
