"""Keeping the house: the catalogue and its revisions, clocks day by day, the register, what could not be read."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from tests.support.hosted import a_system
from tests.support.publication_bureau import NOTICE, ORGAN, PEOPLE, ROLES, a_bureau, an_officer, organ
from tests.support.publication_console import browsing, proof_in, send, value_of, words

from gongkai.runtime.workers import Workers
from gongkai.web.cookies import SESSION_COOKIE
from gongkai.web.officers import keep_officer, keep_organ

COLUMN = {
    "name": "消费帮扶", "id": "xfbf", "parent_id": "zdly", "position": "90", "update_rule": "monthly",
    "release_policy": "site-first", "legal_basis": "条例第十九条", "owner_unit": "消费促进处", "time_limit": "20个工作日内",
    "effective_on": "2025年3月10日", "note": "增加消费帮扶", "revision": "1",
}  # fmt: skip


@pytest.fixture(scope="module")
async def workers():
    shared = Workers(1)
    yield shared
    await shared.close()


@pytest.fixture
async def bureau(postgres, workers, tmp_path: Path):
    async with a_bureau(postgres, tmp_path, workers) as opened:
        yield opened


@pytest.fixture
async def officer(bureau):
    async with browsing(bureau, "openness_officer") as browser:
        yield browser


# ── Catalogue ───────────────────────────────────────────────────────────────


async def test_the_catalogue_flags_blank_and_idle_columns(bureau, officer):
    await bureau.published()
    bureau.clock.advance(days=200)

    page = words((await officer.get("/publication/catalogue")).text)

    assert "31 空白" in page
    assert "1 很久没有更新" in page
    assert "已有200天没有更新，要求随时更新" in page
    assert "条例》第二十条第（四）项" in page


async def test_a_column_is_added_and_the_revision_says_what_changed(bureau, officer):
    added = await send(officer, "/publication/catalogue/new", COLUMN)
    page = words((await officer.get(added.headers["location"])).text)
    history = words((await officer.get("/publication/catalogue/revisions")).text)

    assert added.status_code == 303
    assert "第 2 次修订" in page
    assert "消费帮扶" in page
    assert "增加“消费帮扶”" in history
    assert "首次建立，" in history


async def test_a_column_is_changed_in_its_form_and_offered_in_the_editor(bureau, officer):
    path = "/publication/catalogue/columns/tzgg"
    form = (await officer.get(path)).text
    fields = COLUMN | {"name": "通知公告（改）", "parent_id": "", "note": "改名"}

    changed = await send(officer, path, fields)
    async with browsing(bureau, "drafter") as drafter:
        editor = (await drafter.get("/publication/documents/new")).text

    assert value_of(form, "name") == "通知公告"
    assert changed.status_code == 303
    assert "通知公告（改）" in editor
    assert "修改“通知公告（改）”的名称" in words((await officer.get("/publication/catalogue/revisions")).text)


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        ({"name": ""}, 422, "请填写栏目名称"),
        ({"id": "大写"}, 422, "栏目代码用小写字母"),
        ({"id": "tzgg"}, 422, "用了两次"),
        ({"id": ""}, 422, "请填写栏目代码"),
        ({"effective_on": "2025年3月1日"}, 409, "生效日期不能早于今天"),
        ({"effective_on": "下月"}, 422, "日期写作"),
        ({"note": ""}, 422, "请填写修订说明"),
        ({"update_rule": "daily"}, 422, "请从给出的选项里选择"),
        ({"revision": "9"}, 412, "目录现在是第1次修订"),
    ],
)
async def test_a_revision_that_cannot_stand_is_sent_back_whole(officer, wrong, status, sentence):
    answer = await send(officer, "/publication/catalogue/new", COLUMN | wrong)

    assert answer.status_code == status
    assert sentence in words(answer.text)
    assert value_of(answer.text, "legal_basis") == "条例第十九条"


async def test_a_column_never_hangs_below_itself(officer):
    form = (await officer.get("/publication/catalogue/columns/zdly")).text

    parents = form.split('id="parent_id"')[1].split("</select>")[0]

    assert 'value="zdly"' not in parents
    assert 'value="cxf"' not in parents
    assert 'value="tzgg"' in parents


async def test_a_column_with_public_content_is_not_closed(bureau, officer):
    await bureau.published()
    retire = {"revision": "1", "effective_on": "2025年3月10日", "note": "不用了"}

    held = await send(officer, "/publication/catalogue/columns/tzgg/retire", retire)
    closed = await send(officer, "/publication/catalogue/columns/rszk/retire", retire)

    assert held.status_code == 409
    assert "栏目里还有公开的内容" in words(held.text)
    assert closed.status_code == 303
    assert (await officer.get("/publication/catalogue/columns/rszk")).status_code == 404


async def test_everybody_sees_the_catalogue_and_only_its_keeper_changes_it(bureau):
    async with browsing(bureau, "supervisor") as watcher:
        page = (await watcher.get("/publication/catalogue")).text

    assert "/publication/catalogue/new" not in page
    assert "/publication/catalogue/columns/" not in page


# ── Clocks ──────────────────────────────────────────────────────────────────


async def test_every_clock_opens_to_the_days_it_counted(bureau, officer):
    document_id = await bureau.draft(NOTICE | {"formed_on": "2025-02-17"})

    listed = words((await officer.get("/publication/clocks")).text)
    page = (await officer.get(f"/publication/clocks/{document_id}/proactive")).text
    missing = await officer.get(f"/publication/clocks/{document_id}/penalty-withdrawal")

    assert "剩 5 个工作日" in listed
    assert "第二十六条" in words(page)
    assert page.count('<td class="on') + page.count('<td class="todo') + page.count('<td class="end') == 20
    assert "2025年3月17日（星期一）" in page
    assert missing.status_code == 404


async def test_the_queue_groups_by_how_near_the_date_is(bureau):
    await bureau.draft(NOTICE | {"title": "超期的", "formed_on": "2025-01-20"})
    await bureau.draft(NOTICE | {"title": "快到期的", "formed_on": "2025-02-11"})
    await bureau.draft(NOTICE | {"title": "不急的"})
    await bureau.draft(NOTICE | {"title": "没有日期的", "formed_on": None})

    async with browsing(bureau, "drafter") as drafter:
        page = words((await drafter.get("/publication/")).text)

    order = [page.index(f" {title} ") for title in ("超期的", "快到期的", "不急的", "没有日期的")]
    assert order == sorted(order)
    assert "已超期 1 件" in page
    assert "三个工作日内 1 件" in page


# ── The register ────────────────────────────────────────────────────────────


async def test_the_register_tells_who_did_what_in_which_chain(bureau):
    document_id = await bureau.published()

    async with browsing(bureau, "supervisor") as watcher:
        found = (await watcher.get("/publication/audit?q=消费品博览会")).text
        page = (await watcher.get(f"/publication/audit/{document_id}")).text

    assert f"/publication/audit/{document_id}" in found
    text = words(page)
    assert "链条完整" in text
    for what in ("建立草稿：新建", "编发索引号", "初审通过", "签发：发布第 1 版", "下达放出指令", "政府网站放出", "发布完成"):
        assert what in text, what
    assert (await bureau.document(document_id))["digest"] in page


async def test_a_flipped_byte_shows_on_the_page_with_its_row(bureau):
    document_id = await bureau.published()
    await bureau.kit.pool.execute("ALTER TABLE register DISABLE TRIGGER register_no_change")
    position = await bureau.kit.pool.fetchval(
        "UPDATE register SET data = replace(data::text, '同意', '不同意')::json WHERE aggregate_id = $1 AND kind = 'MarkPut' AND version = (SELECT min(version) FROM register WHERE aggregate_id = $1 AND kind = 'MarkPut') RETURNING position",
        document_id,
    )

    async with browsing(bureau, "supervisor") as watcher:
        page = words((await watcher.get(f"/publication/audit/{document_id}")).text)

    assert "链条不完整" in page
    assert f"位置 {position}：内容与摘要不符" in page


# ── What could not be read, on a running system ─────────────────────────────


@pytest.fixture(scope="module")
async def system(postgres, kafka, tmp_path_factory):
    """One running service with its own address: the pages ask the operator's door over HTTP."""
    async with a_system(postgres, kafka, tmp_path_factory.mktemp("house"), ["publication"]) as hosted:
        kit = hosted.kit("publication")
        async with kit.transaction() as tx:
            await keep_organ(tx, organ())
            for name, (role, unit) in ROLES.items():
                await keep_officer(tx, an_officer(PEOPLE[name], role, unit=unit))
        yield hosted


def at_work(system, name: str) -> httpx.AsyncClient:
    kit = system.kit("publication")
    token = kit.tokens.issue_session(PEOPLE[name], ORGAN, 0, timedelta(days=1), kit.now())
    return httpx.AsyncClient(base_url=system.url, cookies={SESSION_COOKIE: token}, headers={"Accept": "text/html"}, timeout=30)


async def park(system, subject: str) -> int:
    """Leave an event that nothing can read in the quarantine, as the bus does."""
    return await system.kit("publication").pool.fetchval(
        """INSERT INTO quarantine (source, event_id, type, subject, topic, partition, "offset", headers, value, cause,
                                   reason, parked_at)
           VALUES ('portal', $1, 'gongkai.portal.ChannelReleased.v1', $2, 'gongkai.portal.v1', 0,
                   (SELECT coalesce(max("offset"), 0) + 1 FROM quarantine), '[]', $3, 'unreadable', '内容不是有效的 JSON', now())
           RETURNING number""",
        uuid4(), subject, b"{<script>alert(1)</script>",
    )  # fmt: skip


async def test_parked_messages_are_listed_across_services_and_those_away_are_named(system):
    number = await park(system, "a")

    async with at_work(system, "administrator") as administrator:
        page = (await administrator.get("/publication/quarantine")).text

    assert f"/publication/quarantine/publication/{number}" in page
    assert "ChannelReleased" in page
    assert "读不懂" in words(page)
    assert "新媒体矩阵现在联系不上" in words(page)


async def test_a_parked_message_is_shown_whole_and_never_run(system):
    number = await park(system, "b")

    async with at_work(system, "supervisor") as watcher:
        page = (await watcher.get(f"/publication/quarantine/publication/{number}")).text

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "/replay" not in page


async def test_a_message_that_still_cannot_be_read_says_so_and_is_given_up_for_a_reason(system):
    number = await park(system, "c")
    path = f"/publication/quarantine/publication/{number}"

    async with at_work(system, "administrator") as administrator:
        again = await send(administrator, f"{path}/replay", {}, seen=path)
        silent = await send(administrator, f"{path}/drop", {}, seen=path)
        dropped = await send(administrator, f"{path}/drop", {"reason": "来源系统已重新发送"}, seen=path)
        page = words((await administrator.get(dropped.headers["location"])).text)

    assert again.status_code == 409
    assert "无法读懂" in words(again.text)
    assert silent.status_code == 422
    assert "请填写理由" in words(silent.text)
    assert dropped.status_code == 303
    assert "已不再处理" in page
    assert "来源系统已重新发送" in page
    kept = await system.kit("publication").pool.fetchrow("SELECT state, settled_by, settled_why FROM quarantine WHERE number = $1", number)
    assert tuple(kept) == ("dropped", f"person:{PEOPLE['administrator']}", "来源系统已重新发送")


async def test_replaying_is_for_the_administrator_alone(system):
    number = await park(system, "d")
    path = f"/publication/quarantine/publication/{number}"

    async with at_work(system, "openness_officer") as officer:
        proof = proof_in((await officer.get("/publication/documents/new")).text)
        answer = await officer.post(f"{path}/replay", data={"csrf": proof})

    assert answer.status_code == 403
    assert "系统管理员" in words(answer.text)


async def test_the_operator_sees_each_service_or_that_it_is_away(system):
    async with at_work(system, "administrator") as administrator:
        page = words((await administrator.get("/publication/operations")).text)
        unknown = await administrator.get("/publication/quarantine/nobody/1")

    assert "公开发布" in page
    assert "在发" in page
    assert "政府网站 联系不上" in page
    assert unknown.status_code == 404


async def test_who_may_not_read_documents_is_offered_no_way_to_them(system):
    async with at_work(system, "administrator") as administrator:
        first = (await administrator.get("/publication/")).text

    assert "/publication/documents" not in first
    assert "没有等您办理的事项" in first


async def test_a_visitor_is_sent_to_sign_in_and_comes_back(system):
    async with httpx.AsyncClient(base_url=system.url, headers={"Accept": "text/html"}) as nobody:
        answer = await nobody.get("/publication/documents?q=x")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/identity/sign-in?next=%2Fpublication%2Fdocuments%3Fq%3Dx"


async def test_pages_are_kept_by_nobody_and_run_nothing_of_others(system):
    async with at_work(system, "openness_officer") as officer:
        answer = await officer.get("/publication/releases")

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert " style=" not in answer.text
    assert "<script>" not in answer.text
