"""The yearly tables out of the database: the same as the pure ones, kept with every fact and made again from the facts."""

import asyncio
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from tests.support.counting_samples import case_id, imported, known, report
from tests.support.kits import HeldClock, a_kit

from gongkai.runtime.tx import SYSTEM, Actor
from gongkai.statute.refusal import Refused
from request import tallies
from request.counting.places import period
from request.counting.table3 import COLUMNS, ROWS, table3
from request.counting.table4 import BLOCKS, RESULTS, table4
from request.domain import commands as c
from request.domain import facts as f
from request.domain.values import FeeCharged
from request.keyring import Keyring
from request.people import People
from request.rebuilding import rebuild
from request.service import Desk

ORGAN, OFFICER, PERSON, ITEM = UUID(int=37), UUID(int=7), UUID(int=92), UUID(int=93)
ONE, TWO, THREE, FOUR = (UUID(int=number) for number in range(1, 5))
TODAY = date(2026, 3, 10)


@pytest.fixture
async def kit(postgres, tmp_path):
    async with a_kit(await postgres.database("tallies"), tmp_path, name="request", package="request", now=HeldClock()) as made:
        yield made


def a_desk(kit) -> Desk:
    return Desk(People(kit.vault, Keyring(kit.data_dir / "keys")), lambda: kit.calendar)


def command_of(case: f.CaseImported) -> c.ImportCase:
    return c.ImportCase(today=TODAY, **{field.name: getattr(case, field.name) for field in fields(case)})


async def tell(
    kit, case: UUID, *facts: f.Fact, at: datetime | None = None, is_new: bool = False, actor: Actor = SYSTEM
) -> None:
    async with kit.transaction(at=at, actor=actor) as tx:
        await tallies.keep(tx, case, facts, is_new=is_new)


def submitted(on: date, split_from: UUID | None = None) -> tuple[f.Fact, ...]:
    return (
        f.ApplicationSubmitted(ORGAN, PERSON, "np", "online", on, ITEM, "electronic", "online", split_from=split_from),
        f.ReceiptFixed(on, "A31-3", "双方确认", None),
    )


def answered(row, on: date) -> f.Answered:
    return f.Answered(1, row, (), on, None, late=False)


async def numbers(kit, year: int) -> dict[str, int]:
    async with kit.transaction() as tx:
        found = await tallies.statistics(tx.db, ORGAN, year, date(year, 12, 31))
    return {row: columns["tot"] for row, columns in found.table3.numbers.items() if columns["tot"]}


async def test_two_published_years_come_out_of_the_database_cell_by_cell_and_again_after_a_rebuild(kit):
    cases = [case for at, case in enumerate(imported(2023, 2024)) if at % 9 == 0 or case.remedies or case.fee]
    pure, desk = known(cases), a_desk(kit)
    async with kit.transaction() as tx:
        for case in cases:
            await desk.begin(tx, case_id(case.number), command_of(case))

    async def compared() -> None:
        async with kit.transaction() as tx:
            for year, month in ((2023, 12), (2024, 6), (2024, 12)):
                as_of = date(year, month, 30)
                found = await tallies.statistics(tx.db, ORGAN, year, as_of)
                assert found.table3.numbers == table3(pure, year, as_of).numbers
                assert found.table4.numbers == table4(pure, year, as_of).numbers
                assert found.holds
            assert found.table4.numbers == report(2024)["table4"]
            assert (found.fees.paid, found.fees.collected) == (3, Decimal(2230))
            assert found.fees.notices == 3

    await compared()
    async with kit.transaction() as tx:
        assert (await rebuild(tx, desk)).cases == len(cases)
    await compared()


async def test_every_cell_opens_to_the_cases_the_pure_table_names(kit):
    cases = imported(2024)[::40]
    pure = known(cases)
    async with kit.transaction() as tx:
        for case in cases:
            await tallies.keep(tx, case_id(case.number), [case], is_new=True)
    within = period(2024, date(2024, 8, 31))

    async with kit.transaction() as tx:
        counted = table3(pure, 2024, within.until)
        for row in ROWS:
            for column in COLUMNS:
                opened = await tallies.cell(tx.db, ORGAN, within, row, column, limit=1000)
                assert {one["case_id"] for one in opened} == set(counted.opened(row, column)), (row, column)
        remedies = table4(pure, 2024, within.until)
        for block in BLOCKS:
            for result in RESULTS:
                opened = await tallies.remedy_cell(tx.db, ORGAN, within, block, result, limit=1000)
                assert sorted(one["case_id"] for one in opened) == sorted(remedies.opened(block, result))
        first, second = [await tallies.cell(tx.db, ORGAN, within, "t", "tot", limit=5, offset=at) for at in (0, 5)]
        assert len({one["case_id"] for one in (*first, *second)}) == 10
        assert await tallies.cell(tx.db, UUID(int=99), within, "t", "tot") == []


async def test_a_joined_case_ends_when_the_other_does_whichever_is_told_first(kit):
    await tell(kit, TWO, *submitted(date(2025, 11, 20)), is_new=True)
    await tell(kit, ONE, *submitted(date(2025, 12, 1)), is_new=True)
    await tell(kit, ONE, f.JoinedInto(TWO, OFFICER, "同一事项"), at=datetime(2025, 12, 9, tzinfo=UTC))
    assert await numbers(kit, 2025) == {"new": 2, "cout": 2}

    await tell(kit, TWO, answered("u1", date(2026, 1, 5)))
    await tell(kit, THREE, *submitted(date(2026, 1, 2)), is_new=True)
    await tell(kit, THREE, f.JoinedInto(TWO, OFFICER, "同一事项"), at=datetime(2026, 1, 8, tzinfo=UTC))

    assert await numbers(kit, 2026) == {"cin": 2, "new": 1, "u1": 3, "t": 3}


async def test_a_case_joined_while_the_other_is_being_answered_does_not_stay_open(kit):
    await tell(kit, TWO, *submitted(date(2025, 11, 20)), is_new=True)
    await tell(kit, ONE, *submitted(date(2025, 12, 1)), is_new=True)
    async with kit.transaction() as answering:
        await tallies.keep(answering, TWO, [answered("g", date(2025, 12, 15))], is_new=False)
        await answering.db.flush()
        joined = tell(
            kit, ONE, f.JoinedInto(TWO, OFFICER, ""), at=datetime(2025, 12, 15, tzinfo=UTC), actor=Actor("person", str(OFFICER))
        )
        joining = asyncio.create_task(joined)  # an officer waits where a timer comes again
        done, _ = await asyncio.wait([joining], timeout=0.3)
        assert not done
    await joining

    assert await numbers(kit, 2025) == {"new": 2, "g": 2, "t": 2}


@pytest.mark.parametrize("parts_first", [True, False])
async def test_a_split_paper_keeps_its_place_and_its_first_matter_steps_aside(kit, parts_first):
    day = datetime(2026, 1, 8, tzinfo=UTC)
    split = (ONE, (f.MattersSplit((TWO, THREE, FOUR), OFFICER, "一事一申请"),), False)
    parts = [(part, submitted(date(2025, 12, 30), split_from=ONE), True) for part in (TWO, THREE, FOUR)]
    await tell(kit, ONE, *submitted(date(2025, 12, 30)), is_new=True)
    for case, facts, is_new in [*parts, split] if parts_first else [split, *parts]:
        await tell(kit, case, *facts, at=day, is_new=is_new)
    for case, row in ((TWO, "g"), (THREE, "d5"), (FOUR, "u1")):
        await tell(kit, case, answered(row, date(2026, 1, 20)))

    assert await numbers(kit, 2025) == {"new": 1, "cout": 1}
    assert await numbers(kit, 2026) == {"cin": 1, "new": 2, "g": 1, "d5": 1, "u1": 1, "t": 3}


async def test_a_case_that_ends_before_it_came_is_told_beside_the_tables(kit):
    await tell(kit, ONE, *submitted(date(2026, 2, 2)), answered("g", date(2026, 1, 5)), is_new=True)

    async with kit.transaction() as tx:
        found = await tallies.statistics(tx.db, ORGAN, 2026, TODAY)

    assert not found.holds
    assert "办结日期2026-01-05早于收到日期2026-02-02" in found.disordered[0]


async def test_an_empty_year_is_all_zeros_and_a_year_to_come_is_refused(kit):
    async with kit.transaction() as tx:
        found = await tallies.statistics(tx.db, ORGAN, 2026, TODAY)
        assert (sum(found.table4.line), found.fees.amount, found.table3.numbers["t"]["tot"]) == (0, 0, 0)
        assert found.holds
        assert await tallies.years(tx.db, ORGAN) == []
        with pytest.raises(Refused):
            await tallies.statistics(tx.db, ORGAN, 2027, TODAY)


async def test_an_import_learns_which_numbers_are_taken_and_which_cases_it_may_end(kit):
    closed, still_open = [next(one for one in imported(2024) if (one.row is None) is wanted) for wanted in (False, True)]
    for case in (closed, still_open):
        await tell(kit, case_id(case.number), case, is_new=True)

    async with kit.transaction() as tx:
        taken, may_end = await tallies.numbers(tx.db, ORGAN)
        years = await tallies.years(tx.db, ORGAN)

    assert (taken, may_end) == ({closed.number}, {still_open.number: still_open.received_on})
    assert set(years) == {closed.received_on.year, still_open.received_on.year}


async def test_a_fee_counts_in_the_year_of_its_notice_and_of_its_payment(kit):
    fee = FeeCharged("pages", 44, Decimal(140), "2025-12")
    noticed = f.FeeNoticed(fee, date(2025, 12, 29), OFFICER)
    await tell(kit, ONE, *submitted(date(2025, 12, 20)), noticed, is_new=True)
    await tell(kit, ONE, f.FeePaid(date(2025, 12, 29) + timedelta(days=9), "票据", OFFICER))

    async with kit.transaction() as tx:
        old = await tallies.statistics(tx.db, ORGAN, 2025, date(2025, 12, 31))
        new = await tallies.statistics(tx.db, ORGAN, 2026, TODAY)

    assert (old.fees.notices, old.fees.amount, old.fees.collected) == (1, 140, 0)
    assert (new.fees.notices, new.fees.paid, new.fees.collected) == (0, 1, 140)
