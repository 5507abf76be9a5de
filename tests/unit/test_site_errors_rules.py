"""One report of something wrong on the site: answered once, by those who may, and then its reporter is forgotten."""

from datetime import date
from uuid import UUID

import pytest

from gongkai.statute.refusal import Refused
from gongkai.web.permissions import MATRIX
from publication.domain.people import Officer
from publication.site_errors.decide import (
    ANSWERING,
    INITIAL,
    AnswerError,
    AnswerOverdue,
    DueMoved,
    ErrorAnswered,
    ErrorReported,
    ForgetReporter,
    MoveDue,
    PassDue,
    Reported,
    ReporterForgotten,
    ReportError,
    decide,
    evolve,
)
from publication.site_errors.desk import own_page, plain_receipt

REPORTED = Reported(
    UUID(int=1), "JC20250310-2222-3333", "/d/jinan-2025-00001", "wording", UUID(int=2), UUID(int=3), True,
    date(2025, 3, 10), date(2025, 3, 13),
)  # fmt: skip
PROOFREADER = Officer(UUID(int=5), frozenset({"proofreader"}))
ANSWER = AnswerError(PROOFREADER, "corrected", UUID(int=4), date(2025, 3, 11))
TAKEN = [ErrorReported(REPORTED)]
DONE = [*TAKEN, ErrorAnswered("corrected", UUID(int=4), UUID(int=5), None, date(2025, 3, 11))]


def given(*facts):
    state = INITIAL
    for fact in facts:
        state = evolve(state, fact)
    return state


def test_a_report_is_taken_in_once():
    assert decide(INITIAL, ReportError(REPORTED)) == TAKEN
    assert decide(given(*TAKEN), ReportError(REPORTED)) == []


def test_those_who_may_answer_are_those_of_the_permission_table():
    assert set(ANSWERING) == set(MATRIX["site-error.answer"])
    assert decide(given(*TAKEN), ANSWER) == DONE[1:]
    with pytest.raises(Refused, match="由校对人、信息公开机构负责人办理"):
        decide(given(*TAKEN), AnswerError(Officer(UUID(int=6), frozenset({"drafter"})), "corrected", UUID(int=4), date(2025, 3, 11)))


def test_an_answer_is_not_changed_afterwards():
    with pytest.raises(Refused, match="已经答复过"):
        decide(given(*DONE), ANSWER)


def test_nothing_can_be_done_with_a_report_that_never_came():
    with pytest.raises(Refused):
        decide(INITIAL, ANSWER)


def test_a_passed_date_is_noted_once_and_never_after_the_answer():
    assert decide(given(*TAKEN), PassDue()) == [AnswerOverdue(date(2025, 3, 13))]
    assert decide(given(*TAKEN, AnswerOverdue(date(2025, 3, 13))), PassDue()) == []
    assert decide(given(*DONE), PassDue()) == []


def test_another_calendar_moves_the_date_of_what_is_open_only():
    move = MoveDue(date(2025, 3, 14), "2")
    assert decide(given(*TAKEN), move) == [DueMoved(date(2025, 3, 13), date(2025, 3, 14), "2")]
    assert decide(given(*TAKEN, DueMoved(date(2025, 3, 13), date(2025, 3, 14), "2")), move) == []
    assert decide(given(*DONE), move) == []


def test_the_reporter_is_forgotten_after_the_answer_and_never_before():
    assert decide(given(*TAKEN), ForgetReporter()) == []
    assert decide(given(*DONE), ForgetReporter()) == [ReporterForgotten(UUID(int=2))]
    assert decide(given(*DONE, ReporterForgotten(UUID(int=2))), ForgetReporter()) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/d/jinan-2025-00001", "/d/jinan-2025-00001"),
        ("https://sw.example.gov.cn/d/jinan-2025-00001?q=张三#t", "/d/jinan-2025-00001"),
        ("/columns/tzgg", "/columns/tzgg"),
        ("/library", "/library"),
        ("首页右边", ""),
        ("/d/13812345678", ""),
        ("/search/13812345678", ""),
        ("javascript:alert(1)", ""),
        ("//evil.example/d/jinan-2025-00001", ""),
    ],
)
def test_only_an_address_of_ours_stands_in_the_record(typed, kept):
    assert own_page(typed) == kept


@pytest.mark.parametrize("typed", ["JC20250310-7K4M-2QXR", "jc20250310 7k4m2qxr", "ＪＣ20250310－7Ｋ4Ｍ－2ＱＸＲ"])
def test_a_receipt_is_read_as_people_type_it(typed):
    assert plain_receipt(typed) == "JC20250310-7K4M-2QXR"


def test_what_is_no_receipt_finds_nothing():
    assert plain_receipt("JC2025'; DROP TABLE") == ""
