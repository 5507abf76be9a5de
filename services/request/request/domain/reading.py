"""What a page says of a case: where the clock stands and why, who is to do what next, and what may be done."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from gongkai.statute.calendar import CountedDay, Due, WorkCalendar
from gongkai.statute.clock import Reading, Running, Waiting
from request.domain.allowed import BY_ITSELF, allowed
from request.domain.case import (
    AWAITED_NAMES,
    STATE_NAMES,
    Answered,
    Awaited,
    AwaitingCorrection,
    AwaitingOpinions,
    AwaitingPayment,
    AwaitingReasons,
    Case,
    FixedDue,
    Handling,
    Imported,
    Joined,
    Lapsed,
    Nothing,
    Submitted,
    Withdrawn,
    handling_of,
)
from request.domain.consulting import ARTICLE_OF as CONSULTING_ARTICLE
from request.domain.decided import NOTICES_ZH, OpinionDecided, notice_of
from request.domain.due import due_on, standing
from request.domain.file import CaseFile
from request.domain.ladder import USUAL, Practice, stands_at
from request.domain.law import FEE_RULES, cite
from request.domain.notices import ARTICLES as NOTICE_ARTICLES
from request.domain.notices import last_day_of
from request.domain.receipt import confirm_by
from request.domain.remedies import ARTICLE_OF as REMEDY_ARTICLE
from request.domain.values import Consulted, Notice

Who = Literal["applicant", "third-party", "co-maker", "other-organ", "openness-office", "handler", "approver", "lead"]
WHO_ZH: Final[dict[Who, str]] = {
    "applicant": "申请人",
    "third-party": "第三方",
    "co-maker": "共同制作机关",
    "other-organ": "其他机关",
    "openness-office": "政府信息公开工作机构",
    "handler": "承办人",
    "approver": "审批人",
    "lead": "主案承办人",
}
_CONSULTED: Final[dict[Consulted, Who]] = {
    "third-party": "third-party", "co-maker": "co-maker", "other-organ": "other-organ"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Duty:
    """What must happen next, and whose turn it is."""

    what_zh: str
    who: Who
    by: date | None
    article: str


@dataclass(frozen=True, slots=True)
class Explained:
    state_zh: str
    awaited_zh: str
    reading: Reading | None
    """None where no clock runs."""
    fixed: FixedDue | None
    left: int | None
    """Working days left after today; 0 on the last day, less than 0 when late."""
    sentence_zh: str
    duty: Duty | None
    allowed: tuple[str, ...]
    """Names of commands a person may give now, in alphabetical order."""

    @property
    def due(self) -> Due | None:
        return self.reading.due if isinstance(self.reading, Running) else None

    @property
    def days(self) -> tuple[CountedDay, ...]:
        """Every day counted, skipped or excluded, each with its reason."""
        return self.reading.explanation.days if isinstance(self.reading, Running) else ()

    @property
    def late(self) -> bool:
        return self.left is not None and self.left < 0


def explain(case: Case, calendar: WorkCalendar, today: date, practice: Practice = USUAL) -> Explained:
    """Say where a case stands on a day."""
    handling = handling_of(case)
    reading = standing(handling, calendar, practice.edges) if handling else None
    left = _left(reading, calendar, today)
    fixed = handling.fixed_due if handling else None
    awaited = AWAITED_NAMES[type(handling.awaits)] if handling and handling.awaits else ""
    acts = allowed(case, practice) - BY_ITSELF
    return Explained(
        STATE_NAMES[type(case)],
        awaited,
        reading,
        fixed,
        left,
        _sentence(reading, fixed, left),
        next_duty(case, calendar, practice),
        tuple(sorted(act.__name__ for act in acts)),
    )


def _left(reading: Reading | None, calendar: WorkCalendar, today: date) -> int | None:
    if not isinstance(reading, Running):
        return None
    due = reading.due.on
    if today <= due:
        return calendar.working_days_between(today, due)
    return -max(1, calendar.working_days_between(due, today))


def _sentence(reading: Reading | None, fixed: FixedDue | None, left: int | None) -> str:
    match reading:
        case None:
            return ""
        case Waiting():
            return f"{reading.reason}，期限自{reading.since:%Y-%m-%d}起停止计算。"
        case Running(explanation=explanation):
            due = explanation.due
            why = f"{fixed.why}：" if fixed else ""
            if left is None or left >= 0:
                still = f"还有{left}个工作日" if left else "今天到期"
                return f"{why}应当于{due.text_zh}前答复，{still}。"
            return f"{why}应当于{due.text_zh}前答复，已经逾期{-left}个工作日。"


# ── Whose turn it is ───────────────────────────────────────────────────────


def next_duty(case: Case, calendar: WorkCalendar, practice: Practice = USUAL) -> Duty | None:
    """Return what must happen next; an open remedy comes before everything else."""
    if isinstance(case, Nothing | Imported):
        return None
    file = case.file
    for taken in file.remedies:
        if taken.answer_by and not taken.answered_on and not taken.result:
            article = REMEDY_ARTICLE[taken.kind]
            return Duty("答复复议机关、法院或者主管部门", "openness-office", taken.answer_by, article)
    match case:
        case Submitted():
            by = confirm_by(file.application, calendar)
            return Duty("与申请人确认并确定收到申请之日", "openness-office", by, cite("A31"))
        case Handling():
            return _while_handling(case, calendar, practice)
        case Joined():
            due = due_on(case.handling, calendar, practice.edges)
            return Duty("随主案答复申请人", "lead", due, cite("A33"))
        case Answered():
            return _when_answered(file)
        case Lapsed():
            return _when_lapsed(case)
        case Withdrawn():
            return Duty("归档", "openness-office", None, cite("A45"))
        case _:
            return None


_WAITS_FOR: Final[dict[type[Awaited], Notice]] = {
    AwaitingCorrection: "correction",
    AwaitingReasons: "reasons",
    AwaitingPayment: "fee",
}
"""The letter that starts a wait: until it is with the applicant, the turn is ours."""


def _service_owed(file: CaseFile, notice: Notice) -> Duty:
    letter = next((one for one in reversed(file.letters) if one.kind == notice), None)
    posted = letter is None or letter.service is not None
    what = f"登记申请人收到{NOTICES_ZH[notice]}的日期" if posted else f"送达{NOTICES_ZH[notice]}"
    return Duty(what, "handler", None, NOTICE_ARTICLES[notice])


def _while_handling(case: Handling, calendar: WorkCalendar, practice: Practice) -> Duty:
    file, awaits = case.file, case.awaits
    if file.number and file.decided:
        one = file.decided[0]
        notice = notice_of(one)
        what, by = f"印发{NOTICES_ZH[notice]}", last_day_of(case, one, calendar, practice)
        whom = CONSULTING_ARTICLE[one.whom] if isinstance(one, OpinionDecided) else ""
        return Duty(what, "handler", by, cite(whom) if whom else NOTICE_ARTICLES[notice])
    match awaits:
        case AwaitingCorrection(reached_on=None) | AwaitingReasons(reached_on=None) | AwaitingPayment(pay_by=None):
            return _service_owed(file, _WAITS_FOR[type(awaits)])
        case AwaitingCorrection(answer_by=answer_by):
            return Duty("补正申请内容", "applicant", answer_by, cite("A30"))
        case AwaitingReasons(answer_by=answer_by):
            return Duty("说明大量、反复申请的理由", "applicant", answer_by, cite("A35"))
        case AwaitingPayment(pay_by=pay_by):
            return Duty("缴纳信息处理费", "applicant", pay_by, FEE_RULES)
        case AwaitingOpinions():
            return _opinion_owed(file)
        case None:
            return _reply_owed(file, due_on(case, calendar, practice.edges), practice)


def _opinion_owed(file: CaseFile) -> Duty:
    """Name the letter nobody has received yet, else the answer that is due first."""
    waiting = [one for one in file.consultations if one.opinion is None]
    for one in waiting:
        if one.received_on is None:
            letter = file.letter(one.letter)
            posted = letter is None or letter.service is not None
            what = "登记对方收到征求意见书的日期" if posted else "送达征求意见书"
            return Duty(what, "handler", None, cite(CONSULTING_ARTICLE[one.whom]))
    first = min(waiting, key=lambda one: one.answer_by or date.max)
    return Duty("提出是否公开的意见", _CONSULTED[first.whom], first.answer_by, cite(CONSULTING_ARTICLE[first.whom]))


def _reply_owed(file: CaseFile, due: date | None, practice: Practice) -> Duty:
    if file.number is None:
        return Duty("登记编号", "openness-office", due, cite("A45"))
    if file.handler is None:
        return Duty("指定承办人", "openness-office", due, cite("A45"))
    told = next((one for one in file.letters if one.kind == "extension" and one.round == file.round), None)
    if told and told.service is None:
        return Duty("送达延期答复告知书", "handler", due, cite("A33"))
    draft, printed = file.draft, file.reply_letter
    if printed:
        what = "确认办结" if printed.service else "送达答复书"
        return Duty(what, "openness-office", due, cite("A33"))
    if draft is None or draft.returned:
        return Duty("重新起草答复" if draft else "检索信息、起草答复", "handler", due, cite("A33"))
    rung = stands_at(draft, practice)
    if rung:
        return Duty(rung.name_zh, "approver", due, cite("A45"))
    return Duty("印发答复书", "openness-office", due, cite("A33"))


def _when_answered(file: CaseFile) -> Duty:
    review = next((one for one in file.reviews if one.accepted is None), None)
    if review:
        return Duty("决定是否转为主动公开", "openness-office", None, cite("A44"))
    if file.to_be_obeyed:
        return Duty("按复议决定或者判决重新办理", "openness-office", None, cite("A51"))
    return Duty("归档", "openness-office", None, cite("A45"))


def _when_lapsed(case: Lapsed) -> Duty:
    article = cite("A30") if case.because == "correction" else FEE_RULES
    letter = next((one for one in case.file.letters if one.kind == "lapsed"), None)
    if letter is None:
        return Duty("印发不再处理告知书", "openness-office", None, article)
    if letter.service is None:
        return Duty("送达不再处理告知书", "openness-office", None, article)
    return Duty("归档", "openness-office", None, cite("A45"))
