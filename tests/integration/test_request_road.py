"""The road of one application, through the API and a real database, from the first click to the archive."""

import pytest
from tests.support.eventually import eventually
from tests.support.request_office import APPLICATION, FACTOR, an_office


@pytest.fixture
async def office(postgres, kafka, tmp_path):
    async with an_office(postgres, kafka, tmp_path) as running:
        yield running


async def test_an_application_is_answered_followed_reviewed_and_archived(office):
    receipt = await office.apply()
    case_id = receipt["id"]
    await office.do("drafter", "POST", f"/cases/{case_id}/receipt", {"receipt": {"confirmed_on": "2025-09-26"}, "topic": "外贸展会补贴"})
    case = await office.case(case_id)
    assert (case["number"], case["due_on"], case["next_step"]) == ("2025-0001", "2025-10-30", "assign")
    await office.do("drafter", "POST", f"/cases/{case_id}/assign", {"handler": case_id, "unit": "外贸处"})
    digest = await office.give(case_id)
    await office.drafted(case_id, [{"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项", "blobs": [digest]}])

    issued = await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"})

    assert issued["answered"]
    case = await office.case(case_id)
    assert (case["state"], case["row"], case["late"]) == ("Answered", "g", False)

    async def reviewed():
        return (await office.case(case_id))["conversions"]

    await eventually(reviewed)
    received, answered = await office.events("RequestReceived"), await office.events("RequestAnswered")
    assert (received[0]["number"], answered[0]["row"]) == ("2025-0001", "g")
    opened = await office.system.browser.post("/request/mine/api/open", json={"code": receipt["code"], "factor": FACTOR})
    assert opened.status_code == 204
    mine = await office.system.browser.get("/request/mine/api/case")
    letter = mine.json()["letters"][0]
    pdf = await office.system.browser.get(f"/request/mine/api/letters/{letter['id']}/pdf")
    assert pdf.content.startswith(b"%PDF-")
    word = await office.system.browser.get(f"/request/mine/api/letters/{letter['id']}/docx")
    assert word.content.startswith(b"PK")
    given = await office.system.browser.get(f"/request/mine/api/files/{digest}")
    assert "三十家" in given.text
    verified = await office.system.browser.post("/request/api/verify", json={"digest": letter["digest"]})
    assert verified.json()["genuine"]
    await office.do("drafter", "POST", f"/cases/{case_id}/archive")
    assert (await office.case(case_id))["state"] == "Archived"
    assert APPLICATION["name"] not in mine.text
