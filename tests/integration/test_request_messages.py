"""What applicants are told leaves by a real mail server, is tried again when it may help, and officers see all of it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tests.support.eventually import eventually
from tests.support.publication_bureau import PEOPLE
from tests.support.publication_console import words
from tests.support.request_office import SECRETS, Office, an_office
from tests.support.request_pages import an_officer_of
from tests.support.smtp_server import USER, a_mail_server

from gongkai.runtime.settings import WrongSettings
from request.app import make_desks
from request.gateways import Captured, GatewaySettings, Mail, Sms, UndeliveredError, chosen, gateways_set
from request.notifying import BACKOFF, LEASE, masked

MAIL = SECRETS[3]
pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("messages")) as running:
        yield running


def mail(server, **more):
    return Mail(GatewaySettings(smtp_url=server.url, smtp_trusted=server.trusted, mail_from="ysq@jinan.example", **more))


async def send(gateway, address=MAIL):
    await gateway.send(uuid4(), address, "【济南市商务局】您的政府信息公开申请已经答复，请凭查询码登录网站查看。")


# ── The mail server ────────────────────────────────────────────────────────


@pytest.mark.parametrize(("security", "login"), [("plain", False), ("starttls", True), ("tls", True)])
async def test_a_message_goes_over_smtp_as_the_server_wants_it(tmp_path, security, login):
    async with a_mail_server(tmp_path, security, login=login) as server:
        await send(mail(server))

    [letter] = server.letters
    assert (letter["To"], letter["From"], letter["Auto-Submitted"]) == (MAIL, "ysq@jinan.example", "auto-generated")
    assert "请凭查询码登录网站查看" in letter.get_content()
    assert server.encrypted == [security != "plain"]
    assert server.logins == ([USER] if login else [])


@pytest.mark.parametrize(
    ("verb", "said", "sentence", "lasting"),
    [
        ("connect", "421 too busy", "邮件服务器暂停服务（421）", False),
        ("RCPT", "451 greylisted", "邮件服务器暂时不收这个收件地址（451）", False),
        ("RCPT", "550 no such user", "邮件服务器拒收这个收件地址（550）", True),
        ("RCPT", "421 closing", "邮件服务器暂时不收这个收件地址（421）", False),
        ("MAIL", "553 who are you", "邮件服务器不接受发件地址（553）", False),
        ("body", "554 looks like spam", "邮件服务器拒收这封邮件（554）", True),
        ("body", "452 disk full", "邮件服务器暂时不收邮件（452）", False),
        ("DATA", "hang up", "邮件服务器中断了连接", False),
    ],
)
async def test_what_a_server_answers_is_told_with_its_code_and_without_the_address(tmp_path, verb, said, sentence, lasting):
    async with a_mail_server(tmp_path) as server:
        server.answers = {verb: [said]}
        with pytest.raises(UndeliveredError) as trouble:
            await send(mail(server))

        assert (trouble.value.sentence, trouble.value.lasting) == (sentence, lasting)
        assert MAIL not in str(trouble.value)
        await send(mail(server))
        assert len(server.letters) == 1


async def test_a_wrong_password_is_the_operators_matter_and_the_message_waits(tmp_path):
    async with a_mail_server(tmp_path, "tls", login=True) as server:
        server.url = re.sub(r"//[^@]+@", "//gongkai:wrong@", server.url)
        with pytest.raises(UndeliveredError, match="不认可用户名或者口令（535）") as trouble:
            await send(mail(server))

    assert not trouble.value.lasting
    assert server.letters == []


async def test_a_certificate_that_nobody_vouches_for_gets_no_message_and_no_password(tmp_path):
    for security in ("tls", "starttls"):
        async with a_mail_server(tmp_path, security, login=True) as server:
            server.trusted = None
            with pytest.raises(UndeliveredError, match="证书没有通过校验"):
                await send(mail(server))
        assert server.logins == []


async def test_a_server_without_starttls_gets_no_password(tmp_path):
    async with a_mail_server(tmp_path, login=True) as server:
        server.url = server.url.replace("smtp:", "smtp+starttls:")
        with pytest.raises(UndeliveredError, match="不支持所设的加密连接"):
            await send(mail(server))
    assert server.logins == []


async def test_a_server_that_says_nothing_and_one_that_is_not_there_are_told_apart(tmp_path):
    async with a_mail_server(tmp_path) as server:
        server.silent.set()
        with pytest.raises(UndeliveredError, match="没有按时应答"):
            await send(mail(server, smtp_timeout=0.3))
    with pytest.raises(UndeliveredError, match="连接不上邮件服务器"):
        await send(mail(server))


async def test_an_address_that_would_write_a_second_header_is_never_sent(tmp_path):
    async with a_mail_server(tmp_path) as server:
        with pytest.raises(UndeliveredError, match="格式不能用来发信") as trouble:
            await send(mail(server), "a@b.example\r\nBcc: all@b.example")

    assert trouble.value.lasting
    assert server.recipients == []


def test_settings_choose_the_gateways_and_a_wrong_one_is_named_and_not_shown(monkeypatch, tmp_path):
    secret = tmp_path / "url"
    secret.write_text("smtps://gongkai:secret-word@mail.example:465\n")
    monkeypatch.setenv("GONGKAI_SMTP_URL_FILE", str(secret))
    found = chosen(gateways_set(), httpx.AsyncClient())
    assert isinstance(found["email"], Mail)
    assert isinstance(found["sms"], Captured)
    secret.write_text("http://gongkai:secret-word@mail.example")
    with pytest.raises(WrongSettings, match="GONGKAI_SMTP_URL") as wrong:
        gateways_set()
    assert "secret-word" not in str(wrong.value)


# ── The SMS service ────────────────────────────────────────────────────────


async def test_an_sms_is_posted_with_its_token_and_what_the_service_answers_decides():
    took, answers = [], [200, 429, 503, 401, 422]

    async def take(request: Request) -> Response:
        took.append((request.headers["authorization"], await request.json()))
        return Response(status_code=answers[len(took) - 1])

    web = Starlette(routes=[Route("/send", take, methods=["POST"])])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=web), base_url="http://sms.example") as http:
        gateway = Sms(http, "http://sms.example/send", "t0ken")
        await send(gateway, "13912345678")
        told = []
        for _ in answers[1:]:
            with pytest.raises(UndeliveredError) as trouble:
                await send(gateway, "13912345678")
            told.append((trouble.value.sentence, trouble.value.lasting))

    assert took[0][0] == "Bearer t0ken"
    assert set(took[0][1]) == {"id", "mobile", "text"}
    assert told == [
        ("短信网关暂时不能发送（429）", False), ("短信网关暂时不能发送（503）", False), ("短信网关不认可令牌（401）", False),
        ("短信网关拒收这条短信（422）", True),
    ]  # fmt: skip


# ── On the way ─────────────────────────────────────────────────────────────


@dataclass
class Post:
    """One message that is due at a moment which the office's own post, whose clock stands, never reaches."""

    office: Office
    case_id: str
    message: UUID
    at: datetime

    def opening(self):
        return self.office.kit.transaction(at=self.at)

    async def row(self):
        return await self.office.kit.pool.fetchrow("SELECT * FROM outgoing_message WHERE id = $1", self.message)


async def held(office) -> Post:
    case_id = await office.received()

    async def taken():
        return (await of(office, case_id))["state"] == "captured"

    await eventually(taken)
    at = office.kit.now() + timedelta(days=1)
    await office.kit.pool.execute("UPDATE outgoing_message SET next_try_at = NULL")
    message = await office.kit.pool.fetchval(
        "UPDATE outgoing_message SET sent_at = NULL, via = '', tries = 0, next_try_at = $2 WHERE case_id = $1 RETURNING id",
        case_id, at,
    )  # fmt: skip
    return Post(office, case_id, message, at)


@pytest.fixture
async def posted(office, tmp_path):
    """A message, the mail server to which it goes, and who brings it there."""
    async with a_mail_server(tmp_path) as server:
        desks = make_desks(office.kit, gateways={"email": mail(server), "sms": Captured()})
        yield await held(office), server, desks.notifier
        await desks.workers.close()


async def of(office, case_id):
    return (await office.do("drafter", "GET", f"/messages?case_id={case_id}"))["messages"][0]


async def test_the_desk_shows_what_was_told_and_every_look_at_an_address_is_recorded(office):
    case_id = await office.received()

    async def captured():
        return (await of(office, case_id))["state"] == "captured"

    await eventually(captured)
    before = await reads(office, case_id)
    async with an_officer_of(office, "drafter") as browser:
        page = words((await browser.get(f"/request/desk/messages?case={case_id}")).text)
        whole = await browser.get("/request/desk/messages")
    assert "您的政府信息公开申请已经登记" in page
    assert "只存未发" in page
    assert "电子邮件只存不发" not in page
    assert "电子邮件、短信只存不发" in page
    assert masked(MAIL) == "p***@example.org"
    assert masked(MAIL) in page
    for secret in SECRETS:
        assert secret not in whole.text
    assert len(await reads(office, case_id)) > len(before)
    async with an_officer_of(office, "supervisor") as browser:
        assert (await browser.get("/request/desk/messages")).status_code == 403
    stranger = await office.do("stranger", "GET", f"/messages?case_id={case_id}")
    assert stranger["messages"] == []


async def reads(office, case_id):
    found = await office.do("openness_officer", "GET", f"/cases/{case_id}/reads")
    return [one for one in found["reads"] if one["why"] == "核对通知的发送"]


async def test_a_message_that_is_refused_for_now_is_tried_again_later_and_later_and_then_given_up(office, posted):
    post, server, notifier = posted
    server.answers = {"RCPT": ["451 later"] * 20}
    waits = []
    for _ in range(len(BACKOFF) + 1):
        assert await notifier.deliver(post.opening) == 1
        due = (await post.row())["next_try_at"]
        waits.append(due - post.at if due else None)
        assert await notifier.deliver(post.opening) == 0, "not before its moment"
        post.at = due or post.at
    assert waits == [*BACKOFF, None]
    shown = await of(office, post.case_id)
    assert (shown["state"], shown["last_error"]) == ("failed", "邮件服务器暂时不收这个收件地址（451）")

    server.answers = {}
    row = await post.row()
    async with post.opening() as tx:
        await notifier.retry(tx, row["organ_id"], post.message, post.message)
    assert await notifier.deliver(post.opening) == 1

    assert [letter["To"] for letter in server.letters] == [MAIL]
    assert ((await of(office, post.case_id))["state"], (await post.row())["via"]) == ("sent", "smtp")
    again = await office.call("drafter", "POST", f"/messages/{post.message}/retry")
    assert again.status_code == 409


async def test_an_address_that_does_not_exist_is_not_tried_again_until_somebody_says_so(office, posted):
    post, server, notifier = posted
    server.answers = {"RCPT": ["550 no such user"]}
    await notifier.deliver(post.opening)
    post.at += timedelta(days=30)
    assert await notifier.deliver(post.opening) == 0
    async with an_officer_of(office, "drafter") as browser:
        path = "/request/desk/messages"
        page = (await browser.get(f"{path}?state=failed")).text
        assert "邮件服务器拒收这个收件地址（550）" in words(page)
        proof = re.search(r'name="csrf" value="([^"]+)"', page)
        assert proof
        sent = await browser.post(f"{path}/{post.message}/retry", data={"csrf": proof[1]})
        assert sent.headers["location"] == f"{path}?done=retry"

    async def taken():
        return (await of(office, post.case_id))["state"] == "captured"

    await eventually(taken)
    assert (await post.row())["retried_by"] == PEOPLE["drafter"]


async def test_whoever_dies_between_sending_and_noting_sends_it_again_as_the_same_letter(posted):
    post, server, notifier = posted
    opened = []

    def dies():
        opened.append(1)
        if len(opened) == 2:
            raise ZeroDivisionError
        return post.opening()

    with pytest.raises(ExceptionGroup):
        await notifier.deliver(dies)
    assert await notifier.deliver(post.opening) == 0, "its lease is not over"
    post.at += LEASE
    assert await notifier.deliver(post.opening) == 1

    first, second = server.letters
    assert first["Message-ID"] == second["Message-ID"] == f"<{post.message}@jinan.example>"


async def test_who_was_erased_is_told_nothing_any_more(office, posted):
    post, server, notifier = posted
    person = await office.kit.pool.fetchval("SELECT applicant FROM case_row WHERE id = $1", post.case_id)
    async with office.kit.transaction() as tx:
        await office.kit.vault.erase(tx.db, person, tx.now)
    await notifier.deliver(post.opening)
    shown = await of(office, post.case_id)

    assert (shown["state"], shown["last_error"], shown["address"]) == ("failed", "收件人的资料已经删除", "已删除")
    assert server.recipients == []
