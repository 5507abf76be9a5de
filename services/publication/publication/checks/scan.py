"""A text made fit for scanning, with the way back to the offsets of the original."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

# Full-width letters, digits and a few signs become half-width, one for one, so offsets stay.
_WIDTH: Final = {
    c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F) if chr(c - 0xFEE0).isalnum() or chr(c) in "＠．－＋＊／＿％"
}
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
# Bold marks inside a word would hide it; a pair of stars beside digits is a mask and stays.
_MARKS: Final = re.compile(r"(?<![*\d])\*\*(?![*\d])|\\(?=[!-/:-@\[-`{-~])")
_NOISE: Final = re.compile(f"{_INVISIBLE.pattern}|{_MARKS.pattern}")


class Marked:
    """Positions of a text that are spoken for. Asking costs the same however many spans there are."""

    def __init__(self, length: int, spans: Iterable[tuple[int, int]] = ()) -> None:
        self._marks = bytearray(length + 1)
        for start, end in spans:
            self.add(start, end)

    def add(self, start: int, end: int) -> None:
        self._marks[start:end] = b"\x01" * (end - start)

    def touches(self, start: int, end: int) -> bool:
        return self._marks.find(1, start, end) >= 0


class Shields:
    """Spans that shield what lies wholly inside one of them."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._reach: list[int] = []
        for start, end in sorted(spans):
            self._starts.append(start)
            self._reach.append(max(end, self._reach[-1]) if self._reach else end)

    def cover(self, start: int, end: int) -> bool:
        at = bisect_right(self._starts, start)
        return at > 0 and self._reach[at - 1] >= end


@dataclass(frozen=True, slots=True)
class Scan:
    """`text` is scanned; `source_span` leads back. `sentence` bounds are found on the way."""

    text: str
    source: str
    _cuts: "array[int] | None" = None
    _shifts: "array[int] | None" = None

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        if self._cuts is None or self._shifts is None:
            return start, end
        first = self._shifts[bisect_right(self._cuts, start)]
        last = self._shifts[bisect_right(self._cuts, max(start, end - 1))]
        return start + first, end + last

    def sentence(self, at: int, reach: int = 80) -> tuple[int, int]:
        """Bounds of the sentence around a position, never further than `reach` to either side."""
        start = max(self.text.rfind(mark, max(0, at - reach), at) for mark in "。；！？\n") + 1
        start = max(start, at - reach, 0)
        ends = (self.text.find(mark, at, at + reach) for mark in "。；！？\n")
        end = min((found for found in ends if found >= 0), default=min(at + reach, len(self.text)))
        return start, end


def scan(source: str) -> Scan:
    text = source.translate(_WIDTH)
    if not _NOISE.search(text):
        return Scan(text, source)
    kept: list[str] = []
    cuts, shifts = array("l"), array("l", [0])
    last = length = removed = 0
    for found in _NOISE.finditer(text):
        kept.append(text[last : found.start()])
        length += found.start() - last
        removed += found.end() - found.start()
        if cuts and cuts[-1] == length:
            shifts[-1] = removed
        else:
            cuts.append(length)
            shifts.append(removed)
        last = found.end()
    kept.append(text[last:])
    return Scan("".join(kept), source, cuts, shifts)
