"""What officers and programs do at the desk: the register, ways out, previews, and the platform's own messages."""

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from tests.contract.channel_suite import served
from tests.support.eventually import eventually
from tests.support.newmedia_worlds import APPID, ORGAN, Newsroom, a_manifest, a_newsroom

from gongkai.contracts.identity import OfficerChanged, OrganDescribed
from gongkai.contracts.newmedia_sync import AccountClosed, AccountFiled, AccountOpened
from gongkai.runtime import problem
from gongkai.web import frame
from gongkai.web.cookies import SESSION_COOKIE
from gongkai.web.directory import RemoteDirectory
from gongkai.web.officers import keep_officer, keep_organ
from gongkai.web.pages import Pages
from newmedia_sync import http, pages
from newmedia_sync.desk_work import DeskWork
from newmedia_sync.fetching import Shelf
from sandbox.wechat_push import encrypt, signature
from sandbox.world import derived

OPERATOR = UUID("00000000-0000-4000-8000-00000000000a")
DRAFTER = UUID("00000000-0000-4000-8000-00000000000b")
ACCOUNT = {
    "platform": "wechat", "name": "泉城商务", "handle": APPID, "host_unit": "济南市商务局", "mode": "automatic",
}  # fmt: skip
NO_JSON_ORIGIN = {"sec-fetch-site": "same-origin"}


@dataclass
class Office:
    room: Newsroom
    url: str
    browser: httpx.AsyncClient
    drafter: httpx.AsyncClient
    stranger: httpx.AsyncClient

    async def posted(self, path: str, **fields: str) -> httpx.Response:
        """Fill in the form of the page it stands on and send it, as a browser does."""
        home = path.rpartition("/")[0] if not path.endswith("/new") else path
        page = await self.browser.get(f"/newmedia{home}")
        token = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert token, page.text[:500]
        return await self.browser.post(f"/newmedia{path}", data={"csrf": token.group(1), **fields})


@asynccontextmanager
async def an_office(dsn, folder):
    async with a_newsroom(dsn, folder) as room:
        kit = room.kit
        async with httpx.AsyncClient() as outside:
            work, directory = DeskWork(kit, room.desk, Shelf(kit), outside), RemoteDirectory.of(kit)
            inner = FastAPI()
            frame.install(inner, kit)
            problem.install(inner, frame.renderer(public=False))
            inner.include_router(http.router(work, kit))
            inner.include_router(http.push_router(kit, room.desk, room.switchboard))
            inner.include_router(pages.router(work, kit, Pages.for_package("newmedia_sync", kit, directory), directory))
            app = FastAPI()
            app.include_router(frame.root_router(secure=False))
            app.mount("/newmedia", inner)
            async with kit.transaction() as tx:
                await keep_organ(tx, an_organ())
                await keep_officer(tx, an_officer(OPERATOR, "newmedia_operator"))
                await keep_officer(tx, an_officer(DRAFTER, "drafter"))
            async with served(app) as url:
                people = [cookie(kit, OPERATOR), cookie(kit, DRAFTER), {}]
                clients = [
                    httpx.AsyncClient(base_url=url, cookies=one, headers=NO_JSON_ORIGIN, timeout=20) for one in people
                ]
                yield Office(room, url, *clients)
                for client in clients:
                    await client.aclose()


def an_organ() -> OrganDescribed:
    return OrganDescribed(
        organ_id=ORGAN, version=1, name="济南市商务局", short_name="济商", slug="jnsw", credit_code="11370100MB2866908X"
    )


def an_officer(person: UUID, role: str) -> OfficerChanged:
    return OfficerChanged(
        person_id=person, organ_id=ORGAN, version=1, roles=(role,), unit="综合处", active=True, epoch=0
    )


def cookie(kit, person: UUID) -> dict[str, str]:
    return {SESSION_COOKIE: kit.tokens.issue_session(person, ORGAN, 0, timedelta(hours=1), kit.now())}


@pytest.fixture
async def office(postgres, tmp_path):
    async with an_office(await postgres.database(f"newmedia_{uuid4().hex[:8]}"), tmp_path) as office:
        yield office


async def told(office, kind) -> list:
    async with office.room.kit.reading() as db:
        rows = await db.fetch("SELECT data FROM outbox WHERE type = $1 ORDER BY seq", kind.type_name())
    return [kind.model_validate_json(row["data"]) for row in rows]


async def opened(office) -> UUID:
    answer = await office.browser.post("/newmedia/api/accounts", json=ACCOUNT)
    assert answer.status_code == 201, answer.text
    account_id = UUID(answer.json()["account_id"])
    office.room.accounts["wechat"] = account_id
    return account_id


async def test_an_account_is_opened_filed_changed_and_closed_and_each_step_is_told(office):
    account_id = await opened(office)
    path = f"/newmedia/api/accounts/{account_id}"

    filed = await office.browser.post(f"{path}/filing", json={"number": "JN-2026-0031"})
    changed = await office.browser.put(path, json={**ACCOUNT, "name": "济南商务"})
    closed = await office.browser.post(f"{path}/closing", json={"reason": "并入市级账号"})

    assert filed.json()["state"] == "filed"
    assert changed.json()["name"] == "济南商务"
    assert closed.json()["state"] == "closed"
    assert [one.name for one in await told(office, AccountOpened)] == ["泉城商务"]
    assert [one.filing_number for one in await told(office, AccountFiled)] == ["JN-2026-0031"]
    assert [one.reason for one in await told(office, AccountClosed)] == ["并入市级账号"]


async def test_a_second_account_on_the_same_platform_is_refused_with_its_article(office):
    await opened(office)

    second = await office.browser.post("/newmedia/api/accounts", json={**ACCOUNT, "handle": "wx0000000000000001"})

    assert second.status_code == 409
    assert second.json()["article"] == "国办发〔2018〕123号"
    assert "一个平台只开设一个" in second.json()["title"]


async def test_credentials_are_tried_at_once_and_never_shown_again(office):
    account_id = await opened(office)
    path = f"/newmedia/api/accounts/{account_id}"
    secret = derived("secret", APPID)

    kept = await office.browser.put(f"{path}/credentials", json={"secret": secret})

    assert kept.status_code == 204

    async def connected() -> None:
        assert (await office.browser.get(path)).json()["connection"] == "connected"

    await eventually(connected)
    page = await office.browser.get(f"/newmedia/accounts/{account_id}")
    async with office.room.kit.reading() as db:
        facts = await db.fetch("SELECT data FROM register")
    assert "接口正常" in page.text
    assert secret not in page.text
    assert all(secret not in row["data"] for row in facts)


async def test_wrong_credentials_are_told_in_a_sentence(office):
    account_id = await opened(office)
    path = f"/newmedia/api/accounts/{account_id}"

    await office.browser.put(f"{path}/credentials", json={"secret": "wrong"})

    async def broken() -> None:
        found = (await office.browser.get(path)).json()
        assert found["connection"] == "broken"
        assert "AppSecret" in found["connection_reason"]

    await eventually(broken)


async def test_nobody_and_the_wrong_role_see_nothing(office):
    await opened(office)

    assert (await office.stranger.get("/newmedia/api/accounts")).status_code == 401
    assert (await office.drafter.get("/newmedia/api/accounts")).status_code == 403
    assert (await office.drafter.post("/newmedia/api/accounts", json=ACCOUNT)).status_code == 403


async def test_who_only_looks_is_offered_no_change_of_an_account(office):
    account_id, supervisor = await opened(office), uuid4()
    async with office.room.kit.transaction() as tx:
        await keep_officer(tx, an_officer(supervisor, "supervisor"))
    path = f"/newmedia/accounts/{account_id}"
    async with httpx.AsyncClient(base_url=office.url, cookies=cookie(office.room.kit, supervisor)) as looking:
        seen = (await looking.get(path, headers={"Accept": "text/html"})).text
    kept = (await office.browser.get(path)).text

    for act in (f"{path}/change", f"{path}/close", f"{path}/filing", f"{path}/credentials"):
        assert act in kept
        assert act not in seen
    assert "泉城商务" in seen


async def test_the_pages_lead_from_an_empty_register_to_a_connected_account(office):
    empty = await office.browser.get("/newmedia/")
    wrong = await office.posted("/accounts/new", **{**ACCOUNT, "handle": ""})
    made = await office.posted("/accounts/new", **ACCOUNT)
    where = made.headers["location"]
    shown = await office.browser.get(where)
    listed = await office.browser.get("/newmedia/")

    assert "还没有登记账号" in empty.text
    assert wrong.status_code == 422
    assert 'value="泉城商务"' in wrong.text
    assert made.status_code == 303
    assert "备案" in shown.text
    assert "泉城商务" in listed.text


async def test_an_edition_is_previewed_for_every_account_before_anything_is_approved(office):
    account_id = await opened(office)
    title = "关于印发《济南市商务局推动消费品以旧换新和商贸流通高质量发展行动方案（2026—2028年）》的通知"
    manifest = a_manifest(uuid4(), title=title).model_dump(mode="json")

    answer = await office.drafter.post("/newmedia/api/previews", json={"manifest": manifest})
    better = await office.drafter.post(
        "/newmedia/api/previews", json={"manifest": {**manifest, "short_title": "消费品以旧换新行动方案印发"}}
    )

    [shown] = answer.json()
    assert shown["account_id"] == str(account_id)
    assert not shown["ready"]
    assert "32字" in shown["problems"][0]["sentence"]
    assert shown["problems"][0]["field"] == "title"
    assert better.json()[0]["ready"]
    assert better.json()[0]["title"] == "消费品以旧换新行动方案印发"


async def prepared(office, **how):
    await opened(office)
    await office.room.connect("wechat")
    approved = await office.room.approve(document=uuid4(), release=uuid4(), platforms=("wechat",), **how)
    await office.room.reaches("Staged", approved.release_id, "wechat")
    return approved


async def test_a_delivery_is_listed_shown_and_has_its_life_told(office):
    approved = await prepared(office)
    [listed] = (await office.browser.get("/newmedia/api/deliveries")).json()
    page = await office.browser.get(f"/newmedia/deliveries/{listed['delivery_id']}")
    matrix = await office.browser.get("/newmedia/deliveries")

    assert listed["release_id"] == str(approved.release_id)
    assert listed["word"] == "已就绪"
    assert "已就绪，公众看不到" in page.text
    assert "读者看到的" in page.text
    assert "已就绪" in matrix.text
    assert 'id="live" data-live="1"' in matrix.text, "what still moves is looked at again"
    assert "live.js" in matrix.text


async def test_a_way_out_that_does_not_fit_the_state_is_refused(office):
    await prepared(office)
    [listed] = (await office.browser.get("/newmedia/api/deliveries")).json()

    refused = await office.browser.post(f"/newmedia/api/deliveries/{listed['delivery_id']}/retry")

    assert refused.status_code == 409
    assert "已就绪" in refused.json()["title"]


async def test_an_assisted_account_hands_over_at_the_instant_and_takes_only_a_page_with_our_title(office):
    room = office.room
    room.accounts["wechat"] = await room.open("wechat", mode="assisted")
    approved = await room.approve(document=uuid4(), release=uuid4(), platforms=("wechat",))
    await room.reaches("Staged", approved.release_id, "wechat")
    await room.order(approved, room.kit.now())
    row = await room.reaches("HandedOver", approved.release_id, "wechat")
    path = f"/newmedia/api/deliveries/{row['delivery_id']}/post"
    address = await by_hand(room, "关于家电以旧换新补贴申领的通知")
    other = await by_hand(room, "另一份完全不同的文件")

    wrong = await office.browser.post(path, json={"url": other})
    elsewhere = await office.browser.post(path, json={"url": "http://127.0.0.1:1/x"})
    right = await office.browser.post(path, json={"url": address})

    assert wrong.status_code == 422
    assert "标题" in wrong.json()["errors"][0]["sentence"]
    assert elsewhere.status_code == 422
    assert right.json() == {"word": "已发布"}
    assert (await room.row(approved.release_id, "wechat"))["url"] == address


async def by_hand(room: Newsroom, title: str) -> str:
    """Let a person publish an article through the platform's own tools; return its address."""
    api, secret = room.house.url, derived("secret", APPID)
    asked = {"grant_type": "client_credential", "appid": APPID, "secret": secret}
    token = (await room.house.http.post(f"{api}/cgi-bin/stable_token", json=asked)).json()["access_token"]
    query = {"access_token": token}
    picture = ("c.png", b"\x89PNG\r\n\x1a\n" + b"0" * 32, "image/png")
    added = await room.house.http.post(
        f"{api}/cgi-bin/material/add_material", params={**query, "type": "image"}, files={"media": picture}
    )
    article = {"title": title, "content": "<p>正文</p>", "thumb_media_id": added.json()["media_id"]}
    body = httpx.Request("POST", api, json={"articles": [article]}).content
    draft = (await room.house.http.post(f"{api}/cgi-bin/draft/add", params=query, content=body)).json()
    submitted = await room.house.http.post(
        f"{api}/cgi-bin/freepublish/submit", params=query, json={"media_id": draft["media_id"]}
    )

    async def live():
        report = await room.house.http.post(
            f"{api}/cgi-bin/freepublish/get", params=query, json={"publish_id": submitted.json()["publish_id"]}
        )
        found = report.json()
        return found["article_detail"]["item"][0]["article_url"] if found["publish_status"] == 0 else ""

    return await eventually(live)


# ── What the platform pushes ────────────────────────────────────────────────


async def test_the_event_of_the_platform_confirms_a_release_before_any_poll(office):
    approved = await prepared(office)
    room = office.room
    account = room.house.keeper.world.wechat[APPID]
    account.callback_url = f"{office.url}/newmedia/push/wechat/{room.accounts['wechat']}"
    await room.order(approved, room.kit.now())

    await room.reaches("Live", approved.release_id, "wechat", timeout=4)

    assert not any(call["call"] == "freepublish/get" for call in room.house.keeper.world.calls)


async def test_a_push_that_is_not_proved_is_not_heard_and_a_repeated_one_changes_nothing(office):
    approved = await prepared(office)
    room = office.room
    room.house.keeper.world.wechat[APPID].review_seconds = 60
    await room.order(approved, room.kit.now())
    row = await room.reaches("Accepted", approved.release_id, "wechat")
    address = f"{office.url}/newmedia/push/wechat/{room.accounts['wechat']}"

    forged = await pushed(room, address, row["job"], token="somebody else's")
    foreign = await pushed(room, address, row["job"], appid="wx0000000000000001")
    first = await pushed(room, address, row["job"])
    again = await pushed(room, address, row["job"])

    assert (forged.status_code, foreign.status_code) == (404, 404)
    assert (first.text, again.text) == ("success", "success")
    await room.reaches("Declined", approved.release_id, "wechat")
    async with room.kit.reading() as db:
        declined = await db.fetchval("SELECT count(*) FROM register WHERE kind = 'ContentDeclined'")
    assert declined == 1


async def pushed(room, address, job, *, token="", appid=APPID) -> httpx.Response:
    account = room.house.keeper.world.wechat[APPID]
    xml = (
        "<xml><FromUserName><![CDATA[o1]]></FromUserName><CreateTime>1773115200</CreateTime>"
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[PUBLISHJOBFINISH]]></Event><PublishEventInfo>"
        f"<publish_id>{job}</publish_id><publish_status>4</publish_status></PublishEventInfo></xml>"
    )
    sealed = encrypt(xml, account.aes_key, appid, b"0123456789abcdef")
    proof = signature(token or account.callback_token, "1773115200", "n", sealed)
    return await room.house.http.post(
        address,
        params={"msg_signature": proof, "timestamp": "1773115200", "nonce": "n"},
        content=f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>",
    )


async def test_the_platform_finds_our_door_by_its_greeting(office):
    await prepared(office)
    account = office.room.house.keeper.world.wechat[APPID]
    address = f"{office.url}/newmedia/push/wechat/{office.room.accounts['wechat']}"
    proof = signature(account.callback_token, "1", "n", "")

    good = await office.stranger.get(
        address, params={"signature": proof, "timestamp": "1", "nonce": "n", "echostr": "hello"}
    )
    bad = await office.stranger.get(
        address, params={"signature": "0" * 40, "timestamp": "1", "nonce": "n", "echostr": "hello"}
    )

    assert (good.status_code, good.text) == (200, "hello")
    assert bad.status_code == 404
