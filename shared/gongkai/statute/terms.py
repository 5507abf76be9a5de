"""The shape of one number of the law, and of the law it stands in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Literal, Self

Unit = Literal[
    "工作日", "日", "周", "个月", "年", "小时", "秒", "月-日",
    "元", "种", "次", "个", "项", "页", "件", "岁", "分", "处", "%",
]  # fmt: skip


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
    in_force_from: date | None
    source: Source
    note: str = ""

    @property
    def adjustable(self) -> bool:
        return False

    def in_force_on(self, day: date) -> bool:
        """Tell whether the rule binds on a day; a rule of unknown beginning is taken to bind."""
        return self.in_force_from is None or self.in_force_from <= day

    @property
    def text_zh(self) -> str:
        """The number as a person would say it: 20个工作日, 1月31日, 5%."""
        if self.unit == "月-日":
            month, day = divmod(self.length, 100)
            return f"{month}月{day}日"
        return f"{self.length}{'个' if self.unit == '工作日' else ''}{self.unit}"


@dataclass(frozen=True, slots=True)
class Setting(Term):
    """A number nobody has proved, or that local rules choose: an organ may set its own."""

    @property
    def adjustable(self) -> bool:
        return True

    def set_to(self, length: int, basis: str) -> Self:
        """Return the organ's own number; the basis is shown wherever the number is."""
        if length < 0 or not basis.strip():
            raise ValueError(f"{self.id} needs a length of 0 or more and a basis")
        return replace(self, length=length, note=basis.strip())


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the law that is a test rather than a number; it is demonstrated like a number."""

    id: str
    name_zh: str
    article: str
    in_force_from: date | None
    source: Source
    note: str = ""


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where the law is silent, contradicts itself or is often misquoted, and what we chose."""

    id: str
    question_zh: str
    chosen_zh: str
    article: str
    revisit_when: str


@dataclass(frozen=True, slots=True)
class Law:
    """A text that sets numbers; it writes the citation and the date so that no line repeats them."""

    title: str
    in_force_from: date | None
    source: Source

    def term(self, key: str, name_zh: str, article: str, length: int, unit: Unit, note: str = "") -> Term:
        return Term(key, name_zh, self.title + article, length, unit, self.in_force_from, self.source, note)

    def setting(self, key: str, name_zh: str, article: str, length: int, unit: Unit, note: str = "") -> Setting:
        return Setting(key, name_zh, self.title + article, length, unit, self.in_force_from, self.source, note)

    def rule(self, key: str, name_zh: str, article: str, note: str = "") -> Rule:
        return Rule(key, name_zh, self.title + article, self.in_force_from, self.source, note)
