"""The clock of an application in a running system: lapses, holiday notices, corrections, numbers, two officers."""

import asyncio
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from tests.support.eventually import eventually
from tests.support.hosted import serving
from tests.support.request_office import APPLICATION, FACTOR, an_office, desks_of

from gongkai.contracts.identity import HolidayNoticeLoaded
from gongkai.local import ports
from gongkai.runtime.calendars import keep_notice
from gongkai.runtime.errors import ChangedMeanwhile
from request import store
from request.app import SERVICE
from request.recounting import recount


@pytest.fixture
async def office(postgres, kafka, tmp_path):
    async with an_office(postgres, kafka, tmp_path) as running:
        yield running


async def lapsed(office, case_id):
    return (await office.case(case_id))["state"] == "Lapsed"


async def test_a_correction_asked_for_voids_the_clock_and_its_answer_starts_it_anew(office):
    receipt = await office.apply()
    case_id = receipt["id"]
    body = {"receipt": {"confirmed_on": office.today}, "topic": "补贴"}
    await office.do("drafter", "POST", f"/cases/{case_id}/receipt", body)
    asked = {"what": ["请写明所需文件的名称或者文号"], "answer_by": "2025-10-21"}
    await office.do("drafter", "POST", f"/cases/{case_id}/correction", asked)
    decided = await office.do("drafter", "GET", f"/cases/{case_id}/clock")
    assert (decided["running"], decided["due_on"]) == (True, "2025-10-30")
    await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "correction"})
    standing = await office.do("drafter", "GET", f"/cases/{case_id}/clock")
    assert (standing["running"], standing["due_on"]) == (False, None)

    office.clock.advance(days=14)
    browser = office.system.browser
    await browser.post("/request/mine/api/open", json={"code": receipt["code"], "factor": FACTOR})
    abroad = await browser.post("/request/mine/api/correction", json=APPLICATION, headers={"Sec-Fetch-Site": "cross-site"})
    assert abroad.status_code == 403
    here = await browser.post("/request/mine/api/correction", json=APPLICATION, headers={"Sec-Fetch-Site": "same-origin"})
    assert here.status_code == 204

    case = await office.case(case_id)
    assert (case["due_on"], case["awaiting"]) == ("2025-11-06", "")
    restarted = (await office.events("ClockRestarted"))[0]
    assert (restarted["from_on"], restarted["due_on"]) == ("2025-10-10", "2025-11-06")


async def test_a_correction_that_does_not_come_lapses_once_with_two_instances(office, postgres):
    cases = [await office.received() for _ in range(3)]
    for case_id in cases:
        asked = {"what": ["请写明文号"], "answer_by": "2025-10-13"}
        await office.do("drafter", "POST", f"/cases/{case_id}/correction", asked)
        await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "correction"})
    second = office.system.settings.model_copy(update={"bind_port": ports.free_port(), "instance": "second"})
    async with serving([SERVICE], second, now=office.clock):
        office.clock.advance(days=18)
        for case_id in cases:
            await eventually(lambda case_id=case_id: lapsed(office, case_id))
        await asyncio.gather(*(office.case(case_id) for case_id in cases))

    for case_id in cases:
        assert (await office.kinds(case_id)).count("CorrectionLapsed") == 1
    closed = await office.events("RequestClosed")
    assert sorted(event["case_id"] for event in closed) == sorted(cases)
    assert {(event["how"], event["row"]) for event in closed} == {("lapsed", "o1")}


async def test_an_overdue_reply_and_a_near_one_are_said_once(office):
    case_id = await office.received()
    office.clock.advance(days=31)

    async def warned():
        return {each["kind"] for each in (await office.case(case_id))["attention"]} >= {"request-reply-near"}

    await eventually(warned)
    office.clock.advance(days=5)

    async def late():
        return "request-reply" in {each["kind"] for each in (await office.case(case_id))["attention"]}

    await eventually(late)


async def test_two_officers_at_once_both_act_or_one_is_told_to_look_again(office):
    case_id = await office.received()
    seen = (await office.call("drafter", "GET", f"/cases/{case_id}")).headers["etag"]
    body = {"places": ["档案室"], "words": ["补贴"], "found": 0}

    answers = await asyncio.gather(
        *(
            office.call(name, "POST", f"/cases/{case_id}/searches", body, headers={"If-Match": seen})
            for name in ("drafter", "section_head", "openness_officer")
        )
    )
    without = await asyncio.gather(*(office.call("drafter", "POST", f"/cases/{case_id}/searches", body) for _ in range(3)))

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    assert [answer.status_code for answer in without] == [200, 200, 200]
    assert len((await office.case(case_id))["searches"]) == 4


async def test_the_register_has_no_gap_and_no_repeat_under_concurrency(office):
    applied = [(await office.apply())["id"] for _ in range(12)]
    body = {"receipt": {"confirmed_on": office.today}, "topic": "补贴"}
    wrong = {"receipt": {"confirmed_on": "2025-09-30"}, "topic": "补贴"}

    answers = await asyncio.gather(
        *(office.call("drafter", "POST", f"/cases/{case_id}/receipt", wrong) for case_id in applied[:6]),
        *(office.call("drafter", "POST", f"/cases/{case_id}/receipt", body) for case_id in applied),
    )

    assert [answer.status_code for answer in answers] == [409] * 6 + [200] * 12
    numbers = sorted([(await office.case(case_id))["number"] for case_id in applied])
    assert numbers == [f"2025-{serial:04d}" for serial in range(1, 13)]


async def test_a_holiday_notice_moves_open_clocks_and_leaves_closed_ones(postgres, kafka, tmp_path):
    """2026-12-21 plus twenty working days reaches into a year without notice: provisional, until one is loaded."""
    async with an_office(postgres, kafka, tmp_path, at=datetime(2026, 12, 21, 4, 0, tzinfo=UTC)) as office:
        open_case = await office.received()
        closed = await office.received()
        await office.do("drafter", "POST", f"/cases/{closed}/withdraw")
        before = await office.case(open_case)
        assert before["provisional"]
        kept = await office.kinds(closed)

        async with office.kit.transaction() as tx:
            await keep_notice(office.kit, tx, a_notice())

        async def settled():
            case = await office.case(open_case)
            return not case["provisional"] and case

        after = await eventually(settled)
        assert (before["due_on"], after["due_on"]) == ("2027-01-19", "2027-01-18")
        assert {each["kind"] for each in after["attention"]} == {"request-due-moved"}
        assert await office.kinds(closed) == kept
        assert await recount(office.kit, desks_of(office).desk) == 0


def a_notice() -> HolidayNoticeLoaded:
    """Make a Saturday of January 2027 a working day, which no projection knows."""
    data = {
        "year": 2027,
        "version": 1,
        "number": "国办发明电〔2026〕99号",
        "issued_on": "2026-11-02",
        "off": [
            {"name": "元旦", "first": "2027-01-01", "last": "2027-01-03"},
            {"name": "春节", "first": "2027-02-05", "last": "2027-02-12"},
            {"name": "清明节", "first": "2027-04-03", "last": "2027-04-05"},
            {"name": "劳动节", "first": "2027-05-01", "last": "2027-05-05"},
            {"name": "端午节", "first": "2027-06-09", "last": "2027-06-09"},
            {"name": "中秋节", "first": "2027-09-15", "last": "2027-09-15"},
            {"name": "国庆节", "first": "2027-10-01", "last": "2027-10-07"},
        ],
        "make_up": [{"name": "元旦", "on": "2027-01-09"}],
    }
    return HolidayNoticeLoaded.model_validate_json(json.dumps(data))


async def test_what_fell_due_while_everything_was_off_happens_once_after_the_start(postgres, kafka, tmp_path):
    async with an_office(postgres, kafka, tmp_path) as office:
        cases = [await office.received() for _ in range(4)]
        for case_id in cases:
            asked = {"what": ["请写明文号"], "answer_by": "2025-10-13"}
            await office.do("drafter", "POST", f"/cases/{case_id}/correction", asked)
            await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "correction"})
    office.clock.advance(days=30)

    for _ in range(2):
        async with serving([SERVICE], office.system.settings, now=office.clock) as again:
            office.system = again
            for case_id in cases:
                await eventually(lambda case_id=case_id: lapsed(office, case_id))

    async with serving([SERVICE], office.system.settings, now=office.clock) as again:
        office.system = again
        for case_id in cases:
            assert (await office.kinds(case_id)).count("CorrectionLapsed") == 1
        assert len(await office.events("RequestClosed")) == len(cases)


async def test_a_timer_never_waits_for_a_case_that_somebody_holds(office):
    case_id, desks = UUID(await office.received()), desks_of(office)

    async with desks.by_applicant() as somebody:
        await store.lock_case(somebody, case_id)
        with pytest.raises(ChangedMeanwhile):
            async with desks.by_itself() as timer:
                await store.lock_case(timer, case_id)

    async with desks.by_itself() as timer:
        assert await store.lock_case(timer, case_id) is not None
