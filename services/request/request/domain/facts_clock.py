"""What happened when a case came in, and to its clock; see `facts`."""

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
class ApplicationSubmitted:
    """An application reached us. `applicant` and the vault items name what may not stand in a fact."""

    organ_id: UUID
    applicant: UUID
    applicant_kind: ApplicantKind
    channel: Channel
    submitted_on: date
    application_item: UUID
    """Vault item: the whole application as it was made (name, proof, contact, description)."""
    supply_form: SupplyForm
    way: Way
    items: int = 1
    external_id: str = ""
    by: UUID | None = None
    split_from: UUID | None = None
    taken_on: date | None = None
    """The day it was entered here: the receipt is to be confirmed with the applicant on that day (A31)."""


@dataclass(frozen=True, slots=True)
class ReceiptFixed:
    """R is decided: which rule of A31 applied and why."""

    received_on: date
    rule: str
    reason: str
    by: UUID | None


@dataclass(frozen=True, slots=True)
class ReceiptCorrected:
    """R was wrong, now it is right; the rule by which it counts stays. `due_on` is None while the clock stands."""

    before: date
    received_on: date
    reason: str
    by: UUID
    due_on: date | None
    provisional: bool
    calendar_version: str


@dataclass(frozen=True, slots=True)
class Registered:
    """Number of the case in its year: `year` and `serial` make 2026-0001. `topic` is the officers' own neutral word."""

    year: int
    serial: int
    topic: str
    by: UUID | None


@dataclass(frozen=True, slots=True)
class TopicNamed:
    topic: str
    by: UUID


@dataclass(frozen=True, slots=True)
class HandlerAssigned:
    handler: UUID
    unit: str
    by: UUID


# ── The clock ──────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ClockStarted:
    """The reply clock runs from `from_on`; `due_on` is what it said on the calendar of that day."""

    from_on: date
    due_on: date
    rule: str
    article: str
    calendar_version: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class DueMoved:
    """A holiday notice moved or settled the due date of an open clock."""

    clock: str
    before: date
    after: date
    provisional: bool
    calendar_version: str
    reason: str


@dataclass(frozen=True, slots=True)
class CorrectionAsked:
    """One-time notice (A30), issued on this day: the clock is void until the corrected application comes."""

    asked_on: date
    what: tuple[str, ...]
    answer_by: date
    by: UUID


@dataclass(frozen=True, slots=True)
class CorrectionReceived:
    received_on: date
    application_item: UUID
    excuse: str = ""
    """Why it came after the period set, without the applicant's fault."""
    applicant: UUID | None = None
    """Who the applicant is, now that the proof of identity is there; None where nothing changed."""
    supply_form: SupplyForm | None = None
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class CorrectionLapsed:
    on: date


@dataclass(frozen=True, slots=True)
class ReplyExtended:
    working_days: int
    reason: str
    decided_on: date
    consent_by: UUID
    due_on: date
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class OpinionAsked:
    """A third party, co-maker or other organ is consulted; `letter` names this consultation and was issued that day."""

    letter: UUID
    whom: Consulted
    party: UUID | None
    """Vault person of a third party; None for organs, which `organ` names."""
    organ: str
    asked_on: date
    by: UUID
    answer_by: date | None = None
    """The day we asked another organ for; the law sets the others."""


@dataclass(frozen=True, slots=True)
class OpinionReceivedByParty:
    """The letter reached them: their 15 working days run from here."""

    letter: UUID
    received_on: date
    answer_by: date


@dataclass(frozen=True, slots=True)
class OpinionGiven:
    letter: UUID
    opinion: Opinion
    answered_on: date
    reason_item: UUID | None
    """Vault item: their words."""
    reasonable: bool | None = None


@dataclass(frozen=True, slots=True)
class ReasonsAsked:
    """The number or frequency is clearly beyond reason (A35), and we ask why."""

    asked_on: date
    facts: str
    answer_by: date
    by: UUID


@dataclass(frozen=True, slots=True)
class ReasonsJudged:
    reasonable: bool
    on: date
    by: UUID | None
    """None when no reasons came and the period ran out."""
    why: str
    delayed_until: date | None = None


@dataclass(frozen=True, slots=True)
class FeeNoticed:
    fee: FeeCharged
    noticed_on: date
    by: UUID


@dataclass(frozen=True, slots=True)
class FeeNoticeReceived:
    received_on: date
    pay_by: date


@dataclass(frozen=True, slots=True)
class FeePaid:
    paid_on: date
    receipt: str
    by: UUID


@dataclass(frozen=True, slots=True)
class FeeExempted:
    reason: str
    by: UUID


@dataclass(frozen=True, slots=True)
class FeeLapsed:
    on: date
