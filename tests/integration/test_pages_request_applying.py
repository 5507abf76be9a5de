"""What a citizen does on the pages: apply, come back with the code, see every day, correct, withdraw, get the answer."""

import re
from uuid import uuid4

import pytest
from tests.support.publication_bureau import ORGAN
from tests.support.publication_console import send, value_of, words
from tests.support.request_office import FACTOR, SECRETS, an_office
from tests.support.request_pages import TYPED, an_applicant

from request import keeping

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

    assert "还在确认收到" in words(page.text)
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
