"""What registered outside systems may post to us."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from gongkai.contracts.envelope import Event, Named
from gongkai.contracts.values import DocumentKind


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
