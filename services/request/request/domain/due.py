"""When a case must be answered: its statute clock, unless somebody set a day."""

from datetime import date

from gongkai.statute import rules
from gongkai.statute.calendar import Due, Explanation, WorkCalendar
from gongkai.statute.clock import DEFAULT_EDGES, Edges, Reading, Running, Waiting
from gongkai.statute.deadlines import due as count
from request.domain import facts as f
from request.domain.case import AwaitingCorrection, AwaitingOpinions, AwaitingPayment, Handling, Told


def standing(handling: Handling, calendar: WorkCalendar, edges: Edges = DEFAULT_EDGES) -> Reading:
    """Tell where the clock stands. A day set by a decision holds, but waits while the law lets it wait."""
    reading = handling.clock.read(calendar, edges)
    fixed = handling.fixed_due
    if fixed is None:
        return reading
    if isinstance(handling.awaits, AwaitingCorrection | AwaitingOpinions | AwaitingPayment) and isinstance(
        reading, Waiting
    ):
        return reading
    length = (fixed.on - fixed.since).days
    return Running(Explanation(Due(fixed.on, fixed.since, length, "日", calendar.version), ()))


def due_of(handling: Handling, calendar: WorkCalendar, edges: Edges = DEFAULT_EDGES) -> Due | None:
    """Return the due date, or None while the clock stands still."""
    reading = standing(handling, calendar, edges)
    return reading.due if isinstance(reading, Running) else None


def due_on(handling: Handling, calendar: WorkCalendar, edges: Edges = DEFAULT_EDGES) -> date | None:
    due = due_of(handling, calendar, edges)
    return due.on if due else None


def started(from_on: date, calendar: WorkCalendar) -> f.ClockStarted:
    """Start the whole reply period anew from a day."""
    due = count(rules.REPLY, from_on, calendar)
    return f.ClockStarted(
        from_on, due.on, rules.REPLY.id, rules.REPLY.article, due.calendar_version, due.provisional
    )


def moved(before: Handling, after: Handling, calendar: WorkCalendar, edges: Edges, reason: str) -> list[f.Fact]:
    """Tell the due date when it is another than the one told last."""
    due = due_of(after, calendar, edges)
    if due is None or before.told is None or before.told == Told(due.on, due.provisional):
        return []
    return [
        f.DueMoved("request-reply", before.told.on, due.on, due.provisional, due.calendar_version, reason)
    ]
