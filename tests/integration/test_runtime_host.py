"""The host: two services in one process, from a click in one to an effect in the other and a page in the browser."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter
from prometheus_client import CollectorRegistry
from tests.support.eventually import eventually
from tests.support.hosted import settings_for
from tests.support.shelf import SHELF, an_event, shelve

from gongkai.contracts.publication import ReleaseCancelled
from gongkai.hosting.access import OPERATOR
from gongkai.hosting.host import hosted
from gongkai.runtime import telemetry
from gongkai.runtime.errors import ChangedMeanwhile, Invalid, NotFound, TooMany
from gongkai.runtime.kit import Kit, Service, Wiring
from gongkai.runtime.metrics import Metrics
from gongkai.statute.refusal import Refused


@dataclass
class Shop:
    """A writing service and a reading one, with a door for every outcome."""

    heard: list[str]

    async def writer(self, kit: Kit) -> Wiring:
        routes = APIRouter()

        @routes.post("/api/shelves/{title}")
        async def add(title: str) -> dict[str, str]:
            async with kit.transaction() as tx:
                tx.tell(an_event(shelf := uuid4(), title))
            return {"id": str(shelf)}

        @routes.get("/api/outcomes/{name}")
        async def outcome(name: str, number: int = 0) -> None:
            async with kit.pool.acquire() as db:
                if name == "nul":
                    await db.fetchval("SELECT $1::text", "a\x00b")
                if name == "huge":
                    await db.fetchval("SELECT $1::int", 10**12)
                if name == "surrogate":
                    await db.fetchval("SELECT $1::text", "\ud800")
            raise {
                "refused": Refused("这一步现在不能办", "《政府信息公开条例》第三十三条"),
                "changed": ChangedMeanwhile(),
                "gone": NotFound(),
                "invalid": Invalid([("标题", "不能为空")]),
                "often": TooMany("请稍等", 7),
                "bug": RuntimeError("boom"),
            }[name]

        return Wiring(routers=[routes])

    async def reader(self, kit: Kit) -> Wiring:
        async def hear(tx, event: ReleaseCancelled) -> None:
            await shelve(tx, event.document_id, event.reason, tell=False)
            self.heard.append(event.reason)

        return Wiring(handlers={ReleaseCancelled: hear})


@pytest.fixture
async def shop(postgres, kafka, tmp_path):
    shop = Shop([])
    services = [
        Service("publication", "/publication", "gongkai.runtime", shop.writer),
        Service("portal", "", "gongkai.runtime", shop.reader),
    ]
    settings = await settings_for(postgres, kafka, tmp_path, ["publication", "portal"])
    async with hosted(services, settings, metrics=Metrics(CollectorRegistry())) as host:
        transport = httpx.ASGITransport(app=host.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as browser:
            yield shop, host, browser


async def test_what_one_service_tells_the_other_takes_in_and_the_trace_is_one(shop):
    shop, host, browser = shop
    title = f"书 {uuid4()}"

    with telemetry.captured_spans() as spans:
        answer = await browser.post(f"/publication/api/shelves/{title}")
        await eventually(lambda: title in shop.heard, timeout=20)

    finished = spans.get_finished_spans()
    [click] = [span for span in finished if span.name == "POST publication"]
    ours = [
        span
        for span in finished
        if span.name == "handle ReleaseCancelled" and span.context.trace_id == click.context.trace_id
    ]
    assert len(ours) == 1

    async def shelved() -> bool:
        async with host.running["portal"].kit.transaction() as tx:
            state, _ = await tx.load(SHELF, UUID(answer.json()["id"]))
        return state.books == (title,)

    # It was heard inside the transaction; a moment later it is committed.
    await eventually(shelved)


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("refused", 409, "refused"),
        ("changed", 412, "changed-meanwhile"),
        ("gone", 404, "not-found"),
        ("invalid", 422, "invalid"),
        ("often", 429, "too-many"),
        ("nul", 422, "invalid"),
        ("huge", 422, "invalid"),
        ("surrogate", 422, "invalid"),
        ("bug", 500, "accident"),
    ],
)
async def test_every_outcome_is_a_problem_for_programs(shop, name, status, kind):
    _, _, browser = shop

    answer = await browser.get(f"/publication/api/outcomes/{name}")

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["type"] == f"/problems/{kind}"
    assert answer.headers["cache-control"] == "no-store"
    assert "boom" not in answer.text


async def test_a_wrong_parameter_is_named_in_chinese(shop):
    _, _, browser = shop

    answer = await browser.get("/publication/api/outcomes/gone?number=x")

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"path": "number", "sentence": "这里要填整数"}]


async def test_a_body_over_the_limit_is_refused_before_it_is_read(shop):
    _, _, browser = shop

    answer = await browser.post("/publication/api/shelves/x", headers={"content-length": str(2**40)}, content=b"x")

    assert answer.status_code == 413


async def test_the_operator_sees_status_and_metrics_and_nobody_else_does(shop):
    _, host, browser = shop
    kit = host.running["publication"].kit
    token = kit.tokens.issue_service(OPERATOR, kit.now())

    closed = await browser.get("/publication/api/ops/status")
    wrong = await browser.get(
        "/publication/api/ops/status",
        headers={"Authorization": f"Bearer {kit.tokens.issue_service('portal', kit.now())}"},
    )
    status = await browser.get("/publication/api/ops/status", headers={"Authorization": f"Bearer {token}"})
    ready = await browser.get("/publication/health/ready")
    metrics = await browser.get("/publication/metrics")

    assert closed.status_code == wrong.status_code == 401
    assert status.json()["service"] == "publication"
    assert ready.json()["checks"]["kafka"]["ok"]
    assert "gongkai_outbox_oldest_seconds" in metrics.text


async def test_the_operator_verifies_the_register_over_http(shop):
    _, host, browser = shop
    kit = host.running["portal"].kit
    async with kit.transaction() as tx:
        await shelve(tx, uuid4(), "一", tell=False)
    operator = {"Authorization": f"Bearer {kit.tokens.issue_service(OPERATOR, kit.now())}"}

    sealed = await browser.post("/api/ops/register/seal", headers=operator)
    verdict = await browser.post("/api/ops/register/verify", headers=operator)

    assert sealed.json() == {"seal": 1}
    assert verdict.json() | {"flaws": []} == {
        "service": "portal",
        "whole": True,
        "rows": 1,
        "aggregates": 1,
        "seals": 1,
        "flaws": [],
    }


async def test_blobs_are_for_services_only(shop):
    _, host, browser = shop
    kit = host.running["publication"].kit
    ref = await kit.blobs.put(b"body", "text/plain")

    closed = await browser.get(f"/publication/blobs/{ref.digest}")
    token = kit.tokens.issue_service("portal", kit.now())
    opened = await browser.get(f"/publication/blobs/{ref.digest}", headers={"Authorization": f"Bearer {token}"})

    assert closed.status_code == 403
    assert opened.content == b"body"


async def test_the_address_of_a_service_needs_no_last_stroke(shop):
    _, _, browser = shop

    answer = await browser.get("/publication", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (308, "/publication/")
