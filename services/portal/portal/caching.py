"""How long an answer may be kept. Pure.

A copy may never outlive the instant at which something it shows changes. Instants that are ordered are known; one
that is not ordered yet comes at least the guard interval after its order. So a copy lives for half of the guard at
most; the other half is left for the order to travel.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

NO_STORE: Final = "no-store"
REVALIDATE: Final = "public, no-cache"


def lifetime(now: datetime, next_instant: datetime | None, guard: timedelta) -> int:
    """Return whole seconds, rounded down; none at all when the next change is nearer than a second."""
    left = guard / 2 if next_instant is None else min(guard / 2, next_instant - now)
    return max(0, int(left.total_seconds()))


def good_until(now: datetime, next_instant: datetime | None, guard: timedelta) -> datetime:
    """Return the instant after which an answer must be made anew."""
    return now + guard / 2 if next_instant is None else min(now + guard / 2, next_instant)


def cache_control(seconds: int) -> str:
    return f"public, max-age={seconds}, must-revalidate" if seconds else REVALIDATE


def etag(*parts: bytes | str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        octets = part.encode() if isinstance(part, str) else part
        digest.update(len(octets).to_bytes(8, "big") + octets)
    return f'"{digest.hexdigest()[:32]}"'


def http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)


def unchanged(tag: str, modified: datetime | None, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """Tell whether the reader's copy is still good (RFC 9110: the tag decides when it is given)."""
    if if_none_match is not None:
        return if_none_match.strip() == "*" or tag in _tags(if_none_match)
    if if_modified_since is None or modified is None:
        return False
    try:
        since = parsedate_to_datetime(if_modified_since)
    except (ValueError, OverflowError):
        return False
    if since.tzinfo is None:
        return False
    return modified.replace(microsecond=0) <= since


def _tags(header: str) -> Iterable[str]:
    return {part.strip().removeprefix("W/") for part in header.split(",")}
