"""Due dates: the number of a rule, laid on a calendar. Pure; the day that starts a period never counts."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime, timedelta

from gongkai.statute import rules
from gongkai.statute.calendar import LONGEST_COUNT, Due, WorkCalendar, next_day
from gongkai.statute.refusal import Refused
from gongkai.statute.terms import Term

MONTHS_IN_A_YEAR = 12
LONGEST_MONTHS = 1200


def due(rule: Term, start: date, calendar: WorkCalendar) -> Due:
    """Return the last day of the period a rule gives, counted in the rule's own unit."""
    match rule.unit:
        case "工作日":
            return calendar.add_working_days(start, rule.length)
        case "日":
            return add_days(start, rule.length, calendar)
        case "周":
            return replace(add_days(start, 7 * rule.length, calendar), length=rule.length, unit="周")
        case "个月":
            return add_months(start, rule.length, calendar)
        case "年":
            months = add_months(start, MONTHS_IN_A_YEAR * rule.length, calendar)
            return replace(months, length=rule.length, unit="年")
        case _:
            raise Refused(f"“{rule.name_zh}”的单位是“{rule.unit}”，不能据此推算到期日。", rule=rule)


def add_days(start: date, count: int, calendar: WorkCalendar) -> Due:
    """Count calendar days; a last day of rest moves to the first day after it (Civil Code art. 203)."""
    if not 0 <= count <= LONGEST_COUNT:
        raise Refused(f"天数须为0至{LONGEST_COUNT}之间的整数，收到的是{count}。", rule=rules.COUNT_FROM_NEXT_DAY)
    try:
        last = start + timedelta(days=count)
    except OverflowError:
        raise Refused("推算超出了公历9999年12月31日。", rule=rules.COUNT_FROM_NEXT_DAY) from None
    return _ended(start, last, count, "日", calendar)


def add_months(start: date, count: int, calendar: WorkCalendar) -> Due:
    """Count months to the corresponding day, or the month's last day where there is none (art. 202)."""
    if not 0 <= count <= LONGEST_MONTHS:
        raise Refused(f"月数须为0至{LONGEST_MONTHS}之间的整数，收到的是{count}。", rule=rules.MONTH_END)
    year, month = divmod(start.year * MONTHS_IN_A_YEAR + start.month - 1 + count, MONTHS_IN_A_YEAR)
    if year > date.max.year:
        raise Refused("推算超出了公历9999年12月31日。", rule=rules.MONTH_END)
    last = date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
    return _ended(start, last, count, "个月", calendar)


def _ended(start: date, last: date, length: int, unit: str, calendar: WorkCalendar) -> Due:
    end = last
    passed = [end]
    while not calendar.is_working_day(end):
        end = next_day(end)
        passed.append(end)
    sentence = calendar.provisional_reason(passed)
    moved_from = last if end != last else None
    return Due(end, start, length, unit, calendar.version, bool(sentence), sentence, moved_from)


def proactive_due(formed_on: date, calendar: WorkCalendar, *, other_limit: Term | None = None) -> Due:
    """Return the last day to publish an item formed or changed on a day; a law's other limit prevails."""
    return due(other_limit or rules.PROACTIVE, formed_on, calendar)


def proactive_warning_on(formed_on: date, calendar: WorkCalendar, warning: Term = rules.PROACTIVE_WARNING) -> Due:
    """Return the day on which the person responsible is warned."""
    return due(warning, formed_on, calendar)


def fixed_date(rule: Term, year: int) -> date:
    """Return a date the law names in the calendar; it does not move when it falls on a day of rest."""
    if rule.unit != "月-日":
        raise Refused(f"“{rule.name_zh}”不是固定日期。", rule=rule)
    month, day = divmod(rule.length, 100)
    return date(year, month, day)


def annual_report_due(report_year: int, *, of_government: bool = False) -> date:
    """Return the last day to publish the report about a year: 31 January or 31 March of the next."""
    rule = rules.REPORT_BY_GOVERNMENT if of_government else rules.REPORT_BY_DEPARTMENT
    return fixed_date(rule, report_year + 1)


def due_at(rule: Term, start: datetime) -> datetime:
    """Return the instant a period of hours ends; hours run through nights and holidays."""
    if rule.unit != "小时":
        raise Refused(f"“{rule.name_zh}”的单位是“{rule.unit}”，不按小时计算。", rule=rule)
    if start.tzinfo is None:
        raise TypeError("an instant needs its zone")
    return start + timedelta(hours=rule.length)


def is_late(done_on: date, due_on: Due) -> bool:
    """Tell whether something was done after its last day; on the last day is in time."""
    return done_on > due_on.on


def latest_start(rule: Term, event_on: date) -> date:
    """Return the last day to act for something that must be done so many days before an event."""
    if rule.unit != "日":
        raise Refused(f"“{rule.name_zh}”的单位是“{rule.unit}”，不按自然日倒推。", rule=rule)
    return event_on - timedelta(days=rule.length)


def keep_until(rule: Term, made_on: date) -> date:
    """Return the first day on which a record may be destroyed; a minimum is not moved by days of rest."""
    if rule.unit != "年":
        raise Refused(f"“{rule.name_zh}”的单位是“{rule.unit}”，不是保存年限。", rule=rule)
    year = made_on.year + rule.length
    return date(year, made_on.month, min(made_on.day, monthrange(year, made_on.month)[1])) + timedelta(days=1)
