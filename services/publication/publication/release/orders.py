"""The order and what people do about it: when it is given, when it is not, and every way out."""

from collections.abc import Sequence
from datetime import datetime

from gongkai.statute.refusal import Refused
from publication.release import commands as c
from publication.release import facts as f
from publication.release import states as s
from publication.release.channels import WEBSITE, Confirmed, Drifted, Failed, Released, Retracted, Skipped, Waiting
from publication.release.channels import Prepared as Ready
from publication.release.channels import Refused as ChannelRefusal
from publication.release.evolve import evolve


def order(plan: s.Plan, standings: s.Standings, at: datetime) -> f.ReleaseOrdered:
    """Give the instant: the scheduled one, or as soon as the order can have reached everyone."""
    earliest = at + plan.guard
    release_at = earliest if plan.scheduled_at is None else max(earliest, plan.scheduled_at)
    named = s.prepared(standings)
    return f.ReleaseOrdered(release_at, named, s.laggards(standings, named))


def advance(plan: s.Plan, standings: s.Standings, at: datetime) -> list[f.Fact]:
    """Order when nothing more is to be waited for."""
    if s.all_ready(standings):
        return [order(plan, standings, at)]
    overdue = at >= plan.prepare_by
    settled = not s.waiting(standings)
    if plan.policy == "site-first" and s.site_ready(standings) and (settled or overdue):
        return [order(plan, standings, at)]
    return []


def held(standings: s.Standings, reason: str) -> f.ReleaseHeld:
    return f.ReleaseHeld("channel", None, reason, s.missing(standings))


def deadline(release: s.Preparing, at: datetime) -> list[f.Fact]:
    """End the time to prepare: site-first goes on without laggards, all-or-hold waits for a person."""
    if at < release.plan.prepare_by:
        return []
    ordered = advance(release.plan, release.standings, at)
    if ordered:
        return ordered
    names = names_of(release.plan, s.missing(release.standings))
    return [held(release.standings, f"准备截止时还没有就绪：{names}")]


def names_of(plan: s.Plan, ids: Sequence[str]) -> str:
    return "、".join(channel.name for channel in plan.channels if channel.id in ids) or "无"


def hold(release: s.Preparing | s.Held, command: c.Hold) -> list[f.Fact]:
    if not command.reason.strip():
        raise Refused("暂缓要写明理由")
    if isinstance(release, s.Held) and release.by == "person":
        return []
    return [f.ReleaseHeld("person", command.by, command.reason.strip(), s.missing(release.standings))]


def resume(release: s.Held, command: c.Resume) -> list[f.Fact]:
    if command.prepare_by <= command.at:
        raise Refused("渠道准备的截止时间已经过去")
    refused = [channel for channel, standing in release.standings if isinstance(standing, ChannelRefusal)]
    if refused and release.plan.policy == "all-or-hold":
        names = names_of(release.plan, refused)
        raise Refused(f"还有渠道拒绝：{names}。先重试这个渠道，或者选择不发此渠道")
    facts: list[f.Fact] = [f.ReleaseResumed(command.by, command.prepare_by)]
    after = evolve(release, facts[0])
    assert isinstance(after, s.Preparing)  # noqa: S101  narrows the type; evolve of ReleaseResumed is Preparing
    return [*facts, *advance(after.plan, after.standings, command.at)]


def go_without(release: s.Preparing | s.Held, command: c.GoWithout) -> list[f.Fact]:
    must_be_known(release.plan, command.channels)
    if WEBSITE in command.channels:
        raise Refused("政府网站是必发渠道，不能不发")
    facts: list[f.Fact] = [
        f.ChannelLetGo(channel, command.by)
        for channel in dict.fromkeys(command.channels)
        if not isinstance(s.standing_of(release.standings, channel), Skipped)
    ]
    standings = release.standings
    for channel in command.channels:
        standings = s.with_standing(standings, channel, Skipped(command.by))
    if isinstance(release, s.Held):
        if release.by == "person" or not s.all_ready(standings):
            return facts
        return [
            *facts,
            f.ReleaseResumed(command.by, release.plan.prepare_by),
            order(release.plan, standings, command.at),
        ]
    return [*facts, *advance(release.plan, standings, command.at)]


def let_laggards_go(release: s.Ordered | s.Releasing | s.Closed, command: c.GoWithout) -> list[f.Fact]:
    """After the order only those that have not shown anything can be let go."""
    must_be_known(release.plan, command.channels)
    facts: list[f.Fact] = []
    for channel in dict.fromkeys(command.channels):
        standing = s.standing_of(release.standings, channel)
        if isinstance(standing, Skipped):
            continue
        if not isinstance(standing, Waiting | ChannelRefusal | Failed | Ready) or channel in _bound(release):
            raise Refused(f"{names_of(release.plan, [channel])}已经接到放出指令，不能再取消；放出后可以撤回")
        facts.append(f.ChannelLetGo(channel, command.by))
    return facts


def _bound(release: s.Ordered | s.Releasing | s.Closed) -> tuple[str, ...]:
    """Return the channels that hold an order which still has to be answered."""
    return () if isinstance(release, s.Closed) else release.ordered


def cancel(command: c.CancelRelease) -> list[f.Fact]:
    if not command.reason.strip():
        raise Refused("取消发布要写明理由")
    return [f.ReleaseCancelled(command.by, command.reason.strip())]


def cancel_ordered(release: s.Ordered, command: c.CancelRelease) -> list[f.Fact]:
    """Only while the cancellation can still reach every channel before the instant."""
    if command.at + release.plan.guard > release.release_at:
        seconds = release.plan.guard_ms / 1000
        raise Refused(f"离放出时刻不到{seconds:g}秒，取消已经来不及通知各渠道；放出后可以撤回")
    return cancel(command)


def retry(release: s.Preparing | s.Held, command: c.RetryChannel) -> list[f.Fact]:
    must_be_known(release.plan, [command.channel])
    standing = s.standing_of(release.standings, command.channel)
    if isinstance(standing, Ready):
        raise Refused(f"{names_of(release.plan, [command.channel])}已经就绪，不用重试")
    if command.prepare_by <= command.at:
        raise Refused("渠道准备的截止时间已经过去")
    facts: list[f.Fact] = [f.ChannelAskedAgain(command.channel, command.by, command.prepare_by)]
    if isinstance(release, s.Held) and release.by == "channel":
        facts.append(f.ReleaseResumed(command.by, max(command.prepare_by, release.plan.prepare_by)))
    return facts


def retry_late(release: s.Ordered | s.Releasing | s.Closed, command: c.RetryChannel) -> list[f.Fact]:
    """After the order a channel that failed, was refused or changed is asked again, as a laggard."""
    must_be_known(release.plan, [command.channel])
    standing = s.standing_of(release.standings, command.channel)
    name = names_of(release.plan, [command.channel])
    if isinstance(standing, Released | Confirmed):
        raise Refused(f"{name}已经发布，不会重发")
    if isinstance(standing, Ready):
        raise Refused(f"{name}已经接到放出指令，请等候结果")
    if not isinstance(standing, Waiting | ChannelRefusal | Failed | Drifted | Retracted | Skipped):
        raise Refused(f"{name}现在不能重试")
    if isinstance(standing, Retracted) and standing.by == "us":
        raise Refused(f"{name}上的内容是我们自己撤下的，再发一次等于推翻撤下的决定；要再公开请更正后重新签发")
    if command.channel == WEBSITE and isinstance(standing, Drifted | Retracted):
        raise Refused("网站上的内容有变，请更正后重新签发")
    return [f.ChannelAskedAgain(command.channel, command.by, command.prepare_by)]


def must_be_known(plan: s.Plan, channels: Sequence[str]) -> None:
    unknown = [channel for channel in channels if plan.channel(channel) is None]
    if unknown or not channels:
        raise Refused(f"这次发布没有这个渠道：{'、'.join(unknown)}" if unknown else "没有选择渠道")
