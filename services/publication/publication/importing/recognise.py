"""Finds the title, the document number, the signature and the date in the paragraphs of an official document."""

import re
from datetime import date
from typing import Final

from publication.markup.clauses import clause, numeral

_KINDS: Final = (
    "决议|决定|命令|令|公报|公告|通告|意见|通知|通报|报告|请示|批复|议案|函|纪要|办法|规定|细则"
    "|方案|计划|要点|规划|条例|解读|总结|指南|公示|名单"
)
_KIND_END: Final = re.compile(rf"(?:{_KINDS})(?:[（(][^（）()]{{1,20}}[）)])?$")
_NUMBER: Final = re.compile(
    r"([\u4e00-\u9fa5]{1,16}[〔\[［（(【﹝](?:19|20)\d{2}[〕\]］）)】﹞]第?\d{1,5}号)(?:签发人.*)?",
)
_MASTHEAD: Final = re.compile(r"[\u4e00-\u9fa5]{4,30}文件")
_DATE: Final = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_HAN_DATE: Final = re.compile(
    r"([二一][〇○零Oo0一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日",
)
_LONGEST_TITLE: Final = 80


def document_parts(paragraphs: list[str], file_stem: str) -> tuple[str, list[str], dict[str, str], list[str]]:
    """Split into title, body paragraphs, properties and notes; the heading block leaves the body."""
    properties: dict[str, str] = {}
    notes: list[str] = []
    at = _skip_masthead(paragraphs, properties)
    title, after = _title(paragraphs, at)
    if not title:
        title = re.sub(r"[_\-\s]+", " ", file_stem).strip()
        notes.append(f"正文前没有找到标题，暂用文件名“{title}”作标题，请核对。")
    after = _skip_masthead(paragraphs, properties, after)
    properties.update(_signature(paragraphs[after:]))
    return title, paragraphs[after:], properties, notes


def _skip_masthead(paragraphs: list[str], properties: dict[str, str], at: int = 0) -> int:
    while at < len(paragraphs):
        text = paragraphs[at]
        found = _NUMBER.fullmatch(text.replace(" ", ""))
        if found:
            properties["document_number"] = found[1]
        elif at or not _MASTHEAD.fullmatch(text.replace(" ", "")):
            return at
        at += 1
    return at


def _title(paragraphs: list[str], at: int) -> tuple[str, int]:
    lines: list[str] = []
    start = at
    while at < len(paragraphs) and len(lines) < 4:
        text = paragraphs[at].lstrip("# ").strip()
        joined = "".join(lines) + text
        if len(joined) > _LONGEST_TITLE or re.search(r"[。；：:；，,]$", text) or clause(text) or "|" in text:
            break
        lines.append(text)
        at += 1
        if _KIND_END.search(joined):
            return joined, at
    # Without a known ending only the first line is believed, and only when the text goes on.
    return (lines[0], start + 1) if lines and len(paragraphs) > start + 1 else ("", start)


def _signature(body: list[str]) -> dict[str, str]:
    for at in range(len(body) - 1, max(-1, len(body) - 12), -1):
        text = body[at].replace(" ", "")
        day = written_date(text)
        if day is None:
            continue
        found = {"formed_on": day.isoformat()}
        before = body[at - 1].replace(" ", "") if at else ""
        if 3 < len(before) <= 30 and not re.search(r"[，。；：、]", before) and clause(before) is None:
            found["issuing_organ"] = before
        return found
    return {}


def written_date(text: str) -> date | None:
    """Read a line that is nothing but a date, in Arabic or Chinese numerals."""
    if found := _DATE.fullmatch(text):
        year, month, day = (int(found[n]) for n in (1, 2, 3))
    elif found := _HAN_DATE.fullmatch(text):
        digits = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys("○零Oo0", "0")
        year = int("".join(digits[c] for c in found[1]))
        month, day = numeral(found[2]), numeral(found[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
