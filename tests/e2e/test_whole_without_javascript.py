"""Everything works in a browser that runs no scripts: it only looks plainer."""

import pytest
from playwright.async_api import Browser
from tests.support.demonstrated import (
    Demonstrated,
    only,
    shown_everywhere,
    sign,
    take_through_reviews,
    write_and_submit,
)

TITLE = "老字号展销活动不用脚本也能发布"
PLAIN = {"java_script_enabled": False}


@pytest.mark.timeout(300)
async def test_the_whole_road_is_walked_without_a_script(demonstrated: Demonstrated, browser: Browser) -> None:
    async with demonstrated.person(browser, "nigao", **PLAIN) as page:
        await write_and_submit(page, TITLE)
    await take_through_reviews(demonstrated, browser, TITLE, **PLAIN)
    async with demonstrated.person(browser, "gongkaiban", **PLAIN) as page:
        await sign(page, TITLE)

    address = await shown_everywhere(demonstrated, browser, TITLE)

    assert address.startswith(f"{demonstrated.url}/d/jnsw-")


async def test_a_citizen_reads_searches_and_subscribes_without_a_script(
    demonstrated: Demonstrated, browser: Browser
) -> None:
    asked = only(demonstrated.url)
    context = await browser.new_context(locale="zh-CN", **PLAIN)
    asked.listen(context)
    page = await context.new_page()
    await page.goto(demonstrated.url)
    await page.get_by_role("searchbox").fill("海外仓 认定")
    await page.get_by_role("button", name="搜索").click()
    await (
        page.get_by_role("main").get_by_role("link", name="济南市跨境电子商务园区、平台、海外仓认定办法").first.click()
    )
    articles = await page.inner_text("main")
    await page.goto(f"{demonstrated.url}/subscribe")
    feeds = await page.get_by_role("main").get_by_role("link").count()
    await context.close()

    assert "第十六条" in articles
    assert "济商务字〔2023〕18号" in articles
    assert feeds > 3
    assert asked.strangers == []
