"""`gongkai demo`: start the system and play the main job on real input, so that a person sees it happen."""

import argparse

from gongkai.cli import session
from gongkai.cli.console import complain
from gongkai.local.errors import StackError
from gongkai.local.supervisor import Supervisor

NAME = "demo"
HELP = "启动系统并演示一份文件从起草到同步发布的全过程 / start, and play the main job"


def configure(parser: argparse.ArgumentParser) -> None:
    session.configure(parser)
    parser.add_argument("--once", action="store_true", help="演示、自查、退出 / play, check, exit")


def run(args: argparse.Namespace) -> int:
    async def play(supervisor: Supervisor) -> int:
        print(f"\n系统已启动：{supervisor.url}/\n")
        from gongkai.local.demo import play as main_job  # noqa: PLC0415  no other command needs it

        try:
            code = await main_job(
                supervisor.settings["GONGKAI_INTERNAL_URL"],
                sandbox_url=supervisor.sandbox_url,
                folder=supervisor.state.folder,
                site=supervisor.url,
            )
        except StackError as wrong:
            if args.once:
                raise
            code = complain(wrong)  # the system itself runs: a person may want to look at what is there
        if not args.once:
            print("系统继续运行，按 Ctrl-C 停止。")
        return code

    return session.live(session.options_of(args), play, stay=not args.once)
