"""`gongkai status`: one look at everything, for a person or a program."""

import argparse
import asyncio
from dataclasses import asdict, dataclass
from typing import Any

from gongkai.cli import running
from gongkai.cli.console import FAILED, NOT_RUNNING, OK, NotRunning, say_json
from gongkai.local.errors import StackError
from gongkai.local.folders import state_folder
from gongkai.local.layout import table
from gongkai.local.state import State
from gongkai.local.supervisor import versions

NAME = "status"
HELP = "查看服务、积压、未发事件、隔离区、端口和版本 / one look at everything"


@dataclass(slots=True)
class Seen:
    """What one service says of itself. `None` is what nobody could tell us."""

    service: str
    ready: bool = False
    unsent: int | None = None
    lag: int | None = None
    quarantine: int | None = None
    clocks_due: int | None = None
    trouble: str = ""


def configure(parser: argparse.ArgumentParser) -> None:
    running.configure(parser)


def run(args: argparse.Namespace) -> int:
    try:
        system = running.find(args)
    except NotRunning as wrong:
        local = running.about()
        if local is None:
            return _not_running(wrong, as_json=args.json)
        _show(local, [], as_json=args.json)
        return OK if local["bare"] else FAILED
    local = None if args.url else running.about()
    services = [_look(system, name) for name in sorted(system.bases)]
    if system.kafka:
        from gongkai.upkeep import wire  # noqa: PLC0415

        bus = asyncio.run(wire.look(system.kafka, system.kafka_prefix, system.bases))
        for seen in services:
            seen.lag = bus.unread[seen.service] if bus else None
    _show(local, services, as_json=args.json)
    return OK if services and all(seen.ready for seen in services) else FAILED


def _look(system: running.Running, service: str) -> Seen:
    seen = Seen(service)
    try:
        seen.ready = system.send(service, "/health/ready", timeout=10.0).is_success
        found = system.ask(service, "/api/ops/status", timeout=10.0)
    except StackError as wrong:
        seen.trouble = wrong.sentence
        return seen
    seen.unsent = found["unsent"]
    seen.quarantine = sum(found["quarantine"].values())
    seen.clocks_due = found["clocks_due"]
    seen.trouble = found["relay_alarm"] or ""
    return seen


def _show(local: dict[str, Any] | None, services: list[Seen], *, as_json: bool) -> None:
    if as_json:
        say_json(_as_json(local, services))
    else:
        _print(local, services)


def _as_json(local: dict[str, Any] | None, services: list[Seen]) -> dict[str, Any]:
    answer: dict[str, Any] = {"running": True, "services": [asdict(seen) for seen in services]}
    if local is not None:
        public = ("url", "sandbox_url", "folder", "pid", "pids", "ports", "versions")
        answer |= {name: local[name] for name in public}
    return answer


def _print(local: dict[str, Any] | None, services: list[Seen]) -> None:
    heads = ("服务", "就绪", "未读", "未发", "隔离", "到期时钟", "说明")
    rows = [
        (
            seen.service,
            "是" if seen.ready else "否",
            *(_number(value) for value in (seen.lag, seen.unsent, seen.quarantine, seen.clocks_due)),
            seen.trouble,
        )
        for seen in services
    ]
    print(table(heads, rows) if rows else "没有运行服务。")
    if local is None:
        return
    print(f"\n网址    {local['url']}/\n沙箱    {local['sandbox_url']}/\n文件夹  {local['folder']}")
    print(f"端口    {'，'.join(f'{name} {port}' for name, port in local['ports'].items())}")
    print(f"进程    监管 {local['pid']}，{'，'.join(f'{name} {pid}' for name, pid in local['pids'].items())}")
    print(f"版本    {'，'.join(f'{name} {version}' for name, version in local['versions'].items())}")


def _number(value: int | None) -> str:
    return "—" if value is None else str(value)


def _not_running(wrong: NotRunning, *, as_json: bool) -> int:
    state = State(state_folder())
    starting = state.is_locked()
    known = state.known_ports()
    if as_json:
        say_json(
            {
                "running": False,
                "starting": starting,
                "folder": str(state.folder),
                "ports": known,
                "versions": versions(),
            }
        )
    elif starting:
        print(f"系统正在启动或正在停止（{state.folder}），请稍后再看。")
    else:
        print(wrong.sentence)
        print(wrong.advice)
    return NOT_RUNNING
