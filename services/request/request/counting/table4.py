"""Table 4 of the annual report: one line of 15 numbers about reconsiderations and suits.

A remedy stands in the year it was decided, and at the end of every year before that as not yet decided. The total
is therefore what was decided plus what is open, not what was filed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from request.counting.counted import Counted, Remedy
from request.counting.places import Period, period

BLOCKS: Final = {
    "reconsideration": "行政复议",
    "suit-direct": "行政诉讼·未经复议直接起诉",
    "suit-after": "行政诉讼·复议后起诉",
}
RESULTS: Final = {
    "upheld": "结果维持",
    "corrected": "结果纠正",
    "other": "其他结果",
    "pending": "尚未审结",
    "total": "总计",
}


@dataclass(frozen=True, slots=True)
class Table4:
    period: Period
    numbers: Mapping[str, Mapping[str, int]]
    cases: Mapping[tuple[str, str], tuple[UUID, ...]]

    def opened(self, block: str, result: str) -> tuple[UUID, ...]:
        """Return the cases behind a number; a case with two remedies of one kind stands there twice."""
        results = [one for one in RESULTS if one != "total"] if result == "total" else [result]
        return tuple(case for one in results for case in self.cases.get((block, one), ()))

    @property
    def line(self) -> tuple[int, ...]:
        return tuple(self.numbers[block][result] for block in BLOCKS for result in RESULTS)

    def lines(self) -> list[list[str | int]]:
        return [
            [BLOCKS[block] for block in BLOCKS for _ in RESULTS],
            [name for _ in BLOCKS for name in RESULTS.values()],
            list(self.line),
        ]


def table4(cases: Iterable[Counted], year: int, as_of: date) -> Table4:
    within = period(year, as_of)
    behind: defaultdict[tuple[str, str], list[UUID]] = defaultdict(list)
    for one in cases:
        for remedy in one.remedies:
            if (result := standing(remedy, within)) and remedy.kind in BLOCKS:
                behind[remedy.kind, result].append(one.case)
    return Table4(within, _summed({key: len(found) for key, found in behind.items()}), _frozen(behind))


def table4_of(rows: Iterable[tuple[str, str, int]], year: int, as_of: date) -> Table4:
    """Make the table from a store's grouped counts (kind, result, number); its numbers open by query."""
    return Table4(period(year, as_of), _summed({(kind, result): number for kind, result, number in rows}), {})


def standing(remedy: Remedy, within: Period) -> str | None:
    """Say under which result a remedy stands in a year; None when the year does not know it."""
    if remedy.only_year is not None:
        return (remedy.result or "pending") if remedy.only_year == within.year else None
    if remedy.from_on is None or remedy.from_on > within.until:
        return None
    if remedy.decided_on is None or remedy.decided_on > within.until:
        return "pending"
    return remedy.result if remedy.decided_on >= within.first else None


def _summed(counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    return {
        block: {result: counts.get((block, result), 0) for result in RESULTS if result != "total"}
        | {"total": sum(counts.get((block, result), 0) for result in RESULTS)}
        for block in BLOCKS
    }


def _frozen(behind: Mapping[tuple[str, str], Collection[UUID]]) -> dict[tuple[str, str], tuple[UUID, ...]]:
    return {key: tuple(found) for key, found in behind.items()}
