"""A bureau that works while parts of its system die: the whole local system, its officers, and named places of death."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
from tests.support.eventually import eventually
from tests.support.system import System, environment

from gongkai.local import ports
from gongkai.local.demo import seed as seeds
from gongkai.local.demo.founding import Founding
from gongkai.local.demo.office import Office, Passwords, Refusal
from gongkai.local.demo.road import Road, View
from gongkai.local.demo.seed import Document
from gongkai.local.errors import StackError
from gongkai.local.state import DEFAULT_PORTS, write_json
from gongkai.runtime.fault import VARIABLE

PREFIXES = {"identity": "/identity", "publication": "/publication", "newmedia-sync": "/newmedia", "portal": ""}
#: What a caller meets while a service, the database or the bus is away: ask again.
AWAY = (500, 502, 503, 504)
#: What a caller meets whose lost request was carried out after all: look again.
OVERTAKEN = (409, 412, 422)
T = TypeVar("T")


def now() -> datetime:
    return datetime.now(UTC)


class Burning(System):
    """`gongkai up` with settings of ours."""

    def __init__(self, home: Path, **settings: str) -> None:
        super().__init__(home, "up")
        self.fault_file = home.with_name(home.name + ".fault")
        # Ports of its own: while a part is dead, nobody else may answer in its place.
        chosen: list[int] = []
        for _ in DEFAULT_PORTS:
            chosen.append(ports.free_port(avoid=frozenset(chosen)))
        mine = dict(zip(DEFAULT_PORTS, chosen, strict=True))
        home.mkdir(parents=True)
        write_json(home / "ports.json", mine)
        self.settings = {VARIABLE: str(self.fault_file), "GONGKAI_BIND_PORT": str(mine["public"]), **settings}

    def launch(self) -> None:
        settings = {**environment(self.home), **self.settings}
        self.process = _launched([sys.executable, "-m", "gongkai.cli.main", "up"], settings, self.output)


@dataclass(slots=True)
class Glance:
    asked_at: datetime
    answered_at: datetime
    status: int


@dataclass(slots=True)
class Fire:
    """The system under fire and the people who go on working in it."""

    system: Burning
    office: Office
    road: Road
    founding: Founding
    documents: list[View] = field(default_factory=list)
    #: Those that wait for their signature.
    unsigned: list[View] = field(default_factory=list)
    #: Answers that say "this was an accident", where "ask again later" is the right one.
    accidents: list[str] = field(default_factory=list)

    @property
    def sandbox_url(self) -> str:
        return str(self.about["sandbox_url"])

    @property
    def about(self) -> dict[str, Any]:
        return self.system.about

    # ── Dying ───────────────────────────────────────────────────────────────

    def die_at(self, *places: str) -> None:
        """Name the places of the next deaths, in their order."""
        new = self.system.fault_file.with_name("fault.wanted")
        new.write_text("\n".join(places) + "\n")
        new.replace(self.system.fault_file)

    @property
    def unreached(self) -> list[str]:
        """Places where nobody has died yet."""
        try:
            return self.system.fault_file.read_text().split()
        except OSError:
            return []

    async def pid(self, part: str) -> int:
        """Return the process of a part; it may just be coming up."""
        found = await eventually(lambda: self.system.children().get(part), timeout=60, because=f"{part} is not there")
        assert found is not None
        return found

    async def kill(self, part: str, sent: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to a part and return whose process it was."""
        pid = await self.pid(part)
        os.kill(pid, sent)
        return pid

    async def another(self, part: str, killed: int, within: float = 90) -> None:
        """Wait until another process is in the place of one that was killed."""

        def there() -> bool:
            return self.system.children().get(part, killed) != killed

        await eventually(there, timeout=within, because=f"{part} did not come back")

    async def green(self, within: float = 120) -> None:
        """Wait until every service says that it is ready."""

        async def ready() -> None:
            answers = await asyncio.gather(*(self.look(f"{prefix}/health/ready") for prefix in PREFIXES.values()))
            assert all(answer is not None and answer.status_code == 200 for answer in answers)
            shown = [answer.json() for answer in answers if answer is not None]
            assert all(check["ok"] for one in shown for check in one["checks"].values()), shown

        await eventually(ready, timeout=within, poll=0.1)

    # ── Working ─────────────────────────────────────────────────────────────

    async def look(self, path: str) -> httpx.Response | None:
        """Ask as anybody; none when nobody answers."""
        try:
            answer = await self.office.look(path, timeout=10)
        except httpx.HTTPError:
            return None
        if answer.status_code == 500:
            self.accidents.append(f"{path}: {answer.text[:300]}")
        return answer

    async def steadily(self, act: Callable[[], Awaitable[T]], within: float = 120) -> T:
        """Do something however often the system is away or was faster than we knew."""
        deadline = asyncio.get_running_loop().time() + within
        while True:
            try:
                return await act()
            except (httpx.HTTPError, StackError) as no:
                if isinstance(no, Refusal) and no.status == 500:
                    self.accidents.append(no.whole)
                final = isinstance(no, Refusal) and no.status not in AWAY + OVERTAKEN
                if final or asyncio.get_running_loop().time() > deadline:
                    raise
            await asyncio.sleep(0.1)

    async def ready_to_sign(self, words: str) -> View:
        """Write a document and take it up to the sign-off, through whatever happens."""
        base = next(one for one in self.road.seed.documents if one.key == "quancheng-shopping")
        content = {**base.content, "title": words, "summary": f"{words}，活动详情在网站公布。"}
        document = Document(key=words, file=base.file, imported=False, content=content)

        async def work() -> View:
            return await self.road.review(await self.road.draft(document))

        view = await self.steadily(work)
        self.documents.append(view)
        self.unsigned.append(view)
        return view

    async def sign(self, view: View) -> View:
        """Sign off once, however often the answer is lost."""

        async def work() -> View:
            seen = await self.road.see(view["id"])
            if seen["state"] == "Reviewing":
                await self.road.sign(seen)
                seen = await self.road.see(view["id"])
            return seen

        return await self.steadily(work)

    async def releases(self, view: View) -> list[View]:
        asked = {"params": {"document_id": view["id"]}}
        found = await self.road.act("release", "GET", "/releases", **asked)
        return sorted(found["releases"], key=lambda row: str(row["opened_at"]))

    async def release_of(self, view: View) -> View:
        async def work() -> View:
            found = await self.releases(view)
            assert len(found) == 1, found
            return found[0]

        return await self.steadily(work)

    async def in_state(self, view: View, *states: str, within: float = 90) -> View:
        """Wait until the release of a document is in one of these states."""

        async def work() -> View:
            found = await self.release_of(view)
            assert found["state"] in states, found
            return found

        return await eventually(work, timeout=within, poll=0.2)

    async def published(self, view: View, within: float = 300) -> View:
        """Wait until the release is closed and every channel has shown it.

        A death may leave a question open at a platform, which is asked twice, two minutes apart.
        """

        async def work() -> View:
            found = await self.release_of(view)
            assert found["state"] == "Closed", found
            assert all(one["state"] in ("Released", "Confirmed") for one in found["channels"]), found["channels"]
            return found

        return await eventually(work, timeout=within, poll=0.2)

    @asynccontextmanager
    async def watching(self, path: str) -> AsyncIterator[list[Glance]]:
        """Look at a page all the time; looks that nobody answered say nothing."""
        seen: list[Glance] = []

        async def watch() -> None:
            while True:
                await self._glance(path, seen)
                await asyncio.sleep(0.05)

        task = asyncio.create_task(watch())
        try:
            yield seen
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._glance(path, seen)

    async def _glance(self, path: str, seen: list[Glance]) -> None:
        asked_at = now()
        answer = await self.look(path)
        if answer is not None and answer.status_code not in AWAY:
            seen.append(Glance(asked_at, now(), answer.status_code))


def a_moment_apart(seen: list[Glance], release: View) -> None:
    """Nobody saw the page before its instant, and nobody lost it again once it was there.

    An order that a death kept back takes effect when it arrives, so that the page may come later than its instant.
    """
    release_at = datetime.fromisoformat(release["release_at"])
    statuses = [glance.status for glance in seen]
    first = next(number for number, status in enumerate(statuses) if status == 200)
    assert seen[first].answered_at >= release_at, (seen[first], release_at)
    assert set(statuses[:first]) <= {404}, statuses
    assert set(statuses[first:]) == {200}, statuses


async def found(fire: Fire) -> None:
    """Give the system its organ, officers, catalogue and accounts."""
    for step in (fire.founding.organ, fire.founding.people, fire.founding.catalogue, fire.founding.accounts):
        await step()


@asynccontextmanager
async def on_fire(folder: Path, **settings: str) -> AsyncIterator[Fire]:
    """Start the whole system and found a bureau in it."""
    system = Burning(folder / "home", **settings)
    try:
        about = await system.start(within=170)
        url, sandbox = str(about["internal_url"]), str(about["sandbox_url"])
        seed = seeds.read(seeds.folder(), now().date())
        async with Office(url, Passwords(folder)) as office:
            founding = Founding(office, seed, system.home / "data", url, sandbox)
            fire = Fire(system, office, Road(office, seed, now), founding)
            await found(fire)
            yield fire
        assert await system.stop() == 0, system.said
    finally:
        if system.process is not None and system.process.poll() is None:
            await system.stop()


def _launched(argv: list[str], settings: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("wb") as out:
        return subprocess.Popen(
            argv,
            env=settings,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )


@asynccontextmanager
async def a_second_process(fire: Fire) -> AsyncIterator[httpx.AsyncClient]:
    """Run all services once more over the same state, at an address of its own."""
    port = ports.free_port()
    ready = fire.system.home.with_name("second.ready")
    ready.unlink(missing_ok=True)
    settings = {
        **environment(fire.system.home),
        **fire.about["settings"],
        **fire.system.settings,
        "GONGKAI_BIND_PORT": str(port),
        "GONGKAI_INSTANCE": "second",
    }
    argv = [sys.executable, "-m", "gongkai.cli.main", "serve", "--all", "--ready-file", str(ready)]
    process = _launched(argv, settings, fire.system.home.with_name("second.log"))
    try:
        await eventually(ready.exists, timeout=60)
        address = f"http://{ports.LOOPBACK}:{port}"
        async with httpx.AsyncClient(base_url=address, timeout=30, trust_env=False) as client:
            yield client
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, 30)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 9)


def databases(fire: Fire) -> dict[str, str]:
    found_: dict[str, str] = json.loads(fire.about["settings"]["GONGKAI_DATABASE_URLS"])
    return found_
