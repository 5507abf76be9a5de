"""Reads the tables for pages and the API. Everything is asked for by organ: another organ's case does not exist."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from gongkai.runtime import register
from gongkai.runtime.errors import NotFound
from gongkai.runtime.register import Recorded
from gongkai.runtime.sql import queries
from request import codecs, keeping, listing
from request.domain import facts as f
from request.domain.case import Case
from request.service import NO_CASE

SQL: Final = queries("request", "reading.sql")
PAGE: Final = listing.PAGE
#: How much of a public title must be found again in what is asked for.
_HINT_SHARE: Final = 0.4
_HINT_LEAST: Final = 3

Row = Mapping[str, Any]


async def case(db: Any, organ_id: UUID, case_id: UUID) -> dict[str, Any]:
    row = await db.fetchrow(SQL["case"], case_id, organ_id)
    if row is None:
        raise NotFound(NO_CASE)
    return dict(row)


async def counts(db: Any, organ_id: UUID, today: date, near: date) -> dict[str, int]:
    return dict(await db.fetchrow(SQL["counts"], organ_id, today, near))


async def attention(db: Any, case_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in await db.fetch(SQL["attention_of"], list(case_ids)):
        found.setdefault(row["case_id"], []).append(dict(row))
    return found


async def timeline(db: Any, case_id: UUID) -> list[Recorded[f.Fact]]:
    """Return every fact of a case, in the order in which they were recorded."""
    return await register.history(db, codecs.CASE, case_id)


async def letters(db: Any, case_id: UUID) -> list[dict[str, Any]]:
    return await _all(db, "letters", case_id)


async def letter_file(db: Any, case_id: UUID, letter: UUID, form: str) -> Row:
    row = await db.fetchrow(SQL["letter_file"], letter, case_id, form)
    if row is None:
        raise NotFound("没有找到这份文书")
    found: Row = row
    return found


async def verify_letter(db: Any, digest: str) -> Row | None:
    found: Row | None = await db.fetchrow(SQL["verify_letter"], digest)
    return found


async def letter_by_id(db: Any, letter: UUID) -> Row | None:
    """Return what anybody who holds a letter may hear of it."""
    found: Row | None = await db.fetchrow(SQL["letter_by_id"], letter)
    return found


async def consultations(db: Any, case_id: UUID) -> list[dict[str, Any]]:
    return await _all(db, "consultations", case_id)


async def people(db: Any, case_id: UUID) -> list[dict[str, Any]]:
    """Return everybody of a case by id and role; names are asked for one by one, and recorded."""
    return await _all(db, "people", case_id)


async def fee(db: Any, case_id: UUID) -> dict[str, Any] | None:
    row = await db.fetchrow(SQL["fee"], case_id)
    return dict(row) if row else None


async def remedies(db: Any, case_id: UUID) -> list[dict[str, Any]]:
    return await _all(db, "remedies", case_id)


async def searches(db: Any, case_id: UUID) -> list[dict[str, Any]]:
    return await _all(db, "searches", case_id)


async def unit_tasks(db: Any, case_id: UUID) -> list[dict[str, Any]]:
    return await _all(db, "unit_tasks", case_id)


async def files(db: Any, case_id: UUID) -> list[dict[str, Any]]:
    return await _all(db, "files", case_id)


async def file(db: Any, case_id: UUID, file_id: UUID) -> Row:
    row = await db.fetchrow(SQL["file"], file_id, case_id)
    if row is None:
        raise NotFound("没有找到这个文件")
    found: Row = row
    return found


async def conversions(db: Any, case_id: UUID) -> list[dict[str, Any]]:
    """Return the conversion reviews of a case, each with its chain."""
    rows = await _all(db, "conversions", case_id)
    return [row | {"chain": json.loads(row["chain"]) if row["chain"] else None} for row in rows]


async def considered(db: Any, case_id: UUID, review_id: UUID) -> Row:
    """Return one review with what it knew and the chain of what followed."""
    row = await db.fetchrow(SQL["considered"], case_id, review_id)
    if row is None:
        raise NotFound("没有找到这次审查")
    found: Row = row
    return found


async def conversions_of(
    db: Any, organ_id: UUID, *, decided: bool = False, page: int = 1, size: int = PAGE
) -> list[dict[str, Any]]:
    name = "conversions_all" if decided else "conversions_waiting"
    return await _all(db, name, organ_id, size, (page - 1) * size)


async def clocks(db: Any, case_id: UUID) -> list[dict[str, Any]]:
    """Return the running clocks of a case with the days they counted."""
    rows = await _all(db, "clocks", str(case_id))
    return [
        row | {"due_on": date.fromisoformat(row["due_on"]), "counted": json.loads(row["counted"] or "null")}
        for row in rows
    ]


async def reads(db: Any, case_id: UUID) -> list[dict[str, Any]]:
    """Return who looked at personal data of this case, and why."""
    return await _all(db, "reads", case_id)


async def messages(
    db: Any, organ_id: UUID, *, case_id: UUID | None = None, state: str = "", page: int = 1, size: int = PAGE
) -> list[dict[str, Any]]:
    """Return what applicants were told; one more than a page tells that there is another."""
    return await _all(db, "messages", organ_id, case_id, state, size + 1, (page - 1) * size)


async def public_hints(db: Any, organ_id: UUID, text: str, most: int = 5) -> list[dict[str, Any]]:
    """Return public documents whose titles come back in the text, the best first."""
    asked = keeping.grams(text[:2_000])
    if not asked:
        return []
    rows = await db.fetch(SQL["public_hints"], organ_id, asked, most * 4)
    good = [row for row in rows if row["common"] >= max(_HINT_LEAST, _HINT_SHARE * row["size"])]
    return [
        {name: row[name] for name in ("document_id", "title", "document_number", "permalink", "published_at")}
        for row in good[:most]
    ]


async def same_applicant(db: Any, organ_id: UUID, applicant: UUID, case_id: UUID) -> list[dict[str, Any]]:
    return await _all(db, "same_applicant", organ_id, applicant, case_id)


async def case_of_number(db: Any, organ_id: UUID, number: str) -> UUID | None:
    found: UUID | None = await db.fetchval(SQL["case_of_number"], organ_id, number)
    return found


async def untold(db: Any, most: int) -> list[dict[str, Any]]:
    """Return cases that changed since identity was told what they wait for; `seen` is the version that is read here."""
    return await _all(db, "untold", most)


async def told(db: Any, keys: Sequence[str]) -> dict[str, str]:
    """Return the digests of those of these notices that identity knows."""
    return {row["key"]: row["digest"] for row in await db.fetch(SQL["told"], list(keys))}


async def _all(db: Any, name: str, *values: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in await db.fetch(SQL[name], *values)]


async def state(db: Any, case_id: UUID) -> Case:
    """Return the case as its facts make it."""
    found, _ = await register.load(db, codecs.CASE, case_id)
    return found


async def facts(db: Any, case_id: UUID) -> list[dict[str, Any]]:
    """Return every fact of a case as it is kept."""
    rows = await db.fetch(SQL["facts"], case_id)
    return [dict(row) | {"data": json.loads(row["data"])} for row in rows]


async def file_row(db: Any, case_id: UUID, file_id: UUID) -> Row:
    found: Row = await db.fetchrow(SQL["file_row"], file_id, case_id)
    return found


async def given_files(db: Any, case_id: UUID, digests: Sequence[str]) -> list[dict[str, Any]]:
    return await _all(db, "given_files", case_id, list(digests))


async def case_of_review(db: Any, organ_id: UUID, review_id: UUID) -> UUID:
    case_id: UUID | None = await db.fetchval(SQL["case_of_review"], review_id, organ_id)
    if case_id is None:
        raise NotFound(NO_CASE)
    return case_id
