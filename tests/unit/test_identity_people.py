"""People and organs: joining, roles, standing in, leaving, erasing, in given / when / then."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import get_args
from uuid import UUID

import pytest

from gongkai.statute.person_numbers import organisation_check_character, uscc_check_character
from gongkai.statute.refusal import Refused
from identity import organ, wire
from identity.domain import (
    INITIAL,
    SEPARATION,
    ArrangeStandIn,
    BeginStandIn,
    ChangeRoles,
    Command,
    EndSessions,
    EndStandIn,
    Erase,
    Erased,
    Fact,
    GrantProgram,
    Join,
    Leave,
    Left,
    MoveUnit,
    Person,
    PersonErased,
    PersonJoined,
    PersonLeft,
    PersonReturned,
    Program,
    ProgramGranted,
    ProgramWithdrawn,
    Return,
    RolesChanged,
    Serving,
    SessionsEnded,
    StandIn,
    StandInArranged,
    StandInBegan,
    StandInEnded,
    UnitChanged,
    Unknown,
    WithdrawProgram,
    decide,
    evolve,
)

BUREAU, OTHER = UUID(int=1), UUID(int=2)
ME, AWAY, CODE = UUID(int=10), UUID(int=11), UUID(int=12)
TODAY = date(2026, 3, 10)
LATER = datetime(2027, 1, 1, tzinfo=UTC)

a_drafter = Serving(BUREAU, "办公室", frozenset({"drafter"}))
a_head = Serving(BUREAU, "局领导", frozenset({"head"}))
an_administrator = Serving(BUREAU, "办公室", frozenset({"administrator"}), 3)
someone_who_left = Left(BUREAU, "办公室", 4)
someone_erased = Erased(BUREAU, 4)
A_STAND_IN = StandIn(CODE, AWAY, TODAY, TODAY)
A_PROGRAM = Program(CODE, frozenset({"drafter"}), LATER)
a_busy_one = replace(a_drafter, stand_ins=(A_STAND_IN,), programs=(A_PROGRAM,))

JOIN = Join(BUREAU, "办公室", frozenset({"drafter"}))
COMMANDS: list[Command] = [
    JOIN, ChangeRoles(frozenset({"proofreader"}), 1), MoveUnit("财务处"), Leave(1), Return("办公室", frozenset({"drafter"})),
    EndSessions(), ArrangeStandIn(UUID(int=13), ME, UUID(int=14), a_head, TODAY, TODAY, TODAY), BeginStandIn(CODE),
    EndStandIn(CODE), GrantProgram(UUID(int=15), frozenset({"drafter"}), LATER), WithdrawProgram(CODE), Erase(),
]  # fmt: skip
NO = Refused
#            Join  Roles Unit  Leave Return Sessions Arrange Begin End Grant Withdraw Erase
TABLE: dict[type, tuple[Person, list[type]]] = {
    Unknown: (INITIAL, [Serving, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO]),
    Serving: (a_busy_one, [NO, Serving, Serving, Left, NO, Serving, Serving, Serving, Serving, Serving, Serving, NO]),
    Left: (someone_who_left, [NO, NO, NO, NO, Serving, NO, NO, Left, Left, NO, NO, Erased]),
    Erased: (someone_erased, [NO, NO, NO, NO, NO, NO, NO, Erased, Erased, NO, NO, NO]),
}
CELLS = [(person, command, after) for person, row in TABLE.values() for command, after in zip(COMMANDS, row, strict=True)]


def after(person: Person, command: Command) -> Person:
    for fact in decide(person, command):
        person = evolve(person, fact)
    return person


@pytest.mark.parametrize(("person", "command", "expected"), CELLS)
def test_every_state_answers_every_command_as_the_table_says(person, command, expected):
    if expected is NO:
        with pytest.raises(Refused):
            decide(person, command)
    else:
        assert type(after(person, command)) is expected


def test_the_table_leaves_no_state_and_no_command_out():
    assert set(TABLE) == set(get_args(Person))
    assert {type(command) for command in COMMANDS} == set(get_args(Command))


FACTS: list[Fact] = [
    PersonJoined(BUREAU, "办公室", ("drafter",)), RolesChanged(("head",)), UnitChanged("财务处"), PersonLeft(1),
    PersonReturned("办公室", ()), SessionsEnded(1), StandInArranged(CODE, AWAY, TODAY, TODAY), StandInBegan(CODE),
    StandInEnded(CODE), ProgramGranted(CODE, ("drafter",), LATER), ProgramWithdrawn(CODE), PersonErased(),
]  # fmt: skip


def test_it_is_decided_for_every_fact_whether_others_hear_of_it():
    assert {type(fact) for fact in FACTS} == set(get_args(Fact))
    assert [type(fact).__name__ for fact in FACTS if not wire.tells(fact)] == ["StandInArranged", "PersonErased"]


@pytest.mark.parametrize("other", ["drafter", "head", "proofreader", "supervisor", "secrecy_reviewer"])
def test_nobody_keeps_the_house_and_decides_what_it_says(other):
    both = frozenset({"administrator", other})

    for person, command in [
        (INITIAL, Join(BUREAU, "", both)), (a_drafter, ChangeRoles(both, 1)), (someone_who_left, Return("", both)),
    ]:
        with pytest.raises(Refused) as no:
            decide(person, command)
        assert no.value.article == SEPARATION


@pytest.mark.parametrize("command", [ChangeRoles(frozenset(), 0), Leave(0)])
def test_the_last_administrator_cannot_go(command):
    with pytest.raises(Refused, match="最后一位系统管理员"):
        decide(an_administrator, command)


def test_one_of_two_administrators_may_go():
    assert after(an_administrator, Leave(1)) == Left(BUREAU, "办公室", 4)


def test_who_leaves_takes_sessions_programs_and_stand_ins_along():
    facts = decide(a_busy_one, Leave(1))

    assert facts == [StandInEnded(CODE), ProgramWithdrawn(CODE), PersonLeft(1)]


def test_who_returns_is_not_let_in_by_a_session_from_before():
    assert after(someone_who_left, Return("外贸处", frozenset({"drafter"}))) == Serving(
        BUREAU, "外贸处", frozenset({"drafter"}), 4
    )


def test_a_program_loses_the_role_that_its_person_loses():
    person = after(a_busy_one, ChangeRoles(frozenset({"proofreader"}), 1))

    assert isinstance(person, Serving)
    assert person.programs[0].roles == frozenset()


@pytest.mark.parametrize("roles", [frozenset(), frozenset({"head"}), frozenset({"drafter", "head"})])
def test_a_program_never_gets_a_role_that_its_person_lacks(roles):
    with pytest.raises(Refused, match="本人已有的角色"):
        decide(a_drafter, GrantProgram(CODE, roles, LATER))


def arrange(person: Person = a_drafter, away: Person = a_head, **changes) -> list[Fact]:
    command = ArrangeStandIn(UUID(int=20), ME, AWAY, away, TODAY, date(2026, 3, 20), TODAY)
    return decide(person, replace(command, **changes))


def test_a_colleague_stands_in_from_one_day_to_another():
    assert arrange() == [StandInArranged(UUID(int=20), AWAY, TODAY, date(2026, 3, 20))]


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ({"away_id": ME}, "本人代理本人"),
        ({"away": someone_who_left}, "本单位在任人员"),
        ({"away": replace(a_head, organ_id=OTHER)}, "本单位在任人员"),
        ({"to_on": date(2026, 3, 9), "from_on": date(2026, 3, 9)}, "已经过去"),
        ({"to_on": date(2026, 3, 9)}, "早于开始日期"),
        ({"to_on": date(2027, 3, 11)}, "最长一年"),
        ({"away": an_administrator}, "系统管理员的权限不能代理"),
        ({"person": an_administrator}, "系统管理员不能代行"),
        ({"person": replace(a_drafter, stand_ins=(replace(A_STAND_IN, to_on=date(2026, 3, 12)),))}, "已经安排过"),
    ],
)
def test_a_stand_in_that_cannot_be_is_refused_with_its_reason(case, sentence):
    with pytest.raises(Refused, match=sentence):
        arrange(**case)


def test_others_hear_whom_one_stands_in_for_only_while_it_lasts():
    arranged = replace(a_drafter, stand_ins=(A_STAND_IN,))
    begun = after(arranged, BeginStandIn(CODE))

    assert wire.officer_changed(ME, arranged, 2).stands_in_for == ()
    assert wire.officer_changed(ME, begun, 3).stands_in_for == (AWAY,)
    assert wire.officer_changed(ME, after(begun, EndStandIn(CODE)), 4).stands_in_for == ()


def test_what_others_hear_of_someone_who_left_is_that_nothing_is_allowed():
    event = wire.officer_changed(ME, someone_who_left, 5)

    assert (event.roles, event.active, event.epoch, event.programs) == ((), False, 4, ())


def test_a_person_in_office_is_not_erased_and_the_refusal_cites_the_law():
    with pytest.raises(Refused) as no:
        decide(a_drafter, Erase())

    assert "个人信息保护法" in no.value.article


def a_credit_code() -> str:
    body = "11370100" + "00418873"
    body += organisation_check_character("00418873")
    return body + uscc_check_character(body)


def a_profile(**changes) -> organ.Profile:
    return replace(organ.Profile("济南市商务局", "济商", "jnsw", a_credit_code()), **changes)


def test_a_good_profile_has_no_faults():
    assert organ.faults(a_profile(site_code="3701000001")) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": " "}, "name"), ({"short_name": ""}, "short_name"), ({"short_name": "济商〔2025〕"}, "short_name"),
        ({"slug": "JNSW"}, "slug"), ({"slug": "a"}, "slug"), ({"slug": "1a"}, "slug"), ({"slug": "static"}, "slug"),
        ({"credit_code": "11370100004188735X"}, "credit_code"), ({"credit_code": ""}, "credit_code"),
        ({"site_code": "12"}, "site_code"),
    ],
)
def test_each_fault_of_a_profile_is_named_at_its_field(change, path):
    assert {fault[0] for fault in organ.faults(a_profile(**change))} == {path}


def test_the_name_in_permanent_addresses_never_changes():
    with pytest.raises(Refused) as no:
        organ.decide(organ.Founded(a_profile()), organ.DescribeOrgan(a_profile(slug="other")))

    assert no.value.article


def test_an_organ_is_founded_once_and_described_only_after():
    with pytest.raises(Refused):
        organ.decide(organ.Founded(a_profile()), organ.FoundOrgan(a_profile()))
    with pytest.raises(Refused):
        organ.decide(organ.Unfounded(), organ.DescribeOrgan(a_profile()))


def test_describing_an_organ_as_it_is_changes_nothing():
    assert organ.decide(organ.Founded(a_profile()), organ.DescribeOrgan(a_profile())) == []
