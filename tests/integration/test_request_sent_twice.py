"""A submission sent again, because its answer was lost or somebody clicked twice, is one case with one receipt."""

import asyncio
import re
from contextlib import asynccontextmanager
from html import unescape
from uuid import uuid4

import httpx
import pytest
from tests.support.hosted import serving, settings_for
from tests.support.kits import HeldClock
from tests.support.publication_bureau import ORGAN, OTHER_ORGAN, organ
from tests.support.publication_console import proof_in, words
from tests.support.request_office import APPLICATION, FACTOR, FRIDAY, FULLY, SECRETS, an_office
from tests.support.request_pages import TYPED, an_applicant

from gongkai.web.officers import keep_organ
from request.app import SERVICE

CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")
SUBMISSION = re.compile(r'name="submission" value="([^"]+)"')
API = "/request/api/organs/jinan/applications"


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("twice")) as running:
        yield running


async def a_form(browser, **change):
    """Open the form and type; returns everything that the button would send."""
    page = (await browser.get("/request/apply")).text
    key = unescape(SUBMISSION.search(page)[1])
    return {"csrf": proof_in(page), "submission": key, "do": "submit"} | TYPED | change


def code_in(page: httpx.Response) -> str:
    assert page.status_code == 200, words(page.text)
    return CODE.search(words(page.text))[0]


async def cases(office) -> int:
    return await office.kit.pool.fetchval("SELECT count(*) FROM case_row")


async def keyed(office, key: str, **change):
    return await office.system.browser.post(API, json=APPLICATION | change, headers={"Idempotency-Key": key})


async def test_a_form_sent_again_shows_the_same_receipt_and_makes_no_second_case(office):
    before = await cases(office)
    async with an_applicant(office) as browser:
        form = await a_form(browser)
        first = await browser.post("/request/apply", data=form)
        office.clock.advance(hours=14)
        again = await browser.post("/request/apply", data=form)

    assert words(again.text) == words(first.text)
    assert code_in(again) == code_in(first)
    assert await cases(office) == before + 1
    opened = await office.system.browser.post(
        "/request/mine/api/open", json={"code": code_in(again), "factor": FACTOR}
    )
    assert opened.status_code == 204


async def test_clicks_at_the_same_moment_make_one_case(office):
    before = await cases(office)
    async with an_applicant(office) as browser:
        form = await a_form(browser)
        pages = await asyncio.gather(*(browser.post("/request/apply", data=form) for _ in range(5)))

    assert len({code_in(page) for page in pages}) == 1
    assert await cases(office) == before + 1


async def test_a_form_that_was_sent_back_keeps_its_key(office):
    async with an_applicant(office) as browser:
        form = await a_form(browser, proof="123")
        wrong = await browser.post("/request/apply", data=form)
        found = await browser.post("/request/apply", data=form | {"do": "find"})

    assert wrong.status_code == 422
    assert {SUBMISSION.search(page.text)[1] for page in (wrong, found)} == {form["submission"]}


async def test_who_goes_back_and_asks_for_something_else_makes_another_application(office):
    before = await cases(office)
    async with an_applicant(office) as browser:
        form = await a_form(browser)
        first = await browser.post("/request/apply", data=form)
        other = await browser.post("/request/apply", data=form | {"description": "2023年外贸展会补贴名单"})
        fresh = await browser.post("/request/apply", data=await a_form(browser))

    assert len({code_in(first), code_in(other), code_in(fresh)}) == 3
    assert await cases(office) == before + 3


async def test_the_key_of_a_form_opens_nothing_in_another_browser(office):
    async with an_applicant(office) as mine, an_applicant(office) as theirs:
        form = await a_form(mine)
        receipt = code_in(await mine.post("/request/apply", data=form))
        stolen = await theirs.post("/request/apply", data=form)
        copied = await theirs.post("/request/apply", data=form | {"csrf": (await a_form(theirs))["csrf"]})

    assert stolen.status_code == 403
    assert receipt not in stolen.text
    assert code_in(copied) != receipt


async def test_neither_the_key_nor_the_code_nor_what_was_sent_can_be_read_from_the_tables(office):
    async with an_applicant(office) as browser:
        form = await a_form(browser)
        code = code_in(await browser.post("/request/apply", data=form))
    rows = await office.kit.pool.fetch("SELECT row_to_json(query_code)::text AS text FROM query_code")
    drafts = await office.kit.pool.fetchval("SELECT count(*) FROM applicant_draft")
    kept = " ".join(row["text"] for row in rows)

    hidden = [form["submission"], form["csrf"], code, *SECRETS]
    assert not any(text in kept or text.encode().hex() in kept for text in hidden)
    assert drafts == 0


async def test_a_program_sends_the_same_key_until_it_hears_the_answer(office):
    before = await cases(office)
    key = str(uuid4())
    first = await keyed(office, key)
    again = await asyncio.gather(*(keyed(office, key) for _ in range(4)), keyed(office, f'"{key}"'))

    assert {(answer.status_code, answer.text) for answer in again} == {(201, first.text)}
    assert await cases(office) == before + 1


async def test_a_key_used_for_other_words_is_refused_and_another_applicant_may_have_the_same_key(office):
    before = await cases(office)
    key = "same-key-for-everyone"
    first = await keyed(office, key)
    other_words = await keyed(office, key, description="2023年外贸展会补贴名单")
    other_person = await keyed(office, key, name="计划测试乙", proof="11010519491231002X")
    other_organ = await office.system.browser.post(
        "/request/api/organs/zibo/applications", json=APPLICATION, headers={"Idempotency-Key": key}
    )

    assert other_words.status_code == 422
    assert other_words.json()["errors"][0]["path"] == "Idempotency-Key"
    assert first.json()["code"] not in other_words.text
    receipts = [answer.json() for answer in (first, other_person, other_organ)]
    assert len({receipt["code"] for receipt in receipts}) == 3
    assert await cases(office) == before + 3


async def test_a_key_that_anybody_could_guess_is_no_key(office):
    for key in ("1", "x" * 101, "sixteen but with spaces"):
        answer = await keyed(office, key)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == "Idempotency-Key"


@asynccontextmanager
async def started(settings):
    async with serving([SERVICE], settings, now=HeldClock(FRIDAY)) as system:
        async with system.kit("request").transaction() as tx:
            for organ_id, slug in ((ORGAN, "jinan"), (OTHER_ORGAN, "zibo")):
                await keep_organ(tx, organ(organ_id, slug).model_copy(update=FULLY))
        yield system


async def test_a_submission_is_known_again_after_a_restart(postgres, kafka, tmp_path):
    settings = await settings_for(postgres, kafka, tmp_path, ["request"])
    key = {"Idempotency-Key": str(uuid4())}
    async with httpx.AsyncClient(base_url=settings.public_url, headers={"Accept": "text/html"}) as browser:
        async with started(settings) as system:
            form = await a_form(browser)
            before = code_in(await browser.post("/request/apply", data=form))
            told = (await system.browser.post(API, json=APPLICATION, headers=key)).json()
        async with started(settings) as system:
            after = code_in(await browser.post("/request/apply", data=form))
            again = (await system.browser.post(API, json=APPLICATION, headers=key)).json()
            made = await system.kit("request").pool.fetchval("SELECT count(*) FROM case_row")

    assert (after, again) == (before, told)
    assert made == 2
