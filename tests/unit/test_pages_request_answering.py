"""What forms of the desk say is read in one way: which version was seen, and words that stay for ever."""

import pytest

from gongkai.web.forms import Form
from gongkai.web.texts import printable
from request.pages.answering import seen, typed

ID_CARD = "110101199003070011"


@pytest.mark.parametrize(("said", "version"), [("7", 7), ("", None), ("seven", None), ("²", None), ("-1", None)])
def test_the_version_that_was_seen_is_a_number_or_not_said(said, version):
    assert seen(Form({"seen": [said]})) == version


def test_a_version_of_thousands_of_digits_is_one_that_nothing_has():
    assert seen(Form({"seen": ["9" * 5_000]})) == 999_999_999_999


def test_lasting_words_hold_no_number_of_a_person_and_are_as_long_as_allowed():
    form = Form({"reason": [f"  {ID_CARD}  "], "long": ["长" * 6], "good": [" 本人要求 "]})

    assert typed(form, "good", "理由", 5) == "本人要求"
    assert form.errors == []
    assert typed(form, "reason", "理由", 100) == ""
    assert typed(form, "long", "理由", 5) == "长" * 6
    assert [(error.path, error.label) for error in form.errors] == [("reason", "理由"), ("long", "理由")]
    assert form.sentences("long") == ["有 6 个字，超过 5 个字，请精简"]


def test_words_that_do_not_last_may_hold_such_a_number():
    form = Form({"words": [ID_CARD]})

    assert typed(form, "words", "内容", 100, printable) == ID_CARD
    assert form.errors == []
