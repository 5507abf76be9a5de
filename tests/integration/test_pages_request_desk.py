"""What officers do on the pages, from the registration to the archive, and what they may not."""

import re
from datetime import timedelta

import pytest
from tests.support.eventually import eventually
from tests.support.publication_bureau import PEOPLE
from tests.support.publication_console import send, words
from tests.support.request_office import APPLICATION, FACTOR, SECRETS, an_office
from tests.support.request_pages import an_applicant, an_officer_of, faults

DESK = "/request/desk"


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("desk")) as running:
        yield running


async def do(office, who, case_id, act, /, **fields):
    """Do one act on its own page; the case's page comes back and says so."""
    async with an_officer_of(office, who) as browser:
        path = f"{DESK}/cases/{case_id}/do/{act}"
        page = await browser.get(path)
        assert page.status_code == 200, (act, page.status_code, page.headers.get("location"))
        seen = re.search(r'name="seen" value="(\d+)"', page.text)
        answer = await send(browser, path, {"seen": seen.group(1), **fields})
        assert answer.status_code == 303, (act, faults(answer.text))
        page = await browser.get(answer.headers["location"])
        assert page.status_code == 200
        return words(page.text)


async def letter(office, case_id, kind, name="drafter", **fields):
    async with an_officer_of(office, name) as browser:
        path = f"{DESK}/cases/{case_id}/letters"
        page = await browser.get(path)
        option = re.search(rf'<option value="({kind}:[^"]*)"', page.text)
        assert option, (kind, words(page.text))
        fields = {"letter_kind": option.group(1), **fields}
        shown = await send(browser, path, fields | {"do": "preview"})
        assert shown.content.startswith(b"%PDF-"), words(shown.text)
        answer = await send(browser, path, fields | {"do": "issue"})
        assert answer.status_code == 303, faults(answer.text)


async def reviewed(office, case_id):
    """The review whether everybody may have it runs by itself; what comes after it is done with the case as it is then."""

    async def there():
        return (await office.case(case_id))["conversions"]

    await eventually(there)


async def test_a_case_is_carried_from_the_first_page_to_the_archive(office):
    case_id = (await office.apply())["id"]
    async with an_officer_of(office, "drafter") as browser:
        queue = await browser.get(DESK)
        assert f"{DESK}/cases/{case_id}" in queue.text
        assert not any(secret in queue.text for secret in SECRETS)
    page = await do(office, "drafter", case_id, "receive", confirmed_on=office.today, topic="外贸展会补贴")
    assert "外贸展会补贴" in page
    assert "收到日已经确定" in page
    await do(office, "drafter", case_id, "assign", handler=str(PEOPLE["drafter"]), unit="外贸处")
    await do(office, "drafter", case_id, "search", places="公文系统", words="展会补贴", found="1")
    await do(office, "drafter", case_id, "unit", unit="财务处")
    await do(office, "openness_officer", case_id, "extend", days="20", reason="需要检索的档案较多")
    await letter(office, case_id, "extension")
    digest = await office.give(case_id)
    async with an_officer_of(office, "drafter") as browser:
        path = f"{DESK}/cases/{case_id}/reply"
        answer = await send(browser, path, {"basis-1": "given", "blobs-1": digest})
        assert answer.status_code == 303, faults(answer.text)
    for name, step in (
        ("section_head", "section-head"), ("secrecy_reviewer", "legal-review"),
        ("openness_officer", "openness-officer"), ("deputy_head", "deputy-head"),
    ):  # fmt: skip
        draft = (await office.case(case_id))["draft"]
        if draft["waiting_at"] != step:
            continue
        async with an_officer_of(office, name) as browser:
            answer = await send(
                browser, f"{path}/decide", {"draft": str(draft["number"]), "step": step, "do": "pass"}, seen=path
            )
            assert answer.status_code == 303, faults(answer.text)
    await letter(office, case_id, "reply-given")
    case = await office.case(case_id)
    assert (case["state"], case["row"]) == ("Answered", "g")

    await reviewed(office, case_id)
    page = await do(office, "drafter", case_id, "archive")
    assert "已归档" in page or "归档" in page


async def test_correction_is_asked_and_brought_by_the_applicant_and_the_days_start_again(office):
    receipt = await office.apply()
    case_id = receipt["id"]
    await do(office, "drafter", case_id, "receive", confirmed_on=office.today, topic="展会补贴")
    by = (office.clock.at + timedelta(days=20)).date().isoformat()
    await do(office, "drafter", case_id, "correction", what="写明年度\n写明企业范围", answer_by=by)
    await letter(office, case_id, "correction")
    async with an_applicant(office) as browser:
        await send(browser, "/request/mine/enter", {"code": receipt["code"], "factor": FACTOR}, seen="/request/mine")
        mine = words((await browser.get("/request/mine")).text)
        assert "需要您补正" in mine
        form = await browser.get("/request/mine/correction")
        assert "写明年度" in words(form.text)
        empty = await send(browser, "/request/mine/correction", {"description": "", "supply_form": "paper", "way": "post"})
        assert empty.status_code == 422
        sent = await send(
            browser, "/request/mine/correction",
            {"description": "2024年全市企业的补贴名单", "supply_form": "electronic", "way": "online", "phone": "13912345678"},
        )  # fmt: skip
        assert sent.status_code == 303, words(sent.text)
        mine = await browser.get(sent.headers["location"])
        assert "补正已经收到" in words(mine.text)
        again = await browser.get("/request/mine/correction")
        assert again.status_code in {409, 422}
        letter_page = await browser.get(re.search(r"/request/mine/letters/[0-9a-f-]+", mine.text).group(0))
        assert letter_page.content.startswith(b"%PDF-")
        await send(browser, "/request/mine/withdraw", {"confirm": "1"})
        assert "撤回" in words((await browser.get("/request/mine")).text)
        await send(browser, "/request/mine/leave", {}, seen="/request/mine")
        assert "查询码" in words((await browser.get("/request/mine")).text)
    case = await office.case(case_id)
    assert case["state"] == "Withdrawn"


async def test_the_parts_of_a_split_paper_are_followed_with_one_code(office):
    receipt = await office.apply()
    case_id = receipt["id"]
    await do(office, "drafter", case_id, "receive", confirmed_on=office.today, topic="两件事")
    async with an_officer_of(office, "drafter") as browser:
        fields = {"count": "2", "part-1": "补贴名单", "part-2": "补贴金额", "reason": "两件事", "do": "split"}
        answer = await send(browser, f"{DESK}/cases/{case_id}/split", fields)
        assert answer.status_code == 303, faults(answer.text)
    async with an_applicant(office) as browser:
        await send(browser, "/request/mine/enter", {"code": receipt["code"], "factor": FACTOR}, seen="/request/mine")
        whole = await browser.get("/request/mine")
        assert "分为 2 件办理" in words(whole.text)
        part = await browser.get("/request/mine?item=2")
        assert "补贴金额" in words(part.text)
        assert "距离答复期限还有" in words(part.text)
        none = await browser.get("/request/mine?item=3")
        assert "分为 2 件办理" in words(none.text)
        gone = await send(browser, "/request/mine/withdraw?item=2", {"confirm": "1"})
        assert gone.headers["location"] == "/request/mine?item=2&done=withdrawn"
        assert "已撤回" in words((await browser.get("/request/mine")).text)


async def test_what_the_reply_gives_is_fetched_by_its_applicant_alone(office):
    receipt = await office.apply()
    case_id = receipt["id"]
    await do(office, "drafter", case_id, "receive", confirmed_on=office.today, topic="展会补贴")
    await do(office, "drafter", case_id, "assign", handler=str(PEOPLE["drafter"]), unit="外贸处")
    given, kept = await office.give(case_id), await office.give(case_id, "内部讨论的意见。", "内部.txt")
    article = "《政府信息公开条例》第三十六条第二项"
    await office.drafted(case_id, [{"item": 1, "basis": "given", "article": article, "blobs": [given]}])
    await letter(office, case_id, "reply-given")
    async with an_applicant(office) as browser, an_applicant(office) as another:
        await send(browser, "/request/mine/enter", {"code": receipt["code"], "factor": FACTOR}, seen="/request/mine")
        mine = await browser.get("/request/mine")
        assert "提供给您的文件" in words(mine.text)
        assert "三十家企业" in (await browser.get(f"/request/mine/files/{given}")).text
        assert (await browser.get(f"/request/mine/files/{kept}")).status_code == 404
        assert (await another.get(f"/request/mine/files/{given}")).status_code == 303


async def test_a_third_party_is_asked_and_its_opinion_written_down(office):
    case_id = await office.received()
    await do(office, "drafter", case_id, "consult", whom="third-party", name="山东测试有限公司", phone="0531-88888888", address="历下区不存在路9号")
    await letter(office, case_id, "third-party", content="展会补贴金额", why="可能涉及商业秘密")
    option = await _option(office, case_id, "opinion-received", "letter")
    await do(office, "drafter", case_id, "opinion-received", letter=option, received_on=office.today)
    page = await do(
        office, "drafter", case_id, "opinion", letter=option, opinion="objects", answered_on=office.today, words="涉及报价", reasonable="no"
    )
    assert "不同意公开" in page
    assert "山东测试有限公司" not in page


async def _option(office, case_id, act, field):
    async with an_officer_of(office, "drafter") as browser:
        page = await browser.get(f"{DESK}/cases/{case_id}/do/{act}")
    found = re.search(rf'name="{field}"[^>]*? value="([0-9a-f-]{{36}})"', page.text)
    assert found, words(page.text)
    return found.group(1)


async def test_a_fee_is_counted_noticed_and_paid(office):
    case_id = await office.received()
    page = await do(office, "drafter", case_id, "fee", standard="pages", pages="120")
    assert "1100.00 元" in page, page
    await letter(office, case_id, "fee")
    page = await do(office, "drafter", case_id, "fee-paid", paid_on=office.today, receipt="票0001")
    assert "票0001" in page


async def test_reasons_are_asked_and_judged(office):
    case_id = await office.received()
    by = (office.clock.at + timedelta(days=20)).date().isoformat()
    await do(office, "drafter", case_id, "reasons", facts="一个月内同样的申请三十件", answer_by=by)
    await letter(office, case_id, "reasons")
    page = await do(office, "drafter", case_id, "judge", reasonable="yes", why="理由合理")
    assert "认定理由合理" in page


async def test_a_remedy_is_filed_answered_decided_and_opens_a_new_round(office):
    case_id = await office.received()
    digest = await office.give(case_id)
    await office.drafted(case_id, [{"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项", "blobs": [digest]}])
    await letter(office, case_id, "reply-given")
    await reviewed(office, case_id)
    office.clock.at += timedelta(days=3)
    await do(office, "drafter", case_id, "remedy", kind="reconsideration", filed_on=office.today, received_on=office.today, body="济南市人民政府", number="济政复〔2025〕1号")
    option = await _option(office, case_id, "remedy-answer", "remedy")
    await do(office, "drafter", case_id, "remedy-answer", remedy=option)
    await do(office, "drafter", case_id, "remedy-decided", remedy=option, result="corrected", on=office.today)
    await do(office, "openness_officer", case_id, "typical", why="说理清楚")
    page = await do(office, "drafter", case_id, "round", remedy=option, from_on=office.today)
    assert "重新办理（第 2 轮）" in page


async def test_two_officers_at_once_the_second_is_told_and_keeps_what_was_typed(office):
    case_id = await office.received()
    path = f"{DESK}/cases/{case_id}/do/search"
    async with an_officer_of(office, "drafter") as one, an_officer_of(office, "openness_officer") as two:
        seen = [re.search(r'name="seen" value="(\d+)"', (await each.get(path)).text).group(1) for each in (one, two)]
        fields = {"places": "公文系统", "words": "补贴", "found": "0"}
        first = await send(one, path, fields | {"seen": seen[0]})
        second = await send(two, path, fields | {"places": "档案室的柜子", "seen": seen[1]})

    assert first.status_code == 303
    assert second.status_code == 412
    assert "刚有新的进展" in words(second.text)
    assert "档案室的柜子" in second.text


async def test_what_a_role_may_not_do_is_not_offered_and_refused(office):
    case_id = await office.received()
    async with an_officer_of(office, "supervisor") as browser:
        page = await browser.get(f"{DESK}/cases/{case_id}")
        assert page.status_code == 200
        assert "/do/" not in page.text
        for path in ("/do/search", "/person"):
            refused = await browser.get(f"{DESK}/cases/{case_id}{path}")
            assert refused.status_code == 403, path
    async with an_officer_of(office, "drafter") as browser:
        refused = await browser.get(f"{DESK}/cases/{case_id}/do/extend")
        assert refused.status_code == 403


async def test_another_organ_sees_nothing_of_a_case(office):
    case_id = await office.received()
    async with an_officer_of(office, "stranger") as browser:
        for path in ("", "/letters", "/reply", "/person", "/do/search"):
            assert (await browser.get(f"{DESK}/cases/{case_id}{path}")).status_code == 404, path
        assert case_id not in (await browser.get(f"{DESK}/cases")).text


async def test_looking_at_the_person_is_recorded_with_its_purpose(office):
    case_id = await office.received()
    async with an_officer_of(office, "drafter") as browser:
        page = words((await browser.get(f"{DESK}/cases/{case_id}/person")).text)
        case = (await browser.get(f"{DESK}/cases/{case_id}")).text

    assert APPLICATION["name"] in page
    assert "这次查看已经记录" in page
    assert not any(secret in case for secret in SECRETS)


async def test_paper_is_entered_for_somebody_and_the_code_is_shown_once(office):
    fields = {
        "channel": "post-signed", "submitted_on": office.today, "items": "2", "applicant_kind": "np", "name": "计划测试乙",
        "proof_kind": "identity-card", "proof": SECRETS[1], "address": "历下区不存在路1号",
        "description": "<b>展会</b>补贴", "supply_form": "paper", "way": "post",
    }  # fmt: skip
    async with an_officer_of(office, "drafter") as browser:
        wrong = await send(browser, f"{DESK}/new", fields | {"items": "0", "channel": ""})
        assert wrong.status_code == 422
        assert "计划测试乙" in wrong.text
        assert "<b>展会" not in wrong.text
        taken = await send(browser, f"{DESK}/new", fields)
        assert taken.status_code == 200
        assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", taken.text)


async def test_lists_are_searched_and_paged_and_wrong_filters_show_everything(office):
    await office.received(topic="查找用的事由")
    async with an_officer_of(office, "drafter") as browser:
        found = await browser.get(f"{DESK}/cases", params={"q": "查找用"})
        odd = await browser.get(f"{DESK}/cases", params={"state": "x", "year": "99", "row": "zz", "page": "1"})
        far = await browser.get(f"{DESK}/cases", params={"page": "99"})
        mine = await browser.get(DESK, params={"mine": "1"})

    assert "查找用的事由" in found.text
    assert {odd.status_code, far.status_code, mine.status_code} == {200}


async def test_without_signing_in_the_desk_leads_to_the_door(office):
    async with an_applicant(office) as browser:
        answer = await browser.get(DESK)

    assert answer.status_code == 303
    assert "/identity/" in answer.headers["location"]
