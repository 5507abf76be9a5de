"""What happened at work on a case, after it, and what became of it; see `facts`."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

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
class SearchRecorded:
    search: Searched


@dataclass(frozen=True, slots=True)
class SimilarConfirmed:
    """An earlier case or a public document that answers the same; `earlier` is a case, `document` a permalink."""

    earlier: UUID | None
    document: str
    same_applicant: bool
    by: UUID


@dataclass(frozen=True, slots=True)
class MattersSplit:
    into: tuple[UUID, ...]
    by: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class JoinedInto:
    """Handled in another case: it keeps its own number and is answered by the other's letter."""

    case: UUID
    by: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Separated:
    """Handled by itself again: the case into which it went has ended without an answer, or an officer says so."""

    case: UUID
    on: date
    reason: str
    by: UUID | None


@dataclass(frozen=True, slots=True)
class UnitAsked:
    task: UUID
    unit: str
    asked_on: date
    answer_by: date | None
    by: UUID


@dataclass(frozen=True, slots=True)
class UnitAnswered:
    task: UUID
    on: date
    opinion_item: UUID | None
    by: UUID


@dataclass(frozen=True, slots=True)
class Redacted:
    """A clean copy was made; every passage taken out has its reason and article."""

    source: str
    result: str
    passages: int
    articles: tuple[str, ...]
    by: UUID


@dataclass(frozen=True, slots=True)
class ReplyDrafted:
    round: int
    draft: int
    decisions: tuple[ItemDecision, ...]
    row: Row
    text_item: UUID
    """Vault item: the letter's own words."""
    by: UUID
    ladder: tuple[str, ...] = ()
    """The rungs that this draft climbs, whatever is set later. Drafts of earlier versions follow the installation."""
    instead_of: UUID | None = None
    """The colleague who was away and whose duty `by` did."""


@dataclass(frozen=True, slots=True)
class StepPassed:
    """One step of the ladder (legal review, section head, deputy head, head) for one draft."""

    draft: int
    step: str
    by: UUID
    opinion: str
    instead_of: UUID | None = None
    """Whose place was taken, when it was a colleague's who was away."""


@dataclass(frozen=True, slots=True)
class DraftReturned:
    draft: int
    step: str
    by: UUID
    opinion: str
    instead_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class LetterIssued:
    """A letter left our hands: numbered, frozen, verifiable."""

    letter: UUID
    kind: LetterKind
    number: str
    year: int
    serial: int
    digest: str
    issued_on: date
    by: UUID | None


@dataclass(frozen=True, slots=True)
class LetterServed:
    letter: UUID
    served: Served
    counts_on: date
    """The day that counts by law: signing for direct service, posting for mail, arrival where the applicant chose
    to get it for electronic ways."""
    rule: str
    by: UUID | None


@dataclass(frozen=True, slots=True)
class Answered:
    """The reply went out: the clock ends. `given` are the digests of what the applicant got."""

    round: int
    row: Row
    decisions: tuple[ItemDecision, ...]
    answered_on: date
    due_on: date | None
    late: bool
    given: tuple[str, ...] = ()
    letter: UUID | None = None
    through: UUID | None = None
    """The case whose letter and files answer this one, when it was joined; None when they are its own."""


@dataclass(frozen=True, slots=True)
class WithdrawnByApplicant:
    on: date
    by: UUID | None


@dataclass(frozen=True, slots=True)
class Archived:
    on: date
    by: UUID


@dataclass(frozen=True, slots=True)
class PersonErased:
    """What the vault held of a person of this case was destroyed; ids and numbers stay and lead nowhere."""

    person: UUID
    role: PersonRole
    on: date
    reason: str
    by: UUID


# ── Remedies ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class RemedyFiled:
    remedy: UUID
    kind: RemedyKind
    filed_on: date
    received_on: date
    body: str
    number: str
    answer_by: date | None
    by: UUID
    warnings: tuple[str, ...] = ()
    """What looks wrong about the filing (`remedies.WARNINGS`); whoever decides it admits it all the same."""
    by_law: bool = False
    """`answer_by` was counted from the statute, so another calendar moves it."""


@dataclass(frozen=True, slots=True)
class RemedyAnswered:
    remedy: UUID
    on: date
    by: UUID


@dataclass(frozen=True, slots=True)
class RemedyDecided:
    remedy: UUID
    result: RemedyResult
    on: date
    number: str
    by: UUID


@dataclass(frozen=True, slots=True)
class RoundOpened:
    """A corrected decision sends the case back to handling; its clock is the one the decision set, or A33's."""

    round: int
    because: UUID
    from_on: date
    due_on: date
    provisional: bool = False
    ordered: bool = False
    """The decision set the day; no calendar and no extension of ours moves it."""


# ── Conversion ─────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ConversionReviewed:
    """`review` names the kept chain (rules, facts, results); `advice` is publish, redact, keep or ask."""

    review: UUID
    round: int
    advice: str
    rules_version: str
    articles: tuple[str, ...]
    relook_on: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ConversionDecided:
    review: UUID
    accepted: bool
    decision: str
    reason: str
    by: UUID


@dataclass(frozen=True, slots=True)
class ConversionPublished:
    review: UUID
    document_id: UUID
    permalink: str
    on: date


# ── The applicant ──────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class MarkedTypical:
    by: UUID
    why: str
    sent_up_on: date | None = None


@dataclass(frozen=True, slots=True)
class CaseImported:
    """A case of an earlier year came in with a spreadsheet: what is known of it, as counted then."""

    organ_id: UUID
    source: str
    year: int
    applicant_kind: ApplicantKind
    received_on: date
    answered_on: date | None
    row: Row | None
    by: UUID
    number: str = ""
    channel: Channel = "online"
    remedies: tuple[tuple[RemedyKind, RemedyResult | None], ...] = ()
    fee: FeeCharged | None = None
    remedy_dates: tuple[tuple[date | None, date | None], ...] = ()
    """For each remedy the days it was received and decided; empty where the sheet knows only the year."""
    fee_noticed_on: date | None = None
    fee_paid_on: date | None = None
