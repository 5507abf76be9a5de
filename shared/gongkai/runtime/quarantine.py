"""Where events wait that could not be taken in: whole, with their reason, in order, replayable."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from gongkai.contracts.envelope import Received
from gongkai.runtime import cloudevents
from gongkai.runtime.cloudevents import Unreadable
from gongkai.runtime.errors import NotFound
from gongkai.runtime.sql import Connection

Cause = Literal["unreadable", "invalid", "refused", "failed", "behind"]

_WAITING: Final = """
SELECT DISTINCT q.source, q.subject FROM quarantine q
JOIN unnest($1::text[], $2::text[]) AS e(source, subject) ON q.source = e.source AND q.subject = e.subject
WHERE q.state = 'parked'"""
_PARK: Final = """
INSERT INTO quarantine (
    source, event_id, type, subject, topic, partition, "offset", headers, value, cause, reason, article, parked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (topic, partition, "offset") DO NOTHING"""
_LIST: Final = """
SELECT number, source, event_id, type, subject, topic, partition, "offset", cause, reason, article,
       parked_at, tries, state
FROM quarantine WHERE state = ANY($1) ORDER BY number LIMIT $2"""
_ONE: Final = "SELECT * FROM quarantine WHERE number = $1"
_NEXT: Final = """
SELECT * FROM quarantine WHERE source = $1 AND subject = $2 AND state = 'parked' ORDER BY number LIMIT 1 FOR UPDATE"""
_SETTLE: Final = """
UPDATE quarantine SET state = $2, settled_at = $3, settled_by = $4, settled_why = $5, tries = tries + 1
WHERE number = $1 AND state = 'parked'"""
_TRIED: Final = "UPDATE quarantine SET tries = tries + 1, cause = $2, reason = $3, article = $4 WHERE number = $1"


@dataclass(frozen=True, slots=True)
class Parked:
    """Why an event waits. `reason` is a Chinese sentence where a person can act on it."""

    cause: Cause
    reason: str
    article: str = ""


async def waiting(db: Connection, subjects: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return which of these (source, subject) have an event parked, so that later ones queue behind it."""
    pairs = list(subjects)
    if not pairs:
        return set()
    rows = await db.fetch(_WAITING, [source for source, _ in pairs], [subject for _, subject in pairs])
    return {(row["source"], row["subject"]) for row in rows}


async def park(db: Connection, event: Received, parked: Parked, at: datetime) -> None:
    headers, value = cloudevents.to_kafka(event.envelope, json.dumps(event.data, ensure_ascii=False).encode())
    envelope = event.envelope
    await db.execute(
        _PARK,
        envelope.source,
        envelope.id,
        envelope.type,
        envelope.subject,
        event.topic,
        event.partition,
        event.offset,
        _headers(headers),
        value,
        parked.cause,
        parked.reason[:2000],
        parked.article,
        at,
    )


async def park_unreadable(db: Connection, event: Unreadable, at: datetime) -> None:
    await db.execute(
        _PARK,
        f"unknown:{event.topic}",
        None,
        "unknown",
        f"{event.partition}:{event.offset}",
        event.topic,
        event.partition,
        event.offset,
        _headers(event.headers),
        event.raw,
        "unreadable",
        event.reason[:2000],
        "",
        at,
    )


async def listing(db: Connection, *, states: tuple[str, ...] = ("parked",), limit: int = 200) -> list[dict[str, Any]]:
    return [dict(row) for row in await db.fetch(_LIST, list(states), limit)]


async def one(db: Connection, number: int) -> dict[str, Any]:
    row = await db.fetchrow(_ONE, number)
    if row is None:
        raise NotFound(f"隔离区没有第 {number} 号")
    return dict(row)


async def first_of(db: Connection, source: str, subject: str) -> dict[str, Any] | None:
    """Return and lock the oldest parked event of an aggregate: only it may be replayed."""
    row = await db.fetchrow(_NEXT, source, subject)
    return dict(row) if row else None


async def settle(
    db: Connection, number: int, state: Literal["replayed", "dropped"], at: datetime, by: str, why: str = ""
) -> None:
    await db.execute(_SETTLE, number, state, at, by, why)


async def tried(db: Connection, number: int, parked: Parked) -> None:
    await db.execute(_TRIED, number, parked.cause, parked.reason[:2000], parked.article)


def received(row: dict[str, Any]) -> Received | Unreadable:
    """Read a parked event again, as if it had just arrived."""
    headers = [(name, bytes.fromhex(value)) for name, value in json.loads(row["headers"])]
    return cloudevents.from_kafka(
        headers, bytes(row["value"]), topic=row["topic"], partition=row["partition"], offset=row["offset"]
    )


def _headers(headers: Iterable[tuple[str, bytes]]) -> str:
    return json.dumps([[name, value.hex()] for name, value in headers])
