"""Numbers of letters and amounts of money as official papers write them."""

from decimal import Decimal

import pytest

from gongkai.statute.refusal import Refused
from request.letters.forms import FORMS, REPLIES
from request.letters.numbers import capitals, exact, number_of


def test_a_number_has_hexagonal_brackets_and_no_leading_zero():
    assert number_of("济商", REPLIES, 2026, 1) == "济商公复〔2026〕1号"
    assert number_of("济商", REPLIES, 2026, 120) == "济商公复〔2026〕120号"


@pytest.mark.parametrize("serial", [0, -1])
def test_a_serial_that_is_none_is_refused_with_its_reason(serial: int):
    with pytest.raises(Refused, match="不合规范"):
        number_of("济商", REPLIES, 2026, serial)


def test_a_short_name_that_is_not_chinese_is_refused():
    with pytest.raises(Refused, match="不合规范"):
        number_of("JN", REPLIES, 2026, 1)


def test_a_form_without_a_register_has_no_number():
    with pytest.raises(Refused, match="不编发文字号"):
        number_of("济商", FORMS["receipt"].series, 2026, 1)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("10", "壹拾元整"),
        ("100", "壹佰元整"),
        ("140", "壹佰肆拾元整"),
        ("1005", "壹仟零伍元整"),
        ("1010", "壹仟零壹拾元整"),
        ("4300", "肆仟叁佰元整"),
        ("10000", "壹万元整"),
        ("10020", "壹万零贰拾元整"),
        ("100500", "壹拾万零伍佰元整"),
        ("1000001", "壹佰万零壹元整"),
        ("20100000", "贰仟零壹拾万元整"),
        ("100000000", "壹亿元整"),
        ("100010000", "壹亿零壹万元整"),
        ("200000003.04", "贰亿零叁元零肆分"),
        ("2740.56", "贰仟柒佰肆拾元伍角陆分"),
    ],
)
def test_money_is_written_in_financial_capitals(amount: str, written: str):
    assert capitals(Decimal(amount)) == written


def test_money_is_exact_to_two_digits():
    assert exact(Decimal(4300)) == "4300.00元"


@pytest.mark.parametrize("amount", ["-1", "0.001", "NaN", "Infinity", "1000000000000"])
def test_an_amount_that_is_no_money_is_refused(amount: str):
    with pytest.raises(Refused, match="精确到分"):
        capitals(Decimal(amount))
