"""Coming in: the application, the day it counts as received (A31), its number, its people."""

from datetime import date
from typing import Final

from gongkai.statute.calendar import WorkCalendar, next_day
from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import Imported, Nothing, Submitted
from request.domain.due import started
from request.domain.file import Application, CaseFile
from request.domain.law import cite
from request.domain.values import CHANNELS, Channel

WRITTEN_BY_AN_OFFICER: Final[frozenset[Channel]] = frozenset(
    {"in-person", "post-signed", "post-ordinary", "fax", "oral"}
)
"""Channels that reach a desk, not a machine: somebody enters them and answers for it."""

RECEIPT_RULES: Final = {
    "handed-in": "当面提交（含口头申请）的，以提交之日为收到申请之日。",
    "signed": "以邮寄方式提交的，以行政机关签收之日为收到申请之日。",
    "ordinary-confirmed": "以平常信函等无需签收的邮寄方式提交的，工作机构于收到当日与申请人确认，以确认之日为准。",
    "both-confirmed": "通过互联网渠道或者工作机构的传真提交的，以双方确认之日为收到申请之日。",
    "elsewhere-confirmed": "邮件寄给工作机构以外的人员或者单位的，以工作机构与申请人确认之日为收到申请之日。",
    "contact-restored": "申请人未留有效联系电话，无法当日确认的，先行登记，自恢复联系、双方确认之日起算。",
}
"""How R was found; the last two follow the letter of the State Council office of 2015 (国办公开办函〔2015〕207号)."""


def submit(command: c.Submit) -> list[f.Fact]:
    if command.submitted_on > command.today:
        raise Refused("提交日期晚于今天。", cite("A31"))
    if command.items < 1:
        raise Refused("一份申请至少有一项内容。", cite("A29"))
    if command.channel in WRITTEN_BY_AN_OFFICER and command.by is None:
        raise Refused(f"“{CHANNELS[command.channel]}”的申请由工作人员登记，须写明登记人。", cite("A31"))
    return [
        f.ApplicationSubmitted(
            command.organ_id,
            command.applicant,
            command.applicant_kind,
            command.channel,
            command.submitted_on,
            command.application_item,
            command.supply_form,
            command.way,
            command.items,
            command.external_id,
            command.by,
            command.split_from,
            command.today,
        )
    ]


def confirm_by(application: Application, calendar: WorkCalendar) -> date:
    """Return the day on which both sides are to confirm: the day it came, or the first working day after it (A31)."""
    day = application.taken_on or application.submitted_on
    while not calendar.is_working_day(day):
        day = next_day(day)
    return day


def fix(case: Submitted, command: c.FixReceipt, calendar: WorkCalendar) -> list[f.Fact]:
    application = case.file.application
    received_on, rule = _received(application, command)
    if received_on > command.today:
        raise Refused("收到申请之日晚于今天。", cite("A31"))
    if received_on < application.submitted_on:
        raise Refused("收到申请之日早于申请提交之日。", cite("A31"))
    reason = RECEIPT_RULES[rule] + (f"说明：{command.note.strip()}" if command.note.strip() else "")
    return [
        f.ReceiptFixed(received_on, rule, reason, command.by),
        started(received_on, calendar),
    ]


def _received(application: Application, command: c.FixReceipt) -> tuple[date, str]:
    if command.reached_elsewhere and application.channel in {"post-signed", "post-ordinary"}:
        return _confirmed(command), "elsewhere-confirmed"
    match application.channel:
        case "in-person" | "oral":
            return application.submitted_on, "handed-in"
        case "post-signed":
            if command.signed_on is None:
                raise Refused("邮寄签收的申请须填写签收日期。", cite("A31"))
            return command.signed_on, "signed"
        case "post-ordinary":
            confirmed_on = _confirmed(command)
            return confirmed_on, "contact-restored" if command.contact_was_lost else "ordinary-confirmed"
        case "online" | "fax" | "email" | "platform":
            confirmed_on = _confirmed(command)
            return confirmed_on, "contact-restored" if command.contact_was_lost else "both-confirmed"


def _confirmed(command: c.FixReceipt) -> date:
    if command.confirmed_on is not None:
        return command.confirmed_on
    if command.contact_was_lost:
        raise Refused("尚未与申请人取得联系，先行登记；恢复联系、双方确认之日才是收到申请之日。", cite("A31"))
    raise Refused("须填写与申请人确认的日期，以确认之日为收到申请之日。", cite("A31"))


def register(file: CaseFile, command: c.Register) -> list[f.Fact]:
    if file.number:
        raise Refused(f"申请已登记为{file.number.text}号。", cite("A45"))
    if command.serial < 1:
        raise Refused("登记序号从1起。", cite("A45"))
    year = (file.receipt.received_on if file.receipt else file.application.submitted_on).year
    if command.year != year:
        raise Refused(f"编号的年度应当是收到申请的{year}年，填写的是{command.year}年。", cite("A45"))
    return [f.Registered(command.year, command.serial, _topic(command.topic), command.by)]


def name_topic(file: CaseFile, command: c.NameTopic) -> list[f.Fact]:
    topic = _topic(command.topic)
    return [] if topic == file.topic else [f.TopicNamed(topic, command.by)]


def _topic(topic: str) -> str:
    if not topic.strip():
        raise Refused("须填写申请事项的简称。", cite("A45"))
    return topic.strip()


def assign(file: CaseFile, command: c.Assign) -> list[f.Fact]:
    if (file.handler, file.unit) == (command.handler, command.unit):
        return []
    return [f.HandlerAssigned(command.handler, command.unit, command.by)]


def import_case(case: Nothing | Imported, command: c.ImportCase) -> list[f.Fact]:
    if command.received_on > command.today:
        raise Refused("收到申请之日晚于今天。", cite("A31"))
    if (command.answered_on is None) != (command.row is None):
        raise Refused("办结日期和办理结果须同时填写，或者同时不填。", cite("A50"))
    if command.answered_on and command.answered_on > command.today:
        raise Refused("答复日期晚于今天。", cite("A33"))
    if command.answered_on and command.answered_on < command.received_on:
        raise Refused("答复日期早于收到申请之日。", cite("A33"))
    if command.remedy_dates and len(command.remedy_dates) != len(command.remedies):
        raise Refused("复议、诉讼的日期与件数不符。", cite("A50"))
    if isinstance(case, Imported) and (
        case.answered_on is not None
        or command.answered_on is None
        or (case.number, case.received_on) != (command.number, command.received_on)
    ):
        raise Refused("这件往年申请已经补录；只有上年结转、当时未办结的才能补录结果。", cite("A50"))
    return [
        f.CaseImported(
            command.organ_id,
            command.source,
            command.year,
            command.applicant_kind,
            command.received_on,
            command.answered_on,
            command.row,
            command.by,
            command.number,
            command.channel,
            command.remedies,
            command.fee,
            command.remedy_dates,
            command.fee_noticed_on,
            command.fee_paid_on,
        )
    ]
