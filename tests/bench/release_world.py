"""A bureau that releases documents, for a bench: the whole system in one process, the platforms in another."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from aiokafka import AIOKafkaConsumer
from tests.support.eventually import eventually
from tests.support.hosted import Hosted, a_system
from tests.support.stack import Databases

from gongkai.local import ports
from gongkai.local.demo import seed as seeds
from gongkai.local.demo.founding import Founding
from gongkai.local.demo.office import Office, Passwords
from gongkai.runtime.tx import Actor
from publication.app import make_desks
from publication.desks import Desks
from publication.domain import commands as c
from publication.domain import disclosure, steps
from publication.domain.content import Content
from publication.domain.disclosure import Verdict
from publication.domain.people import Officer
from publication.releasing import Order

SERVICES = ("identity", "publication", "newmedia-sync", "portal")
OFFICERS = ("drafter", "proofreader", "section_head", "deputy_head", "openness_officer", "secrecy_reviewer")
REVIEWERS = {
    "first-review": "drafter",
    "first-proof": "proofreader",
    "second-review": "section_head",
    "second-proof": "proofreader",
    "final-review": "deputy_head",
    "final-proof": "proofreader",
}
PARAGRAPH = "各有关单位要认真组织实施，按照时间节点推进，及时报送进展情况，并做好政策宣传和解读工作。"


@asynccontextmanager
async def platforms() -> AsyncIterator[str]:
    """Run the sandbox as the process of its own that it is."""
    port = ports.free_port()
    url = f"http://{ports.LOOPBACK}:{port}"
    env = {name: value for name, value in os.environ.items() if not name.startswith("GONGKAI_")}
    process = subprocess.Popen([sys.executable, "-m", "sandbox"], env={**env, "GONGKAI_SANDBOX_PORT": str(port)})  # noqa: ASYNC220  once, before anything is measured
    try:
        async with httpx.AsyncClient(trust_env=False) as client:

            async def up() -> bool:
                with contextlib.suppress(httpx.HTTPError):
                    return (await client.get(url)).is_success
                return False

            await eventually(up, timeout=60)
        yield url
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 30)


@dataclass(slots=True)
class Told:
    """When somebody outside saw the events of one release on the wire."""

    prepared: list[float] = field(default_factory=list)
    ordered: float = 0.0
    published: float = 0.0
    skew_ms: float = 0.0
    done: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Observer:
    """Reads topics with a bare consumer of its own: the same eye for ours and for the floor."""

    kafka: str
    topics: Sequence[str]
    told: dict[str, Told] = field(default_factory=dict)

    def expect(self, release_id: str) -> Told:
        return self.told.setdefault(release_id, Told())

    @asynccontextmanager
    async def watching(self) -> AsyncIterator["Observer"]:
        consumer = AIOKafkaConsumer(*self.topics, bootstrap_servers=self.kafka, auto_offset_reset="latest")
        await consumer.start()
        for place in consumer.assignment():
            await consumer.position(place)
        task = asyncio.create_task(self._read(consumer))
        try:
            yield self
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await consumer.stop()

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        async for record in consumer:
            seen = time.perf_counter()
            headers = dict(record.headers)
            kind = headers.get("ce_type", b"").decode().split(".")[-2:-1]
            if not kind or record.value is None:
                continue
            self._note(kind[0], record.value, seen)

    def _note(self, kind: str, value: bytes, seen: float) -> None:
        if kind not in {"ChannelPrepared", "ReleaseOrdered", "DocumentPublished"}:
            return
        body = json.loads(value)
        told = self.expect(body["release_id"])
        match kind:
            case "ChannelPrepared":
                told.prepared.append(seen)
            case "ReleaseOrdered":
                told.ordered = seen
            case _:
                told.published, told.skew_ms = seen, float(body.get("skew_ms", 0.0))
                told.done.set()


@dataclass(slots=True)
class Bureau:
    hosted: Hosted
    office: Office
    desks: Desks
    organ_id: UUID
    people: dict[str, Officer]
    road: dict[str, str]

    # ── Documents ───────────────────────────────────────────────────────────

    async def ready(self, count: int, *, paragraphs: int = 40) -> list[UUID]:
        """Write, check and review documents that lack nothing but the sign-off."""
        documents = [await self._reviewed(number, paragraphs) for number in range(count)]
        await self.checked()
        return documents

    async def checked(self) -> None:
        pool = self.hosted.kit("publication").pool
        await eventually(lambda: self._nothing_to_check(pool), timeout=300, poll=0.1)

    async def _nothing_to_check(self, pool: Any) -> bool:
        return bool(await pool.fetchval("SELECT NOT EXISTS (SELECT FROM check_job)"))

    async def _reviewed(self, number: int, paragraphs: int) -> UUID:
        by, desk = self.people, self.desks.desk
        kit = self.hosted.kit("publication")
        content = Content(
            title=f"关于做好第{number + 1}批促消费工作的通知", kind="notice", column_id="tzgg",
            body="\n\n".join(f"（{line + 1}）{PARAGRAPH}" for line in range(paragraphs)),
            formed_on=datetime.now(UTC).date(), summary="工作安排、时间节点和报送要求。",
        )  # fmt: skip
        document_id = uuid4()
        async with kit.transaction(actor=Actor("person", str(by["drafter"].person))) as tx:
            await desk.create(tx, by["drafter"], self.organ_id, content, document_id=document_id)
            await desk.submit(tx, by["drafter"], self.organ_id, document_id, 1)
            for role in ("openness_officer", "secrecy_reviewer"):
                verdicts = tuple(Verdict(item.name, "clear") for item in disclosure.ITEMS if role in item.roles)
                await desk.perform(tx, document_id, c.ReviewDisclosure(by[role], 1, verdicts))
            for step in steps.steps_for(important=False):
                mark = c.PutMark(by[REVIEWERS[step.name]], 1, step.name, "同意")
                await desk.perform(tx, document_id, mark)
        return document_id

    async def approve(self, document_id: UUID, order: Order | None = None) -> str:
        """Sign off, by the road that the API takes."""
        kit, head = self.hosted.kit("publication"), self.people["deputy_head"]
        async with kit.transaction(actor=Actor("person", str(head.person))) as tx:
            (release_id,) = await self.desks.releases.approve(tx, head, self.organ_id, document_id, 1, order or Order())
        return str(release_id)


@asynccontextmanager
async def a_working_bureau(
    databases: Databases, kafka: str, folder: Path, sandbox_url: str, **settings: Any
) -> AsyncIterator[Bureau]:
    """Found the bureau of the demonstration through its API: organ, people, catalogue, connected accounts."""
    async with a_system(
        databases, kafka, folder, SERVICES, sandbox_url=sandbox_url, pool_max=12, **settings
    ) as hosted:
        seed = seeds.read(seeds.folder(), datetime.now(UTC).date())
        async with Office(hosted.url, Passwords(folder)) as office:
            founding = Founding(office, seed, folder, hosted.url, sandbox_url)
            for step in (founding.organ, founding.people, founding.catalogue, founding.accounts):
                await step()
            pool = hosted.kit("publication").pool
            rows = await pool.fetch("SELECT person_id, organ_id, roles, unit FROM officer WHERE active")
            people = {
                role: Officer(row["person_id"], frozenset(row["roles"]), row["unit"])
                for row in rows for role in row["roles"] if role in OFFICERS
            }  # fmt: skip
            # All marks of one document are of one section.
            people["section_head"] = next(
                Officer(row["person_id"], frozenset(row["roles"]), row["unit"])
                for row in rows
                if "section_head" in row["roles"] and row["unit"] == people["drafter"].unit
            )
            desks = make_desks(hosted.kit("publication"))
            yield Bureau(hosted, office, desks, rows[0]["organ_id"], people, dict(seed.road))
