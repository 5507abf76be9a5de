"""Officers who are away: their duty is done by others, and what was theirs to approve is not approved by themselves."""

from uuid import UUID

import pytest
from tests.support.publication_bureau import PEOPLE, an_officer
from tests.support.request_office import an_office

from gongkai.web.officers import keep_officer

REFUSED = {"item": 1, "basis": "internal-affairs", "article": "《政府信息公开条例》第十六条第一款", "reason": "属于本机关人事管理方面的信息"}
DELEGATE, BOTH = UUID(int=901), UUID(int=902)


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("delegation")) as running:
        async with running.kit.transaction() as tx:
            both = an_officer(BOTH, "drafter", "section_head")
            await keep_officer(tx, both)
            delegate = an_officer(DELEGATE, "drafter")
            away = (BOTH, PEOPLE["openness_officer"])
            await keep_officer(tx, delegate.model_copy(update={"stands_in_for": away}))
        PEOPLE["delegate"], PEOPLE["both"] = DELEGATE, BOTH
        yield running
        del PEOPLE["delegate"], PEOPLE["both"]


async def step(office, who, case_id, name, *, status=200):
    body = {"draft": 1, "step": name, "opinion": "同意"}
    return await office.do(who, "POST", f"/cases/{case_id}/draft/pass", body, status=status)


async def test_a_stand_in_for_the_drafter_does_not_approve_the_drafters_own_text(office):
    case_id = await office.received()
    await office.do("both", "POST", f"/cases/{case_id}/draft", {"decisions": [REFUSED]})

    answer = await step(office, "delegate", case_id, "section-head", status=409)

    assert "代起草人办理的人也不能" in str(answer)
    await step(office, "section_head", case_id, "section-head")


async def test_a_delegate_passes_one_rung_in_a_colleagues_place_and_it_is_recorded_in_whose(office):
    case_id = await office.received()
    await office.do("drafter", "POST", f"/cases/{case_id}/draft", {"decisions": [REFUSED]})

    await step(office, "delegate", case_id, "section-head")
    await step(office, "secrecy_reviewer", case_id, "legal-review")
    again = await step(office, "delegate", case_id, "openness-officer", status=409)

    assert "审批两次" in str(again)
    facts = (await office.do("drafter", "GET", f"/cases/{case_id}/timeline"))["facts"]
    passed = next(fact for fact in facts if fact["kind"] == "StepPassed")
    assert (passed["data"]["by"], passed["data"]["instead_of"]) == (str(DELEGATE), str(BOTH))
    await step(office, "openness_officer", case_id, "openness-officer")


async def test_who_comes_back_does_not_stand_on_a_rung_after_another_stood_there_for_them(office):
    case_id = await office.received()
    await office.do("drafter", "POST", f"/cases/{case_id}/draft", {"decisions": [REFUSED]})
    await step(office, "delegate", case_id, "section-head")

    answer = await step(office, "both", case_id, "legal-review", status=409)

    assert "代为办理的也算一次" in str(answer)
