"""The website's part in a release, state by command."""

from dataclasses import replace
from datetime import timedelta
from functools import reduce
from typing import get_args

import pytest
from tests.support.portal_states import COMMANDS, NOW, PAGE, SAME, SOON, STATES, A, B, R, after, cell, page

from gongkai.statute.refusal import Refused
from portal import domain
from portal.domain import (
    BecameVisible,
    CallOff,
    Discarded,
    EditionStaged,
    Fetching,
    FetchingOrdered,
    HearApproval,
    InstantSet,
    ObeyOrder,
    OrderedUnheard,
    OrderKept,
    Prepared,
    ReachInstant,
    Scheduled,
    Shown,
    StageEdition,
    TakenBack,
    Unfit,
    Unheard,
    decide,
)

TABLE = {
    #                 HearApproval       StageEdition  RefuseEdition  ObeyOrder         ReachInstant  CallOff
    "Unheard":         ("Fetching",        SAME,        SAME,    "OrderedUnheard",  SAME,    "CalledOff"),
    "OrderedUnheard":  ("FetchingOrdered", SAME,        SAME,    SAME,              SAME,    "CalledOff"),
    "Fetching":        (SAME,              "Prepared",  "Unfit", "FetchingOrdered", SAME,    "CalledOff"),
    "FetchingOrdered": (SAME,              "Scheduled", "Unfit", SAME,              SAME,    "CalledOff"),
    "Prepared":        (SAME,              SAME,        SAME,    "Scheduled",       SAME,    "CalledOff"),
    "Scheduled":       (SAME,              SAME,        SAME,    SAME,              "Shown", "CalledOff"),
    "Shown":           (SAME,              SAME,        SAME,    SAME,              SAME,    "CalledOff"),
    "Unfit":           ("Fetching",        "Prepared",  SAME,    "OrderedUnheard",  SAME,    "CalledOff"),
    "CalledOff":       (SAME,              SAME,        SAME,    SAME,              SAME,    SAME),
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("command", COMMANDS)
def test_each_state_answers_each_command_as_the_table_says(state: str, command: str) -> None:
    assert cell(state, command) == TABLE[state][list(COMMANDS).index(command)]


def test_the_table_names_every_state_and_every_command() -> None:
    assert {kind.__name__ for kind in get_args(domain.Showing)} == set(TABLE)
    assert {kind.__name__ for kind in get_args(domain.Command)} == set(COMMANDS)


def test_an_order_that_comes_first_is_obeyed_when_the_edition_is_ready() -> None:
    state = reduce(after, [ObeyOrder(A, SOON, NOW), HearApproval(A)], Unheard())

    facts = decide(state, StageEdition(A, R, NOW))

    assert facts == [EditionStaged(A, R), InstantSet(SOON)]


def test_an_edition_that_is_ready_after_its_instant_becomes_visible_at_once_and_says_when() -> None:
    late = SOON + timedelta(seconds=5)

    facts = decide(FetchingOrdered(A, SOON), StageEdition(A, R, late))

    assert facts == [EditionStaged(A, R), InstantSet(late), BecameVisible(late)]


def test_an_order_that_is_late_takes_effect_now_and_the_date_does_not_claim_otherwise() -> None:
    assert decide(Prepared(A, R), ObeyOrder(A, NOW - timedelta(hours=1), NOW)) == [InstantSet(NOW), BecameVisible(NOW)]


def test_an_order_for_another_edition_is_refused() -> None:
    for state in (Fetching(A), FetchingOrdered(A, SOON), Prepared(A, R), Scheduled(A, SOON), Shown(A, NOW)):
        with pytest.raises(Refused):
            decide(state, ObeyOrder(B, SOON, NOW))


def test_the_instant_is_not_reached_before_it_comes() -> None:
    assert decide(Scheduled(A, SOON), ReachInstant(SOON - timedelta(microseconds=1))) == []
    assert decide(Scheduled(A, SOON), ReachInstant(SOON)) == [BecameVisible(SOON)]


def test_a_second_order_may_move_an_instant_that_has_not_come() -> None:
    later = SOON + timedelta(hours=1)

    assert decide(Scheduled(A, SOON), ObeyOrder(A, later, NOW)) == [InstantSet(later)]
    assert decide(Scheduled(A, SOON), ObeyOrder(A, later, SOON)) == []


def test_a_call_that_comes_after_the_instant_takes_the_page_back_and_says_so() -> None:
    assert decide(Scheduled(A, SOON), CallOff(NOW)) == [Discarded()]
    assert decide(Scheduled(A, SOON), CallOff(SOON)) == [BecameVisible(SOON), TakenBack(SOON)]
    assert decide(Shown(A, NOW), CallOff(SOON)) == [TakenBack(SOON)]


def test_another_edition_approved_before_any_order_replaces_the_first() -> None:
    state = after(Prepared(A, R), HearApproval(B))

    assert state == Fetching(B)
    assert decide(state, StageEdition(A, R, NOW)) == []


def test_an_edition_approved_again_after_an_order_must_be_the_same() -> None:
    with pytest.raises(Refused):
        decide(Scheduled(A, SOON), HearApproval(B))


def test_an_order_kept_twice_keeps_the_last_instant() -> None:
    later = replace(ObeyOrder(A, SOON, NOW), release_at=SOON + timedelta(seconds=9))

    assert decide(OrderedUnheard(A, SOON), later) == [OrderKept(A, later.release_at)]


def test_the_printed_table_is_today_s() -> None:
    assert PAGE.read_text("utf-8") == page()


def test_an_edition_that_was_refused_and_is_approved_again_catches_up() -> None:
    late = SOON + timedelta(hours=1)
    state = reduce(after, [ObeyOrder(A, SOON, NOW), HearApproval(A)], Unfit(A))

    assert decide(state, StageEdition(A, R, late)) == [EditionStaged(A, R), InstantSet(late), BecameVisible(late)]
