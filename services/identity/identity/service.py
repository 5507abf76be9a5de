"""The one road into the domain: load, decide, record; read models and what others hear are in the same change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from typing import Final
from uuid import UUID

from gongkai.contracts.identity import OrganDescribed
from gongkai.runtime.calendars import keep_notice
from gongkai.runtime.errors import ChangedMeanwhile, Forbidden, Invalid, NotFound
from gongkai.runtime.kit import Kit
from gongkai.runtime.tx import Due, Tx
from gongkai.statute.notices import Notice
from gongkai.web.filters import SHANGHAI, local_date
from gongkai.web.officers import keep_officer, keep_organ
from identity import store, wire
from identity.domain import (
    ArrangeStandIn,
    BeginStandIn,
    ChangeRoles,
    Command,
    EndStandIn,
    Erase,
    Fact,
    GrantProgram,
    Join,
    Leave,
    Person,
    PersonErased,
    ProgramGranted,
    ProgramWithdrawn,
    Return,
    Serving,
    StandInArranged,
    StandInEnded,
    WithdrawProgram,
    decide,
    evolve,
)
from identity.holidays import LoadNotice, id_of
from identity.holidays import decide as decide_on_notice
from identity.organ import DescribeOrgan, Founded, FoundOrgan, OrganCommand, OrganFounded, Profile, ShowSeal, faults
from identity.organ import decide as decide_on_organ
from identity.organ import evolve as evolve_organ
from identity.store import NOTICES, ORGANS, PEOPLE

STAND_IN_BEGINS: Final = "stand-in-begins"
STAND_IN_ENDS: Final = "stand-in-ends"
PROGRAM_ENDS: Final = "program-ends"
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class People:
    """Commands on people. What a caller may do is checked at the door, what the law allows in the domain."""

    kit: Kit

    async def load(self, tx: Tx, person_id: UUID, organ_id: UUID) -> tuple[Person, int]:
        """Load a person of this organ; others do not exist for the caller."""
        person, version = await tx.load(PEOPLE, person_id)
        if version == 0 or getattr(person, "organ_id", None) != organ_id:
            raise NotFound("本单位没有这个人")
        return person, version

    async def perform(
        self, tx: Tx, person_id: UUID, command: Command, *, seen: int | None = None
    ) -> tuple[Person, int]:
        """Carry out one command. `seen` is the version the caller looked at: `ChangedMeanwhile` if it moved."""
        before, version = await tx.load(PEOPLE, person_id)
        if seen is not None and seen != version:
            raise ChangedMeanwhile("这个人的登记刚被别人改过，请先看最新的再改")
        facts = decide(before, command)
        if not facts:
            return before, version
        version = await tx.record(PEOPLE, person_id, version, facts)
        person = reduce(evolve, facts, before)
        await store.keep_person(tx, person_id, person, version)
        await self._follow(tx, person_id, facts)
        event = wire.officer_changed(person_id, person, version)
        if event is not None and any(wire.tells(fact) for fact in facts):
            tx.tell(event)
            await keep_officer(tx, event)
        return person, version

    async def join(self, tx: Tx, person_id: UUID, organ_id: UUID, unit: str, roles: frozenset[str]) -> None:
        await self.perform(tx, person_id, Join(organ_id, unit, roles))

    async def change_roles(self, tx: Tx, person_id: UUID, roles: frozenset[str], *, seen: int | None = None) -> None:
        others = await self._other_administrators(tx, person_id)
        await self.perform(tx, person_id, ChangeRoles(roles, others), seen=seen)

    async def leave(self, tx: Tx, person_id: UUID, *, seen: int | None = None) -> None:
        """Let a person leave: sessions, programs and stand-ins end; so do the stand-ins that others do for them."""
        others = await self._other_administrators(tx, person_id)
        await self.perform(tx, person_id, Leave(others), seen=seen)
        for row in await store.stand_ins_of(tx.db, person_id):
            await self.perform(tx, row.person_id, EndStandIn(row.id))

    async def return_(self, tx: Tx, person_id: UUID, unit: str, roles: frozenset[str]) -> None:
        await self.perform(tx, person_id, Return(unit, roles))

    async def arrange_stand_in(self, tx: Tx, person_id: UUID, away_id: UUID, from_on: date, to_on: date) -> UUID:
        """Let `person_id` do the duty of `away_id` for some days; begins at once when the first day is today."""
        away, _ = await tx.load(PEOPLE, away_id)
        today = local_date(tx.now)
        stand_in_id = tx.new_id()
        command = ArrangeStandIn(stand_in_id, person_id, away_id, away, from_on, to_on, today)
        await self.perform(tx, person_id, command)
        if from_on <= today:
            await self.perform(tx, person_id, BeginStandIn(stand_in_id))
        return stand_in_id

    async def end_stand_in(self, tx: Tx, person_id: UUID, stand_in_id: UUID) -> None:
        await self.perform(tx, person_id, EndStandIn(stand_in_id))

    async def erase(self, tx: Tx, person_id: UUID) -> None:
        """Erase who the person was; what the person did stays, under a number that leads nowhere."""
        await self.perform(tx, person_id, Erase())

    async def begin_due_stand_in(self, tx: Tx, due: Due) -> None:
        await self.perform(tx, UUID(due.payload["person_id"]), BeginStandIn(UUID(due.subject)))

    async def end_due_stand_in(self, tx: Tx, due: Due) -> None:
        await self.perform(tx, UUID(due.payload["person_id"]), EndStandIn(UUID(due.subject)))

    async def grant_program(
        self, tx: Tx, person_id: UUID, purpose: str, roles: frozenset[str], ttl: timedelta
    ) -> tuple[UUID, str]:
        """Let a program act in a person's name; the token is shown once and not kept."""
        token_id, expires_at = tx.new_id(), tx.now + ttl
        person, _ = await self.perform(tx, person_id, GrantProgram(token_id, roles, expires_at))
        if not isinstance(person, Serving):
            raise NotFound
        row = store.ProgramRow(token_id, person_id, purpose, tuple(sorted(roles)), tx.now, expires_at, None)
        await store.keep_program(tx, row, person.organ_id)
        token = self.kit.tokens.issue_program(person_id, person.organ_id, person.epoch, ttl, tx.now, token_id)
        return token_id, token

    async def withdraw_program(self, tx: Tx, token_id: UUID, organ_id: UUID) -> None:
        row = await store.program(tx.db, token_id, organ_id)
        if row is None:
            raise NotFound("没有这个令牌")
        await self.perform(tx, row.person_id, WithdrawProgram(token_id))

    async def withdraw_due_program(self, tx: Tx, due: Due) -> None:
        await self.perform(tx, UUID(due.payload["person_id"]), WithdrawProgram(UUID(due.subject)))

    async def _other_administrators(self, tx: Tx, person_id: UUID) -> int:
        person, _ = await tx.load(PEOPLE, person_id)
        if not isinstance(person, Serving):
            return 0
        return await store.other_administrators(tx, person.organ_id, person_id)

    async def _follow(self, tx: Tx, person_id: UUID, facts: Sequence[Fact]) -> None:
        """Do what must follow from facts inside this service: clocks, the list of programs, the vault."""
        for fact in facts:
            match fact:
                case StandInArranged(id=id_, from_on=from_on, to_on=to_on):
                    payload = {"person_id": str(person_id)}
                    await tx.set_clock(Due(STAND_IN_BEGINS, str(id_), midnight(from_on), payload))
                    await tx.set_clock(Due(STAND_IN_ENDS, str(id_), midnight(to_on + DAY), payload))
                case StandInEnded(id=id_):
                    await tx.stop_clock(STAND_IN_BEGINS, str(id_))
                    await tx.stop_clock(STAND_IN_ENDS, str(id_))
                case ProgramGranted(token_id=token_id, expires_at=expires_at):
                    payload = {"person_id": str(person_id)}
                    await tx.set_clock(Due(PROGRAM_ENDS, str(token_id), expires_at, payload))
                case ProgramWithdrawn(token_id=token_id):
                    await store.withdraw_programs(tx, [token_id])
                    await tx.stop_clock(PROGRAM_ENDS, str(token_id))
                case PersonErased():
                    await self.kit.vault.erase(tx.db, person_id, tx.now)
                    await tx.db.execute(store.SQL["forget_account"], person_id)
                    await tx.db.execute(store.SQL["spend_code"], person_id)
                case _:
                    pass


@dataclass(frozen=True, slots=True)
class Organs:
    """Commands on organs."""

    async def found(self, tx: Tx, organ_id: UUID, profile: Profile) -> OrganDescribed:
        return await self._perform(tx, organ_id, FoundOrgan(profile), None)

    async def describe(
        self, tx: Tx, organ_id: UUID, profile: Profile, *, seen: int | None = None
    ) -> OrganDescribed:
        return await self._perform(tx, organ_id, DescribeOrgan(profile), seen)

    async def show_seal(self, tx: Tx, organ_id: UUID, seal: str) -> OrganDescribed:
        """Show another picture of the seal, or none when it is empty."""
        return await self._perform(tx, organ_id, ShowSeal(seal), None)

    async def profile(self, tx: Tx, organ_id: UUID) -> tuple[Profile, int]:
        organ, version = await tx.load(ORGANS, organ_id)
        if not isinstance(organ, Founded):
            raise NotFound("没有登记过这个单位")
        return organ.profile, version

    async def _perform(
        self, tx: Tx, organ_id: UUID, command: OrganCommand, seen: int | None
    ) -> OrganDescribed:
        if not isinstance(command, ShowSeal) and (wrong := faults(command.profile)):
            raise Invalid(wrong)
        organ, version = await tx.load(ORGANS, organ_id)
        if seen is not None and seen != version:
            raise ChangedMeanwhile("单位信息刚被别人改过，请先看最新的再改")
        facts = decide_on_organ(organ, command)
        founded = next((fact for fact in facts if isinstance(fact, OrganFounded)), None)
        if founded is not None and await store.slug_taken(tx.db, founded.profile.slug, organ_id):
            raise Invalid([("slug", "这个网址简称已经有单位用了，请换一个")])
        version = await tx.record(ORGANS, organ_id, version, facts)
        organ = reduce(evolve_organ, facts, organ)
        event = wire.organ_described(organ_id, organ, version)
        if event is None:
            raise NotFound("没有登记过这个单位")
        if facts:
            tx.tell(event)
            await keep_organ(tx, event)
        return event


@dataclass(frozen=True, slots=True)
class Holidays:
    """Holiday notices. One calendar holds for the whole installation, and so does one notice."""

    kit: Kit

    async def load(self, tx: Tx, organ_id: UUID | None, notice: Notice) -> bool:
        """Load a notice; False when it says nothing new. Every service hears of it and counts again.

        `organ_id` is that of the officer; the operator of the installation has none.
        """
        if organ_id is not None and organ_id != await store.first_organ(tx.db):
            raise Forbidden("放假安排对各单位都有效，由最先设置本系统的单位载入", "calendar.edit")
        known, version = await tx.load(NOTICES, id_of(notice.year))
        facts = decide_on_notice(known, LoadNotice(notice, local_date(tx.now)))
        for fact in facts:
            version = await tx.record(NOTICES, id_of(notice.year), version, [fact])
            event = wire.holiday_notice_loaded(fact, version)
            tx.tell(event)
            await keep_notice(self.kit, tx, event)
        return bool(facts)


def midnight(day: date) -> datetime:
    """Return the first instant of a legal date."""
    return datetime.combine(day, time(), SHANGHAI)
