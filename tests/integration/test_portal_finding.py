"""Finding things on the site: search, what was perhaps meant, the policy library, feeds back to their first entry."""

import csv
import io
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from tests.support.portal_world import Site, a_policy, a_site, an_order

from portal.feeds import ATOM, HISTORY, PAGE, TOMBSTONE


@pytest.fixture
async def site(postgres, tmp_path: Path) -> AsyncIterator[Site]:
    dsn = await postgres.database("portal_finding")
    async with a_site(dsn, tmp_path) as world:
        yield world
    await postgres.drop(dsn)


async def test_a_feed_can_be_read_back_to_the_first_entry_and_its_archives_stay(site: Site) -> None:
    for _ in range(PAGE + 30):
        site.clock.advance(minutes=1)
        await site.publish()
    first_archive = (await site.get("/feeds/all.atom?archive=1")).content

    titles = []
    path = "/feeds/all.atom"
    while path:
        root = ET.fromstring((await site.get(path)).content)
        titles += [entry.findtext(f"{{{ATOM}}}title") for entry in root.findall(f"{{{ATOM}}}entry")]
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{{{ATOM}}}link")}
        path = (links.get("prev-archive") or "").removeprefix("http://127.0.0.1:8080")
    site.clock.advance(minutes=1)
    await site.publish()

    assert titles == [f"关于做好第{number}号工作的通知" for number in range(PAGE + 30, 0, -1)]
    assert (await site.get("/feeds/all.atom?archive=1")).content == first_archive
    assert ET.fromstring(first_archive).find(f"{{{HISTORY}}}archive") is not None
    assert (await site.get("/feeds/all.atom?archive=9")).status_code == 404
    json_page = (await site.get("/feeds/all.json")).json()
    assert json_page["next_url"].endswith("/feeds/all.json?archive=1")
    assert (await site.get("/feeds/columns/statistics.atom")).status_code == 200
    assert (await site.get("/feeds/columns/nothing.atom")).status_code == 404
    assert (await site.get("/feeds/all.exe")).status_code == 404


async def test_any_piece_of_a_text_is_found_and_what_is_not_there_is_not(site: Site) -> None:
    await a_policy(site)
    await site.publish(title="会展名城", body_html="<p>支持国际会展。招商，务必及时。</p>")

    async def found(q: str) -> list[str]:
        answer = (await site.get(f"/api/search?q={q}")).json()
        return [d["title"] for d in answer["documents"]] if answer["exact"] else []

    assert await found("境电子商") == ["济南市跨境电子商务认定管理办法"]
    assert await found("济商发[2026]4号") == ["济南市跨境电子商务认定管理办法"]
    assert await found("海外仓") == ["济南市跨境电子商务认定管理办法", "十个问题看懂办法"]
    assert await found("申报表") == ["济南市跨境电子商务认定管理办法"]
    assert await found("商务 认定") == ["济南市跨境电子商务认定管理办法"]
    assert await found("招商务必") == []
    assert await found("办") != []
    assert await found("仓") != []
    for nothing in ("", "  ", "！！", "'", "\\", "%00", "<->", "&|!"):
        assert (await site.get(f"/search?q={nothing}")).status_code == 200
        assert (await site.get(f"/api/search?q={nothing}")).json()["total"] == 0


async def test_a_word_at_the_end_of_a_long_text_is_found_and_its_reverse_is_not(site: Site) -> None:
    filler = "".join(f"<p>第{n}段，关于商务运行的若干情况。</p>" for n in range(1_200))
    await site.publish(title="年度工作报告", kind="report", body_html=f"{filler}<p>氢燃料冷链运输试点。</p>")

    right, reverse = [(await site.get(f"/api/search?q={q}")).json() for q in ("氢燃料冷链运输", "运输冷链")]
    assert (right["total"], right["exact"]) == (1, True)
    assert reverse["exact"] is False
    assert await site.kit.pool.fetchval("SELECT long FROM search")


async def test_a_mistyped_word_is_answered_with_what_was_perhaps_meant(site: Site) -> None:
    await a_policy(site)

    answer = (await site.get("/api/search?q=跨境电子商物认定")).json()

    assert answer["exact"] is False
    assert "跨境电子商务认定" in answer["suggestions"]


async def test_nothing_unreleased_is_suggested(site: Site) -> None:
    await site.hear(await site.approve(title="尚未公开的跨境电商名单"))

    answer = (await site.get("/api/search?q=跨境电商名册")).json()

    assert answer["suggestions"] == []
    assert answer["total"] == 0


async def test_facets_count_what_ticking_them_would_show(site: Site) -> None:
    await a_policy(site)
    await site.publish(title="办法的通知", kind="notice")

    page = (await site.get("/search?q=办法")).text
    answer = (await site.get("/api/search?q=办法&kind=normative&kind=notice")).json()

    assert answer["total"] == 2
    assert answer["facets"]["kind"] == {"normative": 1, "interpretation": 1, "notice": 1}
    assert '<label for="kind-1">行政规范性文件 <small>1</small></label>' in page
    assert "取消这个条件" in (await site.get("/search?q=办法&kind=notice")).text


async def test_the_library_is_narrowed_by_each_of_its_conditions(site: Site) -> None:
    await a_policy(site)
    await site.publish(title="某规划", kind="plan", formed_on=date(2024, 5, 1), validity="valid")

    async def titles(query: str) -> list[str]:
        rows = list(csv.reader(io.StringIO((await site.get(f"/library.csv?{query}")).content.decode("utf-8-sig"))))
        return [row[1] for row in rows[1:]]

    assert len(await titles("")) == 2
    assert await titles("year=2024") == ["某规划"]
    assert await titles("shelf=normative") == ["济南市跨境电子商务认定管理办法"]
    assert await titles("theme=商贸、海关、旅游") == ["济南市跨境电子商务认定管理办法"]
    assert await titles("number=[2026]4") == ["济南市跨境电子商务认定管理办法"]
    assert await titles("number=%25") == []
    assert await titles("validity=void") == []
    assert (await site.get("/library?shelf=nothing")).status_code == 404


async def test_the_policy_library_has_archives_of_its_own_and_its_tombstones(site: Site) -> None:
    approval = await site.publish(kind="normative", column_id="normative")
    await site.publish()
    for _ in range(PAGE):
        site.clock.advance(minutes=1)
        await site.publish(kind="plan")
    newest = ET.fromstring((await site.get("/feeds/library.atom")).content)
    archive = await site.get("/feeds/library.atom?archive=1")
    withdrawal = await site.approve(
        change="withdraw", document_id=approval.document_id, permalink=approval.permalink, kind="normative", edition=2,
        column_id="normative", explanation="依申请撤回", validity="withdrawn",
    )
    await site.hear(withdrawal)
    await site.hear(an_order(withdrawal, site.now))

    kept = [entry.findtext(f"{{{ATOM}}}title") for entry in ET.fromstring(archive.content).findall(f"{{{ATOM}}}entry")]
    assert len(kept) == PAGE
    assert "关于做好第2号工作的通知" not in kept
    assert len(newest.findall(f"{{{ATOM}}}entry")) == PAGE + 1
    gone = ET.fromstring((await site.get("/feeds/library.atom?archive=1")).content)
    assert gone.find(f"{{{TOMBSTONE}}}deleted-entry") is not None
    assert (await site.get("/feeds/library.atom?archive=2")).status_code == 404
    assert (await site.get("/feeds/library.exe")).status_code == 404


async def test_a_mistyped_word_that_stands_in_a_text_only_is_answered_too(site: Site) -> None:
    await site.publish(title="工作提示", body_html="<p>本市推广氢燃料冷链运输，欢迎企业参加。</p>")

    answer = (await site.get("/api/search?q=氢然料冷链")).json()

    assert any("氢燃料冷链" in word for word in answer["suggestions"]), answer["suggestions"]


async def test_the_feed_of_a_question_is_read_page_by_page_to_its_last_hit(site: Site) -> None:
    for _ in range(PAGE + 3):
        site.clock.advance(minutes=1)
        await site.publish(kind="plan")
    await site.publish(kind="notice", title="别的事情", body_html="<p>无关。</p>")
    address, titles, pages = "/feeds/search.atom?q=工作&kind=plan", [], 0
    while address:
        root = ET.fromstring((await site.get(address)).content)
        titles += [entry.findtext(f"{{{ATOM}}}title") for entry in root.findall(f"{{{ATOM}}}entry")]
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{{{ATOM}}}link")}
        address = (links.get("next") or "").removeprefix("http://127.0.0.1:8080")
        pages += 1

    assert pages == 2
    assert "previous" in links
    assert titles == [f"关于做好第{number}号工作的通知" for number in range(PAGE + 3, 0, -1)]
    first = (await site.get("/feeds/search.json?q=工作&kind=plan")).json()
    assert "page=2" in first["next_url"]
    assert (await site.get("/feeds/search.atom?q=工作&page=9")).status_code == 404
    assert (await site.get("/feeds/search.atom?q=")).status_code == 200
