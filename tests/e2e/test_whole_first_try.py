"""An officer who has never seen it publishes a document on the first try, on every channel at one instant."""

import re

import pytest
from playwright.async_api import Browser
from tests.support.demonstrated import (
    Demonstrated,
    act_on,
    only,
    shown_everywhere,
    sign,
    take_through_reviews,
    write_and_submit,
)
from tests.support.eventually import eventually

TITLE = "夜间消费聚集区明码标价提示"


@pytest.mark.timeout(300)
async def test_a_text_written_in_a_page_reaches_the_site_and_both_accounts_in_one_instant(
    demonstrated: Demonstrated, browser: Browser
) -> None:
    asked = only(demonstrated.url)
    async with demonstrated.person(browser, "nigao") as page:
        asked.listen(page)
        await write_and_submit(page, TITLE)
    await take_through_reviews(demonstrated, browser, TITLE)
    async with demonstrated.person(browser, "gongkaiban") as page:
        asked.listen(page)
        await sign(page, TITLE)
        release = page.url

        async def closed() -> bool:
            await page.goto(release)
            return "毫秒" in await page.inner_text("main")

        await eventually(closed, timeout=40, poll=0.3)
        skew = re.search(r"([\d.]+)\s*毫秒", await page.inner_text("main"))
    await shown_everywhere(demonstrated, browser, TITLE)

    assert skew is not None
    assert float(skew[1]) < 1000
    assert asked.strangers == []


@pytest.mark.timeout(120)
async def test_a_reviewer_sees_what_the_checks_found_beside_the_text_and_sends_it_back(
    demonstrated: Demonstrated, browser: Browser
) -> None:
    title = "跨境电商业务培训情况"
    await waits_for_second_review(demonstrated, title, "培训由攻府主管部门组织，联系人手机13800000000。")
    async with demonstrated.person(browser, "fushen") as page:
        await act_on(page, title)
        findings = page.get_by_role("region", name=re.compile("检查结果"))
        await findings.get_by_text("攻府").first.wait_for()
        said = await findings.inner_text()
        marked = await page.get_by_role("region", name="正文").locator(".find-mark").all_inner_texts()
        await page.get_by_label("复审意见").fill("请改正机关名称，隐去个人手机号码")
        await page.get_by_role("button", name="退回修改").click()
        await page.get_by_role("heading", level=1, name=title).wait_for()

    async with demonstrated.person(browser, "nigao") as page:
        waiting = await page.get_by_role("main").locator("li, tr").filter(has_text=title).inner_text()

    assert "手机号码" in said
    assert any("攻府" in text for text in marked)
    assert "退回" in waiting


async def waits_for_second_review(system: Demonstrated, title: str, body: str) -> None:
    """Bring a text with mistakes to the second review, through the API."""
    content = {"title": title, "kind": "news", "column_id": "wmfz", "body": body}
    async with system.program("nigao") as drafter, system.program("chujiao") as proofreader:
        document = (await drafter.post("documents", json=content)).json()["id"]
        for client, path, body_ in (
            (drafter, "submit", {"edition": 1}),
            (drafter, "marks", {"edition": 1, "step": "first-review"}),
            (proofreader, "marks", {"edition": 1, "step": "first-proof"}),
        ):
            answer = await client.post(f"documents/{document}/{path}", json=body_)
            assert answer.is_success, answer.text

        async def checked() -> bool:
            return bool((await drafter.get(f"documents/{document}/findings")).json()["checked"])

        await eventually(checked, timeout=30, poll=0.1)
