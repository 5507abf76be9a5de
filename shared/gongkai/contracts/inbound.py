"""What registered outside systems may post to us."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from gongkai.contracts.envelope import Event, Named
from gongkai.contracts.values import ApplicantKind, DocumentKind


class InboundEvent(Event):
    OWNER: ClassVar[str] = "inbound"
    SUBJECT: ClassVar[str] = "external_id"

    external_id: Named = Field(description="the sender's own number for the thing; the same number is the same thing")
    organ_id: UUID


class DocumentSubmitted(InboundEvent):
    """An OA system hands over a document for publication: it becomes a draft."""

    title: Named
    kind: DocumentKind
    column_id: str
    document_number: str | None = None
    formed_on: date | None = None
    body_markdown: str = Field(max_length=1_000_000)


class PolicyIssued(InboundEvent):
    """A higher organ issued a policy that should be forwarded (及时转载)."""

    title: Named
    issuer: Named
    document_number: str | None = None
    url: str = Field(pattern=r"^https?://")
    issued_on: date


class RepostRequested(InboundEvent):
    """Another organ asks that its item be reposted by our accounts."""

    title: Named
    url: str = Field(pattern=r"^https?://")
    requested_by: Named


class RequestForwarded(InboundEvent):
    """Another platform (the provincial platform, 12345) took an application for us.

    The event says that there is one. The application itself holds personal data, so it is handed over apart, by a
    signed call to `POST /request/api/forwarded/{external_id}`; either may come first.
    """

    platform: Named = Field(description="what the other platform is called")
    submitted_on: date = Field(description="the day on which the applicant applied there")
    applicant_kind: ApplicantKind
    pickup: Named = Field(max_length=200, description="a reference that both messages carry, good for one application")
