"""Marks what was looked for in titles and texts. Pure; everything is escaped, only the marks are ours."""

import re
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup, escape

from portal.terms import normal

WIDTH: Final = 110
LEAD: Final = 24
_SPACE: Final = re.compile(r"\s+")


def _same_length(text: str) -> str:
    """Normalise without moving anything: only a text with odd characters is looked at one by one."""
    plain = normal(text)
    if len(plain) == len(text):
        return plain
    return "".join(char if len(char) == 1 else "\0" for char in map(normal, text))


def _places(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the words stand, overlapping ones as one place."""
    plain = _same_length(text)
    found: list[tuple[int, int]] = []
    for word in words:
        if not word:
            continue
        at = plain.find(word)
        while at >= 0 and len(found) < 200:
            found.append((at, at + len(word)))
            at = plain.find(word, at + len(word))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def marked(text: str, words: Sequence[str]) -> Markup:
    out = Markup()
    at = 0
    for start, end in _places(text, words):
        out += escape(text[at:start]) + Markup("<mark>") + escape(text[start:end]) + Markup("</mark>")
        at = end
    return out + escape(text[at:])


def snippet(text: str, words: Sequence[str]) -> Markup:
    """Return the piece of the text where most of what was looked for stands together."""
    flat = _SPACE.sub(" ", text).strip()
    places = _places(flat, words)
    if not places:
        piece = flat[:WIDTH]
        return escape(piece) + ("……" if len(flat) > WIDTH else "")
    best = max(
        (start for start, _ in places),
        key=lambda start: len({flat[s:e] for s, e in places if start - LEAD <= s < start - LEAD + WIDTH}),
    )
    start = max(0, best - LEAD)
    piece = flat[start : start + WIDTH]
    lead, tail = "……" if start else "", "……" if start + WIDTH < len(flat) else ""
    return escape(lead) + marked(piece, words) + escape(tail)
