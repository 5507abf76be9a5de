"""Cases that are handled in another one of the same applicant: taken in, answered with it, or handled alone again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from gongkai.runtime.tx import Tx
from gongkai.statute.legal_day import legal_date
from request import store
from request.domain import commands as c
from request.domain import facts as f

if TYPE_CHECKING:
    from request.service import Desk

ATTENTION: Final = "request-separated"
#: How the case in which others are handled may end without an answer, and what that means for them.
ENDED_WITHOUT: Final[dict[type[f.Fact], str]] = {
    f.WithdrawnByApplicant: "并入的那一件已经撤回，本件恢复单独办理。",
    f.CorrectionLapsed: "并入的那一件逾期未补正，不再处理，本件恢复单独办理。",
    f.FeeLapsed: "并入的那一件逾期未缴费，不再处理，本件恢复单独办理。",
    f.MattersSplit: "并入的那一件已经拆分为几件，本件恢复单独办理。",
}


async def join(
    desk: "Desk", tx: Tx, case_id: UUID, lead: UUID, reason: str, by: UUID, organ_id: UUID, seen: int | None = None
) -> None:
    """Let one case be handled in another; both are held, so that neither ends or moves meanwhile."""
    await store.hold_cases(tx, [case_id, lead])
    loaded = await desk.load(tx, case_id, organ_id, seen)
    into = await desk.load(tx, lead, organ_id)
    await desk.decide_on(tx, loaded, c.JoinInto(case_id, lead, into.case, reason, by))


async def follow(desk: "Desk", tx: Tx, case_id: UUID, facts: Sequence[f.Fact]) -> None:
    """Bring what was joined into this case back to handling when it ends without an answer."""
    why = next((ENDED_WITHOUT[type(fact)] for fact in facts if type(fact) in ENDED_WITHOUT), None)
    if why is None:
        return
    for joined in await store.joined_into(tx, case_id):
        await desk.perform(tx, joined, c.Separate(why, None, legal_date(tx.now)))
        await store.raise_attention(tx, joined, ATTENTION, why)


async def answer(desk: "Desk", tx: Tx, case_id: UUID, letter: UUID, answered: f.Answered) -> list[UUID]:
    """Let the answer of a case answer what is joined into it, and what is joined into that; returns which ones."""
    done: list[UUID] = []
    waiting = [case_id]
    while waiting:
        for joined in await store.joined_into(tx, waiting.pop()):
            command = c.AnswerJoined(
                case_id, letter, answered.row, answered.decisions, answered.answered_on, legal_date(tx.now)
            )
            await desk.perform(tx, joined, command)
            done.append(joined)
            waiting.append(joined)
    return done
