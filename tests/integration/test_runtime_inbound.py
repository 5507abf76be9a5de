"""`POST /events` with a real database: who may post, what each event became, and that nothing counts twice."""

import asyncio
import json
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from standardwebhooks import Webhook
from tests.support.kits import HeldClock, a_kit

from gongkai.contracts.inbound import DocumentSubmitted, PolicyIssued
from gongkai.runtime import problem
from gongkai.runtime.errors import ChangedMeanwhile, Invalid, NotFound
from gongkai.runtime.inbound_door import event_door
from gongkai.runtime.inbound_sources import Sources
from gongkai.runtime.inbox import Inbox
from gongkai.statute.refusal import Refused

OA = "https://oa.jinan.example"
ORGAN = UUID(int=5)
POLICY = "gongkai.inbound.PolicyIssued.v1"
ONE, MANY = "application/cloudevents+json", "application/cloudevents-batch+json"


async def take_policy(tx, event):
    if event.title == "旧文":
        raise Refused("该文件已经废止,不再转载", "第十二条")
    if event.title == "缺栏目":
        raise Invalid([("title", "标题里没有栏目")])
    if event.title == "事故":
        raise RuntimeError("boom")
    await tx.db.execute("INSERT INTO taken VALUES ($1)", event.external_id)


class Sender:
    """An outside system that signs as Standard Webhooks ask."""

    def __init__(self, http, secret, clock):
        self.http, self.secret, self.clock = http, secret, clock

    async def post(self, body, content_type=ONE, *, at=None, signed=None, message_id="msg-1", **headers):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        at = at or self.clock()
        mark = Webhook(self.secret).sign(message_id, at, (signed or content).decode("utf-8", "replace"))
        return await self.http.post(
            "/newmedia/events",
            content=content,
            headers={
                "content-type": content_type,
                "webhook-id": message_id,
                "webhook-timestamp": str(int(at.timestamp())),
                "webhook-signature": mark,
                **headers,
            },
        )


def policy(event_id="OA-1", /, title="关于促进消费的若干措施", organ=ORGAN, **changes):
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": OA,
        "type": POLICY,
        "time": "2026-03-10T12:00:00+08:00",
        "data": {
            "external_id": f"{event_id}-文", "organ_id": str(organ), "title": title, "issuer": "商务部",
            "url": "https://mofcom.example/1", "issued_on": "2026-03-09",
        },
        **changes,
    }  # fmt: skip


@pytest.fixture
async def desk(postgres, tmp_path):
    clock = HeldClock()
    async with a_kit(await postgres.database("inbound"), tmp_path, name="newmedia-sync", now=clock) as kit:
        sources = Sources(kit.vault)
        async with kit.pool.acquire() as db, db.transaction():
            await db.execute("CREATE TABLE taken (id text)")
            secret = await sources.register(db, OA, "市级 OA", ORGAN, [POLICY], clock(), uuid4)
        app = FastAPI()
        problem.install(app)
        app.include_router(event_door(kit, Inbox(kit, {PolicyIssued: take_policy}), sources), prefix="/newmedia")
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://us") as http:
            yield SimpleNamespace(
                kit=kit, sources=sources, oa=Sender(http, secret, clock), clock=clock, http=http, app=app
            )


async def taken(desk):
    async with desk.kit.pool.acquire() as db:
        return [row["id"] for row in await db.fetch("SELECT id FROM taken ORDER BY id")]


def outcomes(answer):
    return [result["outcome"] for result in answer.json()["results"]]


async def test_an_event_is_accepted_once_whatever_the_retries(desk):
    first = await desk.oa.post(policy())
    again = await desk.oa.post(policy())
    together = await asyncio.gather(*(desk.oa.post(policy("OA-2")) for _ in range(8)))

    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["results"] == [
        {"index": 0, "id": "OA-1", "outcome": "accepted", "reason": "", "article": "", "errors": []}
    ]
    assert sorted(answer.status_code for answer in together) == [200] * 7 + [202]
    assert await taken(desk) == ["OA-1-文", "OA-2-文"]


async def test_binary_mode_works_when_its_id_is_signed(desk):
    event = policy()
    headers = {f"ce-{name}": event[name] for name in ("specversion", "id", "source", "type")}

    answer = await desk.oa.post(event["data"], "application/json", message_id="OA-1", **headers)
    replayed = await desk.oa.post(event["data"], "application/json", message_id="OA-1", **headers | {"ce-id": "OA-9"})

    assert answer.status_code == 202
    assert replayed.status_code == 401
    assert await taken(desk) == ["OA-1-文"]


async def test_a_batch_tells_what_became_of_each_and_where_it_is_wrong(desk):
    await desk.oa.post(policy("OA-1"))
    crooked = policy("OA-3")
    crooked["data"] |= {"url": "ftp://x", "issued_on": "昨天"}
    batch = [
        policy("OA-1"), policy("OA-2"), crooked, policy("OA-4", title="旧文"), policy("OA-5", title="缺栏目"),
        policy("OA-6", specversion="2"), policy("OA-7", source="https://other.example"),
        policy("OA-8", type="gongkai.inbound.DocumentSubmitted.v1"),
        policy("OA-9", type="gongkai.publication.ReleaseOrdered.v1"),
        policy("OA-A", organ=UUID(int=6)), policy("OA-B", subject="else"),
    ]  # fmt: skip

    answer = await desk.oa.post(batch, MANY)

    assert answer.status_code == 207
    results = answer.json()["results"]
    assert [result["id"] for result in results] == [event["id"] for event in batch]
    assert outcomes(answer) == [
        "duplicate", "accepted", "invalid", "refused", "refused", "invalid", "invalid", "refused", "refused",
        "invalid", "invalid",
    ]  # fmt: skip
    assert [error["path"] for error in results[2]["errors"]] == ["[2].data.url", "[2].data.issued_on"]
    assert results[3]["article"] == "第十二条"
    assert "标题里没有栏目" in results[4]["reason"]
    assert results[5]["errors"][0]["path"] == "[5].specversion"
    assert results[6]["errors"][0]["path"] == "[6].source"
    assert results[9]["errors"][0]["path"] == "[9].data.organ_id"
    assert results[10]["errors"][0]["path"] == "[10].subject"
    assert await taken(desk) == ["OA-1-文", "OA-2-文"]


async def test_a_refused_event_leaves_no_trace_and_may_be_sent_again_when_mended(desk):
    refused = await desk.oa.post(policy(title="旧文"))
    mended = await desk.oa.post(policy(title="新文"))

    assert refused.status_code == 409
    assert mended.status_code == 202
    assert await taken(desk) == ["OA-1-文"]


async def test_an_accident_keeps_nothing_and_asks_the_sender_to_try_again(desk):
    answer = await desk.oa.post(policy(title="事故"))

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    async with desk.kit.pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM inbox") == 0


async def test_single_events_that_are_invalid_or_unreadable_name_the_field(desk):
    no_title = policy()
    del no_title["data"]["title"]

    invalid = await desk.oa.post(no_title)
    unreadable = await desk.oa.post(policy(time="gestern"))
    garbage = await desk.oa.post(b"\xff\xfe{")

    assert [answer.status_code for answer in (invalid, unreadable, garbage)] == [422, 422, 422]
    assert invalid.json()["results"][0]["errors"] == [{"path": "data.title", "sentence": "这一项必须填写"}]
    assert unreadable.json()["results"][0]["errors"][0]["path"] == "time"
    assert "JSON" in garbage.json()["results"][0]["reason"]


async def test_strangers_closed_sources_and_wrong_signatures_get_one_and_the_same_answer(desk):
    wrong = await desk.oa.post(policy(), signed=b"another body")
    unsigned = await desk.oa.post(policy(), **{"webhook-signature": "v2,xx v1,%%%"})
    stranger = await desk.oa.post(policy(source="https://stranger.example"))
    async with desk.kit.pool.acquire() as db:
        await desk.sources.change(db, OA, [POLICY], active=False, now=desk.clock())
    closed = await desk.oa.post(policy())

    answers = [wrong, unsigned, stranger, closed]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert await taken(desk) == []


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_signature_from_another_time_is_not_accepted(desk, minutes):
    answer = await desk.oa.post(policy(), at=desk.clock() + timedelta(minutes=minutes))

    assert answer.status_code == 401
    assert await taken(desk) == []


async def test_a_request_without_a_signature_is_not_even_read(desk):
    answer = await desk.http.post("/newmedia/events", json=policy(), headers={"content-type": ONE})

    assert answer.status_code == 401


async def test_a_body_over_the_limit_is_refused(desk):
    answer = await desk.oa.post(b"[" + b" " * (9 * 1024 * 1024) + b"]", MANY)

    assert answer.status_code == 413
    assert "8192 KB" in answer.json()["title"]


async def test_a_renewed_secret_and_the_one_before_are_good_and_older_ones_are_not(desk):
    old = desk.oa.secret
    renewed = []
    for _ in range(2):
        async with desk.kit.pool.acquire() as db, db.transaction():
            renewed.append(await desk.sources.renew_secret(db, OA, desk.clock(), uuid4))

    statuses = []
    for number, secret in enumerate([old, *renewed]):
        desk.oa.secret = secret
        statuses.append((await desk.oa.post(policy(f"OA-{number}"))).status_code)

    assert statuses == [401, 202, 202]


async def test_a_secret_lies_nowhere_in_the_open(desk):
    async with desk.kit.pool.acquire() as db:
        rows = [*await db.fetch("SELECT * FROM event_source"), *await db.fetch("SELECT * FROM vault_item")]

    assert desk.oa.secret.removeprefix("whsec_") not in repr(rows)


async def test_only_inbound_types_can_be_allowed_and_a_name_is_given_once(desk):
    async with desk.kit.pool.acquire() as db:
        with pytest.raises(Invalid, match=r"allowed_types\.0"):
            await desk.sources.register(
                db, "x", "x", ORGAN, ["gongkai.publication.ReleaseOrdered.v1"], desk.clock(), uuid4
            )
        with pytest.raises(Invalid, match="source"):
            await desk.sources.register(db, "a b", "x", ORGAN, [POLICY], desk.clock(), uuid4)
        with pytest.raises(ChangedMeanwhile):
            await desk.sources.register(db, OA, "x", ORGAN, [POLICY], desk.clock(), uuid4)
        with pytest.raises(NotFound):
            await desk.sources.renew_secret(db, "nobody", desk.clock(), uuid4)
        assert [source.name for source in await desk.sources.of_organ(db, ORGAN)] == ["市级 OA"]


async def test_a_type_this_service_does_not_take_is_refused_though_it_is_allowed(desk):
    async with desk.kit.pool.acquire() as db:
        await desk.sources.change(db, OA, [DocumentSubmitted.type_name()], active=True, now=desk.clock())

    answer = await desk.oa.post(policy(type=DocumentSubmitted.type_name()))

    assert answer.status_code == 409
    assert "这里不接收" in answer.json()["results"][0]["reason"]


async def test_the_door_describes_itself(desk):
    operation = desk.app.openapi()["paths"]["/newmedia/events"]["post"]

    assert set(operation["requestBody"]["content"]) == {ONE, MANY, "application/json"}
    assert {"200", "202", "207", "409"} <= set(operation["responses"])
