"""What letters and events say of a day that somebody set, and of the days that prove an application abandoned."""

from dataclasses import replace
from datetime import date

from tests.support.request_worlds import (
    ASK_CORRECTION,
    ASK_REASONS,
    CALENDAR,
    CORRECTED,
    DUE,
    FEE_RECEIVED,
    FILE_REMEDY,
    JUDGE_REASONS,
    LAPSE_CORRECTION,
    LAPSE_PAYMENT,
    NOTICE_FEE,
    OPEN_ROUND,
    OTHER_CASE,
    a_case,
    a_reply,
    history,
)

from gongkai.contracts.request import ClockRestarted
from request import drawing
from request.domain.case import file_of
from request.domain.ladder import USUAL
from request.wire import published


def due_told(case, kind="reply-given"):
    stated = drawing.due(case, kind, CALENDAR, USUAL)
    return stated.on if stated else None


def lapse_told(case):
    file = file_of(case)
    assert file is not None
    told = drawing.lapse(file, date(2025, 11, 10))
    assert told is not None
    return told


def test_a_letter_tells_the_last_day_that_is_in_force_also_when_somebody_set_it():
    delayed = replace(JUDGE_REASONS, reasonable=True, delayed_until=date(2025, 12, 1))
    ordered = replace(OPEN_ROUND, ordered_due_on=date(2025, 12, 22))

    assert due_told(a_case()) == DUE
    assert due_told(a_case(ASK_REASONS, delayed)) == date(2025, 12, 1)
    assert due_told(a_case(*a_reply(), FILE_REMEDY, CORRECTED, ordered)) == date(2025, 12, 22)


def test_the_days_that_prove_an_application_abandoned_are_those_of_the_notice_that_was_not_followed():
    correction = lapse_told(a_case(ASK_CORRECTION, LAPSE_CORRECTION))
    fee = lapse_told(a_case(NOTICE_FEE, FEE_RECEIVED, LAPSE_PAYMENT))

    assert (correction.of, correction.noticed_received_on, correction.ended_on) == (
        "correction", ASK_CORRECTION.today, ASK_CORRECTION.answer_by,
    )  # fmt: skip
    assert (fee.of, fee.noticed_received_on) == ("fee", FEE_RECEIVED.received_on)
    assert fee.ended_on < LAPSE_PAYMENT.today


def test_others_hear_that_the_day_of_a_new_round_is_provisional():
    opened = replace(OPEN_ROUND, from_on=date(2026, 12, 25), today=date(2026, 12, 25))
    told = history(opened, case=a_case(*a_reply(), FILE_REMEDY, CORRECTED))
    (fact,) = told.facts

    (event,) = published(OTHER_CASE, told.case, fact, opened.today)

    assert isinstance(event, ClockRestarted)
    assert (event.from_on, event.provisional) == (date(2026, 12, 25), True)
