"""The clocks of publication: which dates the law gives to a document, and how they were counted. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from gongkai.statute import rules
from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.legal_day import start_of
from gongkai.statute.terms import Term
from publication.domain.dossier import Dossier

SITE_ERROR_CLOCK: Final = "site-error"

ClockKind = Literal["proactive-warning", "proactive", "penalty-withdrawal", "emergency-debt", "site-error"]
CLOCK_NAMES: Final[dict[ClockKind, str]] = {
    "proactive-warning": "主动公开预警",
    "proactive": "主动公开期限",
    "penalty-withdrawal": "撤回处罚信息期限",
    "emergency-debt": "补审期限",
    "site-error": "网站纠错答复期限",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """A due date with the sum behind it, ready for a clock row."""

    kind: ClockKind
    due_on: date
    fires_at: datetime
    rule: str
    article: str
    explanation: dict[str, Any]
    calendar_version: str
    provisional: bool


def proactive(formed_on: date, calendar: WorkCalendar) -> tuple[Counted, Counted]:
    """Return the warning and the last day to publish something formed or changed on a day (条例第二十六条)."""
    return (
        _counted("proactive-warning", rules.PROACTIVE_WARNING, formed_on, calendar, fires_on_the_day=True),
        _counted("proactive", rules.PROACTIVE, formed_on, calendar),
    )


def begins(dossier: Dossier) -> date | None:
    """Return the day from which the twenty working days run: formed, or, of what is public already, changed."""
    if dossier.openness != "proactive":
        return None
    return dossier.formed_on if dossier.live is None else dossier.changed_on


def penalty_withdrawal(changed_on: date, calendar: WorkCalendar) -> Counted:
    return _counted("penalty-withdrawal", rules.PENALTY_WITHDRAWAL, changed_on, calendar)


def site_error(received_on: date, calendar: WorkCalendar) -> Counted:
    """Return the last day to answer what a citizen found wrong on the site."""
    return _counted(SITE_ERROR_CLOCK, rules.FIND_ERROR_REPLY, received_on, calendar)


def debt_due_on(signed_on: date, calendar: WorkCalendar) -> date:
    """Return the day by which the marks of an emergency release are made up: the next working day."""
    return calendar.add_working_days(signed_on, 1).on


def debt_on_another_calendar(due_on: date, calendar: WorkCalendar) -> Counted:
    """Keep the day by which marks are made up, unless it is no working day any more: then the next one."""
    return debt(calendar.add_working_days(due_on - timedelta(days=1), 1).on, calendar)


def debt(due_on: date, calendar: WorkCalendar) -> Counted:
    return Counted(
        "emergency-debt", due_on, start_of(due_on + timedelta(days=1)), "emergency-debt", "三审三校制度",
        {"text": f"紧急发布欠补的审校，{due_on}前补齐"}, calendar.version, calendar.is_provisional(due_on),
    )  # fmt: skip


def _counted(
    kind: ClockKind, rule: Term, start: date, calendar: WorkCalendar, *, fires_on_the_day: bool = False
) -> Counted:
    explained = calendar.explain(start, rule.length)
    due = explained.due
    return Counted(
        kind=kind,
        due_on=due.on,
        fires_at=start_of(due.on if fires_on_the_day else due.on + timedelta(days=1)),
        rule=rule.id,
        article=rule.article,
        explanation={
            "start": start.isoformat(),
            "due": due.on.isoformat(),
            "text": f"{rule.name_zh}：自{start}次日起第{rule.text_zh}，{due.text_zh}",
            "runs": explained.runs_text,
            "provisional": due.provisional_reason,
            "days": [
                {"on": day.on.isoformat(), "state": day.state, "why": day.why, "running": day.running}
                for day in explained.days
            ],
        },
        calendar_version=due.calendar_version,
        provisional=due.provisional,
    )
