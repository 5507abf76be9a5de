"""Frames, components and filters: what is typed is escaped, what is counted comes from the law, nothing is inline."""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from uuid import UUID

import pytest
from markupsafe import Markup

from gongkai.statute.calendar import built_in
from gongkai.web.components import ConsoleFrame, DocItem, Link, PageLinks, SiteFrame
from gongkai.web.days import runs_of, weeks_of
from gongkai.web.filters import FILTERS
from gongkai.web.forms import Form
from gongkai.web.gallery import samples
from gongkai.web.navigation import SECTIONS, sections_for
from gongkai.web.officers import OrganView
from gongkai.web.permissions import ROLES
from gongkai.web.problem_page import ADVICE, renderer
from gongkai.web.session import Officer
from gongkai.web.static import minify_css, static_file, url_for_static
from gongkai.web.templating import environment

NASTY = '"><script>alert(1)</script><img src=x onerror=alert(1)>\'{{7*7}}'
ENV = environment()


def an_officer(*roles: str) -> Officer:
    return Officer(UUID(int=1), UUID(int=2), frozenset(roles), "办公室", 0, "session")


def an_organ(name: str = "济南市商务局") -> OrganView:
    return OrganView(
        organ_id=UUID(int=2), version=1, name=name, short_name="济商", slug="jnsw", credit_code="x", phones=("0531-0",)
    )


def the_console(**context) -> dict:
    desk = ConsoleFrame("某某", "办公室 拟稿人", "济南市商务局", sections_for(an_officer(*ROLES)), {"work": 3})
    return {"desk": desk, "csrf": "proof", "here": "/x", "today": date(2025, 2, 18), **context}


class Strict(HTMLParser):
    """Notes what the content policy forbids and what a screen reader would miss."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.controls: list[str] = []
        self.headings: list[int] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.faults += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag in {"script", "style", "iframe"}:
            self.faults.append(tag)
        for name in ("href", "src", "action"):
            if re.match(r"^(https?:)?//", given.get(name) or "") or (given.get(name) or "").startswith("javascript"):
                self.faults.append(f"{name}={given[name]}")
        if given.get("id"):
            self.ids.append(given["id"])
        if tag == "label":
            self.labels.add(given.get("for", ""))
        if tag in {"input", "select", "textarea"} and given.get("type") != "hidden":
            self.controls.append(given.get("id", f"{tag} without id"))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))


def test_the_gallery_shows_every_component_without_anything_inline_and_every_control_has_its_label():
    icons = list(ENV.get_template("icons.html").make_module().shapes)

    page = Strict(ENV.get_template("components.html").render(the_console() | samples(icons)))

    assert page.faults == []
    assert len(page.ids) == len(set(page.ids))
    assert set(page.controls) <= page.labels
    assert page.headings.count(1) == 1


def test_the_public_frame_shows_the_organ_its_columns_and_nothing_that_is_absent():
    site = SiteFrame(an_organ(), [Link("首页", "/", "page"), Link("政策文件", "/c/zcwj")], [], [Link("公开指南", "/guide")])

    html = ENV.from_string('{% extends "site.html" %}{% block title %}首页{% endblock %}{% block body %}<h1>首页</h1>{% endblock %}').render(
        the_console(site=site)
    )

    assert "<title>首页 - 济南市商务局政府信息公开</title>" in html
    assert 'aria-current="page">首页' in html
    assert "0531-0" in html
    assert "备案信息" not in html
    assert "无" not in re.findall(r"<dd[^>]*>(.*?)</dd>", html)
    assert Strict(html).faults == []


def test_whatever_was_typed_into_a_field_comes_back_as_text():
    form = Form.of({"title": NASTY, "body": NASTY, "kind": NASTY})
    form.add("title", NASTY, NASTY)
    ui = ENV.globals["ui"]

    html = "".join([
        ui.error_summary(form), ui.field(form, "title", NASTY, hint=NASTY), ui.field(form, "body", "正文", rows=3),
        ui.select(form, "kind", "类别", [(NASTY, NASTY)]), ui.choices(form, "kind", "类别", [(NASTY, NASTY)]),
        ui.doc_list([DocItem(NASTY, "/d/x", facts=(NASTY,))]), ui.meta([(NASTY, NASTY)], NASTY), ui.notice("bad", NASTY, NASTY),
        ui.crumbs([Link(NASTY, "/x"), Link(NASTY)]), ui.badge(NASTY), ui.empty(NASTY, NASTY),
    ])

    assert Strict(html).faults == []
    assert "<script" not in html
    assert "49" not in html


@pytest.mark.parametrize("nasty", [NASTY, "</textarea><script>", "\x00\u202e"])
def test_the_name_of_an_organ_cannot_break_out_of_the_frame(nasty):
    site = SiteFrame(an_organ(nasty))

    html = ENV.from_string('{% extends "site.html" %}{% block title %}x{% endblock %}').render(the_console(site=site))

    assert Strict(html).faults == []


def test_a_password_is_never_sent_back():
    form = Form.of({"password": "very-secret-1"})

    assert "very-secret-1" not in ENV.globals["ui"].field(form, "password", "密码", type="password")


def test_an_error_is_said_in_the_same_words_beside_the_field_and_in_the_summary_that_links_to_it():
    form = Form.of({"idno": "1"})
    form.add("idno", "最后一位校验不符", "证件号码")
    ui = ENV.globals["ui"]

    assert '<a href="#idno">证件号码：最后一位校验不符</a>' in ui.error_summary(form)
    field = ui.field(form, "idno", "证件号码", hint="提示")
    assert 'aria-invalid="true" aria-describedby="idno-h idno-e"' in field
    assert "最后一位校验不符" in field


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("date_zh", date(2025, 2, 27), "2025年2月27日（星期四）"),
        ("date_zh", datetime(2025, 2, 26, 16, 30, tzinfo=UTC), "2025年2月27日（星期四）"),
        ("date_zh", datetime(2025, 2, 27, 15, 59, tzinfo=UTC), "2025年2月27日（星期四）"),
        ("date_zh", datetime(2025, 2, 27, 16, 0, tzinfo=UTC), "2025年2月28日（星期五）"),
        ("time_zh", datetime(2025, 2, 27, 1, 0, tzinfo=UTC), "09:00"),
        ("second_zh", datetime(2025, 2, 27, 2, 0, 1, 150_000, tzinfo=UTC), "10:00:01.1"),
        ("datetime_zh", datetime(2025, 2, 13, 2, 0, tzinfo=UTC), "2025年2月13日（星期四）10:00"),
        ("iso", datetime(2025, 2, 13, 2, 0, tzinfo=UTC), "2025-02-13T10:00:00+08:00"),
        ("filesize", 512, "512 字节"),
        ("filesize", 190_464, "186 KB"),
        ("filesize", 24_536_679, "23.4 MB"),
        ("number", 100_000, "100,000"),
        ("number", 9.44, "9.4"),
        ("date_zh", None, ""),
        ("filesize", None, ""),
    ],
)
def test_dates_sizes_and_numbers_are_written_as_officers_write_them(name, value, words):
    assert FILTERS[name](value) == words


def test_a_deadline_is_shown_day_by_day_as_the_law_counts_it():
    explanation = built_in().explain(date(2025, 9, 26), 20)

    weeks = weeks_of(explanation, today=date(2025, 10, 9))

    cells: dict = {}
    for cell in (cell for week in weeks for cell in week if cell):
        cells.setdefault(cell.label, cell)
    assert all(len(week) == 7 for week in weeks)
    assert cells["9/26"].classes == "event"
    assert cells["28"].classes == "on make"
    assert cells["28"].ordinal == 1
    assert cells["10/1"].classes == "off rest"
    assert cells["9"].classes == "on now"
    assert cells["10"].classes == "todo"
    assert [week for week in weeks if week[3] and week[3].classes == "end"][-1][3].label == "30"
    runs = runs_of(explanation)
    assert [(run.days, run.total) for run in runs] == [(3, 3), (3, 6), (5, 11), (5, 16), (4, 20)]


def test_pages_far_away_are_left_out_and_the_query_is_kept():
    links = PageLinks.over("/search", [("q", "消费券"), ("page", "9")], current=9, size=10, total=1000)

    assert links.numbers == [1, None, 7, 8, 9, 10, 11, None, 100]
    assert links.href(1) == "/search?q=%E6%B6%88%E8%B4%B9%E5%88%B8"
    assert links.href(2).endswith("&page=2")


def test_the_stylesheet_is_within_its_budget_and_keeps_what_spaces_mean():
    css = static_file("gongkai.css")

    assert css is not None
    assert len(css.content) <= 40 * 1024
    text = css.content.decode()
    assert "/*" not in text
    assert "calc(var(--wide) + 2*" in text or "calc(var(--wide) + 2 * " in text
    assert text.count("{") == text.count("}")
    assert not re.search(r"url\((?!#)", text)


def test_minifying_leaves_descendant_pseudo_classes_alone():
    assert minify_css("a :hover { color : red ; }\n.b > c { margin: 0 auto !important; }") == "a :hover{color : red}.b>c{margin:0 auto!important}"


@pytest.mark.parametrize("name", ["../static.py", "no.css", ".hidden.css", "a/b.css", "gongkai.py", ""])
def test_only_our_own_static_files_are_found(name):
    assert static_file(name) is None
    with pytest.raises(LookupError):
        url_for_static(name)


def test_navigation_shows_only_what_one_may_open():
    labels = {entry.label for section in sections_for(an_officer("drafter")) for entry in section.entries}

    assert "文件发布" in labels
    assert "人员和角色" not in labels
    assert len(sections_for(an_officer(*ROLES))) == len(SECTIONS)


def test_a_page_that_forgets_a_value_fails_loudly():
    with pytest.raises(Exception, match="undefined"):
        ENV.from_string("{{ forgotten }}").render()


def test_every_problem_has_advice_that_says_what_to_do():
    assert renderer() is not renderer(public=True)
    assert all(words.endswith("。") for words in ADVICE.values())


def test_markup_is_only_what_templates_made():
    assert isinstance(ENV.globals["icon"]("tick"), Markup)
