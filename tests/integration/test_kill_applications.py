"""Kill anything at any moment of an application: what was acknowledged is there once, and nothing stays half done.

One system for all tests, in their order; its clock moves and its database and bus die, too. The last ones count what
all of them did.
"""

import asyncio
import json
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.support import fire_ledger as ledger
from tests.support.eventually import eventually
from tests.support.request_fire import RequestFire, a_request_fire
from tests.support.request_process import SERVICES
from tests.support.stack import scratch_folder

pytestmark = pytest.mark.timeout(300)

#: After the commit that froze, numbered and served the letter and before its answer; after the review; after any tick.
LETTER_PLACES = ("request:RequestAnswered", "request:ConversionReviewed", "request:ticked")
#: In the outbox and not on the bus; on the bus and not marked as sent; drafted and not acknowledged to the bus.
PROPOSAL_PLACES = ("request:ConversionProposed", "request:sent", "publication:taken")


@pytest.fixture(scope="module")
async def fire() -> AsyncIterator[RequestFire]:
    async with a_request_fire(scratch_folder()) as burning:
        await burning.prepare(len(LETTER_PLACES) + len(PROPOSAL_PLACES) + 2)
        yield burning


async def test_what_was_acknowledged_is_there_once_however_often_the_services_die_while_it_comes_in(
    fire: RequestFire,
) -> None:
    deaths = fire.deaths

    async def deadly() -> None:
        for _ in range(3):
            await asyncio.sleep(0.4)  # into the middle of what comes in: this is what is tested
            await fire.kill()

    async with asyncio.TaskGroup() as group:
        group.create_task(deadly())
        for number in range(12):
            group.create_task(fire.forwarded(f"SD-{number}"))
            group.create_task(fire.applied())

    assert fire.deaths == deaths + 3
    held = await facts(fire, "ApplicationSubmitted")
    named = Counter(fact["external_id"] for fact in held if fact["external_id"])
    assert named == dict.fromkeys(fire.keys, 1)
    cases = {str(fact["aggregate_id"]) for fact in held}
    assert set(fire.acknowledged) <= cases


async def test_a_number_is_given_once_when_its_giver_dies_before_it_can_say_so(fire: RequestFire) -> None:
    fire.die_at("request:RequestReceived", "request:RequestReceived", "request:RequestReceived")
    waiting = await in_state(fire, "Submitted", 10)

    async def number(case_id: str) -> None:
        body = {"receipt": {"confirmed_on": fire.office.today}, "topic": "补贴"}

        async def given() -> Any:
            return (await fire.office.case(case_id))["number"]

        async def act() -> str:
            answer = await fire.office.call("drafter", "POST", f"/cases/{case_id}/receipt", body)
            assert answer.status_code in (200, 409), answer.text
            return answer.text

        await fire.until(given, act)

    async with asyncio.TaskGroup() as desk:
        for case_id in waiting:
            desk.create_task(number(case_id))

    assert fire.unreached == []
    assert len(waiting) == 10


@pytest.mark.parametrize("place", LETTER_PLACES)
async def test_a_letter_whose_maker_dies_is_issued_once_and_its_case_reviewed_once(
    fire: RequestFire, place: str
) -> None:
    case_id = fire.drafted.pop()
    fire.die_at(place)

    await fire.print_letter(case_id)
    await fire.reviewed(case_id)
    await eventually(lambda: not fire.unreached, timeout=30)
    case = await fire.case(case_id)

    assert len(case["letters"]) == len(case["conversions"]) == 1
    assert (case["state"], case["row"]) == ("Answered", "g")


@pytest.mark.parametrize("place", PROPOSAL_PLACES)
async def test_a_proposal_reaches_publication_once_wherever_its_bearer_dies(fire: RequestFire, place: str) -> None:
    case_id = fire.drafted.pop()
    await fire.print_letter(case_id)
    await fire.reviewed(case_id)
    await still(fire)
    fire.die_at(place)

    review_id = await fire.propose(case_id)
    await fire.drafted_for_all(review_id)

    await eventually(lambda: not fire.unreached, timeout=30)


async def test_a_postgresql_that_is_killed_in_the_middle_loses_nothing(fire: RequestFire) -> None:
    case_id = fire.drafted.pop()
    printing = asyncio.create_task(fire.print_letter(case_id))
    assert fire.postgres.pid is not None
    os.kill(fire.postgres.pid, signal.SIGKILL)
    await fire.postgres.restart()

    await printing
    await fire.drafted_for_all(await fire.propose(case_id))


async def test_a_kafka_that_is_killed_in_the_middle_loses_nothing(fire: RequestFire) -> None:
    case_id = fire.drafted.pop()
    assert fire.kafka.pid is not None
    os.kill(fire.kafka.pid, signal.SIGKILL)
    await fire.print_letter(case_id)
    review_id = await fire.propose(case_id)
    await fire.kafka.restart()

    await fire.drafted_for_all(review_id)


async def test_a_lapse_comes_once_when_its_clockwork_dies_while_it_strikes(fire: RequestFire) -> None:
    waiting = await in_state(fire, "Handling", 10)
    for case_id in waiting:
        body = {"what": ["请写明文号"], "answer_by": "2025-10-13"}
        await fire.office.do("drafter", "POST", f"/cases/{case_id}/correction", body)
        await fire.office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "correction"})
    fire.die_at("request:RequestClosed", "request:ticked", "request:RequestClosed")

    fire.clock.advance(days=18)

    async def lapsed() -> None:
        states = [(await fire.case(case_id))["state"] for case_id in waiting]
        assert states == ["Lapsed"] * len(waiting)

    await eventually(lapsed, timeout=120, poll=0.5)
    fire.lapsed += waiting
    # After the first batch of five at least one death follows; whether there is a third batch is a matter of luck.
    assert "request:ticked" not in fire.unreached
    fire.fault_file.unlink(missing_ok=True)


async def test_after_all_of_it_every_number_letter_review_draft_and_lapse_is_there_once(fire: RequestFire) -> None:
    await fire.there()
    await still(fire)

    for table, key in (("case_row", "organ_id, year"), ("letter", "kind, year")):
        query = f"SELECT array_agg(serial ORDER BY serial) AS serials FROM {table} WHERE serial IS NOT NULL GROUP BY {key}"
        for row in await ledger.rows(fire, "request", query):
            assert row["serials"] == list(range(1, len(row["serials"]) + 1)), table
    given = [(fact["kind"], fact["number"]) for fact in await facts(fire, "LetterIssued")]
    assert len(given) == len(set(given)) == len(fire.answered) + len(fire.lapsed)
    for kind, cases in (
        ("LetterIssued", [*fire.answered, *fire.lapsed]), ("Answered", fire.answered), ("ConversionReviewed", fire.answered),
        ("CorrectionLapsed", fire.lapsed),
    ):  # fmt: skip
        assert Counter(str(fact["aggregate_id"]) for fact in await facts(fire, kind)) == dict.fromkeys(cases, 1), kind
    proposed = await ledger.rows(fire, "request", "SELECT data::json ->> 'review_id' AS id FROM outbox WHERE type LIKE '%ConversionProposed%'")
    drafts = await ledger.rows(fire, "publication", "SELECT id FROM document")
    assert sorted(row["id"] for row in proposed) == sorted(fire.proposed)
    assert sorted(str(row["id"]) for row in drafts) == sorted(fire.proposed)
    assert await flaws(fire) == []
    assert fire.deaths >= 10


async def test_every_event_said_a_second_time_and_late_changes_nothing(fire: RequestFire) -> None:
    before = await snapshot(fire)
    said = list({one.id: one for one in await ledger.bus(fire)}.values())
    assert {one.name for one in said if one.source == "request"} >= {"RequestReceived", "RequestAnswered", "ConversionProposed", "RequestClosed"}
    keys = sorted({one.key for one in said})
    random.Random(20260401).shuffle(keys)

    await ledger.say_again(fire, said)
    await ledger.say_again(fire, [one for key in keys for one in said if one.key == key])
    await still(fire)

    assert await snapshot(fire) == before
    assert await flaws(fire) == []


async def in_state(fire: RequestFire, state: str, most: int) -> list[str]:
    rows = await ledger.rows(fire, "request", "SELECT id FROM case_row WHERE state = $1 ORDER BY id LIMIT $2", state, most)
    return [str(row["id"]) for row in rows]


async def facts(fire: RequestFire, kind: str) -> list[dict[str, Any]]:
    rows = await ledger.rows(fire, "request", "SELECT aggregate_id, data FROM register WHERE kind = $1 ORDER BY position", kind)
    return [{**json.loads(row["data"]), "aggregate_id": row["aggregate_id"]} for row in rows]


async def still(fire: RequestFire) -> None:
    await fire.there()
    await ledger.still(fire, services=SERVICES)


async def snapshot(fire: RequestFire) -> dict[str, Any]:
    return {service: await ledger.recorded(fire, service) for service in SERVICES}


async def flaws(fire: RequestFire) -> list[str]:
    """Say what was lost, doubled, out of order, parked or overdue."""
    said = await ledger.bus(fire)
    found = [*await ledger.lost(fire, said, SERVICES), *ledger.disorder(said), *await ledger.unread(fire, said, SERVICES)]
    for service in SERVICES:
        verdict = await fire.office.system.browser.post(
            f"/{service}/api/ops/register/verify", headers=fire.office.system.operator()
        )
        assert verdict.status_code == 200, verdict.text
        found += [f"{service}: {flaw['sentence']}" for flaw in verdict.json()["flaws"]]
        found += [] if verdict.json()["whole"] else [f"{service}: the register is not whole"]
        parked = await ledger.rows(fire, service, "SELECT type, reason FROM quarantine")
        found += [f"{service} parked {row['type']}: {row['reason']}" for row in parked]
        tired = await ledger.rows(
            fire, service,
            """SELECT kind, last_error FROM clock WHERE fired_at IS NULL AND stopped_at IS NULL
               AND due_at < $1::timestamptz - interval '30 seconds'""",
            fire.clock(),
        )  # fmt: skip
        found += [f"{service}: clock {row['kind']} is overdue ({row['last_error']})" for row in tired]
    return found
