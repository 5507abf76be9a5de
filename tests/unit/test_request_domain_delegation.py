"""Whoever does a colleague's duty is bound like that colleague: nobody approves their own text by another's hand."""

from dataclasses import replace
from uuid import UUID

import pytest
from tests.support.request_worlds import APPROVERS, HANDLER, a_case, a_decision, a_draft, an_id, steps

from gongkai.statute.refusal import Refused
from gongkai.web.session import Officer, StandIn
from request.approving import place
from request.domain import commands as c
from request.domain.file import Draft

DELEGATE, AWAY, ANOTHER = an_id(81), an_id(82), an_id(83)
DECIDED = a_decision("process")
FIRST, SECOND, *_ = steps(1, DECIDED)
DRAFTED = a_draft(DECIDED)


def the_draft(*commands: c.Command) -> Draft:
    case = a_case(*commands)
    assert case.file.draft is not None
    return case.file.draft


def test_who_stands_in_for_the_drafter_does_not_approve_in_the_drafters_place():
    with pytest.raises(Refused, match="代起草人办理的人也不能"):
        a_case(DRAFTED, replace(FIRST, by=DELEGATE, instead_of=HANDLER))


def test_who_drafted_in_a_colleagues_place_or_whose_place_it_was_does_not_approve_it():
    lent = replace(DRAFTED, by=DELEGATE, instead_of=AWAY)

    for step in (replace(FIRST, by=AWAY), replace(FIRST, by=DELEGATE), replace(FIRST, by=ANOTHER, instead_of=AWAY)):
        with pytest.raises(Refused, match="起草人不能审批"):
            a_case(lent, step)
    assert the_draft(lent, replace(FIRST, by=ANOTHER)).passed[0].by == ANOTHER


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        (replace(FIRST, by=AWAY), replace(SECOND, by=DELEGATE, instead_of=AWAY)),
        (replace(FIRST, by=DELEGATE, instead_of=AWAY), replace(SECOND, by=AWAY)),
        (replace(FIRST, by=DELEGATE), replace(SECOND, by=DELEGATE, instead_of=AWAY)),
        (replace(FIRST, by=DELEGATE, instead_of=AWAY), replace(SECOND, by=ANOTHER, instead_of=AWAY)),
    ],
)
def test_one_place_on_the_ladder_is_one_person_whoever_takes_it(lower, upper):
    with pytest.raises(Refused, match="代为办理的也算一次"):
        a_case(DRAFTED, lower, upper)


def test_a_delegate_takes_the_place_of_somebody_who_has_nothing_to_do_with_the_draft():
    draft = the_draft(DRAFTED, replace(FIRST, by=DELEGATE, instead_of=AWAY), replace(SECOND, by=ANOTHER))

    assert [one.step for one in draft.passed] == [FIRST.step, SECOND.step]


def test_the_file_says_in_whose_place_a_step_was_passed_and_a_draft_written():
    draft = the_draft(replace(DRAFTED, instead_of=AWAY), replace(FIRST, by=DELEGATE, instead_of=ANOTHER))

    assert draft.drafters == {HANDLER, AWAY}
    assert draft.stood == {DELEGATE, ANOTHER}


def an_officer(*roles: str, away: dict[UUID, str]) -> Officer:
    stands_in = tuple(StandIn(person, frozenset({role})) for person, role in away.items())
    return Officer(DELEGATE, an_id(1), frozenset(roles), "", 0, "session", stands_in)


def test_who_has_the_role_stands_in_their_own_place():
    officer = an_officer("section_head", away={AWAY: "section_head"})

    assert place(officer, "section-head", the_draft(DRAFTED)) is None


def test_of_several_who_are_away_the_place_of_one_without_a_part_in_the_draft_is_taken():
    drafted = the_draft(DRAFTED, FIRST)
    away = {HANDLER: "openness_officer", APPROVERS[0]: "openness_officer", AWAY: "openness_officer"}

    assert place(an_officer("drafter", away=away), "openness-officer", drafted) == AWAY
    assert place(an_officer("drafter", away={HANDLER: "openness_officer"}), "openness-officer", drafted) == HANDLER
