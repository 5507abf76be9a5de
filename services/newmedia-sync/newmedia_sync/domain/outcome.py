"""What a platform call can end with, the same words for every platform. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final, Literal

#: Platforms count their days in Shanghai, which has had no summer time since 1991.
SHANGHAI: Final = timezone(timedelta(hours=8))
#: How long to wait after the first, second … failure that left nothing behind.
BACKOFF: Final = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 15, 60, 300))


@dataclass(frozen=True, slots=True)
class Post:
    """What followers can see: the platform's own id, and its address when we know it."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class Done:
    """It is done; `ref` is what the platform calls it (a draft), empty when it keeps nothing."""

    ref: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """The platform accepted the task and will show or refuse it later."""

    job: str


@dataclass(frozen=True, slots=True)
class Shown:
    post: Post


@dataclass(frozen=True, slots=True)
class Running:
    """Still under way, ask again later."""


@dataclass(frozen=True, slots=True)
class Absent:
    """It is not there. `settle` is how long the platform may take to show what it took."""

    settle: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Hitch:
    """Nothing happened there; the same call may be made again soon."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class QuotaGone:
    code: str
    reason: str
    window: Literal["minute", "hour", "day"]


@dataclass(frozen=True, slots=True)
class NeedsPerson:
    """Credentials, permission or the account itself: a person must act at the platform."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class TurnedDown:
    """The platform does not take this content."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody knows whether it happened."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class PartDone:
    post: Post
    reason: str


Outcome = Done | Taken | Shown | Running | Absent | Hitch | QuotaGone | NeedsPerson | TurnedDown | Unclear | PartDone


def wait_until(outcome: Hitch | QuotaGone, tries: int, at: datetime) -> datetime:
    """Return when the next try makes sense."""
    match outcome:
        case Hitch():
            return at + BACKOFF[min(tries, len(BACKOFF) - 1)]
        case QuotaGone(window="minute"):
            return at + timedelta(minutes=1)
        case QuotaGone(window="hour"):
            return at + timedelta(hours=1)
        case QuotaGone():
            tomorrow = at.astimezone(SHANGHAI) + timedelta(days=1)
            return tomorrow.replace(hour=0, minute=1, second=0, microsecond=0)
