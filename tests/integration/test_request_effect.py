"""In a running system: a decision takes effect with its letter, a period with its service, and nothing is missed."""

import pytest
from tests.support.eventually import eventually
from tests.support.request_office import APPLICATION, FACTOR, an_office

PARTY = {"name": "计划测试商贸有限公司", "contact": "计划测试乙", "phone": "0531-00000002", "address": "历下区不存在路2号"}


@pytest.fixture
async def office(postgres, kafka, tmp_path):
    async with an_office(postgres, kafka, tmp_path) as running:
        yield running


async def kinds_of_attention(office, case_id):
    return {each["kind"]: each["sentence"] for each in (await office.case(case_id))["attention"]}


async def letter(office, case_id, kind, **more):
    return await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": kind, **more})


async def serve(office, case_id, letter_id, served="direct", **more):
    body = {"served": served, "on": office.today, **more}
    return await office.do("drafter", "POST", f"/cases/{case_id}/letters/{letter_id}/service", body)


async def test_a_correction_that_was_never_told_does_not_lapse_and_the_case_is_answered_by_article_30(office):
    case_id = await office.received()
    asked = {"what": ["请写明文号"], "answer_by": "2025-10-21"}
    case = await office.do("drafter", "POST", f"/cases/{case_id}/correction", asked)
    assert (case["next_step"], case["due_on"], case["decided"][0]["last_day"]) == (
        "issue-correction", "2025-10-30", "2025-10-13",
    )  # fmt: skip
    office.clock.advance(days=18)

    async def missed():
        return "request-notice-missed" in await kinds_of_attention(office, case_id)

    await eventually(missed)
    case = await office.case(case_id)
    assert (case["state"], case["next_step"], case["due_on"], case["decided"]) == ("Handling", "draft", "2025-10-30", [])
    assert "应当就申请内容作出答复" in (await kinds_of_attention(office, case_id))["request-notice-missed"]
    late = await office.call("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "correction"})
    assert late.status_code == 409
    assert (await office.kinds(case_id)).count("NoticeDropped") == 1
    digest = await office.give(case_id)
    given = {"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项", "blobs": [digest]}
    await office.drafted(case_id, [given])
    assert (await letter(office, case_id, "reply-given"))["answered"]


async def test_the_service_of_a_letter_to_a_third_party_starts_its_fifteen_working_days_by_article_32(office):
    case_id = await office.received()
    case = await office.do("drafter", "POST", f"/cases/{case_id}/opinions", {"whom": "third-party", "party": PARTY})
    asked = case["consultations"][0]["letter"]
    assert case["due_on"] == "2025-10-30"
    words = {"consultation": asked, "content": "展会补贴明细", "why": "可能涉及商业秘密"}
    await letter(office, case_id, "third-party", **words)

    case = await serve(office, case_id, asked)

    [consulted] = case["consultations"]
    assert (consulted["received_on"], consulted["answer_by"]) == ("2025-09-26", "2025-10-23")
    clock = await office.do("drafter", "GET", f"/cases/{case_id}/clock")
    [running] = [one for one in clock["clocks"] if one["kind"] == "request-consultation"]
    assert "第三十二条" in running["article"]
    [period] = [one for one in clock["periods"] if one["kind"] == "request-consultation"]
    assert (period["start"], period["days"][-1]["on"], period["days"][-1]["running"]) == ("2025-09-26", "2025-10-23", 15)


async def test_a_posted_notice_starts_its_period_when_it_is_received_and_somebody_is_told_when_nobody_noted_it(office):
    case_id = await office.received(way="post")
    asked = {"what": ["请写明文号"], "answer_by": "2025-10-13"}
    await office.do("drafter", "POST", f"/cases/{case_id}/correction", asked)
    issued = await letter(office, case_id, "correction")
    case = await serve(office, case_id, issued["letter"], "post")
    assert (case["next_step"], case["awaiting"]) == ("serve-notice", "correction")
    office.clock.advance(days=20)

    async def told():
        return "request-notice-unserved" in await kinds_of_attention(office, case_id)

    await eventually(told)
    assert (await office.case(case_id))["state"] == "Handling"
    body = {"received_on": "2025-10-10"}
    case = await office.do("drafter", "POST", f"/cases/{case_id}/notices/received", body)
    assert case["next_step"] == "correction"
    assert "request-notice-unserved" not in await kinds_of_attention(office, case_id)
    office.clock.advance(days=15)

    async def lapsed():
        return (await office.case(case_id))["state"] == "Lapsed"

    await eventually(lapsed)
    made = await letter(office, case_id, "lapsed")
    await serve(office, case_id, made["letter"])
    office.clock.advance(days=1)
    archived = await office.do("drafter", "POST", f"/cases/{case_id}/archive")
    assert archived["state"] == "Archived"


async def test_a_decision_without_its_letter_can_be_taken_back(office):
    case_id = await office.received()
    body = {"working_days": 10, "reason": "需要查找档案"}
    case = await office.do("openness_officer", "POST", f"/cases/{case_id}/extension", body)
    assert (case["due_on"], case["next_step"]) == ("2025-10-30", "issue-extension")

    case = await office.do("drafter", "POST", f"/cases/{case_id}/notices/dropped", {"notice": "extension", "why": "可以按期答复"})

    assert (case["decided"], case["due_on"]) == ([], "2025-10-30")
    refused = await office.call("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "extension"})
    assert refused.status_code == 409


async def test_an_application_that_nobody_confirms_is_said_after_the_day_article_31_gives(office):
    case_id = (await office.apply())["id"]
    assert (await office.case(case_id))["due_on"] == "2025-09-26"
    office.clock.advance(days=1)

    async def told():
        return "request-confirm" in await kinds_of_attention(office, case_id)

    await eventually(told)
    body = {"receipt": {"confirmed_on": office.today}, "topic": "补贴"}
    await office.do("drafter", "POST", f"/cases/{case_id}/receipt", body)
    assert await kinds_of_attention(office, case_id) == {}


async def test_the_parts_of_a_split_paper_keep_its_extension_and_its_last_day(office):
    case_id = await office.received()
    body = {"working_days": 5, "reason": "需要查找档案"}
    await office.do("openness_officer", "POST", f"/cases/{case_id}/extension", body)
    await letter(office, case_id, "extension")
    whole = await office.case(case_id)
    parts = [APPLICATION | {"description": text} for text in ("2024年名单", "2025年名单")]

    await office.do("drafter", "POST", f"/cases/{case_id}/split", {"parts": parts, "reason": "两个事项"})

    listed = await office.do("drafter", "GET", "/cases?q=外贸展会补贴（之")
    assert listed["total"] == 2
    for part in (each["id"] for each in listed["cases"]):
        case = await office.case(part)
        assert (case["due_on"], case["received_on"]) == (whole["due_on"], whole["received_on"])
        twice = await office.call("openness_officer", "POST", f"/cases/{part}/extension", body)
        assert "只能延期1次" in twice.text


async def test_the_applicant_still_sees_every_day_after_the_answer(office):
    receipt = await office.apply()
    case_id = receipt["id"]
    await office.do("drafter", "POST", f"/cases/{case_id}/receipt", {"receipt": {"confirmed_on": office.today}, "topic": "补贴"})
    digest = await office.give(case_id)
    given = {"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项", "blobs": [digest]}
    await office.drafted(case_id, [given])
    await letter(office, case_id, "reply-given")
    browser = office.system.browser
    await browser.post("/request/mine/api/open", json={"code": receipt["code"], "factor": FACTOR})

    mine = (await browser.get("/request/mine/api/case")).json()

    clock = mine["clock"]
    assert (clock["running"], clock["was_due_on"], clock["ended_on"]) == (False, "2025-10-30", "2025-09-26")
    assert sum(day["state"] == "counted" for day in clock["days"]) == 20
    page = (await browser.get("/request/mine")).text
    assert "各项期限" in page
    assert "第 20 日" in page
