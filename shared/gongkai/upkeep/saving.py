"""Makes a backup: every database, blob and key, as they were together at one instant, without stopping anybody.

The instant. Services change each other's databases by events alone, and an event is numbered in its outbox by the
last statement of its transaction, under a lock. We take this lock in every database, look at each of them (a
repeatable-read snapshot), and let go: a moment of milliseconds in which nobody can say anything new. Whatever any
service had heard by then had been said before, so it is in the snapshot of the one who said it: no effect without
its cause. What had been said and not been heard lies in an outbox of the backup; after a restore it is said again,
and readers that know it leave it alone: no cause without its effect. Blobs never change and are there before the
fact that names them; they are copied after the snapshots, keys before and after.
"""

import asyncio
import contextlib
import errno
import fcntl
import hashlib
import os
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

import asyncpg

from gongkai.local.errors import DiskFull, StackError
from gongkai.local.state import write_json
from gongkai.runtime import seal
from gongkai.runtime.identity_token import Tokens
from gongkai.runtime.outbox import NUMBERING
from gongkai.runtime.sql import Connection
from gongkai.upkeep import strongbox, tables
from gongkai.upkeep.lock import Lock
from gongkai.upkeep.place import Name, Place, shown
from gongkai.upkeep.records import Reader, Writer

FORMAT: Final = 1
_STILL_WITHIN: Final = "2s"
_TRIES: Final = 15
_MEGABYTE: Final = 1024 * 1024
_CHUNK: Final = _MEGABYTE
_TELL_EVERY: Final = 64 * _MEGABYTE

Say = Callable[[str], None]


@dataclass(slots=True)
class Saved:
    """What a backup holds, and what was wrong at its source."""

    file: Path | None = None
    size: int = 0
    rows: int = 0
    tables: int = 0
    blobs: int = 0
    keys: int = 0
    still_ms: float = 0.0
    wrong: list[str] = field(default_factory=list)


async def save(place: Place, target: Path, lock: Lock, *, now: datetime, version: str, say: Say) -> Saved:
    """Write a backup beside its name, read it back, then give it its name. Nothing is ever overwritten."""
    saved = Saved(file=target)
    with _beside(target) as (half, out):
        with out:
            about = {"format": FORMAT, "made_at": now.isoformat(), "version": version}
            sealing = strongbox.Sealing(out, lock, about)
            await _write(place, Writer(_counted(sealing.write, say)), saved, say)
            sealing.end()
            out.flush()
            os.fsync(out.fileno())
            saved.size = out.tell()
            say("读回核对 reading it back")
            out.seek(0)
            _read_back(out, lock)
        _name(half, target)
    note = {"at": now.isoformat(), "file": str(target), "size": saved.size, "wrong": len(saved.wrong)}
    with contextlib.suppress(StackError):  # a folder we may only read; the age is then told by whoever runs us
        write_json(place.note, note, mode=0o600)
    return saved


@contextmanager
def _beside(target: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Open a file beside the target; whatever goes wrong, nothing half written stays."""
    if target.exists():
        raise StackError(f"{target} 已经存在，没有改动它 / it exists and was left alone", "请换一个文件名。")
    half = target.with_name(target.name + ".partial")
    try:
        out = os.fdopen(os.open(half, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StackError(f"另一次备份正在写 {target} / another backup is writing it", "请等它完成。") from None
    except OSError as wrong:
        raise StackError(f"写不了 {target.parent}：{wrong.strerror} / cannot write there") from wrong
    left = out.read(len(strongbox.MAGIC))  # what a killed backup left is ours to begin again, anything else is not
    if left != strongbox.MAGIC[: len(left)]:
        out.close()
        raise StackError(f"{half} 不是备份留下的，没有改动它 / it is not ours and was left alone", "请换一个文件名。")
    out.seek(0)
    out.truncate()
    try:
        yield half, out
    except OSError as wrong:
        if wrong.errno in (errno.ENOSPC, errno.EDQUOT):
            said = f"磁盘已满，备份没有写成（{target.parent}）/ the disk is full"
            raise DiskFull(said, "请换一个地方再试。") from wrong
        raise StackError(f"备份没有写成：{wrong.strerror or type(wrong).__name__} / it was not written") from wrong
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as wrong:
        raise StackError(
            f"备份没有写成：数据库中断了（{type(wrong).__name__}）/ the database went away", "数据库恢复后再试一次。"
        ) from wrong
    finally:
        half.unlink(missing_ok=True)


def _counted(write: Callable[[bytes], None], say: Say) -> Callable[[bytes], None]:
    """Tell of every 64 MB."""
    done = 0

    def counting(data: bytes) -> None:
        nonlocal done
        before, done = done, done + len(data)
        if before // _TELL_EVERY != done // _TELL_EVERY:
            say(f"已写 written {done // _MEGABYTE} MB")
        write(data)

    return counting


async def _write(place: Place, writer: Writer, saved: Saved, say: Say) -> None:
    say("密钥 keys")
    known = _files(place, writer, saved, blobs=False, known=set())
    async with together(place, saved) as snapshots:
        for service, db in snapshots.items():
            say(f"数据库 database {service}")
            await _database(writer, service, db, place, saved)
    say("密钥和文件 keys and blobs")
    known = _files(place, writer, saved, blobs=False, known=known)
    _files(place, writer, saved, blobs=True, known=known)
    writer.head({"object": "end", "rows": saved.rows, "blobs": saved.blobs, "wrong": saved.wrong})
    writer.tail({})


@asynccontextmanager
async def together(place: Place, saved: Saved) -> AsyncIterator[dict[str, Connection]]:
    """Open a snapshot of every database, all of one instant."""
    opened: dict[str, Connection] = {}
    loop = asyncio.get_running_loop()
    async with contextlib.AsyncExitStack() as stack:
        for service in place.services:
            opened[service] = await connected(place.dsns[service], stack, service)
            await opened[service].execute(tables.SAYING)
            if await opened[service].fetchval("SELECT to_regclass('outbox_head')") is None:
                raise StackError(f"服务 {service} 的数据库还没有建表，没有可备份的内容 / there is nothing to back up")
        for left in reversed(range(_TRIES)):
            try:
                for db in opened.values():
                    await db.execute(f"SET lock_timeout = '{_STILL_WITHIN}'")
                    await db.execute("SELECT pg_advisory_lock($1)", NUMBERING)
                break
            except asyncpg.LockNotAvailableError:
                for db in opened.values():
                    await db.execute("SELECT pg_advisory_unlock_all()")
                if not left:
                    said = "数据库一直有写入没有结束，没有等到一致的时刻 / writers never paused"
                    raise StackError(said, "请稍后再试。") from None
        began = loop.time()
        for db in opened.values():
            await stack.enter_async_context(db.transaction(isolation="repeatable_read", readonly=True))
            await db.fetchval("SELECT count(*) FROM outbox_head")  # the first statement is the instant
        for db in opened.values():
            await db.execute("SELECT pg_advisory_unlock_all()")
        saved.still_ms = (loop.time() - began) * 1000
        yield opened


async def connected(dsn: str, stack: contextlib.AsyncExitStack, service: str) -> Connection:
    try:
        db: Connection = await asyncpg.connect(dsn, timeout=20, command_timeout=None)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as wrong:
        said = getattr(wrong, "strerror", None) or type(wrong).__name__
        raise StackError(f"服务 {service} 的数据库连不上（{shown(dsn)}：{said}）/ cannot connect") from wrong
    stack.push_async_callback(_closed, db)
    return db


async def _closed(db: Connection) -> None:
    with contextlib.suppress(Exception):
        await db.close(timeout=5)
    db.terminate()


async def _database(writer: Writer, service: str, db: Connection, place: Place, saved: Saved) -> None:
    verdict = await seal.verify(db, signer(place.token_keys))
    saved.wrong += [f"{service}：登记簿 {flaw.sentence}" for flaw in verdict.flaws[:20]]
    steps = [list(row) for row in await db.fetch("SELECT package, name, checksum FROM migration ORDER BY 1, 2")]
    found = await tables.tables(db)
    writer.head({
        "object": "database", "service": service, "steps": steps, "tables": [table.name for table in found],
        "sequences": await tables.sequences(db),
        "register": {
            "rows": verdict.rows, "aggregates": verdict.aggregates, "seals": verdict.seals, "whole": verdict.whole,
        },
    })  # fmt: skip
    writer.tail({})
    for table in found:
        writer.head({"object": "table", "service": service, "table": table.name, "columns": table.columns})
        packing = zlib.compressobj(1)
        said = await tables.out(db, table, lambda chunk, pack=packing: writer.data(pack.compress(chunk)))
        writer.data(packing.flush())
        writer.tail(said)
        saved.rows += said["rows"]
        saved.tables += 1


def signer(folder: Path) -> Tokens | None:
    """Return who can tell whether a seal is genuine, if the keys are here. None are made."""
    return Tokens(folder) if any(folder.glob("token-*.pem")) else None


def _files(place: Place, writer: Writer, saved: Saved, *, blobs: bool, known: set[Name]) -> set[Name]:
    for name, path in place.files():
        if name in known or (name.digest is not None) != blobs:
            continue
        try:
            source = path.open("rb")
        except FileNotFoundError:  # erased or replaced meanwhile: it is not part of the installation any more
            continue
        with source:
            _file(writer, name, source, saved)
        known.add(name)
    return known


def _file(writer: Writer, name: Name, source: BinaryIO, saved: Saved) -> None:
    total, size = hashlib.sha256(), 0
    writer.head({"object": "file", "name": str(name)})
    while chunk := source.read(_CHUNK):
        total.update(chunk)
        size += len(chunk)
        writer.data(chunk)
    damaged = name.digest is not None and total.hexdigest() != name.digest
    writer.tail({"size": size, "sha256": total.hexdigest(), "damaged": damaged})
    if damaged:
        saved.wrong.append(f"{name.service}：内容 {name.digest} 已损坏，备份里没有可用的一份")
    if name.digest is not None:
        saved.blobs += 1
    else:
        saved.keys += 1


def _read_back(source: BinaryIO, lock: Lock) -> None:
    last = ""
    for head, body in Reader(strongbox.Opening(source, lock).pieces()).objects():
        body.skip()
        last = head["object"]
    if last != "end":
        said = "刚写的备份读不回来 / the backup cannot be read back"
        raise strongbox.Damaged(said, "磁盘可能有故障，请换一个地方再试。")


def _name(half: Path, target: Path) -> None:
    """Give the finished file its name; a link fails where a rename would overwrite."""
    try:
        target.hardlink_to(half)
    except FileExistsError:
        said = f"{target} 刚刚被别人建立，没有改动它 / somebody has just made it"
        raise StackError(said, "请换一个文件名。") from None
    except OSError:  # a file system without links
        half.rename(target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
