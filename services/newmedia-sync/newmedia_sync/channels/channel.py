"""What every platform adapter can be asked. Adapters speak HTTP: no database, no clock of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from newmedia_sync.domain.outcome import (
    Absent,
    Done,
    Hitch,
    NeedsPerson,
    Outcome,
    PartDone,
    Post,
    QuotaGone,
    Running,
    Shown,
    Taken,
    TurnedDown,
    Unclear,
)
from newmedia_sync.rendition import Problem, Rendition

Setback = Hitch | QuotaGone | NeedsPerson | TurnedDown
StageOutcome = Done | Setback | Unclear
VerifyOutcome = Done | Absent | Setback
SendOutcome = Taken | Shown | PartDone | Setback | Unclear
ConfirmOutcome = Shown | Running | PartDone | Setback
RetractOutcome = Done | Absent | Setback | Unclear


@dataclass(frozen=True, slots=True)
class Access:
    """How an account is reached. `secrets` come from the vault and live in memory only."""

    handle: str
    name: str
    api_base: str
    web_base: str
    business: bool
    secrets: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes to a platform: the rendition and the bytes it names."""

    rendition: Rendition
    release_id: UUID
    pictures: Mapping[str, bytes]
    cover: bytes | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a follower can read, in the form in which read-back compares it."""

    text: str


@dataclass(frozen=True, slots=True)
class Quota:
    """Calls of one group per Shanghai day."""

    group: str
    per_day: int


@dataclass(frozen=True, slots=True)
class Capabilities:
    update: bool
    retract: bool
    stages: bool
    automatic: bool
    #: What each step costs of which daily quota.
    quotas: Mapping[str, Quota]


class Channel(Protocol):
    """No method raises for what a platform does: every ending is an outcome."""

    capabilities: Capabilities

    def check(self, rendition: Rendition) -> tuple[Problem, ...]:
        """Our own look at the platform's limits, before anything leaves the house."""

    async def stage(self, parcel: Parcel) -> StageOutcome:
        """Upload and draft: invisible, reversible."""

    async def verify(self, stage: str, rendition: Rendition) -> VerifyOutcome:
        """Look shortly before the instant whether the draft is there as made and the credentials work."""

    async def send(self, stage: str, parcel: Parcel) -> SendOutcome:
        """Show it: the one call that the adapter repeats only if the platform said that nothing happened."""

    async def confirm(self, job: str, rendition: Rendition, acted_at: datetime) -> ConfirmOutcome:
        """Ask what became of an accepted task."""

    async def probe(self, stage: str, rendition: Rendition, acted_at: datetime) -> Outcome:
        """Did a call whose answer was lost arrive? `Absent` only when the platform shows no trace of it."""

    async def retract(self, post: Post) -> RetractOutcome: ...

    async def discard(self, stage: str) -> RetractOutcome:
        """Take back a draft that will not be sent."""

    async def read_back(self, post: Post) -> Seen | Absent | Setback: ...

    async def health(self) -> Done | Setback:
        """Say whether the credentials work, and for long enough."""
