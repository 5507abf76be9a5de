"""What the site does by itself: fetch editions that could not be fetched at once, and read its own pages back."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from gongkai.contracts.channels import ChannelDrifted
from gongkai.runtime import telemetry
from gongkai.runtime.blobs import BlobDamaged, BlobMissing
from gongkai.runtime.errors import ChangedMeanwhile
from gongkai.runtime.kit import AWAY, Kit
from gongkai.runtime.tx import Tx
from portal import staging, store
from portal.handlers import OURS, subject_for
from portal.rendition import ShownFile, digest_of, rendition
from portal.service import Release
from portal.staging import Away, Source, Unfit
from portal.store import Awaited

log = telemetry.logger(__name__)

#: A fetch whose process died is taken over after this; two that fetch the same harm nobody.
LEASE: Final = timedelta(minutes=1)
POLL: Final = 1.0
LONGEST_PAUSE: Final = 30
TOO_LATE: Final = "到准备期限仍取不到发布系统里的正文或附件，网站会继续取，取到后自动就绪"
#: Each page is compared once a day; a new one within seconds.
COMPARE_EVERY: Final = timedelta(days=1)
COMPARE_AT_ONCE: Final = 20


@dataclass(slots=True)
class Fetcher:
    """Pulls outside any transaction, so that a large file holds nobody up."""

    kit: Kit
    release: Release
    source: Source
    roused: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        self.roused.set()

    async def run(self) -> None:
        while True:
            self.roused.clear()
            try:
                busy = await self.fetch_one()
            except (*AWAY, ChangedMeanwhile) as trouble:
                log.warning("fetch-interrupted", trouble=type(trouble).__name__)
                busy = False
            except Exception:
                log.exception("fetch-failed")
                busy = False
            if not busy:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL):
                        await self.roused.wait()

    async def fetch_one(self) -> bool:
        """Fetch the edition that has waited longest; False when none is due."""
        async with self.kit.transaction() as tx:
            awaited = await store.next_awaited(tx.db, tx.now, tx.now + LEASE)
        if awaited is None:
            return False
        approval = awaited.approval
        channel = next((c for c in approval.channels if c.kind == "website"), OURS)
        subject = subject_for(approval, channel)
        try:
            manifest = await staging.manifest_of(self.source, approval)
            staged = await staging.stage(self.source, approval, manifest)
        except Unfit as no:
            async with self._name(awaited) as tx:
                await self.release.refuse(tx, subject, no.code, no.sentence, retry=no.code in {"digest", "missing"})
        except Away as trouble:
            async with self._name(awaited) as tx:
                if tx.now >= awaited.prepare_by:
                    await self.release.miss(tx, subject, "away", TOO_LATE)
                pause = timedelta(seconds=min(2**awaited.tries, LONGEST_PAUSE))
                await store.put_off(tx.db, approval.release_id, tx.now + pause, str(trouble))
        else:
            async with self._name(awaited) as tx:
                await self.release.stage(tx, subject, staged)
        return True

    def _name(self, awaited: Awaited) -> "contextlib.AbstractAsyncContextManager[Tx]":
        return self.kit.transaction(
            cause=awaited.cause, correlation=awaited.correlation, traceparent=awaited.traceparent
        )


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Compares what is stored and rendered with the digest that was reported when it was prepared."""

    kit: Kit
    source: Source
    every: float = 5.0

    async def run(self) -> None:
        while True:
            try:
                busy = await self.compare_some()
            except AWAY as trouble:
                log.warning("read-back-interrupted", trouble=type(trouble).__name__)
                busy = 0
            except Exception:
                log.exception("read-back-failed")
                busy = 0
            await asyncio.sleep(self.every if busy < COMPARE_AT_ONCE else 0.1)

    async def compare_some(self) -> int:
        async with self.kit.transaction() as tx:
            due = await store.to_read_back(tx.db, tx.now, tx.now - COMPARE_EVERY, COMPARE_AT_ONCE)
            for release_id in due:
                found = await store.stored(tx.db, release_id)
                if found is None:
                    continue
                edition, files = found
                seen = rendition(edition, files)
                gone = await self._missing(files)
                whole = await staging.whole(self.source, edition, files)
                expected = edition["rendition_digest"]
                drifted = digest_of(seen) != expected or bool(gone) or not whole
                news = await store.mark_checked(tx.db, release_id, tx.now, drifted=drifted)
                if not news:
                    continue
                words = f"附件“{gone[0]}”取不到了" if gone else "正文、标题或元数据与准备时的不一致"
                tx.tell(
                    ChannelDrifted(
                        document_id=edition["document_id"], release_id=release_id, channel=OURS,
                        kind="removed" if gone else "changed", seen_at=tx.now, expected_digest=expected,
                        seen_digest=digest_of(seen), difference=words,
                    )
                )
        return len(due)

    async def _missing(self, files: list[ShownFile]) -> list[str]:
        return [file.name for file in files if not await self._whole(file.digest)]

    async def _whole(self, digest: str) -> bool:
        try:
            await self.source.blobs.get(digest)
        except (BlobMissing, BlobDamaged):
            return False
        return True
