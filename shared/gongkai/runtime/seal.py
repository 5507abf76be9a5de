"""Seals over the register, and the check that finds a changed, missing or cut-off row and names it.

A digest chain inside an aggregate shows a changed or missing row, but not a tail that was cut off. So all new
rows of all aggregates are gathered regularly into a seal: the heads they reach, a root over every digest in
order, chained to the seal before it, and signed with a key that does not lie in the database.
"""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol
from uuid import UUID

from gongkai.runtime.register import canonical, link_of
from gongkai.runtime.sql import Connection

_LAST: Final = "SELECT number, to_position, root FROM register_seal ORDER BY number DESC LIMIT 1"
_NEW: Final = "SELECT position, aggregate_id, version, digest FROM register WHERE position > $1 ORDER BY position"
_SEAL: Final = """
INSERT INTO register_seal (number, from_position, to_position, rows, heads, root, key_id, signature, sealed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""
_ALL: Final = """
SELECT position, aggregate, aggregate_id, version, kind, data::text AS data, actor, cause, recorded_at, digest
FROM register ORDER BY aggregate_id, version"""
_SEALS: Final = "SELECT * FROM register_seal ORDER BY number"
_RANGE: Final = """
SELECT position, aggregate_id, version, digest FROM register WHERE position BETWEEN $1 AND $2 ORDER BY position"""


class Signer(Protocol):
    """Holds the key: signs a root, and knows whether a signature is its own."""

    def sign(self, message: bytes) -> tuple[str, bytes]: ...

    def signed(self, key_id: str, message: bytes, signature: bytes) -> bool: ...


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong and exactly where. `position` is None when the row itself is gone."""

    aggregate_id: UUID | None
    version: int | None
    position: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    rows: int
    aggregates: int
    seals: int
    flaws: tuple[Flaw, ...]

    @property
    def whole(self) -> bool:
        return not self.flaws


def _root(previous: bytes, rows: list[Any]) -> bytes:
    total = hashlib.sha256(previous)
    for row in rows:
        total.update(row["position"].to_bytes(8, "big"))
        total.update(row["digest"])
    return total.digest()


def _message(number: int, root: bytes, heads: str, sealed_at: datetime) -> bytes:
    return canonical(
        [number, root.hex(), hashlib.sha256(heads.encode()).hexdigest(), sealed_at.astimezone(UTC).isoformat()]
    ).encode()


async def seal(db: Connection, signer: Signer, at: datetime) -> int | None:
    """Gather every row since the last seal. Returns the seal's number, or None when there is nothing new."""
    async with db.transaction():
        # Writers wait for a moment: without it a transaction with a lower position could commit after the seal.
        await db.execute("SET LOCAL lock_timeout = '5s'")
        await db.execute("LOCK TABLE register IN SHARE MODE")
        last = await db.fetchrow(_LAST)
        number, start, previous = (
            (last["number"] + 1, last["to_position"], last["root"]) if last else (1, 0, b"\0" * 32)
        )
        rows = await db.fetch(_NEW, start)
        if not rows:
            return None
        heads: dict[str, list[Any]] = {}
        for row in rows:
            known = heads.get(str(row["aggregate_id"]))
            if known is None or row["version"] > known[0]:
                heads[str(row["aggregate_id"])] = [row["version"], row["digest"].hex()]
        text = canonical(heads)
        root = _root(previous, rows)
        key_id, signature = signer.sign(_message(number, root, text, at))
        await db.execute(
            _SEAL, number, rows[0]["position"], rows[-1]["position"], len(rows), text, root, key_id, signature, at
        )
    return number


async def verify(db: Connection, signer: Signer | None = None) -> Verdict:
    """Read the whole register once and every seal, and list each flaw with its row."""
    flaws: list[Flaw] = []
    rows = aggregates = 0
    async with db.transaction(isolation="repeatable_read", readonly=True):
        current: UUID | None = None
        previous, expected = b"\0" * 32, 1
        async for row in _cursor(db, _ALL):
            rows += 1
            if row["aggregate_id"] != current:
                current, previous, expected = row["aggregate_id"], b"\0" * 32, 1
                aggregates += 1
            flaw = _check(row, previous, expected)
            if flaw:
                flaws.append(flaw)
            previous, expected = bytes(row["digest"]), row["version"] + 1
        seals, seal_flaws = await _verify_seals(db, signer)
    return Verdict(rows, aggregates, seals, tuple(flaws + seal_flaws))


def _check(row: Any, previous: bytes, expected: int) -> Flaw | None:
    where = (row["aggregate_id"], row["version"], row["position"])
    if row["version"] != expected:
        return Flaw(*where, f"缺少第 {expected} 条：直接到了第 {row['version']} 条")
    digest = link_of(previous, row)
    if digest != bytes(row["digest"]):
        return Flaw(*where, f"第 {row['position']} 行与它的摘要不符：内容或摘要被改过")
    return None


async def _verify_seals(db: Connection, signer: Signer | None) -> tuple[int, list[Flaw]]:
    flaws: list[Flaw] = []
    previous, after, count = b"\0" * 32, 0, 0
    for entry in await db.fetch(_SEALS):
        count += 1
        if entry["number"] != count:
            flaws.append(Flaw(None, None, None, f"封签不连续：应为第 {count} 号，读到第 {entry['number']} 号"))
            count = entry["number"]
        message = _message(entry["number"], bytes(entry["root"]), entry["heads"], entry["sealed_at"])
        if signer is not None and not signer.signed(entry["key_id"], message, bytes(entry["signature"])):
            flaws.append(Flaw(None, None, None, f"第 {entry['number']} 号封签的签名不对"))
        rows = await db.fetch(_RANGE, after + 1, entry["to_position"])
        if _root(previous, rows) != bytes(entry["root"]):
            flaws.extend(
                _missing(entry, rows)
                or [_unmatched(f"第 {entry['number']} 号封签与它封的各行（至第 {entry['to_position']} 行）不符")]
            )
        previous, after = bytes(entry["root"]), entry["to_position"]
    return count, flaws


def _unmatched(sentence: str) -> Flaw:
    return Flaw(None, None, None, sentence)


def _missing(entry: Any, rows: list[Any]) -> list[Flaw]:
    present = {(str(row["aggregate_id"]), row["version"]): bytes(row["digest"]).hex() for row in rows}
    flaws = []
    for aggregate_id, (version, digest) in json.loads(entry["heads"]).items():
        found = present.get((aggregate_id, version))
        if found is None:
            flaws.append(
                Flaw(UUID(aggregate_id), version, None, f"第 {entry['number']} 号封签记有第 {version} 条，现在不见了")
            )
        elif found != digest:
            flaws.append(
                Flaw(UUID(aggregate_id), version, None, f"第 {version} 条的摘要与第 {entry['number']} 号封签不符")
            )
    return flaws


async def _cursor(db: Connection, statement: str) -> AsyncIterator[Any]:
    async for row in db.cursor(statement, prefetch=1000):
        yield row
