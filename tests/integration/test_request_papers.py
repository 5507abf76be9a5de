"""Every kind of letter is issued through the API, in its place of the procedure, numbered, in both forms."""

import pytest
from tests.support.request_office import APPLICATION, an_office

OGI = "《政府信息公开条例》"
REPLIES = {
    "reply-public": (
        {"basis": "already-public", "article": f"{OGI}第三十六条第一项", "public_at": "https://jnsw.example/d/1"},
        {"column": "通知公告"},
    ),
    "reply-given": (
        {"basis": "way-told", "article": f"{OGI}第三十六条第二项", "public_at": "档案窗口，工作日9:00—17:00"},
        {"obtain": "档案窗口，工作日9:00—17:00"},
    ),
    "reply-register": (
        {"basis": "register-query", "article": f"{OGI}第三十六条第七项", "reason": "属于不动产登记资料查询"},
        {"law": "《不动产登记暂行条例》第二十七条", "obtain": "不动产登记中心查询窗口"},
    ),
    "reply-not-existing": ({"basis": "not-existing", "article": f"{OGI}第三十六条第四项", "reason": "经检索没有制作"}, {}),
    "reply-not-ours": (
        {"basis": "not-ours", "article": f"{OGI}第三十六条第五项", "reason": "属于市统计局职责", "other_organ": "济南市统计局"},
        {"other_contact": "0531-66601234"},
    ),
    "reply-needs-making": ({"basis": "needs-making", "article": f"{OGI}第三十八条", "reason": "需要汇总分析"}, {}),
    "reply-petition": (
        {"basis": "petition", "article": f"{OGI}第三十九条第一款", "reason": "属于信访事项"},
        {"channel_told": "市信访局"},
    ),
    "reply-publications": (
        {"basis": "publications", "article": f"{OGI}第三十九条第二款", "public_at": "《济南统计年鉴》", "reason": "属于公开出版物"},
        {"channel_told": "市图书馆可以借阅"},
    ),
    "reply-reissue": ({"basis": "reissue", "article": "", "reason": "申请人已经获取，要求重新出具"}, {}),
    "reply-refused": ({"basis": "process", "article": f"{OGI}第十六条第二款", "reason": "属于讨论记录"}, {}),
}


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("papers")) as running:
        yield running


async def issue(office, case_id, kind, **more):
    made = await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": kind, **more})
    for form, start in (("pdf", b"%PDF-"), ("docx", b"PK")):
        got = await office.call("drafter", "GET", f"/cases/{case_id}/letters/{made['letter']}/{form}")
        assert got.content.startswith(start), (kind, form)
    return made


@pytest.mark.parametrize("kind", REPLIES)
async def test_every_reply_is_drafted_approved_issued_and_answers_the_case(office, kind):
    decision, words = REPLIES[kind]
    case_id = await office.received()
    if kind == "reply-not-existing":
        body = {"places": ["本机关档案室"], "words": ["补贴"], "found": 0}
        await office.do("drafter", "POST", f"/cases/{case_id}/searches", body)
    await office.drafted(case_id, [decision | {"item": 1}], texts={"1": words})

    made = await issue(office, case_id, kind)

    assert made["answered"]
    assert made["number"].startswith("济商公复〔2025〕")
    assert (await office.case(case_id))["state"] == "Answered"


async def test_a_repeated_application_is_answered_with_the_number_of_the_first_reply(office):
    first = await office.received()
    await office.drafted(first, [REPLIES["reply-refused"][0] | {"item": 1}])
    earlier = await issue(office, first, "reply-refused")
    case_id = await office.received()
    await office.do("drafter", "POST", f"/cases/{case_id}/similar", {"earlier": first, "same_applicant": True})
    decision = {"item": 1, "basis": "repeated", "article": f"{OGI}第三十六条第六项", "reason": "同一申请人重复申请相同内容"}

    await office.drafted(case_id, [decision], texts={"1": {"earlier_number": earlier["number"], "earlier_on": office.today}})

    assert (await issue(office, case_id, "reply-repeated"))["answered"]


async def test_the_letters_of_a_correction_and_of_what_stays_unclear(office):
    case_id = await office.received()
    await office.do("drafter", "POST", f"/cases/{case_id}/correction", {"what": ["请写明文号"], "answer_by": "2025-10-20"})
    assert (await issue(office, case_id, "correction"))["number"].startswith("济商公知〔2025〕")
    office.clock.advance(days=3)
    body = {"received_on": office.today, "application": APPLICATION}
    await office.do("drafter", "POST", f"/cases/{case_id}/correction/received", body)
    decision = {"item": 1, "basis": "still-unclear", "article": f"{OGI}第三十条", "reason": "仍不能确定是哪一年的文件"}
    await office.drafted(case_id, [decision])
    assert (await issue(office, case_id, "reply-unclear"))["answered"]


async def test_the_letters_of_too_many_applications(office):
    case_id = await office.received()
    body = {"facts": "本月已提交二十件", "answer_by": "2025-11-20"}
    await office.do("drafter", "POST", f"/cases/{case_id}/reasons", body)
    await issue(office, case_id, "reasons")
    await office.do("drafter", "POST", f"/cases/{case_id}/reasons/judgement", {"reasonable": False, "why": "没有说明用途"})
    decision = {"item": 1, "basis": "excessive", "article": f"{OGI}第三十五条", "reason": "理由不合理"}
    await office.drafted(case_id, [decision])
    assert (await issue(office, case_id, "reply-excessive"))["answered"]


async def test_the_letters_to_third_parties_co_makers_organs_and_units(office):
    case_id = await office.received()
    words = {"content": "2024年补贴明细", "why": "可能涉及商业秘密"}
    for whom, more in (
        ("third-party", {"party": {"name": "济南某某展览有限公司", "phone": "0531-1"}}),
        ("co-maker", {"organ": "济南市财政局"}),
        ("other-organ", {"organ": "济南市统计局"}),
    ):
        case = await office.do("drafter", "POST", f"/cases/{case_id}/opinions", {"whom": whom, **more})
        consulted = case["consultations"][-1]["letter"] if len(case["consultations"]) == 1 else next(
            one["letter"] for one in case["consultations"] if one["whom"] == whom
        )  # fmt: skip
        made = await issue(office, case_id, whom, consultation=consulted, **words)
        assert made["letter"] == consulted
    await issue(office, case_id, "third-party-confirmation", **words)
    await issue(office, case_id, "third-party-applicant")
    await office.do("drafter", "POST", f"/cases/{case_id}/units", {"unit": "财务处", "answer_by": "2025-11-30"})
    await issue(office, case_id, "co-handling", answer_by="2025-11-30", **words)
    mine = {one["kind"] for one in (await office.case(case_id))["letters"]}
    assert len(mine) == 6


async def test_a_third_party_whose_objection_is_not_followed_is_told_before_the_release(office):
    case_id = await office.received()
    party = {"name": "济南某某展览有限公司", "phone": "0531-1"}
    case = await office.do("drafter", "POST", f"/cases/{case_id}/opinions", {"whom": "third-party", "party": party})
    consulted = case["consultations"][0]["letter"]
    await issue(office, case_id, "third-party", consultation=consulted, content="补贴明细", why="可能涉及商业秘密")
    await office.do("drafter", "POST", f"/cases/{case_id}/opinions/{consulted}/received", {"received_on": office.today})
    answer = {"opinion": "objects", "answered_on": office.today, "words": "不同意", "reasonable": True}
    await office.do("drafter", "POST", f"/cases/{case_id}/opinions/{consulted}/answer", answer)
    digest = await office.give(case_id)
    given = {"item": 1, "basis": "given", "article": f"{OGI}第三十六条第二项", "reason": "关系公共资金使用", "blobs": [digest]}
    await office.drafted(case_id, [given])

    early = await office.call("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"})
    words = {"content": "补贴明细", "public_interest": "关系公共资金使用的监督", "release_on": office.today}
    await issue(office, case_id, "third-party-decision", **words)

    assert early.status_code == 409
    assert "第三十二条" in early.json()["article"]
    assert (await issue(office, case_id, "reply-given"))["answered"]


async def test_the_papers_of_the_house(office):
    case_id = await office.received()
    await issue(office, case_id, "application-form")
    await issue(office, case_id, "receipt")
    await office.drafted(case_id, [REPLIES["reply-refused"][0] | {"item": 1}])
    await issue(office, case_id, "approval-slip", content="拟不予公开")
    await issue(office, case_id, "transfer-list", content="局档案室", why="办结归档")
    await office.do("drafter", "POST", f"/cases/{case_id}/withdraw")
    assert (await issue(office, case_id, "withdrawn"))["number"].startswith("济商公复〔2025〕")


async def test_a_preview_uses_no_number_and_says_that_it_is_none(office):
    case_id = await office.received()
    await office.drafted(case_id, [REPLIES["reply-refused"][0] | {"item": 1}])

    shown = await office.call("drafter", "POST", f"/cases/{case_id}/letters/preview", {"kind": "reply-refused"})

    assert shown.content.startswith(b"%PDF-")
    assert (await office.case(case_id))["letters"] == []
