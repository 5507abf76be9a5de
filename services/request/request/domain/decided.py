"""What was decided and still waits for its letter. It takes effect when the letter is issued, and never without one."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from request.domain.values import Consulted, FeeCharged, LetterKind, Notice

NOTICE_OF: Final[dict[LetterKind, Notice]] = {
    "correction": "correction",
    "extension": "extension",
    "third-party": "opinion",
    "co-maker": "opinion",
    "other-organ": "opinion",
    "reasons": "reasons",
    "fee": "fee",
}
"""The letters that give a decision its effect."""

NOTICES_ZH: Final[dict[Notice, str]] = {
    "correction": "补正告知书",
    "extension": "延期答复告知书",
    "opinion": "征求意见书",
    "reasons": "说明理由告知书",
    "fee": "收费通知书",
}


@dataclass(frozen=True, slots=True)
class CorrectionDecided:
    """What is unclear will be told, once and within the period of A30."""

    decided_on: date
    what: tuple[str, ...]
    answer_by: date
    by: UUID


@dataclass(frozen=True, slots=True)
class ExtensionDecided:
    """The head of the office agreed to more time; the applicant must be told before the period ends (A33)."""

    working_days: int
    reason: str
    decided_on: date
    consent_by: UUID


@dataclass(frozen=True, slots=True)
class OpinionDecided:
    """Somebody will be asked; the days until they answer are excluded from the issue of the letter."""

    letter: UUID
    whom: Consulted
    party: UUID | None
    organ: str
    decided_on: date
    by: UUID


@dataclass(frozen=True, slots=True)
class ReasonsDecided:
    decided_on: date
    facts: str
    answer_by: date
    by: UUID


@dataclass(frozen=True, slots=True)
class FeeDecided:
    fee: FeeCharged
    decided_on: date
    by: UUID


Decided = CorrectionDecided | ExtensionDecided | OpinionDecided | ReasonsDecided | FeeDecided

_NOTICES: Final[dict[type[Decided], Notice]] = {
    CorrectionDecided: "correction",
    ExtensionDecided: "extension",
    OpinionDecided: "opinion",
    ReasonsDecided: "reasons",
    FeeDecided: "fee",
}


def notice_of(decided: Decided) -> Notice:
    return _NOTICES[type(decided)]


def same_notice(decided: Decided, notice: Notice, letter: UUID | None = None) -> bool:
    """Tell whether a decision waits for this letter; only opinions are asked by several at a time."""
    if notice_of(decided) != notice:
        return False
    return not isinstance(decided, OpinionDecided) or decided.letter == letter
