"""Reads .docx: what a reader sees becomes Markdown; what a reader does not see is kept apart and named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from publication.importing import pictures
from publication.importing.archive import Archive
from publication.importing.model import Limits, Picture, UnreadableFileError
from publication.importing.safexml import (
    Element,
    attribute,
    child,
    descendants,
    file_properties,
    local,
    parse,
    relations,
)
from publication.importing.word_numbering import Numbering, number_of, read_numbering
from publication.markup import escape
from publication.markup.clauses import clause

_SUPERSCRIPT: Final = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_SUBSCRIPT: Final = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_SYMBOLS: Final = {"F0FE": "☑", "F052": "☑", "F0A8": "□", "F06F": "□", "F0B7": "·", "F0FC": "√"}


@dataclass(slots=True)
class Paragraph:
    """A paragraph as seen; `level` is a heading level from the style, 0 for none. A table is one paragraph."""

    text: str
    level: int = 0
    title: bool = False
    centred: bool = False
    table: bool = False
    bullet: int = -1


@dataclass(slots=True)
class WordContents:
    paragraphs: list[Paragraph] = field(default_factory=list)
    images: dict[str, Picture] = field(default_factory=dict)
    footnotes: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    inserted: int = 0
    hidden: list[str] = field(default_factory=list)
    margins: list[tuple[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    embedded: list[str] = field(default_factory=list)
    merged_cells: bool = False
    pictures_left_out: int = 0


def read_word(data: bytes, limits: Limits) -> WordContents:
    archive = Archive(data, limits)
    if "word/document.xml" not in archive:
        raise UnreadableFileError("不是有效的 Word 文档（缺少正文部件），请在 Word 或 WPS 中另存为 .docx 后再导入。")
    if archive.matching(r".*vbaProject\.bin"):
        raise UnreadableFileError("文档含有宏程序，不能上传，请另存为不含宏的 .docx 后再导入。")
    reader = _Reader(archive, limits)
    reader.read()
    return reader.contents


class _Reader:
    def __init__(self, archive: Archive, limits: Limits) -> None:
        self.archive = archive
        self.limits = limits
        self.contents = WordContents()
        self.numbering: Numbering = read_numbering(archive)
        self.targets = relations(archive, "word/document.xml")
        self._boxes: list[Element] = []

    def read(self) -> None:
        found = self.contents
        body = child(parse(self.archive.read("word/document.xml")), "body")
        if body is None:
            raise UnreadableFileError("Word 文档没有正文，可能已损坏，请重新保存后再导入。")
        self._blocks(body, found.paragraphs)
        for part in self.archive.matching(r"word/(?:header|footer)\d*\.xml"):
            where = "页眉" if "header" in part else "页脚"
            for text in self._plain(part):
                found.margins.append((where, text))
        for part in ("word/footnotes.xml", "word/endnotes.xml"):
            if part in self.archive:
                found.footnotes.extend(self._plain(part))
        if "word/comments.xml" in self.archive:
            for comment in descendants(parse(self.archive.read("word/comments.xml")), "comment"):
                text = "\n".join(self._paragraph_text(p) for p in descendants(comment, "p")).strip()
                author = attribute(comment, "author") or ""
                found.comments.append(f"{author}：{text}" if author else text)
        found.links = [target for target in self.targets.values() if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", target)]
        found.properties = file_properties(self.archive)
        found.embedded = self.archive.matching(r"word/(?:embeddings|activeX)/.+")

    def _plain(self, part: str) -> list[str]:
        texts = (self._paragraph_text(p) for p in descendants(parse(self.archive.read(part)), "p"))
        return [text for text in texts if text.strip()]

    def _blocks(self, container: Element, into: list[Paragraph]) -> None:
        for element in _flat(container):
            if local(element) == "p":
                self._paragraph(element, into)
            else:
                self._table(element, into)

    def _paragraph(self, element: Element, into: list[Paragraph]) -> None:
        properties = child(element, "pPr")
        boxes_before = len(self._boxes)
        text = self._paragraph_text(element)
        first = Paragraph("")
        if properties is not None:
            self._describe(properties, first)
            text = self._numbered(properties, text, first)
        for at, line in enumerate(text.split("\n")):
            if line.strip():
                bullet = first.bullet if not at else -1
                into.append(Paragraph(line, first.level, first.title, first.centred, bullet=bullet))
        for box in self._boxes[boxes_before:]:
            self._blocks(box, into)
        del self._boxes[boxes_before:]

    def _describe(self, properties: Element, paragraph: Paragraph) -> None:
        justified = child(properties, "jc")
        paragraph.centred = justified is not None and attribute(justified, "val") == "center"
        named = child(properties, "pStyle")
        style = self.numbering.style(attribute(named, "val") or "") if named is not None else None
        outline = child(properties, "outlineLvl")
        depth = attribute(outline, "val") if outline is not None else None
        if depth is None and style is not None and style.outline is not None:
            depth = str(style.outline)
        if style is not None:
            paragraph.title = style.name in {"title", "标题"}
            if depth is None and (found := re.fullmatch(r"(?:heading|标题) ?([1-9])", style.name)):
                depth = str(int(found[1]) - 1)
        if depth and depth.isdigit() and int(depth) < 9:
            paragraph.level = min(int(depth) + 1, 3)

    def _numbered(self, properties: Element, text: str, paragraph: Paragraph) -> str:
        number = number_of(properties)
        if number is None:
            named = child(properties, "pStyle")
            style = self.numbering.style(attribute(named, "val") or "") if named is not None else None
            number = style.number if style else None
        if number is None or number[0] == "0" or not text.strip():
            return text
        label = self.numbering.label(*number)
        if label is None:
            paragraph.bullet = number[1]
            return text
        return f"{label}{'　' if label.startswith('第') else ''}{text.lstrip()}" if label else text

    def _paragraph_text(self, element: Element) -> str:
        parts: list[str] = []
        self._inline(element, parts)
        return "".join(parts)

    def _inline(self, element: Element, parts: list[str]) -> None:
        for inner in element:
            match local(inner):
                case "r":
                    self._run(inner, parts)
                case "ins" | "moveTo":
                    self.contents.inserted += 1
                    self._inline(inner, parts)
                case "del" | "moveFrom":
                    text = "".join(t.text or "" for t in inner.iter() if local(t) in {"delText", "t"})
                    if text.strip():
                        self.contents.deleted.append(text)
                case "hyperlink":
                    self._link(inner, parts)
                case "smartTag" | "sdt" | "sdtContent" | "fldSimple" | "dir" | "bdo" | "customXml":
                    self._inline(inner, parts)
                case "oMath" | "oMathPara":
                    parts.append("".join(t.text or "" for t in descendants(inner, "t")))

    def _run(self, run: Element, parts: list[str]) -> None:
        properties = child(run, "rPr")
        pieces: list[str] = []
        for inner in run:
            match local(inner):
                case "t":
                    pieces.append(without_marks(inner.text or ""))
                case "tab":
                    pieces.append(" ")
                case "br" | "cr":
                    pieces.append("\n" if attribute(inner, "type") not in {"page", "column"} else "")
                case "noBreakHyphen":
                    pieces.append("-")
                case "sym":
                    pieces.append(_SYMBOLS.get((attribute(inner, "char") or "").upper(), ""))
                case "ruby":
                    base = child(inner, "rubyBase")
                    pieces.append("".join(t.text or "" for t in descendants(base, "t")) if base is not None else "")
                case "footnoteReference" | "endnoteReference":
                    pieces.append(f"［注{attribute(inner, 'id') or ''}］")
                case "drawing" | "pict" | "object":
                    self._drawing(inner, pieces)
                case "AlternateContent":
                    choice = child(inner, "Choice")
                    if choice is not None:
                        self._drawing(choice, pieces)
        text = "".join(pieces)
        if properties is not None and text:
            vanish = child(properties, "vanish")
            if vanish is not None and attribute(vanish, "val") not in {"0", "false"}:
                self.contents.hidden.append(text)
                return
            raised = child(properties, "vertAlign")
            shift = attribute(raised, "val") if raised is not None else None
            if shift in {"superscript", "subscript"} and re.fullmatch(r"[0-9+\-n]+", text):
                text = text.translate(_SUPERSCRIPT if shift == "superscript" else _SUBSCRIPT)
        parts.append(text)

    def _link(self, link: Element, parts: list[str]) -> None:
        inner: list[str] = []
        self._inline(link, inner)
        text = "".join(inner)
        target = self.targets.get(attribute(link, "id") or "", "")
        if re.match(r"(?:https?|mailto):", target) and text.strip() and "\n" not in text:
            parts.append(f"\ue000{text}\ue001{target}\ue002")
        else:
            parts.append(text)

    def _drawing(self, drawing: Element, pieces: list[str]) -> None:
        for inner in drawing.iter():
            match local(inner):
                case "txbxContent":
                    self._boxes.append(inner)
                case "blip" | "imagedata":
                    reference = attribute(inner, "embed") or attribute(inner, "id")
                    if picture := self._picture(reference):
                        described = next((attribute(p, "descr") for p in descendants(drawing, "docPr")), None) or ""
                        pieces.append(f"\n\ue003{described}\ue001{picture.digest}\ue002\n")

    def _picture(self, reference: str | None) -> Picture | None:
        target = self.targets.get(reference or "", "")
        if target not in self.archive or len(self.contents.images) >= self.limits.max_pictures:
            self.contents.pictures_left_out += 1
            return None
        data = self.archive.read(target)
        kind, size = pictures.media_type(data), pictures.size(data)
        if kind is None or size is None or size[0] * size[1] > self.limits.max_pixels:
            self.contents.pictures_left_out += 1
            return None
        picture = Picture(target.rpartition("/")[2], kind, data)
        return self.contents.images.setdefault(picture.digest, picture)

    def _table(self, table: Element, into: list[Paragraph]) -> None:
        grid: list[list[str]] = []
        above: dict[int, str] = {}
        for row in _rows(table):
            cells: list[str] = []
            for cell in (inner for inner in _unwrapped(row) if local(inner) == "tc"):
                properties = child(cell, "tcPr")
                span = merge = None
                if properties is not None:
                    span, merge = child(properties, "gridSpan"), child(properties, "vMerge")
                text = self._cell(cell)
                if merge is not None:
                    self.contents.merged_cells = True
                    if attribute(merge, "val") != "restart":
                        text = above.get(len(cells), "")
                above[len(cells)] = text
                cells.append(text)
                width = attribute(span, "val") if span is not None else "1"
                if width and width.isdigit() and 1 < int(width) <= self.limits.max_columns:
                    self.contents.merged_cells = True
                    cells.extend([""] * (int(width) - 1))
            if cells:
                grid.append(cells[: self.limits.max_columns])
        if len(grid) == 1 and len(grid[0]) == 1:
            into.extend(Paragraph(line) for line in grid[0][0].split("\n") if line.strip())
        elif grid:
            into.append(Paragraph(markdown_table(grid), table=True))

    def _cell(self, cell: Element) -> str:
        inner: list[Paragraph] = []
        self._blocks(cell, inner)
        texts = (p.text if not p.table else re.sub(r"[|\n]+", " ", p.text) for p in inner)
        return "\n".join(text.strip() for text in texts if text.strip())


def _flat(container: Element) -> Iterator[Element]:
    """Paragraphs and tables, looking through the wrappers of content controls."""
    return (element for element in _unwrapped(container) if local(element) in {"p", "tbl"})


def _rows(table: Element) -> Iterator[Element]:
    return (element for element in _unwrapped(table) if local(element) == "tr")


def _unwrapped(container: Element) -> Iterator[Element]:
    for element in container:
        if local(element) in {"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"}:
            yield from _unwrapped(element)
        else:
            yield element


def markdown_table(grid: list[list[str]]) -> str:
    """Write a table whose first row is its header."""
    width = max(len(row) for row in grid)
    rows = [row + [""] * (width - len(row)) for row in grid]
    lines = ["| " + " | ".join(written(cell, cell=True) for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def without_marks(text: str) -> str:
    """Take out the private characters between which we carry links and pictures; a file may not bring its own."""
    return re.sub("[\ue000-\ue003]", "", text)


def written(text: str, *, cell: bool = False) -> str:
    """Escape a paragraph for Markdown and set its links and pictures, which travel between private characters."""
    parts = re.split("(\ue000[^\ue001]*\ue001[^\ue002]*\ue002|\ue003[^\ue001]*\ue001[^\ue002]*\ue002)", text)
    result = []
    for at, part in enumerate(parts):
        if at % 2 == 0:
            result.append(escape(part, cell=cell) if at == 0 or cell else escape("字" + part)[1:])
            continue
        label, _, target = part[1:-1].partition("\ue001")
        label = re.sub(r"[\[\]\\]", "", escape(label, cell=True))
        if part[0] == "\ue003":
            result.append(f"![{label}](/blobs/{target})")
        else:
            address = re.sub(r"[<>|\s]", lambda char: f"%{ord(char[0]):02X}", target)
            result.append(f"[{label}](<{address}>)")
    return "".join(result)


def markdown_lines(paragraphs: list[Paragraph]) -> list[str]:
    lines = []
    for paragraph in paragraphs:
        if paragraph.table:
            lines.append(paragraph.text)
        elif paragraph.bullet >= 0:
            lines.append(f"- {written(paragraph.text.strip())}")
        elif paragraph.level and clause(paragraph.text.strip()) is None:
            lines.append("#" * paragraph.level + " " + written(paragraph.text.strip()))
        else:
            lines.append(written(paragraph.text.strip()))
    return lines
