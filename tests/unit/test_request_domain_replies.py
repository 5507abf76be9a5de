"""A reply: each outcome with what must be there first, and how several outcomes make one row."""

from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import get_args

import pytest
from tests.support.request_worlds import (
    ASK_CORRECTION,
    ASK_OPINION,
    ASK_REASONS,
    BLOB,
    CONSENTS,
    FIX,
    HANDLER,
    JUDGE_REASONS,
    LAPSE_OPINION,
    OBJECTS,
    OPINION_RECEIVED,
    RECEIVE_CORRECTION,
    SEARCH,
    SIMILAR,
    SUBMIT,
    R,
    a_case,
    a_decision,
    a_draft,
    a_letter,
    a_reply,
    an_id,
    history,
)

from gongkai.statute.outcomes import BY_KEY
from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import Answered, Handling
from request.domain.law import cite
from request.domain.outcomes import GROUNDS, ROW_OF, articles_of, bases_of, combine, letter_of, missing, remedy_block
from request.domain.values import Basis, Row

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


def test_a_document_given_without_a_part_is_a_partial_reply_with_the_remedy_of_the_part():
    parted = a_decision("given", withheld=("internal-affairs",))
    answered = history(SUBMIT, FIX, *a_reply(parted)).facts[-1]

    assert isinstance(answered, f.Answered)
    assert answered.row == "p"
    assert (letter_of([parted]), remedy_block([parted])) == ("reply-partial", "RB-A")
    assert remedy_block([a_decision("given", withheld=("not-existing",))]) == "RB-B"
    assert articles_of([parted]) == (GROUNDS["given"].article, GROUNDS["internal-affairs"].article)
    assert bases_of([parted, parted]) == ("given", "internal-affairs")


def test_a_part_needs_what_its_reason_needs():
    with pytest.raises(Refused, match="征求第三方意见"):
        a_case(a_draft(a_decision("given", withheld=("third-party",))))
    objected = (ASK_OPINION, OPINION_RECEIVED, OBJECTS)
    parted = a_decision("given", reason="", withheld=("third-party",))
    assert isinstance(a_case(*objected, *a_reply(parted)), Answered)


@pytest.mark.parametrize(
    ("decision", "why"),
    [
        (a_decision("process", withheld=("internal-affairs",)), "不必再区分"),
        (a_decision("given", withheld=("excessive",)), "不是不予公开一部分"),
        (a_decision("given", withheld=("given",)), "不是不予公开一部分"),
        (a_decision("given", withheld=("withdrawn",)), "不是不予公开一部分"),
    ],
)
def test_parts_stand_only_beside_something_given_and_for_a_reason_of_their_own(decision, why):
    with pytest.raises(Refused, match=why):
        a_case(a_draft(decision))


def test_decisions_are_kept_in_the_order_of_the_matters_one_for_each():
    two = replace(SUBMIT, items=2)
    drafted = history(two, FIX, a_draft(a_decision("process", 2), a_decision("given", 1))).facts[-1]
    assert isinstance(drafted, f.ReplyDrafted)
    assert [decision.item for decision in drafted.decisions] == [1, 2]
    with pytest.raises(Refused, match="只能有一个办理意见"):
        a_case(a_draft(a_decision("given"), a_decision("process")))


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
