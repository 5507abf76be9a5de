"""Applications go on while the services die: at every place one is cut off it is finished after the restart, once."""

import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from tests.support.eventually import eventually
from tests.support.fire import Fire, databases, on_fire
from tests.support.request_office import APPLICATION
from tests.support.stack import scratch_folder

pytestmark = pytest.mark.timeout(600)

#: The moment after a commit, between sending and marking as sent, after the ticker's own commit.
PLACES = (
    "request:RequestReceived",
    "request:sent",
    "request:RequestAnswered",
    "request:ConversionReviewed",
    "request:ticked",
)
DECISION = {"item": 1, "basis": "already-public", "article": "《政府信息公开条例》第三十六条第一项", "public_at": "/d/1"}
SEATS = {
    "section-head": "section_head",
    "legal-review": "secrecy_reviewer",
    "openness-officer": "openness_officer",
    "deputy-head": "deputy_head",
}


@pytest.fixture(scope="module")
async def fire() -> AsyncIterator[Fire]:
    async with on_fire(scratch_folder()) as burning:
        setting = {"reconsideration_url": "https://fuyi.example"}
        await burning.steadily(lambda: ask(burning, "openness_officer", "PUT", "/settings", setting))
        yield burning


async def ask(fire: Fire, role: str, method: str, path: str, body: Any = None) -> Any:
    login = next(one.login for one in fire.road.seed.officers if role in one.roles)
    return await fire.office.ask(login, method, f"/request/api{path}", body)


async def one_step(fire: Fire, case_id: str) -> str:
    """Do what the case waits for, after a look at it: a lost answer is no reason to do it twice."""
    path = f"/cases/{case_id}"
    case = await ask(fire, "drafter", "GET", path)
    match case["next_step"]:
        case "receipt":
            body = {"receipt": {"confirmed_on": case["submitted_on"]}, "topic": "补贴"}
            await ask(fire, "openness_officer", "POST", f"{path}/receipt", body)
        case "assign":
            await ask(fire, "openness_officer", "POST", f"{path}/assign", {"handler": case_id, "unit": "外贸处"})
        case "draft":
            body = {"decisions": [DECISION], "texts": {"1": {"column": "通知公告"}}}
            await ask(fire, "drafter", "POST", f"{path}/draft", body)
        case "issue":
            await ask(fire, "drafter", "POST", f"{path}/letters", {"kind": "reply-public"})
        case rung if rung in SEATS:
            body = {"draft": case["draft"]["number"], "step": rung}
            await ask(fire, SEATS[rung], "POST", f"{path}/draft/pass", body)
        case _:
            return str(case["state"])
    return ""


async def rows(fire: Fire, query: str) -> list[Any]:
    db = await asyncpg.connect(databases(fire)["request"])
    try:
        return await db.fetch(query)
    finally:
        await db.close()


@pytest.mark.parametrize("place", PLACES)
async def test_an_application_that_is_cut_off_anywhere_is_answered_once_after_the_restart(fire: Fire, place: str) -> None:
    slug = (await rows(fire, "SELECT slug FROM organ"))[0]["slug"]
    made = await fire.steadily(
        lambda: fire.office.open("POST", f"/request/api/organs/{slug}/applications", APPLICATION)
    )
    case_id = made["id"]
    fire.die_at(place)

    while await fire.steadily(lambda: one_step(fire, case_id)) != "Answered":
        pass

    async def reviewed() -> Any:
        case = await fire.steadily(lambda: ask(fire, "drafter", "GET", f"/cases/{case_id}"))
        assert fire.unreached == []
        return case["conversions"]

    await eventually(reviewed, timeout=120, poll=0.3)
    await fire.green()
    facts = [row["kind"] for row in await rows(fire, f"SELECT kind FROM register WHERE aggregate_id = '{case_id}'")]
    for once in ("ApplicationSubmitted", "ReceiptFixed", "Registered", "LetterIssued", "Answered", "ConversionReviewed"):
        assert facts.count(once) == 1, (once, facts)


async def test_after_all_deaths_numbers_have_no_gap_and_every_event_left_once_in_order(fire: Fire) -> None:
    numbers = [row["serial"] for row in await rows(fire, "SELECT serial FROM case_row WHERE serial IS NOT NULL ORDER BY 1")]
    letters = [row["serial"] for row in await rows(fire, "SELECT serial FROM letter ORDER BY serial")]

    async def all_sent() -> bool:
        head = (await rows(fire, "SELECT last_seq, published_seq FROM outbox_head"))[0]
        return bool(head["last_seq"] == head["published_seq"])

    await eventually(all_sent, timeout=60)
    events = [(row["type"].split(".")[2], json.loads(row["data"])) for row in await rows(fire, "SELECT type, data FROM outbox ORDER BY seq")]
    for name in ("RequestReceived", "RequestAnswered", "ConversionReviewed"):
        told = [data["case_id"] for kind, data in events if kind == name]
        assert len(told) == len(set(told)) == len(PLACES)
    assert numbers == letters == list(range(1, len(PLACES) + 1))
    assert fire.accidents == []
