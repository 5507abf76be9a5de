"""The clocks of a case as rows of the ticker: which days the law gives, and how they were counted. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gongkai.statute import rules
from gongkai.statute.calendar import Explanation, WorkCalendar
from gongkai.statute.clock import Running
from gongkai.statute.legal_day import start_of
from gongkai.statute.terms import Term
from request.domain.case import AwaitingCorrection, AwaitingReasons, Case, Handling, file_of, handling_of
from request.domain.due import standing
from request.domain.file import CaseFile
from request.domain.ladder import USUAL, Practice
from request.domain.law import cite
from request.domain.values import ClockKind

#: How many working days before the last one the officers are reminded.
NEAR: Final = 3
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
    found: list[Counted] = []
    handling = handling_of(case)
    if handling is not None:
        found += _reply(str(case_id), handling, calendar, practice)
    if isinstance(case, Handling):
        found += _notice(str(case_id), case, calendar)
        found += _awaited(str(case_id), case, calendar)
    file = file_of(case)
    if file is not None:
        found += _remedies(file, calendar)
        found += _relooks(file, calendar)
    return found


def _reply(subject: str, handling: Handling, calendar: WorkCalendar, practice: Practice) -> Iterator[Counted]:
    reading = standing(handling, calendar, practice.edges)
    if not isinstance(reading, Running):
        return
    due, rule = reading.due, handling.clock.rule
    why = explained(f"{rule.name_zh}：{due.text_zh}", reading.explanation)
    for kind, fires_at in (
        ("request-reply", after(due.on)),
        ("request-reply-near", start_of(before(due.on, NEAR, calendar))),
    ):
        yield Counted(
            "request-reply" if kind == "request-reply" else "request-reply-near", subject, due.on, fires_at, rule.id,
            rule.article, why, due.calendar_version, due.provisional,
        )  # fmt: skip


def _notice(subject: str, case: Handling, calendar: WorkCalendar) -> Iterator[Counted]:
    """Remind on the last day on which a correction may be asked for (A30)."""
    file = case.file
    if file.correction is None and file.receipt is not None and file.round == 1 and file.draft is None:
        yield _by_rule(
            "request-correction-notice", subject, rules.CORRECTION_NOTICE, file.receipt.received_on, calendar
        )


def _awaited(subject: str, case: Handling, calendar: WorkCalendar) -> Iterator[Counted]:
    file = case.file
    match case.awaits:
        case AwaitingCorrection(answer_by=answer_by):
            yield _set("request-correction", subject, answer_by, "补正期限由补正通知书确定", "A30", calendar)
        case AwaitingReasons(answer_by=answer_by):
            yield _set("request-reasons", subject, answer_by, "说明理由的期限由通知书确定", "A35", calendar)
        case _:
            pass
    for asked in file.consultations:
        if asked.opinion is None and asked.answer_by is not None:
            yield _set(
                "request-consultation", str(asked.letter), asked.answer_by, "自收到征求意见书起算", "A32", calendar
            )
    fee = file.fee
    if fee is not None and fee.pay_by is not None and not (fee.paid_on or fee.exempted or fee.lapsed_on):
        yield _set("request-payment", subject, fee.pay_by, "自收到收费通知次日起算", "A42", calendar)


def _remedies(file: CaseFile, calendar: WorkCalendar) -> Iterator[Counted]:
    for remedy in file.remedies:
        if remedy.answer_by is not None and remedy.answered_on is None and remedy.decided_on is None:
            yield _set(
                "request-remedy-answer", str(remedy.remedy), remedy.answer_by, "提交答复和证据的期限", "", calendar,
                fires_at=start_of(before(remedy.answer_by, 1, calendar)),
            )  # fmt: skip


def _relooks(file: CaseFile, calendar: WorkCalendar) -> Iterator[Counted]:
    """Look again at what was kept; a later review takes the place of an earlier one."""
    last = file.reviews[-1] if file.reviews else None
    if last is not None and last.relook_on is not None and last.document_id is None:
        yield _set(
            "request-conversion-relook", str(last.review), last.relook_on, "定期再次审查", "A18", calendar,
            fires_at=start_of(last.relook_on),
        )  # fmt: skip


def before(day: date, working_days: int, calendar: WorkCalendar) -> date:
    """Return the day so many working days earlier."""
    left = working_days
    while left > 0:
        day -= timedelta(days=1)
        left -= calendar.is_working_day(day)
    return day


def explained(text: str, explanation: Explanation) -> dict[str, Any]:
    """Return the sum as pages and programs show it: every day, whether it counts and why."""
    due = explanation.due
    return {
        "start": due.start.isoformat(),
        "due": due.on.isoformat(),
        "text": text,
        "runs": explanation.runs_text if explanation.days else "",
        "provisional": due.provisional_reason,
        "days": [
            {"on": day.on.isoformat(), "state": day.state, "why": day.why, "running": day.running}
            for day in explanation.days
        ],
    }


def _by_rule(kind: ClockKind, subject: str, rule: Term, start: date, calendar: WorkCalendar) -> Counted:
    explanation = calendar.explain(start, rule.length)
    due = explanation.due
    text = f"{rule.name_zh}：自{start}次日起第{rule.text_zh}，{due.text_zh}"
    return Counted(
        kind, subject, due.on, start_of(due.on), rule.id, rule.article, explained(text, explanation),
        due.calendar_version, due.provisional,
    )  # fmt: skip


def _set(
    kind: ClockKind,
    subject: str,
    on: date,
    why: str,
    article_id: str,
    calendar: WorkCalendar,
    fires_at: datetime | None = None,
) -> Counted:
    """Return a clock whose day stands in the facts."""
    article = cite(article_id) if article_id else ""
    explanation = {"due": on.isoformat(), "text": f"{KINDS[kind]}：{on}，{why}"}
    return Counted(
        kind, subject, on, fires_at or after(on), kind, article, explanation, calendar.version,
        calendar.is_provisional(on),
    )  # fmt: skip
