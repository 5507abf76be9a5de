"""What the API answers. Nothing personal is here but in `ApplicationView`, and every look at that is recorded."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from request.domain.values import Notice


class View(BaseModel):
    model_config = ConfigDict(from_attributes=True, extra="ignore")


class Attention(View):
    kind: str
    sentence: str
    due_on: date | None


class CaseRow(View):
    """A case as a list shows it."""

    id: UUID
    state: str
    number: str
    topic: str
    channel: str
    applicant_kind: str
    submitted_on: date
    received_on: date | None
    awaiting: str
    due_on: date | None
    provisional: bool
    next_step: str
    unit: str
    handler: UUID | None
    row: str | None
    answered_on: date | None
    late: bool
    round: int
    items: int
    version: int
    changed_at: datetime
    attention: list[Attention] = []


class CaseList(View):
    cases: list[CaseRow]
    total: int
    page: int


class QueueView(CaseList):
    counts: dict[str, int]


class LetterRow(View):
    id: UUID
    kind: str
    number: str
    digest: str
    issued_on: date
    served: str | None
    counts_on: date | None
    forms: list[str]
    erased: bool = False
    """What it said was destroyed with its addressee."""


class ConsultationRow(View):
    letter: UUID
    whom: str
    party: UUID | None
    organ: str
    asked_on: date
    received_on: date | None
    answer_by: date | None
    opinion: str | None
    answered_on: date | None
    reasonable: bool | None
    erased: bool = False


class PersonRow(View):
    person_id: UUID
    role: str
    since: datetime
    consultation: UUID | None
    erased_at: datetime | None


class PeopleView(View):
    people: list[PersonRow]


class FeeView(View):
    standard: str
    count: int
    amount: Decimal
    month: str
    noticed_on: date
    received_on: date | None
    pay_by: date | None
    paid_on: date | None
    exempted: str
    lapsed_on: date | None


class RemedyRow(View):
    id: UUID
    kind: str
    filed_on: date
    received_on: date
    body: str
    number: str
    answer_by: date | None
    answered_on: date | None
    result: str | None
    decided_on: date | None


class SearchRow(View):
    places: list[str]
    words: list[str]
    by: UUID
    on_day: date
    found: int


class UnitTaskRow(View):
    id: UUID
    unit: str
    asked_on: date
    answer_by: date | None
    answered_on: date | None


class FileRow(View):
    id: UUID
    kind: str
    name: str
    media_type: str
    size: int
    digest: str
    made_from: str | None
    added_at: datetime
    erased: bool = False


class ConversionRow(View):
    id: UUID
    case_id: UUID
    round: int
    advice: str
    rules_version: str
    articles: list[str]
    relook_on: date | None
    reviewed_at: datetime
    accepted: bool | None
    decision: str | None
    reason: str
    document_id: UUID | None
    permalink: str | None
    published_on: date | None
    number: str = ""
    topic: str = ""
    chain: Any = None


class DraftView(View):
    number: int
    row: str
    passed: list[str]
    waiting_at: str
    returned: bool


class DecidedRow(View):
    notice: Notice
    decided_on: date
    last_day: date | None
    letter: UUID | None = None
    working_days: int | None = None
    answer_by: date | None = None
    fee_count: int | None = None
    fee_amount: Decimal | None = None


class CaseView(CaseRow):
    """A case as its page shows it; what the applicant wrote is asked for apart."""

    letters: list[LetterRow]
    consultations: list[ConsultationRow]
    fee: FeeView | None
    remedies: list[RemedyRow]
    searches: list[SearchRow]
    unit_tasks: list[UnitTaskRow]
    files: list[FileRow]
    conversions: list[ConversionRow]
    draft: DraftView | None
    decided: list[DecidedRow] = []
    """What was decided and takes effect with the letter that is still to be issued."""


class TakenView(View):
    """The query code is shown this once."""

    id: UUID
    code: str = ""
    number: str = ""


class IdView(View):
    id: UUID
    version: int = 0


class ApplicationView(View):
    applicant_kind: str
    name: str
    proof_kind: str
    proof: str
    representative: str
    contact_person: str
    phone: str
    email: str
    fax: str
    address: str
    postcode: str
    title: str
    document_number: str
    description: str
    supply_form: str
    way: str
    fee_exemption: str


class ClockRow(View):
    kind: str
    subject: str
    due_on: date
    rule: str
    article: str
    provisional: bool
    counted: Any


class ClockView(View):
    """Where the reply clock stands: a due date with its days, or what it waits for."""

    running: bool
    due_on: date | None
    provisional: bool = False
    waiting: str = ""
    used: int = 0
    left: int = 0
    text: str = ""
    days: list[dict[str, Any]] = []
    was_due_on: date | None = None
    ended_on: date | None = None
    periods: list[dict[str, Any]] = []
    """Every period of the case, running or over, with its start, its days one by one and its article."""
    clocks: list[ClockRow] = []


class FactRow(View):
    version: int
    kind: str
    actor: str
    recorded_at: datetime
    data: dict[str, Any]


class Timeline(View):
    facts: list[FactRow]


class ReadRow(View):
    kind: str
    who: str
    why: str
    read_at: datetime


class Reads(View):
    reads: list[ReadRow]


class HintRow(View):
    document_id: UUID
    title: str
    document_number: str
    permalink: str
    published_at: datetime


class SimilarCase(View):
    id: UUID
    number: str
    topic: str
    state: str
    submitted_on: date
    row: str | None
    answered_on: date | None


class IssuedView(View):
    letter: UUID
    number: str
    digest: str
    answered: bool


class MessageRow(View):
    id: UUID
    case_id: UUID
    medium: str
    kind: str
    text: str
    address: str = Field(description="masked; 已删除 when the applicant was erased")
    state: str
    via: str
    made_at: datetime
    sent_at: datetime | None
    tries: int
    last_error: str
    next_try_at: datetime | None


class Messages(View):
    messages: list[MessageRow]
    more: bool = False


class SettingView(View):
    reconsideration_url: str
    court: str
    how_to_pay: str


class LadderSetting(View):
    version: int
    rungs: list[str]
    from_on: date
    reason: str
    set_by: UUID
    set_at: datetime


class LadderView(View):
    rungs: list[str]
    settings: list[LadderSetting]
    version: int


class ErasedView(View):
    erased: bool


class RebuiltView(View):
    cases: int
