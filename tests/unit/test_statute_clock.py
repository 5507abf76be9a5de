"""A clock starts, restarts, stands still and is extended; read on another calendar it moves by itself."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.statute import demonstrates

from gongkai.statute import rules
from gongkai.statute.calendar import built_in
from gongkai.statute.clock import Clock, Edges, Running, Waiting
from gongkai.statute.notices import Block, MakeUp, Notice
from gongkai.statute.refusal import Refused

CALENDAR = built_in()
RECEIVED = date(2025, 9, 26)
ISSUED, ANSWERED = date(2025, 10, 9), date(2025, 10, 17)


def a_reply_clock(received: date = RECEIVED) -> Clock:
    return Clock(rules.REPLY, received)


def a_clock_after_a_consultation() -> Clock:
    waiting = a_reply_clock().open_exclusion("l1", ISSUED, "征求第三方意见", CALENDAR)
    return waiting.close_exclusion("l1", ANSWERED)


def due_of(clock: Clock, edges: Edges = Edges()) -> date:  # noqa: B008
    reading = clock.read(CALENDAR, edges)
    assert isinstance(reading, Running)
    return reading.due.on


def test_a_clock_that_nothing_happened_to_is_the_plain_period():
    assert due_of(a_reply_clock()) == CALENDAR.add_working_days(RECEIVED, 20).on == date(2025, 10, 30)


@demonstrates(rules.EXCLUSION_COUNTS_ISSUE_DAY)
@demonstrates(rules.EXCLUSION_COUNTS_ANSWER_DAY)
def test_the_compound_case_excludes_seven_working_days_and_ends_on_10_november():
    reading = a_clock_after_a_consultation().read(CALENDAR)

    assert isinstance(reading, Running)
    assert [day.day for day in reading.excluded_days] == [10, 11, 13, 14, 15, 16, 17]
    assert reading.due.on == date(2025, 11, 10) == CALENDAR.add_working_days(RECEIVED, 27).on


@pytest.mark.parametrize(
    ("edges", "excluded"),
    [
        (Edges(issue_day_counts=True, answer_day_counts=True), 6),
        (Edges(issue_day_counts=False, answer_day_counts=False), 8),
        (Edges(issue_day_counts=False, answer_day_counts=True), 7),
    ],
)
def test_the_edge_days_are_the_organs_choice(edges, excluded):
    assert due_of(a_clock_after_a_consultation(), edges) == CALENDAR.add_working_days(RECEIVED, 20 + excluded).on


def test_while_an_answer_is_awaited_there_is_no_due_date_but_what_is_left_is_known():
    waiting = a_reply_clock().open_exclusion("l1", ISSUED, "征求第三方意见", CALENDAR).read(CALENDAR)

    assert waiting == Waiting(ISSUED, "征求第三方意见", used=4, left=16)


def test_two_consultations_at_once_exclude_a_day_only_once():
    both = a_clock_after_a_consultation().open_exclusion("l2", date(2025, 10, 13), "征求共同制作机关意见", CALENDAR)
    both = both.close_exclusion("l2", date(2025, 10, 20))

    assert due_of(both) == CALENDAR.add_working_days(RECEIVED, 28).on


def test_every_day_says_whether_it_was_counted_skipped_or_excluded():
    reading = a_clock_after_a_consultation().read(CALENDAR)

    assert isinstance(reading, Running)
    days = {day.on: day for day in reading.explanation.days}
    assert days[date(2025, 10, 11)].why == "星期六，国庆节调休上班，征求第三方意见，不计入"
    assert days[date(2025, 10, 12)].state == "skipped"
    assert sum(day.state == "counted" for day in days.values()) == 20


@demonstrates(rules.REPLY_EXTENSION)
def test_an_extension_adds_at_most_twenty_working_days_to_the_due_date():
    extended = a_reply_clock().extend(20, date(2025, 10, 30), CALENDAR, head_consents=True)

    assert due_of(extended) == date(2025, 11, 27)
    with pytest.raises(Refused, match="1至20个工作日") as refused:
        a_reply_clock().extend(21, date(2025, 10, 13), CALENDAR, head_consents=True)
    assert refused.value.article == "《政府信息公开条例》第三十三条"


@demonstrates(rules.REPLY_EXTENSIONS)
def test_a_deadline_is_extended_once_only_even_after_a_restart():
    extended = a_reply_clock().extend(5, date(2025, 10, 13), CALENDAR, head_consents=True)
    restarted = extended.restart(date(2025, 10, 20), "收到补正申请")

    for clock in (extended, restarted):
        with pytest.raises(Refused, match="只能延期1次"):
            clock.extend(5, date(2025, 10, 20), CALENDAR, head_consents=True)


def test_an_extension_needs_the_heads_consent_and_comes_before_the_due_date():
    with pytest.raises(Refused, match="负责人同意"):
        a_reply_clock().extend(5, date(2025, 10, 13), CALENDAR, head_consents=False)
    with pytest.raises(Refused, match="已于2025年10月30日（星期四）届满"):
        a_reply_clock().extend(5, date(2025, 10, 31), CALENDAR, head_consents=True)


def test_a_correction_notice_voids_the_clock_until_the_corrected_application_arrives():
    voided = a_reply_clock().void(date(2025, 10, 10), "已告知补正")
    restarted = voided.restart(date(2025, 11, 3), "收到补正申请")

    assert voided.read(CALENDAR) == Waiting(date(2025, 10, 10), "已告知补正", used=0, left=20)
    assert due_of(restarted) == CALENDAR.add_working_days(date(2025, 11, 3), 20).on


def test_a_restart_takes_the_exclusions_of_the_old_run_with_it():
    restarted = a_clock_after_a_consultation().restart(date(2025, 10, 20), "收到补正申请")

    assert due_of(restarted) == CALENDAR.add_working_days(date(2025, 10, 20), 20).on


def test_a_clock_in_calendar_days_runs_but_is_neither_extended_nor_excluded():
    clock = Clock(rules.RECONSIDERATION, date(2026, 3, 2))

    assert due_of(clock) == date(2026, 5, 6)
    with pytest.raises(Refused, match="不按工作日计算"):
        clock.extend(5, date(2026, 3, 3), CALENDAR, head_consents=True)
    with pytest.raises(Refused, match="不按工作日计算"):
        clock.open_exclusion("l1", date(2026, 3, 3), "征求意见", CALENDAR)


@pytest.mark.parametrize(
    ("impossible", "sentence"),
    [
        (lambda: a_reply_clock().close_exclusion("l1", ANSWERED), "没有正在等待"),
        (lambda: a_clock_after_a_consultation().open_exclusion("l1", ISSUED, "再征求", CALENDAR), "已经登记过"),
        (lambda: a_reply_clock().open_exclusion("l1", date(2025, 9, 1), "征求", CALENDAR), "早于期限起算日"),
        (lambda: a_reply_clock().open_exclusion("l1", date(2025, 11, 3), "征求", CALENDAR), "不能扣除"),
        (lambda: a_reply_clock().void(date(2025, 9, 1), "补正"), "尚未起算"),
        (lambda: a_reply_clock().restart(date(2025, 9, 1), "补正"), "早于原起算日"),
        (
            lambda: a_reply_clock().open_exclusion("l1", ISSUED, "征求", CALENDAR).close_exclusion("l1", RECEIVED),
            "早于征求意见书的发出日",
        ),
    ],
)
def test_what_cannot_have_happened_is_refused_with_the_article(impossible, sentence):
    with pytest.raises(Refused, match=sentence) as refused:
        impossible()

    assert refused.value.article == "《政府信息公开条例》第三十三条"


def the_2027_notice() -> Notice:
    return Notice(
        2027,
        (Block("元旦", date(2027, 1, 1), date(2027, 1, 3)), Block("春节", date(2027, 2, 5), date(2027, 2, 12))),
        (MakeUp("春节", date(2027, 1, 24)), MakeUp("春节", date(2027, 2, 14))),
    )


def test_a_new_notice_moves_an_open_clock_and_says_so():
    clock = Clock(rules.REPLY, date(2027, 1, 18))
    before = clock.read(CALENDAR)
    assert isinstance(before, Running)

    change = clock.recomputed(before.due, CALENDAR.with_notice(2027, the_2027_notice()))

    assert before.due.provisional
    assert change is not None
    assert not change.after.provisional
    assert change.after.on != change.before.on
    assert "由2027年2月17日（星期三，暂定）改为2027年2月19日（星期五）" in change.reason_zh


def test_a_notice_that_only_confirms_a_date_settles_it():
    clock = Clock(rules.REPLY, date(2026, 12, 3))
    before = clock.read(CALENDAR)
    assert isinstance(before, Running)

    change = clock.recomputed(before.due, CALENDAR.with_notice(2027, the_2027_notice()))

    assert change is not None
    assert change.after.on == change.before.on
    assert "仍为2026年12月31日（星期四）。" in change.reason_zh


def test_a_standing_clock_is_not_recomputed():
    running = a_reply_clock().read(CALENDAR)
    assert isinstance(running, Running)
    waiting = a_reply_clock().open_exclusion("l1", ISSUED, "征求第三方意见", CALENDAR)

    assert waiting.recomputed(running.due, CALENDAR.without_notice(2025)) is None


@given(st.dates(date(2020, 1, 1), date(2027, 6, 1)), st.integers(0, 20))
def test_recomputing_twice_changes_nothing_more(start, extension):
    clock = Clock(rules.REPLY, start)
    if extension:
        clock = clock.extend(extension, start, CALENDAR, head_consents=True)
    told = clock.read(CALENDAR)
    assert isinstance(told, Running)
    renewed = CALENDAR.with_notice(2027, the_2027_notice())

    change = clock.recomputed(told.due, renewed)

    latest = change.after if change else told.due
    assert clock.recomputed(latest, renewed) is None
    assert clock.recomputed(replace(latest, calendar_version="older"), renewed) is None


@given(st.dates(date(2010, 1, 1), date(2025, 6, 1)), st.integers(0, 25), st.integers(0, 40))
def test_an_exclusion_moves_the_due_date_by_exactly_the_working_days_it_takes_out(start, wait, length):
    issued = start + timedelta(days=wait)
    ended = issued + timedelta(days=length)
    if issued > CALENDAR.add_working_days(start, 20).on:
        issued = ended = start

    clock = Clock(rules.REPLY, start).open_exclusion("l1", issued, "征求意见", CALENDAR).close_exclusion("l1", ended)

    taken_out = CALENDAR.working_days_between(issued, ended)
    untouched = CALENDAR.add_working_days(start, 20).on
    expected = untouched if issued == untouched else CALENDAR.add_working_days(start, 20 + taken_out).on
    assert due_of(clock) == expected
