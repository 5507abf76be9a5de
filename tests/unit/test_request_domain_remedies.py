"""Remedies are recorded whatever their date, answered in time and obeyed; what was given is considered for everyone."""

from dataclasses import replace
from datetime import date

import pytest
from tests.support.request_worlds import (
    ANSWER_REMEDY,
    ARCHIVE,
    ASK_CORRECTION,
    ASK_OPINION,
    CALENDAR,
    CONVERT,
    CONVERTED,
    CORRECTED,
    EXTEND,
    FILE_REMEDY,
    FIX,
    LAPSE_CORRECTION,
    OFFICE,
    OPEN_ROUND,
    REMEDY,
    REVIEWED,
    SEARCH,
    SPLIT,
    SUBMIT,
    TYPICAL,
    WITHDRAW,
    a_case,
    a_decision,
    a_letter,
    a_reply,
    an_id,
    history,
)

from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import Answered, Archived, Case, Handling
from request.domain.due import due_on
from request.domain.remedies import WARNINGS
from request.work import next_step

REFUSAL = a_decision("process")


def a_suit(filed_on: date, kind="suit-direct") -> c.FileRemedy:
    return replace(FILE_REMEDY, kind=kind, filed_on=filed_on, received_on=filed_on, today=filed_on, remedy=an_id(81))


def warned(command: c.FileRemedy, *before: c.Command) -> tuple[str, ...]:
    filed = history(command, case=a_case(*before)).facts[-1]
    assert isinstance(filed, f.RemedyFiled)
    assert set(filed.warnings) <= set(WARNINGS)
    return filed.warnings


def due(case: Case) -> date | None:
    assert isinstance(case, Handling)
    return due_on(case, CALENDAR)


# ── Filing ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("filed_on", "warnings"), [(date(2025, 12, 23), ()), (date(2025, 12, 24), ("late",))])
def test_reconsideration_is_in_time_sixty_days_from_knowing(filed_on, warnings):
    assert warned(a_suit(filed_on, "reconsideration"), *a_reply(REFUSAL)) == warnings


@pytest.mark.parametrize(("filed_on", "warnings"), [(date(2026, 4, 24), ()), (date(2026, 4, 25), ("late",))])
def test_a_suit_is_in_time_six_months_from_knowing(filed_on, warnings):
    assert warned(a_suit(filed_on), *a_reply()) == warnings


@pytest.mark.parametrize(
    ("basis", "warnings"), [("process", ("reconsider-first",)), ("petition", ()), ("register-query", ())]
)
def test_only_a_refusal_by_articles_14_to_16_must_go_to_reconsideration_first(basis, warnings):
    assert warned(a_suit(date(2025, 11, 10)), *a_reply(a_decision(basis))) == warnings


def test_a_suit_after_reconsideration_has_fifteen_days_from_its_decision():
    decided = (*a_reply(REFUSAL), FILE_REMEDY, replace(CORRECTED, result="upheld"))

    assert warned(a_suit(date(2025, 12, 25), "suit-after"), *decided) == ()
    assert warned(a_suit(date(2025, 12, 26), "suit-after"), *decided) == ("late",)
    assert warned(a_suit(date(2025, 12, 25), "suit-after"), *a_reply(REFUSAL)) == ("no-reconsideration",)


def test_against_silence_one_goes_to_reconsideration_and_not_before_the_period_is_over():
    assert warned(a_suit(date(2025, 11, 3), "reconsideration")) == ()
    assert warned(a_suit(date(2025, 10, 30), "reconsideration")) == ("early",)
    assert warned(a_suit(date(2025, 11, 3))) == ("reconsider-first",)
    assert warned(a_suit(date(2025, 10, 20), "complaint")) == ()


def test_a_reconsideration_is_answered_within_five_working_days_unless_the_notice_says_otherwise():
    filed = history(FILE_REMEDY, case=a_case(*a_reply(REFUSAL))).facts[-1]
    assert isinstance(filed, f.RemedyFiled)
    assert (filed.answer_by, filed.by_law) == (date(2025, 11, 27), True)

    told = replace(FILE_REMEDY, answer_by=date(2025, 12, 1))
    filed = history(told, case=a_case(*a_reply(REFUSAL))).facts[-1]
    assert isinstance(filed, f.RemedyFiled)
    assert (filed.answer_by, filed.by_law) == (date(2025, 12, 1), False)


@pytest.mark.parametrize(
    ("commands", "why"),
    [
        ([FILE_REMEDY, FILE_REMEDY], "已经登记"),
        ([replace(FILE_REMEDY, filed_on=date(2025, 11, 21))], "晚于本机关收到"),
        ([replace(FILE_REMEDY, received_on=date(2025, 11, 21))], "晚于今天"),
        ([replace(FILE_REMEDY, filed_on=date(2025, 9, 1))], "早于申请提交"),
        ([replace(FILE_REMEDY, body=" ")], "受理的机关"),
        ([ANSWER_REMEDY], "没有登记"),
        ([FILE_REMEDY, ANSWER_REMEDY, ANSWER_REMEDY], "已经提出答复"),
        ([FILE_REMEDY, replace(ANSWER_REMEDY, today=date(2025, 11, 19))], "早于收到"),
        ([FILE_REMEDY, CORRECTED, CORRECTED], "已经办结"),
        ([FILE_REMEDY, replace(CORRECTED, on=date(2025, 11, 1))], "早于提起"),
        ([FILE_REMEDY, replace(CORRECTED, on=date(2025, 12, 13))], "晚于今天"),
    ],
)
def test_a_remedy_that_cannot_be_so_is_refused(commands, why):
    with pytest.raises(Refused, match=why):
        a_case(*a_reply(REFUSAL), *commands)


# ── A new round ────────────────────────────────────────────────────────────

AGAIN = a_reply(on=date(2025, 12, 26), draft=2, letter=an_id(82), number="济商公复〔2025〕2号")


def test_a_corrected_reply_opens_a_round_with_the_period_of_the_law():
    case = a_case(*a_reply(REFUSAL), FILE_REMEDY, CORRECTED, OPEN_ROUND)

    assert due(case) == CALENDAR.add_working_days(date(2025, 12, 12), 20).on
    assert isinstance(case, Handling)
    assert (case.file.round, case.file.draft, case.file.reply) == (2, None, None)


def test_the_day_a_decision_set_holds_and_is_not_extended_by_us():
    ordered = replace(OPEN_ROUND, ordered_due_on=date(2025, 12, 31))
    case = a_case(*a_reply(REFUSAL), FILE_REMEDY, CORRECTED, ordered)

    assert due(case) == date(2025, 12, 31)
    with pytest.raises(Refused, match="不能由本机关再延长"):
        history(replace(EXTEND, today=date(2025, 12, 20)), case=case)
    late = history(*a_reply(on=date(2025, 12, 31), draft=2, letter=an_id(82), number="2号"), case=case).facts[-1]
    assert isinstance(late, f.Answered)
    assert (late.round, late.due_on, late.late) == (2, date(2025, 12, 31), False)


def test_a_round_is_answered_again_once_and_every_reply_is_kept():
    case = a_case(*a_reply(REFUSAL), FILE_REMEDY, CORRECTED, OPEN_ROUND, *AGAIN)

    assert isinstance(case, Answered)
    assert [(reply.round, reply.row) for reply in case.file.replies] == [(1, "d6"), (2, "g")]
    with pytest.raises(Refused, match="不能再次答复"):
        history(c.Answer(an_id(82), date(2025, 12, 26)), case=case)


def test_the_letter_of_the_first_round_does_not_answer_the_second():
    case = a_case(*a_reply(REFUSAL), FILE_REMEDY, CORRECTED, OPEN_ROUND)
    with pytest.raises(Refused, match="须先印发答复书"):
        history(c.Answer(AGAIN[0].text_item, date(2025, 12, 26)), case=case)
    with pytest.raises(Refused, match="不再告知补正"):
        history(replace(ASK_CORRECTION, today=date(2025, 12, 15), answer_by=date(2026, 1, 5)), case=case)


def test_one_decision_opens_one_round_and_only_when_it_corrects():
    upheld = replace(CORRECTED, result="upheld")
    with pytest.raises(Refused, match="没有纠正"):
        a_case(*a_reply(REFUSAL), FILE_REMEDY, upheld, OPEN_ROUND)
    with pytest.raises(Refused, match="已经按这一决定"):
        a_case(*a_reply(REFUSAL), FILE_REMEDY, CORRECTED, OPEN_ROUND, *AGAIN, OPEN_ROUND)
    with pytest.raises(Refused, match="早于决定之日"):
        a_case(*a_reply(REFUSAL), FILE_REMEDY, CORRECTED, replace(OPEN_ROUND, from_on=date(2025, 12, 9)))


def test_who_was_told_to_answer_and_then_answered_has_obeyed():
    silent = (FILE_REMEDY, CORRECTED, *a_reply(on=date(2025, 12, 15)))

    assert isinstance(a_case(*silent, ARCHIVE), Archived)
    with pytest.raises(Refused, match="决定之后已经作出答复"):
        a_case(*silent, replace(OPEN_ROUND, today=date(2025, 12, 16)))


@pytest.mark.parametrize("ending", [(WITHDRAW,), (ASK_CORRECTION, LAPSE_CORRECTION)])
def test_whatever_ended_the_case_may_be_corrected(ending):
    assert isinstance(a_case(*ending, FILE_REMEDY, CORRECTED, OPEN_ROUND), Handling)


# ── Filing away ────────────────────────────────────────────────────────────


def test_nothing_is_archived_while_a_remedy_is_open_or_its_correction_not_obeyed():
    with pytest.raises(Refused, match="暂不归档"):
        a_case(*a_reply(), FILE_REMEDY, ARCHIVE)
    with pytest.raises(Refused, match="须先重新办理"):
        a_case(*a_reply(), FILE_REMEDY, CORRECTED, ARCHIVE)


def test_a_lapsed_case_is_archived_after_the_applicant_was_told():
    letter = a_letter("lapsed", date(2025, 10, 22))
    served = c.ServeLetter(letter.letter, "post", date(2025, 10, 22), OFFICE, date(2025, 10, 22))
    with pytest.raises(Refused, match="尚未送达"):
        a_case(ASK_CORRECTION, LAPSE_CORRECTION, letter, ARCHIVE)
    assert isinstance(a_case(ASK_CORRECTION, LAPSE_CORRECTION, letter, served, ARCHIVE), Archived)


def test_a_remedy_filed_after_archiving_reopens_the_case_when_it_corrects():
    case = a_case(*a_reply(REFUSAL), replace(ARCHIVE, today=date(2025, 11, 3)), FILE_REMEDY, CORRECTED)

    assert isinstance(case, Archived)
    assert isinstance(history(OPEN_ROUND, case=case).case, Handling)


def test_a_remedy_is_somebodys_work_until_its_correction_is_obeyed_also_after_archiving():
    archived = (*a_reply(REFUSAL), replace(ARCHIVE, today=date(2025, 11, 3)))

    assert [next_step(a_case(*ending)) for ending in (archived, (SPLIT,))] == ["", ""]
    for ending in (a_reply(REFUSAL), archived):
        assert next_step(a_case(*ending, FILE_REMEDY)) == "remedy"
        assert next_step(a_case(*ending, FILE_REMEDY, CORRECTED)) == "remedy"
        assert next_step(a_case(*ending, FILE_REMEDY, CORRECTED, OPEN_ROUND)) == "draft"
    assert next_step(a_case(*a_reply(REFUSAL), FILE_REMEDY, replace(CORRECTED, result="upheld"))) == "archive"


# ── Conversion ─────────────────────────────────────────────────────────────


def test_what_was_given_and_what_was_refused_is_reviewed_and_what_was_neither_is_not():
    with pytest.raises(Refused, match="没有公开也没有拒绝公开"):
        a_case(SEARCH, *a_reply(a_decision("not-existing")), REVIEWED)
    kept = replace(REVIEWED, advice="keep", relook_on=date(2026, 4, 20))
    assert a_case(*a_reply(REFUSAL), kept).file.reviews[0].relook_on == date(2026, 4, 20)
    assert isinstance(a_case(*a_reply(), REVIEWED), Answered)


def test_accepted_advice_is_the_decision_and_its_publication_closes_the_loop():
    told = history(SUBMIT, FIX, *a_reply(), REVIEWED, CONVERT, CONVERTED, CONVERTED)

    assert isinstance(told.case, Answered)
    (review,) = told.case.file.reviews
    assert (review.accepted, review.decision, review.permalink) == (True, "publish", "/d/51")
    assert sum(isinstance(fact, f.ConversionPublished) for fact in told.facts) == 1


@pytest.mark.parametrize(
    ("advice", "decided", "why"),
    [
        ("publish", replace(CONVERT, accepted=False, decision="keep"), "写明理由"),
        ("publish", replace(CONVERT, accepted=False, decision="publish", reason="同意"), "应当采纳"),
        ("publish", replace(CONVERT, accepted=False, decision="ask", reason="不清楚"), "须决定"),
        ("ask", CONVERT, "须决定"),
        ("ask", replace(CONVERT, decision="publish"), "写明理由"),
        ("keep", CONVERT, "写明理由"),
    ],
)
def test_overruling_and_keeping_need_a_reason_and_asking_needs_a_decision(advice, decided, why):
    with pytest.raises(Refused, match=why):
        a_case(*a_reply(), replace(REVIEWED, advice=advice), decided)


def test_what_was_kept_is_not_published_by_mistake():
    keep = replace(CONVERT, accepted=False, decision="keep", reason="涉及尚在谈判的项目")
    with pytest.raises(Refused, match="没有决定转为主动公开"):
        a_case(*a_reply(), REVIEWED, keep, CONVERTED)


def test_a_publication_may_be_noted_while_the_case_is_handled_again():
    case = a_case(*a_reply(), REVIEWED, CONVERT, FILE_REMEDY, CORRECTED, OPEN_ROUND, CONVERTED)

    assert isinstance(case, Handling)
    assert case.file.reviews[0].permalink == "/d/51"


def test_a_typical_case_says_why():
    with pytest.raises(Refused, match="理由"):
        a_case(*a_reply(), replace(TYPICAL, why=""))
    marked = a_case(*a_reply(), TYPICAL)
    assert isinstance(marked, Answered)
    assert marked.file.typical


def test_an_opinion_asked_for_in_the_new_round_stops_its_clock_too():
    case = a_case(*a_reply(REFUSAL), FILE_REMEDY, CORRECTED, OPEN_ROUND, replace(ASK_OPINION, today=date(2025, 12, 15)))

    assert due(case) is None
    assert REMEDY in case.file.reopened_by if isinstance(case, Handling) else False
