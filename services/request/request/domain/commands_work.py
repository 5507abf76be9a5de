"""What someone wants with a case at work, after it, and with what became of it; see `commands`."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from request.domain.case import Case
from request.domain.values import (
    ApplicantKind,
    Channel,
    FeeCharged,
    ItemDecision,
    LetterKind,
    PersonRole,
    RemedyKind,
    RemedyResult,
    Row,
    Searched,
    Served,
)

# ── Handling ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class RecordSearch:
    search: Searched
    today: date


@dataclass(frozen=True, slots=True)
class ConfirmSimilar:
    earlier: UUID | None
    document: str
    same_applicant: bool
    by: UUID


@dataclass(frozen=True, slots=True)
class Split:
    into: tuple[UUID, ...]
    reason: str
    by: UUID


@dataclass(frozen=True, slots=True)
class JoinInto:
    this: UUID
    """The case that is joined, so that nobody joins a case to itself."""
    case: UUID
    lead: Case
    """The case into which it goes, as it stands: whether it is open and whose it is decides."""
    reason: str
    by: UUID


@dataclass(frozen=True, slots=True)
class Separate:
    """A joined case is handled by itself again; `by` is None when the other case ended without an answer."""

    reason: str
    by: UUID | None
    today: date


@dataclass(frozen=True, slots=True)
class AskUnit:
    task: UUID
    unit: str
    answer_by: date | None
    by: UUID
    today: date


@dataclass(frozen=True, slots=True)
class NoteUnitAnswer:
    task: UUID
    opinion_item: UUID | None
    by: UUID
    today: date


@dataclass(frozen=True, slots=True)
class NoteRedaction:
    source: str
    result: str
    passages: int
    articles: tuple[str, ...]
    by: UUID


@dataclass(frozen=True, slots=True)
class DraftReply:
    """A new draft; the number is given by the case. It voids the steps of the draft before it."""

    decisions: tuple[ItemDecision, ...]
    text_item: UUID
    by: UUID
    today: date
    ladder: tuple[str, ...] = ()
    """The rungs that the organ has set for drafts of this day; none where it follows the installation."""
    instead_of: UUID | None = None
    """The colleague who is away and whose duty `by` does; None who acts in a role of their own."""


@dataclass(frozen=True, slots=True)
class PassStep:
    draft: int
    step: str
    by: UUID
    opinion: str = ""
    instead_of: UUID | None = None
    """Whose place on the ladder is taken, when it is a colleague's who is away."""


@dataclass(frozen=True, slots=True)
class ReturnDraft:
    draft: int
    step: str
    by: UUID
    opinion: str
    instead_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class IssueLetter:
    letter: UUID
    kind: LetterKind
    number: str
    year: int
    serial: int
    digest: str
    today: date
    by: UUID | None
    answer_by: date | None = None
    """The day for which the letter asks another organ; the law sets the others."""


@dataclass(frozen=True, slots=True)
class ServeLetter:
    """The letter reached its addressee. `on` is the day that counts by the way of service."""

    letter: UUID
    served: Served
    on: date
    by: UUID | None
    today: date
    received_on: date | None = None
    """Of mail: the day the addressee has it, if known already. Other ways reach them on the day that counts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply letter was served: the clock ends."""

    letter: UUID
    today: date


@dataclass(frozen=True, slots=True)
class AnswerJoined:
    """A joined case ends with the reply of the case it was joined to."""

    through: UUID
    """The case whose letter it is."""
    letter: UUID
    row: Row
    decisions: tuple[ItemDecision, ...]
    answered_on: date
    today: date


@dataclass(frozen=True, slots=True)
class Withdraw:
    today: date
    by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Archive:
    by: UUID
    today: date


@dataclass(frozen=True, slots=True)
class NoteErasure:
    """What the vault held of a person of this case is destroyed."""

    person: UUID
    role: PersonRole
    reason: str
    by: UUID
    today: date


# ── Remedies ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class FileRemedy:
    """Others file and others admit it: it is recorded whatever its date, and what looks wrong is said in the fact."""

    remedy: UUID
    kind: RemedyKind
    filed_on: date
    received_on: date
    body: str
    number: str
    by: UUID
    today: date
    answer_by: date | None = None
    """Day set by the notice of the court or department; reconsideration takes the statute's when none is given."""


@dataclass(frozen=True, slots=True)
class AnswerRemedy:
    remedy: UUID
    by: UUID
    today: date


@dataclass(frozen=True, slots=True)
class DecideRemedy:
    remedy: UUID
    result: RemedyResult
    on: date
    number: str
    by: UUID
    today: date


@dataclass(frozen=True, slots=True)
class OpenRound:
    """A remedy corrected the reply: handle the case again from the day the decision reached us."""

    because: UUID
    from_on: date
    today: date
    ordered_due_on: date | None = None
    """The day the decision set; without one A33 applies."""


# ── Conversion, library, years before ──────────────────────────────────────


@dataclass(frozen=True, slots=True)
class NoteConversionReview:
    review: UUID
    advice: str
    rules_version: str
    articles: tuple[str, ...]
    relook_on: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class DecideConversion:
    """`decision` is publish, redact or keep; it is taken from the advice when that is accepted."""

    review: UUID
    accepted: bool
    decision: str
    reason: str
    by: UUID


@dataclass(frozen=True, slots=True)
class NoteConversionPublished:
    review: UUID
    document_id: UUID
    permalink: str
    on: date


@dataclass(frozen=True, slots=True)
class MarkTypical:
    by: UUID
    why: str
    sent_up_on: date | None = None


@dataclass(frozen=True, slots=True)
class ImportCase:
    organ_id: UUID
    source: str
    year: int
    applicant_kind: ApplicantKind
    received_on: date
    answered_on: date | None
    row: Row | None
    by: UUID
    today: date
    number: str = ""
    channel: Channel = "online"
    remedies: tuple[tuple[RemedyKind, RemedyResult | None], ...] = ()
    fee: FeeCharged | None = None
    remedy_dates: tuple[tuple[date | None, date | None], ...] = ()
    """For each remedy the days it was received and decided; empty where the sheet knows only the year."""
    fee_noticed_on: date | None = None
    fee_paid_on: date | None = None
