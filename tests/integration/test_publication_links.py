"""Links of other sites: who is gone, who is silent, and who is never asked."""

import asyncio
import socket
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.support.publication_bureau import NOTICE, a_bureau

from publication.link_asking import Asker, names_nobody

ANSWERS = {
    "/there": (200, {}), "/gone": (404, {}), "/moved": (302, {"Location": "/gone"}), "/broken": (503, {}),
    "/round": (302, {"Location": "/round"}),
}  # fmt: skip


@asynccontextmanager
async def another_site():
    """A site that answers as its paths say, refuses bare questions at one of them, and counts who came."""
    asked: Counter[str] = Counter()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split(" ", 2)
        asked[f"{method} {path}"] += 1
        status, headers = ANSWERS.get(path, (200, {}))
        if path == "/page-only":
            status = 405 if method == "HEAD" else 200
        if path == "/never":
            await reader.read()  # until whoever asked has enough of it
        said = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {status} -\r\nContent-Length: 0\r\nConnection: close\r\n{said}\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}", asked


def anywhere(_: str) -> bool:
    return True


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A name service that knows these names and that nobody has a name that ends in .invalid."""
    known: dict[str, str] = {}
    others = socket.getaddrinfo

    def find(host: str, *rest, **more):
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return others(known.get(host, host), *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", find)
    return known


async def test_a_name_that_nobody_has_is_gone(names):
    assert await Asker().ask(["https://www.nobody.invalid/x"]) == {"https://www.nobody.invalid/x": "gone"}


async def test_what_is_gone_is_told_from_what_gives_no_answer():
    async with another_site() as (site, _):
        asker = Asker(allowed=anywhere, within=1.0)
        paths = ("/there", "/page-only", "/gone", "/moved", "/broken", "/round", "/never")

        answers = await asker.ask([site + path for path in paths])

    assert {path: answers[site + path] for path in paths} == {
        "/there": "there", "/page-only": "there", "/gone": "gone", "/moved": "gone", "/broken": "silent",
        "/round": "silent", "/never": "silent",
    }  # fmt: skip


async def test_an_answer_is_good_for_hours_and_silence_is_asked_again():
    now = [0.0]
    async with another_site() as (site, asked):
        asker = Asker(allowed=anywhere, clock=lambda: now[0])
        for _ in range(2):
            await asker.ask([f"{site}/there", f"{site}/broken"])
        now[0] = 7 * 3600.0
        await asker.ask([f"{site}/there"])

    assert (asked["HEAD /there"], asked["HEAD /broken"]) == (2, 2)


async def test_nothing_inside_is_reached_by_a_link_and_nothing_but_the_web_is_asked():
    async with another_site() as (site, asked):
        answers = await Asker().ask([f"{site}/there", "ftp://127.0.0.1/x", "/d/jnsw-2025-00001", "http://[", "mailto:a@b.cn"])

    assert answers == {f"{site}/there": "silent"}
    assert not asked


async def test_a_password_in_a_link_is_tried_nowhere():
    async with another_site() as (site, asked):
        answers = await Asker(allowed=anywhere).ask([site.replace("http://", "http://user:pass@") + "/gone"])

    assert not answers
    assert not asked


def test_a_name_service_that_does_not_answer_proves_nothing():
    assert names_nobody(socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
    assert not names_nobody(socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"))


@pytest.fixture
async def bureau(postgres, tmp_path: Path):
    async with a_bureau(postgres, tmp_path) as opened:
        yield opened


async def test_a_dead_link_of_another_site_is_found_in_the_text(bureau, names):
    names["www.example.com"] = "127.0.0.1"
    async with another_site() as (here, _):
        site = here.replace("127.0.0.1", "www.example.com")
        bureau.desks.checking.asker = Asker(allowed=anywhere)
        body = f"详见[通知]({site}/gone)和[另一处]({site}/broken)，以及{site}/there。"

        document_id = await bureau.draft(NOTICE | {"body": body})
        await bureau.check_all()

        report = await bureau.do("drafter", "GET", f"/documents/{document_id}/findings")
    found = {finding["rule"]: finding["severity"] for finding in report["findings"]}
    assert (found["link.dead"], found["link.silent"]) == ("must", "judge")


async def test_what_is_asked_of_attachments_forgets_nothing_else_that_was_found_in_them(bureau, names):
    names["www.example.com"] = "127.0.0.1"
    sent = []
    async with another_site() as (here, _):
        site = here.replace("127.0.0.1", "www.example.com")
        bureau.desks.checking.asker = Asker(allowed=anywhere)
        for name, data in (("名单.txt", f"张三 13800138000，见 {site}/gone"), ("坏.pdf", "%PDF-1.7 没有内容")):
            answer = await bureau.by("drafter").post("/attachments", files={"file": (name, data.encode())})
            sent.append(answer.json())

        document_id = await bureau.draft(NOTICE | {"attachments": sent})
        await bureau.check_all()

        report = await bureau.do("drafter", "GET", f"/documents/{document_id}/findings")
    in_list = {finding["rule"] for finding in report["findings"] if "名单.txt" in finding["where"]}
    assert {"link.dead", "pd.mobile"} <= in_list
    assert [finding["rule"] for finding in report["findings"]].count("attachment.not-read") == 1
