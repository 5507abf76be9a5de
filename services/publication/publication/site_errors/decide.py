"""One report of something wrong on the site: taken in, answered once, its reporter forgotten. Pure.

What the reporter wrote and how to reach them lie in the vault under an id of their own; a fact names items only.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, assert_never
from uuid import UUID

from gongkai.statute import rules
from gongkai.statute.refusal import Refused
from publication.domain.people import Officer, must_act

About = Literal["wording", "outdated", "link", "display", "other"]
Outcome = Literal["corrected", "no-error", "forwarded"]

ABOUT_NAMES: Final[dict[About, str]] = {
    "wording": "错别字、表述错误",
    "outdated": "内容过期、不准确",
    "link": "打不开、链接错误",
    "display": "显示或者操作有问题",
    "other": "其他",
}
OUTCOME_NAMES: Final[dict[Outcome, str]] = {
    "corrected": "已经改正",
    "no-error": "核实无误",
    "forwarded": "已转有关单位",
}
#: The section of the permission table that these commands obey.
ANSWERING: Final = ("proofreader", "openness_officer")
ARTICLE: Final = rules.FIND_ERROR_REPLY.article

# ── States ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Unreported:
    """Nobody reported it."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What stays true of a report whatever becomes of it. `page` is one of our own addresses, or empty."""

    organ_id: UUID
    receipt: str
    page: str
    about: About
    reporter: UUID
    words: UUID
    has_contact: bool
    received_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Open:
    reported: Reported
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    reported: Reported
    outcome: Outcome
    reply: UUID
    by: UUID
    on: date
    forgotten: bool = False


SiteError = Unreported | Open | Answered
INITIAL: SiteError = Unreported()

# ── Commands ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ReportError:
    reported: Reported


@dataclass(frozen=True, slots=True)
class AnswerError:
    by: Officer
    outcome: Outcome
    reply: UUID
    today: date


@dataclass(frozen=True, slots=True)
class PassDue:
    """The day by which it should have been answered is over."""


@dataclass(frozen=True, slots=True)
class MoveDue:
    """A holiday notice gave it another last day."""

    due_on: date
    calendar_version: str


@dataclass(frozen=True, slots=True)
class ForgetReporter:
    """Long enough after the answer nobody needs to know who reported it and in which words."""


Command = ReportError | AnswerError | PassDue | MoveDue | ForgetReporter

# ── Facts ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ErrorReported:
    reported: Reported


@dataclass(frozen=True, slots=True)
class ErrorAnswered:
    outcome: Outcome
    reply: UUID
    by: UUID
    on_behalf_of: UUID | None
    on: date


@dataclass(frozen=True, slots=True)
class AnswerOverdue:
    due_on: date


@dataclass(frozen=True, slots=True)
class DueMoved:
    before: date
    due_on: date
    calendar_version: str


@dataclass(frozen=True, slots=True)
class ReporterForgotten:
    reporter: UUID


Fact = ErrorReported | ErrorAnswered | AnswerOverdue | DueMoved | ReporterForgotten

# ── Decide ─────────────────────────────────────────────────────────────────


def decide(error: SiteError, command: Command) -> list[Fact]:
    match error, command:
        case Unreported(), ReportError(reported=reported):
            return [ErrorReported(reported)]
        case Open(), AnswerError():
            by = must_act(command.by, ANSWERING, "答复网站纠错", article=ARTICLE)
            return [ErrorAnswered(command.outcome, command.reply, by.person, by.on_behalf_of, command.today)]
        case Answered(), AnswerError():
            raise Refused("这件纠错已经答复过，答复不能改", ARTICLE)
        case Open(overdue=False), PassDue():
            return [AnswerOverdue(error.reported.due_on)]
        case Open(), MoveDue() if command.due_on != error.reported.due_on:
            return [DueMoved(error.reported.due_on, command.due_on, command.calendar_version)]
        case Answered(forgotten=False), ForgetReporter():
            return [ReporterForgotten(error.reported.reporter)]
        case Unreported(), _:
            raise Refused("没有这件纠错")
        case _:
            return []


# ── Evolve ─────────────────────────────────────────────────────────────────


def evolve(error: SiteError, fact: Fact) -> SiteError:
    """Return the report after one more fact."""
    match fact:
        case ErrorReported(reported=reported):
            return Open(reported)
        case ErrorAnswered() if isinstance(error, Open):
            return Answered(error.reported, fact.outcome, fact.reply, fact.by, fact.on)
        case AnswerOverdue() if isinstance(error, Open):
            return replace(error, overdue=True)
        case DueMoved() if isinstance(error, Open):
            return Open(replace(error.reported, due_on=fact.due_on))
        case ReporterForgotten() if isinstance(error, Answered):
            return replace(error, forgotten=True)
        case ErrorAnswered() | AnswerOverdue() | DueMoved() | ReporterForgotten():
            return error
        case _:
            assert_never(fact)
