"""People through the doors: who may manage them, what a role change does at once, standing in, programs, waiting work."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.support.eventually import eventually
from tests.support.identity_office import (
    ADMINISTRATOR,
    ORGAN,
    PASSWORD,
    Office,
    a_credit_code,
    an_office,
    browse_as,
    submit,
)


@pytest.fixture(scope="module")
async def office(postgres, tmp_path_factory):
    async with an_office(postgres, tmp_path_factory.mktemp("office")) as office:
        await office.hire("nigao", "drafter")
        await office.hire("chuzhang", "section_head")
        await office.hire("ducha", "supervisor")
        yield office


async def me(office: Office, login: str) -> dict:
    return (await office.api("GET", "/sessions/current", by=login)).json()


MANAGING = [
    ("GET", "/people/{nigao}", None), ("POST", "/people", {"name": "x", "login": "xx"}),
    ("PATCH", "/people/{nigao}", {"roles": ["head"]}), ("POST", "/people/{nigao}/leave", None),
    ("POST", "/people/{nigao}/return", {}), ("POST", "/people/{nigao}/code", None),
    ("DELETE", "/people/{nigao}/sessions", None), ("DELETE", "/people/{nigao}/card", None),
    ("POST", "/stand-ins", {"person_id": "{nigao}", "away_id": "{nigao}", "from_on": "2026-03-10", "to_on": "2026-03-11"}),
    ("PUT", "/organs/{organ}", ORGAN), ("POST", "/organs", {"organ": ORGAN, "administrator": ADMINISTRATOR}),
]  # fmt: skip


@pytest.mark.parametrize("by", ["nigao", "chuzhang", "ducha"])
@pytest.mark.parametrize(("method", "path", "body"), MANAGING)
async def test_who_is_no_administrator_manages_nobody(office: Office, by, method, path, body):
    known = {name: str(value) for name, value in office.ids.items()}
    text = json.dumps(body).replace("{nigao}", known["nigao"]) if body is not None else None

    answer = await office.api(method, path.format(**known), by=by, content=text, headers={"Content-Type": "application/json"})

    assert answer.status_code == 403
    assert "系统管理员" in answer.json()["title"]
    assert "drafter" in (await me(office, "nigao"))["roles"]


@pytest.mark.parametrize("path", ["/people", "/people/new", "/people/{nigao}", "/organ"])
async def test_a_page_one_may_not_open_says_who_may(office: Office, path):
    async with browse_as(office, "nigao") as browser:
        answer = await browser.get("/identity" + path.format(**office.ids))

    assert answer.status_code == 403
    assert "系统管理员" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/sessions/current", "/people", "/organs", "/tokens", "/notices", "/matrix"])
async def test_nobody_sees_anything_without_signing_in(office: Office, path):
    assert (await office.api("GET", path)).status_code == 401


async def test_a_withdrawn_role_works_at_the_next_request(office: Office):
    person = await office.hire("linshi", "openness_officer")
    assert "release.order" in (await me(office, "linshi"))["actions"]

    await office.api("PATCH", f"/people/{person}", by="guanli", json={"roles": ["drafter"]})

    assert "release.order" not in (await me(office, "linshi"))["actions"]
    _, last = (await office.told())[-1]
    assert json.loads(last)["roles"] == ["drafter"]


async def test_two_who_change_one_person_at_the_same_time_see_that(office: Office):
    person = await office.hire("liangren", "drafter")
    page = (await office.api("GET", f"/people/{person}", by="guanli")).json()

    first = await office.api("PATCH", f"/people/{person}", by="guanli", json={"roles": ["proofreader"], "version": page["version"]})
    second = await office.api("PATCH", f"/people/{person}", by="guanli", json={"roles": ["head"], "version": page["version"]})

    assert (first.status_code, second.status_code) == (204, 412)
    assert (await me(office, "liangren"))["roles"] == ["proofreader"]


async def test_who_leaves_is_out_at_once_and_comes_back_with_a_new_session_only(office: Office):
    person = await office.hire("lizhi", "drafter")
    token = office.tokens["lizhi"]

    assert (await office.api("POST", f"/people/{person}/leave", by="guanli")).status_code == 204

    assert (await office.api("GET", "/sessions/current", by="lizhi")).status_code == 401
    assert (await office.sign_in("lizhi")).status_code == 401
    back = await office.api("POST", f"/people/{person}/return", by="guanli", json={"unit": "外贸处", "roles": ["proofreader"]})
    assert back.status_code == 204
    office.tokens["lizhi"] = token
    assert (await office.api("GET", "/sessions/current", by="lizhi")).status_code == 401
    await office.sign_in("lizhi")
    assert (await me(office, "lizhi"))["unit"] == "外贸处"


async def test_the_last_administrator_is_kept_and_the_refusal_cites_its_source(office: Office):
    answer = await office.api("POST", f"/people/{office.ids['guanli']}/leave", by="guanli")

    assert answer.status_code == 409, answer.text
    assert answer.json()["article"].startswith("GB/T 22239")


async def test_a_sign_in_name_belongs_to_one_person_whatever_its_case_and_width(office: Office):
    answer = await office.api("POST", "/people", by="guanli", json={"name": "另一人", "login": "NIGAO"})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"path": "login", "sentence": "这个登录名已经有人用了，请换一个"}]


async def test_a_stand_in_begins_and_ends_by_itself_and_lends_the_roles(office: Office):
    away, deputy = await office.hire("qingjia", "deputy_head"), await office.hire("daili", "section_head")
    today = office.clock().date()
    body = {"person_id": str(deputy), "away_id": str(away), "from_on": str(today + timedelta(days=1)), "to_on": str(today + timedelta(days=2))}

    made = await office.api("POST", "/stand-ins", by="guanli", json=body)
    assert made.status_code == 201
    assert "mark.third-review" not in (await me(office, "daili"))["actions"]

    async def stands_in() -> bool:
        answer = await office.api("GET", "/sessions/current", by="daili")
        return answer.status_code == 200 and str(away) in answer.json()["stands_in_for"]

    office.clock.at = office.clock.at.replace(hour=16, minute=0) + timedelta(seconds=1)
    await office.sign_in("daili")
    await office.sign_in("guanli")
    await eventually(stands_in)
    assert "mark.third-review" in (await me(office, "daili"))["actions"]

    office.clock.advance(hours=48)
    for login in ("daili", "guanli", "nigao", "chuzhang", "ducha"):
        await office.sign_in(login)

    async def is_over() -> bool:
        return not await stands_in()

    await eventually(is_over)
    assert "mark.third-review" not in (await me(office, "daili"))["actions"]


async def test_a_program_has_only_what_it_was_granted_and_loses_it_at_once(office: Office):
    await office.hire("duojue", "drafter", "proofreader")
    body = {"purpose": "OA 送稿", "roles": ["drafter"], "days": 30}
    made = (await office.api("POST", "/tokens", by="duojue", json=body)).json()
    office.tokens["program"] = made["token"]

    seen = await me(office, "program")
    assert (seen["roles"], seen["via"]) == (["drafter"], "token")
    assert (await office.api("POST", "/tokens", by="program", json=body)).status_code == 403
    assert (await office.api("DELETE", "/sessions", by="program")).status_code == 403

    # The person signing out does not stop the program; withdrawing does.
    await office.api("DELETE", "/sessions", by="duojue")
    assert (await office.api("GET", "/sessions/current", by="program")).status_code == 200
    assert (await office.api("DELETE", f"/tokens/{made['token_id']}", by="nigao")).status_code == 404
    assert (await office.api("DELETE", f"/tokens/{made['token_id']}", by="guanli")).status_code == 204
    assert (await office.api("GET", "/sessions/current", by="program")).status_code == 401


async def test_a_program_cannot_be_granted_a_role_of_somebody_else(office: Office):
    answer = await office.api("POST", "/tokens", by="nigao", json={"purpose": "x", "roles": ["head"]})

    assert answer.status_code == 409


async def test_a_program_token_is_no_session_cookie(office: Office):
    made = (await office.api("POST", "/tokens", by="nigao", json={"purpose": "x", "roles": ["drafter"]})).json()
    async with office.client() as client:
        client.cookies.set("gongkai_session", made["token"])
        assert (await client.get("/identity/api/sessions/current")).status_code == 401


async def test_names_are_told_to_services_and_colleagues_and_to_nobody_else(office: Office):
    path = f"/directory?ids={office.ids['nigao']},{uuid4()}"

    as_service, as_colleague = await office.as_service("GET", path), await office.api("GET", path, by="chuzhang")

    assert as_service.json() == as_colleague.json() == {"people": {str(office.ids["nigao"]): {"name": "某nigao"}}}
    assert (await office.api("GET", path)).status_code == 403
    assert (await office.api("GET", "/directory?ids=nigao", by="nigao")).status_code == 422


async def report(office: Office, *notices: dict, settled: tuple[str, ...] = ()) -> dict:
    answer = await office.as_service("POST", "/notices", json={"notices": notices, "settled": settled})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def waiting(office: Office, login: str) -> list[str]:
    return [each["key"] for each in (await office.api("GET", "/notices", by=login)).json()["notices"]]


async def test_waiting_work_reaches_those_who_may_do_it_and_goes_when_it_is_done(office: Office):
    second = await office.hire("chuzhang2", "section_head", unit="外贸处")
    shared = {"organ_id": str(office.ids["organ"]), "action": "mark.second-review", "href": "/publication/documents/1/review"}

    kept = await report(
        office, shared | {"key": "all"}, shared | {"key": "unit", "unit": "外贸处"},
        shared | {"key": "one", "person_ids": [str(second)]}, shared | {"key": "not", "except_ids": [str(second)]},
    )
    await report(office, shared | {"key": "all"})

    assert kept == {"kept": 4, "settled": 0}
    assert sorted(await waiting(office, "chuzhang")) == ["all", "not"]
    assert sorted(await waiting(office, "chuzhang2")) == ["all", "one", "unit"]
    assert await waiting(office, "nigao") == []
    async with browse_as(office, "chuzhang") as browser:
        page = (await browser.get("/identity/notices")).text
        assert "等您复审" in page
        assert 'href="/publication/documents/1/review"' in page

    assert (await report(office, settled=("all", "one", "unit", "not")))["settled"] == 4
    assert await waiting(office, "chuzhang2") == []


@pytest.mark.parametrize("href", ["https://evil.example", "//evil.example", "javascript:alert(1)", "/\\evil"])
async def test_waiting_work_never_leads_away(office: Office, href):
    body = {"notices": [{"key": "k", "organ_id": str(office.ids["organ"]), "action": "work.see", "href": href}]}

    assert (await office.as_service("POST", "/notices", json=body)).status_code == 422


async def test_only_services_report_waiting_work(office: Office):
    assert (await office.api("POST", "/notices", by="guanli", json={})).status_code == 403
    assert (await office.api("POST", "/notices", json={})).status_code == 403


async def test_another_organ_lives_in_the_same_house_and_sees_nothing_of_the_first(office: Office):
    new = {"organ": ORGAN | {"name": "济南市某局", "slug": "jnmj", "credit_code": a_credit_code("00418901")}, "administrator": ADMINISTRATOR | {"login": "guanli2"}}
    founded = await office.api("POST", "/organs", by="guanli", json=new)
    assert founded.status_code == 201, founded.text
    await office.sign_in("guanli2")

    assert (await office.api("GET", f"/people/{office.ids['nigao']}", by="guanli2")).status_code == 404
    assert (await office.api("PATCH", f"/people/{office.ids['nigao']}", by="guanli2", json={"roles": []})).status_code == 404
    assert (await office.api("GET", "/people", by="guanli2")).json()["total"] == 1
    assert (await office.api("PUT", f"/organs/{office.ids['organ']}", by="guanli2", json=ORGAN)).status_code == 404
    assert (await office.api("POST", "/organs", by="guanli2", json=new)).status_code == 403


async def test_people_are_managed_in_pages_and_no_input_is_lost(office: Office):
    async with browse_as(office, "guanli") as browser:
        wrong = await submit(browser, "/identity/people/new", name="", login="yemian", unit="办公室", roles=["drafter"])
        assert wrong.status_code == 422
        assert "请填写姓名" in wrong.text
        assert 'value="yemian"' in wrong.text
        refused = await submit(browser, "/identity/people/new", name="某页面", login="yemian", roles=["drafter", "administrator"])
        assert refused.status_code == 409
        assert "GB/T 22239" in refused.text

        made = await submit(browser, "/identity/people/new", name="某页面", login="yemian", unit="办公室", roles=["drafter"])
        code = made.text.split('class="code">')[1].split("<")[0]
        assert len(code) == 14
        assert "某页面" in (await browser.get("/identity/people")).text
    async with office.browser(address="10.9.9.9") as newcomer:
        answer = await submit(newcomer, "/identity/set-password", login="yemian", code=code, password=PASSWORD, again=PASSWORD)
        assert answer.status_code == 303
        mine = await newcomer.get("/identity/me")
        assert "拟稿人" in mine.text
        assert "<title>我的账号 - 公开工作台</title>" in mine.text


async def test_the_slug_of_permanent_addresses_is_shown_and_not_changed(office: Office):
    async with browse_as(office, "guanli") as browser:
        version = (await browser.get("/identity/organ")).text.split('name="version" value="')[1].split('"')[0]
        fields = ORGAN | {"phones": "0531-00000000", "address": "济南市龙鼎大道1号", "version": version}
        refused = await submit(browser, "/identity/organ", **fields | {"slug": "other"})
        saved = await submit(browser, "/identity/organ", **fields)
        stale = await submit(browser, "/identity/organ", **fields | {"address": "别处"})
        strange = [await submit(browser, "/identity/organ", **fields | {"version": odd}) for odd in ("²", "9" * 5_000)]

        assert (refused.status_code, saved.status_code, stale.status_code) == (409, 303, 412)
        assert "刚被别人改过" in stale.text
        assert [answer.status_code for answer in strange] == [303, 412]
        assert "济南市龙鼎大道1号" in (await browser.get("/identity/organ")).text
