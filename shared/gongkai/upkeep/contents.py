"""What a backup says it holds. It is read to its end before anything is restored."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gongkai.local.errors import StackError
from gongkai.upkeep import strongbox
from gongkai.upkeep.lock import Lock
from gongkai.upkeep.place import Name
from gongkai.upkeep.records import Body, Reader
from gongkai.upkeep.tables import Table


@dataclass(slots=True)
class Database:
    """One service's database as it was: its migrations, its tables in the order in which they can be filled."""

    steps: dict[tuple[str, str], str]
    sequences: dict[str, int]
    register: dict[str, Any]
    tables: dict[str, Table] = field(default_factory=dict)
    #: Table → number of rows and their sum.
    sums: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Contents:
    made_at: str
    version: str
    databases: dict[str, Database] = field(default_factory=dict)
    files: dict[Name, dict[str, Any]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(said["rows"] for database in self.databases.values() for said in database.sums.values())

    @property
    def blobs(self) -> int:
        return sum(name.digest is not None for name in self.files)


def read(file: Path, lock: Lock) -> Contents:
    """Check every byte and return what there is. Raises a sentence for a wrong key, a cut or a changed file."""
    contents: Contents | None = None
    ended = False
    for about, head, body in walk(file, lock):
        if contents is None:
            contents = Contents(str(about.get("made_at", "")), str(about.get("version", "")))
        match head["object"]:
            case "database":
                steps = {(package, name): checksum for package, name, checksum in head["steps"]}
                contents.databases[head["service"]] = Database(steps, head["sequences"], head["register"])
            case "table":
                database = contents.databases[head["service"]]
                database.tables[head["table"]] = Table(head["table"], tuple(head["columns"]))
                database.sums[head["table"]] = body.tail
            case "file":
                contents.files[Name.of(head["name"])] = body.tail
            case "end":
                contents.wrong, ended = head["wrong"], True
    if contents is None or not ended:
        raise strongbox.Damaged("备份文件不完整 / the backup is not complete", "请换一份备份。")
    return contents


def walk(file: Path, lock: Lock) -> Iterator[tuple[dict[str, Any], dict[str, Any], Body]]:
    """Return the objects of a backup one after another, each with what the file says of itself."""
    try:
        source = file.open("rb")
    except OSError as wrong:
        raise StackError(f"读不到 {file}：{wrong.strerror} / cannot read it") from wrong
    with source:
        opening = strongbox.Opening(source, lock)
        if opening.about.get("format") != 1:
            raise StackError("这份备份由更新的版本写成 / a newer version made this backup", "请用那个版本恢复。")
        for head, body in Reader(opening.pieces()).objects():
            yield opening.about, head, body
