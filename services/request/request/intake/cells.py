"""One line of a sheet, read cell by cell; what is wrong is said with the cell's place and never with its content."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from gongkai.statute.verdict import half_width
from request.intake.columns import spelt
from request.intake.grid import Line, Value, letter

_DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_EARLIEST: Final = date(2008, 5, 1)
"""The first Regulations came into force; nothing was applied for before."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell, a line or (line 0) the file."""

    line: int
    column: str
    heading: str
    sentence: str

    @property
    def text_zh(self) -> str:
        if not self.line:
            return self.sentence
        column = f"{self.column}列" if self.column else ""
        return f"第{self.line}行{column}{f'“{self.heading}”' if self.heading else ''}：{self.sentence}"


@dataclass(slots=True)
class Cells:
    """A line with the columns of the template found; reading a cell may add a problem and then gives nothing."""

    line: Line
    columns: Mapping[str, int]
    today: date
    problems: list[Problem] = field(default_factory=list)

    def value(self, heading: str) -> Value:
        at = self.columns.get(heading, -1)
        value = self.line.cells[at] if 0 <= at < len(self.line.cells) else None
        return value.strip() or None if isinstance(value, str) else value

    def text(self, heading: str) -> str:
        return as_text(self.value(heading))

    def wrong(self, heading: str, sentence: str) -> None:
        at = self.columns.get(heading, -1)
        self.problems.append(Problem(self.line.number, letter(at) if at >= 0 else "", heading, sentence))

    def required(self, heading: str) -> bool:
        if self.value(heading) is None:
            self.wrong(heading, "必须填写。")
            return False
        return True

    def day(self, heading: str) -> date | None:
        """Read a date however it is written; one that cannot be a date of this procedure is a problem."""
        value = self.value(heading)
        if value is None:
            return None
        day = value if isinstance(value, date) else _written_day(half_width(as_text(value)).replace(" ", ""))
        if day is None:
            self.wrong(heading, "不是日期，应写作2025-01-24，或者把单元格设为日期格式。")
            return None
        if day > self.today:
            self.wrong(heading, "日期晚于今天。")
            return None
        if day < _EARLIEST:
            self.wrong(heading, "日期早于2008年5月1日《政府信息公开条例》施行。")
            return None
        return day

    def whole(self, heading: str, least: int, most: int) -> int | None:
        value = self.value(heading)
        if value is None:
            return None
        text = half_width(as_text(value)).strip().removesuffix("年")
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
            self.wrong(heading, f"应为{least}至{most}之间的整数。")
            return None
        return int(text)

    def money(self, heading: str) -> Decimal | None:
        value = self.value(heading)
        if value is None:
            return None
        text = half_width(as_text(value)).replace(",", "").removesuffix("元").strip()
        try:
            amount = Decimal(text)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or not 0 <= amount < 10**9 or amount != amount.quantize(Decimal("0.01")):
            self.wrong(heading, "应为金额（元），最多两位小数。")
            return None
        return amount

    def choice(
        self, heading: str, known: Mapping[str, str], names: tuple[str, ...] | Callable[[str], str]
    ) -> str | None:
        """Read one of a few words; the answer names what is allowed, not what was written."""
        value = self.value(heading)
        if value is None:
            return None
        found = known.get(spelt(as_text(value)))
        if found is None:
            allowed = f"应为：{'、'.join(names)}。" if isinstance(names, tuple) else names(as_text(value))
            self.wrong(heading, allowed)
        return found


def as_text(value: Value) -> str:
    """Return a cell as a person sees it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e20:
        return str(int(value))
    return str(value)


def _written_day(text: str) -> date | None:
    found = _DAY.fullmatch(text) or _COMPACT.fullmatch(text)
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None
