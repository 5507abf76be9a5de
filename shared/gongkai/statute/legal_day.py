"""The only date the law knows: that of Asia/Shanghai, whatever clock an instant was read from."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def legal_date(at: datetime) -> date:
    """Return the legal date of an instant."""
    return at.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """Return the first moment of a legal date."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)
