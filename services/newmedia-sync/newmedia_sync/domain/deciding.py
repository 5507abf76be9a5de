"""State + command → facts, or a refusal. Read from top to bottom it is the procedure. Pure."""

from datetime import datetime

from gongkai.statute.refusal import Refused
from newmedia_sync.domain.acts import (
    LEAST_GAP,
    AttemptBegun,
    AttemptRuledOut,
    Begin,
    CancelRelease,
    ChecksPassed,
    Command,
    Compare,
    ContentDeclined,
    DraftStaged,
    DriftSeen,
    Fact,
    GivenUp,
    GiveUp,
    HandedToPerson,
    Interrupt,
    Learn,
    MatchSeen,
    OrderRelease,
    OutcomeUnknown,
    PartlyShown,
    PassChecks,
    PersonNeeded,
    PlatformAccepted,
    Postponed,
    PostRetracted,
    PostShown,
    PreparationAsked,
    PreparationDropped,
    Prepare,
    ProbedAbsent,
    ReleaseWasOrdered,
    ReportPost,
    ReportRetracted,
    Retire,
    RetractionAsked,
    Retry,
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
    New,
    Ordered,
    Partial,
    Retiring,
    Retracting,
    Sending,
    Staged,
    Unknown,
    Waiting,
)
from newmedia_sync.domain.outcome import (
    Absent,
    Done,
    Hitch,
    NeedsPerson,
    Outcome,
    PartDone,
    QuotaGone,
    Running,
    Shown,
    Taken,
    TurnedDown,
    Unclear,
    wait_until,
)

_NO_POST = "这次发布还没有到这一步，不能这样处理"


def decide(delivery: Delivery, command: Command, *, tries: int = 0) -> list[Fact]:
    match delivery, command:
        # ── asked, or asked again ──
        case New(), Prepare(mission):
            return [PreparationAsked(mission)]
        case ((Asked() | Checked() | Staged() | Declined() | Dropped()), Prepare(mission)):
            # The same approval once more says nothing new; another edition starts over.
            return [] if delivery.mission.edition_digest == mission.edition_digest else [PreparationAsked(mission)]
        case ((Waiting(before=before) | Blocked(before=before)), Prepare()):
            return decide(before, command)
        case _, Prepare():
            return []

        # ── prepared ──
        case Asked(), PassChecks(rendition, replaces):
            return [ChecksPassed(rendition, replaces)]
        case Asked(), Learn(outcome, at, _):
            return _setback(outcome, at, tries)
        case Checked(), Learn(Done(stage), at, _):
            return [DraftStaged(stage, at)]
        case Checked(), Learn(outcome, at, _):
            return _setback(outcome, at, tries)
        case ((Staged() | Ordered()), Learn(Done(), _, _)):
            return []
        case ((Staged() | Ordered()), Learn(Absent(), at, _)):
            return [StageLost(at)]
        case ((Staged() | Ordered()), Learn(outcome, at, _)):
            return _setback(outcome, at, tries)

        # ── ordered, or called off ──
        case ((Asked(order=known) | Checked(order=known) | Ordered(order=known)), OrderRelease(order)):
            return [] if known == order else [ReleaseWasOrdered(order)]
        case Staged(), OrderRelease(order):
            return [ReleaseWasOrdered(order)]
        case ((Waiting(before=before) | Blocked(before=before)), OrderRelease(order)):
            return decide(before, command)
        case New(), OrderRelease():
            raise Refused("这次发布没有交给这个账号准备")
        case _, OrderRelease():
            return []
        case ((Asked() | Checked() | Staged() | Ordered() | Declined() | HandedOver()), CancelRelease(reason)):
            return [PreparationDropped(reason)]
        case ((Waiting(before=before) | Blocked(before=before)), CancelRelease()):
            return decide(before, command)
        case _, CancelRelease():
            # Too late, or never here: what was shown is taken away by a withdrawal, not by a cancellation.
            return []

        # ── acting ──
        case Ordered(mission, made, _), Begin(attempt, at):
            if mission.change == "withdraw" and not made.replaces:
                return [PostRetracted(at, "us")]
            return [HandedToPerson(at)] if mission.mode == "assisted" else [AttemptBegun(attempt, at)]
        case Retiring(live=live), Begin(attempt, at):
            if live.mission.mode == "assisted":
                return [PersonNeeded("assisted", "请到平台后台删除旧的内容，再回来登记已撤回", at)]
            return [AttemptBegun(attempt, at)]
        case Retiring(), Learn((QuotaGone() | Hitch() | Unclear()) as setback, at, _):
            # Not even begun: it is taken away as soon as that is possible again, and holds up nobody until then.
            return _setback(setback, at, tries)
        case Sending(), Learn(outcome, at, acted_at):
            return _sent(delivery, outcome, at, acted_at)
        case Accepted(), Learn(outcome, at, _):
            return _awaited(delivery, outcome, at, tries)
        case Retracting(), Learn(outcome, at, acted_at):
            return _taken_away(delivery, outcome, at, acted_at)
        case ((Sending() | Retracting()), Interrupt(at)):
            return [OutcomeUnknown("interrupted", "发送途中程序中断，结果要向平台核实", at)]
        case Unknown(), Learn(outcome, at, _):
            return _probed(delivery, outcome, at)
        case Dropped(stage=stage), Learn(Done() | Absent() | TurnedDown(), at, _):
            return [StageDiscarded(at)] if stage else []
        case Dropped(), Learn():
            return []

        # ── a person says ──
        case ((HandedOver() | Partial() | Blocked(before=Ordered() | Accepted())), ReportPost(post, at)):
            return [PostShown(post, at, at)]
        case Unknown(before=Sending(), acted_at=acted_at), ReportPost(post, at):
            return [PostShown(post, acted_at, at)]
        case ((Live() | Drifted() | Retiring() | Partial() | HandedOver()), ReportRetracted(at)):
            return [PostRetracted(at, "us")]
        case (
            (Blocked(before=Retiring() | Ordered()) | Waiting(before=Retiring()) | Unknown(before=Retracting())),
            ReportRetracted(at),
        ):
            return [PostRetracted(at, "us")]
        case Waiting(before=before), (PassChecks() | Learn() | Begin()):
            return decide(before, command, tries=delivery.tries)
        case ((Waiting() | Blocked() | Declined() | Unknown()), Retry(at)):
            return [RetryAsked(at)]
        case (
            (
                (Asked() | Checked() | Staged() | Ordered() | HandedOver() | Waiting() | Blocked() | Declined())
                | (Partial() | Unknown())
            ),
            GiveUp(reason, at),
        ):
            if not reason.strip():
                raise Refused("请写明不再继续的原因")
            return [GivenUp(reason, at)]

        # ── after release ──
        case ((Live() | Drifted()), Retire(because)):
            return [RetractionAsked(because)]
        case _, Retire():
            return []
        case Live(), Compare(kind, digest, difference, at):
            return [DriftSeen(kind, digest, difference, at)] if kind else []
        case Drifted(kind=known, seen_digest=seen), Compare(kind, digest, difference, at):
            if not kind:
                return [MatchSeen(at)]
            return [] if (kind, digest) == (known, seen) else [DriftSeen(kind, digest, difference, at)]
        case _, Learn():
            # The answer to a question that was settled meanwhile, by the event or by a person.
            return []
        case _:
            raise Refused(_NO_POST)


def _setback(outcome: Outcome, at: datetime, tries: int) -> list[Fact]:
    """Before anything was sent: what stopped us can only delay, block or refuse."""
    match outcome:
        case Hitch(code, reason) | QuotaGone(code, reason, _):
            return [Postponed(code, reason, wait_until(outcome, tries, at))]
        case NeedsPerson(code, reason):
            return [PersonNeeded(code, reason, at)]
        case TurnedDown(code, reason):
            return [ContentDeclined(code, reason, at)]
        case Unclear(code, reason):
            # A draft or an upload that may lie there twice harms nobody: try again.
            return [Postponed(code, reason, wait_until(Hitch(code, reason), tries, at))]
        case _:
            raise Refused(_NO_POST)


def _sent(sending: Sending, outcome: Outcome, at: datetime, acted_at: datetime) -> list[Fact]:
    match outcome:
        case Taken(job):
            return [PlatformAccepted(job, acted_at)]
        case Shown(post):
            return [PostShown(post, acted_at, at)]
        case PartDone(post, reason):
            return [PartlyShown(post, reason, acted_at)]
        case Unclear(code, reason):
            return [OutcomeUnknown(code, reason, acted_at)]
        case _:
            return _setback(outcome, at, sending.tries)


def _awaited(accepted: Accepted, outcome: Outcome, at: datetime, tries: int) -> list[Fact]:
    match outcome:
        case Running() | Absent() | Unclear():
            return []
        case Shown(post):
            return [PostShown(post, accepted.acted_at, at)]
        case PartDone(post, reason):
            return [PartlyShown(post, reason, accepted.acted_at)]
        case _:
            return _setback(outcome, at, tries)


def _taken_away(retracting: Retracting, outcome: Outcome, at: datetime, acted_at: datetime) -> list[Fact]:
    match outcome:
        case Done():
            return [PostRetracted(acted_at, "us")]
        case Absent():
            return [PostRetracted(acted_at, "platform")]
        case Unclear(code, reason):
            return [OutcomeUnknown(code, reason, acted_at)]
        case TurnedDown(code, reason):
            return [PersonNeeded(code, reason, at)]
        case _:
            return _setback(outcome, at, retracting.tries)


def _probed(unknown: Unknown, outcome: Outcome, at: datetime) -> list[Fact]:
    """Found or running settles it. Absent must be seen twice, a platform's delay apart. All else: keep asking."""
    gone = isinstance(unknown.before, Retracting)
    match outcome:
        case Shown(post) if not gone:
            return [PostShown(post, unknown.acted_at, at)]
        case PartDone(post, reason) if not gone:
            return [PartlyShown(post, reason, unknown.acted_at)]
        case Taken(job) if not gone:
            return [PlatformAccepted(job, unknown.acted_at)]
        case TurnedDown(code, reason) if not gone:
            return [ContentDeclined(code, reason, at)]
        case Shown():
            return [AttemptRuledOut(at)]
        case Absent() if gone:
            return [PostRetracted(unknown.acted_at, "us")]
        case Absent(settle):
            seen = unknown.absent_at
            if not seen:
                return [ProbedAbsent(at)]
            return [AttemptRuledOut(at)] if at - seen[0] >= max(settle, LEAST_GAP) else []
        case _:
            return []
