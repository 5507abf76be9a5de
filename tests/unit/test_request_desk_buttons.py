"""In every situation the buttons of a case are exactly the commands that the domain leaves open."""

from typing import get_args

import pytest
from tests.support.request_worlds import ACTS as COMMANDS
from tests.support.request_worlds import CALENDAR, WORLDS, history

from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain.allowed import BY_ITSELF, allowed
from request.domain.decide import decide
from request.pages.acts import ACTS
from request.pages.desk_do import BY_KEY

#: Commands with a page of their own: taking in, the number with the receipt, the reply, letters, files, splitting, the
#: review, the people of a case.
ELSEWHERE = {
    c.Submit, c.ImportCase, c.Register, c.DraftReply, c.PassStep, c.ReturnDraft, c.Answer, c.IssueLetter, c.ServeLetter,
    c.NoteRedaction, c.Split, c.DecideConversion, c.NoteErasure,
}  # fmt: skip
BUTTONS = {act.command for act in ACTS}


def test_every_command_of_a_person_has_a_button_or_a_page_of_its_own():
    assert set(get_args(c.Command)) == BUTTONS | ELSEWHERE | BY_ITSELF
    assert not BUTTONS & (ELSEWHERE | BY_ITSELF)
    assert len(BY_KEY) == len(ACTS) == len(BUTTONS)


@pytest.mark.parametrize("world", WORLDS)
def test_the_buttons_are_exactly_the_lawful_commands(world):
    case = history(*WORLDS[world]).case

    assert {act.command for act in ACTS if act.possible(case)} == allowed(case) - ELSEWHERE


@pytest.mark.parametrize("world", WORLDS)
def test_no_button_is_missing_for_what_the_domain_would_grant(world):
    case = history(*WORLDS[world]).case
    granted = set()
    for command in (one for act in COMMANDS for one in act):
        try:
            decide(case, command, CALENDAR)
        except Refused:
            continue
        granted.add(type(command))

    assert granted & BUTTONS <= {act.command for act in ACTS if act.possible(case)}
