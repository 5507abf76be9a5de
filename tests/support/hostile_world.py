"""The whole system with its sandbox and a bureau at work in it, for tests that mean it harm."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from tests.contract.channel_suite import served
from tests.support.eventually import eventually
from tests.support.hosted import Hosted, a_system

from gongkai.local.demo import seed as seeds
from gongkai.local.demo.founding import Founding
from gongkai.local.demo.office import Office, Passwords
from gongkai.local.demo.road import Road, View
from gongkai.local.demo.seed import Document
from gongkai.web.cookies import SESSION_COOKIE
from gongkai.web.permissions import ROLES
from sandbox.app import create_app

#: Service → prefix of its addresses.
PREFIXES: Mapping[str, str] = {
    "identity": "/identity",
    "publication": "/publication",
    "newmedia-sync": "/newmedia",
    "request": "/request",
    "portal": "",
}
DATABASES = tuple(PREFIXES)
NOTICE: Mapping[str, Any] = {
    "kind": "notice",
    "column_id": "tzgg",
    "body": "各有关企业：\n\n请于报名截止日前报名，逾期不再受理。",
    "formed_on": "2026-03-02",
    "summary": "报名方式和时间。",
}


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class World:
    """A bureau with an officer of every role, accounts on the sandbox, and a way to publish for real."""

    system: Hosted
    office: Office
    road: Road
    founding: Founding
    sandbox: str
    documents: dict[str, View] = field(default_factory=dict)

    # ── People ──────────────────────────────────────────────────────────────

    def login(self, role: str) -> str:
        """Name an officer who holds this role and no other."""
        if role == "administrator":
            return self.road.seed.administrator.login
        return next(one.login for one in self.road.seed.officers if one.roles == (role,))

    async def person(self, role: str) -> UUID:
        me = await self.ask(role, "GET", "/identity/api/sessions/current")
        return UUID(me.json()["person_id"])

    async def headers(self, role: str | None) -> dict[str, str]:
        """Return what a program of this officer sends; nobody sends nothing."""
        return {} if role is None else {"Authorization": f"Bearer {await self.office.token(self.login(role))}"}

    async def ask(self, role: str | None, method: str, path: str, **how: Any) -> httpx.Response:
        headers = {**await self.headers(role), **how.pop("headers", {})}
        return await self.system.browser.request(method, path, headers=headers, **how)

    @asynccontextmanager
    async def browsing(self, role: str | None) -> AsyncIterator[httpx.AsyncClient]:
        """Give a browser in which this officer is signed in; it follows no redirect by itself."""
        cookies = {} if role is None else {SESSION_COOKIE: await self.office.token(self.login(role))}
        async with httpx.AsyncClient(
            base_url=self.system.url, cookies=cookies, headers={"Accept": "text/html"}, timeout=30
        ) as browser:
            yield browser

    # ── Documents ───────────────────────────────────────────────────────────

    async def draft(self, title: str, **content: Any) -> View:
        document = Document(key=title, file=Path(), imported=False, content={**NOTICE, "title": title, **content})
        return await self.road.draft(document)

    async def ready(self, title: str, **content: Any) -> View:
        """Write a document and take it to the sign-off."""
        return await self.road.review(await self.draft(title, **content))

    async def published(self, title: str, **content: Any) -> View:
        """Take a document the whole road to the site and both accounts."""
        view = await self.ready(title, **content)
        await self.road.sign(view)
        return await self.road.finished(view["id"])

    async def attach(self, name: str, data: bytes, media_type: str = "application/octet-stream") -> dict[str, Any]:
        answer = await self.ask(
            "drafter", "POST", "/publication/api/attachments", files={"file": (name, data, media_type)}
        )
        assert answer.status_code == 201, answer.text
        kept: dict[str, Any] = answer.json()
        return kept

    # ── What is stored ──────────────────────────────────────────────────────

    async def fetch(self, service: str, query: str, *arguments: Any) -> list[Any]:
        async with self.system.kit(service).pool.acquire() as db:
            return list(await db.fetch(query, *arguments))

    async def tables(self, service: str) -> list[str]:
        rows = await self.fetch(service, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [row["tablename"] for row in rows]

    async def counts(self, service: str) -> dict[str, int]:
        """Count the rows of every table that an order of ours writes; machinery that ticks by itself is left out."""
        found = {}
        for table in set(await self.tables(service)) - {"register_seal", "notice_told"}:
            (row,) = await self.fetch(service, f'SELECT count(*) AS n FROM "{table}"')
            found[table] = row["n"]
        return found

    def blobs(self, service: str = "publication") -> dict[str, bytes]:
        """Return how the files of a service's blob store begin, those half written included."""
        files = (each for each in self.system.kit(service).blobs.folder.rglob("*") if each.is_file())
        return {each.name: each.read_bytes()[:300] for each in files}

    async def settled(self) -> None:
        """Wait until nothing is under way: every event sent and read, every edition checked."""

        async def quiet() -> None:
            for service in PREFIXES:
                (head,) = await self.fetch(service, "SELECT last_seq, published_seq FROM outbox_head")
                assert head["last_seq"] == head["published_seq"], service
            (waiting,) = await self.fetch("publication", "SELECT count(*) AS n FROM check_job")
            assert waiting["n"] == 0

        await eventually(quiet, timeout=30)


@asynccontextmanager
async def a_world(postgres: Any, kafka: str, folder: Path, **settings: Any) -> AsyncIterator[World]:
    """Start every service and the sandbox, found the bureau, open its accounts."""
    sandbox = create_app(now, ticking=True)
    async with (
        served(sandbox) as sandbox_url,
        a_system(
            postgres, kafka, folder / "data", sandbox_url=sandbox_url, guard_interval_ms=300, **settings
        ) as system,
    ):
        seed = seeds.read(seeds.folder(), now().date())
        for account in sandbox.state.keeper.world.wechat.values():
            account.review_seconds = 0.2
        async with Office(system.url, Passwords(folder)) as office:
            founding = Founding(office, seed, system.settings.data_dir, system.url, sandbox_url)
            world = World(system, office, Road(office, seed, now), founding, sandbox_url)
            for step in (founding.organ, founding.people, founding.catalogue, founding.accounts):
                await step()
            assert all(world.login(role) for role in ROLES)
            yield world


def accidents(world: World) -> dict[str, float]:
    """Return what the services themselves counted as answered with 5xx."""
    return {
        " ".join(sample.labels[name] for name in ("service", "method", "route", "status")): sample.value
        for metric in world.system.host.metrics.http_requests.collect()
        for sample in metric.samples
        if sample.name.endswith("_total") and sample.labels["status"].startswith("5")
    }


@asynccontextmanager
async def nothing_kept(world: World) -> AsyncIterator[None]:
    await world.settled()
    before, blobs = await world.counts("publication"), world.blobs()
    yield
    assert await world.counts("publication") == before
    assert world.blobs() == blobs


def a_sentence(answer: Any, *statuses: int) -> str:
    """Return the sentences of a refusal."""
    assert answer.status_code in (statuses or (400, 413, 422)), (answer.status_code, answer.text[:500])
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    return problem["title"] + "；".join(error["sentence"] for error in problem.get("errors", []))
