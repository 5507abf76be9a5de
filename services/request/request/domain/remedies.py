"""Reconsideration, suits, complaints: others decide them, we record them, answer in time and obey."""

from datetime import date
from typing import Final
from uuid import UUID

from gongkai.statute import rules
from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.deadlines import due as count
from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import Answered, Archived, Filed, Lapsed, Withdrawn, handling_of
from request.domain.due import due_on
from request.domain.file import CaseFile, RemedyTaken
from request.domain.ladder import Practice
from request.domain.law import cite
from request.domain.outcomes import remedy_block
from request.domain.values import RemedyKind

ARTICLE_OF: Final[dict[RemedyKind, str]] = {
    "reconsideration": cite("R20"),
    "suit-direct": cite("L46"),
    "suit-after": cite("L45"),
    "complaint": cite("A51"),
}
WARNINGS: Final = {
    "late": "已超过法定的申请或者起诉期限。",
    "early": "答复期限尚未届满，本机关也没有作出答复。",
    "reconsider-first": "应当先申请行政复议，对复议决定不服的再起诉。",
    "no-reconsideration": "没有登记过已经决定的行政复议。",
}


def file_remedy(case: Filed, command: c.FileRemedy, calendar: WorkCalendar, practice: Practice) -> list[f.Fact]:
    article = ARTICLE_OF[command.kind]
    if case.file.remedy(command.remedy):
        raise Refused("这件复议、诉讼或者投诉举报已经登记。", article)
    if command.received_on > command.today:
        raise Refused("收到日期晚于今天。", article)
    if command.filed_on > command.received_on:
        raise Refused("提起日期晚于本机关收到的日期。", article)
    if command.filed_on < case.file.application.submitted_on:
        raise Refused("提起日期早于申请提交之日。", article)
    if not command.body.strip():
        raise Refused("须写明受理的机关或者法院。", article)
    answer_by = command.answer_by
    by_law = answer_by is None and command.kind == "reconsideration"
    if by_law:
        answer_by = count(rules.RESPONDENT_ANSWER, command.received_on, calendar).on
    return [
        f.RemedyFiled(
            command.remedy,
            command.kind,
            command.filed_on,
            command.received_on,
            command.body.strip(),
            command.number,
            answer_by,
            command.by,
            _warnings(case, command, calendar, practice),
            by_law,
        )
    ]


def _warnings(case: Filed, command: c.FileRemedy, calendar: WorkCalendar, practice: Practice) -> tuple[str, ...]:
    """Say what looks wrong; admitting it or not is for those who decide it."""
    file = case.file
    known_on = _known_on(file)
    found: list[str] = []
    match command.kind:
        case "reconsideration":
            if known_on and command.filed_on > count(rules.RECONSIDERATION, known_on, calendar).on:
                found.append("late")
        case "suit-direct":
            if known_on and command.filed_on > count(rules.SUIT, known_on, calendar).on:
                found.append("late")
            # Silence, too, goes to reconsideration first unless a court settles it otherwise (`silence-remedy`).
            if file.reply is None or remedy_block(file.reply.decisions) == "RB-A":
                found.append("reconsider-first")
        case "suit-after":
            decided_on = _reconsidered_on(file)
            if decided_on is None:
                found.append("no-reconsideration")
            elif command.filed_on > count(rules.SUIT_AFTER_RECONSIDERATION, decided_on, calendar).on:
                found.append("late")
        case "complaint":
            pass
    handling = handling_of(case)
    if handling and command.kind != "complaint":
        due = due_on(handling, calendar, practice.edges)
        if due is None or command.filed_on <= due:
            found.append("early")
    return tuple(found)


def _known_on(file: CaseFile) -> date | None:
    """Return the day the applicant knew of how the newest round ended."""
    served = [letter.service.counts_on for letter in file.letters if letter.service and _ends(letter.kind)]
    if served:
        return served[-1]
    return file.reply.answered_on if file.reply else None


def _ends(kind: str) -> bool:
    return kind.startswith("reply-") or kind in {"lapsed", "withdrawn"}


def _reconsidered_on(file: CaseFile) -> date | None:
    decided = [one.decided_on for one in file.remedies if one.kind == "reconsideration" and one.decided_on]
    return decided[-1] if decided else None


def answer(file: CaseFile, command: c.AnswerRemedy) -> list[f.Fact]:
    taken = _taken(file, command.remedy)
    article = ARTICLE_OF[taken.kind]
    if taken.answered_on:
        raise Refused("本机关已经提出答复。", article)
    if taken.result:
        raise Refused("这件复议、诉讼或者投诉举报已经办结。", article)
    if command.today < taken.received_on:
        raise Refused("答复日期早于收到日期。", article)
    return [f.RemedyAnswered(command.remedy, command.today, command.by)]


def decide_remedy(file: CaseFile, command: c.DecideRemedy) -> list[f.Fact]:
    taken = _taken(file, command.remedy)
    article = ARTICLE_OF[taken.kind]
    if taken.result:
        raise Refused("这件复议、诉讼或者投诉举报已经办结。", article)
    if command.on > command.today:
        raise Refused("决定日期晚于今天。", article)
    if command.on < taken.filed_on:
        raise Refused("决定日期早于提起之日。", article)
    return [f.RemedyDecided(command.remedy, command.result, command.on, command.number, command.by)]


def open_round(
    case: Answered | Archived | Lapsed | Withdrawn, command: c.OpenRound, calendar: WorkCalendar
) -> list[f.Fact]:
    taken = _taken(case.file, command.because)
    if taken.result != "corrected":
        raise Refused("复议、诉讼没有纠正原答复，不重新办理。", cite("A51"))
    if command.because in case.file.reopened_by:
        raise Refused("已经按这一决定重新办理。", cite("A51"))
    if taken not in case.file.to_be_obeyed:
        raise Refused("决定之后已经作出答复，不再重新办理。", cite("A51"))
    if command.from_on > command.today:
        raise Refused("收到决定的日期晚于今天。", cite("A51"))
    if taken.decided_on and command.from_on < taken.decided_on:
        raise Refused("收到决定的日期早于决定之日。", cite("A51"))
    ordered = command.ordered_due_on
    if ordered is not None and ordered <= command.from_on:
        raise Refused("决定确定的期限须晚于收到决定之日。", cite("A51"))
    due = count(rules.REPLY, command.from_on, calendar)
    return [
        f.RoundOpened(
            case.file.round + 1,
            command.because,
            command.from_on,
            ordered or due.on,
            due.provisional and ordered is None,
            ordered is not None,
        )
    ]


def _taken(file: CaseFile, remedy: UUID) -> RemedyTaken:
    taken = file.remedy(remedy)
    if taken is None:
        raise Refused("没有登记这件复议、诉讼或者投诉举报。", cite("A51"))
    return taken
