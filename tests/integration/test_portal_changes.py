"""What becomes of a page after its release: corrected, withdrawn, repealed, changed by itself."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from tests.support.portal_world import SECOND, Site, a_site, an_approval, an_order

from gongkai.contracts.publication import DocumentRepealed, DocumentWithdrawn
from portal.loops import ReadBack


def unmarked(page: str) -> str:
    return page.replace("<mark>", "").replace("</mark>", "")


@pytest.fixture
async def site(postgres, tmp_path: Path) -> AsyncIterator[Site]:
    dsn = await postgres.database("portal_changes")
    async with a_site(dsn, tmp_path) as world:
        yield world
    await postgres.drop(dsn)


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


async def corrected(site: Site) -> str:
    """Publish a notice, correct it twice; return its address."""
    first = await site.publish(title="放假通知", body_html="<p>放假三天。</p><p>联系张三丰。</p><p>特此通知。</p>")
    for edition, body, why in (
        (2, "<p>放假五天。</p><p>联系张三丰。</p><p>特此通知。</p>", "天数有误。"),
        (3, "<p>放假五天。</p><p>特此通知。</p>", "删去个人信息。"),
    ):
        site.clock.advance(minutes=1)
        next_one = await an_approval(
            site.origin.blobs, site.now, 1, change="correct", document_id=first.document_id, edition=edition,
            permalink=first.permalink, title="放假通知", body_html=body, explanation=why,
        )
        await site.hear(next_one)
        await site.hear(an_order(next_one, site.now))
    return first.permalink


async def test_a_replaced_edition_says_when_it_stood_and_where_today_differs_and_shows_no_old_word(site: Site) -> None:
    address = await corrected(site)
    page = (await site.get(address)).text
    first, second = [await site.get(f"{address}/editions/{number}") for number in (1, 2)]

    assert f'<a href="{address}/editions/1">首次发布</a>' in page
    assert f'<a href="{address}/editions/2">更正</a>' in page
    assert f"{address}/editions/3" not in page
    for old in (first, second):
        assert old.status_code == 200
        assert "已经被取代" in old.text
        assert '<meta name="robots" content="noindex">' in old.text
        assert f'<link rel="canonical" href="http://127.0.0.1:8080{address}">' in old.text
        assert "张三丰" not in old.text
        assert "放假三天" not in old.text
    assert "<li>放假五天。</li>" in first.text
    assert "天数有误。" in first.text
    assert "另有1段删去了" in first.text
    assert "另有1段删去了" in second.text
    assert "删去个人信息。" in second.text


async def test_only_editions_that_stood_here_have_a_page(site: Site) -> None:
    address = await corrected(site)
    current = await site.get(f"{address}/editions/3")

    assert (current.status_code, current.headers["location"]) == (302, address)
    for number in ("0", "4", "x", "1e3", "9999999999", "%31%00"):
        assert (await site.get(f"{address}/editions/{number}")).status_code == 404, number
    waiting = await site.approve(title="还没有公开")
    assert (await site.get(f"{waiting.permalink}/editions/1")).status_code == 404


async def test_editions_of_a_withdrawn_document_are_gone_with_it(site: Site) -> None:
    first = await site.publish(title="放假通知")
    site.clock.advance(minutes=1)
    withdrawal = await an_approval(
        site.origin.blobs, site.now, 1, change="withdraw", document_id=first.document_id, edition=2,
        permalink=first.permalink, explanation="依申请撤回", validity="withdrawn",
    )
    await site.hear(withdrawal)
    await site.hear(an_order(withdrawal, site.now))

    assert (await site.get(f"{first.permalink}/editions/1")).status_code == 410


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
