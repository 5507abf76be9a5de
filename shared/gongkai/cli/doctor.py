"""`gongkai doctor`: everything an operator would check at two in the morning, what it means and what to do."""

import argparse
import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongkai.cli import here, running
from gongkai.cli.console import say_json
from gongkai.local.errors import StackError
from gongkai.local.folders import state_folder
from gongkai.local.state import State
from gongkai.runtime.edge import system_clock

if TYPE_CHECKING:
    from gongkai.runtime.settings import Settings
    from gongkai.upkeep.examining import Subject
    from gongkai.upkeep.examining_services import Ask
    from gongkai.upkeep.findings import Finding
    from gongkai.upkeep.place import Place

NAME = "doctor"
HELP = "检查一切并说明该做什么 / check everything and say what to do"
EPILOG = """\
退出代码 exit codes of this command:
  0  一切正常 everything is fine
  1  有要留意的，或有看不到的 something wants a look, or could not be seen
  2  有问题 something is wrong"""
CERTIFICATES = "GONGKAI_CERTIFICATES"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    running.address(parser)
    here.configure(parser)
    parser.add_argument(
        "--quick", action="store_true", help="不逐条核验登记簿（它要读完全部登记）/ leave out the registers"
    )
    parser.add_argument(
        "--certificates",
        type=Path,
        default=Path(os.environ[CERTIFICATES]) if os.environ.get(CERTIFICATES) else None,
        help=f"证书文件夹（{CERTIFICATES}）/ folder with certificates",
    )


def run(args: argparse.Namespace) -> int:
    from gongkai.upkeep import findings  # noqa: PLC0415

    found = findings.worst_first(examined(subject(args), quick=args.quick))
    if args.json:
        say_json({"at": system_clock(), "findings": findings.as_json(found), "exit_code": findings.exit_code(found)})
    else:
        _print(found)
    return findings.exit_code(found)


def examined(subject: "Subject", *, quick: bool) -> "list[Finding]":
    from gongkai.upkeep.examining import examine  # noqa: PLC0415

    return asyncio.run(examine(subject, system_clock, quick=quick))


def subject(args: argparse.Namespace) -> "Subject":
    """Find out what there is to look at; what is missing becomes a finding."""
    from gongkai.upkeep.examining import Subject, private_files  # noqa: PLC0415
    from gongkai.upkeep.place import NOTE  # noqa: PLC0415

    state = State(state_folder())
    local = running.about()
    place, why = None, ""
    if local:
        place = here.local_place(local["settings"])
    elif here.configured():
        try:
            place = here.set_place(args.volumes)
        except StackError as wrong:
            why = wrong.sentence
    folders = (state.folder,) if local or place is None else tuple(place.roots.values())
    ask, reason = _asking(args, place)
    return Subject(
        place=place,
        ask=ask,
        packages=here.packages(),
        folders=folders,
        private=private_files(place, *((state.folder,) if not here.configured() else ())),
        note=place.note if place else state.data / NOTE,
        public_url=local["url"] if local else os.environ.get("GONGKAI_PUBLIC_URL", ""),
        certificates=args.certificates,
        gateway=os.environ.get("GONGKAI_GATEWAY", ""),
        why_not_running=why or reason,
    )


def _asking(args: argparse.Namespace, place: "Place | None") -> "tuple[Ask | None, str]":
    """Return how to ask a service, or why nobody can be asked."""
    from gongkai.upkeep.examining_services import Answer  # noqa: PLC0415

    try:
        system = running.find(args)
    except StackError as wrong:
        return None, wrong.sentence
    if place is None:
        return None, "不知道数据库在哪里：请在运行系统的机器上执行，或给出 GONGKAI_DATABASE_URLS"
    known = settings()
    token = known.metrics_token if known else None

    def ask(service: str, path: str) -> Answer:
        if service not in system.bases:
            return Answer(0)
        how: dict[str, Any] = {"timeout": 8.0}
        if path == "/metrics" and token:
            how["headers"] = {"Authorization": f"Bearer {token}"}
        try:
            answer = system.send(service, path, **how)
        except StackError:
            return Answer(0)
        return Answer(answer.status_code, answer.text)

    return ask, ""


def settings() -> "Settings | None":
    """Return what this command is set to; none when that is wrong, which is a finding of its own."""
    try:
        return running.settings()
    except StackError:
        return None


def _print(found: "list[Finding]") -> None:
    from gongkai.upkeep.findings import SHAPES  # noqa: PLC0415

    for one in found:
        print(f"{SHAPES[one.state]}  {one.about + '：' if one.about else ''}{one.seen}")
        if one.means:
            print(f"      说明 {one.means}")
        if one.todo:
            print(f"      怎么办 {one.todo}")
    counts = {state: sum(one.state == state for one in found) for state in SHAPES}
    print("，".join(f"{SHAPES[state]} {count}" for state, count in counts.items()))
