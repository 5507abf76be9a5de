"""我为政府网站找错, from the form of a citizen without an account to the answer and to forgetting the citizen."""

import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.statute import demonstrates
from tests.support.publication_bureau import NOON, ORGAN, OTHER_ORGAN, STRANGER, a_bureau
from tests.support.publication_console import browsing, send, words

from gongkai.runtime import register
from gongkai.statute import rules
from gongkai.statute.calendar import built_in
from publication.noticing import error_notice
from publication.rebuilding import rebuild
from publication.site_errors import store
from publication.site_errors.desk import KEPT_FOR, SiteErrors
from publication.site_errors.store import SITE_ERROR
from publication.site_errors.throttle import FROM_ONE_PLACE

DOOR = "/publication/find-errors"
REPORT = {
    "page": "/d/jinan-2025-00001",
    "about": "wording",
    "wrong": "“北方消费品”写成了“北方消费吕”",
    "suggestion": "改为“消费品”",
    "contact": "13905310000",
}
SECRETS = ("北方消费吕", "13905310000", "已经改好了", "改为“消费品”")


@pytest.fixture
async def bureau(postgres, tmp_path):
    async with a_bureau(postgres, tmp_path) as opened:
        yield opened


@asynccontextmanager
async def a_citizen(bureau):
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(bureau.app, raise_app_exceptions=False), base_url="http://bureau",
        headers={"Accept": "text/html"},
    ) as browser:  # fmt: skip
        yield browser


async def reported(bureau, **fields) -> tuple[str, dict]:
    """Report something and return the receipt and the row of it."""
    async with a_citizen(bureau) as browser:
        answer = await send(browser, DOOR, REPORT | fields)
        assert answer.status_code == 303, words(answer.text)
        receipt = re.search(r"receipt=([^&]+)", answer.headers["location"])[1]
        page = await browser.get(answer.headers["location"])
        assert receipt in page.text
        assert "收到了" in page.text
    async with bureau.kit.reading() as db:
        return receipt, await store.by_receipt(db, receipt)


@demonstrates(rules.FIND_ERROR_REPLY)
async def test_a_citizen_reports_without_an_account_and_reads_the_answer_by_the_receipt(bureau):
    receipt, row = await reported(bureau)
    assert row["organ_id"] == ORGAN
    assert row["due_on"].isoformat() == "2025-03-13"
    async with browsing(bureau, "proofreader") as officer:
        queue = await officer.get("/publication/?tab=error")
        listed = await officer.get("/publication/site-errors")
        shown = await officer.get(f"/publication/site-errors/{row['id']}")
        answered = await send(
            officer, f"/publication/site-errors/{row['id']}/answer",
            {"outcome": "corrected", "reply": "已经改好了，\n谢谢。"}, seen=f"/publication/site-errors/{row['id']}",
        )  # fmt: skip
        after = await officer.get(answered.headers["location"])
        done = await officer.get("/publication/site-errors?tab=answered")
    async with a_citizen(bureau) as browser:
        status = await browser.get(f"{DOOR}/status?receipt={receipt.lower()}")

    assert receipt in words(queue.text)
    assert receipt in words(listed.text)
    assert "剩 3 个工作日" in words(listed.text)
    assert all(text in shown.text for text in ("北方消费吕", "13905310000", "改为"))
    assert "第3个工作日" in words(shown.text) or "3工作日" in words(shown.text).replace(" ", "")
    assert "已答复" in words(after.text)
    assert receipt in words(done.text)
    assert "已经改好了" in status.text
    assert "已经改正" in status.text
    assert "北方消费吕" not in status.text
    assert "13905310000" not in status.text
    assert status.headers["cache-control"] == "no-store"


async def test_nothing_a_citizen_wrote_stands_in_a_fact_an_event_or_a_table(bureau):
    receipt, row = await reported(bureau, page="https://x.example/d/jinan-2025-00001?who=张三丰")
    await bureau.do("openness_officer", "POST", f"/site-errors/{row['id']}/answer", {"outcome": "corrected", "reply": "已经改好了"})
    async with bureau.kit.pool.acquire() as db:
        tables = [each["tablename"] for each in await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        stored = {table: str([dict(each) for each in await db.fetch(f'SELECT * FROM "{table}"')]) for table in tables}
        reads = await db.fetch("SELECT who, why FROM vault_read")
    assert receipt in stored["site_error"]
    for table, text in stored.items():
        for secret in (*SECRETS, "张三丰"):
            assert secret not in text, (table, secret)
    assert any(receipt in each["why"] and each["who"].startswith("person:") for each in reads)
    assert error_notice(row).body()["label"] == f"网站纠错 {receipt}"


async def test_wrong_and_missing_fields_come_back_with_what_was_typed(bureau):
    async with a_citizen(bureau) as browser:
        nothing = await send(browser, DOOR, {"page": "/d/jinan-2025-00001", "wrong": "", "contact": "a@b.cn"})
        long = await send(browser, DOOR, REPORT | {"wrong": "错" * 1_001})
        odd = await send(browser, DOOR, REPORT | {"about": "<script>", "wrong": "<script>alert(1)</script>"})
    assert nothing.status_code == long.status_code == odd.status_code == 422
    assert "a@b.cn" in nothing.text
    assert "请选择哪类问题" in nothing.text
    assert "<script>" not in odd.text
    async with bureau.kit.pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM site_error") == 0
        assert await db.fetchval("SELECT count(*) FROM vault_item") == 0


async def test_a_form_of_another_site_is_refused(bureau):
    async with a_citizen(bureau) as browser:
        await browser.get(DOOR)
        forged = await browser.post(DOOR, data=REPORT, headers={"Origin": "https://evil.example"})
        guessed = await browser.post(DOOR, data=REPORT | {"csrf": "x" * 43})
    assert forged.status_code == guessed.status_code == 403


async def test_one_place_cannot_bury_the_officers_under_reports(bureau):
    for _ in range(FROM_ONE_PLACE):
        await reported(bureau)
    async with a_citizen(bureau) as browser:
        one_more = await send(browser, DOOR, REPORT)
    assert one_more.status_code == 429
    assert int(one_more.headers["retry-after"]) > 3_000
    assert "北方消费吕" in one_more.text
    async with bureau.kit.pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM site_error") == FROM_ONE_PLACE
    bureau.clock.advance(hours=1, seconds=1)
    await reported(bureau)


async def test_a_page_names_the_organ_whose_officers_see_it(bureau):
    _, row = await reported(bureau, page="/d/zibo-2025-00007")
    assert row["organ_id"] == OTHER_ORGAN
    await bureau.do("openness_officer", "GET", f"/site-errors/{row['id']}", status=404)
    async with browsing(bureau, "openness_officer") as officer:
        assert (await officer.get(f"/publication/site-errors/{row['id']}")).status_code == 404
    await bureau.do(STRANGER, "GET", "/site-errors", status=403)


async def test_programs_see_and_answer_with_the_permissions_of_the_pages(bureau):
    receipt, row = await reported(bureau, contact="")
    listed = await bureau.do("supervisor", "GET", "/site-errors")
    assert (listed["open"], listed["late"], listed["site_errors"][0]["receipt"]) == (1, 0, receipt)
    await bureau.do("drafter", "GET", "/site-errors", status=403)
    body = {"outcome": "no-error", "reply": "核对过，原文如此。"}
    await bureau.do("supervisor", "POST", f"/site-errors/{row['id']}/answer", body, status=403)
    done = await bureau.do("openness_officer", "POST", f"/site-errors/{row['id']}/answer", body)
    assert (done["outcome"], done["reply"], done["contact"]) == ("no-error", "核对过，原文如此。", "")
    again = await bureau.do("openness_officer", "POST", f"/site-errors/{row['id']}/answer", body, status=409)
    assert "已经答复过" in again["title"]


async def test_a_passed_date_is_a_fact_and_the_citizen_is_told(bureau):
    receipt, row = await reported(bureau)
    bureau.clock.at = datetime(2025, 3, 13, 16, 0, 1, tzinfo=UTC)
    await bureau.tick()
    async with bureau.kit.reading() as db:
        facts = [type(each.fact).__name__ for each in await register.history(db, SITE_ERROR, row["id"])]
    async with a_citizen(bureau) as browser:
        status = await browser.get(f"{DOOR}/status?receipt={receipt}")
    assert facts == ["ErrorReported", "AnswerOverdue"]
    assert "已经超期" in status.text
    assert (await bureau.do("supervisor", "GET", "/site-errors"))["late"] == 1


async def test_a_year_after_the_answer_nobody_can_read_who_reported_what(bureau):
    receipt, row = await reported(bureau)
    await bureau.do("openness_officer", "POST", f"/site-errors/{row['id']}/answer", {"outcome": "corrected", "reply": "已经改好了"})
    bureau.clock.at = NOON + KEPT_FOR + timedelta(minutes=1)
    await bureau.tick()
    async with bureau.kit.pool.acquire() as db:
        left = await db.fetch("SELECT ciphertext FROM vault_item WHERE kind = 'site-error'")
    shown = await bureau.do("openness_officer", "GET", f"/site-errors/{row['id']}")
    async with a_citizen(bureau) as browser:
        status = await browser.get(f"{DOOR}/status?receipt={receipt}")
    assert {bytes(each["ciphertext"]) for each in left} == {b""}
    assert (shown["wrong"], shown["contact"], shown["reply"]) == ("", "", "")
    assert "已按规定删除" in status.text


async def test_a_holiday_notice_moves_the_date_and_the_change_is_a_fact(bureau):
    bureau.clock.at = datetime(2026, 9, 24, 4, 0, tzinfo=UTC)
    bureau.kit.calendar = built_in().without_notice(2026)
    _, row = await reported(bureau)
    bureau.kit.calendar = built_in()
    moved = await SiteErrors(bureau.kit).recount()
    async with bureau.kit.reading() as db:
        after = await store.one(db, ORGAN, row["id"])
    assert moved == 1
    assert row["due_on"] != after["due_on"]
    assert after["due_on"].isoformat() == "2026-09-30"
    assert await SiteErrors(bureau.kit).recount() == 0


async def test_the_list_is_made_again_from_the_facts(bureau):
    _, first = await reported(bureau)
    bureau.clock.advance(minutes=5)
    await reported(bureau, page="", about="link")
    await bureau.do("openness_officer", "POST", f"/site-errors/{first['id']}/answer", {"outcome": "forwarded", "reply": "已转市局。"})

    async def rows():
        async with bureau.kit.reading() as db:
            return [dict(each) for each in await db.fetch("SELECT * FROM site_error ORDER BY id")]

    before = await rows()
    async with bureau.kit.transaction() as tx:
        done = await rebuild(tx, bureau.kit.blobs)
    assert done.site_errors == 2
    assert await rows() == before


async def test_a_receipt_nobody_was_given_finds_nothing(bureau):
    async with a_citizen(bureau) as browser:
        unknown = await browser.get(f"{DOOR}/status?receipt=JC20250310-AAAA-BBBB")
        odd = await browser.get(f"{DOOR}/status", params={"receipt": "'><script>"})
        empty = await browser.get(f"{DOOR}/status")
    assert (unknown.status_code, odd.status_code, empty.status_code) == (404, 404, 200)
    assert "没有找到这个编号" in unknown.text
    assert "<script>" not in odd.text
