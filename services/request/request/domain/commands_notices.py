"""What someone wants with a decision that waits for its letter, and with the clock of a part; see `commands`."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from request.domain.case import Handling
from request.domain.values import Notice


@dataclass(frozen=True, slots=True)
class DropNotice:
    """Give up what was decided and still waits for its letter; `letter` names the consultation, where it is one."""

    notice: Notice
    why: str
    by: UUID
    today: date
    letter: UUID | None = None


@dataclass(frozen=True, slots=True)
class DropMissedNotices:
    """Give up by itself what should have been told by now and was not: the law leaves no later day for it."""

    today: date


@dataclass(frozen=True, slots=True)
class NoteNoticeReceived:
    """A correction or reasons notice that went by mail is with the applicant since that day."""

    received_on: date
    today: date


@dataclass(frozen=True, slots=True)
class InheritClock:
    """Let this part of a split paper stand where the paper stands."""

    of: UUID
    paper: Handling
    by: UUID
    today: date
