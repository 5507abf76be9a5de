"""`gongkai law due` and `gongkai law fee`: the days and the fee of an application, from what happened to it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from gongkai.statute import fees, rules
from gongkai.statute.calendar import CountedDay, WorkCalendar, built_in
from gongkai.statute.clock import Clock, Edges, Running, Waiting
from gongkai.statute.happenings import KINDS_ZH, Followed, Happened, follow, kind_of
from gongkai.statute.refusal import Refused
from gongkai.statute.terms import Term

DUE_HELP: Final = "由发生的事件推算答复期限 / The due date of an application, from what happened to it"
FEE_HELP: Final = "计算信息处理费 / The information-processing fee"
DUE_EXAMPLES: Final = """示例 / Examples:
  gongkai law due received=2025-09-26
  gongkai law due received=2025-09-26 consult=2025-10-09 answer=2025-10-17 --explain
  gongkai law due received=2025-09-26 correct-asked=2025-10-10 corrected=2025-11-03 extend=2025-11-20:10
  gongkai law due received=2026-04-30 fee-noticed=2026-05-20 paid=2026-06-10 --json
  gongkai law due --rule suit received=2026-03-02

事件 / Events (日期 DATE: 2025-09-26):
"""
_MOST: Final = 100_000
_USAGE: Final = "，例如 gongkai law due received=2025-09-26 extend=2025-10-20:10。"


def configure_due(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = DUE_EXAMPLES + "".join(f"  {kind + '=DATE':<22} {name}\n" for kind, name in KINDS_ZH.items())
    parser.add_argument(
        "events",
        metavar="EVENT",
        nargs="+",
        help="事件=日期；延期写 extend=日期:工作日数；几份征求意见书写 consult=日期:名称 / event=date[:detail]",
    )
    parser.add_argument("--rule", default=rules.REPLY.id, help="期限规则，默认答复期限 / which period, default reply")
    parser.add_argument("--explain", action="store_true", help="逐日说明 / explain every day")
    parser.add_argument(
        "--exclude-issue-day", action="store_true", help="征求意见书发出当日也扣除 / exclude the day of issue too"
    )
    parser.add_argument(
        "--count-answer-day", action="store_true", help="收到意见答复当日计入 / count the day of the answer"
    )


def configure_fee(parser: argparse.ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--items", metavar="N", help="按件计收：件数 / by item: how many items")
    how.add_argument("--pages", metavar="N", help="按量计收：页数 / by page: how many pages")
    parser.add_argument("--already", metavar="N", help="本月此前已申请的件数 / items already asked for this month")


def due(args: argparse.Namespace, read_date: Callable[[str], date]) -> tuple[dict[str, Any], list[str]]:
    """Return the answer for programs and the lines for people."""
    calendar = built_in()
    rule = _term(args.rule)
    edges = Edges(
        issue_day_counts=Edges().issue_day_counts and not args.exclude_issue_day,
        answer_day_counts=Edges().answer_day_counts or args.count_answer_day,
    )
    told = [_happened(word, read_date) for word in args.events]
    steps = follow(rule, told, calendar, edges)
    return _due_as_json(rule, steps, calendar, explain=args.explain), _due_lines(rule, steps, calendar, args.explain)


def fee(args: argparse.Namespace, read_whole: Callable[[str, str], int]) -> tuple[dict[str, Any], list[str]]:
    """Return the fee of one application, each item or tier of pages with its price."""
    if args.pages is not None:
        if args.already is not None:
            raise Refused("页数不跨申请累计，--already 只用于按件计收。", rule=rules.FEE_PAGES_FREE)
        charge = fees.charge_by_page(_counted(read_whole(args.pages, "页数")))
        count, already = read_whole(args.pages, "页数"), 0
        tiers = [(first, min(last, count), price) for first, last, price in _page_tiers() if first <= count]
        lines = [f"  第{first}至{last}页 每页{price}元" for first, last, price in tiers]
    else:
        count = _counted(read_whole(args.items, "件数"))
        already = _counted(read_whole(args.already or "0", "已申请的件数"))
        charge = fees.charge_by_item(count, already=already)
        lines = [
            f"  第{first}至{last}件 每件{price}元" if last > first else f"  第{first}件 {price}元"
            for first, last, price in _item_runs(already + 1, already + count)
        ]
    answer = {
        "standard": charge.standard,
        "count": count,
        "already": already,
        "amount": str(charge.amount),
        "reckoning": charge.reckoning_zh,
    }
    return answer, [f"{charge.reckoning_zh}，{charge.amount}元", *lines]


def _counted(number: int) -> int:
    if number > _MOST:
        raise Refused(f"数目超过{_MOST}，请核对。")
    return number


def _item_runs(first: int, last: int) -> list[tuple[int, int, Decimal]]:
    runs: list[tuple[int, int, Decimal]] = []
    for ordinal in range(first, last + 1):
        price = fees.item_price(ordinal)
        if runs and runs[-1][2] == price:
            runs[-1] = (runs[-1][0], ordinal, price)
        else:
            runs.append((ordinal, ordinal, price))
    return runs


def _page_tiers() -> list[tuple[int, int, int]]:
    free, first, second = (
        rules.FEE_PAGES_FREE.length,
        rules.FEE_PAGES_FIRST_TIER.length,
        rules.FEE_PAGES_SECOND_TIER.length,
    )
    return [
        (1, free, 0),
        (free + 1, first, rules.FEE_PAGE_PRICE_FIRST.length),
        (first + 1, second, rules.FEE_PAGE_PRICE_SECOND.length),
        (second + 1, _MOST, rules.FEE_PAGE_PRICE_THIRD.length),
    ]


def _term(rule_id: str) -> Term:
    found = rules.all_terms().get(rule_id)
    if found is None:
        raise Refused(f"没有规则“{rule_id}”，用 gongkai law rules 查看全部。")
    return found


def _happened(word: str, read_date: Callable[[str], date]) -> Happened:
    name, equals, value = word.partition("=")
    if not equals or not value:
        raise Refused(f"“{word}”不是事件，应写作 事件=日期{_USAGE}")
    kind = kind_of(name.strip().lower())
    day, _, detail = value.replace("：", ":").partition(":")
    if kind == "extend":
        if not (detail.isascii() and detail.isdigit() and len(detail) <= 4):
            raise Refused(f"延期要写明工作日数{_USAGE}")
        return Happened(kind, read_date(day), working_days=int(detail))
    if detail and kind not in {"consult", "answer"}:
        raise Refused(f"“{word}”的日期后面多了“:{detail}”。")
    return Happened(kind, read_date(day), letter=detail.strip())


def _due_as_json(
    rule: Term, steps: tuple[Followed, ...], calendar: WorkCalendar, *, explain: bool
) -> dict[str, Any]:
    last = steps[-1].reading
    answer: dict[str, Any] = {
        "rule": rule.id,
        "article": rule.article,
        "due": None,
        "waiting": None,
        "provisional": False,
        "provisional_reason": "",
        "calendar_version": calendar.version,
        "history": [
            {
                "event": step.happened.kind,
                "on": step.happened.on.isoformat(),
                "due": step.reading.due.on.isoformat() if isinstance(step.reading, Running) else None,
            }
            for step in steps
        ],
    }
    if isinstance(last, Waiting):
        waiting = {"since": last.since.isoformat(), "reason": last.reason, "used": last.used, "left": last.left}
        return answer | {"waiting": waiting}
    answer |= {
        "due": last.due.on.isoformat(),
        "provisional": last.due.provisional,
        "provisional_reason": last.due.provisional_reason,
        "moved_from": last.due.moved_from.isoformat() if last.due.moved_from else None,
    }
    days = _days(steps[-1].clock, last, calendar)
    answer["counted"] = [day.on.isoformat() for day in days if day.state == "counted"]
    if explain:
        answer["days"] = [
            {"on": day.on.isoformat(), "state": day.state, "why": day.why, "running": day.running} for day in days
        ]
    return answer


def _due_lines(rule: Term, steps: tuple[Followed, ...], calendar: WorkCalendar, explain: bool) -> list[str]:
    lines = []
    for step in steps:
        detail = f"{step.happened.working_days}个工作日" if step.happened.working_days else step.happened.letter
        then = "期限停止计算" if isinstance(step.reading, Waiting) else f"到期日 {step.reading.due.text_zh}"
        lines.append(f"{step.happened.on}  {KINDS_ZH[step.happened.kind]}{detail}  {then}")
    last = steps[-1].reading
    if isinstance(last, Waiting):
        lines.append(f"{rule.name_zh}：自{last.since}起{last.reason}，已计{last.used}个、还剩{last.left}个工作日。")
        return lines
    lines.append(f"{rule.name_zh}：{last.due.text_zh}（{rule.article}）")
    if last.due.moved_from:
        lines.append(f"原止于{last.due.moved_from}，该日休息，顺延至其后第一个工作日。")
    if last.due.provisional:
        lines.append(f"注意：{last.due.provisional_reason}")
    if explain:
        states = {"counted": "计入", "skipped": "跳过", "excluded": "扣除"}
        days = _days(steps[-1].clock, last, calendar)
        lines.append(f"{last.due.start}  起算  当日不计入")
        lines += [f"{day.on}  {states[day.state]}  {day.running:>4}  {day.why}" for day in days]
        lines.append(f"日历版本：{calendar.version}")
    return lines


def _days(clock: Clock, reading: Running, calendar: WorkCalendar) -> tuple[CountedDay, ...]:
    """Return the days of a period; one in calendar days or months counts every day up to where it ended by itself."""
    if reading.explanation.days or clock.rule.unit == "工作日":
        return reading.explanation.days
    due = reading.due
    ended = due.moved_from or due.on
    days = []
    for ordinal in range(due.start.toordinal() + 1, due.on.toordinal() + 1):
        day = date.fromordinal(ordinal)
        why = calendar.why(day).text_zh
        running = min(ordinal, ended.toordinal()) - due.start.toordinal()
        if day <= ended:
            days.append(CountedDay(day, "counted", why, running))
        else:
            moved = "期限止于此日" if day == due.on else "末日休息，顺延"
            days.append(CountedDay(day, "skipped", f"{why}，{moved}", running))
    return tuple(days)

