"""The case library and the search for repeated applications in the running service, over a real database."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from tests.support.eventually import eventually
from tests.support.request_office import SECRETS, an_office, desks_of

from request import librarying, rebuilding
from request.library.words import TOKENS_VERSION

GIVEN = {"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项"}
REFUSED = {"item": 1, "basis": "process", "article": "《政府信息公开条例》第十六条第二款", "reason": "属于讨论中的请示"}
OTHER = {"proof": "999999201001010016", "name": "计划测试乙"}
COUNTED = "SELECT token, cases FROM library_token WHERE cases > 0 ORDER BY token"
TRUE = "SELECT token, count(*)::int AS cases FROM case_library, unnest(tokens) AS token GROUP BY token ORDER BY token"


@pytest.fixture
async def office(postgres, kafka, tmp_path):
    async with an_office(postgres, kafka, tmp_path) as running:
        yield running


async def answered(office, topic, decision=GIVEN, kind="reply-given", **change):
    case_id = await office.received(topic=topic, **change)
    blobs = {"blobs": [await office.give(case_id)]} if decision is GIVEN else {}
    await office.drafted(case_id, [decision | blobs])
    await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": kind})

    async def settled():
        return (await in_library(office, case_id)).get("conversion", "")

    await eventually(settled)
    return case_id


async def in_library(office, case_id):
    row = await office.kit.pool.fetchrow("SELECT features FROM case_library WHERE case_id = $1", UUID(case_id))
    return json.loads(row["features"]) if row else {}


async def similar(office, case_id):
    return await office.do("drafter", "GET", f"/cases/{case_id}/similar")


async def duplicates(office, case_id):
    return (await similar(office, case_id))["duplicates"]


async def counts_are_true(office):
    kept = [tuple(row) for row in await office.kit.pool.fetch(COUNTED)]
    sizes = await office.kit.pool.fetchrow("SELECT sum(cases) AS cases, sum(tokens) AS tokens FROM library_size")
    true = await office.kit.pool.fetchrow("SELECT count(*), coalesce(sum(cardinality(tokens)), 0) FROM case_library")
    return kept == [tuple(row) for row in await office.kit.pool.fetch(TRUE)] and tuple(sizes) == tuple(true)


async def test_a_closed_case_teaches_the_next_one_and_says_why_and_names_nobody(office):
    closed = await answered(office, "以旧换新补贴请示稿", REFUSED, "reply-refused", description=f"{SECRETS[0]}申请以旧换新补贴请示稿")
    await answered(office, "成品油零售企业名单", description="加油站名单")
    here = await office.received(topic="汽车以旧换新补助的请示", **OTHER)
    before = (await similar(office, here))["cases"]

    await office.do("drafter", "POST", f"/cases/{here}/draft", {"decisions": [REFUSED]})
    found = (await similar(office, here))["cases"]

    assert before[0]["id"] == found[0]["id"] == closed
    assert any("以旧换新" in why for why in found[0]["why"])
    assert "处理依据相同：属于四类过程性信息" in found[0]["why"]
    assert found[0]["score"] > before[0]["score"]
    assert dict(found[0]["lines"])["处理结果"] == "属于四类过程性信息"
    assert (await office.call("stranger", "GET", f"/cases/{here}/similar")).status_code == 404
    kept = [str(dict(row)) for table in ("case_library", "library_token", "case_duplicate") for row in await office.kit.pool.fetch(f"SELECT * FROM {table}")]
    assert kept
    assert not [secret for secret in SECRETS for row in kept if secret in row]
    assert await counts_are_true(office)


async def test_what_becomes_of_a_case_is_learnt_and_one_sent_back_leaves_until_it_is_answered_anew(office):
    closed = await answered(office, "外贸展会补贴资金", REFUSED, "reply-refused")
    office.clock.at += timedelta(days=1)
    filed = {"kind": "reconsideration", "filed_on": office.today, "received_on": office.today, "body": "济南市人民政府"}
    await office.do("drafter", "POST", f"/cases/{closed}/remedies", filed)
    remedy = (await office.case(closed))["remedies"][0]["id"]
    decided = {"result": "corrected", "on": office.today}
    await office.do("drafter", "POST", f"/cases/{closed}/remedies/{remedy}/decision", decided)

    async def learnt():
        features = await in_library(office, closed)
        return features["remedies"] == [["reconsideration", "corrected"]]

    await eventually(learnt)
    await office.do("drafter", "POST", f"/cases/{closed}/rounds", {"because": remedy, "from_on": office.today})

    async def left():
        return await in_library(office, closed) == {}

    await eventually(left)
    assert await counts_are_true(office)


async def test_a_typical_case_is_marked_found_commented_on_and_sent_up_without_a_person_in_it(office):
    closed = await answered(office, "单用途预付卡备案企业名录")
    why = "预付卡备案名录属于应当主动公开的内容"
    paper = {"cases": [closed], "record": True}

    unmarked = await office.call("openness_officer", "POST", "/library/papers", paper)
    personal = await office.call("openness_officer", "POST", f"/cases/{closed}/typical", {"why": "王小明的申请很典型"})
    not_allowed = await office.call("drafter", "POST", f"/cases/{closed}/typical", {"why": why})
    assert (unmarked.status_code, personal.status_code, not_allowed.status_code) == (409, 409, 403)
    await office.do("openness_officer", "POST", f"/cases/{closed}/typical", {"why": why})
    await eventually(lambda: marked(office, closed))

    named = await office.call("drafter", "POST", f"/library/{closed}/comments", {"text": "可以问问王小明"})
    await office.do("drafter", "POST", f"/library/{closed}/comments", {"text": "名录每季度更新，答复时给出栏目地址即可"})
    whole = await office.do("drafter", "GET", f"/library/{closed}")
    searched = await office.do("drafter", "GET", "/library?q=购物卡备案")
    listed = await office.do("drafter", "GET", "/library")
    sent = await office.do("openness_officer", "POST", "/library/papers", paper)

    assert named.status_code == 409
    assert [one["text"] for one in whole["comments"]] == ["名录每季度更新，答复时给出栏目地址即可"]
    assert [one["id"] for one in searched["cases"]] == [one["id"] for one in listed["cases"]] == [closed]
    assert "典型案例" in searched["cases"][0]["why"]
    assert f"**典型之处**：{why}" in sent["markdown"]
    assert (await office.kinds(closed)).count("MarkedTypical") == 2
    assert (await office.call("stranger", "GET", f"/library/{closed}")).status_code == 404
    assert (await office.do("stranger", "GET", "/library?q=购物卡备案"))["cases"] == []


async def marked(office, case_id):
    return (await in_library(office, case_id))["typical"]


async def test_the_same_asked_again_is_found_and_an_officer_confirms_it(office):
    text = "2024年外贸展会补贴名单和金额"
    first = await office.received(topic="外贸展会补贴名单", description=text)
    second = await office.received(topic="外贸展会补贴名单", description=text)
    running = await eventually(lambda: duplicates(office, second))
    assert (running[0]["id"], running[0]["verdict"], running[0]["same_applicant"]) == (first, "running", True)

    await office.drafted(first, [GIVEN | {"blobs": [await office.give(first)]}])
    await office.do("drafter", "POST", f"/cases/{first}/letters", {"kind": "reply-given"})
    third = await office.received(topic="外贸展会补贴名单", description=text)
    repeated = (await eventually(lambda: duplicates(office, third)))[0]
    other = await office.received(topic="外贸展会补贴名单", description="与别人写得不同的几句话", **OTHER)
    asked = (await eventually(lambda: duplicates(office, other)))[0]

    assert (repeated["id"], repeated["verdict"], repeated["citation"]) == (first, "repeated", "《政府信息公开条例》第三十六条第六项")
    today = office.clock.at.date()
    answered_on = f"前一件已于{today.year}年{today.month}月{today.day}日答复"
    assert answered_on in repeated["why"]
    assert (asked["verdict"], asked["same_applicant"]) == ("asked-by-others", False)
    assert [one["kind"] for one in (await office.case(third))["attention"]] == ["request-duplicate"]
    assert (await office.case(other))["attention"] == []
    await office.do("drafter", "POST", f"/cases/{third}/similar", {"earlier": first, "same_applicant": True})
    assert (await office.case(third))["attention"] == []
    reads = await office.do("openness_officer", "GET", f"/cases/{third}/reads")
    assert ("system", "查找相同的申请") in {(one["who"], one["why"]) for one in reads["reads"]}


async def test_another_year_is_another_matter_and_nobody_is_called(office):
    await office.received(topic="2023年外贸展会补贴名单", description="2023年外贸展会补贴名单和金额")
    second = await office.received(topic="2024年外贸展会补贴名单", description="2024年外贸展会补贴名单和金额")

    found = (await eventually(lambda: duplicates(office, second)))[0]

    assert found["verdict"] == "similar"
    assert any("年份不同" in why for why in found["why"])
    assert (await office.case(second))["attention"] == []


async def test_the_library_is_made_again_from_facts_and_vault_and_cut_again_when_the_cutting_changes(office):
    closed = await answered(office, "家电以旧换新补贴情况")
    before = await in_library(office, closed)
    await office.kit.pool.execute("DELETE FROM case_library")
    await office.kit.pool.execute("DELETE FROM library_token")
    await office.kit.pool.execute("DELETE FROM library_size")

    async with office.kit.transaction() as tx:
        await rebuilding.rebuild(tx, desks_of(office).desk)

    assert await eventually(lambda: in_library(office, closed)) == before
    assert await counts_are_true(office)
    await office.kit.pool.execute("UPDATE case_library SET tokens_version = '0', tokens = '{}', features = '{}'")
    await office.kit.pool.execute("DELETE FROM library_token")
    await office.kit.pool.execute("UPDATE library_size SET tokens = 0, cases = 0")
    async with office.kit.transaction() as tx:
        assert await librarying.cut_again(tx) == 1

    async def cut():
        return await in_library(office, closed) == before

    await eventually(cut)
    assert await office.kit.pool.fetchval("SELECT tokens_version FROM case_library") == TOKENS_VERSION
    assert await counts_are_true(office)
