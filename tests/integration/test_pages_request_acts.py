"""Acts of officers on their pages that had no way to an end: other organs that are asked, a day of receipt that is wrong."""

import re
from datetime import date, timedelta

import pytest
from tests.support.publication_console import send, words
from tests.support.request_office import FACTOR, an_office
from tests.support.request_pages import an_applicant, an_officer_of, faults

DESK = "/request/desk"


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("acts")) as running:
        yield running


async def act(office, case_id, key, who="drafter", **fields):
    """Open the page of an act and send it; returns the page and what came back."""
    async with an_officer_of(office, who) as browser:
        path = f"{DESK}/cases/{case_id}/do/{key}"
        page = await browser.get(path)
        assert page.status_code == 200, (key, page.status_code, page.headers.get("location"))
        seen = re.search(r'name="seen" value="(\d+)"', page.text)
        return page.text, await send(browser, path, {"seen": seen.group(1), **fields})


async def asked(office, case_id, **fields):
    """Decide on the page whom to ask, and send the letter."""
    _, done = await act(office, case_id, "consult", **fields)
    assert done.status_code == 303, faults(done.text)
    [decided] = (await office.case(case_id))["decided"]
    wanted = (date.fromisoformat(office.today) + timedelta(days=10)).isoformat()
    body = {"kind": fields["whom"], "consultation": decided["letter"], "content": "补贴明细", "why": "需要核实", "answer_by": wanted}
    await office.do("drafter", "POST", f"/cases/{case_id}/letters", body)
    return decided["letter"], wanted


async def test_another_organ_is_asked_for_a_day_of_its_own_on_the_page(office):
    case_id = await office.received()
    letter, wanted = await asked(office, case_id, whom="other-organ", name="济南市统计局")
    agreed = (date.fromisoformat(wanted) + timedelta(days=10)).isoformat()

    page, done = await act(office, case_id, "opinion-received", letter=letter, received_on=office.today, answer_by=agreed)

    assert 'name="answer_by"' in page
    assert done.status_code == 303, faults(done.text)
    assert (await office.case(case_id))["consultations"][0]["answer_by"] == agreed
    _, done = await act(office, case_id, "opinion", letter=letter, opinion="consents", answered_on=office.today)
    assert done.status_code == 303, faults(done.text)
    assert (await office.case(case_id))["awaiting"] == ""


async def test_without_another_day_the_one_in_the_letter_to_the_other_organ_holds(office):
    case_id = await office.received()
    letter, wanted = await asked(office, case_id, whom="other-organ", name="济南市统计局")

    _, done = await act(office, case_id, "opinion-received", letter=letter, received_on=office.today)

    assert done.status_code == 303, faults(done.text)
    assert (await office.case(case_id))["consultations"][0]["answer_by"] == wanted


async def test_a_third_party_has_the_days_of_the_law_and_nobody_is_asked_for_another(office):
    case_id = await office.received()
    letter, wanted = await asked(office, case_id, whom="third-party", name="山东测试有限公司", phone="0531-88888888")

    page, done = await act(office, case_id, "opinion-received", letter=letter, received_on=office.today)

    assert done.status_code == 303, faults(done.text)
    assert 'name="answer_by"' not in page
    assert (await office.case(case_id))["consultations"][0]["answer_by"] not in {None, wanted}


async def test_the_head_of_the_office_puts_a_wrong_day_of_receipt_right_and_everybody_sees_it(office):
    receipt = await office.apply()
    case_id = receipt["id"]
    office.clock.advance(days=3)
    body = {"receipt": {"confirmed_on": office.today}, "topic": "外贸展会补贴"}
    await office.do("drafter", "POST", f"/cases/{case_id}/receipt", body)
    before = await office.case(case_id)
    right = (date.fromisoformat(before["received_on"]) - timedelta(days=1)).isoformat()

    async with an_officer_of(office, "drafter") as browser:
        assert (await browser.get(f"{DESK}/cases/{case_id}/do/receipt-correct")).status_code == 403
    refused = await office.call("drafter", "POST", f"/cases/{case_id}/receipt/correct", {"received_on": right, "reason": "笔误"})
    page, done = await act(office, case_id, "receipt-correct", "openness_officer", received_on=right, reason="看错了签收单")

    assert refused.status_code == 403
    assert "更正收到日" in words(page)
    assert done.status_code == 303, faults(done.text)
    after = await office.case(case_id)
    assert after["received_on"] == right
    assert after["due_on"] < before["due_on"]
    clock = await office.do("drafter", "GET", f"/cases/{case_id}/clock")
    assert {one["due_on"] for one in clock["clocks"] if one["kind"] == "request-reply"} == {after["due_on"]}
    assert (await office.events("ClockRestarted"))[-1]["reason"].startswith("更正收到申请之日")
    assert "ReceiptCorrected" in await office.kinds(case_id)
    async with an_officer_of(office, "drafter") as browser:
        assert "看错了签收单" in words((await browser.get(f"{DESK}/cases/{case_id}")).text)
    async with an_applicant(office) as browser:
        await send(browser, "/request/mine/enter", {"code": receipt["code"], "factor": FACTOR}, seen="/request/mine")
        assert "更正收到之日" in words((await browser.get("/request/mine")).text)
