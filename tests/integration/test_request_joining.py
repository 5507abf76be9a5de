"""Applications handled in another one, through the API and the pages: what answers them, and what brings them back."""

import re

import pytest
from tests.support.eventually import eventually
from tests.support.publication_console import send, words
from tests.support.request_office import APPLICATION, FACTOR, an_office
from tests.support.request_pages import an_applicant, an_officer_of, faults

DESK = "/request/desk"
GIVEN = {"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项"}
OTHER = {"proof": "11010519491231002X", "name": "计划测试乙"}


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("joining")) as running:
        yield running


async def join(office, case_id, lead, status=200):
    return await office.do("drafter", "POST", f"/cases/{case_id}/join", {"case": lead, "reason": "同一事项"}, status=status)


async def answer(office, case_id):
    """Answer a case with a file; returns the letter and the digest of the file."""
    digest = await office.give(case_id)
    await office.drafted(case_id, [GIVEN | {"blobs": [digest]}])
    issued = await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"})
    return issued["letter"], digest


async def state(office, case_id):
    return (await office.case(case_id))["state"]


async def received(office):
    """An application whose receipt is confirmed, with its query code."""
    made = await office.apply()
    body = {"receipt": {"confirmed_on": office.today}, "topic": "外贸展会补贴"}
    await office.do("drafter", "POST", f"/cases/{made['id']}/receipt", body)
    return made


async def test_the_applicant_of_a_joined_case_reads_the_letter_and_the_files_of_the_answer(office):
    lead, joined = await office.received(), await received(office)
    await join(office, joined["id"], lead)

    letter, digest = await answer(office, lead)

    assert await state(office, joined["id"]) == "Answered"
    async with an_applicant(office) as browser:
        await send(browser, "/request/mine/enter", {"code": joined["code"], "factor": FACTOR}, seen="/request/mine")
        page = await browser.get("/request/mine")
        assert f"/request/mine/letters/{letter}" in page.text
        assert f"/request/mine/files/{digest}" in page.text
        assert (await browser.get(f"/request/mine/letters/{letter}")).content.startswith(b"%PDF-")
        assert "三十家企业" in (await browser.get(f"/request/mine/files/{digest}")).text
        assert (await browser.get(f"/request/mine/api/letters/{letter}/docx")).content.startswith(b"PK")
        listed = (await browser.get("/request/mine/api/case")).json()["letters"]
    assert [each["kind"] for each in listed] == ["reply-given"]
    assert [each["kind"] for each in (await office.case(joined["id"]))["letters"]] == ["reply-given"]


async def test_a_letter_of_another_case_stays_closed_to_whom_it_does_not_answer(office):
    lead, stranger = await office.received(), await received(office)
    letter, digest = await answer(office, lead)

    async with an_applicant(office) as browser:
        await send(browser, "/request/mine/enter", {"code": stranger["code"], "factor": FACTOR}, seen="/request/mine")
        assert (await browser.get(f"/request/mine/letters/{letter}")).status_code == 404
        assert (await browser.get(f"/request/mine/files/{digest}")).status_code == 404


async def test_only_an_open_case_of_the_same_applicant_takes_another_in(office):
    case_id = await office.received()
    theirs, gone, answered = await office.received(**OTHER), await office.received(), await office.received()
    await office.do("drafter", "POST", f"/cases/{gone}/withdraw")
    await answer(office, answered)

    for lead, why in ((theirs, "不是同一申请人"), (gone, "已撤回"), (answered, "已答复"), (case_id, "自身")):
        assert why in str(await join(office, case_id, lead, status=409)), why
    assert await state(office, case_id) == "Handling"


async def test_two_cases_cannot_go_into_each_other(office):
    one, two = await office.received(), await office.received()
    await join(office, one, two)

    assert "已经并入本件" in str(await join(office, two, one, status=409))


async def test_a_chain_is_answered_to_its_end(office):
    first, second, third = await office.received(), await office.received(), await office.received()
    await join(office, first, second)
    await join(office, second, third)

    letter, _ = await answer(office, third)

    for case_id in (first, second):
        case = await office.case(case_id)
        assert (case["state"], case["row"]) == ("Answered", "g")
        assert [each["id"] for each in case["letters"]] == [letter]


async def test_what_was_joined_into_a_case_that_is_withdrawn_is_handled_by_itself_again(office):
    lead, joined = await office.received(), await office.received()
    due = (await office.case(joined))["due_on"]
    await join(office, joined, lead)

    await office.do("drafter", "POST", f"/cases/{lead}/withdraw")

    case = await office.case(joined)
    assert (case["state"], case["due_on"]) == ("Handling", due)
    assert any("已经撤回" in one["sentence"] for one in case["attention"])
    letter, _ = await answer(office, joined)
    case = await office.case(joined)
    assert (case["state"], [each["id"] for each in case["letters"]]) == ("Answered", [letter])
    assert not case["attention"]


async def test_what_was_joined_into_a_paper_that_is_split_is_handled_by_itself_again(office):
    lead, joined = await office.received(), await office.received()
    await join(office, joined, lead)
    parts = [APPLICATION | {"description": "补贴名单"}, APPLICATION | {"description": "补贴标准"}]

    await office.do("drafter", "POST", f"/cases/{lead}/split", {"parts": parts, "reason": "两个事项"})

    assert await state(office, joined) == "Handling"


async def test_an_officer_lets_a_joined_case_be_handled_by_itself_again(office):
    lead, joined = await office.received(), await office.received()
    await join(office, joined, lead)

    case = await office.do("drafter", "POST", f"/cases/{joined}/separate", {"reason": "事项并不相同"})

    assert case["state"] == "Handling"
    await answer(office, lead)
    assert await state(office, joined) == "Handling"
    twice = await office.call("drafter", "POST", f"/cases/{joined}/separate", {"reason": "再来一次"})
    assert twice.status_code == 409


async def on_page(office, case_id, act, **fields):
    async with an_officer_of(office, "drafter") as browser:
        path = f"{DESK}/cases/{case_id}/do/{act}"
        page = await browser.get(path)
        assert page.status_code == 200
        seen = re.search(r'name="seen" value="(\d+)"', page.text)
        return page.text, await send(browser, path, {"seen": seen.group(1), **fields})


async def test_the_console_offers_the_applicants_open_cases_to_join_and_takes_a_number_too(office):
    lead, one, two = await office.received("展会补贴名录"), await office.received(), await office.received()
    number = (await office.case(lead))["number"]
    gone = await office.received("撤回的一件")
    await office.do("drafter", "POST", f"/cases/{gone}/withdraw")

    page, done = await on_page(office, one, "join", case=lead, reason="同一事项")
    assert f'value="{lead}"' in page
    assert "展会补贴名录" in words(page)
    assert f'value="{gone}"' not in page
    assert done.status_code == 303, faults(done.text)
    _, done = await on_page(office, two, "join", number=f"〔{number.replace('-', '〕')}号", reason="同一事项")
    assert done.status_code == 303, faults(done.text)

    assert [await state(office, each) for each in (one, two)] == ["Joined", "Joined"]
    page, done = await on_page(office, two, "separate", reason="事项不同")
    assert (done.status_code, await state(office, two)) == (303, "Handling")


async def test_the_console_says_at_the_field_what_is_wrong_with_a_number(office):
    case_id = await office.received()

    for fields, why in (
        ({"reason": "同一事项"}, "请选择一件，或者填写它的编号"),
        ({"reason": "同一事项", "number": "2025-9999"}, "没有编号为 2025-9999 的申请"),
        ({"reason": "同一事项", "number": "请看附件"}, "例如 2026-0012"),
    ):
        _, answered = await on_page(office, case_id, "join", **fields)
        assert answered.status_code == 422
        assert why in words(answered.text)


async def test_an_earlier_application_is_confirmed_by_choosing_it_or_by_its_number(office):
    earlier, case_id, another = await office.received("去年的同一申请"), await office.received(), await office.received(**OTHER)
    number = (await office.case(earlier))["number"]

    page, done = await on_page(office, case_id, "similar", earlier=earlier, same="1")
    assert "去年的同一申请" in words(page)
    assert done.status_code == 303, faults(done.text)
    _, done = await on_page(office, another, "similar", number=number)
    assert done.status_code == 303, faults(done.text)

    for each in (case_id, another):
        assert "SimilarConfirmed" in await office.kinds(each)


async def test_a_joined_case_comes_back_when_the_other_lapses(office):
    lead, joined = await office.received(), await office.received()
    await join(office, joined, lead)
    body = {"what": ["请写明年度"], "answer_by": "2025-10-15"}
    await office.do("drafter", "POST", f"/cases/{lead}/correction", body)
    await office.do("drafter", "POST", f"/cases/{lead}/letters", {"kind": "correction"})
    office.clock.advance(days=30)

    async def back():
        return await state(office, joined) == "Handling"

    await eventually(back)
    assert (await office.case(lead))["row"] == "o1"
    statistics = await office.do("openness_officer", "GET", "/counting?year=2025")
    assert (statistics["broken"], statistics["disordered"]) == ([], [])
