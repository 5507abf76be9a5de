"""A citizen with a telephone finds, reads and follows what the bureau made public."""

from typing import Any

import httpx
import pytest
from playwright.async_api import BrowserContext
from tests.support.demonstrated import Demonstrated, only

POLICY = "济南市跨境电子商务园区、平台、海外仓认定办法"
WITHDRAWN = "关于征集夜间经济聚集区特色活动的通知"


@pytest.fixture
def browser_settings() -> dict[str, Any]:
    return {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}


async def test_a_policy_is_found_by_a_word_and_read_with_its_interpretations(
    demonstrated: Demonstrated, visitor: BrowserContext
) -> None:
    asked = only(demonstrated.url)
    asked.listen(visitor)
    page = await visitor.new_page()
    await page.goto(demonstrated.url)
    await page.get_by_role("searchbox").fill("海外仓")
    await page.keyboard.press("Enter")
    await page.get_by_role("main").get_by_role("link", name=POLICY).first.tap()
    await page.get_by_role("heading", level=1, name=POLICY).wait_for()
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    await page.get_by_role("link", name="跨境电商园区、平台、海外仓认定简明问答").first.tap()
    await page.get_by_role("heading", level=1, name="跨境电商园区、平台、海外仓认定简明问答").wait_for()
    answer = await page.inner_text("main")

    assert wide <= 0
    assert "认定工作不收取任何费用" in answer
    assert await page.get_by_role("link", name=POLICY).count() >= 1
    assert asked.strangers == []


async def test_the_real_work_plan_is_read_with_its_five_parts(
    demonstrated: Demonstrated, visitor: BrowserContext
) -> None:
    page = await visitor.new_page()
    await page.goto(f"{demonstrated.url}/columns/jhzj")
    await page.get_by_role("main").get_by_role("link", name="济南市商务局2023年政务公开工作要点").tap()
    await page.get_by_role("heading", level=1, name="济南市商务局2023年政务公开工作要点").wait_for()

    headings = [await each.inner_text() for each in await page.get_by_role("main").get_by_role("heading").all()]

    for part in (
        "一、聚焦商务中心工作，推动重点事项主动公开",
        "二、规范行政决策，推动常态化政务公开",
        "三、围绕政策解读，推动便民化政务公开",
        "四、严格规范标准，推动精准化政务公开",
        "五、强化工作保障，推动高水平政务公开",
    ):
        assert part in headings


async def test_a_withdrawn_notice_says_that_it_is_gone_and_why(
    demonstrated: Demonstrated, visitor: BrowserContext
) -> None:
    gone = await demonstrated.row(WITHDRAWN)
    page = await visitor.new_page()

    answer = await page.goto(demonstrated.url + gone["permalink"])

    assert answer is not None
    assert answer.status == 410
    assert "本通知撤回" in await page.inner_text("main")


async def test_a_corrected_notice_shows_the_new_text_and_what_changed(
    demonstrated: Demonstrated, visitor: BrowserContext
) -> None:
    page = await visitor.new_page()
    await page.goto(f"{demonstrated.url}/columns/tzgg")
    await page.get_by_role("main").get_by_role("link", name="关于家政企业进驻家政信用信息平台的通知").tap()
    await page.get_by_role("heading", level=1, name="关于家政企业进驻家政信用信息平台的通知").wait_for()

    text = await page.inner_text("main")

    assert "60日内完成注册" in text
    assert "注册时间由30日延长为60日" in text


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
async def test_every_feed_carries_what_was_published(demonstrated: Demonstrated, form: str) -> None:
    async with httpx.AsyncClient(base_url=demonstrated.url, trust_env=False) as client:
        answer = await client.get(f"/feeds/columns/gfxwj.{form}")
        again = await client.get(f"/feeds/columns/gfxwj.{form}", headers={"If-None-Match": answer.headers["etag"]})

    assert answer.status_code == 200
    assert POLICY in answer.text
    assert again.status_code == 304
