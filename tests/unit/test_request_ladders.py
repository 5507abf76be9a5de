"""An organ sets its ladder from a day on: each draft climbs the one of the day it was made, to the end."""

from dataclasses import replace
from datetime import date

import pytest
from tests.support.request_worlds import APPROVERS, CALENDAR, HEAD, OFFICE, REPLY, a_case, a_draft, a_letter

from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain.decide import decide as decide_case
from request.domain.evolve import evolve as evolve_case
from request.domain.ladder import USUAL
from request.domain.laddering import INITIAL, Ladders, LadderSet, SetLadder, decide, evolve

USUAL_KEYS = tuple(rung.key for rung in USUAL.ladder)
TODAY, NEW_YEAR = date(2025, 10, 22), date(2026, 1, 1)
SHORT = ("section-head", "deputy-head")


def a_setting(rungs=SHORT, from_on=NEW_YEAR, reason="新的办理规程"):
    return SetLadder(rungs, from_on, reason, OFFICE, TODAY)


def test_a_setting_holds_from_its_day_on_and_of_two_for_one_day_the_later_word():
    ladders = Ladders()
    for setting in (
        LadderSet(SHORT, NEW_YEAR, "", OFFICE),
        LadderSet(("deputy-head",), date(2025, 12, 1), "", OFFICE),
        LadderSet(USUAL_KEYS, NEW_YEAR, "", OFFICE),
    ):
        ladders = evolve(ladders, setting)

    assert ladders.on(date(2025, 11, 30)) is None
    assert ladders.on(date(2025, 12, 31)).rungs == ("deputy-head",)
    assert ladders.on(date(2026, 6, 1)).rungs == USUAL_KEYS


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rungs": ()}, "至少有一级"),
        ({"rungs": ("section-head", "mayor")}, "至少有一级"),
        ({"rungs": ("section-head", "section-head")}, "不能写两次"),
        ({"from_on": date(2025, 10, 21)}, "不能早于今天"),
        ({"reason": " "}, "理由"),
        ({"rungs": USUAL_KEYS}, "没有变化"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_with_a_sentence(change, sentence):
    with pytest.raises(Refused, match=sentence):
        decide(INITIAL, replace(a_setting(), **change), USUAL_KEYS)


def test_what_was_set_can_be_set_back():
    [short] = decide(INITIAL, a_setting(), USUAL_KEYS)

    [back] = decide(evolve(INITIAL, short), a_setting(USUAL_KEYS, date(2026, 2, 1)), USUAL_KEYS)

    assert back.rungs == USUAL_KEYS


def drafted(ladder):
    case = a_case()
    for fact in decide_case(case, replace(a_draft(), ladder=ladder), CALENDAR):
        case = evolve_case(case, fact)
    return case


def test_a_draft_climbs_its_own_ladder_whatever_the_installation_says():
    case = drafted(SHORT)
    assert case.file.draft.ladder == SHORT
    for step, by in zip(SHORT, APPROVERS, strict=False):
        for fact in decide_case(case, c.PassStep(1, step, by, "同意"), CALENDAR):
            case = evolve_case(case, fact)

    assert decide_case(case, a_letter("reply-given", TODAY, REPLY), CALENDAR)
    with pytest.raises(Refused, match="已经完成全部审批"):
        decide_case(case, c.PassStep(1, "openness-officer", HEAD, "同意"), CALENDAR)


def test_a_draft_without_a_ladder_of_its_own_keeps_that_of_the_day_it_was_made():
    case = drafted(())
    later = replace(USUAL, ladder=USUAL.ladder[-1:])

    assert case.file.draft.ladder == USUAL_KEYS
    with pytest.raises(Refused, match="承办处室负责人审核"):
        decide_case(case, c.PassStep(1, "deputy-head", HEAD, "同意"), CALENDAR, later)


def test_a_draft_of_an_earlier_version_follows_the_installation():
    case = drafted(())
    file = case.file
    old = replace(case, file=replace(file, drafts=(replace(file.draft, ladder=()),)))

    assert decide_case(old, c.PassStep(1, "deputy-head", HEAD, "同意"), CALENDAR, replace(USUAL, ladder=USUAL.ladder[-1:]))
