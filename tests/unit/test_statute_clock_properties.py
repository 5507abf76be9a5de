"""What holds of every clock, whatever happens to it and whenever."""

import random
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.statute import rules
from gongkai.statute.calendar import built_in
from gongkai.statute.clock import Clock, Edges, Excluding, Extended, Restarted, Running, Voided, Waiting
from gongkai.statute.deadlines import due
from gongkai.statute.happenings import Happened, follow

CALENDAR = built_in()
STARTS = st.dates(date(2010, 1, 1), date(2027, 3, 1))
EDGES = st.builds(Edges, st.booleans(), st.booleans())


@st.composite
def consultations(draw, start: date) -> list[tuple[date, date]]:
    """Up to four letters, each sent while the period may still run, and answered."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        issued = start + timedelta(days=draw(st.integers(0, 20)))
        found.append((issued, issued + timedelta(days=draw(st.integers(0, 40)))))
    return found


@st.composite
def clocks(draw) -> Clock:
    """Any clock that could have come about, its steps put there without asking the verbs."""
    start = draw(STARTS)
    clock = Clock(rules.REPLY, start)
    told = [Happened("received", start)]
    for number, (issued, ended) in enumerate(draw(consultations(start))):
        told += [Happened("consult", issued, letter=str(number)), Happened("answer", ended, letter=str(number))]
    clock = follow(rules.REPLY, told, CALENDAR)[-1].clock
    if draw(st.booleans()):
        clock = Clock(rules.REPLY, start, (*clock.steps, Extended(draw(st.integers(1, 20)), start)))
    return clock


def running(clock: Clock, edges: Edges = Edges()) -> Running:  # noqa: B008
    reading = clock.read(CALENDAR, edges)
    assert isinstance(reading, Running)
    return reading


def allowance(clock: Clock) -> int:
    return clock.rule.length + sum(step.working_days for step in clock.steps if isinstance(step, Extended))


@settings(max_examples=60)
@given(clocks(), EDGES)
def test_every_day_from_the_start_to_the_due_date_is_told_once_and_exactly_the_allowance_counts(clock, edges):
    reading = running(clock, edges)
    days = reading.explanation.days

    assert [day.on for day in days] == [clock.started_on + timedelta(n) for n in range(1, len(days) + 1)]
    assert sum(day.state == "counted" for day in days) == allowance(clock) == days[-1].running
    assert (days[-1].on, days[-1].state) == (reading.due.on, "counted")


@settings(max_examples=60)
@given(clocks(), EDGES)
def test_only_working_days_are_counted_or_taken_out_and_only_rest_days_are_skipped(clock, edges):
    for day in running(clock, edges).explanation.days:
        assert CALENDAR.is_working_day(day.on) == (day.state in {"counted", "excluded"})


@settings(max_examples=60)
@given(clocks(), EDGES)
def test_the_order_in_which_letters_were_registered_changes_nothing(clock, edges):
    shuffled = list(clock.steps)
    random.Random(len(shuffled)).shuffle(shuffled)

    assert running(Clock(clock.rule, clock.started_on, tuple(shuffled)), edges).due == running(clock, edges).due


@settings(max_examples=60)
@given(clocks(), EDGES)
def test_the_due_date_is_the_plain_period_longer_by_what_was_taken_out_and_added(clock, edges):
    reading = running(clock, edges)

    plain = CALENDAR.add_working_days(clock.started_on, allowance(clock) + len(reading.excluded_days))
    assert reading.due.on == plain.on


@settings(max_examples=60)
@given(clocks(), st.integers(0, 60), EDGES)
def test_a_restart_forgets_everything_that_was_before(clock, later, edges):
    on = clock.started_on + timedelta(days=later)
    restarted = Clock(clock.rule, clock.started_on, (*clock.steps, Voided(on, "等待补正"), Restarted(on, "收到补正")))

    assert running(restarted, edges).explanation == running(Clock(clock.rule, on), edges).explanation


@settings(max_examples=60)
@given(STARTS, STARTS)
def test_who_asked_later_is_never_answered_sooner(one, other):
    first, second = sorted((one, other))

    assert running(Clock(rules.REPLY, first)).due.on <= running(Clock(rules.REPLY, second)).due.on


@settings(max_examples=60)
@given(clocks(), EDGES)
def test_while_a_letter_is_out_what_is_used_and_what_is_left_make_the_whole(clock, edges):
    issued = clock.started_on + timedelta(days=7)
    reading = Clock(clock.rule, clock.started_on, (*clock.steps, Excluding("last", issued, "征求意见"))).read(CALENDAR, edges)

    match reading:
        case Waiting(used=used, left=left):
            assert used + left == allowance(clock)
        case Running() as done:
            assert done.due.on <= issued


@settings(max_examples=60)
@given(STARTS, st.integers(1, 20))
def test_an_extension_is_the_same_as_a_longer_period(start, working_days):
    extended = Clock(rules.REPLY, start).extend(working_days, start, CALENDAR, head_consents=True)

    assert running(extended).due.on == CALENDAR.add_working_days(start, rules.REPLY.length + working_days).on


@settings(max_examples=60)
@given(STARTS, st.sampled_from([rules.RECONSIDERATION, rules.SUIT, rules.SUIT_AFTER_RECONSIDERATION, rules.RECONSIDERATION_LONGEST]))
def test_a_period_of_days_months_or_years_ends_on_a_working_day_and_moves_over_rest_days_only(start, rule):
    ended = due(rule, start, CALENDAR)

    assert CALENDAR.is_working_day(ended.on)
    if ended.moved_from:
        passed = range((ended.on - ended.moved_from).days)
        assert not any(CALENDAR.is_working_day(ended.moved_from + timedelta(n)) for n in passed)


@settings(max_examples=60)
@given(clocks(), st.integers(0, 30))
def test_words_of_different_days_may_be_told_in_any_order(clock, seed):
    told = [Happened("received", clock.started_on), Happened("extend", clock.started_on + timedelta(1), 5)]
    told += [Happened("consult", clock.started_on + timedelta(3), letter="甲"), Happened("answer", clock.started_on + timedelta(9), letter="甲")]
    shuffled = random.Random(seed).sample(told, len(told))

    assert follow(rules.REPLY, shuffled, CALENDAR)[-1] == follow(rules.REPLY, told, CALENDAR)[-1]
