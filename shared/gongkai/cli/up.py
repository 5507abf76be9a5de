"""`gongkai up`: the whole system in the foreground, without sample data."""

import argparse

from gongkai.cli import session
from gongkai.cli.console import OK
from gongkai.local.supervisor import Supervisor

NAME = "up"
HELP = "启动整个系统，按 Ctrl-C 停止 / start the whole system, Ctrl-C stops it"


def configure(parser: argparse.ArgumentParser) -> None:
    session.configure(parser)
    parser.add_argument(
        "--bare",
        action="store_true",
        help="只启动 PostgreSQL 和 Kafka，供单独调试服务 / PostgreSQL and Kafka only",
    )


def run(args: argparse.Namespace) -> int:
    return session.live(session.options_of(args, bare=args.bare), _greet, stay=True)


async def _greet(supervisor: Supervisor) -> int:
    for moved in opened(supervisor):
        print(moved)
    return OK


def opened(supervisor: Supervisor) -> list[str]:
    """Say where to go now."""
    if supervisor.options.bare:
        lines = ["", "PostgreSQL 和 Kafka 已启动。单独运行服务时使用这些设置："]
        return [*lines, *(f"  export {name}='{value}'" for name, value in supervisor.settings.items()), ""]
    return [
        "",
        f"系统已启动：{supervisor.url}/",
        f"  工作人员登录  {supervisor.url}/identity/sign-in",
        f"  平台沙箱      {supervisor.sandbox_url}/",
        f"  数据和日志    {supervisor.state.folder}",
        "按 Ctrl-C 停止。",
        "",
    ]
