"""What someone wants with a document. Every act on a text names the edition the person saw."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from publication.domain.content import Content, Form
from publication.domain.disclosure import Verdict
from publication.domain.dossier import Companion, Finding, IndexNumber, Source, Validity
from publication.domain.people import Officer
from publication.domain.steps import StepName


@dataclass(frozen=True, slots=True)
class StartDraft:
    by: Officer
    organ_id: UUID
    content: Content
    digest: str
    source: Source = "written"


@dataclass(frozen=True, slots=True)
class SaveEdition:
    by: Officer
    edition: int
    content: Content
    digest: str


@dataclass(frozen=True, slots=True)
class SubmitForReview:
    by: Officer
    edition: int
    number: IndexNumber | None


@dataclass(frozen=True, slots=True)
class PutMark:
    by: Officer
    edition: int
    step: StepName
    opinion: str = ""
    errors_found: int = 0


@dataclass(frozen=True, slots=True)
class ReturnToDrafter:
    by: Officer
    edition: int
    opinion: str
    errors_found: int = 0


@dataclass(frozen=True, slots=True)
class RecordFindings:
    """The checks have run; `edition` is the one they read."""

    edition: int
    report: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class WaiveFinding:
    by: Officer
    edition: int
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReviewDisclosure:
    by: Officer
    edition: int
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class ReviewOpenness:
    by: Officer
    edition: int
    agreed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class RecordAssessment:
    by: Officer
    edition: int
    report: str
    covers: tuple[str, ...]
    keep_until: date


@dataclass(frozen=True, slots=True)
class LinkInterpretation:
    """On the policy document: this other document interprets it."""

    by: Officer
    interpretation: UUID
    form: Form


@dataclass(frozen=True, slots=True)
class LinkInterpreted:
    """On the interpretation: it interprets this document."""

    by: Officer
    document: UUID


@dataclass(frozen=True, slots=True)
class UnlinkInterpretation:
    by: Officer
    interpretation: UUID


@dataclass(frozen=True, slots=True)
class UnlinkInterpreted:
    by: Officer
    document: UUID


@dataclass(frozen=True, slots=True)
class ExemptInterpretation:
    by: Officer
    reason: str


@dataclass(frozen=True, slots=True)
class Approve:
    """Sign off for release. `content` is that of the edition named, `manifest` what channels will be given."""

    by: Officer
    edition: int
    content: Content
    release_id: UUID
    manifest: str
    today: date
    column_known: bool
    companions: tuple[Companion, ...] = ()


@dataclass(frozen=True, slots=True)
class ApproveInEmergency:
    by: Officer
    edition: int
    content: Content
    release_id: UUID
    manifest: str
    today: date
    column_known: bool
    reason: str
    make_up_by: date
    number: IndexNumber | None = None
    companions: tuple[Companion, ...] = ()


@dataclass(frozen=True, slots=True)
class KeepUnpublished:
    by: Officer
    edition: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reopen:
    by: Officer
    reason: str


@dataclass(frozen=True, slots=True)
class DiscardDraft:
    by: Officer
    edition: int
    reason: str


@dataclass(frozen=True, slots=True)
class StartCorrection:
    """`changed_on` is the day on which the information itself changed; none when only an error is put right."""

    by: Officer
    explanation: str
    changed_on: date | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class DropCorrection:
    by: Officer
    reason: str


@dataclass(frozen=True, slots=True)
class ProposeWithdrawal:
    by: Officer
    explanation: str


@dataclass(frozen=True, slots=True)
class ProposeRepeal:
    by: Officer
    explanation: str
    validity: Validity
    repealed_on: date
    replaced_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class DropProposal:
    by: Officer
    reason: str


@dataclass(frozen=True, slots=True)
class ApproveProposal:
    by: Officer
    release_id: UUID
    manifest: str


@dataclass(frozen=True, slots=True)
class NotePenaltyChanged:
    """The penalty this document tells of was changed, revoked, held unlawful or void."""

    by: Officer
    changed_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class RecountClock:
    """A holiday notice was loaded: an open clock is counted again."""

    kind: str
    before_on: date
    after_on: date
    calendar_version: str


@dataclass(frozen=True, slots=True)
class FinishRelease:
    """The release is closed: what it wanted is what the public sees."""

    release_id: UUID
    released_at: datetime


@dataclass(frozen=True, slots=True)
class AbandonRelease:
    """The release was cancelled before its instant."""

    release_id: UUID


Command = (
    StartDraft
    | SaveEdition
    | SubmitForReview
    | PutMark
    | ReturnToDrafter
    | RecordFindings
    | WaiveFinding
    | ReviewDisclosure
    | ReviewOpenness
    | RecordAssessment
    | LinkInterpretation
    | LinkInterpreted
    | UnlinkInterpretation
    | UnlinkInterpreted
    | ExemptInterpretation
    | Approve
    | ApproveInEmergency
    | KeepUnpublished
    | Reopen
    | DiscardDraft
    | StartCorrection
    | DropCorrection
    | ProposeWithdrawal
    | ProposeRepeal
    | DropProposal
    | ApproveProposal
    | NotePenaltyChanged
    | RecountClock
    | FinishRelease
    | AbandonRelease
)
