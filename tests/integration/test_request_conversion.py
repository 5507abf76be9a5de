"""What one applicant was given becomes a draft for everyone: through two services and a real Kafka, once, linked back."""

import httpx
import pytest
from tests.support.eventually import eventually
from tests.support.hosted import serving, settings_for
from tests.support.kits import HeldClock
from tests.support.publication_bureau import ORGAN, PEOPLE, an_officer, organ
from tests.support.request_office import FRIDAY, FULLY, ROLES, Office

from gongkai.hosting.host import installed_services
from gongkai.web.officers import keep_officer, keep_organ
from publication import cataloguing

GIVEN = {"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项"}


@pytest.fixture
async def office(postgres, kafka, tmp_path):
    services = installed_services(["publication", "request"])
    settings = await settings_for(postgres, kafka, tmp_path, ["publication", "request"], ticker_poll=0.1)
    clock = HeldClock(FRIDAY)
    async with serving(services, settings, now=clock) as system:
        for name in ("publication", "request"):
            async with system.kit(name).transaction() as tx:
                await keep_organ(tx, organ(ORGAN, "jinan").model_copy(update=FULLY))
                for person, role in ROLES.items():
                    await keep_officer(tx, an_officer(PEOPLE[person], role))
                if name == "publication":
                    await cataloguing.found(tx, ORGAN)
        running = Office(system, clock)
        await running.do("openness_officer", "PUT", "/settings", {"reconsideration_url": "https://fuyi.jinan.example"})
        yield running


async def publication(office: Office, path: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {office.token('drafter')}"}
    return await office.system.browser.get(f"/publication/api{path}", headers=headers)


async def test_an_accepted_review_becomes_one_draft_that_links_back_to_its_case(office):
    async def catalogue_is_known():
        return await office.kit.pool.fetchval("SELECT count(*) FROM catalogue_column") > 0

    case_id = await office.received(topic="外贸展会补贴发放情况")
    digest = await office.give(case_id)
    await office.drafted(case_id, [GIVEN | {"blobs": [digest]}])
    await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"})
    await eventually(catalogue_is_known)

    async def reviewed():
        return (await office.case(case_id))["conversions"]

    review = (await eventually(reviewed))[0]
    decision = {
        "accepted": review["advice"] == "publish", "decision": "publish", "reason": "企业普遍关心", "column_id": "tzgg",
    }  # fmt: skip
    await office.do("openness_officer", "POST", f"/cases/{case_id}/conversion/{review['id']}/decision", decision)

    async def draft():
        answer = await publication(office, f"/documents/{review['id']}")
        return answer.status_code == 200 and answer.json()

    document = await eventually(draft)
    assert document["source"] == "converted"
    assert document["title"] == "外贸展会补贴发放情况"
    assert "三十家企业" in document["content"]["body"]
    assert "第四十四条" in document["content"]["legal_basis"]
    listed = (await publication(office, "/documents")).json()
    assert len(listed["documents"]) == 1
    headers = {"Authorization": f"Bearer {office.token('drafter')}"}
    back = await office.system.browser.get(f"/request/conversions/{review['id']}", headers=headers)
    assert back.headers["location"] == f"/request/desk/cases/{case_id}"
