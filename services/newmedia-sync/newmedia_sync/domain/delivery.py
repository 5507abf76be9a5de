"""One release on one account: what is true of it at any moment. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from newmedia_sync.domain.account import Mode, Platform
from newmedia_sync.domain.outcome import Post

Change = Literal["publish", "correct", "withdraw", "repeal"]

# ── Values ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Mission:
    """What is to be shown where. It holds from the first fact to the last."""

    organ_id: UUID
    document_id: UUID
    release_id: UUID
    account_id: UUID
    platform: Platform
    mode: Mode
    account_name: str
    change: Change
    edition: int
    edition_digest: str
    manifest: str
    manifest_size: int
    title: str
    permalink: str


@dataclass(frozen=True, slots=True)
class Order:
    release_at: datetime
    ordered_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Replaced:
    """The post of an earlier release that this one withdraws or puts another in the place of."""

    delivery_id: UUID
    post: Post


@dataclass(frozen=True, slots=True)
class Made:
    """What was prepared: the digest of what will be shown, the platform's draft, the post to take away.

    `told`: the others were told once that we are ready, and need not hear it again when a lost draft is remade.
    """

    rendition: str
    stage: str = ""
    replaces: tuple[Replaced, ...] = ()
    told: bool = False


# ── States ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class New:
    pass


@dataclass(frozen=True, slots=True)
class Asked:
    mission: Mission
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """Within every limit; `order` is here already when the others did not wait for us."""

    mission: Mission
    made: Made
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Staged:
    mission: Mission
    made: Made


@dataclass(frozen=True, slots=True)
class Ordered:
    mission: Mission
    made: Made
    order: Order


@dataclass(frozen=True, slots=True)
class Sending:
    """The attempt was written down before the call, so that a crash leaves a question and not a second post."""

    mission: Mission
    made: Made
    order: Order
    attempt: UUID
    begun_at: datetime
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Accepted:
    mission: Mission
    made: Made
    order: Order
    attempt: UUID
    job: str
    acted_at: datetime


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A person posts it; we wait for the address."""

    mission: Mission
    made: Made
    order: Order
    handed_at: datetime


@dataclass(frozen=True, slots=True)
class Live:
    mission: Mission
    made: Made
    post: Post
    acted_at: datetime
    live_at: datetime


@dataclass(frozen=True, slots=True)
class Retiring:
    """A newer release took its place: this post is to go."""

    live: Live
    because: UUID


@dataclass(frozen=True, slots=True)
class Retracting:
    before: Ordered | Retiring
    attempt: UUID
    begun_at: datetime
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Retracted:
    mission: Mission
    at: datetime


Resumable = Asked | Checked | Staged | Ordered | Accepted | Retiring


@dataclass(frozen=True, slots=True)
class Waiting:
    before: Resumable
    code: str
    reason: str
    until: datetime
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Blocked:
    before: Resumable
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Declined:
    """Our limits or the platform's review say no to this content."""

    mission: Mission
    order: Order | None
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Partial:
    mission: Mission
    made: Made
    post: Post
    reason: str
    acted_at: datetime


@dataclass(frozen=True, slots=True)
class Unknown:
    """Left only by asking the platform: found, or twice absent a platform's delay apart."""

    before: Sending | Retracting
    code: str
    reason: str
    acted_at: datetime
    absent_at: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Drifted:
    live: Live
    kind: Literal["changed", "removed"]
    seen_at: datetime
    seen_digest: str
    difference: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """Called off or given up; a draft that still lies at the platform is named by `stage`."""

    mission: Mission
    reason: str
    stage: str = ""


Delivery = (
    New
    | Asked
    | Checked
    | Staged
    | Ordered
    | Sending
    | Accepted
    | HandedOver
    | Live
    | Retiring
    | Retracting
    | Retracted
    | Waiting
    | Blocked
    | Declined
    | Partial
    | Unknown
    | Drifted
    | Dropped
)
INITIAL: Delivery = New()


def mission_of(delivery: Delivery) -> Mission | None:
    match delivery:
        case New():
            return None
        case Retiring(live=live) | Drifted(live=live):
            return live.mission
        case Waiting(before=before) | Blocked(before=before) | Unknown(before=before) | Retracting(before=before):
            return mission_of(before)
        case _:
            return delivery.mission


def taken_away_with(delivery: Delivery) -> frozenset[UUID]:
    """Name the posts that this release knew of when it was prepared, and so took away itself."""
    match delivery:
        case Waiting(before=before) | Blocked(before=before) | Unknown(before=before) | Retracting(before=before):
            return taken_away_with(before)
        case Checked(made=made) | Staged(made=made) | Ordered(made=made) | Sending(made=made) | HandedOver(made=made):
            return frozenset(one.delivery_id for one in made.replaces)
        case _:
            return frozenset()
