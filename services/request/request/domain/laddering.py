"""Each organ's ladder of approval: set by a fact with the day from which drafts climb it. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from gongkai.statute.refusal import Refused
from request.domain.ladder import ALL_RUNGS
from request.domain.law import cite


@dataclass(frozen=True, slots=True)
class SetLadder:
    """The openness office wants drafts made from a day on to climb these rungs, in this order."""

    rungs: tuple[str, ...]
    from_on: date
    reason: str
    by: UUID
    today: date


@dataclass(frozen=True, slots=True)
class LadderSet:
    """Drafts made on or after `from_on` climb these rungs; drafts made before keep theirs."""

    rungs: tuple[str, ...]
    from_on: date
    reason: str
    by: UUID


@dataclass(frozen=True, slots=True)
class Ladders:
    """What an organ has set so far, in the order in which it was set."""

    settings: tuple[LadderSet, ...] = ()

    def on(self, day: date) -> LadderSet | None:
        """Return the setting of a day: the one with the latest beginning, of two with the same the later word."""
        begun = [one for one in reversed(self.settings) if one.from_on <= day]
        # Of several largest ones `max` returns the first: here the one that was set last.
        return max(begun, key=lambda one: one.from_on, default=None)


INITIAL: Final = Ladders()


def decide(ladders: Ladders, command: SetLadder, usual: tuple[str, ...]) -> list[LadderSet]:
    """Return what is set, or refuse. `usual` is the ladder of this installation, climbed where nothing is set."""
    unknown = [key for key in command.rungs if key not in ALL_RUNGS]
    if unknown or not command.rungs:
        raise Refused("审批层级至少有一级，每一级都应当是可以选用的。", cite("A45"))
    if len(set(command.rungs)) < len(command.rungs):
        raise Refused("同一级不能写两次。", cite("A45"))
    if command.from_on < command.today:
        raise Refused("开始的日期不能早于今天：已经起草的答复按起草时的层级审批。", cite("A45"))
    if not command.reason.strip():
        raise Refused("须写明调整审批层级的理由。", cite("A45"))
    now = ladders.on(command.from_on)
    if command.rungs == (now.rungs if now else usual):
        raise Refused("到那一天本来就是这样审批，没有变化。", cite("A45"))
    return [LadderSet(command.rungs, command.from_on, command.reason.strip(), command.by)]


def evolve(ladders: Ladders, fact: LadderSet) -> Ladders:
    return Ladders((*ladders.settings, fact))
