"""A decision takes effect with its letter, and a period runs from the day that the letter has arrived."""

from dataclasses import replace
from datetime import date

import pytest
from tests.support.request_worlds import (
    ASK_CORRECTION,
    ASK_OPINION,
    ASK_REASONS,
    CALENDAR,
    CONSENTS,
    CORRECTED,
    CORRECTION_LETTER,
    DUE,
    EXTEND,
    FEE_RECEIVED,
    FILE_REMEDY,
    HANDLER,
    LAPSE_CORRECTION,
    LAPSE_PAYMENT,
    LAPSE_REASONS,
    LETTER,
    MISS,
    NOTICE_FEE,
    NOTICE_RECEIVED,
    OFFICE,
    OPEN_ROUND,
    OTHER_CASE,
    PAY,
    RECEIVE_CORRECTION,
    SUBMIT,
    WITHDRAW,
    Unsent,
    a_case,
    a_draft,
    a_letter,
    a_reply,
    an_id,
    history,
    steps,
)

from gongkai.statute.clock import Waiting
from gongkai.statute.refusal import Refused
from request.clocks import clocks_of
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import Answered, AwaitingCorrection, Case, Handling, Lapsed
from request.domain.due import due_on, standing
from request.domain.ladder import USUAL
from request.periods import periods_of
from request.standing import clock_of
from request.work import STEP_NAMES, next_step

ON = date(2025, 10, 9)


def due(case: Case) -> date | None:
    assert isinstance(case, Handling)
    return due_on(case, CALENDAR)


def served(letter, on=ON, served_by="direct", **more):
    return c.ServeLetter(letter, served_by, on, OFFICE, max(on, more.get("received_on") or on), **more)


# ── No effect without the letter ───────────────────────────────────────────


@pytest.mark.parametrize(
    ("decision", "lapse", "letter", "step"),
    [
        (ASK_CORRECTION, LAPSE_CORRECTION, "补正告知书", "制发补正告知书"),
        (ASK_REASONS, LAPSE_REASONS, None, "制发说明理由告知书"),
        (NOTICE_FEE, LAPSE_PAYMENT, None, "制发收费通知书"),
    ],
)
def test_nobody_lapses_over_a_notice_that_was_never_issued_articles_30_and_35(decision, lapse, letter, step):
    case = a_case(Unsent(decision))

    with pytest.raises(Refused):
        history(lapse, case=case)
    assert due(case) == DUE
    assert STEP_NAMES[next_step(case)] == step


def test_a_fee_notice_that_was_not_issued_cannot_have_been_received():
    with pytest.raises(Refused, match="没有等待缴纳"):
        a_case(Unsent(NOTICE_FEE), FEE_RECEIVED)


def test_an_extension_is_in_force_only_when_the_applicant_is_told_before_the_period_ends_article_33():
    decided = a_case(Unsent(EXTEND))
    assert due(decided) == DUE
    assert STEP_NAMES[next_step(decided)] == "制发延期答复告知书"
    assert due(a_case(EXTEND)) == date(2025, 11, 27)
    with pytest.raises(Refused, match="届满"):
        history(a_letter("extension", date(2025, 10, 31)), case=decided)


def test_an_extension_that_nobody_was_told_of_comes_to_nothing_when_the_period_ends_article_33():
    told = history(c.DropMissedNotices(date(2025, 10, 31)), case=a_case(Unsent(EXTEND)))

    [dropped] = told.facts
    assert isinstance(dropped, f.NoticeDropped)
    assert (dropped.notice, dropped.by) == ("extension", None)
    assert due(told.case) == DUE


def test_days_are_excluded_from_the_issue_of_the_letter_and_not_from_the_decision_to_ask_article_33():
    decided = Unsent(ASK_OPINION)
    later = a_letter("third-party", date(2025, 10, 14), LETTER)
    received = c.NoteOpinionReceived(LETTER, date(2025, 10, 14), date(2025, 10, 14))

    assert due(a_case(decided)) == DUE
    # 15, 16 and 17 October: the days after the letter up to the answer, and not those since the ninth
    assert due(a_case(decided, later, received, CONSENTS)) == date(2025, 11, 4)


def test_the_decision_to_ask_may_be_made_again_and_given_up_until_its_letter_is_issued():
    other = replace(ASK_CORRECTION, what=("写明文号",), today=date(2025, 10, 10))
    case = a_case(Unsent(ASK_CORRECTION), other)
    assert isinstance(case, Handling)
    assert case.file.correction is not None
    assert case.file.correction.what == ("写明文号",)

    dropped = a_case(Unsent(ASK_CORRECTION), c.DropNotice("correction", "不需要补正", OFFICE, ON))
    assert isinstance(dropped, Handling)
    assert dropped.file.decided == ()
    assert next_step(dropped) == "draft"


def test_no_reply_is_printed_and_nothing_split_while_a_decision_waits_for_its_letter():
    with pytest.raises(Refused, match="撤销这一决定"):
        a_case(a_draft(on=ON), *steps(1), Unsent(ASK_OPINION), a_letter("reply-given", ON))
    with pytest.raises(Refused, match="撤销这一决定"):
        a_case(Unsent(EXTEND), c.Split((an_id(41), an_id(42)), "两件事", OFFICE))


# ── The seven working days of the correction notice ────────────────────────


def test_only_the_issue_of_the_notice_settles_its_seven_working_days_article_30():
    kinds = {clock.kind for clock in clocks_of(OTHER_CASE, a_case(Unsent(ASK_CORRECTION)), CALENDAR)}
    assert "request-correction-notice" in kinds
    issued = a_case(Unsent(ASK_CORRECTION), CORRECTION_LETTER)
    assert "request-correction-notice" not in {clock.kind for clock in clocks_of(OTHER_CASE, issued, CALENDAR)}


def test_a_correction_that_was_not_told_in_seven_working_days_is_given_up_and_the_case_is_answered_article_30():
    case = a_case(Unsent(ASK_CORRECTION))
    with pytest.raises(Refused, match="现已逾期，应当就申请内容作出答复"):
        history(a_letter("correction", date(2025, 10, 14)), case=case)

    told = history(MISS, case=case)

    assert [type(fact) for fact in told.facts] == [f.NoticeDropped]
    assert next_step(told.case) == "draft"
    answered = history(*a_reply(), case=told.case).case
    assert isinstance(answered, Answered)
    assert isinstance(history(c.Archive(OFFICE, date(2025, 11, 3)), case=answered).facts[-1], f.Archived)


def test_on_the_seventh_day_the_notice_may_still_go_out_and_nothing_is_given_up():
    case = a_case(Unsent(ASK_CORRECTION))

    assert history(c.DropMissedNotices(date(2025, 10, 13)), case=case).facts == ()
    issued = history(a_letter("correction", date(2025, 10, 13)), case=case).case
    assert isinstance(issued, Handling)
    assert isinstance(issued.awaits, AwaitingCorrection)


# ── Service starts the period ──────────────────────────────────────────────


def test_the_applicant_lapses_only_after_the_notice_was_served_article_30():
    issued = a_case(Unsent(ASK_CORRECTION), CORRECTION_LETTER)

    assert isinstance(issued, Handling)
    assert standing(issued, CALENDAR) == Waiting(ON, "等待申请人补正", 0, 20)
    with pytest.raises(Refused, match="还没有送达"):
        history(LAPSE_CORRECTION, case=issued)
    assert isinstance(history(served(CORRECTION_LETTER.letter), LAPSE_CORRECTION, case=issued).case, Lapsed)


def test_whoever_gets_the_notice_later_has_as_many_days_as_it_gave():
    issued = a_case(Unsent(ASK_CORRECTION), CORRECTION_LETTER)

    late = history(served(CORRECTION_LETTER.letter, date(2025, 10, 13)), case=issued)

    [reached] = [fact for fact in late.facts if isinstance(fact, f.NoticeReached)]
    assert reached.answer_by == date(2025, 10, 24)
    with pytest.raises(Refused, match="尚未届满"):
        history(replace(LAPSE_CORRECTION, today=date(2025, 10, 24)), case=late.case)


def test_mail_starts_the_period_on_the_day_it_is_received_and_not_on_the_day_it_is_posted():
    issued = a_case(Unsent(ASK_CORRECTION), CORRECTION_LETTER)

    posted = history(served(CORRECTION_LETTER.letter, served_by="post"), case=issued)
    assert [type(fact) for fact in posted.facts] == [f.LetterServed]
    [reached] = history(NOTICE_RECEIVED, case=posted.case).facts
    assert isinstance(reached, f.NoticeReached)
    assert reached.received_on == date(2025, 10, 13)

    known = served(CORRECTION_LETTER.letter, served_by="post", received_on=date(2025, 10, 13))
    assert [type(fact) for fact in history(known, case=issued).facts] == [f.LetterServed, f.NoticeReached]


@pytest.mark.parametrize(
    ("whom", "answer_by"),
    [("third-party", date(2025, 10, 30)), ("co-maker", date(2025, 10, 30)), ("other-organ", date(2025, 10, 24))],
)
def test_the_service_of_the_letter_starts_the_days_of_those_who_are_asked_articles_32_to_34(whom, answer_by):
    ask = replace(ASK_OPINION, whom=whom, organ="济南海关")
    letter = replace(a_letter(whom, ON, LETTER), answer_by=date(2025, 10, 24))

    told = history(Unsent(ask), letter, served(LETTER, date(2025, 10, 10)), case=a_case())

    [received] = [fact for fact in told.facts if isinstance(fact, f.OpinionReceivedByParty)]
    assert (received.received_on, received.answer_by) == (date(2025, 10, 10), answer_by)


def test_the_service_of_the_fee_notice_starts_the_twenty_working_days_to_pay():
    told = history(served(an_id(73)), case=a_case(NOTICE_FEE))

    [received] = [fact for fact in told.facts if isinstance(fact, f.FeeNoticeReceived)]
    assert received.pay_by == CALENDAR.add_working_days(ON, 20).on


def test_a_day_of_receipt_that_was_noted_already_is_not_taken_twice():
    told = history(FEE_RECEIVED, served(an_id(73)), case=a_case(NOTICE_FEE))

    assert sum(isinstance(fact, f.FeeNoticeReceived) for fact in told.facts) == 1


def test_somebody_is_told_when_an_issued_notice_stays_unserved():
    issued = a_case(Unsent(ASK_CORRECTION), CORRECTION_LETTER)

    [clock] = clocks_of(OTHER_CASE, issued, CALENDAR)
    assert (clock.kind, clock.due_on) == ("request-notice-unserved", CALENDAR.add_working_days(ON, 5).on)


# ── Parts of a split paper ─────────────────────────────────────────────────

PART = replace(SUBMIT, split_from=OTHER_CASE)


def a_part(*before: object) -> Handling:
    paper = a_case(*before)  # type: ignore[arg-type]
    assert isinstance(paper, Handling)
    part = history(PART, c.InheritClock(OTHER_CASE, paper, OFFICE, date(2025, 10, 24))).case
    assert isinstance(part, Handling)
    assert due_on(part, CALENDAR) == due_on(paper, CALENDAR)
    return part


def test_the_parts_of_a_paper_count_from_the_corrected_application_and_ask_no_second_correction_article_30():
    part = a_part(ASK_CORRECTION, RECEIVE_CORRECTION)

    assert due(part) == CALENDAR.add_working_days(date(2025, 10, 15), 20).on
    with pytest.raises(Refused, match="只能一次性告知"):
        history(replace(ASK_CORRECTION, today=date(2025, 10, 10)), case=part)


def test_the_parts_of_a_paper_keep_its_extension_and_get_no_second_one_article_33():
    part = a_part(replace(EXTEND, working_days=5))

    assert due(part) == CALENDAR.add_working_days(date(2025, 9, 26), 25).on
    with pytest.raises(Refused, match="只能延期1次"):
        history(EXTEND, case=part)


def test_the_parts_of_a_paper_keep_its_excluded_days_its_opinions_and_its_fee():
    received = c.NoteOpinionReceived(LETTER, ON, ON)
    part = a_part(ASK_OPINION, received, CONSENTS)
    assert due(part) == date(2025, 11, 10)
    assert part.file.consultation(LETTER) is not None

    paid = a_part(NOTICE_FEE, FEE_RECEIVED, PAY)
    assert due(paid) == CALENDAR.add_working_days(PAY.paid_on, 20).on
    with pytest.raises(Refused, match="已经通知收费"):
        history(replace(NOTICE_FEE, today=date(2025, 10, 24)), case=paid)


def test_the_parts_of_a_paper_keep_the_rule_by_which_it_was_received_article_31():
    submit = replace(SUBMIT, channel="post-signed", by=HANDLER)
    elsewhere = c.FixReceipt(OFFICE, date(2025, 9, 28), confirmed_on=date(2025, 9, 28), reached_elsewhere=True)
    paper = history(submit, elsewhere).case
    assert isinstance(paper, Handling)

    part = history(replace(submit, split_from=OTHER_CASE), c.InheritClock(OTHER_CASE, paper, OFFICE, ON)).case

    assert isinstance(part, Handling)
    assert part.file.receipt is not None
    assert (part.file.receipt.received_on, part.file.receipt.rule) == (date(2025, 9, 28), "elsewhere-confirmed")


def test_only_a_part_of_that_paper_takes_over_its_clock():
    paper = a_case()
    assert isinstance(paper, Handling)
    with pytest.raises(Refused, match="不是由那份申请拆分"):
        history(SUBMIT, c.InheritClock(OTHER_CASE, paper, OFFICE, ON))


# ── Days, also of what is over ─────────────────────────────────────────────


def test_the_days_of_the_reply_are_still_told_after_the_case_was_answered():
    running, answered = clock_of(a_case(), CALENDAR), clock_of(a_case(*a_reply()), CALENDAR)

    assert running["due_on"] == DUE
    assert (answered["running"], answered["was_due_on"], answered["ended_on"]) == (False, DUE, date(2025, 10, 24))
    assert answered["days"] == running["days"]


def test_the_days_of_a_correction_are_still_told_after_the_application_lapsed():
    lapsed = a_case(ASK_CORRECTION, LAPSE_CORRECTION)

    found = {one.kind: one for one in periods_of(lapsed, CALENDAR, USUAL)}
    correction = found["request-correction"]
    assert (correction.due.start, correction.due.on) == (ON, date(2025, 10, 20))
    assert (correction.ended_on, correction.ended_zh) == (LAPSE_CORRECTION.today, "逾期没有补正，不再处理")
    assert len(correction.explanation.days) == 11
    assert found["request-correction-notice"].ended_on == ON


def test_a_withdrawn_application_still_tells_the_days_it_had():
    assert clock_of(a_case(WITHDRAW), CALENDAR)["was_due_on"] == DUE


@pytest.mark.parametrize(
    ("waited_for", "kind"),
    [
        ((ASK_CORRECTION,), "request-correction"),
        ((ASK_REASONS,), "request-reasons"),
        ((NOTICE_FEE, FEE_RECEIVED), "request-payment"),
    ],
)
def test_a_case_that_is_opened_again_waits_no_longer_for_what_the_withdrawn_application_owed(waited_for, kind):
    again = a_case(*waited_for, replace(WITHDRAW, today=date(2025, 10, 14)), FILE_REMEDY, CORRECTED, OPEN_ROUND)

    assert isinstance(again, Handling)
    assert kind in {one.kind for one in periods_of(again, CALENDAR)}
    assert {clock.kind for clock in clocks_of(LETTER, again, CALENDAR)} == {"request-reply", "request-reply-near"}
