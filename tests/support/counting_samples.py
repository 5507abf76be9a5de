"""Cases made to match a published report: who asked, when, how it ended, its remedies and its fee."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from gongkai.statute.fees import page_fee
from request.counting.counted import Counted, counted
from request.counting.table3 import ENDINGS, KINDS
from request.domain.facts import CaseImported, Fact
from request.domain.values import FeeCharged

REPORTS = Path(__file__).parents[1] / "conformance" / "annual"
ORGAN = UUID(int=37)
OFFICER = UUID(int=7)
_NAMES = UUID(int=2023)


@cache
def report(year: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((REPORTS / f"suqian-{year}.json").read_text("utf-8"))
    return found


def case_id(number: str) -> UUID:
    return uuid5(_NAMES, number)


def folded(case: UUID, *facts: Fact, on: date = date(2026, 1, 5)) -> Counted:
    """Fold facts recorded on one day into what the tables know of the case."""
    state: Counted | None = None
    for fact in facts:
        state = counted(state, case, fact, on)
    assert state is not None
    return state


def imported(*years: int) -> list[CaseImported]:
    """Make the cases of consecutive reports; what one year carries out the next carries in."""
    cases: list[CaseImported] = []
    for kind in KINDS:
        carried: list[CaseImported] = []
        for year in years:
            carried = [*carried, *_from_before(kind, year, len(carried))]
            ended, carried = _year_of(kind, year, carried)
            cases += ended
        cases += carried
    cases.sort(key=lambda case: case.number)
    for year in years:
        _add_remedies(cases, year)
        _add_fees(cases, year)
    return cases


def known(cases: list[CaseImported]) -> list[Counted]:
    return [folded(case_id(case.number), case) for case in cases]


def _case(kind: str, year: int, number: str, received_on: date) -> CaseImported:
    return CaseImported(ORGAN, "登记簿", year, kind, received_on, None, None, OFFICER, number)  # type: ignore[arg-type]


def _from_before(kind: str, year: int, there: int) -> list[CaseImported]:
    missing = report(year)["table3"]["cin"][kind] - there
    return [
        _case(kind, year - 1, f"{year - 1}-{kind}-{i:05d}", date(year - 1, 12, 31) - timedelta(days=i % 20))
        for i in range(missing)
    ]


def _year_of(kind: str, year: int, carried: list[CaseImported]) -> tuple[list[CaseImported], list[CaseImported]]:
    table = report(year)["table3"]
    came = [
        *carried,
        *(_case(kind, year, f"{year}-{kind}-{i:05d}", _day(year, i, 300)) for i in range(table["new"][kind])),
    ]
    rows = [row for row in ENDINGS for _ in range(table[row][kind])]
    assert len(rows) + table["cout"][kind] == len(came)
    # Prime strides spread the rows over the year, so that carried cases end in every row.
    ended = [
        replace(case, row=row, answered_on=_ending(case, year, i))
        for i, (case, row) in enumerate(zip(came, sorted(rows, key=lambda row: ENDINGS.index(row) * 7 % 23), strict=False))
    ]
    return ended, came[len(rows) :]


def _day(year: int, i: int, spread: int) -> date:
    return date(year, 1, 1) + timedelta(days=i * 37 % spread)


def _ending(case: CaseImported, year: int, i: int) -> date:
    if case.received_on.year < year:
        return _day(year, i, 28)
    return min(case.received_on + timedelta(days=10 + i % 40), date(year, 12, 31))


def _add_remedies(cases: list[CaseImported], year: int) -> None:
    """Give remedies to cases answered in the year; what was open last year is decided in this, where both are known."""
    free = iter([
        at
        for at, case in enumerate(cases)
        if case.year == year and not case.remedies and case.answered_on and case.answered_on < date(year, 12, 1)
    ])  # fmt: skip
    for kind, wanted in report(year)["table4"].items():
        left = {result: wanted[result] for result in ("upheld", "corrected", "other", "pending")}
        for at, case in enumerate(cases):
            if case.year == year - 1 and case.remedies == ((kind, None),):
                result = next(name for name in ("upheld", "other", "corrected") if left[name])
                left[result] -= 1
                dates = ((case.remedy_dates[0][0], date(year, 3, 1)),)
                cases[at] = replace(case, remedies=((kind, result),), remedy_dates=dates)
        for result, number in left.items():
            for _ in range(number):
                at = next(free)
                cases[at] = _with_remedy(cases[at], kind, None if result == "pending" else result, year)


def _with_remedy(case: CaseImported, kind: str, result: str | None, year: int) -> CaseImported:
    if result and case.received_on.day % 2:  # every second sheet line knows the year alone
        return replace(case, remedies=((kind, result),))  # type: ignore[arg-type]
    dates = ((date(year, 12, 1), date(year, 12, 20) if result else None),)
    return replace(case, remedies=((kind, result),), remedy_dates=dates)  # type: ignore[arg-type]


def _add_fees(cases: list[CaseImported], year: int) -> None:
    payers = [at for at, case in enumerate(cases) if case.year == year and case.row == "g" and case.answered_on.year == year]  # type: ignore[union-attr]
    for at, (pages, amount) in zip(payers, _charges(report(year)["fees"]), strict=False):
        on = cases[at].received_on
        fee = FeeCharged("pages", pages, amount, f"{on:%Y-%m}")
        paid_on = min(on + timedelta(days=9), date(year, 12, 31))
        cases[at] = replace(cases[at], fee=fee, fee_noticed_on=on, fee_paid_on=paid_on)


def _charges(fees: dict[str, Any]) -> Iterator[tuple[int, Decimal]]:
    """Split what was paid into as many lawful page fees as there were cases."""
    parts = list(fees["parts"])
    singles = fees["cases"] - len(parts)
    for part in sorted(parts, reverse=True):
        small = min(singles, part // 10 - 1)
        singles -= small
        for amount in [10] * small + [part - 10 * small]:
            yield next((pages, page_fee(pages)) for pages in range(31, 400) if page_fee(pages) == amount)
