"""One database and one role per service, each able to enter its own and no other."""

from collections.abc import Mapping
from datetime import datetime

import asyncpg

from gongkai.local.errors import StackError
from gongkai.local.postgres import Postgres
from gongkai.runtime import rebroadcast

LOST_PASSWORD = "数据库不认我们的密码"  # noqa: S105  a sentence


def database_name(service: str) -> str:
    """`newmedia-sync` keeps its things in `gongkai_newmedia_sync`."""
    return f"gongkai_{service.replace('-', '_')}"


async def provision(server: Postgres, passwords: Mapping[str, str]) -> dict[str, str]:
    """Make what is missing; return the DSN of every service. Safe to repeat after a kill at any point."""
    try:
        connection = await asyncpg.connect(server.dsn(), timeout=20)
    except asyncpg.InvalidPasswordError as wrong:
        advice = f"密码文件 passwords.json 与数据库 {server.folder} 不是一对。请恢复原来的密码文件。"
        raise StackError(LOST_PASSWORD, advice) from wrong
    try:
        for service, password in passwords.items():
            await _ensure(connection, database_name(service), password)
    finally:
        await connection.close()
    return {
        service: server.dsn(database_name(service), database_name(service), password)
        for service, password in passwords.items()
    }


async def rewind(dsns: Mapping[str, str], now: datetime) -> int:
    """Let every outbox begin again, for a Kafka that has heard none of it. Returns how many events that are."""
    events = 0
    for service, dsn in dsns.items():
        connection = await asyncpg.connect(dsn, timeout=20)
        try:
            async with connection.transaction():
                again = await rebroadcast.rewind(connection, service, now)
        finally:
            await connection.close()
        events += again.events if again else 0
    return events


async def _ensure(connection: "asyncpg.Connection[asyncpg.Record]", name: str, password: str) -> None:
    known = await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", name)
    verb = "ALTER" if known else "CREATE"
    # Utility statements take no parameters; the server quotes for us.
    statement = await connection.fetchval(
        "SELECT format($1::text || ' ROLE %I LOGIN PASSWORD %L', $2::text, $3::text)", verb, name, password
    )
    await connection.execute(statement)
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name):
        create = "SELECT format('CREATE DATABASE %1$I OWNER %1$I TEMPLATE template0', $1::text)"
        await connection.execute(await connection.fetchval(create, name))
    close = "SELECT format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', $1::text)"
    await connection.execute(await connection.fetchval(close, name))
