"""Holiday notices: which days one yearly arrangement of the State Council takes off and which it makes up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

from gongkai.statute.refusal import Refused
from gongkai.statute.rules import WORKING_DAY
from gongkai.statute.terms import Source

SATURDAY = 5
ONE_DAY = timedelta(days=1)
# New Year's arrangement is part of its own year's notice but reaches back: 2019's took 31 December 2018 off
# and made it up on the 29th, which is the furthest back any notice since 2004 has reached.
YEAR_END_FROM_DAY = 29


@dataclass(frozen=True, slots=True)
class Block:
    """Days off, first and last included."""

    name: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        for ordinal in range(self.first.toordinal(), self.last.toordinal() + 1):
            yield date.fromordinal(ordinal)


@dataclass(frozen=True, slots=True)
class MakeUp:
    """A weekend day on which people work in exchange for a weekday off."""

    name: str
    on: date


@dataclass(frozen=True, slots=True)
class Notice:
    """One year's arrangement. An impossible one is refused where it is written, not found in a due date."""

    year: int
    blocks: tuple[Block, ...]
    make_up: tuple[MakeUp, ...]
    number: str = ""
    issued_on: date | None = None
    source: Source = Source.FORM

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise Refused(f"{self.year}年放假安排有误：{problem}", rule=WORKING_DAY)

    def _problems(self) -> Iterator[str]:
        earliest, latest = date(self.year - 1, 12, 1), date(self.year, 12, 31)
        off: set[date] = set()
        for block in self.blocks:
            if block.last < block.first:
                yield f"{block.name}的结束日{block.last}早于开始日{block.first}。"
                return
            if not (earliest <= block.first and block.last <= latest):
                yield f"{block.name}{block.first}至{block.last}不在该年度（含上年12月）之内。"
                return
            for day in block.days():
                if day in off:
                    yield f"{day}被安排了两次放假。"
                off.add(day)
        if date(self.year, 1, 1) not in off:
            yield "没有包括1月1日元旦。"
        made_up: set[date] = set()
        for make_up in self.make_up:
            if not earliest <= make_up.on <= latest:
                yield f"调休上班日{make_up.on}不在该年度（含上年12月）之内。"
            if make_up.on.weekday() < SATURDAY:
                yield f"调休上班日{make_up.on}不是星期六或者星期日。"
            if make_up.on in off:
                yield f"{make_up.on}既放假又调休上班。"
            if make_up.on in made_up:
                yield f"{make_up.on}被安排了两次调休上班。"
            made_up.add(make_up.on)

    @property
    def title_zh(self) -> str:
        return f"{self.year}年节假日安排" + (f"（{self.number}）" if self.number else "")

    def as_json(self) -> dict[str, Any]:
        """Return the form a notice is stored, exchanged and digested in."""
        off: dict[str, list[str]] = {}
        for block in self.blocks:
            first, last = block.first.isoformat(), block.last.isoformat()
            off.setdefault(block.name, []).append(first if first == last else f"{first}/{last}")
        return {
            "year": self.year,
            "number": self.number,
            "issued_on": self.issued_on.isoformat() if self.issued_on else "",
            "source": self.source.value,
            "off": off,
            "make_up": {item.on.isoformat(): item.name for item in self.make_up},
        }


def notice_from_json(data: Mapping[str, Any]) -> Notice:
    """Read a notice as an operator writes it; what is wrong with it is said in one sentence."""
    try:
        return Notice(
            year=int(data["year"]),
            blocks=tuple(_block(name, span) for name, spans in data["off"].items() for span in spans),
            make_up=tuple(MakeUp(name, date.fromisoformat(on)) for on, name in data.get("make_up", {}).items()),
            number=str(data.get("number", "")),
            issued_on=date.fromisoformat(data["issued_on"]) if data.get("issued_on") else None,
            source=Source(data.get("source", Source.TEXT)),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as unreadable:
        raise Refused(
            f"放假安排读不懂：{unreadable}。需要year、off（节日名：起/止日期）和make_up（日期：节日名）。",
            rule=WORKING_DAY,
        ) from unreadable


def _block(name: str, span: str) -> Block:
    first, _, last = span.partition("/")
    return Block(name, date.fromisoformat(first), date.fromisoformat(last or first))


@cache
def published() -> tuple[Notice, ...]:
    """Return the notices that come with the product, 2004 to the last one known."""
    text = resources.files("gongkai.statute").joinpath("data/holidays.json").read_text("utf-8")
    return tuple(notice_from_json(item) for item in json.loads(text)["notices"])


@cache
def festivals() -> Mapping[date, str]:
    """Return statutory holidays of the lunar and solar-term calendar in years whose notice is not out.

    Only dates that are certain stand here: the law fixes them, whatever the notice will add around them.
    """
    text = resources.files("gongkai.statute").joinpath("data/festivals.json").read_text("utf-8")
    return {date.fromisoformat(on): name for on, name in json.loads(text).items()}
