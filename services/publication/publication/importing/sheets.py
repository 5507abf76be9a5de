"""Reads .xlsx cell by cell, streaming: what is shown becomes tables, what is hidden is kept apart and counted."""

import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from publication.importing.archive import Archive
from publication.importing.model import Limits, UnreadableFileError
from publication.importing.safexml import (
    Element,
    attribute,
    child,
    descendants,
    file_properties,
    local,
    parse,
    relations,
    stream,
)

_REFERENCE: Final = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


@dataclass(slots=True)
class Sheet:
    name: str
    hidden: bool
    rows: list[list[str]] = field(default_factory=list)
    concealed: list[str] = field(default_factory=list)
    hidden_rows: int = 0
    hidden_columns: int = 0
    merged: bool = False
    cut_rows: int = 0
    cut_columns: bool = False


@dataclass(slots=True)
class Workbook:
    sheets: list[Sheet] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    drawings: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    embedded: list[str] = field(default_factory=list)


def read_workbook(data: bytes, limits: Limits) -> Workbook:
    archive = Archive(data, limits)
    if "xl/workbook.xml" not in archive:
        raise UnreadableFileError("不是有效的 Excel 工作簿，请在 Excel 或 WPS 中另存为 .xlsx 后再导入。")
    if archive.matching(r".*vbaProject\.bin"):
        raise UnreadableFileError("工作簿含有宏程序，不能上传，请另存为不含宏的 .xlsx 后再导入。")
    book = Workbook()
    root = parse(archive.read("xl/workbook.xml"))
    targets = relations(archive, "xl/workbook.xml")
    texts = _Texts(archive, root)
    for at, sheet in enumerate(descendants(root, "sheet")):
        if at >= limits.max_sheets:
            raise UnreadableFileError(f"工作簿的工作表超过 {limits.max_sheets} 张，请拆分后再导入。")
        part = targets.get(attribute(sheet, "id") or "", "")
        found = Sheet((attribute(sheet, "name") or "")[:100], attribute(sheet, "state") in {"hidden", "veryHidden"})
        if part in archive and "worksheets/" in part:
            _read_sheet(archive.read(part), found, texts, limits)
            book.links.extend(t for t in relations(archive, part).values() if re.match(r"[a-zA-Z][\w+.-]*:", t))
        book.sheets.append(found)
    for name in descendants(root, "definedName"):
        book.names.append(f"{attribute(name, 'name') or ''}：{name.text or ''}")
    for part in archive.matching(r"xl/(?:comments|threadedComments|persons)[^/]*(?:/[^/]+)?\.xml"):
        element = parse(archive.read(part))
        people = [attribute(p, "displayName") or "" for p in descendants(element, "person")]
        book.comments.extend(person for person in people if person)
        for comment in [*descendants(element, "comment"), *descendants(element, "threadedComment")]:
            text = "".join(comment.itertext()).strip()
            if text:
                book.comments.append(text)
    for part in archive.matching(r"xl/drawings/drawing\d*\.xml"):
        for paragraph in descendants(parse(archive.read(part)), "p"):
            text = "".join(t.text or "" for t in descendants(paragraph, "t")).strip()
            if text:
                book.drawings.append(text)
    book.properties = file_properties(archive)
    book.embedded = archive.matching(r"xl/(?:embeddings|activeX|externalLinks)/[^/]+")
    return book


class _Texts:
    """Shared strings and number formats: how a stored value is shown."""

    def __init__(self, archive: Archive, workbook: Element) -> None:
        self.shared: list[str] = []
        if "xl/sharedStrings.xml" in archive:
            self.shared.extend(_shown(item) for item in stream(archive.read("xl/sharedStrings.xml"), "si"))
        self.formats: list[str] = []
        if "xl/styles.xml" in archive:
            root = parse(archive.read("xl/styles.xml"))
            own = {attribute(f, "numFmtId"): attribute(f, "formatCode") or "" for f in descendants(root, "numFmt")}
            used = child(root, "cellXfs")
            for style in used if used is not None else ():
                number = attribute(style, "numFmtId") or "0"
                built_in = BUILTIN_FORMATS.get(int(number), "General") if number.isdigit() else "General"
                self.formats.append(own.get(number, built_in))
        settings = child(workbook, "workbookPr")
        mac = settings is not None and attribute(settings, "date1904") in {"1", "true"}
        self.epoch = CALENDAR_MAC_1904 if mac else CALENDAR_WINDOWS_1900

    def value(self, cell: Element) -> str:
        kind = attribute(cell, "t") or "n"
        if kind == "inlineStr":
            return _shown(cell)
        stored = child(cell, "v")
        raw = ("" if stored is None else stored.text or "").strip()
        if not raw:
            return ""
        if kind == "s":
            return self.shared[int(raw)] if raw.isdigit() and int(raw) < len(self.shared) else ""
        if kind == "b":
            return "是" if raw == "1" else "否"
        if kind != "n":
            return raw
        style = attribute(cell, "s") or "0"
        code = self.formats[int(style)] if style.isdigit() and int(style) < len(self.formats) else "General"
        return self._number(raw, code)

    def _number(self, raw: str, code: str) -> str:
        try:
            number = float(raw)
        except ValueError:
            return raw
        if is_date_format(code) and 0 <= number < 2_958_466:
            return _date(from_excel(number, self.epoch), code)
        if "%" in code:
            decimals = re.search(r"\.(0+)%", code)
            return f"{number * 100:.{len(decimals[1]) if decimals else 0}f}%"
        if number.is_integer() and abs(number) < 1e20:
            return str(int(raw)) if re.fullmatch(r"-?\d+", raw) else str(int(number))
        return f"{number:.10g}" if abs(number) < 1e10 else raw


def _date(value: object, code: str) -> str:
    if isinstance(value, datetime):
        day = f"{value.year}年{value.month}月{value.day}日"
        return day if not value.time() or "h" not in code.lower() else f"{day}{value:%H:%M}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value) if isinstance(value, timedelta) else ""


def _shown(item: Element) -> str:
    """Text of a rich string without the reading aids of East Asian writing."""
    parts = []
    for inner in item:
        match local(inner):
            case "t":
                parts.append(inner.text or "")
            case "r" | "is":
                parts.append(_shown(inner))
    return "".join(parts).strip()


def _column(reference: str) -> int:
    found = _REFERENCE.fullmatch(reference)
    column = 0
    for letter in found[1] if found else "":
        column = column * 26 + ord(letter) - 64
    return column - 1


def _read_sheet(content: bytes, sheet: Sheet, texts: _Texts, limits: Limits) -> None:
    concealed_columns: set[int] = set()
    for element in stream(content, "col", "row", "mergeCell"):
        match local(element):
            case "mergeCell":
                sheet.merged = True
            case "col":
                if attribute(element, "hidden") in {"1", "true"}:
                    first, last = (int(attribute(element, end) or 1) for end in ("min", "max"))
                    if last - first < limits.max_columns * 4:  # wider than that is the unused edge of the sheet
                        concealed_columns.update(range(first - 1, last))
            case "row":
                _read_row(element, sheet, texts, concealed_columns, limits)
    sheet.hidden_columns = len(concealed_columns)
    while sheet.rows and not any(sheet.rows[-1]):
        sheet.rows.pop()
    used = {at for row in sheet.rows for at, text in enumerate(row) if text}
    sheet.rows = [[row[at] if at < len(row) else "" for at in sorted(used)] for row in sheet.rows if any(row)]


def _read_row(row: Element, sheet: Sheet, texts: _Texts, concealed: set[int], limits: Limits) -> None:
    values: list[str] = []
    hidden_row = attribute(row, "hidden") in {"1", "true"}
    for cell in row:
        text = texts.value(cell) if local(cell) == "c" else ""
        if not text:
            continue
        at = _column(attribute(cell, "r") or "")
        at = len(values) if at < 0 else at
        if hidden_row or at in concealed:
            sheet.concealed.append(text)
        elif at >= limits.max_columns:
            sheet.cut_columns = True
        else:
            values.extend([""] * (at + 1 - len(values)))
            values[at] = text
    if hidden_row:
        sheet.hidden_rows += 1
    elif len(sheet.rows) >= limits.max_rows:
        sheet.cut_rows += bool(values)
    else:
        sheet.rows.append(values)
