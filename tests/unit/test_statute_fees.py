"""The information-processing fee, against sums added by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.statute import demonstrates

from gongkai.statute import rules
from gongkai.statute.fees import charge_by_item, charge_by_page, item_fee, item_price, only_one_standard, page_fee
from gongkai.statute.refusal import Refused


@demonstrates(rules.FEE_ITEMS_FREE)
@demonstrates(rules.FEE_ITEMS_FIRST_TIER)
@demonstrates(rules.FEE_ITEMS_STEP)
@demonstrates(rules.FEE_ITEM_PRICE)
@pytest.mark.parametrize(
    ("count", "yuan"), [(0, 0), (10, 0), (11, 100), (30, 2000), (31, 2200), (40, 4000), (41, 4300)]
)
def test_items_beyond_ten_a_month_cost_more_tier_by_tier(count, yuan):
    assert item_fee(count) == Decimal(yuan)


@pytest.mark.parametrize(
    ("ordinal", "yuan"), [(1, 0), (11, 100), (30, 100), (31, 200), (40, 200), (41, 300), (51, 400)]
)
def test_the_price_of_the_nth_item(ordinal, yuan):
    assert item_price(ordinal) == Decimal(yuan)


@demonstrates(rules.FEE_PAGES_FREE)
@demonstrates(rules.FEE_PAGES_FIRST_TIER)
@demonstrates(rules.FEE_PAGES_SECOND_TIER)
@demonstrates(rules.FEE_PAGE_PRICE_FIRST)
@demonstrates(rules.FEE_PAGE_PRICE_SECOND)
@demonstrates(rules.FEE_PAGE_PRICE_THIRD)
@pytest.mark.parametrize(
    ("pages", "yuan"), [(0, 0), (30, 0), (31, 10), (44, 140), (100, 700), (101, 720), (200, 2700), (201, 2740)]
)
def test_pages_beyond_thirty_cost_more_tier_by_tier(pages, yuan):
    assert page_fee(pages) == Decimal(yuan)


def test_one_application_is_charged_by_one_standard_only():
    by_item, by_page = charge_by_item(2, already=29), charge_by_page(44)

    assert only_one_standard((by_item,)).amount == Decimal(300)
    assert by_item.reckoning_zh == "按件计收：本月第30件至第31件"
    for charges in ((), (by_item, by_page)):
        with pytest.raises(Refused, match="只能选用") as refused:
            only_one_standard(charges)
        assert refused.value.article == "《政府信息公开信息处理费管理办法》第三条"


@pytest.mark.parametrize("negative", [lambda: item_fee(-1), lambda: page_fee(-1), lambda: item_price(0)])
def test_a_negative_count_is_refused(negative):
    with pytest.raises(Refused):
        negative()


@given(st.integers(0, 200), st.integers(0, 100))
def test_a_month_costs_the_same_however_its_items_are_split(first, second):
    assert item_fee(first) + item_fee(second, already=first) == item_fee(first + second)


@given(st.integers(0, 1000))
def test_another_page_never_makes_it_cheaper(pages):
    assert page_fee(pages) <= page_fee(pages + 1)
