"""How each decision is said in a reply: what is so, why, on which article, and what is done about it."""

from __future__ import annotations

from typing import assert_never

from request.domain.values import Basis, Opinion
from request.letters.data import Block, Decision, LetterData, Paragraph, Withheld
from request.letters.elements import chinese
from request.letters.forms import FORMS, REPLY_TITLE
from request.letters.grounds import GROUNDS, REFUSING, cite
from request.letters.wording.phrases import clause, day_zh, listed, opening, quoted, sentence, you

_IS_CLOSED: dict[Basis, str] = {
    "state-secret": "依法确定为国家秘密",
    "forbidden": "属于法律、行政法规禁止公开的政府信息",
    "three-securities": "公开后可能危及国家安全、公共安全、经济安全或者社会稳定",
    "third-party": "涉及商业秘密、个人隐私等，公开会对第三方合法权益造成损害",
    "internal-affairs": "属于行政机关的内部事务信息",
    "process": "属于行政机关在履行行政管理职能过程中形成的过程性信息",
    "enforcement-files": "属于行政执法案卷信息",
}
_OPINIONS: dict[Opinion, str] = {
    "consents": "同意公开",
    "objects": "不同意公开",
    "partly": "只同意公开其中一部分",
    "silent": "逾期未提出意见",
}


def reply(data: LetterData) -> tuple[Block, ...]:
    """Say what came, the officer's own words, then each decision."""
    title = FORMS[data.kind].title
    verb = "答复" if title == REPLY_TITLE else "告知"
    several = len(data.decisions) > 1
    blocks: list[Block] = [Paragraph(opening(data)), *(Paragraph(text) for text in data.own_words)]
    blocks += late(data)
    blocks.append(Paragraph(f"经审查，现{verb}如下："))
    for decision in data.decisions:
        lead = f"{chinese(decision.item)}、关于{quoted(decision.words)}。" if several else ""
        searched = _searched(data) if decision.basis == "not-existing" else []
        texts = [*searched, said(decision, data), *(_part(part) for part in decision.withheld)]
        blocks += [Paragraph(lead + texts[0]), *(Paragraph(text) for text in texts[1:])]
    return tuple(blocks)


def late(data: LetterData) -> list[Block]:
    """Let a late reply say so itself: the applicant may rely on it."""
    if data.due is None or data.issued_on <= data.due.on:
        return []
    return [Paragraph(f"本次申请的答复期限于{day_zh(data.due.on)}届满，本机关未在期限内答复，特此说明。")]


def _basis(decision: Decision | Withheld, *more: str) -> str:
    """Name the articles; what an officer cited besides them comes first."""
    places = (*GROUNDS[decision.basis].articles, *more)
    own = decision.article.strip() if isinstance(decision, Decision) else ""
    if not own or any(cite((place,)).startswith(own) for place in places):
        return cite(places)
    others = cite(tuple(place for place in places if not own.startswith(cite((place,)))))
    return f"{own}，{others}" if others else own


def said(decision: Decision, data: LetterData) -> str:
    """Say one decision."""
    asked = "该信息" if len(data.decisions) > 1 else f"{you(data)}申请公开的信息"
    reason = sentence(decision.reason) if decision.reason.strip() else ""
    basis = _basis(decision)
    law = f"根据{basis}的规定，" if basis else ""
    match decision.basis:
        case "already-public":
            number = f"（{decision.document_number}）" if decision.document_number else ""
            column = f"{clause(decision.column)}，" if decision.column.strip() else ""
            return f"{asked}{number}已经主动公开。{reason}{law}现告知获取途径：{column}{decision.public_at.strip()}"
        case "given":
            also = f"{sentence(decision.obtain)}" if decision.obtain.strip() else ""
            titles = listed(tuple(quoted(title) for title in decision.given))
            parted = "的部分内容可以公开" if decision.withheld else "可以公开"
            more = f"根据{_basis(decision, 'A37')}的规定，" if decision.withheld else law
            return f"{asked}{parted}。{reason}{more}现予以公开，提供{titles}。{also}"
        case "way-told":
            return f"{asked}可以公开。{reason}{law}现告知获取的方式、途径和时间：{sentence(decision.obtain)}"
        case "state-secret" | "three-securities" | "internal-affairs" | "process" | "enforcement-files":
            return f"{asked}{_IS_CLOSED[decision.basis]}。{reason}{law}本机关决定不予公开。"
        case "forbidden":
            closed = f"{asked}{_IS_CLOSED[decision.basis]}，禁止公开的规定为{clause(decision.law)}"
            return f"{closed}。{reason}{law}本机关决定不予公开。"
        case "third-party":
            return f"{asked}{_IS_CLOSED[decision.basis]}。{reason}{_third(decision)}{law}本机关决定不予公开。"
        case "register-query":
            return (
                f"{asked}的获取，{clause(decision.law)}有特别规定。{reason}{law}"
                f"请{you(data)}依照该规定办理。{sentence(decision.obtain) if decision.obtain.strip() else ''}"
            )
        case "not-existing":
            return f"经检索，{asked}不存在。{reason}{law}特此告知。"
        case "not-ours":
            return f"{asked}不属于本机关负责公开。{reason}{law}{_other(decision, data)}"
        case "needs-making":
            return f"{asked}没有现成的载体，需要对现有政府信息进行加工、分析。{reason}{law}本机关不予提供。"
        case "still-unclear":
            return f"{you(data)}补正后的申请，内容仍不明确：{reason}{law}本机关无法提供。"
        case "petition":
            door = f"{you(data)}可以向以下渠道提出：{sentence(decision.channel_told)}" if decision.channel_told else ""
            return (
                f"{you(data)}以政府信息公开申请的形式进行信访、投诉、举报等活动。{reason}{law}"
                f"本机关不作为政府信息公开申请处理。{door}"
            )
        case "repeated":
            earlier = f"{day_zh(decision.earlier_on)}以{decision.earlier_number}" if decision.earlier_on else ""
            return (
                f"本机关已于{earlier}对{you(data)}就同一内容提出的申请作出答复。{reason}{law}本机关不予重复处理。"
            )
        case "publications":
            return (
                f"{you(data)}要求提供的是公开出版物。{reason}{law}现告知获取途径：{sentence(decision.channel_told)}"
            )
        case "excessive":
            return (
                f"{you(data)}申请公开政府信息的数量、频次明显超过合理范围，说明的理由不合理。{reason}{law}本机关不予处理。"
            )
        case "reissue":
            return f"{you(data)}要求本机关对已经获取的信息予以确认或者重新出具。{reason}{law}本机关不予处理。"
        case "correction-lapsed" | "fee-lapsed":
            return lapsed(data)
        case "withdrawn":
            return f"{you(data)}已撤回该项申请，本机关终止办理。"
        case "other":
            return f"{reason}{law}特此告知。"
        case _:
            assert_never(decision.basis)


def _part(part: Withheld) -> str:
    closed = _IS_CLOSED.get(part.basis, "")
    ground = f"其中，{clause(part.what)}{closed}"
    if part.law.strip():
        ground += f"（{clause(part.law)}）"
    opinion = f"经书面征求意见，第三方{_OPINIONS[part.opinion]}。" if part.opinion else ""
    verb = "不予公开" if part.basis in REFUSING else "不予提供"
    return f"{ground}。{sentence(part.reason)}{opinion}根据{_basis(part, 'A37')}的规定，这一部分{verb}。"


def _third(decision: Decision) -> str:
    weighed = sentence(decision.public_interest)
    if decision.opinion:
        return f"本机关依法书面征求了第三方的意见，第三方{_OPINIONS[decision.opinion]}。{weighed}"
    return f"{sentence(decision.not_asked)}{weighed}"


def _searched(data: LetterData) -> list[str]:
    return [
        f"{day_zh(search.on)}，{search.by}以{'、'.join(quoted(word) for word in search.words)}为关键词，"
        f"在{listed(search.places)}进行了检索，没有找到{you(data)}申请公开的信息。"
        for search in data.searches
    ]


def _other(decision: Decision, data: LetterData) -> str:
    if not decision.other_organ:
        return "本机关无法确定负责公开该信息的行政机关。"
    contact = f"（联系方式：{clause(decision.other_contact)}）" if decision.other_contact.strip() else ""
    return f"建议{you(data)}向{decision.other_organ}{contact}提出申请。"


def lapsed(data: LetterData) -> str:
    """Say which notice was not followed and by which days that shows."""
    lapse = data.lapse
    if lapse is None:
        raise LookupError("the dates of the lapse were checked before")
    fee = lapse.of == "fee"
    notice = FORMS["fee" if fee else "correction"].title
    told = (
        f"本机关于{day_zh(lapse.noticed_on)}发出《{notice}》（{lapse.notice.strip()}），"
        f"{you(data)}于{day_zh(lapse.noticed_received_on)}收到，期限于{day_zh(lapse.ended_on)}届满。"
    )
    reason = "".join(sentence(decision.reason) for decision in data.decisions if decision.reason.strip())
    omitted = "逾期未缴纳信息处理费" if fee else "无正当理由逾期未补正"
    law = f"{cite(('A42',))}和《政府信息公开信息处理费管理办法》" if fee else cite(("A30",))
    return f"{told}{you(data)}{omitted}，视为放弃申请。{reason}根据{law}的规定，本机关不再处理该政府信息公开申请。"
