"""What one release costs, counted: facts, events, statements. Seconds differ from machine to machine, these do not."""

from collections import Counter
from datetime import date
from uuid import UUID

import pytest
from tests.bench.release_world import Observer, a_working_bureau, platforms
from tests.support.eventually import eventually
from tests.support.request_office import an_office, desks_of

from gongkai.contracts.catalog import TOPICS
from gongkai.runtime.tx import Due
from gongkai.web.cookies import SESSION_COOKIE
from request.domain import commands as c

pytestmark = pytest.mark.timeout(300)

SERVICES = ("publication", "newmedia-sync", "portal")
#: Loops that ask once in a while, whether anything is released or not.
IDLE = (
    "SELECT h.last_seq", "SELECT year, version, data FROM holiday", "-- Take the oldest waiting", "-- Lease one edition",
    "-- Visible editions not compared",
)  # fmt: skip
#: What this test itself asks.
OURS = ("SELECT count(*)", "SELECT state FROM delivery", "SELECT channels::text")
#: Round trips to the database from sign-off until everybody knows that it is published. More is a regression.
MOST_STATEMENTS = {"publication": 54, "newmedia-sync": 52, "portal": 32}


async def listened(pool, statements):
    """Count what every connection of the pool is asked from here on."""
    held = [await pool.acquire() for _ in range(pool.get_max_size())]
    for db in held:
        db.add_query_logger(lambda record: statements.append(" ".join(record.query.split())))
    for db in held:
        await pool.release(db)


async def rows(bureau, table):
    return {name: await bureau.hosted.kit(name).pool.fetchval(f"SELECT count(*) FROM {table}") for name in SERVICES}


async def heard(bureau, count):
    assert (await rows(bureau, "inbox"))["portal"] == count


async def both_confirmed(bureau, release_id):
    states = await bureau.hosted.kit("newmedia-sync").pool.fetch(
        "SELECT state FROM delivery WHERE release_id::text = $1", release_id
    )
    assert [row["state"] for row in states] == ["Live", "Live"], states
    noted = await bureau.hosted.kit("publication").pool.fetchval(
        "SELECT channels::text FROM release WHERE id::text = $1", release_id
    )
    assert noted.count('"Confirmed"') == 2, noted


async def released(bureau, eye, document_id):
    release_id = await bureau.approve(document_id)
    await eventually(eye.expect(release_id).done.is_set, timeout=60)
    await eventually(lambda: both_confirmed(bureau, release_id), timeout=60)


async def test_a_release_costs_no_more_facts_events_and_statements_than_it_needs(postgres, kafka, tmp_path):
    async with (
        platforms() as sandbox,
        a_working_bureau(postgres, kafka, tmp_path, sandbox, guard_interval_ms=0) as bureau,
    ):
        first, second = await bureau.ready(2)
        topics = [bureau.hosted.settings.kafka_prefix + topic for topic in TOPICS]
        async with Observer(kafka, topics).watching() as eye:
            await released(bureau, eye, first)
            statements: dict[str, list[str]] = {name: [] for name in SERVICES}
            for name in SERVICES:
                await listened(bureau.hosted.kit(name).pool, statements[name])
            facts, events, read = [await rows(bureau, table) for table in ("register", "outbox", "inbox")]

            await released(bureau, eye, second)
            # The site hears of the confirmations too, and nobody waits for that.
            await eventually(lambda: heard(bureau, read["portal"] + 5))

            asked = {name: [one for one in said if not one.startswith(IDLE + OURS)] for name, said in statements.items()}
            for counted, table in ((facts, "register"), (events, "outbox"), (read, "inbox")):
                now = await rows(bureau, table)
                counted.update({name: now[name] - counted[name] for name in SERVICES})

    # Prepared, acted, shown, each with what follows; each heard once by whoever needs it.
    assert events == {"publication": 3, "newmedia-sync": 6, "portal": 2}
    assert read == {"publication": 8, "newmedia-sync": 2, "portal": 5}
    assert facts == {"publication": 14, "newmedia-sync": 13, "portal": 4}
    counts = {name: len(said) for name, said in asked.items()}
    shown = {name: Counter(one[:60] for one in said).most_common(12) for name, said in asked.items()}
    assert all(counts[name] <= most for name, most in MOST_STATEMENTS.items()), (counts, shown)
    assert not any("typeinfo" in one for said in asked.values() for one in said), "a type is looked up at each connection"
    assert all(counts.values()), counts


#: Loops of the request service that ask once in a while.
REQUEST_IDLE = (
    *IDLE, "-- Cases of which identity", "-- What identity knows", "-- Messages", "SELECT min(greatest", "SELECT kind, subject",
    "-- Tries that no longer",
)  # fmt: skip
#: Round trips, BEGIN and COMMIT among them; a page asks as often with ten cases as with one. More is a regression.
MOST_OF_REQUESTS = {"apply": 7, "/request/desk": 5, "/request/desk/cases": 4, "/request/desk/cases/{id}": 16}


async def test_applications_their_pages_and_their_clocks_ask_no_more_often_than_they_need(postgres, kafka, tmp_path):
    async with an_office(postgres, kafka, tmp_path) as office:
        statements: list[str] = []

        async def cost(call) -> int:
            statements.clear()
            await call
            asked = [one for one in statements if not one.startswith(REQUEST_IDLE)]
            return len(asked)

        async def page(path: str, case_id: str) -> None:
            cookie = {"cookie": f"{SESSION_COOKIE}={office.token('drafter')}", "accept": "text/html"}
            answer = await office.system.browser.get(path.replace("{id}", case_id), headers=cookie)
            assert answer.status_code == 200, answer.text

        async def lapsed(cases: list[str]) -> int:
            said: list[str] = []
            async with desks_of(office).by_itself() as tx:
                tx.db.db.add_query_logger(lambda record: said.append(record.query))
                due, lapse = Due("request-correction", "", tx.now), c.LapseCorrection(date(2025, 10, 14))
                commands = {UUID(case_id): (due, lapse) for case_id in cases}
                done = await desks_of(office).desk.perform_many(tx, commands)
            assert len(done) == len(cases)
            return len(said)

        cases = []
        for _ in range(9):
            cases.append(await office.received())
            asked = {"what": ["请写明文号"], "answer_by": "2025-10-13"}
            await office.do("drafter", "POST", f"/cases/{cases[-1]}/correction", asked)
            await office.do("drafter", "POST", f"/cases/{cases[-1]}/letters", {"kind": "correction"})
        for path in list(MOST_OF_REQUESTS)[1:]:
            await page(path, cases[0])  # what is asked once in the life of a process
        await listened(office.kit.pool, statements)

        counts = {"apply": await cost(office.apply())}
        counts |= {path: await cost(page(path, cases[0])) for path in list(MOST_OF_REQUESTS)[1:]}
        two, six = await lapsed(cases[:2]), await lapsed(cases[2:8])

    assert all(counts[name] <= most for name, most in MOST_OF_REQUESTS.items()), counts
    assert all(counts.values()), counts
    assert two == six <= 12
