"""State + fact → state. It never refuses: facts already happened. Pure."""

from typing import assert_never

from newmedia_sync.domain.acts import (
    AttemptBegun,
    AttemptRuledOut,
    ChecksPassed,
    ContentDeclined,
    DraftStaged,
    DriftSeen,
    Fact,
    GivenUp,
    HandedToPerson,
    MatchSeen,
    OutcomeUnknown,
    PartlyShown,
    PersonNeeded,
    PlatformAccepted,
    Postponed,
    PostRetracted,
    PostShown,
    PreparationAsked,
    PreparationDropped,
    ProbedAbsent,
    ReleaseWasOrdered,
    RetractionAsked,
    RetryAsked,
    StageDiscarded,
    StageLost,
)
from newmedia_sync.domain.delivery import (
    Accepted,
    Asked,
    Blocked,
    Checked,
    Declined,
    Delivery,
    Drifted,
    Dropped,
    HandedOver,
    Live,
    Made,
    Mission,
    Order,
    Ordered,
    Partial,
    Resumable,
    Retiring,
    Retracted,
    Retracting,
    Sending,
    Staged,
    Unknown,
    Waiting,
    mission_of,
)


def evolve(delivery: Delivery, fact: Fact) -> Delivery:
    match fact:
        case PreparationAsked(mission):
            return Asked(mission)
        case ChecksPassed(rendition, replaces):
            return Checked(_mission(delivery), Made(rendition, "", replaces), _order(delivery))
        case DraftStaged(stage, _):
            return _staged(delivery, stage)
        case StageLost():
            made = _made(delivery)
            return Checked(_mission(delivery), Made(made.rendition, "", made.replaces, made.told), _order(delivery))
        case ReleaseWasOrdered(order):
            return _ordered(delivery, order)
        case GivenUp() if isinstance(_before(delivery), Retiring):
            # Taking it away was given up: it is still there.
            return _live(delivery)
        case PreparationDropped(reason) | GivenUp(reason, _):
            return Dropped(_mission(delivery), reason, _stage(delivery))
        case StageDiscarded():
            return Dropped(delivery.mission, delivery.reason) if isinstance(delivery, Dropped) else delivery
        case AttemptBegun():
            return _begun(delivery, fact)
        case PlatformAccepted():
            return _accepted(delivery, fact)
        case PostShown(post, acted_at, at):
            return Live(_mission(delivery), _made(delivery), post, acted_at, at)
        case HandedToPerson(at):
            before = _before(delivery)
            return (
                HandedOver(before.mission, before.made, before.order, at) if isinstance(before, Ordered) else delivery
            )
        case RetractionAsked(because):
            live = delivery.live if isinstance(delivery, Drifted) else delivery
            return Retiring(live, because) if isinstance(live, Live) else delivery
        case PostRetracted(at, _):
            return Retracted(_mission(delivery), at)
        case Postponed(code, reason, until):
            return Waiting(_before(delivery), code, reason, until, _tries(delivery) + 1)
        case PersonNeeded(code, reason, _):
            return Blocked(_before(delivery), code, reason)
        case ContentDeclined(code, reason, _):
            return Declined(_mission(delivery), _order(delivery), code, reason)
        case PartlyShown(post, reason, acted_at):
            return Partial(_mission(delivery), _made(delivery), post, reason, acted_at)
        case OutcomeUnknown(code, reason, acted_at):
            return Unknown(delivery, code, reason, acted_at) if isinstance(delivery, Sending | Retracting) else delivery
        case ProbedAbsent(at):
            if not isinstance(delivery, Unknown):
                return delivery
            seen = (*delivery.absent_at, at)
            return Unknown(delivery.before, delivery.code, delivery.reason, delivery.acted_at, seen)
        case AttemptRuledOut():
            return _before(delivery)
        case DriftSeen(kind, digest, difference, at):
            live = delivery.live if isinstance(delivery, Drifted) else delivery
            return Drifted(live, kind, at, digest, difference) if isinstance(live, Live) else delivery
        case MatchSeen():
            return delivery.live if isinstance(delivery, Drifted) else delivery
        case RetryAsked():
            return _retried(delivery)
        case _:
            assert_never(fact)


def _mission(delivery: Delivery) -> Mission:
    found = mission_of(delivery)
    if found is None:
        msg = "a delivery that was never asked for has no mission"
        raise AssertionError(msg)
    return found


def _before(delivery: Delivery) -> Resumable:
    """Return the state in which the interrupted work is taken up again."""
    match delivery:
        case Waiting(before=before) | Blocked(before=before) | Retracting(before=before):
            return before
        case Unknown(before=before):
            return _before(before)
        case Sending(mission, made, order):
            return Ordered(mission, made, order)
        case Asked() | Checked() | Staged() | Ordered() | Accepted() | Retiring():
            return delivery
        case _:
            return Asked(_mission(delivery), _order(delivery))


def _made(delivery: Delivery) -> Made:
    match delivery:
        case Retiring(live=live) | Drifted(live=live):
            return live.made
        case Waiting(before=before) | Blocked(before=before) | Unknown(before=before) | Retracting(before=before):
            return _made(before)
        case Checked() | Staged() | Ordered() | Sending() | Accepted() | HandedOver() | Live() | Partial():
            return delivery.made
        case _:
            return Made("")


def _live(delivery: Delivery) -> Delivery:
    before = _before(delivery)
    return before.live if isinstance(before, Retiring) else delivery


def _stage(delivery: Delivery) -> str:
    """Return the draft that may still lie at the platform; what was sent has left the box."""
    match delivery:
        case Staged(made=made) | Ordered(made=made) | HandedOver(made=made):
            return made.stage
        case Waiting(before=before) | Blocked(before=before):
            return _stage(before)
        case _:
            return ""


def _order(delivery: Delivery) -> Order | None:
    match delivery:
        case Waiting(before=before) | Blocked(before=before) | Unknown(before=before) | Retracting(before=before):
            return _order(before)
        case Asked() | Checked() | Ordered() | Sending() | Accepted() | HandedOver() | Declined():
            return delivery.order
        case _:
            return None


def _tries(delivery: Delivery) -> int:
    return delivery.tries if isinstance(delivery, Waiting | Sending | Retracting) else 0


def _staged(delivery: Delivery, stage: str) -> Delivery:
    made, order = _made(delivery), _order(delivery)
    staged = Made(made.rendition, stage, made.replaces, told=True)
    return Ordered(_mission(delivery), staged, order) if order else Staged(_mission(delivery), staged)


def _ordered(delivery: Delivery, order: Order) -> Delivery:
    match delivery:
        case Asked(mission, _):
            return Asked(mission, order)
        case Checked(mission, made, _):
            return Checked(mission, made, order)
        case Staged(mission, made) | Ordered(mission, made, _):
            return Ordered(mission, made, order)
        case Waiting(before, code, reason, until, tries):
            return Waiting(_before(_ordered(before, order)), code, reason, until, tries)
        case Blocked(before, code, reason):
            return Blocked(_before(_ordered(before, order)), code, reason)
        case _:
            return delivery


def _begun(delivery: Delivery, fact: AttemptBegun) -> Delivery:
    before, tries = _before(delivery), _tries(delivery)
    if isinstance(before, Retiring) or (isinstance(before, Ordered) and before.mission.change == "withdraw"):
        return Retracting(before, fact.attempt, fact.at, tries)
    if isinstance(before, Ordered):
        return Sending(before.mission, before.made, before.order, fact.attempt, fact.at, tries)
    return delivery


def _accepted(delivery: Delivery, fact: PlatformAccepted) -> Delivery:
    sending = delivery.before if isinstance(delivery, Unknown) else delivery
    if not isinstance(sending, Sending):
        return delivery
    return Accepted(sending.mission, sending.made, sending.order, sending.attempt, fact.job, fact.acted_at)


def _retried(delivery: Delivery) -> Delivery:
    match delivery:
        case Declined(mission, order):
            return Asked(mission, order)
        case _:
            return _before(delivery)
