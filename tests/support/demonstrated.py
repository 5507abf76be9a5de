"""The whole system with its sample content, and the people who work in it through pages."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, BrowserContext, Page
from tests.support.eventually import eventually
from tests.support.stack import scratch_folder
from tests.support.system import System

STAYS = "系统继续运行"


@dataclass(frozen=True, slots=True)
class Demonstrated:
    """Where it answers, where the platforms are played, who can sign in."""

    home: Path
    url: str
    sandbox_url: str
    passwords: dict[str, str]

    @classmethod
    def at(cls, home: Path) -> "Demonstrated":
        about: dict[str, Any] = json.loads((home / "run" / "about.json").read_text())
        passwords: dict[str, str] = json.loads((home / "sample-officers.json").read_text())
        return cls(home, about["internal_url"], about["sandbox_url"], passwords)

    @asynccontextmanager
    async def person(self, browser: Browser, login: str, **settings: Any) -> AsyncIterator[Page]:
        """Seat an officer at a browser of their own, signed in, on the page of their work."""
        context = await browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **settings)
        context.set_default_timeout(90_000)  # six people at work on a small machine
        page = await context.new_page()
        await self.sign_in(page, login)
        yield page
        await context.close()

    @asynccontextmanager
    async def program(self, login: str) -> AsyncIterator[httpx.AsyncClient]:
        """Call the API of publication in the name of an officer."""
        async with httpx.AsyncClient(base_url=self.url, timeout=30, trust_env=False) as client:
            given = {"login": login, "password": self.passwords[login]}
            signed_in = await client.post("/identity/api/sessions", json=given)
            client.headers["Authorization"] = f"Bearer {signed_in.json()['token']}"
            client.base_url = httpx.URL(f"{self.url}/publication/api/")
            yield client

    async def row(self, title: str) -> dict[str, Any]:
        """Return the document of this title as the API lists it."""
        async with self.program("gongkaiban") as client:
            found = (await client.get("documents", params={"q": title})).json()
        return dict(next(row for row in found["documents"] if row["title"] == title))

    async def sign_in(self, page: Page, login: str) -> None:
        await page.goto(f"{self.url}/publication/")
        await page.get_by_label("登录名").fill(login)
        await page.get_by_label("密码", exact=True).fill(self.passwords[login])
        await page.get_by_role("main").get_by_role("button", name="登录").click()
        await page.get_by_role("heading", level=1, name="我的待办").wait_for()


@asynccontextmanager
async def a_demonstrated_system() -> AsyncIterator[Demonstrated]:
    """Start and play; or look at one that runs already, when GONGKAI_E2E_HOME names its folder."""
    given = os.environ.get("GONGKAI_E2E_HOME")
    if given:
        yield Demonstrated.at(Path(given))
        return
    system = System(scratch_folder() / "home", "demo")
    system.launch()

    def ready() -> bool:
        assert system.exit_code is None, system.said
        return STAYS in system.said

    await eventually(ready, timeout=480, poll=0.5, because="the demonstration has not ended")
    assert "全部符合" in system.said, system.said
    yield Demonstrated.at(system.home)
    assert await system.stop() == 0, system.said


def only(home_url: str, *others: str) -> "Asked":
    return Asked((home_url, *others))


class Asked:
    """Every address a browser asked for, and which of them are none of ours."""

    def __init__(self, ours: tuple[str, ...]) -> None:
        self._ours = ours
        self.urls: list[str] = []

    def listen(self, where: Page | BrowserContext) -> None:
        where.on("request", lambda request: self.urls.append(request.url))

    @property
    def strangers(self) -> list[str]:
        return [url for url in self.urls if not url.startswith((*self._ours, "data:", "blob:"))]


async def act_on(page: Page, title: str) -> None:
    """Press what the row of this document offers in the queue."""
    row = page.get_by_role("main").locator("li, tr").filter(has_text=title)
    await row.get_by_role("link").last.click()


async def write_and_submit(page: Page, title: str) -> None:
    """Do as the page says: new document, fill in, save, send to review."""
    await page.get_by_role("link", name="新建文件").click()
    await page.get_by_role("textbox", name="标题", exact=True).fill(title)
    await page.get_by_role("textbox", name="正文").fill(
        "夜间消费聚集区开放以后，请看清价格再下单。\n\n一、商家应当明码标价\n\n二、有问题拨打12345市民服务热线"
    )
    await page.get_by_role("textbox", name="摘要").fill("夜间消费聚集区开放，请看清价格再下单。")
    await page.get_by_label("类型").select_option(label="新闻")
    await page.get_by_label("栏目").select_option(label="促进消费")
    await page.get_by_role("button", name="保存，去看审校情况").click()
    await page.get_by_role("link", name="送审").first.click()
    await page.get_by_role("main").get_by_role("button", name="送审").click()
    await page.get_by_role("heading", level=1, name=title).wait_for()


async def put_mark(page: Page, title: str, step: str) -> None:
    """Read and pass, as the page offers it to the one whose turn it is."""
    await act_on(page, title)
    await page.get_by_role("heading", name=f"{step}决定").wait_for()
    await page.get_by_label(f"{step}意见").fill("核对无误，同意")
    await page.get_by_role("button", name="通过").click()
    await page.get_by_role("heading", level=1, name=title).wait_for()


async def review_disclosure(page: Page, title: str) -> None:
    """Give a conclusion on each item that is asked of this person."""
    await act_on(page, title)
    for conclusion in await page.get_by_role("group", name="结论").all():
        await conclusion.get_by_role("radio").first.check()
    await page.get_by_role("button", name="提交审查结论").click()
    await page.get_by_role("heading", level=1, name=title).wait_for()


async def sign(page: Page, title: str) -> None:
    """Sign off for release on every channel."""
    await act_on(page, title)
    await page.get_by_role("main").get_by_role("button", name="签发").click()
    await page.get_by_role("heading", level=1, name=title).wait_for()


MARKS = (
    ("nigao", "初审"),
    ("chujiao", "初校"),
    ("fushen", "复审"),
    ("fujiao", "复校"),
    ("zhongshen", "终审"),
    ("zhongjiao", "终校"),
)


async def take_through_reviews(system: Demonstrated, browser: Browser, title: str, **settings: Any) -> None:
    """Six marks by six people, then the disclosure review and the secrecy review."""
    for login, step in MARKS:
        async with system.person(browser, login, **settings) as page:
            await put_mark(page, title, step)
    for login in ("gongkaiban", "baomi"):
        async with system.person(browser, login, **settings) as page:
            await review_disclosure(page, title)


async def shown_everywhere(system: Demonstrated, browser: Browser, title: str) -> str:
    """Look at the site and at both platforms as a stranger; return the address of the page."""
    context = await browser.new_context(locale="zh-CN")
    context.set_default_timeout(90_000)
    page = await context.new_page()

    async def on_the_site() -> bool:
        await page.goto(system.url)
        return await page.get_by_role("link", name=title).count() > 0

    await eventually(on_the_site, timeout=30, poll=0.3)
    await page.get_by_role("link", name=title).first.click()
    assert await page.text_content("h1") == title
    address = page.url
    for account in ("/accounts/wechat/wx5a0d2f6c9e31b874", "/accounts/weibo/7100200301"):

        async def on_the_account(account: str = account) -> bool:
            await page.goto(system.sandbox_url + account)
            return title in await page.inner_text("main")

        await eventually(on_the_account, timeout=40, poll=0.3)
    await context.close()
    return address
