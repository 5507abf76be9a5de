"""Asking others: third parties (A32), co-makers (A34), other organs (A33), and the applicant's reasons (A35)."""

from datetime import date
from typing import Final
from uuid import UUID

from gongkai.statute import rules
from gongkai.statute.calendar import Due, WorkCalendar
from gongkai.statute.deadlines import due as count
from gongkai.statute.refusal import Refused
from gongkai.statute.terms import Term
from request.domain import commands as c
from request.domain import decided as d
from request.domain import facts as f
from request.domain.case import AwaitingOpinions, AwaitingReasons, Handling
from request.domain.clock import not_before_receipt, nothing_awaited, nothing_printed
from request.domain.due import due_of, moved
from request.domain.evolve import CONSULTED_WHY, evolve
from request.domain.file import Consultation
from request.domain.ladder import Practice
from request.domain.law import cite
from request.domain.values import Consulted

ARTICLE_OF: Final[dict[Consulted, str]] = {"third-party": "A32", "co-maker": "A34", "other-organ": "A33"}
TERM_OF: Final[dict[Consulted, Term]] = {"third-party": rules.THIRD_PARTY_REPLY, "co-maker": rules.CO_MAKER_REPLY}
ANSWERED: Final = "征求意见所需时间不计入答复期限。"


def ask(case: Handling, command: c.AskOpinion, calendar: WorkCalendar, practice: Practice) -> list[f.Fact]:
    article = cite(ARTICLE_OF[command.whom])
    if not isinstance(case.awaits, AwaitingOpinions):
        nothing_awaited(case, "征求意见", article)
    nothing_printed(case, "征求意见", article)
    if command.whom == "third-party" and command.party is None:
        raise Refused("须写明征求哪一个第三方的意见。", article)
    if command.whom != "third-party" and not command.organ.strip():
        raise Refused("须写明征求哪一个机关的意见。", article)
    if any(
        one.opinion is None and (one.whom, one.party, one.organ) == (command.whom, command.party, command.organ.strip())
        for one in case.file.consultations
    ):
        raise Refused("已经向对方发出征求意见书，正在等待答复。", article)
    if case.file.consulted(command.letter):
        raise Refused("这份征求意见书已经登记过。", article)
    if any(
        (one.whom, one.party, one.organ) == (command.whom, command.party, command.organ.strip())
        for one in case.file.decided
        if isinstance(one, d.OpinionDecided)
    ):
        raise Refused("已经决定征求对方意见，请制发征求意见书。", article)
    may_exclude(case, command.letter, command.whom, command.today, calendar, practice)
    return [
        d.OpinionDecided(
            command.letter, command.whom, command.party, command.organ.strip(), command.today, command.by
        )
    ]


def may_exclude(
    case: Handling, letter: UUID, whom: Consulted, today: date, calendar: WorkCalendar, practice: Practice
) -> None:
    """Refuse a letter whose days the law would not exclude: known already, or sent when the period has ended."""
    article = cite(ARTICLE_OF[whom])
    if case.fixed_due is None:
        # The statute's verb refuses a letter known already, and one sent before the clock began or after it ended.
        case.clock.open_exclusion(str(letter), today, CONSULTED_WHY[whom], calendar, practice.edges)
    elif today > case.fixed_due.on:
        raise Refused("答复期限已经届满，其后的征求意见时间不能扣除。", article)


def note_received(case: Handling, command: c.NoteOpinionReceived, calendar: WorkCalendar) -> list[f.Fact]:
    asked = _open(case, command.letter)
    article = cite(ARTICLE_OF[asked.whom])
    if asked.received_on:
        raise Refused("对方收到征求意见书的日期已经登记。", article)
    if command.received_on > command.today:
        raise Refused("收到征求意见书的日期晚于今天。", article)
    if command.received_on < asked.asked_on:
        raise Refused("收到征求意见书的日期早于发出之日。", article)
    answer_by = last_day(asked, command.received_on, command.answer_by, calendar)
    if answer_by is None:
        raise Refused("条例没有规定其他机关的答复期限，须写明请对方答复的日期。", article)
    if answer_by < command.received_on:
        raise Refused("请对方答复的日期早于收到之日。", article)
    return [f.OpinionReceivedByParty(command.letter, command.received_on, answer_by)]


def last_day(
    asked: Consultation, received_on: date, wanted_by: date | None, calendar: WorkCalendar
) -> date | None:
    """Return by when they must answer: what the law gives from the receipt, else the day we asked for."""
    term = TERM_OF.get(asked.whom)
    return count(term, received_on, calendar).on if term else wanted_by or asked.wanted_by


def note(case: Handling, command: c.NoteOpinion, calendar: WorkCalendar, practice: Practice) -> list[f.Fact]:
    asked = case.file.consultation(command.letter)
    if asked is None:
        raise Refused("没有这份征求意见书。", cite("A33"))
    article = cite(ARTICLE_OF[asked.whom])
    if command.opinion == "silent":
        raise Refused("逾期未答复由系统在期限届满后登记。", article)
    if asked.opinion not in {None, "silent"}:
        raise Refused("对方的意见已经登记。", article)
    if command.answered_on > command.today:
        raise Refused("答复日期晚于今天。", article)
    if command.answered_on < (asked.received_on or asked.asked_on):
        raise Refused("答复日期早于对方收到征求意见书之日。", article)
    late = asked.answer_by is not None and command.answered_on > asked.answer_by
    if asked.whom == "co-maker" and late:
        raise Refused("共同制作机关逾期未提出意见，视为同意公开，不能再改变。", article)
    if asked.opinion == "silent":
        nothing_printed(case, "登记意见", article)
    if asked.whom == "third-party" and command.opinion in {"objects", "partly"} and command.reasonable is None:
        raise Refused("第三方不同意公开的，须判断其理由是否合理。", article)
    given = f.OpinionGiven(
        command.letter, command.opinion, command.answered_on, command.reason_item, command.reasonable
    )
    return _with_new_due(case, given, calendar, practice)


def lapse(case: Handling, command: c.LapseOpinion, calendar: WorkCalendar, practice: Practice) -> list[f.Fact]:
    asked = _open(case, command.letter)
    article = cite(ARTICLE_OF[asked.whom])
    if asked.answer_by is None:
        raise Refused("尚未登记对方收到征求意见书的日期，答复期限没有起算。", article)
    if command.today <= asked.answer_by:
        raise Refused("对方的答复期限尚未届满。", article)
    given = f.OpinionGiven(command.letter, "silent", asked.answer_by, None)
    return _with_new_due(case, given, calendar, practice)


def _with_new_due(case: Handling, given: f.OpinionGiven, calendar: WorkCalendar, practice: Practice) -> list[f.Fact]:
    """When the last opinion is there the clock runs on, and the new due date is told."""
    after = evolve(case, given)
    if not isinstance(after, Handling) or after.awaits is not None:
        return [given]
    return [given, *moved(case, after, calendar, practice.edges, ANSWERED)]


def _open(case: Handling, letter: UUID) -> Consultation:
    asked = case.file.consultation(letter)
    if asked is None:
        raise Refused("没有这份征求意见书。", cite("A33"))
    if asked.opinion is not None:
        raise Refused("对方的意见已经登记，或者期限已经届满。", cite(ARTICLE_OF[asked.whom]))
    return asked


# ── Reasons for an excessive application ───────────────────────────────────


def ask_reasons(case: Handling, command: c.AskReasons, calendar: WorkCalendar, practice: Practice) -> list[f.Fact]:
    nothing_awaited(case, "要求说明理由", cite("A35"))
    nothing_printed(case, "要求说明理由", cite("A35"))
    not_before_receipt(case, command.today, "要求说明理由")
    if case.file.inquiry:
        raise Refused("已经要求申请人说明过理由。", cite("A35"))
    if not command.facts.strip():
        raise Refused("须写明申请数量、频次明显超过合理范围的事实。", cite("A35"))
    may_ask_reasons(case, command.today, command.answer_by, calendar, practice)
    return [d.ReasonsDecided(command.today, command.facts.strip(), command.answer_by, command.by)]


def may_ask_reasons(
    case: Handling, today: date, answer_by: date, calendar: WorkCalendar, practice: Practice
) -> None:
    """Refuse a question that leaves no time, or that comes when the reply is due already."""
    if answer_by <= today:
        raise Refused("说明理由的期限须晚于告知之日。", cite("A35"))
    due = due_of(case, calendar, practice.edges)
    if due and today > due.on:
        raise Refused(f"答复期限已于{due.text_zh}届满，不能再要求说明理由。", cite("A35"))


def judge_reasons(
    case: Handling, command: c.JudgeReasons, calendar: WorkCalendar, practice: Practice
) -> list[f.Fact]:
    if not isinstance(case.awaits, AwaitingReasons):
        raise Refused("没有等待申请人说明理由。", cite("A35"))
    if not command.why.strip():
        raise Refused("须写明认定理由是否合理的根据。", cite("A35"))
    if command.delayed_until is not None:
        _may_delay(case, command.reasonable, command.delayed_until, due_of(case, calendar, practice.edges))
    return [
        f.ReasonsJudged(command.reasonable, command.today, command.by, command.why.strip(), command.delayed_until)
    ]


def _may_delay(case: Handling, reasonable: bool, until: date, due: Due | None) -> None:
    if not reasonable:
        raise Refused("理由不合理的告知不予处理，不确定延迟答复的期限。", cite("A35"))
    if case.fixed_due:
        raise Refused(f"本件的期限是{case.fixed_due.why}，不能再延迟。", case.fixed_due.article)
    if due and until <= due.on:
        raise Refused(f"延迟答复的期限须晚于原到期日{due.text_zh}。", cite("A35"))


def lapse_reasons(case: Handling, command: c.LapseReasons) -> list[f.Fact]:
    """Silence is no reason: the application may be left unprocessed, which an officer then tells the applicant."""
    if not isinstance(case.awaits, AwaitingReasons):
        raise Refused("没有等待申请人说明理由。", cite("A35"))
    if case.awaits.reached_on is None:
        raise Refused("说明理由告知书还没有送达申请人，说明理由的期限没有起算。", cite("A35"))
    if command.today <= case.awaits.answer_by:
        raise Refused("说明理由的期限尚未届满。", cite("A35"))
    return [f.ReasonsJudged(False, command.today, None, "申请人逾期未说明理由。")]
