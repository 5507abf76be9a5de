"""Files and forms that are weapons: each gets its sentence, none an accident, and nothing of it is kept."""

import asyncio
import io
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator

import pytest
from tests.support.hostile_world import World, a_sentence, a_world, accidents, nothing_kept
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


def zipped(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("清单.txt", b"." * 2_000 + content)
    return made.getvalue()


NOT_ATTACHED = {
    "a program": ("程序.exe", b"MZ\x90\x00" + b"\0" * 200),
    "a program that says it is a PDF": ("清单.pdf", b"MZ\x90\x00" + b"\0" * 200),
    "a program of another system": ("清单.docx", b"\x7fELF" + b"\0" * 200),
    "a page that says it is a picture": ("图.png", b"<html><script>alert(1)</script></html>"),
    "a page that says it is a PDF": ("图.pdf", b"<html><script>alert(1)</script></html>"),
    "a page": ("图.html", b"<html><script>alert(1)</script></html>"),
    "a drawing that runs": ("图.svg", b"<svg onload='alert(1)'/>"),
    "a virus test": ("清单.txt", EICAR),
    "a virus test that only what is unpacked shows": ("清单.zip", zipped(EICAR)),
    "a virus test in a zip inside a document": ("清单.docx", rezipped(an_official_notice(), {"word/x.zip": zipped(EICAR)})),
    "a zip bomb": ("清单.zip", zipped(b" " * 8_000_000)),
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
