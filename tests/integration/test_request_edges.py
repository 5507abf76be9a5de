"""The edges of the request service: other platforms, privacy, the applicant's door, letters, conversion, rebuilding."""

import asyncio
import json
import re

import pytest
from tests.support.eventually import eventually
from tests.support.publication_bureau import ORGAN, PEOPLE
from tests.support.request_office import APPLICATION, FACTOR, PLATFORM, SECRETS, an_office, desks_of

from gongkai.contracts.examples import example
from gongkai.contracts.publication import DocumentPublished
from gongkai.runtime.tx import Actor
from request import rebuilding
from request.handlers import Handlers

FORWARDED = "gongkai.inbound.RequestForwarded.v1"
GIVEN = {"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项"}


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("office")) as running:
        yield running


@pytest.fixture(scope="module")
async def secret(office):
    async with office.kit.transaction() as tx:
        return await desks_of(office).sources.register(tx.db, PLATFORM, "省平台", ORGAN, [FORWARDED], tx.now, tx.new_id)


async def forwarded(office, external_id):
    return await office.kit.pool.fetch("SELECT id FROM case_row WHERE channel = 'platform' AND id IN (SELECT case_id FROM forwarded WHERE external_id = $1)", external_id)


@pytest.mark.parametrize("first", ["event", "application"])
async def test_a_forwarded_request_makes_a_case_once_whichever_message_comes_first_and_however_often(office, secret, first):
    name = f"SD-{first}"
    steps = [office.announce, office.hand_over] if first == "event" else [office.hand_over, office.announce]

    early = await steps[0](name, secret)
    assert await forwarded(office, name) == []
    answers = [early, *await asyncio.gather(*(step(name, secret) for step in steps * 3))]

    assert {answer.status_code for answer in answers} <= {200, 202}, [answer.text for answer in answers]
    assert len(await forwarded(office, name)) == 1
    assert len(await office.kit.pool.fetch("SELECT FROM register WHERE kind = 'ApplicationSubmitted' AND data ->> 'external_id' = $1", name)) == 1


async def test_the_two_messages_of_a_forwarded_request_must_belong_together_and_be_signed(office, secret):
    assert (await office.announce("SD-3", secret)).status_code == 202

    mismatched = await office.hand_over("SD-3", secret, pickup="p-2")
    unsigned = await office.hand_over("SD-3", "whsec_" + "A" * 43 + "=")
    unknown = await office.hand_over("SD-3", secret, source="https://nobody.example")
    wrong = await office.hand_over("SD-4", secret, application=APPLICATION | {"proof": "110105194912310021"})

    assert (mismatched.status_code, unsigned.status_code, unknown.status_code, wrong.status_code) == (409, 401, 401, 422)
    assert wrong.json()["errors"][0]["path"] == "proof"
    assert await forwarded(office, "SD-3") == []


async def test_a_wrong_code_and_a_wrong_factor_get_one_answer_and_guessing_is_throttled(office):
    receipt = await office.apply()
    answers = [
        await office.system.browser.post("/request/mine/api/open", json=body)
        for body in (
            {"code": receipt["code"], "factor": "000000"},
            {"code": "AAAA-BBBB-CCCC-DDDD", "factor": FACTOR},
            {"code": "", "factor": ""},
        )
    ]
    assert {(answer.status_code, answer.json()["title"]) for answer in answers} == {(404, answers[0].json()["title"])}
    assert (await office.system.browser.get("/request/mine/api/case", headers={"Cookie": "gongkai_request=x.1.y"})).status_code == 401

    for _ in range(10):
        last = await office.system.browser.post("/request/mine/api/open", json={"code": receipt["code"], "factor": "1"})
    assert last.status_code == 429
    right = await office.system.browser.post("/request/mine/api/open", json={"code": receipt["code"], "factor": FACTOR})
    assert right.status_code == 429
    office.clock.advance(hours=2)
    right = await office.system.browser.post("/request/mine/api/open", json={"code": receipt["code"], "factor": FACTOR})
    cookie = right.headers["set-cookie"]
    assert right.status_code == 204
    assert "Path=/request/mine" in cookie
    assert "HttpOnly" in cookie
    assert not any(secret in cookie for secret in SECRETS)
    office.clock.advance(hours=1)
    assert (await office.system.browser.get("/request/mine/api/case")).status_code == 401


async def test_a_draft_lives_in_the_vault_for_a_day_and_belongs_to_one_browser(office):
    saved = await office.system.browser.put("/request/api/draft", json=APPLICATION)
    office.system.browser.cookies.clear()
    token = re.search(r"gongkai_request_draft=([^;]+)", saved.headers["set-cookie"])[1]

    mine = await office.system.browser.get("/request/api/draft", headers={"Cookie": f"gongkai_request_draft={token}"})
    assert mine.json()["name"] == APPLICATION["name"]
    other = await office.system.browser.get("/request/api/draft", headers={"Cookie": f"gongkai_request_draft={token[:-2]}xx"})
    assert other.status_code == 404

    office.clock.advance(hours=25)

    async def erased():
        return await office.kit.pool.fetchval("SELECT count(*) FROM applicant_draft") == 0

    await eventually(erased)
    assert await office.kit.pool.fetchval("SELECT count(*) FROM vault_item WHERE kind = 'draft' AND ciphertext <> ''") == 0


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"proof": "110105194912310021"}, "proof"),
        ({"name": ""}, "name"),
        ({"description": " "}, "description"),
        ({"email": "无"}, "email"),
        ({"way": "post", "address": ""}, "address"),
        ({"description": "坏\x00字"}, "description"),
    ],
)
async def test_a_wrong_application_is_told_what_and_where_and_nothing_is_kept(office, change, path):
    before = await office.kit.pool.fetchval("SELECT count(*) FROM register")

    answer = await office.system.browser.post("/request/api/organs/jinan/applications", json=APPLICATION | change)

    assert answer.status_code == 422
    assert any(error["path"].endswith(path) for error in answer.json()["errors"])
    assert await office.kit.pool.fetchval("SELECT count(*) FROM register") == before


async def test_the_same_proof_is_the_same_applicant_and_is_found_again(office):
    first, second = await office.received(), await office.received()

    similar = await office.do("drafter", "GET", f"/cases/{second}/similar")

    assert first in {each["id"] for each in similar["same_applicant"]}
    assert await office.kit.pool.fetchval("SELECT count(DISTINCT applicant) FROM case_row WHERE id = ANY($1)", [first, second]) == 1


async def test_every_look_at_personal_data_is_recorded_with_who_and_why(office):
    case_id = await office.received()

    shown = await office.do("drafter", "GET", f"/cases/{case_id}/application?why=serving")
    refused = await office.call("supervisor", "GET", f"/cases/{case_id}/application")
    stranger = await office.call("stranger", "GET", f"/cases/{case_id}/application")
    reads = await office.do("openness_officer", "GET", f"/cases/{case_id}/reads")

    assert shown["name"] == APPLICATION["name"]
    assert (refused.status_code, stranger.status_code) == (403, 404)
    assert (f"person:{PEOPLE['drafter']}", "送达文书") in {(each["who"], each["why"]) for each in reads["reads"]}


async def test_what_one_person_was_given_is_reviewed_by_itself_and_proposed_to_publication(office):
    case_id = await office.received(topic="2024年外贸展会补贴名单")
    digest = await office.give(case_id)
    await office.drafted(case_id, [GIVEN | {"blobs": [digest]}])
    await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"})

    async def reviewed():
        return (await office.case(case_id))["conversions"]

    review = (await eventually(reviewed))[0]
    assert review["chain"]["chain"]
    assert review["chain"]["because"]
    decision = {"accepted": review["advice"] == "publish", "decision": "publish", "reason": "公众普遍关心", "column_id": "zdly"}
    leaking = await office.call("openness_officer", "POST", f"/cases/{case_id}/conversion/{review['id']}/decision", decision | {"text": f"联系人手机{SECRETS[2]}"})
    assert leaking.status_code == 422
    await office.do("openness_officer", "POST", f"/cases/{case_id}/conversion/{review['id']}/decision", decision)

    proposed = next(event for event in await office.events("ConversionProposed") if event["case_id"] == case_id)
    text = await office.kit.blobs.get(proposed["body"]["digest"])
    assert "三十家" in text.decode()
    event = DocumentPublished.model_validate(example("gongkai.publication.DocumentPublished.v1")["data"] | {"document_id": review["id"], "organ_id": str(ORGAN)})
    desks = desks_of(office)
    async with office.kit.transaction(actor=Actor("event", "t")) as tx:
        await Handlers(desks.desk, desks.reception, desks.converting, desks.duplicating).note_published(tx, event)
    assert (await office.case(case_id))["conversions"][0]["permalink"] == event.permalink
    replayed = await office.do("openness_officer", "POST", "/conversions/replay")
    assert replayed["differences"] == []


async def test_public_documents_that_may_answer_are_found_while_writing(office):
    event = DocumentPublished.model_validate(example("gongkai.publication.DocumentPublished.v1")["data"] | {"organ_id": str(ORGAN), "title": "济南市汽车消费补贴实施细则"})
    desks = desks_of(office)
    async with office.kit.transaction(actor=Actor("event", "t")) as tx:
        await Handlers(desks.desk, desks.reception, desks.converting, desks.duplicating).note_published(tx, event)

    found = await office.system.browser.post("/request/api/organs/jinan/hints", json={"text": "我想知道济南市汽车消费补贴的实施细则和标准"})
    nothing = await office.system.browser.post("/request/api/organs/jinan/hints", json={"text": "人事任免"})

    assert [each["title"] for each in found.json()["documents"]] == ["济南市汽车消费补贴实施细则"]
    assert nothing.json()["documents"] == []


async def test_a_letter_that_lacks_something_is_not_issued_and_uses_no_number(office):
    case_id = await office.received()

    early = await office.call("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"})
    extension = await office.call("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "extension"})

    assert (early.status_code, extension.status_code) == (409, 409)
    assert extension.json()["article"]
    assert (await office.case(case_id))["letters"] == []
    await office.do("openness_officer", "POST", f"/cases/{case_id}/extension", {"working_days": 10, "reason": "需要征求意见"})
    issued = await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "extension"})
    assert issued["number"] == "济商公知〔2025〕1号"


async def test_a_refusal_climbs_the_ladder_and_nobody_stands_on_two_rungs(office):
    case_id = await office.received()
    refusal = {"item": 1, "basis": "internal-affairs", "article": "《政府信息公开条例》第十六条第一款", "reason": "属于人事管理信息"}
    await office.do("drafter", "POST", f"/cases/{case_id}/draft", {"decisions": [refusal]})
    step = {"draft": 1, "step": "section-head", "opinion": ""}

    wrong_role = await office.call("openness_officer", "POST", f"/cases/{case_id}/draft/pass", step)
    out_of_turn = await office.call("deputy_head", "POST", f"/cases/{case_id}/draft/pass", step | {"step": "deputy-head"})
    await office.do("section_head", "POST", f"/cases/{case_id}/draft/pass", step)
    twice = await office.call("section_head", "POST", f"/cases/{case_id}/draft/pass", step | {"step": "legal-review"})

    assert (wrong_role.status_code, out_of_turn.status_code, twice.status_code) == (403, 409, 409)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("病毒.txt", b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", "病毒"),
        ("改名.pdf", b"MZ\x00\x00", "不符"),
        ("脚本.exe", b"MZ", "格式"),
        ("空.txt", b"", "空"),
    ],
)
async def test_a_bad_file_is_refused_with_a_sentence(office, name, data, sentence):
    case_id = await office.received()

    answer = await office.call("drafter", "POST", f"/cases/{case_id}/files", files={"file": (name, data, "text/plain")})

    assert answer.status_code == 422
    assert sentence in json.dumps(answer.json(), ensure_ascii=False)


async def test_an_applicant_is_erased_after_the_case_and_the_register_stays_whole(office):
    case_id = await office.received(proof="999999201001010016", name="计划测试乙")
    early = await office.call("openness_officer", "POST", f"/cases/{case_id}/erase", {"reason": "保存期满"})
    await office.do("drafter", "POST", f"/cases/{case_id}/withdraw")

    done = await office.do("openness_officer", "POST", f"/cases/{case_id}/erase", {"reason": "保存期满"})
    gone = await office.call("drafter", "GET", f"/cases/{case_id}/application")
    verdict = await office.system.browser.post("/request/api/ops/register/verify", headers=office.system.operator())

    assert early.status_code == 409
    assert done["erased"]
    assert gone.status_code == 404
    assert verdict.json()["whole"]
    assert (await office.case(case_id))["number"]


async def test_the_name_of_a_paper_tells_nobody_whose_it_is(office):
    case_id = await office.received(proof="999999198303030077", name="计划测试丙")
    path = f"/cases/{case_id}/files"

    proof = await office.do("drafter", "POST", f"{path}?kind=proof", files={"file": ("丁某身份证.txt", b"x", "text/plain")})
    source = await office.do("drafter", "POST", path, files={"file": ("表13900000002.txt", b"y", "text/plain")})
    await office.do("drafter", "POST", f"/cases/{case_id}/withdraw")
    await office.do("openness_officer", "POST", f"/cases/{case_id}/erase", {"reason": "保存期满"})
    left = {row["name"] for row in (await office.case(case_id))["files"]}

    assert proof["name"] == "身份证明.txt"
    assert "13900000002" not in source["name"]
    assert left == {"file.txt"}


async def test_read_models_are_made_again_from_the_facts_as_they_were(office):
    before = await snapshot(office)
    async with office.kit.transaction() as tx:
        done = await rebuilding.rebuild(tx, desks_of(office).desk)

    assert done.cases == len(before["case_row"])
    assert await snapshot(office) == before


async def snapshot(office):
    tables = ("case_row", "letter", "consultation", "fee", "remedy", "searched", "unit_task", "conversion")
    return {
        table: sorted(str(dict(row)) for row in await office.kit.pool.fetch(f"SELECT * FROM {table}"))
        for table in tables
    }


async def test_planted_personal_data_is_found_nowhere_outside_the_vault(office, capfd):
    case_id = await office.received()
    await office.do("drafter", "GET", f"/cases/{case_id}/application")
    tables = [row["table_name"] for row in await office.kit.pool.fetch("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'")]
    texts = {table: "\n".join(str(dict(row)) for row in await office.kit.pool.fetch(f"SELECT * FROM {table}")) for table in tables}
    texts["metrics"] = (await office.system.browser.get("/request/metrics")).text
    texts["asyncapi"] = json.dumps(await office.events(), ensure_ascii=False)
    out, err = capfd.readouterr()
    texts["logs"] = out + err

    found = {place for place, text in texts.items() for secret in SECRETS if secret in text}

    assert found == set()
    assert len(texts["register"]) > 10_000
