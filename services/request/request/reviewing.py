"""Keeps conversion reviews in their versioned form and reads them: for the next one, for figures, to run all again."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, get_args
from uuid import UUID

from gongkai.runtime.errors import NotFound
from gongkai.runtime.sql import queries
from gongkai.runtime.tx import Tx
from gongkai.statute.legal_day import start_of
from request import store
from request.considering import Again
from request.conversion.codec import (
    considered_from_plain,
    considered_to_plain,
    review_from_plain,
    review_to_plain,
)
from request.conversion.figures import Course, Decided, Figures, figures
from request.conversion.inputs import Advice, Considered, EarlierReview
from request.conversion.replay import Kept
from request.conversion.review import Review

SQL: Final = queries("request", "reviewing.sql")
_ADVICE: Final[Mapping[str, Advice]] = {advice: advice for advice in get_args(Advice)}


async def keep(tx: Tx, review_id: UUID, case_id: UUID, known: Considered, found: Review) -> None:
    """Keep a review so that it can be read and made again in ten years."""
    inputs, chain = considered_to_plain(known), review_to_plain(found)
    await store.keep_chain(
        tx, review_id, case_id, json.dumps(inputs, ensure_ascii=False), json.dumps(chain, ensure_ascii=False)
    )


async def again(tx: Tx, organ_id: UUID, topic: str, cases: Sequence[UUID]) -> Again:
    """Return what was decided on the same information, in these cases and wherever officers named it the same."""
    rows = await tx.db.fetch(SQL["same_information"], organ_id, topic, list(cases))
    reviews = tuple(
        EarlierReview(
            str(row["id"]), row["on_day"], _ADVICE[row["advice"]], _ADVICE.get(row["decision"] or "", ""),
            bool(row["accepted"]),
        )
        for row in rows
    )  # fmt: skip
    return Again(reviews, next((row["permalink"] for row in rows if row["permalink"]), ""))


async def kept(db: Any, organ_id: UUID) -> list[Kept]:
    """Return every review of an organ as it was kept."""
    return [
        Kept(str(row["review_id"]), _considered(row["inputs"]), _review(row["chain"]))
        for row in await db.fetch(SQL["kept"], organ_id)
    ]


async def one(db: Any, organ_id: UUID, case_id: UUID, review_id: UUID) -> tuple[Considered, Review]:
    row = await db.fetchrow(SQL["one"], organ_id, case_id, review_id)
    if row is None:
        raise NotFound("没有找到这次审查")
    return _considered(row["inputs"]), _review(row["chain"])


async def counted(db: Any, organ_id: UUID, first: date, last: date) -> Figures:
    """Return the figures of a period, both days included."""
    rows = await db.fetch(SQL["courses"], organ_id, start_of(first), start_of(last + timedelta(days=1)))
    return figures((_course(row) for row in rows), first, last)


def _course(row: Any) -> Course:
    decided = None
    if row["accepted"] is not None and row["decision"]:
        decided = Decided(row["decided_on"], row["accepted"], _ADVICE[row["decision"]], row["reason"])
    return Course(
        answered_on=date.fromisoformat(row["answered_on"]),
        reviewed_on=row["reviewed_on"],
        advice=_ADVICE[row["advice"]],
        rules=tuple(row["rules"]),
        decided=decided,
        published_on=row["published_on"],
        relook_on=row["relook_on"],
        times=row["times"],
    )


def _considered(stored: str) -> Considered:
    return considered_from_plain(json.loads(stored))


def _review(stored: str) -> Review:
    return review_from_plain(json.loads(stored))
