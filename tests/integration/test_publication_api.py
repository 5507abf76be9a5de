"""The JSON API: permissions, another organ's eyes, stale writes, odd input, files, imports, catalogue, clocks."""

import asyncio
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from tests.support.publication_bureau import NOTICE, PEOPLE, POLICY, STRANGER, a_bureau, an_officer, organ

from gongkai.runtime.workers import Workers
from gongkai.web.officers import keep_officer

PHONE = "13800138000"


@pytest.fixture(scope="module")
async def workers():
    shared = Workers(1)
    yield shared
    await shared.close()


@pytest.fixture
async def bureau(postgres, workers, tmp_path: Path):
    async with a_bureau(postgres, tmp_path, workers) as opened:
        yield opened


async def test_nobody_is_let_in_without_a_token(bureau):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(bureau.app), base_url="http://bureau") as nobody:
        answer = await nobody.get("/publication/api/documents")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("name", "method", "path", "body"),
    [
        ("proofreader", "POST", "/documents", NOTICE),
        ("administrator", "GET", "/documents", None),
        ("drafter", "POST", "/documents/{id}/approve", {"edition": 1}),
        ("deputy_head", "POST", "/documents/{id}/emergency", {"edition": 1, "reason": "急"}),
        ("drafter", "PUT", "/catalogue", {"revision": 1, "effective_on": "2025-03-10", "columns": []}),
        ("section_head", "POST", "/documents/{id}/assessment",
         {"edition": 1, "covers": ["x"], "lawful_and_necessary": "是", "effects_and_risks": "无", "measures": "无"}),
        ("drafter", "POST", "/documents/{id}/marks", {"edition": 1, "step": "final-review"}),
        ("openness_officer", "PUT", "/word-list", {"revision": 0, "edits": {"allowed": ["x"]}, "odd": 1}),
    ],
)  # fmt: skip
async def test_who_may_not_is_told_who_may(bureau, name, method, path, body):
    document_id = await bureau.draft()

    answer = await bureau.by(name).request(method, path.format(id=document_id), json=body)

    assert answer.status_code == (422 if body and "odd" in body else 403), answer.text
    assert answer.json()["title"]


async def test_another_organ_sees_nothing(bureau):
    document_id = await bureau.draft()

    for path in ("", "/marks", "/findings", "/gates", "/audit", "/preview", "/editions"):
        await bureau.do(STRANGER, "GET", f"/documents/{document_id}{path}", status=404)
    await bureau.do(STRANGER, "PUT", f"/documents/{document_id}", {"edition": 1, "content": NOTICE}, status=404)
    listed = await bureau.do(STRANGER, "GET", "/documents")

    assert listed["documents"] == []


async def test_a_second_writer_is_told_and_loses_nothing_unseen(bureau):
    document_id = await bureau.draft()
    path = f"/documents/{document_id}"
    first = NOTICE | {"body": "甲改的正文"}
    seen = (await bureau.by("drafter").get(path)).headers["etag"]

    await bureau.do("drafter", "PUT", path, {"edition": 1, "content": first})
    late = await bureau.do("section_head", "PUT", path, {"edition": 1, "content": NOTICE | {"body": "乙"}}, status=412)
    by_tag = await bureau.by("drafter").put(
        path, json={"edition": 2, "content": NOTICE}, headers={"If-Match": seen}
    )

    assert "第2版" in late["title"]
    assert by_tag.status_code == 412
    assert (await bureau.document(document_id))["content"]["body"] == "甲改的正文"


async def test_two_editors_at_the_same_moment_make_one_edition(bureau):
    document_id = await bureau.draft()

    answers = await asyncio.gather(
        *(
            bureau.by(name).put(
                f"/documents/{document_id}", json={"edition": 1, "content": NOTICE | {"body": f"{name}的正文"}}
            )
            for name in ("drafter", "section_head", "openness_officer")
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    assert (await bureau.document(document_id))["edition"] == 2


async def test_two_sign_offs_at_the_same_moment_open_one_release(bureau):
    document_id = await bureau.ready()

    answers = await asyncio.gather(
        *(
            bureau.by(name).post(f"/documents/{document_id}/approve", json={"edition": 1, "channels": ["website"]})
            for name in ("deputy_head", "head", "openness_officer")
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert (await bureau.do("head", "GET", "/releases"))["total"] == 1


async def test_autosave_is_private_and_gone_after_saving(bureau):
    document_id = await bureau.draft()
    path = f"/documents/{document_id}/autosave"
    body = {"edition": 1, "content": NOTICE | {"body": "写到一半"}}

    await bureau.do("drafter", "PUT", path, body, status=204)
    mine = await bureau.do("drafter", "GET", path)
    await bureau.do("section_head", "GET", path, status=404)
    await bureau.do("drafter", "PUT", f"/documents/{document_id}", body)

    assert mine["content"]["body"] == "写到一半"
    await bureau.do("drafter", "GET", path, status=404)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"title": ""}, "title"),
        ({"title": "标题\x00"}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"kind": "law"}, "kind"),
        ({"formed_on": "0001-01-01"}, "formed_on"),
        ({"formed_on": "2025-02-30"}, "formed_on"),
        ({"keywords": ["x" * 41]}, "keywords.0"),
        ({"attachments": [{"name": "a.pdf", "digest": "sha256:1", "size": 1, "media_type": "x"}]}, "attachments.0.digest"),
        ({"attachments": [{"name": "a.pdf", "digest": "sha256:" + "0" * 64, "size": 1, "media_type": "x"}]},
         "attachments.0.digest"),
        ({"unknown": 1}, "unknown"),
    ],
)  # fmt: skip
async def test_every_wrong_field_is_named_in_chinese(bureau, change, path):
    answer = await bureau.do("drafter", "POST", "/documents", NOTICE | change, status=422)

    assert [error["path"] for error in answer["errors"]] == [path]
    assert all(any("\u4e00" <= char <= "\u9fff" for char in error["sentence"]) for error in answer["errors"])


async def test_an_opinion_that_names_a_phone_number_is_not_taken_into_the_register(bureau):
    document_id = await bureau.draft()
    await bureau.do("drafter", "POST", f"/documents/{document_id}/submit", {"edition": 1})
    body = {"edition": 1, "step": "first-review", "opinion": f"请联系{PHONE}"}

    answer = await bureau.do("drafter", "POST", f"/documents/{document_id}/marks", body, status=422)

    assert "永久留存" in answer["errors"][0]["sentence"]


async def test_a_phone_number_in_the_text_is_found_waived_with_reason_and_assessed(bureau):
    document_id = await bureau.draft(NOTICE | {"body": f"联系人手机：{PHONE}。"})
    await bureau.check_all()
    path = f"/documents/{document_id}"

    found = await bureau.do("drafter", "GET", f"{path}/findings")
    [phone] = [finding for finding in found["findings"] if finding["personal"]]
    await bureau.do(
        "section_head", "POST", f"{path}/findings/{phone['key']}/waive", {"edition": 1, "reason": "本人同意公开"}
    )
    gates = {gate["name"]: gate for gate in (await bureau.do("drafter", "GET", f"{path}/gates"))["gates"]}
    assessed = await bureau.do(
        "openness_officer", "POST", f"{path}/assessment",
        {"edition": 1, "covers": [phone["key"]], "lawful_and_necessary": "经单独同意", "effects_and_risks": "低",
         "measures": "到期撤下"},
    )  # fmt: skip
    after = {gate["name"]: gate for gate in (await bureau.do("drafter", "GET", f"{path}/gates"))["gates"]}

    assert PHONE not in phone["excerpt"]
    assert phone["severity"] == "must"
    assert not gates["assessment"]["ok"]
    assert after["assessment"]["ok"]
    assert [f["assessed"] for f in assessed["findings"] if f["key"] == phone["key"]] == [True]
    facts = await bureau.kit.pool.fetch("SELECT data::text AS data FROM register")
    assert not [row for row in facts if PHONE in row["data"]]


async def test_the_queue_follows_the_document_from_hand_to_hand(bureau):
    async def waiting(name: str) -> list[str]:
        return [work["act"] for work in (await bureau.do(name, "GET", "/queue"))["work"] if work["about"] == "document"]

    document_id = await bureau.draft()
    drafting = await waiting("drafter")
    await bureau.do("drafter", "POST", f"/documents/{document_id}/submit", {"edition": 1})
    submitted = {name: await waiting(name) for name in ("drafter", "section_head", "secrecy_reviewer")}
    await bureau.review(document_id)
    signing = {name: await waiting(name) for name in ("drafter", "deputy_head", "openness_officer")}

    assert drafting == ["write"]
    assert submitted == {"drafter": ["mark"], "section_head": [], "secrecy_reviewer": ["disclosure"]}
    assert signing == {"drafter": [], "deputy_head": ["sign-off"], "openness_officer": ["sign-off"]}


async def test_who_stands_in_acts_through_the_api_and_is_recorded_as_such(bureau):
    delegate = uuid4()
    async with bureau.kit.transaction() as tx:
        await keep_officer(
            tx,
            an_officer(delegate, "proofreader", unit="办公室").model_copy(
                update={"stands_in_for": (PEOPLE["section_head"],)}
            ),
        )
    document_id = await bureau.draft()
    await bureau.do("drafter", "POST", f"/documents/{document_id}/submit", {"edition": 1})
    for name, step in (("drafter", "first-review"), ("proofreader", "first-proof"), (delegate, "second-review")):
        await bureau.do(name, "POST", f"/documents/{document_id}/marks", {"edition": 1, "step": step})

    record = await bureau.do("drafter", "GET", f"/documents/{document_id}/marks")

    assert record["marks"][2]["on_behalf_of"] == str(PEOPLE["section_head"])
    assert record["marks"][2]["person"] == str(delegate)


async def test_an_organ_without_a_valid_credit_code_is_told_what_to_mend(bureau):
    await bureau.hear(organ().model_copy(update={"version": 2, "credit_code": "11370100MB28669080"}))
    document_id = await bureau.draft()

    answer = await bureau.do("drafter", "POST", f"/documents/{document_id}/submit", {"edition": 1}, status=409)

    assert "统一社会信用代码" in answer["title"]


async def test_a_blocked_sign_off_lists_every_open_gate(bureau):
    document_id = await bureau.draft(POLICY)
    await bureau.do("drafter", "POST", f"/documents/{document_id}/submit", {"edition": 1})

    gates = await bureau.do("drafter", "GET", f"/documents/{document_id}/gates")
    answer = await bureau.do("deputy_head", "POST", f"/documents/{document_id}/approve", {"edition": 1}, status=409)

    closed = [gate for gate in gates["gates"] if not gate["ok"]]
    assert {gate["name"] for gate in closed} >= {"checks", "marks", "disclosure", "interpretation"}
    assert all(gate["sentence"] in answer["title"] for gate in closed)
