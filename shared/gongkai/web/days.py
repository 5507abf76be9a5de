"""The day-by-day table of a deadline, made from the law's own explanation. Nothing is counted here."""

from datetime import date, timedelta

from gongkai.statute.calendar import CountedDay, Explanation
from gongkai.web.components import DayCell, Run

_DAY = timedelta(days=1)


def weeks_of(explanation: Explanation, today: date, event: str = "收到") -> list[list[DayCell | None]]:
    """Lay the days out in weeks, Monday first; `event` is what happened on the day that does not count."""
    start, due = explanation.due.start, explanation.due.on
    known = {day.on: day for day in explanation.days}
    first = start - _DAY * start.weekday()
    last = due + _DAY * (6 - due.weekday())
    cells: list[DayCell | None] = []
    day = first
    while day <= last:
        inside = start <= day <= due
        cells.append(_cell(day, known.get(day), start, due, today, event) if inside else None)
        day += _DAY
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


def _cell(day: date, counted: CountedDay | None, start: date, due: date, today: date, event: str) -> DayCell:
    label = f"{day.month}/{day.day}" if day == start or day.day == 1 else str(day.day)
    now = " now" if day == today else ""
    if day == start or counted is None:
        return DayCell(label, f"event{now}", note=event, spoken="不计入")
    why = counted.why
    if counted.state == "excluded":
        return DayCell(label, f"gone{now}", note="不计", spoken=why)
    if counted.state == "skipped":
        rest = "放假" in why
        note = why.partition("，")[2].removesuffix("放假").removesuffix("休息") or "休息"
        return DayCell(label, f"off{' rest' if rest else ''}{now}", note=note, spoken="不计入")
    make_up = " make" if "调休" in why else ""
    spoken = "调休上班" if make_up else ""
    if day == due:
        return DayCell(label, f"end{make_up}{now}", note="到期", spoken=f"第{counted.running}日{spoken}")
    return DayCell(label, f"{'on' if day <= today else 'todo'}{make_up}{now}", ordinal=counted.running, spoken=spoken)


def runs_of(explanation: Explanation) -> list[Run]:
    """Give the rows of the table under it: days in a row and the total after them."""
    out: list[Run] = []
    before = 0
    for run in explanation.runs:
        out.append(Run(run.first, run.last, run.total - before, run.total))
        before = run.total
    return out
