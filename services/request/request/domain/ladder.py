"""The ladder of approval a reply climbs before it may be printed. Each organ sets its own rungs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from gongkai.statute import rules
from gongkai.statute.clock import DEFAULT_EDGES, Edges
from gongkai.statute.refusal import Refused
from gongkai.statute.terms import Term
from request.domain.file import Draft
from request.domain.law import cite
from request.domain.values import Row

GRANTED: Final[frozenset[Row]] = frozenset({"g"})


@dataclass(frozen=True, slots=True)
class Rung:
    key: str
    name_zh: str
    spared: frozenset[Row] = frozenset()
    """Rows whose replies need not stop here."""


LEGAL_REVIEW: Final = Rung("legal-review", "合法性审核", spared=GRANTED)
SECTION_HEAD: Final = Rung("section-head", "承办处室负责人审核")
OPENNESS_OFFICER: Final = Rung("openness-officer", "政府信息公开工作机构审核")
DEPUTY_HEAD: Final = Rung("deputy-head", "分管负责人签发")
USUAL_LADDER: Final = (SECTION_HEAD, LEGAL_REVIEW, OPENNESS_OFFICER, DEPUTY_HEAD)
ALL_RUNGS: Final = {rung.key: rung for rung in USUAL_LADDER}


@dataclass(frozen=True, slots=True)
class Practice:
    """What one organ chose where the law leaves a choice."""

    ladder: tuple[Rung, ...] = USUAL_LADDER
    one_person_one_rung: bool = True
    edges: Edges = DEFAULT_EDGES
    extensions: Term = rules.REPLY_EXTENSIONS

    def __post_init__(self) -> None:
        if not self.ladder:
            raise ValueError("a ladder needs a rung: somebody other than the drafter approves every reply")


USUAL: Final = Practice()


def climbing(practice: Practice, ladder: tuple[str, ...]) -> Practice:
    """Return the practice with the rungs of one draft; a rung that is no longer known is not climbed."""
    known = tuple(ALL_RUNGS[key] for key in ladder if key in ALL_RUNGS)
    return replace(practice, ladder=known) if known else practice


def rungs_for(row: Row, practice: Practice = USUAL) -> tuple[Rung, ...]:
    """Return the rungs a reply of this row climbs; the last of the ladder is never spared."""
    *before, last = practice.ladder
    return (*(rung for rung in before if row not in rung.spared), last)


def next_rung(row: Row, passed: Iterable[str], practice: Practice = USUAL) -> Rung | None:
    """Return where a draft waits, or None when it may be printed."""
    done = set(passed)
    return next((rung for rung in rungs_for(row, practice) if rung.key not in done), None)


def stands_at(draft: Draft, practice: Practice = USUAL) -> Rung | None:
    """Return where this draft waits on the ladder that it climbs, or None when it may be printed."""
    return next_rung(draft.row, (passed.step for passed in draft.passed), climbing(practice, draft.ladder))


def may_pass(
    step: str,
    standing: frozenset[UUID],
    drafters: frozenset[UUID],
    stood: frozenset[UUID],
    waiting_at: Rung | None,
    one: bool,
) -> None:
    """Refuse a step out of turn, by the drafter, or by somebody who already stood on a rung below.

    Each is whoever acts and in whose place: whose duty somebody else does is bound as if they did it themselves.
    """
    if waiting_at is None:
        raise Refused("这一稿已经完成全部审批。", cite("A45"))
    if step != waiting_at.key:
        named = ALL_RUNGS.get(step)
        wanted = named.name_zh if named else step
        raise Refused(f"现在应当先经“{waiting_at.name_zh}”，还不能办理“{wanted}”。", cite("A45"))
    if standing & drafters:
        raise Refused("起草人不能审批自己起草的答复，代起草人办理的人也不能。", cite("A45"))
    if one and standing & stood:
        raise Refused("同一人不能在同一稿上审批两次，由他人代为办理的也算一次。", cite("A45"))
