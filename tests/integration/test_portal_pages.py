"""The public pages: complete, escaped, cached no longer than true, found by search, read by programs."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from uuid import uuid4

import pytest
from tests.support.portal_world import ORGAN, SECOND, WEBSITE, Site, a_catalogue, a_policy, a_site, an_order, an_organ

from gongkai.contracts.channels import ChannelConfirmed
from gongkai.contracts.publication import DocumentPublished
from gongkai.contracts.values import ChannelOutcome, ChannelRef, RelatedDocument

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&{{7*7}}"
PATHS = (
    "/", "/columns", "/columns/policy", "/columns/notices", "/library", "/search", "/search?q=办法", "/catalogue", "/guide",
    "/openness", "/sitemap", "/subscribe", "/data", "/accessibility", "/privacy", "/recognise",
)  # fmt: skip


class Landmarks(HTMLParser):
    """What must be one, none or labelled on every page."""

    def __init__(self) -> None:
        super().__init__()
        self.count: dict[str, int] = {}
        self.headings: list[int] = []
        self.trouble: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.trouble.append(f"{tag} {name}")
            if name in {"src", "action"} and (value or "").startswith(("http", "//")):
                self.trouble.append(f"{tag} {name}={value}")
            if name == "id":
                self.ids.append(value or "")
        if tag == "link" and dict(attrs).get("rel") == "stylesheet" and "://" in (dict(attrs).get("href") or ""):
            self.trouble.append("stylesheet of another host")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))


def landmarks(html: str) -> Landmarks:
    parser = Landmarks()
    parser.feed(html)
    return parser


@pytest.fixture
async def site(postgres, tmp_path: Path) -> AsyncIterator[Site]:
    dsn = await postgres.database("portal_pages")
    async with a_site(dsn, tmp_path) as world:
        yield world
    await postgres.drop(dsn)


async def test_every_page_is_whole_without_scripts_and_asks_no_other_host(site: Site) -> None:
    address = await a_policy(site)

    for path in (*PATHS, address, f"{address}?print=1", "/nowhere"):
        page = await site.get(path)
        found = landmarks(page.text)
        assert page.status_code == (404 if path == "/nowhere" else 200), path
        assert found.trouble == [], path
        assert found.count.get("script", 0) == 0, path
        assert found.count["h1"] == 1, path
        assert found.count["main"] == 1, path
        assert len(found.ids) == len(set(found.ids)), path
        assert all(later - earlier <= 1 for earlier, later in zip(found.headings, found.headings[1:], strict=False)), path
        assert len(page.content) < 100_000, path
        assert "default-src 'self'" in page.headers["content-security-policy"]
        assert "set-cookie" not in page.headers


async def test_a_document_page_carries_its_metadata_and_links_both_ways(site: Site) -> None:
    address = await a_policy(site)

    page = (await site.get(address)).text
    explained = (await site.get("/d/jnsw-2026-00002")).text

    for words in (
        "济商发〔2026〕4号", "2026年3月9日（星期一）", "2026年3月10日（星期二）12:00", "有效期至", "主动公开", "申报表.docx",
        "十个问题看懂办法", "简明问答", '<meta name="ArticleTitle" content="济南市跨境电子商务认定管理办法">',
        '<meta name="PubDate" content="2026-03-10 12:00">', '<meta name="ColumnName" content="行政规范性文件">',
        '<p class="flush">各有关单位：</p>', 'class="grid-table"',
    ):  # fmt: skip
        assert words in page, words
    assert address in explained


async def test_nothing_that_was_written_can_act_on_a_page(site: Site) -> None:
    await site.hear(an_organ(2, name=f"局{HOSTILE}", address=HOSTILE, phones=(HOSTILE,), hours=HOSTILE))
    catalogue = a_catalogue(2)
    named = tuple(c.model_copy(update={"name": f"{c.name}{HOSTILE}", "description": HOSTILE, "legal_basis": HOSTILE,
                                       "owner_unit": HOSTILE, "time_limit": HOSTILE}) for c in catalogue.columns)
    await site.hear(catalogue.model_copy(update={"columns": named, "note": HOSTILE}))
    approval = await site.publish(
        title=f"题{HOSTILE}", organ_name=f"局{HOSTILE}", column_name=HOSTILE, kind="normative", column_id="normative",
        document_number=HOSTILE, summary=HOSTILE, keywords=(HOSTILE,), themes=(HOSTILE,), legal_basis=HOSTILE,
        explanation=HOSTILE, body_html="<p>办法</p>", attachments=[(f"表{HOSTILE}.pdf", b"%PDF", "application/pdf")],
        related=(RelatedDocument(relation="see-also", document_id=uuid4(), title=HOSTILE, permalink="/d/x-2026-00001"),),
        index_number=HOSTILE,
    )
    await site.hear(DocumentPublished(
        document_id=approval.document_id, organ_id=ORGAN, release_id=approval.release_id, edition=1,
        edition_digest=approval.edition_digest, manifest=approval.manifest, title="x", kind="normative",
        column_id="normative", permalink=approval.permalink, index_number="x", published_at=site.now, skew_ms=1,
        outcomes=(ChannelOutcome(channel=ChannelRef(id="account:x", kind="weibo", name=HOSTILE), state="released",
                                 url=f"https://weibo.test/{HOSTILE}", acted_at=site.now),),
    ))  # fmt: skip

    for path in (*PATHS, approval.permalink, "/columns/normative", f"/search?q={HOSTILE}", f"/library?theme={HOSTILE}"):
        found = landmarks((await site.get(path)).text)
        assert found.count.get("script", 0) == 0, path
        assert found.count.get("img", 0) == 0, path
        assert found.trouble == [], path
        assert "49" not in (await site.get(path)).text.split("</header>")[0], path
    for path in ("/feeds/all.atom", "/feeds/all.rss", "/feeds/columns/normative.atom", "/sitemap.xml"):
        ET.fromstring((await site.get(path)).content)
    json.loads((await site.get("/feeds/all.json")).content)


async def test_a_copy_is_kept_no_longer_than_until_the_next_instant(site: Site) -> None:
    await site.publish()
    assert (await site.get("/")).headers["cache-control"] == "public, max-age=1, must-revalidate"
    approval = await site.approve()
    await site.hear(approval)
    instant = site.now + 10 * SECOND
    await site.hear(an_order(approval, instant))

    site.clock.at = instant - timedelta(milliseconds=900)
    near = await site.get("/")
    site.clock.at = instant
    after = await site.get("/")

    assert near.headers["cache-control"] == "public, no-cache"
    assert after.headers["etag"] != near.headers["etag"]


async def test_a_reader_with_the_same_page_is_told_so_without_the_page(site: Site) -> None:
    approval = await site.publish()
    for path in ("/", approval.permalink, "/feeds/all.atom", "/api/documents", "/sitemap.xml"):
        first = await site.get(path)

        again = await site.get(path, **{"if-none-match": first.headers["etag"]})

        assert again.status_code == 304, path
        assert again.content == b""
        assert again.headers["etag"] == first.headers["etag"]
    data = await site.get(f"{approval.permalink}.json")
    since = {"if-modified-since": data.headers["last-modified"]}
    assert (await site.get(f"{approval.permalink}.json", **since)).status_code == 304


async def test_large_type_is_the_same_page_at_the_same_address(site: Site) -> None:
    answer = await site.get("/display/size/large?next=/guide")
    large = await site.get("/guide", cookie="gongkai_size=large")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/guide"
    assert 'data-size="large"' in large.text
    assert "标准字号" in large.text
    assert large.headers["vary"] == "Cookie"


async def test_a_column_shows_what_lies_below_it_page_by_page(site: Site) -> None:
    await a_policy(site)
    for number in range(25):
        await site.publish(title=f"通知{number}")

    policy = (await site.get("/columns/policy")).text
    second = (await site.get("/columns/notices?page=2")).text
    beyond = await site.get("/columns/notices?page=99")

    assert "济南市跨境电子商务认定管理办法" in policy
    assert "解读 1 篇" in policy or "有效" in policy
    assert second.count("<time") >= 5
    assert 'rel="prev"' in second
    assert beyond.status_code == 200
    assert "这个栏目还没有公开的内容" in (await site.get("/columns/statistics")).text
    assert (await site.get("/columns/unknown")).status_code == 404


async def test_a_file_is_handed_over_under_its_name_and_runs_nothing(site: Site) -> None:
    await site.publish(attachments=[("恶意 页面.html", b"<script>alert(1)</script>", "text/html")])
    digest = (await site.kit.pool.fetchval("SELECT digest FROM edition_file")).replace(":", "-")

    answer = await site.get(f"/files/{digest}/x.html")

    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E6%81%B6")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    for wrong in ("/files/x/y", "/files/sha256-../y", f"/files/sha256-{'0' * 64}/y"):
        assert (await site.get(wrong)).status_code == 404


async def test_programs_read_what_people_read(site: Site) -> None:
    address = await a_policy(site)

    listed = (await site.get("/api/documents?kind=normative")).json()
    whole = (await site.get(f"/api{address.replace('/d/', '/documents/')}")).json()
    columns = (await site.get("/api/columns")).json()

    assert listed["total"] == 1
    assert listed["documents"][0]["document_number"] == "济商发〔2026〕4号"
    assert whole["body_text"].startswith("各有关单位")
    assert whole["attachments"][0]["name"] == "申报表.docx"
    assert (await site.get(whole["attachments"][0]["url"].removeprefix("http://127.0.0.1:8080"))).content == b"form"
    assert {column["id"]: column["documents"] for column in columns["columns"]}["normative"] == 1
    missing = await site.get("/api/documents/nothing")
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"
    assert (await site.get("/api/documents?column=unknown")).status_code == 404
    assert (await site.get("/api/documents?page=0")).status_code == 422


async def test_the_skew_on_the_first_page_is_measured_or_absent(site: Site) -> None:
    approval = await site.publish()
    assert "发布时间差" not in (await site.get("/")).text
    wechat = ChannelRef(id="account:x", kind="wechat", name="济南商务")

    await site.hear(DocumentPublished(
        document_id=approval.document_id, organ_id=ORGAN, release_id=approval.release_id, edition=1,
        edition_digest=approval.edition_digest, manifest=approval.manifest, title="x", kind="notice",
        column_id="notices", permalink=approval.permalink, index_number="x", published_at=site.now, skew_ms=1800.0,
        outcomes=(
            ChannelOutcome(channel=WEBSITE, state="released", acted_at=site.now),
            ChannelOutcome(channel=wechat, state="released", url="https://mp.test/s/1", acted_at=site.now),
        ),
    ))  # fmt: skip

    assert "1.8<small>秒</small>" in (await site.get("/")).text
    assert 'href="https://mp.test/s/1"' in (await site.get(approval.permalink)).text


async def test_an_address_that_the_platform_confirms_later_is_shown_beside_the_document(site: Site) -> None:
    approval = await site.publish()
    wechat = ChannelRef(id="account:x", kind="wechat", name="济南商务")
    await site.hear(ChannelConfirmed(
        document_id=approval.document_id, release_id=approval.release_id, channel=wechat,
        url="https://mp.test/s/later", confirmed_at=site.now,
    ))  # fmt: skip
    await site.hear(DocumentPublished(
        document_id=approval.document_id, organ_id=ORGAN, release_id=approval.release_id, edition=1,
        edition_digest=approval.edition_digest, manifest=approval.manifest, title="x", kind="notice",
        column_id="notices", permalink=approval.permalink, index_number="x", published_at=site.now, skew_ms=1.0,
        outcomes=(
            ChannelOutcome(channel=WEBSITE, state="released", acted_at=site.now),
            ChannelOutcome(channel=wechat, state="released", acted_at=site.now),
        ),
    ))  # fmt: skip

    assert 'href="https://mp.test/s/later"' in (await site.get(approval.permalink)).text


async def test_a_new_catalogue_and_a_new_description_hold_whatever_the_order_of_arrival(site: Site) -> None:
    await site.hear(an_organ(3, name="济南市商务局（新）"))
    await site.hear(an_organ(2, name="济南市商务局（旧）"))
    later = a_catalogue(2, site.now.date() + timedelta(days=1))
    await site.hear(later.model_copy(update={"columns": later.columns[:1]}))
    await site.hear(a_catalogue(1))

    before = await site.get("/columns/notices")
    site.clock.advance(days=1)
    after = await site.get("/columns/notices")

    assert "济南市商务局（新）" in before.text
    assert (before.status_code, after.status_code) == (200, 404)


async def test_a_site_without_an_organ_says_so_on_every_page(postgres, tmp_path: Path) -> None:
    async with a_site(await postgres.database("portal_empty"), tmp_path, described=False) as site:
        for path in (*PATHS, "/d/x-2026-00001", "/feeds/all.atom", "/api/documents", "/robots.txt", "/sitemap.xml"):
            answer = await site.get(path)
            assert answer.status_code in {200, 503}, path
            assert answer.headers["cache-control"] == "no-store"
        assert "网站还没有开通" in (await site.get("/")).text
        await site.hear(an_organ())
        assert (await site.get("/")).status_code == 200


NASTY = (
    "%00", "a%00b", "%ff%fe", "%ed%a0%80", "..%2f..%2fetc", "'", '"', "%27%20OR%201=1", "%5c", "%25", "_", "{{7*7}}", "%0d%0aX:%201",
    "9" * 40, "-1", "0", "1e9", "%F0%9F%92%A9", "〔〕", "a" * 3_000, "<->", "&amp;", ":*", "%E2%80%AE",
)  # fmt: skip


async def test_no_address_however_written_is_answered_with_an_accident(site: Site) -> None:
    await a_policy(site)
    places = (
        "/{x}", "/d/{x}", "/d/{x}.json", "/documents/{x}.json", "/columns/{x}", "/columns/{x}.csv", "/columns/notices?page={x}",
        "/columns/notices?year={x}", "/library?number={x}", "/library?theme={x}", "/library?year={x}", "/library?validity={x}",
        "/library?shelf={x}", "/search?q={x}", "/search?q=办法&kind={x}&from={x}&page={x}&order={x}", "/search.csv?q={x}",
        "/feeds/{x}.atom", "/feeds/all.{x}", "/feeds/columns/{x}.rss", "/feeds/all.atom?archive={x}", "/feeds/search.atom?q={x}",
        "/files/{x}/{x}", "/sitemap.xml?page={x}", "/api/documents/{x}", "/api/documents?column={x}&theme={x}&number={x}",
        "/api/documents?page={x}", "/api/documents?kind={x}", "/api/search?q={x}&from={x}", "/display/size/{x}?next={x}",
    )  # fmt: skip

    for place in places:
        accept = "application/json" if place.startswith("/api/") else "text/html"
        for nasty in NASTY:
            answer = await site.get(place.replace("{x}", nasty), accept=accept)
            assert answer.status_code < 500, (place, nasty, answer.status_code)
