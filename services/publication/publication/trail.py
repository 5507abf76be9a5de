"""The audit trail of one document: its facts and those of its releases, the chain of digests checked row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gongkai.runtime.register import link_of
from gongkai.runtime.sql import Connection, queries
from publication import codecs, reading

SQL: Final = queries("publication", "trail.sql")
_START: Final = b"\0" * 32


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact, its place in the register, and the digest that ties it to the one before."""

    position: int
    aggregate: str
    aggregate_id: UUID
    version: int
    fact: Any
    actor: str
    recorded_at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Trail:
    """Entries in the order in which they were recorded; `flaws` name rows that are not as they were written."""

    entries: Sequence[Entry]
    flaws: Sequence[str]


async def trail(db: Connection, organ_id: UUID, document_id: UUID) -> Trail:
    """Read and check everything the register says of a document of this organ."""
    await reading.document(db, organ_id, document_id)
    releases = [row["id"] for row in await db.fetch(SQL["releases_of"], document_id, organ_id)]
    rows = await db.fetch(SQL["trail"], [document_id, *releases])
    return Trail(sorted((_entry(row) for row in rows), key=lambda entry: entry.position), _flaws(rows))


def _entry(row: Any) -> Entry:
    codec: Any = codecs.DOCUMENT if row["aggregate"] == codecs.DOCUMENT.aggregate else codecs.RELEASE
    return Entry(
        row["position"],
        row["aggregate"],
        row["aggregate_id"],
        row["version"],
        codec.read(row["kind"], row["data"]),
        row["actor"],
        row["recorded_at"],
        bytes(row["digest"]).hex(),
    )


def _flaws(rows: Sequence[Any]) -> list[str]:
    """Follow the chain of each aggregate: a row covers itself and the digest of the row before it."""
    flaws: list[str] = []
    current: UUID | None = None
    previous, expected = _START, 1
    for row in rows:
        if row["aggregate_id"] != current:
            current, previous, expected = row["aggregate_id"], _START, 1
        if row["version"] != expected:
            flaws.append(f"位置 {row['position']}：缺少第 {expected} 条，直接到了第 {row['version']} 条")
        digest = link_of(previous, row)
        if digest != bytes(row["digest"]):
            flaws.append(f"位置 {row['position']}：内容与摘要不符，被改动过")
        previous, expected = bytes(row["digest"]), row["version"] + 1
    return flaws
