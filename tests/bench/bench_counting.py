"""The figures of a month's end over 1,000,000 facts of 100,000 cases. `python -m tests.bench counting`.

The facts are folded with the function that folds them in the service, and the rows they make are copied in; what is
measured is what a page asks: both tables, the fees, every sum checked, a cell opened. The answers are held against
those counted in memory.
"""

import random
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter
from tests.bench.ground import Ground
from tests.bench.report import Measured

from gongkai.runtime import migrate
from request import tallies
from request.counting.counted import Counted, counted
from request.counting.fees import fees
from request.counting.places import entry, period
from request.counting.table3 import ENDINGS, KINDS, table3
from request.counting.table4 import table4
from request.domain import facts as f
from request.domain.values import FeeCharged, RemedyKind, RemedyResult, Searched

CASES, LIMIT = 100_000, 2_000.0
ORGAN, OFFICER, ITEM = UUID(int=37), UUID(int=7), UUID(int=93)
AT = datetime(2026, 11, 25, tzinfo=UTC)
YEAR, MONTH_END = 2026, date(2026, 10, 31)
_KNOWN = TypeAdapter(Counted)


def happened(number: int, chance: random.Random) -> Iterator[f.Fact]:
    """Tell ten facts of one case: received over five years, most answered, some with a fee and a remedy."""
    on = date(2022, 1, 1) + timedelta(days=chance.randrange(1760))
    case = UUID(int=number + 1)
    yield f.ApplicationSubmitted(ORGAN, case, chance.choice(KINDS), "online", on, ITEM, "electronic", "online")
    yield f.ReceiptFixed(on, "A31-3", "双方确认", None)
    yield f.Registered(on.year, number, "补贴", OFFICER)
    yield f.HandlerAssigned(OFFICER, "外贸处", OFFICER)
    yield f.ClockStarted(on, on, "reply", "", "", provisional=False)
    yield f.SearchRecorded(Searched(("档案室",), ("补贴",), OFFICER, on, 1))
    ended = on + timedelta(days=chance.randrange(5, 60))
    if number % 3:
        yield f.StepPassed(1, "section-head", OFFICER, "同意")
    else:
        yield f.FeeNoticed(FeeCharged("pages", 44, Decimal(140), f"{on:%Y-%m}"), on, OFFICER)
    yield f.Answered(1, chance.choice(ENDINGS), (), ended, None, late=False)
    remedy = UUID(int=1_000_000 + number)
    yield f.RemedyFiled(remedy, chance.choice(get_args(RemedyKind)), ended, ended, "", "", None, OFFICER)
    yield f.RemedyDecided(remedy, chance.choice(get_args(RemedyResult)), ended + timedelta(days=chance.randrange(90)), "", OFFICER)


def folded(cases: int) -> tuple[list[Counted], int]:
    chance, known, told = random.Random(2026), [], 0
    for number in range(cases):
        state: Counted | None = None
        for fact in happened(number, chance):
            state = counted(state, UUID(int=number + 1), fact, MONTH_END)
            told += 1
        assert state is not None
        known.append(state)
    return known, told


async def fill(db: asyncpg.Connection, known: list[Counted]) -> None:
    rows, remedies = [], []
    for one in known:
        settled, fee = entry(one, None), one.fee
        rows.append((
            one.case, one.organ_id, one.kind, one.number, one.received_on, settled.counts_on, settled.row, settled.ended_on,
            None, False, fee.amount if fee else None, fee.noticed_on if fee else None, None, False, None, False,
            _KNOWN.dump_json(one).decode(),
        ))  # fmt: skip
        remedies += [
            (one.case, at, one.organ_id, remedy.kind, remedy.from_on, remedy.decided_on, remedy.result, None)
            for at, remedy in enumerate(one.remedies)
        ]
    columns = "case_id organ_id kind number received_on counts_on row ended_on follows is_split fee_amount fee_noticed_on fee_paid_on fee_exempted fee_only_year imported known"
    await db.copy_records_to_table("counted", records=rows, columns=columns.split())
    columns = "case_id at organ_id kind from_on decided_on result only_year"
    await db.copy_records_to_table("counted_remedy", records=remedies, columns=columns.split())
    await db.execute("VACUUM ANALYZE")


async def timed(question: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = await question
    return (time.perf_counter() - began) * 1000, answer


async def run(ground: Ground) -> list[Measured]:
    known, told = folded(CASES // 10 if ground.quick else CASES)
    dsn = await ground.databases.database("counting")
    db = await asyncpg.connect(dsn)
    await migrate.migrate(db, "request")
    await fill(db, known)
    whole, opened = [], []
    within = period(YEAR, MONTH_END)
    for _ in range(ground.rounds):
        spent, found = await timed(tallies.statistics(db, ORGAN, YEAR, MONTH_END))
        whole.append(spent)
        spent, cases = await timed(tallies.cell(db, ORGAN, within, "t", "tot"))
        opened.append(spent)
        assert len(cases) == 100
    await db.close()
    assert found.table3.numbers == table3(known, YEAR, MONTH_END).numbers
    assert found.table4.numbers == table4(known, YEAR, MONTH_END).numbers
    assert found.fees.amount == fees(known, YEAR, MONTH_END).amount
    assert found.holds
    note = f"{told:,} facts of {len(known):,} cases"
    return [
        Measured("month-end figures: both tables, fees, sums", "ms", "lower", tuple(whole), limit=LIMIT, limit_is="value", note=note),
        Measured("a cell opened to its first hundred cases", "ms", "lower", tuple(opened), note=note),
    ]
