"""Looks at each service's database: is it there, is it ours, what waits in it, is its register as it was written."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import asyncpg

from gongkai.runtime import migrate, seal
from gongkai.runtime.leader import lock_number
from gongkai.runtime.sql import Connection
from gongkai.upkeep.findings import Finding, fine, graded
from gongkai.upkeep.place import Place, shown
from gongkai.upkeep.saving import signer

DUTIES: Final[Mapping[str, str]] = {"relay": "发送事件", "ticker": "触发时钟"}
_WAITING: Final = """
SELECT h.last_seq - h.published_seq AS unsent,
       (SELECT extract(epoch FROM now() - o.occurred_at) FROM outbox o WHERE o.seq = h.published_seq + 1) AS unsent_for,
       (SELECT count(*) FROM clock WHERE fired_at IS NULL AND stopped_at IS NULL
           AND greatest(due_at, not_before) <= now()) AS due,
       (SELECT extract(epoch FROM now() - min(due_at)) FROM clock WHERE fired_at IS NULL AND stopped_at IS NULL
           AND greatest(due_at, not_before) <= now()) AS due_for,
       (SELECT count(*) FROM clock WHERE fired_at IS NULL AND stopped_at IS NULL AND tries > 2) AS failing,
       (SELECT count(*) FROM quarantine WHERE state = 'parked') AS parked,
       (SELECT extract(epoch FROM now() - min(parked_at)) FROM quarantine WHERE state = 'parked') AS parked_for
FROM outbox_head h"""
_LEADS: Final = """
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint << 32) | objid::bigint = $1)"""
_SERVER: Final = """
SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
       current_setting('max_connections')::int AS most, current_setting('fsync') AS fsync,
       current_setting('synchronous_commit') AS sync, current_setting('data_checksums') AS checksums,
       current_setting('server_version') AS version"""


async def databases(
    place: Place, packages: Mapping[str, str], clock: Callable[[], datetime], *, quick: bool
) -> list[Finding]:
    """Examine every database, one after another: a check is no reason to be a burden."""
    found: list[Finding] = []
    server_seen: set[str] = set()
    for service in place.services:
        try:
            db: Connection = await asyncpg.connect(place.dsns[service], timeout=8, command_timeout=600)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as wrong:
            said = getattr(wrong, "strerror", None) or type(wrong).__name__
            found.append(Finding(
                "database", "wrong", f"连不上 {shown(place.dsns[service])}（{said}）", service,
                "这个服务的页面打不开，什么都不会丢。",
                "看 PostgreSQL 是否在运行、地址和密码是否正确；它恢复以后服务会自己接上。",
            ))  # fmt: skip
            continue
        try:
            found.append(fine("database", f"连得上 {shown(place.dsns[service])}", service))
            address = shown(place.dsns[service]).partition("/")[0]
            if address not in server_seen:
                server_seen.add(address)
                found += await _server(db, address, clock)
            found += await _one(db, service, packages.get(service), place, quick=quick)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as wrong:
            found.append(Finding(
                "database", "unseen", f"检查中断：{type(wrong).__name__}", service,
                "数据库在检查时断开，或者缺少表。", "先处理上面的问题，再检查一次。",
            ))  # fmt: skip
        finally:
            with contextlib.suppress(Exception):
                await db.close(timeout=3)
            db.terminate()
    return found


async def _server(db: Connection, address: str, clock: Callable[[], datetime]) -> list[Finding]:
    before = clock()
    there = await db.fetchval("SELECT clock_timestamp()")
    after = clock()
    skew = abs((there - before - (after - before) / 2).total_seconds())
    row = await db.fetchrow(_SERVER)
    used = row["used"] / row["most"]
    found = [
        graded(
            "clock-skew", skew, mind=1, wrong=5, about=address, seen=f"这台机器与数据库的时钟相差 {skew:.2f} 秒",
            means="期限和发布时刻按各机器自己的时钟算，相差大了会早发或晚发。",
            todo="在两台机器上检查时间同步（chronyc tracking 或 timedatectl）。",
        ),
        graded(
            "connections", used, mind=0.8, wrong=0.95, about=address,
            seen=f"数据库连接用了 {row['used']}/{row['most']}（PostgreSQL {row['version']}）",
            means="连接用完以后，新的请求会得到 503。", todo="减少实例或 GONGKAI_POOL_MAX，或提高 max_connections。",
        ),
    ]  # fmt: skip
    if "off" in (row["fsync"], row["sync"]):
        found.append(Finding(
            "durability", "wrong", f"fsync={row['fsync']}，synchronous_commit={row['sync']}", address,
            "断电会丢掉已经确认的登记，甚至损坏数据库。", "把两项都设为 on，然后重启 PostgreSQL。",
        ))  # fmt: skip
    if row["checksums"] != "on":
        found.append(Finding(
            "durability", "mind", "数据库没有页校验和", address,
            "磁盘悄悄写坏的页不会被发现。", "停机时执行 pg_checksums --enable。",
        ))  # fmt: skip
    return found


async def _one(
    db: Connection, service: str, package: str | None, place: Place, *, quick: bool
) -> list[Finding]:
    found: list[Finding] = []
    if package is not None:
        try:
            await migrate.compare(db, package)
            found.append(fine("migrations", "表结构与程序一致", service))
        except migrate.WrongMigration as wrong:
            found.append(Finding(
                "migrations", "wrong", str(wrong), service,
                "服务不会启动，数据没有改动。", "版本比数据旧就换回新版本；缺步骤就执行 gongkai migrate。",
            ))  # fmt: skip
    if await db.fetchval("SELECT to_regclass('outbox_head')") is None:
        return found
    found += _waiting(await db.fetchrow(_WAITING), service)
    for duty, words in DUTIES.items():
        if await db.fetchval(_LEADS, lock_number(f"{duty}:{service}")):
            found.append(fine("leader", f"有进程负责{words}", service))
        else:
            found.append(Finding(
                "leader", "wrong", f"没有进程负责{words}", service,
                "服务没有运行，或者它的后台任务起不来。",
                "看服务是否在运行；在运行而这里仍不正常，看日志里的 relay-、ticker- 各行。",
            ))  # fmt: skip
    if not quick:
        found.append(await _register(db, service, place))
    return found


def _waiting(row: Any, service: str) -> list[Finding]:
    ages = ("unsent_for", "due_for", "parked_for")
    unsent_for, due_for, parked_for = (max(0.0, float(row[age] or 0)) for age in ages)
    found = [
        graded(
            "unsent", unsent_for if row["unsent"] else 0, mind=30, wrong=300, about=service,
            seen=f"未发事件 {row['unsent']} 个，最早的等了 {unsent_for:.0f} 秒" if row["unsent"] else "没有未发事件",
            means="其他服务听不到这个服务的新事情：网站、新媒体和提醒都会晚。",
            todo="看 Kafka 是否连得上、leader 一项是否正常；恢复以后会按顺序自己发出。",
        ),
        graded(
            "clocks", due_for if row["due"] else 0, mind=30, wrong=300, about=service,
            seen=f"到期未触发的时钟 {row['due']} 个，最早的晚了 {due_for:.0f} 秒" if row["due"] else "没有过期的时钟",
            means="定时发布、法定期限提醒会晚到。", todo="看 leader 一项；时钟会在服务恢复后补触发，一次也不会少。",
        ),
    ]  # fmt: skip
    if row["failing"]:
        found.append(Finding(
            "clocks", "wrong", f"{row['failing']} 个时钟反复失败", service,
            "每次触发都出错，会一直重试。", "看日志里的 timer-failed；处理原因以后它会自己再试。",
        ))  # fmt: skip
    if row["parked"]:
        found.append(Finding(
            "quarantine", "mind" if parked_for < 3600 else "wrong",
            f"隔离区有 {row['parked']} 个事件，最早的等了 {parked_for / 60:.0f} 分钟", service,
            "这些事件没有处理，同一事项后面的事件也在等。",
            f"gongkai quarantine list --service {service}，看明原因后 replay 或 drop。",
        ))  # fmt: skip
    else:
        found.append(fine("quarantine", "隔离区是空的", service))
    return found


async def _register(db: Connection, service: str, place: Place) -> Finding:
    keys = await asyncio.to_thread(signer, place.token_keys)
    verdict = await seal.verify(db, keys)
    if verdict.whole:
        unsigned = "" if keys else "（这里没有密钥，封签的签名没有核对）"
        return fine("register", f"登记簿 {verdict.rows} 条、封签 {verdict.seals} 个，全部相符{unsigned}", service)
    return Finding(
        "register", "wrong", f"登记簿有 {len(verdict.flaws)} 处与写入时不同", service,
        "有人绕过程序改动了数据，或者磁盘损坏。",
        f"不要再改动；保留现场，gongkai register verify --service {service} 会指出每一处，再用备份对照。",
    )  # fmt: skip
