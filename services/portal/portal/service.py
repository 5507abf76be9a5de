"""The one road of a release on this site: load what we know, decide, keep it, say it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from gongkai.contracts.publication import DocumentApproved
from gongkai.contracts.values import ChannelRef, ReleaseChange
from gongkai.runtime.tx import Due, Tx
from portal import store
from portal.domain import (
    BecameVisible,
    CallOff,
    Command,
    Discarded,
    EditionRefused,
    Fact,
    HearApproval,
    InstantSet,
    ObeyOrder,
    ReachInstant,
    RefuseEdition,
    Scheduled,
    StageEdition,
    TakenBack,
    decide,
)
from portal.store import SHOWING, Staged
from portal.wire import About, published

INSTANT: Final = "release-instant"


@dataclass(frozen=True, slots=True)
class Subject:
    """Which release of which document, through which channel."""

    document_id: UUID
    release_id: UUID
    channel: ChannelRef
    change: ReleaseChange
    permalink: str


@dataclass(frozen=True, slots=True)
class Release:
    """Carries out decisions about one release at a time."""

    public_url: str
    #: Called after each commit that may change what a reader sees.
    changed: Callable[[], None]
    #: Told the code of each refusal.
    refused: Callable[[str], None]

    async def hear(self, tx: Tx, subject: Subject, approval: DocumentApproved) -> bool:
        """Take note of an approval. False when there is nothing to prepare: heard before, or called off."""
        return bool(await self._perform(tx, subject, HearApproval(approval.edition_digest)))

    async def stage(self, tx: Tx, subject: Subject, staged: Staged) -> None:
        digest = staged.approval.edition_digest
        if not await self._perform(tx, subject, StageEdition(digest, staged.rendition_digest, tx.now), staged=staged):
            await store.stop_awaiting(tx.db, subject.release_id)

    async def refuse(self, tx: Tx, subject: Subject, code: str, sentence: str, *, retry: bool) -> None:
        await self._perform(tx, subject, RefuseEdition(code), reason=sentence, retry=retry)
        await store.stop_awaiting(tx.db, subject.release_id)

    async def miss(self, tx: Tx, subject: Subject, code: str, sentence: str) -> None:
        """Say that the content is not here in time, and go on waiting for it."""
        await self._perform(tx, subject, RefuseEdition(code), reason=sentence, retry=True)

    async def obey(self, tx: Tx, subject: Subject, edition_digest: str, release_at: datetime) -> None:
        await self._perform(tx, subject, ObeyOrder(edition_digest, release_at, tx.now))

    async def call_off(self, tx: Tx, subject: Subject) -> None:
        await self._perform(tx, subject, CallOff(tx.now))
        await store.stop_awaiting(tx.db, subject.release_id)

    async def reach_instant(self, tx: Tx, subject: Subject) -> None:
        await self._perform(tx, subject, ReachInstant(tx.now))

    async def _perform(
        self, tx: Tx, subject: Subject, command: Command, *, staged: Staged | None = None, reason: str = "",
        retry: bool = False,
    ) -> Sequence[Fact]:
        showing, version = await tx.load(SHOWING, subject.release_id)
        facts = decide(showing, command)
        if not facts:
            return facts
        await tx.record(SHOWING, subject.release_id, version, facts)
        tx.after_commit(self.changed)
        if staged is not None:
            await store.stage(tx.db, staged, tx.now)
        about = About(
            subject.document_id, subject.release_id, subject.channel, subject.change,
            self.public_url + subject.permalink, reason, retry,
        )
        # An instant that came with the fact itself is told at once; only a coming one needs a clock.
        shown = any(isinstance(fact, BecameVisible) for fact in facts)
        for fact in facts:
            await self._keep(tx, subject, fact, shown=shown)
            event = published(fact, about)
            if event is not None:
                tx.tell(event)
            if isinstance(fact, EditionRefused):
                tx.after_commit(partial(self.refused, fact.code))
        if isinstance(showing, Scheduled) and (shown or isinstance(facts[-1], Discarded)):
            await tx.stop_clock(INSTANT, str(subject.release_id))
        return facts

    async def _keep(self, tx: Tx, subject: Subject, fact: Fact, *, shown: bool) -> None:
        match fact:
            case InstantSet(release_at):
                await store.settle(tx.db, subject.document_id, subject.release_id, release_at)
                if not shown:
                    await tx.set_clock(Due(INSTANT, str(subject.release_id), release_at, payload=payload_of(subject)))
            case Discarded():
                await store.settle(tx.db, subject.document_id, subject.release_id, None)
                await store.discard(tx.db, subject.release_id)
            case TakenBack(at):
                await store.take_back(tx.db, subject.document_id, subject.release_id, at)
            case _:
                pass


def payload_of(subject: Subject) -> dict[str, object]:
    """Keep with the clock what it is about."""
    return {
        "document_id": str(subject.document_id), "channel": subject.channel.model_dump(mode="json"),
        "change": subject.change, "permalink": subject.permalink,
    }


def subject_of(due: Due) -> Subject:
    return Subject(
        UUID(due.payload["document_id"]), UUID(due.subject), ChannelRef.model_validate(due.payload["channel"]),
        due.payload["change"], due.payload["permalink"],
    )
