"""An officer works with a keyboard, on a phone, with and without scripts; every page is clean for a screen reader."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import uvicorn
from axe_core_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page
from tests.support.eventually import eventually
from tests.support.publication_bureau import NOTICE, ORGAN, POLICY, WECHAT, WEIBO, Bureau, _ref, a_bureau
from tests.support.publication_console import session_of

from gongkai.contracts import channels as answers
from gongkai.local import ports
from gongkai.runtime.workers import Workers
from gongkai.web import frame
from gongkai.web.cookies import SESSION_COOKIE
from publication.site_errors import store
from publication.site_errors.desk import Report, SiteErrors

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
BODY = "为推进建设，制定本方案。\n\n一、工作目标\n\n到2027年完成60处。\n\n| 区县 | 新建 |\n| --- | --- |\n| 历下区 | 3 |\n\n二、组织实施\n\n2025年3月15日（星期日）前报送，联系手机13800138000。"


@dataclass
class Office:
    bureau: Bureau
    url: str
    ids: dict[str, UUID]


async def _fill(bureau: Bureau) -> dict[str, UUID]:
    """Give every page something real to show."""
    await bureau.open_account(WECHAT, "wechat", "济南商务发布")
    await bureau.open_account(WEIBO, "weibo", "济南商务")
    ids: dict[str, UUID] = {}
    ids["plan"] = plan = await bureau.draft(POLICY | {"body": BODY.replace("60处", "50处"), "document_number": "济商发[2025]06号"})
    await bureau.do("drafter", "PUT", f"/documents/{plan}", {"edition": 1, "content": POLICY | {"body": BODY, "document_number": "济商发[2025]06号"}})
    await bureau.do("drafter", "POST", f"/documents/{plan}/submit", {"edition": 2})
    await bureau.check_all()
    await bureau.do("drafter", "POST", f"/documents/{plan}/marks", {"edition": 2, "step": "first-review", "opinion": "已核对"})
    await bureau.do("proofreader", "POST", f"/documents/{plan}/marks", {"edition": 2, "step": "first-proof"})
    ids["draft"] = await bureau.draft()
    async with bureau.kit.transaction() as tx:
        report = Report("/d/jinan-2025-00001", "wording", "“消费品”写成了“消费吕”", contact="0531-66605310")
        reported = await SiteErrors(bureau.kit).take(tx, ORGAN, report)
        ids["error"] = (await store.by_receipt(tx.db, reported.receipt) or {})["id"]
    ids["ready"] = await bureau.ready(NOTICE | {"title": "关于开展绿色商场创建工作的通知"})
    ids["public"] = await bureau.published()
    held = await bureau.ready(NOTICE | {"title": "以旧换新补贴问答"})
    ids["held"] = await bureau.approve(held)
    approval = await bureau.approval(ids["held"])
    await bureau.hear(await bureau.prepared(ids["held"], "website"))
    await bureau.hear(answers.ChannelRefused(
        document_id=held, release_id=ids["held"], channel=_ref(approval.channels, f"account:{WECHAT}"), code="title",
        reason="标题66字，公众号最多64字，请改短再试",
    ))  # fmt: skip
    done = await bureau.ready(NOTICE | {"title": "便民生活圈试点名单公示"})
    ids["done"] = await bureau.approve(done)
    await bureau.play(ids["done"], ["website", f"account:{WECHAT}", f"account:{WEIBO}"])
    return ids


@pytest.fixture(scope="module")
async def office(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    workers = Workers(1)
    async with a_bureau(postgres, tmp_path_factory.mktemp("look"), workers) as bureau:
        bureau.app.include_router(frame.root_router(secure=False))
        port = ports.free_port()
        server = uvicorn.Server(uvicorn.Config(bureau.app, port=port, log_level="warning", lifespan="off"))
        serving = asyncio.create_task(server.serve())
        await eventually(lambda: server.started)
        yield Office(bureau, f"http://127.0.0.1:{port}", await _fill(bureau))
        server.should_exit = True
        await serving
    await workers.close()


PAGES = [
    ("section_head", "/"), ("head", "/"), ("drafter", "/documents"), ("drafter", "/documents?q=nothing"),
    ("drafter", "/documents/new"), ("drafter", "/documents/import"), ("drafter", "/documents/{plan}/edit"),
    ("section_head", "/documents/{plan}"), ("openness_officer", "/documents/{public}"),
    ("section_head", "/documents/{plan}/compare"), ("drafter", "/documents/{plan}/interpretations"),
    ("drafter", "/documents/{plan}/preview"), ("drafter", "/documents/{ready}/record"),
    ("openness_officer", "/documents/{plan}/disclosure"), ("openness_officer", "/documents/{plan}/assessment"),
    ("deputy_head", "/documents/{ready}/sign"), ("deputy_head", "/documents/{plan}/sign"),
    ("head", "/documents/{plan}/emergency"), ("drafter", "/documents/{draft}/submit"),
    ("openness_officer", "/documents/{public}/repeal"), ("openness_officer", "/releases"),
    ("openness_officer", "/releases/{held}"), ("openness_officer", "/releases/{done}"),
    ("openness_officer", "/releases/{held}/reschedule"), ("openness_officer", "/catalogue"),
    ("openness_officer", "/catalogue/columns/tzgg"), ("openness_officer", "/catalogue/revisions"),
    ("openness_officer", "/clocks"), ("openness_officer", "/clocks/{plan}/proactive"), ("supervisor", "/audit"),
    ("supervisor", "/audit/{plan}"), ("administrator", "/quarantine"), ("administrator", "/operations"),
    ("openness_officer", "/site-errors"), ("openness_officer", "/site-errors/{error}"),
    ("drafter", "/find-errors"), ("drafter", "/find-errors/status"),
]  # fmt: skip


async def a_context(browser: Browser, office: Office, name: str, **how: Any) -> BrowserContext:
    context = await browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **how)
    await context.add_cookies([{"name": SESSION_COOKIE, "value": session_of(office.bureau, name), "url": office.url}])
    return context


async def opened(browser: Browser, office: Office, name: str, path: str, **how: Any) -> Page:
    page = await (await a_context(browser, office, name, **how)).new_page()
    await page.goto(f"{office.url}/publication{path.format(**office.ids)}")
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark")])
async def test_every_page_is_clean_for_a_screen_reader_and_fits(browser: Browser, office: Office, width: int, scheme: str):
    for name in dict.fromkeys(name for name, _ in PAGES):
        context = await a_context(browser, office, name, viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = await context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        for path in (path for who, path in PAGES if who == name):
            answer = await page.goto(f"{office.url}/publication{path.format(**office.ids)}")
            assert answer is not None
            assert answer.status == 200, path
            found = await Axe().run(page, options=RULES)
            faults = [(each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in found["violations"]]
            assert faults == [], (path, width, scheme)
            for narrow in (width, 320) if width < 400 else (width,):
                await page.set_viewport_size({"width": narrow, "height": 900})
                assert await page.evaluate("document.documentElement.scrollWidth") <= narrow, (path, narrow)
            await page.set_viewport_size({"width": width, "height": 900})
        assert [url for url in asked if not url.startswith(office.url)] == []
        await context.close()


async def test_a_document_is_written_and_sent_off_with_a_keyboard_and_without_scripts(browser: Browser, office: Office):
    page = await opened(browser, office, "drafter", "/documents/new", java_script_enabled=False)

    await page.keyboard.press("Tab")
    assert await page.locator(":focus").inner_text() == "跳到正文"
    await page.fill("#title", "键盘写成的通知")
    await page.fill("#body", "各有关企业：")
    await page.select_option("#column_id", "tzgg")
    await page.fill("#formed_on", "2025年3月3日")
    await page.focus("button[value=read]")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/documents/*?done=saved*")
    await page.click("text=送审 >> nth=0")
    await page.click("main button[type=submit]")
    await page.wait_for_url("**?done=submitted*")
    shown = await page.inner_text("main")
    await page.context.close()

    assert "键盘写成的通知" in shown
    assert "已送审" in shown


async def test_a_form_with_errors_is_read_from_its_errors_on_and_leaves_no_trace_in_the_address(browser: Browser, office: Office):
    page = await opened(browser, office, "drafter", "/documents/new", java_script_enabled=False)

    await page.click("button[value=read]")
    focused = await page.evaluate("document.activeElement.id")
    address = page.url
    await page.fill("#title", "改好了的通知")
    await page.fill("#body", "各有关企业：")
    await page.select_option("#kind", "notice")
    await page.select_option("#column_id", "tzgg")
    await page.click("button[value=read]")
    await page.wait_for_url("**/documents/*?done=saved*")
    mended = page.url
    await page.context.close()

    assert focused == "errors"
    assert "#" not in address
    assert "#" not in mended


async def test_what_is_typed_is_kept_by_itself_and_shown_as_it_will_read(browser: Browser, office: Office):
    document_id = await office.bureau.draft(NOTICE | {"title": "自动保存的通知"})
    page = await opened(browser, office, "drafter", f"/documents/{document_id}/edit")

    await page.fill("#body", "一、目标\n\n写到这里，没有点保存。")
    await page.click("#preview-button")
    await page.wait_for_selector("#preview:not([hidden]) h2")
    await page.get_by_text("已自动存了一份").wait_for(timeout=15_000)
    preview = await page.inner_text("#preview")
    await page.context.close()
    later = await opened(browser, office, "drafter", f"/documents/{document_id}/edit?autosave=1")
    typed = await later.input_value("#body")
    await later.context.close()

    assert "一、目标" in preview
    assert typed == "一、目标\n\n写到这里，没有点保存。"


async def test_the_matrix_moves_by_itself_while_a_release_is_on_its_way(browser: Browser, office: Office):
    document_id = await office.bureau.ready(NOTICE | {"title": "看着它发布的通知"})
    release_id = await office.bureau.approve(document_id, channels=["website"])
    page = await opened(browser, office, "openness_officer", f"/releases/{release_id}")
    before = await page.inner_text("#live table")

    await office.bureau.play(release_id, ["website"])
    await page.locator("#live table").get_by_text("已发布").wait_for(timeout=15_000)
    story = await page.inner_text("#live")
    await page.context.close()

    assert "准备中" in before
    assert "发布完成" in story


PASTED = """
<h2>一、扶持标准</h2><p>按<b>实际投入</b>给予补贴，见<a href="https://www.gov.cn/zhengce">政策原文</a>。</p>
<table><tr><th rowspan="2">区县</th><th colspan="2">数量</th></tr><tr><td>新建</td><td>改造|提升</td></tr><tr><td>历下区</td><td>3</td><td>5</td></tr></table>
<ul><li>先申报</li><li>后验收</li></ul><script>alert(1)</script><p onclick="alert(2)">结尾*不是*加粗</p>
"""
MARKED = """## 一、扶持标准

按**实际投入**给予补贴，见[政策原文](https://www.gov.cn/zhengce)。

| 区县 | 数量 | 数量 |
| --- | --- | --- |
| 区县 | 新建 | 改造\\|提升 |
| 历下区 | 3 | 5 |

- 先申报
- 后验收

结尾\\*不是\\*加粗"""


async def test_what_is_pasted_keeps_its_headings_tables_lists_and_links_and_nothing_that_runs(browser: Browser, office: Office):
    page = await opened(browser, office, "drafter", "/documents/{draft}/edit")
    body = page.get_by_role("textbox", name="正文", exact=True)
    await body.fill("")

    await body.evaluate(
        """(area, html) => { const data = new DataTransfer(); data.setData("text/html", html);
        area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }""",
        PASTED,
    )
    pasted = await body.input_value()
    await page.get_by_role("button", name="预览正文").click()
    table = page.locator("#preview table")
    await table.wait_for()

    assert pasted == MARKED
    assert await table.locator("tr").count() == 3
    assert await page.locator("#preview strong").all_inner_texts() == ["实际投入"]
    await page.context.close()


async def test_the_buttons_write_the_marks_and_can_be_taken_back(browser: Browser, office: Office):
    page = await opened(browser, office, "drafter", "/documents/{draft}/edit")
    body = page.get_by_role("textbox", name="正文", exact=True)
    marks = page.get_by_role("group", name="正文格式")
    await body.fill("工作目标")

    await body.select_text()
    await marks.get_by_role("button", name="小标题").click()
    await body.press("End")
    await marks.get_by_role("button", name="表格").click()
    with_table = await body.input_value()
    await body.press("Control+z")
    taken_back = await body.input_value()
    await body.select_text()
    await marks.get_by_role("button", name="加粗").click()

    assert with_table == "## 工作目标\n\n| 项目 | 内容 |\n| --- | --- |\n|  |  |"
    assert taken_back == "## 工作目标"
    assert await body.input_value() == "**## 工作目标**"
    await page.context.close()
