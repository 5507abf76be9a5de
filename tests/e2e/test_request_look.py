"""Every page of the request service, as a citizen and an officer see it: clean for a screen reader, fits any screen."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from axe_core_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext
from tests.support.request_office import FACTOR, Office, an_office
from tests.support.request_scenes import scenes

from gongkai.web.cookies import SESSION_COOKIE

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PUBLIC = (
    "/request/", "/request/apply", "/request/form", "/request/mine", "/request/verify", "/request/verify/{letter}",
)  # fmt: skip
MINE = ("/request/mine", "/request/mine/correction", "/request/mine/withdraw", "/request/mine/objection")
DESK = {
    "drafter": (
        "", "?mine=1", "/new", "/cases", "/cases?q=nothing", "/conversions", "/cases/{running}", "/cases/{waiting}",
        "/cases/{answered}", "/cases/{fresh}", "/cases/{running}/person", "/cases/{running}/letters",
        "/cases/{answered}/letters", "/cases/{running}/reply", "/cases/{drafted}/reply", "/cases/{running}/files",
        "/cases/{running}/files/{file}/redact", "/cases/{running}/split", "/cases/{running}/do/correction",
        "/cases/{running}/do/consult", "/cases/{fresh}/do/receive", "/cases/{running}/do/assign",
        "/cases/{running}/do/fee", "/cases/{running}/do/search", "/cases/{answered}/do/remedy", "/library", "/library?q=消费券", "/library/{answered}", "/cases/{again}/similar",
        "/cases/{again}/reply", "/cases/{again}", "/cases/{waiting}/objections", "/messages", "/messages?state=failed", "/cases/{consulted}",
        "/cases/{consulted}/people", "/cases/{consulted}/people/{party}", "/cases/{consulted}/files",
        "/cases/{consulted}/letters",
    ),
    "section_head": ("", "/cases/{drafted}/reply"),
    "openness_officer": (
        "/cases/{answered}/conversion/{review}", "/settings", "/cases/{answered}/erase", "/cases/{running}/do/extend",
        "/counts", "/import", "/ladder", "/cases/{consulted}/people", "/cases/{consulted}/people/{party}/erase",
    ),
    "supervisor": ("", "/cases/{running}"),
}  # fmt: skip


@pytest.fixture(scope="module")
async def office(postgres: Any, kafka: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("look")) as running:
        yield running


@pytest.fixture(scope="module")
async def ids(office: Office) -> dict[str, str]:
    return await scenes(office)


async def context_of(browser: Browser, office: Office, who: str, **how: Any) -> BrowserContext:
    context = await browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **how)
    if who:
        await context.add_cookies([{"name": SESSION_COOKIE, "value": office.token(who), "url": office.system.url}])
    return context


async def looked_at(context: BrowserContext, office: Office, paths: tuple[str, ...], width: int) -> None:
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in paths:
        answer = await page.goto(office.system.url + path)
        assert answer is not None
        assert answer.status == 200, path
        found = await Axe().run(page, options=RULES)
        faults = [(each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in found["violations"]]
        assert faults == [], (path, width)
        for narrow in (width, 320) if width < 400 else (width,):
            await page.set_viewport_size({"width": narrow, "height": 900})
            assert await page.evaluate("document.documentElement.scrollWidth") <= narrow, (path, narrow)
        await page.set_viewport_size({"width": width, "height": 900})
    assert [url for url in asked if not url.startswith(office.system.url)] == []


async def follow(context: BrowserContext, office: Office, code: str) -> None:
    await context.clear_cookies()
    page = await context.new_page()
    await page.goto(f"{office.system.url}/request/mine")
    await page.fill("#code", code)
    await page.fill("#factor", FACTOR)
    await page.click("main button[type=submit]")
    await page.wait_for_url("**/request/mine")
    await page.close()


@pytest.mark.parametrize("width", [1280, 390])
async def test_what_citizens_see_is_clean_for_a_screen_reader_and_fits(browser: Browser, office: Office, ids: dict[str, str], width: int):
    context = await context_of(browser, office, "", viewport={"width": width, "height": 900})
    await looked_at(context, office, tuple(path.format(**ids) for path in PUBLIC), width)
    await follow(context, office, ids["code"])
    await looked_at(context, office, MINE, width)
    await follow(context, office, ids["counted"])
    await looked_at(context, office, MINE[:1], width)
    await context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark")])
async def test_what_officers_see_is_clean_for_a_screen_reader_and_fits(browser: Browser, office: Office, ids: dict[str, str], width: int, scheme: str):
    for who, paths in DESK.items():
        context = await context_of(browser, office, who, viewport={"width": width, "height": 900}, color_scheme=scheme)
        await looked_at(context, office, tuple(f"/request/desk{path.format(**ids)}" for path in paths), width)
        await context.close()


async def test_a_citizen_applies_with_a_keyboard_and_without_scripts(browser: Browser, office: Office):
    context = await context_of(browser, office, "", java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{office.system.url}/request/apply")
    await page.keyboard.press("Tab")
    assert await page.locator(":focus").inner_text() == "跳到正文"
    await page.click("main button[value=submit]")
    assert "处需要修改" in await page.title()
    await page.fill("#name", "计划测试己")
    await page.fill("#proof", "999999198001010097")
    await page.fill("#phone", "13912345678")
    await page.fill("#description", "2024年外贸展会补贴的企业名单")
    await page.focus("main button[value=submit]")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=查询码")
    shown = await page.inner_text("main")
    address = page.url
    await context.close()

    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", shown)
    assert address.endswith("/request/apply")
