"""The whole road through the API, the register, the read models and the outbox, on a real database."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from tests.support.publication_bureau import (
    CREDIT_CODE,
    NOTICE,
    ORGAN,
    PEOPLE,
    POLICY,
    WECHAT,
    WEIBO,
    a_bureau,
)

from gongkai.contracts import publication as told
from gongkai.contracts.values import EditionManifest
from gongkai.runtime import seal
from gongkai.runtime.workers import Workers
from publication.domain import disclosure
from publication.wire import canonical

SITE, ON_WECHAT, ON_WEIBO = "website", f"account:{WECHAT}", f"account:{WEIBO}"


@pytest.fixture(scope="module")
async def workers():
    shared = Workers(1)
    yield shared
    await shared.close()


@pytest.fixture
async def bureau(postgres, workers, tmp_path: Path):
    async with a_bureau(postgres, tmp_path, workers) as opened:
        yield opened


async def test_a_notice_goes_from_draft_to_the_site_and_both_accounts_in_one_instant(bureau):
    await bureau.open_account(WECHAT, "wechat", "济南商务")
    await bureau.open_account(WEIBO, "weibo", "济南商务发布")
    document_id = await bureau.ready()

    release_id = await bureau.approve(document_id)
    await bureau.play(release_id, [SITE, ON_WECHAT, ON_WEIBO])

    [approved] = await bureau.told_of(told.DocumentApproved)
    [order] = await bureau.told_of(told.ReleaseOrdered)
    [published] = await bureau.told_of(told.DocumentPublished)
    assert {channel.id for channel in approved.channels} == {SITE, ON_WECHAT, ON_WEIBO}
    assert order.release_at == bureau.clock.at + timedelta(seconds=2)
    assert order.human_order_by == PEOPLE["deputy_head"]
    assert published.skew_ms == 20.0
    assert published.published_at == order.release_at
    assert [outcome.state for outcome in published.outcomes] == ["released"] * 3
    assert (await bureau.document(document_id))["state"] == "Published"


async def test_the_manifest_is_the_blob_whose_digest_was_approved(bureau):
    document_id = await bureau.ready()
    await bureau.approve(document_id)

    [approved] = await bureau.told_of(told.DocumentApproved)
    data = await bureau.kit.blobs.get(approved.edition_digest)
    manifest = EditionManifest.model_validate_json(data)

    assert canonical(manifest) == data
    assert approved.manifest.digest == approved.edition_digest
    assert approved.manifest.size == len(data)
    assert (manifest.index_number, manifest.permalink) == (f"{CREDIT_CODE}/2025-00001", "/d/jinan-2025-00001")
    assert "<p>" in manifest.body_html
    assert "3月20日" in manifest.body_text
    assert manifest.column_name == "通知公告"


async def test_index_numbers_have_no_gaps_also_when_a_submission_fails(bureau):
    first, second, third = [await bureau.draft() for _ in range(3)]

    await bureau.do("drafter", "POST", f"/documents/{first}/submit", {"edition": 1})
    await bureau.do("drafter", "POST", f"/documents/{second}/submit", {"edition": 9}, status=412)
    await bureau.do("drafter", "POST", f"/documents/{third}/submit", {"edition": 1})
    again = await bureau.document(first)

    assert again["index_number"].endswith("2025-00001")
    assert (await bureau.document(second))["index_number"] is None
    assert (await bureau.document(third))["index_number"].endswith("2025-00002")


async def test_a_policy_document_and_its_interpretations_are_signed_off_together_and_linked_both_ways(bureau):
    policy = await bureau.ready(POLICY)
    await bureau.do("deputy_head", "POST", f"/documents/{policy}/approve", {"edition": 1}, status=409)
    chart = await bureau.draft(NOTICE | {"title": "一图读懂认定办法", "kind": "interpretation", "column_id": "zcjd", "form": "chart"})
    await bureau.do("drafter", "POST", f"/documents/{chart}/submit", {"edition": 1})
    await bureau.do("drafter", "POST", f"/documents/{policy}/interpretations", {"interpretation_id": str(chart)})
    half = await bureau.do("deputy_head", "POST", f"/documents/{policy}/approve", {"edition": 1}, status=409)
    await bureau.review(chart)

    answer = await bureau.do("deputy_head", "POST", f"/documents/{policy}/approve", {"edition": 1})

    assert "还没有完成" in half["title"]
    assert len(answer["release_ids"]) == 2
    manifests = [
        EditionManifest.model_validate_json(await bureau.kit.blobs.get(event.edition_digest))
        for event in await bureau.told_of(told.DocumentApproved)
    ]
    assert {(m.document_id, m.related[0].relation, m.related[0].form) for m in manifests} == {
        (policy, "interpreted-by", "chart"),
        (chart, "interprets", "chart"),
    }


async def test_an_interpretation_alone_waits_for_its_policy_document(bureau):
    policy = await bureau.ready(POLICY)
    chart = await bureau.ready(NOTICE | {"title": "一图读懂", "kind": "interpretation", "column_id": "zcjd", "form": "chart"})
    await bureau.do("drafter", "POST", f"/documents/{policy}/interpretations", {"interpretation_id": str(chart)})

    answer = await bureau.do("deputy_head", "POST", f"/documents/{chart}/approve", {"edition": 1}, status=409)

    assert "所解读的文件还没有签发" in answer["title"]


async def test_a_held_release_shows_why_and_goes_on_without_the_channel(bureau):
    await bureau.open_account(WECHAT, "wechat", "济南商务")
    document_id = await bureau.ready()
    release_id = await bureau.approve(document_id)
    await bureau.hear(await bureau.prepared(release_id, SITE))

    bureau.clock.advance(seconds=601)
    await bureau.tick()
    held = await bureau.release(release_id)
    gone_on = await bureau.do(
        "openness_officer", "POST", f"/releases/{release_id}/go-without", {"channels": [ON_WECHAT]}
    )

    assert (held["state"], held["needs_person"]) == ("Held", True)
    assert "济南商务" in held["reason"]
    assert gone_on["state"] == "Ordered"
    assert [event.missing[0].name for event in await bureau.told_of(told.ReleaseHeld)] == ["济南商务"]
    assert len(await bureau.told_of(told.ReleaseOrdered)) == 1


async def test_a_scheduled_release_waits_for_its_instant_and_is_cancelled_before_it(bureau):
    document_id = await bureau.ready()
    at = bureau.clock.at + timedelta(hours=2)
    release_id = await bureau.approve(document_id, scheduled_at=at.isoformat())
    await bureau.hear(await bureau.prepared(release_id, SITE))

    ordered = await bureau.release(release_id)
    await bureau.do("deputy_head", "POST", f"/releases/{release_id}/cancel", {"reason": "改期"})

    assert ordered["state"] == "Ordered"
    assert ordered["release_at"].startswith("2025-03-10T06:00:00")
    [cancelled] = await bureau.told_of(told.ReleaseCancelled)
    assert cancelled.reason == "改期"
    document = await bureau.document(document_id)
    assert (document["state"], document["next_step"]) == ("Reviewing", "sign-off")


async def test_a_silent_account_is_unknown_when_the_release_closes_by_the_clock(bureau):
    await bureau.open_account(WECHAT, "wechat", "济南商务")
    document_id = await bureau.ready()
    release_id = await bureau.approve(document_id)
    for channel in (SITE, ON_WECHAT):
        await bureau.hear(await bureau.prepared(release_id, channel))
    await bureau.hear(await bureau.acted(release_id, SITE))

    bureau.clock.advance(seconds=63)
    await bureau.tick()

    closed = await bureau.release(release_id)
    assert closed["state"] == "Closed"
    assert {cell["id"]: cell["state_zh"] for cell in closed["channels"]} == {SITE: "已发布", ON_WECHAT: "结果待核"}
    assert closed["needs_person"]


async def test_answers_that_come_twice_and_late_change_nothing(bureau):
    await bureau.open_account(WECHAT, "wechat", "济南商务")
    document_id = await bureau.ready()
    release_id = await bureau.approve(document_id)

    for channel in (SITE, ON_WECHAT, SITE):
        await bureau.hear(await bureau.prepared(release_id, channel))
    for channel in (ON_WECHAT, SITE, ON_WECHAT):
        await bureau.hear(await bureau.acted(release_id, channel))
    for channel in (SITE, ON_WECHAT):
        await bureau.hear(await bureau.prepared(release_id, channel))

    kinds = [type(event).__name__ for event in await bureau.told()]
    assert kinds.count("ReleaseOrdered") == kinds.count("DocumentPublished") == 1


async def test_a_correction_goes_the_whole_road_and_is_told_with_its_explanation(bureau):
    document_id = await bureau.published()
    await bureau.do("openness_officer", "POST", f"/documents/{document_id}/correction", {"explanation": "报名日期有误"})
    await bureau.do(
        "drafter", "PUT", f"/documents/{document_id}",
        {"edition": 1, "content": NOTICE | {"body": "请于3月25日前报名。"}},
    )  # fmt: skip
    await bureau.do("drafter", "POST", f"/documents/{document_id}/submit", {"edition": 2})
    await bureau.review(document_id, edition=2)

    release_id = await bureau.approve(document_id, edition=2, channels=[SITE])
    await bureau.play(release_id, [SITE])

    [corrected] = await bureau.told_of(told.DocumentCorrected)
    assert (corrected.edition, corrected.explanation) == (2, "报名日期有误")
    document = await bureau.document(document_id)
    assert (document["state"], document["live_edition"]) == ("Published", 2)
    assert document["index_number"].endswith("2025-00001")


async def test_a_withdrawal_sends_no_text_and_leaves_a_public_explanation(bureau):
    document_id = await bureau.published()
    await bureau.do("openness_officer", "POST", f"/documents/{document_id}/withdrawal", {"explanation": "内容有误"})
    await bureau.do("openness_officer", "POST", f"/documents/{document_id}/proposal/approve", {}, status=409)

    answer = await bureau.do(
        "deputy_head", "POST", f"/documents/{document_id}/proposal/approve", {"channels": [SITE]}
    )
    release_id = UUID(answer["release_ids"][0])
    approval = await bureau.approval(release_id)
    manifest = EditionManifest.model_validate_json(await bureau.kit.blobs.get(approval.edition_digest))
    await bureau.play(release_id, [SITE])

    assert (manifest.validity, manifest.body_html, manifest.attachments) == ("withdrawn", "", ())
    assert manifest.explanation == "内容有误"
    [withdrawn] = await bureau.told_of(told.DocumentWithdrawn)
    assert withdrawn.permalink == "/d/jinan-2025-00001"
    assert (await bureau.document(document_id))["state"] == "Withdrawn"


async def test_a_repealed_document_keeps_its_text_and_names_what_replaces_it(bureau):
    old, new = await bureau.published(), await bureau.published()
    await bureau.do(
        "openness_officer", "POST", f"/documents/{old}/repeal",
        {"explanation": "被新通知取代", "validity": "repealed", "repealed_on": "2025-03-10", "replaced_by": str(new)},
    )  # fmt: skip

    answer = await bureau.do("deputy_head", "POST", f"/documents/{old}/proposal/approve", {"channels": [SITE]})
    release_id = UUID(answer["release_ids"][0])
    approval = await bureau.approval(release_id)
    manifest = EditionManifest.model_validate_json(await bureau.kit.blobs.get(approval.edition_digest))
    await bureau.play(release_id, [SITE])

    assert (manifest.validity, manifest.related[0].relation) == ("repealed", "replaced-by")
    assert "3月20日" in manifest.body_text
    [repealed] = await bureau.told_of(told.DocumentRepealed)
    assert (repealed.replaced_by, repealed.validity) == (new, "repealed")


async def test_the_emergency_lane_owes_marks_that_are_watched_until_made_up(bureau):
    document_id = await bureau.draft()
    for role in ("openness_officer", "secrecy_reviewer"):
        verdicts = [{"item": i.name, "result": "clear"} for i in disclosure.ITEMS if role in i.roles]
        await bureau.do(role, "POST", f"/documents/{document_id}/disclosure", {"edition": 1, "verdicts": verdicts})
    await bureau.check_all()
    body = {"edition": 1, "reason": "台风预警", "channels": [SITE]}
    answer = await bureau.do("head", "POST", f"/documents/{document_id}/emergency", body)
    await bureau.play(UUID(answer["release_ids"][0]), [SITE])

    bureau.clock.advance(days=2)
    await bureau.tick()
    reminded = await bureau.do("openness_officer", "GET", "/queue")
    for step, name in {
        "first-review": "drafter", "first-proof": "proofreader", "second-review": "section_head",
        "second-proof": "proofreader", "final-review": "deputy_head", "final-proof": "proofreader",
    }.items():  # fmt: skip
        await bureau.do(name, "POST", f"/documents/{document_id}/marks", {"edition": 1, "step": step})

    assert any("欠补6个审校环节" in work["sentence"] for work in reminded["work"])
    settled = await bureau.document(document_id)
    assert (settled["state"], settled["owed"]) == ("Published", [])
    after = await bureau.do("openness_officer", "GET", "/queue")
    assert not any("欠补" in work["sentence"] for work in after["work"])


async def test_the_register_holds_no_title_no_text_and_its_chain_verifies(bureau):
    await bureau.published()

    facts = await bureau.kit.pool.fetch("SELECT data::text AS data FROM register WHERE aggregate = 'document'")
    async with bureau.kit.pool.acquire() as db:
        report = await seal.verify(db, bureau.kit.tokens)

    assert facts
    assert not [row["data"] for row in facts if NOTICE["title"] in row["data"] or "报名" in row["data"]]
    assert report.whole


async def test_the_audit_trail_tells_every_step_in_chinese(bureau):
    document_id = await bureau.published()

    trail = await bureau.do("supervisor", "GET", f"/documents/{document_id}/audit")

    said = [entry["sentence"] for entry in trail["entries"]]
    assert said[0] == "建立草稿"
    assert "复审通过，第1版" in said
    assert any(sentence.startswith("编发索引号") for sentence in said)
    assert any(sentence.startswith("发布结束") for sentence in said)
    assert [entry["position"] for entry in trail["entries"]] == sorted(e["position"] for e in trail["entries"])


async def test_a_new_organ_starts_with_a_catalogue_that_is_told(bureau):
    founded = await bureau.told_of(told.CatalogueRevised)

    assert {event.organ_id for event in founded} >= {ORGAN}
    assert {event.change for event in founded} == {"founded"}
    assert len(founded[0].columns) > 30
