"""Where the reply clock of a case stands, as people read it: the last day and every day on the way to it. Pure."""

from typing import Any

from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.clock import Running
from request.clocks import explained
from request.domain.case import Case, handling_of
from request.domain.due import standing
from request.domain.ladder import USUAL, Practice


def clock_of(case: Case, calendar: WorkCalendar, practice: Practice = USUAL) -> dict[str, Any]:
    """Return the due date with its days, or what the clock waits for; nothing when it does not run."""
    handling = handling_of(case)
    if handling is None:
        return {"running": False, "due_on": None}
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
