"""The information-processing fee: one standard, noticed in time, paid or lapsed."""

from datetime import date
from decimal import Decimal
from typing import Final

from gongkai.statute import rules
from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.deadlines import due as count
from gongkai.statute.fees import item_fee, page_fee
from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import decided as d
from request.domain import facts as f
from request.domain.case import AwaitingPayment, Handling, Lapsed
from request.domain.clock import not_before_receipt, nothing_awaited, nothing_printed
from request.domain.due import due_of, started
from request.domain.file import CaseFile, Fee
from request.domain.ladder import Practice
from request.domain.law import FEE_RULES, cite
from request.domain.values import FeeCharged

BY_ITEM: Final = f"{FEE_RULES}第四条"
BY_PAGE: Final = f"{FEE_RULES}第五条"
ONE_STANDARD: Final = f"{FEE_RULES}第三条"


def notice(case: Handling, command: c.NoticeFee, calendar: WorkCalendar, practice: Practice) -> list[f.Fact]:
    nothing_printed(case, "通知收费", FEE_RULES)
    not_before_receipt(case, command.today, "通知收费")
    fee = case.file.fee
    if fee and fee.exempted:
        raise Refused("本件已经决定免收信息处理费。", FEE_RULES)
    if fee and fee.charged.standard != command.fee.standard:
        raise Refused("每件申请只能选用按件、按量中的一种计收标准，本件已经选定。", ONE_STANDARD)
    if fee:
        raise Refused("本件已经通知收费。", ONE_STANDARD)
    nothing_awaited(case, "通知收费", FEE_RULES)
    still_in_time(case, command.today, calendar, practice)
    right_amount(case.file, command.fee)
    return [d.FeeDecided(command.fee, command.today, command.by)]


def still_in_time(case: Handling, today: date, calendar: WorkCalendar, practice: Practice) -> None:
    """Refuse a notice that would go out when the reply is due already."""
    due = due_of(case, calendar, practice.edges)
    if due and today > due.on:
        raise Refused(f"收费通知应当在答复期限内发出，期限已于{due.text_zh}届满。", FEE_RULES)


def right_amount(file: CaseFile, fee: FeeCharged) -> None:
    owed, article = _owed(file, fee)
    if owed == 0:
        raise Refused("没有超过免费的数量，不收费。", article)
    if fee.amount != owed:
        raise Refused(f"按标准应收{owed}元，填写的是{fee.amount}元。", article)


def _owed(file: CaseFile, fee: FeeCharged) -> tuple[Decimal, str]:
    """Reckon the amount. By item, `count` is which item of the applicant's month the last matter of this case is."""
    items = file.application.items
    match fee.standard:
        case "items":
            received_on = file.receipt.received_on if file.receipt else file.application.submitted_on
            if fee.month != f"{received_on:%Y-%m}":
                raise Refused(f"按件计收以收到申请的自然月（{received_on:%Y-%m}）累计。", BY_ITEM)
            if fee.count < items:
                raise Refused(f"本件有{items}项内容，本月件数不能少于{items}。", BY_ITEM)
            return item_fee(items, already=fee.count - items), BY_ITEM
        case "pages":
            if file.application.supply_form not in {"paper", "electronic"}:
                raise Refused("按量计收只适用于申请人要求提供纸质件、发送电子邮件或者复制电子数据的情形。", BY_PAGE)
            return page_fee(fee.count), BY_PAGE


def notice_received(case: Handling, command: c.NoteFeeNoticeReceived, calendar: WorkCalendar) -> list[f.Fact]:
    fee = _awaited(case)
    if fee.received_on:
        raise Refused("申请人收到收费通知的日期已经登记。", FEE_RULES)
    if command.received_on > command.today:
        raise Refused("收到收费通知的日期晚于今天。", FEE_RULES)
    if command.received_on < fee.noticed_on:
        raise Refused("收到收费通知的日期早于发出之日。", FEE_RULES)
    pay_by = count(rules.FEE_PAYMENT, command.received_on, calendar)
    return [f.FeeNoticeReceived(command.received_on, pay_by.on)]


def pay(case: Handling | Lapsed, command: c.NotePayment, calendar: WorkCalendar) -> list[f.Fact]:
    """Take a payment; one made in time but recorded after the lapse brings the case back."""
    fee = case.file.fee if isinstance(case, Lapsed) and case.because == "fee" else None
    fee = fee or (_awaited(case) if isinstance(case, Handling) else None)
    if fee is None:
        raise Refused("本件没有等待缴纳信息处理费。", FEE_RULES)
    if command.paid_on > command.today:
        raise Refused("缴费日期晚于今天。", FEE_RULES)
    if command.paid_on < fee.noticed_on:
        raise Refused("缴费日期早于收费通知之日。", FEE_RULES)
    if fee.pay_by and command.paid_on > fee.pay_by:
        raise Refused(f"缴费晚于收到收费通知次日起{rules.FEE_PAYMENT.text_zh}，视为放弃申请。", rule=rules.FEE_PAYMENT)
    if not command.receipt.strip():
        raise Refused("须登记缴费票据号。", FEE_RULES)
    if isinstance(case, Lapsed) and any(letter.kind == "lapsed" for letter in case.file.letters):
        raise Refused("不再处理告知书已经印发，申请人可以重新提出申请。", FEE_RULES)
    return [
        f.FeePaid(command.paid_on, command.receipt.strip(), command.by),
        started(command.paid_on, calendar),
    ]


def exempt(case: Handling, command: c.ExemptFee) -> list[f.Fact]:
    if case.file.waiting("fee") is None:
        _awaited(case)
    if not command.reason.strip():
        raise Refused("须写明免收的理由。", cite("A42"))
    return [f.FeeExempted(command.reason.strip(), command.by)]


def lapse(case: Handling, command: c.LapsePayment) -> list[f.Fact]:
    fee = _awaited(case)
    if fee.pay_by is None:
        raise Refused("尚未登记申请人收到收费通知的日期，缴费期限没有起算。", FEE_RULES)
    if command.today <= fee.pay_by:
        raise Refused("缴费期限尚未届满。", rule=rules.FEE_PAYMENT)
    return [f.FeeLapsed(command.today)]


def _awaited(case: Handling) -> Fee:
    if not isinstance(case.awaits, AwaitingPayment) or case.file.fee is None:
        raise Refused("本件没有等待缴纳信息处理费。", FEE_RULES)
    return case.file.fee
