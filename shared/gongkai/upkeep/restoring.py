"""Restores a backup into an empty place, compares all of it with what was saved, and only then lets it be true.

Every database is filled in a transaction of its own and compared inside it; files wait in a folder beside their
places. When everything is as it was saved, the files take their places and the transactions commit. Whatever goes
wrong before leaves the place empty; after a kill in between, the same command goes on: what is there already is
compared, not trusted.
"""

import asyncio
import contextlib
import hashlib
import os
import shutil
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from gongkai.local.errors import StackError
from gongkai.runtime import migrate, rebroadcast, roles, seal
from gongkai.runtime.sql import Connection
from gongkai.upkeep import tables
from gongkai.upkeep.contents import Contents, Database, walk
from gongkai.upkeep.lock import Lock
from gongkai.upkeep.place import STAGING, Name, Place, shown
from gongkai.upkeep.records import Body
from gongkai.upkeep.saving import Say, connected, signer

#: Tables that saying everything again changes on purpose, once they were compared.
_REWRITTEN: Final = frozenset({"outbox_head", "quarantine", "inbox"})


@dataclass(slots=True)
class Restored:
    """What came back, and what did not."""

    rows: int = 0
    tables: int = 0
    blobs: int = 0
    files: int = 0
    events: int = 0
    registers: dict[str, int] = field(default_factory=dict)
    forgotten: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


async def restore(
    place: Place, file: Path, lock: Lock, contents: Contents, packages: dict[str, str], *, now: datetime, say: Say
) -> Restored:
    """Fill an empty place. `contents` was read to its end: the whole file is good."""
    _fits(place, contents, packages)
    await asyncio.to_thread(_refuse_foreign_files, place, contents)
    restored = Restored(wrong=list(contents.wrong))
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(_forget_staging, place)
        for service in contents.databases:
            await _provide(place, service)
        opened: dict[str, Connection] = {}
        for service in contents.databases:
            db = await _empty(place, service, stack, contents.databases[service])
            if db is not None:
                opened[service] = db
        transactions = {service: db.transaction() for service, db in opened.items()}
        for service, transaction in transactions.items():
            await transaction.start()
            # Rolled back when we leave early; when it was committed there is nothing left to roll back.
            stack.push_async_callback(_undone, transaction)
            await migrate.migrate(opened[service], packages[service], only=contents.databases[service].steps)
        staged = await _fill(opened, file, lock, contents, place, say)
        for service, db in opened.items():
            say(f"核对数据库 comparing {service}")
            await _finish(db, service, contents.databases[service], now, restored)
        say("文件就位 files into place")
        await asyncio.to_thread(_into_place, place, staged)
        for transaction in transactions.values():
            await transaction.commit()
    say("核对登记簿和内容 comparing registers and blobs")
    await _verify(place, contents, packages, restored)
    return restored


def _fits(place: Place, contents: Contents, packages: dict[str, str]) -> None:
    """Refuse what this version or this place cannot take in, before anything is touched."""
    strangers = sorted(set(contents.databases) - set(place.dsns)) or sorted(set(contents.databases) - set(packages))
    if strangers:
        raise StackError(f"这里没有备份里的服务 {'、'.join(strangers)} / services of the backup are missing here")
    for service, database in contents.databases.items():
        ours = {
            (step.package, step.name): step.checksum
            for owner in (migrate.RUNTIME, packages[service])
            for step in migrate.steps_of(owner)
        }
        for step, checksum in database.steps.items():
            if ours.get(step) != checksum:
                raise StackError(
                    f"备份由 {contents.version or '另一个版本'} 写成，这个程序没有它的 {'/'.join(step)}"
                    " / another version made this backup",
                    "请用写成它的版本或更新的版本恢复。什么都没有改动。",
                )


async def _provide(place: Place, service: str) -> None:
    if place.admin is None:
        return
    try:
        await roles.provision(place.admin, roles.Home.of(place.dsns[service]))
    except (OSError, asyncpg.PostgresError, ValueError) as wrong:
        raise StackError(f"建不了服务 {service} 的数据库：{wrong} / cannot make the database") from wrong


async def _connected(place: Place, service: str, stack: contextlib.AsyncExitStack) -> Connection:
    """Connect as whoever owns the tables."""
    if place.admin is None:
        return await connected(place.dsns[service], stack, service)
    home = roles.Home.of(place.dsns[service])
    parts = urlsplit(place.admin)
    db = await connected(urlunsplit(parts._replace(path=f"/{home.database}")), stack, service)
    await db.execute(await db.fetchval("SELECT format('SET ROLE %I', $1::text)", home.owner))
    return db


async def _empty(
    place: Place, service: str, stack: contextlib.AsyncExitStack, wanted: Database
) -> Connection | None:
    """Return an empty database; none for one that a killed restore had finished. Any other is refused."""
    db = await _connected(place, service, stack)
    await db.execute(tables.SAYING)
    if await tables.is_empty(db):
        return db
    found = {table.name: table for table in await tables.tables(db)}
    if set(found) == set(wanted.tables):
        for name in sorted(set(found) - _REWRITTEN - {"migration"}):
            if await tables.summed(db, found[name]) != wanted.sums[name]:
                break
        else:
            return None
    raise StackError(
        f"服务 {service} 的数据库不是空的，没有改动它（{shown(place.dsns[service])}）/ the database is not empty",
        "恢复只写入空的地方：请用新的数据库，或先确认并清空旧的。",
    )


async def _undone(transaction: Any) -> None:
    with contextlib.suppress(Exception):
        await transaction.rollback()


async def _fill(
    opened: dict[str, Connection], file: Path, lock: Lock, contents: Contents, place: Place, say: Say
) -> dict[Name, Path]:
    """Read the backup a second time and put everything where it waits to become true."""
    staged: dict[Name, Path] = {}
    service, done = "", 0
    for _, head, body in walk(file, lock):
        if head["object"] == "table":
            if head["service"] != service:
                service = head["service"]
                say(f"数据库 database {service}")
            db = opened.get(service)
            if db is not None:
                await tables.into(db, contents.databases[service].tables[head["table"]], body)
        elif head["object"] == "file":
            name = Name.of(head["name"])
            if not contents.files[name]["damaged"] and name not in staged:
                staged[name] = await asyncio.to_thread(_stage, place, name, body, contents.files[name])
            done += 1
            if done % 500 == 0 or done == len(contents.files):
                say(f"文件 files {done}/{len(contents.files)}")
    return staged


async def _finish(db: Connection, service: str, wanted: Database, now: datetime, restored: Restored) -> None:
    """Compare every table with what was saved, then let the outbox begin again."""
    for name, table in wanted.tables.items():
        found = await tables.summed(db, table)
        if found != wanted.sums[name]:
            raise StackError(
                f"{service} 的表 {name} 与备份不一致：应有 {wanted.sums[name]['rows']} 行，恢复出 {found['rows']} 行"
                " / the table differs from the backup",
                "什么都没有留下，可以重试。",
            )
        restored.rows += found["rows"]
        restored.tables += 1
    await tables.set_sequences(db, wanted.sequences)
    try:
        again = await rebroadcast.rewind(db, service, now)
    except rebroadcast.StillRunning:
        raise StackError(f"服务 {service} 正在运行 / the service is running", "请先停止全部服务，再恢复。") from None
    if again is not None:
        restored.events += again.events
        restored.forgotten |= {service: again.forgotten} if again.forgotten else {}


async def _verify(place: Place, contents: Contents, packages: dict[str, str], restored: Restored) -> None:
    """Read again what is true now: every digest of every register, every seal, every file."""
    keys = signer(place.token_keys)
    for service, wanted in contents.databases.items():
        async with contextlib.AsyncExitStack() as stack:
            db = await _connected(place, service, stack)
            verdict = await seal.verify(db, keys)
            found = {"rows": verdict.rows, "aggregates": verdict.aggregates, "seals": verdict.seals}
            restored.registers[service] = verdict.rows
            if verdict.whole != wanted.register["whole"] or any(wanted.register[key] != found[key] for key in found):
                restored.wrong.append(f"{service}：登记簿与备份时不一致")
            if place.admin is not None:
                home = roles.Home.of(place.dsns[service])
                await roles.migrated(place.admin, home, packages[service], ("pre", "post"))
    for name, said in contents.files.items():
        if said["damaged"]:
            continue
        size, digest = await asyncio.to_thread(_measured, place.path(name))
        if (size, digest) != (said["size"], said["sha256"]):
            restored.wrong.append(f"{name.service}：{name.rest} 与备份时不一致")
        restored.blobs += name.digest is not None
        restored.files += name.digest is None


# ── Files ────────────────────────────────────────────────────────────────────


def _refuse_foreign_files(place: Place, contents: Contents) -> None:
    for name, path in place.files():
        said = contents.files.get(name)
        if said is not None and _measured(path) == (said["size"], said["sha256"]):
            continue
        if name.kind == "token":
            continue  # made a moment ago by the first start of the containers; set aside below
        raise StackError(
            f"{path} 已经存在，而且不是备份里的那一个，没有改动它 / it is there, and is not the one of the backup",
            "恢复只写入空的地方：请换一个数据文件夹。",
        )


def _stage(place: Place, name: Name, body: Body, said: dict[str, Any]) -> Path:
    """Write one file beside its place and check it."""
    waiting = _staging(place, name) / hashlib.sha256(str(name).encode()).hexdigest()
    waiting.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    total = hashlib.sha256()
    try:
        with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for chunk in body:
                total.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except OSError as wrong:
        raise StackError(
            f"写不了 {waiting.parent}：{wrong.strerror} / cannot write there", "什么都没有留下，腾出空间后可以重试。"
        ) from wrong
    if total.hexdigest() != said["sha256"]:
        raise StackError(f"{name.rest} 恢复后与备份不一致 / it differs from the backup", "什么都没有留下，可以重试。")
    return waiting


def _into_place(place: Place, staged: dict[Name, Path]) -> None:
    folders = set()
    for name, waiting in staged.items():
        target = place.path(name)
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if name.kind in ("key", "token") else 0o755)
        if name.kind == "token" and target.exists() and target.read_bytes() != waiting.read_bytes():
            # Nothing was signed with it: the databases are empty.
            target.replace(target.with_name(target.name + ".before-restore"))
        waiting.chmod(0o640 if name.digest is not None else 0o600)
        waiting.replace(target)
        folders.add(target.parent)
    if ours := {name.rest for name in staged if name.kind == "token"}:
        _set_newer_aside(place, ours)
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _set_newer_aside(place: Place, ours: set[str]) -> None:
    for path in place.token_keys.glob("token-*.pem"):
        if path.name not in ours:
            path.replace(path.with_name(path.name + ".before-restore"))


def _staging(place: Place, name: Name) -> Path:
    """Beside its place and on the same disk: a rename is all that is left to do."""
    return (place.token_keys if name.kind == "token" else place.roots[name.service]) / STAGING


def _forget_staging(place: Place) -> None:
    for folder in {*place.roots.values(), place.token_keys}:
        shutil.rmtree(folder / STAGING, ignore_errors=True)


def _measured(path: Path) -> tuple[int, str]:
    total, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(1024 * 1024):
                total.update(chunk)
                size += len(chunk)
    except OSError:
        return -1, ""
    return size, total.hexdigest()


