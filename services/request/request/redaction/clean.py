"""The document without its hidden passages: lines of what remains and of marks, and their text and Markdown. Pure.

Nothing is painted over. What is hidden is dropped here, before any file is made, and every file (`clean_docx`,
`clean_pdf`) is made from these lines alone, so the hidden words cannot be in it. A mark has the same length whatever
it stands for, and whole lines or rows inside a passage vanish, so that their number does not tell either.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final, Literal

from request.redaction.model import Document, Line, LineKind, Passage, by_article, checked

MarkStyle = Literal["sentence", "block"]
BLOCK: Final = "■■■"
#: The title of every clean file. The name of the source may say what was hidden, so it is never carried over.
TITLE: Final = "政府信息（区分处理后提供）"


@dataclass(frozen=True, slots=True)
class Mark:
    """Stands where a passage was."""

    citation: str

    def words(self, style: MarkStyle) -> str:
        return BLOCK if style == "block" else f"〔此处依据{self.citation}不予公开〕"


Piece = str | Mark


@dataclass(frozen=True, slots=True)
class CleanLine:
    kind: LineKind
    level: int
    cells: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class Clean:
    """What may leave. `remarks` explain the marks at the end of every file when they are mere blocks."""

    lines: tuple[CleanLine, ...]
    passages: int
    articles: tuple[str, ...]
    style: MarkStyle
    remarks: tuple[str, ...]
    raw: bool

    def markdown(self) -> str:
        """Give Markdown: a source that was Markdown keeps its own signs, any other text is escaped."""
        return "\n".join([*_markdown(self), *(f"\n{remark}" for remark in self.remarks)]).strip("\n") + "\n"

    def text(self) -> str:
        lines = ("\t".join(words(cell, self.style) for cell in line.cells) for line in self.lines)
        return "\n".join([*lines, *self.remarks]).strip("\n") + "\n"


def redact(document: Document, passages: Sequence[Passage], style: MarkStyle = "sentence") -> Clean:
    """Take the passages out. Refuses a list that the law or the text does not allow (`model.checked`)."""
    ordered = checked(document, passages)
    ends = [passage.end for passage in ordered]
    cleaned = (_line(document, line, ordered[bisect_right(ends, line.start) :]) for line in document.lines)
    articles = tuple(article for article, _ in by_article(ordered))
    remarks = (_legend(ordered),) if style == "block" and ordered else ()
    raw = document.kind == "markdown"
    return Clean(tuple(line for line in cleaned if line is not None), len(ordered), articles, style, remarks, raw)


def words(pieces: Sequence[Piece], style: MarkStyle) -> str:
    return "".join(piece if isinstance(piece, str) else piece.words(style) for piece in pieces)


def typeset_lines(clean: Clean) -> Iterator[CleanLine]:
    """Give the lines a page is set from: the signs of a Markdown source become headings and rows."""
    for line in clean.lines:
        if not clean.raw:
            yield line
        elif (set_line := _from_markdown(line)) is not None:
            yield set_line


def _line(document: Document, line: Line, passages: Sequence[Passage]) -> CleanLine | None:
    near = list(takewhile(lambda passage: passage.start < line.end, passages))
    text = document.text
    bounds: list[tuple[int, int]] = []
    at = line.start
    for cell in text[line.start : line.end].split("\t") if line.kind == "row" else [text[line.start : line.end]]:
        bounds.append((at, at + len(cell)))
        at += len(cell) + 1
    cells = tuple(tuple(_pieces(text, start, end, near)) for start, end in bounds)
    if near and not any(cells):
        return None
    return CleanLine(line.kind, line.level, cells)


def _pieces(text: str, start: int, end: int, passages: Sequence[Passage]) -> Iterator[Piece]:
    at = start
    for passage in passages:
        if passage.end <= start or passage.start >= end:
            continue
        if passage.start > at:
            yield text[at : passage.start]
        if passage.start >= start:
            yield Mark(passage.citation)
        at = min(passage.end, end)
    if at < end and (at == start or text[at:end].strip()):
        yield text[at:end]


def _legend(passages: Sequence[Passage]) -> str:
    by_citation = {passage.article: passage.citation for passage in passages}
    counted = "、".join(f"{by_citation[article]}（{count}处）" for article, count in by_article(passages))
    return f"注：“{BLOCK}”处为依法不予公开的内容，依据：{counted}。"


# ── Markdown ───────────────────────────────────────────────────────────────

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>#|~&])")
#: What at the beginning of a line would make it a list, a rule or the underline of a heading.
_LISTED: Final = re.compile(r"^(?:[-+](?=\s|$)|(?:-+|=+)\s*$|(?P<number>\d+)[.)](?=\s|$))")
_HEADING: Final = re.compile(r"^(#{1,6})\s+")
_RULE_ROW: Final = re.compile(r"^\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)*\|?$")


def _markdown(clean: Clean) -> Iterator[str]:
    if clean.raw:
        yield from (words(line.cells[0], clean.style) for line in clean.lines)
        return
    row_before = False
    for line in clean.lines:
        cells = [_escaped(words(cell, clean.style)) for cell in line.cells]
        if line.kind == "row":
            if not row_before:
                yield from ("", f"| {' | '.join(cells)} |", f"|{' --- |' * len(cells)}")
            else:
                yield f"| {' | '.join(cells)} |"
        elif cells[0].strip():
            yield ""
            yield f"{'#' * line.level} {cells[0].strip()}" if line.kind == "heading" else cells[0]
        row_before = line.kind == "row"


def _escaped(text: str) -> str:
    text = _SPECIAL.sub(r"\\\1", text.strip(" "))
    if found := _LISTED.match(text):
        # A number cannot be escaped, its point can.
        at = found.end("number") if found["number"] else 0
        text = f"{text[:at]}\\{text[at:]}"
    return text


def _from_markdown(line: CleanLine) -> CleanLine | None:
    pieces = line.cells[0]
    first = pieces[0] if pieces and isinstance(pieces[0], str) else ""
    if len(pieces) == 1 and _RULE_ROW.match(first.strip()):
        return None
    if found := _HEADING.match(first):
        return CleanLine("heading", len(found[1]), (_unstarred((first[found.end() :], *pieces[1:])),))
    if first.lstrip().startswith("|"):
        return CleanLine("row", 0, tuple(_unstarred(cell) for cell in _cells(pieces)))
    return CleanLine(line.kind, line.level, (_unstarred(pieces),))


def _unstarred(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    return tuple(piece.replace("**", "") if isinstance(piece, str) else piece for piece in pieces)


def _cells(pieces: Sequence[Piece]) -> list[tuple[Piece, ...]]:
    cells: list[list[Piece]] = [[]]
    for piece in pieces:
        if isinstance(piece, Mark):
            cells[-1].append(piece)
            continue
        first, *others = piece.split("|")
        cells[-1].append(first.strip())
        cells.extend([other.strip()] for other in others)
    return [tuple(cell) for cell in cells[1:-1] if cells] or [tuple(pieces)]
