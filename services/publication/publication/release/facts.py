"""What happened in a release."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from publication.release.channels import FailedOutcome
from publication.release.states import HeldBy, Plan


@dataclass(frozen=True, slots=True)
class ReleaseOpened:
    plan: Plan
    at: datetime


@dataclass(frozen=True, slots=True)
class ChannelReady:
    channel: str
    rendition: str


@dataclass(frozen=True, slots=True)
class ChannelDeclined:
    channel: str
    code: str
    reason: str
    retry: bool


@dataclass(frozen=True, slots=True)
class ChannelLetGo:
    channel: str
    by: UUID


@dataclass(frozen=True, slots=True)
class ChannelAskedAgain:
    channel: str
    by: UUID
    prepare_by: datetime


@dataclass(frozen=True, slots=True)
class ReleaseHeld:
    by: HeldBy
    person: UUID | None
    reason: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleaseResumed:
    """`person` is None when the missing channel came after all."""

    person: UUID | None
    prepare_by: datetime


@dataclass(frozen=True, slots=True)
class ReleaseRescheduled:
    by: UUID
    scheduled_at: datetime | None
    prepare_by: datetime


@dataclass(frozen=True, slots=True)
class ReleaseOrdered:
    """The one instant. It is never given twice."""

    release_at: datetime
    channels: tuple[str, ...]
    laggards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InstantPassed:
    at: datetime


@dataclass(frozen=True, slots=True)
class ChannelActed:
    channel: str
    acted_at: datetime
    url: str | None


@dataclass(frozen=True, slots=True)
class ChannelShown:
    channel: str
    url: str
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class ChannelFell:
    channel: str
    outcome: FailedOutcome
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChannelTookBack:
    channel: str
    retracted_at: datetime
    by: Literal["us", "platform", "account-owner"]


@dataclass(frozen=True, slots=True)
class ChannelDrifted:
    channel: str
    kind: Literal["changed", "removed"]
    seen_at: datetime
    difference: str


@dataclass(frozen=True, slots=True)
class ReleaseClosed:
    """`published_at` is when the site showed it; `silent` did not answer in time and are unknown."""

    published_at: datetime
    skew_ms: float
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleaseCancelled:
    by: UUID
    reason: str


Fact = (
    ReleaseOpened
    | ChannelReady
    | ChannelDeclined
    | ChannelLetGo
    | ChannelAskedAgain
    | ReleaseHeld
    | ReleaseResumed
    | ReleaseRescheduled
    | ReleaseOrdered
    | InstantPassed
    | ChannelActed
    | ChannelShown
    | ChannelFell
    | ChannelTookBack
    | ChannelDrifted
    | ReleaseClosed
    | ReleaseCancelled
)
