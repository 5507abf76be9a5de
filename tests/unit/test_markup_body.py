"""Bodies as officers write them: what becomes a heading, what a reader is shown, and what can never be shown."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.import_samples import PLAN

from publication.markup import escape, normalise, outline, plain, to_html, to_text
from publication.markup.clauses import chinese, numeral


class Shown(HTMLParser):
    """What a browser would make of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]


BLOB = "/blobs/sha256:" + "a" * 64


def test_a_plan_in_plain_text_shows_its_parts_and_clauses_as_headings():
    items = outline(PLAN)

    assert [item.anchor for item in items if item.level == 2] == ["c1", "c2", "c3", "c4", "c5"]
    assert [item.anchor for item in items if item.level == 3] == [
        "c1-1", "c1-2", "c2-1", "c2-2", "c3-1", "c4-1", "c5-1", "c5-2",
    ]  # fmt: skip
    assert items[1].text == "（一）做好促消费信息公开"


def test_a_heading_that_runs_on_is_split_from_its_paragraph():
    html = to_html("（一）做好公开。按月发布。")

    assert html == '<h3 id="c0-1">（一）做好公开。</h3>\n<p>按月发布。</p>'


def test_anchors_hold_while_other_parts_are_edited():
    before = {item.text: item.anchor for item in outline(PLAN)}

    after = {
        item.text: item.anchor for item in outline(PLAN.replace("及时发布政策和办事信息。", "改写。\n又加了一段。"))
    }

    assert after == before


def test_equal_numbers_get_different_anchors():
    anchors = [item.anchor for item in outline("一、甲\n正文\n一、乙\n正文\n")]

    assert anchors == ["c1", "c1--2"]


def test_items_of_a_list_stay_paragraphs():
    assert outline("第一条　有下列情形之一的：\n（一）身份证明；\n（二）其他材料。\n") == []
    assert outline("材料\n1. 身份证\n2. 户口本\n以上。\n") == []


def test_articles_carry_their_number_as_anchor_and_a_reference_to_one_does_not():
    html = to_html("第一章　总则\n第一条　为了规范。\n第二条　依法公开。\n第一条规定的事项。\n")

    assert '<h2 id="z1">第一章　总则</h2>' in html
    assert '<p id="t2"><strong>第二条</strong>　依法公开。</p>' in html
    assert "<p>第一条规定的事项。</p>" in html


def test_quarters_are_not_taken_for_a_clause_number():
    assert outline("一、二季度增长较快。\n") == []


def test_an_indented_paragraph_is_not_code_and_blanks_are_not_emphasis():
    assert to_html("    姓名____性别____\n") == "<p>姓名____性别____</p>"


def test_tables_keep_their_cells_and_their_bars():
    html = to_html("| 项目 | 金额 |\n| --- | --- |\n| 甲\\|乙 | 1 |\n")

    assert html == (
        '<table><thead><tr><th scope="col">项目</th><th scope="col">金额</th></tr></thead>'
        "<tbody><tr><td>甲|乙</td><td>1</td></tr></tbody></table>"
    )
    assert to_text("| 项目 | 金额 |\n| --- | --- |\n| 甲\\|乙 | 1 |\n") == "项目\t金额\n甲|乙\t1"


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[点](javascript:alert(1))",
        "[点](data:text/html;base64,PHNjcmlwdD4=)",
        "[点](//evil.example/x)",
        "[点](/\\evil.example)",
        "[点](vbscript:x)",
        "![图](http://evil.example/track.png)",
        "![图](/blobs/sha256:short)",
        "<p style='position:fixed' class='x' id='y'>",
        "| <b onclick=x>甲</b> | 乙 |\n| --- | --- |\n| <iframe> | 1 |",
        "- <svg onload=alert(1)>",
        "> <style>*{}</style>",
        "# <h1 onclick=x>标题",
        "```\n</code><script>\n```",
        '[x](<https://a.cn/"onmouseover="alert(1)>)',
    ],
)
def test_nothing_an_officer_or_a_file_writes_becomes_active(attack):
    shown = Shown(to_html(attack))

    assert shown.tags <= {
        "p",
        "a",
        "h2",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "ul",
        "li",
        "blockquote",
        "pre",
        "code",
    }
    assert shown.attributes <= {("a", "rel"), ("th", "scope"), ("a", "href"), ("h2", "id")}
    assert all(href.startswith(("https://a.cn/", "/%5Cevil")) for href in shown.links)


def test_own_images_and_ordinary_links_are_kept():
    html = to_html(f"见[公告](https://www.jinan.gov.cn/a)、[本站](/d/jnsw-2024-00001)。\n![流程图]({BLOB})\n")

    assert '<a href="https://www.jinan.gov.cn/a" rel="noopener noreferrer">公告</a>' in html
    assert '<a href="/d/jnsw-2024-00001" rel="noopener noreferrer">本站</a>' in html
    assert f'<img src="{BLOB}" alt="流程图">' in html


@pytest.mark.parametrize(
    "body", ["[" * 40_000, ">" * 40_000, "- " * 40_000, "（一" * 40_000, "|" * 60_000, "**a" * 20_000, "![" * 20_000]
)
def test_hostile_nesting_is_rendered_without_growing(body):
    assert len(to_html(body)) < 12 * len(body)


@given(st.text(alphabet="甲乙。*_`[]()#>-+|\\<&!~ 1.", max_size=40).filter(lambda text: text.strip()))
def test_escaped_text_is_shown_as_it_was_written(text):
    line = " ".join(text.split())

    assert plain(escape(line)) == line


@given(st.text(max_size=300))
def test_normalising_twice_changes_nothing_more(text):
    once = normalise(text)

    assert normalise(once) == once


@given(st.integers(min_value=1, max_value=999))
def test_chinese_numerals_are_read_as_they_are_written(number):
    assert numeral(chinese(number)) == number
