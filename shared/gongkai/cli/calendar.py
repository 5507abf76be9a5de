"""`gongkai calendar`: the holiday notices of a running system, and loading the one of a year."""

import argparse
import json
from pathlib import Path
from typing import Any

from gongkai.cli import running
from gongkai.cli.console import OK, say_json
from gongkai.local.errors import StackError
from gongkai.local.layout import table

NAME = "calendar"
HELP = "查看、载入国务院办公厅的放假通知 / holiday notices of the running system"
SERVICE = "identity"
FORM = """\
文件是 JSON，一年一份 / one notice as JSON:
  {"year": 2026, "number": "国办发明电〔2025〕7号", "issued_on": "2025-11-04",
   "off": {"元旦": ["2026-01-01/2026-01-03"], "春节": ["2026-02-15/2026-02-23"]},
   "make_up": {"2026-01-04": "元旦", "2026-02-14": "春节"}}
载入后各项没有办结的期限重新计算。不需要系统的推算用 gongkai law。"""


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(title="动作 actions", metavar="动作", dest="verb", required=True)
    show = verbs.add_parser("show", help="列出 / list", description="列出 / list")
    load = verbs.add_parser(
        "load", help="载入一年 / load one year", description="载入一年 / load one year", epilog=FORM
    )
    load.add_argument("file", type=Path, help="通知，JSON / the notice")
    for each in (show, load):
        running.configure(each)


def run(args: argparse.Namespace) -> int:
    if args.verb == "load":
        notice = _read(args.file)  # a wrong file is said before the system is looked for
        return _load(running.find(args), notice, as_json=args.json)
    told = running.find(args).ask(SERVICE, "/api/calendar")
    if args.json:
        say_json(told)
    else:
        print(f"日历版本 {told['version']}，已载入到{told['last_year']}年")
        heads = ("年份", "文号", "印发日期", "工作日")
        print(
            table(
                heads,
                [
                    (
                        str(each["year"]),
                        each["number"] or "随系统提供",
                        each["issued_on"] or "",
                        str(each["working_days"]),
                    )
                    for each in told["notices"]
                ],
            )
        )
    return OK


def _load(system: running.Running, notice: Any, *, as_json: bool) -> int:
    became = system.ask(SERVICE, "/api/calendar", "POST", json=notice)
    if as_json:
        say_json(became)
        return OK
    year, days = became["notice"]["year"], became["notice"]["working_days"]
    if became["changed"]:
        print(f"已载入{year}年放假安排，全年{days}个工作日，日历版本 {became['version']}。没有办结的期限正在重新计算。")
    else:
        print(f"{year}年放假安排早已载入，没有变化。")
    return OK


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except OSError as wrong:
        raise StackError(f"读不了文件 {file}：{wrong.strerror}", "请检查路径和权限。") from wrong
    except ValueError as wrong:
        raise StackError(f"文件 {file} 不是 JSON：{wrong}", "请用 gongkai calendar load --help 看格式。") from wrong
