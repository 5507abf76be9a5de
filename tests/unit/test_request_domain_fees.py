"""The information-processing fee of a case: one standard, the right amount, in time; paid, exempted or lapsed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.support.request_worlds import (
    CALENDAR,
    EXEMPT,
    FEE,
    FEE_RECEIVED,
    FIX,
    LAPSE_PAYMENT,
    NOTICE_FEE,
    PAY,
    SUBMIT,
    a_case,
    a_letter,
    history,
)

from gongkai.statute.refusal import Refused
from request.domain.case import Case, Handling, Lapsed
from request.domain.due import due_on
from request.domain.values import FeeCharged


def charged(**changes):
    return replace(NOTICE_FEE, fee=replace(FEE, **changes))


def due(case: Case) -> date | None:
    assert isinstance(case, Handling)
    return due_on(case, CALENDAR)


@pytest.mark.parametrize(
    ("ordinal", "amount"), [(11, 100), (30, 100), (31, 200), (40, 200), (41, 300), (51, 400)]
)
def test_one_item_costs_what_its_place_in_the_applicants_month_costs(ordinal, amount):
    assert isinstance(a_case(charged(count=ordinal, amount=Decimal(amount))), Handling)
    with pytest.raises(Refused, match=f"应收{amount}元"):
        a_case(charged(count=ordinal, amount=Decimal(amount + 1)))


def test_a_paper_with_several_matters_costs_the_sum_of_their_places():
    three = replace(SUBMIT, items=3)
    notice = charged(count=32, amount=Decimal(100 + 200 + 200))

    assert isinstance(history(three, FIX, notice).case, Handling)
    with pytest.raises(Refused, match="不能少于3"):
        history(three, FIX, charged(count=2, amount=Decimal(100)))


@pytest.mark.parametrize(
    ("pages", "amount"), [(31, 10), (44, 140), (100, 700), (101, 720), (201, 2740)]
)
def test_pages_cost_by_their_tiers(pages, amount):
    by_page = replace(NOTICE_FEE, fee=FeeCharged("pages", pages, Decimal(amount), ""))

    assert isinstance(a_case(by_page), Handling)


def test_pages_are_charged_only_for_copies_the_applicant_asked_for():
    by_page = replace(NOTICE_FEE, fee=FeeCharged("pages", 44, Decimal(140), ""))
    with pytest.raises(Refused, match="纸质件"):
        history(replace(SUBMIT, supply_form="inspect"), FIX, by_page)


@pytest.mark.parametrize(
    ("notice", "why"),
    [
        (charged(count=10, amount=Decimal(0)), "不收费"),
        (charged(month="2025-10"), "自然月"),
        (charged(standard="pages", count=30, amount=Decimal(0)), "不收费"),
        (replace(NOTICE_FEE, today=date(2025, 10, 31)), "答复期限内发出"),
        (replace(NOTICE_FEE, today=date(2025, 9, 25)), "早于收到申请之日"),
    ],
)
def test_a_fee_notice_that_is_free_late_or_of_another_month_is_refused(notice, why):
    with pytest.raises(Refused, match=why):
        a_case(notice)


def test_one_application_is_charged_by_one_standard_and_once():
    with pytest.raises(Refused, match="只能选用"):
        a_case(NOTICE_FEE, replace(NOTICE_FEE, fee=FeeCharged("pages", 44, Decimal(140), "")))
    with pytest.raises(Refused, match="已经通知收费"):
        a_case(NOTICE_FEE, NOTICE_FEE)


def test_payment_is_due_twenty_working_days_from_the_day_after_the_notice_arrived():
    case = a_case(NOTICE_FEE, FEE_RECEIVED)

    assert isinstance(case, Handling)
    assert case.file.fee is not None
    assert case.file.fee.pay_by == CALENDAR.add_working_days(date(2025, 10, 10), 20).on == date(2025, 11, 6)
    assert due(case) is None


def test_after_payment_the_reply_period_is_counted_anew_from_the_day_after_it():
    assert due(a_case(NOTICE_FEE, FEE_RECEIVED, PAY)) == CALENDAR.add_working_days(date(2025, 10, 14), 20).on


def test_an_exemption_takes_the_notice_back_and_the_clock_runs_on_as_if_there_had_been_none():
    case = a_case(NOTICE_FEE, FEE_RECEIVED, EXEMPT)

    assert due(case) == date(2025, 10, 30)
    with pytest.raises(Refused, match="免收"):
        history(NOTICE_FEE, case=case)


def test_an_unpaid_fee_lapses_after_its_last_day():
    last = date(2025, 11, 6)
    with pytest.raises(Refused, match="尚未届满"):
        a_case(NOTICE_FEE, FEE_RECEIVED, replace(LAPSE_PAYMENT, today=last))
    case = a_case(NOTICE_FEE, FEE_RECEIVED, LAPSE_PAYMENT)
    assert isinstance(case, Lapsed)
    assert case.because == "fee"


def test_a_payment_made_in_time_but_entered_after_the_lapse_brings_the_case_back():
    entered_late = replace(PAY, paid_on=date(2025, 11, 6), today=date(2025, 11, 10))
    lapsed = a_case(NOTICE_FEE, FEE_RECEIVED, LAPSE_PAYMENT)

    assert due(history(entered_late, case=lapsed).case) == CALENDAR.add_working_days(date(2025, 11, 6), 20).on
    told = history(a_letter("lapsed", date(2025, 11, 8)), case=lapsed).case
    with pytest.raises(Refused, match="重新提出申请"):
        history(entered_late, case=told)


@pytest.mark.parametrize(
    ("payment", "why"),
    [
        (replace(PAY, paid_on=date(2025, 11, 7), today=date(2025, 11, 7)), "视为放弃"),
        (replace(PAY, paid_on=date(2025, 10, 8)), "早于收费通知"),
        (replace(PAY, paid_on=date(2025, 10, 15)), "晚于今天"),
        (replace(PAY, receipt=" "), "票据号"),
    ],
)
def test_a_payment_that_cannot_count_is_refused(payment, why):
    with pytest.raises(Refused, match=why):
        a_case(NOTICE_FEE, FEE_RECEIVED, payment)


def test_nothing_is_paid_where_nothing_was_asked_for():
    with pytest.raises(Refused, match="没有等待缴纳"):
        a_case(PAY)
