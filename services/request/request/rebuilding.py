"""Makes the read models of cases again from the facts. What facts cannot make again is left alone."""

from dataclasses import dataclass
from uuid import UUID

from gongkai.runtime import register
from gongkai.runtime.tx import Tx
from request import codecs, keeping, laddering, librarying, objecting, tallies
from request.service import Desk


@dataclass(slots=True)
class Rebuilt:
    cases: int = 0


async def rebuild(tx: Tx, desk: Desk) -> Rebuilt:
    """Empty the read models and fill them from the register, in one transaction: readers see the old or the new."""
    done = Rebuilt()
    now = tx.now
    await keeping.empty_read_models(tx)
    await tallies.empty(tx)
    await laddering.rebuild(tx)
    await objecting.rebuild(tx, await keeping.aggregates(tx, "objection"))
    cases = await keeping.aggregates(tx, "case")
    for case_id in cases:
        await _case(tx, desk, case_id)
        done.cases += 1
    tx.now = now
    # The library needs the words in the vault, too: each case is taken by its own timer, and searchable until then.
    await librarying.keep_again(tx, cases)
    return done


async def _case(tx: Tx, desk: Desk, case_id: UUID) -> None:
    """Replay one case fact by fact, each at the moment at which it was recorded."""
    state = codecs.CASE.initial
    for recorded in await register.history(tx.db, codecs.CASE, case_id):
        tx.now = recorded.recorded_at
        state = codecs.CASE.evolve(state, recorded.fact)
        await desk.show(tx, case_id, recorded.version - 1, state, [recorded.fact], _person(recorded.actor))


def _person(actor: str) -> UUID | None:
    """Return the person of an actor as the register writes it, such as `person:<id>`; none for the system."""
    kind, _, person = actor.partition(":")
    return UUID(person) if kind in {"person", "program"} else None
