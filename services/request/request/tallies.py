"""Keeps and reads what the yearly tables know of the cases. The counting itself is pure (`request.counting`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter

from gongkai.runtime.sql import queries
from gongkai.runtime.tx import Tx
from gongkai.statute.legal_day import legal_date
from request import store
from request.counting.counted import TOUCHING, Counted, counted
from request.counting.fees import Fees
from request.counting.identities import Broken, check_table3, check_table4
from request.counting.places import Period, disordered, entry, period
from request.counting.table3 import ENDINGS, KINDS, Table3, table3_of
from request.counting.table4 import RESULTS, Table4, table4_of
from request.domain import facts as f

SQL: Final = queries("request", "tallies.sql")
_KNOWN: Final[TypeAdapter[Counted]] = TypeAdapter(Counted)
#: Cases that a timer holds, each with what is known of it.
Held = Mapping[UUID, Counted]


@dataclass(frozen=True, slots=True)
class Statistics:
    table3: Table3
    table4: Table4
    fees: Fees
    broken: tuple[Broken, ...]
    disordered: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not (self.broken or self.disordered)


# ── Keeping ────────────────────────────────────────────────────────────────


async def simple(tx: Tx, case_ids: Sequence[UUID]) -> Held:
    """Hold those of these cases that nobody holds and whose end concerns no other case."""
    rows = await tx.db.fetch(SQL["simple"], list(case_ids))
    found = {row["case_id"]: _KNOWN.validate_json(row["known"]) for row in rows}
    return {case_id: one for case_id, one in found.items() if not one.made_by_split_on}


async def keep(
    tx: Tx, case_id: UUID, facts: Sequence[f.Fact], *, is_new: bool, held: Held | None = None
) -> None:
    """Fold facts recorded at the moment of this transaction into the row of their case; `held` are simple ones."""
    touching = [fact for fact in facts if isinstance(fact, TOUCHING)]
    if not touching:
        return
    simple_one = held.get(case_id) if held else None
    before = simple_one or (None if is_new else await _held(tx, case_id))
    after = before
    for fact in touching:
        after = counted(after, case_id, fact, legal_date(tx.now))
    if after is None or after == before:
        return
    if after.follows and (before is None or before.follows is None):
        await _held(tx, after.follows)  # its end must not slip by while the link is not yet visible
    await _write(tx, after)
    if after.remedies != (before.remedies if before else ()):
        await _write_remedies(tx, after)
    if after.is_split and after.follows and (first := await _held(tx, after.follows)):
        await _write(tx, first)
    moved = before and (before.row, before.ended_on, before.follows) != (after.row, after.ended_on, after.follows)
    if moved and simple_one is None:
        await _tell_followers(tx, case_id, {case_id})


async def _tell_followers(tx: Tx, case_id: UUID, told: set[UUID]) -> None:
    for row in await store.hold(tx, tx.db.fetch, SQL, "followers", case_id):
        follower = _KNOWN.validate_json(row["known"])
        if follower.case not in told:
            told.add(follower.case)
            await _write(tx, follower)
            await _tell_followers(tx, follower.case, told)


async def _held(tx: Tx, case_id: UUID) -> Counted | None:
    stored = await store.hold(tx, tx.db.fetchval, SQL, "known", case_id)
    return _KNOWN.validate_json(stored) if stored else None


async def _followed(tx: Tx, one: Counted) -> Counted | None:
    """Walk to the case whose end is this one's, as `counting.places` does among many."""
    seen, at = {one.case}, one
    while at.follows and at.follows not in seen and not at.ended_on:
        seen.add(at.follows)
        stored = await tx.db.fetchval(SQL["known_without_lock"], at.follows)
        if stored is None:
            break
        at = _KNOWN.validate_json(stored)
    return at if at.case != one.case else None


async def _write(tx: Tx, one: Counted) -> None:
    aside = bool(one.made_by_split_on) and await tx.db.fetchval(SQL["steps_aside"], one.case)
    settled = entry(one, await _followed(tx, one), steps_aside=aside)
    fee = one.fee
    await tx.db.write(
        SQL["keep"], one.case, one.organ_id, one.kind, one.number, one.received_on, settled.counts_on, settled.row,
        settled.ended_on, one.follows, one.is_split, fee.amount if fee else None, fee.noticed_on if fee else None,
        fee.paid_on if fee else None, bool(fee and fee.exempted), fee.only_year if fee else None, one.imported,
        _KNOWN.dump_json(one).decode(), rows=[("counted", one.case)], whole=True,
    )  # fmt: skip


async def _write_remedies(tx: Tx, one: Counted) -> None:
    await tx.db.execute(SQL["drop_remedies"], one.case)
    for at, remedy in enumerate(one.remedies):
        await tx.db.execute(
            SQL["keep_remedy"], one.case, at, one.organ_id, remedy.kind, remedy.from_on, remedy.decided_on,
            remedy.result, remedy.only_year,
        )  # fmt: skip


async def empty(tx: Tx) -> None:
    await tx.db.execute(SQL["empty"])


# ── Reading ────────────────────────────────────────────────────────────────


async def statistics(db: Any, organ_id: UUID, year: int, as_of: date) -> Statistics:
    """Count a year of an organ as far as `as_of` reaches into it, and check every sum."""
    within = period(year, as_of)
    span = (organ_id, within.first, within.until)
    third = table3_of([tuple(row) for row in await db.fetch(SQL["table3"], *span)], year, as_of)
    fourth = table4_of([tuple(row) for row in await db.fetch(SQL["table4"], *span, year)], year, as_of)
    charged = await db.fetchrow(SQL["fees"], *span, year)
    odd = [_KNOWN.validate_json(row["known"]) for row in await db.fetch(SQL["disordered"], organ_id)]
    return Statistics(
        third,
        fourth,
        Fees(within, **dict(charged)),
        (*check_table3(third.numbers), *check_table4(fourth.numbers)),
        disordered(odd),
    )


async def cell(
    db: Any, organ_id: UUID, within: Period, row: str, column: str, *, limit: int = 100, offset: int = 0
) -> list[dict[str, Any]]:
    """Open a cell of table 3: the cases it counts, the oldest first."""
    rows = list(ENDINGS) if row == "t" else [row]
    kinds = list(KINDS) if column == "tot" else [column]
    found = await db.fetch(SQL["cell"], organ_id, within.first, within.until, rows, kinds, limit, offset)
    return [dict(one) for one in found]


async def remedy_cell(
    db: Any, organ_id: UUID, within: Period, block: str, result: str, *, limit: int = 100, offset: int = 0
) -> list[dict[str, Any]]:
    """Open a number of table 4; a case with two remedies of one kind stands there twice."""
    results = [name for name in RESULTS if name != "total"] if result == "total" else [result]
    found = await db.fetch(
        SQL["remedy_cell"], organ_id, within.first, within.until, within.year, block, results, limit, offset
    )
    return [dict(one) for one in found]


async def years(db: Any, organ_id: UUID) -> list[int]:
    return [row["year"] for row in await db.fetch(SQL["years"], organ_id)]


async def numbers(db: Any, organ_id: UUID) -> tuple[frozenset[str], dict[str, date]]:
    """Return the case numbers an import may not use again, and the imported cases it may end."""
    rows = await db.fetch(SQL["numbers"], organ_id)
    still_open = {row["number"]: row["received_on"] for row in rows if row["open"]}
    return frozenset(row["number"] for row in rows if not row["open"]), still_open
