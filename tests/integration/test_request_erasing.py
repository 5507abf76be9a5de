"""Everybody of a case is erased by their own key: afterwards nothing of them is anywhere, and all others' stays."""

import contextlib
import io
import json
import zipfile
from typing import Any

import pytest
from pypdf import PdfReader
from tests.support.publication_console import words
from tests.support.request_office import APPLICATION, Office, an_office
from tests.support.request_pages import an_officer_of

from gongkai.runtime.vault import ErasedError

OGI = "《政府信息公开条例》"
PARTY = {"name": "济南植入展览有限公司", "contact": "植入联系人", "phone": "0531-66660001", "address": "植入路8号", "email": "party@planted.example"}
SAID = "植入的反对理由"
PAPER = "植入的第三方证明材料"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("erasing")) as running:
        yield running


@pytest.fixture(scope="module")
def ear():
    heard = io.StringIO()
    with contextlib.redirect_stderr(heard):
        yield heard


def text_of(content: bytes) -> str:
    """Read a vault item as what it is: a letter, a Word file, words."""
    if content.startswith(b"%PDF-"):
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as whole:
            return "".join(whole.read(name).decode("utf-8", "replace") for name in whole.namelist())
    return content.decode("utf-8", "replace")


async def opened(office: Office) -> str:
    """Return everything that the vault still opens, as text."""
    found = []
    async with office.kit.transaction() as tx:
        for row in await tx.db.fetch("SELECT id FROM vault_item"):
            with contextlib.suppress(ErasedError):
                found.append(text_of(await office.kit.vault.get(tx.db, row["id"], "test", "test", tx.now)))
    return "\n".join(found).replace("\n", "")


async def lying_open(office: Office) -> str:
    """Return every table and every file of the service as it lies there."""
    found = []
    for row in await office.kit.pool.fetch(TABLES):
        for line in await office.kit.pool.fetch(f'SELECT * FROM "{row["tablename"]}"'):
            values = (text_of(bytes(one)) if isinstance(one, bytes | memoryview) else str(one) for one in line.values())
            found.append(" ".join(values))
    for path in office.kit.data_dir.rglob("*"):
        if path.is_file():
            found.append(text_of(path.read_bytes()))
    return "\n".join(found)


def there(text: str, *planted: str) -> list[str]:
    return [word for word in planted if word in text]


async def consulted(office: Office, **change: Any) -> tuple[str, str, str]:
    """A case whose third party objected in writing, was overruled and told so; it was answered."""
    case_id = await office.received(**change)
    case = await office.do("drafter", "POST", f"/cases/{case_id}/opinions", {"whom": "third-party", "party": PARTY})
    letter, party = case["consultations"][0]["letter"], case["consultations"][0]["party"]
    said = {"content": "补贴明细", "why": "可能涉及商业秘密"}
    await issue(office, case_id, "third-party", consultation=letter, **said)
    await issue(office, case_id, "third-party-confirmation", **said)
    await office.do("drafter", "POST", f"/cases/{case_id}/opinions/{letter}/received", {"received_on": office.today})
    answer = {"opinion": "objects", "answered_on": office.today, "words": SAID, "reasonable": True}
    await office.do("drafter", "POST", f"/cases/{case_id}/opinions/{letter}/answer", answer)
    sent = await office.call(
        "drafter", "POST", f"/cases/{case_id}/files?kind=other&person={party}",
        files={"file": (f"{PARTY['name']}说明.txt", PAPER.encode(), "text/plain")},
    )  # fmt: skip
    assert sent.json()["name"] == "被征求意见人的材料.txt"
    digest = await office.give(case_id)
    given = {"item": 1, "basis": "given", "article": f"{OGI}第三十六条第二项", "reason": "关系公共资金使用", "blobs": [digest]}
    await office.drafted(case_id, [given])
    over = {"content": "补贴明细", "public_interest": "关系公共资金使用的监督", "release_on": office.today}
    await issue(office, case_id, "third-party-decision", **over)
    return case_id, letter, party


async def issue(office: Office, case_id: str, kind: str, **more: Any) -> dict[str, Any]:
    return await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": kind, **more})


async def test_nothing_of_an_erased_third_party_is_left_anywhere_and_it_says_so_everywhere(office, ear):
    case_id, letter, party = await consulted(office)
    planted = (*PARTY.values(), SAID, PAPER)
    early = await office.call("openness_officer", "POST", f"/cases/{case_id}/people/{party}/erase", {"reason": "第三方要求删除"})
    await issue(office, case_id, "reply-given")
    before = await opened(office)
    facts = await office.do("drafter", "GET", f"/cases/{case_id}/timeline")
    assert there(before, *planted) == list(planted), "what is planted would be found"
    assert early.status_code == 409

    done = await office.do("openness_officer", "POST", f"/cases/{case_id}/people/{party}/erase", {"reason": "第三方要求删除"})

    assert done == {"erased": True}
    assert there(await opened(office), *planted) == []
    assert there(await lying_open(office), *planted) == []
    assert there(ear.getvalue(), *planted) == []
    topics = json.dumps(await office.events(), ensure_ascii=False)
    assert there(topics, *planted) == []
    # The applicant's own is all there, and so is the record.
    assert (await office.do("drafter", "GET", f"/cases/{case_id}/application"))["name"] == APPLICATION["name"]
    after = await office.do("drafter", "GET", f"/cases/{case_id}/timeline")
    assert after["facts"][: len(facts["facts"])] == facts["facts"]
    assert "PersonErased" in await office.kinds(case_id)
    verdict = await office.system.browser.post("/request/api/ops/register/verify", headers=office.system.operator())
    assert verdict.json()["whole"]

    case = await office.case(case_id)
    assert [one["erased"] for one in case["consultations"]] == [True]
    assert {one["kind"]: one["erased"] for one in case["letters"]} == {
        "third-party": True, "third-party-confirmation": True, "third-party-decision": True, "reply-given": False,
    }  # fmt: skip
    for path in (f"parties/{party}", f"opinions/{letter}/words", f"letters/{letter}/pdf"):
        gone = await office.call("drafter", "GET", f"/cases/{case_id}/{path}")
        assert (gone.status_code, "已经依法删除" in gone.text) == (404, True), path
    async with an_officer_of(office, "openness_officer") as browser:
        at = f"/request/desk/cases/{case_id}"
        assert "第三方，资料已删除" in words((await browser.get(at)).text)
        assert "（内容已删除）" in words((await browser.get(f"{at}/letters")).text)
        assert "file.txt（已删除）" in words((await browser.get(f"{at}/files")).text)
        assert "已删除" in words((await browser.get(f"{at}/people")).text)
        assert (await browser.get(f"{at}/people/{party}")).status_code == 404
    # Papers of the house that name every letter still come out.
    await issue(office, case_id, "transfer-list", content="局档案室", why="办结归档")
    again = await office.do("openness_officer", "POST", f"/cases/{case_id}/people/{party}/erase", {"reason": "第三方要求删除"})
    assert again == {"erased": False}


async def test_who_speaks_for_an_organisation_is_erased_without_the_organisation(office):
    change = {
        "applicant_kind": "com", "name": "济南某某商贸有限公司", "proof_kind": "other", "proof": "PLANTED-778899",
        "representative": "植入法人", "contact_person": "植入经办", "phone": "13800000011", "email": "agent@planted.example",
    }  # fmt: skip
    planted = (change["representative"], change["contact_person"], change["phone"], change["email"])
    case_id = await office.received(**change)
    shown = await office.do("drafter", "GET", f"/cases/{case_id}/application")
    assert [shown[name] for name in ("representative", "contact_person", "phone", "email")] == list(planted)
    await office.do("drafter", "POST", f"/cases/{case_id}/withdraw")
    people = (await office.do("drafter", "GET", f"/cases/{case_id}/people"))["people"]
    agent = next(one["person_id"] for one in people if one["role"] == "agent")

    await office.do("openness_officer", "POST", f"/cases/{case_id}/people/{agent}/erase", {"reason": "联系人要求删除"})

    left = await office.do("drafter", "GET", f"/cases/{case_id}/application")
    assert (left["name"], left["representative"], left["contact_person"]) == (change["name"], "已删除", "已删除")
    assert (left["phone"], left["email"]) == ("", "")
    assert there(await opened(office), change["representative"], change["contact_person"], change["email"]) == []


async def test_what_a_co_maker_wrote_lies_under_a_key_of_its_own(office):
    case_id = await office.received()
    case = await office.do("drafter", "POST", f"/cases/{case_id}/opinions", {"whom": "co-maker", "organ": "济南市财政局"})
    letter = case["consultations"][0]["letter"]
    await issue(office, case_id, "co-maker", consultation=letter, content="补贴明细", why="共同制作")
    await office.do("drafter", "POST", f"/cases/{case_id}/opinions/{letter}/received", {"received_on": office.today})
    answer = {"opinion": "objects", "answered_on": office.today, "words": "植入的经办人手机"}
    await office.do("drafter", "POST", f"/cases/{case_id}/opinions/{letter}/answer", answer)
    await office.do("drafter", "POST", f"/cases/{case_id}/withdraw")
    people = (await office.do("drafter", "GET", f"/cases/{case_id}/people"))["people"]
    theirs = next(one["person_id"] for one in people if one["role"] == "co-maker")
    assert "植入的经办人手机" in await opened(office)

    await office.do("openness_officer", "POST", f"/cases/{case_id}/people/{theirs}/erase", {"reason": "机关要求删除"})

    assert "植入的经办人手机" not in await opened(office)
    assert (await office.do("drafter", "GET", f"/cases/{case_id}/application"))["name"] == APPLICATION["name"]
    gone = await office.call("drafter", "GET", f"/cases/{case_id}/letters/{letter}/pdf")
    assert gone.status_code == 404


async def test_an_erased_applicant_takes_nobody_else_along(office):
    case_id, _, party = await consulted(office, proof="999999198001010054", name="计划测试戊")
    await issue(office, case_id, "reply-given")

    await office.do("openness_officer", "POST", f"/cases/{case_id}/erase", {"reason": "保存期满"})

    assert (await office.call("drafter", "GET", f"/cases/{case_id}/application")).status_code == 404
    kept = await office.do("drafter", "GET", f"/cases/{case_id}/parties/{party}")
    assert kept["name"] == PARTY["name"]


async def test_a_reason_that_names_somebody_is_not_written_into_the_register(office):
    case_id, _, party = await consulted(office, proof="999999198001010038", name="计划测试丁")
    await issue(office, case_id, "reply-given")

    refused = await office.call("openness_officer", "POST", f"/cases/{case_id}/people/{party}/erase", {"reason": "王建国要求删除"})
    stranger = await office.call("stranger", "POST", f"/cases/{case_id}/people/{party}/erase", {"reason": "要求删除"})
    nobody = await office.call("openness_officer", "POST", f"/cases/{case_id}/people/{case_id}/erase", {"reason": "要求删除"})

    assert (refused.status_code, stranger.status_code, nobody.status_code) == (422, 404, 404)
    assert "姓名" in refused.text


async def test_evidence_of_a_remedy_that_is_not_decided_is_not_destroyed(office):
    case_id, _, party = await consulted(office, proof="999999198303030077", name="计划测试丙")
    await issue(office, case_id, "reply-given")
    filed = {"kind": "reconsideration", "filed_on": office.today, "received_on": office.today, "body": "济南市人民政府", "number": "1"}
    await office.do("openness_officer", "POST", f"/cases/{case_id}/remedies", filed)

    refused = await office.call("openness_officer", "POST", f"/cases/{case_id}/people/{party}/erase", {"reason": "要求删除"})

    assert refused.status_code == 409
    assert (await office.do("drafter", "GET", f"/cases/{case_id}/parties/{party}"))["name"] == PARTY["name"]


async def test_no_page_offers_to_erase_the_applicant_of_a_case_that_is_answered_in_another(office):
    person = {"proof": "999999198505050092", "name": "计划测试己"}
    lead, joined = await office.received(**person), await office.received(**person)
    await office.do("drafter", "POST", f"/cases/{joined}/join", {"case": lead, "reason": "同一事项"})
    alone = await office.received(**person)
    await office.do("drafter", "POST", f"/cases/{alone}/withdraw")

    async with an_officer_of(office, "openness_officer") as browser:
        offered = {
            case_id: f"/cases/{case_id}/erase" in (await browser.get(f"/request/desk/cases/{case_id}")).text
            for case_id in (joined, alone)
        }
        refused = words((await browser.get(f"/request/desk/cases/{joined}/erase")).text)

    assert offered == {joined: False, alone: True}
    assert "现在不能删除" in refused
