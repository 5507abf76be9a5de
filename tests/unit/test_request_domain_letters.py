"""The ladder of approval, the letters of a case, their service and the answer that ends the clock."""

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from tests.support.request_worlds import (
    APPROVERS,
    ASK_CORRECTION,
    ASK_OPINION,
    ASK_REASONS,
    BLOB,
    CLEAN,
    EXTEND,
    FIX,
    HANDLER,
    HEAD,
    JOIN,
    LETTER,
    OBJECTS,
    OFFICE,
    OPINION_RECEIVED,
    REPLY,
    SUBMIT,
    WITHDRAW,
    Given,
    R,
    Unsent,
    a_case,
    a_decision,
    a_draft,
    a_letter,
    a_reply,
    an_id,
    history,
    steps,
)

from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import Answered, Handling
from request.domain.ladder import USUAL, USUAL_LADDER, Practice, rungs_for
from request.domain.values import LetterKind

# ── The ladder ─────────────────────────────────────────────────────────────


def test_information_that_is_given_is_spared_the_legal_review_and_a_refusal_is_not():
    assert [rung.key for rung in rungs_for("g")] == ["section-head", "openness-officer", "deputy-head"]
    assert [rung.key for rung in rungs_for("d6")] == [rung.key for rung in USUAL_LADDER]


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (c.PassStep(1, "section-head", HANDLER), "不能审批自己"),
        (c.PassStep(1, "deputy-head", HEAD), "先经“承办处室负责人审核”"),
        (c.PassStep(1, "mayor", HEAD), "先经"),
        (c.PassStep(2, "section-head", HEAD), "新的一稿"),
    ],
)
def test_a_step_out_of_turn_or_by_the_drafter_is_refused(step, why):
    with pytest.raises(Refused, match=why):
        a_case(a_draft(), step)


def test_one_person_stands_on_one_rung_unless_the_organ_chose_otherwise():
    first, second, *_ = steps(1)
    again = replace(second, by=first.by)
    with pytest.raises(Refused, match="审批两次"):
        a_case(a_draft(), first, again)
    assert isinstance(a_case(a_draft(), first, again, practice=Practice(one_person_one_rung=False)), Handling)


def test_a_new_draft_voids_the_steps_of_the_one_before():
    case = a_case(a_draft(), *steps(1), a_draft())
    assert isinstance(case, Handling)
    assert case.file.draft is not None
    assert (case.file.draft.number, case.file.draft.passed) == (2, ())
    with pytest.raises(Refused, match="还没有经过"):
        history(a_letter("reply-given", date(2025, 10, 24)), case=case)
    with pytest.raises(Refused, match="新的一稿"):
        history(steps(1)[0], case=case)


def test_a_returned_draft_is_written_again():
    returned = c.ReturnDraft(1, "section-head", HEAD, "理由不充分")
    with pytest.raises(Refused, match="已经退回"):
        a_case(a_draft(), returned, steps(1)[0])
    with pytest.raises(Refused, match="须写明意见"):
        a_case(a_draft(), replace(returned, opinion=""))
    assert isinstance(a_case(a_draft(), returned, *a_reply(draft=2)), Answered)


def test_a_ladder_without_a_rung_is_no_ladder():
    with pytest.raises(ValueError, match="rung"):
        Practice(ladder=())


def test_an_organ_sets_its_own_ladder():
    short = Practice(ladder=USUAL_LADDER[2:])
    case = a_case(a_draft(), *steps(1, practice=short), practice=short)

    assert isinstance(case, Handling)
    assert case.file.draft is not None
    assert [passed.step for passed in case.file.draft.passed] == ["openness-officer", "deputy-head"]
    assert len(APPROVERS) > len(USUAL.ladder)


# ── Letters ────────────────────────────────────────────────────────────────

BEFORE: dict[LetterKind, tuple[Given, ...]] = {
    "application-form": (),
    "receipt": (),
    "correction": (Unsent(ASK_CORRECTION),),
    "reasons": (Unsent(ASK_REASONS),),
    "extension": (Unsent(EXTEND),),
    "third-party": (Unsent(ASK_OPINION),),
    "third-party-confirmation": (ASK_OPINION,),
    "third-party-applicant": (ASK_OPINION,),
    "third-party-decision": (ASK_OPINION, OPINION_RECEIVED, OBJECTS),
    "co-maker": (Unsent(replace(ASK_OPINION, whom="co-maker", organ="市发展改革委")),),
    "other-organ": (Unsent(replace(ASK_OPINION, whom="other-organ", organ="济南海关")),),
    "co-handling": (c.AskUnit(an_id(26), "市场运行处", None, HANDLER, date(2025, 10, 9)),),
    "withdrawn": (WITHDRAW,),
    "approval-slip": (),
    "transfer-list": (),
}

LETTER_DAYS: dict[LetterKind, date] = {"correction": date(2025, 10, 13), "reasons": date(2025, 10, 13)}


@pytest.mark.parametrize("kind", BEFORE)
def test_a_letter_is_issued_when_what_it_tells_has_happened(kind):
    letter = LETTER if kind in {"third-party", "co-maker", "other-organ"} else REPLY
    told = history(SUBMIT, FIX, *BEFORE[kind], a_letter(kind, LETTER_DAYS.get(kind, date(2025, 10, 24)), letter))

    issued = [fact for fact in told.facts if isinstance(fact, f.LetterIssued)][-1]
    assert issued.kind == kind


ALWAYS = {"application-form", "receipt", "approval-slip", "transfer-list"}


@pytest.mark.parametrize("kind", [kind for kind in get_args(LetterKind) if kind not in ALWAYS])
def test_a_letter_about_nothing_that_happened_is_refused(kind):
    with pytest.raises(Refused) as refused:
        a_case(a_letter(kind, date(2025, 10, 24)))
    assert refused.value.article.startswith("《")


@pytest.mark.parametrize(
    ("letter", "why"),
    [
        (replace(a_letter("receipt", R), number=""), "文号"),
        (replace(a_letter("receipt", R), serial=0), "文号"),
        (replace(a_letter("receipt", R), year=2024), "年度"),
        (replace(a_letter("receipt", R), digest=""), "摘要"),
    ],
)
def test_a_letter_without_number_year_or_digest_is_refused(letter, why):
    with pytest.raises(Refused, match=why):
        a_case(letter)


def test_neither_a_letter_nor_a_number_is_used_twice():
    receipt = a_letter("receipt", R)
    with pytest.raises(Refused, match="已经印发"):
        a_case(receipt, receipt)
    with pytest.raises(Refused, match="已经使用"):
        a_case(receipt, replace(receipt, letter=an_id(71)))


def test_the_letter_must_be_of_the_kind_that_was_approved():
    with pytest.raises(Refused, match="文书种类"):
        a_case(a_draft(), *steps(1), a_letter("reply-refused", date(2025, 10, 24)))


def test_no_reply_is_printed_while_an_opinion_is_awaited():
    asked_later = replace(ASK_OPINION, today=date(2025, 10, 23))
    with pytest.raises(Refused, match="正在等待意见"):
        a_case(a_draft(), *steps(1), asked_later, a_letter("reply-given", date(2025, 10, 24)))


def test_once_printed_a_reply_is_neither_written_again_nor_delayed():
    printed = a_case(*a_reply()[:-2])
    for command in (a_draft(), EXTEND, replace(ASK_OPINION, today=date(2025, 10, 24)), a_letter("reply-given", date(2025, 10, 24), an_id(71), "2号")):
        with pytest.raises(Refused, match="已经印发"):
            history(command, case=printed)


# ── Service and answer ─────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("on", "today", "why"),
    [
        (date(2025, 10, 23), date(2025, 10, 24), "早于印发"),
        (date(2025, 10, 25), date(2025, 10, 24), "晚于今天"),
    ],
)
def test_service_before_printing_or_in_the_future_is_refused(on, today, why):
    served = c.ServeLetter(REPLY, "post", on, OFFICE, today)
    with pytest.raises(Refused, match=why):
        a_case(*a_reply()[:-2], served)


def test_a_reply_posted_on_the_last_day_is_in_time_and_a_day_later_is_late():
    for on, late in ((date(2025, 10, 30), False), (date(2025, 10, 31), True)):
        answered = history(SUBMIT, FIX, *a_reply(on=on)).facts[-1]
        assert isinstance(answered, f.Answered)
        assert (answered.due_on, answered.answered_on, answered.late) == (date(2025, 10, 30), on, late)


def test_a_reply_before_the_receipt_is_impossible():
    with pytest.raises(Refused, match="尚未确定收到申请之日"):
        history(SUBMIT, c.Answer(REPLY, R))
    with pytest.raises(Refused, match="早于收到申请之日"):
        a_case(a_draft(on=date(2025, 9, 25)))


def test_nobody_is_answered_twice_in_one_round():
    with pytest.raises(Refused, match="不能再次答复"):
        a_case(*a_reply(), c.Answer(REPLY, date(2025, 10, 24)))


def test_a_partial_reply_is_counted_once_and_gives_each_content_once():
    two = replace(SUBMIT, items=2)
    reply = a_reply(a_decision("given", 1, blobs=(CLEAN, BLOB)), a_decision("given", 2, blobs=(BLOB,), withheld=("process",)))
    answered = history(two, FIX, *reply).facts[-1]

    assert isinstance(answered, f.Answered)
    assert (answered.row, answered.given) == ("p", (CLEAN, BLOB))


def test_a_joined_case_is_answered_with_the_case_it_was_joined_to_within_its_own_period():
    answer = c.AnswerJoined(an_id(27), an_id(99), "g", (a_decision(),), date(2025, 10, 31), date(2025, 10, 31))
    answered = history(SUBMIT, FIX, JOIN, answer).facts[-1]

    assert isinstance(answered, f.Answered)
    assert (answered.row, answered.late) == ("g", True)
    with pytest.raises(Refused, match="不符"):
        history(SUBMIT, FIX, JOIN, replace(answer, row="p"))
    with pytest.raises(Refused, match="与自身并案"):
        a_case(replace(JOIN, case=JOIN.this))
