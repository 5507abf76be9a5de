"""First start and signing in: who holds the code may begin, nobody learns who has an account, nobody guesses long."""

import asyncio
import time
from datetime import timedelta

import pytest
from tests.support.identity_office import ADMINISTRATOR, ORGAN, PASSWORD, Office, an_office, browse_as, csrf_in, submit

from gongkai.web.cookies import SESSION_COOKIE
from identity import setup


@pytest.fixture(scope="module")
async def office(postgres, tmp_path_factory):
    async with an_office(postgres, tmp_path_factory.mktemp("office")) as office:
        await office.hire("nigao", "drafter")
        yield office


async def test_first_start_needs_the_code_says_every_fault_at_once_and_then_closes(postgres, tmp_path):
    async with an_office(postgres, tmp_path, started=False) as fresh:
        assert (await fresh.api("GET", "/first-start")).json() == {"open": True}
        async with fresh.browser() as browser:
            assert (await browser.get("/identity/sign-in")).headers["location"] == "/identity/first-start"
        wrong = {"setup_code": "AAAA-BBBB-CCCC", "organ": ORGAN, "administrator": ADMINISTRATOR}
        guessed = await fresh.api("POST", "/first-start", json=wrong)
        assert (guessed.status_code, guessed.json()["errors"][0]["path"]) == (422, "setup_code")

        code = setup.read(fresh.kit.settings.data_dir)
        bad = {"setup_code": code, "organ": ORGAN | {"credit_code": "1137", "slug": "www"}, "administrator": ADMINISTRATOR | {"password": "kurz"}}
        faults = await fresh.api("POST", "/first-start", json=bad)
        assert {error["path"] for error in faults.json()["errors"]} >= {"credit_code", "slug", "password"}

        assert (await fresh.first_start()).status_code == 201
        assert not setup.path_in(fresh.kit.settings.data_dir).exists()
        assert (await fresh.api("POST", "/first-start", json=wrong)).status_code == 409
        assert [kind for kind, _ in await fresh.told()] == [
            "gongkai.identity.OrganDescribed.v1", "gongkai.identity.OfficerChanged.v1",
        ]


async def test_two_people_who_start_at_the_same_moment_make_one_organ(postgres, tmp_path):
    async with an_office(postgres, tmp_path, started=False) as fresh:
        answers = await asyncio.gather(*(fresh.first_start() for _ in range(3)))

        assert sorted(answer.status_code for answer in answers).count(201) == 1
        async with fresh.kit.pool.acquire() as db:
            assert await db.fetchval("SELECT count(*) FROM organ") == 1


async def test_the_wizard_works_as_a_page_and_keeps_what_was_typed(postgres, tmp_path):
    async with an_office(postgres, tmp_path, started=False) as fresh, fresh.browser() as browser:
        fields = {**ORGAN, "phones": "0531-1、0531-2", "setup_code": setup.read(fresh.kit.settings.data_dir)}
        fields |= {"admin_name": "管理员甲", "admin_login": "guanli", "admin_password": PASSWORD, "admin_again": "something else"}

        wrong = await submit(browser, "/identity/first-start", **fields)
        assert wrong.status_code == 422
        assert "两次填写的密码不一样" in wrong.text
        assert "有 1 处需要修改" in wrong.text
        assert 'value="济南市商务局"' in wrong.text
        assert PASSWORD not in wrong.text

        right = await submit(browser, "/identity/first-start", **fields | {"admin_again": PASSWORD})
        assert (right.status_code, right.headers["location"]) == (303, "/identity/people")
        assert "管理员甲" in (await browser.get("/identity/people")).text
        assert "0531-1、0531-2" in (await browser.get("/identity/organ")).text


async def test_a_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(office: Office):
    async with office.browser() as browser:
        answer = await submit(browser, "/identity/sign-in", login="nigao", password=PASSWORD, next="/publication/documents")

        cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith(SESSION_COOKIE))
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert answer.headers["location"] == "/publication/documents"
        assert (await browser.get("/identity/me")).status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_signing_in_never_leads_away_from_our_address(office: Office, target):
    async with office.browser() as browser:
        answer = await submit(browser, "/identity/sign-in", login="nigao", password=PASSWORD, next=target)

    assert answer.headers["location"] == "/publication/"


async def test_a_wrong_password_and_an_unknown_name_get_the_same_words_in_the_same_time(office: Office):
    seen: dict[str, list] = {"nigao": [], "nobody-here": []}

    for _ in range(2):
        for login, tries in seen.items():
            began = time.monotonic()
            answer = await office.api("POST", "/sessions", json={"login": login, "password": "wrong wrong 1"})
            tries.append((answer.status_code, answer.json()["title"], answer.json()["type"], time.monotonic() - began))

    assert {each[:3] for each in seen["nigao"]} == {each[:3] for each in seen["nobody-here"]}
    fastest = {login: min(each[3] for each in tries) for login, tries in seen.items()}
    assert abs(fastest["nigao"] - fastest["nobody-here"]) < 0.1
    assert min(fastest.values()) >= 0.29


async def test_the_page_of_a_failed_sign_in_keeps_the_name_and_not_the_password(office: Office):
    async with office.browser(address="10.0.0.9") as browser:
        answer = await submit(browser, "/identity/sign-in", login="nigao", password="wrong wrong 1")

    assert answer.status_code == 422
    assert "登录名或者密码不对" in answer.text
    assert 'value="nigao"' in answer.text
    assert "wrong wrong 1" not in answer.text


async def test_after_five_wrong_tries_even_the_right_password_has_to_wait_also_for_a_name_that_does_not_exist(office: Office):
    await office.hire("jianrenzhe", "drafter")
    for login in ("jianrenzhe", "meiyouren"):
        async with office.client(address=f"10.1.{len(login)}.1") as guesser:
            tries = [
                await guesser.post("/identity/api/sessions", json={"login": login, "password": f"wrong {n} wrong"})
                for n in range(6)
            ]
            closed = await guesser.post("/identity/api/sessions", json={"login": login, "password": PASSWORD})
        assert [answer.status_code for answer in tries] == [401] * 5 + [429]
        assert closed.status_code == 429
        assert int(closed.headers["retry-after"]) > 0
        assert "分钟后再试" in closed.json()["title"]

    # The rightful owner is somewhere else and gets in.
    assert (await office.sign_in("jianrenzhe")).status_code == 201
    office.clock.advance(minutes=20)
    async with office.client(address="10.1.10.1") as guesser:
        assert (await guesser.post("/identity/api/sessions", json={"login": "jianrenzhe", "password": PASSWORD})).status_code == 201


async def test_many_tries_at_once_do_not_slip_through_the_throttle(office: Office):
    async with office.client(address="10.2.0.1") as guesser:
        answers = await asyncio.gather(*(
            guesser.post("/identity/api/sessions", json={"login": "nigao", "password": f"wrong {n} wrong"}) for n in range(15)
        ))

    statuses = [answer.status_code for answer in answers]
    assert statuses.count(401) <= 5
    assert statuses.count(429) >= 10


async def test_one_address_cannot_try_its_way_through_many_names(office: Office):
    async with office.client(address="10.3.0.1") as guesser:
        statuses = []
        for start in range(0, 48, 8):
            answers = await asyncio.gather(*(
                guesser.post("/identity/api/sessions", json={"login": f"name-{n}", "password": "wrong wrong 1"})
                for n in range(start, start + 8)
            ))
            statuses += [answer.status_code for answer in answers]

    assert 429 in statuses
    assert statuses.count(401) <= 40


async def test_a_form_from_another_site_does_not_sign_anybody_in_or_out(office: Office):
    async with browse_as(office, "nigao") as browser:
        forged = await browser.post("/identity/sign-out", data={"everywhere": "1"})
        assert forged.status_code == 403
        assert (await browser.get("/identity/me")).status_code == 200
    async with office.browser() as victim:
        forged = await victim.post("/identity/sign-in", data={"login": "nigao", "password": PASSWORD})
        assert forged.status_code == 403


async def test_a_script_of_another_site_cannot_use_the_cookie(office: Office):
    async with browse_as(office, "guanli") as browser:
        cookie = browser.cookies.get(SESSION_COOKIE)
        async with office.client() as script:
            script.cookies.set(SESSION_COOKIE, cookie)
            body = {"name": "x", "login": "xx-evil"}
            foreign = await script.post("/identity/api/people", json=body, headers={"Sec-Fetch-Site": "cross-site"})
            silent = await script.post("/identity/api/people", json=body)
            ours = await script.post("/identity/api/people", json={"name": "x", "login": "xx-ours"}, headers={"Sec-Fetch-Site": "same-origin"})

    assert (foreign.status_code, silent.status_code, ours.status_code) == (403, 403, 201)


async def test_signing_out_everywhere_ends_every_session_and_the_tokens_too(office: Office):
    await office.hire("tuichu", "drafter")
    async with browse_as(office, "tuichu") as here, browse_as(office, "tuichu") as there:
        answer = await submit(here, "/identity/me", "/identity/sign-out", everywhere="1")
        assert answer.status_code == 303

        gone = await there.get("/identity/me")
        assert (gone.status_code, gone.headers["location"]) == (303, "/identity/sign-in?next=%2Fidentity%2Fme")
    assert (await office.api("GET", "/sessions/current", by="tuichu")).status_code == 401


async def test_a_session_ends_by_itself(office: Office):
    await office.sign_in("nigao")
    token = office.tokens["nigao"]
    office.clock.advance(hours=11)
    assert (await office.api("GET", "/sessions/current", by="nigao")).status_code == 200

    office.clock.advance(hours=2)

    async with office.client(token) as client:
        assert (await client.get("/identity/api/sessions/current")).status_code == 401
    await office.sign_in("guanli")


async def test_changing_the_password_ends_the_other_sessions(office: Office):
    await office.hire("gaimima", "drafter")
    async with browse_as(office, "gaimima") as here, browse_as(office, "gaimima") as there:
        wrong = await submit(here, "/identity/me/password", old_password="wrong wrong 1", password="大明湖畔杨柳 9", again="大明湖畔杨柳 9")
        weak = await submit(here, "/identity/me/password", old_password=PASSWORD, password="gaimima-2026", again="gaimima-2026")
        right = await submit(here, "/identity/me/password", old_password=PASSWORD, password="大明湖畔杨柳 9", again="大明湖畔杨柳 9")

        assert "现在的密码不对" in wrong.text
        assert "密码里不要含登录名" in weak.text
        assert right.status_code == 303
        assert (await here.get("/identity/me")).status_code == 200
        assert (await there.get("/identity/me")).status_code == 303
    assert (await office.sign_in("gaimima")).status_code == 401
    assert (await office.sign_in("gaimima", "大明湖畔杨柳 9")).status_code == 201


async def test_a_one_time_code_sets_a_password_once_and_only_for_a_day(office: Office):
    made = await office.api("POST", "/people", by="guanli", json={"name": "某新人", "login": "xinren", "roles": ["drafter"]})
    code = made.json()["one_time_code"]
    body = {"login": "xinren", "code": code, "password": "大明湖畔杨柳 9"}

    wrong = await office.api("POST", "/password", json=body | {"code": "AAAA-BBBB-CCCC"})
    nobody = await office.api("POST", "/password", json=body | {"login": "meiyou-ren"})
    first = await office.api("POST", "/password", json=body)
    again = await office.api("POST", "/password", json=body)

    assert (wrong.status_code, wrong.json()["title"]) == (nobody.status_code, nobody.json()["title"])
    assert (first.status_code, again.status_code) == (201, 401)

    later = await office.api("POST", f"/people/{made.json()['person_id']}/code", by="guanli")
    office.clock.at += timedelta(hours=25)
    await office.sign_in("guanli")
    late = await office.api("POST", "/password", json=body | {"code": later.json()["one_time_code"]})
    assert late.status_code == 401


async def test_a_page_asked_for_before_signing_in_is_shown_after(office: Office):
    async with office.browser() as browser:
        asked = await browser.get("/identity/notices?x=1")
        form = await browser.get(asked.headers["location"])
        answer = await browser.post(
            "/identity/sign-in",
            data={"csrf": csrf_in(form.text), "login": "nigao", "password": PASSWORD, "next": "/identity/notices?x=1"},
        )

    assert 'name="next" value="/identity/notices?x=1"' in form.text
    assert answer.headers["location"] == "/identity/notices?x=1"
