"""Judgements that compare what happened with a number of the law."""

from datetime import date

import pytest
from tests.statute import demonstrates

from gongkai.statute import rules
from gongkai.statute.calendar import built_in
from gongkai.statute.limits import (
    ColumnTally,
    account_silence,
    age_on,
    column_veto,
    enough_tries,
    errors_allowed,
    idle_since_before,
    is_idle,
    minor_judgement,
    reaches,
    require_consultation_period,
    require_forms,
    require_legality_review,
    site_score_band,
    site_unreachable,
)
from gongkai.statute.refusal import Refused

TODAY = date(2026, 8, 31)


@demonstrates(rules.ACCOUNT_SILENT)
@demonstrates(rules.ACCOUNT_SILENT_WARNING)
@pytest.mark.parametrize(
    ("last_post", "judgement"),
    [
        (date(2026, 8, 31), "active"),
        (date(2026, 8, 21), "active"),
        (date(2026, 8, 20), "warning"),
        (date(2026, 8, 17), "warning"),
        (date(2026, 8, 16), "veto"),
        (None, "veto"),
    ],
)
def test_a_silent_account_is_warned_after_ten_days_and_vetoed_after_two_weeks(last_post, judgement):
    assert account_silence(last_post, TODAY) == judgement


def test_an_organ_may_warn_its_accounts_earlier():
    a_week = rules.ACCOUNT_SILENT_WARNING.set_to(7, "本机关规定")

    assert account_silence(date(2026, 8, 23), TODAY, a_week) == "warning"
    assert account_silence(date(2026, 8, 23), TODAY) == "active"


@demonstrates(rules.HOME_PAGE_IDLE)
@demonstrates(rules.NEWS_COLUMN_IDLE)
def test_two_weeks_without_an_update_make_a_home_page_and_a_news_column_idle():
    for rule in (rules.HOME_PAGE_IDLE, rules.NEWS_COLUMN_IDLE):
        assert not is_idle(rule, date(2026, 8, 17), TODAY)
        assert is_idle(rule, date(2026, 8, 16), TODAY)


@demonstrates(rules.POLICY_COLUMN_IDLE)
@demonstrates(rules.STATISTICS_IDLE)
@demonstrates(rules.PUBLISHED_REPLIES_IDLE)
@demonstrates(rules.CONSULT_UNANSWERED)
def test_months_are_counted_back_to_the_corresponding_day_or_the_last_of_the_month():
    assert idle_since_before(rules.POLICY_COLUMN_IDLE, TODAY) == date(2026, 2, 28)
    assert idle_since_before(rules.STATISTICS_IDLE, TODAY) == date(2026, 5, 31)
    assert idle_since_before(rules.PUBLISHED_REPLIES_IDLE, TODAY) == date(2026, 6, 30)
    assert is_idle(rules.CONSULT_UNANSWERED, date(2026, 5, 30), TODAY)
    assert idle_since_before(rules.POLICY_COLUMN_IDLE, date(2026, 3, 15)) == date(2025, 9, 15)


@demonstrates(rules.IDLE_COLUMNS)
@demonstrates(rules.LONG_IDLE_COLUMNS)
@demonstrates(rules.BLANK_COLUMNS)
@pytest.mark.parametrize(
    ("tally", "vetoes"),
    [
        (ColumnTally(news_idle=2, policy_idle=2, long_idle=9, blank=4), 0),
        (ColumnTally(news_idle=3, policy_idle=2, long_idle=0, blank=0), 1),
        (ColumnTally(news_idle=0, policy_idle=0, long_idle=10, blank=0), 1),
        (ColumnTally(news_idle=0, policy_idle=0, long_idle=0, blank=5), 1),
        (ColumnTally(news_idle=5, policy_idle=5, long_idle=10, blank=5), 3),
    ],
)
def test_idle_and_blank_columns_veto_a_site_from_five_or_ten_on(tally, vetoes):
    assert len(column_veto(tally)) == vetoes


@demonstrates(rules.SITE_FAILURE_SHARE)
@demonstrates(rules.SITE_OPEN_WITHIN)
def test_a_site_is_unreachable_when_five_per_cent_of_the_tries_do_not_open_in_fifteen_seconds():
    assert site_unreachable([1.0] * 133 + [15.1] * 6 + [None])
    assert not site_unreachable([1.0] * 134 + [15.0] * 5 + [None])


@demonstrates(rules.SITE_TRIES_A_DAY)
def test_a_judgement_needs_twenty_tries_on_every_day():
    assert enough_tries([20] * 7)
    assert not enough_tries([20] * 6 + [19])
    with pytest.raises(Refused, match="没有访问记录"):
        site_unreachable([])


@demonstrates(rules.SITE_PASS)
@demonstrates(rules.SITE_BONUS)
@pytest.mark.parametrize(
    ("score", "band"), [(59.9, "fail"), (60, "pass"), (80, "pass"), (80.5, "bonus"), (89, "bonus")]
)
def test_a_site_passes_at_sixty_and_earns_a_bonus_above_eighty(score, band):
    assert site_score_band(score) == band


@demonstrates(rules.INTERPRETATION_FORMS)
def test_an_important_document_is_interpreted_in_three_different_forms():
    require_forms(["text", "chart", "video"])

    with pytest.raises(Refused, match="不少于3种，现有2种") as refused:
        require_forms(["text", "chart", "text"])
    assert refused.value.rule is rules.INTERPRETATION_FORMS


@demonstrates(rules.EVALUATIONS_A_YEAR)
@demonstrates(rules.GROUP_MEETINGS_A_YEAR)
@demonstrates(rules.TRAININGS_A_YEAR)
@demonstrates(rules.REVIEWS)
@demonstrates(rules.PROOFS)
@demonstrates(rules.DECISION_FILE_SLOTS)
@demonstrates(rules.HEARING_INTERESTED_SHARE)
@pytest.mark.parametrize(
    ("rule", "enough"),
    [
        (rules.EVALUATIONS_A_YEAR, 2),
        (rules.GROUP_MEETINGS_A_YEAR, 1),
        (rules.TRAININGS_A_YEAR, 1),
        (rules.REVIEWS, 3),
        (rules.PROOFS, 3),
        (rules.DECISION_FILE_SLOTS, 6),
        (rules.HEARING_INTERESTED_SHARE, 50),
    ],
)
def test_a_minimum_is_reached_at_its_number_and_not_below(rule, enough):
    assert reaches(rule, enough)
    assert not reaches(rule, enough - 1)


@demonstrates(rules.CONSULTATION_MINIMUM)
def test_a_consultation_shorter_than_thirty_days_needs_a_printed_reason():
    require_consultation_period(date(2026, 5, 1), date(2026, 5, 31))
    require_consultation_period(date(2026, 5, 1), date(2026, 5, 5), reason="汛期应急")

    with pytest.raises(Refused, match="现为29日") as refused:
        require_consultation_period(date(2026, 5, 1), date(2026, 5, 30), reason=" ")
    assert refused.value.article == "《重大行政决策程序暂行条例》第十五条"
    with pytest.raises(Refused, match="晚于开始日"):
        require_consultation_period(date(2026, 5, 1), date(2026, 5, 1), reason="紧急")


@demonstrates(rules.LEGALITY_REVIEW)
def test_the_legality_review_is_given_seven_working_days():
    calendar = built_in()

    require_legality_review(date(2025, 1, 24), date(2025, 2, 10), calendar)

    with pytest.raises(Refused, match="现为6个工作日"):
        require_legality_review(date(2025, 1, 24), date(2025, 2, 9), calendar)


@demonstrates(rules.ERRORS_AT_FIRST_REVIEW)
@demonstrates(rules.ERRORS_AT_SECOND_REVIEW)
@demonstrates(rules.ERRORS_AT_FINAL_REVIEW)
def test_each_review_may_leave_fewer_errors_than_the_one_before():
    assert [errors_allowed(review).length for review in ("first", "second", "final")] == [5, 3, 1]


@demonstrates(rules.SENSITIVE_UNDER_AGE)
@demonstrates(rules.MINOR_UNDER_AGE)
@pytest.mark.parametrize(
    ("born_on", "judgement"),
    [
        (date(2012, 9, 1), "block"),
        (date(2012, 8, 31), "warn"),
        (date(2008, 9, 1), "warn"),
        (date(2008, 8, 31), "pass"),
    ],
)
def test_a_person_under_fourteen_blocks_publication_and_one_under_eighteen_warns(born_on, judgement):
    assert minor_judgement(born_on, TODAY) == judgement


def test_one_born_on_29_february_is_a_year_older_on_1_march():
    assert age_on(date(2012, 2, 29), date(2026, 2, 28)) == 13
    assert age_on(date(2012, 2, 29), date(2026, 3, 1)) == 14


def test_a_number_that_is_not_a_window_is_refused_as_one():
    with pytest.raises(Refused, match="不是一段观察期"):
        is_idle(rules.REPLY, TODAY, TODAY)


def test_an_organs_own_number_needs_a_basis_and_a_law_cannot_be_adjusted():
    with pytest.raises(ValueError, match="basis"):
        rules.ACCOUNT_SILENT_WARNING.set_to(7, " ")

    assert not hasattr(rules.REPLY, "set_to")
    assert rules.ACCOUNT_SILENT_WARNING.set_to(7, "本机关规定").note == "本机关规定"


def test_a_rule_binds_from_its_first_day():
    assert not rules.PROACTIVE.in_force_on(date(2019, 5, 14))
    assert rules.PROACTIVE.in_force_on(date(2019, 5, 15))
    assert rules.HOME_PAGE_IDLE.in_force_on(date(2000, 1, 1))
