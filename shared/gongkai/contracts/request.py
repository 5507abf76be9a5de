"""What the request service tells of applications (依申请公开): their course, never who asked nor what they wrote.

No event of this owner holds a name, a contact, a proof of identity or a sentence that an applicant or a third party
wrote. `topic` is the officers' own neutral word for the matter.
"""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from gongkai.contracts.envelope import Event, Named
from gongkai.contracts.values import ApplicantKind, BlobRef, DocumentKind, RemedyKind, RequestChannel, RequestRow


class RequestEvent(Event):
    OWNER: ClassVar[str] = "request"
    SUBJECT: ClassVar[str] = "case_id"

    case_id: UUID
    organ_id: UUID


class RequestReceived(RequestEvent):
    """The day of receipt is decided (条例第三十一条) and the case has its number: the clock runs."""

    number: Named = Field(description="year and serial of the organ's register, e.g. 2026-0001")
    channel: RequestChannel
    applicant_kind: ApplicantKind
    submitted_on: date
    received_on: date
    due_on: date | None = Field(default=None, description="None while the clock stands still")
    provisional: bool = Field(default=False, description="no holiday notice covers the whole period yet")
    topic: str = ""
    items: int = Field(default=1, ge=1)


class CorrectionRequested(RequestEvent):
    """The applicant is asked, once, to make the application clear (第三十条); the clock is void until they do."""

    asked_on: date
    answer_by: date
    points: int = Field(ge=1, description="how many things are to be corrected")


class ClockRestarted(RequestEvent):
    """The reply period runs anew."""

    from_on: date
    due_on: date
    reason: Named
    article: str = ""
    provisional: bool = False


class ThirdPartyConsulted(RequestEvent):
    """Somebody whose interest is touched, a co-maker or another organ is asked (第三十二条, 第三十四条)."""

    letter_id: UUID
    whom: Literal["third-party", "co-maker", "other-organ"]
    asked_on: date


class DeadlineExtended(RequestEvent):
    working_days: int = Field(ge=1)
    decided_on: date
    due_on: date | None = None
    consent_by: UUID = Field(description="the head of the openness office who agreed")


class RequestAnswered(RequestEvent):
    """The reply went out. `round` counts from 1; a corrected decision opens another."""

    round: int = Field(ge=1)
    row: RequestRow
    articles: tuple[str, ...] = ()
    answered_on: date
    due_on: date | None = None
    late: bool = False
    applicant_kind: ApplicantKind
    items: int = Field(default=1, ge=1)
    given: int = Field(default=0, ge=0, description="how many documents were given")


class RequestClosed(RequestEvent):
    """Nothing more is to be done: filed after the reply, withdrawn, lapsed, or handled in another case."""

    how: Literal["archived", "withdrawn", "lapsed", "joined", "split"]
    row: RequestRow | None = None
    closed_on: date
    into: tuple[UUID, ...] = Field(default=(), description="the cases in which it goes on")


class ConversionReviewed(RequestEvent):
    """Whether what one person was given should be public for everyone (第四十四条)."""

    review_id: UUID
    round: int = Field(ge=1)
    advice: Literal["publish", "redact", "keep", "ask"]
    articles: tuple[str, ...] = ()
    rules_version: Named
    relook_on: date | None = None


class ConversionProposed(RequestEvent):
    """An officer agreed: publication makes a draft of this content, which holds nothing that had to be taken out.

    The draft bears the id of the review, so that its publication is known as the end of this road.
    """

    review_id: UUID
    title: Named
    kind: DocumentKind = "other"
    column_id: Named
    body: BlobRef = Field(description="Markdown text, lies with us")
    legal_basis: str = ""
    formed_on: date | None = None


class RemedyFiled(RequestEvent):
    remedy_id: UUID
    kind: RemedyKind
    filed_on: date
    received_on: date
    authority: str = Field(default="", description="the organ or court that deals with it")
    answer_by: date | None = None


class RemedyDecided(RequestEvent):
    remedy_id: UUID
    kind: RemedyKind
    result: Literal["upheld", "corrected", "other"]
    decided_on: date
