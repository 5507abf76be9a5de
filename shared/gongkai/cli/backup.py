"""`gongkai backup`: every database, blob and key as of one instant, encrypted, in one file."""

import argparse
import asyncio
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.cli import here, locks
from gongkai.cli.console import FOUND_WRONG, OK, say_json
from gongkai.local.errors import StackError
from gongkai.local.supervisor import versions
from gongkai.runtime.edge import system_clock

if TYPE_CHECKING:
    from gongkai.upkeep.saving import Say

NAME = "backup"
HELP = "把全部数据库、内容和密钥备份成一个加密文件 / back everything up into one encrypted file"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", nargs="?", type=Path, help="文件，或放备份的文件夹 / file, or folder for it")
    locks.configure(parser)
    parser.add_argument("--new-key", type=Path, metavar="FILE", help="只新建一个密钥文件 / only make a key file")
    here.configure(parser)


def run(args: argparse.Namespace) -> int:
    if args.new_key:
        from gongkai.upkeep.lock import make_key_file  # noqa: PLC0415

        make_key_file(args.new_key)
        print(f"已建立 {args.new_key}。没有它，备份谁也打不开：请另存一份，不要和备份放在一起。")
        print("Without it nobody opens the backup: keep a copy, and not beside the backup.")
        return OK
    if args.target is None:
        raise StackError(
            "请写明备份到哪个文件或文件夹 / say where to", "例 for example：gongkai backup /mnt/backups --key-file …"
        )
    now = system_clock()
    return asyncio.run(_backup(args, _target(args.target, now), now))


def _target(wanted: Path, now: datetime) -> Path:
    if wanted.is_dir():
        return wanted.absolute() / f"gongkai-{now:%Y%m%dT%H%M%SZ}.backup"
    if not wanted.absolute().parent.is_dir():
        raise StackError(f"没有文件夹 {wanted.parent} / there is no such folder")
    return wanted.absolute()


async def _backup(args: argparse.Namespace, target: Path, now: datetime) -> int:
    from gongkai.upkeep.saving import save  # noqa: PLC0415

    lock = locks.shown(args, twice=True)
    async with here.to_save(args.volumes) as place:
        saved = await save(
            place, target, lock, now=now, version=versions().get("gongkai", ""), say=saying(quiet=args.json)
        )
    if args.json:
        say_json({
            "file": saved.file, "size": saved.size, "tables": saved.tables, "rows": saved.rows, "blobs": saved.blobs,
            "keys": saved.keys, "still_ms": round(saved.still_ms, 1), "wrong": saved.wrong,
        })  # fmt: skip
    else:
        print(f"备份已写成并读回核对 written and read back：{saved.file}（{saved.size / 1_000_000:.1f} MB）")
        print(f"数据库 {len(place.services)} 个，表 {saved.tables} 张，{saved.rows} 行", end="；")
        print(f"内容 {saved.blobs} 份，密钥等文件 {saved.keys} 个；写入暂停 {saved.still_ms:.0f} 毫秒")
        for sentence in saved.wrong:
            print(f"✗ {sentence}")
        if saved.wrong:
            print("备份照原样写成了；请先查清这些问题 / it was saved as it is; look into these first")
    return FOUND_WRONG if saved.wrong else OK


def saying(*, quiet: bool) -> "Say":
    """Return what prints how far it is, with the seconds that went by."""
    began = time.monotonic()

    def say(sentence: str) -> None:
        if not quiet:
            print(f"[{time.monotonic() - began:7.1f} s] {sentence}", flush=True)

    return say
