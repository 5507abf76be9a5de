"""What someone wants with a case. `today` is the legal date (Asia/Shanghai) on which the command is given.

`by` is the officer; it is None where the applicant, another system or a clock acts.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from request.domain.case import Case
from request.domain.values import (
    ApplicantKind,
    Channel,
    Consulted,
    FeeCharged,
    ItemDecision,
    LetterKind,
    Opinion,
    PersonRole,
    RemedyKind,
    RemedyResult,
    Row,
    Searched,
    Served,
    SupplyForm,
    Way,
)

# ── Coming in ──────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Submit:
    """An application reached us; `submitted_on` is the day it was handed in, posted or sent."""

    organ_id: UUID
    applicant: UUID
    applicant_kind: ApplicantKind
    channel: Channel
    submitted_on: date
    application_item: UUID
    supply_form: SupplyForm
    way: Way
    today: date
    items: int = 1
    external_id: str = ""
    by: UUID | None = None
    split_from: UUID | None = None


@dataclass(frozen=True, slots=True)
class FixReceipt:
    """Say when the application counts as received. Which day is asked for depends on the channel (A31)."""

    by: UUID | None
    today: date
    signed_on: date | None = None
    """Post with a signature: the day the organ signed for it."""
    confirmed_on: date | None = None
    """Ordinary mail, internet, fax, e-mail, platform: the day both sides confirmed, or contact was restored."""
    reached_elsewhere: bool = False
    """The letter went to a person or unit other than the openness office: it is received when confirmed."""
    contact_was_lost: bool = False
    """No telephone number worked; `confirmed_on` is then the day contact was restored."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    year: int
    serial: int
    topic: str
    by: UUID | None


@dataclass(frozen=True, slots=True)
class NameTopic:
    topic: str
    by: UUID


@dataclass(frozen=True, slots=True)
class Assign:
    handler: UUID
    unit: str
    by: UUID


# ── The clock ──────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class AskCorrection:
    what: tuple[str, ...]
    answer_by: date
    by: UUID
    today: date


@dataclass(frozen=True, slots=True)
class ReceiveCorrection:
    received_on: date
    application_item: UUID
    today: date
    excuse: str = ""
    """Why it came too late without fault; needed after the period set, and free of personal data."""


@dataclass(frozen=True, slots=True)
class LapseCorrection:
    today: date


@dataclass(frozen=True, slots=True)
class Extend:
    working_days: int
    reason: str
    consent_by: UUID | None
    """The head of the openness office."""
    today: date


@dataclass(frozen=True, slots=True)
class AskOpinion:
    letter: UUID
    whom: Consulted
    party: UUID | None
    organ: str
    by: UUID
    today: date


@dataclass(frozen=True, slots=True)
class NoteOpinionReceived:
    """The letter reached them. For another organ `answer_by` is the day we asked for; the law sets the others."""

    letter: UUID
    received_on: date
    today: date
    answer_by: date | None = None


@dataclass(frozen=True, slots=True)
class NoteOpinion:
    letter: UUID
    opinion: Opinion
    answered_on: date
    reason_item: UUID | None
    today: date
    reasonable: bool | None = None


@dataclass(frozen=True, slots=True)
class LapseOpinion:
    letter: UUID
    today: date


@dataclass(frozen=True, slots=True)
class AskReasons:
    facts: str
    answer_by: date
    by: UUID
    today: date


@dataclass(frozen=True, slots=True)
class JudgeReasons:
    reasonable: bool
    why: str
    by: UUID
    today: date
    delayed_until: date | None = None


@dataclass(frozen=True, slots=True)
class LapseReasons:
    """No reasons came in the period set."""

    today: date


@dataclass(frozen=True, slots=True)
class NoticeFee:
    fee: FeeCharged
    by: UUID
    today: date


@dataclass(frozen=True, slots=True)
class NoteFeeNoticeReceived:
    received_on: date
    today: date


@dataclass(frozen=True, slots=True)
class NotePayment:
    paid_on: date
    receipt: str
    by: UUID
    today: date


@dataclass(frozen=True, slots=True)
class ExemptFee:
    reason: str
    by: UUID


@dataclass(frozen=True, slots=True)
class LapsePayment:
    today: date


@dataclass(frozen=True, slots=True)
class RecomputeDue:
    """Another calendar is in force (it is the one given to `decide`): recompute every open date of this case."""

    today: date


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


@dataclass(frozen=True, slots=True)
class PassStep:
    draft: int
    step: str
    by: UUID
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class ReturnDraft:
    draft: int
    step: str
    by: UUID
    opinion: str


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


@dataclass(frozen=True, slots=True)
class ServeLetter:
    """The letter reached its addressee. `on` is the day that counts by the way of service."""

    letter: UUID
    served: Served
    on: date
    by: UUID | None
    today: date


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


Command = (
    Submit
    | FixReceipt
    | Register
    | NameTopic
    | Assign
    | AskCorrection
    | ReceiveCorrection
    | LapseCorrection
    | Extend
    | AskOpinion
    | NoteOpinionReceived
    | NoteOpinion
    | LapseOpinion
    | AskReasons
    | JudgeReasons
    | LapseReasons
    | NoticeFee
    | NoteFeeNoticeReceived
    | NotePayment
    | ExemptFee
    | LapsePayment
    | RecomputeDue
    | RecordSearch
    | ConfirmSimilar
    | Split
    | JoinInto
    | Separate
    | AskUnit
    | NoteUnitAnswer
    | NoteRedaction
    | DraftReply
    | PassStep
    | ReturnDraft
    | IssueLetter
    | ServeLetter
    | Answer
    | AnswerJoined
    | Withdraw
    | Archive
    | NoteErasure
    | FileRemedy
    | AnswerRemedy
    | DecideRemedy
    | OpenRound
    | NoteConversionReview
    | DecideConversion
    | NoteConversionPublished
    | MarkTypical
    | ImportCase
)
