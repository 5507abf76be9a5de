"""The states of a release. `Plan` is what was signed; `standings` is where each channel is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from publication.release.channels import WEBSITE, Channel, Prepared, Skipped, Standing, Waiting
from publication.release.channels import Refused as ChannelRefusal

Change = Literal["publish", "correct", "withdraw", "repeal"]
Policy = Literal["all-or-hold", "site-first"]
HeldBy = Literal["channel", "person"]


@dataclass(frozen=True, slots=True)
class Plan:
    document_id: UUID
    edition: int
    edition_digest: str
    manifest: str
    manifest_size: int
    change: Change
    channels: tuple[Channel, ...]
    policy: Policy
    prepare_by: datetime
    scheduled_at: datetime | None
    guard_ms: int
    close_after_ms: int
    ordered_by: UUID
    emergency: bool = False

    @property
    def guard(self) -> timedelta:
        return timedelta(milliseconds=self.guard_ms)

    @property
    def close_after(self) -> timedelta:
        return timedelta(milliseconds=self.close_after_ms)

    def channel(self, channel_id: str) -> Channel | None:
        return next((channel for channel in self.channels if channel.id == channel_id), None)


#: Channel id → where it stands, in the order of the plan.
Standings = tuple[tuple[str, Standing], ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """Nothing is signed."""


@dataclass(frozen=True, slots=True)
class Preparing:
    plan: Plan
    standings: Standings


@dataclass(frozen=True, slots=True)
class Held:
    plan: Plan
    standings: Standings
    by: HeldBy
    reason: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """The one instant is given; channels not in `ordered` and not skipped are laggards."""

    plan: Plan
    standings: Standings
    release_at: datetime
    ordered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Releasing:
    plan: Plan
    standings: Standings
    release_at: datetime
    ordered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    plan: Plan
    standings: Standings
    release_at: datetime
    ordered: tuple[str, ...]
    published_at: datetime
    skew_ms: float


@dataclass(frozen=True, slots=True)
class Cancelled:
    plan: Plan
    standings: Standings
    reason: str


Open = Preparing | Held | Ordered | Releasing | Closed | Cancelled
Release = Absent | Open
INITIAL: Release = Absent()

STATE_NAMES: dict[type[Release], str] = {
    Absent: "未签发",
    Preparing: "准备中",
    Held: "暂缓",
    Ordered: "已定时刻",
    Releasing: "放出中",
    Closed: "已完成",
    Cancelled: "已取消",
}


def standing_of(standings: Standings, channel_id: str) -> Standing | None:
    return next((standing for known, standing in standings if known == channel_id), None)


def with_standing(standings: Standings, channel_id: str, standing: Standing) -> Standings:
    return tuple((known, standing if known == channel_id else was) for known, was in standings)


def waiting(standings: Standings) -> tuple[str, ...]:
    return tuple(channel for channel, standing in standings if isinstance(standing, Waiting))


def prepared(standings: Standings) -> tuple[str, ...]:
    return tuple(channel for channel, standing in standings if isinstance(standing, Prepared))


def missing(standings: Standings) -> tuple[str, ...]:
    """Return the channels that are neither ready nor let go."""
    return tuple(channel for channel, standing in standings if isinstance(standing, Waiting | ChannelRefusal))


def all_ready(standings: Standings) -> bool:
    return not missing(standings) and site_ready(standings)


def site_ready(standings: Standings) -> bool:
    return isinstance(standing_of(standings, WEBSITE), Prepared)


def laggards(standings: Standings, ordered: tuple[str, ...]) -> tuple[str, ...]:
    """Return the channels that the order did not name and nobody let go."""
    return tuple(
        channel for channel, standing in standings if channel not in ordered and not isinstance(standing, Skipped)
    )
