"""The site as it runs: hosted, through a real Kafka, with publication's blobs behind real HTTP."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.support.eventually import eventually
from tests.support.hosted import serving, settings_for
from tests.support.portal_world import a_catalogue, an_approval, an_order, an_organ

from gongkai.contracts.channels import ChannelPrepared, ChannelRefused, ChannelReleased
from gongkai.contracts.envelope import Event
from gongkai.hosting.host import Host
from gongkai.runtime.kit import Kit, Service, Wiring
from portal.app import SERVICE


def wall() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Desk:
    """A service in publication's place: it owns blobs, tells, and hears what the site answers."""

    kit: Kit | None = None
    heard: list[Event] = field(default_factory=list)

    async def build(self, kit: Kit) -> Wiring:
        self.kit = kit

        async def hear(_: Any, event: Event) -> None:
            self.heard.append(event)

        return Wiring(handlers=dict.fromkeys((ChannelPrepared, ChannelRefused, ChannelReleased), hear))

    async def tell(self, *events: Event) -> None:
        assert self.kit is not None
        async with self.kit.transaction() as tx:
            for event in events:
                tx.tell(event)

    def answers(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.heard if isinstance(event, kind)]


@dataclass(slots=True)
class System:
    desk: Desk
    host: Host
    reader: httpx.AsyncClient


@pytest.fixture
async def system(postgres, kafka, tmp_path) -> AsyncIterator[System]:
    desk = Desk()
    services = [Service("publication", "/publication", "gongkai.runtime", desk.build), SERVICE]
    settings = await settings_for(postgres, kafka, tmp_path, ["publication", "portal"])
    async with serving(services, settings) as running:
        running.browser.headers["accept"] = "text/html"
        await desk.tell(a_catalogue())
        yield System(desk, running.host, running.browser)


async def described(system: System) -> None:
    """Give the site its organ; identity is not part of this system, so its read table is filled through the handler."""
    running = system.host.running["portal"]
    async with running.kit.transaction() as tx:
        await running.wiring.handlers[type(an_organ())](tx, an_organ())


async def test_a_document_goes_through_kafka_and_becomes_visible_at_its_instant(system: System) -> None:
    await described(system)
    desk = system.desk
    assert desk.kit is not None
    approval = await an_approval(
        desk.kit.blobs, wall(), 1, title="关于以旧换新的通知", attachments=[("清单.pdf", b"%PDF-1.7", "application/pdf")]
    )

    await desk.tell(approval)
    await eventually(lambda: desk.answers(ChannelPrepared), timeout=30)
    assert (await system.reader.get(approval.permalink)).status_code == 404
    instant = wall() + timedelta(seconds=1.5)
    await desk.tell(an_order(approval, instant))
    status, asked_at = 404, wall()
    deadline = time.monotonic() + 20
    while status == 404 and time.monotonic() < deadline:
        asked_at = wall()
        status = (await system.reader.get(approval.permalink)).status_code
    await eventually(lambda: desk.answers(ChannelReleased), timeout=10)

    (released,) = desk.answers(ChannelReleased)
    assert status == 200
    assert released.acted_at == instant
    assert timedelta(milliseconds=-50) < asked_at - instant < timedelta(milliseconds=500)
    assert "关于以旧换新的通知" in (await system.reader.get("/")).text
    assert desk.answers(ChannelRefused) == []


async def test_hundreds_of_editions_in_one_batch_are_all_prepared_and_in_order(system: System) -> None:
    await described(system)
    desk = system.desk
    assert desk.kit is not None
    approvals = [await an_approval(desk.kit.blobs, wall(), number) for number in range(1, 121)]

    await desk.tell(*approvals)
    await desk.tell(*(an_order(approval, wall()) for approval in approvals))
    await eventually(lambda: len(desk.answers(ChannelReleased)) == 120, timeout=60)

    assert (await system.reader.get("/api/documents")).json()["total"] == 120
    assert len(desk.answers(ChannelPrepared)) == 120
    quarantined = await system.host.running["portal"].kit.pool.fetchval("SELECT count(*) FROM quarantine")
    assert quarantined == 0


async def test_the_probes_and_the_description_of_the_api_are_not_hidden_behind_the_site(system: System) -> None:
    assert (await system.reader.get("/health/live")).status_code == 200
    described_api = (await system.reader.get("/openapi.json")).json()
    assert "/api/search" in described_api["paths"]
    assert (await system.reader.get("/publication/health/live")).status_code == 200
    assert (await system.reader.get("/asyncapi.json")).status_code == 200
