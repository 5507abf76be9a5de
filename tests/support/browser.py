"""The system's own Chromium, driven by Playwright. Nothing is downloaded."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str:
    """Return the path of the installed browser."""
    given = os.environ.get("GONGKAI_CHROMIUM")
    found = given or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise RuntimeError(
            "没有找到 Chromium：Debian 上请执行 apt install chromium fonts-noto-cjk，或设置 GONGKAI_CHROMIUM"
        )
    return found


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Start a browser that asks nobody outside for anything."""
    # As root, and in a container, Chromium cannot make its own sandbox.
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"] if os.geteuid() == 0 else ["--disable-dev-shm-usage"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(),
            args=[*arguments, "--disable-background-networking", "--disable-component-update", "--no-first-run"],
        )
        try:
            yield browser
        finally:
            await browser.close()
