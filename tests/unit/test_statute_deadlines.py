"""Every period of the law, laid on a calendar."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.statute import demonstrates

from gongkai.statute import rules
from gongkai.statute.calendar import built_in
from gongkai.statute.deadlines import (
    add_days,
    add_months,
    annual_report_due,
    due,
    due_at,
    fixed_date,
    is_late,
    keep_until,
    latest_start,
    proactive_due,
    proactive_warning_on,
)
from gongkai.statute.refusal import Refused
from gongkai.statute.terms import Term

CALENDAR = built_in()
BEIJING = timezone(timedelta(hours=8))
SPRING_2025 = date(2025, 1, 24)


def due_on(rule: Term, start: date) -> str:
    return due(rule, start, CALENDAR).on.isoformat()


@demonstrates(rules.PROACTIVE)
def test_an_item_formed_on_24_january_2025_is_published_by_27_february():
    assert proactive_due(SPRING_2025, CALENDAR).on == date(2025, 2, 27)


def test_another_limit_set_by_law_prevails_over_the_twenty_days():
    assert proactive_due(SPRING_2025, CALENDAR, other_limit=rules.CORRECTION_NOTICE).on == date(2025, 2, 10)


@demonstrates(rules.PROACTIVE_WARNING)
def test_the_person_responsible_is_warned_on_the_fifteenth_working_day_or_on_the_day_the_organ_chose():
    earlier = rules.PROACTIVE_WARNING.set_to(7, "本机关规定")

    assert proactive_warning_on(SPRING_2025, CALENDAR).on == date(2025, 2, 20)
    assert proactive_warning_on(SPRING_2025, CALENDAR, earlier).on == date(2025, 2, 10)


@demonstrates(rules.PENALTY_WITHDRAWAL)
def test_a_penalty_revoked_before_the_spring_festival_is_withdrawn_in_three_working_days():
    assert due_on(rules.PENALTY_WITHDRAWAL, SPRING_2025) == "2025-02-05"


@demonstrates(rules.REPLY)
def test_a_request_received_on_a_make_up_sunday_is_answered_in_twenty_working_days():
    assert due_on(rules.REPLY, date(2024, 4, 28)) == "2024-05-28"


@demonstrates(rules.CORRECTION_NOTICE)
def test_a_correction_is_asked_within_seven_working_days():
    assert due_on(rules.CORRECTION_NOTICE, date(2023, 9, 22)) == "2023-10-09"


@demonstrates(rules.THIRD_PARTY_REPLY)
@demonstrates(rules.CO_MAKER_REPLY)
def test_third_parties_and_co_makers_have_fifteen_working_days():
    assert due_on(rules.THIRD_PARTY_REPLY, date(2026, 4, 30)) == "2026-05-25"
    assert due_on(rules.CO_MAKER_REPLY, date(2026, 4, 30)) == "2026-05-25"


@demonstrates(rules.FEE_PAYMENT)
def test_a_fee_is_paid_within_twenty_working_days_after_the_notice_is_received():
    assert due_on(rules.FEE_PAYMENT, date(2026, 9, 18)) == "2026-10-22"


@demonstrates(rules.REPORT_BY_DEPARTMENT)
@demonstrates(rules.REPORT_BY_GOVERNMENT)
def test_annual_reports_are_due_on_their_calendar_dates_even_on_a_sunday():
    assert annual_report_due(2025) == date(2026, 1, 31)
    assert annual_report_due(2025, of_government=True) == date(2026, 3, 31)
    assert not CALENDAR.is_working_day(annual_report_due(2025))


@demonstrates(rules.DECISION_CATALOGUE_BY)
def test_the_decision_catalogue_is_public_by_the_end_of_june():
    assert fixed_date(rules.DECISION_CATALOGUE_BY, 2026) == date(2026, 6, 30)
    assert rules.DECISION_CATALOGUE_BY.text_zh == "6月30日"


@demonstrates(rules.RECONSIDERATION)
@demonstrates(rules.SIMPLE_RECONSIDERATION)
def test_reconsideration_is_counted_in_calendar_days():
    assert due_on(rules.RECONSIDERATION, date(2026, 3, 2)) == "2026-05-06"
    assert due_on(rules.SIMPLE_RECONSIDERATION, date(2026, 3, 2)) == "2026-04-01"


@demonstrates(rules.END_ON_REST_DAY)
def test_a_last_day_within_the_may_holiday_moves_behind_it_and_says_from_where():
    moved = add_days(date(2026, 3, 2), 60, CALENDAR)

    assert moved.moved_from == date(2026, 5, 1)
    assert moved.on == date(2026, 5, 6)


def test_a_last_day_on_a_make_up_saturday_stays():
    assert add_days(date(2026, 4, 9), 30, CALENDAR).on == date(2026, 5, 9)


@demonstrates(rules.RECONSIDERATION_LONGEST)
@demonstrates(rules.SUIT_LONGEST)
def test_an_applicant_who_was_not_told_has_at_most_a_year():
    assert due_on(rules.RECONSIDERATION_LONGEST, date(2024, 2, 29)) == "2025-02-28"
    assert due_on(rules.SUIT_LONGEST, date(2024, 2, 29)) == "2025-02-28"


@demonstrates(rules.SUIT)
@demonstrates(rules.SUIT_AFTER_RECONSIDERATION)
def test_a_suit_is_filed_in_six_months_or_fifteen_days_after_reconsideration():
    assert due_on(rules.SUIT, date(2025, 8, 29)) == "2026-02-28"
    assert due_on(rules.SUIT_AFTER_RECONSIDERATION, date(2026, 3, 2)) == "2026-03-17"


@demonstrates(rules.RESPONDENT_ANSWER)
def test_a_respondent_answers_within_five_working_days():
    assert due_on(rules.RESPONDENT_ANSWER, date(2026, 9, 18)) == "2026-09-24"


@demonstrates(rules.MONTH_END)
@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2025-08-31", 6, "2026-02-28"), ("2023-08-31", 6, "2024-02-29"), ("2025-01-31", 1, "2025-02-28")],
)
def test_a_month_without_the_corresponding_day_ends_the_period_on_its_last(start, months, end):
    counted = add_months(date.fromisoformat(start), months, CALENDAR)

    assert (counted.moved_from or counted.on).isoformat() == end


@demonstrates(rules.ADOPTION_RESULT)
def test_what_became_of_opinions_is_told_within_ten_working_days_of_issue():
    assert due_on(rules.ADOPTION_RESULT, date(2025, 9, 26)) == "2025-10-16"


@demonstrates(rules.INTERPRETATION_DELAY)
@demonstrates(rules.INTERPRETATION_WARNING)
def test_an_interpretation_comes_the_same_day_and_is_overdue_after_three_working_days():
    issued = date(2025, 9, 30)

    assert due_on(rules.INTERPRETATION_DELAY, issued) == "2025-09-30"
    assert is_late(date(2025, 10, 13), due(rules.INTERPRETATION_WARNING, issued, CALENDAR))
    assert not is_late(date(2025, 10, 11), due(rules.INTERPRETATION_WARNING, issued, CALENDAR))


@demonstrates(rules.EMERGENCY_INFORMATION)
@demonstrates(rules.EMERGENCY_CONFERENCE)
@demonstrates(rules.CONCERN_RESPONSE)
def test_hours_run_through_the_night_and_the_holiday():
    broke_out = datetime(2026, 9, 30, 22, 30, tzinfo=BEIJING)

    assert due_at(rules.EMERGENCY_INFORMATION, broke_out) == datetime(2026, 10, 1, 3, 30, tzinfo=BEIJING)
    assert due_at(rules.EMERGENCY_CONFERENCE, broke_out) == datetime(2026, 10, 1, 22, 30, tzinfo=BEIJING)
    assert due_at(rules.CONCERN_RESPONSE, broke_out) == datetime(2026, 10, 2, 14, 30, tzinfo=UTC)


@demonstrates(rules.FIND_ERROR_REPLY)
@demonstrates(rules.OPINION_REPLY)
@demonstrates(rules.COMPLEX_OPINION_REPLY)
@demonstrates(rules.COMPLAINT_REPLY)
def test_messages_to_the_site_are_answered_in_three_seven_or_fifteen_working_days():
    assert due_on(rules.FIND_ERROR_REPLY, date(2026, 9, 24)) == "2026-09-30"
    assert due_on(rules.OPINION_REPLY, date(2025, 1, 24)) == "2025-02-10"
    assert due_on(rules.COMPLEX_OPINION_REPLY, date(2025, 1, 24)) == "2025-02-20"
    assert due_on(rules.COMPLAINT_REPLY, date(2025, 1, 24)) == "2025-02-20"


@demonstrates(rules.ACCOUNT_FILING)
def test_opening_an_account_is_filed_within_two_working_days():
    assert due_on(rules.ACCOUNT_FILING, date(2025, 9, 30)) == "2025-10-10"


@demonstrates(rules.SITE_CLOSING_NOTICE)
@demonstrates(rules.SITE_REOPENING)
def test_a_site_closes_thirty_days_after_its_notice_and_stays_closed_for_a_year():
    assert latest_start(rules.SITE_CLOSING_NOTICE, date(2026, 7, 1)) == date(2026, 6, 1)
    assert due_on(rules.SITE_REOPENING, date(2025, 7, 1)) == "2026-07-01"


@demonstrates(rules.HEARING_PAPERS)
def test_papers_reach_the_participants_seven_days_before_the_hearing():
    assert latest_start(rules.HEARING_PAPERS, date(2026, 5, 20)) == date(2026, 5, 13)


@demonstrates(rules.IMPACT_ASSESSMENT_KEPT)
def test_an_impact_assessment_is_kept_for_three_whole_years():
    assert keep_until(rules.IMPACT_ASSESSMENT_KEPT, date(2026, 11, 23)) == date(2029, 11, 24)
    assert keep_until(rules.IMPACT_ASSESSMENT_KEPT, date(2024, 2, 29)) == date(2027, 3, 1)


@demonstrates(rules.NORMATIVE_VALIDITY)
@demonstrates(rules.NORMATIVE_TRIAL_VALIDITY)
def test_a_normative_document_lasts_five_years_and_a_trial_one_two():
    issued = date(2021, 6, 7)

    assert due_on(rules.NORMATIVE_VALIDITY, issued) == "2026-06-08"
    assert due_on(rules.NORMATIVE_TRIAL_VALIDITY, issued) == "2023-06-07"


def test_a_period_of_calendar_days_is_provisional_only_if_its_last_day_is():
    across = add_days(date(2026, 12, 20), 60, CALENDAR)

    assert across.provisional
    assert not add_days(date(2026, 10, 20), 60, CALENDAR).provisional


@pytest.mark.parametrize(
    "misuse",
    [
        lambda: due(rules.CONCERN_RESPONSE, SPRING_2025, CALENDAR),
        lambda: due_at(rules.REPLY, datetime(2025, 1, 24, tzinfo=UTC)),
        lambda: fixed_date(rules.REPLY, 2025),
        lambda: latest_start(rules.REPLY, SPRING_2025),
        lambda: keep_until(rules.REPLY, SPRING_2025),
        lambda: add_days(SPRING_2025, -1, CALENDAR),
        lambda: add_days(date(9999, 12, 1), 40, CALENDAR),
        lambda: add_months(SPRING_2025, -1, CALENDAR),
        lambda: add_months(date(9999, 12, 1), 1, CALENDAR),
    ],
)
def test_a_period_in_the_wrong_unit_or_of_an_impossible_length_is_refused(misuse):
    with pytest.raises(Refused) as refused:
        misuse()

    assert refused.value.article


def test_an_instant_without_its_zone_is_a_programming_error():
    with pytest.raises(TypeError):
        due_at(rules.CONCERN_RESPONSE, datetime(2026, 9, 30, 22, 30))  # noqa: DTZ001


@given(st.dates(date(2004, 1, 1), date(2025, 1, 1)), st.integers(0, 400))
def test_calendar_days_end_on_a_working_day_and_never_before_the_count(start, count):
    ended = add_days(start, count, CALENDAR)

    assert CALENDAR.is_working_day(ended.on)
    assert (ended.on - start).days >= count
    assert ended.moved_from in {None, start + timedelta(days=count)}


@given(st.dates(date(2004, 1, 1), date(2025, 1, 1)), st.integers(0, 24))
def test_months_keep_the_day_of_the_month_where_there_is_one(start, count):
    ended = add_months(start, count, CALENDAR)
    last = ended.moved_from or ended.on

    assert (last.year - start.year) * 12 + last.month - start.month == count
    assert last.day == start.day or (last + timedelta(days=1)).day == 1
