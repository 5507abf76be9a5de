"""Each organ sets its own ladder of approval, from a day on, on a page; the other organ's stays."""

from datetime import timedelta

import pytest
from tests.support.publication_bureau import ORGAN, OTHER_ORGAN
from tests.support.publication_console import words
from tests.support.request_office import an_office, desks_of
from tests.support.request_pages import an_officer_of, faults

from request import laddering, rebuilding

PAGE = "/request/desk/ladder"
REFUSED = {"item": 1, "basis": "process", "article": "《政府信息公开条例》第十六条第二款", "reason": "属于讨论记录"}
SHORT = {"rung-1": "section-head", "rung-2": "deputy-head", "rung-3": "none", "rung-4": "none", "reason": "新的办理规程"}
pytestmark = pytest.mark.timeout(240)


@pytest.fixture
async def office(postgres, kafka, tmp_path):
    async with an_office(postgres, kafka, tmp_path / "ladders") as running:
        yield running


async def set_on_the_page(browser, day, **change):
    page = (await browser.get(PAGE)).text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    csrf = page.split('name="csrf" value="')[1].split('"')[0]
    return await browser.post(PAGE, data=SHORT | {"from_on": day, "seen": seen, "csrf": csrf} | change)


async def waiting_at(office, case_id):
    return (await office.case(case_id))["draft"]["waiting_at"]


async def climb(office, case_id, *steps):
    for step, name in steps:
        await office.do(name, "POST", f"/cases/{case_id}/draft/pass", {"draft": 1, "step": step, "opinion": "同意"})


async def test_drafts_climb_the_ladder_of_the_day_on_which_they_were_made(office):
    today = office.clock.at.date()
    tomorrow = (today + timedelta(days=1)).isoformat()
    before = await office.received()
    await office.do("drafter", "POST", f"/cases/{before}/draft", {"decisions": [REFUSED]})
    async with an_officer_of(office, "openness_officer") as browser:
        shown = words((await browser.get(PAGE)).text)
        assert "合法性审核" in shown
        wrong = await set_on_the_page(browser, (today - timedelta(days=1)).isoformat())
        assert wrong.status_code == 409
        assert "不能早于今天" in words(wrong.text)
        same = await set_on_the_page(browser, tomorrow, **{"rung-2": "section-head"})
        assert "不能写两次" in words(same.text)
        kept = await set_on_the_page(browser, tomorrow)
        assert kept.status_code == 303, faults(kept.text)
        page = words((await browser.get(f"{PAGE}?done=1")).text)
        assert "承办处室负责人审核 → 分管负责人签发" in page
        assert "还没有到" in page
    still = await office.received()
    await office.do("drafter", "POST", f"/cases/{still}/draft", {"decisions": [REFUSED]})
    office.clock.advance(days=1)
    after = await office.received()
    await office.do("drafter", "POST", f"/cases/{after}/draft", {"decisions": [REFUSED]})

    for case_id in (before, still, after):
        await climb(office, case_id, ("section-head", "section_head"))

    assert [await waiting_at(office, one) for one in (before, still, after)] == ["legal-review", "legal-review", "deputy-head"]
    await climb(office, after, ("deputy-head", "deputy_head"))
    made = await office.do("drafter", "POST", f"/cases/{after}/letters", {"kind": "reply-refused"})
    assert made["answered"]
    known = await office.do("drafter", "GET", "/settings/ladder")
    assert known["rungs"] == ["section-head", "deputy-head"]


async def test_a_ladder_is_a_fact_of_one_organ_and_comes_back_from_the_register(office):
    body = {"rungs": ["deputy-head"], "from_on": office.today, "reason": "机构精简"}
    await office.do("openness_officer", "POST", "/settings/ladder", body)
    twice = await office.call("openness_officer", "POST", "/settings/ladder", body | {"rungs": ["section-head"]}, headers={"If-Match": '"0"'})
    other = await office.do("stranger", "GET", "/settings/ladder")
    nobody = await office.call("drafter", "POST", "/settings/ladder", body)
    rows = await office.kit.pool.fetch("SELECT * FROM organ_ladder")
    async with office.kit.transaction() as tx:
        await rebuilding.rebuild(tx, desks_of(office).desk)

    assert (twice.status_code, nobody.status_code) == (412, 403)
    assert (len(other["rungs"]), other["settings"]) == (4, [])
    assert await office.kit.pool.fetch("SELECT * FROM organ_ladder") == rows
    async with office.kit.reading() as db:
        day = office.clock.at.date()
        assert await laddering.in_force(db, ORGAN, day) == ("deputy-head",)
        assert await laddering.in_force(db, OTHER_ORGAN, day) == ()
        assert await laddering.in_force(db, ORGAN, day - timedelta(days=1)) == ()
    verdict = await office.system.browser.post("/request/api/ops/register/verify", headers=office.system.operator())
    assert verdict.json()["whole"]
