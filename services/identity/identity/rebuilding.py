"""Makes the read models of people, organs and notices again from the register.

What no fact holds is left alone: accounts, cards, passwords, what a program is for, waiting work.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from gongkai.runtime import calendars, register
from gongkai.runtime.kit import Kit
from gongkai.runtime.tx import Tx
from gongkai.web.officers import keep_officer, keep_organ
from identity import domain, organ, store, wire
from identity.domain import Erased, Person, ProgramGranted, ProgramWithdrawn, Serving
from identity.store import NOTICES, ORGANS, PEOPLE


@dataclass(slots=True)
class Rebuilt:
    people: int = 0
    organs: int = 0
    holiday_notices: int = 0


@dataclass(frozen=True, slots=True)
class Life:
    """One person as the register has it at the end, and when it last moved."""

    person: Person
    version: int
    at: datetime


async def rebuild(tx: Tx, kit: Kit) -> Rebuilt:
    """Fill the read models from facts, in one transaction: readers see the old or the new, and writers wait."""
    now = tx.now
    await store.lock_read_models(tx)
    people = await store.aggregates(tx, PEOPLE.aggregate)
    await store.empty_read_models(tx, people)
    lives = {person_id: await _life(tx, person_id) for person_id in people}
    for person_id, life in lives.items():
        # A stand-in names two people, so it is kept once both are there.
        tx.now = life.at
        await store.keep_person(tx, person_id, life.person, life.version)
    organs = await store.aggregates(tx, ORGANS.aggregate)
    for organ_id in organs:
        await _organ(tx, organ_id)
    notices = await store.aggregates(tx, NOTICES.aggregate)
    for notice_id in notices:
        await _notice(tx, kit, notice_id)
    tx.now = now
    return Rebuilt(len(people), len(organs), len(notices))


async def _life(tx: Tx, person_id: UUID) -> Life:
    """Replay one person change by change: facts of one moment were recorded together."""
    person, version, at = domain.INITIAL, 0, tx.now
    history = await register.history(tx.db, PEOPLE, person_id)
    for at, together in groupby(history, key=lambda recorded: recorded.recorded_at):
        tx.now = at
        facts = list(together)
        for recorded in facts:
            person, version = domain.evolve(person, recorded.fact), recorded.version
        alone = replace(person, stand_ins=()) if isinstance(person, Serving) else person
        await store.keep_person(tx, person_id, alone, version)
        for recorded in facts:
            await _program(tx, person_id, person, recorded.fact)
        event = wire.officer_changed(person_id, person, version)
        if event is not None and any(wire.tells(recorded.fact) for recorded in facts):
            await keep_officer(tx, event)
    if isinstance(person, Erased):
        await tx.db.execute(store.SQL["forget_account"], person_id)
    return Life(person, version, at)


async def _program(tx: Tx, person_id: UUID, person: Person, fact: domain.Fact) -> None:
    match fact, person:
        case ProgramGranted(token_id, roles, expires_at), Serving(organ_id=organ_id):
            row = store.ProgramRow(token_id, person_id, "用途没有留下", roles, tx.now, expires_at, None)
            await store.restore_program(tx, row, organ_id)
        case ProgramWithdrawn(token_id=token_id), _:
            await store.withdraw_programs(tx, [token_id])
        case _:
            pass


async def _organ(tx: Tx, organ_id: UUID) -> None:
    state: organ.Organ = organ.INITIAL
    for recorded in await register.history(tx.db, ORGANS, organ_id):
        state = organ.evolve(state, recorded.fact)
        event = wire.organ_described(organ_id, state, recorded.version)
        if event is not None:
            await keep_organ(tx, event)


async def _notice(tx: Tx, kit: Kit, notice_id: UUID) -> None:
    for recorded in await register.history(tx.db, NOTICES, notice_id):
        await calendars.keep_notice(kit, tx, wire.holiday_notice_loaded(recorded.fact, recorded.version))
