"""What a page says of a clock: every day with its reason, what another calendar moves, whose turn it is."""

from dataclasses import replace
from datetime import date

import pytest
from tests.support.request_worlds import (
    ASK_CORRECTION,
    ASK_OPINION,
    CALENDAR,
    DUE,
    EXTEND,
    FIX,
    LETTER,
    OFFICE,
    OPINION_RECEIVED,
    SUBMIT,
    R,
    Unsent,
    a_case,
    a_letter,
    a_reply,
    history,
)

from gongkai.statute.calendar import WorkCalendar, built_in
from gongkai.statute.notices import Block, MakeUp, Notice
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import Case, Handling
from request.domain.reading import explain

# ── Another calendar ───────────────────────────────────────────────────────

NEW_YEAR = Notice(
    2027,
    (Block("元旦", date(2027, 1, 1), date(2027, 1, 3)), Block("春节", date(2027, 2, 4), date(2027, 2, 12))),
    (MakeUp("元旦", date(2027, 1, 9)), MakeUp("春节", date(2027, 1, 30))),
    "国办发明电〔2026〕9号",
)
LATE_RECEIPT = date(2026, 12, 25)


def a_case_over_the_year_end(*commands: c.Command, calendar: WorkCalendar) -> Case:
    submit = replace(SUBMIT, submitted_on=LATE_RECEIPT, today=LATE_RECEIPT)
    fix = replace(FIX, today=LATE_RECEIPT, confirmed_on=LATE_RECEIPT)
    return history(submit, fix, *commands, calendar=calendar).case


def test_a_date_beyond_the_last_notice_is_provisional_and_the_notice_moves_and_settles_it():
    before, after = built_in(), built_in().with_notice(2027, NEW_YEAR)
    case = a_case_over_the_year_end(calendar=before)
    assert isinstance(case, Handling)
    assert case.told is not None
    assert case.told.provisional

    told = history(c.RecomputeDue(date(2027, 1, 4)), case=case, calendar=after)

    (moved,) = told.facts
    assert isinstance(moved, f.DueMoved)
    assert (moved.before, moved.after, moved.provisional) == (case.told.on, date(2027, 1, 22), False)
    assert moved.after == after.add_working_days(LATE_RECEIPT, 20).on
    assert history(c.RecomputeDue(date(2027, 1, 4)), case=told.case, calendar=after).facts == ()


def test_a_notice_moves_the_day_of_a_third_party_too_but_nothing_of_a_closed_case():
    asked = replace(ASK_OPINION, today=date(2026, 12, 28))
    got = c.NoteOpinionReceived(LETTER, date(2026, 12, 28), date(2026, 12, 28))
    after = built_in().with_notice(2027, NEW_YEAR)

    open_case = a_case_over_the_year_end(asked, got, calendar=built_in())
    (moved,) = history(c.RecomputeDue(date(2027, 1, 4)), case=open_case, calendar=after).facts
    assert isinstance(moved, f.DueMoved)
    assert moved.clock == f"request-consultation/{LETTER}"
    assert moved.after == after.add_working_days(date(2026, 12, 28), 15).on

    closed = a_case_over_the_year_end(*a_reply(on=date(2026, 12, 30)), calendar=built_in())
    assert history(c.RecomputeDue(date(2027, 1, 4)), case=closed, calendar=after).facts == ()


# ── What a page says ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("today", "left", "sentence"),
    [
        (date(2025, 10, 27), 3, "还有3个工作日"),
        (DUE, 0, "今天到期"),
        (date(2025, 11, 1), -1, "已经逾期1个工作日"),
        (date(2025, 11, 4), -3, "已经逾期3个工作日"),
    ],
)
def test_the_page_counts_the_working_days_that_are_left(today, left, sentence):
    told = explain(a_case(), CALENDAR, today)

    assert told.left == left
    assert sentence in told.sentence_zh
    assert told.late == (left < 0)


def test_the_page_gives_the_reason_of_every_day_that_does_not_count():
    days = explain(a_case(), CALENDAR, R).days

    assert [day.running for day in days if day.state == "counted"] == list(range(1, 21))
    holidays = {day.on: day.why for day in days if day.state == "skipped"}
    assert "国庆" in holidays[date(2025, 10, 1)]
    assert "周" in holidays[date(2025, 10, 18)]


def test_the_page_says_whose_turn_it_is():
    def turn(*commands):
        duty = explain(a_case(*commands), CALENDAR, date(2025, 10, 10)).duty
        assert duty is not None
        return duty.who, duty.what_zh, duty.by

    assert turn() == ("handler", "检索信息、起草答复", DUE)
    letter = a_letter("correction", date(2025, 10, 9))
    posted = c.ServeLetter(letter.letter, "post", date(2025, 10, 9), OFFICE, date(2025, 10, 9))
    asked = (Unsent(ASK_CORRECTION), letter)
    assert turn(Unsent(ASK_CORRECTION)) == ("handler", "印发补正告知书", date(2025, 10, 13))
    assert turn(*asked) == ("handler", "送达补正告知书", None)
    assert turn(*asked, posted) == ("handler", "登记申请人收到补正告知书的日期", None)
    assert turn(ASK_CORRECTION) == ("applicant", "补正申请内容", date(2025, 10, 20))
    assert turn(Unsent(EXTEND)) == ("handler", "印发延期答复告知书", DUE)
    assert turn(EXTEND) == ("handler", "送达延期答复告知书", date(2025, 11, 27))
    assert turn(Unsent(ASK_OPINION)) == ("handler", "印发征求意见书", DUE)
    assert turn(ASK_OPINION)[1] == "送达征求意见书"
    assert turn(ASK_OPINION, OPINION_RECEIVED) == ("third-party", "提出是否公开的意见", date(2025, 10, 30))
    assert turn(*a_reply()[:1]) == ("approver", "承办处室负责人审核", DUE)
    assert turn(*a_reply()[:-3]) == ("openness-office", "印发答复书", DUE)
    assert turn(*a_reply()[:-2]) == ("openness-office", "送达答复书", DUE)
    assert turn(*a_reply()) == ("openness-office", "归档", None)


def test_the_page_offers_only_what_may_be_done():
    offered = explain(a_case(ASK_CORRECTION), CALENDAR, R).allowed

    assert "ReceiveCorrection" in offered
    assert {"Extend", "DraftReply", "LapseCorrection", "AskCorrection"}.isdisjoint(offered)
