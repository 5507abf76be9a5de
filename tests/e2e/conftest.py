"""The whole system as a person starts it, once for all promises, and a browser to look at it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext
from tests.support.browser import a_browser
from tests.support.demonstrated import Demonstrated, a_demonstrated_system


@pytest.fixture(scope="session")
async def demonstrated() -> AsyncIterator[Demonstrated]:
    """`gongkai demo` in a folder of its own, after it has played and checked itself."""
    async with a_demonstrated_system() as system:
        yield system


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as browser:
        yield browser


@pytest.fixture
def browser_settings() -> dict[str, Any]:
    """Override in a test module to look with a phone, or without JavaScript."""
    return {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture
async def visitor(browser: Browser, browser_settings: dict[str, Any]) -> AsyncIterator[BrowserContext]:
    """Give a person with a browser of their own: no cookies of anybody else."""
    context = await browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **browser_settings)
    yield context
    await context.close()
