"""Numbered `.sql` files, forward only, each once, under a lock, with their checksums.

`0004_pre_….sql` runs before new code starts, `0005_post_….sql` after the old code is gone.
"""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final, Literal

from gongkai.runtime.sql import Connection

_NAME: Final = re.compile(r"^(\d{4})_(pre|post)_[a-z0-9_]+\.sql$")
_LOCK: Final = 0x676B_6D69_6772
RUNTIME: Final = "gongkai.runtime"

Phase = Literal["pre", "post"]


class WrongMigration(Exception):
    """The database and the code do not belong together; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Step:
    package: str
    name: str
    phase: Phase
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def steps_of(package: str) -> list[Step]:
    """Return the migrations of a package in order; a misnamed file or a number used twice is an error."""
    folder = resources.files(package) / "migrations"
    if not folder.is_dir():
        return []
    steps: list[Step] = []
    numbers: set[str] = set()
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if not entry.name.endswith(".sql"):
            continue
        match = _NAME.match(entry.name)
        if not match:
            msg = f"{package}/migrations/{entry.name}: expected 0001_pre_name.sql or 0001_post_name.sql"
            raise WrongMigration(msg)
        if match[1] in numbers:
            msg = f"{package}/migrations: number {match[1]} is used twice"
            raise WrongMigration(msg)
        numbers.add(match[1])
        phase: Phase = "pre" if match[2] == "pre" else "post"
        steps.append(Step(package, entry.name, phase, entry.read_text("utf-8")))
    return steps


async def migrate(
    db: Connection,
    package: str,
    *,
    phases: Sequence[Phase] = ("pre", "post"),
    only: Collection[tuple[str, str]] | None = None,
) -> list[str]:
    """Bring one service's database up to date: the runtime's tables, then the service's own. Returns what ran.

    `only` names the steps, as (package, name), when the database shall be as an earlier version had it.
    """
    ran: list[str] = []
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        await db.execute(
            """CREATE TABLE IF NOT EXISTS migration (
                   package text NOT NULL, name text NOT NULL, checksum text NOT NULL,
                   applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (package, name))"""
        )
        applied = {
            (row["package"], row["name"]): row["checksum"]
            for row in await db.fetch("SELECT package, name, checksum FROM migration")
        }
        for owner in dict.fromkeys((RUNTIME, package)):
            steps = steps_of(owner)
            _refuse_foreign(owner, steps, applied)
            for step in steps:
                known = applied.get((step.package, step.name))
                if known is not None or step.phase not in phases:
                    continue
                if only is not None and (step.package, step.name) not in only:
                    continue
                await db.execute(step.text)
                await db.execute(
                    "INSERT INTO migration (package, name, checksum) VALUES ($1, $2, $3)",
                    step.package,
                    step.name,
                    step.checksum,
                )
                ran.append(f"{step.package}/{step.name}")
    return ran


async def compare(db: Connection, package: str) -> None:
    """Refuse a database that lacks a step of this code, or has one that this code does not know. Changes nothing."""
    if await db.fetchval("SELECT to_regclass('migration')") is None:
        msg = "数据库还没有建表：请先执行 gongkai migrate"
        raise WrongMigration(msg)
    applied = {
        (row["package"], row["name"]): row["checksum"]
        for row in await db.fetch("SELECT package, name, checksum FROM migration")
    }
    for owner in dict.fromkeys((RUNTIME, package)):
        steps = steps_of(owner)
        _refuse_foreign(owner, steps, applied)
        missing = [
            f"{owner}/{step.name}" for step in steps if step.phase == "pre" and (owner, step.name) not in applied
        ]
        if missing:
            msg = f"数据库还缺 {'、'.join(missing)}：请先执行 gongkai migrate"
            raise WrongMigration(msg)


def _refuse_foreign(owner: str, steps: list[Step], applied: dict[tuple[str, str], str]) -> None:
    ours = {step.name: step for step in steps}
    for (package, name), checksum in applied.items():
        if package != owner:
            continue
        if name not in ours:
            msg = f"数据库已执行过 {package}/{name}，但这个版本的程序里没有它：程序比数据旧，请换用新版本"
            raise WrongMigration(msg)
        if ours[name].checksum != checksum:
            msg = f"{package}/{name} 与数据库里执行过的不一样：迁移文件发布后不能再改"
            raise WrongMigration(msg)
