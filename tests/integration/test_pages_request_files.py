"""Files and what comes after an answer, on the pages: redaction, splitting, conversion, settings, checking, erasing."""

import re

import pytest
from tests.support.eventually import eventually
from tests.support.publication_bureau import ORGAN
from tests.support.publication_console import send, words
from tests.support.request_office import APPLICATION, SECRETS, an_office
from tests.support.request_pages import an_applicant, an_officer_of, faults

from request import keeping

DESK = "/request/desk"
GIVEN = {"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项"}
PHONE = "13912345678"
SOURCE = f"2024年外贸展会补贴名单\n\n联系人：计划测试丙，手机{PHONE}。\n\n补贴总额三百万元，<b>展位</b>三十个。值班手机{PHONE}。"


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("files")) as running:
        async with running.kit.transaction() as tx:
            await keeping.keep_columns(tx, ORGAN, [("subsidies", "财政资金", "《政府信息公开条例》第二十条第七项")])
        yield running


def seen_in(page):
    return re.search(r'name="seen" value="(\d+)"', page.text).group(1)


async def put_in(browser, case_id, text=SOURCE, name="名单.txt"):
    path = f"{DESK}/cases/{case_id}/files"
    answer = await send(browser, path, {"kind": "source"}, files={"file": (name, text.encode(), "text/plain")})
    assert answer.status_code == 303, faults(answer.text)
    page = await browser.get(answer.headers["location"])
    assert "文件已经加入案卷" in words(page.text)
    return re.findall(r"/files/([0-9a-f-]{36})/redact", page.text)[-1]


async def answered(office):
    case_id = await office.received()
    digest = await office.give(case_id)
    await office.drafted(case_id, [GIVEN | {"blobs": [digest]}])
    issued = await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"})

    async def reviewed():
        return (await office.case(case_id))["conversions"]

    await eventually(reviewed)
    review = (await office.case(case_id))["conversions"][0]["id"]
    return case_id, issued, review


async def test_a_clean_copy_is_made_and_what_was_hidden_is_nowhere_in_it(office):
    case_id = await office.received()
    async with an_officer_of(office, "drafter") as browser:
        file_id = await put_in(browser, case_id)
        path = f"{DESK}/cases/{case_id}/files/{file_id}/redact"
        page = await browser.get(path)
        assert PHONE in page.text
        assert "<b>展位</b>" not in page.text
        places = re.findall(r'name="place" value="([\d-]+)"', page.text)
        form = {"place": places, "seen": seen_in(page), "words": "展位", "why": "经营秘密", "ground": "A15", "do": "add"}
        form |= said_of(page)
        more = await send(browser, path, form)
        assert more.status_code == 200, faults(more.text)
        places = re.findall(r'name="place" value="([\d-]+)"', more.text)
        form = said_of(more) | {"place": places, "hide": places, "form": "docx", "do": "make", "seen": seen_in(more)}
        made = await send(browser, path, form)
        assert made.status_code == 303, faults(made.text)
        files = await browser.get(f"{DESK}/cases/{case_id}/files")
        assert "区分处理后的文件" in words(files.text)
        copy = re.search(r"/files/([0-9a-f-]{36})\">名单（区分处理）", files.text).group(1)
        data = (await browser.get(f"{DESK}/cases/{case_id}/files/{copy}")).content

    assert PHONE.encode() not in data
    assert "Redacted" in await office.kinds(case_id)


def said_of(page):
    """The reasons and articles that stand in the form."""
    found = dict(re.findall(r'name="(reason-[\d-]+)" value="([^"]*)"', page.text))
    for key, options in re.findall(r'name="(article-[\d-]+)">(.*?)</select>', page.text, re.DOTALL):
        chosen = re.search(r'value="(\w+)" selected', options)
        found[key] = chosen.group(1) if chosen else "A15"
    return found


async def test_what_is_hidden_in_one_place_and_stands_in_another_is_asked_about(office):
    case_id = await office.received()
    async with an_officer_of(office, "drafter") as browser:
        file_id = await put_in(browser, case_id, "甲公司中标。\n\n乙公司未中标。\n\n甲公司的报价是一百万元。")
        path = f"{DESK}/cases/{case_id}/files/{file_id}/redact"
        page = await browser.get(path)
        form = {"place": "0-3", "hide": "0-3", "reason-0-3": "商业秘密", "article-0-3": "A15", "do": "make", "form": "pdf"}
        asked = await send(browser, path, form | {"seen": seen_in(page)})
        assert asked.status_code == 422
        assert "在别处还有 1 处" in words(asked.text)
        left = await send(browser, path, form | {"seen": seen_in(page), "leave": "1", "asked": "1"})
        assert left.status_code == 303, faults(left.text)


async def test_words_that_are_not_in_the_text_and_missing_reasons_are_told(office):
    case_id = await office.received()
    async with an_officer_of(office, "drafter") as browser:
        file_id = await put_in(browser, case_id)
        path = f"{DESK}/cases/{case_id}/files/{file_id}/redact"
        wrong = await send(browser, path, {"words": "没有的词", "why": "秘密", "ground": "A15", "do": "add"})
        assert "照原文抄写" in words(wrong.text)
        nothing = await send(browser, path, {"do": "make", "place": "0-3"})
        assert "还没有选择" in words(nothing.text)
        odd = await send(browser, path, {"do": "make", "place": ["9-1", "x"], "hide": "0-3", "article-0-3": "B1"})
        assert odd.status_code in {409, 422}


async def test_a_file_that_is_no_file_is_refused_at_its_field(office):
    case_id = await office.received()
    path = f"{DESK}/cases/{case_id}/files"
    async with an_officer_of(office, "drafter") as browser:
        none = await send(browser, path, {"kind": "source"}, files={"file": ("", b"", "text/plain")})
        assert "请选择文件" in words(none.text)
        renamed = await send(browser, path, {"kind": "source"}, files={"file": ("a.pdf", b"MZ..", "application/pdf")})
        assert "内容与扩展名不符" in words(renamed.text)
    async with an_officer_of(office, "supervisor") as browser:
        assert (await browser.get(path)).status_code == 200
        assert (await browser.post(path)).status_code == 403


async def test_one_paper_becomes_two_cases(office):
    case_id = await office.received()
    path = f"{DESK}/cases/{case_id}/split"
    async with an_officer_of(office, "drafter") as browser:
        page = await browser.get(path)
        assert APPLICATION["description"] in words(page.text)
        more = await send(browser, path, {"count": "2", "part-1": "名单", "do": "more"})
        assert 'id="part-3"' in more.text
        short = await send(browser, path, {"count": "2", "part-1": "名单", "part-2": "", "reason": "两件事", "do": "split"})
        assert short.status_code == 422
        fields = {"count": "2", "part-1": "名单", "part-2": "金额", "reason": "两件事", "do": "split"}
        done = await send(browser, path, fields | {"seen": seen_in(page)})
        assert done.status_code == 303, faults(done.text)
        cases = await browser.get(f"{DESK}/cases", params={"q": "之2"})
    assert "（之2）" in cases.text


async def test_a_review_shows_its_chain_and_is_decided_and_a_wrong_decision_is_explained(office):
    case_id, _, review = await answered(office)
    path = f"{DESK}/cases/{case_id}/conversion/{review}"
    async with an_officer_of(office, "openness_officer") as browser:
        page = await browser.get(path)
        shown = words(page.text)
        assert "建议：" in shown
        assert "《政府信息公开条例》" in shown
        listed = await browser.get(f"{DESK}/conversions")
        assert path in listed.text
        none = await send(browser, path, {"decision": ""})
        assert "请选择决定" in words(none.text)
        personal = await send(browser, path, {"decision": "publish", "reason": "都想知道", "column_id": "subsidies", "title": "补贴名单", "text": f"电话{PHONE}"})
        assert personal.status_code == 422
        assert "还有个人信息" in words(personal.text)
        again = await send(browser, f"{path}/again", {"third_party": "trade-secret", "flags": ["suggested"]}, seen=path)
        assert again.status_code == 303, faults(again.text)
        assert (await browser.get(again.headers["location"])).status_code == 200
        fields = {"decision": "publish", "reason": "都想知道", "column_id": "subsidies", "title": "2024年外贸展会补贴情况", "text": "共支持三十家企业。"}
        done = await send(browser, path, fields)
        assert done.status_code == 303, faults(done.text)
        decided = words((await browser.get(path)).text)
        assert "已经决定" in decided
    proposed = await office.events("ConversionProposed")
    assert proposed[-1]["title"] == "2024年外贸展会补贴情况"
    async with an_officer_of(office, "drafter") as browser:
        assert (await browser.post(path)).status_code == 403


async def test_the_page_of_the_code_on_a_letter_tells_number_and_nothing_of_its_words(office):
    case_id, issued, _ = await answered(office)
    letter = next(one for one in (await office.case(case_id))["letters"] if one["number"] == issued["number"])
    pdf = (await office.call("drafter", "GET", f"/cases/{case_id}/letters/{letter['id']}/pdf")).content
    async with an_applicant(office) as browser:
        asked = await send(browser, "/request/verify", {"letter": letter["id"]})
        assert asked.status_code == 303
        page = await browser.get(asked.headers["location"])
        shown = words(page.text)
        assert issued["number"] in shown
        assert re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", shown)
        assert not any(secret in page.text for secret in SECRETS)
        path = f"/request/verify/{letter['id']}"
        same = await send(browser, path, {}, files={"file": ("a.pdf", pdf, "application/pdf")})
        assert "逐字节相同" in words(same.text)
        other = await send(browser, path, {}, files={"file": ("a.pdf", pdf + b"x", "application/pdf")})
        assert "不一致" in words(other.text)
        odd = await send(browser, "/request/verify", {"letter": "abc"})
        assert odd.status_code == 422
        unknown = await browser.get("/request/verify/00000000-0000-4000-8000-000000000009")
        assert unknown.status_code == 404


async def test_settings_are_kept_and_a_wrong_address_is_told(office):
    path = f"{DESK}/settings"
    async with an_officer_of(office, "openness_officer") as browser:
        page = await browser.get(path)
        assert "济南市历下区人民法院" in page.text
        wrong = await send(browser, path, {"reconsideration_url": "fuyi", "court": "甲法院"})
        assert wrong.status_code == 422
        assert "甲法院" in wrong.text
        kept = await send(browser, path, {"reconsideration_url": "https://fuyi.jinan.example", "court": "济南市历下区人民法院", "how_to_pay": "缴入国库"})
        assert kept.status_code == 303
    async with an_officer_of(office, "drafter") as browser:
        assert (await browser.get(path)).status_code == 403


async def test_an_applicant_is_erased_only_when_nothing_is_owed_and_then_for_good(office):
    case_id = await office.received(proof="999999198001010038", name="计划测试丁")
    path = f"{DESK}/cases/{case_id}/erase"
    async with an_officer_of(office, "openness_officer") as browser:
        assert "现在不能删除" in words((await browser.get(path)).text)
        digest = await office.give(case_id)
        await office.drafted(case_id, [GIVEN | {"blobs": [digest]}])
        await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"})
        empty = await send(browser, path, {"confirm": "1", "reason": ""})
        assert empty.status_code == 422
        done = await send(browser, path, {"confirm": "1", "reason": "申请人要求删除"})
        assert done.status_code == 303, faults(done.text)
        assert (await browser.get(done.headers["location"])).status_code == 200
        gone = await browser.get(f"{DESK}/cases/{case_id}/person")
    assert gone.status_code == 404
    assert "已经依法删除" in words(gone.text)


async def test_an_applicant_with_another_case_at_work_is_not_erased(office):
    change = {"proof": "999999198001010054", "name": "计划测试戊"}
    case_id = await office.received(**change)
    digest = await office.give(case_id)
    await office.drafted(case_id, [GIVEN | {"blobs": [digest]}])
    await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"})
    await office.received(**change)
    async with an_officer_of(office, "openness_officer") as browser:
        refused = await send(browser, f"{DESK}/cases/{case_id}/erase", {"confirm": "1", "reason": "申请人要求删除"})

    assert refused.status_code == 409
    assert "还有申请在办理" in words(refused.text)
