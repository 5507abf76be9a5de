"""`gongkai secrets`: make the passwords and keys of an installation that are not there yet, a folder per reader."""

import argparse
import json
import os
import secrets
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from gongkai.cli.console import OK
from gongkai.local.databases import database_name

NAME = "secrets"
HELP = "生成还没有的密码和密钥，每个读者一个文件夹 / make passwords and keys that are missing"
#: Whoever is given a folder reads it, under whatever user its program runs; nobody is given the folder above.
_READABLE: Final = 0o444
_ENTER: Final = 0o755
#: What only a person can know. An empty file is a setting that is not set.
_GIVEN: Final = ("identity/smtp-url", "request/smtp-url", "request/sms-token")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="放在哪里 / where")
    parser.add_argument(
        "--put", choices=_GIVEN, metavar="NAME", help=f"从标准输入存入 {'、'.join(_GIVEN)} / store one, read from stdin"
    )
    parser.add_argument("--postgres", default="postgres:5432", help="数据库地址 / host and port of the database")


def run(args: argparse.Namespace) -> int:
    from gongkai.hosting.host import installed_services  # noqa: PLC0415
    from gongkai.runtime.identity_token import Tokens  # noqa: PLC0415

    folder: Path = args.folder
    if args.put:
        _write(folder / args.put, sys.stdin.read().strip())
        print(f"已存入 {args.put}")
        return OK
    names = [service.name for service in installed_services()]
    urls = {name: _kept(folder / name / "database-url", partial(_dsn, name, args.postgres)) for name in names}
    password = _kept(folder / "postgres" / "password", _password)
    _kept(folder / "grafana" / "password", _password)
    _kept(folder / "metrics" / "token", _password)
    _write(folder / "migrate" / "database-urls", json.dumps(urls))
    _write(folder / "migrate" / "admin-url", f"postgresql://postgres:{password}@{args.postgres}/postgres")
    for name in _GIVEN:
        _kept(folder / name, str)
    Tokens(folder / "tokens")
    print(f"密码和密钥齐全：{'、'.join(sorted(path.name for path in folder.iterdir()))}")
    return OK


def _password() -> str:
    return secrets.token_urlsafe(32)


def _dsn(service: str, address: str) -> str:
    role = database_name(service)
    return f"postgresql://{role}:{_password()}@{address}/{role}"


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Return what is there, or make it: a secret that is in use never changes by itself."""
    if not path.exists():
        _write(path, make())
    return path.read_text("utf-8")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(mode=_ENTER, parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _READABLE), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
