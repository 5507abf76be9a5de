"""The whole life of a document on one screen: rows are commands, columns are states, cells the state after."""

from functools import reduce
from typing import get_args

import pytest
from tests.support.publication_worlds import COMMANDS, STATES, a_document_in

from gongkai.statute.refusal import Refused
from publication.domain.commands import Command
from publication.domain.decide import COMMAND_NAMES, decide
from publication.domain.dossier import STATE_NAMES, Document, Drafting, Published, Releasing, Reviewing, Written
from publication.domain.evolve import evolve
from publication.domain.facts import Fact

NO = None
# fmt: off
TABLE = {
    #                        Absent      Drafting          Reviewing         Releasing    Published         ChangeProposed    Withdrawn    Repealed    Kept        Discarded
    "StartDraft":           ("Drafting", NO,               NO,               NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "SaveEdition":          (NO,         "Drafting",       "Reviewing",      NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "SubmitForReview":      (NO,         "Reviewing",      NO,               NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "PutMark":              (NO,         NO,               "Reviewing",      "Releasing", "Published",      "ChangeProposed", NO,          NO,         NO,         NO),
    "ReturnToDrafter":      (NO,         NO,               "Drafting",       NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "RecordFindings":       (NO,         "Drafting",       "Reviewing",      "Releasing", "Published",      "ChangeProposed", "Withdrawn", "Repealed", "Kept",     "Discarded"),
    "WaiveFinding":         (NO,         "Drafting",       "Reviewing",      NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "ReviewDisclosure":     (NO,         "Drafting",       "Reviewing",      NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "ReviewOpenness":       (NO,         "Drafting",       "Reviewing",      NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "RecordAssessment":     (NO,         "Drafting",       "Reviewing",      NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "LinkInterpretation":   (NO,         "Drafting",       "Reviewing",      "Releasing", "Published",      NO,               NO,          NO,         NO,         NO),
    "LinkInterpreted":      (NO,         "Drafting",       "Reviewing",      NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "UnlinkInterpretation": (NO,         "Drafting",       "Reviewing",      NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "UnlinkInterpreted":    (NO,         "Drafting",       "Reviewing",      NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "ExemptInterpretation": (NO,         "Drafting",       "Reviewing",      NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "Approve":              (NO,         NO,               "Releasing",      NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "ApproveInEmergency":   (NO,         "Releasing",      "Releasing",      NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "KeepUnpublished":      (NO,         "Kept",           "Kept",           NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "Reopen":               (NO,         NO,               NO,               NO,          NO,               NO,               "Drafting",  NO,         "Drafting", NO),
    "DiscardDraft":         (NO,         "Discarded",      "Discarded",      NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "StartCorrection":      (NO,         NO,               NO,               NO,          "Drafting",       NO,               NO,          NO,         NO,         NO),
    "DropCorrection":       (NO,         "Published",      "Published",      NO,          NO,               NO,               NO,          NO,         NO,         NO),
    "ProposeWithdrawal":    (NO,         "ChangeProposed", "ChangeProposed", NO,          "ChangeProposed", NO,               NO,          NO,         NO,         NO),
    "ProposeRepeal":        (NO,         NO,               NO,               NO,          "ChangeProposed", NO,               NO,          NO,         NO,         NO),
    "DropProposal":         (NO,         NO,               NO,               NO,          NO,               "Published",      NO,          NO,         NO,         NO),
    "ApproveProposal":      (NO,         NO,               NO,               NO,          NO,               "Releasing",      NO,          NO,         NO,         NO),
    "NotePenaltyChanged":   (NO,         NO,               NO,               NO,          "Published",      NO,               NO,          NO,         NO,         NO),
    "RecountClock":         (NO,         "Drafting",       "Reviewing",      "Releasing", "Published",      "ChangeProposed", "Withdrawn", "Repealed", "Kept",     "Discarded"),
    "FinishRelease":        (NO,         NO,               NO,               "Published", NO,               NO,               NO,          NO,         NO,         NO),
    "AbandonRelease":       (NO,         NO,               NO,               "Reviewing", NO,               NO,               NO,          NO,         NO,         NO),
}
# fmt: on
CELLS = [
    pytest.param(state, command, TABLE[type(command).__name__][column], id=f"{type(command).__name__}-{state.__name__}")
    for command in COMMANDS
    for column, state in enumerate(STATES)
]


@pytest.mark.parametrize(("state", "command", "outcome"), CELLS)
def test_a_command_leads_where_the_table_says(state, command, outcome):
    document = a_document_in(state, command)

    if outcome is NO:
        with pytest.raises(Refused):
            decide(document, command)
        return
    facts = decide(document, command)

    assert type(reduce(evolve, facts, document)).__name__ == outcome


def test_the_table_forgets_no_state_and_no_command():
    assert set(STATES) == set(get_args(Document))
    assert set(get_args(Written)) == set(STATES[1:])
    assert {type(command) for command in COMMANDS} == set(get_args(Command))
    assert set(TABLE) == {command.__name__ for command in get_args(Command)}
    assert set(STATE_NAMES) == set(STATES)
    assert set(COMMAND_NAMES) == set(get_args(Command))


def test_every_kind_of_fact_is_made_by_some_command_of_the_tests():
    made = set()
    for command in COMMANDS:
        for state in STATES:
            try:
                facts = decide(a_document_in(state, command), command)
            except Refused:
                continue
            made |= {type(fact).__name__ for fact in facts}

    # Each of these needs a longer story and has a test of its own.
    elsewhere = {"InterpretationUnlinked", "InterpretedUnlinked", "DebtSettled", "IndexNumberIssued"}
    assert made | elsewhere == {fact.__name__ for fact in get_args(Fact)}


def test_every_state_but_the_last_ones_has_a_way_out():
    final = {"Repealed", "Discarded"}
    for column, state in enumerate(STATES):
        ways = {row[column] for row in TABLE.values() if row[column] not in {NO, state.__name__}}

        assert ways or state.__name__ in final, state


def test_a_refusal_names_the_state_and_the_act_in_chinese():
    document = a_document_in(Published, COMMANDS[1])

    with pytest.raises(Refused) as refused:
        decide(document, COMMANDS[1])

    assert "已发布" in refused.value.reason
    assert "修改" in refused.value.reason


def test_a_release_in_progress_bears_no_edit():
    assert TABLE["SaveEdition"][STATES.index(Releasing)] is NO
    assert TABLE["SaveEdition"][STATES.index(Drafting)] == "Drafting"
    assert TABLE["SaveEdition"][STATES.index(Reviewing)] == "Reviewing"
