"""An administrator sets up the house in a browser; every page works with a keyboard, on a phone, in the dark, without scripts."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from axe_core_python.async_playwright import Axe
from playwright.async_api import Browser, Page
from tests.support.eventually import eventually
from tests.support.identity_office import ORGAN, PASSWORD, Office, an_office

from gongkai.local import ports
from identity import setup

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass
class House:
    office: Office
    url: str


@pytest.fixture(scope="module")
async def house(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with an_office(postgres, tmp_path_factory.mktemp("house")) as office:
        await office.hire("nigao", "drafter", name="拟稿甲")
        await office.hire("chuzhang", "section_head", "openness_officer", name="处长乙")
        await office.as_service("POST", "/notices", json={"notices": [
            {"key": "1", "organ_id": str(office.ids["organ"]), "action": "mark.second-review", "href": "/publication/1", "label": "标准化菜市场建设三年行动方案", "due_at": "2026-03-09T09:00:00+08:00"},
            {"key": "2", "organ_id": str(office.ids["organ"]), "action": "openness.decide", "href": "/publication/2"},
        ]})
        port = ports.free_port()
        server = uvicorn.Server(uvicorn.Config(office.host.app, port=port, log_level="warning", lifespan="off"))
        serving = asyncio.create_task(server.serve())
        await eventually(lambda: server.started)
        yield House(office, f"http://127.0.0.1:{port}")
        server.should_exit = True
        await serving


async def sign_in(page: Page, house: House, login: str) -> None:
    await page.goto(f"{house.url}/identity/sign-in?next=/identity/me")
    await page.fill("#login", login)
    await page.fill("#password", PASSWORD)
    await page.click("main button[type=submit]")
    await page.wait_for_url("**/identity/me*")


PAGES = [
    ("guanli", "/identity/people"), ("guanli", "/identity/people/new"), ("guanli", "/identity/people/{nigao}"),
    ("guanli", "/identity/people/{nigao}/leave"), ("guanli", "/identity/organ"), ("guanli", "/identity/roles"),
    ("guanli", "/identity/tokens"), ("guanli", "/identity/me/password"), ("chuzhang", "/identity/me"),
    ("chuzhang", "/identity/notices"), ("nigao", "/identity/notices"), ("nigao", "/identity/people"),
    ("nigao", "/identity/components"), (None, "/identity/sign-in"), (None, "/identity/set-password"),
    (None, "/identity/forgotten"), (None, "/identity/nothing-here"),
]  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark")])
async def test_every_page_is_accessible_fits_and_needs_no_script(browser: Browser, house: House, width: int, scheme: str):
    for login in dict.fromkeys(login for login, _ in PAGES):
        context = await browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, locale="zh-CN", bypass_csp=True
        )
        page = await context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        if login:
            await sign_in(page, house, login)
        for path in (path for who, path in PAGES if who == login):
            await page.goto(house.url + path.format(**house.office.ids))
            found = await Axe().run(page, options=RULES)
            faults = [(each["id"], [node["html"][:120] for node in each["nodes"]][:3]) for each in found["violations"]]
            assert faults == [], (path, width, scheme)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert [url for url in asked if not url.startswith(house.url)] == []
        await context.close()


async def test_the_first_start_is_done_in_a_browser_without_javascript(browser: Browser, postgres: Any, tmp_path):
    async with an_office(postgres, tmp_path, started=False) as office:
        port = ports.free_port()
        server = uvicorn.Server(uvicorn.Config(office.host.app, port=port, log_level="warning", lifespan="off"))
        serving = asyncio.create_task(server.serve())
        await eventually(lambda: server.started)
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()

        await page.goto(f"http://127.0.0.1:{port}/identity/")
        await page.get_by_role("button", name="完成设置").click()
        assert await page.get_by_role("alert").is_visible()
        for name in ("name", "short_name", "slug", "credit_code"):
            await page.fill(f"#{name}", str(ORGAN[name]))
        await page.fill("#setup_code", setup.read(office.kit.settings.data_dir) or "")
        for name, words in {"name": "管理员甲", "login": "guanli", "password": PASSWORD, "again": PASSWORD}.items():
            await page.fill(f"#admin_{name}", words)
        await page.get_by_role("button", name="完成设置").click()

        assert await page.get_by_role("heading", name="人员和角色", level=1).is_visible()
        assert await page.get_by_role("link", name="管理员甲").first.is_visible()
        await context.close()
        server.should_exit = True
        await serving


async def test_a_keyboard_finds_the_skip_link_first_and_reaches_the_button(browser: Browser, house: House):
    page = await (await browser.new_context()).new_page()
    await page.goto(f"{house.url}/identity/sign-in")

    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "跳到正文"
    await page.focus("#login")
    await page.keyboard.type("nigao")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Tab")
    ring = await page.evaluate("getComputedStyle(document.activeElement).boxShadow")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/publication/**")

    assert "rgb(255, 197, 61)" in ring
    await page.context.close()
