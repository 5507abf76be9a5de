"""The table state × command is total: every pair is carried out or refused with a sentence and its article."""

from functools import reduce
from typing import get_args

import pytest
from tests.support.request_states import PAGE, page
from tests.support.request_worlds import ACTS, CALENDAR, WORLDS, R, history

from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import facts as f
from request.domain.allowed import BY_ITSELF, FITS, allowed
from request.domain.case import STATE_NAMES, Nothing, handling_of
from request.domain.decide import ARTICLE_OF_STATE, COMMAND_NAMES, decide
from request.domain.evolve import evolve
from request.domain.reading import explain

EVERY_COMMAND = set(get_args(c.Command))
EVERY_STATE = set(STATE_NAMES)


def every_pair():
    for world, commands in WORLDS.items():
        before = history(*commands).case
        for act in ACTS:
            for command in act:
                yield world, before, command


def test_the_printed_table_is_not_stale():
    assert PAGE.read_text("utf-8") == page(), "run: python -m tests.support.request_states"


def test_the_table_has_every_command_and_every_state():
    assert {type(act[0]) for act in ACTS} == EVERY_COMMAND == set(COMMAND_NAMES)
    assert {type(history(*commands).case) for commands in WORLDS.values()} == EVERY_STATE
    assert set(FITS) == set(ARTICLE_OF_STATE) == EVERY_STATE


def test_every_command_is_granted_in_some_state():
    granted = set()
    for _, before, command in every_pair():
        try:
            decide(before, command, CALENDAR)
        except Refused:
            continue
        granted.add(type(command))

    assert granted == EVERY_COMMAND


def test_every_refusal_is_a_sentence_with_an_article():
    refusals = []
    for world, before, command in every_pair():
        try:
            decide(before, command, CALENDAR)
        except Refused as refused:
            refusals.append((world, command, refused))

    assert len(refusals) > 500
    for world, command, refused in refusals:
        assert refused.article.startswith("《"), (world, command, str(refused))
        assert refused.reason.endswith(("。", "；")), (world, command, refused.reason)
        assert "{" not in refused.reason, refused.reason


def test_a_page_never_hides_what_would_be_granted():
    for world, before, command in every_pair():
        try:
            decide(before, command, CALENDAR)
        except Refused:
            continue
        assert type(command) in allowed(before) | BY_ITSELF, (world, command)


def test_every_state_can_be_explained_and_open_ones_say_whose_turn_it_is():
    for world, commands in WORLDS.items():
        before = history(*commands).case
        told = explain(before, CALENDAR, R)
        assert told.state_zh == STATE_NAMES[type(before)]
        closed = world in {"尚无申请", "已拆分", "已归档", "往年补录"}
        assert (told.duty is None) == closed, world
        if told.duty:
            assert told.duty.article.startswith("《"), world
            assert told.duty.what_zh, world
        assert (told.reading is None) == (handling_of(before) is None), world


@pytest.mark.parametrize("world", WORLDS)
def test_replaying_the_facts_gives_the_same_state(world):
    told = history(*WORLDS[world])

    assert reduce(evolve, told.facts, Nothing()) == told.case


def test_evolving_never_refuses_a_fact_in_any_state():
    facts = {type(fact): fact for commands in WORLDS.values() for fact in history(*commands).facts}
    for _, before, command in every_pair():
        try:
            found = decide(before, command, CALENDAR)
        except Refused:
            continue
        facts |= {type(fact): fact for fact in found}
    assert set(facts) == set(get_args(f.Fact))

    for commands in WORLDS.values():
        before = history(*commands).case
        for fact in facts.values():
            assert type(evolve(before, fact)) in EVERY_STATE
