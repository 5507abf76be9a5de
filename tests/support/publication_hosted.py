"""Publication as it runs, hosted and through a real Kafka, with an organ and officers that need no identity service."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from aiokafka import AIOKafkaProducer
from standardwebhooks import Webhook
from tests.support.hosted import Hosted, a_system
from tests.support.publication_bureau import ORGAN, OTHER_ORGAN, PEOPLE, ROLES, STRANGER, an_officer, organ
from tests.support.stack import Databases

from gongkai.contracts.catalog import topic_of
from gongkai.web.cookies import SESSION_COOKIE
from gongkai.web.officers import keep_officer, keep_organ
from publication import cataloguing

OA = "https://oa.jinan.example"


@dataclass(slots=True)
class House:
    """The system, and the ways into it."""

    system: Hosted
    kafka: str

    def token(self, name: str) -> str:
        kit = self.system.kit("publication")
        person, organ_id = (STRANGER, OTHER_ORGAN) if name == "stranger" else (PEOPLE[name], ORGAN)
        return kit.tokens.issue_session(person, organ_id, 0, timedelta(days=1), kit.now())

    async def do(self, name: str, method: str, path: str, **how: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token(name)}"}
        return await self.system.browser.request(method, f"/publication/api{path}", headers=headers, **how)

    @asynccontextmanager
    async def browse_as(self, name: str) -> AsyncIterator[httpx.AsyncClient]:
        async with httpx.AsyncClient(
            base_url=self.system.url, headers={"Accept": "text/html"}, cookies={SESSION_COOKIE: self.token(name)}
        ) as browser:
            yield browser

    async def post_event(self, event: dict[str, Any], secret: str) -> httpx.Response:
        """Hand over one event as an outside system does, signed."""
        content = json.dumps(event, ensure_ascii=False).encode()
        at = self.system.kit("publication").now()
        return await self.system.browser.post(
            "/publication/events",
            content=content,
            headers={
                "content-type": "application/cloudevents+json",
                "webhook-id": event["id"],
                "webhook-timestamp": str(int(at.timestamp())),
                "webhook-signature": Webhook(secret).sign(event["id"], at, content.decode()),
            },
        )

    async def produce(self, event: dict[str, Any]) -> None:
        """Hand over one event as a system with access to Kafka does."""
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka)
        await producer.start()
        try:
            await producer.send_and_wait(
                self.system.settings.kafka_prefix + topic_of("inbound"),
                json.dumps(event).encode(),
                key=f"{OA}#{event['data']['external_id']}".encode(),
                headers=[("content-type", b"application/cloudevents+json")],
            )
        finally:
            await producer.stop()


def an_inbound(name: str, external_id: str, /, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": OA,
        "type": f"gongkai.inbound.{name}.v1",
        "time": "2025-03-10T12:00:00+08:00",
        "data": {"external_id": external_id, "organ_id": str(ORGAN), **data},
    }


@asynccontextmanager
async def a_house(postgres: Databases, kafka: str, folder: Path) -> AsyncIterator[House]:
    async with a_system(postgres, kafka, folder, ["publication"]) as system:
        kit = system.kit("publication")
        async with kit.transaction() as tx:
            for organ_id, slug in ((ORGAN, "jinan"), (OTHER_ORGAN, "zibo")):
                await keep_organ(tx, organ(organ_id, slug))
                await cataloguing.found(tx, organ_id)
            for name, (role, unit) in ROLES.items():
                await keep_officer(tx, an_officer(PEOPLE[name], role, unit=unit))
            await keep_officer(tx, an_officer(STRANGER, "administrator", organ_id=OTHER_ORGAN))
        yield House(system, kafka)
