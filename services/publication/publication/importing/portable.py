"""Reads .pdf: the text layer line by line, and apart from it everything that a reader of the page cannot see."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from time import process_time
from typing import Any, Final

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

from gongkai.runtime.quiet import quiet
from publication.importing.model import Limits, UnreadableFileError

_PAGE_NUMBER: Final = re.compile(
    r"[-—–－\s]{0,9}(?:第\s?)?\d{1,4}\s?页?(?:\s?[/共，]\s?共?\s?\d{1,4}\s?页?)?[-—–－\s]{0,9}"
)
_DARK: Final = 0.35
_BROKEN: Final = "PDF 文件已损坏或结构异常，无法读取，请重新导出后再导入。"
_INFO: Final = {"/Author": "author", "/Title": "title", "/Subject": "subject", "/Keywords": "keywords"}


@dataclass(slots=True)
class Portable:
    pages: list[list[str]] = field(default_factory=list)
    covered: list[str] = field(default_factory=list)
    annotations: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    embedded: list[str] = field(default_factory=list)
    bookmarks: list[str] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    pictures: int = 0
    total_pages: int = 0
    broken: bool = False
    skipped_pages: list[int] = field(default_factory=list)


def read_pdf(data: bytes, limits: Limits) -> Portable:
    """Read at most the pages and bytes that the limits allow; what was skipped is listed."""
    try:
        with quiet("pypdf"):
            return _read(data, limits)
    except UnreadableFileError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, OSError) as error:
        raise UnreadableFileError(_BROKEN) from error
    except RecursionError as error:
        raise UnreadableFileError("PDF 内部结构嵌套过深，疑似攻击文件，已拒绝。") from error


def _read(data: bytes, limits: Limits) -> Portable:
    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableFileError("PDF 加了打开密码，请去掉密码后再导入。")
    found = Portable(total_pages=len(reader.pages))
    # Sizes alone do not bound the work that fonts of a hostile file can cause, so the processor time does.
    latest = process_time() + limits.max_pdf_seconds
    for number in range(min(found.total_pages, limits.max_pages)):
        if process_time() > latest:
            break
        page = reader.pages[number]
        contents = page.get_contents()
        if contents is not None and len(contents.get_data()) > limits.max_page_content:
            found.skipped_pages.append(number + 1)
            found.pages.append([])
            continue
        shown, covered = _page(page)
        found.pages.append(shown)
        found.covered.extend(covered)
        _tolerant(found, partial(_look_around, page, found))
    found.skipped_pages.extend(range(len(found.pages) + 1, found.total_pages + 1))
    _surroundings(reader, found)
    return found


class _Cover:
    """Follows fills and text through a page: text whose start lies under a dark or later drawn box is covered."""

    def __init__(self) -> None:
        self.boxes: list[tuple[int, bool, tuple[float, float, float, float]]] = []
        self.texts: list[tuple[int, float, float, str]] = []
        self._open: list[tuple[float, float, float, float]] = []
        self._grey = 0.0
        self._saved: list[float] = []
        self._order = 0

    def operate(self, operator: bytes, operands: list[Any], matrix: list[float], _: list[float]) -> None:
        self._order += 1
        try:
            self._operate(operator, operands, matrix)
        except (TypeError, ValueError, IndexError):
            self._open.clear()

    def _operate(self, operator: bytes, operands: list[Any], matrix: list[float]) -> None:
        match operator:
            case b"q":
                self._saved.append(self._grey)
            case b"Q":
                self._grey = self._saved.pop() if self._saved else 0.0
            case b"g" | b"rg" | b"sc" | b"scn":
                tones = [float(tone) for tone in operands if isinstance(tone, int | float)]
                self._grey = sum(tones) / len(tones) if tones else 0.5
            case b"k":
                self._grey = 1 - min(1.0, float(operands[3]) + sum(float(o) for o in operands[:3]) / 3)
            case b"re" if len(self._open) < 1000:
                self._open.append(_placed([float(o) for o in operands], matrix))
            case b"f" | b"F" | b"f*" | b"b" | b"b*" | b"B" | b"B*":
                # A huge fill is the ground of the page, a very thin one a line of a table.
                self.boxes.extend((self._order, self._grey <= _DARK, box) for box in self._open if _is_box(box))
                self._open.clear()
            case b"n" | b"S" | b"s":
                self._open.clear()

    def write(self, text: str, matrix: list[float], text_matrix: list[float], *_: Any) -> None:
        if text.strip():
            x, y = _point(text_matrix[4], text_matrix[5], matrix)
            self.texts.append((self._order, x, y, text))

    def covered(self) -> list[str]:
        hidden = []
        for order, x, y, text in self.texts:
            for drawn, dark, (left, bottom, right, top) in self.boxes:
                inside = left - 1 <= x <= right + 1 and bottom - 2 <= y <= top
                if inside and (dark or drawn > order):
                    hidden.append(text.strip())
                    break
        return hidden


def _point(x: float, y: float, matrix: list[float]) -> tuple[float, float]:
    a, b, c, d, e, f = (float(value) for value in matrix[:6])
    return a * x + c * y + e, b * x + d * y + f


def _placed(box: list[float], matrix: list[float]) -> tuple[float, float, float, float]:
    x, y, width, height = box
    (x1, y1), (x2, y2) = _point(x, y, matrix), _point(x + width, y + height, matrix)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _is_box(box: tuple[float, float, float, float]) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return width > 4 and height > 4 and width * height < 400_000


def _page(page: PageObject) -> tuple[list[str], list[str]]:
    cover = _Cover()
    text = page.extract_text(visitor_operand_before=cover.operate, visitor_text=cover.write)
    return [line.rstrip() for line in text.split("\n")], cover.covered()


def _pictures(page: PageObject) -> int:
    resources = page.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources else None
    if not isinstance(objects, DictionaryObject):
        objects = objects.get_object() if objects is not None else None
    if not isinstance(objects, DictionaryObject):
        return 0
    kinds = (objects[name].get_object() for name in objects)
    return sum(1 for kind in kinds if isinstance(kind, DictionaryObject) and kind.get("/Subtype") == "/Image")


def _annotations(page: PageObject, found: Portable) -> None:
    for reference in list(page.annotations or ())[:1000]:
        annotation = reference.get_object()
        if not isinstance(annotation, DictionaryObject):
            continue
        for key in ("/Contents", "/T", "/RC"):
            text = annotation.get(key)
            if text and str(text).strip():
                found.annotations.append(re.sub(r"<[^>]{0,500}>", "", str(text))[:5000])
        action = annotation.get("/A")
        target = action.get_object().get("/URI") if action is not None else None
        if target:
            found.links.append(str(target))


def _surroundings(reader: PdfReader, found: Portable) -> None:
    """Read what belongs to the file and to no page. Each part may be broken by itself without losing the rest."""
    for key, value in (reader.metadata or {}).items():
        if isinstance(value, str) and value.strip():
            found.properties[_INFO.get(key, f"pdf:{key.lstrip('/')}")] = value.strip()[:500]

    def bookmarks() -> None:
        waiting: list[Any] = list(reader.outline)
        while waiting and len(found.bookmarks) < 2000:
            item = waiting.pop(0)
            if isinstance(item, list):
                waiting = item + waiting
            elif item.title:
                found.bookmarks.append(str(item.title))

    def fields() -> None:
        for name, entry in (reader.get_fields() or {}).items():
            if entry.value not in (None, "", "/Off"):
                found.fields.append(f"{name}：{entry.value}"[:2000])

    def embedded() -> None:
        found.embedded.extend(str(name) for name in reader.attachments)

    for part in (bookmarks, fields, embedded):
        _tolerant(found, part)


def _tolerant(found: Portable, part: Callable[[], None]) -> None:
    """Read one side part of the file; when it is broken the text is still worth reading, and the fact is told."""
    try:
        part()
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        found.broken = True


def _look_around(page: PageObject, found: Portable) -> None:
    found.pictures += _pictures(page)
    _annotations(page, found)


def page_lines(found: Portable) -> list[str]:
    """Lines of all pages without page numbers and without the running heads that repeat on most pages."""
    filled = [[line for line in page if line.strip()] for page in found.pages]
    edges = Counter(edge.strip() for page in filled if len(page) > 2 for edge in {page[0], page[-1]})
    running = {text for text, times in edges.items() if times >= max(3, len(filled) * 2 // 3)}
    lines = []
    for page in filled:
        for at, line in enumerate(page):
            at_edge = at in {0, len(page) - 1}
            if at_edge and (line.strip() in running or _PAGE_NUMBER.fullmatch(line)):
                continue
            lines.append(line)
    return lines
