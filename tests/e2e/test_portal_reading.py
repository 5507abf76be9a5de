"""A reader can find, read, enlarge and print what is public, with a keyboard, a phone, and no JavaScript."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import uvicorn
from axe_core_python.async_playwright import Axe
from playwright.async_api import BrowserContext, Page
from tests.support.eventually import eventually
from tests.support.portal_world import Site, a_site

from gongkai.contracts.publication import DocumentRepealed, DocumentWithdrawn
from gongkai.contracts.values import RelatedDocument
from gongkai.local import ports

POLICY = "/d/jnsw-2026-90001"
TABLE = (
    "<table><thead><tr><th>类别</th><th>面积（平方米）</th><th>企业数量</th><th>评价周期</th></tr></thead>"
    "<tbody><tr><td>园区</td><td>5000</td><td>20</td><td>每年一次</td></tr></tbody></table>"
)


async def _filled(site: Site) -> None:
    policy = uuid4()
    link = RelatedDocument(relation="interprets", document_id=policy, title="办法", permalink=POLICY, form="qa")
    await site.publish(
        document_id=policy, title="济南市跨境电子商务园区、平台、海外仓认定管理办法", kind="normative", permalink=POLICY,
        column_id="normative", column_name="行政规范性文件", document_number="济商发〔2026〕4号",
        formed_on=date(2026, 3, 9), themes=("商贸、海关、旅游\\对外经贸合作",),
        body_html=f"<p>各有关单位：</p><h2>第一章　总则</h2><p>为规范认定，制定本办法。</p>{TABLE}",
        attachments=[("附件1 申报表.docx", b"form", "application/msword")],
    )
    await site.publish(title="十个问题看懂认定办法", kind="interpretation", column_id="explained", related=(link,))
    for number in range(25):
        await site.publish(title=f"关于做好商务运行监测工作的通知（第{number}期）")
    void = await site.publish(title="旧办法", kind="policy", permalink="/d/jnsw-2026-90002", column_id="other-policy")
    gone = await site.publish(title="某项决定", permalink="/d/jnsw-2026-90003")
    site.clock.advance(seconds=1)
    await site.hear(DocumentRepealed(
        document_id=void.document_id, release_id=uuid4(), validity="void", explanation="期满失效。",
        repealed_on=date(2026, 3, 10), replaced_by=policy, permalink=void.permalink,
    ))  # fmt: skip
    await site.hear(DocumentWithdrawn(
        document_id=gone.document_id, release_id=uuid4(), explanation="依法撤回。", withdrawn_at=site.now,
        permalink=gone.permalink,
    ))  # fmt: skip
    site.clock.advance(seconds=1)


@pytest.fixture(scope="module")
async def public(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Return the address of a site with one document of each kind of fate."""
    folder: Path = tmp_path_factory.mktemp("public")
    async with a_site(await postgres.database("portal_e2e"), folder) as site:
        await _filled(site)
        port = ports.free_port()
        server = uvicorn.Server(uvicorn.Config(site.app, port=port, log_level="error", lifespan="off"))
        server.install_signal_handlers = lambda: None  # type: ignore[method-assign]
        serving = asyncio.create_task(server.serve())
        await eventually(lambda: server.started)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        await serving


PAGES = (
    "/", POLICY, "/d/jnsw-2026-90002", "/d/jnsw-2026-90003", "/columns/notices", "/columns/policy", "/columns", "/library",
    "/search?q=办法", "/search?q=办法&kind=normative", "/search?q=不存在的词", "/search", "/catalogue", "/guide", "/openness",
    "/sitemap", "/subscribe", "/data", "/accessibility", "/nowhere", f"{POLICY}?print=1",
)  # fmt: skip


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", PAGES)
async def test_no_page_has_a_barrier_that_a_machine_can_see(
    public: str, visitor: BrowserContext, path: str, width: int
) -> None:
    page = await visitor.new_page()
    await page.set_viewport_size({"width": width, "height": 900})
    await page.goto(public + path)

    found = await Axe().run(page)

    assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []


@pytest.mark.parametrize("path", ["/", POLICY, "/columns/notices", "/library", "/search?q=办法", "/catalogue", "/subscribe"])
async def test_nothing_runs_out_of_a_narrow_screen_not_even_in_large_type(
    public: str, visitor: BrowserContext, path: str
) -> None:
    page = await visitor.new_page()
    await page.set_viewport_size({"width": 320, "height": 700})
    for size in ("normal", "large"):
        await page.goto(f"{public}/display/size/{size}?next={path}")
        await page.goto(public + path)

        wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

        assert wide <= 0, size


async def test_a_reader_with_a_keyboard_searches_narrows_and_reads(public: str, visitor: BrowserContext) -> None:
    page = await visitor.new_page()
    await page.goto(public)
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "跳到正文"
    await page.focus("#q")
    await page.keyboard.type("认定")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/search?q=*")
    await page.get_by_label("行政规范性文件").check()
    await page.click("text=按条件筛选")
    await page.click("ol.hits a")

    assert page.url == public + POLICY
    assert await page.text_content("h1") == "济南市跨境电子商务园区、平台、海外仓认定管理办法"
    await page.click("text=十个问题看懂认定办法")
    assert await page.locator(f'a[href="{POLICY}"]').count() == 1


async def test_every_page_is_whole_without_javascript_and_asks_no_other_host(public: str, browser: Any) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page: Page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if "Content Security" in message.text else None)
    for path in PAGES:
        await page.goto(public + path)
        assert await page.locator("h1").count() == 1
    await context.close()

    assert {url.split("/")[2] for url in asked} == {public.split("/")[2]}
    assert troubles == []


async def test_large_type_stays_from_page_to_page(public: str, visitor: BrowserContext) -> None:
    page = await visitor.new_page()
    await page.goto(public + POLICY)
    before = await page.evaluate("parseFloat(getComputedStyle(document.querySelector('.prose p')).fontSize)")
    await page.click("text=大字版")
    after = await page.evaluate("parseFloat(getComputedStyle(document.querySelector('.prose p')).fontSize)")
    await page.click("text=政策文件")

    assert page.url.endswith("/columns/policy")
    assert after >= before * 1.33
    assert after >= 24
    assert await page.get_attribute("html", "data-size") == "large"
