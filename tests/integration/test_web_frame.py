"""The frame around every service: files for a year, headers on every answer, problems as pages, names that never fail a page."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.support.identity_office import Office, an_office, browse_as

from gongkai.web.directory import RemoteDirectory, nameless
from gongkai.web.security import HEADERS
from gongkai.web.static import static_file, url_for_static
from identity.cards import Cards
from identity.keyring import Keyring


@pytest.fixture(scope="module")
async def office(postgres, tmp_path_factory):
    async with an_office(postgres, tmp_path_factory.mktemp("office")) as office:
        await office.hire("nigao", "drafter", name="拟稿甲")
        yield office


async def test_the_stylesheet_is_kept_for_a_year_and_an_old_name_only_until_asked_again(office: Office):
    async with office.browser() as browser:
        today = await browser.get(url_for_static("gongkai.css"))
        old = await browser.get("/static/0000000000000000/gongkai.css")
        again = await browser.get(url_for_static("gongkai.css"), headers={"If-None-Match": today.headers["etag"]})
        absent = await browser.get("/static/0000000000000000/nothing.css")

    assert today.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert today.headers["content-type"] == "text/css; charset=utf-8"
    assert today.content == static_file("gongkai.css").content
    assert old.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert (absent.status_code, absent.headers["cache-control"]) == (404, "no-store")


async def test_the_mark_is_found_where_programs_look_for_it(office: Office):
    async with office.browser() as browser:
        answer = await browser.get("/favicon.ico", follow_redirects=True)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert answer.content == static_file("mark.svg").content


@pytest.mark.parametrize("path", ["/static/x/..%2fstatic.py", "/static/x/%2e%2e%2fpages.py", "/static/x/.hidden.css"])
async def test_nothing_but_our_files_is_served(office: Office, path):
    async with office.browser() as browser:
        answer = await browser.get(path)

    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/identity/sign-in", "/identity/nothing", "/identity/people", "/identity/api/matrix", "/identity/openapi.json"])
async def test_every_answer_carries_the_headers_that_keep_strangers_out(office: Office, path):
    async with office.browser() as browser:
        answer = await browser.get(path)

    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert answer.headers["cache-control"] == "no-store"


async def test_the_large_type_is_remembered_and_leads_back_to_the_page(office: Office):
    async with office.browser() as browser:
        answer = await browser.get("/display/size/large?next=/columns/policy?page=2")
        assert (answer.status_code, answer.headers["location"]) == (303, "/columns/policy?page=2")
        assert "gongkai_size=large" in answer.headers["set-cookie"]
        away = await browser.get("/display/size/normal?next=https://evil.example")
        assert away.headers["location"] == "/"
        assert "Max-Age=0" in away.headers["set-cookie"]


async def test_a_missing_page_is_a_page_for_people_and_a_problem_for_programs(office: Office):
    async with office.browser() as browser:
        page = await browser.get("/identity/nothing")
        problem = await browser.get("/identity/nothing", headers={"Accept": "application/json"})
        api = await browser.get("/identity/api/nothing")

    assert (page.status_code, problem.status_code, api.status_code) == (404, 404, 404)
    assert "没有找到这个页面" in page.text
    assert problem.json()["type"] == api.json()["type"] == "/problems/not-found"


async def test_an_address_that_is_no_id_is_explained_and_not_an_accident(office: Office):
    async with browse_as(office, "guanli") as browser:
        page = await browser.get("/identity/people/<script>alert(1)</script>")

    assert page.status_code in {404, 422}
    assert "<script" not in page.text


async def test_when_the_database_is_away_the_page_says_what_is_kept(office: Office, monkeypatch):
    async with browse_as(office, "nigao") as browser:
        def away(*_: object, **__: object) -> None:
            raise ConnectionRefusedError("database")

        monkeypatch.setattr(type(office.kit.pool), "acquire", away)
        page = await browser.get("/identity/me")
        api = await browser.get("/identity/api/sessions/current")

    assert (page.status_code, api.status_code) == (503, 503)
    assert "已经保存的内容都在" in page.text
    assert page.headers["retry-after"] == "5"
    assert "database" not in page.text + api.text


class TestDirectories:
    """The port `Directory`: names from identity's own vault, and the same over HTTP."""

    @pytest.fixture(params=["own", "remote"])
    async def directory(self, request, office: Office):
        if request.param == "own":
            yield Cards(office.kit, Keyring(office.kit.settings.data_dir / "keys"))
        else:
            async with office.client(office.kit.tokens.issue_service("portal", office.clock())) as http:
                yield RemoteDirectory(http, "http://test/identity/api/directory", office.clock)

    async def test_every_id_gets_a_name_also_one_that_nobody_has(self, directory, office: Office):
        stranger = uuid4()

        names = await directory.names([office.ids["nigao"], stranger])

        assert names == {office.ids["nigao"]: "拟稿甲", stranger: nameless(stranger)}

    async def test_nobody_is_asked_for_nothing(self, directory):
        assert await directory.names([]) == {}


async def test_a_name_known_before_outlives_identity_and_an_unknown_one_gets_a_short_number(office: Office):
    async with office.client(office.kit.tokens.issue_service("portal", office.clock())) as http:
        directory = RemoteDirectory(http, "http://test/identity/api/directory", office.clock)
        known, stranger = office.ids["nigao"], uuid4()
        await directory.names([known])

        directory.url = "http://test/identity/api/nothing"
        office.clock.at += timedelta(minutes=6)
        names = await directory.names([known, stranger])

    assert names == {known: "拟稿甲", stranger: nameless(stranger)}
