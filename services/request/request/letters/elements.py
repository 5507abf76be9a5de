"""What a letter must contain, and how to see that it does not. Each absence is named, with the matter it concerns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from request.domain.values import Basis
from request.letters.data import Decision, LetterData
from request.letters.forms import FORMS, NEEDED
from request.letters.grounds import GROUNDS, REFUSING

Missing = Callable[[LetterData], tuple[str, ...]]
"""Where it is missing: nowhere; anywhere (an empty name); or in matters, as 第二项."""

_NOWHERE: Final[tuple[str, ...]] = ()
_IN_THE_LETTER: Final = ("",)
_NUMERALS: Final = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Element:
    key: str
    name_zh: str
    missing: Missing


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list an officer sees before signing."""

    name_zh: str
    ok: bool


def chinese(number: int) -> str:
    """Write a small number as Chinese documents number their parts."""
    tens, ones = divmod(number, 10)
    if not 0 < number < 100:
        return str(number)
    head = "" if not tens else "十" if tens == 1 else f"{_NUMERALS[tens]}十"
    return head + (_NUMERALS[ones] if ones else "")


def item_zh(number: int) -> str:
    return f"第{chinese(number)}项"


def _whole(present: Callable[[LetterData], object]) -> Missing:
    def missing(data: LetterData) -> tuple[str, ...]:
        return _NOWHERE if present(data) else _IN_THE_LETTER

    return missing


def _each(bases: tuple[Basis, ...], present: Callable[[Decision], object]) -> Missing:
    """Every decision that rests on one of the bases must have it."""

    def missing(data: LetterData) -> tuple[str, ...]:
        lacking = [each for each in data.decisions if each.basis in bases and not present(each)]
        return tuple("" if len(data.decisions) == 1 else item_zh(each.item) for each in lacking)

    return missing


def gives(decision: Decision) -> bool:
    return GROUNDS[decision.basis].gives


def _withheld(data: LetterData) -> tuple[str, ...]:
    return tuple(
        item_zh(decision.item) if len(data.decisions) > 1 else ""
        for decision in data.decisions
        for part in decision.withheld
        if not (part.what.strip() and part.reason.strip())
        or (part.basis == "forbidden" and not part.law.strip())
        or (part.basis == "third-party" and not (part.opinion or decision.not_asked.strip()))
    )


def _organ(data: LetterData) -> bool:
    organ = data.organ
    return bool(organ.name.strip() and organ.short_name.strip() and organ.government.strip() and organ.court.strip())


def _contact(data: LetterData) -> bool:
    organ = data.organ
    return bool(organ.office.strip() and organ.phone.strip() and organ.address.strip())


def _application(data: LetterData) -> bool:
    asked = data.application
    return bool(asked and asked.name.strip() and asked.proof.strip() and asked.contact.strip())


def _correction_items(data: LetterData) -> bool:
    return bool(data.correction and data.correction.what and all(each.strip() for each in data.correction.what))


def _lapse(data: LetterData) -> bool:
    return bool(data.lapse and data.lapse.notice.strip())


def _ending(data: LetterData) -> bool:
    return bool(data.decisions or (data.withdrawal and data.withdrawal.how.strip()))


def _searched(data: LetterData) -> bool:
    return bool(data.searches) and all(each.places and each.words and each.by.strip() for each in data.searches)


_REASONED: Final = tuple(basis for basis, needed in NEEDED.items() if "reason" in needed)
_TABLE: Final = (
    Element("organ", "机关名称、机关代字、复议机关和管辖法院", _whole(_organ)),
    Element("addressee", "收件人", _whole(lambda data: data.addressee.strip())),
    Element("number", "发文字号", _whole(lambda data: data.draft or data.number.strip())),
    Element("verification", "核验地址", _whole(lambda data: data.draft or data.verification)),
    Element("case-number", "登记编号", _whole(lambda data: data.case_number.strip())),
    Element("received", "收到申请之日和提交方式", _whole(lambda data: data.received)),
    Element("subject", "申请公开的内容", _whole(lambda data: data.subject.strip())),
    Element("due", "答复期限", _whole(lambda data: data.due)),
    Element("contact", "工作机构的名称、地址和联系电话", _whole(_contact)),
    Element("application", "申请人的姓名或者名称、身份证明和联系方式", _whole(_application)),
    Element(
        "description", "所需信息的描述", _whole(lambda data: data.application and data.application.description.strip())
    ),
    Element("correction-items", "需要补正的每一项", _whole(_correction_items)),
    Element("correction-period", "合理的补正期限", _whole(lambda data: data.correction)),
    Element(
        "excess-facts",
        "数量、频次明显超过合理范围的事实",
        _whole(lambda data: data.reasons and data.reasons.facts.strip()),
    ),
    Element("reasons-period", "说明理由的期限", _whole(lambda data: data.reasons)),
    Element("extension-reason", "延期的理由", _whole(lambda data: data.extension and data.extension.reason.strip())),
    Element(
        "extension-days", "延长的工作日数", _whole(lambda data: data.extension and data.extension.working_days > 0)
    ),
    Element("extension-due", "延长后的答复期限", _whole(lambda data: data.extension)),
    Element(
        "head-consent",
        "政府信息公开工作机构负责人的同意",
        _whole(lambda data: data.extension and data.extension.consented_by.strip()),
    ),
    Element(
        "consulted-content",
        "拟公开信息的内容",
        _whole(lambda data: data.consultation and data.consultation.content.strip()),
    ),
    Element(
        "consulted-why", "征求意见的缘由", _whole(lambda data: data.consultation and data.consultation.why.strip())
    ),
    Element("answer-by", "回复期限", _whole(lambda data: data.consultation and data.consultation.answer_by)),
    Element("asked-on", "发出征求意见书的日期", _whole(lambda data: data.consultation and data.consultation.asked_on)),
    Element(
        "override-content", "决定公开的内容", _whole(lambda data: data.override and data.override.content.strip())
    ),
    Element(
        "public-interest",
        "不公开会对公共利益造成重大影响的理由",
        _whole(lambda data: data.override and data.override.public_interest.strip()),
    ),
    Element("release-on", "公开的日期", _whole(lambda data: data.override)),
    Element("fee-standard", "计收标准", _whole(lambda data: data.fee and data.fee.reckoning.strip())),
    Element("fee-count", "件数或者页数", _whole(lambda data: data.fee and data.fee.count > 0)),
    Element("fee-amount", "收费金额", _whole(lambda data: data.fee and data.fee.amount > 0)),
    Element("fee-payment", "缴费方式", _whole(lambda data: data.fee and data.fee.how_to_pay.strip())),
    Element("decisions", "对每一项申请内容的决定", _whole(lambda data: data.decisions)),
    Element(
        "reconsideration-link",
        "网上申请行政复议的途径（网络送达时必须写明）",
        _whole(lambda data: not data.served_online or data.organ.reconsideration_url.strip()),
    ),
    Element(
        "public-at", "已公开信息的获取途径", _each(("already-public",), lambda item: item.public_at.strip())
    ),
    Element("given", "提供的信息", _each(("given",), lambda item: item.given)),
    Element(
        "obtain", "获取的方式、途径和时间", _each(("way-told",), lambda item: item.obtain.strip())
    ),
    Element("open-part", "公开的部分", _whole(lambda data: any(gives(each) for each in data.decisions))),
    Element(
        "closed-part",
        "不予公开或者无法提供的部分",
        _whole(lambda data: any(each.withheld or not gives(each) for each in data.decisions)),
    ),
    Element("withheld", "不予公开部分的内容、理由和依据", _withheld),
    Element("refusal-reason", "不予公开的理由", _each(REFUSING, lambda item: item.reason.strip())),
    Element("forbidding-law", "禁止公开的法律、行政法规条款", _each(("forbidden",), lambda item: item.law.strip())),
    Element(
        "third-party-answer",
        "第三方意见（或者未征求的缘由）和公共利益的衡量",
        _each(("third-party",), lambda item: (item.opinion or item.not_asked.strip()) and item.public_interest.strip()),
    ),
    Element(
        "special-law", "对获取有特别规定的法律、行政法规", _each(("register-query",), lambda item: item.law.strip())
    ),
    Element("searches", "检索的处所、关键词、检索人和日期", _whole(_searched)),
    Element("corrected-on", "收到补正申请的日期", _whole(lambda data: data.received and data.received.corrected_on)),
    Element("unclear-what", "仍不明确之处", _each(("still-unclear",), lambda item: item.reason.strip())),
    Element("earlier-number", "前次答复的文号", _each(("repeated",), lambda item: item.earlier_number.strip())),
    Element("earlier-on", "前次答复的日期", _each(("repeated",), lambda item: item.earlier_on)),
    Element(
        "publication-where", "公开出版物的获取途径", _each(("publications",), lambda item: item.channel_told.strip())
    ),
    Element("reason", "理由", _each(_REASONED, lambda item: item.reason.strip())),
    Element("lapse-dates", "证明逾期的日期", _whole(_lapse)),
    Element("ending", "终止办理的缘由：申请人撤回的日期和方式，或者办理意见", _whole(_ending)),
    Element(
        "approval", "拟办意见、依据和审批步骤", _whole(lambda data: data.approval and data.approval.steps)
    ),
    Element("transfer", "移送双方和材料", _whole(lambda data: data.transfer and data.transfer.rows)),
)  # fmt: skip
ELEMENTS: Final = {element.key: element for element in _TABLE}


def required(data: LetterData) -> tuple[Element, ...]:
    """Return what this letter needs: what its form asks, and what each of its decisions brings with it."""
    keys = [*FORMS[data.kind].elements, *(key for decision in data.decisions for key in NEEDED[decision.basis])]
    if data.application is not None or data.kind == "application-form":
        keys.append("description")
    if any(decision.withheld for decision in data.decisions):
        keys.append("withheld")
    return tuple(ELEMENTS[key] for key in dict.fromkeys(keys))


def checks(data: LetterData) -> tuple[Check, ...]:
    """Go through the elements one by one, for the eyes of the officer who signs."""
    return tuple(Check(element.name_zh, not element.missing(data)) for element in required(data))


def missing(data: LetterData) -> tuple[str, ...]:
    """Name exactly what is not there."""
    return tuple(
        f"{where}的{element.name_zh}" if where else element.name_zh
        for element in required(data)
        for where in element.missing(data)
    )
