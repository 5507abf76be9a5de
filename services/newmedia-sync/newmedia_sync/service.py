"""The one road in: load, decide, record, tell. No I/O beyond the given transaction."""

import contextlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from gongkai.contracts.channels import ChannelRefused
from gongkai.contracts.publication import DocumentApproved
from gongkai.contracts.values import ChannelRef
from gongkai.runtime.errors import NotFound
from gongkai.runtime.gathering import Apart
from gongkai.runtime.register import Loaded
from gongkai.runtime.tx import Tx
from gongkai.statute.refusal import Refused
from newmedia_sync import store, wire
from newmedia_sync.domain import account as accounts
from newmedia_sync.domain.account import ARTICLE, PLATFORM_NAMES, Account, Card
from newmedia_sync.domain.acts import (
    CancelRelease,
    Command,
    Fact,
    GiveUp,
    OrderRelease,
    PostRetracted,
    PostShown,
    Prepare,
    ReportPost,
    ReportRetracted,
    Retire,
    Retry,
)
from newmedia_sync.domain.deciding import decide
from newmedia_sync.domain.delivery import Delivery, Mission, mission_of, taken_away_with
from newmedia_sync.domain.evolving import evolve
from newmedia_sync.domain.steps import next_step
from newmedia_sync.rendition import Problem
from newmedia_sync.store import ACCOUNT, DELIVERY

ACCOUNT_PREFIX: Final = "account:"
#: Commands in whose name a delivery goes on; what the courier learns on the way changes nothing about that.
FROM_OUTSIDE: Final = (
    Prepare, OrderRelease, CancelRelease, Retire, Retry, GiveUp, ReportPost, ReportRetracted,
)  # fmt: skip
#: Credentials are looked at this often when nothing else uses them.
CHECK_EVERY: Final = timedelta(hours=6)


def account_of(channel: ChannelRef) -> UUID | None:
    """Read the account's id out of a channel's; None for a channel that is not ours."""
    if not channel.id.startswith(ACCOUNT_PREFIX):
        return None
    try:
        return UUID(channel.id.removeprefix(ACCOUNT_PREFIX))
    except ValueError:
        return None


def delivery_id_of(release_id: UUID, account_id: UUID) -> UUID:
    """Give the same release on the same account the same id, however often it is asked for."""
    return uuid.uuid5(release_id, account_id.hex)


@dataclass(slots=True)
class Desk:
    """Performs commands. `wake` tells the courier of this process that there is something to do."""

    wake: Callable[[], None]

    # ── Deliveries ──────────────────────────────────────────────────────────

    async def perform(
        self,
        tx: Tx,
        delivery_id: UUID,
        command: Command,
        *,
        known: Loaded[Delivery] | None = None,
        problems: Sequence[Problem] | None = None,
    ) -> tuple[Delivery, list[Fact]]:
        """Run one command; its facts, events and row commit with the caller's transaction.

        `known` is the delivery as the caller read it a moment ago. It is good enough to decide something upon,
        because facts upon an old version are not stored; a refusal or nothing is never answered out of memory.
        """
        state, version, facts = await self._decided(tx, delivery_id, command, known)
        if not facts:
            return state, facts
        version = await tx.record(DELIVERY, delivery_id, version, facts)
        origin = tx.origin if isinstance(command, FROM_OUTSIDE) else None
        for fact in facts:
            for event in wire.published(state, fact, tx.now):
                tx.tell(event)
            gone = taken_away_with(state)
            state = evolve(state, fact)
            mission, step = _mission(state), next_step(state, 0, tx.now)
            await store.keep_delivery(tx.db, delivery_id, mission, state, step, version, tx.now, problems, origin)
            await self._follow(tx, delivery_id, fact, mission, gone)
        tx.after_commit(self.wake)
        return state, facts

    async def _decided(
        self, tx: Tx, delivery_id: UUID, command: Command, known: Loaded[Delivery] | None
    ) -> tuple[Delivery, int, list[Fact]]:
        if known is not None:
            with contextlib.suppress(Refused):
                facts = decide(known.state, command)
                if facts:
                    tx.trust(DELIVERY, delivery_id, known)
                    return known.state, known.version, facts
        state, version = await tx.load(DELIVERY, delivery_id)
        return state, version, decide(state, command)

    async def _follow(
        self, tx: Tx, delivery_id: UUID, fact: Fact, mission: Mission, gone: frozenset[UUID]
    ) -> None:
        """Let the older posts of the same document follow: what was replaced goes, what was withdrawn is noted.

        `gone` are the posts that the withdrawal knew of. One that went live after it was prepared is still
        seen by everybody: it is not noted as taken away, it is taken away.
        """
        if isinstance(fact, PostShown) and mission.change == "correct":
            for older in await store.shown_before(tx.db, mission, delivery_id):
                await self.perform(tx, older.delivery_id, Retire(mission.release_id))
        if isinstance(fact, PostShown):
            because = await store.replaced_since(self._others(tx, delivery_id), delivery_id)
            if because is not None:
                # It went live after it had been withdrawn or replaced elsewhere.
                await self.perform(tx, delivery_id, Retire(because))
        if isinstance(fact, PostRetracted) and mission.change == "withdraw":
            for older in await store.shown_before(tx.db, mission, delivery_id):
                known = older.delivery_id in gone
                await self.perform(
                    tx, older.delivery_id, ReportRetracted(fact.at) if known else Retire(mission.release_id)
                )

    def _others(self, tx: Tx, delivery_id: UUID) -> Apart:
        """Return a connection that sees every delivery as it stands, while this one may still be on its way."""
        return tx.db.apart() if tx.db.touches_only(("delivery", delivery_id)) else tx.db.apart("delivery")

    async def ask(self, tx: Tx, event: DocumentApproved) -> None:
        """Take an approval to every account it names; one that cannot take it says so at once."""
        named = [(channel, account_id) for channel in event.channels if (account_id := account_of(channel))]
        wanted = [account_id for _, account_id in named]
        rows = await store.accounts_for(tx.db.apart("delivery"), event.release_id, wanted) if named else {}
        for channel, account_id in named:
            row = rows.get(account_id)
            problem = _unfit(row, event)
            if problem is not None:
                code, reason = problem
                tx.tell(
                    ChannelRefused(
                        document_id=event.document_id,
                        release_id=event.release_id,
                        channel=channel,
                        code=code,
                        reason=reason,
                        retry=False,
                    )
                )
                continue
            card = store.card_of(row)
            mission = Mission(
                organ_id=event.organ_id,
                document_id=event.document_id,
                release_id=event.release_id,
                account_id=account_id,
                platform=card.platform,
                mode=card.mode,
                account_name=card.name,
                change=event.change,
                edition=event.edition,
                edition_digest=event.edition_digest,
                manifest=event.manifest.digest,
                manifest_size=event.manifest.size,
                title=event.title,
                permalink=event.permalink,
            )
            known = None if rows[account_id]["asked_before"] else store.UNASKED
            await self.perform(tx, delivery_id_of(event.release_id, account_id), Prepare(mission), known=known)

    async def to_release(
        self, tx: Tx, release_id: UUID, command: Command, channels: tuple[ChannelRef, ...] | None = None
    ) -> int:
        """Give a command to the deliveries of one release: of these channels, or of all. Return to how many."""
        wanted = None if channels is None else {account_of(channel) for channel in channels}
        told = 0
        for delivery_id, account_id, known in await store.of_release(tx.db.apart("delivery", "register"), release_id):
            if wanted is None or account_id in wanted:
                await self.perform(tx, delivery_id, command, known=known)
                told += 1
        return told

    # ── Accounts ────────────────────────────────────────────────────────────

    async def administer(self, tx: Tx, account_id: UUID, command: accounts.Command) -> Account:
        """Run one command on an account of the register."""
        state, version = await tx.load(ACCOUNT, account_id)
        if isinstance(state, accounts.Unopened) and not isinstance(command, accounts.OpenAccount):
            raise NotFound("没有登记这个账号")
        if isinstance(command, accounts.OpenAccount | accounts.ChangeAccount):
            await self._refuse_second(tx, account_id, command.card)
        facts = accounts.decide(state, command)
        version = await tx.record(ACCOUNT, account_id, version, facts)
        for fact in facts:
            event = wire.account_published(account_id, state, fact)
            if event is not None:
                tx.tell(event)
            state = accounts.evolve(state, fact)
        if facts:
            await store.keep_account(tx.db, account_id, state, version, tx.now)
        return state

    async def _refuse_second(self, tx: Tx, account_id: UUID, card: Card) -> None:
        taken = await store.taken_by(tx.db, card, account_id)
        if taken is None:
            return
        platform = PLATFORM_NAMES[card.platform]
        if taken["same_platform"]:
            raise Refused(f"本单位已登记一个{platform}账号，一个单位在一个平台只开设一个", ARTICLE)
        raise Refused(f"这个{platform}账号标识已被别的单位登记，请核对", ARTICLE)


def _unfit(row: object, event: DocumentApproved) -> tuple[str, str] | None:
    match row:
        case None:
            return "no-account", "没有登记这个新媒体账号，请在发布渠道里去掉它，或先登记账号"
        case _ if row["state"] == "closed":  # type: ignore[index]
            return "account-closed", "这个新媒体账号已经注销，请在发布渠道里去掉它"
        case _ if row["organ_id"] != event.organ_id:  # type: ignore[index]
            return "other-organ", "这个新媒体账号属于别的单位，请在发布渠道里去掉它"
        case _:
            return None


def _mission(delivery: Delivery) -> Mission:
    found = mission_of(delivery)
    if found is None:
        msg = "a delivery has a mission from its first fact on"
        raise AssertionError(msg)
    return found
