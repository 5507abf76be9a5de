"""What identity tells reaches another service through Kafka: an officer is known there, and a withdrawn role is gone."""

from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends
from prometheus_client import CollectorRegistry
from tests.support.eventually import eventually
from tests.support.identity_office import Office
from tests.support.kits import HeldClock

from gongkai.hosting.host import hosted
from gongkai.runtime.kit import Kit, Service, Wiring
from gongkai.runtime.metrics import Metrics
from gongkai.runtime.settings import Settings
from gongkai.web.officers import officers, organ_by_slug
from gongkai.web.session import Officer, require
from identity.app import SERVICE


async def a_desk(_: Kit) -> Wiring:
    routes = APIRouter()

    @routes.get("/api/may-order")
    async def may_order(officer: Annotated[Officer, Depends(require("release.order"))]) -> dict[str, str]:
        return {"on_behalf_of": str(officer.on_behalf_of("release.order"))}

    return Wiring(routers=[routes])


@pytest.fixture
async def both(postgres, kafka, tmp_path):
    names = {"identity": await postgres.database("identity"), "publication": await postgres.database("publication")}
    settings = Settings(
        database_urls=names, kafka=kafka, data_dir=tmp_path / "data", public_url="http://test", ticker_poll=0.05,
        instance=f"identity-bus-{tmp_path.name}",
    )
    services = [SERVICE, Service("publication", "/publication", "gongkai.runtime", a_desk)]
    clock = HeldClock()
    async with hosted(services, settings, now=clock, metrics=Metrics(CollectorRegistry())) as host:
        office = Office(host, clock, tmp_path)
        assert (await office.first_start()).status_code == 201
        yield office


async def status(office: Office, login: str) -> int:
    async with office.client(office.tokens[login]) as client:
        return (await client.get("/publication/api/may-order")).status_code


async def test_a_role_given_and_taken_in_identity_is_given_and_taken_in_publication(both: Office):
    person = await both.hire("gongkai", "openness_officer")

    async def ordered() -> bool:
        return await status(both, "gongkai") == 200

    async def refused() -> bool:
        return await status(both, "gongkai") == 403

    await eventually(ordered, timeout=30)
    publication = both.host.running["publication"].kit
    async with publication.reading() as db:
        assert (await organ_by_slug(db, "jnsw")).name == "济南市商务局"
        assert [row.person_id for row in await officers(db, both.ids["organ"], ["openness_officer"])] == [person]

    await both.api("PATCH", f"/people/{person}", by="guanli", json={"roles": ["drafter"]})
    await eventually(refused, timeout=30)

    await both.api("POST", f"/people/{person}/leave", by="guanli")

    async def gone() -> bool:
        return await status(both, "gongkai") == 401

    await eventually(gone, timeout=30)


async def test_who_stands_in_acts_in_the_others_name_and_it_is_known_for_whom(both: Office):
    away, deputy = await both.hire("fuju", "deputy_head"), await both.hire("chuzhang", "section_head")
    today = str(both.clock().date())

    made = await both.api("POST", "/stand-ins", by="guanli", json={"person_id": str(deputy), "away_id": str(away), "from_on": today, "to_on": today})
    assert made.status_code == 201

    async def in_the_others_name() -> bool:
        async with both.client(both.tokens["chuzhang"]) as client:
            answer: httpx.Response = await client.get("/publication/api/may-order")
        return answer.status_code == 200 and answer.json() == {"on_behalf_of": str(away)}

    await eventually(in_the_others_name, timeout=30)
