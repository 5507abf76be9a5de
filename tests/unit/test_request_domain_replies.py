"""A reply: each outcome with what must be there first, the ladder of approval, the letter, its service, the answer."""

from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import get_args

import pytest
from tests.support.request_worlds import (
    APPROVERS,
    ASK_CORRECTION,
    ASK_OPINION,
    ASK_REASONS,
    BLOB,
    CLEAN,
    CONSENTS,
    EXTEND,
    FIX,
    HANDLER,
    HEAD,
    JOIN,
    JUDGE_REASONS,
    LAPSE_OPINION,
    LETTER,
    OBJECTS,
    OFFICE,
    OPINION_RECEIVED,
    RECEIVE_CORRECTION,
    REPLY,
    SEARCH,
    SIMILAR,
    SUBMIT,
    WITHDRAW,
    R,
    a_case,
    a_decision,
    a_draft,
    a_letter,
    a_reply,
    an_id,
    history,
    steps,
)

from gongkai.statute.outcomes import BY_KEY
from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import Answered, Handling
from request.domain.ladder import USUAL, USUAL_LADDER, Practice, rungs_for
from request.domain.law import cite
from request.domain.outcomes import GROUNDS, ROW_OF, combine, letter_of, missing, remedy_block
from request.domain.values import Basis, LetterKind, Row

DRAFTED: tuple[Basis, ...] = tuple(basis for basis in get_args(Basis) if GROUNDS[basis].drafted)
FIRST: dict[Basis, tuple[c.Command, ...]] = {
    "third-party": (ASK_OPINION, OPINION_RECEIVED, OBJECTS),
    "not-existing": (SEARCH,),
    "still-unclear": (ASK_CORRECTION, RECEIVE_CORRECTION),
    "repeated": (SIMILAR,),
    "excessive": (ASK_REASONS, JUDGE_REASONS),
}
"""What has to happen before some outcomes may be drafted; the others need only say their reason."""


# ── The table ──────────────────────────────────────────────────────────────


def test_every_basis_has_its_row_and_every_row_of_the_report_has_a_basis():
    assert set(GROUNDS) == set(get_args(Basis))
    assert set(ROW_OF.values()) | {"p"} == set(get_args(Row)), "p is made of several, never decided by itself"
    assert all(BY_KEY[row].is_decision for row in ROW_OF.values())


def test_the_article_and_the_remedy_of_every_basis_are_those_of_its_row():
    for basis, ground in GROUNDS.items():
        outcome = BY_KEY[ground.row]
        cited = [cite(article) for article in outcome.articles]
        assert ground.article == outcome.basis or any(map(ground.article.startswith, cited)) or not cited, basis
        told = {"RB-A": "reconsider-first", "RB-B": "reconsider-or-sue", "RB-0": "none"}[ground.remedy]
        assert told == outcome.remedy, basis


@pytest.mark.parametrize("basis", DRAFTED)
def test_every_outcome_can_be_answered_when_everything_needed_is_there(basis):
    told = history(SUBMIT, FIX, *FIRST.get(basis, ()), *a_reply(a_decision(basis)))

    assert isinstance(told.case, Answered)
    answered = told.facts[-1]
    assert isinstance(answered, f.Answered)
    assert answered.row == ROW_OF[basis]
    assert answered.given == ((BLOB,) if basis == "given" else ())


@pytest.mark.parametrize("basis", FIRST)
def test_what_must_happen_first_cannot_be_left_out(basis):
    with pytest.raises(Refused) as refused:
        a_case(a_draft(a_decision(basis)))

    assert refused.value.article == GROUNDS[basis].article
    assert refused.value.reason.startswith("第1项")


@pytest.mark.parametrize("basis", [basis for basis in DRAFTED if basis not in {"given", "way-told", "already-public", "publications"}])
def test_a_refusal_without_a_reason_is_no_reply(basis):
    with pytest.raises(Refused, match="说明理由"):
        a_case(*FIRST.get(basis, ()), a_draft(a_decision(basis, reason=" ")))


@pytest.mark.parametrize("basis", ["already-public", "way-told", "publications"])
def test_telling_a_way_needs_the_way(basis):
    with pytest.raises(Refused, match="方式、途径"):
        a_case(a_draft(a_decision(basis, public_at="")))


def test_giving_needs_something_to_give():
    with pytest.raises(Refused, match="内容"):
        a_case(a_draft(a_decision("given", blobs=())))


@pytest.mark.parametrize("basis", [basis for basis in DRAFTED if GROUNDS[basis].article])
def test_the_wrong_article_is_refused_and_the_right_one_named(basis):
    wrong = a_decision(basis, article="《政府信息公开条例》第五十三条")
    with pytest.raises(Refused, match="依据应当是") as refused:
        a_case(*FIRST.get(basis, ()), a_draft(wrong))
    assert GROUNDS[basis].article in refused.value.reason


@pytest.mark.parametrize("basis", [basis for basis in get_args(Basis) if not GROUNDS[basis].drafted])
def test_lapse_and_withdrawal_are_not_written_as_replies(basis):
    with pytest.raises(Refused, match="不是对申请内容的答复"):
        a_case(a_draft(a_decision(basis)))


# ── Third parties ──────────────────────────────────────────────────────────


def test_a_third_partys_interest_may_be_protected_unasked_only_with_a_reason():
    waived = a_decision("third-party", third_party_waived="权利人已书面声明不同意公开并附证明")

    assert isinstance(a_case(a_draft(waived)), Handling)


def test_who_consents_is_not_protected_against_their_will():
    with pytest.raises(Refused, match="已经同意公开"):
        a_case(ASK_OPINION, OPINION_RECEIVED, CONSENTS, a_draft(a_decision("third-party")))


def test_after_the_silence_of_a_third_party_the_organ_decides_either_way():
    silent = (ASK_OPINION, OPINION_RECEIVED, LAPSE_OPINION)
    on = date(2025, 11, 3)

    for basis in ("third-party", "given"):
        told = history(SUBMIT, FIX, *silent, *a_reply(a_decision(basis), on=on))
        assert isinstance(told.case, Answered)


def test_a_good_objection_is_overridden_only_by_public_interest_and_after_telling_the_third_party():
    objected = (ASK_OPINION, OPINION_RECEIVED, OBJECTS)
    with pytest.raises(Refused, match="公共利益") as refused:
        a_case(*objected, a_draft(a_decision("given", reason="")))
    assert refused.value.article == "《政府信息公开条例》第三十二条"

    given = a_reply(a_decision("given", reason="涉及食品安全，不公开将对公共利益造成重大影响"))
    with pytest.raises(Refused, match="书面告知第三方"):
        a_case(*objected, *given)
    told = a_letter("third-party-decision", date(2025, 10, 23), an_id(71), "济商公告〔2025〕7号")
    assert isinstance(a_case(*objected, given[0], told, *given[1:]), Answered)


def test_what_is_withheld_for_a_third_party_does_not_burden_what_is_given_beside_it():
    two = replace(SUBMIT, items=2)
    objected = (ASK_OPINION, OPINION_RECEIVED, OBJECTS)
    reply = a_reply(a_decision("given", 1, reason=""), a_decision("third-party", 2))

    assert isinstance(history(two, FIX, *objected, *reply).case, Answered)


# ── Several matters ────────────────────────────────────────────────────────


def test_any_two_outcomes_make_one_row_or_are_refused_with_an_article():
    for first, second in combinations(DRAFTED, 2):
        rows = {ROW_OF[first], ROW_OF[second]}
        decisions = [a_decision(first), a_decision(second)]
        if len(rows) == 1:
            assert combine(decisions) in rows
        elif "g" in rows and "n4" not in rows:
            assert combine(decisions) == "p"
            assert letter_of(decisions) == "reply-partial"
        else:
            with pytest.raises(Refused) as refused:
                combine(decisions)
            assert refused.value.article.startswith("《政府信息公开条例》第三十")


def test_a_partial_reply_sends_to_reconsideration_first_only_for_a_part_withheld_by_articles_14_to_16():
    given = a_decision("given")

    assert remedy_block([given, a_decision("process")]) == "RB-A"
    assert remedy_block([given, a_decision("not-existing")]) == "RB-B"
    assert remedy_block([given, a_decision("register-query")]) == "RB-B"


def test_every_matter_must_be_decided_and_no_other():
    two = replace(SUBMIT, items=2)
    with pytest.raises(Refused, match="第2项还没有办理意见"):
        history(two, FIX, a_draft(a_decision("given", 1)))
    with pytest.raises(Refused, match="没有这一项"):
        a_case(a_draft(a_decision("given", 1), a_decision("given", 2)))
    with pytest.raises(Refused, match="每一项"):
        a_case(c.DraftReply((), an_id(34), HANDLER, R))


def test_what_is_missing_is_listed_whole_so_that_a_page_can_show_it():
    case = a_case()
    assert isinstance(case, Handling)
    lacking = missing(case.file, [a_decision("not-existing", reason="", article="")])

    assert [one.item for one in lacking] == [1, 1, 1]
    assert any("检索" in one.sentence for one in lacking)


def test_the_letter_is_that_of_the_outcome():
    assert letter_of([a_decision("already-public")]) == "reply-public"
    assert letter_of([a_decision("already-public"), a_decision("given")]) == "reply-given"
    for basis in DRAFTED:
        assert letter_of([a_decision(basis)]) == GROUNDS[basis].letter


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

BEFORE: dict[LetterKind, tuple[c.Command, ...]] = {
    "application-form": (),
    "receipt": (),
    "correction": (ASK_CORRECTION,),
    "reasons": (ASK_REASONS,),
    "extension": (EXTEND,),
    "third-party": (ASK_OPINION,),
    "third-party-confirmation": (ASK_OPINION,),
    "third-party-applicant": (ASK_OPINION,),
    "third-party-decision": (ASK_OPINION, OPINION_RECEIVED, OBJECTS),
    "co-maker": (replace(ASK_OPINION, whom="co-maker", organ="市发展改革委"),),
    "other-organ": (replace(ASK_OPINION, whom="other-organ", organ="济南海关"),),
    "co-handling": (c.AskUnit(an_id(26), "市场运行处", None, HANDLER, date(2025, 10, 9)),),
    "withdrawn": (WITHDRAW,),
    "approval-slip": (),
    "transfer-list": (),
}


@pytest.mark.parametrize("kind", BEFORE)
def test_a_letter_is_issued_when_what_it_tells_has_happened(kind):
    letter = LETTER if kind in {"third-party", "co-maker", "other-organ"} else REPLY
    told = history(SUBMIT, FIX, *BEFORE[kind], a_letter(kind, date(2025, 10, 24), letter))

    issued = told.facts[-1]
    assert isinstance(issued, f.LetterIssued)
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
    reply = a_reply(a_decision("given", 1, blobs=(CLEAN, BLOB)), a_decision("given", 2, blobs=(BLOB,)), a_decision("process", 2))
    answered = history(two, FIX, *reply).facts[-1]

    assert isinstance(answered, f.Answered)
    assert (answered.row, answered.given) == ("p", (CLEAN, BLOB))


def test_a_joined_case_is_answered_with_the_case_it_was_joined_to_within_its_own_period():
    answer = c.AnswerJoined(an_id(99), "g", (a_decision(),), date(2025, 10, 31), date(2025, 10, 31))
    answered = history(SUBMIT, FIX, JOIN, answer).facts[-1]

    assert isinstance(answered, f.Answered)
    assert (answered.row, answered.late) == ("g", True)
    with pytest.raises(Refused, match="不符"):
        history(SUBMIT, FIX, JOIN, replace(answer, row="p"))
    with pytest.raises(Refused, match="与自身并案"):
        a_case(replace(JOIN, case=JOIN.this))
