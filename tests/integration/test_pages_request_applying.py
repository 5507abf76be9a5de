"""What a citizen does on the pages: apply, come back with the code, see every day, correct, withdraw, get the answer."""

import re
from datetime import date
from uuid import uuid4

import pytest
from tests.support.publication_bureau import ORGAN
from tests.support.publication_console import send, value_of, words
from tests.support.request_office import FACTOR, SECRETS, an_office
from tests.support.request_pages import TYPED, an_applicant, an_officer_of

from gongkai.statute.calendar import built_in
from request import keeping
from request.pages.public import confirming

CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4})+")


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("applying")) as running:
        yield running


async def applied(browser, **change):
    page = await send(browser, "/request/apply", TYPED | {"do": "submit"} | change)
    assert page.status_code == 200, words(page.text)
    found = CODE.search(words(page.text))
    assert found, words(page.text)
    return found.group(0)


async def entered(browser, code, factor=FACTOR):
    return await send(browser, "/request/mine/enter", {"code": code, "factor": factor}, seen="/request/mine")


async def test_the_start_page_says_days_ways_and_fees_with_their_articles(office):
    async with an_applicant(office) as browser:
        page = words((await browser.get("/request/")).text)

    assert "20个工作日" in page
    assert "条例》第三十三条" in page
    assert "每件 100 元" in page


async def test_an_application_gives_a_code_that_opens_the_case_together_with_the_factor(office):
    async with an_applicant(office) as browser:
        code = await applied(browser)
        answer = await entered(browser, code)
        assert answer.status_code == 303, words(answer.text)
        assert code not in answer.headers["location"]
        page = await browser.get(answer.headers["location"])

    assert "等待双方确认收到" in words(page.text)
    assert page.headers["cache-control"] == "no-store"


async def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(office):
    async with an_applicant(office) as browser:
        page = await send(browser, "/request/apply", TYPED | {"do": "submit", "proof": "123", "email": "不是邮箱"})

    assert page.status_code == 422
    assert "有 2 处需要修改" in words(page.text)
    assert value_of(page.text, "description") == TYPED["description"]
    assert value_of(page.text, "name") == TYPED["name"]


async def test_wrong_code_and_wrong_factor_get_the_same_answer_and_many_tries_must_wait(office):
    async with an_applicant(office) as browser:
        code = await applied(browser)
        one = await entered(browser, code, "000000")
        other = await entered(browser, "AAAA-AAAA-AAAA", FACTOR)
        said = {words(re.sub(r'value="[^"]*"', "", page.text)) for page in (one, other)}
        assert len(said) == 1
        assert (one.status_code, code in one.text) == (other.status_code, False)
        for _ in range(12):
            last = await entered(browser, code, "000000")

    assert last.status_code == 429
    assert "再试" in words(last.text)


async def test_a_draft_waits_in_the_browser_that_saved_it_and_nowhere_else(office):
    async with an_applicant(office) as browser, an_applicant(office) as another:
        saved = await send(browser, "/request/apply", TYPED | {"do": "save", "proof": ""})
        assert saved.status_code == 200
        again = await browser.get("/request/apply")
        elsewhere = await another.get("/request/apply")

    assert value_of(again.text, "description") == TYPED["description"]
    assert value_of(elsewhere.text, "description") == ""


async def test_what_is_public_already_is_shown_before_anybody_applies_and_nothing_is_sent(office):
    async with office.kit.transaction() as tx:
        await keeping.keep_published(
            tx, document_id=uuid4(), organ_id=ORGAN, title="2024年外贸展会补贴名单公示", number="济商〔2025〕4号",
            permalink="/d/jinan-2025-00004", column_id="subsidies", published_at=tx.now,
        )  # fmt: skip
        before = await tx.db.fetchval("SELECT count(*) FROM case_row")
    async with an_applicant(office) as browser:
        page = await send(browser, "/request/apply", TYPED | {"do": "find"})
        odd = await send(browser, "/request/apply", TYPED | {"do": "find", "title": "", "description": "渔业许可"})
    async with office.kit.reading() as db:
        after = await db.fetchval("SELECT count(*) FROM case_row")

    assert 'href="/d/jinan-2025-00004"' in page.text
    assert value_of(page.text, "description") == TYPED["description"]
    assert "/d/jinan-2025-00004" not in odd.text
    assert before == after


async def test_markup_in_every_field_is_shown_as_text(office):
    evil = "<script>alert(1)</script>"
    async with an_applicant(office) as browser:
        typed = TYPED | dict.fromkeys(("name", "address", "title", "description", "document_number"), evil)
        wrong = await send(browser, "/request/apply", typed | {"do": "submit", "proof": "123"})
        code = await applied(browser, **dict.fromkeys(("name", "address", "title", "description"), evil))
        await entered(browser, code)
        mine = await browser.get("/request/mine")

    for page in (wrong.text, mine.text):
        assert evil not in page
        assert "&lt;script&gt;" in page


async def test_a_form_without_its_proof_is_refused(office):
    async with an_applicant(office) as browser:
        refused = await browser.post("/request/apply", data=TYPED | {"do": "submit"})

    assert refused.status_code == 403
    assert "重新打开页面" in words(refused.text)


async def test_a_case_without_the_cookie_shows_the_way_in_and_nothing_else(office):
    async with an_applicant(office) as browser:
        page = await browser.get("/request/mine")
        letter = await browser.get("/request/mine/letters/00000000-0000-4000-8000-000000000001")

    assert "查询码" in words(page.text)
    assert letter.status_code == 303
    assert not any(secret in page.text for secret in SECRETS)


async def test_the_receipt_says_what_was_sent_and_when_we_call_back(office):
    async with an_applicant(office) as browser:
        page = words((await send(browser, "/request/apply", TYPED | {"do": "submit"})).text)

    assert "我们会在2025年9月26日（星期五）按您留的联系方式与您确认收到" in page
    for sent in (TYPED["title"], TYPED["description"], "电子文件", "网上获取", "收件机关"):
        assert sent in page
    assert not any(secret in page for secret in SECRETS[:5])


def test_an_application_of_a_day_off_is_confirmed_on_the_next_day_of_work():
    assert "2025年9月28日（星期日）" in confirming(built_in(), date(2025, 9, 27))
    assert "2025年10月9日（星期四）" in confirming(built_in(), date(2025, 10, 1))


async def test_a_wrong_code_is_not_called_a_field_to_mend(office):
    async with an_applicant(office) as browser:
        wrong = words((await entered(browser, "AAAA-AAAA-AAAA-AAAA")).text)
        empty = words((await entered(browser, "", "")).text)

    assert "没有查到 查询码或者证件号码最后六位不对" in wrong
    assert "需要补填 请填写查询码" in empty
    assert "其余内容已保留" not in wrong + empty


async def test_a_fee_is_told_with_its_sum_its_last_day_and_the_way_to_pay(office):
    async with an_applicant(office) as browser:
        made = await office.apply()
        await entered(browser, made["code"])
        case_id = made["id"]
        receipt = {"receipt": {"confirmed_on": office.today}, "topic": "展会补助"}
        await office.do("drafter", "POST", f"/cases/{case_id}/receipt", receipt)
        await office.do("drafter", "POST", f"/cases/{case_id}/fee", {"standard": "pages", "pages": 44})
        decided = words((await browser.get("/request/mine")).text)
        await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "fee"})
        received = words((await browser.get("/request/mine")).text)

    assert "需要缴纳信息处理费" not in decided
    assert "需要缴纳信息处理费 140.00 元" in received
    assert "按量计收，44 页" in received
    assert "请在2025年10月30日（星期四）以前缴纳" in received
    assert "自2025-09-26次日起第20个工作日" in received
    assert "缴纳方式：缴入国库。" in received
    assert "等待您缴纳信息处理费" in received


async def test_a_correction_cannot_take_away_how_the_applicant_is_reached(office):
    async with an_applicant(office) as browser:
        made = await office.apply()
        await entered(browser, made["code"])
        case_id = made["id"]
        receipt = {"receipt": {"confirmed_on": office.today}, "topic": "补贴名单"}
        await office.do("drafter", "POST", f"/cases/{case_id}/receipt", receipt)
        what = {"what": ["请写明年度", "请写明范围"], "answer_by": "2025-10-20"}
        await office.do("drafter", "POST", f"/cases/{case_id}/correction", what)
        await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "correction"})
        shown = words((await browser.get("/request/mine")).text)
        typed = TYPED | {"description": "2024年名单"}
        seen = "/request/mine/correction"
        wrong = await send(browser, seen, typed | {"email": "不是邮箱"}, seen=seen)
        mute = await send(browser, seen, typed | {"phone": "", "email": "", "address": ""}, seen=seen)
        right = await send(browser, seen, typed | {"phone": ""}, seen=seen)

    assert "请写明年度；请写明范围。请在2025年10月20日" in shown
    assert (wrong.status_code, mute.status_code, right.status_code) == (422, 422, 303)
    assert "电子邮箱的格式不对" in words(wrong.text)
    assert "请至少填写电话、电子邮箱、通信地址中的一项" in words(mute.text)


async def test_what_cannot_be_done_is_told_to_a_citizen_on_a_page_of_the_site(office):
    async with an_applicant(office) as browser:
        await entered(browser, (await office.apply())["code"])
        pages = [await browser.get(f"/request/{path}") for path in ("mine/correction", "nothing", "mine/files/none")]
    async with an_officer_of(office, "drafter") as officer:
        theirs = await officer.get("/request/desk/cases/00000000-0000-4000-8000-000000000001")

    assert [page.status_code for page in pages] == [409, 404, 404]
    for page in pages:
        assert "工作台" not in page.text
        assert "返回首页" in words(page.text)
    assert "工作台" in theirs.text
    assert "返回我的待办" in words(theirs.text)
