"""Acts about earlier cases, joining, remedies and typical cases."""

import re
from typing import Final
from uuid import UUID

from gongkai.runtime.errors import Invalid
from gongkai.runtime.tx import Tx
from gongkai.statute.legal_day import legal_date
from request import joining, reading
from request.domain import commands as c
from request.domain.case import Handling, file_of
from request.domain.file import CaseNumber
from request.domain.law import cite
from request.pages.act import Act, Doing, Field, Options, Typed, perform

KINDS: Final = (
    ("reconsideration", "行政复议"),
    ("suit-direct", "行政诉讼（未经复议直接起诉）"),
    ("suit-after", "行政诉讼（复议后起诉）"),
    ("complaint", "向主管部门投诉、举报"),
)
RESULTS: Final = (("upheld", "维持"), ("corrected", "纠正"), ("other", "其他结果"))


_NUMBER: Final = re.compile(r"\D{0,20}(\d{4})\D{1,3}(\d{1,6})\D{0,2}")


async def chosen_or_numbered(here: Doing, tx: Tx, typed: Typed, name: str) -> UUID:
    """Return the case that was picked from the list, or the one whose number was typed."""
    number = typed.text("number").strip()
    if typed.text(name) and number:
        raise Invalid([("number", "已经选了一件，就不用再填编号")])
    if typed.text(name):
        return typed.id(name)
    found = _NUMBER.fullmatch(number)
    if found is None:
        raise Invalid([("number", "请选择一件，或者填写它的编号，例如 2026-0012")])
    text = CaseNumber(int(found[1]), int(found[2])).text
    case_id = await reading.case_of_number(tx.db, here.officer.organ_id, text)
    if case_id is None:
        raise Invalid([("number", f"没有编号为 {text} 的申请，请核对")])
    return case_id


def _open_ones(here: Doing) -> Options:
    """Return the open cases of the same applicant: only into one of them may this one be joined."""
    return [(one.id, one.text) for one in here.others if one.state == Handling.__name__]


def _all_ones(here: Doing) -> Options:
    return [(one.id, one.text) for one in here.others]


async def _similar(here: Doing, tx: Tx, typed: Typed) -> None:
    named = typed.text("earlier") or typed.text("number").strip()
    earlier = await chosen_or_numbered(here, tx, typed, "earlier") if named else None
    command = c.ConfirmSimilar(earlier, typed.text("document"), typed.ticked("same"), here.officer.person_id)
    await perform(here, tx, command)


async def _join(here: Doing, tx: Tx, typed: Typed) -> None:
    lead = await chosen_or_numbered(here, tx, typed, "case")
    await joining.join(
        here.bench.desks.desk, tx, here.case_id, lead, typed.text("reason"), here.officer.person_id,
        here.officer.organ_id,
    )  # fmt: skip


async def _separate(here: Doing, tx: Tx, typed: Typed) -> None:
    await perform(here, tx, c.Separate(typed.text("reason"), here.officer.person_id, legal_date(tx.now)))


async def _file_remedy(here: Doing, tx: Tx, typed: Typed) -> None:
    command = c.FileRemedy(
        remedy=tx.new_id(),
        kind=typed.picked("kind"),
        filed_on=typed.day("filed_on"),
        received_on=typed.day("received_on"),
        body=typed.text("body"),
        number=typed.text("number"),
        by=here.officer.person_id,
        today=legal_date(tx.now),
        answer_by=typed.maybe_day("answer_by"),
    )
    await perform(here, tx, command)


def _open_remedies(here: Doing) -> Options:
    file = file_of(here.case)
    names = dict(KINDS)
    return [
        (str(one.remedy), f"{names[one.kind]} {one.number}") for one in file.remedies if one.decided_on is None
    ] if file else []


def _corrected_ones(here: Doing) -> Options:
    file = file_of(here.case)
    names = dict(KINDS)
    return [
        (str(one.remedy), f"{names[one.kind]} {one.number}")
        for one in file.to_be_obeyed
    ] if file else []


async def _answer_remedy(here: Doing, tx: Tx, typed: Typed) -> None:
    await perform(here, tx, c.AnswerRemedy(typed.id("remedy"), here.officer.person_id, legal_date(tx.now)))


async def _decide_remedy(here: Doing, tx: Tx, typed: Typed) -> None:
    command = c.DecideRemedy(
        typed.id("remedy"), typed.picked("result"), typed.day("on"), typed.text("number"),
        here.officer.person_id, legal_date(tx.now),
    )  # fmt: skip
    await perform(here, tx, command)


async def _open_round(here: Doing, tx: Tx, typed: Typed) -> None:
    command = c.OpenRound(
        typed.id("remedy"), typed.day("from_on"), legal_date(tx.now), typed.maybe_day("ordered_due_on")
    )
    await perform(here, tx, command)


async def _typical(here: Doing, tx: Tx, typed: Typed) -> None:
    await perform(here, tx, c.MarkTypical(here.officer.person_id, typed.text("why"), typed.maybe_day("sent_up_on")))


MORE: Final = (
    Act(
        "similar", "确认相同的申请或者公开的文件", "确认", "request.handle", c.ConfirmSimilar, _similar,
        (
            Field("earlier", "以前的申请", "choice", optional=True, options=_all_ones),
            Field("number", "或者以前申请的编号", optional=True, most=40,
                  hint="例如 2026-0012；其他申请人的申请填在这里。"),
            Field("same", "申请人", "check", "是同一申请人以相同的内容再次申请"),
            Field("document", "已经公开的文件", optional=True, hint="粘贴文件在网站上的网址。", most=300),
        ),
        article=cite("A36", "第六项"),
    ),
    Act(
        "join", "并入另一件", "并案", "request.handle", c.JoinInto, _join,
        (
            Field("case", "并入哪一件", "choice", optional=True, options=_open_ones),
            Field("number", "或者那一件的编号", optional=True, most=40,
                  hint="例如 2026-0012，须是同一申请人正在办理的申请。"),
            Field("reason", "理由", rows=2),
        ),
        "只有同一申请人正在办理的申请可以并案。并案以后由那一件的答复一并答复，本件保留编号，期限照样计算；"
        "那一件没有答复就办结的，本件自动恢复单独办理。", danger=True,
    ),
    Act(
        "separate", "恢复单独办理", "恢复单独办理", "request.handle", c.Separate, _separate,
        (Field("reason", "理由", rows=2),),
        "本件不再随另一件答复，期限一直在计算，从现在起单独办理。", done="已经恢复单独办理。",
    ),
    Act(
        "remedy", "登记复议、诉讼、举报", "登记", "request.remedy", c.FileRemedy, _file_remedy,
        (
            Field("kind", "种类", "choice", options=KINDS),
            Field("filed_on", "提出的日期", "day"),
            Field("received_on", "我们收到材料的日期", "day"),
            Field("body", "受理机关", most=100),
            Field("number", "案号", optional=True, most=100),
            Field("answer_by", "答复期限", "day", optional=True, hint="材料写明了期限的填写；简易程序自动计算。"),
        ),
        article=cite("A51"), group="救济",
    ),
    Act(
        "remedy-answer", "已提交复议、诉讼答复", "记下", "request.remedy", c.AnswerRemedy, _answer_remedy,
        (Field("remedy", "哪一件", "choice", options=_open_remedies),), group="救济",
    ),
    Act(
        "remedy-decided", "登记复议、诉讼结果", "登记", "request.remedy", c.DecideRemedy, _decide_remedy,
        (
            Field("remedy", "哪一件", "choice", options=_open_remedies),
            Field("result", "结果", "choice", options=RESULTS),
            Field("on", "决定或者判决的日期", "day"),
            Field("number", "文书编号", optional=True, most=100),
        ), group="救济",
    ),
    Act(
        "round", "重新办理", "开始重新办理", "request.remedy", c.OpenRound, _open_round,
        (
            Field("remedy", "依据哪一件", "choice", options=_corrected_ones),
            Field("from_on", "从哪一天起算", "day"),
            Field("ordered_due_on", "决定书确定的期限", "day", optional=True, hint="没有确定的不填，按答复期限计算。"),
        ),
        "决定或者判决纠正原答复的，在本件里重新办理，作为新的一轮。", group="救济",
    ),
    Act(
        "typical", "标为典型案例", "标注", "request.library", c.MarkTypical, _typical,
        (Field("why", "典型在哪里", rows=3), Field("sent_up_on", "上报日期", "day", optional=True)), group="办结",
    ),
)  # fmt: skip
