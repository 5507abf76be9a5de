"""What someone wants with a case that comes in, and with its clock; see `commands`."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from request.domain.values import (
    ApplicantKind,
    Channel,
    Consulted,
    FeeCharged,
    Opinion,
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
class CorrectReceipt:
    """The day of receipt was written down wrongly: the head of the openness office puts it right and says why."""

    received_on: date
    reason: str
    by: UUID
    today: date


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
    applicant: UUID | None = None
    """Who the applicant turned out to be, when the correction brings the proof of identity."""
    supply_form: SupplyForm | None = None
    way: Way | None = None


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
