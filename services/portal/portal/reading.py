"""What a reader can see at one instant. Every question carries its instant; nothing here writes."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from gongkai.contracts.identity import OrganDescribed
from gongkai.contracts.values import ColumnEntry
from gongkai.runtime.sql import Connection, queries
from gongkai.web.filters import local_date
from portal.catalogue import Catalogue, Revision, in_force

SQL: Final = queries("portal", "reading.sql")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a list is narrowed to; what is None is not asked."""

    organ_id: UUID | None = None
    columns: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    validities: tuple[str, ...] | None = None
    year: int | None = None
    theme: str | None = None
    number: str | None = None

    def arguments(self) -> tuple[Any, ...]:
        return (
            self.organ_id, _list(self.columns), _list(self.kinds), _list(self.validities), self.year, self.theme,
            f"%{_literal(self.number)}%" if self.number else None,
        )


def _list(values: tuple[str, ...] | None) -> list[str] | None:
    return None if values is None else list(values)


def _literal(text: str) -> str:
    """Brackets of a document number are written in many ways; the wildcard stands for each of them."""
    kept = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return "".join("_" if char in "[]()【】〔〕﹝﹞［］（）" else char for char in kept.strip())


@dataclass(frozen=True, slots=True)
class Instants:
    last: datetime | None
    next: datetime | None


async def instants(db: Connection, now: datetime) -> Instants:
    row = await db.fetchrow(SQL["visible_instants"], now)
    return Instants(row["last"], row["next"])


async def primary_organ(db: Connection, slug: str = "") -> OrganDescribed | None:
    found = await db.fetchval(SQL["primary_organ"], slug)
    return None if found is None else OrganDescribed.model_validate_json(found)


async def organ_by_slug(db: Connection, slug: str) -> OrganDescribed | None:
    found = await db.fetchval(SQL["organ_by_slug"], slug)
    return None if found is None else OrganDescribed.model_validate_json(found)


async def other_organs(db: Connection, organ_id: UUID, now: datetime) -> list[tuple[OrganDescribed, int]]:
    """Return the other organs that have something to read here, with how much."""
    rows = await db.fetch(SQL["other_organs"], organ_id, now)
    return [(OrganDescribed.model_validate_json(row["data"]), row["number"]) for row in rows]


async def revisions(db: Connection, organ_id: UUID) -> list[Revision]:
    return [
        Revision(
            row["organ_id"], row["revision"], row["effective_on"], row["heard_at"], row["note"],
            tuple(ColumnEntry.model_validate(column) for column in json.loads(row["columns"])),
        )
        for row in await db.fetch(SQL["catalogues"], organ_id)
    ]


async def catalogue(db: Connection, organ_id: UUID, now: datetime) -> Catalogue | None:
    return in_force(await revisions(db, organ_id), local_date(now))


async def document(db: Connection, slug: str, now: datetime) -> dict[str, Any] | None:
    """Return the edition a reader sees at this instant, a withdrawn one included, or None."""
    row = await db.fetchrow(SQL["document"], slug, now)
    if row is None:
        return None
    found = dict(row)
    for name in ("related", "published", "repealed", "confirmed"):
        found[name] = json.loads(found[name]) if found[name] is not None else None
    return found


async def history(db: Connection, document_id: UUID, now: datetime) -> list[dict[str, Any]]:
    return [dict(row) for row in await db.fetch(SQL["history"], document_id, now)]


async def replaced(db: Connection, document_id: UUID, number: int, now: datetime) -> dict[str, Any] | None:
    """Return an edition that stood here until another took its place."""
    row = await db.fetchrow(SQL["replaced"], document_id, number, now)
    return None if row is None else dict(row)


async def visible_by_id(db: Connection, ids: Sequence[UUID], now: datetime) -> dict[UUID, dict[str, Any]]:
    rows = await db.fetch(SQL["visible_by_id"], list(ids), now)
    return {row["document_id"]: dict(row) for row in rows}


async def pointing_at(db: Connection, document_id: UUID, now: datetime) -> list[dict[str, Any]]:
    return [dict(row) for row in await db.fetch(SQL["pointing_at"], str(document_id), now)]


async def files(db: Connection, release_id: UUID) -> list[dict[str, Any]]:
    return [dict(row) for row in await db.fetch(SQL["files"], release_id)]


async def visible_file(db: Connection, digest: str, now: datetime) -> dict[str, Any] | None:
    row = await db.fetchrow(SQL["visible_file"], digest, now)
    return None if row is None else dict(row)


async def listed(
    db: Connection, now: datetime, conditions: Conditions, *, limit: int, offset: int = 0
) -> list[dict[str, Any]]:
    rows = await db.fetch(SQL["listed"], now, *conditions.arguments(), limit, offset)
    return [dict(row) for row in rows]


async def counted(db: Connection, now: datetime, conditions: Conditions) -> int:
    return int(await db.fetchval(SQL["counted"], now, *conditions.arguments()))


@dataclass(frozen=True, slots=True)
class Breakdown:
    """How many documents of a set there are by each of their marks."""

    kinds: Mapping[str, int]
    validities: Mapping[str, int]
    years: Mapping[int, int]
    themes: Mapping[str, int]


async def breakdown(db: Connection, now: datetime, conditions: Conditions) -> Breakdown:
    rows = await db.fetch(SQL["breakdown"], now, *conditions.arguments()[:3])
    counts: dict[str, Counter[Any]] = {name: Counter() for name in ("kind", "validity", "year", "theme")}
    for row in rows:
        for name, counter in counts.items():
            if row[name]:
                counter[row[name]] += row["number"]
    return Breakdown(counts["kind"], counts["validity"], counts["year"], counts["theme"])


async def by_column(db: Connection, now: datetime, organ_id: UUID) -> dict[str, tuple[int, datetime]]:
    rows = await db.fetch(SQL["by_column"], now, organ_id)
    return {row["column_id"]: (row["number"], row["newest"]) for row in rows}


async def feed_total(
    db: Connection, now: datetime, organ_id: UUID | None, columns: tuple[str, ...] | None, kinds: tuple[str, ...] | None
) -> int:
    return int(await db.fetchval(SQL["feed_total"], now, organ_id, _list(columns), _list(kinds)))


async def feed(
    db: Connection, now: datetime, organ_id: UUID | None, columns: tuple[str, ...] | None,
    kinds: tuple[str, ...] | None, *, limit: int, offset: int,
) -> list[dict[str, Any]]:
    rows = await db.fetch(SQL["feed"], now, organ_id, _list(columns), _list(kinds), limit, offset)
    return [dict(row) for row in rows]


async def site_map(db: Connection, now: datetime, *, limit: int, offset: int) -> list[tuple[str, datetime]]:
    return [(row["slug"], row["release_at"]) for row in await db.fetch(SQL["site_map"], now, limit, offset)]


async def skew(db: Connection, since: datetime, now: datetime) -> tuple[float, int] | None:
    """Return the median spread in milliseconds and how many releases it was measured over."""
    row = await db.fetchrow(SQL["skew"], since, now)
    return (float(row["median"]), int(row["number"])) if row["number"] else None


def year_of(row: Mapping[str, Any]) -> int:
    formed: date | None = row["formed_on"]
    return formed.year if formed else local_date(row["first_release_at"]).year
