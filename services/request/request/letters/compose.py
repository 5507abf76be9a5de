"""From what is known of a case to a letter, or to a refusal that names what is missing. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from gongkai.statute import rules
from gongkai.statute.refusal import Refused
from request.domain.values import LetterKind
from request.letters.data import Block, Decision, Fields, Grid, Letter, LetterData, Note, Paragraph, Withheld
from request.letters.elements import chinese, gives, missing
from request.letters.forms import FORMS, Form
from request.letters.grounds import cite
from request.letters.remedy import remedy
from request.letters.verification import content_code
from request.letters.wording import notices, replies, tables

Wording = Callable[[LetterData], tuple[Block, ...]]

_WORDINGS: Final[dict[LetterKind, Wording]] = {
    "application-form": tables.application_form,
    "receipt": notices.receipt,
    "correction": notices.correction,
    "reasons": notices.reasons,
    "extension": notices.extension,
    "third-party": notices.third_party,
    "third-party-confirmation": tables.confirmation,
    "third-party-applicant": notices.third_party_applicant,
    "third-party-decision": notices.third_party_decision,
    "co-maker": notices.co_maker,
    "other-organ": notices.other_organ,
    "co-handling": notices.co_handling,
    "fee": notices.fee,
    "lapsed": notices.lapsed,
    "withdrawn": notices.withdrawn,
    "approval-slip": tables.approval_slip,
    "transfer-list": tables.transfer_list,
}
_WITH_SLIP: Final = {"third-party", "co-maker"}
_GIVING_FORMS: Final = {"reply-public", "reply-given", "reply-partial"}
_OGI: Final = "《政府信息公开条例》"
_OGI_IN_FULL: Final = "《中华人民共和国政府信息公开条例》"
_SHORT: Final = "《条例》"
_STATE_LAWS: Final = ("《行政复议法》", "《行政诉讼法》")
_OGI_MENTIONS: Final = re.compile(f"{_OGI}|{_SHORT}")


def compose(data: LetterData) -> Letter:
    """Write the letter; a letter with a missing element cannot be issued."""
    form = FORMS[data.kind]
    if lacking := missing(data):
        raise Refused(f"《{form.name_zh}》缺少：{'；'.join(lacking)}，不能出具。", cite(form.articles))
    data = _quotable(data)
    _check_times(data, form)
    _check_decisions(data, form)
    blocks = (
        *_WORDINGS.get(data.kind, replies.reply)(data),
        *(Paragraph(text) for text in remedy(data, form)),
    )
    annex = tables.confirmation(data) if data.kind in _WITH_SLIP else ()
    slip = FORMS["third-party-confirmation"].title if annex else ""
    letter = Letter(
        kind=data.kind,
        organ_name=_clean(data.organ.name),
        title=form.title,
        number=_clean(data.number) if form.series else "",
        addressee=_clean(data.addressee) if form.signed else "",
        blocks=tuple(_tidied(block) for block in _in_full(blocks)),
        enclosures=tuple(dict.fromkeys(_clean(each) for each in (*data.enclosures, slip) if each)),
        issued_on=data.issued_on,
        contact=_clean(_contact(data)) if form.signed and "contact" not in form.elements else "",
        signed=form.signed,
        annex_title=slip,
        annex=tuple(_tidied(block) for block in annex),
        verify_url=data.verification.url if data.verification and not data.draft and form.signed else "",
        seal=data.organ.seal if form.signed and not data.draft else b"",
        draft=data.draft,
        quoted=_quoted(data),
    )
    return replace(letter, code=content_code(letter)) if letter.verify_url else letter


def _check_times(data: LetterData, form: Form) -> None:
    article = cite(form.articles[:1])
    if data.received and data.issued_on < data.received.on:
        raise Refused("文书日期早于收到申请之日。", article)
    if data.due and data.issued_on > data.due.on and data.kind in {"correction", "fee"}:
        raise Refused(f"《{form.name_zh}》应当在{data.due.on:%Y-%m-%d}以前发出，现已逾期。", article)
    if data.correction and data.correction.answer_by <= data.issued_on:
        raise Refused("补正期限须晚于补正告知书的日期。", article)
    if data.reasons and data.reasons.answer_by <= data.issued_on:
        raise Refused("说明理由的期限须晚于告知书的日期。", article)
    if data.consultation and data.consultation.answer_by and data.consultation.answer_by <= data.issued_on:
        raise Refused("回复期限须晚于文书的日期。", article)
    if more := data.extension:
        if data.issued_on > more.before.on:
            raise Refused(f"答复期限已于{more.before.on:%Y-%m-%d}届满，不能再延期。", rule=rules.REPLY_EXTENSION)
        if more.working_days > rules.REPLY_EXTENSION.length:
            raise Refused(f"延长的期限不超过{rules.REPLY_EXTENSION.text_zh}。", rule=rules.REPLY_EXTENSION)
        if more.after.on <= more.before.on:
            raise Refused("延长后的答复期限须晚于原期限。", rule=rules.REPLY_EXTENSION)
    if (lapse := data.lapse) and not lapse.noticed_on <= lapse.noticed_received_on < lapse.ended_on < data.issued_on:
        raise Refused("逾期的日期前后不符：通知、收到、期满、不再处理应当依次在后。", article)


def _check_decisions(data: LetterData, form: Form) -> None:
    article = cite(form.articles)
    items = [decision.item for decision in data.decisions]
    if items != list(range(1, len(items) + 1)):
        raise Refused("决定的各项须从一起依次编号。", article)
    for decision in data.decisions:
        where = f"第{chinese(decision.item)}项" if len(items) > 1 else "决定"
        if data.kind not in _GIVING_FORMS and gives(decision):
            raise Refused(f"{where}提供了信息，不能用《{form.name_zh}》。", article)
        if decision.withheld and not gives(decision):
            raise Refused(f"{where}没有公开的部分，不必再区分不予公开的部分。", cite(("A37",)))
        if decision.withheld and data.kind != "reply-partial":
            raise Refused(f"{where}有不予公开的部分，应当用《答复书·部分公开》。", cite(("A37",)))
        if data.kind in {"reply-public", "reply-given"} and not gives(decision):
            raise Refused(f"{where}没有提供信息，不能用《{form.name_zh}》。", article)
        refusals: tuple[Decision | Withheld, ...] = (decision, *decision.withheld)
        if any(each.basis == "third-party" and each.opinion == "consents" for each in refusals):
            raise Refused(f"{where}：第三方同意公开的，不能以第三方权益为由不予公开。", cite(("A15",)))
    if form.bases and not any(decision.basis in form.bases for decision in data.decisions):
        raise Refused(f"决定的依据与《{form.name_zh}》不符。", article)


def _in_full(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Name the Regulations in full where they are first named, and by their short name after that."""
    text = "".join(block.text for block in blocks if isinstance(block, Paragraph | Note))
    several = len(_OGI_MENTIONS.findall(text)) > 1
    named = False

    def name(_: re.Match[str]) -> str:
        nonlocal named
        if named:
            return _SHORT
        named = True
        return _OGI_IN_FULL + (f"（以下简称{_SHORT}）" if several else "")

    def full(text: str) -> str:
        text = _OGI_MENTIONS.sub(name, text)
        for law in _STATE_LAWS:
            text = text.replace(law, law.replace("《", "《中华人民共和国"))
        return text

    return tuple(
        replace(block, text=full(block.text)) if isinstance(block, Paragraph | Note) else block for block in blocks
    )


def _quotable(data: LetterData) -> LetterData:
    """Take the applicant's words as they are, but for what cannot be printed: nobody else may mend them."""
    def own(text: str) -> str:
        return _clean(text, verbatim=True)

    asked = data.application
    if asked is not None:
        asked = replace(
            asked,
            name=own(asked.name),
            proof=own(asked.proof),
            contact=own(asked.contact),
            description=own(asked.description),
            representative=own(asked.representative),
            remark=own(asked.remark),
        )
    decisions = tuple(replace(each, words=own(each.words)) for each in data.decisions)
    return replace(data, subject=own(data.subject), decisions=decisions, application=asked)


def _quoted(data: LetterData) -> str:
    asked = data.application
    texts = [data.subject, *(each.words for each in data.decisions)]
    if asked is not None:
        texts += [asked.name, asked.proof, asked.contact, asked.description, asked.representative, asked.remark]
    return "\n".join(texts)


def _tidied(block: Block) -> Block:
    match block:
        case Paragraph() | Note():
            return replace(block, text=_clean(block.text.replace("\n", " ")))
        case Fields(rows):
            return Fields(tuple((label, _clean(value)) for label, value in rows))
        case Grid(head, widths, rows):
            return Grid(head, widths, tuple(tuple(_clean(cell) for cell in row) for row in rows))


def _clean(text: str, *, verbatim: bool = False) -> str:
    """Join what belongs together and refuse what cannot be printed or would change how a line is read."""
    found = []
    for char in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " ").replace("\u00a0", " ")):
        if char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}:
            found.append(char)
        elif verbatim:
            found.append(f"〔U+{ord(char):04X}〕")
        else:
            raise Refused(f"文字中有不能打印的字符U+{ord(char):04X}，请删去后再出具。", "《党政机关公文格式》")
    return "".join(found)


def _contact(data: LetterData) -> str:
    organ = data.organ
    return f"{organ.office.removeprefix(organ.name)}，电话：{organ.phone}" if organ.office and organ.phone else ""
