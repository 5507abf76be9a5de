"""The conversion review in the running service: kept so that it can be read again, run again, counted, looked at again."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from tests.support.eventually import eventually
from tests.support.request_office import an_office, desks_of

from request.conversion.codec import CONSIDERED_FORMAT, REVIEW_FORMAT

GIVEN = {"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项"}
REFUSED = {"item": 1, "basis": "process", "article": "《政府信息公开条例》第十六条第二款", "reason": "属于讨论中的请示"}


@pytest.fixture
async def office(postgres, kafka, tmp_path):
    async with an_office(postgres, kafka, tmp_path) as running:
        yield running


async def answered(office, topic, decision=GIVEN, kind="reply-given", **change):
    """A case with its reply out and the review that followed by itself."""
    case_id = await office.received(topic=topic, **change)
    blobs = {"blobs": [await office.give(case_id)]} if decision is GIVEN else {}
    await office.drafted(case_id, [decision | blobs])
    await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": kind})
    return case_id, (await eventually(lambda: reviews(office, case_id)))[0]


async def reviews(office, case_id):
    return (await office.case(case_id))["conversions"]


async def decide(office, case_id, review, **decision):
    body = {"accepted": review["advice"] == decision.get("decision"), "reason": "企业普遍关心", "column_id": "zdly", **decision}
    return await office.do("openness_officer", "POST", f"/cases/{case_id}/conversion/{review['id']}/decision", body)


async def test_a_review_is_kept_in_its_versioned_form_and_says_what_would_turn_it(office):
    case_id, review = await answered(office, "2024年外资统计数据")
    row = await office.kit.pool.fetchrow("SELECT inputs, chain FROM conversion_chain WHERE review_id = $1", UUID(review["id"]))

    told = await office.do("drafter", "GET", f"/cases/{case_id}/conversion/{review['id']}")
    stranger = await office.call("stranger", "GET", f"/cases/{case_id}/conversion/{review['id']}")

    assert json.loads(row["inputs"])["format"] == CONSIDERED_FORMAT
    assert json.loads(row["chain"])["format"] == REVIEW_FORMAT
    assert told["review"]["advice"] == review["advice"] == "publish"
    assert "第二十条第四项" in told["text_zh"]
    assert {turn["fact"] for turn in told["turns"]} >= {"third_party", "maker"}
    assert all(turn["advice"] != "publish" and turn["text_zh"] for turn in told["turns"])
    assert stranger.status_code == 404


async def test_after_a_rule_changes_the_difference_names_the_rule(office):
    case_id, review = await answered(office, "2024年外资统计数据")
    same = await office.do("openness_officer", "POST", "/conversions/replay")
    assert (same["again"], same["differences"]) == (1, [])
    await office.kit.pool.execute(
        "UPDATE conversion_chain SET chain = replace(chain::text, '统计信息应当主动公开。', '统计信息应当公开。')::json"
    )

    changed = await office.do("openness_officer", "POST", "/conversions/replay")

    [difference] = changed["differences"]
    assert (difference["review_id"], difference["case_id"]) == (review["id"], case_id)
    assert [rule["rule"] for rule in difference["rules"]] == ["head-4"]
    assert "统计信息应当主动公开。" in difference["text_zh"]
    assert not difference["changes_advice"]


async def test_a_refusal_is_looked_at_again_when_its_day_comes(office):
    case_id, review = await answered(office, "口岸合作备忘录讨论稿", REFUSED, "reply-refused")
    waiting = await office.do("drafter", "GET", "/conversions")
    relook_on = review["relook_on"]

    assert (review["advice"], relook_on) == ("keep", "2026-03-26")
    assert waiting["reviews"] == []
    office.clock.at += timedelta(days=200)

    async def again():
        found = await reviews(office, case_id)
        return len(found) == 2 and found

    second = (await eventually(again))[1]
    assert second["advice"] == "keep"
    assert second["relook_on"] > relook_on
    office.clock.at += timedelta(hours=1)
    said = {"changed": ["procedure-finished"]}
    await office.do("openness_officer", "POST", f"/cases/{case_id}/conversion/review", said)
    third = (await reviews(office, case_id))[2]
    assert third["advice"] == "ask"
    assert [one["id"] for one in (await office.do("drafter", "GET", "/conversions"))["reviews"]] == [third["id"]]


async def test_what_was_decided_on_the_same_information_counts_in_another_case(office):
    first, review = await answered(office, "2024年外资统计数据")
    await decide(office, first, review, decision="keep", reason="数据尚在核对")

    _, second = await answered(office, "2024年外资统计数据", proof="999999201001010016", name="计划测试乙")

    assert second["advice"] == "ask"
    assert "overruled-before" in {link["rule"] for link in second["chain"]["chain"]}


async def test_figures_tell_how_fast_and_how_often_overruled_and_why(office):
    first, review = await answered(office, "2024年外资统计数据")
    office.clock.at += timedelta(days=3)
    await decide(office, first, review, decision="keep", reason="数据尚在核对")
    await answered(office, "口岸合作备忘录讨论稿", REFUSED, "reply-refused")

    figures = (await office.do("drafter", "GET", "/conversions?decided=true"))["figures"]

    assert (figures["reviewed"], figures["overruled"], figures["open"]) == (2, 1, 1)
    assert figures["by_advice"] == {"publish": 1, "redact": 0, "keep": 1, "ask": 0}
    assert (figures["days_to_review"], figures["days_to_decide"], figures["overruled_share"]) == (0, 3, 100)
    assert figures["overrulings"] == [{"advice": "publish", "decision": "keep", "count": 1, "reasons": [["数据尚在核对", 1]]}]
    assert "head-4" in {rule["rule"] for rule in figures["by_rule"]}


async def test_the_review_of_two_desks_is_the_same(office):
    """Nothing of a review depends on the process that makes it."""
    case_id, review = await answered(office, "2024年外资统计数据")
    desks = desks_of(office)
    async with office.kit.reading() as db:
        row = await db.fetchrow("SELECT organ_id FROM case_row WHERE id = $1", UUID(case_id))
        found = await desks.converting.explained(db, row["organ_id"], UUID(case_id), UUID(review["id"]))

    assert found.review.advice == review["advice"]
    assert [link.rule for link in found.review.chain] == [link["rule"] for link in review["chain"]["chain"]]
