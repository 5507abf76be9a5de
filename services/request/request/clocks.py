"""The clocks of a case as rows of the ticker: which days the law gives, and how they were counted. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.legal_day import start_of
from request.domain.case import Case, Handling, file_of
from request.domain.decided import NOTICES_ZH, notice_of
from request.domain.file import CaseFile
from request.domain.ladder import USUAL, Practice
from request.domain.law import cite
from request.domain.notices import ARTICLES, last_day_of, on_their_way
from request.domain.values import ClockKind
from request.periods import Period, explained, periods_of

#: How many working days before the last one the officers are reminded.
NEAR: Final = 3
#: How many working days a letter may be on its way before somebody is told to look. No law says; a setting of ours.
ON_ITS_WAY: Final = 5
KINDS: Final[dict[ClockKind, str]] = {
    "request-correction-notice": "告知补正",
    "request-reply": "答复期限",
    "request-reply-near": "答复期限临近",
    "request-correction": "补正期限",
    "request-consultation": "征求意见期限",
    "request-payment": "缴费期限",
    "request-reasons": "说明理由期限",
    "request-remedy-answer": "复议、诉讼答复期限",
    "request-draft-erase": "未提交的草稿保存期限",
    "request-conversion-relook": "再次审查是否转为主动公开",
    "request-confirm": "确定收到之日",
    "request-notice-missed": "已决定的文书最迟印发",
    "request-notice-unserved": "已印发的文书等待送达",
}
#: The clocks that a case sets, moves and stops; a draft has its own.
OF_CASES: Final = tuple(kind for kind in KINDS if kind != "request-draft-erase")


@dataclass(frozen=True, slots=True)
class Counted:
    """A clock with the sum behind its date."""

    kind: ClockKind
    subject: str
    due_on: date
    fires_at: datetime
    rule: str
    article: str
    explanation: dict[str, Any]
    calendar_version: str
    provisional: bool

    @property
    def key(self) -> tuple[str, str]:
        return (self.kind, self.subject)


def after(day: date) -> datetime:
    """Return the moment at which a period that ends on a day is over."""
    return start_of(day + timedelta(days=1))


def clocks_of(case_id: UUID, case: Case, calendar: WorkCalendar, practice: Practice = USUAL) -> list[Counted]:
    """Return every clock that runs in this state."""
    subject = str(case_id)
    found = [
        clock
        for period in periods_of(case, calendar, practice)
        if period.runs
        for clock in _of_period(subject, period, calendar)
    ]
    if isinstance(case, Handling):
        found += _missed(subject, case, calendar, practice)
        found += _unserved(subject, case, calendar)
    file = file_of(case)
    if file is not None:
        found += _relooks(file, calendar)
    return found


def _of_period(subject: str, period: Period, calendar: WorkCalendar) -> Iterator[Counted]:
    on = period.due.on
    match period.kind:
        case "request-reply":
            yield _counted(period, "request-reply", subject, after(on))
            yield _counted(period, "request-reply-near", subject, start_of(before(on, NEAR, calendar)))
        case "request-correction-notice":  # reminds on the last day on which a correction may be told
            yield _counted(period, period.kind, subject, start_of(on))
        case "request-remedy-answer":
            yield _counted(period, period.kind, period.key, start_of(before(on, 1, calendar)))
        case kind:
            yield _counted(period, kind, period.key or subject, after(on))


def _counted(period: Period, kind: ClockKind, subject: str, fires_at: datetime) -> Counted:
    due = period.due
    return Counted(
        kind, subject, due.on, fires_at, period.rule, period.article, explained(period.text, period.explanation),
        due.calendar_version, due.provisional,
    )  # fmt: skip


def _missed(subject: str, case: Handling, calendar: WorkCalendar, practice: Practice) -> Iterator[Counted]:
    """Ring when a letter that was decided has not gone out in time: the decision then comes to nothing."""
    days = [(last, one) for one in case.file.decided if (last := last_day_of(case, one, calendar, practice))]
    if not days:
        return
    on, first = min(days, key=lambda each: each[0])
    notice = notice_of(first)
    explanation = {"due": on.isoformat(), "text": f"{NOTICES_ZH[notice]}最迟在{on}印发，此后不能再发"}
    yield Counted(
        "request-notice-missed", subject, on, after(on), "request-notice-missed", ARTICLES[notice], explanation,
        calendar.version, calendar.is_provisional(on),
    )  # fmt: skip


def _unserved(subject: str, case: Handling, calendar: WorkCalendar) -> Iterator[Counted]:
    """Ring when a letter was issued and nobody noted that it arrived: the reply waits for a period not begun."""
    issued = on_their_way(case)
    if not issued:
        return
    first = min(issued)
    explanation = calendar.explain(first, ON_ITS_WAY)
    due = explanation.due
    text = f"文书于{first}印发，到{due.on}还没有登记对方收到的日期，对方的期限没有起算"
    yield Counted(
        "request-notice-unserved", subject, due.on, after(due.on), "request-notice-unserved", cite("A45"),
        explained(text, explanation), due.calendar_version, due.provisional,
    )  # fmt: skip


def _relooks(file: CaseFile, calendar: WorkCalendar) -> Iterator[Counted]:
    """Look again at what was kept; a later review takes the place of an earlier one."""
    last = file.reviews[-1] if file.reviews else None
    if last is not None and last.relook_on is not None and last.document_id is None:
        on = last.relook_on
        start = {"start": file.reply.answered_on.isoformat()} if file.reply else {}
        text = f"{KINDS['request-conversion-relook']}：{on}，定期再次审查"
        explanation = start | {"due": on.isoformat(), "text": text}
        yield Counted(
            "request-conversion-relook", str(last.review), on, start_of(on), "request-conversion-relook", cite("A18"),
            explanation, calendar.version, calendar.is_provisional(on),
        )  # fmt: skip


def before(day: date, working_days: int, calendar: WorkCalendar) -> date:
    """Return the day so many working days earlier."""
    left = working_days
    while left > 0:
        day -= timedelta(days=1)
        left -= calendar.is_working_day(day)
    return day
