"""State + command → facts, or a refusal. What channels say twice, late or out of order changes nothing."""

from datetime import datetime, timedelta
from functools import reduce

from gongkai.statute.refusal import Refused
from publication.release import answers, orders
from publication.release import commands as c
from publication.release import facts as f
from publication.release.channels import WEBSITE
from publication.release.evolve import evolve
from publication.release.states import (
    STATE_NAMES,
    Absent,
    Cancelled,
    Closed,
    Held,
    Ordered,
    Preparing,
    Release,
    Releasing,
)

COMMAND_NAMES: dict[type[c.Command], str] = {
    c.OpenRelease: "开始发布",
    c.NotePrepared: "渠道就绪",
    c.NoteRefused: "渠道拒绝",
    c.NoteReleased: "渠道放出",
    c.NoteConfirmed: "渠道确认",
    c.NoteFailed: "渠道失败或不明",
    c.NoteRetracted: "渠道撤下",
    c.NoteDrifted: "渠道内容有变",
    c.PassPrepareBy: "准备截止",
    c.PassInstant: "到放出时刻",
    c.PassCloseBy: "答复截止",
    c.GoWithout: "不发这些渠道",
    c.Hold: "暂缓",
    c.Resume: "继续",
    c.Reschedule: "改时间",
    c.CancelRelease: "取消",
    c.RetryChannel: "重试渠道",
}
LONGEST_SCHEDULE = timedelta(days=366)


def decide(release: Release, command: c.Command) -> list[f.Fact]:
    match release, command:
        case Absent(), c.OpenRelease():
            return _open(command)
        case Absent(), _:
            raise Refused("没有这次发布")

        case ((Preparing() | Held()), c.NotePrepared()):
            return answers.prepared_before_order(release, command)
        case ((Ordered() | Releasing() | Closed()), c.NotePrepared()):
            return answers.prepared_late(release, command)
        case ((Preparing() | Held()), c.NoteRefused()):
            return answers.refused_before_order(release, command)
        case ((Preparing() | Held()), c.NoteFailed()):
            declined = c.NoteRefused(command.channel, command.code, command.reason, retry=True, at=command.at)
            return answers.refused_before_order(release, declined)
        case ((Ordered() | Releasing() | Closed()), c.NoteRefused()):
            return answers.refused_late(release, command)
        case ((Preparing() | Held()), c.NoteReleased()):
            raise Refused("还没有放出指令，渠道却报告已经放出，请核对这个渠道")
        case ((Ordered() | Releasing() | Closed() | Cancelled()), c.NoteReleased()):
            return answers.released(release, command)
        case ((Ordered() | Releasing() | Closed()), c.NoteConfirmed()):
            return answers.confirmed(release, command)
        case ((Ordered() | Releasing() | Closed()), c.NoteFailed()):
            return answers.failed(release, command)
        case ((Ordered() | Releasing() | Closed()), c.NoteRetracted()):
            return answers.retracted(release, command)
        case ((Releasing() | Closed()), c.NoteDrifted()):
            return answers.drifted(release, command)
        case _, (
            c.NotePrepared()
            | c.NoteRefused()
            | c.NoteConfirmed()
            | c.NoteFailed()
            | c.NoteRetracted()
            | c.NoteDrifted()
        ):
            return []

        case Preparing(), c.PassPrepareBy():
            return orders.deadline(release, command.at)
        case Ordered(), c.PassInstant():
            return [f.InstantPassed(command.at)] if command.at >= release.release_at else []
        case Releasing(), c.PassCloseBy():
            return answers.silence(release)
        case _, (c.PassPrepareBy() | c.PassInstant() | c.PassCloseBy()):
            return []

        case ((Preparing() | Held()), c.GoWithout()):
            return orders.go_without(release, command)
        case ((Ordered() | Releasing() | Closed()), c.GoWithout()):
            return orders.let_laggards_go(release, command)
        case ((Preparing() | Held()), c.Hold()):
            return orders.hold(release, command)
        case Held(), c.Resume():
            return orders.resume(release, command)
        case ((Preparing() | Held()), c.Reschedule()):
            must_be_schedulable(command.scheduled_at, command.at, release.plan.guard)
            return [f.ReleaseRescheduled(command.by, command.scheduled_at, command.prepare_by)]
        case ((Preparing() | Held()), c.CancelRelease()):
            return orders.cancel(command)
        case Ordered(), c.CancelRelease():
            return orders.cancel_ordered(release, command)
        case ((Preparing() | Held()), c.RetryChannel()):
            return orders.retry(release, command)
        case ((Ordered() | Releasing() | Closed()), c.RetryChannel()):
            return orders.retry_late(release, command)

        case Ordered(), (c.Hold() | c.Reschedule()):
            raise Refused("放出指令已经下达，时刻不能再改；可以在时刻之前取消，再重新签发")
        case ((Releasing() | Closed()), c.CancelRelease()):
            raise Refused("已经放出，不能取消；可以更正或者撤回")
        case _:
            raise Refused(f"发布现在是“{STATE_NAMES[type(release)]}”，不能{COMMAND_NAMES[type(command)]}")


def replay(release: Release, facts: list[f.Fact]) -> Release:
    return reduce(evolve, facts, release)


def must_be_schedulable(scheduled_at: datetime | None, at: datetime, guard: timedelta) -> None:
    if scheduled_at is None:
        return
    if scheduled_at < at + guard:
        raise Refused("定时发布的时间已经过去，或者太近，请选晚一些的时间")
    if scheduled_at > at + LONGEST_SCHEDULE:
        raise Refused("定时发布最多安排到一年以内")


def _open(command: c.OpenRelease) -> list[f.Fact]:
    plan = command.plan
    ids = [channel.id for channel in plan.channels]
    if WEBSITE not in ids:
        raise Refused("发布渠道必须包括政府网站")
    if len(set(ids)) != len(ids):
        raise Refused("同一个渠道选了两次")
    must_be_schedulable(plan.scheduled_at, command.at, plan.guard)
    if plan.prepare_by <= command.at:
        raise Refused("渠道准备的截止时间已经过去")
    return [f.ReleaseOpened(plan, command.at)]
