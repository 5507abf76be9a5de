"""A clock rings in the name of what set it: the same matter, the same trace, and a cause that can be looked up."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.support.kits import HeldClock, a_kit
from tests.support.shelf import SHELF, BookShelved, an_event

from gongkai.runtime import telemetry
from gongkai.runtime.kit import InBatches
from gongkai.runtime.ticker import Ticker
from gongkai.runtime.tx import Actor, Due


@pytest.fixture
async def dsn(postgres):
    return await postgres.database("clock_origin")


async def tells(tx, due: Due) -> None:
    """A timer that records a fact and says so."""
    await tx.record(SHELF, uuid4(), 0, [BookShelved(due.subject)])
    tx.tell(an_event(uuid4(), due.subject))


async def one_by_one_in_a_batch(tx, dues):
    for due in dues:
        tx.ring(due)
        await tells(tx, due)
    return dues


async def outbox(kit):
    rows = await kit.pool.fetch("SELECT *, data::json ->> 'reason' AS about FROM outbox ORDER BY seq")
    return {row["about"]: row for row in rows}


def trace_of(traceparent):
    return traceparent.split("-")[1]


@pytest.fixture(params=["alone", "together"])
def timer(request):
    return tells if request.param == "alone" else InBatches(tells, one_by_one_in_a_batch)


async def test_what_two_clocks_tell_goes_on_with_what_set_each_of_them(dsn, tmp_path, timer):
    clock, set_by = HeldClock(), {}
    async with a_kit(dsn, tmp_path, now=clock) as kit:
        for subject in ("one", "two"):
            with telemetry.span("handle"):
                origin = {"cause": uuid4(), "correlation": uuid4(), "traceparent": telemetry.current_traceparent()}
                async with kit.transaction(actor=Actor("event"), **origin) as tx:
                    await tx.set_clock(Due("reply", subject, tx.now + timedelta(days=1)))
            set_by[subject] = origin
        clock.advance(days=2)

        await Ticker(kit, {"reply": timer}, dsn=dsn).fire_batch()

        said = await outbox(kit)
        facts = await kit.pool.fetch("SELECT data ->> 'title' AS about, cause, actor FROM register")
    for subject, origin in set_by.items():
        assert said[subject]["causation"] == origin["cause"]
        assert said[subject]["correlation"] == origin["correlation"]
        assert trace_of(said[subject]["traceparent"]) == trace_of(origin["traceparent"])
    assert {row["about"]: row["cause"] for row in facts} == {about: one["cause"] for about, one in set_by.items()}
    assert {row["actor"] for row in facts} == {"system"}


async def test_the_span_of_a_clock_hangs_below_the_span_that_set_it(dsn, tmp_path):
    clock = HeldClock()
    async with a_kit(dsn, tmp_path, now=clock) as kit:
        with telemetry.captured_spans() as spans:
            with telemetry.span("click"):
                async with kit.transaction() as tx:
                    await tx.set_clock(Due("reply", "one", tx.now))
            await Ticker(kit, {"reply": tells}, dsn=dsn).fire_batch()
            said = await outbox(kit)

    click, rung = spans.get_finished_spans()
    assert (click.name, rung.name) == ("click", "timer reply")
    assert rung.parent.span_id == click.context.span_id
    assert rung.context.trace_id == click.context.trace_id
    assert said["one"]["traceparent"].split("-")[2] == f"{rung.context.span_id:016x}"


async def test_the_cause_of_a_clock_that_a_click_set_is_what_the_click_told(dsn, tmp_path):
    clock = HeldClock()
    async with a_kit(dsn, tmp_path, now=clock) as kit:
        async with kit.transaction(actor=Actor("person", str(uuid4()))) as tx:
            for about in ("first", "second"):
                tx.tell(an_event(uuid4(), about))
                await tx.set_clock(Due("reply", f"after {about}", tx.now))
        await Ticker(kit, {"reply": tells}, dsn=dsn).fire_batch()
        said = await outbox(kit)

    assert said["after first"]["causation"] == said["first"]["id"]
    assert said["after second"]["causation"] == said["second"]["id"]
    assert len({row["correlation"] for row in said.values()}) == 1


async def test_a_clock_that_rings_again_and_one_that_the_calendar_moved_keep_their_name(dsn, tmp_path):
    clock, origin = HeldClock(), {"cause": uuid4(), "correlation": uuid4()}

    async def again(tx, due: Due) -> None:
        await tells(tx, Due("reply", f"{due.subject} {tx.now.day}", tx.now))
        await tx.set_clock(Due("reply", due.subject, tx.now + timedelta(days=1)))

    async with a_kit(dsn, tmp_path, now=clock) as kit:
        ticker = Ticker(kit, {"reply": again}, dsn=dsn)
        async with kit.transaction(actor=Actor("event"), **origin) as tx:
            await tx.set_clock(Due("reply", "moved", tx.now))
        async with kit.transaction() as tx:
            await tx.set_clock(Due("reply", "moved", tx.now + timedelta(days=1)))
        for _ in range(2):
            clock.advance(days=1)
            await ticker.fire_batch()
        moved = await outbox(kit)
        another = uuid4()
        async with kit.transaction(actor=Actor("person", str(uuid4())), correlation=another) as tx:
            await tx.set_clock(Due("reply", "moved", tx.now))
        clock.advance(days=1)
        await ticker.fire_batch()
        taken_over = [row for about, row in (await outbox(kit)).items() if about not in moved]

    assert {(row["causation"], row["correlation"]) for row in moved.values()} == {tuple(origin.values())}
    assert len(moved) == 2
    assert [row["correlation"] for row in taken_over] == [another]


async def test_clocks_of_an_earlier_version_ring_each_in_a_name_of_its_own(dsn, tmp_path, timer):
    clock = HeldClock()
    async with a_kit(dsn, tmp_path, now=clock) as kit:
        await kit.pool.execute(
            """INSERT INTO clock (kind, subject, due_at, set_at)
               SELECT 'reply', subject, $1, $1 FROM unnest(ARRAY['one', 'two']) AS subject""",
            clock.at,
        )
        await Ticker(kit, {"reply": timer}, dsn=dsn).fire_batch()
        said = await outbox(kit)

    assert {row["causation"] for row in said.values()} == {None}
    assert len({row["correlation"] for row in said.values()}) == 2
    assert all(row["traceparent"] for row in said.values())
