"""The reply clock: the one-time correction (A30), the extension (A33), and another calendar."""

from datetime import date
from typing import Final

from gongkai.statute import rules
from gongkai.statute.calendar import Due, WorkCalendar
from gongkai.statute.clock import Waiting
from gongkai.statute.deadlines import due as count
from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import decided as d
from request.domain import facts as f
from request.domain.case import (
    AWAITED_NAMES,
    AwaitingCorrection,
    AwaitingPayment,
    Filed,
    Handling,
    Lapsed,
    handling_of,
)
from request.domain.due import moved, standing, started
from request.domain.ladder import Practice
from request.domain.law import cite

NEW_CALENDAR: Final = "放假安排更新后重新计算。"


def nothing_awaited(case: Handling, what: str, article: str) -> None:
    """Refuse a step that would start a second wait beside the one that is running."""
    if case.awaits is not None:
        raise Refused(f"本件正在{AWAITED_NAMES[type(case.awaits)]}，结束后才能{what}。", article)


def nothing_printed(case: Handling, what: str, article: str) -> None:
    """Refuse a step before the reply when the reply is printed already."""
    if case.file.reply_letter:
        raise Refused(f"答复书{case.file.reply_letter.number}已经印发，不能再{what}。", article)


def not_before_receipt(case: Handling, on: date, what: str) -> None:
    """Refuse a step dated before the application counts as received."""
    received = case.file.receipt
    if received and on < received.received_on:
        raise Refused(f"{what}的日期早于收到申请之日{received.received_on:%Y-%m-%d}。", cite("A31"))


# ── Correction ─────────────────────────────────────────────────────────────


def ask_correction(case: Handling, command: c.AskCorrection, calendar: WorkCalendar) -> list[f.Fact]:
    nothing_awaited(case, "告知补正", cite("A30"))
    nothing_printed(case, "告知补正", cite("A30"))
    if case.file.correction:
        raise Refused("补正只能一次性告知，本件已经告知过。", cite("A30"))
    if not command.what or not all(item.strip() for item in command.what):
        raise Refused("须逐项写明需要补正的内容。", cite("A30"))
    still_to_be_told(case, command.today, command.answer_by, calendar)
    return [d.CorrectionDecided(command.today, command.what, command.answer_by, command.by)]


def still_to_be_told(case: Handling, today: date, answer_by: date, calendar: WorkCalendar) -> None:
    """Refuse a correction that can no longer be told in time; the law counts the day of the notice."""
    if case.file.receipt is None or case.file.round > 1:
        raise Refused("重新办理的申请不再告知补正，应当依法作出答复。", cite("A30"))
    last = count(rules.CORRECTION_NOTICE, case.file.receipt.received_on, calendar)
    not_before_receipt(case, today, "告知补正")
    if today > last.on:
        raise Refused(
            f"应当自收到申请之日起{rules.CORRECTION_NOTICE.text_zh}内（{last.text_zh}前）一次性告知补正，"
            "现已逾期，应当就申请内容作出答复。",
            rule=rules.CORRECTION_NOTICE,
        )
    if answer_by <= today:
        raise Refused("补正期限须晚于告知之日，留出合理时间。", cite("A30"))


def receive_correction(case: Handling | Lapsed, command: c.ReceiveCorrection, calendar: WorkCalendar) -> list[f.Fact]:
    asked = case.file.correction
    if asked is None or not _may_be_corrected(case):
        raise Refused("本件没有等待补正。", cite("A30"))
    if command.received_on > command.today:
        raise Refused("收到补正的日期晚于今天。", cite("A30"))
    if command.received_on < asked.asked_on:
        raise Refused("收到补正的日期早于告知补正之日。", cite("A30"))
    late = asked.reached_on is not None and command.received_on > asked.answer_by
    if late and not command.excuse.strip():
        raise Refused("补正晚于告知的期限，须写明申请人逾期的正当理由；没有正当理由的视为放弃申请。", cite("A30"))
    if isinstance(case, Lapsed) and any(letter.kind == "lapsed" for letter in case.file.letters):
        raise Refused("不再处理告知书已经印发，申请人可以重新提出申请。", cite("A30"))
    return [
        f.CorrectionReceived(
            command.received_on, command.application_item, command.excuse.strip(), command.applicant,
            command.supply_form, command.way,
        ),
        started(command.received_on, calendar),
    ]


def _may_be_corrected(case: Handling | Lapsed) -> bool:
    if isinstance(case, Lapsed):
        return case.because == "correction"
    return isinstance(case.awaits, AwaitingCorrection)


def lapse_correction(case: Handling, command: c.LapseCorrection) -> list[f.Fact]:
    if not isinstance(case.awaits, AwaitingCorrection):
        raise Refused("本件没有等待补正。", cite("A30"))
    if case.awaits.reached_on is None:
        raise Refused("补正告知书还没有送达申请人，补正期限没有起算。", cite("A30"))
    if command.today <= case.awaits.answer_by:
        raise Refused("补正期限尚未届满。", cite("A30"))
    return [f.CorrectionLapsed(command.today)]


# ── Extension ──────────────────────────────────────────────────────────────


def extend(case: Handling, command: c.Extend, calendar: WorkCalendar, practice: Practice) -> list[f.Fact]:
    nothing_printed(case, "延期", cite("A33"))
    not_before_receipt(case, command.today, "延期")
    not_fixed(case)
    if command.consent_by is None:
        raise Refused("延长答复期限须经政府信息公开工作机构负责人同意。", cite("A33"))
    if not command.reason.strip():
        raise Refused("须写明延期的理由，并告知申请人。", cite("A33"))
    if len(case.file.extensions) >= practice.extensions.length:
        raise Refused(f"同一申请只能延期{practice.extensions.length}次。", rule=practice.extensions)
    extended(case, command.working_days, command.today, calendar, practice)
    return [d.ExtensionDecided(command.working_days, command.reason.strip(), command.today, command.consent_by)]


def not_fixed(case: Handling) -> None:
    """Refuse to move a day that somebody set."""
    if case.fixed_due:
        raise Refused(f"本件的期限是{case.fixed_due.why}，不能由本机关再延长。", case.fixed_due.article)


def extended(case: Handling, working_days: int, today: date, calendar: WorkCalendar, practice: Practice) -> Due:
    """Return the day to which the period is extended when the applicant is told today; refuse what is late."""
    reading = standing(case, calendar, practice.edges)
    if isinstance(reading, Waiting):
        raise Refused(f"{reading.reason}期间期限停止计算，不需要延期。", cite("A33"))
    # The verb of the statute refuses what is late or too long.
    longer = case.clock.extend(
        working_days, today, calendar, head_consents=True, times=practice.extensions, edges=practice.edges
    )
    read = longer.read(calendar, practice.edges)
    if isinstance(read, Waiting):
        raise Refused("期限停止计算，不需要延期。", cite("A33"))
    return read.due


# ── Another calendar ───────────────────────────────────────────────────────


def recompute(case: Filed, calendar: WorkCalendar, practice: Practice) -> list[f.Fact]:
    """Recompute what is open; what has ended keeps the date it had."""
    found: list[f.Fact] = []
    handling = handling_of(case)
    if handling and handling.fixed_due is None:
        found += moved(handling, handling, calendar, practice.edges, NEW_CALENDAR)
    for consulted in case.file.consultations if handling else ():
        if consulted.opinion is None and consulted.received_on and consulted.answer_by:
            rule = {"third-party": rules.THIRD_PARTY_REPLY, "co-maker": rules.CO_MAKER_REPLY}.get(consulted.whom)
            if rule:
                due = count(rule, consulted.received_on, calendar)
                found += _moved(f"request-consultation/{consulted.letter}", consulted.answer_by, due)
    fee = case.file.fee
    if handling and isinstance(handling.awaits, AwaitingPayment) and fee and fee.received_on and fee.pay_by:
        found += _moved("request-payment", fee.pay_by, count(rules.FEE_PAYMENT, fee.received_on, calendar))
    for taken in case.file.remedies:
        if taken.answer_by and taken.by_law and not taken.answered_on and not taken.result:
            due = count(rules.RESPONDENT_ANSWER, taken.received_on, calendar)
            found += _moved(f"request-remedy-answer/{taken.remedy}", taken.answer_by, due)
    return found


def _moved(clock: str, before: date, after: Due) -> list[f.Fact]:
    if before == after.on:
        return []
    return [f.DueMoved(clock, before, after.on, after.provisional, after.calendar_version, NEW_CALENDAR)]
