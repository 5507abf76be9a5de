"""Files, forms and requests that are weapons: each gets its sentence, none an accident, and nothing of it is kept."""

import asyncio
import contextlib
import json
import struct
import zlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.support.eventually import eventually
from tests.support.hostile_world import World, a_world, accidents
from tests.support.import_samples import an_official_notice, rezipped

ATTACHMENTS, IMPORT = "/publication/api/attachments", "/publication/api/import"
HEAD = b'<?xml version="1.0"?>'
BODY = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'
DRAFT = {"title": "关于展会的通知", "kind": "notice", "column_id": "tzgg", "body": "正文"}
#: The agreed harmless string by which scanners are tested, in two parts so that this file is none.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
async def world(postgres, kafka, tmp_path_factory) -> AsyncIterator[World]:
    async with a_world(postgres, kafka, tmp_path_factory.mktemp("uploads")) as world:
        await world.settled()
        yield world
        assert accidents(world) == {}


@contextlib.asynccontextmanager
async def nothing_kept(world: World) -> AsyncIterator[None]:
    await world.settled()
    before, blobs = await world.counts("publication"), world.blobs()
    yield
    assert await world.counts("publication") == before
    assert world.blobs() == blobs


def a_sentence(answer: Any, *statuses: int) -> str:
    """Return the sentences of a refusal."""
    assert answer.status_code in (statuses or (400, 413, 422)), (answer.status_code, answer.text[:500])
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    return problem["title"] + "；".join(error["sentence"] for error in problem.get("errors", []))


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def a_huge_picture() -> bytes:
    """60,000 × 60,000 pixels in a few kilobytes."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
        + chunk(b"IEND", b"")
    )


def xml_bomb() -> bytes:
    laughs = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    bomb = HEAD + b'<!DOCTYPE x [<!ENTITY a0 "ha">' + laughs + b"]>" + BODY % b"<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>"
    return rezipped(an_official_notice(), {"word/document.xml": bomb})


def zip_bomb() -> bytes:
    return rezipped(an_official_notice(), {"word/document.xml": HEAD + BODY % (b"<w:p/>" * 10 + b" " * 60_000_000)})


NOT_IMPORTED = {
    "a zip bomb": ("通知.docx", zip_bomb),
    "an XML bomb": ("通知.docx", xml_bomb),
    "a deep document": (
        "通知.docx",
        lambda: rezipped(an_official_notice(), {"word/document.xml": HEAD + BODY % (b"<w:sdt>" * 5_000 + b"</w:sdt>" * 5_000)}),
    ),
    "a picture of 60,000 × 60,000": ("通知.png", a_huge_picture),
    "nothing": ("通知.docx", lambda: b""),
    "a virus test": ("通知.txt", lambda: EICAR),
    "a program that says it is a PDF": ("通知.pdf", lambda: b"MZ\x90\x00" + b"\0" * 200),
    "a PDF that says it is a Word file": ("通知.docx", lambda: b"%PDF-1.7\n%%EOF"),
    "a torn zip": ("通知.docx", lambda: an_official_notice()[:700]),
    "no known encoding": ("通知.txt", lambda: bytes(range(128, 256)) * 40),
    "UTF-16 without its mark": ("通知.txt", lambda: "各有关单位".encode("utf-32-le") * 50),
    "a name with a null": ("通知\x00.exe.txt", "正文".encode),
    "a name that turns the writing round": ("通知\u202etxt.exe", "正文".encode),
    "a script behind a second suffix": ("通知.js.txt", "正文".encode),
}  # fmt: skip


@pytest.mark.parametrize("what", NOT_IMPORTED)
async def test_a_file_that_harms_is_refused_with_a_sentence_and_leaves_nothing(world: World, what: str) -> None:
    name, made = NOT_IMPORTED[what]
    data = await asyncio.to_thread(made)
    async with nothing_kept(world):
        answer = await world.ask(
            "drafter", "POST", IMPORT, files={"file": (name, data)}, data={"column_id": "tzgg", "kind": "notice"}
        )

    assert len(a_sentence(answer)) > 8


DEEP = {
    "deep.html": b"<html><body>" + b"<div>" * 50_000 + "各有关单位".encode() + b"</div>" * 50_000,
    "deep.md": b"> " * 50_000 + "各有关单位".encode() + b"\n\n" + b"[" * 50_000 + b"*a" * 50_000,
    "tables.html": b"<table><tr><td>" * 3_000 + "各有关单位".encode(),
    "script.html": "<h1>关于展会的通知</h1><script>alert(1)</script><p onclick=alert(2)>各有关单位</p>".encode(),
}


@pytest.mark.parametrize("name", DEEP)
async def test_deep_nesting_is_read_or_refused_in_bounded_time(world: World, name: str) -> None:
    async with asyncio.timeout(20):
        answer = await world.ask(
            "drafter", "POST", IMPORT, files={"file": (name, DEEP[name])}, data={"column_id": "tzgg", "kind": "notice"}
        )
        if answer.status_code == 201:
            seen = await world.ask("drafter", "GET", f"/publication/api/documents/{answer.json()['id']}")
            assert "alert" not in seen.text
            page = await world.ask("drafter", "GET", f"/publication/api/documents/{answer.json()['id']}/preview")
            assert page.status_code in (200, 409)
        else:
            assert a_sentence(answer)


NOT_ATTACHED = {
    "a program": ("程序.exe", b"MZ\x90\x00" + b"\0" * 200),
    "a program that says it is a PDF": ("清单.pdf", b"MZ\x90\x00" + b"\0" * 200),
    "a program of another system": ("清单.docx", b"\x7fELF" + b"\0" * 200),
    "a page that says it is a picture": ("图.png", b"<html><script>alert(1)</script></html>"),
    "a page that says it is a PDF": ("图.pdf", b"<html><script>alert(1)</script></html>"),
    "a page": ("图.html", b"<html><script>alert(1)</script></html>"),
    "a drawing that runs": ("图.svg", b"<svg onload='alert(1)'/>"),
    "a virus test": ("清单.txt", EICAR),
    "nothing": ("清单.pdf", b""),
    "no suffix": ("清单", b"%PDF-1.7"),
    "a script behind a second suffix": ("清单.js.pdf", b"%PDF-1.7"),
}


@pytest.mark.parametrize("what", NOT_ATTACHED)
async def test_an_attachment_that_is_not_what_it_says_is_refused(world: World, what: str) -> None:
    name, data = NOT_ATTACHED[what]
    async with nothing_kept(world):
        answer = await world.ask("drafter", "POST", ATTACHMENTS, files={"file": (name, data)})

    assert name.rpartition("/")[2][:3] in a_sentence(answer)


@pytest.mark.parametrize(
    "name", ["../../../etc/cron.d/清单.txt", "C:\\Windows\\清单.txt", "清单\u202e.txt", "清单\r\nSet-Cookie: a=b.txt", "." * 40 + "清单.txt", "清" * 400 + ".txt"]
)  # fmt: skip
async def test_a_name_that_is_a_path_or_a_trick_is_kept_as_a_bare_name(world: World, name: str) -> None:
    answer = await world.ask("drafter", "POST", ATTACHMENTS, files={"file": (name, "姓名".encode())})

    kept = answer.json()["name"]
    assert answer.status_code == 201
    assert len(kept) <= 120
    assert not set(kept) & set("/\\\r\n\u202e")
    assert not kept.startswith(".")
    downloaded = await world.ask("drafter", "GET", f"/publication/api/files/{answer.json()['digest']}")
    assert downloaded.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert "set-cookie" not in downloaded.headers


async def test_an_edition_cannot_give_an_upload_another_name_suffix_or_type(world: World) -> None:
    file = await world.attach("清单.txt", "姓名".encode())
    for change in (
        {"media_type": "text/html"},
        {"name": "清单.html"},
        {"size": file["size"] + 1},
        {"name": "清\u202e单.txt"},
    ):
        async with nothing_kept(world):
            body = {**DRAFT, "attachments": [{**file, **change}]}
            answer = await world.ask("drafter", "POST", "/publication/api/documents", json=body)
        assert a_sentence(answer, 422), change


async def test_more_than_the_limit_is_refused_before_it_is_read(world: World) -> None:
    async with nothing_kept(world):
        answer = await world.ask(
            "drafter", "POST", ATTACHMENTS, files={"file": ("大.zip", b"PK\x03\x04" + b"\0" * (65 << 20))}
        )
        assert "64 MB" in a_sentence(answer, 413)

        async def endless() -> AsyncIterator[bytes]:
            yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\nPK\x03\x04'
            for _ in range(70):
                yield b"\0" * (1 << 20)

        answer = await world.ask(
            "drafter",
            "POST",
            ATTACHMENTS,
            content=endless(),
            headers={"content-type": "multipart/form-data; boundary=x"},
        )
        assert a_sentence(answer, 413)
        answer = await world.ask(
            "drafter", "POST", "/publication/api/documents", json={**DRAFT, "body": "字" * 1_000_001}
        )
        assert "最多 1000000 个字" in a_sentence(answer, 422)


MULTIPART = {
    "no end": b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc',
    "no header": b"--x\r\n\r\nabc\r\n--x--\r\n",
    "no name": b'--x\r\nContent-Disposition: form-data; filename="a.txt"\r\n\r\nabc\r\n--x--\r\n',
    "another boundary": b'--y\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc\r\n--y--\r\n',
    "a header without end": b"--x\r\n" + b"A" * 100_000,
    "bytes that are no text": b'--x\r\nContent-Disposition: form-data; name="\xff\xfe"; filename="\xff.txt"\r\n\r\nabc\r\n--x--\r\n',
    "another encoding": b'--x\r\nContent-Disposition: form-data; name="column_id"\r\nContent-Type: text/plain; charset=no-such\r\n\r\nabc\r\n--x--\r\n',
    "nothing": b"",
}  # fmt: skip


@pytest.mark.parametrize("path", [ATTACHMENTS, IMPORT])
@pytest.mark.parametrize("what", MULTIPART)
async def test_a_broken_upload_is_a_sentence(world: World, what: str, path: str) -> None:
    async with nothing_kept(world):
        answer = await world.ask(
            "drafter",
            "POST",
            path,
            content=MULTIPART[what],
            headers={"content-type": "multipart/form-data; boundary=x"},
        )

    assert a_sentence(answer)


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 5_000,
     "application/json", "text/plain", "application/x-www-form-urlencoded", "application/xml", "", ";;;"],
)  # fmt: skip
async def test_a_form_of_another_kind_is_a_sentence(world: World, content_type: str) -> None:
    async with nothing_kept(world):
        answer = await world.ask(
            "drafter", "POST", ATTACHMENTS, content=b"file=a", headers={"content-type": content_type}
        )
        assert a_sentence(answer)
        answer = await world.ask(
            "drafter", "POST", "/publication/api/documents", content=b"{", headers={"content-type": content_type}
        )
        assert a_sentence(answer, 415, 422, 400)


async def test_a_form_of_ten_thousand_fields_or_files_is_refused(world: World) -> None:
    fields = {f"f{number}": "1" for number in range(10_000)}
    files = [("file", (f"{number}.txt", b"a")) for number in range(60)]
    async with nothing_kept(world):
        for how in ({"data": fields, "files": {"file": ("a.txt", b"a")}}, {"files": files}):
            answer = await world.ask("drafter", "POST", ATTACHMENTS, **how)
            assert a_sentence(answer)
        async with world.browsing("drafter") as browser:
            page = await browser.post("/publication/documents/new", data=fields)
            assert page.status_code in (403, 413, 422)
            assert "text/html" in page.headers["content-type"]


BODIES = {
    "deep arrays": b'{"title":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "not a number": json.dumps({**DRAFT, "important": float("nan")}).encode(),
    "a number without end": b'{"title":"t","kind":"notice","column_id":"tzgg","formed_on":1e400}',
    "a number of a million digits": b'{"title":' + b"9" * 1_000_000 + b"}",
    "half a character": b'{"title":"\\ud800","kind":"notice","column_id":"tzgg"}',
    "a null character": b'{"title":"a\\u0000b","kind":"notice","column_id":"tzgg"}',
    "text turned round": '{"title":"\u202e知通","kind":"notice","column_id":"tzgg"}'.encode(),
    "bytes that are no text": b'{"title":"\xff\xfe"}',
    "UTF-16": '{"title":"t"}'.encode("utf-16"),
    "nothing": b"",
    "only white space": b" " * 1000,
    "a date without end": b'{"title":"t","kind":"notice","column_id":"tzgg","formed_on":"99999999999999999999-01-01"}',
    "a list where an object is due": b"[]",
    "JSON with a tail": b"{} {}",
}


@pytest.mark.parametrize("what", BODIES)
async def test_a_body_that_cannot_be_meant_is_a_sentence(world: World, what: str) -> None:
    async with nothing_kept(world):
        for path in ("/publication/api/documents", "/newmedia/api/accounts", "/identity/api/organs"):
            role = "newmedia_operator" if "newmedia" in path else "administrator" if "identity" in path else "drafter"
            answer = await world.ask(
                role, "POST", path, content=BODIES[what], headers={"content-type": "application/json"}
            )
            assert a_sentence(answer), path


async def test_the_last_of_two_keys_counts_and_no_other(world: World) -> None:
    body = json.dumps(DRAFT)[:-1] + ', "title": "关于展会改期的通知"}'
    answer = await world.ask(
        "drafter",
        "POST",
        "/publication/api/documents",
        content=body.encode(),
        headers={"content-type": "application/json"},
    )

    seen = await world.ask("drafter", "GET", f"/publication/api/documents/{answer.json()['id']}")
    assert seen.json()["title"] == "关于展会改期的通知"


HEADERS = {
    "traceparent": ["00-" + "0" * 32 + "-" + "0" * 16 + "-00", "\xff\xfe", "a" * 4_000],
    "if-match": ["*", '"' * 150, "W/" * 80],
    "if-none-match": ["*", ",,,", '"' * 3_000],
    "if-modified-since": ["yesterday", "Mon, 01 Jan 2024 00:00:00 +99999999999999999999", "Mon, 99 Jan 99999 99:99:99 GMT"],
    "range": ["bytes=-99999999999999999999", "bytes=9-1", "bytes=" + "0-1," * 500, "lines=1-2"],
    "accept": ["\xff", "text/html;q=NaN", "a" * 8_000],
    "accept-language": ["zh" * 4_000],
    "accept-encoding": ["gzip;q=inf"],
    "authorization": ["Bearer " + "x" * 8_000, "Bearer \xff", "Basic xx", "Bearer v4.public." + "A" * 500],
    "cookie": ["gongkai_session=\xff\xfe", "gongkai_session=" + "x" * 8_000, "a" * 8_000, "=;;=;", "gongkai_session=v4.public.AAAA"],
    "content-encoding": ["gzip"],
    "x-forwarded-for": ["'; DROP TABLE officer; --", "\xff"],
    "host": ["evil.example", "evil.example:99999", "[::1"],
    "expect": ["100-continue", "the-unexpected"],
    "x-http-method-override": ["DELETE"],
    "content-length": ["-1", "99999999999999999999999", "1, 2"],
}  # fmt: skip


@pytest.mark.parametrize("name", HEADERS)
async def test_an_odd_header_is_no_accident(world: World, name: str) -> None:
    for value in HEADERS[name]:
        for path in (
            "/",
            "/publication/api/documents",
            "/identity/sign-in",
            "/newmedia/",
            "/feeds/all.atom",
            "/api/search?q=a",
            "/static/x/y.css",
        ):
            answer = await raw(world, f"GET {path} HTTP/1.1", {"host": "a", "connection": "close", name: value})
            assert b"HTTP/1.1 5" not in answer[:12], (path, value[:80], answer[:400])
            assert b"evil.example" not in answer, path


LINES = (
    "GET /../../etc/passwd HTTP/1.1", "GET /static/x/..%2f..%2fpyproject.toml HTTP/1.1", "GET /static/x/%00 HTTP/1.1",
    "GET /files/sha256-" + "a" * 64 + "/..%2f..%2fx HTTP/1.1", "GET /files/..%2f..%2fkeys/x HTTP/1.1",
    "GET /publication/blobs/..%2f..%2f..%2fkeys HTTP/1.1", "GET /publication/blobs/sha256:" + "../" * 20 + "etc/passwd HTTP/1.1",
    "GET /publication/api/files/sha256:..%2f..%2f HTTP/1.1", "GET /%ff%fe HTTP/1.1", "GET /d/%0d%0aSet-Cookie:%20a=b HTTP/1.1",
    "GET /" + "a" * 20_000 + " HTTP/1.1", "GET //evil.example/ HTTP/1.1", "GET /%0a HTTP/1.1", "BREW / HTTP/1.1",
    "GET http://evil.example/ HTTP/1.1", "OPTIONS * HTTP/1.1", "TRACE / HTTP/1.1", "GET / HTTP/9.9", "GET /search?q=%00%ff HTTP/1.1",
    "GET /search?q=" + "%27%20OR%201=1--" * 40 + " HTTP/1.1", "GET /api/documents?page=99999999999999999999 HTTP/1.1",
    "GET /api/documents?year=1e400&page=NaN HTTP/1.1", "GET /api/documents?number=%27;DROP%20TABLE%20edition;-- HTTP/1.1",
    "GET /columns/%27%20OR%20%271%27=%271 HTTP/1.1", "GET /feeds/all.atom?archive=99999999999999999999 HTTP/1.1",
    "GET /sitemap.xml?page=-1 HTTP/1.1", "GET /display/size/large?next=//evil.example/ HTTP/1.1",
    "GET /display/size/large?next=https://evil.example/ HTTP/1.1", "GET /display/size/large?next=/%0d%0aX:%20y HTTP/1.1",
    "GET /display/size/large?next=/%5cevil.example HTTP/1.1", "GET /display/size/large?next=/%09/evil.example HTTP/1.1",
    "GET /identity/sign-in?next=//evil.example HTTP/1.1", "GET /publication/documents/%00/edit HTTP/1.1",
    "GET /library?theme=%00&number=%ff&year=99999999999999 HTTP/1.1", "GET /search.csv?q=%3D1%2B1 HTTP/1.1",
)  # fmt: skip


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[:60])
async def test_an_odd_address_is_no_accident_and_leads_nowhere(world: World, line: str) -> None:
    for accept in ("text/html", "application/json"):
        answer = await raw(world, line, {"host": "a", "connection": "close", "accept": accept})
        head, _, body = answer.partition(b"\r\n\r\n")
        assert b" 5" not in head[:12], answer[:600]
        assert b"root:" not in body
        assert b"\r\nset-cookie: a=b" not in head.lower()
        assert b"\r\nx: y" not in head.lower()
        location = next((each[10:] for each in head.split(b"\r\n") if each.lower().startswith(b"location: ")), b"/")
        assert location.startswith((b"/", urlsplit(world.system.url).netloc.encode())), head
        assert not location.startswith((b"//", b"/\\", b"/\t")), head


async def test_a_sender_that_hangs_up_in_the_middle_leaves_nothing(world: World) -> None:
    headers = await world.headers("drafter")
    async with nothing_kept(world):
        for path in (ATTACHMENTS, IMPORT, "/publication/api/documents", "/publication/events"):
            await raw(
                world,
                f"POST {path} HTTP/1.1",
                {**headers, "host": "a", "content-type": "multipart/form-data; boundary=x", "content-length": "5000"},
                MULTIPART["no end"],
                hang_up=True,
            )
        still = await world.ask("drafter", "GET", "/publication/api/queue")
        assert still.status_code == 200

    await eventually(lambda: accidents(world) == {})


async def raw(world: World, line: str, headers: dict[str, str], body: bytes = b"", *, hang_up: bool = False) -> bytes:
    """Send bytes as they are; return the bytes of the answer."""
    at = urlsplit(world.system.url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    head = f"{line}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    try:
        writer.write(head.encode("latin-1") + body)
        await writer.drain()
        if hang_up:
            return b""
        with contextlib.suppress(ConnectionResetError):
            return await asyncio.wait_for(reader.read(), 15)
        return b""
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
