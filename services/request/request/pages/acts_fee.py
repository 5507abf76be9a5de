"""Acts about the information-processing fee."""

from typing import Final

from gongkai.runtime.tx import Tx
from gongkai.statute.legal_day import legal_date
from request import counting_fee
from request.domain import commands as c
from request.domain.law import FEE_RULES
from request.pages.act import Act, Doing, Field, Typed, perform

STANDARDS: Final = (("items", "按件（同一申请人当月累计）"), ("pages", "按量（纸质、电子邮件或者复制数据的页数）"))


async def _notice(here: Doing, tx: Tx, typed: Typed) -> None:
    desk = here.bench.desks.desk
    loaded = await desk.take(tx, here.case_id, here.officer.organ_id)
    pages = typed.number("pages") if typed.text("pages") else 0
    fee = await counting_fee.charge(tx, loaded, typed.picked("standard"), pages)
    await desk.decide_on(tx, loaded, c.NoticeFee(fee, here.officer.person_id, desk.today(tx)))


async def _received(here: Doing, tx: Tx, typed: Typed) -> None:
    await perform(here, tx, c.NoteFeeNoticeReceived(typed.day("received_on"), legal_date(tx.now)))


async def _paid(here: Doing, tx: Tx, typed: Typed) -> None:
    command = c.NotePayment(typed.day("paid_on"), typed.text("receipt"), here.officer.person_id, legal_date(tx.now))
    await perform(here, tx, command)


async def _exempt(here: Doing, tx: Tx, typed: Typed) -> None:
    await perform(here, tx, c.ExemptFee(typed.text("reason"), here.officer.person_id))


FEES: Final = (
    Act(
        "fee", "通知收费", "计算并记下", "request.fee", c.NoticeFee, _notice,
        (
            Field("standard", "计收标准", "choice", options=STANDARDS),
            Field("pages", "页数", "number", "按量计收时填写，一面 A4 为一页。", optional=True),
        ),
        "金额由系统按标准计算。每件申请只能选用一种标准，收费通知书在答复期限内制发才有效，申请人收到后起算缴费期限。",
        FEE_RULES, group="收费", done="已记下，请制发收费通知书。",
    ),
    Act(
        "fee-received", "申请人收到收费通知", "记下", "request.fee", c.NoteFeeNoticeReceived, _received,
        (Field("received_on", "收到的日期", "day"),), "自收到次日起 20 个工作日内缴纳，逾期视为放弃申请。",
        FEE_RULES, group="收费",
    ),
    Act(
        "fee-paid", "收到缴费", "记下", "request.fee", c.NotePayment, _paid,
        (Field("paid_on", "缴费日期", "day"), Field("receipt", "票据号", most=60)),
        "缴费后，答复期限从次日起重新计算。", FEE_RULES, group="收费", done="已记下，答复期限重新起算。",
    ),
    Act(
        "fee-exempt", "免收费用", "免收", "request.fee",
        c.ExemptFee, _exempt,
        (Field("reason", "理由", rows=2),), article=FEE_RULES, group="收费",
    ),
)  # fmt: skip
