"""The append-only register: facts with a version that is a lock and a digest that is a chain.

Nothing here updates or deletes. `verify` names the row where the chain breaks.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, Generic, NamedTuple, TypeVar, get_args
from uuid import UUID

from pydantic import TypeAdapter

from gongkai.runtime.errors import ChangedMeanwhile
from gongkai.runtime.sql import Connection

S = TypeVar("S")
F = TypeVar("F")

_LOAD: Final = """
SELECT version, kind, data, digest FROM register WHERE aggregate_id = $1 AND aggregate = $2 ORDER BY version"""
_LOAD_MANY: Final = """
SELECT aggregate_id, version, kind, data, digest FROM register
WHERE aggregate_id = ANY($1) AND aggregate = $2 ORDER BY aggregate_id, version"""
_HISTORY: Final = """
SELECT position, version, kind, data, actor, cause, recorded_at FROM register
WHERE aggregate_id = $1 ORDER BY version"""
_HEAD: Final = "SELECT digest FROM register WHERE aggregate_id = $1 AND version = $2"


#: What the first fact of an aggregate is chained to.
BEGINNING: Final = b"\0" * 32


def canonical(value: object) -> str:
    """Return JSON with sorted keys and no spaces: the same value gives the same bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def link(
    previous: bytes,
    aggregate: str,
    aggregate_id: UUID,
    version: int,
    kind: str,
    data: str,
    actor: str,
    cause: UUID | None,
    recorded_at: datetime,
) -> bytes:
    """Return the digest of one row, which covers everything the row says and the digest of the row before it."""
    said = canonical(
        [aggregate, str(aggregate_id), version, kind, data, actor, str(cause or ""), recorded_at.timestamp().hex()]
    )
    return hashlib.sha256(previous + said.encode()).digest()


def link_of(previous: bytes, row: Mapping[str, Any]) -> bytes:
    """Return the digest that a stored row must carry after the row before it; `data` as the text that was stored."""
    return link(
        previous,
        row["aggregate"],
        row["aggregate_id"],
        row["version"],
        row["kind"],
        row["data"],
        row["actor"],
        row["cause"],
        row["recorded_at"],
    )


@dataclass(frozen=True, slots=True)
class Recorded(Generic[F]):
    """A fact as it lies in the register."""

    position: int
    version: int
    fact: F
    actor: str
    cause: UUID | None
    recorded_at: datetime


class Loaded(NamedTuple, Generic[S]):
    """An aggregate as it was read: `head` is the digest of its last fact, to which the next one is chained."""

    state: S
    version: int
    head: bytes


class Codec(Generic[S, F]):
    """How one kind of aggregate is kept: its facts as JSON, and how they add up to a state."""

    def __init__(self, aggregate: str, facts: Any, initial: S, evolve: Callable[[S, F], S]) -> None:
        classes: tuple[type, ...] = get_args(facts) or (facts,)
        self.aggregate = aggregate
        self.initial = initial
        self.evolve = evolve
        self._adapters: dict[str, TypeAdapter[Any]] = {fact.__name__: TypeAdapter(fact) for fact in classes}

    def dump(self, fact: F) -> tuple[str, str]:
        kind = type(fact).__name__
        return kind, canonical(self._adapters[kind].dump_python(fact, mode="json"))

    def read(self, kind: str, data: str) -> F:
        fact: F = self._adapters[kind].validate_json(data)
        return fact

    def replay(self, facts: Sequence[F]) -> S:
        return reduce(self.evolve, facts, self.initial)


async def load(db: Connection, codec: Codec[S, F], aggregate_id: UUID) -> tuple[S, int]:
    """Return the state and version of an aggregate; version 0 is the initial state of one that never was."""
    state, version, _ = await load_with_head(db, codec, aggregate_id)
    return state, version


async def load_with_head(db: Connection, codec: Codec[S, F], aggregate_id: UUID) -> Loaded[S]:
    """Return also the digest of the last fact, to which the next one is chained."""
    return loaded(codec, await db.fetch(_LOAD, aggregate_id, codec.aggregate))


async def load_many(db: Connection, codec: Codec[S, F], ids: Sequence[UUID]) -> dict[UUID, Loaded[S]]:
    """Return those of these aggregates that exist, read in one go."""
    rows = await db.fetch(_LOAD_MANY, list(ids), codec.aggregate)
    by_id = groupby(rows, key=itemgetter("aggregate_id"))
    return {aggregate_id: loaded(codec, list(facts)) for aggregate_id, facts in by_id}


def loaded(codec: Codec[S, F], rows: Sequence[Mapping[str, Any]]) -> Loaded[S]:
    """Add up the facts of one aggregate, oldest first."""
    state = codec.initial
    for row in rows:
        state = codec.evolve(state, codec.read(row["kind"], row["data"]))
    return Loaded(state, len(rows), rows[-1]["digest"] if rows else BEGINNING)


async def history(db: Connection, codec: Codec[S, F], aggregate_id: UUID) -> list[Recorded[F]]:
    """Return every fact of an aggregate, oldest first."""
    return [
        Recorded(
            row["position"],
            row["version"],
            codec.read(row["kind"], row["data"]),
            row["actor"],
            row["cause"],
            row["recorded_at"],
        )
        for row in await db.fetch(_HISTORY, aggregate_id)
    ]


#: One row of the register, in the order of its columns, without the position.
Row = tuple[str, UUID, int, str, str, str, UUID | None, datetime, bytes]


async def rows_of(
    db: Connection,
    codec: Codec[S, F],
    aggregate_id: UUID,
    version: int,
    facts: Sequence[F],
    *,
    actor: str,
    cause: UUID | None,
    at: datetime,
    head: bytes | None = None,
) -> tuple[list[Row], bytes]:
    """Chain facts to `version` and return their rows and the new head. Raises `ChangedMeanwhile` if it is not there.

    `head` is the digest at `version`, when the caller has read it already. Who writes a version second finds out
    when the rows are stored.
    """
    previous = head if version else BEGINNING
    if previous is None:
        previous = await db.fetchval(_HEAD, aggregate_id, version)
    if previous is None:
        raise ChangedMeanwhile
    rows: list[Row] = []
    for step, fact in enumerate(facts, start=1):
        kind, data = codec.dump(fact)
        previous = link(previous, codec.aggregate, aggregate_id, version + step, kind, data, actor, cause, at)
        rows.append((codec.aggregate, aggregate_id, version + step, kind, data, actor, cause, at, previous))
    return rows, previous
