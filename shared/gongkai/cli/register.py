"""`gongkai register verify`: finds a recorded fact that was changed, removed or cut off."""

import argparse

from gongkai.cli import running
from gongkai.cli.console import FOUND_WRONG, OK, say_json
from gongkai.local.layout import table

NAME = "register"
HELP = "核验登记簿是否被改动过 / verify that no recorded fact was changed"


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(title="动作 actions", metavar="动作", dest="verb", required=True)
    verify = verbs.add_parser("verify", help="逐条核验 / check every row and every seal")
    running.configure(verify)
    verify.add_argument("--service", help="服务名，默认全部 / service, all by default")


def run(args: argparse.Namespace) -> int:
    system = running.find(args)
    verdicts = [
        system.ask(service, "/api/ops/register/verify", "POST", timeout=3600.0)
        for service in system.names(args.service)
    ]
    if args.json:
        say_json(verdicts)
    else:
        heads = ("服务", "记录", "事项", "封印", "结论")
        print(
            table(heads, [[v["service"], v["rows"], v["aggregates"], v["seals"], _word(v["whole"])] for v in verdicts])
        )
        for verdict in verdicts:
            for flaw in verdict["flaws"]:
                place = f"事项 {flaw['aggregate_id']} 第 {flaw['version']} 版（位置 {flaw['position']}）"
                print(f"{verdict['service']}：{place}：{flaw['sentence']}")
    return OK if all(verdict["whole"] for verdict in verdicts) else FOUND_WRONG


def _word(whole: bool) -> str:
    return "完整" if whole else "有改动"
