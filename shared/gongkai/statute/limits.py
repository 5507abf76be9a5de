"""Judgements that compare what happened with a number of the law; the day of judgement is an argument."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from gongkai.statute import rules
from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.deadlines import MONTHS_IN_A_YEAR
from gongkai.statute.refusal import Refused
from gongkai.statute.terms import Term

Silence = Literal["active", "warning", "veto"]


def idle_since_before(rule: Term, on: date) -> date:
    """Return the first day of the window that must hold an update: say the last two weeks."""
    match rule.unit:
        case "日":
            return on - timedelta(days=rule.length)
        case "周":
            return on - timedelta(days=7 * rule.length)
        case "个月":
            year, month = divmod(on.year * MONTHS_IN_A_YEAR + on.month - 1 - rule.length, MONTHS_IN_A_YEAR)
            return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))
        case _:
            raise Refused(f"“{rule.name_zh}”不是一段观察期。", rule=rule)


def is_idle(rule: Term, last_update: date | None, on: date) -> bool:
    """Tell whether nothing was updated in the window; a place that was never filled is idle."""
    return last_update is None or last_update < idle_since_before(rule, on)


def account_silence(last_post: date | None, on: date, warning: Term = rules.ACCOUNT_SILENT_WARNING) -> Silence:
    """Judge an account: warned before it is vetoed."""
    if is_idle(rules.ACCOUNT_SILENT, last_post, on):
        return "veto"
    return "warning" if is_idle(warning, last_post, on) else "active"


@dataclass(frozen=True, slots=True)
class ColumnTally:
    """How many columns of a site stand still."""

    news_idle: int
    policy_idle: int
    long_idle: int
    blank: int


def column_veto(tally: ColumnTally) -> tuple[str, ...]:
    """Return the sentences of every single-veto indicator the columns of a site meet."""
    problems = []
    if tally.news_idle + tally.policy_idle >= rules.IDLE_COLUMNS.length:
        problems.append(
            f"动态类、政策类栏目不更新共{tally.news_idle + tally.policy_idle}个，达到{rules.IDLE_COLUMNS.text_zh}。"
        )
    if tally.long_idle >= rules.LONG_IDLE_COLUMNS.length:
        problems.append(f"长期不更新栏目{tally.long_idle}个，达到{rules.LONG_IDLE_COLUMNS.text_zh}。")
    if tally.blank >= rules.BLANK_COLUMNS.length:
        problems.append(f"空白栏目{tally.blank}个，达到{rules.BLANK_COLUMNS.text_zh}。")
    return tuple(problems)


def site_unreachable(seconds_to_open: Collection[float | None]) -> bool:
    """Judge a week of tries: `None` did not open at all, a slow one counts as not opened."""
    if not seconds_to_open:
        raise Refused("没有访问记录，不能判定网站能否访问。", rule=rules.SITE_FAILURE_SHARE)
    failed = sum(seconds is None or seconds > rules.SITE_OPEN_WITHIN.length for seconds in seconds_to_open)
    return failed * 100 >= rules.SITE_FAILURE_SHARE.length * len(seconds_to_open)


def enough_tries(tries_by_day: Collection[int]) -> bool:
    """Tell whether a site was tried often enough on every day for the judgement to stand."""
    return bool(tries_by_day) and all(tries >= rules.SITE_TRIES_A_DAY.length for tries in tries_by_day)


def site_score_band(score: float) -> Literal["fail", "pass", "bonus"]:
    """Place a score of the site inspection: below the pass line, passed, or allowed to earn a bonus."""
    if score < rules.SITE_PASS.length:
        return "fail"
    return "bonus" if score > rules.SITE_BONUS.length else "pass"


def reaches(rule: Term, count: float) -> bool:
    """Tell whether a minimum number (of forms, meetings, reviews, per cent) is reached."""
    return count >= rule.length


def require_forms(forms: Collection[str], rule: Term = rules.INTERPRETATION_FORMS) -> None:
    """Refuse the interpretation of an important document that comes in too few different forms."""
    if not reaches(rule, len(set(forms))):
        raise Refused(f"重要政策文件的解读形式不少于{rule.text_zh}，现有{len(set(forms))}种。", rule=rule)


def require_consultation_period(opened_on: date, closes_on: date, reason: str = "") -> None:
    """Refuse a consultation shorter than the law's minimum unless its reason is printed with it."""
    days = (closes_on - opened_on).days
    rule = rules.CONSULTATION_MINIMUM
    if days < 1:
        raise Refused("征求意见的截止日须晚于开始日。", rule=rule)
    if days < rule.length and not reason.strip():
        raise Refused(
            f"公开征求意见一般不少于{rule.text_zh}，现为{days}日；缩短期限的，须在公告中说明理由。", rule=rule
        )


def require_legality_review(sent_on: date, returned_by: date, calendar: WorkCalendar) -> None:
    """Refuse to give the legality review less time than the law does."""
    rule = rules.LEGALITY_REVIEW
    given = calendar.working_days_between(sent_on, returned_by)
    if given < rule.length:
        raise Refused(f"合法性审查时间不少于{rule.text_zh}，现为{given}个工作日。", rule=rule)


def errors_allowed(review: Literal["first", "second", "final"]) -> Term:
    """Return how many wording errors one review may still find."""
    return {
        "first": rules.ERRORS_AT_FIRST_REVIEW,
        "second": rules.ERRORS_AT_SECOND_REVIEW,
        "final": rules.ERRORS_AT_FINAL_REVIEW,
    }[review]


def age_on(born_on: date, day: date) -> int:
    """Return completed years; one born on 29 February completes a year on 1 March where there is no 29th."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def minor_judgement(born_on: date, published_on: date) -> Literal["block", "warn", "pass"]:
    """Judge a person named in a text: under 14 blocks publication, under 18 warns."""
    age = age_on(born_on, published_on)
    if age < rules.SENSITIVE_UNDER_AGE.length:
        return "block"
    return "warn" if age < rules.MINOR_UNDER_AGE.length else "pass"
