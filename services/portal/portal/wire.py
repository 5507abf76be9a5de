"""Fact → what publication and the matrix may hear of it, or nothing."""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from gongkai.contracts.channels import ChannelPrepared, ChannelRefused, ChannelReleased, ChannelRetracted
from gongkai.contracts.envelope import Event
from gongkai.contracts.values import ChannelRef, ReleaseChange
from portal.domain import (
    ApprovalHeard,
    BecameVisible,
    Discarded,
    EditionRefused,
    EditionStaged,
    Fact,
    InstantSet,
    OrderKept,
    TakenBack,
)

WEBSITE = "website"


@dataclass(frozen=True, slots=True)
class About:
    """What the events of one release have in common."""

    document_id: UUID
    release_id: UUID
    channel: ChannelRef
    change: ReleaseChange
    url: str
    reason: str = ""
    retry: bool = False


def published(fact: Fact, about: About) -> Event | None:
    match fact:
        case EditionStaged(edition_digest, rendition_digest):
            return ChannelPrepared(
                document_id=about.document_id, release_id=about.release_id, channel=about.channel,
                edition_digest=edition_digest, rendition_digest=rendition_digest, change=about.change,
            )
        case EditionRefused(code):
            return ChannelRefused(
                document_id=about.document_id, release_id=about.release_id, channel=about.channel,
                code=code, reason=about.reason, retry=about.retry,
            )
        case BecameVisible(acted_at):
            return ChannelReleased(
                document_id=about.document_id, release_id=about.release_id, channel=about.channel,
                acted_at=acted_at, url=about.url, change=about.change,
            )
        case TakenBack(at):
            return ChannelRetracted(
                document_id=about.document_id, release_id=about.release_id, channel=about.channel,
                retracted_at=at, by="us",
            )
        case ApprovalHeard() | OrderKept() | InstantSet() | Discarded():
            return None
        case _:
            assert_never(fact)
