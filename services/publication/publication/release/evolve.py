"""State + fact → state. It never refuses: facts already happened."""

from dataclasses import replace
from typing import assert_never

from publication.release import facts as f
from publication.release.channels import (
    Confirmed,
    Drifted,
    Failed,
    Prepared,
    Refused,
    Released,
    Retracted,
    Skipped,
    Standing,
    Waiting,
    acted_at,
    url_of,
)
from publication.release.states import (
    Absent,
    Cancelled,
    Closed,
    Held,
    Open,
    Ordered,
    Preparing,
    Release,
    Releasing,
    standing_of,
    with_standing,
)


def evolve(release: Release, fact: f.Fact) -> Release:
    """Return the release after one more fact."""
    if isinstance(release, Absent):
        if isinstance(fact, f.ReleaseOpened):
            return Preparing(fact.plan, tuple((channel.id, Waiting()) for channel in fact.plan.channels))
        return release
    match fact:
        case f.ReleaseOpened():
            return release
        case f.ReleaseHeld():
            return Held(release.plan, release.standings, fact.by, fact.reason)
        case f.ReleaseResumed():
            return Preparing(replace(release.plan, prepare_by=fact.prepare_by), release.standings)
        case f.ReleaseRescheduled():
            plan = replace(release.plan, scheduled_at=fact.scheduled_at, prepare_by=fact.prepare_by)
            return replace(release, plan=plan)
        case f.ReleaseOrdered():
            return Ordered(release.plan, release.standings, fact.release_at, fact.channels)
        case f.InstantPassed():
            if isinstance(release, Ordered):
                return Releasing(release.plan, release.standings, release.release_at, release.ordered)
            return release
        case f.ReleaseClosed():
            return _closed(release, fact)
        case f.ReleaseCancelled():
            return Cancelled(release.plan, release.standings, fact.reason)
        case f.ChannelAskedAgain():
            asked = replace(release, standings=with_standing(release.standings, fact.channel, Waiting()))
            if isinstance(asked, Preparing | Held):
                return replace(asked, plan=replace(asked.plan, prepare_by=max(asked.plan.prepare_by, fact.prepare_by)))
            return asked
        case (
            f.ChannelReady()
            | f.ChannelDeclined()
            | f.ChannelLetGo()
            | f.ChannelActed()
            | f.ChannelShown()
            | f.ChannelFell()
            | f.ChannelTookBack()
            | f.ChannelDrifted()
        ):
            was = standing_of(release.standings, fact.channel) or Waiting()
            return replace(release, standings=with_standing(release.standings, fact.channel, _standing(was, fact)))
        case _:
            assert_never(fact)


def _standing(
    was: Standing,
    fact: f.ChannelReady
    | f.ChannelDeclined
    | f.ChannelLetGo
    | f.ChannelActed
    | f.ChannelShown
    | f.ChannelFell
    | f.ChannelTookBack
    | f.ChannelDrifted,
) -> Standing:
    match fact:
        case f.ChannelReady():
            return Prepared(fact.rendition)
        case f.ChannelDeclined():
            return Refused(fact.code, fact.reason, fact.retry)
        case f.ChannelLetGo():
            return Skipped(fact.by)
        case f.ChannelActed():
            return Released(fact.acted_at, fact.url)
        case f.ChannelShown():
            return Confirmed(acted_at(was) or fact.confirmed_at, fact.url, fact.confirmed_at)
        case f.ChannelFell():
            return Failed(fact.outcome, fact.code, fact.reason, acted_at(was))
        case f.ChannelTookBack():
            return Retracted(fact.retracted_at, fact.by, acted_at(was))
        case f.ChannelDrifted():
            return Drifted(fact.kind, fact.seen_at, fact.difference, acted_at(was), url_of(was))
        case _:
            assert_never(fact)


def _closed(release: Open, fact: f.ReleaseClosed) -> Release:
    if not isinstance(release, Ordered | Releasing):
        return release
    standings = release.standings
    for channel in fact.silent:
        unknown = Failed("unknown", "", "放出后没有在规定时间内答复，结果待核", None)
        standings = with_standing(standings, channel, unknown)
    return Closed(release.plan, standings, release.release_at, release.ordered, fact.published_at, fact.skew_ms)
