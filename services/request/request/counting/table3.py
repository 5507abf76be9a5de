"""Table 3 of the annual report: 25 rows by 7 columns, every cell with the cases behind it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from gongkai.statute.outcomes import APPLICANTS, BY_KEY, GROUPS_ZH, OUTCOMES
from request.counting.counted import Counted
from request.counting.places import Came, Period, Went, entries, period, place
from request.domain.values import ApplicantKind

ROWS: Final = tuple(outcome.key for outcome in OUTCOMES)
COLUMNS: Final = tuple(APPLICANTS)
KINDS: Final = COLUMNS[:-1]
ENDINGS: Final = tuple(outcome.key for outcome in OUTCOMES if outcome.is_decision)

Numbers = Mapping[str, Mapping[str, int]]
"""row → column → number, as printed; also what a published report says, read from a sheet."""


@dataclass(frozen=True, slots=True)
class Table3:
    period: Period
    numbers: Numbers
    cases: Mapping[tuple[str, str], tuple[UUID, ...]]

    def opened(self, row: str, column: str) -> tuple[UUID, ...]:
        """Return the cases a cell counts, the total column and the sum row included."""
        rows = ENDINGS if row == "t" else (row,)
        columns = KINDS if column == "tot" else (column,)
        return tuple(case for r in rows for c in columns for case in self.cases.get((r, c), ()))

    def lines(self) -> list[list[str | int]]:
        """Return the table as plain rows for a sheet or a page: key, heading of the group, row, seven numbers."""
        lines: list[list[str | int]] = [["", "", "", *APPLICANTS.values()]]
        for outcome in OUTCOMES:
            numbers = [self.numbers[outcome.key][column] for column in COLUMNS]
            lines.append([outcome.key, GROUPS_ZH.get(outcome.group, ""), outcome.printed_zh, *numbers])
        return lines


def table3(cases: Collection[Counted], year: int, as_of: date) -> Table3:
    """Count the cases of one organ in a year, as far as `as_of` reaches into it."""
    within = period(year, as_of)
    behind: defaultdict[tuple[str, str], list[UUID]] = defaultdict(list)
    for one in entries(cases):
        if placed := place(one, within):
            came, went = placed
            behind[came, one.kind].append(one.case)
            behind[went, one.kind].append(one.case)
    numbers = _summed({key: len(found) for key, found in behind.items()})
    return Table3(within, numbers, {key: tuple(found) for key, found in behind.items()})


def table3_of(rows: Iterable[tuple[ApplicantKind, Came, Went, int]], year: int, as_of: date) -> Table3:
    """Make the table from a store's grouped counts (`request.counting.places` has the query); cells open by query."""
    counts: Counter[tuple[str, str]] = Counter()
    for kind, came, went, cases in rows:
        counts[came, kind] += cases
        counts[went, kind] += cases
    return Table3(period(year, as_of), _summed(counts), {})


def _summed(counts: Mapping[tuple[str, str], int]) -> Numbers:
    numbers = {row: {column: counts.get((row, column), 0) for column in KINDS} for row in ROWS}
    numbers["t"] = {column: sum(numbers[row][column] for row in ENDINGS) for column in KINDS}
    return {row: {**columns, "tot": sum(columns.values())} for row, columns in numbers.items()}


def row_name(key: str) -> str:
    """Name a row for a sentence: 不予公开·属于国家秘密."""
    outcome = BY_KEY[key]
    text = outcome.printed_zh.partition("（区分")[0].lstrip("一二三四五六七八九（）、.0123456789")
    group = GROUPS_ZH.get(outcome.group, "")
    return f"{group.partition('）')[2]}·{text}" if group else text
