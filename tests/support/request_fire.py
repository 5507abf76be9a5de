"""Applications that go on while the processes that carry them die: services, database and bus of this test alone."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
from tests.support.eventually import eventually
from tests.support.hosted import Hosted, serving
from tests.support.publication_bureau import ORGAN, PEOPLE, an_officer, organ
from tests.support.request_office import FRIDAY, FULLY, PLATFORM, ROLES, Office, desks_of
from tests.support.request_process import SERVICES, SharedClock
from tests.support.stack import Databases, a_kafka, a_postgres

from gongkai.contracts.catalog import PARTITIONS, TOPICS
from gongkai.hosting.access import OPERATOR
from gongkai.hosting.host import installed_services
from gongkai.local import ports
from gongkai.local.kafka import Kafka
from gongkai.local.postgres import Postgres
from gongkai.local.topics import provision
from gongkai.runtime.fault import VARIABLE
from gongkai.runtime.identity_token import Tokens
from gongkai.runtime.settings import Settings
from gongkai.web.officers import keep_officer, keep_organ
from publication import cataloguing

#: What a caller meets while a process, the database or the bus is away.
AWAY = (500, 502, 503, 504)
FORWARDED = "gongkai.inbound.RequestForwarded.v1"
GIVEN = {"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项"}


class Gone(Exception):
    """Nobody answered, or what answered was just losing what it stands on."""


class SteadyOffice(Office):
    """The same people at the same desks; they tell an answer from a lost one."""

    async def call(self, name: str, method: str, path: str, body: Any = None, **how: Any) -> httpx.Response:
        try:
            answer = await Office.call(self, name, method, path, body, **how)
        except httpx.HTTPError as lost:
            raise Gone from lost
        if answer.status_code in AWAY:
            raise Gone(answer.text)
        return answer


@dataclass(slots=True)
class RequestFire:
    folder: Path
    settings: Settings
    postgres: Postgres
    kafka: Kafka
    clock: SharedClock
    office: SteadyOffice
    secret: str
    process: asyncio.subprocess.Process | None = None
    deaths: int = 0
    #: Cases up to the point at which their letter may be issued.
    drafted: list[str] = field(default_factory=list)
    #: What was answered for: external ids, and ids of cases.
    keys: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)
    lapsed: list[str] = field(default_factory=list)

    @property
    def about(self) -> dict[str, Any]:
        """What the ledger wants to know of a system."""
        urls = json.dumps(self.settings.database_urls)
        return {"settings": {"GONGKAI_KAFKA": self.settings.kafka, "GONGKAI_DATABASE_URLS": urls}}

    # ── Living and dying ────────────────────────────────────────────────────

    async def tend(self) -> None:
        """Start the services again whenever they die, as a supervisor does."""
        environment = {**os.environ, VARIABLE: str(self.fault_file), "PYTHONUNBUFFERED": "1"}
        while True:
            (self.folder / "ready").unlink(missing_ok=True)
            with (self.folder / "services.log").open("ab") as log:
                self.process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "tests.support.request_process", str(self.folder), env=environment,
                    cwd=Path(__file__).parents[2], stdout=log, stderr=log, stdin=asyncio.subprocess.DEVNULL,
                )  # fmt: skip
            try:
                await self.process.wait()
            except asyncio.CancelledError:
                await self.end()
                raise
            self.deaths += 1

    async def end(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), 20)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()

    @property
    def fault_file(self) -> Path:
        return self.folder / "fault"

    def die_at(self, *places: str) -> None:
        new = self.folder / "fault.wanted"
        new.write_text("\n".join(places) + "\n")
        new.replace(self.fault_file)

    @property
    def unreached(self) -> list[str]:
        try:
            return self.fault_file.read_text().split()
        except OSError:
            return []

    async def kill(self) -> None:
        """End the services without a farewell, wherever they are."""
        await self.there()
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def there(self, within: float = 90) -> None:
        """Wait until the services answer."""
        await eventually((self.folder / "ready").exists, timeout=within, because=self.said)

        async def ready() -> bool:
            with contextlib.suppress(httpx.HTTPError):
                answers = [await self.office.system.browser.get(f"/{name}/health/ready") for name in SERVICES]
                return all(answer.status_code == 200 for answer in answers)
            return False

        await eventually(ready, timeout=within, poll=0.1, because=self.said)

    @property
    def said(self) -> str:
        log = self.folder / "services.log"
        return log.read_text(errors="replace")[-3_000:] if log.exists() else ""

    # ── Working ─────────────────────────────────────────────────────────────

    async def steadily(self, act: Callable[[], Awaitable[Any]], within: float = 90) -> Any:
        """Do what may be done again until an answer comes."""
        deadline = asyncio.get_running_loop().time() + within
        while True:
            try:
                return await act()
            except (Gone, httpx.HTTPError):
                if asyncio.get_running_loop().time() > deadline:
                    raise
            await asyncio.sleep(0.1)

    async def case(self, case_id: str) -> dict[str, Any]:
        return await self.steadily(lambda: self.office.case(case_id))

    async def until(
        self, done: Callable[[], Awaitable[Any]], act: Callable[[], Awaitable[Any]], within: float = 90
    ) -> Any:
        """Act once, however often the answer is lost: who heard nothing looks before doing it again."""
        deadline, lost = asyncio.get_running_loop().time() + within, None
        while not (found := await self.steadily(done)):
            assert asyncio.get_running_loop().time() < deadline, (lost, self.said)
            try:
                lost = await act()
            except Gone as gone:
                lost = gone
        return found

    async def prepare(self, count: int) -> None:
        """Bring cases up to the day on which their letter is printed."""
        gate = asyncio.Semaphore(3)

        async def one(number: int) -> None:
            async with gate:
                case_id = await self.office.received(topic=f"外贸展会补贴第{number}批发放情况")
                digest = await self.office.give(case_id, f"第{number}批补贴共支持{number + 10}家企业。")
                await self.office.drafted(case_id, [GIVEN | {"blobs": [digest]}])
                self.drafted.append(case_id)
                self.acknowledged.append(case_id)

        async with asyncio.TaskGroup() as desk:
            for number in range(1, count + 1):
                desk.create_task(one(number))

    async def print_letter(self, case_id: str) -> None:
        """Issue the reply: read online, so that it is served and the case answered at once."""

        async def printed() -> Any:
            return (await self.office.case(case_id))["letters"]

        async def act() -> str:
            answer = await self.office.call("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"})
            assert answer.status_code in (201, 409), answer.text
            return answer.text

        await self.until(printed, act)
        self.answered.append(case_id)

    async def reviewed(self, case_id: str) -> dict[str, Any]:
        async def there() -> Any:
            return (await self.case(case_id))["conversions"]

        return (await eventually(there, timeout=90, poll=0.1))[0]

    async def propose(self, case_id: str) -> str:
        """Accept that what one was given is published for everyone; returns the id of the review."""
        review = await self.reviewed(case_id)
        body = {
            "accepted": review["advice"] == "publish", "decision": "publish", "reason": "企业普遍关心",
            "column_id": "tzgg",
        }  # fmt: skip

        async def decided() -> bool:
            return (await self.office.case(case_id))["conversions"][0]["accepted"] is not None

        async def act() -> None:
            path = f"/cases/{case_id}/conversion/{review['id']}/decision"
            answer = await self.office.call("openness_officer", "POST", path, body)
            assert answer.status_code in (200, 409, 412), answer.text

        await self.until(decided, act)
        self.proposed.append(review["id"])
        return str(review["id"])

    async def drafted_for_all(self, review_id: str) -> None:
        """Wait until publication has the draft that came of a review."""

        async def there() -> bool:
            headers = {"Authorization": f"Bearer {self.office.token('drafter')}"}
            try:
                answer = await self.office.system.browser.get(f"/publication/api/documents/{review_id}", headers=headers)
            except httpx.HTTPError:
                return False
            return answer.status_code == 200

        await eventually(there, timeout=90, poll=0.2, because=self.said)

    async def forwarded(self, key: str) -> None:
        """Hand an application of another platform over, both messages, until both were answered for."""
        for step in (self.office.announce, self.office.hand_over):

            async def act(step: Any = step) -> None:
                answer = await step(key, self.secret)
                if answer.status_code in AWAY:
                    raise Gone(answer.text)
                assert answer.status_code in (200, 202), answer.text

            await self.steadily(act)
        self.keys.append(key)

    async def applied(self) -> None:
        """Apply by the public form; who heard nothing applies again, and only the answer counts as a case."""

        async def act() -> dict[str, Any]:
            try:
                return await self.office.apply()
            except AssertionError as no:
                if any(f"{status}" in str(no) for status in AWAY):
                    raise Gone from no
                raise

        self.acknowledged.append((await self.steadily(act))["id"])


@asynccontextmanager
async def a_request_fire(folder: Path) -> AsyncIterator[RequestFire]:
    """Start a database and a bus, found the organ, then leave the services to a process that may die."""
    server, broker = a_postgres(folder), a_kafka(folder)
    await asyncio.gather(server.start(), broker.start())
    try:
        databases = Databases(server)
        await provision(broker.bootstrap, TOPICS, partitions=PARTITIONS)
        port = ports.free_port()
        settings = Settings(
            database_urls={name: await databases.database(name) for name in SERVICES}, kafka=broker.bootstrap,
            data_dir=folder / "data", instance="fire", bind_port=port, public_url=f"http://127.0.0.1:{port}",
            pool_max=6, ticker_poll=0.1, ticker_batch=5,
        )  # fmt: skip
        clock = SharedClock(folder / "clock")
        clock.start(FRIDAY)
        secret = await _found(settings, clock)
        (folder / "settings.json").write_text(settings.model_dump_json(exclude_none=True))
        async with httpx.AsyncClient(
            base_url=settings.public_url, timeout=30, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        ) as browser:
            tokens = Tokens(settings.data_dir / "keys")
            kit = SimpleNamespace(tokens=tokens, now=clock)
            outside: Any = SimpleNamespace(
                browser=browser, settings=settings, kit=lambda _name: kit,
                operator=lambda: {"Authorization": f"Bearer {tokens.issue_service(OPERATOR, clock())}"},
            )  # fmt: skip
            held: Any = clock
            fire = RequestFire(folder, settings, server, broker, clock, SteadyOffice(outside, held), secret)
            tending = asyncio.create_task(fire.tend())
            try:
                await fire.there()
                yield fire
            finally:
                tending.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await tending
    finally:
        await broker.stop()
        await server.stop()


async def _found(settings: Settings, clock: SharedClock) -> str:
    """Give both services their organ, officers and columns; returns the secret of the other platform."""
    system: Hosted
    held: Any = clock
    async with serving(installed_services(SERVICES), settings, now=clock) as system:
        for name in SERVICES:
            async with system.kit(name).transaction() as tx:
                await keep_organ(tx, organ(ORGAN, "jinan").model_copy(update=FULLY))
                for person, role in ROLES.items():
                    await keep_officer(tx, an_officer(PEOPLE[person], role))
                if name == "publication":
                    await cataloguing.found(tx, ORGAN)
        office = Office(system, held)
        await office.do("openness_officer", "PUT", "/settings", {"reconsideration_url": "https://fuyi.jinan.example"})
        async with office.kit.transaction() as tx:
            return await desks_of(office).sources.register(
                tx.db, PLATFORM, "省平台", ORGAN, [FORWARDED], tx.now, tx.new_id
            )
