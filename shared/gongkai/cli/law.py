"""`gongkai law`: the pure law for people and programs. Works offline, needs no database and keeps nothing."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

from gongkai.cli import law_request
from gongkai.statute import articles, identifiers, rules
from gongkai.statute.calendar import Due, WorkCalendar, built_in
from gongkai.statute.refusal import Refused
from gongkai.statute.terms import Rule, Term
from gongkai.statute.verdict import half_width

NAME = "law"
HELP = "法定期限、号码校验和条文 / Statutory dates, number checks and articles, offline"

_OK, _DOES_NOT_HOLD, _UNUSABLE = 0, 1, 2
_EXAMPLES = """示例 / Examples:
  gongkai law workday 2025-01-24 20 --explain
  gongkai law due received=2025-09-26 consult=2025-10-09 answer=2025-10-17 --explain
  gongkai law fee --items 41
  gongkai law validate docnumber '济商字[2026]5号'
  gongkai law article A26
  gongkai law rules --json
  gongkai law calendar 2026

退出码 / Exit codes: 0 成立 holds, 1 不成立 does not hold, 2 输入有误 unusable input
"""
_STATES = {"counted": "计入", "skipped": "跳过", "excluded": "扣除"}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = HELP
    parser.epilog = _EXAMPLES
    verbs = parser.add_subparsers(dest="law_verb", metavar="COMMAND", required=True)

    workday = _verb(verbs, "workday", "从起算日起数工作日 / Count working days from a date", _workday)
    workday.add_argument("start", metavar="DATE", help="起算日，当日不计入 / start, not counted itself: 2025-01-24")
    workday.add_argument("count", metavar="DAYS", help="工作日数 / number of working days")
    workday.add_argument("--explain", action="store_true", help="逐日说明 / explain every day")

    law_request.configure_due(_verb(verbs, "due", law_request.DUE_HELP, _due))
    law_request.configure_fee(_verb(verbs, "fee", law_request.FEE_HELP, _fee))

    validate = _verb(verbs, "validate", "校验号码并给出正确写法 / Check a number and spell it right", _validate)
    kinds = ", ".join(f"{kind} {name}" for kind, name in identifiers.KINDS.items())
    validate.add_argument("kind", metavar="KIND", help=f"号码种类 / kind of number: {kinds}")
    validate.add_argument("value", metavar="VALUE", help="号码 / the number")

    article = _verb(verbs, "article", "查看条文要点 / What an article says", _article)
    article.add_argument(
        "id", metavar="ARTICLE", nargs="?", help="条文编号，不写则列出全部 / such as A26; omit to list"
    )

    listing = _verb(verbs, "rules", "列出全部法定数字 / List every number of the law", _rules)
    listing.add_argument("id", metavar="RULE", nargs="?", help="规则编号 / one rule only, such as proactive")

    calendar = _verb(verbs, "calendar", "查看放假安排 / Show the holiday notices", _calendar)
    calendar.add_argument("year", metavar="YEAR", nargs="?", help="年份，不写则列出全部 / omit to list the years")


def run(args: argparse.Namespace) -> int:
    verb: Callable[[argparse.Namespace], int] = args.law_run
    try:
        return verb(args)
    except Refused as refused:
        print(f"{refused}", file=sys.stderr)
        return _UNUSABLE


def _verb(verbs: Any, name: str, help_text: str, verb: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=help_text, description=help_text)
    parser.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    parser.set_defaults(law_run=verb)
    return parser


def _workday(args: argparse.Namespace) -> int:
    calendar = built_in()
    start, count = _date(args.start), _whole(args.count, "天数")
    explained = calendar.explain(start, count)
    due = explained.due
    if args.json:
        answer = _due_as_json(due)
        if args.explain:
            answer["days"] = [
                {"on": day.on.isoformat(), "state": day.state, "why": day.why, "running": day.running}
                for day in explained.days
            ]
            answer["runs"] = [
                {"first": run.first.isoformat(), "last": run.last.isoformat(), "total": run.total}
                for run in explained.runs
            ]
        _print_json(answer)
        return _OK
    print(f"自{start}起第{count}个工作日：{due.text_zh}" if count else f"自{start}起0个工作日：{due.text_zh}")
    if due.provisional:
        print(f"注意：{due.provisional_reason}")
    if args.explain:
        print(f"{start}  起算  当日不计入")
        for day in explained.days:
            print(f"{day.on}  {_STATES[day.state]}  {day.running:>4}  {day.why}")
        print(f"连续计入：{explained.runs_text}")
        print(f"日历版本：{due.calendar_version}")
    return _OK


def _due(args: argparse.Namespace) -> int:
    return _answer(args, *law_request.due(args, _date))


def _fee(args: argparse.Namespace) -> int:
    return _answer(args, *law_request.fee(args, _whole))


def _answer(args: argparse.Namespace, for_programs: dict[str, Any], for_people: list[str]) -> int:
    if args.json:
        _print_json(for_programs)
    else:
        print("\n".join(for_people))
    return _OK


def _validate(args: argparse.Namespace) -> int:
    check = identifiers.VALIDATORS.get(args.kind)
    if check is None:
        raise Refused(f"没有号码种类“{args.kind}”，可用：{'、'.join(identifiers.VALIDATORS)}。")
    verdict = check(args.value)
    if args.json:
        _print_json(
            {
                "kind": args.kind,
                "ok": verdict.ok,
                "value": args.value,
                "normalised": verdict.value_normalised,
                "problems": list(verdict.problems),
                "notes": list(verdict.notes),
                "facts": dict(verdict.facts),
            }
        )
    else:
        print(f"{identifiers.KINDS[args.kind]}：{'成立' if verdict.ok else '不成立'}  {verdict.value_normalised}")
        for sentence in (*verdict.problems, *verdict.notes):
            print(f"  {sentence}")
        for fact, value in verdict.facts.items():
            print(f"  {fact}: {value}")
    return _OK if verdict.ok else _DOES_NOT_HOLD


def _article(args: argparse.Namespace) -> int:
    found = [articles.find(args.id)] if args.id else list(articles.ARTICLES.values())
    if args.json:
        shown = [_article_as_json(article) for article in found]
        _print_json(shown[0] if args.id else shown)
        return _OK
    for article in found:
        print(f"{article.id}  {article.citation}  {article.title}")
        if args.id:
            print(f"  {article.summary_zh}")
            for rule in article.rules:
                print(f"  {rule.id}  {_rule_text(rule)}")
    return _OK


def _rules(args: argparse.Namespace) -> int:
    every = rules.all_rules()
    if args.id and args.id not in every:
        raise Refused(f"没有规则“{args.id}”，用 gongkai law rules 查看全部。")
    found = [every[args.id]] if args.id else list(every.values())
    if args.json:
        shown = [_rule_as_json(rule) for rule in found]
        _print_json(shown[0] if args.id else shown)
        return _OK
    for rule in found:
        print(f"{rule.id}  {_rule_text(rule)}  {rule.article}  [{rule.source.name_zh}]")
    return _OK


def _calendar(args: argparse.Namespace) -> int:
    calendar = built_in()
    wanted = _whole(args.year, "年份") if args.year else None
    found = [notice for notice in calendar.notices if wanted in {None, notice.year}]
    if not found:
        raise Refused(f"没有载入{wanted}年的放假安排，已载入{_span(calendar)}。")
    if args.json:
        _print_json({"version": calendar.version, "notices": [notice.as_json() for notice in found]})
        return _OK
    print(f"日历版本：{calendar.version}，已载入{_span(calendar)}")
    for notice in found:
        print(notice.title_zh)
        if wanted:
            for block in notice.blocks:
                print(f"  放假  {block.first} 至 {block.last}  {block.name}")
            for make_up in notice.make_up:
                print(f"  上班  {make_up.on}  {make_up.name}调休")
    return _OK


def _span(calendar: WorkCalendar) -> str:
    return f"{min(calendar.years)}年至{max(calendar.years)}年"


def _date(text: str) -> date:
    cleaned = half_width(text.strip()).replace("/", "-").replace(".", "-")
    try:
        year, month, day = (int(part) for part in cleaned.split("-"))
        return date(year, month, day)
    except ValueError:
        raise Refused(f"“{text}”不是日期，应写作年-月-日，如2025-01-24。") from None


def _whole(text: str, name: str) -> int:
    cleaned = half_width(text.strip())
    if not (cleaned.isascii() and cleaned.removeprefix("-").isdigit() and len(cleaned) <= 9):
        raise Refused(f"{name}“{text}”不是整数。")
    return int(cleaned)


def _due_as_json(due: Due) -> dict[str, Any]:
    return {
        "start": due.start.isoformat(),
        "working_days": due.length,
        "due": due.on.isoformat(),
        "provisional": due.provisional,
        "provisional_reason": due.provisional_reason,
        "calendar_version": due.calendar_version,
    }


def _article_as_json(article: articles.Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "citation": article.citation,
        "title": article.title,
        "summary": article.summary_zh,
        "in_force_from": article.in_force_from.isoformat() if article.in_force_from else None,
        "source": article.source.value,
        "rules": [rule.id for rule in article.rules],
    }


def _rule_text(rule: Term | Rule) -> str:
    return f"{rule.name_zh}：{rule.text_zh}" if isinstance(rule, Term) else rule.name_zh


def _rule_as_json(rule: Term | Rule) -> dict[str, Any]:
    number = rule if isinstance(rule, Term) else None
    return {
        "id": rule.id,
        "name": rule.name_zh,
        "article": rule.article,
        "length": number.length if number else None,
        "unit": number.unit if number else None,
        "adjustable": bool(number and number.adjustable),
        "in_force_from": rule.in_force_from.isoformat() if rule.in_force_from else None,
        "source": rule.source.value,
        "note": rule.note,
    }


def _print_json(answer: Any) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=2))
