"""A correction supplies what A30 is first asked for: who applies, with a proof, and how to reach them."""

import re

import pytest
from tests.support.eventually import eventually
from tests.support.publication_console import send, words
from tests.support.request_office import APPLICATION, FACTOR, an_office, desks_of
from tests.support.request_pages import an_applicant, an_officer_of, faults

from gongkai.runtime.vault import ErasedError
from request.application import from_json

PHONE = "0531-51707901"
BY_PHONE = "707901"
CORRECTION = "/request/mine/correction"


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("identified")) as running:
        yield running


async def unproved(office, **change):
    """A letter without a proof of identity came in and is to be corrected; returns the case and its code."""
    application = APPLICATION | {"proof": "", "phone": PHONE, "email": "", "way": "post"} | change
    body = {
        "application": application, "channel": "in-person", "submitted_on": office.today, "receipt": {},
        "topic": "外贸展会补贴",
    }  # fmt: skip
    made = await office.do("drafter", "POST", "/cases", body)
    asked = {"what": ["请提供身份证明"], "answer_by": "2025-10-20"}
    await office.do("drafter", "POST", f"/cases/{made['id']}/correction", asked)
    await office.do("drafter", "POST", f"/cases/{made['id']}/letters", {"kind": "correction"})
    return made


def passport(number):
    return {"proof_kind": "passport", "proof": number}


async def applicant_of(office, case_id):
    return await office.kit.pool.fetchval("SELECT applicant FROM case_row WHERE id = $1::uuid", case_id)


async def entered(browser, code, factor):
    return await send(browser, "/request/mine/enter", {"code": code, "factor": factor}, seen="/request/mine")


async def opens(office, code, factor):
    async with an_applicant(office) as browser:
        return (await entered(browser, code, factor)).status_code == 303


async def corrected_online(office, made, **typed):
    async with an_applicant(office) as browser:
        assert (await entered(browser, made["code"], BY_PHONE)).status_code == 303
        page = await browser.get(CORRECTION)
        fields = {"name": APPLICATION["name"], "description": "2024年外贸展会补贴名单", "supply_form": "paper", "way": "post",
                  "phone": PHONE, "address": APPLICATION["address"], **typed}  # fmt: skip
        answer = await send(browser, CORRECTION, fields, seen=CORRECTION)
        assert answer.status_code == 303, faults(answer.text)
        return page.text, words((await browser.get(answer.headers["location"])).text)


async def test_the_page_asks_for_the_proof_that_is_missing_and_from_then_on_its_end_opens_the_case(office):
    made = await unproved(office)

    page, done = await corrected_online(office, made, **passport("EA1112223"))

    assert 'name="proof"' in page
    assert "请用查询码和证件号码最后六位" in done
    assert await opens(office, made["code"], "112223")
    assert not await opens(office, made["code"], BY_PHONE)
    application = await office.do("drafter", "GET", f"/cases/{made['id']}/application")
    assert application["proof"] == "EA1112223"


async def test_a_wrong_number_is_refused_at_its_field_and_the_old_factor_stays(office):
    made = await unproved(office)
    async with an_applicant(office) as browser:
        await entered(browser, made["code"], BY_PHONE)
        fields = {"name": APPLICATION["name"], "description": "名单", "supply_form": "paper", "way": "post", "phone": PHONE,
                  "address": APPLICATION["address"], "proof_kind": "identity-card", "proof": "999999198001010012"}  # fmt: skip
        answer = await send(browser, CORRECTION, fields, seen=CORRECTION)

    assert answer.status_code == 422
    assert 'id="errors"' in answer.text
    assert await opens(office, made["code"], BY_PHONE)
    assert (await office.case(made["id"]))["awaiting"] == "correction"


async def test_who_is_new_stays_the_same_person_of_the_vault_and_is_known_by_the_proof_from_then_on(office):
    made = await unproved(office)
    before = await applicant_of(office, made["id"])

    await corrected_online(office, made, **passport("EB0000001"))
    later = await office.apply(**passport("EB0000001"))

    assert await applicant_of(office, made["id"]) == before == await applicant_of(office, later["id"])


async def test_who_is_known_already_has_the_case_counted_among_theirs_and_compared_with_theirs(office):
    person = passport("EC0000002")
    body = {
        "application": APPLICATION | person | {"way": "post"}, "channel": "in-person", "submitted_on": office.today,
        "items": 10, "receipt": {}, "topic": "外贸展会补贴",
    }  # fmt: skip
    earlier = (await office.do("drafter", "POST", "/cases", body))["id"]
    made = await unproved(office, description=APPLICATION["description"])

    await corrected_online(office, made, description=APPLICATION["description"], **person)

    assert await applicant_of(office, made["id"]) == await applicant_of(office, earlier)
    [fee] = (await office.do("drafter", "POST", f"/cases/{made['id']}/fee", {"standard": "items"}))["decided"]
    assert (fee["fee_count"], fee["fee_amount"]) == (11, "100")

    async def called():
        return [one for one in (await office.case(made["id"]))["attention"] if one["kind"] == "request-duplicate"]

    await eventually(called)


async def test_an_officer_enters_name_proof_and_contact_of_a_correction_on_paper(office):
    made = await unproved(office)
    path = f"/request/desk/cases/{made['id']}/do/corrected"
    async with an_officer_of(office, "drafter") as browser:
        page = await browser.get(path)
        seen = re.search(r'name="seen" value="(\d+)"', page.text)
        fields = {"seen": seen.group(1), "received_on": office.today, "description": "2024年名单", "name": "计划测试丁",
                  "email": "ding@example.org", **passport("ED0000003")}  # fmt: skip
        answer = await send(browser, path, fields)
    assert answer.status_code == 303, faults(answer.text)

    application = await office.do("drafter", "GET", f"/cases/{made['id']}/application")
    assert (application["name"], application["proof"], application["email"]) == ("计划测试丁", "ED0000003", "ding@example.org")
    assert application["phone"] == PHONE
    assert await opens(office, made["code"], "000003")


async def test_how_the_answer_is_wanted_is_corrected_with_the_rest(office):
    made = await unproved(office)

    await corrected_online(office, made, supply_form="electronic", way="email", email="a@example.org", **passport("EF0000004"))

    row = await office.kit.pool.fetchrow("SELECT supply_form, way FROM case_row WHERE id = $1::uuid", made["id"])
    assert tuple(row) == ("electronic", "email")


async def test_a_proof_that_we_have_is_not_changed_on_the_internet(office):
    made = await office.apply()
    body = {"receipt": {"confirmed_on": office.today}, "topic": "外贸展会补贴"}
    await office.do("drafter", "POST", f"/cases/{made['id']}/receipt", body)
    asked = {"what": ["请写明年度"], "answer_by": "2025-10-20"}
    await office.do("drafter", "POST", f"/cases/{made['id']}/correction", asked)
    await office.do("drafter", "POST", f"/cases/{made['id']}/letters", {"kind": "correction"})
    before = await applicant_of(office, made["id"])

    async with an_applicant(office) as browser:
        await entered(browser, made["code"], FACTOR)
        page = await browser.get(CORRECTION)
        headers = {"Sec-Fetch-Site": "same-origin"}
        other = APPLICATION | passport("EG0000005")
        answer = await browser.post("/request/mine/api/correction", json=other, headers=headers)

    assert 'name="proof"' not in page.text
    assert answer.status_code == 422
    assert "不能在网上更改" in answer.text
    assert await applicant_of(office, made["id"]) == before
    assert await opens(office, made["code"], FACTOR)


async def test_erasing_the_person_erases_what_lay_under_the_first_key_and_the_list_of_people_shows_them_once(office):
    await office.apply(**passport("EH0000006"))
    made = await unproved(office)
    first = await applicant_of(office, made["id"])
    item = await office.kit.pool.fetchval("SELECT application_item FROM case_row WHERE id = $1::uuid", made["id"])
    await corrected_online(office, made, **passport("EH0000006"))
    assert await applicant_of(office, made["id"]) != first
    people = (await office.do("drafter", "GET", f"/cases/{made['id']}/people"))["people"]
    assert [one["role"] for one in people] == ["applicant"]

    for row in await office.kit.pool.fetch("SELECT id FROM case_row WHERE applicant = $1", await applicant_of(office, made["id"])):
        await office.do("drafter", "POST", f"/cases/{row['id']}/withdraw")
    await office.do("openness_officer", "POST", f"/cases/{made['id']}/erase", {"reason": "本人要求删除"})

    desks = desks_of(office)
    async with desks.by_itself() as tx:
        with pytest.raises(ErasedError):
            from_json(await desks.people.words(tx, item, "handling"))
