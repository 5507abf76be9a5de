"""Reads the text layer of a PDF and joins the lines that only the page had broken."""

import re
from collections import Counter
from io import BytesIO
from time import process_time
from typing import Final

from pypdf import PdfReader

from gongkai.runtime.quiet import quiet
from gongkai.statute.refusal import Refused
from request.redaction.model import LineKind

_MAX_PAGES: Final = 300
_MAX_SECONDS: Final = 20.0
_MAX_PAGE: Final = 3_000_000
#: Fewer characters than this a page, with pictures on it, is a scan with a stamp or a page number.
_SCANNED: Final = 15
_PAGE_NUMBER: Final = re.compile(
    r"[-—–－\s]{0,9}(?:第\s?)?\d{1,4}\s?页?(?:\s?[/共，]\s?共?\s?\d{1,4}\s?页?)?[-—–－\s]{0,9}"
)
_CLOSED: Final = re.compile(r"[。！？；：:;!?…”’》】]$")
_OPENS: Final = re.compile(
    r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d{1,2}[.．、]|第[一二三四五六七八九十百]+[章节条]|附件)"
)
_HAN: Final = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
_LOCKED: Final = "PDF加了打开密码，请去掉密码后再上传。"
_NESTED: Final = "PDF内部结构嵌套过深，疑似攻击文件，已拒绝。"
_BROKEN: Final = "PDF文件已损坏或者结构异常，无法读取，请重新导出后再上传。"


def read_pdf(data: bytes) -> tuple[list[tuple[str, LineKind, int]], list[str]]:
    try:
        with quiet("pypdf"):
            pages, pictures, notes = _read(data)
    except Refused:
        raise
    except RecursionError as error:
        raise Refused(_NESTED) from error
    except Exception as error:  # a broken file can break its reader anywhere, in ways nobody listed
        raise Refused(_BROKEN) from error
    characters = sum(len(line.strip()) for page in pages for line in page)
    if characters < _SCANNED * len(pages) and pictures:
        raise Refused("这份PDF是扫描件，只有图片没有文字，不能逐处标记；请使用Word原稿，或者先用识别软件转成文字。")
    if pictures:
        notes.append(f"原文有{pictures}页含有图片，图片没有带入；其中如有应当提供的内容，请另行提供。")
    notes.append("PDF没有段落信息，段落是按版面推断的，请对照原文核对。")
    return [(line, "paragraph", 0) for line in _joined(pages)], notes


def locked_pdf(data: bytes) -> str:
    """Return what is said of a PDF that opens with a password only, or nothing; one that is broken shows when read."""
    try:
        with quiet("pypdf"):
            reader = PdfReader(BytesIO(data), strict=False)
            return _LOCKED if reader.is_encrypted and not reader.decrypt("") else ""
    except RecursionError:
        return _NESTED
    except Exception:  # noqa: BLE001  a broken file can break its reader anywhere, in ways nobody listed
        return ""


def _read(data: bytes) -> tuple[list[list[str]], int, list[str]]:
    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Refused(_LOCKED)
    total = len(reader.pages)
    if total > _MAX_PAGES:
        raise Refused(f"PDF有{total}页，超过{_MAX_PAGES}页的上限，请拆分后分别处理。")
    # Sizes alone do not bound the work that the fonts of a hostile file cause, so the processor time does. A page
    # left out unseen would be a page nobody judged: unlike an import, this refuses the file.
    latest = process_time() + _MAX_SECONDS
    pages, pictures = [], 0
    for at, page in enumerate(reader.pages):
        contents = page.get_contents()
        if process_time() > latest or (contents is not None and len(contents.get_data()) > _MAX_PAGE):
            raise Refused(f"PDF第{at + 1}页内容过于复杂，不能处理，请使用Word原稿或者重新导出后再上传。")
        pages.append([line.rstrip() for line in page.extract_text().split("\n")])
        pictures += _has_picture(page)
    notes = []
    if reader.attachments:
        notes.append("PDF附带的文件没有带入。")
    if any(page.get("/Annots") for page in reader.pages):
        notes.append("PDF上的批注、表单没有带入。")
    return pages, pictures, notes


def _has_picture(page: object) -> bool:
    resources = page.get("/Resources")  # type: ignore[attr-defined]
    objects = resources.get_object().get("/XObject") if resources is not None else None
    if objects is None:
        return False
    return any(item.get_object().get("/Subtype") == "/Image" for item in objects.get_object().values())


def _joined(pages: list[list[str]]) -> list[str]:
    """Join a full line with the next unless it closes a sentence; running heads and page numbers are left out."""
    filled = [[line for line in page if line.strip()] for page in pages]
    edges = Counter(edge.strip() for page in filled if len(page) > 2 for edge in {page[0], page[-1]})
    running = {text for text, times in edges.items() if times >= max(3, len(filled) * 2 // 3)}
    lines = []
    for page in filled:
        for at, line in enumerate(page):
            edge = at in {0, len(page) - 1}
            if not (edge and (line.strip() in running or _PAGE_NUMBER.fullmatch(line))):
                lines.append(line)
    full = 0.85 * max((_width(line) for line in lines), default=0)
    joined: list[str] = []
    open_line = False
    for line in lines:
        text = line.strip()
        if open_line and joined and not _OPENS.match(text):
            between = "" if _HAN.search(joined[-1][-1]) or _HAN.match(text) else " "
            joined[-1] += between + text
        else:
            joined.append(text)
        open_line = _width(line.rstrip()) >= full and not _CLOSED.search(text)
    return joined


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)
