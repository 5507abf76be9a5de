"""The one road into a release: sign-off opens it, channels and clocks drive it, people intervene, closing ends it."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Literal
from uuid import UUID

from pydantic import TypeAdapter

from gongkai.runtime.errors import NotFound
from gongkai.runtime.tx import Due, Tx
from gongkai.statute.legal_day import legal_date
from gongkai.statute.refusal import Refused
from publication import clocks, codecs, store, wire
from publication.catalogue.columns import Column
from publication.domain import commands as c
from publication.domain.content import Content
from publication.domain.dossier import (
    STATE_NAMES,
    ChangeProposed,
    Companion,
    Dossier,
    IndexNumber,
    Live,
    Proposal,
    Reviewing,
)
from publication.domain.people import Officer
from publication.manifests import Draft, keep_manifest
from publication.release import commands as rc
from publication.release import facts as rf
from publication.release import states as s
from publication.release.channels import WEBSITE, Channel
from publication.release.decide import decide
from publication.service import Case, Desk
from publication.wire import Told

PREPARE_BY: Final = "release-prepare-by"
INSTANT: Final = "release-instant"
CLOSE_BY: Final = "release-close-by"
TOLD: Final = TypeAdapter(Told)
NO_RELEASE: Final = "没有找到这次发布"
REMEMBERED: Final = 500


@dataclass(frozen=True, slots=True)
class Timing:
    """Settings of a release. `close_after` is how long ordered channels have to answer."""

    guard: timedelta = timedelta(seconds=2)
    prepare_within: timedelta = timedelta(minutes=10)
    close_after: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Measures:
    """Who is told of a release that closed (its skew in milliseconds) and of one that is held (by whom)."""

    skew: Callable[[float], None]
    held: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Order:
    """How a person wants it released. `channels` None means the site and every open account."""

    channels: tuple[str, ...] | None = None
    scheduled_at: datetime | None = None
    policy: Literal["all-or-hold", "site-first"] | None = None


@dataclass(frozen=True, slots=True)
class ReleaseDesk:
    """Carries out sign-offs and everything that happens to a release afterwards."""

    desk: Desk
    timing: Timing
    measures: Measures
    #: What the newest releases tell of their documents; it never changes after a release has opened.
    told: "OrderedDict[UUID, tuple[UUID, str]]" = field(default_factory=OrderedDict)

    # ── Sign-off ───────────────────────────────────────────────────────────

    async def approve(
        self, tx: Tx, by: Officer, organ_id: UUID, document_id: UUID, edition: int, order: Order
    ) -> list[UUID]:
        """Sign off a document, and with it the interpretations that wait for it. Returns the releases opened."""
        await store.lock_document(tx, document_id)
        case = await self.desk.load(tx, document_id, organ_id)
        content = await self.desk.content(case.dossier.digest)
        companions = await self.desk.companions(tx, case)
        ready = [companion for companion in companions if companion.form and companion.ready]
        released = [await self._approve_one(tx, by, case, content, edition, order, companions)]
        for companion in ready:
            await store.lock_document(tx, companion.document_id)
            linked = await self.desk.load(tx, companion.document_id, organ_id)
            text = await self.desk.content(linked.dossier.digest)
            theirs = await self.desk.companions(tx, linked)
            released.append(await self._approve_one(tx, by, linked, text, linked.dossier.edition, order, theirs))
        return released

    async def approve_in_emergency(
        self, tx: Tx, by: Officer, organ_id: UUID, document_id: UUID, edition: int, reason: str, order: Order
    ) -> UUID:
        """Let the head release without the missing marks; they are owed by the next working day."""
        await store.lock_document(tx, document_id)
        case = await self.desk.load(tx, document_id, organ_id)
        content = await self.desk.content(case.dossier.digest)
        number = case.dossier.number or await self.desk.issue_number(tx, organ_id)
        column = await self.desk.column(tx, organ_id, content.column_id)
        release_id = tx.new_id()
        draft = await keep_manifest(self.desk, tx, case, content, number, column, case.dossier.edition)
        command = c.ApproveInEmergency(
            by=by,
            edition=edition,
            content=content,
            release_id=release_id,
            manifest=draft.digest,
            today=legal_date(tx.now),
            column_known=column is not None,
            reason=reason,
            make_up_by=clocks.debt_due_on(legal_date(tx.now), self.desk.calendar),
            number=number,
            companions=await self.desk.companions(tx, case),
        )
        await self.desk.decide_on(tx, case.id, case.document, case.version, command)
        await self._open(tx, by, case, content, number, draft, release_id, order, column, emergency=True)
        return release_id

    async def approve_proposal(self, tx: Tx, by: Officer, organ_id: UUID, document_id: UUID, order: Order) -> UUID:
        """Sign a withdrawal or a repeal that another person proposed."""
        await store.lock_document(tx, document_id)
        case = await self.desk.load(tx, document_id, organ_id)
        state = case.document
        if not isinstance(state, ChangeProposed):
            raise Refused("没有等待批准的撤回或者废止")
        live, number = _public(state.dossier)
        content = await self.desk.content(live.digest)
        column = await self.desk.column(tx, organ_id, content.column_id)
        release_id = tx.new_id()
        draft = await keep_manifest(self.desk, tx, case, content, number, column, live.edition, proposal=state.proposal)
        command = c.ApproveProposal(by, release_id, draft.digest)
        await self.desk.decide_on(tx, case.id, state, case.version, command)
        await self._open(
            tx, by, case, content, number, draft, release_id, order, column,
            change=state.proposal.change, proposal=state.proposal, edition=live.edition,
        )  # fmt: skip
        return release_id

    async def _approve_one(
        self,
        tx: Tx,
        by: Officer,
        case: Case,
        content: Content,
        edition: int,
        order: Order,
        companions: Sequence[Companion],
    ) -> UUID:
        organ_id = case.dossier.organ_id
        column = await self.desk.column(tx, organ_id, content.column_id)
        number = case.dossier.number
        if number is None or not isinstance(case.document, Reviewing):
            state = STATE_NAMES[type(case.document)]
            raise Refused(f"文件现在是“{state}”，不能签发；三审三校完成后再签发")
        draft = await keep_manifest(self.desk, tx, case, content, number, column, case.dossier.edition)
        release_id = tx.new_id()
        command = c.Approve(
            by=by,
            edition=edition,
            content=content,
            release_id=release_id,
            manifest=draft.digest,
            today=legal_date(tx.now),
            column_known=column is not None,
            companions=tuple(companions),
        )
        await self.desk.decide_on(tx, case.id, case.document, case.version, command)
        await self._open(tx, by, case, content, number, draft, release_id, order, column)
        return release_id

    async def _open(
        self,
        tx: Tx,
        by: Officer,
        case: Case,
        content: Content,
        number: IndexNumber,
        draft: Draft,
        release_id: UUID,
        order: Order,
        column: Column | None,
        *,
        change: Literal["withdraw", "repeal"] | None = None,
        proposal: Proposal | None = None,
        edition: int | None = None,
        emergency: bool = False,
    ) -> None:
        organ_id = case.dossier.organ_id
        meant: s.Change = change or ("publish" if case.dossier.live is None else "correct")
        default: s.Policy = column.release_policy if column and meant == "publish" else "site-first"
        plan = s.Plan(
            document_id=case.id,
            edition=edition or case.dossier.edition,
            edition_digest=draft.digest,
            manifest=draft.digest,
            manifest_size=draft.size,
            change=meant,
            channels=await self._channels(tx, organ_id, order.channels),
            policy=order.policy or default,
            prepare_by=tx.now + self.timing.prepare_within,
            scheduled_at=order.scheduled_at,
            guard_ms=round(self.timing.guard.total_seconds() * 1000),
            close_after_ms=round(self.timing.close_after.total_seconds() * 1000),
            ordered_by=by.person,
            emergency=emergency,
        )
        told = Told(
            organ_id=organ_id,
            title=content.title.strip(),
            kind=content.kind,
            column_id=content.column_id,
            permalink=number.permalink,
            index_number=number.index_number,
            document_number=content.document_number,
            explanation=proposal.explanation if proposal else case.dossier.explanation,
            validity=proposal.validity if proposal else "valid",
            repealed_on=proposal.repealed_on if proposal else None,
            replaced_by=proposal.replaced_by if proposal else None,
        )
        said = TOLD.dump_json(told).decode()
        self._remember(release_id, organ_id, said)
        await self._carry_out(tx, release_id, s.INITIAL, 0, rc.OpenRelease(plan, tx.now), organ_id, said)
        await draft.kept

    async def _channels(self, tx: Tx, organ_id: UUID, wanted: tuple[str, ...] | None) -> tuple[Channel, ...]:
        known = [Channel(WEBSITE, "website", "政府网站"), *await store.accounts(tx, organ_id)]
        if wanted is None:
            return tuple(known)
        by_id = {channel.id: channel for channel in known}
        if unknown := [channel for channel in wanted if channel not in by_id]:
            raise Refused(f"没有这个渠道，或者账号已经注销：{'、'.join(unknown)}")
        return tuple(by_id[channel] for channel in wanted)

    # ── What happens to a release ──────────────────────────────────────────

    async def perform(
        self, tx: Tx, release_id: UUID, command: rc.Command, *, organ_id: UUID | None = None
    ) -> list[rf.Fact]:
        """Carry out one command on a release, with everything that follows for its document."""
        release, version = await tx.load(codecs.RELEASE, release_id)
        if isinstance(release, s.Absent):
            raise NotFound(NO_RELEASE)
        owner, told = await self._told_of(tx, release_id)
        if organ_id is not None and owner != organ_id:
            raise NotFound(NO_RELEASE)
        return await self._carry_out(tx, release_id, release, version, command, owner, told)

    async def _told_of(self, tx: Tx, release_id: UUID) -> tuple[UUID, str]:
        known = self.told.get(release_id)
        return known or self._remember(release_id, *await store.told_of(tx, release_id))

    def _remember(self, release_id: UUID, organ_id: UUID, told: str) -> tuple[UUID, str]:
        known = self.told[release_id] = (organ_id, told)
        if len(self.told) > REMEMBERED:
            self.told.popitem(last=False)
        return known

    async def _carry_out(
        self,
        tx: Tx,
        release_id: UUID,
        release: s.Release,
        version: int,
        command: rc.Command,
        organ_id: UUID,
        told: str,
    ) -> list[rf.Fact]:
        facts = decide(release, command)
        if not facts:
            return facts
        await tx.record(codecs.RELEASE, release_id, version, facts)
        about = TOLD.validate_json(told)
        after = release
        for fact in facts:
            after = codecs.RELEASE.evolve(after, fact)
            if isinstance(after, s.Absent):
                continue
            for event in wire.published(release_id, after, fact, about):
                tx.tell(event)
        if not isinstance(after, s.Absent):
            await store.keep_release(tx, release_id, after, organ_id, told)
            await self._set_clocks(tx, release_id, after, facts)
            await self._follow(tx, release_id, after, facts)
        return facts

    async def _set_clocks(self, tx: Tx, release_id: UUID, release: s.Open, facts: Sequence[rf.Fact]) -> None:
        subject = str(release_id)
        for fact in facts:
            match fact:
                case rf.ReleaseOpened() | rf.ReleaseResumed() | rf.ReleaseRescheduled() | rf.ChannelAskedAgain():
                    if isinstance(release, s.Preparing | s.Held):
                        await tx.set_clock(Due(PREPARE_BY, subject, release.plan.prepare_by))
                case rf.ReleaseOrdered():
                    if release.plan.scheduled_at is not None:
                        await tx.set_clock(Due(INSTANT, subject, fact.release_at))
                    await tx.set_clock(Due(CLOSE_BY, subject, fact.release_at + release.plan.close_after))
                case _:
                    continue

    async def _follow(self, tx: Tx, release_id: UUID, release: s.Open, facts: Sequence[rf.Fact]) -> None:
        """Let the document know when its release has ended."""
        document_id = release.plan.document_id
        for fact in facts:
            match fact:
                case rf.ReleaseClosed():
                    tx.after_commit(partial(self.measures.skew, fact.skew_ms))
                    await self.desk.perform(tx, document_id, c.FinishRelease(release_id, fact.published_at))
                case rf.ReleaseHeld():
                    tx.after_commit(partial(self.measures.held, fact.by))
                case rf.ReleaseCancelled():
                    await self.desk.perform(tx, document_id, c.AbandonRelease(release_id))
                case _:
                    continue

    # ── Clocks of a release ────────────────────────────────────────────────

    async def pass_prepare_by(self, tx: Tx, due: Due) -> None:
        await self._tick(tx, due, rc.PassPrepareBy(tx.now))

    async def pass_instant(self, tx: Tx, due: Due) -> None:
        await self._tick(tx, due, rc.PassInstant(tx.now))

    async def pass_close_by(self, tx: Tx, due: Due) -> None:
        """Close with the silent ones unknown; while the site itself is silent, ask again in a minute."""
        await self._tick(tx, due, rc.PassInstant(tx.now))
        await self._tick(tx, due, rc.PassCloseBy(tx.now))
        release, _ = await tx.load(codecs.RELEASE, UUID(due.subject))
        if isinstance(release, s.Releasing):
            await tx.set_clock(replace(due, due_at=tx.now + release.plan.close_after))

    async def _tick(self, tx: Tx, due: Due, command: rc.Command) -> None:
        release, _ = await tx.load(codecs.RELEASE, UUID(due.subject))
        if not isinstance(release, s.Absent):
            await self.perform(tx, UUID(due.subject), command)


def _public(dossier: Dossier) -> tuple[Live, IndexNumber]:
    if dossier.live is None or dossier.number is None:
        raise Refused("文件没有公开，没有可以撤回或者废止的内容")
    return dossier.live, dossier.number
