"""A sheet as plain cells, from .xlsx or .csv: weighed before it is opened, not trusted, nothing computed."""

import csv
import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from gongkai.runtime.zips import Bounds, Trouble, Zip

LARGEST_FILE: Final = 10_000_000
BOUNDS: Final = Bounds(most_parts=500, largest_part=100_000_000, largest_whole=150_000_000, largest_ratio=200)
MOST_LINES: Final = 20_000
MOST_COLUMNS: Final = 60
HELP_SHEET: Final = "填写说明"
_HIDDEN = re.compile(rb'<(?:\w+:)?(?:row|col)\b[^>]{0,2000}?\bhidden="(?:1|true)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)

Value = str | int | float | bool | date | None


class UnreadableError(Exception):
    """The file cannot be read safely; the message is a Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    cells: tuple[Value, ...]

    @property
    def is_empty(self) -> bool:
        return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Grid:
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = field(default=())


def letter(column: int) -> str:
    """Return the letter of a column, counted from 0, as the spreadsheet shows it."""
    name: str = get_column_letter(column + 1)
    return name


def read_grid(content: bytes, name: str) -> Grid:
    """Read the one sheet with cases; `name` only tells the format."""
    if len(content) > LARGEST_FILE:
        raise UnreadableError(f"文件超过{LARGEST_FILE // 1_000_000}MB，请按年度拆分后导入。")
    if not content:
        raise UnreadableError("文件是空的。")
    extension = name.lower().rpartition(".")[2]
    if content.startswith(b"PK\x03\x04") and extension == "xlsx":
        return _workbook(content)
    if extension == "csv" and not content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-")):
        return _text(content)
    raise UnreadableError("只能导入 .xlsx 或者 .csv 文件，请在 Excel 或者 WPS 中另存后再导入。")


# ── .csv ───────────────────────────────────────────────────────────────────


def _text(content: bytes) -> Grid:
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    lines = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for cells in reader:
            lines.append(_bounded(reader.line_num, tuple(cells)))
            _not_too_many(len(lines))
    except csv.Error as broken:
        raise UnreadableError("CSV 文件的引号或者换行不成对，请用 Excel 或者 WPS 重新另存。") from broken
    return Grid(tuple(lines))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030") if b"\x00" not in content else ():
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableError("CSV 文件的编码既不是 UTF-8 也不是 GB18030，请重新另存。")


# ── .xlsx ──────────────────────────────────────────────────────────────────


def _workbook(content: bytes) -> Grid:
    computed, concealed = _weighed(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and validations it does not keep are none of our business
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            try:
                return _read(book, computed, concealed)
            finally:
                book.close()
    except UnreadableError:
        raise
    except Exception as broken:  # a hostile workbook fails in as many ways as there are lines in its reader
        raise UnreadableError("不是有效的 Excel 工作簿，请在 Excel 或者 WPS 中另存为 .xlsx 后再导入。") from broken


def _read(book: Any, computed: set[str], concealed: set[str]) -> Grid:
    notes, filled = [], []
    for at, sheet in enumerate(book.worksheets, start=1):
        if sheet.sheet_state != "visible":
            notes.append(f"第{at}张工作表是隐藏的，没有读取。")
        elif sheet.title != HELP_SHEET:
            lines = tuple(_lines(sheet))
            filled += [(lines, getattr(sheet, "_worksheet_path", ""))] if lines else []
    if len(filled) > 1:
        raise UnreadableError(f"有{len(filled)}张可见的工作表有内容，请只留一张再导入（“{HELP_SHEET}”除外）。")
    for _, part in filled:
        if part in concealed:
            raise UnreadableError("工作表有隐藏的行或者列（筛选也会隐藏行），请全部显示后再导入。")
        if part in computed:
            notes.append("表中有公式：不计算，按文件中保存的结果读取。")
    return Grid(filled[0][0] if filled else (), tuple(notes))


def _lines(sheet: Any) -> Iterator[Line]:
    sheet.reset_dimensions()  # what a file says about its size is not believed
    empty = 0
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        line = _bounded(number, tuple(_value(cell) for cell in cells[: MOST_COLUMNS + 1]))
        empty = empty + 1 if line.is_empty else 0
        if not line.is_empty:
            yield line
        _not_too_many(number - empty)
        if empty > MOST_LINES:
            return


def _value(cell: Any) -> Value:
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, str | int | float | bool | date) or cell is None else str(cell)


def _weighed(content: bytes) -> tuple[set[str], set[str]]:
    """Count and weigh the parts before any is read; name the sheets with formulas and those with hidden cells."""
    computed: set[str] = set()
    concealed: set[str] = set()
    archive = Zip(content, BOUNDS, _refusal)
    if any(name.lower().endswith("vbaproject.bin") for name in archive.names):
        raise UnreadableError("工作簿含有宏程序，请另存为不含宏的 .xlsx 后再导入。")
    for name in archive.names:
        if not name.endswith((".xml", ".rels")):
            continue
        text = archive.read(name)
        if text[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in text[:4] or _DECLARED.search(text):
            raise UnreadableError("文件内部含有实体声明或者特殊编码，已拒绝。")
        if name.startswith("xl/worksheets/"):
            computed |= {name} if _FORMULA.search(text) else set()
            concealed |= {name} if _HIDDEN.search(text) else set()
    return computed, concealed


def _refusal(trouble: Trouble, _parts: int) -> UnreadableError:
    match trouble:
        case "broken" | "locked":
            said = "文件已损坏或者加了密码，无法打开，请重新另存后再导入。"
        case "crowded" | "twins":
            said = "文件内部的部件过多或者重名，疑似压缩炸弹，已拒绝。"
        case "outside":
            said = "文件内部部件的名称指向外部路径，结构异常，已拒绝。"
        case "ratio":
            said = "文件内部有压缩比异常的部件，疑似压缩炸弹，已拒绝。"
        case "swollen" | "swollen-part":
            said = "文件展开后过大，疑似压缩炸弹，已拒绝。"
    return UnreadableError(said)


def _bounded(number: int, cells: tuple[Value, ...]) -> Line:
    while cells and (cells[-1] is None or cells[-1] == ""):
        cells = cells[:-1]
    if len(cells) > MOST_COLUMNS:
        raise UnreadableError(f"第{number}行超过{MOST_COLUMNS}列，请使用模板。")
    return Line(number, cells)


def _not_too_many(lines: int) -> None:
    if lines > MOST_LINES:
        raise UnreadableError(f"超过{MOST_LINES}行，请按年度拆分后导入。")
