"""The elements of the document itself: title, numbers, dates, and whether the body agrees with them."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from gongkai.statute.identifiers import check_document_number, check_index_number, check_uscc
from publication.checks.model import CheckInput, Piece, Severity
from publication.checks.report import Hit
from publication.importing.recognise import written_date

_NUMBER_RULE: Final = "《党政机关公文格式》（GB/T 9704—2012）7.2.5"
_LONGEST_TITLE: Final = 100
_IN_TEXT = re.compile(
    r"(?<![\u4e00-\u9fa5])(?P<bad>[\u4e00-\u9fa5]{1,12}(?:[\[［(（【﹝](?:19|20)[0-9]{2}[\]］)）】﹞]第?|〔(?:19|20)[0-9]{2}〕第)"
    r"[0-9]{1,5}号)|(?P<zero>[\u4e00-\u9fa5]{1,12}〔(?:19|20)[0-9]{2}〕0[0-9]{0,4}号)"
)
# Words that stand before a cited number and belong to the sentence: 根据鲁政发〔2023〕5号.
_LEAD = re.compile(
    r".*(?:根据|按照|依据|依照|遵照|参照|参见|详见|执行|贯彻|落实|印发|收到|以及|同时|的|了|见|和|与|及)"
)


def fields(edition: CheckInput, today: date) -> list[tuple[Piece, list[Hit]]]:
    """Check each element as a text of its own, so that a finding points at the field."""
    found: list[tuple[Piece, list[Hit]]] = []

    def add(name: str, label: str, value: str, hits: Iterator[Hit]) -> None:
        if listed := list(hits):
            found.append((Piece(f"field:{name}", "metadata", label, value), listed))

    add("title", "标题", edition.title, _title(edition.title))
    add("body", "正文", "", _body(edition))
    number = edition.document_number or ""
    add("document_number", "发文字号", number, _number(number, edition))
    index = edition.index_number or ""
    add(
        "index_number", "索引号", index, _verdict("metadata.index", "索引号", index, check_index_number(index).problems)
    )
    uscc = edition.organ_uscc or ""
    add("organ_uscc", "统一社会信用代码", uscc, _verdict("metadata.uscc", "信用代码", uscc, check_uscc(uscc).problems))
    formed = edition.formed_on.isoformat() if edition.formed_on else ""
    add("formed_on", "成文日期", formed, _formed(edition, today))
    return found


def _field(rule: str, severity: Severity, title: str, why: str, value: str, suggestions: tuple[str, ...] = ()) -> Hit:
    return Hit(f"metadata.{rule}", severity, "metadata", title, why, 0, len(value), suggestions)


def _title(title: str) -> Iterator[Hit]:
    if not title.strip():
        yield _field("title-empty", "must", "没有标题", "公开的信息必须有标题。", title)
        return
    if len(title) > _LONGEST_TITLE:
        yield _field("title-long", "judge", "标题过长", f"标题有{len(title)}个字，多数渠道放不下，请精简。", title)
    if re.search(r"[。！；]$", title.strip()):
        yield _field("title-stop", "judge", "标题末尾有句末标点", "公文标题末尾不用句号等标点。", title,
                     (title.strip().rstrip("。！；"),))  # fmt: skip
    if "\n" in title:
        yield _field(
            "title-lines", "must", "标题分成了几行", "标题应当是一行。", title, (re.sub(r"\s*\n\s*", "", title),)
        )


def _body(edition: CheckInput) -> Iterator[Hit]:
    if not edition.body.strip() and not edition.pieces:
        yield Hit(
            "metadata.body-empty", "must", "metadata", "正文是空的", "没有正文也没有附件，不能发布空白信息。", 0, 0
        )


def _verdict(rule: str, label: str, value: str, problems: tuple[str, ...]) -> Iterator[Hit]:
    if value and problems:
        yield Hit(rule, "must", "metadata", f"{label}有误", "".join(problems), 0, len(value))


def _number(number: str, edition: CheckInput) -> Iterator[Hit]:
    if not number:
        if edition.kind == "normative":
            yield _field(
                "number-missing", "judge", "没有发文字号", f"行政规范性文件一般应有发文字号。{_NUMBER_RULE}", number
            )
        return
    checked = check_document_number(number)
    if checked.problems:
        right = (
            (checked.value_normalised,)
            if checked.value_normalised != number and not check_document_number(checked.value_normalised).problems
            else ()
        )
        why = f"{''.join(checked.problems)}{_NUMBER_RULE}"
        yield _field("number", "must", "发文字号不规范", why, number, right)
    year = checked.facts.get("year")
    if edition.formed_on and isinstance(year, int) and year != edition.formed_on.year:
        why = f"发文字号的年份是{year}，成文日期在{edition.formed_on.year}年，请核对。"
        yield _field("number-year", "judge", "发文字号与成文日期的年份不同", why, number)


def _formed(edition: CheckInput, today: date) -> Iterator[Hit]:
    formed = edition.formed_on
    if formed is None:
        return
    if formed > today:
        yield _field(
            "formed-future", "must", "成文日期在将来", f"成文日期{formed}晚于今天{today}。", formed.isoformat()
        )
    elif formed.year < 1949:
        yield _field("formed-old", "must", "成文日期不合常理", f"成文日期{formed}早于1949年。", formed.isoformat())


def agreement(text: str, edition: CheckInput) -> Iterator[Hit]:
    """Compare the signature at the foot of the body with the elements, and lint numbers cited in the text."""
    for found in _IN_TEXT.finditer(text):
        group = "bad" if found["bad"] else "zero"
        start, end = found.span(group)
        if lead := _LEAD.match(found[group]):
            start += lead.end()
        checked = check_document_number(text[start:end])
        right = (checked.value_normalised,) if not check_document_number(checked.value_normalised).problems else ()
        why = f"{''.join(checked.problems)}{_NUMBER_RULE}"
        yield Hit("number.document", "judge", "metadata", "引用的发文字号不规范", why, start, end, right)
    yield from _signature(text, edition)


def _signature(text: str, edition: CheckInput) -> Iterator[Hit]:
    lines = [(found[0], found.start()) for found in re.finditer(r"[^\n]+", text) if found[0].strip()]
    for at in range(len(lines) - 1, max(-1, len(lines) - 6), -1):
        line, start = lines[at]
        signed = line.strip(" \u3000")
        day = written_date(signed.replace(" ", ""))
        if day is None:
            continue
        offset = start + line.index(signed)
        if edition.formed_on and day != edition.formed_on:
            why = f"正文落款日期是{day}，成文日期填的是{edition.formed_on}，请核对。"
            yield Hit(
                "metadata.formed-differs",
                "must",
                "metadata",
                "落款日期与成文日期不同",
                why,
                offset,
                offset + len(signed),
            )
        if at and edition.organ_name:
            yield from _signer(*lines[at - 1], edition.organ_name)
        return


def _signer(line: str, start: int, organ: str) -> Iterator[Hit]:
    signer = line.strip(" \u3000")
    compact = signer.replace(" ", "")
    looks_signed = re.fullmatch(r"[\u4e00-\u9fa5 ]{4,40}(?:局|委员会|厅|部|办公室|政府|中心|院|委)", signer)
    if looks_signed and compact != organ and organ not in compact:
        offset = start + line.index(signer)
        why = f"落款机关是“{compact}”，发布机构是“{organ}”；联合发文或转发的可以保留。"
        yield Hit(
            "metadata.signer-differs", "judge", "metadata", "落款机关与发布机构不同", why, offset, offset + len(signer)
        )
