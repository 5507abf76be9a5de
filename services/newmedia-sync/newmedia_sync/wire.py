"""Fact → what others hear of it. The only translation from our words into the published language."""

from datetime import datetime
from typing import assert_never
from uuid import UUID

from gongkai.contracts.channels import (
    ChannelConfirmed,
    ChannelDrifted,
    ChannelFailed,
    ChannelPrepared,
    ChannelRefused,
    ChannelReleased,
    ChannelRetracted,
)
from gongkai.contracts.envelope import Event
from gongkai.contracts.newmedia_sync import AccountChanged, AccountClosed, AccountFiled, AccountOpened
from gongkai.contracts.values import ChannelRef
from newmedia_sync.domain import account as accounts
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
    Delivery,
    Live,
    Mission,
    Ordered,
    Partial,
    Retiring,
    Retracting,
    Sending,
    Staged,
    Unknown,
    Waiting,
    mission_of,
)

#: A wait longer than this is told: the others may not want to wait for us.
_LONG_WAIT = 600


def channel_of(mission: Mission) -> ChannelRef:
    return ChannelRef(id=f"account:{mission.account_id}", kind=mission.platform, name=mission.account_name)


def published(before: Delivery, fact: Fact, at: datetime) -> list[Event]:
    """Return what the fact means to publication and to the archive; `before` is the state it happened in."""
    mission = fact.mission if isinstance(fact, PreparationAsked) else mission_of(before)
    if mission is None:
        return []
    about = {
        "document_id": mission.document_id,
        "release_id": mission.release_id,
        "channel": channel_of(mission),
    }
    match fact:
        case DraftStaged():
            # A draft made once more because the first was lost says nothing new.
            if _was_prepared(before):
                return []
            return [
                ChannelPrepared(
                    **about,
                    edition_digest=mission.edition_digest,
                    rendition_digest=_rendition(before),
                    change=mission.change,
                )
            ]
        case ContentDeclined(code, reason, _):
            if _acted(before):
                return [ChannelFailed(**about, outcome="rejected", code=code, reason=reason)]
            return [ChannelRefused(**about, code=code, reason=reason, retry=False)]
        case PersonNeeded(code, reason, _):
            if isinstance(_root(before), Asked | Checked | Staged):
                return [ChannelRefused(**about, code=code, reason=reason, retry=True)]
            return [ChannelFailed(**about, outcome="blocked", code=code, reason=reason)]
        case Postponed(code, reason, until):
            early = isinstance(_root(before), Asked | Checked | Staged)
            long = (until - at).total_seconds() > _LONG_WAIT
            return [ChannelRefused(**about, code=code, reason=reason, retry=True)] if early and long else []
        case PlatformAccepted(_, acted_at):
            return [ChannelReleased(**about, acted_at=acted_at, url=None, change=mission.change)]
        case PostShown(post, acted_at, shown_at):
            url = post.url or mission.permalink
            confirmed = ChannelConfirmed(**about, url=url, confirmed_at=shown_at)
            if _told_released(before):
                return [confirmed]
            return [
                ChannelReleased(**about, acted_at=acted_at, url=post.url or None, change=mission.change),
                confirmed,
            ]
        case PartlyShown(post, reason, acted_at):
            failed = ChannelFailed(**about, outcome="partial", code="partial", reason=reason)
            if _told_released(before):
                return [failed]
            released = ChannelReleased(**about, acted_at=acted_at, url=post.url or None, change=mission.change)
            return [released, failed]
        case OutcomeUnknown(code, reason, _):
            return [ChannelFailed(**about, outcome="unknown", code=code, reason=reason)]
        case PostRetracted(retracted_at, by):
            gone = ChannelRetracted(**about, retracted_at=retracted_at, by=by)
            if mission.change == "withdraw" and not isinstance(before, Live | Partial):
                return [ChannelReleased(**about, acted_at=retracted_at, url=None, change="withdraw"), gone]
            return [gone]
        case DriftSeen(kind, seen_digest, difference, seen_at):
            return [
                ChannelDrifted(
                    **about,
                    kind=kind,
                    seen_at=seen_at,
                    expected_digest=_rendition(before),
                    seen_digest=seen_digest or None,
                    difference=difference[:500],
                )
            ]
        case GivenUp(reason, _):
            if isinstance(_root(before), Retiring):
                return []
            if _acted(before) or isinstance(_root(before), Ordered):
                return [ChannelFailed(**about, outcome="failed", code="given-up", reason=reason)]
            return [ChannelRefused(**about, code="given-up", reason=reason, retry=False)]
        case (
            PreparationAsked()
            | ChecksPassed()
            | StageLost()
            | ReleaseWasOrdered()
            | PreparationDropped()
            | StageDiscarded()
            | AttemptBegun()
            | HandedToPerson()
            | RetractionAsked()
            | ProbedAbsent()
            | AttemptRuledOut()
            | MatchSeen()
            | RetryAsked()
        ):
            return []
        case _:
            assert_never(fact)


def _root(delivery: Delivery) -> Delivery:
    match delivery:
        case Waiting(before=before) | Blocked(before=before):
            return before
        case _:
            return delivery


def _rendition(delivery: Delivery) -> str:
    match delivery:
        case Waiting(before=before) | Blocked(before=before) | Unknown(before=before) | Retracting(before=before):
            return _rendition(before)
        case _:
            live = getattr(delivery, "live", delivery)
            made = getattr(live, "made", None)
            return made.rendition if made else ""


def _was_prepared(before: Delivery) -> bool:
    root = _root(before)
    return isinstance(root, Checked) and root.made.told


def _told_released(before: Delivery) -> bool:
    return isinstance(_root(before), Accepted) or isinstance(before, Partial)


def _acted(before: Delivery) -> bool:
    return isinstance(_root(before), Sending | Accepted | Retracting | Unknown | Partial)


def account_published(account_id: UUID, before: accounts.Account, fact: accounts.Fact) -> Event | None:
    match fact:
        case accounts.AccountWasOpened(card, at):
            return AccountOpened(
                account_id=account_id,
                organ_id=card.organ_id,
                platform=card.platform,
                name=card.name,
                mode=card.mode,
                opened_at=at,
            )
        case accounts.AccountWasFiled(number, at):
            return AccountFiled(
                account_id=account_id, organ_id=_card(before).organ_id, filing_number=number, filed_at=at
            )
        case accounts.AccountWasChanged(card, at):
            return AccountChanged(
                account_id=account_id, organ_id=card.organ_id, name=card.name, mode=card.mode, changed_at=at
            )
        case accounts.AccountWasClosed(reason, at):
            return AccountClosed(account_id=account_id, organ_id=_card(before).organ_id, reason=reason, closed_at=at)
        case accounts.CredentialsKept() | accounts.CredentialsWork() | accounts.CredentialsFail():
            return None
        case _:
            assert_never(fact)


def _card(account: accounts.Account) -> accounts.Card:
    if isinstance(account, accounts.Unopened):
        msg = "nothing happens to an account before it is opened"
        raise TypeError(msg)
    return account.card
