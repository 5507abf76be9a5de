"""How an official document is set: the salutation flush, the signature right, tables inside a frame that scrolls."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sanitise import clean, text_of
from portal.typeset import typeset


def a_document(body: str) -> dict[str, str]:
    return {"body_html": body, "organ_name": "济南市商务局"}


def test_a_salutation_is_flush_and_a_signature_stands_right() -> None:
    shown = typeset(a_document(
        "<p>各有关单位：</p>\n<p>现通知如下：</p>\n<p>济南市商务局</p>\n<p>2026年1月5日</p>\n<p>（此件公开发布）</p>"
    ))  # fmt: skip

    assert '<p class="flush">各有关单位：</p>' in shown
    assert "<p>现通知如下：</p>" in shown
    assert '<p class="right">济南市商务局</p>' in shown
    assert '<p class="right">2026年1月5日</p>' in shown
    assert '<p class="flush">（此件公开发布）</p>' in shown


def test_a_date_in_the_middle_is_part_of_the_text() -> None:
    body = "<p>甲</p><p>2026年1月5日</p>" + "<p>乙</p>" * 6

    assert 'class="right"' not in typeset(a_document(body))


def test_a_table_scrolls_inside_a_labelled_frame_that_a_keyboard_reaches() -> None:
    shown = typeset(a_document("<table><tr><td>1</td></tr></table>"))

    assert 'role="region" aria-label="表格"' in shown
    assert 'tabindex="0"' in shown
    assert shown.count("<div") == shown.count("</div>") == 1


@pytest.mark.parametrize("body", ["", "<p></p>", "<p>只有一段</p>", "<ul><li>x</li></ul>"])
def test_a_body_without_any_of_these_is_left_as_it_is(body: str) -> None:
    assert typeset(a_document(body)) == body


@given(st.lists(st.sampled_from(["<p>各单位：</p>", "<p>济南市商务局</p>", "<p>2026年1月5日</p>", "<p>文</p>", "<p>a &lt; b</p>",
                                 "<table><tr><td>x</td></tr></table>", "<h2>第一章</h2>"])))  # fmt: skip
def test_setting_changes_no_word_and_adds_nothing_that_would_be_taken_out(parts: list[str]) -> None:
    body = "".join(parts)

    shown = typeset(a_document(body))

    assert text_of(shown) == text_of(body)
    assert clean(shown).lost == ""
