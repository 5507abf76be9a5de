"""The clause numbers of Chinese official writing: 一、（一）1.（1）, 第一章, 第一节, 第一条."""

import re
from dataclasses import dataclass
from typing import Final, Literal

_NUMERAL = "[零〇一二三四五六七八九十百]{1,6}"
_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0}
_UNITS: Final = {"十": 10, "百": 100}

ClauseKind = Literal["clause", "chapter", "section", "article"]


@dataclass(frozen=True, slots=True)
class Clause:
    """The number at the start of a line. `level` 1–4 counts the four steps of GB/T 9704; chapters are 1, sections 2."""

    kind: ClauseKind
    level: int
    ordinal: int
    label: str
    text: str
    spaced: bool = True


def numeral(text: str) -> int:
    """二十一 → 21. Only what clause numbers need: below one thousand."""
    total, digit = 0, 0
    for char in text:
        if char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit


def chinese(number: int) -> str:
    """21 → 二十一, for numbering that a word processor generates."""
    if not 0 < number < 1000:
        return str(number)
    names = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    written = f"{names[hundreds]}百" if hundreds else ""
    if tens:
        written += ("" if tens == 1 and not hundreds else names[tens]) + "十"
    elif hundreds and ones:
        written += "零"
    return written + (names[ones] if ones else "")


_CHAPTER = re.compile(rf"第({_NUMERAL})(编|章|节)(?:[ \u3000]+|$)(?P<text>.*)")
_ARTICLE = re.compile(rf"(第({_NUMERAL})条(?:之{_NUMERAL})?)(?P<gap>[ \u3000]*)(?P<text>.*)")
_STEPS: Final = (
    # 一、二季度 is an enumeration inside a sentence, not a number.
    (1, re.compile(rf"(({_NUMERAL})、)[ \u3000]*(?![二三四五六七八九十](?:季度|级|月|等|线|类|产业))(?P<text>.*)")),
    (2, re.compile(rf"([（(]({_NUMERAL})[）)])[ \u3000]*、?(?P<text>.*)")),
    (3, re.compile(r"((\d{1,3})(?:[．、]|\.(?!\d)))[ \u3000]*(?P<text>.*)")),
    (4, re.compile(r"([（(](\d{1,3})[）)])[ \u3000]*(?P<text>.*)")),
)


def clause(line: str) -> Clause | None:
    """Find the clause that a stripped line opens, if it opens one."""
    if not line or line[0] not in "第零〇一二三四五六七八九十百（(0123456789":
        return None
    if found := _CHAPTER.fullmatch(line):
        kind: ClauseKind = "section" if found[2] == "节" else "chapter"
        label = f"第{found[1]}{found[2]}"
        return Clause(kind, 2 if kind == "section" else 1, numeral(found[1]), label, found["text"])
    if found := _ARTICLE.fullmatch(line):
        return Clause("article", 3, numeral(found[2]), found[1], found["text"], bool(found["gap"]))
    for level, pattern in _STEPS:
        if (found := pattern.fullmatch(line)) and found["text"]:
            ordinal = int(found[2]) if level > 2 else numeral(found[2])
            return Clause("clause", level, ordinal, found[1], found["text"])
    return None
