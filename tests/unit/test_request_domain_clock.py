"""The reply clock of a case: the worked cases of the law through the whole procedure, and every way to get it wrong."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.support.request_worlds import (
    ASK_CORRECTION,
    ASK_OPINION,
    ASK_REASONS,
    CALENDAR,
    CONSENTS,
    DUE,
    EXTEND,
    FIX,
    JUDGE_REASONS,
    LAPSE_CORRECTION,
    LAPSE_OPINION,
    LAPSE_REASONS,
    LETTER,
    OBJECTS,
    OPINION_RECEIVED,
    RECEIVE_CORRECTION,
    SUBMIT,
    R,
    Unsent,
    a_case,
    a_letter,
    an_id,
    history,
)

from gongkai.statute.clock import Edges, Waiting
from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import AwaitingOpinions, Case, Handling, Lapsed
from request.domain.due import due_of, standing
from request.domain.ladder import Practice
from request.domain.reading import explain

RECEIVED_AND_DUE = [
    # R, 7, 15, 20 and 40 working days, added by hand from the arrangements of the State Council
    ("2023-01-16", "2023-01-30", "2023-02-09", "2023-02-16", "2023-03-16"),
    ("2023-09-22", "2023-10-09", "2023-10-19", "2023-10-26", "2023-11-23"),
    ("2024-02-05", "2024-02-20", "2024-03-01", "2024-03-08", "2024-04-08"),
    ("2024-04-28", "2024-05-10", "2024-05-21", "2024-05-28", "2024-06-26"),
    ("2025-01-24", "2025-02-10", "2025-02-20", "2025-02-27", "2025-03-27"),
    ("2025-09-26", "2025-10-13", "2025-10-23", "2025-10-30", "2025-11-27"),
    ("2026-04-30", "2026-05-13", "2026-05-25", "2026-06-01", "2026-06-30"),
    ("2026-09-18", "2026-09-29", "2026-10-15", "2026-10-22", "2026-11-19"),
    ("2026-10-01", "2026-10-15", "2026-10-27", "2026-11-03", "2026-12-01"),
]
WORKED = pytest.mark.parametrize(
    ("received", "seven", "fifteen", "twenty", "forty"),
    [tuple(date.fromisoformat(day) for day in row) for row in RECEIVED_AND_DUE],
)


def a_case_of(received: date, *commands: c.Command) -> Case:
    submit = replace(SUBMIT, submitted_on=received, today=received)
    return history(submit, replace(FIX, today=received, confirmed_on=received), *commands).case


def due(case: Case, edges: Edges | None = None) -> date:
    assert isinstance(case, Handling)
    found = due_of(case, CALENDAR, edges or Edges())
    assert found is not None
    return found.on


# ── The worked cases ───────────────────────────────────────────────────────


@WORKED
def test_a_reply_is_due_twenty_working_days_after_receipt(received, seven, fifteen, twenty, forty):
    assert due(a_case_of(received)) == twenty


@WORKED
def test_extended_to_the_full_it_is_due_after_forty(received, seven, fifteen, twenty, forty):
    assert due(a_case_of(received, replace(EXTEND, today=twenty))) == forty


@WORKED
def test_correction_may_be_asked_for_on_the_seventh_day_and_no_later(received, seven, fifteen, twenty, forty):
    ask = replace(ASK_CORRECTION, today=seven, answer_by=seven + timedelta(days=10))
    assert isinstance(a_case_of(received, ask), Handling)
    with pytest.raises(Refused, match="7个工作日"):
        a_case_of(received, replace(ask, today=seven + timedelta(days=1)))


@WORKED
def test_a_third_party_has_fifteen_working_days_from_receiving_the_letter(received, seven, fifteen, twenty, forty):
    asked = replace(ASK_OPINION, today=received)
    told = a_case_of(received, asked, c.NoteOpinionReceived(LETTER, received, received))
    assert isinstance(told, Handling)
    consulted = told.file.consultation(LETTER)
    assert consulted is not None
    assert consulted.answer_by == fifteen


@WORKED
def test_after_a_correction_the_twenty_days_run_anew_from_the_corrected_application(
    received, seven, fifteen, twenty, forty
):
    before = received - timedelta(days=12)
    submit = replace(SUBMIT, submitted_on=before, today=before)
    fix = replace(FIX, today=before, confirmed_on=before)
    ask = replace(ASK_CORRECTION, today=before, answer_by=received)
    corrected = c.ReceiveCorrection(received, an_id(31), received)

    assert due(history(submit, fix, ask, corrected).case) == twenty


def test_the_compound_case_excludes_seven_working_days_and_is_due_on_10_november():
    told = history(SUBMIT, FIX, ASK_OPINION, OPINION_RECEIVED, CONSENTS)

    assert due(told.case) == date(2025, 11, 10)
    moved = told.facts[-1]
    assert isinstance(moved, f.DueMoved)
    assert (moved.clock, moved.before, moved.after) == ("request-reply", DUE, date(2025, 11, 10))
    excluded = [day.on.day for day in explain(told.case, CALENDAR, R).days if day.state == "excluded"]
    assert excluded == [10, 11, 13, 14, 15, 16, 17]


def test_the_edge_days_of_a_consultation_are_the_organs_choice():
    case = a_case(ASK_OPINION, OPINION_RECEIVED, CONSENTS)

    assert due(case, Edges(issue_day_counts=False)) == date(2025, 11, 11)
    assert due(case, Edges(answer_day_counts=True)) == date(2025, 11, 7)


# ── Correction ─────────────────────────────────────────────────────────────


def test_no_date_can_be_told_while_a_correction_is_awaited():
    case = a_case(ASK_CORRECTION)

    assert isinstance(case, Handling)
    assert standing(case, CALENDAR) == Waiting(date(2025, 10, 9), "等待申请人补正", 0, 20)


def test_a_correction_is_asked_for_once():
    with pytest.raises(Refused, match="只能一次性告知"):
        a_case(ASK_CORRECTION, RECEIVE_CORRECTION, ASK_CORRECTION)


def test_the_period_for_correcting_lapses_after_its_last_day_and_not_on_it():
    with pytest.raises(Refused, match="尚未届满"):
        a_case(ASK_CORRECTION, replace(LAPSE_CORRECTION, today=ASK_CORRECTION.answer_by))
    assert isinstance(a_case(ASK_CORRECTION, LAPSE_CORRECTION), Lapsed)


def test_a_late_correction_needs_an_excuse_and_then_brings_the_case_back():
    late = replace(RECEIVE_CORRECTION, received_on=date(2025, 10, 24), today=date(2025, 10, 24))
    with pytest.raises(Refused, match="正当理由"):
        a_case(ASK_CORRECTION, LAPSE_CORRECTION, late)

    back = a_case(ASK_CORRECTION, LAPSE_CORRECTION, replace(late, excuse="住院"))
    assert due(back) == CALENDAR.add_working_days(date(2025, 10, 24), 20).on


def test_a_correction_that_came_in_time_but_was_entered_late_undoes_the_lapse():
    entered_late = replace(RECEIVE_CORRECTION, today=date(2025, 10, 23))

    assert due(a_case(ASK_CORRECTION, LAPSE_CORRECTION, entered_late)) == date(2025, 11, 12)


def test_after_the_notice_of_lapse_was_issued_only_a_new_application_helps():
    with pytest.raises(Refused, match="重新提出申请"):
        a_case(ASK_CORRECTION, LAPSE_CORRECTION, a_letter("lapsed", date(2025, 10, 22)), RECEIVE_CORRECTION)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (replace(ASK_CORRECTION, what=()), "逐项"),
        (replace(ASK_CORRECTION, what=(" ",)), "逐项"),
        (replace(ASK_CORRECTION, answer_by=ASK_CORRECTION.today), "合理时间"),
        (replace(ASK_CORRECTION, today=date(2025, 9, 20)), "早于收到申请之日"),
    ],
)
def test_a_correction_notice_that_says_too_little_is_refused(command, why):
    with pytest.raises(Refused, match=why):
        a_case(command)


# ── Extension ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (replace(EXTEND, consent_by=None), "负责人同意"),
        (replace(EXTEND, reason=" "), "理由"),
        (replace(EXTEND, working_days=21), "1至20个工作日"),
        (replace(EXTEND, working_days=0), "1至20个工作日"),
        (replace(EXTEND, today=date(2025, 10, 31)), "届满"),
        (replace(EXTEND, today=date(2025, 9, 25)), "早于收到申请之日"),
    ],
)
def test_an_extension_needs_consent_a_reason_and_to_be_in_time_and_within_the_limit(command, why):
    with pytest.raises(Refused, match=why) as refused:
        a_case(command)
    assert refused.value.article.startswith("《政府信息公开条例》第三十")


def test_an_extension_on_the_last_day_is_in_time():
    assert due(a_case(replace(EXTEND, working_days=5, today=DUE))) == CALENDAR.add_working_days(DUE, 5).on


def test_a_reply_is_extended_once_even_after_the_clock_began_anew():
    early = replace(EXTEND, working_days=1, today=date(2025, 10, 9))
    with pytest.raises(Refused, match="只能延期1次"):
        a_case(early, EXTEND)
    with pytest.raises(Refused, match="只能延期1次"):
        a_case(early, ASK_CORRECTION, RECEIVE_CORRECTION, EXTEND)


def test_the_organ_may_set_another_number_of_extensions_with_its_basis():
    twice = Practice(extensions=Practice().extensions.set_to(2, "市政府办公厅规定"))
    early = replace(EXTEND, working_days=5, today=date(2025, 10, 9))

    later = Unsent(replace(EXTEND, working_days=5))
    letter = a_letter("extension", date(2025, 10, 20), an_id(79), "济商告〔2025〕79号")
    assert due(a_case(early, later, letter, practice=twice)) == date(2025, 11, 13)


# ── Opinions ───────────────────────────────────────────────────────────────


def test_silence_of_a_third_party_consents_to_nothing_and_silence_of_a_co_maker_consents():
    for whom, consents in (("third-party", False), ("co-maker", True)):
        ask = replace(ASK_OPINION, whom=whom, organ="市发展改革委", party=an_id(25))
        case = a_case(ask, OPINION_RECEIVED, LAPSE_OPINION)
        assert isinstance(case, Handling)
        consulted = case.file.consultation(LETTER)
        assert consulted is not None
        assert (consulted.opinion, consulted.consents) == ("silent", consents)


def test_after_silence_the_days_up_to_the_last_of_the_period_are_excluded():
    case = a_case(ASK_OPINION, OPINION_RECEIVED, LAPSE_OPINION)

    assert isinstance(case, Handling)
    consulted = case.file.consultation(LETTER)
    assert consulted is not None
    assert consulted.answered_on == consulted.answer_by == CALENDAR.add_working_days(date(2025, 10, 10), 15).on
    excluded = CALENDAR.working_days_between(date(2025, 10, 9), consulted.answered_on)
    assert due(case) == CALENDAR.add_working_days(R, 20 + excluded).on


def test_the_period_of_an_opinion_does_not_lapse_on_its_last_day_or_before_the_letter_arrived():
    with pytest.raises(Refused, match="尚未届满"):
        a_case(ASK_OPINION, OPINION_RECEIVED, replace(LAPSE_OPINION, today=date(2025, 10, 30)))
    with pytest.raises(Refused, match="没有起算"):
        a_case(ASK_OPINION, LAPSE_OPINION)


def test_a_late_opinion_of_a_third_party_is_noted_but_takes_no_more_days():
    silent = a_case(ASK_OPINION, OPINION_RECEIVED, LAPSE_OPINION)
    late = replace(OBJECTS, answered_on=date(2025, 11, 5), today=date(2025, 11, 5))
    heard = history(late, case=silent).case

    assert isinstance(heard, Handling)
    assert due(heard) == due(silent)
    consulted = heard.file.consultation(LETTER)
    assert consulted is not None
    assert consulted.opinion == "objects"


def test_a_late_opinion_of_a_co_maker_cannot_undo_the_consent_of_silence():
    ask = replace(ASK_OPINION, whom="co-maker", organ="市发展改革委", party=None)
    late = c.NoteOpinion(LETTER, "objects", date(2025, 11, 5), None, date(2025, 11, 5))
    with pytest.raises(Refused, match="视为同意公开"):
        a_case(ask, OPINION_RECEIVED, LAPSE_OPINION, late)


def test_several_consultations_wait_for_the_last_and_exclude_each_day_once():
    second = replace(ASK_OPINION, letter=an_id(71), party=an_id(72), today=date(2025, 10, 11))
    answered = replace(CONSENTS, letter=an_id(71), answered_on=date(2025, 10, 20), today=date(2025, 10, 20))
    waiting = a_case(ASK_OPINION, OPINION_RECEIVED, second, CONSENTS)
    assert isinstance(waiting, Handling)
    assert waiting.awaits == AwaitingOpinions((an_id(71),))

    excluded = CALENDAR.working_days_between(date(2025, 10, 9), date(2025, 10, 20))
    assert due(history(answered, case=waiting).case) == CALENDAR.add_working_days(R, 20 + excluded).on


def test_another_organ_has_the_day_we_asked_for_because_the_law_names_none():
    ask = replace(ASK_OPINION, whom="other-organ", organ="济南海关", party=None)
    with pytest.raises(Refused, match="没有规定其他机关的答复期限"):
        a_case(ask, OPINION_RECEIVED)

    told = a_case(ask, replace(OPINION_RECEIVED, answer_by=date(2025, 10, 17)))
    assert isinstance(told, Handling)
    assert told.file.consultations[0].answer_by == date(2025, 10, 17)


@pytest.mark.parametrize(
    ("commands", "why"),
    [
        ([replace(ASK_OPINION, party=None)], "哪一个第三方"),
        ([replace(ASK_OPINION, whom="co-maker", party=None)], "哪一个机关"),
        ([replace(ASK_OPINION, today=date(2025, 10, 31))], "不能扣除"),
        ([ASK_OPINION, replace(ASK_OPINION, letter=an_id(71))], "正在等待答复"),
        ([ASK_OPINION, replace(OPINION_RECEIVED, received_on=date(2025, 10, 8))], "早于发出之日"),
        ([ASK_OPINION, replace(OPINION_RECEIVED, received_on=date(2025, 10, 11))], "晚于今天"),
        ([ASK_OPINION, OPINION_RECEIVED, replace(OBJECTS, reasonable=None)], "理由是否合理"),
        ([ASK_OPINION, OPINION_RECEIVED, replace(CONSENTS, opinion="silent")], "系统"),
        ([ASK_OPINION, OPINION_RECEIVED, CONSENTS, OBJECTS], "已经登记"),
    ],
)
def test_a_consultation_that_cannot_be_so_is_refused(commands, why):
    with pytest.raises(Refused, match=why):
        a_case(*commands)


# ── Reasons for an excessive application ───────────────────────────────────


def test_asking_for_reasons_does_not_stop_the_clock():
    assert due(a_case(ASK_REASONS)) == DUE


def test_good_reasons_allow_a_later_day_which_then_binds():
    delayed = replace(JUDGE_REASONS, reasonable=True, delayed_until=date(2025, 12, 19))
    case = a_case(ASK_REASONS, delayed)

    assert due(case) == date(2025, 12, 19)
    with pytest.raises(Refused, match="不能由本机关再延长"):
        history(EXTEND, case=case)


@pytest.mark.parametrize(
    ("judged", "why"),
    [
        (replace(JUDGE_REASONS, delayed_until=date(2025, 12, 19)), "不确定延迟"),
        (replace(JUDGE_REASONS, reasonable=True, delayed_until=DUE), "晚于原到期日"),
        (replace(JUDGE_REASONS, why=""), "根据"),
    ],
)
def test_a_delay_is_for_good_reasons_and_later_than_the_law(judged, why):
    with pytest.raises(Refused, match=why):
        a_case(ASK_REASONS, judged)


def test_no_reasons_in_time_count_as_unreasonable():
    case = a_case(ASK_REASONS, LAPSE_REASONS)

    assert isinstance(case, Handling)
    assert case.awaits is None
    assert case.file.inquiry is not None
    assert case.file.inquiry.reasonable is False
