"""What people of ill will send to the request service: files, dates, markup and guesses; and what must never be told."""

import asyncio
import contextlib
import io
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import docx
import pypdf
import pypdfium2
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from tests.support.eventually import eventually
from tests.support.import_samples import an_official_notice, rezipped
from tests.support.publication_bureau import PEOPLE
from tests.support.publication_console import send
from tests.support.request_office import APPLICATION, FACTOR, SECRETS, Office, an_office
from tests.support.request_pages import an_officer_of

from gongkai.contracts.catalog import TOPICS
from gongkai.runtime import telemetry
from gongkai.runtime.zips import VIRUS_TEST

pytestmark = pytest.mark.timeout(240)
GIVEN = {"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项"}
#: Code of every language that a letter passes through, were it ever run: Typst, HTML, XML of Word, templates, Markdown.
CODE = (
    '#import "x"', "#sys.version", '#eval("6*7")', "#{7*6}", "$x^2$", "<script>alert(1)</script>", "</w:t></w:p>",
    "&lt;&amp;x", "{{6*7}}", "${6*7}", "*粗*_斜_", "`码`", "@ref", "[链](e.example)", "// 注", "\\u{41}", "= 题", "~-—",
)  # fmt: skip


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory) -> AsyncIterator[Office]:
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("hostile")) as running:
        yield running
        assert accidents(running) == {}


def accidents(office: Office) -> dict[str, float]:
    """Return what the service itself counted as answered with 5xx."""
    return {
        f"{sample.labels['method']} {sample.labels['route']}": sample.value
        for metric in office.system.host.metrics.http_requests.collect()
        for sample in metric.samples
        if sample.name.endswith("_total") and sample.labels["status"].startswith("5")
    }


async def state_of(office: Office) -> tuple[int, int]:
    row = await office.kit.pool.fetchrow("SELECT (SELECT count(*) FROM register), (SELECT last_seq FROM outbox_head)")
    return tuple(row)


def sentences(answer: Any) -> str:
    problem = answer.json()
    return problem["title"] + "；".join(error["sentence"] for error in problem.get("errors", []))


# ── Files ──────────────────────────────────────────────────────────────────


def a_zip_bomb() -> bytes:
    body = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body/></w:document>'
    return rezipped(an_official_notice(), {"word/document.xml": body + b" " * 80_000_000})


def a_locked_pdf() -> bytes:
    writer, made = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.encrypt("nobody knows", algorithm="RC4-128")
    writer.write(made)
    return made.getvalue()


NOT_KEPT = {
    "a virus test in a document": ("说明.docx", b"PK\x03\x04" + VIRUS_TEST, "病毒"),
    "a virus test": ("说明.txt", VIRUS_TEST, "病毒"),
    "a program": ("说明.pdf", b"MZ\x90\x00" + b"\0" * 200, "不符"),
    "a page": ("说明.html", b"<script>alert(1)</script>", "格式"),
    "an archive": ("说明.zip", b"PK\x03\x04", "格式"),
    "a drawing that runs": ("说明.svg", b"<svg onload='alert(1)'/>", "格式"),
    "a script behind a second suffix": ("说明.pdf.js", b"%PDF-1.7", "格式"),
    "more than the limit": ("大.txt", b"1" * 20_000_001, "MB"),
    "nothing": ("空.txt", b"", "空"),
}


@pytest.mark.parametrize("what", NOT_KEPT)
async def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_kept(office: Office, what: str) -> None:
    name, data, word = NOT_KEPT[what]
    case_id = await office.received()
    before = await state_of(office)

    answer = await office.call("drafter", "POST", f"/cases/{case_id}/files", files={"file": (name, data)})

    assert answer.status_code in (413, 422)
    assert word in sentences(answer)
    assert await office.kit.pool.fetchval("SELECT count(*) FROM case_file WHERE case_id = $1::uuid", case_id) == 0
    assert await state_of(office) == before


def a_locked_sheet() -> bytes:
    """A zip whose parts say that they have a password."""
    made = bytearray(rezipped(an_official_notice(), {}))
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(start)
        while at >= 0:
            made[at + flags] |= 1
            at = made.find(start, at + 4)
    return bytes(made)


def infected_within(*, deep: bool = False) -> bytes:
    """A document in which only what is unpacked shows the virus test."""
    infected = rezipped(an_official_notice(), {"word/media/x.bin": b"A" * 3_000 + VIRUS_TEST + b"A" * 3_000})
    assert VIRUS_TEST not in infected
    return rezipped(an_official_notice(), {"word/embeddings/x.docx": infected}) if deep else infected


OPENED = {
    "炸弹.docx": (a_zip_bomb, "压缩炸弹"),
    "炸弹.xlsx": (a_zip_bomb, "压缩炸弹"),
    "上锁.pdf": (a_locked_pdf, "打开密码"),
    "上锁.xlsx": (a_locked_sheet, "加了密码"),
    "破损.docx": (lambda: an_official_notice()[:700], "已损坏"),
    "夹带.docx": (infected_within, "病毒"),
    "夹带.xlsx": (infected_within, "病毒"),
    "夹带更深.docx": (lambda: infected_within(deep=True), "病毒"),
}


@pytest.mark.parametrize("name", OPENED)
async def test_a_file_that_is_a_bomb_locked_broken_or_carries_a_virus_is_refused_in_bounded_time_and_nothing_is_kept(
    office: Office, name: str
) -> None:
    make, word = OPENED[name]
    case_id = await office.received()
    data = await asyncio.to_thread(make)
    before = await state_of(office)

    async with asyncio.timeout(20):
        answer = await office.call("drafter", "POST", f"/cases/{case_id}/files", files={"file": (name, data)})

    assert answer.status_code == 422, answer.text
    assert word in sentences(answer)
    assert await office.kit.pool.fetchval("SELECT count(*) FROM case_file WHERE case_id = $1::uuid", case_id) == 0
    assert await state_of(office) == before


async def test_one_bad_file_among_several_keeps_none_of_them(office: Office) -> None:
    case_id = await office.received()
    files = [("file", ("好的.txt", "补贴名单".encode(), "text/plain")), ("file", ("炸弹.docx", await asyncio.to_thread(a_zip_bomb)))]
    path = f"/request/desk/cases/{case_id}/files"

    async with an_officer_of(office, "drafter") as browser:
        answer = await send(browser, path, {"kind": "source"}, files=files)

    assert answer.status_code == 422
    assert "压缩炸弹" in answer.text
    assert await office.kit.pool.fetchval("SELECT count(*) FROM case_file WHERE case_id = $1::uuid", case_id) == 0


# ── Dates, ends, numbers, two at once ──────────────────────────────────────


@pytest.mark.parametrize(
    ("channel", "submitted_on", "receipt", "status", "word"),
    [
        ("post-signed", "2025-09-25", {"signed_on": "2025-09-29"}, 409, "晚于今天"),
        ("post-signed", "2025-09-25", {"signed_on": "2025-09-24"}, 409, "早于"),
        ("in-person", "2025-09-27", {}, 409, "晚于今天"),
        ("email", "2025-09-25", {"signed_on": "2025-09-25"}, 409, "确认"),
        ("post-signed", "2025-09-25", {"signed_on": "2025-02-30"}, 422, "日期"),
        ("post-signed", "0001-01-01", {"signed_on": "2025-09-25"}, 422, "年"),
        ("post-signed", "2025-09-25", {"signed_on": "9999-12-31"}, 422, "年"),
    ],
)
async def test_a_day_of_receipt_that_cannot_be_is_refused_and_uses_no_number(
    office: Office, channel: str, submitted_on: str, receipt: dict[str, str], status: int, word: str
) -> None:
    before = await state_of(office), await office.kit.pool.fetchval("SELECT max(last) FROM case_counter")
    body = {"application": APPLICATION, "channel": channel, "submitted_on": submitted_on, "receipt": receipt, "topic": "补贴"}

    answer = await office.call("drafter", "POST", "/cases", body)

    assert answer.status_code == status, answer.text
    assert word in sentences(answer)
    assert (await state_of(office), await office.kit.pool.fetchval("SELECT max(last) FROM case_counter")) == before


async def test_a_reply_cannot_be_served_before_it_was_made_nor_tomorrow(office: Office) -> None:
    case_id = await office.received(way="post")
    digest = await office.give(case_id)
    await office.drafted(case_id, [GIVEN | {"blobs": [digest]}])
    letter = await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"})

    answers = [
        await office.call("drafter", "POST", f"/cases/{case_id}/letters/{letter['letter']}/service", {"served": "post", "on": on})
        for on in ("2025-09-25", "2025-09-27", "1900-01-01")
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 422], [answer.text for answer in answers]
    assert (await office.case(case_id))["state"] == "Handling"


async def test_a_closed_case_gets_no_letter_no_draft_and_no_clock(office: Office) -> None:
    case_id = await office.received()
    await office.do("drafter", "POST", f"/cases/{case_id}/withdraw")
    before = await office.kinds(case_id)
    today = office.today

    for path, body in (
        ("letters", {"kind": "reply-given"}),
        ("letters", {"kind": "extension"}),
        ("draft", {"decisions": [GIVEN]}),
        ("correction", {"what": ["请写明文号"], "answer_by": "2025-10-21"}),
        ("opinions", {"whom": "third-party", "party": {"name": "某公司"}}),
        ("fee", {"standard": "items"}),
        ("withdraw", None),
        ("receipt", {"receipt": {"confirmed_on": today}, "topic": "补贴"}),
    ):
        answer = await office.call("drafter" if path != "fee" else "openness_officer", "POST", f"/cases/{case_id}/{path}", body)
        assert answer.status_code == 409, (path, answer.status_code, answer.text)
        assert re.search("[\u4e00-\u9fff]{4}", sentences(answer)), path

    assert await office.kinds(case_id) == before


async def test_two_officers_who_issue_the_same_letter_at_once_issue_one(office: Office) -> None:
    case_id = await office.received(way="post")
    digest = await office.give(case_id)
    await office.drafted(case_id, [GIVEN | {"blobs": [digest]}])
    before = await office.kit.pool.fetchval("SELECT coalesce(max(last), 0) FROM letter_counter WHERE series = '复'")

    answers = await asyncio.gather(
        *(office.call(name, "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"}) for name in ("drafter", "openness_officer", "drafter"))
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409], [answer.text for answer in answers]
    assert len((await office.case(case_id))["letters"]) == 1
    after = await office.kit.pool.fetch("SELECT last FROM letter_counter")
    issued = await office.kit.pool.fetchval("SELECT count(*) FROM letter")
    assert sum(row["last"] for row in after) == issued, (before, after)


@pytest.mark.parametrize(
    "change",
    [
        {"proof": "999999198001010012"}, {"proof": "99999919800101001"}, {"proof": "999999202613010011"}, {"proof": "' OR 1=1 --"},
        {"proof_kind": "credit-code", "applicant_kind": "com", "proof": "91370100MB2866908X"}, {"proof": "\u0669" * 18},
        {"proof_kind": "credit-code", "proof": "9" * 60}, {"proof": "１１" * 9},
    ],
)  # fmt: skip
async def test_a_wrong_number_is_refused_at_its_field_and_never_repeated(office: Office, change: dict[str, str]) -> None:
    before = await state_of(office)

    answer = await office.system.browser.post("/request/api/organs/jinan/applications", json=APPLICATION | change)

    assert answer.status_code == 422, answer.text
    assert any(error["path"].startswith(("proof", "body.proof", "applicant_kind")) for error in answer.json()["errors"])
    assert change["proof"] not in answer.text
    assert await state_of(office) == before


# ── Words that want to be more than words ──────────────────────────────────


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


async def printed(office: Office, case_id: str, letter_id: str) -> dict[str, str]:
    """Return the text of both forms as a reader sees it, without white space."""
    pdf = (await office.do("drafter", "GET", f"/cases/{case_id}/letters/{letter_id}/pdf")).content
    word = (await office.do("drafter", "GET", f"/cases/{case_id}/letters/{letter_id}/docx")).content
    document = pypdfium2.PdfDocument(pdf)
    pages = "".join(page.get_textpage().get_text_bounded() for page in document)
    made = docx.Document(io.BytesIO(word))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return {"pdf": bare(pages), "docx": bare("".join([*(one.text for one in made.paragraphs), *cells]))}


def literal(text: dict[str, str], code: str) -> list[str]:
    return [form for form, words in text.items() if bare(code) not in words]


@pytest.mark.parametrize("code", CODE)
async def test_code_in_any_words_of_a_reply_is_printed_as_it_was_typed(office: Office, code: str) -> None:
    case_id = await office.received(name=f"甲{code}", title=f"清单{code}", description=f"说明{code}")
    digest = await office.give(case_id, name="清单.txt")
    texts = {"1": {"words": f"话{code}", "withheld": [{"what": f"部分{code}", "basis": "internal-affairs", "reason": f"理由{code}"}]}}
    await office.drafted(case_id, [GIVEN | {"blobs": [digest]}], texts=texts, paragraphs=[f"段{code}"])

    letter = await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-partial"})
    text = await printed(office, case_id, letter["letter"])

    for typed in (f"甲{code}", f"清单{code}", f"部分{code}", f"段{code}"):
        assert literal(text, typed) == [], (typed, text)
    assert "alert(1)" not in text["pdf"].replace("<script>alert(1)</script>", "")
    assert "0.15" not in text["pdf"]


async def test_code_in_notices_and_letters_to_others_is_printed_as_it_was_typed(office: Office) -> None:
    code = "".join(CODE)
    case_id = await office.received(name="乙")
    party = {"name": f"丙{code}"[:200], "address": f"址{code}"[:300]}
    case = await office.do("drafter", "POST", f"/cases/{case_id}/opinions", {"whom": "third-party", "party": party})
    body = {"kind": "third-party", "consultation": case["consultations"][0]["letter"], "content": f"内{code}", "why": f"因{code}"}
    letter = await office.do("drafter", "POST", f"/cases/{case_id}/letters", body)
    text = await printed(office, case_id, letter["letter"])
    assert literal(text, f"丙{code}"[:200]) == []
    assert literal(text, f"内{code}") == []

    other = await office.received(name="丁")
    asked = {"what": [f"请写明{code}"[:200]], "answer_by": "2025-10-21"}
    await office.do("drafter", "POST", f"/cases/{other}/correction", asked)
    letter = await office.do("drafter", "POST", f"/cases/{other}/letters", {"kind": "correction"})
    text = await printed(office, other, letter["letter"])
    assert literal(text, asked["what"][0]) == []


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\x00", "\x1b"])
async def test_marks_that_hide_or_turn_writing_are_refused_wherever_a_letter_would_print_them(office: Office, mark: str) -> None:
    case_id = await office.received()
    applied = await office.system.browser.post("/request/api/organs/jinan/applications", json=APPLICATION | {"name": f"甲{mark}乙"})
    answers = [
        applied,
        await office.call("drafter", "POST", f"/cases/{case_id}/draft", {"decisions": [GIVEN], "paragraphs": [f"甲{mark}乙"]}),
        await office.call("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "extension", "why": f"甲{mark}乙"}),
        await office.call("drafter", "POST", f"/cases/{case_id}/correction", {"what": [f"甲{mark}乙"], "answer_by": "2025-10-21"}),
        await office.call("openness_officer", "PUT", "/settings", {"court": f"法院{mark}"}),
    ]

    assert [answer.status_code for answer in answers] == [422] * len(answers), [answer.text for answer in answers]
    assert all("隐藏" in sentences(answer) or "控制" in sentences(answer) for answer in answers)


# ── Guessing ───────────────────────────────────────────────────────────────


async def test_one_address_cannot_try_many_codes_and_many_addresses_cannot_try_one(office: Office) -> None:
    receipt = await office.apply()

    async def guess(code: str, factor: str) -> int:
        answer = await office.system.browser.post("/request/mine/api/open", json={"code": code, "factor": factor})
        return answer.status_code

    statuses = [await guess(f"AAAA-BBBB-CCCC-{number:04d}", FACTOR) for number in range(40)]
    right = await guess(receipt["code"], FACTOR)

    assert set(statuses[:20]) == {404}
    assert statuses[-1] == right == 429
    office.clock.advance(hours=2)
    assert await guess(receipt["code"], FACTOR) == 204
    office.clock.advance(hours=-2)
    at_once = await asyncio.gather(*(guess(receipt["code"], f"{number:06d}") for number in range(30)))
    assert at_once.count(404) <= 10
    assert 204 not in at_once


# ── What nobody may hear ───────────────────────────────────────────────────

PARTY = ("植入第三方商行", "13955554444", "植入区无名街77号", "thirdparty@planted.example", "植入的第三方意见")
PLANTED = (*SECRETS, *PARTY, "植入的经办文字", "植入的补正说明")


async def test_planted_data_of_applicants_and_third_parties_is_told_nowhere(
    postgres: Any, kafka: str, tmp_path: Any
) -> None:
    ear, asked = io.StringIO(), []

    async def note(request: Any) -> None:
        asked.append(str(request.url))

    async def noted(response: Any) -> None:
        asked.append(response.headers.get("location", "") + response.headers.get("set-cookie", ""))

    with contextlib.redirect_stderr(ear), contextlib.redirect_stdout(ear), telemetry.captured_spans() as spans:
        async with an_office(postgres, kafka, tmp_path) as office:
            telemetry.logger(__name__).warning("the-ear-hears")
            office.system.browser.event_hooks = {"request": [note], "response": [noted]}
            await walk(office)
            await eventually(lambda: _sent(office))
            places = await held(office, kafka)
        places["logs"] = ear.getvalue()
        places["traces"] = "\n".join(str(one.to_json()) for one in spans.get_finished_spans())
        places["addresses"] = "\n".join(asked)

    assert "the-ear-hears" in places["logs"]
    assert len(places["traces"]) > 1_000
    assert "RequestAnswered" in places["topics"]
    found = {(place, secret) for place, text in places.items() for secret in PLANTED if secret in text}
    assert found == set()


async def walk(office: Office) -> None:
    """Live through a case with everything personal in it, and through every way of doing it wrong."""
    browser = office.system.browser
    await browser.put("/request/api/draft", json=APPLICATION)
    await browser.post("/request/api/organs/jinan/applications", json=APPLICATION | {"proof": SECRETS[1] + "1"})
    await browser.post("/request/api/organs/jinan/hints", json={"text": APPLICATION["description"]})
    await browser.post("/request/mine/api/open", json={"code": SECRETS[1], "factor": SECRETS[2]})
    receipt = await office.apply(contact_person=SECRETS[0], fee_exemption=SECRETS[5])
    case_id = receipt["id"]
    await office.do("drafter", "POST", f"/cases/{case_id}/receipt", {"receipt": {"confirmed_on": office.today}, "topic": "外贸展会补贴"})
    await office.do("drafter", "POST", f"/cases/{case_id}/assign", {"handler": str(PEOPLE["drafter"]), "unit": "外贸处"})
    for path, body in (
        ("receipt", {"receipt": {"confirmed_on": office.today, "note": SECRETS[1]}, "topic": SECRETS[2]}),
        ("topic", {"topic": SECRETS[3]}),
        ("correction", {"what": [f"联系{SECRETS[2]}"], "answer_by": "2025-10-21"}),
        ("searches", {"places": ["档案室"], "words": [SECRETS[1]], "found": 0}),
        ("extension", {"working_days": 5, "reason": f"等待{SECRETS[3]}"}),
    ):
        answer = await office.call("openness_officer", "POST", f"/cases/{case_id}/{path}", body)
        assert answer.status_code == 422, (path, answer.text)
    asked = {"what": ["请写明所需文件的名称"], "answer_by": "2025-10-21"}
    await office.do("drafter", "POST", f"/cases/{case_id}/correction", asked)
    await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "correction"})
    corrected = {"received_on": office.today, "application": APPLICATION | {"description": PLANTED[-1]}}
    await office.do("drafter", "POST", f"/cases/{case_id}/correction/received", corrected)
    party = dict(zip(("name", "phone", "address", "email"), PARTY, strict=False))
    case = await office.do("drafter", "POST", f"/cases/{case_id}/opinions", {"whom": "third-party", "party": party})
    letter = case["consultations"][0]["letter"]
    body = {"kind": "third-party", "consultation": letter, "content": PLANTED[-2], "why": PLANTED[-2]}
    await office.do("drafter", "POST", f"/cases/{case_id}/letters", body)
    await office.do("drafter", "POST", f"/cases/{case_id}/opinions/{letter}/received", {"received_on": office.today})
    opinion = {"opinion": "consents", "answered_on": office.today, "words": PARTY[4]}
    await office.do("drafter", "POST", f"/cases/{case_id}/opinions/{letter}/answer", opinion)
    for path in ("application", f"opinions/{letter}/words"):
        await office.do("drafter", "GET", f"/cases/{case_id}/{path}")
        await office.call("supervisor", "GET", f"/cases/{case_id}/{path}")
    digest = await office.give(case_id, f"{SECRETS[0]}（{SECRETS[1]}，{SECRETS[2]}）获得补贴，{PLANTED[-2]}。")
    await office.drafted(case_id, [GIVEN | {"blobs": [digest]}], paragraphs=[f"{SECRETS[0]}：{PLANTED[-2]}"])
    await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"})

    async def reviewed() -> Any:
        return (await office.case(case_id))["conversions"]

    await eventually(reviewed, timeout=30)
    await browser.post("/request/mine/api/open", json={"code": receipt["code"], "factor": FACTOR})
    for page in ("/request/mine", "/request/mine/api/case", "/request/", "/request/apply"):
        await browser.get(page)
    await office.do("openness_officer", "GET", f"/cases/{case_id}/reads")
    await office.do("openness_officer", "GET", f"/cases/{case_id}/similar")


async def _sent(office: Office) -> bool:
    row = await office.kit.pool.fetchrow("SELECT last_seq, published_seq FROM outbox_head")
    return bool(row["last_seq"] == row["published_seq"])


async def held(office: Office, kafka: str) -> dict[str, str]:
    """Return every table, every topic and the metrics as text."""
    pool = office.kit.pool
    tables = [row["tablename"] for row in await pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    found = {
        table: "\n".join(str([_plain(value) for value in row.values()]) for row in await pool.fetch(f'SELECT * FROM "{table}"'))
        for table in tables
    }
    found["metrics"] = (await office.system.browser.get("/request/metrics")).text
    found["topics"] = await _topics(kafka, office.system.settings.kafka_prefix)
    return found


def _plain(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


async def _topics(kafka: str, prefix: str) -> str:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
    await consumer.start()
    said = []
    try:
        parts = [TopicPartition(prefix + topic, part) for topic in TOPICS for part in (0, 1)]
        consumer.assign(parts)
        await consumer.seek_to_beginning(*parts)
        ends = await consumer.end_offsets(parts)
        while any([await consumer.position(part) < ends[part] for part in parts]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                said += [f"{one.key!r} {one.headers!r} {(one.value or b'').decode('utf-8', 'replace')}" for one in records]
    finally:
        await consumer.stop()
    return json.dumps(said, ensure_ascii=False)
