"""Writes what lies beside the cases: messages, documents that are public, other platforms, notices, clocks."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from gongkai.runtime.tx import Tx
from request.store import SQL

_GRAM: Final = 2


def grams(text: str) -> list[str]:
    """Return the pairs of neighbouring characters by which Chinese titles are compared."""
    plain = "".join(char for char in text.casefold() if char.isalnum())
    return sorted({plain[at : at + _GRAM] for at in range(len(plain) - _GRAM + 1)})


async def keep_message(
    tx: Tx, *, organ_id: UUID, case_id: UUID, medium: str, kind: str, text: str, address: UUID
) -> None:
    await tx.db.execute(SQL["keep_message"], tx.new_id(), organ_id, case_id, medium, kind, text, address, tx.now)


async def claim_messages(tx: Tx, until: datetime, most: int) -> list[Any]:
    """Take messages that are due; nobody else takes them before that moment."""
    rows: list[Any] = await tx.db.fetch(SQL["claim_messages"], tx.now, until, most)
    return rows


async def sent_message(tx: Tx, message: UUID, via: str) -> None:
    await tx.db.execute(SQL["sent_message"], message, tx.now, via)


async def failed_message(tx: Tx, message: UUID, trouble: str, next_try_at: datetime | None) -> None:
    await tx.db.execute(SQL["failed_message"], message, trouble[:200], next_try_at, tx.now)


async def retry_message(tx: Tx, organ_id: UUID, message: UUID, by: UUID) -> bool:
    return await tx.db.fetchval(SQL["retry_message"], message, organ_id, tx.now, by) is not None


async def keep_published(
    tx: Tx, *, document_id: UUID, organ_id: UUID, title: str, number: str, permalink: str, column_id: str,
    published_at: datetime,
) -> None:  # fmt: skip
    await tx.db.execute(
        SQL["keep_published"], document_id, organ_id, title, number, permalink, column_id, grams(title + number),
        published_at,
    )  # fmt: skip


async def move_published(tx: Tx, document_id: UUID, permalink: str) -> None:
    await tx.db.execute(SQL["move_published"], document_id, permalink)


async def withdraw_published(tx: Tx, document_id: UUID) -> None:
    await tx.db.execute(SQL["withdraw_published"], document_id)


async def announce_forwarded(
    tx: Tx, organ_id: UUID, external_id: str, *, platform: str, pickup: str, submitted_on: date, kind: str
) -> None:
    await tx.db.execute(
        SQL["announce_forwarded"], organ_id, external_id, platform, pickup, submitted_on, kind, tx.now
    )


async def hand_over_forwarded(
    tx: Tx, organ_id: UUID, external_id: str, *, pickup: str, person: UUID, item: UUID
) -> None:
    await tx.db.execute(SQL["hand_over_forwarded"], organ_id, external_id, pickup, person, item, tx.now)


async def queue_for_forwarded(tx: Tx, organ_id: UUID, external_id: str) -> None:
    await tx.db.execute(SQL["queue_for_forwarded"], f"{organ_id}:{external_id}")


async def lock_forwarded(tx: Tx, organ_id: UUID, external_id: str) -> Any:
    return await tx.db.fetchrow(SQL["lock_forwarded"], organ_id, external_id)


async def take_forwarded(tx: Tx, organ_id: UUID, external_id: str, case_id: UUID) -> None:
    await tx.db.execute(SQL["take_forwarded"], organ_id, external_id, case_id)


async def clocks_of_other_calendars(tx: Tx, version: str, kinds: Sequence[str]) -> list[UUID]:
    """Return the cases with running clocks that were counted with another calendar."""
    rows = await tx.db.fetch(SQL["clocks_of_other_calendars"], version, list(kinds))
    return [UUID(row["case_id"]) for row in rows]


async def running_clocks(tx: Tx, case_id: UUID) -> frozenset[tuple[str, str]]:
    rows = await tx.db.fetch(SQL["running_clocks"], str(case_id))
    return frozenset((row["kind"], row["subject"]) for row in rows)


async def remember_calendar(tx: Tx, case_id: UUID, version: str, kinds: Sequence[str]) -> None:
    await tx.db.execute(SQL["remember_calendar"], str(case_id), version, list(kinds))


async def empty_read_models(tx: Tx) -> None:
    """Take away every row that facts can make again."""
    await tx.db.execute(SQL["empty_read_models"])


async def aggregates(tx: Tx, kind: str) -> list[UUID]:
    """Return the ids of one kind of aggregate, in the order in which they began."""
    return [row["aggregate_id"] for row in await tx.db.fetch(SQL["aggregates"], kind)]


async def applicants_of_topic(tx: Tx, organ_id: UUID, topic: str, cases: Sequence[UUID]) -> int:
    """Return how many different applicants asked for the same, by the officers' own words or their finding."""
    count: int = await tx.db.fetchval(SQL["applicants_of_topic"], organ_id, topic, list(cases))
    return count


async def keep_columns(tx: Tx, organ_id: UUID, columns: Sequence[tuple[str, str, str]]) -> None:
    """Remember the columns of the catalogue as it was last revised."""
    await tx.db.execute(SQL["drop_columns"], organ_id)
    if columns:
        ids, names, bases = zip(*columns, strict=True)
        await tx.db.execute(SQL["keep_columns"], organ_id, list(ids), list(names), list(bases))


async def columns(tx: Tx, organ_id: UUID) -> list[tuple[str, str, str]]:
    rows = await tx.db.fetch(SQL["columns"], organ_id)
    return [(row["id"], row["name"], row["legal_basis"]) for row in rows]


async def remember_told(tx: Tx, seen: Sequence[tuple[UUID, int]]) -> None:
    """Forget that identity must be told of these versions of cases."""
    ids, versions = zip(*seen, strict=True)
    await tx.db.execute(SQL["remember_told"], list(ids), list(versions))


async def files_of(tx: Tx, case_id: UUID, digests: Sequence[str]) -> list[Any]:
    """Return name and place of these files of a case, each once."""
    rows: list[Any] = await tx.db.fetch(SQL["files_given"], case_id, list(digests))
    return rows


# ── Applicants who are recognised later ────────────────────────────────────


async def keep_case_factor(tx: Tx, case_id: UUID, factor: bytes) -> None:
    await tx.db.execute(SQL["keep_case_factor"], case_id, factor)


async def keep_same_person(tx: Tx, before: UUID, person: UUID) -> None:
    """Let what lies under an earlier key of an applicant go with their own."""
    await tx.db.execute(SQL["move_agents"], before, person)
    await tx.db.execute(SQL["keep_same_person"], before, person, tx.now)
