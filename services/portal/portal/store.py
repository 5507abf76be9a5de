"""What this site keeps of each release. The only module that writes; reading pages is `reading.py`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gongkai.contracts.channels import ChannelConfirmed
from gongkai.contracts.envelope import Event
from gongkai.contracts.publication import CatalogueRevised, DocumentApproved
from gongkai.contracts.values import EditionManifest
from gongkai.runtime.gathering import Gathering
from gongkai.runtime.register import Codec
from gongkai.runtime.sql import Connection, queries
from gongkai.runtime.tx import Tx
from portal.domain import INITIAL, Fact, Showing, evolve
from portal.names import IN_FORCE
from portal.rendition import ShownFile, digest_of, rendition
from portal.terms import Indexed

SQL: Final = queries("portal")
SHOWING: Final[Codec[Showing, Fact]] = Codec("showing", Fact, INITIAL, evolve)


@dataclass(frozen=True, slots=True)
class Staged:
    """One edition ready to be stored: as approved, as shown, as indexed."""

    approval: DocumentApproved
    manifest: EditionManifest
    body_html: str
    files: Sequence[ShownFile]
    rendition_digest: str
    indexed: Indexed

    @property
    def slug(self) -> str:
        return slug_of(self.approval.permalink)


def slug_of(permalink: str) -> str:
    return permalink.removeprefix("/d/")


async def stage(db: Gathering, staged: Staged, at: datetime) -> None:
    """Store an edition with its files and words; whatever was staged before under the same release is replaced."""
    m, approval = staged.manifest, staged.approval
    release = approval.release_id
    await stop_awaiting(db, release)
    await db.write(SQL["drop_files"], release, rows=[("edition_file", release)])
    await db.write(
        SQL["stage"], approval.release_id, m.document_id, m.organ_id, m.organ_name, m.edition, approval.change,
        staged.slug, m.title, m.kind, m.column_id, m.column_name, m.index_number, m.document_number, m.formed_on,
        m.openness, list(m.themes), list(m.keywords), m.validity, m.valid_until, m.summary, staged.body_html,
        m.body_text, _json([related.model_dump(mode="json") for related in m.related]), m.explanation, m.legal_basis,
        m.important, approval.edition_digest, staged.rendition_digest, at, rows=[("edition", release)],
    )
    if staged.files:
        await db.executemany(
            SQL["stage_file"],
            [
                (approval.release_id, position, file.role, file.name, file.digest, file.media_type, file.size)
                for position, file in enumerate(staged.files)
            ],
        )
    if approval.change == "withdraw":
        # A withdrawn text is not found: it has no words, and the words of the edition before end with it.
        await db.write(SQL["forget_search"], release, rows=[("search", release)])
        return
    await db.write(
        SQL["stage_search"], approval.release_id, m.document_id, m.kind, searched_validity(m), year_of(m, at),
        staged.indexed.long, staged.indexed.grams, staged.indexed.words, staged.indexed.plain,
        rows=[("search", release)],
    )


def year_of(manifest: EditionManifest, at: datetime) -> int:
    """Return the year of 成文日期, which is the year of the document; else of its preparation."""
    return manifest.formed_on.year if manifest.formed_on else at.year


def searched_validity(manifest: EditionManifest) -> str:
    """Return the validity to filter by; a piece of news is neither in force nor not."""
    return "" if manifest.validity == "valid" and manifest.kind not in IN_FORCE else manifest.validity


async def settle(db: Gathering, document_id: UUID, release_id: UUID, release_at: datetime | None) -> None:
    """Give one release its instant, or none, and set the ends of the document's other releases."""
    await db.apart().execute(SQL["lock_document"], str(document_id))
    await db.apart("edition", "search").execute(SQL["settle"], document_id, release_id, release_at)


async def discard(db: Gathering, release_id: UUID) -> None:
    await db.execute(SQL["discard"], release_id)
    await db.execute(SQL["stop_awaiting"], release_id)


async def take_back(db: Gathering, document_id: UUID, release_id: UUID, at: datetime) -> None:
    await db.execute(SQL["take_back"], release_id, at)
    await settle(db, document_id, release_id, None)


async def close_without_us(
    db: Gathering, document_id: UUID, release_id: UUID, *, change: str, validity: str, explanation: str, at: datetime
) -> bool:
    """Mark the visible edition withdrawn or repealed though no edition of ours says so. False: nothing to mark."""
    made = await db.fetchval(
        SQL["close_without_us"], document_id, release_id, change, validity, explanation, at
    )
    if made is None:
        return False
    if change != "withdraw":
        await db.execute(SQL["copy_files"], document_id, release_id, at)
        await db.execute(SQL["copy_search"], document_id, release_id, at, validity)
    found = await stored(db, release_id)
    if found is not None:
        await db.execute(SQL["set_rendition"], release_id, digest_of(rendition(*found)))
    await settle(db, document_id, release_id, at)
    return True


async def keep_remark(
    db: Gathering, kind: str, event: Event, release_id: UUID, document_id: UUID, at: datetime
) -> None:
    said = event.model_dump_json()
    rows = [("remark", release_id, kind)]
    await db.write(SQL["keep_remark"], release_id, kind, document_id, said, at, rows=rows)


async def keep_confirmation(db: Gathering, event: ChannelConfirmed) -> None:
    rows = [("confirmation", event.release_id, event.channel.id)]
    await db.write(
        SQL["keep_confirmation"], event.release_id, event.channel.id, event.url, event.confirmed_at, rows=rows
    )


async def keep_catalogue(db: Connection, event: CatalogueRevised, at: datetime) -> None:
    columns = _json([column.model_dump(mode="json") for column in event.columns])
    await db.execute(
        SQL["keep_catalogue"], event.organ_id, event.revision, event.effective_on, at, event.note, columns
    )


async def wait_for(tx: Tx, approval: DocumentApproved, not_before: datetime, trouble: str) -> None:
    await tx.db.execute(
        SQL["await"], approval.release_id, approval.model_dump_json(), approval.prepare_by, not_before, trouble[:500],
        tx.correlation, tx.cause, tx.traceparent,
    )


@dataclass(frozen=True, slots=True)
class Awaited:
    """An edition still to be fetched, and the event in whose name."""

    approval: DocumentApproved
    prepare_by: datetime
    tries: int
    correlation: UUID
    cause: UUID | None
    traceparent: str | None


async def next_awaited(db: Connection, now: datetime, lease_until: datetime) -> Awaited | None:
    row = await db.fetchrow(SQL["next_awaited"], now, lease_until)
    if row is None:
        return None
    return Awaited(
        DocumentApproved.model_validate_json(row["approval"]), row["prepare_by"], row["tries"], row["correlation"],
        row["cause"], row["traceparent"],
    )


async def put_off(db: Connection, release_id: UUID, not_before: datetime, trouble: str) -> None:
    await db.execute(SQL["put_off"], release_id, not_before, trouble[:500])


async def stop_awaiting(db: Gathering, release_id: UUID) -> None:
    await db.write(SQL["stop_awaiting"], release_id, rows=[("awaited", release_id)], whole=True)


async def to_read_back(db: Connection, now: datetime, older_than: datetime, limit: int) -> list[UUID]:
    return [row["release_id"] for row in await db.fetch(SQL["to_read_back"], now, older_than, limit)]


async def stored(db: Connection, release_id: UUID) -> tuple[dict[str, Any], list[ShownFile]] | None:
    row = await db.fetchrow(SQL["stored_edition"], release_id)
    if row is None:
        return None
    files = await db.fetch(SQL["stored_files"], release_id)
    return dict(row), [ShownFile(**dict(file)) for file in files]


async def mark_checked(db: Connection, release_id: UUID, at: datetime, *, drifted: bool) -> bool:
    """Remember the comparison; True when a difference is news."""
    return bool(await db.fetchval(SQL["mark_checked"], release_id, at, drifted))


async def staged_release(db: Connection, release_id: UUID) -> dict[str, Any] | None:
    row = await db.fetchrow(SQL["staged"], release_id)
    return dict(row) if row else None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
