# ruff: noqa: INP001  a script, not a package
"""Makes the pictures of the README: starts the system with the sample content in a folder of its own and looks at it.

.venv/bin/python tools/screenshots.py [folder for the pictures]
"""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.async_api import Browser, Page
from tests.support.browser import a_browser
from tests.support.demonstrated import Demonstrated, a_demonstrated_system

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "images"
POLICY = "济南市跨境电子商务园区、平台、海外仓认定办法"
FINDINGS = "单用途商业预付卡投诉办理情况通报"
WECHAT = "/accounts/wechat/wx5a0d2f6c9e31b874"
SIZE = {"width": 1280, "height": 860}


async def picture(page: Page, address: str, file: Path) -> None:
    """Look at one page. What moves is stopped, so that two runs give the same picture."""
    await page.goto(address)
    await page.evaluate("document.fonts.ready")
    taken = await page.screenshot(path=file, animations="disabled", caret="hide")
    sys.stdout.write(f"{file.name}  {len(taken) // 1024} KB\n")


async def of_the_public(system: Demonstrated, browser: Browser, folder: Path) -> None:
    policy = (await system.row(POLICY))["permalink"]
    context = await browser.new_context(viewport=SIZE, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = await context.new_page()
    await picture(page, system.url, folder / "portal-home.png")
    await picture(page, system.url + policy, folder / "document.png")
    await picture(page, f"{system.url}/search?q=海外仓", folder / "search.png")
    await context.close()
    phone = await browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, locale="zh-CN"
    )
    page = await phone.new_page()
    await picture(page, system.url + policy, folder / "document-phone.png")
    await picture(page, system.sandbox_url + WECHAT, folder / "wechat-sandbox.png")
    await phone.close()


async def of_officers(system: Demonstrated, browser: Browser, folder: Path) -> None:
    waiting = (await system.row(FINDINGS))["id"]
    async with system.person(browser, "gongkaiban", viewport=SIZE) as page:
        await picture(page, f"{system.url}/publication/", folder / "queue.png")
        await picture(page, f"{system.url}/publication/releases", folder / "release-matrix.png")
    async with system.person(browser, "fushen", viewport=SIZE) as page:
        await picture(page, f"{system.url}/publication/documents/{waiting}", folder / "review.png")


async def main(folder: Path) -> None:
    async with a_demonstrated_system() as system, a_browser() as browser:
        await of_the_public(system, browser, folder)
        await of_officers(system, browser, folder)


if __name__ == "__main__":
    wanted = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    wanted.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(wanted))
