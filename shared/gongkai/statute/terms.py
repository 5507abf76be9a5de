"""The shape of one number of the law."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal, Self

Unit = Literal["工作日", "日", "小时", "个月", "年", "周", "元", "种", "次", "个", "页", "件", "岁", "%", "分", "月-日"]


class Source(StrEnum):
    """How well the number is known; only a text that was read may bind without a switch."""

    TEXT = "T"
    EXCERPT = "E"
    PRESS = "P"
    FORM = "F"
    MEMORY = "M"

    @property
    def name_zh(self) -> str:
        return _SOURCE_NAMES[self]


_SOURCE_NAMES = {
    Source.TEXT: "已核对全文",
    Source.EXCERPT: "已核对节选",
    Source.PRESS: "据报道或转述",
    Source.FORM: "见于正式发布的表样",
    Source.MEMORY: "未核实，可调整",
}


@dataclass(frozen=True, slots=True)
class Term:
    """One number the law (or the bureau's plan) sets, with the place a citizen can check it."""

    id: str
    name_zh: str
    article: str
    length: int
    unit: Unit
    in_force_from: date
    source: Source
    note: str = ""
    until: date | None = None

    @property
    def adjustable(self) -> bool:
        return False

    def in_force_on(self, day: date) -> bool:
        return self.in_force_from <= day and (self.until is None or day <= self.until)

    @property
    def text_zh(self) -> str:
        """The number as a person would say it."""
        if self.unit == "月-日":
            return f"{self.length // 100}月{self.length % 100}日"
        if self.unit == "%":
            return f"{self.length}%"
        return f"{self.length}{'个' if self.unit == '工作日' else ''}{self.unit}"


@dataclass(frozen=True, slots=True)
class Setting(Term):
    """A number nobody has proved, or that local rules choose: an organ may set its own."""

    @property
    def adjustable(self) -> bool:
        return True

    def set_to(self, length: int, basis: str) -> Self:
        """The organ's own number; the basis is shown wherever the number is."""
        if length < 0:
            raise ValueError(f"{self.id}: {length} is not a length")
        if not basis.strip():
            raise ValueError(f"{self.id}: an adjusted number needs its basis")
        return replace(self, length=length, note=basis.strip())


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the law that is a test rather than a number; it is demonstrated like a number."""

    id: str
    name_zh: str
    article: str
    in_force_from: date
    source: Source
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of a progressive fee: from this count on, each costs `price` yuan."""

    first: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where we knowingly read the law otherwise than a text or a habit does."""

    id: str
    note_zh: str
    chosen_zh: str
    article: str
    decided_in: str
