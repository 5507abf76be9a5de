"""What the site shows of an edition: cleaned, digested, placed in its column."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from gongkai.contracts.values import ColumnEntry
from portal.catalogue import Catalogue, Revision, in_force
from portal.rendition import ShownFile, digest_of, rendition
from portal.sanitise import clean, text_of
from portal.showing import elsewhere

DIGEST = "a" * 64


@pytest.mark.parametrize(
    ("hostile", "gone"),
    [
        ('<a href="javascript:alert(1)">x</a>', "javascript"),
        ('<a href="data:text/html,x">x</a>', "data:"),
        ('<a href="//evil.test/">x</a>', "evil"),
        ('<a href="/\\evil.test/">x</a>', "evil"),
        ('<p onclick="x()">x</p>', "onclick"),
        ('<p style="position:fixed">x</p>', "style"),
        ('<p class="skip strip right">x</p>', "skip"),
        ('<p id="main">x</p>', 'id="main"'),
        ("<!-- secret --><p>x</p>", "secret"),
    ],
)
def test_what_could_harm_a_reader_is_taken_out(hostile: str, gone: str) -> None:
    assert gone not in clean(hostile).html


@pytest.mark.parametrize("element", ["script", "style", "iframe", "object", "svg", "form", "video", "math"])
def test_what_a_reader_would_miss_is_refused_rather_than_dropped(element: str) -> None:
    found = clean(f"<p>正文</p><{element}>内容</{element}>")

    assert "网站不能显示" in found.lost


def test_a_picture_is_shown_from_our_own_store() -> None:
    found = clean(f'<p><img src="/blobs/sha256:{DIGEST}" alt="示意图"></p>')

    assert found.images == (f"sha256:{DIGEST}",)
    assert f'src="/files/sha256-{DIGEST}/image"' in found.html
    assert found.lost == ""


def test_a_picture_of_another_host_is_refused() -> None:
    assert "1 张图片" in clean('<p><img src="https://evil.test/x.png"></p>').lost


def test_links_inside_a_document_still_lead_to_their_article() -> None:
    found = clean('<p id="a1">第一条</p><p><a href="#a1">见第一条</a></p>').html

    assert 'id="a-a1"' in found
    assert 'href="#a-a1"' in found


def test_a_text_is_compared_without_its_tags_and_spaces() -> None:
    assert text_of("<p>一 &amp; 二</p>\n<p>三</p>") == "一&二三"


def test_the_digest_changes_with_every_field_a_reader_sees() -> None:
    edition = {
        "organ_name": "济南市商务局", "title": "题", "kind": "notice", "column_id": "c", "column_name": "通知",
        "slug": "s", "index_number": "i", "document_number": None, "formed_on": date(2026, 1, 1),
        "openness": "proactive", "themes": [], "validity": "valid", "valid_until": None, "summary": "",
        "body_html": "<p>文</p>", "explanation": None, "legal_basis": None, "change": "publish",
    }
    file = ShownFile("attachment", "表.xlsx", "sha256:" + DIGEST, "application/vnd.ms-excel", 3)
    original = digest_of(rendition(edition, [file]))

    changed = [digest_of(rendition(edition | {name: "别的"}, [file])) for name in edition]

    assert original not in changed
    assert len(set(changed)) == len(edition)
    assert digest_of(rendition(edition, [])) != original
    assert digest_of(rendition(edition | {"checked_at": 1}, [file])) == original


def a_column(column_id: str, parent: str | None = None, position: int = 0) -> ColumnEntry:
    return ColumnEntry(id=column_id, parent_id=parent, name=column_id, position=position)


def a_revision(number: int, effective_on: date, *columns: ColumnEntry) -> Revision:
    return Revision(UUID(int=1), number, effective_on, datetime(2026, 1, 1, tzinfo=UTC), "", columns)


def test_columns_are_found_with_what_they_lie_in_and_what_lies_in_them() -> None:
    tree = Catalogue.of(a_revision(1, date(2026, 1, 1), a_column("a"), a_column("b", "a"), a_column("c", "b")))

    assert [column.id for column in tree.path("c")] == ["a", "b", "c"]
    assert tree.below("a") == ("a", "b", "c")


def test_a_ring_of_columns_and_an_orphan_stand_at_the_top_rather_than_nowhere() -> None:
    tree = Catalogue.of(
        a_revision(1, date(2026, 1, 1), a_column("a", "b"), a_column("b", "a"), a_column("c", "gone"), a_column("d", "d"))
    )

    assert {column.id for _, column in tree.walk()} == {"a", "b", "c", "d"}
    assert tree.path("a")[-1].id == "a"


def test_a_revision_holds_from_its_date_and_not_before() -> None:
    old = a_revision(1, date(2026, 1, 1), a_column("a"))
    new = a_revision(2, date(2026, 5, 1), a_column("b"))

    before, after = in_force([new, old], date(2026, 4, 30)), in_force([new, old], date(2026, 5, 1))

    assert before is not None
    assert before.revision == 1
    assert after is not None
    assert after.revision == 2


def test_a_site_shows_its_first_catalogue_even_before_its_date() -> None:
    only = in_force([a_revision(1, date(2027, 1, 1), a_column("a"))], date(2026, 1, 1))

    assert only is not None
    assert only.revision == 1


def test_an_address_of_another_channel_leads_to_a_page_or_nowhere() -> None:
    published = {"outcomes": [
        {"channel": {"kind": "weibo", "name": "济南商务"}, "state": "released", "url": "javascript:alert(1)"},
        {"channel": {"kind": "wechat", "name": "济南商务"}, "state": "released", "url": "https://mp.test/s"},
        {"channel": {"kind": "website", "name": "网站"}, "state": "released", "url": "https://site.test"},
    ]}  # fmt: skip

    assert [place.url for place in elsewhere(published)] == ["", "https://mp.test/s"]
