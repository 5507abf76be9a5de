"""Where a case stands in a year: what it came in as and what became of it. The same two words in Python and in SQL.

A store that keeps one row per case (`counts_on`, `row` and `ended_on` of its `Entry`) answers a month-end question
with one scan: `request/tallies.sql` holds the queries, `table3_of` and `table4_of` take their rows.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from gongkai.statute.refusal import Refused
from request.counting.counted import Counted
from request.domain.values import ApplicantKind, Row

Came = Literal["new", "cin"]
Went = Row | Literal["cout"]


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting year, up to a day of it."""

    year: int
    until: date

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    def holds(self, day: date | None, only_year: int | None = None) -> bool:
        if day is None:
            return only_year == self.year
        return self.first <= day <= self.until


def period(year: int, as_of: date) -> Period:
    """Return the year as far as `as_of` reaches into it."""
    if as_of < date(year, 1, 1):
        raise Refused(f"统计截止日{as_of}早于{year}年1月1日，{year}年还没有可统计的申请。")
    return Period(year, min(as_of, date(year, 12, 31)))


@dataclass(frozen=True, slots=True)
class Entry:
    """A case with its place in the tables settled, joined and split cases included."""

    case: UUID
    kind: ApplicantKind
    counts_on: date | None
    row: Row | None
    ended_on: date | None


def entries(cases: Collection[Counted]) -> Iterator[Entry]:
    """Settle every case; those that only follow others are looked up among the same cases."""
    by_id = {one.case: one for one in cases}
    # A paper split before its receipt was decided never stood in a table: its first matter stands for itself.
    aside = {one.follows for one in cases if one.is_split and one.received_on}
    for one in cases:
        yield entry(one, _followed(one, by_id), steps_aside=one.case in aside)


def entry(one: Counted, followed: Counted | None, *, steps_aside: bool = False) -> Entry:
    """Settle one case, given the case at the end of the chain it follows."""
    row, ended_on = one.row, one.ended_on
    if one.follows and ended_on is None and followed and followed.ended_on:
        row = followed.row
        ended_on = max(day for day in (followed.ended_on, one.follows_since, one.counts_on) if day)
    return Entry(one.case, one.kind, None if steps_aside else one.counts_on, row, ended_on)


def place(one: Entry, within: Period) -> tuple[Came, Went] | None:
    """Say what a case came in as and what became of it; None when the year does not know it."""
    if one.counts_on is None or one.counts_on > within.until:
        return None
    if one.ended_on is not None and one.ended_on < within.first:
        return None
    went: Went = one.row if one.row and one.ended_on and one.ended_on <= within.until else "cout"
    return ("cin" if one.counts_on < within.first else "new"), went


def disordered(cases: Collection[Counted]) -> tuple[str, ...]:
    """Name the cases that ended before they came: no table can hold them, and none may be lost in silence."""
    return tuple(
        f"案件{by_number(one)}的办结日期{one.ended_on}早于收到日期{one.received_on}，请更正。"
        for one in cases
        if one.ended_on and one.received_on and one.ended_on < one.received_on
    )


def by_number(one: Counted) -> str:
    return one.number or str(one.case)


def _followed(one: Counted, by_id: Mapping[UUID, Counted]) -> Counted | None:
    """Walk to the first case on the chain that has ended, or to the chain's end; a circle leads nowhere."""
    seen, at = {one.case}, one
    while at.follows and at.follows not in seen and at.follows in by_id and not at.ended_on:
        seen.add(at.follows)
        at = by_id[at.follows]
    return at if at.case != one.case else None
