"""The ladder of approval of each organ: set as a fact, kept as a row, asked for when a reply is drafted."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from gongkai.runtime import register
from gongkai.runtime.errors import ChangedMeanwhile
from gongkai.runtime.sql import queries
from gongkai.runtime.tx import Tx
from gongkai.statute.legal_day import legal_date
from request import keeping
from request.codecs import LADDER
from request.domain.ladder import Practice
from request.domain.laddering import LadderSet, SetLadder, decide

SQL: Final = queries("request", "laddering.sql")


@dataclass(frozen=True, slots=True)
class Standing:
    """What an organ has: the rungs of today, what was set so far, and how often it was set."""

    rungs: tuple[str, ...]
    settings: list[dict[str, Any]]
    version: int


@dataclass(frozen=True, slots=True)
class Laddering:
    usual: Practice

    @property
    def usual_rungs(self) -> tuple[str, ...]:
        return tuple(rung.key for rung in self.usual.ladder)

    async def set_to(
        self, tx: Tx, organ_id: UUID, rungs: tuple[str, ...], from_on: date, reason: str, by: UUID,
        seen: int | None = None,
    ) -> None:  # fmt: skip
        """Set the rungs that drafts climb from a day on; `seen` is how often it was set when the caller looked."""
        ladders, version = await tx.load(LADDER, organ_id)
        if seen is not None and seen != version:
            raise ChangedMeanwhile("审批层级刚有人调整过，请看过最新情况再改")
        command = SetLadder(rungs, from_on, reason, by, legal_date(tx.now))
        facts = decide(ladders, command, self.usual_rungs)
        await tx.record(LADDER, organ_id, version, facts)
        for at, fact in enumerate(facts, 1):
            await _keep(tx, organ_id, version + at, fact)

    async def standing(self, db: Any, organ_id: UUID, today: date) -> Standing:
        settings = [dict(row) for row in await db.fetch(SQL["settings"], organ_id)]
        rungs = await in_force(db, organ_id, today)
        return Standing(rungs or self.usual_rungs, settings, len(settings))


async def in_force(db: Any, organ_id: UUID, day: date) -> tuple[str, ...]:
    """Return the rungs that an organ has set for drafts of a day; none where it follows the installation."""
    rungs: list[str] | None = await db.fetchval(SQL["in_force"], organ_id, day)
    return tuple(rungs or ())


async def rebuild(tx: Tx) -> None:
    """Make the rows again from the facts, each with the moment at which it was set."""
    now = tx.now
    await tx.db.execute(SQL["empty"])
    for organ_id in await keeping.aggregates(tx, LADDER.aggregate):
        for recorded in await register.history(tx.db, LADDER, organ_id):
            tx.now = recorded.recorded_at
            await _keep(tx, organ_id, recorded.version, recorded.fact)
    tx.now = now


async def _keep(tx: Tx, organ_id: UUID, version: int, fact: LadderSet) -> None:
    await tx.db.execute(
        SQL["keep"], organ_id, version, list(fact.rungs), fact.from_on, fact.reason, fact.by, tx.now
    )
