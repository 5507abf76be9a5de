"""`gongkai`: finds its commands, one module each, and runs the one that was asked for.

A command module has `NAME`, `HELP`, `configure(parser)` and `run(args) -> exit code`.
"""

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from gongkai import cli
from gongkai.cli.console import EXIT_CODES, INTERRUPTED, OK, Parser, complain
from gongkai.local.errors import StackError


class Command(Protocol):
    """What a command module offers."""

    NAME: str
    HELP: str

    def configure(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, args: argparse.Namespace) -> int: ...


ORDER = (
    "up",
    "demo",
    "status",
    "doctor",
    "import",
    "quarantine",
    "register",
    "events",
    "calendar",
    "law",
    "backup",
    "restore",
    "support-bundle",
    "reset",
    "serve",
    "migrate",
    "secrets",
    "topics",
    "version",
)


def commands() -> list[Command]:
    """Return every command module; what does not name itself is not a command."""
    modules = (importlib.import_module(f"gongkai.cli.{found.name}") for found in pkgutil.iter_modules(cli.__path__))
    named = [cast("Command", module) for module in modules if hasattr(module, "NAME")]
    places = {name: place for place, name in enumerate(ORDER)}
    return sorted(named, key=lambda command: (places.get(command.NAME, len(places)), command.NAME))


def parser() -> Parser:
    top = Parser(
        prog="gongkai",
        description="公开：让政务公开自己按时、同步、留痕地发生。\nOpenness that runs on events.",
        epilog=EXIT_CODES,
    )
    choices = top.add_subparsers(title="命令 commands", metavar="命令", dest="command", required=True)
    for command in commands():
        one = choices.add_parser(command.NAME, help=command.HELP, description=command.HELP, epilog=EXIT_CODES)
        command.configure(one)
        one.set_defaults(run=command.run)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; every foreseen trouble becomes a sentence and a documented code."""
    args = parser().parse_args(argv)
    try:
        code = int(args.run(args))
        sys.stdout.flush()
    except BrokenPipeError:
        # `gongkai events tail | head` ends quietly, but SIGPIPE stays ignored: who hangs up must not end a server.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except StackError as wrong:
        return complain(wrong)
    except KeyboardInterrupt:
        sys.stderr.write("\n已中断。\n")
        return INTERRUPTED
    return code


if __name__ == "__main__":
    sys.exit(main())
