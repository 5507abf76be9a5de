"""Officers release: sign-off, the matrix and its ways out, the emergency lane, what follows publication."""

from pathlib import Path
from uuid import UUID

import pytest
from tests.support.publication_bureau import NOTICE, WECHAT, WEIBO, _ref, a_bureau
from tests.support.publication_console import browsing, proof_in, send, value_of, words

from gongkai.contracts import channels as answers
from gongkai.runtime.workers import Workers
from publication.domain import disclosure

PHONE = "13800138000"
BASE = "/publication/documents"


@pytest.fixture(scope="module")
async def workers():
    shared = Workers(1)
    yield shared
    await shared.close()


@pytest.fixture
async def bureau(postgres, workers, tmp_path: Path):
    async with a_bureau(postgres, tmp_path, workers) as opened:
        yield opened


async def submitted(bureau, content=None):
    document_id = await bureau.draft(content)
    await bureau.do("drafter", "POST", f"/documents/{document_id}/submit", {"edition": 1})
    await bureau.check_all()
    return document_id


def release_in(answer):
    return UUID(answer.headers["location"].split("/")[3].split("?")[0])


def order(**more):
    return {"edition": "1", "channels": ["website"], "policy": "all-or-hold", "when": "now"} | more


# ── Sign-off and release ────────────────────────────────────────────────────


async def test_sign_off_shows_what_is_missing_and_refuses_with_the_same_list(bureau):
    document_id = await submitted(bureau)
    path = f"{BASE}/{document_id}/sign"

    async with browsing(bureau, "deputy_head") as deputy:
        page = words((await deputy.get(path)).text)
        refused = await send(deputy, path, order())

    assert "三审三校还缺：初审" in page
    assert refused.status_code == 409
    assert "三审三校还缺：初审" in words(refused.text)


async def test_a_signed_document_goes_to_its_release_page_and_through_it(bureau):
    document_id = await bureau.ready()

    async with browsing(bureau, "deputy_head") as deputy:
        signed = await send(deputy, f"{BASE}/{document_id}/sign", order())
        where = signed.headers["location"]
        before = (await deputy.get(where)).text
        await bureau.play(release_in(signed), ["website"])
        after = (await deputy.get(where.split("?")[0])).text

    assert signed.status_code == 303
    assert "准备中" in before
    assert 'http-equiv="refresh"' in before
    assert "已发布" in after
    assert 'http-equiv="refresh"' not in after
    assert "下达放出指令" in after


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"when": "at"}, "请填写放出的日期"),
        ({"when": "at", "on": "2025年3月1日", "at": "09:00"}, "时间已经过去"),
        ({"when": "at", "on": "2025年3月12日", "at": "25:00"}, "23:59"),
        ({"policy": "soon"}, "写法不对"),
        ({"channels": []}, "请至少选择一项"),
        ({"channels": ["account:nobody"]}, "没有这个渠道"),
    ],
)
async def test_an_order_that_cannot_be_given_says_why_and_keeps_the_form(bureau, wrong, sentence):
    document_id = await bureau.ready()

    async with browsing(bureau, "deputy_head") as deputy:
        answer = await send(deputy, f"{BASE}/{document_id}/sign", order() | wrong)

    assert answer.status_code in {409, 422}
    assert sentence in words(answer.text)
    assert (await bureau.document(document_id))["state"] == "Reviewing"


async def test_a_scheduled_release_shows_its_instant_and_can_be_moved_and_called_off(bureau):
    document_id = await bureau.ready()

    async with browsing(bureau, "openness_officer") as officer:
        signed = await send(officer, f"{BASE}/{document_id}/sign", order(when="at", on="2025年3月12日", at="09:00"))
        release = signed.headers["location"].split("?")[0]
        shown = words((await officer.get("/publication/releases")).text)
        moved = await send(officer, f"{release}/reschedule", {"when": "at", "on": "2025年3月13日", "at": "10:30"})
        silent = await send(officer, f"{release}/cancel", {})
        cancelled = await send(officer, f"{release}/cancel", {"reason": "内容要再核对"})
        page = words((await officer.get(release)).text)

    assert "3月12日 09:00 放出" in shown
    assert moved.status_code == cancelled.status_code == 303
    assert silent.status_code == 422
    assert "请填写理由" in words(silent.text)
    assert "已取消" in page
    assert (await bureau.document(document_id))["state"] == "Reviewing"


async def a_refusal(bureau):
    """Give a release that is held because one account refused."""
    await bureau.open_account(WECHAT, "wechat", "济南商务发布")
    await bureau.open_account(WEIBO, "weibo", "济南商务")
    document_id = await bureau.ready()
    release_id = await bureau.approve(document_id)
    approval = await bureau.approval(release_id)
    await bureau.hear(await bureau.prepared(release_id, "website"))
    await bureau.hear(await bureau.prepared(release_id, f"account:{WEIBO}"))
    await bureau.hear(answers.ChannelRefused(
        document_id=document_id, release_id=release_id, channel=_ref(approval.channels, f"account:{WECHAT}"),
        code="title", reason="标题66字，公众号最多64字，请改短再试",
    ))  # fmt: skip
    return document_id, release_id


async def test_a_held_release_asks_for_somebody_and_goes_on_without_the_channel(bureau):
    _, release_id = await a_refusal(bureau)
    release = f"/publication/releases/{release_id}"
    channel = f"account:{WECHAT}"

    async with browsing(bureau, "openness_officer") as officer:
        matrix = (await officer.get("/publication/releases?scope=todo")).text
        queue = words((await officer.get("/publication/?tab=release")).text)
        went = await send(officer, f"{release}/go-without", {"channel": channel}, seen=f"{release}/go-without?channel={channel}")
        page = words((await officer.get(release)).text)

    assert '<tr class="todo">' in matrix
    assert "标题66字" in words(matrix)
    assert "关于组织参加北方消费品博览会的通知" in queue
    assert went.status_code == 303
    assert "不发此渠道" in page
    assert "下达放出指令" in page


async def test_each_way_out_of_a_release_belongs_to_its_own_roles(bureau):
    _, release_id = await a_refusal(bureau)
    release = f"/publication/releases/{release_id}"

    async with browsing(bureau, "newmedia_operator") as operator:
        retry = await operator.get(f"{release}/retry?channel=account:{WECHAT}")
        cancel = await operator.get(f"{release}/cancel")
        again = await send(operator, f"{release}/retry", {"channel": f"account:{WECHAT}"}, seen=f"{release}/retry?channel=account:{WECHAT}")
    async with browsing(bureau, "drafter") as drafter:
        seen = (await drafter.get(release)).text
        forbidden = await drafter.post(f"{release}/cancel", data={"csrf": proof_in((await drafter.get(f"{BASE}/new")).text), "reason": "x"})

    assert (retry.status_code, cancel.status_code, forbidden.status_code) == (200, 403, 403)
    assert again.status_code == 303
    assert "/retry?" not in seen
    assert "/cancel" not in seen


async def test_a_channel_or_a_way_that_does_not_exist_is_not_found(bureau):
    _, release_id = await a_refusal(bureau)

    async with browsing(bureau, "openness_officer") as officer:
        for path in (f"{release_id}/retry?channel=account:x", f"{release_id}/vanish", "00000000-0000-0000-0000-0000000000ff"):
            assert (await officer.get(f"/publication/releases/{path}")).status_code == 404


async def test_the_head_releases_at_night_and_the_owed_marks_are_watched_until_made_up(bureau):
    document_id = await submitted(bureau)
    for name, role in (("openness_officer", "openness_officer"), ("secrecy_reviewer", "secrecy_reviewer")):
        verdicts = [{"item": item.name, "result": "clear"} for item in disclosure.ITEMS if role in item.roles]
        await bureau.do(name, "POST", f"/documents/{document_id}/disclosure", {"edition": 1, "verdicts": verdicts})

    async with browsing(bureau, "head") as head:
        page = words((await head.get(f"{BASE}/{document_id}/emergency")).text)
        silent = await send(head, f"{BASE}/{document_id}/emergency", order())
        signed = await send(head, f"{BASE}/{document_id}/emergency", order(reason="台风蓝色预警"))
    await bureau.play(release_in(signed), ["website"])
    async with browsing(bureau, "drafter") as drafter:
        owed = (await drafter.get(f"{BASE}/{document_id}")).text
        queue = words((await drafter.get("/publication/")).text)
        made_up = await send(drafter, f"{BASE}/{document_id}/mark", {"edition": "1", "step": "first-review", "decision": "pass"}, seen=f"{BASE}/{document_id}")

    assert "没有完成的审校算欠账：初审、初校" in page
    assert silent.status_code == 422
    assert "请填写理由" in words(silent.text)
    assert signed.status_code == 303
    assert "紧急发布，还欠审校" in words(owed)
    assert "紧急发布欠补初审" in queue
    assert made_up.status_code == 303


# ── After publication ───────────────────────────────────────────────────────


async def test_a_withdrawal_is_proposed_by_one_and_signed_by_another_with_a_public_reason(bureau):
    document_id = await bureau.published()
    path = f"{BASE}/{document_id}"

    async with browsing(bureau, "openness_officer") as officer:
        silent = await send(officer, f"{path}/withdraw", {"edition": "1"})
        proposed = await send(officer, f"{path}/withdraw", {"edition": "1", "explanation": "名单有误，核实后重新公布。"})
        own = await send(officer, f"{path}/proposal", order())
    async with browsing(bureau, "deputy_head") as deputy:
        page = words((await deputy.get(f"{path}/proposal")).text)
        misled = await deputy.get(f"{path}/sign")
        signed = await send(deputy, f"{path}/proposal", order())

    assert silent.status_code == 422
    assert "请填写公开说明" in words(silent.text)
    assert proposed.status_code == 303
    assert own.status_code == 409
    assert "另一个人批准" in words(own.text)
    assert "名单有误，核实后重新公布。" in page
    assert misled.headers["location"] == f"{path}/proposal"
    assert signed.status_code == 303
    assert (await bureau.document(document_id))["state"] == "Releasing"


async def test_a_proposal_that_is_not_agreed_to_leaves_everything_as_it_was(bureau):
    document_id = await bureau.published()
    await bureau.do("openness_officer", "POST", f"/documents/{document_id}/withdrawal", {"explanation": "有误"})

    async with browsing(bureau, "deputy_head") as deputy:
        declined = await send(deputy, f"{BASE}/{document_id}/decline", {"edition": "1", "reason": "没有错"})

    assert declined.status_code == 303
    assert (await bureau.document(document_id))["state"] == "Published"


async def test_a_repeal_names_its_date_and_what_replaces_it(bureau):
    newer = await bureau.published(NOTICE | {"title": "新的通知", "document_number": "济商字〔2025〕9号"})
    document_id = await bureau.published()
    repeal = {"edition": "1", "validity": "repealed", "repealed_on": "2025年3月10日", "explanation": "被新的通知取代。"}

    async with browsing(bureau, "openness_officer") as officer:
        unknown = await send(officer, f"{BASE}/{document_id}/repeal", repeal | {"replaced_by": "不存在〔2025〕1号"})
        early = await send(officer, f"{BASE}/{document_id}/repeal", repeal | {"repealed_on": "2025年1月1日"})
        done = await send(officer, f"{BASE}/{document_id}/repeal", repeal | {"replaced_by": "济商字〔2025〕9号"})

    assert unknown.status_code == early.status_code == 409
    assert "没有找到“不存在〔2025〕1号”" in words(unknown.text)
    assert "早于成文日期" in words(early.text)
    assert value_of(early.text, "explanation") == "被新的通知取代。"
    assert done.status_code == 303
    assert (await bureau.document(document_id))["state"] == "ChangeProposed"
    assert newer


async def test_a_correction_keeps_the_public_text_until_it_is_signed(bureau):
    document_id = await bureau.published()

    async with browsing(bureau, "openness_officer") as officer:
        started = await send(officer, f"{BASE}/{document_id}/correct", {"edition": "1", "explanation": "报名时间写错。"})
        page = words((await officer.get(f"{BASE}/{document_id}")).text)
        dropped = await send(officer, f"{BASE}/{document_id}/drop-correction", {"edition": "1", "reason": "原文无误"})

    assert started.status_code == dropped.status_code == 303
    assert "公众现在看到的是第 1 版" in page
    assert (await bureau.document(document_id))["state"] == "Published"


