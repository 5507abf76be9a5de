"""The website's part in one release, from approval to the instant. Pure: no clock, no database, no page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never

from gongkai.statute.refusal import Refused

Change = Literal["publish", "correct", "withdraw", "repeal"]

# -- states -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unheard:
    """Nobody has spoken of this release."""


@dataclass(frozen=True, slots=True)
class OrderedUnheard:
    """The order overtook the approval; it is kept until the edition is here."""

    edition_digest: str
    release_at: datetime


@dataclass(frozen=True, slots=True)
class Fetching:
    """Approved; the content is on its way."""

    edition_digest: str


@dataclass(frozen=True, slots=True)
class FetchingOrdered:
    """Approved and ordered; the content is still on its way."""

    edition_digest: str
    release_at: datetime


@dataclass(frozen=True, slots=True)
class Prepared:
    """Stored and checked, invisible, without an instant."""

    edition_digest: str
    rendition_digest: str


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Visible from `release_at` on, by construction; we have not said so yet."""

    edition_digest: str
    release_at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    edition_digest: str
    acted_at: datetime


@dataclass(frozen=True, slots=True)
class Unfit:
    """Refused: the edition cannot be shown here as it is."""

    edition_digest: str


@dataclass(frozen=True, slots=True)
class CalledOff:
    """Discarded before its instant, or taken back after it."""


Showing = (
    Unheard | OrderedUnheard | Fetching | FetchingOrdered | Prepared | Scheduled | Shown | Unfit | CalledOff
)
INITIAL: Showing = Unheard()

# -- commands ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HearApproval:
    edition_digest: str


@dataclass(frozen=True, slots=True)
class StageEdition:
    edition_digest: str
    rendition_digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RefuseEdition:
    code: str


@dataclass(frozen=True, slots=True)
class ObeyOrder:
    edition_digest: str
    release_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class ReachInstant:
    at: datetime


@dataclass(frozen=True, slots=True)
class CallOff:
    at: datetime


Command = HearApproval | StageEdition | RefuseEdition | ObeyOrder | ReachInstant | CallOff

# -- facts ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ApprovalHeard:
    edition_digest: str


@dataclass(frozen=True, slots=True)
class EditionStaged:
    edition_digest: str
    rendition_digest: str


@dataclass(frozen=True, slots=True)
class EditionRefused:
    code: str


@dataclass(frozen=True, slots=True)
class OrderKept:
    """The order came before the edition was ready."""

    edition_digest: str
    release_at: datetime


@dataclass(frozen=True, slots=True)
class InstantSet:
    release_at: datetime


@dataclass(frozen=True, slots=True)
class BecameVisible:
    acted_at: datetime


@dataclass(frozen=True, slots=True)
class Discarded:
    """Called off; nobody has seen it."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The call came after the instant: it was visible for a while and is no longer."""

    at: datetime


Fact = (
    ApprovalHeard | EditionStaged | EditionRefused | OrderKept | InstantSet | BecameVisible | Discarded | TakenBack
)

# -- decide -----------------------------------------------------------------------------------------------------


def decide(showing: Showing, command: Command) -> list[Fact]:
    """Return what follows. What was said before, or comes too late to matter, changes nothing."""
    match showing, command:
        case Unheard(), HearApproval(digest):
            return [ApprovalHeard(digest)]
        case OrderedUnheard(ordered), HearApproval(digest):
            _same(ordered, digest)
            return [ApprovalHeard(digest)]
        case Unfit(), HearApproval(digest):
            # Approved again after a refusal: what stood in the way may be mended.
            return [ApprovalHeard(digest)]
        case (Fetching(known) | Prepared(known)), HearApproval(digest):
            return [] if known == digest else [ApprovalHeard(digest)]
        case (FetchingOrdered(known) | Scheduled(known) | Shown(known)), HearApproval(digest):
            _same(known, digest)
            return []

        case Fetching(digest), StageEdition(staged, rendition, _):
            return [EditionStaged(staged, rendition)] if digest == staged else []
        case FetchingOrdered(digest, release_at), StageEdition(staged, rendition, at):
            if digest != staged:
                return []
            return [EditionStaged(staged, rendition), *_appear(release_at, at)]
        case Unfit(digest), StageEdition(staged, rendition, _):
            # Refused because nobody handed the content over in time; it is here after all.
            return [EditionStaged(staged, rendition)] if digest == staged else []
        case _, StageEdition():
            return []

        case (Fetching() | FetchingOrdered()), RefuseEdition(code):
            return [EditionRefused(code)]
        case _, RefuseEdition():
            return []

        case Unheard(), ObeyOrder(digest, release_at, _):
            return [OrderKept(digest, release_at)]
        case (Fetching(known) | OrderedUnheard(known) | FetchingOrdered(known)), ObeyOrder(digest, release_at, _):
            _same(known, digest)
            already = showing.release_at if isinstance(showing, (OrderedUnheard, FetchingOrdered)) else None
            return [] if already == release_at else [OrderKept(digest, release_at)]
        case Prepared(known), ObeyOrder(digest, release_at, at):
            _same(known, digest)
            return _appear(release_at, at)
        case Scheduled(known, planned), ObeyOrder(digest, release_at, at):
            _same(known, digest)
            # Another instant may be ordered while the first has not come.
            return _appear(release_at, at) if release_at != planned and at < planned else []
        case Shown(known), ObeyOrder(digest):
            _same(known, digest)
            return []
        case Unfit(known), ObeyOrder(digest, release_at, _):
            # The release goes on without us; if this edition is approved again, we catch up.
            return [OrderKept(digest, release_at)] if known == digest else []

        case Scheduled(_, release_at), ReachInstant(at):
            return [BecameVisible(release_at)] if at >= release_at else []
        case _, ReachInstant():
            return []

        case Scheduled(_, release_at), CallOff(at):
            return [Discarded()] if at < release_at else [BecameVisible(release_at), TakenBack(at)]
        case Shown(), CallOff(at):
            return [TakenBack(at)]
        case CalledOff(), (HearApproval() | ObeyOrder() | CallOff()):
            return []
        case _, CallOff():
            return [Discarded()]
    msg = f"{type(command).__name__} in {type(showing).__name__}"
    raise AssertionError(msg)


def _same(known: str, digest: str) -> None:
    if known != digest:
        raise Refused("这道命令说的版本与网站准备好的版本不是同一个，没有照办")


def _appear(release_at: datetime, at: datetime) -> list[Fact]:
    """Set the instant. An order that is late takes effect now, and the date of the page does not claim otherwise."""
    if release_at > at:
        return [InstantSet(release_at)]
    return [InstantSet(at), BecameVisible(at)]


# -- evolve -----------------------------------------------------------------------------------------------------


def evolve(showing: Showing, fact: Fact) -> Showing:
    match fact:
        case ApprovalHeard(digest):
            if isinstance(showing, OrderedUnheard):
                return FetchingOrdered(digest, showing.release_at)
            return Fetching(digest)
        case EditionStaged(digest, rendition):
            return Prepared(digest, rendition)
        case EditionRefused():
            return Unfit(_digest_of(showing))
        case OrderKept(digest, release_at):
            heard = isinstance(showing, (Fetching, FetchingOrdered))
            return FetchingOrdered(digest, release_at) if heard else OrderedUnheard(digest, release_at)
        case InstantSet(release_at):
            return Scheduled(_digest_of(showing), release_at)
        case BecameVisible(acted_at):
            return Shown(_digest_of(showing), acted_at)
        case Discarded() | TakenBack():
            return CalledOff()
        case _:
            assert_never(fact)


def _digest_of(showing: Showing) -> str:
    return "" if isinstance(showing, (Unheard, CalledOff)) else showing.edition_digest
