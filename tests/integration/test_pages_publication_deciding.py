"""Officers decide: marks and returns, findings, disclosure, assessment, interpretation."""

from pathlib import Path
from uuid import UUID

import pytest
from tests.support.publication_bureau import NOTICE, PEOPLE, POLICY, a_bureau, an_officer
from tests.support.publication_console import browsing, proof_in, send, value_of, words

from gongkai.runtime.workers import Workers
from gongkai.web.officers import keep_officer
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


# ── Reviews ─────────────────────────────────────────────────────────────────


async def test_a_draft_is_sent_to_review_and_gets_its_number_in_two_clicks(bureau):
    document_id = await bureau.draft()

    async with browsing(bureau, "drafter") as drafter:
        sent = await send(drafter, f"{BASE}/{document_id}/submit", {"edition": "1"})
        page = (await drafter.get(sent.headers["location"])).text

    assert sent.status_code == 303
    assert "已送审" in words(page)
    assert "11370100MB2866908X/2025-00001" in page
    assert 'aria-current="step"' in page


async def test_the_six_marks_are_put_from_the_review_page_one_after_another(bureau):
    document_id = await submitted(bureau)
    path = f"{BASE}/{document_id}"

    for name, step in (("drafter", "first-review"), ("proofreader", "first-proof"), ("section_head", "second-review")):
        async with browsing(bureau, name) as browser:
            assert value_of((await browser.get(path)).text, "step") == step
            fields = {"edition": "1", "step": step, "decision": "pass", "opinion": "同意", "errors_found": "1"}
            assert (await send(browser, f"{path}/mark", fields, seen=path)).status_code == 303
    async with browsing(bureau, "supervisor") as watcher:
        page = (await watcher.get(path)).text

    assert page.count("，已完成</span>") == 3
    assert "作复校" in words(page)
    assert 'name="step"' not in page


async def test_a_return_needs_its_opinion_and_reaches_the_drafter(bureau):
    document_id = await submitted(bureau)
    path = f"{BASE}/{document_id}"
    back = {"edition": "1", "step": "first-review", "decision": "back", "errors_found": "2"}

    async with browsing(bureau, "drafter") as drafter:
        silent = await send(drafter, f"{path}/mark", back, seen=path)
        said = await send(drafter, f"{path}/mark", back | {"opinion": "日期不对，请核对"}, seen=path)
        queue = words((await drafter.get("/publication/")).text)
        page = words((await drafter.get(path)).text)

    assert silent.status_code == 409
    assert "退回要写明意见" in words(silent.text)
    assert value_of(silent.text, "errors_found") == "2"
    assert said.status_code == 303
    assert "已退回" in queue
    assert "日期不对，请核对" in page


async def test_an_opinion_with_somebodys_number_is_sent_back_with_what_was_typed(bureau):
    document_id = await submitted(bureau)
    path = f"{BASE}/{document_id}"

    async with browsing(bureau, "drafter") as drafter:
        fields = {"edition": "1", "step": "first-review", "decision": "pass", "opinion": f"已电话{PHONE}核实"}
        answer = await send(drafter, f"{path}/mark", fields, seen=path)

    assert answer.status_code == 422
    assert "永久留存" in words(answer.text)
    assert value_of(answer.text, "opinion") == f"已电话{PHONE}核实"


async def test_a_reviewer_who_saw_an_older_edition_is_shown_the_new_one(bureau):
    document_id = await submitted(bureau)
    path = f"{BASE}/{document_id}"
    await bureau.do("drafter", "PUT", f"/documents/{document_id}", {"edition": 1, "content": NOTICE | {"body": "改过的正文。"}})

    async with browsing(bureau, "drafter") as drafter:
        fields = {"edition": "1", "step": "first-review", "decision": "pass", "opinion": "同意"}
        answer = await send(drafter, f"{path}/mark", fields, seen=path)

    assert answer.status_code == 412
    assert "现在已经是第2版" in words(answer.text)
    assert "改过的正文。" in answer.text
    assert value_of(answer.text, "opinion") == "同意"


async def test_nobody_takes_two_reviews_and_the_page_says_why(bureau):
    document_id = await submitted(bureau)
    path = f"{BASE}/{document_id}"
    both = an_officer(PEOPLE["drafter"], "drafter", "section_head").model_copy(update={"version": 2})
    async with bureau.kit.transaction() as tx:
        await keep_officer(tx, both)
    await bureau.do("drafter", "POST", f"/documents/{document_id}/marks", {"edition": 1, "step": "first-review"})
    await bureau.do("proofreader", "POST", f"/documents/{document_id}/marks", {"edition": 1, "step": "first-proof"})

    async with browsing(bureau, "drafter") as drafter:
        page = (await drafter.get(path)).text
        fields = {"csrf": proof_in((await drafter.get(f"{path}/submit")).text), "edition": "1", "step": "second-review", "decision": "pass"}
        forced = await drafter.post(f"{path}/mark", data=fields)

    assert "您已经作过初审，复审要由另一个人办理" in words(page)
    assert forced.status_code == 409
    assert "三审三校制度" in words(forced.text)


# ── Findings ────────────────────────────────────────────────────────────────


async def finding_of(bureau, document_id):
    found = (await bureau.do("drafter", "GET", f"/documents/{document_id}/findings"))["findings"]
    return next(each for each in found if each["personal"])


async def test_a_finding_is_marked_in_the_text_and_mended_from_beside_it(bureau):
    document_id = await submitted(bureau, NOTICE | {"body": f"联系人手机{PHONE}。"})
    path = f"{BASE}/{document_id}"
    found = await finding_of(bureau, document_id)
    mask = next(str(number) for number, choice in enumerate(found["choices"]) if choice["id"] == "mask")

    async with browsing(bureau, "section_head") as head:
        page = (await head.get(path)).text
        mended = await send(head, f"{path}/findings", {"edition": "1", f"f-{found['key']}": mask}, seen=path)

    assert f'<span class="find-mark find-mark--bad" id="m1">{PHONE}<a href="#f1"' in page
    assert 'id="f1"' in page
    assert mended.status_code == 303
    document = await bureau.document(document_id)
    assert document["edition"] == 2
    assert PHONE not in document["content"]["body"]


async def test_keeping_a_finding_needs_a_reason_from_someone_who_may(bureau):
    document_id = await submitted(bureau, NOTICE | {"body": f"联系人手机{PHONE}。"})
    path = f"{BASE}/{document_id}"
    found = await finding_of(bureau, document_id)
    keep = next(str(number) for number, choice in enumerate(found["choices"]) if choice["id"] == "keep")
    chosen = {"edition": "1", f"f-{found['key']}": keep}

    async with browsing(bureau, "section_head") as head:
        silent = await send(head, f"{path}/findings", chosen, seen=path)
        nothing = await send(head, f"{path}/findings", {"edition": "1"}, seen=path)
        said = await send(head, f"{path}/findings", chosen | {f"why-{found['key']}": "本人单独同意公开"}, seen=path)
    async with browsing(bureau, "drafter") as drafter:
        page = (await drafter.get(path)).text

    assert silent.status_code == nothing.status_code == 422
    assert "请写明保留的理由" in words(silent.text)
    assert "请先选好怎样处理" in words(nothing.text)
    assert said.status_code == 303
    assert "已保留" in words(page)
    assert "本人单独同意公开" in words(page)


async def test_personal_data_that_stays_is_assessed_and_the_gate_opens(bureau):
    document_id = await submitted(bureau, NOTICE | {"body": f"联系人手机{PHONE}。"})
    path = f"{BASE}/{document_id}/assessment"
    found = await finding_of(bureau, document_id)
    await bureau.do("section_head", "POST", f"/documents/{document_id}/findings/{found['key']}/waive", {"edition": 1, "reason": "依法公开"})
    report = {"edition": "1", "covers": found["key"], "purpose": "依法公示", "risks": "影响小", "measures": "只留必要部分"}

    async with browsing(bureau, "openness_officer") as officer:
        open_before = words((await officer.get(f"{BASE}/{document_id}")).text)
        bare = await send(officer, path, {"edition": "1", "purpose": "依法公示"})
        kept = await send(officer, path, report)
        page = words((await officer.get(path)).text)

    assert "需要个人信息影响评估" in open_before
    assert bare.status_code == 422
    assert "请填写对个人权益的影响和风险" in words(bare.text)
    assert value_of(bare.text, "purpose") == "依法公示"
    assert kept.status_code == 303
    assert "已有评估报告" in page


async def test_the_disclosure_review_is_given_item_by_item_by_those_it_belongs_to(bureau):
    document_id = await submitted(bureau)
    path = f"{BASE}/{document_id}/disclosure"
    mine = [item.name for item in disclosure.ITEMS if "openness_officer" in item.roles]

    async with browsing(bureau, "openness_officer") as officer:
        page = (await officer.get(path)).text
        empty = await send(officer, path, {"edition": "1"})
        concern = await send(officer, path, {"edition": "1", f"v-{mine[0]}": "concern"})
        done = await send(officer, path, {"edition": "1"} | {f"v-{name}": "clear" for name in mine})
        not_mine = await send(officer, path, {"edition": "1", "v-state-secret": "clear"})
    async with browsing(bureau, "secrecy_reviewer") as reviewer:
        theirs = (await reviewer.get(path)).text

    assert 'name="v-scope"' in page
    assert 'name="v-state-secret"' not in page
    assert "请至少给出一项结论" in words(empty.text)
    assert "没有通过的，请写明理由" in words(concern.text)
    assert done.status_code == 303
    assert not_mine.status_code == 409
    assert "由保密审查人" in words(not_mine.text)
    assert 'name="v-state-secret"' in theirs


async def test_the_record_shows_every_signature_with_its_digest(bureau):
    document_id = await bureau.ready()

    async with browsing(bureau, "supervisor") as watcher:
        page = (await watcher.get(f"{BASE}/{document_id}/record?print=1")).text

    digest = (await bureau.document(document_id))["digest"]
    for step in ("初审", "初校", "复审", "复校", "终审", "终校"):
        assert step in page
    assert digest in page
    assert page.count(digest[7:23]) >= 6
    assert "不涉及依法确定的国家秘密" in page


# ── Interpretation ──────────────────────────────────────────────────────────


async def test_a_policy_and_its_interpretation_are_linked_on_one_page_both_ways(bureau):
    policy = await bureau.draft(POLICY)
    chart = await bureau.draft(NOTICE | {"title": "一图读懂认定办法", "kind": "interpretation", "form": "chart", "column_id": "zcjd"})
    path = f"{BASE}/{policy}/interpretations"

    async with browsing(bureau, "drafter") as drafter:
        nothing = await send(drafter, path, {"interpretation": ""})
        linked = await send(drafter, path, {"interpretation": str(chart)})
        page = words((await drafter.get(path)).text)
        back = words((await drafter.get(f"{BASE}/{chart}/interpretations")).text)
        removed = await send(drafter, f"{path}/remove", {"interpretation": str(chart)}, seen=path)

    assert nothing.status_code == 422
    assert "请填写解读" in words(nothing.text)
    assert linked.status_code == removed.status_code == 303
    assert "一图读懂认定办法" in page
    assert "图解" in page
    assert POLICY["title"] in back


async def test_going_without_interpretation_is_for_those_who_may_and_needs_a_reason(bureau):
    policy = await bureau.draft(POLICY)

    async with browsing(bureau, "deputy_head") as deputy:
        silent = await send(deputy, f"{BASE}/{policy}/exempt", {"edition": "1"})
        agreed = await send(deputy, f"{BASE}/{policy}/exempt", {"edition": "1", "reason": "只作文字修改"})
        page = words((await deputy.get(f"{BASE}/{policy}")).text)

    assert silent.status_code == 422
    assert agreed.status_code == 303
    assert "同意暂不解读：只作文字修改" in page


async def test_what_is_not_to_be_published_is_reviewed_and_put_away(bureau):
    policy = await bureau.draft(POLICY | {"openness": "closed", "openness_reason": "内部事务"})
    path = f"{BASE}/{policy}"

    async with browsing(bureau, "openness_officer") as officer:
        early = await send(officer, f"{path}/keep", {"edition": "1", "reason": "条例第十六条"})
        reviewed = await send(officer, f"{path}/openness", {"edition": "1", "agreed": "yes", "reason": "条例第十六条第一款"})
        kept = await send(officer, f"{path}/keep", {"edition": "1", "reason": "条例第十六条第一款"})
        page = words((await officer.get(path)).text)
        reopened = await send(officer, f"{path}/reopen", {"edition": "1", "reason": "情况变化"})

    assert early.status_code == 409
    assert "先经信息公开机构审查同意" in words(early.text)
    assert reviewed.status_code == kept.status_code == reopened.status_code == 303
    assert "按不主动公开归档" in page
    assert (await bureau.document(policy))["state"] == "Drafting"


async def test_the_preview_shows_the_site_and_says_when_new_media_cannot_be_asked(bureau):
    document_id = await bureau.draft()

    async with browsing(bureau, "drafter") as drafter:
        page = words((await drafter.get(f"{BASE}/{document_id}/preview")).text)

    assert "请于3月20日前报名。" in page
    assert "新媒体服务现在联系不上" in page
