"""A release in every state, and every command. Pure values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from uuid import UUID

from publication.release import commands as c
from publication.release.channels import Channel, Prepared, Refused, Released, Waiting
from publication.release.decide import decide
from publication.release.evolve import evolve
from publication.release.states import (
    Absent,
    Cancelled,
    Closed,
    Held,
    Ordered,
    Plan,
    Preparing,
    Release,
    Releasing,
)

NOON = datetime(2025, 3, 10, 4, 0, tzinfo=UTC)
SITE = "website"
WECHAT = f"account:{UUID(int=11)}"
WEIBO = f"account:{UUID(int=12)}"
CHANNELS = (
    Channel(SITE, "website", "政府网站"),
    Channel(WECHAT, "wechat", "济南商务"),
    Channel(WEIBO, "weibo", "济南商务发布"),
)
DIGEST = "sha256:" + "c" * 64
SHOWN = "sha256:" + "d" * 64
PERSON = UUID(int=6)
PLAN = Plan(
    document_id=UUID(int=1), edition=1, edition_digest=DIGEST, manifest=DIGEST, manifest_size=2_000, change="publish",
    channels=CHANNELS, policy="all-or-hold", prepare_by=NOON + timedelta(minutes=10), scheduled_at=None, guard_ms=2_000,
    close_after_ms=60_000, ordered_by=PERSON,
)  # fmt: skip
SITE_FIRST = replace(PLAN, policy="site-first")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def ready(channel: str, seconds: float = 1) -> c.NotePrepared:
    return c.NotePrepared(channel, DIGEST, SHOWN, at(seconds))


def acted(channel: str, seconds: float, url: str | None = None) -> c.NoteReleased:
    return c.NoteReleased(channel, at(seconds), url, at(seconds + 0.1))


def refused(channel: str, seconds: float = 1) -> c.NoteRefused:
    return c.NoteRefused(channel, "title-too-long", "标题66字，限64字", retry=False, at=at(seconds))


def after(release: Release, *commands: c.Command) -> Release:
    for command in commands:
        release = reduce(evolve, decide(release, command), release)
    return release


def opened(plan: Plan = PLAN) -> Release:
    return after(Absent(), c.OpenRelease(plan, NOON))


def ordered(plan: Plan = PLAN) -> Release:
    return after(opened(plan), ready(SITE), ready(WECHAT), ready(WEIBO, 2))


def closed(plan: Plan = PLAN) -> Release:
    return after(ordered(plan), acted(SITE, 4.0), acted(WECHAT, 4.02), acted(WEIBO, 4.05))


_WAITING = tuple((channel.id, Waiting()) for channel in CHANNELS)
_READY = tuple((channel.id, Prepared(SHOWN)) for channel in CHANNELS)
_OUT = tuple((channel.id, Released(at(4), None)) for channel in CHANNELS)
_IDS = tuple(channel.id for channel in CHANNELS)


def a_release_in(state: type[Release], command: c.Command) -> Release:
    """Return a release of this state in which the command finds something to do if the state allows it."""
    match state.__name__:
        case "Absent":
            return Absent()
        case "Preparing":
            standings = _READY[:1] + _WAITING[1:]
            if isinstance(command, c.RetryChannel):
                standings = (*standings[:2], (WEIBO, Refused("x", "平台维护", retry=True)))
            return Preparing(PLAN, standings)
        case "Held":
            standings = _READY[:1] + _WAITING[1:]
            return Held(PLAN, standings, "channel", "没有就绪")
        case "Ordered":
            scheduled = isinstance(command, c.CancelRelease)
            instant = at(3_600) if scheduled else at(4)
            return Ordered(PLAN, _lagging(command), instant, _named(command))
        case "Releasing":
            standings = _lagging(command)
            if isinstance(command, c.PassCloseBy | c.NoteDrifted):
                standings = _OUT[:1] + standings[1:]
            return Releasing(PLAN, standings, at(4), _named(command))
        case "Closed":
            standings = _OUT[:2] + _WAITING[2:]
            return Closed(PLAN, standings, at(4), _IDS[:2], at(4), 0.0)
        case _:
            return Cancelled(PLAN, _READY, "改期")


def _lagging(command: c.Command) -> tuple[tuple[str, object], ...]:  # type: ignore[type-arg]
    if isinstance(command, c.GoWithout | c.RetryChannel | c.NotePrepared):
        return _READY[:2] + _WAITING[2:]
    return _READY


def _named(command: c.Command) -> tuple[str, ...]:
    return _IDS[:2] if isinstance(command, c.GoWithout | c.RetryChannel | c.NotePrepared) else _IDS


STATES: tuple[type[Release], ...] = (Absent, Preparing, Held, Ordered, Releasing, Closed, Cancelled)
COMMANDS: tuple[c.Command, ...] = (
    c.OpenRelease(PLAN, NOON),
    ready(WEIBO),
    refused(WEIBO),
    acted(WEIBO, 5),
    c.NoteConfirmed(WEIBO, "https://weibo.example/1", at(6), at(6)),
    c.NoteFailed(WEIBO, "rejected", "4", "平台审核未通过", at(6)),
    c.NoteRetracted(WEIBO, at(7), "account-owner", at(7)),
    c.NoteDrifted(WEIBO, "changed", at(8), "第2段", at(8)),
    c.PassPrepareBy(at(600)),
    c.PassInstant(at(4)),
    c.PassCloseBy(at(64)),
    c.GoWithout((WEIBO,), PERSON, at(30)),
    c.Hold(PERSON, "等新闻发布会", at(30)),
    c.Resume(PERSON, at(900), at(30)),
    c.Reschedule(PERSON, at(3_600), at(900), at(30)),
    c.CancelRelease(PERSON, "改期", at(30)),
    c.RetryChannel(WEIBO, PERSON, at(900), at(30)),
)
