"""Rules as data: what is wrong with them is told, what is in force on a day is used, a changed rule is another version."""

import json
from copy import deepcopy
from datetime import date, timedelta
from importlib import resources

import pytest
from tests.statute import demonstrates
from tests.support.request_conversion import TODAY, considered

from gongkai.statute import rules as statute
from request.conversion.conditions import Among, facts_of
from request.conversion.facts import all_facts
from request.conversion.kinds import KINDS, classify, fit, named, read_kinds
from request.conversion.review import later, review
from request.conversion.rules import BrokenRules, built_in, read_rulebook
from request.conversion.wording import ALWAYS, said

LAST_RESORT = {
    "id": "last", "version": 1, "article": "A13", "effect": "fallback", "priority": 1, "in_force_from": "2019-05-15",
    "sentence": "不转为主动公开。", "when": {"all": []},
}  # fmt: skip
SECRET = {
    "id": "secret", "version": 1, "article": "A14", "effect": "exclude", "priority": 9, "in_force_from": "2019-05-15",
    "sentence": "国家秘密不得公开。", "when": {"has-any": ["secrecy", ["state-secret"]]},
}  # fmt: skip
SOUND = {
    "id": "sound", "version": 1, "article": "A44", "effect": "support", "priority": 5, "in_force_from": "2019-05-15",
    "sentence": "多人申请的可以公开。", "when": {"at-least": ["applicants", "conversion-applicants"]},
}  # fmt: skip


def written(*rules, terms=None, **more):
    return json.dumps({"edition": "试", "terms": terms or {}, "rules": [*rules, SECRET, LAST_RESORT], **more})


def faults(text):
    with pytest.raises(BrokenRules) as broken:
        read_rulebook(text)
    return [str(fault) for fault in broken.value.faults]


def test_the_built_in_rules_are_sound_and_every_fact_is_looked_at_by_some_rule():
    looked_at = frozenset().union(*(facts_of(rule.when) for rule in built_in().rules))

    assert len(built_in().rules) > 60
    assert {"applicants", "heads", "personal", "third_party", "secrecy", "earlier"} <= looked_at
    assert set(all_facts()) - looked_at == set()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"when": {"is": ["weather", "rain"]}}, "规则sound.when.is：没有名为“weather”的事实"),
        ({"when": {"is": ["row", "z9"]}}, "“row”（答复结果）没有值“z9”"),
        ({"when": {"is": ["suggested", "true"]}}, "没有值“true”"),
        ({"when": {"has-any": ["row", ["g"]]}}, "“row”（答复结果）不能这样问"),
        ({"when": {"in": ["row", []]}}, "至少一个值"),
        ({"when": {"at-least": ["applicants", "many"]}}, "“many”既不是整数，也不是登记的数字"),
        ({"when": {"at-least": ["applicants", True]}}, "既不是整数"),
        ({"when": {"at-least": ["row", 3]}}, "不能这样问"),
        ({"when": {"sometimes": []}}, "没有名为“sometimes”的运算符"),
        ({"when": {"any": []}}, "应当列出条件"),
        ({"when": {"all": [{"not": {"is": ["row"]}}]}}, "规则sound.when.all[0].not.is：应当是事实和值两项"),
        ({"when": {"term": "undefined"}}, "前面没有定义“undefined”"),
        ({"when": "always"}, "只有一个运算符"),
        ({"article": "A99"}, "没有登记条文“A99”"),
        ({"article": "A20", "head": 16}, "只有十五项"),
        ({"head": 3}, "须与条文A20同用"),
        ({"effect": "maybe"}, "没有效果“maybe”"),
        ({"effect": "exclude", "relook": "some-day"}, "没有登记数字“some-day”"),
        ({"relook": "conversion-relook"}, "只有不公开的规则"),
        ({"sentence": "没有句号"}, "以句号结尾"),
        ({"version": 0}, "1以上的整数"),
        ({"version": True}, "1以上的整数"),
        ({"priority": "high"}, "应当是整数"),
        ({"in_force_from": "明天"}, "“明天”不是日期"),
        ({"in_force_until": "2019-01-01"}, "早于生效日期"),
        ({"colour": "red"}, "没有这些项：colour"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_with_its_place_and_reason(change, sentence):
    told = faults(written({**SOUND, **change}))

    assert any(sentence in fault for fault in told), told


def test_every_fault_is_told_at_once():
    told = faults(written({**SOUND, "article": "A99", "when": {"all": [{"known": "row"}, {"known": "nothing"}]}}))

    assert len(told) == 3


def test_a_rule_that_lacks_a_part_is_refused():
    assert faults(written({key: value for key, value in SOUND.items() if key != "priority"})) == ["规则sound：缺少：priority"]
    assert faults(written("rule"))[0].endswith("应当是对象")


@pytest.mark.parametrize("text", ["{", "[]", '{"rules": []}'])
def test_a_text_that_is_not_a_rulebook_is_refused(text):
    assert len(faults(text)) == 1


def test_two_versions_of_a_rule_are_never_in_force_at_once():
    second = {**SOUND, "version": 2, "in_force_from": "2027-01-01"}

    assert "同时有效" in faults(written(SOUND, second))[0]
    assert "写了两次" in " ".join(faults(written(SOUND, SOUND)))
    book = read_rulebook(written({**SOUND, "in_force_until": "2026-12-31"}, second))
    assert [rule.version for rule in book.on(date(2026, 12, 31)) if rule.id == "sound"] == [1]
    assert [rule.version for rule in book.on(date(2027, 1, 1)) if rule.id == "sound"] == [2]


def test_rules_without_an_answer_of_last_resort_or_without_article_14_are_refused():
    def without(*rules):
        return faults(json.dumps({"edition": "试", "terms": {}, "rules": rules}))

    assert "fallback" in without(SOUND, SECRET)[0]
    assert "第十四条" in without(SOUND, LAST_RESORT)[0]
    assert "第十四条" in without({**SECRET, "in_force_until": "2030-01-01"}, LAST_RESORT)[0]


def test_a_term_means_what_it_was_defined_as_and_never_itself():
    book = read_rulebook(written({**SOUND, "when": {"term": "given"}}, terms={"given": {"in": ["row", ["g", "p"]]}}))

    [sound] = [rule for rule in book.rules if rule.id == "sound"]
    assert sound.when == Among("row", ("g", "p"))
    assert "前面没有定义“self”" in faults(written(SOUND, terms={"self": {"term": "self"}}))[0]


def test_any_change_of_a_rule_or_a_number_is_another_version():
    data = json.loads((resources.files("request.conversion") / "rules.json").read_text("utf-8"))
    changed = deepcopy(data)
    changed["rules"][3]["sentence"] = "换一句话。"

    versions = {
        read_rulebook(json.dumps(data)).version,
        read_rulebook(json.dumps(changed)).version,
        built_in().set_number("conversion-relook", 12, "本局制度").version,
    }

    assert len(versions) == 3
    assert built_in().version in versions


@demonstrates(statute.CONVERSION_APPLICANTS)
def test_three_different_applicants_are_several_unless_the_organ_has_its_own_number():
    two, three = (considered(applicants=count) for count in (2, 3))
    stricter = built_in().set_number("conversion-applicants", 4, "本局依申请转主动公开制度")

    assert review(two, built_in(), TODAY).advice == "keep"
    assert review(three, built_in(), TODAY).advice == "publish"
    assert review(three, stricter, TODAY).advice == "keep"


@demonstrates(statute.CONVERSION_RELOOK)
def test_what_is_kept_is_looked_at_again_after_six_months_unless_the_organ_has_its_own_number():
    yearly = built_in().set_number("conversion-relook", 12, "本局制度")

    assert review(considered(), built_in(), date(2026, 8, 31)).relook_on == date(2027, 2, 28)
    assert review(considered(), yearly, date(2026, 8, 31)).relook_on == date(2027, 8, 31)


@demonstrates(statute.CONVERSION_OLD)
def test_information_of_ten_years_ago_outside_every_head_is_shown_to_a_person():
    ten, younger = date(2016, 11, 20), date(2016, 11, 21)

    assert review(considered(formed_on=ten, applicants=3), built_in(), TODAY).advice == "ask"
    assert review(considered(formed_on=younger, applicants=3), built_in(), TODAY).advice == "publish"
    assert review(considered(formed_on=None, applicants=3), built_in(), TODAY).advice == "publish"


def test_a_number_needs_a_basis_and_must_be_one_that_rules_count_by():
    with pytest.raises(ValueError, match="basis"):
        built_in().set_number("conversion-relook", 12, " ")
    with pytest.raises(BrokenRules, match="不是可以调整的数字"):
        built_in().set_number("reply", 30, "本局制度")


def test_an_interval_is_counted_in_days_weeks_months_and_years_and_in_nothing_else():
    assert later(date(2024, 2, 29), statute.CONVERSION_OLD) == date(2034, 2, 28)
    assert later(date(2026, 1, 1), statute.CONSULTATION_MINIMUM) == date(2026, 1, 31)
    assert later(date(2026, 1, 1), statute.HOME_PAGE_IDLE) == date(2026, 1, 1) + timedelta(weeks=2)
    with pytest.raises(ValueError, match="往后推算"):
        later(TODAY, statute.FEE_ITEM_PRICE)


def test_a_rule_says_in_chinese_when_it_applies():
    rules = {rule.id: said(rule.when, built_in()) for rule in built_in().rules}

    assert rules["asked-by-several"] == (
        "答复结果为“予以公开”、“部分公开”之一，并且申请相同或者相近信息的不同申请人数达到3个"
    )
    assert rules["on-request-is-enough"] == ALWAYS
    assert "不是：有要求公开的规定" in rules["process-refused"]


def test_words_decide_the_kind_and_are_told():
    about = fit("成品油零售经营批准证书换证许可名单")

    assert (about.kind.value, about.heads.value) == ("licence", (5,))
    assert set(about.words.value) == {"批准证书", "换证", "许可名单"}
    assert "批准证书" in about.kind.source


def test_words_that_fit_two_kinds_equally_or_none_decide_nothing():
    even = classify("家政服务配额")
    assert even.kind == "unknown" or even.candidates[0].score > even.candidates[1].score

    tied = classify("公开", read_kinds(json.dumps({"kinds": [
        {"id": name, "name_zh": name, "nature": "general", "words": ["公开"]} for name in ("a", "b")
    ]})))  # fmt: skip
    assert (tied.kind, len(tied.candidates)) == ("unknown", 2)
    assert "没有识别出" in classify("某某").because_zh
    assert fit("某某").heads.value == ()


def test_an_officer_names_the_kind_and_an_unknown_name_is_refused():
    assert named("statistics", "经办人").heads.value == (4,)
    assert named("unknown", "经办人").nature.value == "unknown"
    with pytest.raises(ValueError, match="没有信息种类"):
        named("poems", "经办人")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"words": []}, "没有用词"), ({"head": 16}, "第16项"), ({"nature": "odd"}, "没有性质"),
        ({"local": "航天"}, "第二十一条没有"), ({"test": ["fun"]}, "第十九条"), ({"weight": 0}, "权重"),
        ({"id": "unknown"}, "保留的名称"),
    ],
)  # fmt: skip
def test_a_vocabulary_that_contradicts_the_law_is_refused(change, sentence):
    entry = {"id": "a", "name_zh": "甲", "nature": "general", "words": ["甲"], **change}

    with pytest.raises(ValueError, match=sentence):
        read_kinds(json.dumps({"kinds": [entry]}))


def test_every_head_of_article_twenty_is_reached_by_some_kind():
    assert {kind.head for kind in KINDS.values()} >= set(range(1, 16))
