"""One contract, two owners: what the portal and newmedia-sync answer in a release.

These classes have no owner of their own; the type name carries the service that said it:
`gongkai.portal.ChannelPrepared.v1`, `gongkai.newmedia-sync.ChannelPrepared.v1`.
"""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from gongkai.contracts.envelope import Digest, Event, Named
from gongkai.contracts.values import ChannelRef, ReleaseChange


class ChannelEvent(Event):
    OWNERS: ClassVar[tuple[str, ...]] = ("portal", "newmedia-sync")
    OWNER: ClassVar[str] = "portal"
    SUBJECT: ClassVar[str] = "document_id"

    document_id: UUID
    release_id: UUID
    channel: ChannelRef


class ChannelPrepared(ChannelEvent):
    """Rendered, checked, staged, invisible. `rendition_digest` is the digest of what will be shown."""

    edition_digest: Digest
    rendition_digest: Digest
    change: ReleaseChange = "publish"


class ChannelRefused(ChannelEvent):
    """Say that the edition cannot be shown here as it is. `retry` says whether a new try may help without an edit."""

    code: Named
    reason: Named = Field(description="one Chinese sentence for the officer: what, where, how to mend")
    retry: bool = False


class ChannelReleased(ChannelEvent):
    """We acted: the page became visible, the platform was told. The URL may come later by confirmation."""

    acted_at: AwareDatetime
    url: str | None = None
    change: ReleaseChange = "publish"


class ChannelConfirmed(ChannelEvent):
    """The platform shows it."""

    url: Named
    confirmed_at: AwareDatetime


class ChannelFailed(ChannelEvent):
    """After release: rejected by platform review, or an outcome nobody knows yet (`unknown`)."""

    outcome: Literal["rejected", "failed", "unknown", "partial", "blocked"]
    code: str = ""
    reason: Named


class ChannelRetracted(ChannelEvent):
    retracted_at: AwareDatetime
    by: Literal["us", "platform", "account-owner"] = "us"


class ChannelDrifted(ChannelEvent):
    """What is shown differs from the approved digest, or is gone."""

    kind: Literal["changed", "removed"]
    seen_at: AwareDatetime
    expected_digest: Digest
    seen_digest: Digest | None = None
    difference: str = Field(
        default="", description="a short account of the first difference, no more than 500 characters"
    )
