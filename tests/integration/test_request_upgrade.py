"""A database of an old version is brought up by itself: what its cases count for is made from their facts, once."""

import asyncio

import pytest
from tests.support.hosted import serving, settings_for
from tests.support.kits import HeldClock, a_kit
from tests.support.request_worlds import WORLDS, an_id, history

from gongkai.runtime import migrate, rebuilds
from gongkai.runtime.tx import Tx
from request import codecs
from request.app import SERVICE

CASES = {an_id(900 + at): WORLDS[world] for at, world in enumerate(("已答复", "已撤回", "等待补正", "复议中"))}
CLOCK = HeldClock()
pytestmark = pytest.mark.timeout(240)


@pytest.fixture
async def settings(postgres, kafka, tmp_path):
    """A request service as it was before migration 0003, with cases whose facts are all there is of them."""
    found = await settings_for(postgres, kafka, tmp_path, ["request"])
    async with a_kit(found.dsn("request"), tmp_path / "old", name="request", package="gongkai.runtime", now=CLOCK) as kit:
        for step in migrate.steps_of("request")[:2]:
            async with kit.pool.acquire() as db, db.transaction():
                await db.execute(step.text)
                await db.execute("INSERT INTO migration (package, name, checksum) VALUES ($1, $2, $3)", step.package, step.name, step.checksum)
        async with kit.transaction() as tx:
            for case_id, commands in CASES.items():
                await tx.record(codecs.CASE, case_id, 0, history(*commands).facts)
    return found


async def rows(pool, table: str) -> list[str]:
    return sorted(str(dict(row)) for row in await pool.fetch(f"SELECT * FROM {table}"))


async def test_an_old_database_counts_its_cases_when_the_new_service_answers_for_the_first_time(settings):
    async with serving([SERVICE], settings, now=CLOCK) as system:
        pool = system.kit("request").pool
        counted = await pool.fetch("SELECT case_id, row, ended_on FROM counted ORDER BY case_id")
        shown = await pool.fetch("SELECT id, state FROM case_row ORDER BY id")
        wanted = await pool.fetchval("SELECT count(*) FROM rebuild_wanted")
        before = await rows(pool, "counted")

    assert [row["case_id"] for row in counted] == list(CASES)
    assert [row["row"] for row in counted] == ["g", "o3", None, "g"]
    assert [row["state"] for row in shown] == ["Answered", "Withdrawn", "Handling", "Answered"]
    assert wanted == 0

    async with serving([SERVICE], settings, now=CLOCK) as system:
        assert await rows(system.kit("request").pool, "counted") == before


async def test_a_database_whose_cases_are_counted_wants_nothing(postgres, kafka, tmp_path):
    found = await settings_for(postgres, kafka, tmp_path, ["request"])
    async with serving([SERVICE], found, now=CLOCK) as system:
        assert await system.kit("request").pool.fetchval("SELECT count(*) FROM rebuild_wanted") == 0


async def test_of_two_that_start_at_once_one_rebuilds_and_the_other_waits_and_a_death_loses_nothing(settings, tmp_path):
    async with a_kit(settings.dsn("request"), tmp_path / "two", name="request", package="request", now=CLOCK) as kit:
        assert await kit.pool.fetchval("SELECT why FROM rebuild_wanted") == "counted"
        going, done = asyncio.Event(), []

        async def dies(tx: Tx) -> None:
            await tx.db.execute("DELETE FROM counted")
            raise ZeroDivisionError

        async def slow(tx: Tx) -> None:
            going.set()
            await tx.db.fetch("SELECT pg_sleep(0.8)")
            done.append("slow")

        async def never(tx: Tx) -> None:
            done.append(tx)

        with pytest.raises(ZeroDivisionError):
            await rebuilds.when_wanted(kit, dies)
        first = asyncio.create_task(rebuilds.when_wanted(kit, slow))
        await going.wait()
        assert await rebuilds.when_wanted(kit, never) is False
        assert await first is True

        assert done == ["slow"]
        assert await rebuilds.when_wanted(kit, never) is False
