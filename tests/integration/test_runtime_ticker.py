"""Clocks fire once, in batches, on time, across instances and restarts; one that fails does not stop the others."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.support.eventually import eventually
from tests.support.kits import HeldClock, a_kit
from tests.support.shelf import an_event
from tests.support.tasks import running

from gongkai.runtime.kit import InBatches
from gongkai.runtime.ticker import Ticker
from gongkai.runtime.tx import Due
from gongkai.statute.refusal import Refused


@pytest.fixture
async def dsn(postgres):
    return await postgres.database("ticker")


async def test_a_thousand_due_rows_fire_once_each_with_two_instances_running(dsn, tmp_path):
    fired: Counter[str] = Counter()

    async def on_due(tx, due: Due) -> None:
        tx.tell(an_event(uuid4(), due.subject))
        tx.after_commit(lambda: fired.update([due.subject]))

    async with a_kit(dsn, tmp_path / "a") as one, a_kit(dsn, tmp_path / "b") as two:
        async with one.transaction() as tx:
            for n in range(1000):
                await tx.set_clock(Due("reply", f"case-{n}", tx.now - timedelta(minutes=1)))
        tickers = [Ticker(kit, {"reply": on_due}, dsn=dsn) for kit in (one, two)]
        async with running(*(ticker.run() for ticker in tickers)):
            await eventually(lambda: len(fired) == 1000, timeout=30)
            await asyncio.gather(*(ticker.fire_batch() for ticker in tickers))

        assert set(fired.values()) == {1}
        async with one.pool.acquire() as db:
            assert await db.fetchval("SELECT count(*) FROM outbox") == 1000


async def test_a_clock_set_for_an_instant_fires_at_it_and_not_before(dsn, tmp_path):
    acted = []

    async def on_due(tx, due: Due) -> None:
        acted.append((tx.now - due.due_at).total_seconds())

    async with (
        a_kit(dsn, tmp_path, ticker_poll=10) as kit,
        running(Ticker(kit, {"instant": on_due}, dsn=dsn).run()),
    ):
        for n in range(3):
            async with kit.transaction() as tx:
                await tx.set_clock(Due("instant", str(n), tx.now + timedelta(milliseconds=150)))
            await eventually(lambda: len(acted) == n + 1)

    assert all(late >= 0 for late in acted)


async def test_a_stopped_clock_does_not_fire_and_a_moved_one_fires_at_its_new_time(dsn, tmp_path):
    clock, fired = HeldClock(), []

    async def on_due(tx, due: Due) -> None:
        fired.append(due.subject)

    async with a_kit(dsn, tmp_path, now=clock) as kit:
        ticker = Ticker(kit, {"reply": on_due}, dsn=dsn)
        async with kit.transaction() as tx:
            for subject in ("stopped", "moved", "kept"):
                await tx.set_clock(Due("reply", subject, tx.now + timedelta(days=1)))
        async with kit.transaction() as tx:
            await tx.stop_clock("reply", "stopped")
            await tx.set_clock(Due("reply", "moved", tx.now + timedelta(days=3)))
        clock.advance(days=2)
        await ticker.fire_batch()
        first = list(fired)
        clock.advance(days=2)
        await ticker.fire_batch()

    assert first == ["kept"]
    assert fired == ["kept", "moved"]


async def test_one_timer_that_fails_waits_and_tries_again_while_the_others_fire(dsn, tmp_path):
    clock, fired = HeldClock(), []
    trouble: list[Exception] = [RuntimeError("boom"), Refused("还不到时候", "第三十三条")]

    async def on_due(tx, due: Due) -> None:
        if due.subject == "bad" and trouble:
            raise trouble.pop(0)
        fired.append(due.subject)

    async with a_kit(dsn, tmp_path, now=clock) as kit:
        ticker = Ticker(kit, {"reply": on_due}, dsn=dsn)
        async with kit.transaction() as tx:
            for subject in ("bad", "good"):
                await tx.set_clock(Due("reply", subject, tx.now))
        await ticker.fire_batch()
        async with kit.pool.acquire() as db:
            row = await db.fetchrow("SELECT tries, last_error, fired_at FROM clock WHERE subject = 'bad'")
        for _ in range(3):
            clock.advance(seconds=10)
            await ticker.fire_batch()

    assert (row["tries"], row["last_error"], row["fired_at"]) == (1, "RuntimeError: boom", None)
    assert fired == ["good", "bad"]


async def test_a_timer_may_set_its_own_clock_again(dsn, tmp_path):
    clock, fired = HeldClock(), []

    async def on_due(tx, due: Due) -> None:
        fired.append(due.due_at)
        await tx.set_clock(Due("poll", due.subject, tx.now + timedelta(minutes=5)))

    async with a_kit(dsn, tmp_path, now=clock) as kit:
        ticker = Ticker(kit, {"poll": on_due}, dsn=dsn)
        async with kit.transaction() as tx:
            await tx.set_clock(Due("poll", "a", tx.now))
        for _ in range(3):
            await ticker.fire_batch()
            await ticker.fire_batch()
            clock.advance(minutes=5)

    assert len(fired) == 3


def in_batches(fired: list[tuple[str, ...]], *, bad: str = "", leaves: str = "") -> InBatches:
    """A timer that tells how it was called; one subject makes it fail, one is left by the batch."""

    async def alone(tx, due: Due) -> None:
        if due.subject == bad:
            raise RuntimeError("boom")
        tx.tell(an_event(uuid4(), due.subject))
        fired.append((due.subject,))

    async def together(tx, dues):
        done = [due for due in dues if due.subject != leaves]
        for due in done:
            tx.tell(an_event(uuid4(), due.subject))
        if bad in {due.subject for due in dues}:
            raise RuntimeError("boom")
        fired.append(tuple(due.subject for due in done))
        return done

    return InBatches(alone, together)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, [("a", "b", "c")]),
        ({"leaves": "b"}, [("a", "c"), ("b",)]),
        ({"bad": "b"}, [("a",), ("c",)]),
    ],
)
async def test_a_batch_fires_at_once_and_what_it_leaves_or_cannot_do_fires_alone(dsn, tmp_path, how, expected):
    fired: list[tuple[str, ...]] = []
    clock = HeldClock()
    async with a_kit(dsn, tmp_path, now=clock) as kit:
        ticker = Ticker(kit, {"reply": in_batches(fired, **how), "other": in_batches([])}, dsn=dsn)
        async with kit.transaction() as tx:
            for number, subject in enumerate("abc"):
                await tx.set_clock(Due("reply", subject, tx.now + timedelta(seconds=number)))
        clock.advance(minutes=1)

        assert await ticker.fire_batch() == 3
        assert await ticker.fire_batch() == 0

        left = await kit.pool.fetch("SELECT subject, last_error FROM clock WHERE fired_at IS NULL")
        events = await kit.pool.fetchval("SELECT count(*) FROM outbox")
    assert fired == expected
    assert [tuple(row) for row in left] == ([("b", "RuntimeError: boom")] if "bad" in how else [])
    assert events == (2 if "bad" in how else 3)


async def test_many_changes_in_bulk_are_as_many_changes_one_by_one(dsn, tmp_path):
    async with a_kit(dsn, tmp_path) as kit:
        async with kit.transaction() as tx:
            async with tx.db.in_bulk():
                for number in range(30):
                    await tx.set_clock(Due("reply", str(number), tx.now, {"of": number}))
                    await tx.set_clock(Due("reply", str(number), tx.now, {"of": -number}))
                    await tx.stop_clock("reply", str(number - 1))
            await tx.set_clock(Due("reply", "after", tx.now))
        rows = await kit.pool.fetch("SELECT subject, payload ->> 'of' AS of, stopped_at IS NULL AS runs FROM clock")

    assert {(row["subject"], row["of"]) for row in rows} == {(str(n), str(-n)) for n in range(30)} | {("after", None)}
    assert {row["subject"] for row in rows if row["runs"]} == {"29", "after"}
