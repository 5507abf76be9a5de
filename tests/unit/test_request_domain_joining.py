"""Handling one application in another of the same applicant: who may be joined, what ends it, what it brings."""

from dataclasses import replace
from datetime import date

import pytest
from tests.support.request_worlds import (
    APPLICANT,
    CALENDAR,
    DUE,
    FIX,
    JOIN,
    OFFICE,
    OTHER_CASE,
    PARTY,
    REPLY,
    SEPARATE,
    SUBMIT,
    WORLDS,
    a_case,
    a_decision,
    an_id,
    history,
)

from gongkai.statute.refusal import Refused
from request.counting.counted import counted
from request.counting.places import entries
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import Answered, Handling, Joined, handling_of
from request.domain.due import due_on
from request.library.features import features

ANSWER = c.AnswerJoined(OTHER_CASE, REPLY, "g", (a_decision(),), date(2025, 10, 24), date(2025, 10, 24))
OPEN = {world for world, commands in WORLDS.items() if isinstance(history(*commands).case, Handling)}
PRINTED = {"答复书已印发", "答复书已送达"}


@pytest.mark.parametrize("world", sorted(OPEN - PRINTED))
def test_an_open_case_of_the_same_applicant_takes_another_in(world):
    case = a_case(replace(JOIN, lead=history(*WORLDS[world]).case))

    assert isinstance(case, Joined)
    assert case.into == OTHER_CASE


@pytest.mark.parametrize("world", sorted(set(WORLDS) - (OPEN - PRINTED)))
def test_a_case_that_is_not_open_or_has_its_reply_printed_takes_no_other_in(world):
    with pytest.raises(Refused) as refused:
        a_case(replace(JOIN, lead=history(*WORLDS[world]).case))

    assert refused.value.article.startswith("《")
    assert refused.value.reason.endswith("。")


def test_the_same_question_of_another_applicant_has_a_case_of_its_own():
    theirs = history(replace(SUBMIT, applicant=PARTY), FIX).case

    with pytest.raises(Refused, match="不是同一申请人"):
        a_case(replace(JOIN, lead=theirs))


def test_two_cases_do_not_go_into_each_other():
    other = history(SUBMIT, FIX, replace(JOIN, this=OTHER_CASE, case=JOIN.this)).case

    with pytest.raises(Refused, match="已经并入本件"):
        a_case(replace(JOIN, lead=other))


def test_a_joined_case_is_joined_elsewhere_only_after_it_was_handled_alone_again():
    elsewhere = replace(JOIN, case=an_id(43))

    with pytest.raises(Refused, match="先恢复单独办理"):
        a_case(JOIN, elsewhere)
    assert a_case(JOIN, SEPARATE, elsewhere).into == an_id(43)


def test_handled_alone_again_a_case_owes_its_answer_on_the_day_it_always_owed_it():
    case = a_case(JOIN, SEPARATE)

    assert isinstance(case, Handling)
    assert due_on(handling_of(case), CALENDAR) == DUE


def test_what_was_never_joined_is_not_separated_and_nobody_separates_without_a_reason():
    with pytest.raises(Refused, match="没有并入"):
        a_case(SEPARATE)
    with pytest.raises(Refused, match="理由"):
        a_case(JOIN, replace(SEPARATE, reason=" "))


def test_the_answer_of_a_joined_case_says_whose_letter_it_is():
    case = a_case(JOIN, ANSWER)

    assert isinstance(case, Answered)
    assert (case.file.reply.through, case.file.reply.letter) == (OTHER_CASE, REPLY)


def test_a_case_answers_with_its_own_letter_and_through_no_other():
    reply = history(*WORLDS["已答复"]).case.file.reply

    assert (reply.through, reply.letter) == (None, REPLY)


def counted_of(case_id, *commands):
    now = None
    for fact in history(*commands).facts:
        now = counted(now, case_id, fact, date(2025, 10, 9))
    return now


def test_a_case_that_is_handled_alone_again_ends_in_the_tables_by_itself():
    lead = counted_of(OTHER_CASE, SUBMIT, FIX, c.Withdraw(date(2025, 10, 9)))
    joined = counted_of(JOIN.this, SUBMIT, FIX, JOIN)
    alone = counted_of(JOIN.this, SUBMIT, FIX, JOIN, SEPARATE)

    assert {one.case: one.row for one in entries([lead, joined])}[JOIN.this] == "o3"
    assert {one.case: one.row for one in entries([lead, alone])}[JOIN.this] is None


def test_the_library_takes_a_case_for_open_again_when_it_is_handled_alone():
    def closed(*commands):
        return features(JOIN.this, history(SUBMIT, FIX, *commands).facts, CALENDAR).closed

    assert closed(JOIN)
    assert not closed(JOIN, SEPARATE)


def test_the_fact_says_who_separated_or_that_it_came_about_by_itself():
    by_itself = replace(SEPARATE, by=None, reason="并入的那一件已经撤回，本件恢复单独办理。")

    assert history(SUBMIT, FIX, JOIN, SEPARATE).facts[-1] == f.Separated(OTHER_CASE, SEPARATE.today, SEPARATE.reason, OFFICE)
    assert history(SUBMIT, FIX, JOIN, by_itself).facts[-1].by is None
    assert history(SUBMIT, FIX).case.file.application.applicant == APPLICANT
