"""Feeds, sitemaps, tables and cache lifetimes: valid by parsing, honest by arithmetic."""

import csv
import io
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import asked, caching, feeds
from portal.feeds import ATOM, HISTORY, PAGE, TOMBSTONE, Entry, Feed

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
GUARD = timedelta(seconds=2)


def an_entry(number: int = 1, **values: object) -> Entry:
    return Entry(**{
        "id": f"urn:uuid:00000000-0000-0000-0000-{number:012d}", "url": f"https://site.test/d/jn-2026-{number:05d}",
        "title": f"第{number}号通知", "summary": "", "published": NOW, "updated": NOW + timedelta(minutes=number),
        "author": "济南市商务局", "category": "通知公告", **values,
    })


def a_feed(*entries: Entry, **values: object) -> Feed:
    return Feed(**{
        "id": "https://site.test/feeds/all", "title": "最新公开", "author": "济南市商务局", "home": "https://site.test/",
        "self_url": "https://site.test/feeds/all.atom", "current_url": "https://site.test/feeds/all.atom",
        "updated": NOW, "entries": entries, **values,
    })


def test_an_atom_feed_has_what_the_standard_asks_for() -> None:
    root = ET.fromstring(feeds.atom(a_feed(an_entry(1), an_entry(2))))

    assert root.tag == f"{{{ATOM}}}feed"
    for name in ("id", "title", "updated"):
        assert root.findtext(f"{{{ATOM}}}{name}")
    assert [e.findtext(f"{{{ATOM}}}title") for e in root.findall(f"{{{ATOM}}}entry")] == ["第2号通知", "第1号通知"]
    for entry in root.findall(f"{{{ATOM}}}entry"):
        for name in ("id", "title", "updated", "published", "summary"):
            assert entry.findtext(f"{{{ATOM}}}{name}")
        datetime.fromisoformat(str(entry.findtext(f"{{{ATOM}}}updated")))


def test_what_was_withdrawn_is_a_tombstone_and_its_words_are_gone() -> None:
    gone = an_entry(1, withdrawn=True, title="涉及个人的决定", explanation="依申请撤回")

    root = ET.fromstring(feeds.atom(a_feed(gone)))
    as_json = feeds.json_feed(a_feed(gone))

    assert root.find(f"{{{ATOM}}}entry") is None
    tombstone = root.find(f"{{{TOMBSTONE}}}deleted-entry")
    assert tombstone is not None
    assert tombstone.get("ref") == gone.id
    assert tombstone.findtext(f"{{{TOMBSTONE}}}comment") == "依申请撤回"
    assert as_json["items"] == []
    assert as_json["_tombstones"][0]["id"] == gone.id


def test_a_document_that_was_corrected_appears_once_with_its_latest_words() -> None:
    first, second = an_entry(1), an_entry(1, updated=NOW + timedelta(days=1), summary="更正：日期有误")

    root = ET.fromstring(feeds.atom(a_feed(first, second)))

    entries = root.findall(f"{{{ATOM}}}entry")
    assert len(entries) == 1
    assert entries[0].findtext(f"{{{ATOM}}}summary") == "更正：日期有误"


def test_an_archive_says_that_it_is_one_and_where_its_neighbours_are() -> None:
    root = ET.fromstring(feeds.atom(a_feed(an_entry(), archive=True, previous_url="https://p", next_url="https://n")))

    assert root.find(f"{{{HISTORY}}}archive") is not None
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{{{ATOM}}}link")}
    assert links["prev-archive"] == "https://p"
    assert links["next-archive"] == "https://n"
    assert links["current"] == "https://site.test/feeds/all.atom"


@given(st.text(), st.text(), st.text())
def test_no_text_can_break_a_feed(title: str, summary: str, explanation: str) -> None:
    feed = a_feed(
        an_entry(1, title=title, summary=summary), an_entry(2, withdrawn=True, explanation=explanation, title=title),
        title=title,
    )

    ET.fromstring(feeds.atom(feed))
    ET.fromstring(feeds.rss(feed))


def test_an_rss_feed_has_what_readers_need() -> None:
    root = ET.fromstring(feeds.rss(a_feed(an_entry(1))))

    item = root.find("channel/item")
    assert root.get("version") == "2.0"
    assert item is not None
    assert item.findtext("guid") == an_entry(1).id
    assert item.findtext("pubDate") == "Tue, 10 Mar 2026 04:00:00 +0000"


@pytest.mark.parametrize("total", [0, 1, PAGE - 1, PAGE, PAGE + 1, PAGE + 30, 3 * PAGE, 7 * PAGE + 49])
def test_the_newest_page_and_the_archives_together_hold_everything_once(total: int) -> None:
    offset, limit, previous = feeds.page_bounds(total, None)
    seen = list(range(offset, offset + limit))
    while previous:
        start, size, before = feeds.page_bounds(total, previous)
        seen = list(range(start, start + size)) + seen
        previous = before

    assert seen == list(range(total))


def test_a_full_archive_keeps_its_bounds_as_the_site_grows() -> None:
    assert feeds.page_bounds(PAGE, 1) == feeds.page_bounds(1000 * PAGE, 1)


def test_a_copy_never_outlives_the_next_ordered_instant() -> None:
    assert caching.lifetime(NOW, NOW + timedelta(seconds=0.9), GUARD) == 0
    assert caching.lifetime(NOW, NOW + timedelta(seconds=1.5), GUARD) == 1


@given(st.floats(0, 30), st.floats(0, 10))
def test_a_copy_never_reaches_across_an_instant_whether_it_is_ordered_yet_or_not(left: float, guard: float) -> None:
    ordered = NOW + timedelta(seconds=left)

    assert NOW + timedelta(seconds=caching.lifetime(NOW, ordered, timedelta(seconds=guard))) <= max(ordered, NOW)
    assert timedelta(seconds=caching.lifetime(NOW, None, timedelta(seconds=guard))) <= timedelta(seconds=guard) / 2


def test_a_reader_with_the_same_copy_is_told_so() -> None:
    tag = caching.etag(b"page")

    assert caching.unchanged(tag, None, tag, None)
    assert caching.unchanged(tag, None, f'W/{tag}, "x"', None)
    assert caching.unchanged(tag, NOW, None, caching.http_date(NOW))
    assert not caching.unchanged(tag, NOW, '"other"', caching.http_date(NOW))
    assert not caching.unchanged(tag, NOW, None, caching.http_date(NOW - timedelta(seconds=1)))
    assert not caching.unchanged(tag, NOW, None, "yesterday")


def test_a_table_never_holds_a_formula() -> None:
    content = asked.table(("标题",), [("=1+1",), ("@x",), ("平常的标题",), (None,)])

    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["标题", "'=1+1", "'@x", "平常的标题", ""]


def test_a_sitemap_is_valid_and_escaped() -> None:
    root = ET.fromstring(feeds.site_map([("https://site.test/d/a?x=1&y=2", NOW)]))

    assert root[0][0].text == "https://site.test/d/a?x=1&y=2"
