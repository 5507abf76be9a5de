"""One place that shows documents, and where it stands in a release. Answers may come twice, late and out of order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

WEBSITE: Final = "website"

ChannelKind = Literal["website", "wechat", "weibo"]
FailedOutcome = Literal["rejected", "failed", "unknown", "partial", "blocked"]


@dataclass(frozen=True, slots=True)
class Channel:
    """`id` is `website` or `account:<uuid>`."""

    id: str
    kind: ChannelKind
    name: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Asked to prepare; no answer yet."""


@dataclass(frozen=True, slots=True)
class Prepared:
    rendition: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Cannot show this edition as it is; `retry` says whether a new try may help without an edit."""

    code: str
    reason: str
    retry: bool


@dataclass(frozen=True, slots=True)
class Skipped:
    """A person decided to go without it."""

    by: UUID


@dataclass(frozen=True, slots=True)
class Released:
    acted_at: datetime
    url: str | None


@dataclass(frozen=True, slots=True)
class Confirmed:
    acted_at: datetime
    url: str
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class Failed:
    """We acted, and the platform rejected it, or nobody knows."""

    outcome: FailedOutcome
    code: str
    reason: str
    acted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Drifted:
    """What is shown differs from what was approved, or is gone."""

    kind: Literal["changed", "removed"]
    seen_at: datetime
    difference: str
    acted_at: datetime | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Retracted:
    retracted_at: datetime
    by: Literal["us", "platform", "account-owner"]
    #: When we had acted on it in this release: what was taken back later was shown all the same.
    acted_at: datetime | None = None


Standing = Waiting | Prepared | Refused | Skipped | Released | Confirmed | Failed | Drifted | Retracted

#: What is left to hear from a channel after the order: nothing more is needed to close.
ANSWERED: Final = (Released, Confirmed, Failed, Drifted, Retracted)

STANDING_NAMES: Final[dict[type[Standing], str]] = {
    Waiting: "准备中",
    Prepared: "已就绪",
    Refused: "已拒绝",
    Skipped: "不发此渠道",
    Released: "已发布",
    Confirmed: "已发布",
    Failed: "发布失败",
    Drifted: "内容有变",
    Retracted: "已撤回",
}


def acted_at(standing: Standing) -> datetime | None:
    """Return the moment we acted on this channel, if we did."""
    match standing:
        case Released() | Confirmed() | Failed() | Drifted() | Retracted():
            return standing.acted_at
        case _:
            return None


def url_of(standing: Standing) -> str | None:
    match standing:
        case Released() | Confirmed() | Drifted():
            return standing.url
        case _:
            return None
