"""A document given without a part, through the API: the words of the part decide row, letter and remedy."""

import pytest
from tests.support.request_office import an_office

GIVEN = {"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项"}
PART = {"what": "参展人员的身份证号", "basis": "internal-affairs", "reason": "属于人事管理信息"}


@pytest.fixture
async def office(postgres, kafka, tmp_path):
    async with an_office(postgres, kafka, tmp_path) as running:
        yield running


async def test_what_is_given_without_a_part_is_partly_disclosed(office):
    case_id = await office.received()
    digest = await office.give(case_id)
    await office.drafted(case_id, [GIVEN | {"blobs": [digest]}], texts={"1": {"withheld": [PART]}})

    assert (await office.case(case_id))["draft"]["row"] == "p"
    body = await office.do("drafter", "GET", f"/cases/{case_id}/draft")
    assert body["texts"]["1"]["withheld"][0]["what"] == PART["what"]
    whole = await office.call("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"})
    assert whole.status_code in {409, 422}, whole.text
    await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-partial"})

    assert (await office.case(case_id))["row"] == "p"
    (answered,) = await office.events("RequestAnswered")
    assert answered["articles"] == [GIVEN["article"], "《政府信息公开条例》第十六条第一款"]
