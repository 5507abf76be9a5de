"""Every turn a case may take, through the API: consultation, fee, partial answer, refusal, remedies, splitting, joining."""

import pytest
from tests.support.eventually import eventually
from tests.support.request_office import APPLICATION, an_office

REFUSED = {"item": 1, "basis": "internal-affairs", "article": "《政府信息公开条例》第十六条第一款", "reason": "属于本机关人事管理方面的信息"}
GIVEN = {"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项"}
PARTY = {"name": "济南某某展览有限公司", "contact": "办公室", "phone": "0531-12345678", "address": "济南市历下区"}


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("procedures")) as running:
        yield running


async def letter(office, case_id, kind, **more):
    return await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": kind, **more})


async def serve(office, case_id, issued, served="post"):
    body = {"served": served, "on": office.today}
    return await office.do("drafter", "POST", f"/cases/{case_id}/letters/{issued['letter']}/service", body)


async def answered(office, **more):
    case_id = await office.received(way="post", **more)
    await office.drafted(case_id, [REFUSED])
    await serve(office, case_id, await letter(office, case_id, "reply-refused"))
    return case_id


async def test_a_third_party_is_asked_in_writing_and_its_days_do_not_count(office):
    case_id = await office.received()
    due = (await office.case(case_id))["due_on"]
    case = await office.do("drafter", "POST", f"/cases/{case_id}/opinions", {"whom": "third-party", "party": PARTY})
    consulted = case["consultations"][0]["letter"]
    assert (case["awaiting"], case["due_on"], case["next_step"]) == ("", due, "issue-opinion")

    issued = await letter(office, case_id, "third-party", consultation=consulted, content="展会补贴明细", why="可能涉及商业秘密")
    assert issued["number"].startswith("济商公询〔2025〕")
    case = await office.case(case_id)
    assert (case["awaiting"], case["due_on"], case["next_step"]) == ("opinions", None, "serve-notice")
    told = await letter(office, case_id, "third-party-applicant")
    assert told["number"].startswith("济商公知〔2025〕")
    await office.do("drafter", "POST", f"/cases/{case_id}/opinions/{consulted}/received", {"received_on": office.today})
    office.clock.advance(days=14)
    body = {"opinion": "objects", "answered_on": office.today, "words": "涉及我公司报价，不同意公开", "reasonable": True}
    case = await office.do("drafter", "POST", f"/cases/{case_id}/opinions/{consulted}/answer", body)

    assert case["awaiting"] == ""
    assert case["due_on"] > due
    words = await office.do("drafter", "GET", f"/cases/{case_id}/opinions/{consulted}/words")
    assert "报价" in words["words"]
    party = await office.do("drafter", "GET", f"/cases/{case_id}/parties/{case['consultations'][0]['party']}")
    assert party["name"] == PARTY["name"]
    mine = {each["kind"] for each in case["letters"]}
    assert mine == {"third-party", "third-party-applicant"}
    clock = await office.do("drafter", "GET", f"/cases/{case_id}/clock")
    assert {day["state"] for day in clock["days"]} == {"counted", "skipped", "excluded"}


async def test_the_silence_of_a_third_party_lets_the_organ_decide(office):
    case_id = await office.received()
    case = await office.do("drafter", "POST", f"/cases/{case_id}/opinions", {"whom": "third-party", "party": PARTY})
    consulted = case["consultations"][0]["letter"]
    await letter(office, case_id, "third-party", consultation=consulted, content="补贴明细", why="可能涉及商业秘密")
    await office.do("drafter", "POST", f"/cases/{case_id}/opinions/{consulted}/received", {"received_on": office.today})
    office.clock.advance(days=40)

    async def silent():
        return (await office.case(case_id))["consultations"][0]["opinion"] == "silent"

    await eventually(silent)
    assert (await office.case(case_id))["awaiting"] == ""


async def test_items_of_a_month_are_counted_across_cases_and_the_fee_is_noticed_paid_and_counted_anew(office):
    person = {"proof": "11010519491231002X", "name": "计划测试丙"}
    for _ in range(11):
        last = await office.received(**person)
    free = await office.received()
    refused = await office.call("drafter", "POST", f"/cases/{free}/fee", {"standard": "items"})
    assert refused.status_code == 409

    case = await office.do("drafter", "POST", f"/cases/{last}/fee", {"standard": "items"})
    [decided] = case["decided"]
    assert (decided["fee_count"], decided["fee_amount"], case["awaiting"]) == (11, "100", "")
    issued = await letter(office, last, "fee")
    assert issued["number"].startswith("济商公费〔2025〕")
    case = await office.case(last)
    assert (case["fee"]["count"], case["fee"]["amount"], case["awaiting"]) == (11, "100.00", "payment")
    assert case["fee"]["pay_by"] is not None  # what waits on the applicant's own page has arrived there
    office.clock.advance(days=3)
    case = await office.do("drafter", "POST", f"/cases/{last}/fee/payment", {"paid_on": office.today, "receipt": "2025-001"})
    assert case["awaiting"] == ""
    assert (await office.events("ClockRestarted"))[-1]["reason"].startswith("缴费")


async def test_a_fee_that_is_not_paid_lapses(office):
    case_id = await office.received()
    await office.do("drafter", "POST", f"/cases/{case_id}/fee", {"standard": "pages", "pages": 41})
    await letter(office, case_id, "fee")
    office.clock.advance(days=45)

    async def lapsed():
        return (await office.case(case_id))["row"] == "o2"

    await eventually(lapsed)
    told = await letter(office, case_id, "lapsed")
    assert told["number"]


async def test_a_part_that_stays_closed_makes_a_partial_reply(office):
    case_id = await office.received(way="post")
    digest = await office.give(case_id)
    texts = {"1": {"words": "补贴名单", "withheld": [{"what": "联系人手机号", "basis": "third-party", "reason": "属于个人隐私"}]}}
    decision = GIVEN | {"blobs": [digest], "third_party_waived": "个人电话与申请内容无关，直接隐去"}
    await office.drafted(case_id, [decision], texts=texts)
    issued = await letter(office, case_id, "reply-partial")

    case = await serve(office, case_id, issued)

    assert (case["state"], case["row"]) == ("Answered", "p")


async def test_a_passage_is_taken_out_of_a_file_and_the_clean_copy_is_given(office):
    case_id = await office.received()
    text = "联系人：计划测试丁，电话13912345678。补贴30家企业。"
    await office.give(case_id, text, "名单.txt")
    source = (await office.case(case_id))["files"][0]
    proposed = await office.do("drafter", "GET", f"/cases/{case_id}/files/{source['id']}/proposals")
    start = proposed["text"].index("13912345678")
    assert any(one["start"] <= start < one["end"] for one in proposed["proposals"])
    passage = {"start": start, "end": start + 11, "reason": "个人联系方式", "article": "I34"}
    names = [{"start": one["start"], "end": one["end"], "reason": one["reason"], "article": one["article"]} for one in proposed["proposals"] if one["start"] > start + 11 or one["end"] <= start]

    case = await office.do("drafter", "POST", f"/cases/{case_id}/redactions", {"file": source["id"], "passages": [passage, *names]})

    copy = next(file for file in case["files"] if file["kind"] == "redacted")
    got = await office.call("drafter", "GET", f"/cases/{case_id}/files/{copy['id']}")
    assert got.content.startswith(b"PK")
    assert b"13912345678" not in got.content
    assert copy["made_from"] == source["digest"]


async def test_a_reconsideration_that_corrects_opens_a_new_round_of_the_same_case(office):
    case_id = await answered(office)
    body = {"kind": "reconsideration", "filed_on": office.today, "received_on": office.today, "body": "济南市人民政府"}
    case = await office.do("drafter", "POST", f"/cases/{case_id}/remedies", body)
    remedy = case["remedies"][0]
    assert (remedy["answer_by"] is not None, case["next_step"]) == (True, "remedy")
    await office.do("drafter", "POST", f"/cases/{case_id}/remedies/{remedy['id']}/answer")
    office.clock.advance(days=30)
    decided = {"result": "corrected", "on": office.today, "number": "济政复决字〔2025〕9号"}
    await office.do("drafter", "POST", f"/cases/{case_id}/remedies/{remedy['id']}/decision", decided)

    case = await office.do("drafter", "POST", f"/cases/{case_id}/rounds", {"because": remedy["id"], "from_on": office.today})

    assert (case["state"], case["round"], case["number"]) == ("Handling", 2, case["number"])
    digest = await office.give(case_id)
    await office.drafted(case_id, [GIVEN | {"blobs": [digest]}])
    case = await serve(office, case_id, await letter(office, case_id, "reply-given"))
    assert (case["state"], case["row"]) == ("Answered", "g")
    decisions = await office.events("RemedyDecided")
    assert decisions[-1]["result"] == "corrected"


async def test_a_joined_case_is_answered_with_the_other_and_keeps_its_number(office):
    first, second = await office.received(way="post"), await office.received(way="post")
    case = await office.do("drafter", "POST", f"/cases/{second}/join", {"case": first, "reason": "同一事项"})
    assert case["state"] == "Joined"
    await office.drafted(first, [REFUSED])

    await serve(office, first, await letter(office, first, "reply-refused"))

    joined = await office.case(second)
    assert (joined["state"], joined["row"]) == ("Answered", "d5")
    assert joined["number"] != (await office.case(first))["number"]


async def test_one_paper_with_two_matters_becomes_two_files(office):
    case_id = await office.received()
    parts = [APPLICATION | {"description": "补贴名单"}, APPLICATION | {"description": "补贴标准"}]

    case = await office.do("drafter", "POST", f"/cases/{case_id}/split", {"parts": parts, "reason": "两个事项"})

    assert case["state"] == "SplitUp"
    listed = await office.do("drafter", "GET", "/cases?q=外贸展会补贴（之")
    assert listed["total"] == 2
    assert all(each["received_on"] == case["received_on"] for each in listed["cases"])


async def test_an_application_by_post_is_received_when_it_was_signed_for_and_gets_a_receipt(office):
    body = {
        "application": APPLICATION | {"way": "post", "proof": "", "phone": "13912345678"}, "channel": "post-signed",
        "submitted_on": office.today, "receipt": {"signed_on": office.today}, "topic": "展会补贴",
    }  # fmt: skip
    made = await office.do("drafter", "POST", "/cases", body)
    issued = await letter(office, made["id"], "receipt")

    assert made["number"]
    assert made["code"]
    assert issued["number"]
    unsigned = await office.call("drafter", "POST", "/cases", body | {"receipt": {}})
    future = await office.call("drafter", "POST", "/cases", body | {"submitted_on": "2099-01-01"})
    assert (unsigned.status_code, future.status_code) == (409, 409)
    assert "第三十一条" in unsigned.json()["article"]


async def test_an_extension_is_given_once_in_time_and_by_the_head_of_the_office(office):
    case_id = await office.received()
    body = {"working_days": 20, "reason": "需要查找档案"}

    others = await office.call("drafter", "POST", f"/cases/{case_id}/extension", body)
    too_long = await office.call("openness_officer", "POST", f"/cases/{case_id}/extension", body | {"working_days": 21})
    await office.do("openness_officer", "POST", f"/cases/{case_id}/extension", body)
    assert await office.events("DeadlineExtended") == []
    await letter(office, case_id, "extension")
    twice = await office.call("openness_officer", "POST", f"/cases/{case_id}/extension", body)

    assert (others.status_code, too_long.status_code, twice.status_code) == (403, 409, 409)
    assert "第三十三条" in too_long.json()["article"]
    assert (await office.events("DeadlineExtended"))[-1]["working_days"] == 20


async def test_applicants_hear_without_content_that_something_waits(office):
    case_id = await office.received()
    messages = await office.do("drafter", "GET", f"/messages?case_id={case_id}")

    assert messages["messages"][0]["medium"] == "email"
    assert "已经登记" in messages["messages"][0]["text"]
    assert APPLICATION["email"] not in str(messages)

    async def sent():
        return (await office.do("drafter", "GET", f"/messages?case_id={case_id}"))["messages"][0]["sent_at"]

    await eventually(sent)
