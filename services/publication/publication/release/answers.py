"""What channels answer. The order of arrival is not the order of events, and everything may come twice."""

from datetime import datetime

from publication.release import commands as c
from publication.release import facts as f
from publication.release import orders
from publication.release import states as s
from publication.release.channels import (
    ANSWERED,
    WEBSITE,
    Confirmed,
    Drifted,
    Failed,
    Prepared,
    Refused,
    Released,
    Retracted,
    Skipped,
    Waiting,
    acted_at,
)
from publication.release.evolve import evolve

BeforeOrder = s.Preparing | s.Held
AfterOrder = s.Ordered | s.Releasing | s.Closed


def prepared_before_order(release: BeforeOrder, command: c.NotePrepared) -> list[f.Fact]:
    """Note that a channel is ready. The last one gives the order, unless a person said stop."""
    standing = s.standing_of(release.standings, command.channel)
    if standing is None or isinstance(standing, Skipped) or command.edition_digest != release.plan.edition_digest:
        return []
    if standing == Prepared(command.rendition):
        return []
    ready = f.ChannelReady(command.channel, command.rendition)
    standings = s.with_standing(release.standings, command.channel, Prepared(command.rendition))
    if isinstance(release, s.Preparing):
        return [ready, *orders.advance(release.plan, standings, command.at)]
    if release.by == "person":
        return [ready]
    ordered = orders.advance(release.plan, standings, command.at)
    return [ready, f.ReleaseResumed(None, release.plan.prepare_by), *ordered] if ordered else [ready]


def prepared_late(release: AfterOrder, command: c.NotePrepared) -> list[f.Fact]:
    standing = s.standing_of(release.standings, command.channel)
    if command.edition_digest != release.plan.edition_digest or not isinstance(standing, Waiting | Refused):
        return []
    return [f.ChannelReady(command.channel, command.rendition)]


def refused_before_order(release: BeforeOrder, command: c.NoteRefused) -> list[f.Fact]:
    """All-or-hold stops at the first refusal; site-first only when it is the site."""
    standing = s.standing_of(release.standings, command.channel)
    refusal = Refused(command.code, command.reason, command.retry)
    if standing is None or isinstance(standing, Skipped) or standing == refusal:
        return []
    facts: list[f.Fact] = [f.ChannelDeclined(command.channel, command.code, command.reason, command.retry)]
    if isinstance(release, s.Held):
        return facts
    standings = s.with_standing(release.standings, command.channel, refusal)
    name = orders.names_of(release.plan, [command.channel])
    if release.plan.policy == "all-or-hold" or command.channel == WEBSITE:
        return [*facts, orders.held(standings, f"{name}：{command.reason}")]
    return [*facts, *orders.advance(release.plan, standings, command.at)]


def refused_late(release: AfterOrder, command: c.NoteRefused) -> list[f.Fact]:
    standing = s.standing_of(release.standings, command.channel)
    refusal = Refused(command.code, command.reason, command.retry)
    if not isinstance(standing, Waiting | Prepared | Refused) or standing == refusal:
        return []
    return _and_close(release, [f.ChannelDeclined(command.channel, command.code, command.reason, command.retry)])


def released(release: AfterOrder | s.Cancelled, command: c.NoteReleased) -> list[f.Fact]:
    """Note that a channel acted. After a cancellation this is kept as a note: someone must look at that channel."""
    standing = s.standing_of(release.standings, command.channel)
    if standing is None or isinstance(standing, Released | Confirmed | Drifted | Retracted):
        return []
    if isinstance(standing, Failed) and standing.outcome != "unknown":
        return []
    acted = f.ChannelActed(command.channel, command.acted_at, command.url)
    if isinstance(release, s.Cancelled):
        return [acted]
    return _and_close(release, [*_passed(release, command.at), acted])


def confirmed(release: AfterOrder, command: c.NoteConfirmed) -> list[f.Fact]:
    standing = s.standing_of(release.standings, command.channel)
    if standing is None or isinstance(standing, Drifted | Retracted):
        return []
    if isinstance(standing, Confirmed) and standing.url == command.url:
        return []
    shown = f.ChannelShown(command.channel, command.url, command.confirmed_at)
    return _and_close(release, [*_passed(release, command.at), shown])


def failed(release: AfterOrder, command: c.NoteFailed) -> list[f.Fact]:
    """Rejected, failed or unknown. What is confirmed does not become unknown again."""
    standing = s.standing_of(release.standings, command.channel)
    if standing is None or isinstance(standing, Skipped | Retracted):
        return []
    if isinstance(standing, Confirmed) and command.outcome == "unknown":
        return []
    if isinstance(standing, Failed) and (standing.outcome, standing.code) == (command.outcome, command.code):
        return []
    fell = f.ChannelFell(command.channel, command.outcome, command.code, command.reason)
    return _and_close(release, [*_passed(release, command.at), fell])


def retracted(release: AfterOrder, command: c.NoteRetracted) -> list[f.Fact]:
    """In a withdrawal, taking back is the act itself; elsewhere it is news."""
    standing = s.standing_of(release.standings, command.channel)
    if standing is None or isinstance(standing, Retracted):
        return []
    if release.plan.change == "withdraw" and not isinstance(standing, ANSWERED):
        return released(release, c.NoteReleased(command.channel, command.retracted_at, None, command.at))
    if release.plan.change == "withdraw":
        return []
    return [f.ChannelTookBack(command.channel, command.retracted_at, command.by)]


def drifted(release: s.Releasing | s.Closed, command: c.NoteDrifted) -> list[f.Fact]:
    standing = s.standing_of(release.standings, command.channel)
    if standing is None or isinstance(standing, Retracted):
        return []
    if isinstance(standing, Drifted) and (standing.kind, standing.difference) == (command.kind, command.difference):
        return []
    return [f.ChannelDrifted(command.channel, command.kind, command.seen_at, command.difference)]


def silence(release: s.Releasing) -> list[f.Fact]:
    """Close with the silent ones unknown; without the site there is nothing to close."""
    return [close] if (close := closing(release)) is not None else []


def closing(release: s.Releasing) -> f.ReleaseClosed | None:
    """Return the closing fact with those that have not answered, or None while the site is silent."""
    site = s.standing_of(release.standings, WEBSITE)
    published_at = acted_at(site) if site is not None else None
    if published_at is None or isinstance(site, Failed):
        return None
    silent = tuple(
        channel
        for channel in release.ordered
        if not isinstance(s.standing_of(release.standings, channel), (*ANSWERED, Refused))
    )
    return f.ReleaseClosed(published_at, skew_ms(release), silent)


def skew_ms(release: s.Releasing) -> float:
    """Return the milliseconds between the first and the last act of the channels that were ordered."""
    acts = [
        at
        for channel, standing in release.standings
        if channel in release.ordered and (at := acted_at(standing)) is not None
    ]
    if not acts:
        return 0.0
    return round((max(acts) - min(acts)).total_seconds() * 1000, 3)


def _passed(release: AfterOrder, at: datetime) -> list[f.Fact]:
    """Take the act as proof that the instant has passed, whatever our own clock has said so far."""
    return [f.InstantPassed(at)] if isinstance(release, s.Ordered) else []


def _and_close(release: AfterOrder, facts: list[f.Fact]) -> list[f.Fact]:
    """Add the closing fact when the last ordered channel has answered."""
    after: s.Release = release
    for fact in facts:
        after = evolve(after, fact)
    if isinstance(after, s.Releasing) and (close := closing(after)) is not None and not close.silent:
        return [*facts, close]
    return facts
