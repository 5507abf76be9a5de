"""A database per service with two roles: an owner that changes its tables, and the service's own, which may less.

The service's role enters no other database, changes no table's shape, and can neither change nor remove a row of
a table that is append-only; the owner has no password, and only an administrator of the server acts in its name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from gongkai.runtime import migrate
from gongkai.runtime.sql import Connection

_APPEND_ONLY: Final = """
SELECT DISTINCT c.relname::text FROM pg_trigger t
JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'public'::regnamespace AND right(p.proname, 15) = '_is_append_only'"""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a service keeps its things, as its own DSN says."""

    database: str
    role: str
    password: str

    @property
    def owner(self) -> str:
        return f"{self.role}_owner"

    @classmethod
    def of(cls, dsn: str) -> Self:
        """Read a DSN; one without role, password and database says too little to make them."""
        parts = urlsplit(dsn)
        database, role, password = parts.path.strip("/"), parts.username, parts.password
        if not (database and role and password):
            raise ValueError("数据库地址应当写全角色、密码和库名：postgresql://角色:密码@主机:5432/库名")
        return cls(unquote(database), unquote(role), unquote(password))


async def provision(admin_dsn: str, home: Home) -> None:
    """Make roles and database, or bring the password up to date. Safe to repeat after a kill at any point."""
    db = await asyncpg.connect(admin_dsn, timeout=20)
    try:
        await _role(db, home.owner, None)
        await _role(db, home.role, home.password)
        if not await db.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", home.database):
            await _say(db, "CREATE DATABASE %I OWNER %I TEMPLATE template0", home.database, home.owner)
        await _say(db, "REVOKE ALL ON DATABASE %I FROM PUBLIC", home.database)
        await _say(db, "GRANT CONNECT ON DATABASE %I TO %I", home.database, home.role)
    finally:
        await db.close()


async def migrated(admin_dsn: str, home: Home, package: str, phases: Sequence[migrate.Phase]) -> list[str]:
    """Bring one database up to date in the owner's name, then say again what the service's role may do."""
    parts = urlsplit(admin_dsn)
    db = await asyncpg.connect(urlunsplit(parts._replace(path=f"/{home.database}")), timeout=20)
    try:
        await _say(db, "SET ROLE %I", home.owner)
        async with db.transaction():
            ran = await migrate.migrate(db, package, phases=phases)
            await grant(db, home.role)
    finally:
        await db.close()
    return ran


async def grant(db: Connection, role: str) -> None:
    """Say what the service's role may do with the tables that are there now."""
    await _say(db, "GRANT USAGE ON SCHEMA public TO %I", role)
    await _say(db, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I", role)
    await _say(db, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I", role)
    await _say(db, "REVOKE INSERT, UPDATE, DELETE ON migration FROM %I", role)
    for (table,) in await db.fetch(_APPEND_ONLY):
        await _say(db, "REVOKE UPDATE, DELETE ON %I FROM %I", table, role)
    # A seal holds writers off for a moment. To lock is a right of its own since 17; before, the least that may
    # lock is TRUNCATE, which the table's trigger refuses to everybody.
    right = "MAINTAIN" if int(await db.fetchval("SHOW server_version_num")) >= 170_000 else "TRUNCATE"
    await _say(db, f"GRANT {right} ON register TO %I", role)


async def _role(db: Connection, name: str, password: str | None) -> None:
    verb = "ALTER" if await db.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", name) else "CREATE"
    if password is None:
        await _say(db, f"{verb} ROLE %I NOLOGIN", name)
    else:
        await _say(db, f"{verb} ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD %L", name, password)


async def _say(db: Connection, template: str, *names: str) -> None:
    """Run a statement that takes no parameters; the server quotes names and words for us."""
    await db.execute(await db.fetchval("SELECT format($1, VARIADIC $2::text[])", template, list(names)))
