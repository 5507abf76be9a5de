"""`gongkai register`: finds a recorded fact that was changed or removed; makes the read models again from the facts."""

import argparse

from gongkai.cli import running
from gongkai.cli.console import FOUND_WRONG, OK, say_json
from gongkai.local.layout import table

NAME = "register"
#: Services whose read models follow from their own facts alone.
REBUILDABLE = ("identity", "publication", "request")
HELP = "核验登记簿是否被改动过，按登记簿重建查询表 / verify the recorded facts, rebuild what is read from them"


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(title="动作 actions", metavar="动作", dest="verb", required=True)
    verify = verbs.add_parser("verify", help="逐条核验 / check every row and every seal")
    running.configure(verify)
    verify.add_argument("--service", help="服务名，默认全部 / service, all by default")
    rebuild = verbs.add_parser("rebuild", help="按登记簿重建查询表 / make the read models again")
    running.configure(rebuild)
    rebuild.add_argument("--service", required=True, choices=REBUILDABLE, help="服务名 / service")


def run(args: argparse.Namespace) -> int:
    system = running.find(args)
    if args.verb == "rebuild":
        return _rebuild(system, args.service, as_json=args.json)
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


def _rebuild(system: running.Running, service: str, *, as_json: bool) -> int:
    done = system.ask(service, "/api/operating/rebuild", "POST", timeout=3600.0)
    if as_json:
        say_json(done)
    else:
        print(f"{service} 的查询表已按登记簿重建：" + "，".join(f"{name} {count}" for name, count in done.items()))
    return OK


def _word(whole: bool) -> str:
    return "完整" if whole else "有改动"
