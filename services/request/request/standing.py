"""Where the clocks of a case stand, as people read them: each last day and every day on the way to it. Pure."""

from collections.abc import Iterable
from typing import Any, Final

from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.clock import Running
from request.domain.case import Case, file_of, handling_of
from request.domain.due import standing
from request.domain.ladder import USUAL, Practice
from request.periods import Period, explained, periods_of

#: The periods that are the applicant's own, and those that move the day of their reply.
CONCERNING: Final = frozenset(
    {"request-correction", "request-reasons", "request-payment", "request-consultation", "request-reply"}
)


def clock_of(case: Case, calendar: WorkCalendar, practice: Practice = USUAL) -> dict[str, Any]:
    """Return the due date with its days, or what the clock waits for; of an ended case the days as they were."""
    handling = handling_of(case)
    if handling is None:
        return {"running": False, "due_on": None} | _ended(case, calendar, practice)
    reading = standing(handling, calendar, practice.edges)
    if not isinstance(reading, Running):
        return {
            "running": False, "due_on": None, "waiting": reading.reason, "used": reading.used, "left": reading.left,
        }  # fmt: skip
    due = reading.due
    why = explained(f"{handling.clock.rule.name_zh}：{due.text_zh}", reading.explanation)
    return {
        "running": True,
        "due_on": due.on,
        "provisional": due.provisional,
        "text": why["text"],
        "days": why["days"],
    }


def _ended(case: Case, calendar: WorkCalendar, practice: Practice) -> dict[str, Any]:
    file = file_of(case)
    if file is None or file.ran is None:
        return {}
    found = next((one for one in periods_of(case, calendar, practice) if one.kind == "request-reply"), None)
    if found is None:
        return {}
    why = explained(found.text, found.explanation)
    return {"was_due_on": found.due.on, "ended_on": found.ended_on, "text": why["text"], "days": why["days"]}


def said(periods: Iterable[Period]) -> list[dict[str, Any]]:
    """Return periods as programs read them."""
    return [
        {
            "kind": one.kind, "key": one.key, "name": one.name_zh, "runs": one.runs, "start": one.due.start,
            "due_on": one.due.on, "provisional": one.due.provisional, "rule": one.rule, "article": one.article,
            "ended_on": one.ended_on, "ended": one.ended_zh,
        } | {name: value for name, value in explained(one.text, one.explanation).items() if name in {"text", "days"}}
        for one in periods
    ]  # fmt: skip


def shown(periods: Iterable[Period]) -> list[dict[str, Any]]:
    """Return periods as pages show them."""
    return [
        {
            "name": one.name_zh, "start": one.due.start, "on": one.due.on, "provisional": one.due.provisional,
            "article": one.article, "text": one.text, "days": one.explanation.days, "ended_on": one.ended_on,
            "ended": one.ended_zh,
        }
        for one in periods
    ]  # fmt: skip


def of_applicant(periods: Iterable[Period]) -> list[Period]:
    """Return what concerns the applicant: their own periods, the reply, and why others hold it up."""
    return [one for one in periods if one.kind in CONCERNING]
