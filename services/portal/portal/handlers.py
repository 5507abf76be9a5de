"""Events in → this site's releases, columns and organ."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from gongkai.contracts.channels import ChannelConfirmed
from gongkai.contracts.envelope import Event
from gongkai.contracts.identity import OrganDescribed
from gongkai.contracts.publication import (
    CatalogueRevised,
    DocumentApproved,
    DocumentCorrected,
    DocumentPublished,
    DocumentRepealed,
    DocumentWithdrawn,
    ReleaseCancelled,
    ReleaseOrdered,
)
from gongkai.contracts.values import ChannelRef
from gongkai.runtime.tx import Due, Tx
from gongkai.web.officers import keep_organ
from portal import staging, store
from portal.service import Release, Subject, subject_of
from portal.staging import Away, Source, Unfit
from portal.wire import WEBSITE

#: What is fetched while the batch waits: small, and only as long as nobody else notices.
QUICK_BYTES: Final = 4 * 1024 * 1024
QUICK_SECONDS: Final = 1.5
OURS: Final = ChannelRef(id=WEBSITE, kind="website", name="网站")


def _website(channels: Iterable[ChannelRef]) -> ChannelRef | None:
    return next((channel for channel in channels if channel.kind == "website"), None)


@dataclass(frozen=True, slots=True)
class Ear:
    """Hears publication and identity. `wake` rouses the loop that fetches what could not be fetched at once."""

    release: Release
    source: Source
    wake: Callable[[], None]

    async def prepare_edition(self, tx: Tx, event: DocumentApproved) -> None:
        channel = _website(event.channels)
        if channel is None:
            return
        subject = subject_for(event, channel)
        if not await self.release.hear(tx, subject, event):
            return
        try:
            async with asyncio.timeout(QUICK_SECONDS):
                manifest = await staging.manifest_of(self.source, event)
                if staging.weight_of(manifest) > QUICK_BYTES:
                    await self._later(tx, event, "large", timedelta())
                    return
                staged = await staging.stage(self.source, event, manifest)
        except Unfit as no:
            await self.release.refuse(tx, subject, no.code, no.sentence, retry=no.code in {"digest", "missing"})
        except (Away, TimeoutError) as trouble:
            await self._later(tx, event, f"{type(trouble).__name__}: {trouble}", timedelta(seconds=0.5))
        else:
            await self.release.stage(tx, subject, staged)

    async def _later(self, tx: Tx, event: DocumentApproved, trouble: str, after: timedelta) -> None:
        await store.wait_for(tx, event, tx.now + after, trouble)
        tx.after_commit(self.wake)

    async def obey_order(self, tx: Tx, event: ReleaseOrdered) -> None:
        channel = _website((*event.channels, *event.laggards))
        if channel is None:
            return
        subject = await self._subject(tx, event.document_id, event.release_id, channel)
        await self.release.obey(tx, subject, event.edition_digest, event.release_at)

    async def call_off(self, tx: Tx, event: ReleaseCancelled) -> None:
        subject = await self._subject(tx, event.document_id, event.release_id, OURS)
        await self.release.call_off(tx, subject)

    async def _subject(self, tx: Tx, document_id: UUID, release_id: UUID, channel: ChannelRef) -> Subject:
        row = await store.staged_release(tx.db.apart(("edition", release_id)), release_id)
        if row is None:
            return Subject(document_id, release_id, channel, "publish", "")
        return Subject(document_id, release_id, channel, row["change"], f"/d/{row['slug']}")

    async def remember_publication(self, tx: Tx, event: DocumentPublished) -> None:
        tx.after_commit(self.release.changed)
        await store.keep_remark(tx.db, "published", event, event.release_id, event.document_id, tx.now)

    async def remember_confirmation(self, tx: Tx, event: ChannelConfirmed) -> None:
        tx.after_commit(self.release.changed)
        await store.keep_confirmation(tx.db, event)

    async def remember_correction(self, tx: Tx, event: DocumentCorrected) -> None:
        tx.after_commit(self.release.changed)
        await store.keep_remark(tx.db, "corrected", event, event.release_id, event.document_id, tx.now)

    async def put_up_tombstone(self, tx: Tx, event: DocumentWithdrawn) -> None:
        tx.after_commit(self.release.changed)
        await store.keep_remark(tx.db, "withdrawn", event, event.release_id, event.document_id, tx.now)
        await store.close_without_us(
            tx.db, event.document_id, event.release_id, change="withdraw", validity="withdrawn",
            explanation=event.explanation, at=tx.now,
        )

    async def mark_repealed(self, tx: Tx, event: DocumentRepealed) -> None:
        tx.after_commit(self.release.changed)
        await store.keep_remark(tx.db, "repealed", event, event.release_id, event.document_id, tx.now)
        await store.close_without_us(
            tx.db, event.document_id, event.release_id, change="repeal", validity=event.validity,
            explanation=event.explanation, at=tx.now,
        )

    async def replant_columns(self, tx: Tx, event: CatalogueRevised) -> None:
        tx.after_commit(self.release.changed)
        await store.keep_catalogue(tx.db, event, tx.now)

    async def describe_organ(self, tx: Tx, event: OrganDescribed) -> None:
        tx.after_commit(self.release.changed)
        await keep_organ(tx, event)

    def handlers(self) -> Mapping[type[Event], Callable[[Tx, Any], Awaitable[None]]]:
        return {
            DocumentApproved: self.prepare_edition,
            ReleaseOrdered: self.obey_order,
            ReleaseCancelled: self.call_off,
            DocumentPublished: self.remember_publication,
            ChannelConfirmed: self.remember_confirmation,
            DocumentCorrected: self.remember_correction,
            DocumentWithdrawn: self.put_up_tombstone,
            DocumentRepealed: self.mark_repealed,
            CatalogueRevised: self.replant_columns,
            OrganDescribed: self.describe_organ,
        }

    async def reach_instant(self, tx: Tx, due: Due) -> None:
        """Say that the page is visible; it became so by itself."""
        await self.release.reach_instant(tx, subject_of(due))


def subject_for(event: DocumentApproved, channel: ChannelRef) -> Subject:
    return Subject(event.document_id, event.release_id, channel, event.change, event.permalink)
