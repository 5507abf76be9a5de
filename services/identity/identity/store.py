"""People, accounts, programs and notices in PostgreSQL. The only module of this service that knows SQL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from gongkai.runtime.register import Codec
from gongkai.runtime.sql import Connection, queries
from gongkai.runtime.tx import Tx
from identity import domain, holidays, organ
from identity.domain import Erased, Fact, Left, Person, Serving
from identity.holidays import Arrangement, NoticeLoaded
from identity.organ import Organ, OrganFact

SQL: Final = queries("identity")
PEOPLE: Final[Codec[Person, Fact]] = Codec("person", Fact, domain.INITIAL, domain.evolve)
ORGANS: Final[Codec[Organ, OrganFact]] = Codec("organ", OrganFact, organ.INITIAL, organ.evolve)
NOTICES: Final[Codec[Arrangement, NoticeLoaded]] = Codec(
    "holiday-notice", NoticeLoaded, holidays.INITIAL, holidays.evolve
)

State = Literal["serving", "left", "erased"]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as lists show them, still without a name."""

    person_id: UUID
    organ_id: UUID
    unit: str
    roles: tuple[str, ...]
    state: State
    epoch: int
    version: int
    joined_at: datetime
    left_at: datetime | None
    card_item: UUID | None
    has_password: bool
    signed_in_at: datetime | None
    must_change: bool = False
    mail_notices: bool = False
    has_email: bool = False


@dataclass(frozen=True, slots=True)
class StandInRow:
    id: UUID
    person_id: UUID
    away_id: UUID
    from_on: date
    to_on: date
    begun: bool


@dataclass(frozen=True, slots=True)
class AccountRow:
    person_id: UUID
    organ_id: UUID
    epoch: int
    serving: bool
    password_item: UUID | None
    must_change: bool


@dataclass(frozen=True, slots=True)
class ProgramRow:
    token_id: UUID
    person_id: UUID
    purpose: str
    roles: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None


async def keep_person(tx: Tx, person_id: UUID, person: Person, version: int) -> None:
    """Bring the read model in line with the state."""
    match person:
        case Serving(organ_id, unit, roles, epoch):
            row: tuple[Any, ...] = (organ_id, unit, sorted(roles), "serving", epoch)
        case Left(organ_id, unit, epoch):
            row = (organ_id, unit, [], "left", epoch)
        case Erased(organ_id, epoch):
            row = (organ_id, "", [], "erased", epoch)
        case _:
            return
    await tx.db.execute(SQL["keep_person"], person_id, *row, version, tx.now)
    await tx.db.execute(SQL["forget_stand_ins"], person_id)
    if isinstance(person, Serving):
        for each in person.stand_ins:
            await tx.db.execute(
                SQL["keep_stand_in"], each.id, person_id, each.away_id, each.from_on, each.to_on, each.begun
            )


async def other_administrators(tx: Tx, organ_id: UUID, person_id: UUID) -> int:
    await tx.db.execute(SQL["lock_administrators"], str(organ_id))
    return int(await tx.db.fetchval(SQL["other_administrators"], organ_id, person_id))


async def any_administrator(db: Connection) -> bool:
    return bool(await db.fetchval(SQL["any_administrator"]))


async def first_organ(db: Connection) -> UUID | None:
    found: UUID | None = await db.fetchval(SQL["first_organ"])
    return found


async def slug_taken(db: Connection, slug: str, organ_id: UUID) -> bool:
    return await db.fetchval(SQL["slug_taken"], slug, organ_id) is not None


async def people(
    db: Connection, organ_id: UUID, state: State | None, *, limit: int, offset: int
) -> tuple[list[PersonRow], int]:
    rows = await db.fetch(SQL["people"], organ_id, state, limit, offset)
    return [_person(row) for row in rows], int(await db.fetchval(SQL["count_people"], organ_id, state))


async def person(db: Connection, person_id: UUID) -> PersonRow | None:
    row = await db.fetchrow(SQL["person"], person_id)
    return None if row is None else _person(row)


def _person(row: Any) -> PersonRow:
    kept = dict(row)
    return PersonRow(**{**kept, "roles": tuple(kept["roles"])})


async def cards(db: Connection, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    rows = await db.fetch(SQL["cards"], list(ids))
    return {row["person_id"]: row["card_item"] for row in rows}


async def units(db: Connection, organ_id: UUID) -> list[str]:
    return [row["unit"] for row in await db.fetch(SQL["units"], organ_id)]


async def stand_ins_of(db: Connection, person_id: UUID) -> list[StandInRow]:
    return [StandInRow(*row.values()) for row in await db.fetch(SQL["stand_ins_of"], person_id)]


async def account_by_login(db: Connection, login_key: bytes) -> AccountRow | None:
    row = await db.fetchrow(SQL["account_by_login"], login_key)
    return None if row is None else AccountRow(**dict(row))


async def login_taken(db: Connection, login_key: bytes, person_id: UUID) -> bool:
    return await db.fetchval(SQL["login_taken"], login_key, person_id) is not None


async def keep_program(tx: Tx, row: ProgramRow, organ_id: UUID) -> None:
    await tx.db.execute(
        SQL["keep_program"], row.token_id, row.person_id, organ_id, row.purpose, list(row.roles), row.issued_at,
        row.expires_at,
    )


async def withdraw_programs(tx: Tx, token_ids: Sequence[UUID]) -> None:
    await tx.db.execute(SQL["withdraw_programs"], list(token_ids), tx.now)


async def programs(db: Connection, organ_id: UUID) -> list[ProgramRow]:
    return [_program(row) for row in await db.fetch(SQL["programs"], organ_id)]


async def program(db: Connection, token_id: UUID, organ_id: UUID) -> ProgramRow | None:
    row = await db.fetchrow(SQL["program"], token_id)
    return None if row is None or row["organ_id"] != organ_id else _program(row)


def _program(row: Any) -> ProgramRow:
    return ProgramRow(
        row["token_id"], row["person_id"], row["purpose"], tuple(row["roles"]), row["issued_at"],
        row["expires_at"], row["withdrawn_at"],
    )


async def aggregates(tx: Tx, kind: str) -> list[UUID]:
    """Return the ids of one kind of aggregate, in the order in which they began."""
    return [row["aggregate_id"] for row in await tx.db.fetch(SQL["aggregates"], kind)]


async def lock_read_models(tx: Tx) -> None:
    """Let writers wait until this transaction is over; readers go on."""
    await tx.db.execute(SQL["lock_read_models"])


async def empty_read_models(tx: Tx, people: Sequence[UUID]) -> None:
    """Take away every row that facts can make again. Whom no fact knows may do nothing any more."""
    for name in ("empty_stand_ins", "empty_officers", "empty_organs", "empty_holiday_notices"):
        await tx.db.execute(SQL[name])
    await tx.db.execute(SQL["unknown_people"], list(people), tx.now)
    await tx.db.execute(SQL["restart_people"], list(people))
    await tx.db.execute(SQL["restart_programs"])


async def restore_program(tx: Tx, row: ProgramRow, organ_id: UUID) -> None:
    await tx.db.execute(
        SQL["restore_program"], row.token_id, row.person_id, organ_id, row.purpose, list(row.roles), row.issued_at,
        row.expires_at,
    )
