"""Dates and lasting words as people type them, read in one way by every form and every program."""

import re
from datetime import date
from typing import Any, Final

from gongkai.runtime.privacy import BLOT, blotted
from gongkai.web.texts import printable

FIRST_YEAR, LAST_YEAR = 1949, 2100
_DATE: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


def read_date(text: Any) -> Any:
    """Accept 2025-02-27, 2025/2/27 and 2025年2月27日; whatever else is said in one sentence."""
    if not isinstance(text, str):
        return text
    found = _DATE.fullmatch(text.strip())
    if not found:
        raise ValueError("日期写作“2025年2月27日”或者“2025-02-27”")
    year, month, day = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{year}年{month}月没有{day}日，请对照日历再看一遍") from None


def sensible(day: date) -> date:
    """Refuse a day that is a slip of the finger."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"日期应当在{FIRST_YEAR}年到{LAST_YEAR}年之间")
    return day


def on_record(text: str) -> str:
    """Refuse numbers of people in what stays in the register for ever."""
    if BLOT in str(blotted(text)) and BLOT not in text:
        raise ValueError("这段文字会永久留存，不要写身份证号、手机号和电子邮箱")
    return printable(text)
