"""Atom, RSS and JSON Feed of what happened on this site, with archives and tombstones. Pure.

The log of releases is cut into pages of fixed size from its beginning. A full page is an archive that no longer
changes its bounds (RFC 5005); the newest entries are the subscription document. What was withdrawn is a
`deleted-entry` (RFC 6721) on whatever page it once stood.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any, Final, Literal

ATOM: Final = "http://www.w3.org/2005/Atom"
HISTORY: Final = "http://purl.org/syndication/history/1.0"
TOMBSTONE: Final = "http://purl.org/atompub/tombstones/1.0"
PAGE: Final = 50
LATER: Final = "这条之后又有变动，请看最新的版本。"
Format = Literal["atom", "rss", "json"]
MEDIA: Final[Mapping[str, str]] = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}
#: Characters that XML 1.0 cannot carry in any spelling.
_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ET.register_namespace("atom", ATOM)
ET.register_namespace("fh", HISTORY)
ET.register_namespace("at", TOMBSTONE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: published, corrected, repealed or withdrawn."""

    id: str
    url: str
    title: str
    summary: str
    published: datetime
    updated: datetime
    author: str
    category: str
    withdrawn: bool = False
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of a feed. `self_url`… are whole addresses; an archive says so."""

    id: str
    title: str
    author: str
    home: str
    self_url: str
    current_url: str
    updated: datetime
    entries: Sequence[Entry]
    previous_url: str = ""
    next_url: str = ""
    archive: bool = False
    #: Neighbours in a feed that is paged and not archived: its pages move as things are published (RFC 5005, 3).
    earlier_url: str = ""
    later_url: str = ""


def entry_of(row: Mapping[str, Any], public_url: str) -> Entry:
    """Read one row of the log. The words are those of today: a page of the past never shows what is gone."""
    gone = row["now_change"] == "withdraw"
    later = row["release_id"] != row["now_release_id"]
    notes = {"correct": "更正：", "repeal": "效力变动：", "withdraw": "撤回：", "publish": ""}
    explanation = row["explanation"] or ""
    words = [notes[row["now_change"]] + explanation if explanation else "", row["summary"]]
    return Entry(
        id=f"urn:uuid:{row['document_id']}",
        url=f"{public_url}/d/{row['slug']}",
        title=row["title"],
        summary=LATER if later and not gone else " ".join(word for word in words if word),
        published=row["first_release_at"],
        updated=row["release_at"],
        author=row["organ_name"],
        category=row["column_name"],
        withdrawn=gone,
        explanation=explanation,
    )


def page_bounds(total: int, number: int | None) -> tuple[int, int, int]:
    """Return offset, limit and the number of the archive before; `number` None is the subscription document.

    The subscription document holds what no full archive holds yet, and the newest archive too when that is little.
    """
    full = total // PAGE
    if number is not None:
        return (number - 1) * PAGE, PAGE, number - 1
    offset = full * PAGE
    if total - offset < PAGE // 2 and full:
        return offset - PAGE, PAGE + total - offset, full - 1
    return offset, total - offset, full


def newest_first(entries: Sequence[Entry]) -> list[Entry]:
    """Keep one entry per document, the latest."""
    latest: dict[str, Entry] = {}
    for entry in entries:
        kept = latest.get(entry.id)
        if kept is None or entry.updated >= kept.updated:
            latest[entry.id] = entry
    return sorted(latest.values(), key=lambda entry: (entry.updated, entry.id), reverse=True)


def _text(parent: ET.Element, tag: str, text: str, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, {name: _clean(value) for name, value in attributes.items()})
    element.text = _clean(text)
    return element


def _clean(text: str) -> str:
    return _ILLEGAL.sub("", text)


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _document(root: ET.Element) -> bytes:
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def atom(feed: Feed) -> bytes:
    a = f"{{{ATOM}}}"
    root = ET.Element(f"{a}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "zh-CN"})
    _text(root, f"{a}id", feed.id)
    _text(root, f"{a}title", feed.title)
    _text(root, f"{a}updated", _instant(feed.updated))
    author = ET.SubElement(root, f"{a}author")
    _text(author, f"{a}name", feed.author)
    _text(root, f"{a}link", "", rel="alternate", type="text/html", href=feed.home)
    _text(root, f"{a}link", "", rel="self", type="application/atom+xml", href=feed.self_url)
    _archive_links(root, feed)
    for entry in newest_first(feed.entries):
        if entry.withdrawn:
            marks = {"ref": entry.id, "when": _instant(entry.updated)}
            gone = ET.SubElement(root, f"{{{TOMBSTONE}}}deleted-entry", marks)
            _text(gone, f"{{{TOMBSTONE}}}comment", entry.explanation or "已撤回")
            ET.SubElement(gone, f"{a}link", {"rel": "alternate", "href": entry.url})
            continue
        item = ET.SubElement(root, f"{a}entry")
        _text(item, f"{a}id", entry.id)
        _text(item, f"{a}title", entry.title)
        _text(item, f"{a}link", "", rel="alternate", type="text/html", href=entry.url)
        _text(item, f"{a}link", "", rel="alternate", type="application/json", href=f"{entry.url}.json")
        _text(item, f"{a}published", _instant(entry.published))
        _text(item, f"{a}updated", _instant(entry.updated))
        writer = ET.SubElement(item, f"{a}author")
        _text(writer, f"{a}name", entry.author)
        _text(item, f"{a}category", "", term=entry.category)
        _text(item, f"{a}summary", entry.summary or entry.title)
    return _plainly(_document(root))


def _plainly(document: bytes) -> bytes:
    """Write Atom as the default namespace: simple readers know no prefixes. Text cannot hold a raw `<`."""
    plain = document.replace(b"<atom:", b"<").replace(b"</atom:", b"</")
    return plain.replace(b"xmlns:atom=", b"xmlns=", 1)


def _archive_links(root: ET.Element, feed: Feed) -> None:
    a = f"{{{ATOM}}}"
    if feed.archive:
        ET.SubElement(root, f"{{{HISTORY}}}archive")
        _text(root, f"{a}link", "", rel="current", href=feed.current_url)
    if feed.previous_url:
        _text(root, f"{a}link", "", rel="prev-archive", href=feed.previous_url)
    if feed.next_url:
        _text(root, f"{a}link", "", rel="next-archive", href=feed.next_url)
    if feed.earlier_url:
        _text(root, f"{a}link", "", rel="next", href=feed.earlier_url)
    if feed.later_url:
        _text(root, f"{a}link", "", rel="previous", href=feed.later_url)


def rss(feed: Feed) -> bytes:
    root = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(root, "channel")
    _text(channel, "title", feed.title)
    _text(channel, "link", feed.home)
    _text(channel, "description", f"{feed.author}：{feed.title}")
    _text(channel, "language", "zh-cn")
    _text(channel, "lastBuildDate", format_datetime(feed.updated, usegmt=False))
    _text(channel, f"{{{ATOM}}}link", "", rel="self", type="application/rss+xml", href=feed.self_url)
    _archive_links(channel, feed)
    for entry in newest_first(feed.entries):
        item = ET.SubElement(channel, "item")
        _text(item, "title", f"［已撤回］{entry.title}" if entry.withdrawn else entry.title)
        _text(item, "link", entry.url)
        _text(item, "guid", entry.id, isPermaLink="false")
        _text(item, "pubDate", format_datetime(entry.published, usegmt=False))
        _text(item, "category", entry.category)
        words = entry.explanation if entry.withdrawn else entry.summary or entry.title
        # Readers take a description for HTML, so the text is written as HTML that shows it.
        _text(item, "description", escape(words, quote=False))
    return _document(root)


def json_feed(feed: Feed) -> dict[str, Any]:
    entries = newest_first(feed.entries)
    out: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.self_url,
        "language": "zh-CN",
        "authors": [{"name": feed.author}],
        "items": [
            {
                "id": entry.id,
                "url": entry.url,
                "title": entry.title,
                "content_text": entry.summary or entry.title,
                "date_published": _instant(entry.published),
                "date_modified": _instant(entry.updated),
                "authors": [{"name": entry.author}],
                "tags": [entry.category],
            }
            for entry in entries
            if not entry.withdrawn
        ],
        "_tombstones": [
            {"id": entry.id, "url": entry.url, "when": _instant(entry.updated), "explanation": entry.explanation}
            for entry in entries
            if entry.withdrawn
        ],
    }
    if feed.previous_url or feed.earlier_url:
        out["next_url"] = feed.previous_url or feed.earlier_url
    return out


def site_map(pages: Sequence[tuple[str, datetime | None]]) -> bytes:
    root = ET.Element("urlset", {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"})
    for url, changed in pages:
        page = ET.SubElement(root, "url")
        _text(page, "loc", url)
        if changed is not None:
            _text(page, "lastmod", changed.isoformat(timespec="seconds"))
    return _document(root)


def site_map_index(urls: Sequence[str]) -> bytes:
    root = ET.Element("sitemapindex", {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"})
    for url in urls:
        _text(ET.SubElement(root, "sitemap"), "loc", url)
    return _document(root)
