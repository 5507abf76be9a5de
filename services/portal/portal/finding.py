"""Site-wide search: what matches exactly, in which order, how many, and what was perhaps meant."""

import asyncio
import json
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from rapidfuzz import fuzz, process

from gongkai.runtime.sql import Connection, queries
from portal import terms
from portal.terms import Sought

SQL: Final = queries("portal", "search.sql")
#: Up to here everything found is counted and ranked; beyond, the newest are ranked and the count says so.
EXACTLY: Final = 1_000
CANDIDATES: Final = 1_200
PAGE: Final = 10
LIKE_ENOUGH: Final = 55
Order = Literal["relevance", "date"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader ticked. Empty means everything."""

    kinds: tuple[str, ...] = ()
    validities: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None

    @property
    def any(self) -> bool:
        return bool(self.kinds or self.validities or self.year_from or self.year_to)

    def admit(self, hit: "Hit", *, leaving_out: str = "") -> bool:
        return (
            (leaving_out == "kind" or not self.kinds or hit.kind in self.kinds)
            and (leaving_out == "validity" or not self.validities or hit.validity in self.validities)
            and (leaving_out == "year" or self.year_from is None or hit.year >= self.year_from)
            and (leaving_out == "year" or self.year_to is None or hit.year <= self.year_to)
        )


@dataclass(frozen=True, slots=True)
class Hit:
    release_id: UUID
    kind: str
    validity: str
    year: int
    published_at: datetime
    rank: float


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one question. `capped`: there are more than 1,000, and the newest of them were ranked."""

    sought: Sought
    hits: Sequence[Hit]
    total: int
    capped: bool
    loose: bool = False
    unfiltered: int = 0
    facets: Mapping[str, Mapping[Any, int]] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word for word in terms.normal(self.sought.typed).split() if word)


async def find(db: Connection, typed: str, filters: Filters, order: Order, now: datetime) -> Found:
    """Look for exactly what was typed; when there is nothing, for its words anywhere."""
    question = terms.sought(typed)
    if question.empty:
        return Found(question, (), 0, capped=False)
    found = await _find(db, question, filters, order, now)
    if found.unfiltered:
        return found
    loosely = terms.loosely(typed)
    if loosely.empty or loosely.all_of == question.all_of:
        return found
    return replace(await _find(db, loosely, filters, order, now), loose=True)


async def _find(db: Connection, question: Sought, filters: Filters, order: Order, now: datetime) -> Found:
    everything, total, capped = await _hits(db, question, Filters(), now)
    facets: dict[str, Counter[Any]] = {
        "kind": Counter(hit.kind for hit in everything if filters.admit(hit, leaving_out="kind")),
        "validity": Counter(
            hit.validity for hit in everything if hit.validity and filters.admit(hit, leaving_out="validity")
        ),
        "year": Counter(hit.year for hit in everything if filters.admit(hit, leaving_out="year")),
    }
    hits, number, still_capped = everything, total, capped
    if filters.any:
        if capped:
            hits, number, still_capped = await _hits(db, question, filters, now)
        else:
            hits = [hit for hit in everything if filters.admit(hit)]
            number = len(hits)
    if order == "date":
        ranked = sorted(hits, key=lambda hit: hit.published_at, reverse=True)
    else:
        # Between two equally fitting documents the one in force, then the newer, comes first.
        ranked = sorted(
            hits, key=lambda hit: (round(hit.rank, 3), hit.validity in {"valid", ""}, hit.published_at), reverse=True
        )
    return Found(question, ranked[:EXACTLY], number, still_capped, unfiltered=total, facets=facets)


async def _hits(db: Connection, question: Sought, filters: Filters, now: datetime) -> tuple[list[Hit], int, bool]:
    """Return the matching documents, how many there are, and whether there are more than were looked at."""
    conditions = (list(filters.kinds) or None, list(filters.validities) or None, filters.year_from, filters.year_to)
    limit = CANDIDATES
    rows = await db.fetch(SQL["candidates"], question.all_of, now, limit, *conditions)
    total = rows[0]["total"] if rows else 0
    hits = await _matching(db, question, rows)
    if total > limit and len(hits) <= EXACTLY:
        # The bigrams are common and the words are not: look at all of them, so that nothing is missed.
        rows = await db.fetch(SQL["candidates"], question.all_of, now, total, *conditions)
        hits = await _matching(db, question, rows)
        total = len(rows)
    capped = len(hits) > EXACTLY
    return hits, len(hits), capped


async def _matching(db: Connection, question: Sought, rows: Sequence[Any]) -> list[Hit]:
    if not rows:
        return []
    found = await db.fetch(
        SQL["matches"], [row["release_id"] for row in rows], question.phrases, question.ranking,
        list(question.texts),
    )
    return [
        Hit(row["release_id"], row["kind"], row["validity"], row["year"], row["first_release_at"], row["rank"])
        for row in found
    ]


async def shown(db: Connection, hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Return the stored editions of one page of hits, in their order."""
    rows = {
        row["release_id"]: dict(row) | {"related": json.loads(row["related"])}
        for row in await db.fetch(SQL["shown"], [hit.release_id for hit in hits])
    }
    return [rows[hit.release_id] for hit in hits if hit.release_id in rows]


async def suggest(db: Connection, typed: str, now: datetime) -> tuple[str, ...]:
    """Return what was perhaps meant: pieces of visible titles that look like what was typed, or else of texts."""
    question = terms.normal(" ".join(typed.split()))[: terms.MAX_QUERY]
    likeness = terms.likeness(question)
    if len(question) < 2 or not likeness:
        return ()
    rows = await db.fetch(SQL["like_titles"], likeness, now)
    texts = list(dict.fromkeys([word for row in rows for word in row["keywords"]] + [row["title"] for row in rows]))
    near = await asyncio.to_thread(_nearest, question, texts)
    if near:
        return near
    bodies = await db.fetch(SQL["like_bodies"], likeness, now)
    return await asyncio.to_thread(_nearest, question, [unicodedata.normalize("NFKC", row["body"]) for row in bodies])


def _nearest(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    near = process.extract(question, texts, scorer=fuzz.partial_ratio, processor=terms.normal, limit=12)
    pieces: dict[str, float] = {}
    for text, score, _ in near:
        if score < LIKE_ENOUGH:
            continue
        if len(text) <= len(question) + 2:
            piece = text
        else:
            where = fuzz.partial_ratio_alignment(question, terms.normal(text))
            if where is None or len(terms.normal(text)) != len(text):
                continue
            piece = terms.whole_words(text, where.dest_start, where.dest_end)
        if len(piece) >= 2 and terms.normal(piece) != question:
            pieces[piece] = max(pieces.get(piece, 0.0), score)
    return tuple(sorted(pieces, key=lambda piece: (-pieces[piece], piece))[:3])
