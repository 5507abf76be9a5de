"""What publication tells: approvals, release orders, publications, the catalogue."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from gongkai.contracts.envelope import Digest, Event, Named
from gongkai.contracts.values import (
    BlobRef,
    ChannelOutcome,
    ChannelRef,
    ColumnEntry,
    DocumentKind,
    ReleaseChange,
    ReleasePolicy,
    Validity,
)


class PublicationEvent(Event):
    OWNER: ClassVar[str] = "publication"
    SUBJECT: ClassVar[str] = "document_id"


class DocumentApproved(PublicationEvent):
    """An edition may be shown. Each channel named prepares it, invisibly, before `prepare_by`."""

    document_id: UUID
    organ_id: UUID
    release_id: UUID
    edition: int = Field(ge=1)
    edition_digest: Digest = Field(description="digest of the manifest blob")
    manifest: BlobRef
    change: ReleaseChange = "publish"
    title: Named
    kind: DocumentKind
    column_id: str
    permalink: str
    channels: tuple[ChannelRef, ...]
    policy: ReleasePolicy
    prepare_by: AwareDatetime
    scheduled_at: AwareDatetime | None = Field(default=None, description="None: as soon as all are prepared")
    emergency: bool = False


class ReleaseOrdered(PublicationEvent):
    """Every channel acts at `release_at`. Channels not listed catch up when they are ready (laggards)."""

    document_id: UUID
    release_id: UUID
    edition: int
    edition_digest: Digest
    change: ReleaseChange = "publish"
    release_at: AwareDatetime
    channels: tuple[ChannelRef, ...]
    laggards: tuple[ChannelRef, ...] = ()
    human_order_by: UUID | None = Field(
        default=None, description="the person whose order it is; some platforms require one"
    )


class ReleaseHeld(PublicationEvent):
    """The release waits for a person: a channel is missing or refused under all-or-hold."""

    document_id: UUID
    release_id: UUID
    reason: Named
    missing: tuple[ChannelRef, ...] = ()


class ReleaseCancelled(PublicationEvent):
    """The release was called off before its instant; channels discard what they prepared."""

    document_id: UUID
    release_id: UUID
    reason: Named


class DocumentPublished(PublicationEvent):
    """The release is closed. `skew_ms` is the spread of the moments at which our channels acted."""

    document_id: UUID
    organ_id: UUID
    release_id: UUID
    edition: int
    edition_digest: Digest
    manifest: BlobRef
    title: Named
    kind: DocumentKind
    column_id: str
    permalink: str
    index_number: Named
    document_number: str | None = None
    published_at: AwareDatetime
    skew_ms: float = Field(ge=0, description="milliseconds between the first and the last act")
    outcomes: tuple[ChannelOutcome, ...]


class DocumentCorrected(PublicationEvent):
    document_id: UUID
    release_id: UUID
    edition: int
    explanation: Named
    corrected_at: AwareDatetime
    permalink: str


class DocumentWithdrawn(PublicationEvent):
    document_id: UUID
    release_id: UUID
    explanation: Named
    withdrawn_at: AwareDatetime
    permalink: str


class DocumentRepealed(PublicationEvent):
    """The text stays and is marked; what replaces it is named when there is such a document."""

    document_id: UUID
    release_id: UUID
    validity: Validity
    explanation: Named
    repealed_on: date
    replaced_by: UUID | None = None
    permalink: str


class CatalogueRevised(PublicationEvent):
    """The whole tree of columns as it holds from `effective_on`."""

    SUBJECT: ClassVar[str] = "organ_id"

    organ_id: UUID
    revision: int = Field(ge=1)
    effective_on: date
    columns: tuple[ColumnEntry, ...]
    note: str = ""
    change: Literal["founded", "revised"] = "revised"
