"""An applicant disagrees with how the case is handled: said to us, answered by us, beside the procedure and its clock.

It stops no period and is no remedy: reconsideration and suit are open whatever is answered here.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, assert_never
from uuid import UUID

from gongkai.statute.refusal import Refused
from request.domain.file import CaseFile
from request.domain.law import cite

About = Literal["dates", "fee", "handling", "reply"]
ABOUT: Final[dict[About, str]] = {
    "dates": "收到之日和期限",
    "fee": "收费",
    "handling": "办理的过程",
    "reply": "答复的内容",
}


# ── States ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nobody has objected."""


@dataclass(frozen=True, slots=True)
class Open:
    case_id: UUID
    about: About
    raised_on: date


@dataclass(frozen=True, slots=True)
class Settled:
    about: About
    answered_on: date


Objection = Nothing | Open | Settled
INITIAL: Final = Nothing()


# ── Facts ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ObjectionRaised:
    """The words lie in the vault, under the key of the applicant."""

    case_id: UUID
    about: About
    item: UUID
    on: date


@dataclass(frozen=True, slots=True)
class ObjectionAnswered:
    item: UUID
    on: date
    by: UUID


Fact = ObjectionRaised | ObjectionAnswered


# ── Decide and evolve ──────────────────────────────────────────────────────


def subjects(file: CaseFile) -> tuple[About, ...]:
    """Return what there is to object to: no fee before there was a notice, no reply before there is one."""
    missing: set[About] = set()
    if file.fee is None:
        missing.add("fee")
    if not file.replies:
        missing.add("reply")
    return tuple(about for about in ABOUT if about not in missing)


def raise_one(file: CaseFile, waiting: frozenset[About], fact: ObjectionRaised) -> list[Fact]:
    """Take an objection; `waiting` is what the applicant objected to already and has no answer to."""
    if fact.about not in subjects(file):
        raise Refused(f"这件申请还没有{ABOUT[fact.about]}，不能就此提出异议。", cite("A51"))
    if fact.about in waiting:
        raise Refused(f"您就{ABOUT[fact.about]}提出的异议，我们正在办理，请等待答复。", cite("A51"))
    if fact.on < file.application.submitted_on:
        raise Refused("提出异议的日期早于提交申请之日。", cite("A51"))
    return [fact]


def answer(state: Objection, fact: ObjectionAnswered) -> list[Fact]:
    match state:
        case Nothing():
            raise Refused("没有这项异议。", cite("A51"))
        case Settled():
            raise Refused("这项异议已经答复。", cite("A51"))
        case Open(raised_on=raised_on):
            if fact.on < raised_on:
                raise Refused("答复异议的日期早于提出之日。", cite("A51"))
            return [fact]


def evolve(state: Objection, fact: Fact) -> Objection:
    match fact:
        case ObjectionRaised():
            return Open(fact.case_id, fact.about, fact.on)
        case ObjectionAnswered():
            about: About = state.about if isinstance(state, Open | Settled) else "handling"
            return Settled(about, fact.on)
        case _:
            assert_never(fact)
