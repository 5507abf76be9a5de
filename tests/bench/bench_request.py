"""Applications: taking in beside a bare program that makes the same commits, pages among 100,000 cases, the review of a
conversion, 10,000 clocks that are due at once. `python -m tests.bench request`.

Month-end figures are in `bench_counting`, letters in `bench_letters`.
"""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import asyncpg
import httpx
from tests.bench import report
from tests.bench import request_world as world
from tests.bench.bare_intake import bare, tables
from tests.bench.ground import Ground
from tests.bench.report import Measured, percentile
from tests.support.hosted import serving
from tests.support.publication_bureau import ORGAN
from tests.support.request_office import APPLICATION, Office, an_office, desks_of

from gongkai.hosting.settling import settle
from gongkai.local import ports
from gongkai.web.cookies import SESSION_COOKIE
from request.app import SERVICE

CASES = 100_000
#: Clocks that come due at once: what there is after a long holiday, a third of it lapses.
DUE = {
    "request-reply-near": 2_400, "request-reply": 2_400, "request-correction-notice": 1_900,
    "request-correction": 1_100, "request-consultation": 1_100, "request-payment": 1_100,
}  # fmt: skip
#: Which fact a lapse leaves.
LAPSE = {"request-correction": "CorrectionLapsed", "request-consultation": "OpinionGiven", "request-payment": "FeeLapsed"}
AT_ONCE = 4
#: A machine that is too slow is told so, and not waited for.
PATIENCE_S = 60.0
PAGE_MS, REVIEW_MS, FIRE_S, INTAKE = 50.0, 100.0, 10.0, 0.5


async def ask(app: Any, method: str, path: str, *, body: bytes = b"", client: str = "127.0.0.1", **headers: str) -> int:
    """Call an application as a server would, without a client's own cost; returns the status."""
    status = 0
    heard = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Any:
        return next(heard, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]

    path, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
        "raw_path": path.encode(), "query_string": query.encode(), "scheme": "http", "server": ("site.test", 80),
        "client": (client, 1), "root_path": "", "state": {},
        "headers": [(name.encode(), value.encode()) for name, value in ({"host": "site.test"} | headers).items()],
    }  # fmt: skip
    await app(scope, receive, send)
    return status


async def rate(one: Callable[[int], Awaitable[None]], count: int) -> float:
    """Do something so many times, a few at once; returns how many a second."""
    numbers = iter(range(count))

    async def hand() -> None:
        for number in numbers:
            await one(number)

    began = time.perf_counter()
    await asyncio.gather(*(hand() for _ in range(AT_ONCE)))
    return count / (time.perf_counter() - began)


def sender(app: Any, path: str) -> Callable[[int], Awaitable[None]]:
    """Apply as somebody new from somewhere else each time."""

    async def one(number: int) -> None:
        proof = {"proof_kind": "passport", "proof": f"E{uuid4().int % 10**8:08d}"}
        body = json.dumps(APPLICATION | proof).encode()
        kind = {"content-type": "application/json"}
        address = f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"
        status = await ask(app, "POST", path, body=body, client=address, **kind)
        assert status == 201, status

    return one


async def intake(ground: Ground, office: Office) -> Measured:
    count = 100 if ground.quick else 300
    async with asyncpg.create_pool(office.system.settings.dsn("request"), min_size=AT_ONCE, max_size=6) as pool:
        await tables(pool)
        ours = sender(office.system.host.app, "/request/api/organs/jinan/applications")
        floor = sender(bare(pool, ORGAN), "/applications")
        await rate(ours, 20)
        await rate(floor, 20)
        got: dict[str, list[float]] = {"ours": [], "floor": []}
        for round_ in range(ground.rounds):
            order = [("ours", ours), ("floor", floor)]
            for name, one in order if round_ % 2 else reversed(order):
                got[name].append(await rate(one, count))
    return Measured(
        "intake: an application to its query code", "applications/s", "higher", tuple(got["ours"]), tuple(got["floor"]),
        INTAKE, note=f"the floor makes the same two commits; {AT_ONCE} at once",
    )  # fmt: skip


async def pages(ground: Ground, office: Office, cases: int) -> list[Measured]:
    """Ask for pages as a signed-in officer's browser, one after the other, each time another case."""
    headers = {"cookie": f"{SESSION_COOKIE}={office.token('drafter')}", "accept": "text/html"}
    ids = [str(row["id"]) for row in await office.kit.pool.fetch("SELECT id FROM case_row ORDER BY md5(id::text) LIMIT 400")]
    chance = random.Random(7)
    names = ("the queue", "a case", "the list", "a search")
    spent: dict[str, list[float]] = {name: [] for name in names}
    busy: dict[str, list[float]] = {name: [] for name in names}
    app, count = office.system.host.app, 100 if ground.quick else 200
    for _ in range(ground.rounds):
        for name, path in (("the queue", lambda: "/request/desk"), ("a case", lambda: f"/request/desk/cases/{chance.choice(ids)}"),
                           ("the list", lambda: "/request/desk/cases"),
                           ("a search", lambda: f"/request/desk/cases?q={quote(chance.choice(('名单', '储备肉', '第3批')))}")):  # fmt: skip
            taken, reckoned = [], []
            for number in range(count + 5):
                began, reckoning = time.perf_counter(), time.process_time()
                status = await ask(app, "GET", path(), **headers)
                if number >= 5:
                    taken.append((time.perf_counter() - began) * 1_000)
                    reckoned.append((time.process_time() - reckoning) * 1_000)
                assert status == 200, (path, status)
            spent[name].append(percentile(taken, 0.99))
            busy[name].append(percentile(reckoned, 0.99))
    note = f"99 of 100 pages, {cases:,} cases"
    return [
        Measured(f"officers' pages: {name}", "ms", "lower", tuple(values), limit=PAGE_MS, limit_is="value", note=note)
        for name, values in spent.items()
    ] + [
        Measured(f"  {name}: the processor alone", "ms", "lower", tuple(values), note="whatever else the machine does")
        for name, values in busy.items()
    ]


async def reviews(ground: Ground, office: Office, made: world.Originals) -> Measured:
    """Review whole: the given file opened and searched in a worker process, judged, recorded, committed."""
    desks, spent = desks_of(office), []
    for number in range(10 * ground.rounds + 1):
        began = time.perf_counter()
        async with desks.by_itself() as tx:
            review_id = await desks.converting.review(tx, UUID(made.answered[number % len(made.answered)]))
        assert review_id is not None
        spent.append((time.perf_counter() - began) * 1_000)
    await desks.workers.close()
    # The first starts the worker process.
    return Measured("conversion review of one case", "ms", "lower", tuple(spent[1:]), limit=REVIEW_MS, limit_is="value")


async def clocks(ground: Ground, office: Office) -> list[Measured]:
    """Let clocks of every kind come due, as they do after a long holiday; two instances stand ready.

    What follows from them (clocks set by a lapse, a case looked at again for the library) is not waited for.
    """
    due = {kind: number // 10 if ground.quick else number for kind, number in DUE.items()}
    count, pool, before = sum(due.values()), office.kit.pool, office.clock.at
    running = "SELECT count(*) FROM clock WHERE fired_at IS NULL AND stopped_at IS NULL AND set_at <= $1"
    await pool.execute(
        """WITH ranked AS (SELECT kind, subject, row_number() OVER (PARTITION BY kind ORDER BY md5(subject)) AS place
                          FROM clock WHERE fired_at IS NULL AND stopped_at IS NULL)
           UPDATE clock SET stopped_at = set_at
           FROM ranked LEFT JOIN unnest($1::text[], $2::integer[]) AS due(kind, number) USING (kind)
           WHERE clock.kind = ranked.kind AND clock.subject = ranked.subject AND place > coalesce(number, 0)""",
        list(due), list(due.values()),
    )  # fmt: skip
    await pool.execute("VACUUM ANALYZE clock")
    assert await pool.fetchval(running, before) == count
    second = office.system.settings.model_copy(update={"bind_port": ports.free_port(), "instance": "second"})
    async with serving([SERVICE], second, now=office.clock) as other:
        tickers = [system.host.running["request"].ticker for system in (office.system, other)]
        rung = sum(ticker.fired for ticker in tickers)
        settle()
        began, spent = time.perf_counter(), time.process_time()
        office.clock.advance(days=45)
        left = count
        while left and time.perf_counter() - began < PATIENCE_S:
            await asyncio.sleep(0.05)
            # To count them in the table takes longer than to fire them, so it is done when all of them may have rung.
            if sum(ticker.fired for ticker in tickers) - rung >= count:
                left = await pool.fetchval(running, before)
        taken, spent = time.perf_counter() - began, time.process_time() - spent
    left = left and await pool.fetchval(running, before)
    await _each_once(pool, due, whole=not left)
    cut = f"; cut off with {left:,} left, told as if they had gone on" if left else ""
    lapses = sum(number for kind, number in due.items() if kind in LAPSE)
    note = f"{lapses:,} lapses with fact and event, {count - lapses:,} warnings; two instances, each fired once{cut}"
    done = count - left
    return [
        Measured(f"{count:,} due clocks", "s", "lower", (taken * count / done,), limit=FIRE_S * count / sum(DUE.values()),
                 limit_is="value", note=note),
        Measured("  of it in the services themselves", "s", "lower", (spent * count / done,), note="the rest is the database"),
    ]  # fmt: skip


async def _each_once(pool: Any, due: dict[str, int], *, whole: bool) -> None:
    for kind, fact in LAPSE.items():
        rows = await pool.fetch("SELECT count(*) AS times FROM register WHERE kind = $1 GROUP BY aggregate_id", fact)
        assert {row["times"] for row in rows} <= {1}, (kind, "fired twice")
        assert not whole or len(rows) == due[kind], (kind, len(rows))
    for kind in due.keys() - LAPSE.keys():
        raised = await pool.fetchval("SELECT count(*) FROM attention WHERE kind = $1", kind)
        assert not whole or raised == due[kind], (kind, raised)


async def run(ground: Ground) -> list[Measured]:
    cases = CASES // 10 if ground.quick else CASES
    results: list[Measured] = []
    async with an_office(ground.databases, ground.kafka, ground.folder / "request") as office:
        settle()
        office.system.browser.timeout = httpx.Timeout(180)  # the first letter starts a worker on a busy machine
        print("  taking in …", flush=True)
        results.append(await intake(ground, office))
        made = await world.originals(office)
        results.append(await reviews(ground, office, made))
        print(f"  copying to {cases:,} cases …", flush=True)
        began = time.perf_counter()
        async with office.kit.pool.acquire() as db:
            await world.fill(db, made, cases)
            await db.execute("VACUUM ANALYZE", timeout=600)
        print(f"  copied in {time.perf_counter() - began:.0f} s", flush=True)
        settle()  # what made the cases is no part of a service
        results += await pages(ground, office, cases)
        print(report.table(results), flush=True)
        results += await clocks(ground, office)
    return results
