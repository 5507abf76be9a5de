"""What may be asked of a delivery and what may happen to it: commands and facts. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from newmedia_sync.domain.delivery import Mission, Order, Replaced
from newmedia_sync.domain.outcome import Outcome, Post

# ── Commands ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Prepare:
    mission: Mission


@dataclass(frozen=True, slots=True)
class PassChecks:
    rendition: str
    replaces: tuple[Replaced, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderRelease:
    order: Order


@dataclass(frozen=True, slots=True)
class CancelRelease:
    reason: str


@dataclass(frozen=True, slots=True)
class Begin:
    """Write down that the next call may change what the public sees."""

    attempt: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Learn:
    """What a platform call ended with; `acted_at` is when the call was made."""

    outcome: Outcome
    at: datetime
    acted_at: datetime


@dataclass(frozen=True, slots=True)
class Interrupt:
    """An attempt was begun and nobody is there any more who waits for its answer."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ReportPost:
    """A person says where it is; the page was checked."""

    post: Post
    at: datetime


@dataclass(frozen=True, slots=True)
class ReportRetracted:
    at: datetime


@dataclass(frozen=True, slots=True)
class Retire:
    because: UUID


@dataclass(frozen=True, slots=True)
class Compare:
    """What read-back saw; an empty kind means that it is as approved."""

    kind: Literal["", "changed", "removed"]
    seen_digest: str
    difference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Retry:
    at: datetime


@dataclass(frozen=True, slots=True)
class GiveUp:
    reason: str
    at: datetime


Command = (
    Prepare
    | PassChecks
    | OrderRelease
    | CancelRelease
    | Begin
    | Learn
    | Interrupt
    | ReportPost
    | ReportRetracted
    | Retire
    | Compare
    | Retry
    | GiveUp
)

# ── Facts ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class PreparationAsked:
    mission: Mission


@dataclass(frozen=True, slots=True)
class ChecksPassed:
    rendition: str
    replaces: tuple[Replaced, ...]


@dataclass(frozen=True, slots=True)
class DraftStaged:
    stage: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StageLost:
    at: datetime


@dataclass(frozen=True, slots=True)
class ReleaseWasOrdered:
    order: Order


@dataclass(frozen=True, slots=True)
class PreparationDropped:
    reason: str


@dataclass(frozen=True, slots=True)
class StageDiscarded:
    at: datetime


@dataclass(frozen=True, slots=True)
class AttemptBegun:
    attempt: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class PlatformAccepted:
    job: str
    acted_at: datetime


@dataclass(frozen=True, slots=True)
class PostShown:
    post: Post
    acted_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class HandedToPerson:
    at: datetime


@dataclass(frozen=True, slots=True)
class RetractionAsked:
    because: UUID


@dataclass(frozen=True, slots=True)
class PostRetracted:
    at: datetime
    by: Literal["us", "platform"]


@dataclass(frozen=True, slots=True)
class Postponed:
    code: str
    reason: str
    until: datetime


@dataclass(frozen=True, slots=True)
class PersonNeeded:
    code: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ContentDeclined:
    code: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PartlyShown:
    post: Post
    reason: str
    acted_at: datetime


@dataclass(frozen=True, slots=True)
class OutcomeUnknown:
    code: str
    reason: str
    acted_at: datetime


@dataclass(frozen=True, slots=True)
class ProbedAbsent:
    at: datetime


@dataclass(frozen=True, slots=True)
class AttemptRuledOut:
    at: datetime


@dataclass(frozen=True, slots=True)
class DriftSeen:
    kind: Literal["changed", "removed"]
    seen_digest: str
    difference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MatchSeen:
    at: datetime


@dataclass(frozen=True, slots=True)
class RetryAsked:
    at: datetime


@dataclass(frozen=True, slots=True)
class GivenUp:
    reason: str
    at: datetime


Fact = (
    PreparationAsked
    | ChecksPassed
    | DraftStaged
    | StageLost
    | ReleaseWasOrdered
    | PreparationDropped
    | StageDiscarded
    | AttemptBegun
    | PlatformAccepted
    | PostShown
    | HandedToPerson
    | RetractionAsked
    | PostRetracted
    | Postponed
    | PersonNeeded
    | ContentDeclined
    | PartlyShown
    | OutcomeUnknown
    | ProbedAbsent
    | AttemptRuledOut
    | DriftSeen
    | MatchSeen
    | RetryAsked
    | GivenUp
)

#: Two looks that find nothing count as two only this far apart, even where the platform names no delay.
LEAST_GAP = timedelta(seconds=1)
