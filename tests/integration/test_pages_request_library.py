"""The case library on the pages: what resembles a case, what was asked before, comments, the paper that is sent up."""

import re

import pytest
from tests.support.eventually import eventually
from tests.support.publication_console import send, words
from tests.support.request_office import SECRETS, an_office
from tests.support.request_pages import an_officer_of, faults

DESK = "/request/desk"
GIVEN = {"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项"}


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("library")) as running:
        yield running


@pytest.fixture(scope="module")
async def answered(office):
    """A closed case that is in the library."""
    case_id = await office.received("外贸展会补贴标准和名单")
    digest = await office.give(case_id)
    await office.drafted(case_id, [GIVEN | {"blobs": [digest]}])
    await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"})

    async def kept():
        return (await office.do("drafter", "GET", "/library?q=外贸展会补贴"))["cases"]

    await eventually(kept)
    return case_id


async def test_a_closed_case_is_found_by_words_and_tells_why_and_nothing_of_its_applicant(office, answered):
    async with an_officer_of(office, "drafter") as browser:
        found = await browser.get(f"{DESK}/library", params={"q": "展会补贴怎么给"})
        assert f"{DESK}/library/{answered}" in found.text
        assert "都涉及" in words(found.text)
        nothing = await browser.get(f"{DESK}/library", params={"q": "<b>渔业</b>"})
        assert "没有相近的案例" in words(nothing.text)
        assert "<b>渔业" not in nothing.text
        one = await browser.get(f"{DESK}/library/{answered}")
    assert "予以公开" in words(one.text)
    assert not any(secret in found.text + one.text for secret in SECRETS)


async def test_a_case_is_commented_on_without_anything_personal(office, answered):
    path = f"{DESK}/library/{answered}"
    async with an_officer_of(office, "drafter") as browser:
        empty = await send(browser, path, {"text": " "})
        assert empty.status_code == 422
        personal = await send(browser, path, {"text": "请联系13912345678"})
        assert personal.status_code in {409, 422}
        kept = await send(browser, path, {"text": "<i>答复</i>写得清楚"})
        assert kept.status_code == 303, faults(kept.text)
        page = await browser.get(path)
        assert "&lt;i&gt;答复" in page.text
    async with an_officer_of(office, "supervisor") as browser:
        assert (await browser.post(path)).status_code == 403
    async with an_officer_of(office, "stranger") as browser:
        assert (await browser.get(path)).status_code == 404


async def test_the_same_asked_again_is_shown_and_confirmed_by_an_officer(office, answered):
    case_id = await office.received("外贸展会补贴标准和名单")
    path = f"{DESK}/cases/{case_id}/similar"
    async with an_officer_of(office, "drafter") as browser:

        async def seen():
            page = await browser.get(path)
            assert "可能是同一内容" in words(page.text)
            return f'name="earlier" value="{answered}"' in page.text

        await eventually(seen)
        odd = await send(browser, path, {"earlier": "x"})
        assert odd.status_code == 422
        far = await send(browser, path, {"document": "https://example.org/d/x"})
        assert far.status_code == 422
        done = await send(browser, path, {"earlier": answered, "same": "1"})
        assert done.status_code == 303, faults(done.text)
        page = await browser.get(path)
        assert "已确认相同" in words(page.text)
    assert "SimilarConfirmed" in await office.kinds(case_id)


async def test_typical_cases_are_chosen_composed_and_noted_as_sent(office, answered):
    await office.do("openness_officer", "POST", f"/cases/{answered}/typical", {"why": "区分处理得当"})
    path = f"{DESK}/library/paper"
    async with an_officer_of(office, "openness_officer") as browser:

        async def listed():
            return f'name="case" value="{answered}"' in (await browser.get(f"{DESK}/library")).text

        await eventually(listed)
        none = await send(browser, path, {"do": "show"}, seen=f"{DESK}/library")
        assert "请先勾选" in words(none.text)
        shown = await send(browser, path, {"case": answered, "do": "show"}, seen=f"{DESK}/library")
        assert "区分处理得当" in words(shown.text)
        sent = await send(browser, path, {"case": answered, "do": "record"}, seen=f"{DESK}/library")
        assert "已经记下今天上报" in words(sent.text)
    async with an_officer_of(office, "drafter") as browser:
        assert not re.search(r'name="case"', (await browser.get(f"{DESK}/library")).text)
        assert (await browser.post(path)).status_code == 403
