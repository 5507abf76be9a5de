"""How cases are kept: facts as JSON in the register."""

from typing import Final

from gongkai.runtime.register import Codec
from request.domain import facts, laddering
from request.domain.case import INITIAL, Case
from request.domain.evolve import evolve

CASE: Final[Codec[Case, facts.Fact]] = Codec("case", facts.Fact, INITIAL, evolve)
LADDER: Final[Codec[laddering.Ladders, laddering.LadderSet]] = Codec(
    "ladder", laddering.LadderSet, laddering.INITIAL, laddering.evolve
)
