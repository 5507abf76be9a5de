"""The case library in the database: filled from facts by a timer, searched by what an officer writes or drafts."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from gongkai.runtime import register
from gongkai.runtime.errors import Invalid, NotFound
from gongkai.runtime.sql import queries
from gongkai.runtime.tx import Due, Tx
from gongkai.statute.articles import ARTICLES, cited_as
from gongkai.statute.calendar import WorkCalendar
from request import codecs
from request.afterwards import TEACH
from request.domain.case import file_of
from request.domain.file import CaseFile
from request.domain.outcomes import articles_of, bases_of
from request.library.features import CaseFeatures, as_plain, features, from_plain
from request.library.neutral import refuse_personal
from request.library.similar import MOST_CANDIDATES, Corpus, Similar, Wanted, look_for, rank
from request.library.telling import to_send_up, told
from request.library.words import TOKENS_VERSION, tokens
from request.people import People, read_or_none
from request.service import Desk

SQL: Final = queries("request", "library.sql")
_NOT_THERE: Final = "案例库里没有这件案例"
_LONGEST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A case of the library as a page or a program shows it; `why` says why it was found."""

    id: UUID
    number: str
    topic: str
    typical: bool
    permalink: str
    lines: tuple[tuple[str, str], ...]
    score: float = 0.0
    why: tuple[str, ...] = ()


# ── Filling ────────────────────────────────────────────────────────────────


async def keep(tx: Tx, people: People, calendar: WorkCalendar, case_id: UUID) -> None:
    """Put a closed case into the library as it stands now; one that is open again leaves it."""
    happened = [recorded.fact for recorded in await register.history(tx.db, codecs.CASE, case_id)]
    state, _ = await tx.load(codecs.CASE, case_id)
    file = file_of(state)
    if file is None:
        return
    organ_id = file.application.organ_id
    if not features(case_id, happened, calendar).closed:
        await _replace(tx, organ_id, case_id, None)
        return
    application = await read_or_none(people, tx, file.application.item, "library")
    names = [application.name, application.contact_person, application.representative] if application else []
    description = f"{application.title} {application.description}" if application else ""
    made = features(case_id, happened, calendar, description, [name for name in names if name])
    await _replace(tx, organ_id, case_id, made if made.tokens else None)


async def _replace(tx: Tx, organ_id: UUID, case_id: UUID, made: CaseFeatures | None) -> None:
    row = await tx.db.fetchrow(SQL["kept_tokens"], case_id)
    before = set(row["tokens"]) if row else set()
    after = set(made.tokens) if made else set()
    if made is None:
        await tx.db.execute(SQL["drop"], case_id)
    else:
        plain = json.dumps(as_plain(made), ensure_ascii=False)
        await tx.db.execute(
            SQL["keep"], case_id, organ_id, plain, list(made.tokens), made.tokens_version, made.typical, tx.now
        )
    await tx.db.execute(SQL["uncount"], organ_id, sorted(before - after))
    await tx.db.execute(SQL["count"], organ_id, sorted(after - before))
    await tx.db.execute(SQL["resize"], organ_id, bool(after) - bool(before), len(after) - len(before))


async def cut_again(tx: Tx) -> int:
    """Have every case whose words were cut otherwise cut anew; returns how many."""
    stale = [row["case_id"] for row in await tx.db.fetch(SQL["cut_otherwise"], TOKENS_VERSION)]
    await keep_again(tx, stale)
    return len(stale)


async def keep_again(tx: Tx, cases: Iterable[UUID]) -> None:
    for case_id in cases:
        await tx.set_clock(Due(TEACH, f"{case_id}/again", tx.now))


# ── Searching ──────────────────────────────────────────────────────────────


def wanted_of(file: CaseFile) -> Wanted:
    """Say what a case asks for and how it is about to be decided, in the officers' own words."""
    decisions = file.draft.decisions if file.draft else file.reply.decisions if file.reply else ()
    row = file.draft.row if file.draft else file.reply.row if file.reply else None
    cited = (cited_as(article) or ARTICLES.get(article) for article in articles_of(decisions))
    articles = tuple(dict.fromkeys(article.id for article in cited if article is not None))
    return Wanted(file.topic, row, bases_of(decisions), articles)


async def similar(db: Any, organ_id: UUID, case_id: UUID, file: CaseFile, limit: int = 5) -> list[Shown]:
    """Return closed cases like this one, ranked, each with why; for the pages of a case and of its reply."""
    if not file.topic:
        return []
    return await search(db, organ_id, wanted_of(file), limit=limit, but=case_id)


async def search(
    db: Any, organ_id: UUID, wanted: Wanted, *, limit: int = 20, but: UUID | None = None
) -> list[Shown]:
    found, numbers = await _ranked(db, organ_id, wanted, limit + 1)
    return [
        _shown(one.case, numbers[one.case.case_id], one.score, one.why) for one in found if one.case.case_id != but
    ][:limit]


async def _ranked(db: Any, organ_id: UUID, wanted: Wanted, limit: int) -> tuple[list[Similar], dict[UUID, str]]:
    asked = list(tokens(wanted.text[:_LONGEST]))
    size = await db.fetchrow(SQL["size"], organ_id)
    if not asked or size is None or not size["cases"]:
        return [], {}
    standing = {row["token"]: row["cases"] for row in await db.fetch(SQL["standing"], organ_id, asked)}
    corpus = Corpus(size["cases"], standing, max(size["tokens"] / size["cases"], 1.0))
    weightiest = list(look_for(wanted.text[:_LONGEST], corpus))
    rows = await db.fetch(SQL["holding"], organ_id, weightiest, MOST_CANDIDATES)
    candidates = [from_plain(json.loads(row["features"])) for row in rows]
    return rank(wanted, candidates, corpus, limit), {row["case_id"]: row["number"] for row in rows}


async def typical(db: Any, organ_id: UUID, page: int, size: int) -> list[Shown]:
    rows = await db.fetch(SQL["typical"], organ_id, size, (page - 1) * size)
    return [_shown(from_plain(json.loads(row["features"])), row["number"]) for row in rows]


async def one(db: Any, organ_id: UUID, case_id: UUID) -> Shown:
    row = await _row(db, organ_id, case_id)
    return _shown(from_plain(json.loads(row["features"])), row["number"])


def _shown(case: CaseFeatures, number: str, score: float = 0.0, why: tuple[str, ...] = ()) -> Shown:
    return Shown(case.case_id, number, case.topic, case.typical, case.permalink, told(case), score, why)


async def _row(db: Any, organ_id: UUID, case_id: UUID) -> Any:
    row = await db.fetchrow(SQL["one"], organ_id, case_id)
    if row is None:
        raise NotFound(_NOT_THERE)
    return row


# ── Comments and sending up ────────────────────────────────────────────────


async def comment(tx: Tx, organ_id: UUID, case_id: UUID, text: str, by: UUID) -> UUID:
    """Keep what an officer says about a case of the library."""
    await _row(tx.db, organ_id, case_id)
    if not text.strip():
        raise Invalid([("text", "请填写评论")])
    comment_id = tx.new_id()
    await tx.db.execute(SQL["keep_comment"], comment_id, case_id, refuse_personal(text, "评论"), by, tx.now)
    return comment_id


async def comments(db: Any, case_id: UUID) -> list[dict[str, Any]]:
    return [dict(row) for row in await db.fetch(SQL["comments"], case_id)]


async def paper(tx: Tx, desk: Desk, organ_id: UUID, cases: Sequence[UUID], on: date) -> str:
    """Compose the paper that sends typical cases up, from the library and the officers' reasons, as Markdown."""
    chosen, why = [], {}
    for case_id in dict.fromkeys(cases):
        row = await _row(tx.db, organ_id, case_id)
        chosen.append(from_plain(json.loads(row["features"])))
        why[case_id] = (await desk.load(tx, case_id, organ_id)).file.typical
    return to_send_up(chosen, why, (await desk.organ(tx, organ_id)).name, on)
