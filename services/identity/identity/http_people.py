"""The JSON API of people and program tokens: for administrators, and for programs in an administrator's name."""

from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from gongkai.runtime.errors import Forbidden, NotFound
from gongkai.runtime.kit import Kit
from gongkai.web.session import Officer, require
from identity import store
from identity.cards import Card
from identity.desk import Desk
from identity.domain import MoveUnit
from identity.inputs import NewPersonInput, PersonChange, ProgramInput, ReturnInput, StandInInput
from identity.store import PersonRow, State

Manager = Annotated[Officer, Depends(require("person.manage"))]
Reader = Annotated[Officer, Depends(require("person.see"))]
Issuer = Annotated[Officer, Depends(require("token.issue"))]


class PersonView(BaseModel):
    """A person in lists: the name, but neither telephone nor e-mail."""

    person_id: UUID
    name: str
    unit: str
    roles: list[str]
    state: State
    version: int
    has_password: bool
    joined_at: datetime
    left_at: datetime | None
    signed_in_at: datetime | None


class StandInView(BaseModel):
    id: UUID
    person_id: UUID
    away_id: UUID
    from_on: date
    to_on: date
    begun: bool


class PersonPage(PersonView):
    """One person with the card; reading it is recorded."""

    card: Card | None
    stand_ins: list[StandInView]


class PeoplePage(BaseModel):
    people: list[PersonView]
    total: int


class NewPerson(BaseModel):
    person_id: UUID
    one_time_code: str = Field(description="to be handed over in person; empty when a password was given")


class OneTimeCode(BaseModel):
    one_time_code: str


class StandInMade(BaseModel):
    id: UUID


class ProgramMade(BaseModel):
    token_id: UUID
    token: str = Field(description="shown once; not kept")


class ProgramView(BaseModel):
    token_id: UUID
    person_id: UUID
    purpose: str
    roles: list[str]
    issued_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None


def view(row: PersonRow, name: str) -> PersonView:
    return PersonView(
        person_id=row.person_id, name=name, unit=row.unit, roles=list(row.roles), state=row.state,
        version=row.version, has_password=row.has_password, joined_at=row.joined_at, left_at=row.left_at,
        signed_in_at=row.signed_in_at,
    )


async def change_person(desk: Desk, officer: Officer, person_id: UUID, change: PersonChange) -> None:
    """Change card, unit and roles in one transaction."""
    async with desk.kit.transaction(actor=officer.actor) as tx:
        await desk.people.load(tx, person_id, officer.organ_id)
        if change.roles is not None:
            await desk.people.change_roles(tx, person_id, frozenset(change.roles), seen=change.version)
        if change.unit is not None:
            seen = change.version if change.roles is None else None
            await desk.people.perform(tx, person_id, MoveUnit(change.unit), seen=seen)
        if change.card is not None:
            await desk.cards.keep(tx, person_id, change.card)


async def own_person(kit: Kit, officer: Officer, person_id: UUID) -> PersonRow:
    async with kit.reading() as db:
        row = await store.person(db, person_id)
    if row is None or row.organ_id != officer.organ_id:
        raise NotFound("本单位没有这个人")
    return row


async def programs_of(kit: Kit, officer: Officer) -> list[store.ProgramRow]:
    async with kit.reading() as db:
        rows = await store.programs(db, officer.organ_id)
    return [row for row in rows if row.person_id == officer.person_id or officer.may("token.manage")]


async def issue_program(desk: Desk, officer: Officer, body: ProgramInput) -> tuple[UUID, str]:
    """Issue a token in the caller's own name. A program cannot make programs."""
    if officer.program:
        raise Forbidden("程序不能发放令牌，请本人登录后办理", "token.issue")
    async with desk.kit.transaction(actor=officer.actor) as tx:
        return await desk.people.grant_program(
            tx, officer.person_id, body.purpose, frozenset(body.roles), timedelta(days=body.days)
        )


async def withdraw_program(desk: Desk, officer: Officer, token_id: UUID) -> None:
    if token_id not in {row.token_id for row in await programs_of(desk.kit, officer)}:
        raise NotFound("没有这个令牌")
    async with desk.kit.transaction(actor=officer.actor) as tx:
        await desk.people.withdraw_program(tx, token_id, officer.organ_id)


def router(desk: Desk) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["people"])
    kit = desk.kit

    @routes.get("/people")
    async def people(
        officer: Reader, state: State | None = None, limit: Annotated[int, Query(ge=1, le=500)] = 200,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> PeoplePage:
        async with kit.reading() as db:
            rows, total = await store.people(db, officer.organ_id, state, limit=limit, offset=offset)
        names = await desk.cards.names([row.person_id for row in rows])
        return PeoplePage(people=[view(row, names[row.person_id]) for row in rows], total=total)

    @routes.post("/people", status_code=201)
    async def add_person(body: NewPersonInput, officer: Manager) -> NewPerson:
        person_id, code = await desk.accounts.add_person(
            officer.actor, officer.organ_id, Card.model_validate(body.model_dump()), body.unit, frozenset(body.roles),
            body.password, must_change=body.must_change,
        )
        return NewPerson(person_id=person_id, one_time_code=code)

    @routes.get("/people/{person_id}")
    async def person(person_id: UUID, officer: Manager) -> PersonPage:
        row = await own_person(kit, officer, person_id)
        async with kit.reading() as db:
            stand_ins = await store.stand_ins_of(db, person_id)
            card = None
            if row.card_item is not None:
                card = await desk.cards.read(db, person_id, who=str(officer.actor), why="manage people")
        names = await desk.cards.names([person_id])
        return PersonPage(
            **view(row, names[person_id]).model_dump(), card=card,
            stand_ins=[StandInView.model_validate(each, from_attributes=True) for each in stand_ins],
        )

    @routes.patch("/people/{person_id}", status_code=204)
    async def change(person_id: UUID, body: PersonChange, officer: Manager) -> None:
        await change_person(desk, officer, person_id, body)

    @routes.post("/people/{person_id}/leave", status_code=204)
    async def leave(person_id: UUID, officer: Manager) -> None:
        async with kit.transaction(actor=officer.actor) as tx:
            await desk.people.load(tx, person_id, officer.organ_id)
            await desk.people.leave(tx, person_id)

    @routes.post("/people/{person_id}/return", status_code=204)
    async def return_(person_id: UUID, body: ReturnInput, officer: Manager) -> None:
        async with kit.transaction(actor=officer.actor) as tx:
            await desk.people.load(tx, person_id, officer.organ_id)
            await desk.people.return_(tx, person_id, body.unit, frozenset(body.roles))

    @routes.post("/people/{person_id}/code", status_code=201)
    async def new_code(person_id: UUID, officer: Manager) -> OneTimeCode:
        """Make a one-time code with which the person sets a password."""
        return OneTimeCode(one_time_code=await desk.accounts.new_code(officer.actor, person_id, officer.organ_id))

    @routes.delete("/people/{person_id}/sessions", status_code=204)
    async def end_sessions(person_id: UUID, officer: Manager) -> None:
        await desk.accounts.end_sessions(officer.actor, person_id, officer.organ_id)

    @routes.delete("/people/{person_id}/card", status_code=204)
    async def erase(person_id: UUID, officer: Manager) -> None:
        """Erase who a person was, after leaving. It cannot be undone; what the person did stays in the register."""
        async with kit.transaction(actor=officer.actor) as tx:
            await desk.people.load(tx, person_id, officer.organ_id)
            await desk.people.erase(tx, person_id)
        desk.cards.forget(person_id)

    @routes.post("/stand-ins", status_code=201)
    async def arrange(body: StandInInput, officer: Manager) -> StandInMade:
        async with kit.transaction(actor=officer.actor) as tx:
            await desk.people.load(tx, body.person_id, officer.organ_id)
            await desk.people.load(tx, body.away_id, officer.organ_id)
            made = await desk.people.arrange_stand_in(tx, body.person_id, body.away_id, body.from_on, body.to_on)
        return StandInMade(id=made)

    @routes.delete("/people/{person_id}/stand-ins/{stand_in_id}", status_code=204)
    async def end_stand_in(person_id: UUID, stand_in_id: UUID, officer: Manager) -> None:
        async with kit.transaction(actor=officer.actor) as tx:
            await desk.people.load(tx, person_id, officer.organ_id)
            await desk.people.end_stand_in(tx, person_id, stand_in_id)

    @routes.get("/tokens")
    async def tokens(officer: Issuer) -> list[ProgramView]:
        """One's own programs; an administrator sees all of the organ."""
        rows = await programs_of(kit, officer)
        return [ProgramView.model_validate(row, from_attributes=True) for row in rows]

    @routes.post("/tokens", status_code=201)
    async def issue(body: ProgramInput, officer: Issuer) -> ProgramMade:
        token_id, token = await issue_program(desk, officer, body)
        return ProgramMade(token_id=token_id, token=token)

    @routes.delete("/tokens/{token_id}", status_code=204)
    async def withdraw(token_id: UUID, officer: Issuer) -> None:
        await withdraw_program(desk, officer, token_id)

    return routes
