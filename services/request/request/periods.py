"""Every period of a case, running or over, with its start and its days one by one. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from gongkai.statute import rules
from gongkai.statute.calendar import CountedDay, Due, Explanation, WorkCalendar, next_day
from gongkai.statute.clock import Running
from gongkai.statute.terms import Term
from request.domain.case import (
    Awaited,
    AwaitingCorrection,
    AwaitingPayment,
    AwaitingReasons,
    Case,
    Handling,
    Submitted,
    file_of,
    handling_of,
)
from request.domain.consulting import ARTICLE_OF, TERM_OF
from request.domain.due import standing
from request.domain.file import CaseFile
from request.domain.ladder import USUAL, Practice
from request.domain.law import FEE_RULES, cite
from request.domain.receipt import confirm_by
from request.domain.remedies import ARTICLE_OF as REMEDY_ARTICLE
from request.domain.values import ClockKind

Whose = Literal["applicant", "others", "office"]
"""Against whom a period runs."""
OPINIONS: Final = {
    "third-party": "第三方答复意见", "co-maker": "共同制作机关答复意见", "other-organ": "其他机关答复意见",
}  # fmt: skip
SILENCE: Final = {
    "third-party": "逾期没有答复，由本机关依照条例决定",
    "co-maker": "逾期没有答复，视为同意公开",
    "other-organ": "逾期没有答复",
}
#: A period set as a day is told day by day only up to this length.
MOST_DAYS: Final = 120


@dataclass(frozen=True, slots=True)
class Period:
    kind: ClockKind
    key: str
    """What of the case it belongs to: a letter, a remedy; empty for the case itself."""
    name_zh: str
    whose: Whose
    rule: str
    article: str
    text: str
    explanation: Explanation
    ended_on: date | None = None
    ended_zh: str = ""

    @property
    def runs(self) -> bool:
        return self.ended_on is None

    @property
    def due(self) -> Due:
        return self.explanation.due


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


def to_day(start: date, on: date, calendar: WorkCalendar) -> Explanation:
    """Explain a period whose last day somebody set: every day of it counts, also those of rest."""
    days: list[CountedDay] = []
    day, length = start, max((on - start).days, 0)
    while day < on and length <= MOST_DAYS:
        day = next_day(day)
        days.append(CountedDay(day, "counted", f"{calendar.why(day).text_zh}，按日历日计入", len(days) + 1))
    return Explanation(Due(on, start, length, "日", calendar.version), tuple(days))


def periods_of(case: Case, calendar: WorkCalendar, practice: Practice = USUAL) -> list[Period]:
    """Return every period of a case in the order in which they began."""
    file = file_of(case)
    if file is None:
        return []
    found = [
        *_confirming(case, file, calendar),
        *_notice(case, file, calendar),
        *_reply(case, file, calendar, practice),
        *_correction(case, file, calendar),
        *_reasons(case, file, calendar),
        *_opinions(case, file, calendar),
        *_payment(case, file, calendar),
        *_remedies(file, calendar),
    ]
    return sorted(found, key=lambda period: (period.due.start, period.due.on))


def _confirming(case: Case, file: CaseFile, calendar: WorkCalendar) -> Iterator[Period]:
    """Confirm the receipt with the applicant on the day on which the application came (A31)."""
    if not isinstance(case, Submitted):
        return
    application = file.application
    start, on = application.taken_on or application.submitted_on, confirm_by(application, calendar)
    text = f"确定收到之日：申请于{start}到达，应当在{on}与申请人确认；以确认之日为收到之日的，答复期限从次日起算"
    day = CountedDay(on, "counted", calendar.why(on).text_zh, 1)
    explanation = Explanation(Due(on, start, 1, "日", calendar.version), (day,))
    yield Period("request-confirm", "", "确定收到之日", "office", "request-confirm", cite("A31"), text, explanation)


def _notice(case: Case, file: CaseFile, calendar: WorkCalendar) -> Iterator[Period]:
    """Count the seven working days until the notice is issued; the decision to ask does not stop them (A30)."""
    rule, receipt, asked = rules.CORRECTION_NOTICE, file.receipt, file.correction
    if receipt is None or file.round > 1:
        return
    undecided = isinstance(case, Handling) and asked is None
    if not (asked or (undecided and (file.draft is None or file.waiting("correction")))):
        return
    explanation = calendar.explain(receipt.received_on, rule.length)
    text = _counted(rule, receipt.received_on, explanation)
    ended = (asked.asked_on, "补正告知书印发") if asked else (None, "")
    yield Period(
        "request-correction-notice", "", rule.name_zh, "office", rule.id, rule.article, text, explanation, *ended
    )


def _reply(case: Case, file: CaseFile, calendar: WorkCalendar, practice: Practice) -> Iterator[Period]:
    handling = handling_of(case)
    rule = rules.REPLY
    if handling is not None:
        reading = standing(handling, calendar, practice.edges)
        if isinstance(reading, Running):
            text = f"{rule.name_zh}：{reading.due.text_zh}"
            yield Period("request-reply", "", rule.name_zh, "office", rule.id, rule.article, text, reading.explanation)
        return
    ended = file.ran
    if ended is None or ended.ended_on is None or ended.due_on is None:
        return
    reading = ended.clock.read(calendar, practice.edges)
    explanation = reading.explanation if isinstance(reading, Running) else None
    if ended.fixed_why or explanation is None or explanation.due.on != ended.due_on:
        # The day that held then stays what it was, whatever a later calendar says.
        due = Due(ended.due_on, ended.clock.started_on, rule.length, rule.unit, calendar.version)
        explanation = Explanation(due, ())
    why = f"，{ended.fixed_why}" if ended.fixed_why else ""
    text = f"{rule.name_zh}：{explanation.due.text_zh}{why}"
    yield Period(
        "request-reply", "", rule.name_zh, "office", rule.id, rule.article, text, explanation, ended.ended_on, "办结"
    )


def _correction(case: Case, file: CaseFile, calendar: WorkCalendar) -> Iterator[Period]:
    asked = file.correction
    if asked is None or asked.reached_on is None:
        return
    text = f"补正期限：补正告知书于{asked.asked_on}印发、{asked.reached_on}到达申请人，自次日起至{asked.answer_by}"
    ended: tuple[date | None, str] = (None, "")
    if asked.received_on:
        ended = (asked.received_on, "收到补正")
    elif asked.lapsed_on:
        ended = (asked.lapsed_on, "逾期没有补正，不再处理")
    elif not _awaited(case, AwaitingCorrection):
        ended = (_over(file) or asked.answer_by, "办结")
    yield Period(
        "request-correction", "", "补正期限", "applicant", "request-correction", cite("A30"), text,
        to_day(asked.reached_on, asked.answer_by, calendar), *ended,
    )  # fmt: skip


def _reasons(case: Case, file: CaseFile, calendar: WorkCalendar) -> Iterator[Period]:
    asked = file.inquiry
    if asked is None or asked.reached_on is None:
        return
    text = f"说明理由的期限：告知书于{asked.asked_on}印发、{asked.reached_on}到达申请人，自次日起至{asked.answer_by}"
    ended: tuple[date | None, str] = (None, "")
    if asked.judged_on:
        ended = (asked.judged_on, asked.why)
    elif not _awaited(case, AwaitingReasons):
        ended = (_over(file) or asked.answer_by, "办结")
    yield Period(
        "request-reasons", "", "说明理由期限", "applicant", "request-reasons", cite("A35"), text,
        to_day(asked.reached_on, asked.answer_by, calendar), *ended,
    )  # fmt: skip


def _opinions(case: Case, file: CaseFile, calendar: WorkCalendar) -> Iterator[Period]:
    """Count their fifteen working days from the receipt of our letter; another organ has the day we asked for."""
    for asked in file.consultations:
        received_on, answer_by = asked.received_on, asked.answer_by
        if received_on is None or answer_by is None:
            continue
        term = TERM_OF.get(asked.whom)
        if term:
            explanation = calendar.explain(received_on, term.length)
            text, rule = _counted(term, received_on, explanation), term.id
        else:
            explanation, rule = to_day(received_on, answer_by, calendar), "request-consultation"
            text = f"{OPINIONS[asked.whom]}：{received_on}收到征求意见书，请在{answer_by}以前答复；条例没有规定天数"
        if explanation.due.on != answer_by:
            explanation = Explanation(Due(answer_by, received_on, 0, "工作日", calendar.version), ())
        ended: tuple[date | None, str] = (None, "")
        if asked.opinion:
            ended = (asked.answered_on, SILENCE[asked.whom] if asked.opinion == "silent" else "收到意见")
        elif not isinstance(case, Handling):
            ended = (_over(file) or answer_by, "办结")
        yield Period(
            "request-consultation", str(asked.letter), OPINIONS[asked.whom], "others", rule,
            cite(ARTICLE_OF[asked.whom]), text, explanation, *ended,
        )  # fmt: skip


def _payment(case: Case, file: CaseFile, calendar: WorkCalendar) -> Iterator[Period]:
    fee, rule = file.fee, rules.FEE_PAYMENT
    if fee is None or fee.received_on is None or fee.pay_by is None:
        return
    explanation = calendar.explain(fee.received_on, rule.length)
    if explanation.due.on != fee.pay_by:
        explanation = Explanation(Due(fee.pay_by, fee.received_on, rule.length, rule.unit, calendar.version), ())
    ended: tuple[date | None, str] = (None, "")
    if fee.paid_on:
        ended = (fee.paid_on, "已缴费")
    elif fee.lapsed_on:
        ended = (fee.lapsed_on, "逾期没有缴费，不再处理")
    elif fee.exempted or not _awaited(case, AwaitingPayment):
        ended = (_over(file) or fee.received_on, "免收" if fee.exempted else "办结")
    text = _counted(rule, fee.received_on, explanation)
    yield Period("request-payment", "", rule.name_zh, "applicant", rule.id, FEE_RULES, text, explanation, *ended)


def _remedies(file: CaseFile, calendar: WorkCalendar) -> Iterator[Period]:
    for taken in file.remedies:
        if taken.answer_by is None:
            continue
        rule, article = "request-remedy-answer", REMEDY_ARTICLE[taken.kind]
        if taken.by_law:
            explanation = calendar.explain(taken.received_on, rules.RESPONDENT_ANSWER.length)
            text = _counted(rules.RESPONDENT_ANSWER, taken.received_on, explanation)
            rule, article = rules.RESPONDENT_ANSWER.id, rules.RESPONDENT_ANSWER.article
        if not taken.by_law or explanation.due.on != taken.answer_by:
            explanation = to_day(taken.received_on, taken.answer_by, calendar)
            text = f"提交答复和证据：{taken.received_on}收到通知，通知确定在{taken.answer_by}以前提交"
        ended: tuple[date | None, str] = (None, "")
        if taken.answered_on:
            ended = (taken.answered_on, "已提交答复")
        elif taken.decided_on:
            ended = (taken.decided_on, "已有结果")
        yield Period(
            "request-remedy-answer", str(taken.remedy), "复议、诉讼答复期限", "office", rule, article, text,
            explanation, *ended,
        )  # fmt: skip


def _awaited(case: Case, kind: type[Awaited]) -> bool:
    """Tell whether the case waits for this of the applicant; a round that is opened later does not any more."""
    return isinstance(case, Handling) and isinstance(case.awaits, kind)


def _over(file: CaseFile) -> date | None:
    return file.ran.ended_on if file.ran else None


def _counted(rule: Term, start: date, explanation: Explanation) -> str:
    return f"{rule.name_zh}：自{start}次日起第{rule.text_zh}，{explanation.due.text_zh}"
