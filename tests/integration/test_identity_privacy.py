"""Personal data planted and searched for: in facts, events, every table, logs and addresses; letters; erasing."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import pytest
from tests.support.eventually import eventually
from tests.support.identity_office import PASSWORD, Office, an_office, browse_as, submit

from identity.accounts import Accounts
from identity.cards import Cards
from identity.keyring import Keyring
from identity.mail import MailSettings, Post, Postman, send_code
from identity.passwords import Hasher
from identity.service import Organs, People

NAME, LOGIN, PHONE, MAIL = "欧阳植物园", "ouyang-zhi", "0531-88887777", "ouyang.zhi@example.org"
PLANTED = (NAME, LOGIN, PHONE, MAIL, PASSWORD, "wrong wrong 1")
NASTY = "<script>alert('x')</script>"


@pytest.fixture(scope="module")
async def office(postgres, tmp_path_factory):
    async with an_office(postgres, tmp_path_factory.mktemp("office")) as office:
        yield office


@pytest.fixture(scope="module")
async def a_planted_person(office: Office) -> UUID:
    return await office.hire(LOGIN, "drafter", name=NAME, phone=PHONE, email=MAIL)


async def everything_stored(office: Office) -> str:
    """Return every row of every table as text."""
    async with office.kit.pool.acquire() as db:
        tables = await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        rows = [str(list(await db.fetch(f'SELECT t::text FROM "{table["tablename"]}" t'))) for table in tables]
    return "\n".join(rows)


def as_hex(text: str) -> str:
    return text.encode().hex()


async def test_who_a_person_is_stands_in_no_table_and_no_event(office: Office, a_planted_person):
    await office.api("POST", "/sessions", json={"login": LOGIN, "password": "wrong wrong 1"})
    await office.api("PATCH", f"/people/{a_planted_person}", by="guanli", json={"unit": "外贸处", "roles": ["proofreader"]})
    async with browse_as(office, LOGIN) as browser:
        await browser.get("/identity/me")

    stored = await everything_stored(office)

    assert str(a_planted_person) in stored
    assert [word for word in PLANTED if word in stored or as_hex(word) in stored] == []
    assert "10.0.0.1" not in stored


async def test_who_a_person_is_stands_in_no_log_line(office: Office, a_planted_person, caplog, capsys):
    caplog.set_level(logging.DEBUG)

    await office.api("POST", "/sessions", json={"login": LOGIN, "password": "wrong wrong 1"})
    await office.sign_in(LOGIN)
    await office.api("GET", f"/people/{a_planted_person}", by="guanli")
    await office.api("PATCH", f"/people/{a_planted_person}", by="guanli", json={"card": {"name": NAME, "login": LOGIN, "email": "no"}})
    await office.api("POST", "/people", by="guanli", json={"name": NAME, "login": LOGIN})

    written = caplog.text + "".join(capsys.readouterr())
    assert "relay" in written
    assert [word for word in PLANTED if word in written] == []


async def test_no_page_title_and_no_address_holds_a_name(office: Office, a_planted_person):
    async with browse_as(office, "guanli") as browser:
        for path in ("/identity/people", f"/identity/people/{a_planted_person}", f"/identity/people/{a_planted_person}/leave"):
            page = await browser.get(path)
            assert NAME in page.text
            assert NAME not in page.text.split("</title>")[0]
            assert LOGIN not in str(page.url)


async def test_who_looks_at_a_card_is_recorded(office: Office, a_planted_person):
    await office.api("GET", f"/people/{a_planted_person}", by="guanli")

    async with office.kit.pool.acquire() as db:
        reads = await db.fetch("SELECT who, why FROM vault_read WHERE why = 'manage people'")
    assert f"person:{office.ids['guanli']}" in {row["who"] for row in reads}


async def test_lists_show_names_but_neither_telephone_nor_mail(office: Office, a_planted_person):
    listed = await office.api("GET", "/people", by="guanli")

    assert NAME in listed.text
    assert PHONE not in listed.text
    assert MAIL not in listed.text


@pytest.mark.parametrize("field", ["name", "unit", "phone"])
async def test_markup_in_any_field_of_a_person_is_shown_as_text(office: Office, field):
    login = f"nasty{field}"
    body = {"name": "某人", "login": login, "unit": "办公室", "phone": "", "roles": [], "password": PASSWORD} | {field: NASTY}
    made = await office.api("POST", "/people", by="guanli", json=body)
    assert made.status_code == 201

    async with browse_as(office, "guanli") as browser:
        pages = [await browser.get(path) for path in ("/identity/people", f"/identity/people/{made.json()['person_id']}", "/identity/people/new")]

    assert any("&lt;script&gt;" in page.text for page in pages)
    assert not any("<script" in page.text for page in pages)


async def test_markup_in_what_a_service_reports_is_shown_as_text(office: Office, a_planted_person):
    notice = {"key": NASTY, "organ_id": str(office.ids["organ"]), "action": "work.see", "href": "/x?<script>", "label": NASTY}
    assert (await office.as_service("POST", "/notices", json={"notices": [notice]})).status_code == 200

    async with browse_as(office, LOGIN) as browser:
        page = (await browser.get("/identity/notices")).text

    assert "&lt;script&gt;" in page
    assert "<script" not in page
    await office.as_service("POST", "/notices", json={"settled": [NASTY]})


async def test_no_answer_is_an_accident_whatever_is_sent(office: Office):
    odd = ["", " ", "\ud800", "a" * 5000, "٣", "＜", "' OR 1=1 --", "\u202e", "\x7f", "🙂" * 30, "null", "{}"]
    async with office.client(office.tokens["guanli"]) as client:
        for text in odd:
            answers = [
                await client.post("/identity/api/sessions", content=f'{{"login": {_json(text)}, "password": {_json(text)}}}'),
                await client.post("/identity/api/people", content=f'{{"name": {_json(text)}, "login": {_json(text)}, "unit": {_json(text)}}}'),
                await client.post("/identity/api/tokens", content=f'{{"purpose": {_json(text)}, "roles": ["administrator"]}}'),
                await client.get("/identity/api/directory", params={"ids": text.encode("utf-8", "replace").decode()}),
                await client.post("/identity/api/notices", content=text.encode("utf-8", "replace")),
            ]
            assert [answer.status_code for answer in answers if answer.status_code >= 500] == [], text


def _json(text: str) -> str:
    return '"' + "".join(f"\\u{unit:04x}" for unit in memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")) + '"'


@asynccontextmanager
async def a_mail_server() -> AsyncIterator[tuple[str, list[EmailMessage]]]:
    """Give the address of a server that speaks enough SMTP to take letters, and the letters."""
    letters: list[EmailMessage] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        await say("220 ready")
        while line := (await reader.readline()).decode().strip():
            verb = line.split(" ")[0].upper()
            if verb == "DATA":
                await say("354 go on")
                body = await reader.readuntil(b"\r\n.\r\n")
                letters.append(message_from_bytes(body[:-5], policy=policy.default))
            await say("221 bye" if verb == "QUIT" else "250 fine")
            if verb == "QUIT":
                break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}", letters


def the_post(office: Office, url: str) -> tuple[Cards, Post]:
    cards = Cards(office.kit, Keyring(office.kit.settings.data_dir / "keys"))
    return cards, Post(MailSettings(smtp_url=url, mail_after=60))


async def test_a_letter_says_how_much_waits_and_never_what(office: Office, a_planted_person):
    await office.api("PATCH", f"/people/{a_planted_person}", by="guanli", json={"roles": ["section_head"]})
    async with office.kit.transaction() as tx:
        await tx.db.execute("UPDATE account SET mail_notices = true WHERE person_id = $1", a_planted_person)
    work = {"organ_id": str(office.ids["organ"]), "action": "mark.second-review", "href": "/publication/documents/secret-matter", "label": "机密标题"}
    await office.as_service("POST", "/notices", json={"notices": [work | {"key": "1"}, work | {"key": "2"}]})

    async with a_mail_server() as (url, letters):
        postman = Postman(office.kit, *the_post(office, url))
        assert await postman.round() == 0
        office.clock.advance(minutes=2)
        assert await postman.round() == 1
        assert await postman.round() == 0

    [letter] = letters
    text = letter.get_content()
    assert letter["To"] == MAIL
    assert letter["Subject"] == "公开工作台：您有 2 件待办"
    assert "等您复审：2 件" in text
    assert "机密标题" not in text
    assert "secret-matter" not in text


async def test_a_letter_that_cannot_be_sent_is_sent_later(office: Office, a_planted_person):
    work = {"organ_id": str(office.ids["organ"]), "action": "mark.second-review", "href": "/x", "key": "later"}
    await office.as_service("POST", "/notices", json={"notices": [work]})
    office.clock.advance(minutes=2)

    with pytest.raises(OSError):
        await Postman(office.kit, *the_post(office, "smtp://127.0.0.1:1")).round()

    async with a_mail_server() as (url, letters):
        assert await Postman(office.kit, *the_post(office, url)).round() == 1
        assert len(letters) == 1


async def test_a_forgotten_password_is_mailed_a_code_that_works_and_a_stranger_is_mailed_nothing(office: Office, a_planted_person):
    async with a_mail_server() as (url, letters):
        cards, post = the_post(office, url)
        accounts = Accounts(office.kit, cards.keyring, cards, People(office.kit), Organs(), Hasher())
        await send_code(office.kit, accounts, post, "somebody-else")
        await send_code(office.kit, accounts, post, LOGIN.upper())

        await eventually(lambda: len(letters) == 1)

    code = letters[0].get_content().split("口令是 ")[1].split("，")[0]
    answer = await office.api("POST", "/password", json={"login": LOGIN, "code": code, "password": "大明湖畔杨柳 9"})
    assert answer.status_code == 201
    assert LOGIN not in letters[0].get_content()


async def test_who_was_erased_cannot_be_read_by_anyone_and_what_was_done_stays(office: Office):
    person = await office.hire("bei-shanchu", "drafter", name="将被删除者")
    in_office = await office.api("DELETE", f"/people/{person}/card", by="guanli")
    assert (in_office.status_code, in_office.json()["article"]) == (409, "个人信息保护法第四十七条")
    await office.api("POST", f"/people/{person}/leave", by="guanli")

    async with browse_as(office, "guanli") as browser:
        shown = await browser.get(f"/identity/people/{person}/erase")
        assert "删除后不能恢复" in shown.text
        answer = await submit(browser, f"/identity/people/{person}/erase")
        assert answer.status_code == 303
        page = await browser.get(f"/identity/people/{person}")
        assert "个人资料已经依法删除" in page.text
        assert "将被删除者" not in page.text

    assert (await office.as_service("GET", f"/directory?ids={person}")).json() == {"people": {}}
    async with office.kit.pool.acquire() as db:
        kinds = await db.fetch("SELECT kind FROM register WHERE aggregate_id = $1 ORDER BY version", person)
        assert await db.fetchval("SELECT wrapped_key FROM vault_key WHERE person_id = $1", person) is None
    assert [row["kind"] for row in kinds] == ["PersonJoined", "PersonLeft", "PersonErased"]
    assert (await office.api("POST", f"/people/{person}/return", by="guanli", json={})).status_code == 409
