"""`gongkai quarantine`: events that could not be taken in, why, and the two ways out."""

import argparse
from typing import Any

from gongkai.cli import running
from gongkai.cli.console import FOUND_WRONG, OK, say_json
from gongkai.local.layout import table

NAME = "quarantine"
HELP = "查看、重放或放弃隔离区里的事件 / events that could not be taken in"


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(title="动作 actions", metavar="动作", dest="verb", required=True)
    for verb, help_text, one in (
        ("list", "列出 / list", False),
        ("show", "查看一个 / show one", True),
        ("replay", "按原顺序重放它所属事项的全部事件 / try again, in order", True),
        ("drop", "放弃一个，并放行排在后面的 / give one up", True),
    ):
        each = verbs.add_parser(verb, help=help_text, description=help_text)
        running.configure(each)
        each.add_argument("--service", required=one, help="服务名 / service")
        if one:
            each.add_argument("number", type=int, help="隔离区编号 / number in the quarantine")
        if verb == "drop":
            each.add_argument("--reason", required=True, help="为什么放弃，会记录下来 / why, for the record")
        if verb == "list":
            each.add_argument(
                "--state", choices=("parked", "replayed", "dropped"), default="parked", help="状态 / state"
            )


def run(args: argparse.Namespace) -> int:
    system = running.find(args)
    if args.verb == "list":
        return _list(system, args)
    service = system.names(args.service)[0]
    path = f"/api/ops/quarantine/{args.number}"
    if args.verb == "show":
        return _show(system.ask(service, path), as_json=args.json)
    why = {"json": {"reason": args.reason}} if args.verb == "drop" else {}
    outcome = system.ask(service, f"{path}/{args.verb}", "POST", **why)
    return _tell(outcome, dropped=args.verb == "drop", as_json=args.json)


def _list(system: running.Running, args: argparse.Namespace) -> int:
    rows = [
        {"service": service, **row}
        for service in system.names(args.service)
        for row in system.ask(service, "/api/ops/quarantine", params={"state": args.state})
    ]
    if args.json:
        say_json(rows)
    elif not rows:
        print("隔离区是空的。")
    else:
        heads = ("服务", "编号", "类型", "事项", "原因", "说明", "次数")
        keys = ("service", "number", "type", "subject", "cause", "reason", "tries")
        print(table(heads, [[row[key] for key in keys] for row in rows]))
    return OK


def _show(row: dict[str, Any], *, as_json: bool) -> int:
    if as_json:
        say_json(row)
    else:
        for key, value in row.items():
            if key != "text":
                print(f"{key}: {value}")
        print(f"\n{row.get('text', '')}")
    return OK


def _tell(outcome: dict[str, Any], *, dropped: bool, as_json: bool) -> int:
    stuck = outcome.get("stopped_at")
    if as_json:
        say_json(outcome)
    else:
        if dropped:
            print("已放弃这一个。")
        print(f"重放成功 {outcome['replayed']} 个。")
        if stuck is not None:
            print(f"停在第 {stuck} 号：{outcome['reason']}")
    return OK if stuck is None else FOUND_WRONG
