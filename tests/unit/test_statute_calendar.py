"""Working days: the worked cases of the law study, the oracle, and what must hold for any count."""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.statute import demonstrates

from gongkai.statute import rules
from gongkai.statute.calendar import DayKind, WorkCalendar, built_in
from gongkai.statute.notices import published
from gongkai.statute.refusal import Refused

CALENDAR = built_in()
KNOWN_DAYS = st.dates(date(2004, 1, 1), date(2026, 6, 30))
ANY_DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))

WORKED = [
    (
        "2023-01-16",
        ("2023-01-30", "2023-02-09", "2023-02-16", "2023-03-16"),
        "01-17→20(4) 01-28→02-03(11) 02-06→10(16) 02-13→16(20)",
    ),
    (
        "2023-09-22",
        ("2023-10-09", "2023-10-19", "2023-10-26", "2023-11-23"),
        "09-25→28(4) 10-07→13(11) 10-16→20(16) 10-23→26(20)",
    ),
    (
        "2024-02-05",
        ("2024-02-20", "2024-03-01", "2024-03-08", "2024-04-08"),
        "02-06→09(4) 02-18→23(10) 02-26→03-01(15) 03-04→08(20)",
    ),
    (
        "2024-04-28",
        ("2024-05-10", "2024-05-21", "2024-05-28", "2024-06-26"),
        "04-29→30(2) 05-06→11(8) 05-13→17(13) 05-20→24(18) 05-27→28(20)",
    ),
    (
        "2025-01-24",
        ("2025-02-10", "2025-02-20", "2025-02-27", "2025-03-27"),
        "01-26→27(2) 02-05→08(6) 02-10→14(11) 02-17→21(16) 02-24→27(20)",
    ),
    (
        "2025-09-26",
        ("2025-10-13", "2025-10-23", "2025-10-30", "2025-11-27"),
        "09-28→30(3) 10-09→11(6) 10-13→17(11) 10-20→24(16) 10-27→30(20)",
    ),
    (
        "2026-04-30",
        ("2026-05-13", "2026-05-25", "2026-06-01", "2026-06-30"),
        "05-06→09(4) 05-11→15(9) 05-18→22(14) 05-25→29(19) 06-01(20)",
    ),
    (
        "2026-09-18",
        ("2026-09-29", "2026-10-15", "2026-10-22", "2026-11-19"),
        "09-20→24(5) 09-28→30(8) 10-08→10(11) 10-12→16(16) 10-19→22(20)",
    ),
    (
        "2026-10-01",
        ("2026-10-15", "2026-10-27", "2026-11-03", "2026-12-01"),
        "10-08→10(3) 10-12→16(8) 10-19→23(13) 10-26→30(18) 11-02→03(20)",
    ),
]


@demonstrates(rules.COUNT_FROM_NEXT_DAY)
@pytest.mark.parametrize(("start", "dues", "runs"), WORKED)
def test_every_worked_case_comes_out_as_counted_by_hand(start, dues, runs):
    received = date.fromisoformat(start)

    counted = [CALENDAR.add_working_days(received, count).on.isoformat() for count in (7, 15, 20, 40)]

    assert tuple(counted) == dues
    assert CALENDAR.explain(received, 20).runs_text == runs


@demonstrates(rules.WORKING_DAY)
def test_every_day_from_2004_to_2026_agrees_with_an_independent_library():
    first, last = date(2004, 1, 1), date(2026, 12, 31)

    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]

    assert [day for day in days if CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day)] == []


@pytest.mark.parametrize(("year", "working_days"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_the_working_days_of_a_year_add_up(year, working_days):
    assert CALENDAR.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == working_days


def test_each_kind_of_day_says_why():
    reasons = {
        day: CALENDAR.why(date.fromisoformat(day)) for day in ("2025-01-24", "2025-01-25", "2025-01-26", "2025-10-06")
    }

    assert [reason.kind for reason in reasons.values()] == [
        DayKind.WEEKDAY,
        DayKind.WEEKEND,
        DayKind.MAKE_UP,
        DayKind.HOLIDAY,
    ]
    assert reasons["2025-01-26"].text_zh == "星期日，春节调休上班"
    assert reasons["2025-10-06"].text_zh == "星期一，中秋节放假"


def test_a_year_end_taken_off_by_the_next_notice_belongs_to_that_notice():
    without = CALENDAR.without_notice(2019)

    assert not CALENDAR.is_working_day(date(2018, 12, 31))
    assert CALENDAR.is_working_day(date(2018, 12, 29))
    assert without.is_working_day(date(2018, 12, 31))
    assert without.why(date(2018, 12, 31)).provisional


def test_no_notice_has_reached_further_back_than_the_days_we_call_unsettled():
    reached = {
        day
        for notice in published()
        for day in (*(d for block in notice.blocks for d in block.days()), *(item.on for item in notice.make_up))
        if day.year < notice.year
    }

    assert reached
    assert all((day.month, day.day) >= (12, 29) for day in reached)


@pytest.mark.parametrize(
    ("start", "count", "provisional"),
    [
        (date(2026, 11, 30), 20, False),
        (date(2026, 12, 1), 20, True),
        (date(2026, 12, 1), 40, True),
        (date(2003, 6, 2), 3, True),
        (date(2025, 12, 1), 40, False),
    ],
)
def test_a_date_that_rests_on_a_notice_not_yet_out_says_so(start, count, provisional):
    due = CALENDAR.add_working_days(start, count)

    assert due.provisional is provisional
    assert bool(due.provisional_reason) is provisional


def test_a_provisional_date_names_the_missing_year_and_keeps_the_days_the_law_fixes():
    due = CALENDAR.add_working_days(date(2026, 12, 31), 1)

    assert due.on == date(2027, 1, 4)
    assert "2027年放假安排尚未载入" in due.provisional_reason
    assert CALENDAR.why(date(2027, 1, 1)).kind is DayKind.HOLIDAY
    assert CALENDAR.why(date(2027, 2, 5)).text_zh == "星期五，春节放假（暂定）"


def test_the_second_of_may_is_a_holiday_of_the_law_only_since_2025():
    bare = WorkCalendar(())

    assert bare.is_working_day(date(2024, 5, 2))
    assert not bare.is_working_day(date(2025, 5, 2))


def test_an_instant_is_not_a_legal_date():
    with pytest.raises(TypeError, match="Asia/Shanghai"):
        CALENDAR.is_working_day(datetime(2025, 1, 24, 16, 30, tzinfo=UTC))


@pytest.mark.parametrize("count", [-1, 20_001])
def test_an_impossible_count_is_refused_with_its_article(count):
    with pytest.raises(Refused) as refused:
        CALENDAR.add_working_days(date(2025, 1, 24), count)

    assert refused.value.article == "《民法典》第二百零一条"


def test_counting_past_the_end_of_the_calendar_is_refused():
    with pytest.raises(Refused, match="9999"):
        CALENDAR.add_working_days(date(9999, 12, 30), 3)


@given(KNOWN_DAYS, st.integers(1, 90))
def test_the_due_day_is_a_working_day_and_the_count_agrees_with_brute_force(start, count):
    due = CALENDAR.add_working_days(start, count).on

    days = [start + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    assert CALENDAR.is_working_day(due)
    assert sum(chinese_calendar.is_workday(day) for day in days) == count


@given(ANY_DAYS, st.integers(0, 120), st.integers(0, 20))
def test_more_days_never_come_earlier_and_counts_add_up(start, count, more):
    shorter = CALENDAR.add_working_days(start, count).on

    assert shorter <= CALENDAR.add_working_days(start, count + more).on
    assert CALENDAR.add_working_days(shorter, more).on == CALENDAR.add_working_days(start, count + more).on


@given(ANY_DAYS, st.integers(0, 30), st.integers(0, 60))
def test_a_later_start_never_ends_earlier(start, shift, count):
    later = start + timedelta(days=shift)

    assert CALENDAR.add_working_days(start, count).on <= CALENDAR.add_working_days(later, count).on


@given(ANY_DAYS, st.integers(0, 60))
def test_an_explanation_covers_every_day_once_and_its_running_total_is_honest(start, count):
    explained = CALENDAR.explain(start, count)

    days = explained.days
    assert [day.on for day in days] == [start + timedelta(days=n) for n in range(1, len(days) + 1)]
    assert (days[-1].on if days else start) == explained.due.on
    assert sum(day.state == "counted" for day in days) == count == (days[-1].running if days else 0)
    assert sum((run.last - run.first).days + 1 for run in explained.runs) == count
