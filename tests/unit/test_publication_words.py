"""Publication's own words agree with the published language, the tables, the permissions and the record."""

import re
from dataclasses import replace
from importlib import resources
from typing import get_args
from uuid import UUID

import pytest
from tests.support.publication_releases import COMMANDS, PLAN, STATES, a_release_in, after, at, closed, opened, ready
from tests.support.publication_worlds import (
    DEPUTY,
    DRAFTER,
    HEAD,
    OPENNESS,
    PROOFREADER,
    SECTION_HEAD,
    an_officer,
)

from gongkai.contracts import values
from gongkai.runtime.sql import queries
from gongkai.statute.refusal import Refused
from gongkai.web.permissions import MATRIX, ROLE_NAMES
from publication import audit, work
from publication.catalogue import columns
from publication.catalogue.decide import Standing
from publication.domain import content, dossier, facts, people, steps
from publication.founding import first_columns
from publication.noticing import MARK_ACTIONS
from publication.release import channels, states
from publication.release import facts as release_facts
from publication.release.decide import decide
from publication.release.evolve import evolve
from publication.store import channel_rows, needs_person, state_zh
from publication.wire import Told, catalogue_revised, outcome_state, published

ABOUT = Told(UUID(int=100), "标题", "notice", "tzgg", "/d/jinan-2025-00001", "x/2025-00001", "", "说明", "repealed")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (content.Kind, values.DocumentKind),
        (content.Openness, values.Openness),
        (dossier.Validity, values.Validity),
        (dossier.Change, values.ReleaseChange),
        (states.Change, values.ReleaseChange),
        (states.Policy, values.ReleasePolicy),
        (columns.ReleasePolicy, values.ReleasePolicy),
        (channels.ChannelKind, values.ChannelKind),
    ],
)
def test_the_domain_speaks_the_published_language(ours, theirs):
    assert get_args(ours) == get_args(theirs)


def test_every_kind_openness_and_form_has_a_chinese_name():
    assert set(content.KIND_NAMES) == set(get_args(content.Kind))
    assert set(content.OPENNESS_NAMES) == set(get_args(content.Openness))
    assert set(content.FORM_NAMES) == set(get_args(content.Form))
    assert set(channels.STANDING_NAMES) == set(get_args(channels.Standing))


def test_the_tables_know_the_states_of_the_code():
    text = "".join(
        (resources.files("publication") / "migrations" / name).read_text("utf-8")
        for name in ("0001_pre_documents.sql", "0002_pre_releases.sql")
    )
    allowed = [set(re.findall(r"'(\w[\w-]*)'", found)) for found in re.findall(r"CHECK \(\w+ IN \(([^)]*)\)", text)]

    assert {state.__name__ for state in get_args(dossier.Written)} in allowed
    assert {state.__name__ for state in get_args(states.Open)} in allowed
    assert set(get_args(states.Change)) in allowed
    assert set(get_args(channels.ChannelKind)) in allowed


def test_roles_are_those_of_the_permission_table():
    assert people.ROLE_NAMES == ROLE_NAMES
    assert set(people.WRITERS) == set(MATRIX["draft.edit"])
    assert set(people.DECIDERS) == set(MATRIX["release.order"]) == set(MATRIX["document.withdraw"])
    assert set(people.WAIVERS) == set(MATRIX["finding.waive"])
    assert set(MARK_ACTIONS) == {step.name for step in steps.STEPS}


def test_every_fact_can_be_read_in_the_record():
    kinds = {fact.__name__ for fact in (*get_args(facts.Fact), *get_args(release_facts.Fact))}

    assert set(audit.FACT_NAMES) == kinds


def test_every_statement_has_a_name_and_is_used():
    code = "".join(
        path.read_text("utf-8")
        for name in ("store.py", "reading.py")
        if (path := resources.files("publication") / name).is_file()
    )
    for file in ("queries.sql", "reading.sql"):
        for name in queries("publication", file):
            assert f'SQL["{name}"]' in code, f"{file}: {name} is used by nobody"


@pytest.mark.parametrize("change", get_args(states.Change))
def test_each_change_closes_with_its_own_event(change):
    release = closed(replace(PLAN, change=change))
    fact = release_facts.ReleaseClosed(at(4), 50.0, ())

    [event] = published(UUID(int=500), release, fact, ABOUT)

    assert type(event).__name__ == {
        "publish": "DocumentPublished",
        "correct": "DocumentCorrected",
        "withdraw": "DocumentWithdrawn",
        "repeal": "DocumentRepealed",
    }[change]


def test_a_retry_after_the_order_repeats_the_same_instant_for_that_channel_only():
    release = closed()
    asked = release_facts.ChannelAskedAgain(PLAN.channels[1].id, UUID(int=6), at(900))

    approved, ordered = published(UUID(int=500), release, asked, ABOUT)

    assert [channel.id for channel in approved.channels] == [PLAN.channels[1].id]
    assert (ordered.release_at, ordered.channels, [c.id for c in ordered.laggards]) == (at(4), (), [PLAN.channels[1].id])


def test_no_fact_of_a_release_is_without_an_answer_to_who_may_hear_of_it():
    heard = set()
    for command in COMMANDS:
        for state in STATES:
            release = a_release_in(state, command)
            try:
                happened = decide(release, command)
            except Refused:
                continue
            for fact in happened:
                release = evolve(release, fact)
                heard |= {type(event).__name__ for event in published(UUID(int=500), release, fact, ABOUT)}

    assert heard >= {"DocumentApproved", "ReleaseHeld", "ReleaseCancelled", "DocumentPublished", "ReleaseOrdered"}


def test_the_matrix_names_laggards_unknowns_and_what_needs_a_person():
    release = after(opened(replace(PLAN, policy="site-first")), ready("website"))

    rows = channel_rows(release)

    assert [row["state_zh"] for row in rows] == ["已就绪", "准备中", "准备中"]
    assert not any(row["laggard"] for row in rows)
    assert not needs_person(release)
    assert state_zh(channels.Failed("unknown", "", "没有答复", None)) == "结果待核"
    assert outcome_state(channels.Failed("unknown", "", "没有答复", None)) == "unknown"


def test_the_first_catalogue_is_told_as_founded():
    event = catalogue_revised(Standing(UUID(int=100), 1, at(0).date(), first_columns()), "首次建立", founded=True)

    assert event.change == "founded"
    assert [column.id for column in event.columns] == [column.id for column in first_columns()]


A_ROW = {
    "state": "Reviewing", "next_step": "second-review", "unit": "市场处", "reviewers": [DRAFTER.person], "owed": [],
    "disclosure_left": [], "unsettled": 0, "checked": True, "openness": "proactive", "started_by": DRAFTER.person,
    "returned": False, "index_number": "x",
}  # fmt: skip


@pytest.mark.parametrize(
    ("officer", "changes", "acts"),
    [
        (SECTION_HEAD, {}, ["mark"]),
        (an_officer(20, "section_head", unit="外贸处"), {}, []),
        (PROOFREADER, {"next_step": "second-proof"}, ["mark"]),
        (an_officer(1, "section_head"), {}, []),
        (DEPUTY, {"next_step": "sign-off"}, ["sign-off"]),
        (DEPUTY, {"next_step": "sign-off", "unsettled": 2}, []),
        (DEPUTY, {"next_step": "sign-off", "checked": False}, []),
        (OPENNESS, {"next_step": "sign-off", "openness": "closed"}, ["openness"]),
        (OPENNESS, {"disclosure_left": ["scope", "process"]}, ["disclosure"]),
        (DRAFTER, {"state": "Drafting", "next_step": None}, ["write"]),
        (DRAFTER, {"state": "Drafting", "next_step": None, "returned": True}, ["rewrite"]),
        (an_officer(21, "drafter"), {"state": "Drafting", "next_step": None}, []),
        (HEAD, {"state": "ChangeProposed", "next_step": None}, ["proposal"]),
        (DEPUTY, {"state": "Published", "next_step": None, "owed": ["final-review"]}, ["make-up"]),
    ],
)
def test_work_waits_for_those_who_may_do_it(officer, changes, acts):
    assert [act.name for act in work.acts_on_document(officer, A_ROW | changes)] == acts
