"""What people, channels and clocks want of a release. `at` is the moment the command is carried out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from publication.release.channels import FailedOutcome
from publication.release.states import Plan


@dataclass(frozen=True, slots=True)
class OpenRelease:
    plan: Plan
    at: datetime


@dataclass(frozen=True, slots=True)
class NotePrepared:
    channel: str
    edition_digest: str
    rendition: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteRefused:
    channel: str
    code: str
    reason: str
    retry: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteReleased:
    channel: str
    acted_at: datetime
    url: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteConfirmed:
    channel: str
    url: str
    confirmed_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteFailed:
    channel: str
    outcome: FailedOutcome
    code: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteRetracted:
    channel: str
    retracted_at: datetime
    by: Literal["us", "platform", "account-owner"]
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteDrifted:
    channel: str
    kind: Literal["changed", "removed"]
    seen_at: datetime
    difference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PassPrepareBy:
    """The time to prepare is over."""

    at: datetime


@dataclass(frozen=True, slots=True)
class PassInstant:
    """The instant has come."""

    at: datetime


@dataclass(frozen=True, slots=True)
class PassCloseBy:
    """Channels had their time to answer after the instant."""

    at: datetime


@dataclass(frozen=True, slots=True)
class GoWithout:
    """A person lets these channels go."""

    channels: tuple[str, ...]
    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    by: UUID
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Resume:
    """A person lets a held release go on, with a new time to prepare."""

    by: UUID
    prepare_by: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Reschedule:
    """Another instant, or none: as soon as all are ready."""

    by: UUID
    scheduled_at: datetime | None
    prepare_by: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class CancelRelease:
    by: UUID
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RetryChannel:
    channel: str
    by: UUID
    prepare_by: datetime
    at: datetime


Command = (
    OpenRelease
    | NotePrepared
    | NoteRefused
    | NoteReleased
    | NoteConfirmed
    | NoteFailed
    | NoteRetracted
    | NoteDrifted
    | PassPrepareBy
    | PassInstant
    | PassCloseBy
    | GoWithout
    | Hold
    | Resume
    | Reschedule
    | CancelRelease
    | RetryChannel
)
