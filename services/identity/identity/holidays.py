"""The yearly holiday notice: loaded when the State Council issues it, replaced when it is changed. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, assert_never
from uuid import UUID, uuid5

from gongkai.statute.calendar import DayKind, WorkCalendar
from gongkai.statute.notices import Block, MakeUp, Notice
from gongkai.statute.refusal import Refused
from gongkai.statute.rules import WORKING_DAY

_NAMESPACE: Final = UUID("3b0f3ad5-6a0e-5d5c-9f43-6c2f4d0c8a11")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Unheard:
    pass


@dataclass(frozen=True, slots=True)
class Arranged:
    number: str
    issued_on: date
    off: tuple[Block, ...]
    make_up: tuple[MakeUp, ...]


Arrangement = Unheard | Arranged
INITIAL: Arrangement = Unheard()


@dataclass(frozen=True, slots=True)
class LoadNotice:
    notice: Notice
    today: date


@dataclass(frozen=True, slots=True)
class NoticeLoaded:
    """The arrangement of a year as it holds from now on; a second one for the same year replaces the first."""

    year: int
    number: str
    issued_on: date
    off: tuple[Block, ...]
    make_up: tuple[MakeUp, ...]


def id_of(year: int) -> UUID:
    """Return the aggregate of a year: there is one State Council, whatever organs the installation serves."""
    return uuid5(_NAMESPACE, str(year))


def decide(arrangement: Arrangement, command: LoadNotice) -> list[NoticeLoaded]:
    notice = command.notice
    if not notice.number.strip() or notice.issued_on is None:
        raise Refused("请写明通知的文号和印发日期，期限要凭它核对", rule=WORKING_DAY)
    if notice.issued_on > command.today:
        raise Refused(f"印发日期{notice.issued_on}还没有到", rule=WORKING_DAY)
    if notice.issued_on.year not in (notice.year - 1, notice.year):
        raise Refused(f"{notice.year}年的放假安排不会在{notice.issued_on.year}年印发，请核对", rule=WORKING_DAY)
    _includes_what_the_law_fixes(notice)
    loaded = NoticeLoaded(notice.year, notice.number.strip(), notice.issued_on, notice.blocks, notice.make_up)
    return [] if evolve(arrangement, loaded) == arrangement else [loaded]


def _includes_what_the_law_fixes(notice: Notice) -> None:
    """Refuse an arrangement without a day that the law itself takes off: a line is missing or a date is wrong."""
    off = {day for block in notice.blocks for day in block.days()}
    without_notices = WorkCalendar(())
    day = date(notice.year, 1, 1)
    while day.year == notice.year:
        reason = without_notices.why(day)
        if reason.kind is DayKind.HOLIDAY and day not in off:
            raise Refused(
                f"没有包括{day.month}月{day.day}日{reason.holiday}，法律规定这一天放假，请核对",
                "全国年节及纪念日放假办法第二条",
            )
        day += _DAY


def evolve(_arrangement: Arrangement, fact: NoticeLoaded) -> Arrangement:
    match fact:
        case NoticeLoaded(_, number, issued_on, off, make_up):
            return Arranged(number, issued_on, off, make_up)
        case _:
            assert_never(fact)
