"""What the console makes of facts, findings, clocks and releases, before any page is served."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from tests.support.publication_worlds import (
    COMMANDS,
    DRAFTER,
    NOTICE,
    POLICY,
    a_published_document,
    a_submitted_document,
    dossier_of,
)

from gongkai.statute.calendar import built_in
from gongkai.web.forms import Form
from gongkai.web.typed import read_date
from publication import clocks, markup
from publication.domain import facts as f
from publication.domain.decide import decide
from publication.domain.gates import GateName, gates
from publication.domain.steps import StepName
from publication.pages import deadlines, findings, progress
from publication.pages.anchoring import Place, anchor_body, anchor_line
from publication.pages.changing import KINDS as ACTS
from publication.pages.comparing import compare
from publication.pages.inputs import EditionInput, ReasonInput, WhenInput, read_time, scheduled_at
from publication.pages.operating import parked_row, status_row
from publication.pages.story import document_fact, release_fact
from publication.release import facts as r
from publication.release import states as s
from publication.release.channels import Channel

CALENDAR = built_in()
TODAY = date(2025, 3, 10)
NOW = datetime(2025, 3, 10, 4, 0, tzinfo=UTC)
TEXT = "为落实**原市商务委员会**要求，制定本方案。\n\n一、工作目标。[见此](https://x.cn/a?b=138) 电话13800000000。\n\n| 甲 | 乙 |\n| --- | --- |\n| 1 | 二 |"


def place(number: int, words: str, *, bad: bool = False) -> Place:
    start = TEXT.index(words)
    return Place(number, start, start + len(words), bad)


def without_marks(html: str) -> str:
    """Take the marks out again, as a reader's eye does."""
    import re

    return re.sub(r'<span class="find-mark[^"]*" id="m\d+">|<a href="#f\d+" aria-label="检查结果 \d+">\d+</a></span>', "", html)


def test_a_finding_is_marked_where_it_lies_and_links_both_ways():
    shown = anchor_body(TEXT, [place(1, "原市商务委员会"), place(4, "13800000000", bad=True)])

    assert '<span class="find-mark" id="m1">原市商务委员会<a href="#f1" aria-label="检查结果 1">1</a></span>' in shown.html
    assert '<span class="find-mark find-mark--bad" id="m4">13800000000<a href="#f4"' in shown.html
    assert shown.numbers == {1, 4}


@pytest.mark.parametrize("words", ["一、工", "| 1", "138", "据**原"[1:], "甲 | 乙"])
def test_a_mark_never_changes_the_text_it_stands_in(words):
    shown = anchor_body(TEXT, [place(1, words)])

    assert without_marks(shown.html) == markup.to_html(TEXT)


@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(1, 12)), max_size=8))
def test_whatever_is_found_the_text_stays_as_it_is(spans):
    places = [Place(number, at, at + length, bad=False) for number, (at, length) in enumerate(spans, start=1)]

    shown = anchor_body(TEXT, places)

    assert without_marks(shown.html) == markup.to_html(TEXT)
    assert all(f'id="m{number}"' in shown.html for number in shown.numbers)


def test_a_title_is_escaped_before_it_is_marked():
    shown = anchor_line("<b>坏</b>标题", [Place(1, 3, 4, bad=True)])

    assert shown.html.startswith('&lt;b&gt;<span class="find-mark find-mark--bad" id="m1">坏')
    assert "<b>" not in shown.html


def test_characters_used_as_tags_cannot_be_smuggled_in():
    hostile = f"甲{chr(0xF0000)}乙{chr(0xF8000)}丙"

    shown = anchor_line(hostile, [Place(1, 0, 1, bad=False)])

    assert shown.html.count("<span") == 1


@pytest.mark.parametrize(
    ("due", "state", "text"),
    [
        (date(2025, 3, 8), "late", "超 2 日"),
        (date(2025, 3, 10), "soon", "今天到期"),
        (date(2025, 3, 11), "soon", "明天到期"),
        (date(2025, 3, 13), "soon", "剩 3 个工作日"),
        (date(2025, 3, 14), "", "剩 4 个工作日"),
    ],
)
def test_a_deadline_is_said_in_working_days_while_it_is_ahead(due, state, text):
    chip = deadlines.chip(due, TODAY, CALENDAR, why="", href="", provisional=False)

    assert (chip.state, chip.text) == (state, text)


def test_the_days_of_a_clock_are_those_the_clock_counted():
    _, counted = clocks.proactive(date(2025, 1, 20), CALENDAR)

    shown = deadlines.day_by_day(counted.explanation, date(2025, 2, 10))

    assert shown is not None
    cells = [cell for week in shown.weeks for cell in week if cell]
    assert cells[0].classes == "event"
    assert cells[-1].classes.startswith("end")
    assert cells[-1].ordinal == 20
    assert [cell.note for cell in cells if "rest" in cell.classes][:1] == ["春节"]
    assert any("make" in cell.classes for cell in cells)
    assert shown.runs[-1].total == 20
    assert sum(run.days for run in shown.runs) == 20


def test_a_clock_without_days_has_nothing_to_unfold():
    assert deadlines.day_by_day(clocks.debt(date(2025, 3, 11), CALENDAR).explanation, TODAY) is None


def test_the_bar_shows_who_signed_when_and_what_is_due():
    document = a_submitted_document()
    [fact] = decide(document, next(c for c in COMMANDS if type(c).__name__ == "PutMark" and c.step == "first-review"))
    signed = progress.six(document, {}, {}, DRAFTER.person)

    assert isinstance(fact, f.MarkPut)
    assert [step.name_zh for step in signed] == ["初审", "初校", "复审", "复校", "终审", "终校"]
    assert [step.current for step in signed] == [True, False, False, False, False, False]
    assert signed[0].icon == "ready"


def test_every_gate_has_words_for_open_and_shut():
    assert set(progress.GATE_WORDS) == set(get_args(GateName))


def test_what_is_only_under_way_is_not_shown_as_trouble():
    dossier = dossier_of(a_submitted_document(POLICY))
    views = {v.name: v for v in progress.gate_views(gates(dossier, POLICY, today=TODAY, column_known=True))}

    assert (views["marks"].kind, views["disclosure"].kind) == ("busy", "busy")
    assert views["metadata"].kind == "ok"


def test_nothing_is_ticked_as_the_result_of_checks_that_are_not_done():
    dossier = dossier_of(a_submitted_document(POLICY))
    unchecked = replace(dossier, report=None)

    views = {v.name: v for v in progress.gate_views(gates(unchecked, POLICY, today=TODAY, column_known=True))}

    assert (views["findings"].short, views["findings"].kind) == ("检查结果未出", "busy")
    assert (views["assessment"].short, views["assessment"].kind) == ("个人信息未查", "busy")


def _anything(kind: Any) -> Any:
    """Build a value for one field of a fact."""
    known = {
        UUID: UUID(int=7), str: "x", int: 1, bool: True, float: 1.0, date: TODAY, datetime: NOW,
        tuple[str, ...]: ("x",),
    }  # fmt: skip
    if kind in known:
        return known[kind]
    options = get_args(kind)
    if options and all(isinstance(option, str) for option in options):
        return options[0]
    if type(None) in options:
        return _anything(next(option for option in options if option is not type(None)))
    return ()


PLAN = s.Plan(
    UUID(int=1), 1, "d", "m", 1, "publish", (Channel("website", "website", "政府网站"),), "all-or-hold", NOW, None, 1, 1,
    UUID(int=2),
)  # fmt: skip


def _a_fact(kind: type) -> Any:
    import typing

    hints = typing.get_type_hints(kind)
    values = {each.name: PLAN if hints[each.name] is s.Plan else _anything(hints[each.name]) for each in fields(kind)}
    if "item" in values:
        values["item"] = "scope"
    if "items" in values:
        values["items"] = ("scope",)
    for name in ("steps", "owed"):
        if name in values:
            values[name] = ("first-review",)
    return kind(**values)


@pytest.mark.parametrize("kind", get_args(f.Fact), ids=lambda kind: kind.__name__)
def test_every_fact_of_a_document_is_told_in_a_sentence(kind):
    told = document_fact(_a_fact(kind))

    assert any("\u4e00" <= char <= "\u9fff" for char in told.what)


@pytest.mark.parametrize("kind", get_args(r.Fact), ids=lambda kind: kind.__name__)
def test_every_fact_of_a_release_is_told_in_a_sentence(kind):
    told = release_fact(_a_fact(kind), lambda channel: "政府网站")

    assert any("\u4e00" <= char <= "\u9fff" for char in told.what)


@pytest.mark.parametrize("text", ["2025-02-27", "2025年2月27日", "2025/2/27", "2025.02.27", " 2025年02月27日 "])
def test_a_date_may_be_written_as_an_officer_writes_it(text):
    assert read_date(text) == date(2025, 2, 27)


@pytest.mark.parametrize(("text", "sentence"), [("2025年2月30日", "没有30日"), ("去年", "写作"), ("27/02/2025", "写作")])
def test_a_wrong_date_says_how_to_write_it(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_date(text)


@pytest.mark.parametrize(("text", "hour", "minute"), [("09:00", 9, 0), ("9点30分", 9, 30), ("21：05", 21, 5), ("8点", 8, 0)])
def test_a_time_may_be_written_as_an_officer_says_it(text, hour, minute):
    found = read_time(text)

    assert (found.hour, found.minute) == (hour, minute)


def test_a_scheduled_release_needs_both_day_and_time():
    form = Form.of({"when": "at", "on": "2025年3月12日"})
    typed = form.parse(WhenInput)
    assert typed is not None

    assert scheduled_at(form, typed) is None
    assert form.sentences("at") == ["请填写放出的时间"]


def test_what_stays_in_the_register_may_not_hold_a_number_of_a_person():
    form = Form.of({"reason": "请打13800138000核实"})

    assert form.parse(ReasonInput) is None
    assert "永久留存" in form.sentences("reason")[0]


def test_the_editor_reads_keywords_with_any_separator_and_keeps_each_once():
    typed = Form.of({"title": "甲", "kind": "notice", "column_id": "tzgg", "keywords": "外贸、展会，外贸 会展"}).parse(EditionInput)

    assert typed is not None
    assert typed.keywords == ("外贸", "展会", "会展")


def test_a_comparison_names_each_element_that_changed_and_counts_what_did_not():
    from dataclasses import replace

    found = compare(NOTICE, replace(NOTICE, title="新标题", important=True, body=NOTICE.body + "\n\n另行通知。"))

    assert [change.label for change in found.fields] == ["标题", "重要文件"]
    assert [row.kind for row in found.rows] == ["added"]
    assert found.words == "改动 3 处，其余 1 段相同"


def a_finding(key: str, start: int, end: int, **more: Any) -> dict[str, Any]:
    choices = [
        {"id": "replace", "label": "改", "replacement": "新", "needs_reason": False},
        {"id": "keep", "label": "保留", "replacement": None, "needs_reason": True},
    ]
    row = {
        "key": key, "severity": "must", "title": "错字", "why": "", "where": "正文", "excerpt": "", "piece": "body",
        "start": start, "end": end, "choices": choices, "waiver": None,
    }  # fmt: skip
    return row | more


def test_replacements_are_made_from_the_end_so_that_places_stay_true():
    from dataclasses import replace

    content = replace(NOTICE, body="甲乙丙丁")
    form = Form.of({"f-a": "0", "f-b": "0"})

    settled = findings.settle(form, content, [a_finding("a", 0, 1), a_finding("b", 2, 3)])

    assert settled.content is not None
    assert settled.content.body == "新乙新丁"


def test_keeping_without_a_reason_is_sent_back_with_its_place():
    form = Form.of({"f-a": "1"})

    findings.settle(form, NOTICE, [a_finding("a", 0, 1)])

    assert form.sentences("why-a") == ["请写明保留的理由"]


@pytest.mark.parametrize("typed", ["7", "²", "٣", "9" * 5_000])
def test_nobody_may_choose_what_is_not_offered(typed):
    form = Form.of({"f-a": typed})

    settled = findings.settle(form, NOTICE, [a_finding("a", 0, 1)])

    assert settled.content is None
    assert form.errors


def test_what_must_be_dealt_with_stands_first_and_keeps_its_number():
    rows = [a_finding("a", 0, 1, severity="note"), a_finding("b", 2, 3), a_finding("c", 4, 5, waiver={"person": UUID(int=1), "reason": "原文"})]

    marked = findings.mark_up(NOTICE, rows, {}, may_waive=True, may_edit=True)

    assert [(view.number, view.state) for view in marked.findings] == [(2, "必须处理"), (1, "提示"), (3, "已保留")]
    assert marked.left == 1


def test_every_act_on_a_document_says_what_it_does_before_it_is_done():
    for name, kind in ACTS.items():
        assert len(kind.text) > 8, name
        assert issubclass(kind.model, BaseModel)


def test_a_service_that_does_not_answer_is_said_to_be_away():
    assert status_row("政府网站", None).words == "联系不上"


def test_a_parked_event_is_named_by_what_it_is():
    row = parked_row("portal", {"number": 3, "type": "gongkai.publication.ReleaseOrdered.v1", "source": "publication", "reason": "", "cause": "behind", "parked_at": NOW.isoformat()})

    assert (row.type_name, row.cause) == ("ReleaseOrdered", "排在后面等")


def test_a_published_document_has_all_its_marks_on_the_bar():
    document = a_published_document()

    assert {step.icon for step in progress.six(document, {}, {}, UUID(int=99))} == {"done"}
    assert set(get_args(StepName)) >= {step.name for step in progress.six(document, {}, {}, UUID(int=99))}
