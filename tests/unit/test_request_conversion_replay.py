"""A review kept today can be read and done again in years, and what changed rules would change is listed."""

import json
from datetime import date
from importlib import resources

import pytest
from tests.support.request_conversion import DATA, TODAY, considered, labelled_cases

from request.conversion.codec import (
    Unreadable,
    considered_from_plain,
    considered_to_plain,
    review_from_plain,
    review_to_plain,
)
from request.conversion.inputs import PersonalData
from request.conversion.replay import Kept, replay
from request.conversion.review import review
from request.conversion.rules import built_in, read_rulebook


def kept(*cases):
    return [Kept(f"审查{place}", case, review(case, built_in(), TODAY)) for place, case in enumerate(cases, 1)]


def changed_rules(**changes):
    """The built-in rules with some fields of some rules changed; None takes a rule out."""
    data = json.loads((resources.files("request.conversion") / "rules.json").read_text("utf-8"))
    rules = []
    for rule in data["rules"]:
        change = changes.get(rule["id"].replace("-", "_"), {})
        if change is not None:
            rules.append({**rule, **change})
    return read_rulebook(json.dumps({**data, "rules": rules}))


def test_the_same_rules_on_the_same_day_change_nothing():
    cases = [case.case for case in labelled_cases()]

    again = replay(kept(*cases), built_in())

    assert (again.again, again.differences) == (len(cases), ())


def test_a_rule_taken_out_changes_exactly_the_cases_it_decided_and_is_named():
    alone, in_scope, other = considered(applicants=3), considered("2025年外资统计数据", applicants=3), considered()

    again = replay(kept(alone, in_scope, other), changed_rules(asked_by_several=None))

    assert [(found.id, found.before, found.after) for found in again.changed] == [("审查1", "publish", "keep")]
    assert {rule.rule for rule in again.changed[0].rules} == {"asked-by-several", "on-request-is-enough"}
    assert "不再适用asked-by-several" in again.changed[0].text_zh
    [silent] = [found for found in again.differences if not found.changes_advice]
    assert (silent.id, silent.rules[0].rule) == ("审查2", "asked-by-several")
    assert "结论不变" in silent.text_zh


def test_a_rule_said_otherwise_is_a_difference_even_without_a_new_version():
    again = replay(kept(considered("2025年外资统计数据")), changed_rules(head_4={"sentence": "统计信息须及时公开。"}))

    [found] = again.differences
    assert [(rule.rule, rule.before, rule.after) for rule in found.rules] == [("head-4", 1, 1)]


def test_a_new_version_says_from_which_to_which():
    again = replay(kept(considered("2025年外资统计数据")), changed_rules(head_4={"version": 2}))

    assert "head-4由第1版改为第2版" in again.differences[0].text_zh


def test_another_number_moves_the_next_look_and_is_listed():
    yearly = built_in().set_number("conversion-relook", 12, "本局制度")

    [found] = replay(kept(considered()), yearly).differences

    assert (found.relook_before, found.relook_after) == (date(2027, 5, 20), date(2027, 11, 20))
    assert "再次评估由2027-05-20改为2027-11-20" in found.text_zh


def test_time_passes_only_when_a_day_is_given():
    closed = kept(considered("2026年部门预算", closed_until=date(2026, 12, 5)))

    assert replay(closed, built_in()).differences == ()
    [found] = replay(closed, built_in(), date(2026, 12, 5)).changed
    assert (found.before, found.after) == ("keep", "publish")


def test_what_was_known_and_what_was_found_come_back_from_json_as_they_were():
    for labelled in labelled_cases():
        found = review(labelled.case, built_in(), TODAY)

        assert considered_from_plain(json.loads(json.dumps(considered_to_plain(labelled.case)))) == labelled.case
        assert review_from_plain(json.loads(json.dumps(review_to_plain(found)))) == found


def test_a_review_kept_in_the_first_format_stays_readable_for_ever():
    golden = json.loads((DATA / "request_conversion_kept_1.json").read_text("utf-8"))

    case, found = considered_from_plain(golden["considered"]), review_from_plain(golden["review"])

    assert considered_to_plain(case) == golden["considered"]
    assert review_to_plain(found) == golden["review"]
    assert (found.case, found.advice) == ("C029", "redact")


def a_plain_case():
    case = considered(personal=(PersonalData("phone", "附件", 2),))
    return json.loads(json.dumps(considered_to_plain(case)))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda data: data.update(format="conversion-considered/9"), "格式是“conversion-considered/9”"),
        (lambda data: data.pop("row"), "缺少\\['row'\\]"),
        (lambda data: data.update(colour="red"), "多出\\['colour'\\]"),
        (lambda data: data["public_interest"].update(value="yes"), "considered.public_interest.value：不能是“yes”"),
        (lambda data: data["row"].update(value="z"), "considered.row.value"),
        (lambda data: data.update(answered_on="gestern"), "considered.answered_on：“gestern”不是日期"),
        (lambda data: data["formed_on"].update(value=5), "considered.formed_on.value"),
        (lambda data: data["personal"]["value"][0].update(count=True), "personal.value\\[0\\].count"),
        (lambda data: data["applicants"].update(value="3"), "applicants.value"),
        (lambda data: data.update(secrecy="none"), "considered.secrecy"),
    ],
)
def test_a_kept_value_that_is_not_what_it_says_is_refused_with_its_place(change, sentence):
    data = a_plain_case()
    change(data)

    with pytest.raises(Unreadable, match=sentence):
        considered_from_plain(data)
