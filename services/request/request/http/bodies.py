"""What programs send. Every limit is here, so that nothing odd reaches the database."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from gongkai.web.texts import printable
from gongkai.web.typed import on_record, sensible
from request.application import Application, ProofKind
from request.domain.values import (
    ApplicantKind,
    Channel,
    Consulted,
    FeeStandard,
    Notice,
    Opinion,
    SupplyForm,
    Way,
)
from request.people import ThirdParty
from request.receiving import Receipt

Text = Annotated[str, AfterValidator(printable)]
Short = Annotated[str, AfterValidator(printable), Field(max_length=200)]
Words = Annotated[str, AfterValidator(printable), Field(max_length=20_000)]
OnRecord = Annotated[str, AfterValidator(on_record), Field(max_length=2_000)]
Named = Annotated[str, AfterValidator(on_record), Field(min_length=1, max_length=200)]
Unit = Annotated[str, AfterValidator(on_record), Field(max_length=60)]
Day = Annotated[date, AfterValidator(sensible)]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Draft = Annotated[int, Field(ge=1, le=10_000)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# ── Applications ───────────────────────────────────────────────────────────


class ApplicationBody(Body):
    """An application as A29 asks for it."""

    applicant_kind: ApplicantKind = "np"
    name: Short = ""
    proof_kind: ProofKind = "identity-card"
    proof: Annotated[Text, Field(max_length=60)] = ""
    representative: Short = ""
    contact_person: Short = ""
    phone: Annotated[Text, Field(max_length=40)] = ""
    email: Annotated[Text, Field(max_length=120)] = ""
    fax: Annotated[Text, Field(max_length=40)] = ""
    address: Annotated[Text, Field(max_length=300)] = ""
    postcode: Annotated[Text, Field(max_length=12)] = ""
    title: Short = ""
    document_number: Annotated[Text, Field(max_length=100)] = ""
    description: Annotated[Text, Field(max_length=5_000)] = ""
    supply_form: SupplyForm = "electronic"
    way: Way = "online"
    fee_exemption: Annotated[Text, Field(max_length=500)] = ""

    def value(self) -> Application:
        return Application(**self.model_dump())


class ReceiptBody(Body):
    """What is known of the day of receipt; the channel decides which of it counts (A31)."""

    signed_on: Day | None = None
    confirmed_on: Day | None = None
    reached_elsewhere: bool = False
    contact_was_lost: bool = False
    note: OnRecord = ""

    def value(self) -> Receipt:
        return Receipt(**self.model_dump())


class TakeInBody(Body):
    """An application that an officer enters: on paper, by post, by fax, orally, by e-mail."""

    application: ApplicationBody
    channel: Channel
    submitted_on: Day
    items: Annotated[int, Field(ge=1, le=100)] = 1
    receipt: ReceiptBody | None = None
    topic: Annotated[OnRecord, Field(max_length=100, description="neutral words of the office, no personal data")] = ""


class ReceiveBody(Body):
    receipt: ReceiptBody
    topic: Annotated[OnRecord, Field(min_length=1, max_length=100)]


class ReceiptCorrectedBody(Body):
    received_on: Day
    reason: Named


class TopicBody(Body):
    topic: Annotated[OnRecord, Field(min_length=1, max_length=100)]


class AssignBody(Body):
    handler: UUID
    unit: Unit = ""


class SearchBody(Body):
    places: Annotated[tuple[Named, ...], Field(min_length=1, max_length=50)]
    words: Annotated[tuple[Named, ...], Field(min_length=1, max_length=50)]
    found: Count


class SimilarBody(Body):
    earlier: UUID | None = None
    document: Annotated[OnRecord, Field(max_length=300)] = ""
    same_applicant: bool = False


class SplitBody(Body):
    parts: Annotated[tuple[ApplicationBody, ...], Field(min_length=2, max_length=50)]
    reason: Named


class JoinBody(Body):
    case: UUID
    reason: Named


class SeparateBody(Body):
    reason: Named


class UnitBody(Body):
    unit: Annotated[Unit, Field(min_length=1)]
    answer_by: Day | None = None


class UnitAnswerBody(Body):
    words: Words = ""


class ForwardedBody(Body):
    """The application of another platform; signed as Standard Webhooks by the registered source."""

    source: Short
    pickup: Annotated[Text, Field(min_length=1, max_length=200)]
    application: ApplicationBody


# ── Clock ──────────────────────────────────────────────────────────────────


class CorrectionBody(Body):
    what: Annotated[tuple[Named, ...], Field(min_length=1, max_length=20)]
    answer_by: Day


class DropBody(Body):
    notice: Notice
    why: Annotated[OnRecord, Field(min_length=1)]
    letter: UUID | None = Field(default=None, description="names the consultation, where it is one")


class NoticeReceivedBody(Body):
    received_on: Day


class CorrectedBody(Body):
    received_on: Day
    application: ApplicationBody
    excuse: OnRecord = ""


class ExtensionBody(Body):
    working_days: Annotated[int, Field(ge=-1_000, le=1_000)]
    reason: OnRecord


class ThirdPartyBody(Body):
    name: Annotated[Short, Field(min_length=1)]
    contact: Short = ""
    phone: Annotated[Text, Field(max_length=40)] = ""
    address: Annotated[Text, Field(max_length=300)] = ""
    email: Annotated[Text, Field(max_length=120)] = ""

    def value(self) -> ThirdParty:
        return ThirdParty(**self.model_dump())


class ConsultationBody(Body):
    whom: Consulted
    party: ThirdPartyBody | None = None
    organ: Annotated[OnRecord, Field(max_length=100)] = ""


class ConsultationReceivedBody(Body):
    received_on: Day
    answer_by: Day | None = None


class OpinionBody(Body):
    opinion: Opinion
    answered_on: Day
    words: Words = ""
    reasonable: bool | None = None


class ReasonsBody(Body):
    facts: Named
    answer_by: Day


class JudgementBody(Body):
    reasonable: bool
    why: Named
    delayed_until: Day | None = None


class FeeBody(Body):
    """By items or by pages. The amount is reckoned here; what the caller expects may be given and must agree."""

    standard: FeeStandard
    pages: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    expected: Annotated[Decimal, Field(ge=0, le=10**9, decimal_places=2)] | None = None


class FeeReceivedBody(Body):
    received_on: Day


class PaymentBody(Body):
    paid_on: Day
    receipt: Annotated[OnRecord, Field(min_length=1, max_length=60)]


class ReasonBody(Body):
    reason: Named


# ── The applicant ──────────────────────────────────────────────────────────


class HintBody(Body):
    """What is being written, to find documents that are public already; nothing of it is kept."""

    text: Annotated[Text, Field(max_length=5_000)]


class FollowBody(Body):
    code: Annotated[Text, Field(max_length=60)]
    factor: Annotated[Text, Field(max_length=60)]


class WithdrawBody(Body):
    confirm: bool


class VerifyBody(Body):
    digest: Digest
