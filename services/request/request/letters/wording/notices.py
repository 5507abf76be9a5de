"""How each step of the procedure is told: what is asked or done, by when, and what follows if nothing comes."""

from __future__ import annotations

from typing import TypeVar

from gongkai.statute import rules
from request.domain.values import CHANNELS
from request.letters.data import Block, Consultation, Fee, Fields, LetterData, Note, Paragraph
from request.letters.grounds import cite
from request.letters.numbers import capitals, exact
from request.letters.wording import replies
from request.letters.wording.phrases import (
    by_day,
    clause,
    counting,
    day_zh,
    opening,
    provisional,
    received,
    sentence,
    you,
)

T = TypeVar("T")


def the(part: T | None) -> T:
    """Return a part that the elements were checked to hold."""
    if part is None:
        raise LookupError("the elements were checked before")
    return part


def _own(data: LetterData) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(text) for text in data.own_words)


def _ask(data: LetterData) -> str:
    organ = data.organ
    postcode = f"，邮编{organ.postcode}" if organ.postcode else ""
    hours = f"，办公时间{organ.hours}" if organ.hours else ""
    return f"{organ.office}（地址：{organ.address}{postcode}；电话：{organ.phone}{hours}）"


def receipt(data: LetterData) -> tuple[Block, ...]:
    arrived, due = received(data), the(data.due)
    rows = (
        ("登记编号", data.case_number),
        ("收到申请之日", day_zh(arrived.on) + (f"（{clause(arrived.rule_zh)}）" if arrived.rule_zh else "")),
        ("提交方式", CHANNELS[arrived.channel]),
        ("申请公开的内容", data.subject),
        ("答复期限", f"{by_day(due)}以前"),
        *((("期限的计算", counted),) if (counted := counting(due) + provisional(due)) else ()),
        ("查询和联系", _ask(data)),
    )
    return (
        Paragraph(
            f"{you(data)}提出的政府信息公开申请已经登记。根据{cite(('A33',))}的规定，"
            f"本机关自收到申请之日起{rules.REPLY.text_zh}内答复。登记情况如下："
        ),
        Fields(rows),
        *_own(data),
        Paragraph(
            f"需要延长答复期限的，经本机关政府信息公开工作机构负责人同意并告知{you(data)}，"
            f"延长的期限最长不超过{rules.REPLY_EXTENSION.text_zh}；征求第三方和其他机关意见所需时间不计算在期限内。"
        ),
    )


def correction(data: LetterData) -> tuple[Block, ...]:
    asked = the(data.correction)
    items = asked.what
    if len(items) == 1:
        points: tuple[Block, ...] = (Paragraph(f"请{you(data)}补正：{sentence(items[0])}"),)
    else:
        points = (
            Paragraph(f"请{you(data)}补正以下{len(items)}项："),
            *(Paragraph(f"{at}．{sentence(text)}") for at, text in enumerate(items, start=1)),
        )
    return (
        Paragraph(
            f"{opening(data)}经审查，申请内容不够明确。"
            f"根据{cite(('A29 第二款', 'A30'))}的规定，现一次性告知需要补正的事项和补正期限。"
        ),
        *_own(data),
        *points,
        Paragraph(
            f"请在{day_zh(asked.answer_by)}以前补正并送交本机关。答复期限自本机关收到补正的申请之日起重新计算；"
            f"无正当理由逾期不补正的，视为放弃申请，本机关不再处理该政府信息公开申请。"
        ),
        Paragraph(f"补正中需要指导和帮助的，可以联系{_ask(data)}。"),
    )


def reasons(data: LetterData) -> tuple[Block, ...]:
    asked = the(data.reasons)
    return (
        Paragraph(opening(data)),
        Paragraph(f"{sentence(asked.facts)}申请的数量、频次明显超过合理范围。"),
        *_own(data),
        Paragraph(
            f"根据{cite(('A35',))}的规定，请{you(data)}在{day_zh(asked.answer_by)}以前向本机关书面说明理由。"
            "理由合理的，本机关继续办理；理由不合理或者不说明理由的，本机关不予处理。"
        ),
        Paragraph(f"说明理由请送交{_ask(data)}。"),
    )


def extension(data: LetterData) -> tuple[Block, ...]:
    more = the(data.extension)
    return (
        Paragraph(f"{opening(data)}答复期限于{day_zh(more.before.on)}届满。"),
        *_own(data),
        Paragraph(
            f"因{clause(more.reason)}，不能在上述期限内答复。根据{cite(('A33 第二款',))}的规定，"
            f"经本机关政府信息公开工作机构负责人同意，延长{more.working_days}个工作日，于{by_day(more.after)}以前答复。"
        ),
        *((Note(f"期限的计算：{counted}"),) if (counted := counting(more.after)) else ()),
        Paragraph(provisional(more.after) or "特此告知。"),
    )


def third_party(data: LetterData) -> tuple[Block, ...]:
    asked = the(data.consultation)
    return (
        _asked_for(data, asked, "其中涉及你方的内容为"),
        Paragraph(
            f"{sentence(asked.why)}公开可能损害你方的合法权益。根据{cite(('A15', 'A32'))}的规定，现书面征求你方意见。"
        ),
        *_own(data),
        Paragraph(
            f"请自收到本意见书之日起{rules.THIRD_PARTY_REPLY.text_zh}内，填写所附确认函，说明是否同意公开；"
            "不同意公开的，请说明理由，必要时附证据材料。逾期未提出意见的，由本机关依照《条例》的规定决定是否公开。"
        ),
        Paragraph(
            "你方不同意公开且有合理理由的，本机关不予公开；本机关认为不公开可能对公共利益造成重大影响的，可以决定公开，"
            "并将决定公开的内容和理由书面告知你方。"
        ),
        Paragraph(f"意见请送交{_ask(data)}。"),
    )


def co_maker(data: LetterData) -> tuple[Block, ...]:
    asked = the(data.consultation)
    return (
        _asked_for(data, asked, f"其中由本机关牵头、与{you(data)}共同制作的政府信息为"),
        *_own(data),
        Paragraph(
            f"根据{cite(('A34',))}的规定，现征求{you(data)}意见。请自收到本意见书之日起{rules.CO_MAKER_REPLY.text_zh}内"
            f"填写所附确认函，提出是否同意公开的意见和理由；逾期未提出意见的，视为同意公开。"
        ),
        Paragraph(f"意见请送交{_ask(data)}。"),
    )


def other_organ(data: LetterData) -> tuple[Block, ...]:
    asked = the(data.consultation)
    return (
        _asked_for(data, asked, f"其中涉及{you(data)}的政府信息为"),
        Paragraph(
            f"{sentence(asked.why)}根据{cite(('A11',))}的规定，现与{you(data)}协商、确认，以保证公开的政府信息准确一致。"
        ),
        *_own(data),
        Paragraph(_please(asked, "书面函复是否可以公开以及理由")),
        Paragraph(f"意见请送交{_ask(data)}。"),
    )


def co_handling(data: LetterData) -> tuple[Block, ...]:
    asked = the(data.consultation)
    why = sentence(asked.why) if asked.why.strip() else ""
    return (
        _asked_for(data, asked, f"其中需要{you(data)}协助办理的内容为"),
        *_own(data),
        Paragraph(f"{why}{_please(asked, f'检索、整理有关信息，提出是否公开的意见、理由和依据，送交{_ask(data)}')}"),
    )


def _please(asked: Consultation, what: str) -> str:
    by = f"在{day_zh(asked.answer_by)}以前" if asked.answer_by else "尽快"
    return f"请{by}{what}。"


def _asked_for(data: LetterData, asked: Consultation, about: str) -> Paragraph:
    return Paragraph(
        f"本机关收到一件政府信息公开申请（登记编号：{data.case_number}），{about}：{sentence(asked.content)}"
    )


def third_party_applicant(data: LetterData) -> tuple[Block, ...]:
    asked = the(data.consultation)
    return (
        Paragraph(opening(data)),
        *_own(data),
        Paragraph(
            f"{sentence(asked.why) if asked.why.strip() else '申请公开的信息涉及其他当事人的权益。'}"
            f"根据{cite(('A32', 'A34'))}的规定，本机关已于{day_zh(the(asked.asked_on))}书面征求意见。"
            f"根据{cite(('A33 第三款',))}的规定，征求意见所需时间不计算在答复期限内。特此告知。"
        ),
    )


def third_party_decision(data: LetterData) -> tuple[Block, ...]:
    decided = the(data.override)
    return (
        Paragraph(
            f"本机关办理政府信息公开申请（登记编号：{data.case_number}），曾就其中涉及你方的内容书面征求你方意见。"
        ),
        *_own(data),
        Paragraph(f"{sentence(decided.public_interest)}不公开可能对公共利益造成重大影响。"),
        Paragraph(
            f"根据{cite(('A15', 'A32'))}的规定，本机关决定于{day_zh(decided.release_on)}公开以下内容："
            f"{sentence(decided.content)}"
        ),
    )


def fee(data: LetterData) -> tuple[Block, ...]:
    charged = the(data.fee)
    by_items = charged.standard == "items"
    article, unit = ("F4", "按件计收") if by_items else ("F5", "按量计收")
    return (
        Paragraph(opening(data)),
        Paragraph(f"根据{cite(('A42', 'F3', article))}的规定，本件申请应当缴纳信息处理费，具体如下："),
        Fields(
            (
                ("计收标准", f"{unit}（每件申请只适用一种标准）"),
                ("件数或者页数", _count(charged)),
                ("计算", charged.reckoning),
                ("收费金额", f"{exact(charged.amount)}（大写：人民币{capitals(charged.amount)}）"),
                ("缴费方式", charged.how_to_pay),
                ("咨询", _ask(data)),
            )
        ),
        *_own(data),
        Paragraph(
            f"请自收到本通知书次日起{rules.FEE_PAYMENT.text_zh}内缴费。缴费后，答复期限自缴费次日起重新计算；"
            "逾期未缴费的，视为放弃申请，本机关不再处理该政府信息公开申请。"
        ),
    )


def _count(charged: Fee) -> str:
    if charged.standard == "pages":
        return f"{charged.count}页"
    year, _, month = charged.month.partition("-")
    return f"{year}年{int(month)}月第{charged.count}件" if month else f"第{charged.count}件"


def lapsed(data: LetterData) -> tuple[Block, ...]:
    return (Paragraph(opening(data)), *_own(data), Paragraph(replies.lapsed(data)))


def withdrawn(data: LetterData) -> tuple[Block, ...]:
    if data.decisions:
        return replies.reply(data)
    act = the(data.withdrawal)
    return (
        Paragraph(opening(data)),
        *_own(data),
        Paragraph(
            f"{you(data)}于{day_zh(act.on)}{clause(act.how)}撤回该申请。本机关终止办理，"
            f"{you(data)}需要时可以重新提出申请。特此告知。"
        ),
    )
