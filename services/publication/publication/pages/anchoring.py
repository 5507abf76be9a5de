"""Findings put where they lie: numbered marks inside the rendered text, linked to the list beside it. Pure.

Each place is tagged in the source with one private character before and one after, the text is rendered and cleaned as
always, and then the characters become marks. A tag that did not come through whole is taken out again, so a finding in
the address of a link or across two paragraphs is listed without an anchor and the text is never harmed.
"""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from publication import markup

_OPEN: Final = 0xF0000
_SHUT: Final = 0xF8000
_MOST: Final = 2_000
_PRIVATE: Final = re.compile(f"[{chr(_OPEN)}-{chr(0xFFFFD)}]")
_TAG: Final = re.compile(r"<(/?)([a-z0-9]+)[^>]*?(/?)>")
_VOID: Final = frozenset({"br", "img", "hr"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where finding `number` lies in a text; `bad` means that it must be dealt with."""

    number: int
    start: int
    end: int
    bad: bool


@dataclass(frozen=True, slots=True)
class Anchored:
    """Safe HTML, and the numbers that have a mark in it."""

    html: str
    numbers: frozenset[int]


def anchor_body(source: str, places: Sequence[Place]) -> Anchored:
    """Render the body with its marks."""
    return _anchor(source, places, markup.to_html)


def anchor_line(source: str, places: Sequence[Place]) -> Anchored:
    """Mark one line of plain text, such as the title."""
    return _anchor(source, places, lambda text: html.escape(text, quote=False))


def _anchor(source: str, places: Sequence[Place], render: Callable[[str], str]) -> Anchored:
    clean = _PRIVATE.sub("\ufffd", source)
    kept = [place for place in places if 0 <= place.start < place.end <= len(clean)][:_MOST]
    bare = render(clean)
    sound = _sound(clean, dict(enumerate(_apart(kept))), render, bare)
    shown = render(_tagged(clean, sound))
    for index, place in sound.items():
        shown = _marked(shown, index, place)
    return Anchored(_PRIVATE.sub("", shown), frozenset(place.number for place in sound.values()))


def _sound(clean: str, marks: dict[int, Place], render: Callable[[str], str], bare: str) -> dict[int, Place]:
    """Keep the marks that leave the text as it is; what a tag would change (a number, a cell) is marked after it.

    Halving finds the few that do harm without rendering once per finding.
    """
    if not marks:
        return {}
    shown = render(_tagged(clean, marks))
    if _PRIVATE.sub("", shown) == bare and all(_came_through(shown, index) for index in marks):
        return marks
    if len(marks) == 1:
        [(index, place)] = marks.items()
        after = Place(place.number, place.end, place.end, place.bad)
        return {} if after == place else _sound(clean, {index: after}, render, bare)
    items = list(marks.items())
    half = len(items) // 2
    first = _sound(clean, dict(items[:half]), render, bare)
    return first | _sound(clean, dict(items[half:]), render, bare)


def _apart(places: Sequence[Place]) -> list[Place]:
    """Shorten what overlaps: of two findings at one place the second marks only what the first left."""
    apart: list[Place] = []
    reach = 0
    for place in sorted(places, key=lambda place: (place.start, -place.end)):
        start = max(place.start, reach)
        if start >= place.end:
            apart.append(Place(place.number, reach, reach, place.bad))
            continue
        apart.append(Place(place.number, start, place.end, place.bad))
        reach = place.end
    return apart


def _tagged(text: str, marks: dict[int, Place]) -> str:
    inserts: list[tuple[int, int, int, str]] = []
    for index, place in marks.items():
        # At one offset what ends comes before what begins; an empty mark opens and shuts in its place.
        empty = place.start == place.end
        inserts.append((place.start, 1 if not empty else 0, index * 2, chr(_OPEN + index)))
        inserts.append((place.end, 0, index * 2 + 1, chr(_SHUT + index)))
    out: list[str] = []
    at = 0
    for offset, _, _, char in sorted(inserts):
        out.append(text[at:offset])
        out.append(char)
        at = offset
    return "".join(out) + text[at:]


def _came_through(shown: str, index: int) -> bool:
    """Tell whether both tags are in the text, once, outside of any element's own brackets."""
    opened, shut = shown.find(chr(_OPEN + index)), shown.find(chr(_SHUT + index))
    if opened < 0 or shut < opened or shown.count(chr(_OPEN + index)) != 1 or shown.count(chr(_SHUT + index)) != 1:
        return False
    return not _in_brackets(shown, opened) and not _in_brackets(shown, shut)


def _in_brackets(shown: str, at: int) -> bool:
    return shown.rfind("<", 0, at) > shown.rfind(">", 0, at)


def _marked(shown: str, index: int, place: Place) -> str:
    opened, shut = chr(_OPEN + index), chr(_SHUT + index)
    inside = shown[shown.index(opened) + 1 : shown.index(shut)]
    kind = " find-mark--bad" if place.bad else ""
    number = place.number
    begin = f'<span class="find-mark{kind}" id="m{number}">'
    end = f'<a href="#f{number}" aria-label="检查结果 {number}">{number}</a></span>'
    if not _balanced(inside):
        return shown.replace(opened, "").replace(shut, begin + end)
    return shown.replace(opened, begin).replace(shut, end)


def _balanced(inside: str) -> bool:
    """Tell whether elements that open inside also close inside, and none is a paragraph of its own."""
    stack: list[str] = []
    for closing, name, selfclosing in _TAG.findall(inside):
        if name in _VOID or selfclosing:
            continue
        if name not in {"strong", "em", "a", "sup", "sub", "code", "span"}:
            return False
        if not closing:
            stack.append(name)
        elif not stack or stack.pop() != name:
            return False
    return not stack
