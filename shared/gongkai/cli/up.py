"""`gongkai up`: the whole system in the foreground, without sample data."""

import argparse
import contextlib

from gongkai.cli import session
from gongkai.cli.console import OK
from gongkai.local.supervisor import Supervisor

NAME = "up"
SETUP_CODE = "setup-code"
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
    first = []
    with contextlib.suppress(OSError):  # there is one until somebody has set the system up
        code = (supervisor.state.data / SETUP_CODE).read_text().strip()
        first = [f"  首次设置      {supervisor.url}/identity/first-start  设置口令 {code}"]
    return [
        "",
        f"系统已启动：{supervisor.url}/",
        *first,
        f"  工作人员登录  {supervisor.url}/identity/sign-in",
        f"  平台沙箱      {supervisor.sandbox_url}/",
        f"  数据和日志    {supervisor.state.folder}",
        "按 Ctrl-C 停止。",
        "",
    ]
