"""Reads the State Council's yearly notice as it is worded: which days are off, which are worked in exchange. Pure.

The notice states some things twice (the weekday, how many days), and so a slip in copying shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from gongkai.statute.notices import Block, MakeUp
from gongkai.statute.refusal import Refused
from gongkai.statute.rules import WORKING_DAY

_WEEKDAYS = "一二三四五六日"
_HEAD = re.compile(r"(?:^|[。；\n])[一二三四五六七八九十]{1,2}[、.．]([一-鿿、]{2,12})[:：]")
_DAY = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:[（(]([^）)]*)[）)])?")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_TOTAL = re.compile(r"(?:共|放假)(\d{1,2})天")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def read_notice_text(year: int, text: str) -> tuple[tuple[Block, ...], tuple[MakeUp, ...]]:
    """Return the days of a notice, or say in one sentence which part cannot be read."""
    plain = re.sub(r"[ \t\u3000\xa0]+", "", text.translate(_DIGITS))
    heads = list(_HEAD.finditer(plain))
    if not heads:
        raise Refused(
            "没有读到放假安排。请粘贴通知的正文，每个节日一段，例如“一、元旦：1月1日（周五）至3日（周日）放假，共3天。”",
            rule=WORKING_DAY,
        )
    blocks: list[Block] = []
    made_up: list[MakeUp] = []
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        body = plain[head.end() : following.start() if following else len(plain)]
        block, worked = _item(year, head[1], body)
        blocks.append(block)
        made_up += worked
    return tuple(blocks), tuple(made_up)


def _item(year: int, name: str, body: str) -> tuple[Block, list[MakeUp]]:
    off: Block | None = None
    worked: list[MakeUp] = []
    for sentence in re.split(r"[。；\n]", body):
        if off is None and "放假" in sentence:
            off = _days_off(year, name, sentence)
        elif sentence.endswith("上班"):
            worked += [MakeUp(name, day) for day in _days(year, name, sentence)]
    if off is None:
        raise _unreadable(name, "没有读到哪几天放假")
    return off, worked


def _days_off(year: int, name: str, sentence: str) -> Block:
    days = list(_days(year, name, sentence.partition("放假")[0]))
    if len(days) not in (1, 2):
        raise _unreadable(name, "放假的起止日期读不懂")
    block = Block(name, days[0], days[-1])
    said = _TOTAL.search(sentence)
    length = (block.last - block.first).days + 1
    if said and int(said[1]) != length:
        raise _unreadable(name, f"写着{said[1]}天，{block.first}至{block.last}是{length}天")
    return block


def _days(year: int, name: str, sentence: str) -> Iterator[date]:
    """Yield the dates of a sentence; a year or month that is left out is that of the date before."""
    month = 0
    for said_year, said_month, said_day, aside in _DAY.findall(sentence):
        month = int(said_month) if said_month else month
        year = int(said_year) if said_year else year
        try:
            day = date(year, month, int(said_day))
        except ValueError:
            raise _unreadable(name, f"没有{month}月{said_day}日这一天") from None
        weekday = _WEEKDAY.search(aside)
        if weekday and weekday[1].replace("天", "日") != _WEEKDAYS[day.weekday()]:
            raise _unreadable(name, f"{day}是星期{_WEEKDAYS[day.weekday()]}，通知里写的是星期{weekday[1]}")
        yield day


def _unreadable(name: str, why: str) -> Refused:
    return Refused(f"“{name}”这一段：{why}，请对照通知核对。", rule=WORKING_DAY)
