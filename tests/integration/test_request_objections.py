"""An applicant objects on their page, officers are pointed at it and answer, the applicant reads the answer."""

import pytest
from tests.support.publication_console import send, words
from tests.support.request_office import FACTOR, an_office, desks_of
from tests.support.request_pages import an_applicant, an_officer_of

from request import rebuilding

SECRET = "植入的异议内容"
REPLY = "植入的异议答复：已核对，收到之日无误"
PAGE = "/request/mine/objection"


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("objecting")) as running:
        yield running


async def followed(office, browser) -> str:
    made = await office.apply()
    case_id = made["id"]
    receipt = {"receipt": {"confirmed_on": office.today}, "topic": "外贸展会补贴"}
    await office.do("drafter", "POST", f"/cases/{case_id}/receipt", receipt)
    entered = await send(browser, "/request/mine/enter", {"code": made["code"], "factor": FACTOR}, seen="/request/mine")
    assert entered.status_code == 303
    return case_id


async def test_an_objection_goes_its_whole_way(office):
    async with an_applicant(office) as browser, an_officer_of(office, "drafter") as officer:
        case_id = await followed(office, browser)
        desk = f"/request/desk/cases/{case_id}"
        offered = words((await browser.get(PAGE)).text)
        sent = await send(browser, PAGE, {"about": "dates", "words": SECRET})
        mine = words((await browser.get(sent.headers["location"])).text)
        again = await send(browser, PAGE, {"about": "dates", "words": "再说一次"})
        seen = words((await officer.get(desk)).text)
        listed = words((await officer.get(f"{desk}/objections")).text)
        (objection,) = (await office.do("drafter", "GET", f"/cases/{case_id}/objections"))["objections"]
        answered = await send(officer, f"{desk}/objections", {"objection": objection["id"], "words": REPLY})
        told = words((await browser.get("/request/mine")).text)
        after = words((await officer.get(desk)).text)

    assert "收费" not in offered.partition("对什么有异议")[2].partition("您的意见")[0]
    assert sent.status_code == 303
    assert "异议已经收到" in mine
    assert SECRET in mine
    assert "正在核对，还没有答复" in mine
    assert again.status_code == 409
    assert "请等待答复" in words(again.text)
    assert "申请人对收到之日和期限有异议" in seen
    assert SECRET not in seen
    assert SECRET in listed
    assert answered.status_code == 303
    assert REPLY in told
    assert "有异议，请核对后答复" not in after
    messages = await office.kit.pool.fetch("SELECT text FROM outgoing_message WHERE case_id = $1", case_id)
    assert not any(SECRET in row["text"] or REPLY in row["text"] for row in messages)


async def test_programs_object_and_answer_as_people_do(office):
    async with an_applicant(office) as browser:
        case_id = await followed(office, browser)
        headers = {"Sec-Fetch-Site": "same-origin"}
        body = {"about": "handling", "words": SECRET}
        foreign = await browser.post("/request/mine/api/objections", json=body)
        raised = await browser.post("/request/mine/api/objections", json=body, headers=headers)
        fee = await browser.post("/request/mine/api/objections", json=body | {"about": "fee"}, headers=headers)
        (one,) = (await office.do("drafter", "GET", f"/cases/{case_id}/objections"))["objections"]
        path = f"/cases/{case_id}/objections/{one['id']}/answer"
        stranger = await office.call("stranger", "POST", path, {"words": REPLY})
        head = await office.call("head", "POST", path, {"words": REPLY})
        await office.do("drafter", "POST", path, {"words": REPLY}, status=204)
        twice = await office.call("drafter", "POST", path, {"words": REPLY})
        read = (await browser.get("/request/mine/api/objections")).json()["objections"]

    assert (foreign.status_code, raised.status_code, fee.status_code) == (403, 204, 409)
    assert (stranger.status_code, head.status_code, twice.status_code) == (404, 403, 409)
    assert [(found["words"], found["answer"]) for found in read] == [(SECRET, REPLY)]


async def test_words_of_an_objection_lie_in_the_vault_alone_and_rows_come_again_from_the_facts(office):
    async with an_applicant(office) as browser:
        await followed(office, browser)
        await send(browser, PAGE, {"about": "handling", "words": SECRET})
    rows = "SELECT * FROM objection ORDER BY id"
    before = [tuple(row) for row in await office.kit.pool.fetch(rows)]
    async with office.kit.transaction() as tx:
        await rebuilding.rebuild(tx, desks_of(office).desk)
    after = [tuple(row) for row in await office.kit.pool.fetch(rows)]
    kept = await office.kit.pool.fetch(
        "SELECT data::text AS text FROM register UNION ALL SELECT row_to_json(o)::text FROM objection o"
    )

    assert before == after
    assert before
    assert not any(SECRET in row["text"] or REPLY in row["text"] for row in kept)


async def test_nothing_is_taken_that_says_nothing_or_too_much(office):
    async with an_applicant(office) as browser:
        await followed(office, browser)
        empty = await send(browser, PAGE, {"about": "dates", "words": " "})
        long = await send(browser, PAGE, {"about": "dates", "words": "长" * 2001})
        odd = await send(browser, PAGE, {"about": "weather", "words": "异议"})
    async with an_applicant(office) as nobody:
        closed = await nobody.get(PAGE)

    assert {page.status_code for page in (empty, long, odd)} == {422}
    assert "请写明您的意见" in words(empty.text)
    assert "超过 2000 个字" in words(long.text)
    assert "请选择对什么有异议" in words(odd.text)
    assert (closed.status_code, closed.headers["location"]) == (303, "/request/mine")
