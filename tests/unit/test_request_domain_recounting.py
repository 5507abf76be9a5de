"""A day of receipt that was written down wrongly is put right, and what runs is counted from the right day."""

from dataclasses import replace
from datetime import date

import pytest
from tests.support.request_worlds import (
    ASK_CORRECTION,
    ASK_OPINION,
    CALENDAR,
    CORRECT_RECEIPT,
    CORRECTED,
    DUE,
    EXTEND,
    FILE_REMEDY,
    FIX,
    HEAD,
    JOIN,
    NOTICE_FEE,
    OPEN_ROUND,
    RECEIVE_CORRECTION,
    SUBMIT,
    WORLDS,
    R,
    a_case,
    a_decision,
    a_reply,
    history,
)

from gongkai.statute.refusal import Refused
from request.clocks import clocks_of
from request.counting.counted import counted
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import handling_of
from request.domain.due import due_on
from request.library.features import features

LATER, EARLIER = date(2025, 9, 28), date(2025, 9, 25)
MONDAY = date(2025, 10, 31)
HANDED_IN = replace(SUBMIT, channel="in-person", by=HEAD)


def due(case):
    return due_on(handling_of(case), CALENDAR)


def test_the_reply_is_due_twenty_working_days_after_the_right_day_and_the_fact_says_both():
    told = history(SUBMIT, FIX, CORRECT_RECEIPT)

    assert due(history(SUBMIT, FIX).case) == DUE
    assert due(told.case) == MONDAY
    fact = told.facts[-1]
    assert isinstance(fact, f.ReceiptCorrected)
    assert (fact.before, fact.received_on, fact.due_on, fact.by) == (R, LATER, MONDAY, HEAD)
    assert told.case.file.receipt.received_on == LATER


def test_the_last_day_to_ask_for_a_correction_moves_with_the_receipt():
    before = {clock.kind: clock.due_on for clock in clocks_of(JOIN.this, a_case(), CALENDAR)}
    after = {clock.kind: clock.due_on for clock in clocks_of(JOIN.this, a_case(CORRECT_RECEIPT), CALENDAR)}

    assert {kind for kind in before if before[kind] != after[kind]} == {
        "request-correction-notice", "request-reply", "request-reply-near",
    }  # fmt: skip


def test_an_extension_stays_and_is_counted_from_the_right_day():
    straight = a_case(EXTEND)
    put_right = a_case(EXTEND, replace(CORRECT_RECEIPT, today=date(2025, 10, 21)))

    assert due(put_right) > due(straight)


def test_a_clock_that_began_anew_with_the_correction_keeps_its_beginning():
    corrected = a_case(ASK_CORRECTION, RECEIVE_CORRECTION)
    put_right = a_case(ASK_CORRECTION, RECEIVE_CORRECTION, replace(CORRECT_RECEIPT, today=date(2025, 10, 16)))

    assert due(put_right) == due(corrected)


def test_while_the_clock_stands_still_no_day_is_told():
    told = history(SUBMIT, FIX, ASK_CORRECTION, CORRECT_RECEIPT)

    assert told.facts[-1].due_on is None
    assert due(told.case) is None


def test_a_joined_case_is_put_right_too():
    assert due(a_case(JOIN, CORRECT_RECEIPT)) == MONDAY


def test_what_was_handed_in_was_submitted_on_the_right_day():
    case = a_case(CORRECT_RECEIPT)
    handed_in = history(HANDED_IN, FIX, replace(CORRECT_RECEIPT, received_on=EARLIER)).case

    assert case.file.application.submitted_on == R
    assert handed_in.file.application.submitted_on == EARLIER


REFUSALS = [
    ((), replace(CORRECT_RECEIPT, received_on=R), "没有变化"),
    ((), replace(CORRECT_RECEIPT, received_on=date(2025, 10, 10)), "晚于今天"),
    ((), replace(CORRECT_RECEIPT, received_on=EARLIER), "早于申请提交"),
    ((), replace(CORRECT_RECEIPT, reason=" "), "理由"),
    ((ASK_OPINION,), replace(CORRECT_RECEIPT, received_on=date(2025, 10, 10), today=date(2025, 10, 10)), "已经有办理记录"),
    ((NOTICE_FEE,), replace(CORRECT_RECEIPT, received_on=date(2025, 10, 9)), "另一个月"),
    (a_reply()[:-2], CORRECT_RECEIPT, "已经印发"),
    (a_reply(), CORRECT_RECEIPT, "不能更正收到日"),
    ((*a_reply(a_decision("process")), FILE_REMEDY, CORRECTED, OPEN_ROUND), CORRECT_RECEIPT, "重新办理"),
]


@pytest.mark.parametrize(("before", "command", "why"), REFUSALS)
def test_a_day_that_cannot_be_or_comes_too_late_is_refused_with_an_article(before, command, why):
    with pytest.raises(Refused, match=why) as refused:
        a_case(*before, command)

    assert refused.value.article.startswith("《")


def test_what_is_not_received_yet_is_decided_and_not_corrected():
    with pytest.raises(Refused, match="不需要更正"):
        history(*WORLDS["待确定收到日"], CORRECT_RECEIPT)


def test_the_tables_and_the_library_know_the_right_day():
    commands: tuple[c.Command, ...] = (SUBMIT, FIX, CORRECT_RECEIPT)
    now = None
    for fact in history(*commands).facts:
        now = counted(now, JOIN.this, fact, date(2025, 10, 9))
    assert now is not None
    answered = features(JOIN.this, history(*commands, *a_reply()).facts, CALENDAR)
    unchanged = features(JOIN.this, history(SUBMIT, FIX, *a_reply()).facts, CALENDAR)

    assert now.received_on == LATER
    assert answered.working_days == unchanged.working_days - 1
