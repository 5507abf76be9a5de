"""Markup and scripts in every field that a person or a system may fill, released for real: nothing of it ever runs."""

import json
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from typing import Any

import pytest
from standardwebhooks import Webhook
from tests.support.hostile_pages import MARK, PAYLOAD, RICH, TAG, live_code, walk
from tests.support.hostile_world import World, a_world, accidents, now

from gongkai.web.security import CSP

TITLE = f"通知{PAYLOAD}"
SOURCE = f"https://oa.example/{TAG}"
CONSOLES = {
    "publication": ("/publication/", "openness_officer"),
    "newmedia": ("/newmedia/", "newmedia_operator"),
    "identity": ("/identity/", "administrator"),
    "operations": ("/publication/operations", "administrator"),
    "supervision": ("/publication/audit", "supervisor"),
    "drafting": ("/publication/documents", "drafter"),
}
pytestmark = pytest.mark.timeout(240)


async def must(world: World, role: str, method: str, path: str, body: Any = None) -> Any:
    answer = await world.ask(role, method, path, json=body)
    assert answer.is_success, (path, answer.status_code, answer.text[:600])
    return answer.json() if answer.content else None


async def poison(world: World) -> None:
    """Put the payload into everything that stands on pages: organ, people, columns, accounts, sources, words."""
    (organ,) = await must(world, "administrator", "GET", "/identity/api/organs")
    texts = {
        name: f"{organ.get(name) or '示例'}{PAYLOAD}"[:60]
        for name in ("name", "openness_office", "government", "hours", "address", "icp")
    }
    profile = {name: organ[name] for name in ("short_name", "slug", "credit_code")} | {
        "phones": ["0531-12345", PAYLOAD[:40]],
        **texts,
    }
    await must(world, "administrator", "PUT", f"/identity/api/organs/{organ['organ_id']}", profile)
    people = await must(world, "administrator", "GET", "/identity/api/people?limit=500")
    for person in people["people"]:
        path = f"/identity/api/people/{person['person_id']}"
        change: dict[str, Any] = {"unit": f"{person['unit']}{PAYLOAD}"[:40]}
        if person["roles"] in (["drafter"], ["proofreader"], ["supervisor"]):
            shown = await must(world, "administrator", "GET", path)
            change["card"] = shown["card"] | {"name": f"{person['name']}{PAYLOAD}"[:40]}
        await must(world, "administrator", "PATCH", path, change)
    await must(world, "administrator", "POST", "/identity/api/tokens", {"purpose": PAYLOAD, "roles": ["administrator"]})
    catalogue = await must(world, "openness_officer", "GET", "/publication/api/catalogue")
    columns = catalogue["columns"]
    for column in columns:
        if column["id"] == "tzgg":
            column |= {
                "name": f"通知公告{PAYLOAD}",
                "owner_unit": PAYLOAD,
                "time_limit": PAYLOAD,
                "legal_basis": PAYLOAD,
                "description": PAYLOAD,
                "in_navigation": True,
            }
    revised = {
        "revision": catalogue["revision"],
        "effective_on": catalogue["effective_on"],
        "note": PAYLOAD,
        "columns": columns,
    }
    await must(world, "openness_officer", "PUT", "/publication/api/catalogue", revised)
    words = {
        "revision": 0,
        "edits": {"words": [{"wrong": f"错词{TAG}", "right": [PAYLOAD], "category": "wording", "severity": "note"}]},
    }
    await world.ask("openness_officer", "PUT", "/publication/api/word-list", json=words)
    for account in await must(world, "newmedia_operator", "GET", "/newmedia/api/accounts"):
        wanted = {name: account[name] for name in ("platform", "handle", "mode", "api_base", "web_base")}
        wanted |= {"name": f"商务{PAYLOAD}", "host_unit": PAYLOAD, "operator_unit": PAYLOAD}
        await must(world, "newmedia_operator", "PUT", f"/newmedia/api/accounts/{account['account_id']}", wanted)


async def submit(world: World) -> None:
    """Let an outside system, named like an attack, hand over a document that is one."""
    types = ["gongkai.inbound.DocumentSubmitted.v1"]
    given = await must(
        world, "administrator", "POST", "/publication/api/sources", {"source": SOURCE, "name": PAYLOAD, "types": types}
    )
    (organ,) = await must(world, "administrator", "GET", "/identity/api/organs")
    event = {
        "specversion": "1.0", "id": f"1{TAG}", "source": SOURCE, "type": types[0], "time": now().isoformat(), "subject": PAYLOAD,
        "data": {"external_id": PAYLOAD, "organ_id": organ["organ_id"], "title": f"{TITLE}外部", "kind": "notice",
                 "column_id": "tzgg", "document_number": PAYLOAD, "body_markdown": RICH},
    }  # fmt: skip
    content = json.dumps(event, ensure_ascii=False)
    at = now()
    answer = await world.system.browser.post(
        "/publication/events", content=content.encode(),
        headers={"content-type": "application/cloudevents+json", "webhook-id": "1", "webhook-timestamp": str(int(at.timestamp())),
                 "webhook-signature": Webhook(given["secret"]).sign("1", at, content)},
    )  # fmt: skip
    assert answer.status_code == 202, answer.text


@pytest.fixture(scope="module")
async def world(postgres, kafka, tmp_path_factory) -> AsyncIterator[World]:
    async with a_world(postgres, kafka, tmp_path_factory.mktemp("texts")) as world:
        await poison(world)
        await world.settled()
        file = await world.attach(f"报名表{PAYLOAD.replace('/', '')}.txt"[:110], "姓名".encode())
        content = {
            "body": f"一、{RICH}\n\n| {PAYLOAD} | b |\n|---|---|\n| {PAYLOAD} | c |\n\n各有关企业请按时报名。",
            "summary": PAYLOAD, "keywords": [PAYLOAD[:38]], "legal_basis": PAYLOAD, "attachments": [file], "short_title": PAYLOAD,
        }  # fmt: skip
        world.documents["published"] = await world.published(TITLE, **content)
        world.documents["corrected"] = view = await world.published(f"{TITLE}二", **content)
        await must(
            world,
            "openness_officer",
            "POST",
            f"/publication/api/documents/{view['id']}/correction",
            {"explanation": PAYLOAD},
        )
        view = await world.road.see(view["id"])
        view = await world.road.save(view, view["content"] | {"body": view["content"]["body"] + "\n\n更正。"})
        await world.road.sign(await world.road.review(view))
        await world.road.finished(view["id"])
        world.documents["withdrawn"] = view = await world.published(f"{TITLE}三", **content)
        await must(
            world,
            "openness_officer",
            "POST",
            f"/publication/api/documents/{view['id']}/withdrawal",
            {"explanation": PAYLOAD},
        )
        await must(world, "deputy_head", "POST", f"/publication/api/documents/{view['id']}/proposal/approve", {})
        await world.road.finished(view["id"])
        await world.draft(f"{TITLE}四", **content)
        await submit(world)
        await world.settled()
        yield world
        assert accidents(world) == {}


def path_of(world: World, name: str) -> str:
    return str(world.documents[name]["permalink"])


async def test_no_page_of_the_site_runs_what_somebody_wrote(world: World) -> None:
    async with world.browsing(None) as browser:
        query = "/search?q=" + TAG
        seen = await walk(
            browser, "/", path_of(world, "published"), path_of(world, "corrected"), path_of(world, "withdrawn"), query,
            "/search?q=%22%3E%3Cx-pwn%20onload%3Dpwn()%3E", "/library?theme=%3Cx-pwn%3E", "/x-pwn%22%3E%3Cx-pwn%3E", "/columns/tzgg",
        )  # fmt: skip
    assert len(seen.pages) >= 20
    assert f"&lt;{TAG}" in seen.pages[path_of(world, "published")].text
    assert "<mark>" in seen.pages[query].text
    for path, page in seen.pages.items():
        assert live_code(page.text) == [], path
        assert page.headers["content-security-policy"] == CSP, path
        assert page.headers["x-content-type-options"] == "nosniff", path
    for path, answer in seen.others.items():
        assert answer.status_code < 500, path
        assert answer.is_redirect or answer.headers["content-type"], path


@pytest.mark.parametrize("console", CONSOLES)
async def test_no_page_of_the_console_runs_what_somebody_wrote_or_is_kept_by_a_browser(
    world: World, console: str
) -> None:
    start, role = CONSOLES[console]
    async with world.browsing(role) as browser:
        seen = await walk(browser, start, within=("/publication/", "/newmedia/", "/identity/"), most=150)
    assert len(seen.pages) >= 12
    assert any(TAG in page.text for page in seen.pages.values())
    for path, page in seen.pages.items():
        assert page.status_code < 500, path
        assert live_code(page.text) == [], path
        assert page.headers["content-security-policy"] == CSP, path
        assert "no-store" in page.headers["cache-control"], path


@pytest.mark.parametrize("name", ["all", "columns/tzgg", "library", "search"])
async def test_every_feed_is_well_formed_and_its_texts_are_texts(world: World, name: str) -> None:
    query = f"?q={TAG}" if name == "search" else ""
    atom = await world.system.browser.get(f"/feeds/{name}.atom{query}")
    rss = await world.system.browser.get(f"/feeds/{name}.rss{query}")
    feed = await world.system.browser.get(f"/feeds/{name}.json{query}")
    assert (atom.status_code, rss.status_code, feed.status_code) == (200, 200, 200)
    space = {"a": "http://www.w3.org/2005/Atom"}
    entries, items = (
        ET.fromstring(atom.content).findall("a:entry", space),
        ET.fromstring(rss.content).findall("channel/item"),
    )
    for root in (ET.fromstring(atom.content), ET.fromstring(rss.content)):
        assert not [element.tag for element in root.iter() if element.tag in (TAG, "script")]
    assert all(text.get("type", "text") == "text" for entry in entries for text in entry.iterfind("a:summary", space))
    # A reader of RSS takes a description for HTML, so a text has to be written as HTML that shows it.
    assert all(live_code(f"<p>{item.findtext('description')}</p>") == [] for item in items)
    if name != "library":
        assert TITLE in [entry.findtext("a:title", "", space) for entry in entries]
        assert TITLE in [each["title"] for each in feed.json()["items"]]
    assert all("content_html" not in each for each in feed.json()["items"])


async def test_json_csv_and_the_site_map_give_the_texts_as_data(world: World) -> None:
    found = await world.system.browser.get(f"/api/search?q={TAG}")
    assert TITLE in [each["title"] for each in found.json()["documents"]]
    whole = await world.system.browser.get(f"/api/documents/{path_of(world, 'published').removeprefix('/d/')}")
    assert whole.json()["title"] == TITLE
    assert live_code(f"<div>{whole.json()['body_html']}</div>") == []
    for path in ("/api/documents", "/api/columns", "/openapi.json", "/asyncapi.json"):
        answer = await world.system.browser.get(path)
        assert answer.headers["content-type"].startswith("application/json"), path
    site_map = ET.fromstring((await world.system.browser.get("/sitemap.xml")).content)
    assert len(site_map) > 5
    table = await world.system.browser.get(f"/search.csv?q={TAG}")
    assert table.headers["content-type"].startswith("text/csv")
    assert "attachment" in table.headers["content-disposition"]


async def test_followers_of_the_accounts_see_text(world: World) -> None:
    for account in world.road.seed.accounts:
        page = await world.system.browser.get(f"{world.sandbox}/accounts/{account.platform}/{account.handle}")
        assert page.status_code == 200
        assert TAG in page.text
        assert [each for each in live_code(page.text) if each != "link href=data:,"] == []


async def test_a_file_with_a_bad_name_is_given_under_a_harmless_header(world: World) -> None:
    view = await world.road.see(world.documents["published"]["id"])
    (file,) = view["content"]["attachments"]
    answer = await world.system.browser.get(f"/files/{file['digest'].replace(':', '-')}/x")
    header = answer.headers["content-disposition"]
    assert answer.status_code == 200
    assert header.startswith("attachment; filename*=UTF-8''")
    assert not set('"<>\r\n;') & set(header.removeprefix("attachment; "))
    assert answer.headers["content-type"] == "application/octet-stream"


async def test_every_sentence_about_a_payload_is_json_or_escaped(world: World) -> None:
    """Refusals quote what was typed; they must not serve it."""
    async with world.browsing("drafter") as browser:
        for path in (f"/publication/documents/{PAYLOAD}", f"/publication/documents?q={PAYLOAD}&state={PAYLOAD}", f"/identity/sign-in?next={PAYLOAD}",
                     f"/newmedia/accounts/{PAYLOAD}", f"/publication/releases?state={PAYLOAD}", f"/identity/people?q={PAYLOAD}"):  # fmt: skip
            page = await browser.get(path)
            assert page.status_code < 500, path
            if page.headers.get("content-type", "").startswith("text/html"):
                assert live_code(page.text) == [], path
        form = await browser.post(
            "/identity/sign-in", data={"login": PAYLOAD, "password": PAYLOAD, "next": f"javascript:{MARK}"}
        )
        assert live_code(form.text) == []


async def test_nothing_waits_in_quarantine_because_of_odd_texts(world: World) -> None:
    for service in ("identity", "publication", "newmedia-sync", "request", "portal"):
        assert await world.fetch(service, "SELECT reason FROM quarantine") == [], service
