"""What is looked at by itself after a change, outside its transaction: what a case teaches, what asks for the same."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from gongkai.runtime.tx import Due, Tx
from gongkai.statute.articles import ARTICLES
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import Case, file_of
from request.library.neutral import refuse_personal

TEACH: Final = "request-library"
COMPARE: Final = "request-duplicates"
_FOLLOWED_BY: Final[tuple[tuple[str, tuple[type[f.Fact], ...], str], ...]] = (
    (
        TEACH,
        (
            f.Answered, f.Archived, f.WithdrawnByApplicant, f.CorrectionLapsed, f.FeeLapsed, f.RoundOpened,
            f.RemedyFiled, f.RemedyDecided, f.ConversionReviewed, f.ConversionPublished, f.MarkedTypical, f.TopicNamed,
        ),
        "",
    ),
    (COMPARE, (f.Registered, f.TopicNamed, f.CorrectionReceived), ARTICLES["A36"].citation),
)  # fmt: skip


async def follow(tx: Tx, case_id: UUID, version: int, facts: Sequence[f.Fact]) -> None:
    """Set the clocks of what follows these facts; each fires once, also after any restart.

    Every version of a case sets clocks of its own: moving one that is just being fired would wait for its timer, and
    timers wait for the case that we hold.
    """
    for kind, touching, article in _FOLLOWED_BY:
        if any(isinstance(fact, touching) for fact in facts):
            await tx.set_clock(Due(kind, f"{case_id}/{version}", tx.now, article=article))


def case_of(due: Due) -> UUID:
    return UUID(due.subject.partition("/")[0])


def check(case: Case, command: c.Command) -> None:
    """Keep people out of what a typical case tells the superiors for good."""
    if isinstance(command, c.MarkTypical):
        file = file_of(case)
        refuse_personal(file.topic if file else "", "事由")
        refuse_personal(command.why, "典型之处")
