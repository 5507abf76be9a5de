"""A day of receipt that was written down wrongly is put right: open clocks are counted anew, what is over is not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import Handling, Joined, handling_of
from request.domain.clock import nothing_printed
from request.domain.due import due_of
from request.domain.evolve import evolve
from request.domain.file import CaseFile
from request.domain.ladder import Practice
from request.domain.law import FEE_RULES, cite


def correct_receipt(
    case: Handling | Joined, command: c.CorrectReceipt, calendar: WorkCalendar, practice: Practice
) -> list[f.Fact]:
    handling = case.handling if isinstance(case, Joined) else case
    file = case.file
    if file.receipt is None:
        raise Refused("尚未确定收到申请之日，不需要更正。", cite("A31"))
    nothing_printed(handling, "更正收到申请之日", cite("A31"))
    if file.round > 1:
        raise Refused("重新办理的期限从复议决定、判决起算，不因更正收到申请之日而改变。", cite("A51"))
    if not command.reason.strip():
        raise Refused("须写明更正收到申请之日的理由。", cite("A31"))
    before = file.receipt.received_on
    if command.received_on == before:
        raise Refused(f"收到申请之日本来就是{before:%Y-%m-%d}，没有变化。", cite("A31"))
    _may_be_received(file, command.received_on, command.today)
    fact = f.ReceiptCorrected(
        before, command.received_on, command.reason.strip(), command.by, None, False, calendar.version
    )
    after = handling_of(evolve(case, fact))
    due = due_of(after, calendar, practice.edges) if after else None
    return [replace(fact, due_on=due.on, provisional=due.provisional) if due else fact]


def _may_be_received(file: CaseFile, on: date, today: date) -> None:
    if on > today:
        raise Refused("收到申请之日晚于今天。", cite("A31"))
    handed_in = file.receipt is not None and file.receipt.rule == "handed-in"
    if on < file.application.submitted_on and not handed_in:
        raise Refused("收到申请之日早于申请提交之日。", cite("A31"))
    first = min(_worked_on(file), default=None)
    if first and on > first:
        raise Refused(f"{first:%Y-%m-%d}已经有办理记录，收到申请之日不能晚于那一天。", cite("A31"))
    fee = file.fee
    if fee and fee.charged.standard == "items" and not fee.exempted and f"{on:%Y-%m}" != fee.charged.month:
        raise Refused(f"本件已经按{fee.charged.month}的件数通知收费，收到申请之日不能改到另一个月。", FEE_RULES)


def _worked_on(file: CaseFile) -> Iterator[date]:
    """Yield the days of what the law lets happen only after the receipt."""
    yield from (one.decided_on for one in file.extensions)
    yield from (one.asked_on for one in file.consultations)
    yield from (one.on for one in file.searches)
    yield from (one.asked_on for one in file.tasks)
    if file.correction:
        yield file.correction.asked_on
    if file.inquiry:
        yield file.inquiry.asked_on
    if file.fee:
        yield file.fee.noticed_on
