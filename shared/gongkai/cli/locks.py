"""How a person shows the key of a backup: a file, or words typed where nobody sees them."""

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gongkai.local.errors import StackError

if TYPE_CHECKING:
    from gongkai.upkeep.lock import Lock

KEY_FILE: Final = "GONGKAI_BACKUP_KEY_FILE"
PASSPHRASE_FILE: Final = "GONGKAI_BACKUP_PASSPHRASE_FILE"  # noqa: S105  a name


def configure(parser: argparse.ArgumentParser) -> None:
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--key-file", type=Path, help=f"备份密钥文件，- 是标准输入（{KEY_FILE}）/ key file, - is standard input"
    )
    ways.add_argument(
        "--passphrase-file", type=Path, help=f"写有口令的文件（{PASSPHRASE_FILE}）；都不写则在终端询问 / else asked"
    )


def shown(args: argparse.Namespace, *, twice: bool) -> "Lock":
    """Return the key. `twice` asks again for words that nothing has been locked with yet."""
    from gongkai.upkeep.lock import Lock  # noqa: PLC0415

    if args.key_file and str(args.key_file) == "-":
        return Lock.of_key(sys.stdin.buffer.read(1000), "-")
    if args.key_file:
        return Lock.of_key_file(args.key_file)
    if args.passphrase_file:
        return Lock.of_passphrase_file(args.passphrase_file)
    if named := os.environ.get(KEY_FILE):
        return Lock.of_key_file(Path(named))
    if named := os.environ.get(PASSPHRASE_FILE):
        return Lock.of_passphrase_file(Path(named))
    if not sys.stdin.isatty():
        raise StackError(
            "没有给出备份的密钥 / no key was given",
            "请写 --key-file 或 --passphrase-file；新建密钥文件 make one：gongkai backup --new-key 文件",
        )
    words = getpass.getpass("备份口令 passphrase：")
    if twice and getpass.getpass("再输入一次 again：") != words:
        raise StackError("两次输入的口令不一样 / the two differ")
    return Lock.of_passphrase(words)
