"""Requests that no program of good will sends: odd bodies, headers, addresses, and senders who hang up."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from tests.support.eventually import eventually
from tests.support.hostile_world import World, a_sentence, a_world, accidents, nothing_kept

DRAFT = {"title": "关于展会的通知", "kind": "notice", "column_id": "tzgg", "body": "正文"}
CUT_OFF = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc'
pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
async def world(postgres, kafka, tmp_path_factory) -> AsyncIterator[World]:
    async with a_world(postgres, kafka, tmp_path_factory.mktemp("requests")) as world:
        await world.settled()
        yield world
        assert accidents(world) == {}


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
        for path in (
            "/publication/api/attachments",
            "/publication/api/import",
            "/publication/api/documents",
            "/publication/events",
        ):
            await raw(
                world,
                f"POST {path} HTTP/1.1",
                {**headers, "host": "a", "content-type": "multipart/form-data; boundary=x", "content-length": "5000"},
                CUT_OFF,
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
