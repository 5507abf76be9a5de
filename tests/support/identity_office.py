"""A running identity service with its first administrator, for tests through its doors. No Kafka: events wait in the outbox."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from prometheus_client import CollectorRegistry
from tests.support.kits import HeldClock

from gongkai.hosting.host import Host, hosted
from gongkai.runtime.kit import Kit
from gongkai.runtime.metrics import Metrics
from gongkai.runtime.settings import Settings
from gongkai.statute.person_numbers import organisation_check_character, uscc_check_character
from identity import setup
from identity.app import SERVICE

PASSWORD = "春风又绿江南岸 7"


def a_credit_code(number: str = "00418873") -> str:
    body = f"11370100{number}{organisation_check_character(number)}"
    return body + uscc_check_character(body)


ORGAN = {
    "name": "济南市商务局", "short_name": "济商", "slug": "jnsw", "credit_code": a_credit_code(),
    "openness_office": "局办公室", "phones": ["0531-00000000"], "hours": "工作日 8:30—12:00",
}
ADMINISTRATOR = {"name": "管理员甲", "login": "guanli", "password": PASSWORD}


@dataclass
class Office:
    host: Host
    clock: HeldClock
    folder: Path
    tokens: dict[str, str] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)

    @property
    def kit(self) -> Kit:
        return self.host.running["identity"].kit

    def client(self, token: str | None = None, address: str = "10.0.0.1", **headers: str) -> httpx.AsyncClient:
        if token:
            headers["Authorization"] = f"Bearer {token}"
        transport = httpx.ASGITransport(app=self.host.app, raise_app_exceptions=False, client=(address, 4000))
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)

    def browser(self, address: str = "10.0.0.1") -> httpx.AsyncClient:
        return self.client(address=address, Accept="text/html")

    async def api(self, method: str, path: str, *, by: str | None = None, **how: Any) -> httpx.Response:
        async with self.client(self.tokens[by] if by else None) as client:
            return await client.request(method, f"/identity/api{path}", **how)

    async def as_service(self, method: str, path: str, *, name: str = "publication", **how: Any) -> httpx.Response:
        async with self.client(self.kit.tokens.issue_service(name, self.clock())) as client:
            return await client.request(method, f"/identity/api{path}", **how)

    async def first_start(self) -> httpx.Response:
        code = setup.read(self.kit.settings.data_dir) or ""
        answer = await self.api(
            "POST", "/first-start", json={"setup_code": code, "organ": ORGAN, "administrator": ADMINISTRATOR}
        )
        if answer.status_code == 201:
            self.tokens["guanli"] = answer.json()["token"]
            self.ids["guanli"] = UUID(answer.json()["person_id"])
            self.ids["organ"] = UUID(answer.json()["organ_id"])
        return answer

    async def hire(self, login: str, *roles: str, unit: str = "办公室", **more: Any) -> UUID:
        """Add a person with a password and sign in."""
        body = {"name": f"某{login}", "login": login, "unit": unit, "roles": roles, "password": PASSWORD, "must_change": False}
        answer = await self.api("POST", "/people", by="guanli", json=body | more)
        assert answer.status_code == 201, answer.text
        self.ids[login] = UUID(answer.json()["person_id"])
        await self.sign_in(login)
        return self.ids[login]

    async def sign_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        answer = await self.api("POST", "/sessions", json={"login": login, "password": password})
        if answer.status_code == 201:
            self.tokens[login] = answer.json()["token"]
        return answer

    async def told(self) -> list[tuple[str, str]]:
        async with self.kit.pool.acquire() as db:
            rows = await db.fetch("SELECT type, data FROM outbox ORDER BY seq")
        return [(row["type"], row["data"]) for row in rows]


def csrf_in(html: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    assert found, "no form on this page"
    return found[1]


async def submit(browser: httpx.AsyncClient, page: str, action: str | None = None, **fields: Any) -> httpx.Response:
    """Open a page and post its form like a person would."""
    shown = await browser.get(page)
    return await browser.post(action or page, data={"csrf": csrf_in(shown.text), **fields})


@asynccontextmanager
async def browse_as(office: Office, login: str, password: str = PASSWORD) -> AsyncIterator[httpx.AsyncClient]:
    async with office.browser() as browser:
        answer = await submit(browser, "/identity/sign-in", login=login, password=password)
        assert answer.status_code == 303, answer.text
        yield browser


@asynccontextmanager
async def an_office(postgres: Any, folder: Path, *, started: bool = True, kafka: str = "127.0.0.1:1") -> AsyncIterator[Office]:
    clock = HeldClock()
    settings = Settings(
        database_urls={"identity": await postgres.database("identity")}, kafka=kafka, data_dir=folder / "data",
        public_url="http://test", ticker_poll=0.05,
    )
    async with hosted([SERVICE], settings, now=clock, metrics=Metrics(CollectorRegistry())) as host:
        office = Office(host, clock, folder)
        if started:
            answer = await office.first_start()
            assert answer.status_code == 201, answer.text
        yield office
