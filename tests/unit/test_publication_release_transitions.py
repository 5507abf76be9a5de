"""The whole release on one screen: rows are commands, columns are states, cells the state after.

`NO` is a refusal, `same` means that the answer changes nothing: it came twice, too late, or is not for this state.
"""

from functools import reduce
from typing import get_args

import pytest
from tests.support.publication_releases import COMMANDS, STATES, a_release_in

from gongkai.statute.refusal import Refused
from publication.release.commands import Command
from publication.release.decide import COMMAND_NAMES, decide
from publication.release.evolve import evolve
from publication.release.facts import Fact
from publication.release.states import STATE_NAMES, Open, Release

NO, SAME = None, "same"
# fmt: off
TABLE = {
    #                  Absent       Preparing    Held         Ordered      Releasing    Closed    Cancelled
    "OpenRelease":    ("Preparing", NO,          NO,          NO,          NO,          NO,       NO),
    "NotePrepared":   (NO,          "Preparing", "Held",      "Ordered",   "Releasing", "Closed", SAME),
    "NoteRefused":    (NO,          "Held",      "Held",      "Ordered",   "Releasing", "Closed", SAME),
    "NoteReleased":   (NO,          NO,          NO,          "Releasing", "Releasing", "Closed", "Cancelled"),
    "NoteConfirmed":  (NO,          SAME,        SAME,        "Releasing", "Releasing", "Closed", SAME),
    "NoteFailed":     (NO,          "Held",      "Held",      "Releasing", "Releasing", "Closed", SAME),
    "NoteRetracted":  (NO,          SAME,        SAME,        "Ordered",   "Releasing", "Closed", SAME),
    "NoteDrifted":    (NO,          SAME,        SAME,        SAME,        "Releasing", "Closed", SAME),
    "PassPrepareBy":  (NO,          "Held",      SAME,        SAME,        SAME,        SAME,     SAME),
    "PassInstant":    (NO,          SAME,        SAME,        "Releasing", SAME,        SAME,     SAME),
    "PassCloseBy":    (NO,          SAME,        SAME,        SAME,        "Closed",    SAME,     SAME),
    "GoWithout":      (NO,          "Preparing", "Held",      "Ordered",   "Releasing", "Closed", NO),
    "Hold":           (NO,          "Held",      "Held",      NO,          NO,          NO,       NO),
    "Resume":         (NO,          NO,          "Preparing", NO,          NO,          NO,       NO),
    "Reschedule":     (NO,          "Preparing", "Held",      NO,          NO,          NO,       NO),
    "CancelRelease":  (NO,          "Cancelled", "Cancelled", "Cancelled", NO,          NO,       NO),
    "RetryChannel":   (NO,          "Preparing", "Preparing", "Ordered",   "Releasing", "Closed", NO),
}
# fmt: on
CELLS = [
    pytest.param(state, command, TABLE[type(command).__name__][column], id=f"{type(command).__name__}-{state.__name__}")
    for command in COMMANDS
    for column, state in enumerate(STATES)
]


@pytest.mark.parametrize(("state", "command", "outcome"), CELLS)
def test_a_command_leads_where_the_table_says(state, command, outcome):
    release = a_release_in(state, command)

    if outcome is NO:
        with pytest.raises(Refused):
            decide(release, command)
        return
    facts = decide(release, command)

    assert (facts == []) is (outcome == SAME)
    reached = reduce(evolve, facts, release)
    assert type(reached).__name__ == (state.__name__ if outcome == SAME else outcome)


def test_the_table_forgets_no_state_and_no_command():
    assert set(STATES) == set(get_args(Release))
    assert set(get_args(Open)) == set(STATES[1:])
    assert {type(command) for command in COMMANDS} == set(get_args(Command))
    assert set(TABLE) == {command.__name__ for command in get_args(Command)}
    assert set(STATE_NAMES) == set(STATES)
    assert set(COMMAND_NAMES) == set(get_args(Command))


def test_every_open_state_has_a_way_out_by_a_person_or_by_a_clock():
    people_and_clocks = {
        "PassPrepareBy", "PassInstant", "PassCloseBy", "GoWithout", "Resume", "CancelRelease", "RetryChannel",
    }  # fmt: skip
    for column, state in enumerate(STATES):
        if state.__name__ in {"Absent", "Closed", "Cancelled"}:
            continue
        ways = {name for name in people_and_clocks if TABLE[name][column] not in {NO, SAME, state.__name__}}

        assert ways, state


def test_the_table_makes_all_but_the_facts_that_need_a_longer_story():
    made = set()
    for command in COMMANDS:
        for state in STATES:
            try:
                made |= {type(fact).__name__ for fact in decide(a_release_in(state, command), command)}
            except Refused:
                continue

    assert made | {"ReleaseOrdered"} == {fact.__name__ for fact in get_args(Fact)}
