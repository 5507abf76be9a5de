"""`gongkai support-bundle`: what somebody who helps has to know, without personal data and without secrets."""

import argparse
import os
from pathlib import Path

from gongkai.cli import doctor
from gongkai.cli.console import OK, say_json
from gongkai.local.folders import state_folder
from gongkai.local.state import State
from gongkai.local.supervisor import versions
from gongkai.runtime.edge import system_clock

NAME = "support-bundle"
HELP = "收集求助资料，不含个人信息和密码 / collect what a helper needs, no personal data, no secrets"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", type=Path, help="写到哪个 zip 文件，或哪个文件夹 / zip file, or folder for it")
    parser.add_argument(
        "--log",
        type=Path,
        action="append",
        default=[],
        help="另外的日志，例如 docker compose logs 的输出，可重复 / another log, may repeat",
    )
    doctor.configure(parser)
    parser.epilog = None


def run(args: argparse.Namespace) -> int:
    from gongkai.upkeep import bundling  # noqa: PLC0415
    from gongkai.upkeep.examining_host import mounted  # noqa: PLC0415

    now = system_clock()
    target: Path = args.target
    if target.is_dir():
        target /= f"gongkai-support-{now:%Y%m%dT%H%M%SZ}.zip"
    subject = doctor.subject(args)
    findings = doctor.examined(subject, quick=args.quick)
    settings = doctor.settings()
    logs = [path for path in sorted(State(state_folder()).logs.glob("*.log")) if path.name != "sandbox.log"]
    found = bundling.members(
        subject.place, subject.ask, findings, [*logs, *args.log], versions(),
        bundling.settings(settings, os.environ), now,
    )  # fmt: skip
    token = settings.metrics_token if settings else None
    secrets = bundling.known_secrets(subject.place, subject.private, mounted(), token)
    size = bundling.write(target, found, secrets, str(Path.home()))
    if args.json:
        say_json({"file": target, "size": size, "members": sorted(found)})
    else:
        print(f"已写成 {target}（{size / 1000:.0f} KB），{len(found)} 份材料。发出以前请打开看一看。")
    return OK
