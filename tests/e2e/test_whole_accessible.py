"""No page of the whole system has a barrier that a machine can see, and none asks another host for anything."""

from pathlib import Path
from typing import Any

import axe_core_python
import pytest
from playwright.async_api import Browser, Page
from tests.support.demonstrated import Demonstrated, only

AXE = next((Path(axe_core_python.__file__).parent).rglob("axe*.js")).read_text("utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PUBLIC = (
    "/", "/columns", "/columns/cxf", "/columns/zcwj", "/library", "/catalogue", "/openness", "/guide",
    "/search?q=认定", "/search?q=没有这个词", "/sitemap", "/subscribe", "/data", "/nowhere",
)  # fmt: skip
OFFICER = (
    "/publication/", "/publication/documents", "/publication/documents/new", "/publication/documents/import",
    "/publication/releases", "/publication/releases?scope=all", "/publication/catalogue", "/publication/catalogue/revisions",
    "/publication/audit", "/publication/clocks", "/publication/quarantine",
    "/newmedia/", "/identity/me", "/identity/notices",
)  # fmt: skip
SIZES = [(1280, 900), (390, 844)]


async def faults(page: Page) -> list[Any]:
    await page.evaluate(AXE)
    found = await page.evaluate("rules => axe.run(document, rules)", RULES)
    return [(each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in found["violations"]]


@pytest.fixture(scope="module")
async def documents(demonstrated: Demonstrated) -> dict[str, dict[str, Any]]:
    """Return documents in different states, by the word that tells them apart."""
    titles = {
        "policy": "济南市跨境电子商务园区、平台、海外仓认定办法",
        "findings": "单用途商业预付卡投诉办理情况通报",
        "ready": "县域商业体系建设进展情况",
        "draft": "再生资源回收体系发展规划公开征集意见建议情况",
        "corrected": "关于家政企业进驻家政信用信息平台的通知",
        "gone": "关于征集夜间经济聚集区特色活动的通知",
    }
    return {word: await demonstrated.row(title) for word, title in titles.items()}


@pytest.mark.parametrize("size", SIZES)
async def test_no_public_page_has_a_barrier(
    demonstrated: Demonstrated, browser: Browser, documents: dict[str, dict[str, Any]], size: tuple[int, int]
) -> None:
    asked = only(demonstrated.url)
    width, height = size
    context = await browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", bypass_csp=True)
    asked.listen(context)
    page = await context.new_page()
    policy = documents["policy"]["permalink"]

    for path in (
        *PUBLIC,
        policy,
        f"{policy}?print=1",
        documents["corrected"]["permalink"],
        documents["gone"]["permalink"],
    ):
        await page.goto(demonstrated.url + path)
        assert await faults(page) == [], (path, size)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, path

    assert asked.strangers == []
    await context.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("size", SIZES)
async def test_no_officer_page_has_a_barrier(
    demonstrated: Demonstrated, browser: Browser, documents: dict[str, dict[str, Any]], size: tuple[int, int]
) -> None:
    asked = only(demonstrated.url)
    width, height = size
    viewport = {"width": width, "height": height}
    base = {word: f"/publication/documents/{row['id']}" for word, row in documents.items()}
    async with demonstrated.program("gongkaiban") as client:
        releases = (await client.get("releases", params={"document_id": documents["policy"]["id"]})).json()["releases"]
    of_documents = [
        *base.values(),
        f"{base['draft']}/preview",
        f"{base['findings']}/disclosure",
        f"{base['ready']}/sign",
        f"{base['ready']}/edit",
        f"{base['policy']}/record",
        f"{base['policy']}/interpretations",
        f"{base['corrected']}/compare",
        f"/publication/audit/{documents['policy']['id']}",
        f"/publication/releases/{releases[0]['id']}",
    ]
    async with demonstrated.person(browser, "gongkaiban", viewport=viewport, bypass_csp=True) as page:
        asked.listen(page)
        for path in (*OFFICER, *of_documents):
            answer = await page.goto(demonstrated.url + path)
            assert answer is not None
            assert answer.status == 200, (path, answer.status)
            assert await faults(page) == [], (path, size)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path

    assert asked.strangers == []


@pytest.mark.parametrize("size", SIZES)
async def test_no_page_of_the_played_platforms_has_a_barrier(
    demonstrated: Demonstrated, browser: Browser, size: tuple[int, int]
) -> None:
    asked = only(demonstrated.sandbox_url)
    width, height = size
    context = await browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", bypass_csp=True)
    asked.listen(context)
    page = await context.new_page()

    for path in ("/", "/faults", "/accounts/wechat/wx5a0d2f6c9e31b874", "/accounts/weibo/7100200301"):
        await page.goto(demonstrated.sandbox_url + path)
        assert await faults(page) == [], (path, size)

    assert asked.strangers == []
    await context.close()
