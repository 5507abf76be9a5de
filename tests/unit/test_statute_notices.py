"""Notices are values: loading one makes another calendar, and an impossible one is refused where it is written."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.statute.calendar import WorkCalendar, built_in
from gongkai.statute.notices import Block, MakeUp, Notice, notice_from_json, published
from gongkai.statute.refusal import Refused

CALENDAR = built_in()
NEW_YEAR_2027 = Block("元旦", date(2027, 1, 1), date(2027, 1, 3))


def a_notice_for_2027(make_up=(), blocks=()):
    return Notice(2027, (NEW_YEAR_2027, *blocks), tuple(make_up))


def test_loading_a_notice_settles_its_year_and_makes_another_version():
    notice = a_notice_for_2027([MakeUp("春节", date(2027, 1, 31))])

    loaded = CALENDAR.with_notice(2027, notice)

    assert loaded.version != CALENDAR.version
    assert loaded.is_working_day(date(2027, 1, 31))
    assert not loaded.add_working_days(date(2026, 12, 1), 40).provisional
    assert CALENDAR.is_provisional(date(2027, 1, 31))


def test_the_version_depends_on_the_content_and_not_on_the_order_of_loading():
    notices = published()

    assert WorkCalendar(tuple(reversed(notices))).version == CALENDAR.version
    assert CALENDAR.without_notice(2026).with_notice(2026, notices[-1]) == CALENDAR
    assert CALENDAR.with_notice(2026, notices[-1]).version == CALENDAR.version


def test_a_corrected_notice_replaces_the_whole_year():
    shorter = Notice(2026, (Block("元旦", date(2026, 1, 1), date(2026, 1, 1)),), ())

    corrected = CALENDAR.with_notice(2026, shorter)

    assert corrected.is_working_day(date(2026, 2, 17))
    assert not corrected.is_working_day(date(2026, 1, 4))
    assert sorted(corrected.years) == sorted(CALENDAR.years)


def test_a_notice_survives_being_written_down_and_read_again():
    assert [notice_from_json(notice.as_json()) for notice in published()] == list(published())


def test_the_notices_that_were_read_carry_their_number_or_date():
    by_year = {notice.year: notice for notice in published()}

    assert by_year[2025].title_zh == "2025年节假日安排（国办发明电〔2024〕12号）"
    assert by_year[2026].issued_on == date(2025, 11, 4)


@pytest.mark.parametrize(
    ("blocks", "make_up", "sentence"),
    [
        ([Block("春节", date(2027, 2, 12), date(2027, 2, 5))], [], "早于开始日"),
        ([Block("春节", date(2028, 2, 5), date(2028, 2, 12))], [], "不在该年度"),
        ([Block("春节", date(2027, 1, 2), date(2027, 1, 5))], [], "两次放假"),
        ([], [MakeUp("春节", date(2027, 2, 3))], "不是星期六或者星期日"),
        ([], [MakeUp("元旦", date(2027, 1, 2))], "既放假又调休上班"),
        ([], [MakeUp("春节", date(2027, 1, 31)), MakeUp("春节", date(2027, 1, 31))], "两次调休上班"),
        ([], [MakeUp("春节", date(2026, 11, 29))], "不在该年度"),
    ],
)
def test_an_impossible_notice_is_refused_in_one_sentence(blocks, make_up, sentence):
    with pytest.raises(Refused, match=sentence):
        a_notice_for_2027(make_up, blocks)


def test_a_notice_without_new_years_day_is_refused():
    with pytest.raises(Refused, match="1月1日元旦"):
        Notice(2027, (Block("春节", date(2027, 2, 5), date(2027, 2, 12)),), ())


def test_a_notice_is_not_used_for_another_year():
    with pytest.raises(Refused, match="不能作为2028年"):
        CALENDAR.with_notice(2028, a_notice_for_2027())


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"year": "明年", "off": {}},
        {"year": 2027, "off": {"元旦": ["2027-13-01"]}},
        {"year": 2027, "off": ["2027-01-01"]},
        {"year": 2027, "off": {"元旦": [20270101]}},
        {"year": 2027, "off": {"元旦": ["2027-01-01"]}, "source": "?"},
    ],
)
def test_an_unreadable_notice_is_answered_with_what_is_expected(written):
    with pytest.raises(Refused, match="放假安排读不懂"):
        notice_from_json(written)


@given(st.sampled_from(published()))
def test_taking_a_notice_out_and_putting_it_back_changes_nothing(notice):
    assert CALENDAR.without_notice(notice.year).with_notice(notice.year, notice) == CALENDAR
