"""A person in the organ: joining, roles, standing in, leaving. Pure. Facts name people by id alone."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, assert_never
from uuid import UUID

from gongkai.statute.refusal import Refused

#: 管理用户的权限分离: who keeps the house does not decide what it says.
SEPARATION: Final = "GB/T 22239—2019 第8.1.4.2条"
REVIEW_RULE: Final = "三审三校制度"
ADMINISTRATOR: Final = "administrator"
#: Looking without acting goes with keeping the house; everything else does not.
WITH_ADMINISTRATOR: Final = frozenset({ADMINISTRATOR})
LONGEST_STAND_IN_DAYS: Final = 366


# states


@dataclass(frozen=True, slots=True)
class StandIn:
    """An arranged stand-in: this person does the duty of `away_id` from one day to another, both included."""

    id: UUID
    away_id: UUID
    from_on: date
    to_on: date
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """A program that may act in this person's name with some of the person's roles."""

    token_id: UUID
    roles: frozenset[str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Unknown:
    pass


@dataclass(frozen=True, slots=True)
class Serving:
    organ_id: UUID
    unit: str
    roles: frozenset[str]
    epoch: int = 0
    stand_ins: tuple[StandIn, ...] = ()
    programs: tuple[Program, ...] = ()

    @property
    def stands_in_for(self) -> tuple[UUID, ...]:
        return tuple(sorted({each.away_id for each in self.stand_ins if each.begun}, key=str))


@dataclass(frozen=True, slots=True)
class Left:
    organ_id: UUID
    unit: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Erased:
    organ_id: UUID
    epoch: int


Person = Unknown | Serving | Left | Erased
INITIAL: Person = Unknown()


# commands


@dataclass(frozen=True, slots=True)
class Join:
    organ_id: UUID
    unit: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class ChangeRoles:
    roles: frozenset[str]
    #: How many other administrators the organ has; the last one cannot give up the role.
    other_administrators: int


@dataclass(frozen=True, slots=True)
class MoveUnit:
    unit: str


@dataclass(frozen=True, slots=True)
class Leave:
    other_administrators: int


@dataclass(frozen=True, slots=True)
class Return:
    unit: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class EndSessions:
    pass


@dataclass(frozen=True, slots=True)
class ArrangeStandIn:
    id: UUID
    person_id: UUID
    away_id: UUID
    away: Person
    from_on: date
    to_on: date
    today: date


@dataclass(frozen=True, slots=True)
class BeginStandIn:
    id: UUID


@dataclass(frozen=True, slots=True)
class EndStandIn:
    id: UUID


@dataclass(frozen=True, slots=True)
class GrantProgram:
    token_id: UUID
    roles: frozenset[str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WithdrawProgram:
    token_id: UUID


@dataclass(frozen=True, slots=True)
class Erase:
    pass


Command = (
    Join | ChangeRoles | MoveUnit | Leave | Return | EndSessions | ArrangeStandIn | BeginStandIn | EndStandIn
    | GrantProgram | WithdrawProgram | Erase
)  # fmt: skip


# facts


@dataclass(frozen=True, slots=True)
class PersonJoined:
    organ_id: UUID
    unit: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RolesChanged:
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitChanged:
    unit: str


@dataclass(frozen=True, slots=True)
class PersonLeft:
    epoch: int


@dataclass(frozen=True, slots=True)
class PersonReturned:
    unit: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SessionsEnded:
    epoch: int


@dataclass(frozen=True, slots=True)
class StandInArranged:
    id: UUID
    away_id: UUID
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class StandInBegan:
    id: UUID


@dataclass(frozen=True, slots=True)
class StandInEnded:
    id: UUID


@dataclass(frozen=True, slots=True)
class ProgramGranted:
    token_id: UUID
    roles: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ProgramWithdrawn:
    token_id: UUID


@dataclass(frozen=True, slots=True)
class PersonErased:
    pass


Fact = (
    PersonJoined | RolesChanged | UnitChanged | PersonLeft | PersonReturned | SessionsEnded | StandInArranged
    | StandInBegan | StandInEnded | ProgramGranted | ProgramWithdrawn | PersonErased
)  # fmt: skip


# decide


def decide(person: Person, command: Command) -> list[Fact]:
    match person, command:
        case Unknown(), Join(organ_id, unit, roles):
            _separate(roles)
            return [PersonJoined(organ_id, unit, _sorted(roles))]
        case Serving(), ChangeRoles(roles, others):
            _separate(roles)
            if ADMINISTRATOR in person.roles and ADMINISTRATOR not in roles and not others:
                raise Refused("这是本单位最后一位系统管理员，请先指定另一位", SEPARATION)
            return [] if roles == person.roles else [RolesChanged(_sorted(roles))]
        case Serving(), MoveUnit(unit):
            return [] if unit == person.unit else [UnitChanged(unit)]
        case Serving(), Leave(others):
            if ADMINISTRATOR in person.roles and not others:
                raise Refused("这是本单位最后一位系统管理员，请先指定另一位，再办理离任", SEPARATION)
            ended: list[Fact] = [StandInEnded(each.id) for each in person.stand_ins]
            withdrawn: list[Fact] = [ProgramWithdrawn(each.token_id) for each in person.programs]
            return [*ended, *withdrawn, PersonLeft(person.epoch + 1)]
        case Left(), Return(unit, roles):
            _separate(roles)
            return [PersonReturned(unit, _sorted(roles))]
        case Serving(), EndSessions():
            return [SessionsEnded(person.epoch + 1)]
        case Serving(), ArrangeStandIn():
            return _arranged(person, command)
        case Serving(), BeginStandIn(id_):
            return [StandInBegan(id_)] if any(each.id == id_ and not each.begun for each in person.stand_ins) else []
        case Serving(), EndStandIn(id_):
            return [StandInEnded(id_)] if any(each.id == id_ for each in person.stand_ins) else []
        case (Left() | Erased()), (BeginStandIn() | EndStandIn()):
            return []
        case Serving(), GrantProgram(token_id, roles, expires_at):
            if not roles or not roles <= person.roles:
                raise Refused("程序只能用本人已有的角色，至少选一个", SEPARATION)
            return [ProgramGranted(token_id, _sorted(roles), expires_at)]
        case Serving(), WithdrawProgram(token_id):
            return [ProgramWithdrawn(token_id)] if any(each.token_id == token_id for each in person.programs) else []
        case Left(), Erase():
            return [PersonErased()]
        case Serving(), Erase():
            raise Refused("在任人员的资料还要用，请先办理离任", "个人信息保护法第四十七条")
        case Serving(), (Join() | Return()):
            raise Refused("此人已经在任")
        case (Left() | Erased()), _:
            raise Refused("此人已经离任，请先办理重新到任" if isinstance(person, Left) else "此人的资料已经依法删除")
        case _:
            raise Refused("没有登记过这个人")


def _arranged(person: Serving, command: ArrangeStandIn) -> list[Fact]:
    away = command.away
    if command.away_id == command.person_id:
        raise Refused("不能由本人代理本人")
    if not isinstance(away, Serving) or away.organ_id != person.organ_id:
        raise Refused("只能代理本单位在任人员的职责")
    if command.to_on < command.from_on:
        raise Refused("结束日期早于开始日期")
    if command.to_on < command.today:
        raise Refused("结束日期已经过去")
    if (command.to_on - command.from_on).days >= LONGEST_STAND_IN_DAYS:
        raise Refused("代理最长一年，时间更长的请直接调整角色")
    if ADMINISTRATOR in person.roles:
        raise Refused("系统管理员不能代行审核和发布职责", SEPARATION)
    if not away.roles - WITH_ADMINISTRATOR:
        raise Refused("系统管理员的权限不能代理，请另行指定一位管理员", SEPARATION)
    for each in person.stand_ins:
        if each.away_id == command.away_id and each.from_on <= command.to_on and command.from_on <= each.to_on:
            raise Refused("这段时间已经安排过由此人代理")
    return [StandInArranged(command.id, command.away_id, command.from_on, command.to_on)]


def _separate(roles: frozenset[str]) -> None:
    if ADMINISTRATOR in roles and roles - WITH_ADMINISTRATOR:
        raise Refused("系统管理员不能同时担任起草、审核、发布或者督查角色", SEPARATION)


def _sorted(roles: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(roles))


# evolve


def evolve(person: Person, fact: Fact) -> Person:
    match fact:
        case PersonJoined(organ_id, unit, roles):
            return Serving(organ_id, unit, frozenset(roles))
        case PersonReturned(unit, roles):
            assert isinstance(person, Left)  # noqa: S101  facts already happened in this order
            return Serving(person.organ_id, unit, frozenset(roles), person.epoch)
        case PersonErased():
            assert isinstance(person, Left)  # noqa: S101
            return Erased(person.organ_id, person.epoch)
        case _:
            assert isinstance(person, Serving)  # noqa: S101
            return _evolve_serving(person, fact)


def _evolve_serving(
    person: Serving,
    fact: RolesChanged | UnitChanged | PersonLeft | SessionsEnded | StandInArranged | StandInBegan | StandInEnded
    | ProgramGranted | ProgramWithdrawn,
) -> Person:  # fmt: skip
    match fact:
        case RolesChanged(roles):
            held = frozenset(roles)
            # A program never keeps a role that its person lost.
            programs = tuple(replace(each, roles=each.roles & held) for each in person.programs)
            return replace(person, roles=held, programs=programs)
        case UnitChanged(unit):
            return replace(person, unit=unit)
        case PersonLeft(epoch):
            return Left(person.organ_id, person.unit, epoch)
        case SessionsEnded(epoch):
            return replace(person, epoch=epoch)
        case StandInArranged(id_, away_id, from_on, to_on):
            return replace(person, stand_ins=(*person.stand_ins, StandIn(id_, away_id, from_on, to_on)))
        case StandInBegan(id_):
            begun = tuple(replace(each, begun=True) if each.id == id_ else each for each in person.stand_ins)
            return replace(person, stand_ins=begun)
        case StandInEnded(id_):
            return replace(person, stand_ins=tuple(each for each in person.stand_ins if each.id != id_))
        case ProgramGranted(token_id, roles, expires_at):
            return replace(person, programs=(*person.programs, Program(token_id, frozenset(roles), expires_at)))
        case ProgramWithdrawn(token_id):
            return replace(person, programs=tuple(each for each in person.programs if each.token_id != token_id))
        case _:
            assert_never(fact)
