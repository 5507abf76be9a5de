"""Every public event, its topic and its owners. Topics, documents and tests are made from this table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gongkai.contracts import channels, identity, inbound, newmedia_sync, publication, request
from gongkai.contracts.envelope import Event

OWNERS: Final = ("identity", "publication", "newmedia-sync", "portal", "request", "inbound")
PARTITIONS: Final = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """One type as it travels: who says it, in which topic, as which class."""

    owner: str
    event: type[Event]

    @property
    def type(self) -> str:
        return self.event.type_name(self.owner)

    @property
    def topic(self) -> str:
        return topic_of(self.owner)


def topic_of(owner: str) -> str:
    """`publication` speaks in `gongkai.publication.v1`."""
    return f"gongkai.{owner}.v1"


_SINGLE: Final[tuple[type[Event], ...]] = (
    identity.OrganDescribed,
    identity.OfficerChanged,
    identity.HolidayNoticeLoaded,
    publication.DocumentApproved,
    publication.ReleaseOrdered,
    publication.ReleaseHeld,
    publication.ReleaseCancelled,
    publication.DocumentPublished,
    publication.DocumentCorrected,
    publication.DocumentWithdrawn,
    publication.DocumentRepealed,
    publication.CatalogueRevised,
    newmedia_sync.AccountOpened,
    newmedia_sync.AccountFiled,
    newmedia_sync.AccountChanged,
    newmedia_sync.AccountClosed,
    request.RequestReceived,
    request.CorrectionRequested,
    request.ClockRestarted,
    request.ThirdPartyConsulted,
    request.DeadlineExtended,
    request.RequestAnswered,
    request.RequestClosed,
    request.ConversionReviewed,
    request.ConversionProposed,
    request.RemedyFiled,
    request.RemedyDecided,
    inbound.DocumentSubmitted,
    inbound.PolicyIssued,
    inbound.RepostRequested,
    inbound.RequestForwarded,
)
_SHARED: Final[tuple[type[channels.ChannelEvent], ...]] = (
    channels.ChannelPrepared,
    channels.ChannelRefused,
    channels.ChannelReleased,
    channels.ChannelConfirmed,
    channels.ChannelFailed,
    channels.ChannelRetracted,
    channels.ChannelDrifted,
)


def _entries() -> Iterator[Entry]:
    for event in _SINGLE:
        yield Entry(event.OWNER, event)
    for shared in _SHARED:
        for owner in shared.OWNERS:
            yield Entry(owner, shared)


ENTRIES: Final[tuple[Entry, ...]] = tuple(_entries())
BY_TYPE: Final[dict[str, Entry]] = {entry.type: entry for entry in ENTRIES}
TOPICS: Final[tuple[str, ...]] = tuple(topic_of(owner) for owner in OWNERS)


def types_of(event: type[Event]) -> tuple[str, ...]:
    """Return every wire type under which this class travels."""
    return tuple(entry.type for entry in ENTRIES if entry.event is event)


def topics_of(event: type[Event]) -> tuple[str, ...]:
    return tuple(sorted({entry.topic for entry in ENTRIES if entry.event is event}))
