"""Officers write: the editor, its files, imports, two people on one draft. Nothing that was typed is ever lost."""

from pathlib import Path

import httpx
import pytest
from tests.support.import_samples import an_official_notice
from tests.support.publication_bureau import NOTICE, PEOPLE, STRANGER, a_bureau, an_officer
from tests.support.publication_console import browsing, proof_in, send, value_of, words

from gongkai.runtime.workers import Workers
from gongkai.web.officers import keep_officer

FORM = {
    "title": "关于组织参加北方消费品博览会的通知", "kind": "notice", "column_id": "tzgg", "body": "各有关企业：\n\n请按时报名。",
    "formed_on": "2025年3月3日", "openness": "proactive", "keywords": "外贸、展会",
}  # fmt: skip
NEW = "/publication/documents/new"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


@pytest.fixture(scope="module")
async def workers():
    shared = Workers(1)
    yield shared
    await shared.close()


@pytest.fixture
async def bureau(postgres, workers, tmp_path: Path):
    async with a_bureau(postgres, tmp_path, workers) as opened:
        yield opened


@pytest.fixture
async def drafter(bureau):
    async with browsing(bureau, "drafter") as browser:
        yield browser


async def test_a_draft_is_written_in_one_form_and_opened_again_as_it_was(bureau, drafter):
    made = await send(drafter, NEW, FORM)

    assert made.status_code == 303
    page = (await drafter.get(made.headers["location"])).text
    assert value_of(page, "title") == FORM["title"]
    assert value_of(page, "body") == FORM["body"]
    assert value_of(page, "formed_on") == "2025-03-03"
    assert value_of(page, "keywords") == "外贸、展会"
    assert value_of(page, "edition") == "1"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "请填写标题"),
        ({"title": "长" * 201}, "最多 200 个字"),
        ({"formed_on": "2025年2月30日"}, "2025年2月没有30日"),
        ({"formed_on": "1848-01-01"}, "1949年到2100年之间"),
        ({"kind": "poem"}, "请从给出的选项里选择"),
        ({"column_id": ""}, "请选择栏目"),
        ({"body": "甲\x07乙"}, "控制字符"),
        ({"valid_until": "明年"}, "日期写作"),
    ],
)
async def test_every_error_stands_at_its_field_and_everything_typed_comes_back(drafter, wrong, sentence):
    answer = await send(drafter, NEW, FORM | wrong)

    assert answer.status_code == 422
    assert sentence in words(answer.text)
    assert 'role="alert"' in answer.text
    assert "有 1 处需要修改" in words(answer.text)
    kept = FORM | wrong
    assert value_of(answer.text, "body") == kept["body"]
    assert value_of(answer.text, "keywords") == "外贸、展会"


async def test_what_is_typed_is_never_run_as_a_page(bureau, drafter):
    typed = FORM | {"title": HOSTILE, "summary": HOSTILE, "body": HOSTILE, "legal_basis": HOSTILE, "keywords": "<b>"}

    refused = await send(drafter, NEW, typed | {"formed_on": HOSTILE})
    made = await send(drafter, NEW, typed)
    document = made.headers["location"].removesuffix("/edit")
    pages = [(await drafter.get(document + path)).text for path in ("/edit", "", "/preview", "/record", "/compare", "/interpretations")]
    listed = (await drafter.get("/publication/documents")).text
    queue = (await drafter.get("/publication/")).text

    for page in (refused.text, listed, queue, *pages):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "&lt;script&gt;" in listed


async def test_files_come_along_and_stay_when_something_else_is_wrong(bureau, drafter):
    files = [("files", ("报名表.pdf", PDF, "application/pdf"))]

    refused = await send(drafter, NEW, FORM | {"title": ""}, files=files)

    assert refused.status_code == 422
    assert "报名表.pdf" in refused.text
    digest = value_of(refused.text, "kept")
    again = FORM | {
        "csrf": proof_in(refused.text), "kept": digest, "kept-name": "报名表.pdf", "kept-size": str(len(PDF)),
        "kept-type": "application/pdf",
    }  # fmt: skip
    made = await drafter.post(NEW, data=again)
    document = await bureau.document(made.headers["location"].split("/")[3])
    assert [file["name"] for file in document["content"]["attachments"]] == ["报名表.pdf"]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("病毒.exe", b"MZ", "格式不能作附件"),
        ("空.pdf", b"", "是空的"),
        ("假.png", b"not a picture", "不是PNG图片"),
    ],
)
async def test_a_file_that_cannot_be_taken_is_named_with_its_reason(drafter, name, data, sentence):
    answer = await send(drafter, NEW, FORM, files=[("files", (name, data, "application/octet-stream"))])

    assert answer.status_code == 422
    assert sentence in words(answer.text)
    assert name in words(answer.text)


async def test_an_attachment_is_taken_out_with_a_tick(bureau, drafter):
    made = await send(drafter, NEW, FORM, files=[("files", ("一.pdf", PDF, "application/pdf")), ("files", ("二.txt", b"x", "text/plain"))])
    edit = made.headers["location"]
    page = (await drafter.get(edit)).text
    digests = [line.split('"')[0] for line in page.split('name="kept" value="')[1:]]

    saved = await send(drafter, edit, FORM | {
        "edition": "1", "kept": digests, "kept-name": ["一.pdf", "二.txt"], "kept-size": [str(len(PDF)), "1"],
        "kept-type": ["application/pdf", "text/plain"], "drop": digests[0],
    })  # fmt: skip

    assert saved.status_code == 303
    document = await bureau.document(edit.split("/")[3])
    assert [file["name"] for file in document["content"]["attachments"]] == ["二.txt"]


async def test_a_file_of_nobody_cannot_be_slipped_in(drafter):
    foreign = {"kept": "sha256:" + "a" * 64, "kept-name": "别人的.pdf", "kept-size": "9", "kept-type": "application/pdf"}

    answer = await send(drafter, NEW, FORM | foreign)

    assert answer.status_code == 422
    assert "请重新上传" in words(answer.text)


async def test_who_saved_in_another_window_is_not_told_that_somebody_else_did(bureau, drafter):
    edit = f"/publication/documents/{await bureau.draft()}/edit"
    await send(drafter, edit, FORM | {"edition": "1", "body": "一个窗口的正文。"})

    answer = await send(drafter, edit, FORM | {"edition": "1", "body": "另一个窗口的正文。"})

    assert answer.status_code == 412
    assert "您在别的窗口刚存了第 2 版" in words(answer.text)
    assert "别人" not in words(answer.text)


@pytest.mark.parametrize("edition", ["²", "9" * 5_000])
async def test_an_edition_that_is_no_number_of_ours_is_one_that_nobody_saw(bureau, drafter, edition):
    document = f"/publication/documents/{await bureau.draft()}"
    size = {"kept": "sha256:" + "a" * 64, "kept-name": "一.pdf", "kept-size": edition, "kept-type": "application/pdf"}

    saved = await send(drafter, f"{document}/edit", FORM | {"edition": edition})
    sized = await send(drafter, f"{document}/edit", FORM | {"edition": "1"} | size)
    kept = await send(drafter, f"{document}/autosave", {"edition": edition, "title": "题"}, seen=f"{document}/edit")
    settled = await send(drafter, f"{document}/findings", {"edition": edition}, seen=f"{document}/edit")

    assert [answer.status_code for answer in (saved, sized, kept, settled)] == [412, 422, 204, 422]


async def test_the_second_of_two_writers_keeps_the_text_and_sees_both(bureau, drafter):
    document_id = await bureau.draft()
    edit = f"/publication/documents/{document_id}/edit"
    async with bureau.kit.transaction() as tx:
        await keep_officer(tx, an_officer(PEOPLE["supervisor"], "section_head").model_copy(update={"version": 2}))
    await bureau.do("supervisor", "PUT", f"/documents/{document_id}", {"edition": 1, "content": NOTICE | {"body": "先存的正文。"}})

    answer = await send(drafter, edit, FORM | {"edition": "1", "body": "后写的正文。"})

    assert answer.status_code == 412
    assert "别人刚存了第 2 版" in words(answer.text)
    assert value_of(answer.text, "body") == "后写的正文。"
    assert "先存的正文。" in answer.text
    assert "<ins>" in answer.text
    assert (await bureau.document(document_id))["edition"] == 2
    settled = await drafter.post(edit, data=FORM | {"csrf": proof_in(answer.text), "edition": "2", "body": "先存的正文。\n\n后写的正文。"})
    assert settled.status_code == 303
    assert (await bureau.document(document_id))["content"]["body"] == "先存的正文。\n\n后写的正文。"


async def test_what_was_typed_and_not_saved_waits_for_its_writer_alone(bureau, drafter):
    document_id = await bureau.draft()
    base = f"/publication/documents/{document_id}"
    page = (await drafter.get(f"{base}/edit")).text

    kept = await drafter.post(f"{base}/autosave", data={"csrf": proof_in(page), "edition": "1", "title": "写到一半", "body": "半句话", "theme": ["其他"]})
    again = (await drafter.get(f"{base}/edit")).text
    fetched = (await drafter.get(f"{base}/edit?autosave=1")).text
    async with browsing(bureau, "section_head") as other:
        theirs = (await other.get(f"{base}/edit")).text

    assert kept.status_code == 204
    assert "接着上次的写" in again
    assert value_of(fetched, "title") == "写到一半"
    assert value_of(fetched, "body") == "半句话"
    assert "接着上次的写" not in theirs
    assert (await bureau.document(document_id))["edition"] == 1


async def test_saving_says_beforehand_what_it_makes_void(bureau, drafter):
    document_id = await bureau.draft()
    await bureau.do("drafter", "POST", f"/documents/{document_id}/submit", {"edition": 1})
    await bureau.do("drafter", "POST", f"/documents/{document_id}/marks", {"edition": 1, "step": "first-review"})

    page = (await drafter.get(f"/publication/documents/{document_id}/edit")).text

    assert "初审要重新办理" in words(page)


async def test_a_word_file_becomes_a_draft_and_says_what_did_not_come_along(bureau, drafter):
    page = (await drafter.get("/publication/documents/import")).text

    answer = await drafter.post(
        "/publication/documents/import", data={"csrf": proof_in(page), "kind": "notice", "column_id": "tzgg"},
        files={"file": ("通知.docx", an_official_notice(), "application/octet-stream")},
    )  # fmt: skip

    assert answer.status_code == 201
    assert "已导入成草稿" in words(answer.text)
    document_id = answer.text.split("/publication/documents/")[1].split("/")[0]
    assert (await bureau.document(document_id))["source"] == "imported"


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (None, "请选择一个文件"),
        (("表.exe", b"MZ", "x/x"), "格式不能用"),
        (("坏.docx", b"PK\x03\x04broken", "x/x"), "坏"),
        (("空.txt", b"", "text/plain"), "是空的"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(drafter, file, sentence):
    page = (await drafter.get("/publication/documents/import")).text
    data = {"csrf": proof_in(page), "kind": "notice", "column_id": "tzgg"}

    answer = await drafter.post("/publication/documents/import", data=data, files={"file": file or ("", b"", "x/x")})

    assert answer.status_code == 422
    assert sentence in words(answer.text)
    assert 'value="tzgg" selected' in answer.text


async def test_a_form_that_was_not_ours_changes_nothing(bureau, drafter):
    answer = await drafter.post(NEW, data=FORM)
    forged = await drafter.post(NEW, data=FORM | {"csrf": "x" * 43})

    assert answer.status_code == forged.status_code == 403
    assert (await bureau.do("drafter", "GET", "/documents"))["documents"] == []


@pytest.mark.parametrize(
    ("name", "method", "path"),
    [
        ("proofreader", "GET", "/documents/new"), ("supervisor", "GET", "/documents/{id}/edit"),
        ("administrator", "GET", "/documents"), ("administrator", "GET", "/documents/{id}"),
        ("administrator", "GET", "/documents/{id}/record"), ("head", "GET", "/documents/import"),
        ("drafter", "GET", "/documents/{id}/emergency"), ("drafter", "GET", "/documents/{id}/withdraw"),
        ("section_head", "GET", "/documents/{id}/keep"), ("proofreader", "GET", "/documents/{id}/exempt"),
        ("drafter", "GET", "/audit/{id}"), ("drafter", "GET", "/quarantine"), ("drafter", "GET", "/catalogue/new"),
    ],
)  # fmt: skip
async def test_a_page_opens_only_for_those_who_may(bureau, name, method, path):
    document_id = await bureau.draft()

    async with browsing(bureau, name) as browser:
        answer = await browser.request(method, f"/publication{path.format(id=document_id)}")

    assert answer.status_code == 403


async def test_another_organ_finds_no_page_of_ours(bureau):
    document_id = await bureau.draft()

    async with browsing(bureau, STRANGER) as browser:
        for path in ("", "/edit", "/compare", "/record", "/preview", "/interpretations", "/disclosure", "/sign", "/submit"):
            answer = await browser.get(f"/publication/documents/{document_id}{path}")
            assert answer.status_code == 404, path


async def test_nobody_reads_a_draft_without_signing_in(bureau):
    document_id = await bureau.draft()

    async with httpx.AsyncClient(transport=httpx.ASGITransport(bureau.app), base_url="http://bureau") as nobody:
        for path in ("/", "/documents", f"/documents/{document_id}", "/releases", "/catalogue"):
            assert (await nobody.get(f"/publication{path}")).status_code == 401, path


async def test_the_list_is_found_by_title_number_kind_and_state(bureau, drafter):
    await bureau.draft(NOTICE | {"title": "外贸展会通知"})
    await bureau.draft(NOTICE | {"title": "电商培训新闻", "kind": "news", "column_id": "dtyw"})

    async def titles(query: str) -> list[str]:
        page = (await drafter.get(f"/publication/documents?{query}")).text
        return [title for title in ("外贸展会通知", "电商培训新闻") if title in page]

    assert await titles("q=展会") == ["外贸展会通知"]
    assert await titles("kind=news") == ["电商培训新闻"]
    assert await titles("column=tzgg") == ["外贸展会通知"]
    assert await titles("state=drafting") == ["外贸展会通知", "电商培训新闻"]
    assert await titles("state=published") == []
    assert await titles("q=%25&page=9999999999") == []
