"""What happened to a document. Facts are kept for ever: they name people by id and texts by digest."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from publication.domain.content import Form, Kind, Openness
from publication.domain.disclosure import ItemName, Result
from publication.domain.dossier import Change, Finding, Source, Validity
from publication.domain.steps import StepName


@dataclass(frozen=True, slots=True)
class DraftStarted:
    organ_id: UUID
    by: UUID
    unit: str
    source: Source


@dataclass(frozen=True, slots=True)
class EditionSaved:
    edition: int
    digest: str
    by: UUID
    kind: Kind
    column_id: str
    openness: Openness
    important: bool
    formed_on: date | None


@dataclass(frozen=True, slots=True)
class MarksVoided:
    """An edit took away what was signed under the edition before it."""

    edition: int
    steps: tuple[StepName, ...]
    items: tuple[ItemName, ...]


@dataclass(frozen=True, slots=True)
class IndexNumberIssued:
    index_number: str
    permalink: str
    year: int
    serial: int


@dataclass(frozen=True, slots=True)
class SubmittedForReview:
    edition: int
    by: UUID


@dataclass(frozen=True, slots=True)
class MarkPut:
    step: StepName
    edition: int
    digest: str
    by: UUID
    role: str
    on_behalf_of: UUID | None
    opinion: str
    errors_found: int


@dataclass(frozen=True, slots=True)
class DebtSettled:
    """The marks that an emergency release owed are made up."""

    edition: int


@dataclass(frozen=True, slots=True)
class ReturnedToDrafter:
    step: StepName
    edition: int
    by: UUID
    role: str
    on_behalf_of: UUID | None
    opinion: str
    errors_found: int


@dataclass(frozen=True, slots=True)
class FindingsRecorded:
    edition: int
    report: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class FindingWaived:
    edition: int
    key: str
    by: UUID
    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class DisclosureReviewed:
    item: ItemName
    result: Result
    reason: str
    edition: int
    by: UUID
    role: str
    on_behalf_of: UUID | None


@dataclass(frozen=True, slots=True)
class OpennessReviewed:
    edition: int
    agreed: bool
    by: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class ImpactAssessed:
    edition: int
    report: str
    covers: tuple[str, ...]
    by: UUID
    keep_until: date


@dataclass(frozen=True, slots=True)
class InterpretationLinked:
    interpretation: UUID
    form: Form
    by: UUID


@dataclass(frozen=True, slots=True)
class InterpretedLinked:
    document: UUID
    by: UUID


@dataclass(frozen=True, slots=True)
class InterpretationUnlinked:
    interpretation: UUID
    by: UUID


@dataclass(frozen=True, slots=True)
class InterpretedUnlinked:
    document: UUID
    by: UUID


@dataclass(frozen=True, slots=True)
class InterpretationExempted:
    by: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class EditionApproved:
    """Signed off. The release aggregate takes it from here."""

    release_id: UUID
    change: Change
    edition: int
    digest: str
    manifest: str
    by: UUID
    role: str
    on_behalf_of: UUID | None
    validity: Validity
    emergency_reason: str
    owed: tuple[StepName, ...]
    make_up_by: date | None


@dataclass(frozen=True, slots=True)
class KeptUnpublished:
    edition: int
    by: UUID
    openness: Literal["on-request", "closed"]
    reason: str


@dataclass(frozen=True, slots=True)
class Reopened:
    by: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class DraftDiscarded:
    edition: int
    by: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class CorrectionStarted:
    by: UUID
    explanation: str
    changed_on: date | None = None


@dataclass(frozen=True, slots=True)
class CorrectionDropped:
    by: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawalProposed:
    by: UUID
    explanation: str


@dataclass(frozen=True, slots=True)
class RepealProposed:
    by: UUID
    explanation: str
    validity: Validity
    repealed_on: date
    replaced_by: UUID | None


@dataclass(frozen=True, slots=True)
class ProposalDropped:
    by: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class PenaltyChanged:
    by: UUID
    changed_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class ClockRecounted:
    """An open clock has another date since a holiday notice was loaded; closed ones stay."""

    kind: str
    before_on: date
    after_on: date
    calendar_version: str


@dataclass(frozen=True, slots=True)
class ReleaseFinished:
    release_id: UUID
    change: Change
    released_at: datetime


@dataclass(frozen=True, slots=True)
class ReleaseAbandoned:
    release_id: UUID
    change: Change


Fact = (
    DraftStarted
    | EditionSaved
    | MarksVoided
    | IndexNumberIssued
    | SubmittedForReview
    | MarkPut
    | DebtSettled
    | ReturnedToDrafter
    | FindingsRecorded
    | FindingWaived
    | DisclosureReviewed
    | OpennessReviewed
    | ImpactAssessed
    | InterpretationLinked
    | InterpretedLinked
    | InterpretationUnlinked
    | InterpretedUnlinked
    | InterpretationExempted
    | EditionApproved
    | KeptUnpublished
    | Reopened
    | DraftDiscarded
    | CorrectionStarted
    | CorrectionDropped
    | WithdrawalProposed
    | RepealProposed
    | ProposalDropped
    | PenaltyChanged
    | ClockRecounted
    | ReleaseFinished
    | ReleaseAbandoned
)
