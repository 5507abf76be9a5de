"""The JSON API: files and imports, the catalogue, clocks, documents of other systems, checks in the background."""

from pathlib import Path

import pytest
from tests.support.import_samples import an_official_notice
from tests.support.publication_bureau import NOTICE, ORGAN, STRANGER, a_bureau

from gongkai.contracts.inbound import DocumentSubmitted
from gongkai.runtime.workers import Workers

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


async def test_an_attachment_is_kept_checked_and_given_back(bureau):
    sent = await bureau.by("drafter").post("/attachments", files={"file": ("../名单.txt", f"张三 {PHONE}".encode())})
    file = sent.json()
    document_id = await bureau.draft(NOTICE | {"attachments": [file]})
    await bureau.check_all()

    found = await bureau.do("drafter", "GET", f"/documents/{document_id}/findings")
    back = await bureau.by("head").get(f"/files/{file['digest']}")
    strange = await bureau.by(STRANGER).get(f"/files/{file['digest']}")

    assert (sent.status_code, file["name"]) == (201, "名单.txt")
    assert any(f["personal"] and "名单.txt" in f["where"] for f in found["findings"])
    assert back.content.decode().startswith("张三")
    assert back.headers["content-disposition"] == "attachment; filename*=UTF-8''%E5%90%8D%E5%8D%95.txt"
    assert strange.status_code in {403, 404}


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.exe", b"MZ", "格式"),
        ("a.txt", b"", "空的"),
        ("a.png", b"not a picture", "PNG"),
    ],
)
async def test_a_file_that_is_not_taken_is_named(bureau, name, data, words):
    answer = await bureau.by("drafter").post("/attachments", files={"file": (name, data)})

    assert answer.status_code == 422
    assert words in answer.json()["errors"][0]["sentence"]


async def test_a_word_file_becomes_a_draft_and_a_broken_one_a_sentence(bureau):
    form = {"column_id": "tzgg", "kind": "notice"}
    good = await bureau.by("drafter").post(
        "/import", data=form, files={"file": ("通知.docx", an_official_notice())}
    )
    broken = await bureau.by("drafter").post("/import", data=form, files={"file": ("坏.docx", b"PK\x03\x04broken")})

    assert good.status_code == 201, good.text
    made = await bureau.document(good.json()["id"])
    assert made["title"] == "某某市商务局关于组织开展消费促进活动的通知"
    assert made["source"] == "imported"
    assert "时间安排" in made["content"]["body"]
    assert broken.status_code == 422
    assert broken.json()["errors"][0]["path"] == "file"


async def test_the_catalogue_is_revised_as_a_whole_and_a_stale_revision_is_told(bureau):
    before = await bureau.do("drafter", "GET", "/catalogue")
    columns = [*before["columns"], before["columns"][0] | {"id": "fxts", "name": "风险提示", "position": 99}]
    body = {"revision": 1, "effective_on": "2025-03-10", "note": "增加风险提示", "columns": columns}

    after = await bureau.do("openness_officer", "PUT", "/catalogue", body)
    await bureau.do("openness_officer", "PUT", "/catalogue", body, status=412)
    circle = await bureau.do(
        "openness_officer", "PUT", "/catalogue",
        body | {"revision": 2, "columns": [columns[0] | {"parent_id": columns[0]["id"]}]}, status=422,
    )  # fmt: skip
    revisions = await bureau.do("drafter", "GET", "/catalogue/revisions")

    assert after["revision"] == 2
    assert [column["id"] for column in after["columns"]].count("fxts") == 1
    assert circle["errors"][0]["path"] == "columns.0.parent_id"
    assert [row["revision"] for row in revisions["revisions"]] == [2, 1]


async def test_blank_columns_are_known_and_a_published_document_fills_one(bureau):
    before = await bureau.do("drafter", "GET", "/columns/health")
    await bureau.published()

    after = {row["column_id"]: row["state"] for row in (await bureau.do("drafter", "GET", "/columns/health"))["columns"]}

    assert {row["state"] for row in before["columns"]} == {"blank"}
    assert after["tzgg"] == "alive"


async def test_the_clock_of_disclosure_warns_and_then_says_that_it_is_late(bureau):
    document_id = await bureau.draft()
    [deadline] = [c for c in (await bureau.document(document_id))["clocks"] if c["kind"] == "proactive"]

    bureau.clock.advance(days=14)
    await bureau.tick()
    warned = await bureau.do("openness_officer", "GET", "/queue")
    bureau.clock.advance(days=8)
    await bureau.tick()
    late = await bureau.do("openness_officer", "GET", "/queue")

    assert deadline["due_on"] == "2025-03-31"
    assert "第二十六条" in deadline["article"]
    assert any("第15个工作日" in work["sentence"] for work in warned["work"])
    assert any("已超过主动公开期限" in work["sentence"] for work in late["work"])


async def test_a_published_document_has_no_running_clock(bureau):
    document_id = await bureau.published()

    assert (await bureau.document(document_id))["clocks"] == []


async def test_a_changed_penalty_is_withdrawn_within_three_working_days_or_everyone_knows(bureau):
    document_id = await bureau.published(NOTICE | {"kind": "penalty", "column_id": "xzcf"})
    await bureau.do("openness_officer", "POST", f"/documents/{document_id}/penalty-change", {"changed_on": "2025-03-10"})

    bureau.clock.advance(days=4)
    await bureau.tick()
    queue = await bureau.do("openness_officer", "GET", "/queue")

    assert any("撤回期限（2025-03-13）已过" in work["sentence"] for work in queue["work"])


async def test_a_document_of_another_system_becomes_one_draft_however_often_it_is_sent(bureau):
    sent = DocumentSubmitted(
        external_id="OA-1", organ_id=ORGAN, title="来自OA的通知", kind="notice", column_id="tzgg", body_markdown="正文"
    )

    await bureau.hear(sent)
    await bureau.hear(sent)

    listed = await bureau.do("drafter", "GET", "/documents?q=OA")
    assert listed["total"] == 1
    assert listed["documents"][0]["source"] == "submitted"


async def test_a_worker_that_dies_gives_the_check_back_and_it_is_done_later(bureau, monkeypatch):
    document_id = await bureau.draft()
    blobs = bureau.desks.checking.kit.blobs
    job = await bureau.kit.pool.fetchrow("SELECT digest FROM check_job WHERE document_id = $1", document_id)
    hidden = blobs.path(job["digest"]).rename(blobs.path(job["digest"]).with_suffix(".away"))

    assert await bureau.desks.checking.check_next()
    waiting = await bureau.kit.pool.fetchval("SELECT count(*) FROM check_job")
    hidden.rename(blobs.path(job["digest"]))
    bureau.clock.advance(minutes=5)
    await bureau.check_all()

    assert waiting == 1
    assert (await bureau.document(document_id))["checked"]


async def test_words_of_the_organ_are_found_from_the_next_check_on(bureau):
    edits = {"words": [{"wrong": "泉城够", "rights": ["泉城购"], "category": "common", "severity": "must"}]}
    await bureau.do("proofreader", "PUT", "/word-list", {"revision": 0, "edits": edits})
    await bureau.do("proofreader", "PUT", "/word-list", {"revision": 0, "edits": edits}, status=412)

    document_id = await bureau.draft(NOTICE | {"body": "参加泉城够活动。"})
    await bureau.check_all()

    found = await bureau.do("drafter", "GET", f"/documents/{document_id}/findings")
    assert ["泉城购"] in [finding["suggestions"] for finding in found["findings"]]
