"""The content of the demonstration, read from `deploy/seed`: an organ, its people, its accounts, its documents."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from gongkai.local.errors import StackError

TODAY: Final = "today"


@dataclass(frozen=True, slots=True)
class Officer:
    name: str
    login: str
    unit: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    platform: str
    handle: str
    name: str
    filing_number: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What a correction changes, and what it tells the public."""

    old: str
    new: str
    old_summary: str
    new_summary: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Document:
    """One document and how it goes its way. `content` is what the API takes."""

    key: str
    file: Path
    imported: bool
    content: Mapping[str, Any]
    interprets: str = ""
    refused_first: str = ""
    scheduled_in: int = 0
    correction: Correction | None = None
    withdrawal: str = ""
    leave_at: str = ""

    @property
    def title(self) -> str:
        return str(self.content["title"])


@dataclass(frozen=True, slots=True)
class Seed:
    organ: Mapping[str, Any]
    administrator: Officer
    officers: tuple[Officer, ...]
    accounts: tuple[Account, ...]
    road: Mapping[str, str]
    documents: tuple[Document, ...]

    def interpretations(self, key: str) -> tuple[Document, ...]:
        return tuple(document for document in self.documents if document.interprets == key)


def folder() -> Path:
    """Return where the seed lies: beside the sources, or where the environment says."""
    given = os.environ.get("GONGKAI_SEED")
    found = Path(given) if given else Path(__file__).resolve().parents[4] / "deploy" / "seed"
    if not (found / "story.toml").is_file():
        raise StackError(
            f"没有找到样例内容（{found}）", "请在源码目录里运行，或用环境变量 GONGKAI_SEED 指明 deploy/seed。"
        )
    return found


def read(place: Path, today: date) -> Seed:
    """Read the whole seed; `today` stands where a document says so."""
    organ = _toml(place / "organ.toml")
    story = _toml(place / "story.toml")
    return Seed(
        organ=organ["organ"],
        administrator=Officer(organ["administrator"]["name"], organ["administrator"]["login"], "", ("administrator",)),
        officers=tuple(
            Officer(one["name"], one["login"], one["unit"], tuple(one["roles"])) for one in organ["officers"]
        ),
        accounts=tuple(Account(**one) for one in organ["accounts"]),
        road=organ["road"],
        documents=tuple(_document(place, one, today) for one in story["documents"]),
    )


def _document(place: Path, entry: Mapping[str, Any], today: date) -> Document:
    file = place / str(entry["file"])
    first, _, body = file.read_text("utf-8").partition("\n")
    if not first.startswith("# "):
        raise StackError(f"样例文件 {file.name} 的第一行不是标题", "请以“# 标题”开头。")
    formed_on = today if entry.get("formed_on") == TODAY else entry.get("formed_on")
    content: dict[str, Any] = {
        "title": first.removeprefix("# ").strip(),
        "kind": entry["kind"],
        "column_id": entry["column"],
        "body": body.strip() + "\n",
        "formed_on": formed_on.isoformat() if formed_on else None,
        "valid_until": entry["valid_until"].isoformat() if "valid_until" in entry else None,
    }
    for name in ("document_number", "themes", "keywords", "important", "summary", "legal_basis", "form"):
        if name in entry:
            content[name] = entry[name]
    return Document(
        key=entry["key"],
        file=file,
        imported=entry.get("how") == "import",
        content=content,
        interprets=entry.get("interprets", ""),
        refused_first=entry.get("refused_first", ""),
        scheduled_in=entry.get("scheduled_in", 0),
        correction=Correction(**entry["correction"]) if "correction" in entry else None,
        withdrawal=entry.get("withdrawal", {}).get("explanation", ""),
        leave_at=entry.get("leave_at", ""),
    )


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as wrong:
        raise StackError(f"读不懂样例内容 {file}", str(wrong)) from wrong
