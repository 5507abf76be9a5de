"""Proposes passages: personal data with the article that keeps it closed, and words hidden here that stand elsewhere.

Nothing is hidden by itself: an officer accepts each proposal, changes its bounds, its reason or its article.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from request.redaction.detect import KINDS, Finding, find
from request.redaction.model import Document, Passage

_SENSITIVE: Final = frozenset({"bank-card", "account"})
_SHORTEST: Final = 2
_MOST_PLACES: Final = 500


@dataclass(frozen=True, slots=True)
class Proposal:
    """A passage somebody should look at; `certain` ones can be ticked beforehand, the others cannot."""

    passage: Passage
    title: str
    why: str
    certain: bool
    because_of: int | None = None
    """For a repeated word: the index of the passage whose words stand here again."""


def propose(document: Document, today: date | None = None) -> list[Proposal]:
    """Find personal data. With `today` the numbers of people under eighteen are told apart."""
    proposals = [_proposal(found) for found in find(document.text, today)]
    names = {
        document.text[p.passage.start : p.passage.end]: p for p in proposals if p.title == KINDS["name"] and p.certain
    }
    taken = _taken(document, [proposal.passage for proposal in proposals])
    for name, first in names.items():
        for start, end in _places(document.text, name, taken):
            again = Passage(start, end, first.passage.reason, first.passage.article)
            proposals.append(Proposal(again, KINDS["name"], "同一姓名在此处再次出现。", certain=True))
    return sorted(proposals, key=lambda proposal: proposal.passage.start)


def still_there(document: Document, passages: Sequence[Passage]) -> list[Proposal]:
    """Find hidden words that stand in the open elsewhere: hiding them in one place only hides nothing.

    Blanks and the width of characters are overlooked, so that `138 0000 0000` finds `13800000000`.
    """
    taken = _taken(document, passages)
    found: list[Proposal] = []
    seen: set[str] = set()
    for at, passage in enumerate(passages):
        words = document.text[passage.start : passage.end].strip()
        if len(re.sub(r"\s", "", words)) < _SHORTEST or words in seen:
            continue
        seen.add(words)
        for start, end in _places(document.text, words, taken):
            again = Passage(start, end, passage.reason, passage.article)
            why = f"第{at + 1}处隐去的文字在此处仍然出现。"
            found.append(Proposal(again, "重复出现", why, certain=False, because_of=at))
    return sorted(found, key=lambda proposal: proposal.passage.start)


def _proposal(found: Finding) -> Proposal:
    title = KINDS[found.kind]
    if found.minor:
        reason, article = "未成年人的身份信息", "M103"
    elif found.kind in _SENSITIVE:
        reason, article = f"{title}属于敏感个人信息", "I28"
    else:
        reason, article = f"{title}属于个人隐私", "A15"
    why = f"{title}，校验或者标注相符。" if found.certain else f"疑似{title}，请判断。"
    return Proposal(Passage(found.start, found.end, reason, article), title, why, found.certain)


def _taken(document: Document, passages: Sequence[Passage]) -> bytearray:
    taken = bytearray(len(document.text) + 1)
    for passage in passages:
        taken[passage.start : passage.end] = b"\x01" * (passage.end - passage.start)
    return taken


def _places(text: str, words: str, taken: bytearray) -> Iterator[tuple[int, int]]:
    """Find every place of the words that no passage covers, and take it."""
    letters = [re.escape(char) for char in words if not char.isspace()]
    pattern = re.compile(r"[ \u3000\-]?".join(map(_either_width, letters)) if len(letters) <= 40 else re.escape(words))
    for count, place in enumerate(pattern.finditer(text)):
        if count >= _MOST_PLACES:
            return
        if taken.find(1, *place.span()) < 0:
            taken[place.start() : place.end()] = b"\x01" * (place.end() - place.start())
            yield place.span()


def _either_width(letter: str) -> str:
    code = ord(letter) if len(letter) == 1 else 0
    if 0x21 <= code <= 0x7E:
        return f"[{letter}{chr(code + 0xFEE0)}]"
    if 0xFF01 <= code <= 0xFF5E:
        return f"[{letter}{re.escape(chr(code - 0xFEE0))}]"
    return letter
