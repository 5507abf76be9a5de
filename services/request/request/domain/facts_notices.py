"""What became of decisions that wait for a letter, and what the parts of a split paper take over; see `facts`."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongkai.statute.clock import Excluded, Extended
from request.domain.file import Consultation, Correction, Extension, Fee, Inquiry
from request.domain.values import Notice


@dataclass(frozen=True, slots=True)
class NoticeDropped:
    """A decision that waited for its letter is given up; it never took effect. `by` is None when its time passed."""

    notice: Notice
    on: date
    why: str
    by: UUID | None = None
    letter: UUID | None = None
    """Names the consultation, where it was one."""


@dataclass(frozen=True, slots=True)
class NoticeReached:
    """The notice is with the applicant: the period that was set runs against them from here."""

    notice: Notice
    received_on: date
    answer_by: date


@dataclass(frozen=True, slots=True)
class ClockInherited:
    """A part of a split paper takes over the clock as it stood, and what was used up: it all happened to the paper."""

    of: UUID
    restarted_on: date | None
    excluded: tuple[Excluded, ...]
    extended: tuple[Extended, ...]
    due_on: date
    provisional: bool
    fixed_on: date | None = None
    fixed_since: date | None = None
    fixed_article: str = ""
    fixed_why: str = ""
    correction: Correction | None = None
    extensions: tuple[Extension, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    inquiry: Inquiry | None = None
    fee: Fee | None = None
