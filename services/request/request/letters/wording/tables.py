"""The papers that are tables: the application itself, the slip a consulted party returns, the inner records."""

from __future__ import annotations

from gongkai.statute import rules
from gongkai.statute.outcomes import APPLICANTS
from request.domain.values import CHANNELS, SUPPLY_FORMS, WAYS
from request.letters.data import Block, Fields, Grid, LetterData, Note, Paragraph
from request.letters.grounds import cite
from request.letters.wording.notices import the
from request.letters.wording.phrases import day_zh, received

EMPTY = "□"


def application_form(data: LetterData) -> tuple[Block, ...]:
    asked = the(data.application)
    rows = [
        ("申请人类别", APPLICANTS[asked.applicant_kind]),
        ("姓名或者名称", asked.name),
        ("身份证明", asked.proof),
        *((("法定代表人或者负责人", asked.representative),) if asked.representative else ()),
        ("联系方式", asked.contact),
        ("所需信息的描述", asked.description),
        ("提供形式", SUPPLY_FORMS[asked.supply_form]),
        ("获取方式", WAYS[asked.way]),
        *((("备注", asked.remark),) if asked.remark else ()),
        *((("登记编号", data.case_number),) if data.case_number else ()),
        ("申请日期", day_zh(data.issued_on)),
    ]
    return (
        Paragraph(f"受理机关：{data.organ.name}", flush=True),
        Fields(tuple(rows)),
        Note(f"根据{cite(('A29',))}填写。申请人对所提供的身份证明和联系方式的真实性负责。"),
    )


def confirmation(data: LetterData) -> tuple[Block, ...]:
    asked = the(data.consultation)
    return (
        Paragraph(f"{data.organ.name}：", flush=True),
        Paragraph(f"{data.number or '征求意见书'}收悉。对其中的内容，现提出意见如下："),
        Fields(
            (
                ("登记编号", data.case_number),
                ("涉及的内容", asked.content),
                ("收到之日", "　　　　年　　月　　日"),
                ("意见", f"{EMPTY} 同意公开　　{EMPTY} 不同意公开　　{EMPTY} 同意公开其中一部分"),
                ("同意公开的部分", "\n"),
                ("不同意公开的理由", "\n\n\n"),
                ("所附证据材料", ""),
                ("签名或者盖章", "\n　　　　　　　　　　　　　　年　　月　　日"),
                ("联系电话", ""),
            )
        ),
        Note(
            f"请自收到征求意见书之日起{rules.THIRD_PARTY_REPLY.text_zh}内寄回：{data.organ.office}，{data.organ.address}，"
            f"电话{data.organ.phone}。"
        ),
    )


def approval_slip(data: LetterData) -> tuple[Block, ...]:
    slip, arrived = the(data.approval), received(data)
    rows = [
        ("登记编号", data.case_number),
        ("收到申请之日", f"{day_zh(arrived.on)}，{CHANNELS[arrived.channel]}"),
        *((("答复期限", day_zh(data.due.on)),) if data.due else ()),
        ("申请公开的内容", data.subject),
        ("拟办意见", slip.proposal),
        ("依据和理由", slip.grounds),
    ]
    steps = tuple(
        (step.name, step.opinion, step.person, day_zh(step.on) if step.on else "") for step in slip.steps
    )
    return (Fields(tuple(rows)), Grid(("环节", "意见", "签名", "日期"), (3, 5, 3, 4), steps))


def transfer_list(data: LetterData) -> tuple[Block, ...]:
    moved = the(data.transfer)
    rows = tuple(
        (str(at), row.title, row.number, _pages(row.pages), row.remark) for at, row in enumerate(moved.rows, start=1)
    )
    pages = sum(row.pages or 0 for row in moved.rows)
    return (
        Fields(
            (
                ("登记编号", data.case_number),
                ("移送单位", moved.giver),
                ("接收单位", moved.taker),
                ("移送事由", moved.reason),
            )
        ),
        Grid(("序号", "材料名称", "文号", "页数", "备注"), (2, 8, 5, 2, 3), rows),
        Note(f"共{len(moved.rows)}件{pages}页。移送日期：{day_zh(data.issued_on)}"),
        Fields((("移送人签名", "\n"), ("接收人签名", "\n"), ("接收日期", "　　　　年　　月　　日"))),
    )


def _pages(count: int | None) -> str:
    return "已删除" if count is None else str(count)
