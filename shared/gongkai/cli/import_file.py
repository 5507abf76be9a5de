"""`gongkai import FILE`: start a document from a file, in the name of an officer, as any program may."""

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import Any

from gongkai.cli import running
from gongkai.cli.console import OK, say_json
from gongkai.local.errors import StackError
from gongkai.local.folders import state_folder
from gongkai.local.layout import table
from gongkai.local.state import read_json
from gongkai.statute.documents import PUBLICATION_KINDS

NAME = "import"
HELP = "把一个文件导入成草稿 / start a document from a file"
SERVICE = "publication"
SAMPLE_OFFICERS = "sample-officers.json"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=".docx .pdf .html .txt .md .xlsx")
    parser.add_argument("--column", required=True, help="栏目的编号或名称 / column, by id or name")
    kinds = "、".join(f"{kind.id} {kind.name_zh}" for kind in PUBLICATION_KINDS)
    parser.add_argument("--kind", required=True, type=_kind, metavar="KIND", help=f"文件类型 / kind：{kinds}")
    parser.add_argument("--title", help="标题，默认取自文件 / title, from the file by default")
    parser.add_argument("--token-file", type=Path, help="存有访问令牌的文件 / file that holds a bearer token")
    parser.add_argument("--login", help="以谁的身份，口令另行询问或取自 GONGKAI_PASSWORD / whose name to act in")
    running.configure(parser)


def run(args: argparse.Namespace) -> int:
    name, content = _read(args.file)
    if args.token_file:
        args.token = _read(args.token_file)[1].decode("utf-8", "replace").strip()
    system = running.find(args)
    if not args.token:
        system = running.Running(system.bases, _sign_in(system, args.login), system.kafka)
    column = _column(system.ask(SERVICE, "/api/catalogue")["columns"], args.column)
    made = system.ask(
        SERVICE,
        "/api/import",
        "POST",
        files={"file": (name, content)},
        data={"column_id": column, "kind": args.kind},
        timeout=180.0,
    )
    if args.title:
        made = {**made, **_renamed(system, made["id"], args.title)}
    address = f"{system.bases[SERVICE]}/documents/{made['id']}"
    if args.json:
        say_json({**made, "url": address})
    else:
        print(f"已导入《{made['title']}》，现在是草稿：{address}")
        for note in made["notes"]:
            print(f"  注意：{note}")
    return OK


def _renamed(system: running.Running, document_id: str, title: str) -> dict[str, Any]:
    """Save the draft once more, with the title that was given."""
    draft = system.ask(SERVICE, f"/api/documents/{document_id}")
    body = {"edition": draft["edition"], "content": draft["content"] | {"title": title}}
    saved = system.ask(SERVICE, f"/api/documents/{document_id}", "PUT", json=body)
    return {"title": title, "edition": saved["edition"]}


def _kind(text: str) -> str:
    for kind in PUBLICATION_KINDS:
        if text in (kind.id, kind.name_zh):
            return kind.id
    raise argparse.ArgumentTypeError(f"没有文件类型“{text}”")


def _read(file: Path) -> tuple[str, bytes]:
    try:
        return file.name, file.read_bytes()
    except OSError as wrong:
        raise StackError(f"读不了文件 {file}：{wrong.strerror}", "请检查路径和权限。") from wrong


def _sign_in(system: running.Running, login: str | None) -> str:
    samples = read_json(state_folder() / SAMPLE_OFFICERS)
    if login is None:
        known = f"（演示人员：{'、'.join(sorted(samples))}）" if samples else ""
        raise StackError("导入要写明以谁的身份", f"请用 --login 写明登录名{known}，或用 --token 给出令牌。")
    password = os.environ.get("GONGKAI_PASSWORD") or samples.get(login)
    if password is None:
        if not sys.stdin.isatty():
            raise StackError("这里不能询问口令", "请用环境变量 GONGKAI_PASSWORD 给出，或用 --token 给出令牌。")
        password = getpass.getpass(f"{login} 的口令：")
    signed_in: dict[str, Any] = system.ask(
        "identity", "/api/sessions", "POST", json={"login": login, "password": password}
    )
    return str(signed_in["token"])


def _column(columns: list[dict[str, Any]], wanted: str) -> str:
    by_name = [column["id"] for column in columns if column["name"] == wanted]
    if any(column["id"] == wanted for column in columns):
        return wanted
    if len(by_name) == 1:
        return str(by_name[0])
    listed = table(("编号", "栏目"), [(column["id"], column["name"]) for column in columns])
    reason = f"有 {len(by_name)} 个栏目叫“{wanted}”，请写编号" if by_name else f"没有栏目“{wanted}”"
    raise StackError(reason, f"可选：\n{listed}")
