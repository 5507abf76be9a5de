"""The website in a release: prepared invisibly, visible at the instant, whatever the order of the events."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from tests.support.portal_world import ORGAN, SECOND, WEBSITE, Site, a_site, an_approval, an_order

from gongkai.contracts.publication import DocumentRepealed, DocumentWithdrawn, ReleaseCancelled
from gongkai.contracts.values import ChannelRef
from gongkai.statute.refusal import Refused
from portal.loops import Fetcher, ReadBack


def unmarked(page: str) -> str:
    return page.replace("<mark>", "").replace("</mark>", "")


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


@pytest.fixture
async def site(postgres, tmp_path: Path) -> AsyncIterator[Site]:
    dsn = await postgres.database("portal")
    async with a_site(dsn, tmp_path) as world:
        yield world
    await postgres.drop(dsn)


async def test_an_approved_document_is_prepared_and_nobody_can_see_it(site: Site) -> None:
    approval = await site.approve(title="关于开展试点的通知", attachments=[("名单.xlsx", b"list", "application/x")])

    said = await site.hear(approval)

    assert [type(event).__name__ for event in said] == ["ChannelPrepared"]
    assert said[0].edition_digest == approval.edition_digest
    assert said[0].rendition_digest.startswith("sha256:")
    page = await site.get(approval.permalink)
    assert page.status_code == 404
    assert page.headers["cache-control"] == "no-store"
    for path in ("/", "/columns/notices", "/search?q=试点", "/feeds/all.atom", "/sitemap.xml", "/api/documents"):
        assert "关于开展试点的通知" not in unmarked((await site.get(path)).text)
    digest = (await site.kit.pool.fetchval("SELECT digest FROM edition_file")).replace(":", "-")
    assert (await site.get(f"/files/{digest}/x")).status_code == 404


async def test_a_document_becomes_visible_exactly_at_its_instant_without_any_worker(site: Site) -> None:
    approval = await site.approve(title="关于开展试点的通知")
    await site.hear(approval)
    instant = site.now + 2 * SECOND
    assert await site.hear(an_order(approval, instant)) == ()

    site.clock.at = instant - timedelta(microseconds=1)
    before = await site.get(approval.permalink)
    site.clock.at = instant
    after = await site.get(approval.permalink)

    assert before.status_code == 404
    assert after.status_code == 200
    assert "关于开展试点的通知" in after.text
    for path in ("/", "/columns/notices", "/search?q=试点", "/feeds/all.atom", "/api/documents"):
        assert "关于开展试点的通知" in unmarked((await site.get(path)).text)
    assert await site.said("ChannelReleased") == []


async def test_the_moment_we_report_is_the_instant_and_not_when_a_worker_woke(site: Site) -> None:
    approval = await site.approve()
    await site.hear(approval)
    instant = site.now + 2 * SECOND
    await site.hear(an_order(approval, instant))

    site.clock.at = instant + timedelta(seconds=30)
    assert await site.tick() == 1
    assert await site.tick() == 0

    (released,) = await site.said("ChannelReleased")
    assert released["acted_at"] == instant.isoformat().replace("+00:00", "Z")
    assert released["url"].endswith(approval.permalink)


async def test_a_late_order_takes_effect_when_it_is_committed_and_says_so(site: Site) -> None:
    approval = await site.approve()
    await site.hear(approval)
    site.clock.advance(hours=1)

    (released,) = await site.hear(an_order(approval, site.now - timedelta(minutes=30)))

    assert released.acted_at == site.now
    assert await site.kit.pool.fetchval("SELECT release_at FROM edition") == site.now
    assert (await site.get(approval.permalink)).status_code == 200


async def test_an_order_that_overtakes_the_approval_is_obeyed(site: Site) -> None:
    approval = await site.approve()
    instant = site.now + 5 * SECOND
    await site.hear(an_order(approval, instant))

    said = await site.hear(approval)

    assert [type(event).__name__ for event in said] == ["ChannelPrepared"]
    site.clock.at = instant
    assert (await site.get(approval.permalink)).status_code == 200


async def test_a_laggard_appears_when_it_is_ready(site: Site) -> None:
    approval = await site.approve()
    wechat = ChannelRef(id=f"account:{uuid4()}", kind="wechat", name="微信")
    await site.hear(an_order(approval, site.now, channels=(wechat,), laggards=(WEBSITE,)))
    site.clock.advance(minutes=3)

    said = await site.hear(approval)

    assert [type(event).__name__ for event in said] == ["ChannelPrepared", "ChannelReleased"]
    assert said[1].acted_at == site.now


async def test_every_event_twice_changes_nothing(site: Site) -> None:
    approval = await site.approve()
    order = an_order(approval, site.now + 2 * SECOND)
    for event in (approval, approval, order, order, approval, order):
        await site.hear(event)
    site.clock.advance(seconds=2)
    await site.tick()
    await site.hear(order)
    await site.hear(approval)

    assert len(await site.said("ChannelPrepared")) == 1
    assert len(await site.said("ChannelReleased")) == 1
    assert await site.kit.pool.fetchval("SELECT count(*) FROM edition") == 1


async def test_a_release_without_the_website_does_not_concern_us(site: Site) -> None:
    wechat = ChannelRef(id=f"account:{uuid4()}", kind="wechat", name="微信")
    approval = await site.approve(channels=(wechat,))

    assert await site.hear(approval) == ()
    assert await site.hear(an_order(approval, site.now)) == ()
    assert await site.kit.pool.fetchval("SELECT count(*) FROM register") == 0


async def test_a_release_called_off_before_its_instant_leaves_nothing(site: Site) -> None:
    approval = await site.approve()
    await site.hear(approval)
    await site.hear(an_order(approval, site.now + 5 * SECOND))

    said = await site.hear(
        ReleaseCancelled(document_id=approval.document_id, release_id=approval.release_id, reason="负责人要求")
    )
    site.clock.advance(seconds=10)

    assert said == ()
    assert await site.tick() == 0
    assert (await site.get(approval.permalink)).status_code == 404
    assert await site.kit.pool.fetchval("SELECT count(*) FROM edition") == 0


async def test_a_call_that_comes_too_late_takes_the_page_back_and_tells_the_truth(site: Site) -> None:
    approval = await site.publish()

    (said,) = await site.hear(
        ReleaseCancelled(document_id=approval.document_id, release_id=approval.release_id, reason="负责人要求")
    )

    assert type(said).__name__ == "ChannelRetracted"
    assert (await site.get(approval.permalink)).status_code == 404


async def test_an_approval_called_off_before_it_was_heard_is_not_prepared(site: Site) -> None:
    approval = await site.approve()
    await site.hear(
        ReleaseCancelled(document_id=approval.document_id, release_id=approval.release_id, reason="撤销")
    )

    assert await site.hear(approval) == ()


async def test_an_order_for_other_bytes_is_refused_and_nothing_changes(site: Site) -> None:
    approval = await site.approve()
    await site.hear(approval)
    wrong = an_order(approval, site.now).model_copy(update={"edition_digest": "sha256:" + "0" * 64})

    with pytest.raises(Refused):
        await site.hear(wrong)

    assert await site.kit.pool.fetchval("SELECT release_at FROM edition") is None


async def test_bytes_that_are_not_those_that_were_approved_are_refused(site: Site) -> None:
    approval = await site.approve()
    site.origin.blobs.path(approval.manifest.digest).chmod(0o600)
    site.origin.blobs.path(approval.manifest.digest).write_bytes(b'{"other": true}')

    (said,) = await site.hear(approval)

    assert type(said).__name__ == "ChannelRefused"
    assert said.code == "digest"
    assert said.retry
    assert await site.kit.pool.fetchval("SELECT count(*) FROM edition") == 0


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"body_html": "<p>正文<script>alert(1)</script></p>"}, "content"),
        ({"body_html": '<p><img src="https://evil.test/x.png" alt=""></p>'}, "content"),
        ({"body_html": "<p> </p>", "body_text": ""}, "blank"),
        ({"body_html": f'<p>图<img src="/blobs/sha256:{"9" * 64}" alt=""></p>'}, "missing"),
    ],
)
async def test_an_edition_that_cannot_be_shown_whole_is_refused_in_words_for_the_officer(
    site: Site, values: dict[str, str], code: str
) -> None:
    approval = await site.approve(**values)

    (said,) = await site.hear(approval)

    assert type(said).__name__ == "ChannelRefused"
    assert said.code == code
    assert any("\u4e00" <= char <= "\u9fff" for char in said.reason)
    assert await site.hear(an_order(approval, site.now)) == ()
    assert (await site.get(approval.permalink)).status_code == 404


async def test_a_picture_is_told_by_its_bytes_and_not_by_its_name(site: Site) -> None:
    picture = await site.origin.blobs.put(PNG, "image/png")
    script = await site.origin.blobs.put(b"<svg onload=alert(1)>", "image/png")

    good = await site.hear(await site.approve(body_html=f'<p>图<img src="/blobs/{picture.digest}" alt="示意"></p>'))
    bad = await site.hear(await site.approve(body_html=f'<p>图<img src="/blobs/{script.digest}" alt="示意"></p>'))

    assert type(good[0]).__name__ == "ChannelPrepared"
    assert bad[0].code == "picture"


async def test_content_that_cannot_be_fetched_at_once_is_fetched_later(site: Site) -> None:
    approval = await site.approve()
    site.origin.away = True
    assert await site.hear(approval) == ()
    fetcher = Fetcher(site.kit, site.wiring.handlers[type(approval)].__self__.release,
                      site.wiring.handlers[type(approval)].__self__.source)
    await site.hear(an_order(approval, site.now + 2 * SECOND))

    site.clock.advance(seconds=1)
    assert await fetcher.fetch_one()
    assert await site.said("ChannelPrepared") == []
    site.origin.away = False
    site.clock.advance(seconds=40)
    assert await fetcher.fetch_one()

    assert len(await site.said("ChannelPrepared")) == 1
    (released,) = await site.said("ChannelReleased")
    assert released["acted_at"] == site.now.isoformat().replace("+00:00", "Z")
    assert not await fetcher.fetch_one()


async def test_content_that_does_not_come_in_time_is_refused_once_and_taken_when_it_comes(site: Site) -> None:
    approval = await site.approve()
    site.origin.away = True
    await site.hear(approval)
    ear = site.wiring.handlers[type(approval)].__self__
    fetcher = Fetcher(site.kit, ear.release, ear.source)

    site.clock.at = approval.prepare_by
    assert await fetcher.fetch_one()
    site.clock.advance(seconds=60)
    assert await fetcher.fetch_one()
    (refused,) = await site.said("ChannelRefused")
    site.origin.away = False
    site.clock.advance(seconds=60)
    assert await fetcher.fetch_one()

    assert refused["code"] == "away"
    assert refused["retry"]
    assert len(await site.said("ChannelPrepared")) == 1
    assert not await fetcher.fetch_one()


async def test_a_large_edition_does_not_hold_up_the_batch(site: Site) -> None:
    approval = await site.approve(attachments=[("年鉴.pdf", b"%PDF" + b"0" * (5 * 1024 * 1024), "application/pdf")])
    ear = site.wiring.handlers[type(approval)].__self__

    assert await site.hear(approval) == ()
    assert await Fetcher(site.kit, ear.release, ear.source).fetch_one()

    assert len(await site.said("ChannelPrepared")) == 1


async def test_a_correction_replaces_the_text_at_its_instant(site: Site) -> None:
    first = await site.publish(title="关于放假的通知", body_html="<p>放假三天。</p>")
    second = await an_approval(
        site.origin.blobs, site.now, 1, change="correct", document_id=first.document_id, edition=2,
        permalink=first.permalink, title="关于放假的通知", body_html="<p>放假五天。</p>", explanation="天数有误。",
    )
    await site.hear(second)
    instant = site.now + 2 * SECOND
    await site.hear(an_order(second, instant))

    site.clock.at = instant - timedelta(microseconds=1)
    before = (await site.get(first.permalink)).text
    site.clock.at = instant
    after = (await site.get(first.permalink)).text

    assert "放假三天" in before
    assert "放假五天" not in before
    assert "放假五天" in after
    assert "放假三天" not in after
    assert "天数有误。" in after
    found = (await site.get("/api/search?q=放假")).json()
    assert found["total"] == 1


async def test_a_withdrawn_document_is_a_tombstone_everywhere(site: Site) -> None:
    first = await site.publish(
        title="关于处罚的决定", body_html="<p>当事人某公司。</p>", attachments=[("决定书.pdf", b"%PDF1", "application/pdf")]
    )
    file = (await site.kit.pool.fetchval("SELECT digest FROM edition_file")).replace(":", "-")
    assert (await site.get(f"/files/{file}/x")).status_code == 200
    gone = await an_approval(
        site.origin.blobs, site.now, 1, change="withdraw", document_id=first.document_id, edition=2,
        permalink=first.permalink, title="关于处罚的决定", body_html="<p>当事人某公司。</p>", explanation="决定已被撤销。",
    )
    site.clock.advance(seconds=1)
    await site.hear(gone)
    await site.hear(an_order(gone, site.now))

    page = await site.get(first.permalink)
    assert page.status_code == 410
    assert "决定已被撤销。" in page.text
    assert "当事人某公司" not in page.text
    assert page.headers["cache-control"] == "no-store"
    data = await site.get(f"{first.permalink}.json")
    assert data.status_code == 410
    assert data.json()["title"] == "决定已被撤销。"
    assert (await site.get(f"/files/{file}/x")).status_code == 404
    assert (await site.get("/api/search?q=当事人某公司")).json()["total"] == 0
    atom = (await site.get("/feeds/all.atom")).text
    assert "deleted-entry" in atom
    assert "当事人某公司" not in atom


async def test_a_repealed_document_keeps_its_text_and_is_marked(site: Site) -> None:
    old = await site.publish(title="旧办法", kind="normative", column_id="normative", document_number="济商发〔2020〕1号")
    new = await site.publish(title="新办法", kind="normative", column_id="normative", document_number="济商发〔2026〕2号")
    repeal = await an_approval(
        site.origin.blobs, site.now, 1, change="repeal", document_id=old.document_id, edition=2, validity="repealed",
        permalink=old.permalink, title="旧办法", kind="normative", column_id="normative",
        document_number="济商发〔2020〕1号", explanation="被新办法替代。",
    )
    site.clock.advance(seconds=1)
    await site.hear(repeal)
    await site.hear(an_order(repeal, site.now))
    await site.hear(DocumentRepealed(
        document_id=old.document_id, release_id=repeal.release_id, validity="repealed", explanation="被新办法替代。",
        repealed_on=site.now.date(), replaced_by=new.document_id, permalink=old.permalink,
    ))  # fmt: skip

    page = (await site.get(old.permalink)).text

    assert "这件文件已经废止" in page
    assert "现将有关事项通知如下" in page
    assert new.permalink in page
    assert "现行的是《新办法》" in page
    assert "旧办法" in (await site.get("/library?shelf=ended")).text


async def test_a_withdrawal_closed_without_us_still_takes_the_page_down(site: Site) -> None:
    first = await site.publish(title="关于处罚的决定")
    site.clock.advance(seconds=1)

    await site.hear(DocumentWithdrawn(
        document_id=first.document_id, release_id=uuid4(), explanation="依法撤回。", withdrawn_at=site.now,
        permalink=first.permalink,
    ))  # fmt: skip

    page = await site.get(first.permalink)
    assert page.status_code == 410
    assert "依法撤回。" in page.text
    assert (await site.get("/api/documents")).json()["total"] == 0


async def test_a_repeal_closed_without_us_marks_the_page_and_keeps_it_findable(site: Site) -> None:
    first = await site.publish(title="旧办法", kind="policy", attachments=[("表.pdf", b"%PDF2", "application/pdf")])
    site.clock.advance(seconds=1)

    await site.hear(DocumentRepealed(
        document_id=first.document_id, release_id=uuid4(), validity="void", explanation="期满失效。",
        repealed_on=site.now.date(), permalink=first.permalink,
    ))  # fmt: skip

    page = (await site.get(first.permalink)).text
    assert "这件文件已经失效" in page
    assert "表.pdf" in page
    found = (await site.get("/api/search?q=旧办法")).json()
    assert [document["validity"] for document in found["documents"]] == ["void"]
    await ReadBack(site.kit, site.wiring.handlers[DocumentRepealed].__self__.source).compare_some()
    assert await site.said("ChannelDrifted") == []


async def test_a_stored_page_that_changed_by_itself_is_told_once(site: Site) -> None:
    approval = await site.publish(attachments=[("表.pdf", b"%PDF3", "application/pdf")])
    ear = site.wiring.handlers[type(approval)].__self__
    reader = ReadBack(site.kit, ear.source)
    assert await reader.compare_some() == 1
    assert await site.said("ChannelDrifted") == []

    await site.kit.pool.execute("UPDATE edition SET body_html = '<p>别的</p>'")
    for _ in range(2):
        site.clock.advance(days=2)
        assert await reader.compare_some() == 1

    (drifted,) = await site.said("ChannelDrifted")
    assert drifted["kind"] == "changed"
    assert drifted["document_id"] == str(approval.document_id)
    assert "发现不一致" in (await site.get(approval.permalink)).text


async def test_an_attachment_that_is_gone_or_damaged_is_drift(site: Site) -> None:
    approval = await site.publish(attachments=[("表.pdf", b"%PDF4", "application/pdf")])
    ear = site.wiring.handlers[type(approval)].__self__
    path = site.kit.blobs.path(await site.kit.pool.fetchval("SELECT digest FROM edition_file"))
    path.chmod(0o600)
    path.write_bytes(b"%PDF5")

    await ReadBack(site.kit, ear.source).compare_some()

    (drifted,) = await site.said("ChannelDrifted")
    assert drifted["kind"] == "removed"
    assert "表.pdf" in drifted["difference"]


async def test_the_record_of_a_release_is_in_the_register(site: Site) -> None:
    approval = await site.publish()

    rows = await site.kit.pool.fetch(
        "SELECT kind FROM register WHERE aggregate_id = $1 ORDER BY version", approval.release_id
    )

    assert [row["kind"] for row in rows] == ["ApprovalHeard", "EditionStaged", "InstantSet", "BecameVisible"]
    assert approval.organ_id == ORGAN
