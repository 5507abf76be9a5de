"""The door for other systems and the topics themselves, fed with everything but good events: each answered or kept, the rest goes on."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from standardwebhooks import Webhook
from tests.support.eventually import eventually
from tests.support.hostile_world import PREFIXES, World, a_world, accidents, now

from gongkai.contracts.catalog import TOPICS, topic_of

ONE, MANY = "application/cloudevents+json", "application/cloudevents-batch+json"
TYPE = "gongkai.inbound.DocumentSubmitted.v1"
OA = "https://oa.example"
pytestmark = pytest.mark.timeout(240)


@dataclass(slots=True)
class Sender:
    """A registered system that signs what it sends."""

    world: World
    secret: str
    organ_id: str

    def event(self, number: str, **change: Any) -> dict[str, Any]:
        data = {
            "external_id": f"OA-{number}", "organ_id": self.organ_id, "title": f"来文{number}", "kind": "notice",
            "column_id": "tzgg", "body_markdown": "各有关单位：请按时报名。",
        }  # fmt: skip
        data |= change.pop("data", {})
        return {
            "specversion": "1.0",
            "id": number,
            "source": OA,
            "type": TYPE,
            "time": now().isoformat(),
            "data": data,
            **change,
        }

    async def post(
        self,
        body: Any,
        content_type: str = ONE,
        *,
        secret: str = "",
        sign: bool = True,
        at: Any = None,
        path: str = "/publication/events",
        **more: str,
    ) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        at = at or now()
        headers = {"content-type": content_type, **more}
        if sign:
            mark = Webhook(secret or self.secret).sign("m-1", at, content.decode("utf-8", "replace"))
            headers |= {"webhook-id": "m-1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": mark}
        return await self.world.system.browser.post(path, content=content, headers=headers)

    async def drafts(self) -> list[str]:
        rows = await self.world.fetch(
            "publication", "SELECT title FROM document WHERE source = 'submitted' ORDER BY title"
        )
        return [row["title"] for row in rows]


@pytest.fixture(scope="module")
async def oa(postgres, kafka, tmp_path_factory) -> AsyncIterator[Sender]:
    async with a_world(postgres, kafka, tmp_path_factory.mktemp("events")) as world:
        made = await world.ask(
            "administrator", "POST", "/publication/api/sources", json={"source": OA, "name": "OA", "types": [TYPE]}
        )
        (organ,) = (await world.ask("administrator", "GET", "/identity/api/organs")).json()
        yield Sender(world, made.json()["secret"], organ["organ_id"])
        assert accidents(world) == {}


def outcomes(answer: httpx.Response) -> list[str]:
    return [each["outcome"] for each in answer.json()["results"]]


async def test_who_does_not_prove_itself_is_not_heard(oa: Sender) -> None:
    before = await oa.drafts()
    stranger = "whsec_" + "QUFB" * 10
    answers = [
        await oa.post(oa.event("1"), sign=False),
        await oa.post(oa.event("1"), secret=stranger),
        await oa.post(oa.event("1", source="https://other.example")),
        await oa.post(oa.event("1"), at=now() - timedelta(minutes=10)),
        await oa.post(oa.event("1"), at=now() + timedelta(minutes=10)),
        await oa.post(oa.event("1"), sign=False, **{"webhook-timestamp": "1e400", "webhook-id": "x", "webhook-signature": "v1,AAAA"}),
        await oa.post(oa.event("1"), sign=False, **{"webhook-timestamp": "9" * 400, "webhook-id": "x", "webhook-signature": "v1,AAAA"}),
        await oa.post(oa.event("1"), sign=False, **{"webhook-timestamp": str(int(now().timestamp())), "webhook-id": "x", "webhook-signature": " ".join(["v1,AAAA"] * 900)}),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [401] * len(answers)
    assert all(answer.headers["content-type"] == "application/problem+json" for answer in answers)
    assert await oa.drafts() == before


async def test_a_replayed_request_changes_nothing(oa: Sender) -> None:
    body, at = oa.event("replayed"), now()
    first, again = await oa.post(body, at=at), await oa.post(body, at=at)
    changed = await oa.post(body | {"id": "replayed-2"})
    assert (first.status_code, again.status_code) == (202, 200)
    assert outcomes(again) == ["duplicate"]
    # Another event about the same thing of the sender: the same number is the same document.
    assert changed.status_code == 202
    assert (await oa.drafts()).count("来文replayed") == 1


async def test_a_type_or_an_organ_that_is_not_the_senders_is_refused(oa: Sender) -> None:
    before = await oa.drafts()
    for change in (
        {"type": "gongkai.publication.ReleaseOrdered.v1"},
        {"type": "gongkai.inbound.PolicyIssued.v1"},
        {"type": "x"},
    ):
        answer = await oa.post(oa.event("foreign", **change))
        assert answer.status_code == 409, change
        assert "未获准" in answer.json()["results"][0]["reason"]
    other = await oa.post(oa.event("foreign", data={"organ_id": str(uuid4())}))
    assert other.status_code == 422
    assert other.json()["results"][0]["errors"] == [{"path": "data.organ_id", "sentence": "这个来源不是为该机关登记的"}]
    assert await oa.drafts() == before


async def test_one_bad_event_of_a_batch_takes_no_other_with_it(oa: Sender) -> None:
    bad = [
        oa.event("b2", data={"kind": "no-such"}), oa.event("b3", specversion="9"), 7, oa.event("b4", data={"title": "a\u0000b"}),
        oa.event("b5", data={"title": ""}), oa.event("b6", data={"body_markdown": "字" * 1_000_001}), oa.event("b7", id="x" * 2_000),
        oa.event("b8", data={"formed_on": "99999-01-01"}), oa.event("b9", time="yesterday"), oa.event("ba", data=[]) | {"data": []},
    ]  # fmt: skip
    answer = await oa.post([oa.event("b1"), *bad, oa.event("b99")], MANY)
    results = answer.json()["results"]
    assert answer.status_code == 207
    assert outcomes(answer) == ["accepted", *["invalid"] * len(bad), "accepted"]
    assert all(result["errors"] and result["errors"][0]["sentence"] for result in results[1:-1])
    assert all(result["errors"][0]["path"].startswith(f"[{result['index']}]") for result in results[1:-1])
    assert {"来文b1", "来文b99"} <= set(await oa.drafts())
    assert not {f"来文b{n}" for n in "23456789a"} & set(await oa.drafts())


async def test_too_many_events_at_once_are_refused_whole(oa: Sender) -> None:
    before = await oa.drafts()
    answer = await oa.post(
        [{"specversion": "1.0", "id": str(n), "source": OA, "type": TYPE, "data": {}} for n in range(10_000)], MANY
    )
    assert answer.status_code == 422
    assert "1000" in answer.json()["results"][0]["reason"]
    empty = await oa.post([], MANY)
    assert empty.status_code < 500
    assert await oa.drafts() == before


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/xml", "application/cloudevents+avro", "multipart/form-data; boundary=x", "", "application/json; charset=gbk",
     "application/cloudevents+json; charset=utf-16"],
)  # fmt: skip
async def test_another_kind_of_content_is_told_what_is_taken(oa: Sender, content_type: str) -> None:
    answer = await oa.post(oa.event("kind"), content_type)
    assert answer.status_code in (401, 409, 415, 422), answer.text
    assert answer.headers["content-type"] in ("application/json", "application/problem+json")
    assert "来文kind" not in await oa.drafts()


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe{", b"{" * 100_000, b"[" * 100_000, b'{"specversion":"1.0","id":1e400}', b"null", b"NaN", b'"text"', b"{}",
     b'{"specversion":"1.0","specversion":"1.0"}', b"\x1f\x8b\x08\x00"],
    ids=lambda body: repr(body[:20]),
)  # fmt: skip
async def test_what_cannot_be_read_is_told_so(oa: Sender, body: bytes) -> None:
    for media in (ONE, MANY):
        answer = await oa.post(body, media)
        assert answer.status_code in (401, 422), answer.text
    packed = await oa.post(oa.event("packed"), **{"content-encoding": "gzip"})
    assert packed.status_code == 422


async def test_only_who_takes_events_has_a_door(oa: Sender) -> None:
    for path in ("/identity/events", "/newmedia/events", "/events"):
        answer = await oa.post(oa.event("door"), path=path)
        assert answer.status_code in (404, 405), path


# ── Straight into the topics ──────────────────────────────────────────────────


def headers(**attributes: str) -> list[tuple[str, bytes]]:
    known = {
        "specversion": "1.0", "id": str(uuid4()), "source": "publication", "type": "gongkai.publication.ReleaseOrdered.v1",
        "subject": str(uuid4()), "time": now().isoformat(), "sequence": "9" * 20, "partitionkey": "x", "correlationid": str(uuid4()),
    }  # fmt: skip
    return [
        ("content-type", b"application/json"),
        *((f"ce_{name}", value.encode()) for name, value in (known | attributes).items()),
    ]


def poison(topic: str) -> list[tuple[Sequence[tuple[str, bytes]], bytes | None]]:
    source = topic.removeprefix("gongkai.").removesuffix(".v1")
    foreign = "gongkai.identity.OfficerChanged.v1" if source != "identity" else "gongkai.publication.ReleaseOrdered.v1"
    return [
        ([], b"\x00\xff garbage \xfe"),
        ([], None),
        ([], b""),
        ([("ce_specversion", b"1.0")], b"{}"),
        (headers(source=source, type=foreign), b"{}"),
        (headers(source="evil"), b"{}"),
        (headers(source=source, id="not-a-uuid"), b"{}"),
        (headers(source=source), b"[" * 10_000),
        (headers(source=source), b'{"a":1e999}'),
        (headers(source=source), b"\xff\xfe"),
        ([*headers(source=source), ("ce_id", b"twice")], b"{}"),
        ([("\u00ff" * 40, b"\xff" * 5_000), *headers(source=source, subject="s" * 9_000)], b"{}"),
    ]


async def test_poison_in_every_topic_is_kept_with_its_reason_and_the_work_goes_on(oa: Sender) -> None:
    world = oa.world
    settings = world.system.settings
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka)
    await producer.start()
    sent = 0
    try:
        for topic in TOPICS:
            for head, value in poison(topic):
                for partition in (0, 1):
                    await producer.send_and_wait(
                        settings.kafka_prefix + topic, value, key=b"k", headers=head, partition=partition
                    )
                    sent += 1
    finally:
        await producer.stop()
    assert sent == len(TOPICS) * len(poison(topic_of("publication"))) * 2

    view = await world.published("关于展会照常举行的通知")
    assert view["state"] == "Published"
    page = await world.system.browser.get(view["permalink"])
    assert page.status_code == 200

    for service in PREFIXES:
        topics = world.system.host.running[service].bus.topics

        async def all_parked(service: str = service, topics: Sequence[str] = topics) -> None:
            rows = await world.fetch(service, "SELECT topic, cause, reason FROM quarantine WHERE state = 'parked'")
            assert all(row["reason"] for row in rows)
            assert {row["topic"] for row in rows} == set(topics)
            assert len(rows) >= len(topics) * 2 * (len(poison(topics[0])) - 1), (service, len(rows))

        await eventually(all_parked, timeout=30)
        seen = await world.ask("administrator", "GET", f"{PREFIXES[service]}/api/ops/quarantine?limit=1000")
        number = seen.json()[0]["number"]
        one = await world.ask("administrator", "GET", f"{PREFIXES[service]}/api/ops/quarantine/{number}")
        assert one.status_code == 200
        again = await world.ask("administrator", "POST", f"{PREFIXES[service]}/api/ops/quarantine/{number}/replay")
        assert again.status_code == 200
        assert again.json()["stopped_at"] == number
        gone = await world.ask("administrator", "POST", f"{PREFIXES[service]}/api/ops/quarantine/{number}/drop")
        assert gone.status_code == 200, gone.text

    async with world.browsing("administrator") as browser:
        for path in ("/publication/quarantine", "/publication/operations"):
            page = await browser.get(path)
            assert page.status_code == 200
            assert "<script>" not in page.text
