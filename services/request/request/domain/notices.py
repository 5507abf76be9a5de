"""What was decided takes effect with its letter; a period runs from the day the letter reaches them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from gongkai.statute import rules
from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.deadlines import due as count
from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import decided as d
from request.domain import facts as f
from request.domain.case import AwaitingCorrection, AwaitingOpinions, AwaitingPayment, AwaitingReasons, Filed, Handling
from request.domain.clock import extended, not_fixed, nothing_awaited, nothing_printed, still_to_be_told
from request.domain.consulting import ARTICLE_OF, last_day, may_ask_reasons, may_exclude
from request.domain.due import due_on
from request.domain.fees import right_amount, still_in_time
from request.domain.ladder import Practice
from request.domain.law import FEE_RULES, cite
from request.domain.values import LetterKind, Notice

ARTICLES: Final[dict[Notice, str]] = {
    "correction": cite("A30"),
    "extension": cite("A33"),
    "opinion": cite("A32"),
    "reasons": cite("A35"),
    "fee": FEE_RULES,
}
MISSED: Final[dict[Notice, str]] = {
    "correction": f"补正告知书没有在{rules.CORRECTION_NOTICE.text_zh}内发出，不能再要求补正，应当就申请内容作出答复。",
    "extension": "延期答复告知书没有在答复期限届满以前发出，延期没有生效。",
    "opinion": "征求意见书没有在答复期限届满以前发出，没有可以扣除的时间。",
    "reasons": "说明理由告知书没有在答复期限届满以前发出，不能再要求说明理由。",
    "fee": "收费通知书没有在答复期限届满以前发出，不能再收费。",
}
"""What the law makes of a letter that did not go out in time: the step has no effect and the case is to be decided."""


def nothing_decided(case: Handling, what: str, article: str) -> None:
    """Refuse a step while something that was decided still waits for its letter."""
    for one in case.file.decided:
        name = d.NOTICES_ZH[d.notice_of(one)]
        raise Refused(f"已经决定制发{name}，还没有印发；请先印发，或者撤销这一决定，再{what}。", article)


# ── Issued ─────────────────────────────────────────────────────────────────


def lacking(case: Filed, command: c.IssueLetter) -> str:
    """Say why a letter that would give a decision its effect cannot be issued, or nothing."""
    notice = d.NOTICE_OF[command.kind]
    decided = case.file.waiting(notice, command.letter) if isinstance(case, Handling) else None
    if decided is None or (isinstance(decided, d.OpinionDecided) and decided.whom != command.kind):
        return f"没有等待印发的{d.NOTICES_ZH[notice]}：须先作出决定，每项决定只印发一份。"
    return ""


def take_effect(
    case: Handling, command: c.IssueLetter, calendar: WorkCalendar, practice: Practice
) -> list[f.Fact]:
    """Return what becomes true with the letter: the clock stops, moves or leaves days out from today."""
    decided = case.file.waiting(d.NOTICE_OF[command.kind], command.letter)
    today = command.today
    match decided:
        case d.CorrectionDecided():
            _before_the_reply(case, "告知补正", cite("A30"))
            still_to_be_told(case, today, decided.answer_by, calendar)
            return [f.CorrectionAsked(today, decided.what, decided.answer_by, decided.by)]
        case d.ExtensionDecided(working_days=days):
            nothing_printed(case, "延期", cite("A33"))
            not_fixed(case)
            due = extended(case, days, today, calendar, practice)
            return [
                f.ReplyExtended(
                    days, decided.reason, decided.decided_on, decided.consent_by, due.on, due.provisional
                )
            ]
        case d.OpinionDecided(letter=letter, whom=whom):
            article = cite(ARTICLE_OF[whom])
            if not isinstance(case.awaits, AwaitingOpinions):
                nothing_awaited(case, "征求意见", article)
            nothing_printed(case, "征求意见", article)
            may_exclude(case, letter, whom, today, calendar, practice)
            wanted_by = command.answer_by if whom == "other-organ" else None
            return [f.OpinionAsked(letter, whom, decided.party, decided.organ, today, decided.by, wanted_by)]
        case d.ReasonsDecided():
            _before_the_reply(case, "要求说明理由", cite("A35"))
            may_ask_reasons(case, today, decided.answer_by, calendar, practice)
            return [f.ReasonsAsked(today, decided.facts, decided.answer_by, decided.by)]
        case d.FeeDecided():
            _before_the_reply(case, "通知收费", FEE_RULES)
            still_in_time(case, today, calendar, practice)
            right_amount(case.file, decided.fee)
            return [f.FeeNoticed(decided.fee, today, decided.by)]
        case None:
            return []


def _before_the_reply(case: Handling, what: str, article: str) -> None:
    nothing_awaited(case, what, article)
    nothing_printed(case, what, article)


# ── Reached ────────────────────────────────────────────────────────────────


def on_their_way(case: Handling) -> list[date]:
    """Return the days on which the letters were issued whose period is awaited and has not begun: nobody has them."""
    match case.awaits:
        case AwaitingCorrection(reached_on=None) | AwaitingReasons(reached_on=None):
            return [case.awaits.asked_on]
        case AwaitingPayment(pay_by=None, noticed_on=on):
            return [on]
        case AwaitingOpinions(letters=letters):
            asked = [one for letter in letters if (one := case.file.consultation(letter))]
            return [one.asked_on for one in asked if one.received_on is None]
        case _:
            return []


def reached(case: Filed, command: c.ServeLetter, calendar: WorkCalendar) -> list[f.Fact]:
    """Return the period that the service of a letter starts. Mail is posted on one day and received on another."""
    letter = case.file.letter(command.letter)
    received_on = command.received_on if command.served == "post" else command.on
    if letter is None or received_on is None or not isinstance(case, Handling):
        return []
    if received_on < command.on or received_on > command.today:
        raise Refused("收到文书的日期早于交邮之日，或者晚于今天。", cite("A45"))
    start = _STARTS.get(letter.kind)
    return start(case, command, received_on, calendar) if start else []


def _set_by_us(case: Handling, _command: c.ServeLetter, on: date, _calendar: WorkCalendar) -> list[f.Fact]:
    if isinstance(case.awaits, AwaitingCorrection | AwaitingReasons) and case.awaits.reached_on is None:
        return [_notice_reached(case.awaits, on)]
    return []


def _notice_reached(awaits: AwaitingCorrection | AwaitingReasons, on: date) -> f.NoticeReached:
    """Give the applicant, from the day they have the notice, no fewer days than it gave on the day it was issued."""
    given = max(awaits.answer_by - awaits.asked_on, timedelta(days=1))
    notice: Notice = "correction" if isinstance(awaits, AwaitingCorrection) else "reasons"
    return f.NoticeReached(notice, on, max(awaits.answer_by, on + given))


def _of_others(case: Handling, command: c.ServeLetter, on: date, calendar: WorkCalendar) -> list[f.Fact]:
    asked = case.file.consultation(command.letter)
    if asked is None or asked.received_on or asked.opinion:
        return []
    answer_by = last_day(asked, on, None, calendar)
    return [f.OpinionReceivedByParty(asked.letter, on, answer_by)] if answer_by and answer_by >= on else []


def _payment(case: Handling, _command: c.ServeLetter, on: date, calendar: WorkCalendar) -> list[f.Fact]:
    if not isinstance(case.awaits, AwaitingPayment) or case.awaits.pay_by is not None:
        return []
    return [f.FeeNoticeReceived(on, count(rules.FEE_PAYMENT, on, calendar).on)]


_STARTS: Final[dict[LetterKind, Callable[[Handling, c.ServeLetter, date, WorkCalendar], list[f.Fact]]]] = {
    "correction": _set_by_us,
    "reasons": _set_by_us,
    "third-party": _of_others,
    "co-maker": _of_others,
    "other-organ": _of_others,
    "fee": _payment,
}


def note_received(case: Handling, command: c.NoteNoticeReceived) -> list[f.Fact]:
    awaits = case.awaits
    if not isinstance(awaits, AwaitingCorrection | AwaitingReasons):
        raise Refused("没有等待申请人收到的告知书。", cite("A30"))
    article = cite("A30") if isinstance(awaits, AwaitingCorrection) else cite("A35")
    if awaits.reached_on:
        raise Refused("申请人收到告知书的日期已经登记。", article)
    if command.received_on > command.today:
        raise Refused("收到告知书的日期晚于今天。", article)
    if command.received_on < awaits.asked_on:
        raise Refused("收到告知书的日期早于印发之日。", article)
    return [_notice_reached(awaits, command.received_on)]


# ── Given up ───────────────────────────────────────────────────────────────


def drop(case: Handling, command: c.DropNotice) -> list[f.Fact]:
    decided = case.file.waiting(command.notice, command.letter)
    if decided is None:
        raise Refused(f"没有等待印发的{d.NOTICES_ZH[command.notice]}。", ARTICLES[command.notice])
    if not command.why.strip():
        raise Refused("须写明撤销这一决定的理由。", ARTICLES[command.notice])
    return [f.NoticeDropped(command.notice, command.today, command.why.strip(), command.by, command.letter)]


def last_day_of(
    case: Handling, decided: d.Decided, calendar: WorkCalendar, practice: Practice
) -> date | None:
    """Return the last day on which this letter may still go out; None while the clock stands still."""
    if isinstance(decided, d.CorrectionDecided):
        received = case.file.receipt
        return count(rules.CORRECTION_NOTICE, received.received_on, calendar).on if received else None
    return due_on(case, calendar, practice.edges)


def drop_missed(
    case: Handling, command: c.DropMissedNotices, calendar: WorkCalendar, practice: Practice
) -> list[f.Fact]:
    """Give up every decision whose letter did not go out in time. Nothing, when none is late."""
    found: list[f.Fact] = []
    for one in case.file.decided:
        last = last_day_of(case, one, calendar, practice)
        if last is not None and command.today > last:
            notice = d.notice_of(one)
            letter = one.letter if isinstance(one, d.OpinionDecided) else None
            found.append(f.NoticeDropped(notice, command.today, MISSED[notice], None, letter))
    return found
