"""Numbers people write down: what holds, what is wrong in words, and how it should be written."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.statute.identifiers import (
    KINDS,
    VALIDATORS,
    born_on_of,
    check_bank_card,
    check_document_number,
    check_identity,
    check_index_number,
    check_mobile,
    check_organisation_code,
    check_uscc,
    identity_check_digit,
    issue_index_number,
    uscc_check_character,
)

A_DAY = date(2026, 11, 23)
BUREAU = "11370100MB2866908X"


@pytest.mark.parametrize("number", ["11010519491231002X", "999999198001010011", "999999201001010016"])
def test_true_identity_numbers_hold(number):
    assert check_identity(number).ok


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "11010519491231002×",
        " 110105 19491231 002X ",
        "110105-19491231-002X",
    ],
)
def test_an_identity_number_is_read_however_it_is_typed(written):
    checked = check_identity(written)

    assert checked.ok
    assert checked.value_normalised == "11010519491231002X"


def test_an_identity_number_tells_the_date_of_birth_and_the_age_on_a_day():
    checked = check_identity("999999201001010016", on=A_DAY)

    assert checked.facts["born_on"] == "2010-01-01"
    assert checked.facts["age"] == 16
    assert born_on_of("999999201001010016") == date(2010, 1, 1)
    assert born_on_of("999999201001010017") is None


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("110105194912310021", "校验码应为X"),
        ("110105194902310021", "不是存在的日期"),
        ("113701020041953192", "不是存在的日期"),
        ("010105194912310024", "首位不能是0"),
        ("11010519491231002", "现有17位"),
        ("110105491231002", "15位旧号码"),
        ("1101051949123100AX", "只能是数字"),
        ("1101051949123100２²", "只能是数字"),
        ("", "现有0位"),
    ],
)
def test_what_is_wrong_with_an_identity_number_is_said(number, sentence):
    checked = check_identity(number)

    assert not checked.ok
    assert any(sentence in problem for problem in checked.problems)


def test_nobody_is_born_after_the_day_of_judgement():
    number = "99999920270101001"
    number += identity_check_digit(number)

    assert check_identity(number).ok
    assert not check_identity(number, on=A_DAY).ok


@given(st.text("0123456789", min_size=17, max_size=17), st.sampled_from("0123456789X"))
def test_no_more_than_one_check_digit_holds(first17, last):
    assert not check_identity(first17 + last).ok or last == identity_check_digit(first17)


@pytest.mark.parametrize(
    "code",
    ["113701020041953192", "11330782051348517D", "11370100MB2866908X", "11370322004222241N", "1137018100420588XX"],
)
def test_true_credit_codes_hold(code):
    assert check_uscc(code).ok


def test_a_credit_code_tells_the_organisation_code_inside_it():
    facts = check_uscc("113701020041953192").facts

    assert facts == {
        "registered_by": "机构编制",
        "division_code": "370102",
        "organisation_code": "00419531-9",
        "sole_trader": False,
    }
    assert check_organisation_code(str(facts["organisation_code"])).ok


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("113701020041953193", "校验码应为2，现为3"),
        ("11370102004195318", "现有17位"),
        ("11370102OO41953192", "不使用I、O、S、V、Z"),
        ("1137010200419531!2", "不允许的字符"),
        ("11370181004205889X", "组织机构代码校验码"),
        ("1137AB020041953192", "行政区划码"),
    ],
)
def test_what_is_wrong_with_a_credit_code_is_said(code, sentence):
    checked = check_uscc(code)

    assert not checked.ok
    assert any(sentence in problem for problem in checked.problems)


def test_a_sole_traders_code_warns_of_the_name_and_holds():
    first17 = "92370102MA3C1234"
    organisation = "MA3C1234"
    for check in "0123456789X":
        if check_organisation_code(organisation + check).ok:
            first17 += check
    checked = check_uscc(first17 + uscc_check_character(first17))

    assert checked.ok
    assert "个人姓名" in checked.notes[0]


@pytest.mark.parametrize(
    ("code", "holds"),
    [("000014349", True), ("00001434-9", True), ("000014348", False), ("1", False), ("00001434!", False)],
)
def test_organisation_codes(code, holds):
    assert check_organisation_code(code).ok is holds


@pytest.mark.parametrize("number", ["6222029999999999992", "6217000000000000004", "6222 0299 9999 9999 992"])
def test_true_bank_cards_hold(number):
    assert check_bank_card(number).ok


@pytest.mark.parametrize("number", ["6222029999999999993", "622202999999999", "62220299999999999x2", ""])
def test_false_bank_cards_do_not(number):
    assert not check_bank_card(number).ok


@pytest.mark.parametrize(
    "number", ["13805310000", "+86 138-0531-0000", "008613805310000", "8613805310000", "１３８０５３１００００"]
)
def test_mobile_numbers_are_read_with_and_without_the_country_code(number):
    assert check_mobile(number).ok
    assert check_mobile(number).value_normalised == "13805310000"


@pytest.mark.parametrize("number", ["12805310000", "1380531000", "0531-82083456", "12345", "13805310000a"])
def test_landlines_and_short_numbers_are_not_mobiles(number):
    assert not check_mobile(number).ok


@pytest.mark.parametrize("number", ["济商字〔2026〕5号", "国办函〔2020〕109号", "鲁政办发〔2019〕3号"])
def test_true_document_numbers_hold(number):
    assert check_document_number(number).ok


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("济商字[2025]5号", "用的是“[]”"),
        ("济商字(2025)5号", "用的是“()”"),
        ("济商字（2025）5号", "用的是“（）”"),
        ("济商字【2025】5号", "用的是“【】”"),
        ("济商字﹝2025﹞5号", "用的是“﹝﹞”"),
        ("济商字〔2025］5号", "用的是“〔］”"),
        ("济商字2025年5号", "须用六角括号"),
        ("济商字〔2025年〕5号", "不写“年”字"),
        ("济商字〔2025〕第5号", "不加“第”字"),
        ("济商字〔2025〕05号", "前面不加0"),
        ("济商字〔25〕5号", "四位全称"),
        ("济商字〔2025〕5", "须写“号”字"),
        ("济商字〔2025〕5号文", "不写“文”字"),
        ("济商字〔２０２５〕５号", "半角"),
        ("济商字〔2025〕 5 号", "空格"),
        ("济商字〔二〇二五〕五号", "阿拉伯数字"),
        ("济商字第2025-5号", "不用“-”"),
    ],
)
def test_every_wrong_form_of_a_document_number_is_explained_and_spelt_right(written, sentence):
    checked = check_document_number(written)

    assert not checked.ok
    assert any(sentence in problem for problem in checked.problems)
    assert checked.value_normalised == "济商字〔2025〕5号"
    assert checked.problems[-1] == "应写作“济商字〔2025〕5号”。"
    assert check_document_number(checked.value_normalised).ok


@pytest.mark.parametrize(
    ("numeral", "serial"), [("十", 10), ("十五", 15), ("二十一", 21), ("一百零三", 103), ("一〇三", 103)]
)
def test_chinese_numerals_are_read_either_way(numeral, serial):
    assert check_document_number(f"济商字〔2025〕{numeral}号").facts["serial"] == serial


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "没有填写"),
        ("关于印发方案的通知", "认不出"),
        ("〔2025〕5号", "缺少发文机关代字"),
        ("ABC〔2025〕5号", "只能用汉字"),
        ("济商字〔2025〕0号", "从1开始"),
        ("济商字〔2025〕000号", "从1开始"),
        ("济商字〔3025〕5号", "不合常理"),
        ("济商字〔2025〕5号" * 20, "过长"),
    ],
)
def test_a_number_that_cannot_be_put_right_is_not_guessed(written, sentence):
    checked = check_document_number(written)

    assert not checked.ok
    assert any(sentence in problem for problem in checked.problems)
    assert not checked.facts


def test_the_index_number_we_issue_is_strict():
    issued = issue_index_number(BUREAU, 2025, 37)

    assert issued == "11370100MB2866908X/2025-00037"
    assert check_index_number(issued).facts == {"code": BUREAU, "code_valid": True, "year": 2025, "serial": 37}
    assert not check_index_number("113701020041953192/2026-6705511").ok
    for impossible in (0, 100_000):
        with pytest.raises(ValueError, match="序号"):
            issue_index_number(BUREAU, 2025, impossible)


@pytest.mark.parametrize(
    ("number", "notes"),
    [
        ("113701020041953192/2026-6705511", 1),
        ("1137018100420588XX-A/2025-6667894", 2),
        ("11370322004222241N/2021-5135380", 1),
        ("000014349/2017-00156", 1),
        ("11370100ｍb2866908x／2025－00037", 1),
    ],
)
def test_index_numbers_other_organs_issued_are_taken_on_import_with_a_note(number, notes):
    checked = check_index_number(number, on_import=True)

    assert checked.ok
    assert len(checked.notes) == notes


@pytest.mark.parametrize(
    "number", ["", "x", "113701020041953192/2026-", "113701020041953192/2026-12345678", "113701020041953192/3026-00001"]
)
def test_what_is_no_index_number_is_not_taken_even_on_import(number):
    assert not check_index_number(number, on_import=True).ok


def test_every_kind_of_number_has_a_name_and_a_validator():
    assert KINDS.keys() == VALIDATORS.keys()


@given(st.sampled_from(sorted(VALIDATORS)), st.text(max_size=80))
def test_no_text_whatever_breaks_a_validator(kind, text):
    checked = VALIDATORS[kind](text)

    assert checked.ok is (checked.problems == ())
    assert VALIDATORS[kind](checked.value_normalised).ok or not checked.ok
