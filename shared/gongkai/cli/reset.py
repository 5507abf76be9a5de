"""`gongkai reset`: forget everything of this copy, after asking."""

import argparse
import shutil
import sys

from gongkai.cli.console import FAILED, OK
from gongkai.local.folders import cache_folder, state_folder
from gongkai.local.state import State

NAME = "reset"
HELP = "清空本机这一份系统的全部数据（先询问）/ forget all local data, after asking"
OURS = ("postgres", "postgres.new", "kafka", "kafka.new", "data", "sandbox", "logs", "run")
FILES = ("passwords.json", "ports.json", "sample-officers.json", ".room", "lock")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="不再询问 / do not ask")


def run(args: argparse.Namespace) -> int:
    state = State(state_folder())
    if not state.folder.exists():
        print(f"{state.folder} 里没有数据。")
        return OK
    with state.locked():
        if not args.yes and not _agreed(f"将永久删除 {state.folder} 里的全部数据：文件、账号、登记簿和事件。"):
            print("没有删除任何内容。")
            return FAILED
        for name in OURS:
            shutil.rmtree(state.folder / name, ignore_errors=True)
        for name in FILES:
            (state.folder / name).unlink(missing_ok=True)
    kept = cache_folder()
    left = sorted(found.name for found in state.folder.iterdir() if found != kept)
    if left:
        print(f"已清空。{state.folder} 里还有不是本系统的内容，没有动：{'、'.join(left)}")
    elif kept.parent == state.folder and kept.exists():
        print(f"已清空。下载的组件留在 {kept}，下次启动不用再取。")
    else:
        state.folder.rmdir()
        print("已清空。")
    return OK


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        print(f"{question}\n这里不能提问；确定要删除时请加 --yes。")
        return False
    return input(f"{question}\n确定请输入 yes：").strip().lower() == "yes"
