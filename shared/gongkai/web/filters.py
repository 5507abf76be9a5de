"""How dates, times, sizes and numbers are written in Chinese. Instants are shown in Asia/Shanghai."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from gongkai.statute import legal_day

SHANGHAI: Final = legal_day.SHANGHAI
WEEKDAYS: Final = "一二三四五六日"


def local_date(value: date | datetime) -> date:
    """Return the legal date of an instant; a date is returned as it is."""
    return legal_day.legal_date(value) if isinstance(value, datetime) else value


def date_plain(value: date | datetime | None) -> str:
    if value is None:
        return ""
    day = local_date(value)
    return f"{day.year}年{day.month}月{day.day}日"


def weekday_zh(value: date | datetime | None) -> str:
    return "" if value is None else f"星期{WEEKDAYS[local_date(value).weekday()]}"


def date_zh(value: date | datetime | None) -> str:
    """2025年2月27日（星期四）."""
    return "" if value is None else f"{date_plain(value)}（{weekday_zh(value)}）"


def date_short(value: date | datetime | None) -> str:
    """2月27日, for lists of one year."""
    if value is None:
        return ""
    day = local_date(value)
    return f"{day.month}月{day.day}日"


def date_near(value: date | datetime | None, today: date) -> str:
    """Drop the year when it is this year."""
    if value is None:
        return ""
    return date_short(value) if local_date(value).year == today.year else date_plain(value)


def time_zh(value: datetime | None) -> str:
    return "" if value is None else value.astimezone(SHANGHAI).strftime("%H:%M")


def second_zh(value: datetime | None) -> str:
    """10:00:01.1, for measured instants."""
    if value is None:
        return ""
    local = value.astimezone(SHANGHAI)
    return f"{local:%H:%M:%S}.{local.microsecond // 100_000}"


def datetime_zh(value: datetime | None) -> str:
    return "" if value is None else f"{date_zh(value)}{time_zh(value)}"


def iso(value: date | datetime | None) -> str:
    """Fill `<time datetime>`: local time with its offset."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat(timespec="seconds")
    return value.isoformat()


def filesize(value: int | None) -> str:
    """186 KB, 23.4 MB."""
    if value is None:
        return ""
    if value < 1024:
        return f"{value} 字节"
    if value < 1024 * 1024:
        return f"{round(value / 1024)} KB"
    return f"{value / 1024 / 1024:.1f} MB"


def number(value: float | None) -> str:
    """1,234; at most one decimal."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "date_plain": date_plain,
    "date_zh": date_zh,
    "date_short": date_short,
    "date_near": date_near,
    "weekday_zh": weekday_zh,
    "time_zh": time_zh,
    "second_zh": second_zh,
    "datetime_zh": datetime_zh,
    "iso": iso,
    "filesize": filesize,
    "number": number,
}
