"""A keyboard is enough: nothing needs a mouse, focus is always seen, nothing traps it."""

import pytest
from playwright.async_api import Browser, Page
from tests.support.demonstrated import Demonstrated

MOST_TABS = 150
TITLE = "鲁菜美食文化节只用键盘起草"


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; it must also be seen to have it."""
    for _ in range(MOST_TABS):
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{selector} was not reached with {MOST_TABS} tabs on {page.url}")


async def choose(page: Page, label: str) -> None:
    """Walk a list with the arrow keys until it shows this."""
    for key in ("Home", *["ArrowDown"] * 60):
        await page.keyboard.press(key)
        if label == await page.evaluate("document.activeElement.selectedOptions[0].text.trim()"):
            return
    raise AssertionError(f"{label} is not in the list")


async def focus_is_seen(page: Page) -> bool:
    return bool(
        await page.evaluate(
            """() => {
                const style = getComputedStyle(document.activeElement);
                return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
                    || style.boxShadow !== 'none';
            }"""
        )
    )


@pytest.mark.timeout(180)
async def test_an_officer_signs_in_writes_and_submits_with_keys_alone(
    demonstrated: Demonstrated, browser: Browser
) -> None:
    page = await (await browser.new_context(locale="zh-CN")).new_page()
    await page.goto(f"{demonstrated.url}/publication/")
    await tab_to(page, "#login")
    await page.keyboard.type("nigao")
    await tab_to(page, "#password")
    await page.keyboard.type(demonstrated.passwords["nigao"])
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", level=1, name="我的待办").wait_for()

    await tab_to(page, "a[href='/publication/documents/new']")
    assert await focus_is_seen(page)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/documents/new")
    await tab_to(page, "#title")
    assert await focus_is_seen(page)
    await page.keyboard.type(TITLE)
    await tab_to(page, "#body")
    await page.keyboard.type("鲁菜美食文化节邀请市民品鲁菜、评鲁菜。")
    await tab_to(page, "#kind")
    await choose(page, "新闻")
    await tab_to(page, "#column_id")
    await choose(page, "促进消费")
    await tab_to(page, "button[name=then][value=read]")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", level=1, name=TITLE).wait_for()
    await tab_to(page, "a[href$='/submit']")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/submit")
    await tab_to(page, "main button[type=submit]")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**done=submitted**")

    assert "初审" in await page.title()
    await page.context.close()


async def test_a_mistake_moves_the_focus_to_the_sentence_that_says_it(
    demonstrated: Demonstrated, browser: Browser
) -> None:
    async with demonstrated.person(browser, "nigao") as page:
        await page.goto(f"{demonstrated.url}/publication/documents/new")
        await page.get_by_role("button", name="保存", exact=True).click()
        alert = page.get_by_role("alert")
        await alert.wait_for()

        await alert.get_by_role("link").first.click()

        assert await page.evaluate("document.activeElement.id") == "title"
