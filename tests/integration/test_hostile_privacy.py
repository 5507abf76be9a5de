"""Numbers of people planted wherever one can type, then looked for where they must never be."""

import contextlib
import io
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from tests.support.eventually import eventually
from tests.support.hostile_world import PREFIXES, World, a_world, accidents

from gongkai.contracts.catalog import TOPICS
from gongkai.runtime import telemetry
from gongkai.runtime.privacy import blotted
from gongkai.statute.person_numbers import check_identity, identity_check_digit

ID_NUMBER = "37010219900307215" + identity_check_digit("37010219900307215")
MOBILE, SPACED, MAIL = "13905310001", "139-0531-0002", "zhang.san.1990@example.org"
PLANTED = (ID_NUMBER, MOBILE, SPACED, MAIL)
TEXT = f"受理人身份证号{ID_NUMBER}，手机{MOBILE}，备用{SPACED}，邮箱{MAIL}。"
pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
async def world(postgres, kafka, tmp_path_factory) -> AsyncIterator[World]:
    async with a_world(postgres, kafka, tmp_path_factory.mktemp("privacy")) as world:
        yield world
        assert accidents(world) == {}


@pytest.fixture(scope="module")
async def heard(world: World) -> str:
    """Plant the numbers; return every line that was logged meanwhile, by us and by what we build on."""
    ear = io.StringIO()
    with contextlib.redirect_stderr(ear):
        await plant(world)
        await world.settled()
    return ear.getvalue()


async def plant(world: World) -> None:
    """Type them as officers, as people at the door and as strangers would."""
    telemetry.logger(__name__).warning("the-ear-hears")
    file = await world.attach("名单.txt", TEXT.encode())
    body = {
        "title": "关于补贴发放的通知",
        "kind": "notice",
        "column_id": "tzgg",
        "body": f"一、名单\n\n{TEXT}",
        "attachments": [file],
    }
    made = await world.ask("drafter", "POST", "/publication/api/documents", json=body)
    assert made.status_code == 201, made.text
    at = f"/publication/api/documents/{made.json()['id']}"
    draft = {"edition": 1, "content": body | {"body": TEXT}}
    assert (await world.ask("drafter", "PUT", f"{at}/autosave", json=draft)).status_code == 204
    await world.settled()
    findings = await world.ask("drafter", "GET", f"{at}/findings")
    assert {each["category"] for each in findings.json()["findings"] if each["personal"]}
    assert not [each for each in findings.json()["findings"] if any(number in each["excerpt"] for number in PLANTED)]
    for number in PLANTED:
        for path, word in (
            (f"{at}/discard", {"edition": 1, "reason": f"写错了{number}"}), (f"{at}/marks", {"edition": 1, "step": "first-review", "opinion": f"请核对{number}"}),
            (f"{at}/return", {"edition": 1, "opinion": f"请核对{number}"}),
        ):  # fmt: skip
            refused = await world.ask("drafter", "POST", path, json=word)
            assert refused.status_code in (403, 409, 422), (path, refused.status_code)
            assert number not in refused.text, path
        waived = await world.ask(
            "section_head", "POST", f"{at}/findings/x/waive", json={"edition": 1, "reason": number}
        )
        assert waived.status_code == 422
        for role, path, word in (
            ("openness_officer", f"{at}/correction", {"explanation": number}),
            ("openness_officer", f"{at}/withdrawal", {"explanation": number}),
            ("administrator", "/identity/api/sources", {"name": number}),
            ("newmedia_operator", f"/newmedia/api/accounts/{number}/closing", {"reason": number}),
        ):  # fmt: skip
            answer = await world.ask(role, "POST", path, json=word)
            assert answer.status_code >= 400, path
        await world.ask(None, "POST", "/identity/api/sessions", json={"login": number, "password": number})
        await world.ask(
            None, "POST", "/identity/api/password", json={"login": number, "code": number, "password": number}
        )
        for path in (f"/search?q={number}", f"/api/search?q={number}", f"/d/{number}", f"/{number}", f"/api/documents/{number}", f"/library?number={number}",
                     f"/identity/api/people/{number}", f"/publication/documents/{number}", f"/publication/documents?q={number}",
                     f"/newmedia/push/wechat/{number}?signature={number}&timestamp=1&nonce=1&echostr=1", f"/feeds/columns/{number}.atom"):  # fmt: skip
            answer = await world.ask(None, "GET", path, headers={"Accept": "text/html"})
            assert answer.status_code < 500, path
        await world.ask(
            "drafter",
            "GET",
            "/publication/api/queue",
            headers={"X-Request-Id": number, "Referer": number, "traceparent": number},
        )
    person = {
        "name": "张三",
        "login": "zhangsan",
        "phone": MOBILE,
        "email": MAIL,
        "unit": "办公室",
        "roles": ["drafter"],
    }
    hired = await world.ask("administrator", "POST", "/identity/api/people", json=person)
    assert hired.status_code == 201


async def held(world: World, service: str) -> dict[str, str]:
    """Return every table of a service as text, bytes as hex and as text both."""
    found = {}
    for table in await world.tables(service):
        rows = await world.fetch(service, f'SELECT * FROM "{table}"')
        found[table] = "\n".join(str([_plain(value) for value in row.values()]) for row in rows)
    return found


def _plain(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


def there(text: str) -> list[str]:
    digits = re.sub(r"(?<=\d)[- ](?=\d)", "", text)
    return [number for number in PLANTED if number in text or number.replace("-", "") in digits]


def test_what_is_planted_would_be_found() -> None:
    assert check_identity(ID_NUMBER).ok
    assert there(TEXT) == list(PLANTED)
    assert there(str(blotted(TEXT))) == []


async def test_no_table_holds_them(world: World, heard: str) -> None:
    for service in PREFIXES:
        for table, text in (await held(world, service)).items():
            assert there(text) == [], f"{service}.{table}"


async def test_no_event_on_any_topic_holds_them(world: World, heard: str) -> None:
    settings = world.system.settings
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka, enable_auto_commit=False)
    await consumer.start()
    seen = 0
    try:
        parts = [TopicPartition(settings.kafka_prefix + topic, part) for topic in TOPICS for part in (0, 1)]
        consumer.assign(parts)
        await consumer.seek_to_beginning(*parts)
        ends = await consumer.end_offsets(parts)

        async def everything() -> None:
            nonlocal seen
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    seen += 1
                    assert (
                        there(f"{record.key!r} {record.headers!r} {(record.value or b'').decode('utf-8', 'replace')}")
                        == []
                    ), record.topic
            assert [await consumer.position(part) for part in parts] == [ends[part] for part in parts]

        await eventually(everything, timeout=30)
    finally:
        await consumer.stop()
    assert seen > 12


async def test_no_line_of_the_log_holds_them(heard: str) -> None:
    assert "the-ear-hears" in heard
    assert there(heard) == []


async def test_no_metric_and_no_address_holds_them(world: World, heard: str) -> None:
    for prefix in PREFIXES.values():
        metrics = await world.system.browser.get(f"{prefix}/metrics")
        assert metrics.status_code == 200
        assert there(metrics.text) == []
    async with world.browsing(None) as browser:
        for login in PLANTED:
            page = await browser.get("/identity/sign-in")
            proof = re.search(r'name="csrf" value="([^"]+)"', page.text)
            assert proof
            answer = await browser.post("/identity/sign-in", data={"csrf": proof[1], "login": login, "password": login})
            assert login not in str(answer.url) + answer.headers.get("location", "")
            assert login not in str(dict(answer.cookies))


async def test_refusals_of_programs_do_not_repeat_a_number_that_stands_in_the_address(world: World) -> None:
    answer = await world.ask("drafter", "GET", f"/publication/api/documents/{ID_NUMBER}")
    assert answer.status_code == 422
    assert "编号的格式不对" in answer.text
