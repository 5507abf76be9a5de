"""Which facts other services hear of: the organ as it stands, and what a person may do. Never who the person is."""

from typing import assert_never, get_args
from uuid import UUID

from gongkai.contracts.identity import (
    DaysOff,
    HolidayNoticeLoaded,
    OfficerChanged,
    OrganDescribed,
    ProgramGrant,
    Role,
    WorkedDay,
)
from identity.domain import (
    Erased,
    Fact,
    Left,
    Person,
    PersonErased,
    PersonJoined,
    PersonLeft,
    PersonReturned,
    ProgramGranted,
    ProgramWithdrawn,
    RolesChanged,
    Serving,
    SessionsEnded,
    StandInArranged,
    StandInBegan,
    StandInEnded,
    UnitChanged,
    Unknown,
)
from identity.holidays import NoticeLoaded
from identity.organ import Founded, Organ

ROLES: tuple[Role, ...] = get_args(Role)


def tells(fact: Fact) -> bool:
    """Tell whether others must hear that this happened. What is only arranged concerns nobody yet."""
    match fact:
        case (
            PersonJoined() | RolesChanged() | UnitChanged() | PersonLeft() | PersonReturned() | SessionsEnded()
            | StandInBegan() | StandInEnded() | ProgramGranted() | ProgramWithdrawn()
        ):  # fmt: skip
            return True
        case StandInArranged() | PersonErased():
            return False
        case _:
            assert_never(fact)


def officer_changed(person_id: UUID, person: Person, version: int) -> OfficerChanged | None:
    match person:
        case Unknown():
            return None
        case Serving():
            return OfficerChanged(
                person_id=person_id, organ_id=person.organ_id, version=version, roles=_known(person.roles),
                unit=person.unit, active=True, epoch=person.epoch, stands_in_for=person.stands_in_for,
                programs=tuple(
                    ProgramGrant(token_id=each.token_id, roles=_known(each.roles)) for each in person.programs
                ),
            )
        case Left(organ_id, unit, epoch):
            return OfficerChanged(
                person_id=person_id, organ_id=organ_id, version=version, roles=(), unit=unit, active=False,
                epoch=epoch,
            )
        case Erased(organ_id, epoch):
            return OfficerChanged(
                person_id=person_id, organ_id=organ_id, version=version, roles=(), active=False, epoch=epoch
            )
        case _:
            assert_never(person)


def organ_described(organ_id: UUID, organ: Organ, version: int) -> OrganDescribed | None:
    if not isinstance(organ, Founded):
        return None
    profile = organ.profile
    return OrganDescribed(
        organ_id=organ_id, version=version, name=profile.name, short_name=profile.short_name, slug=profile.slug,
        credit_code=profile.credit_code, openness_office=profile.openness_office, address=profile.address,
        hours=profile.hours, phones=profile.phones, fax=profile.fax, email=profile.email,
        site_code=profile.site_code, icp=profile.icp, government=profile.government,
        seal=profile.seal,
    )


def holiday_notice_loaded(fact: NoticeLoaded, version: int) -> HolidayNoticeLoaded:
    return HolidayNoticeLoaded(
        year=fact.year, version=version, number=fact.number, issued_on=fact.issued_on,
        off=tuple(DaysOff(name=block.name, first=block.first, last=block.last) for block in fact.off),
        make_up=tuple(WorkedDay(name=day.name, on=day.on) for day in fact.make_up),
    )


def _known(roles: frozenset[str]) -> tuple[Role, ...]:
    return tuple(role for role in ROLES if role in roles)
