"""What the database itself refuses to the role of a service, and what that role still can."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import asyncpg
import pytest
from tests.support.kits import wall_clock
from tests.support.stack import Databases

from gongkai.runtime import migrate, roles, seal
from gongkai.runtime.identity_token import Tokens

RECORD = """INSERT INTO register (aggregate, aggregate_id, version, kind, data, actor, recorded_at, digest)
            VALUES ('probe', $1, 1, 'Probed', '{}', 'test', now(), $2)"""
BOTH: tuple[migrate.Phase, ...] = ("pre", "post")


@dataclass(frozen=True, slots=True)
class Made:
    admin: str
    home: roles.Home
    dsn: str


async def a_home(postgres: Databases, service: str) -> Made:
    admin = postgres.server.dsn()
    name = f"gongkai_{service}_{uuid4().hex[:8]}"
    host = urlsplit(admin).netloc.rpartition("@")[2]
    dsn = urlunsplit(("postgresql", f"{name}:a%3Ab'c-{name}@{host}", f"/{name}", "", ""))
    home = roles.Home.of(dsn)
    await roles.provision(admin, home)
    await roles.migrated(admin, home, service, BOTH)
    return Made(admin, home, dsn)


@pytest.fixture
async def made(postgres: Databases) -> Made:
    return await a_home(postgres, "publication")


@pytest.fixture
async def service(made: Made) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(made.dsn)
    yield connection
    await connection.close()


async def test_a_service_records_but_can_neither_change_nor_remove_what_it_recorded(
    service: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    await service.execute(RECORD, uuid4(), bytes(32))

    for table in ("register", "register_seal", "vault_read"):
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"ALTER TABLE {table} DISABLE TRIGGER ALL"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await service.execute(statement)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await service.execute("UPDATE register SET actor = 'nobody'")
    assert await service.fetchval("SELECT count(*) FROM register WHERE actor = 'test'") == 1


async def test_even_the_owner_of_the_tables_is_refused_by_the_register_itself(made: Made) -> None:
    admin = await asyncpg.connect(made.admin.rpartition("/")[0] + f"/{made.home.database}")
    try:
        await admin.execute(RECORD, uuid4(), bytes(32))
        await admin.execute(f'SET ROLE "{made.home.owner}"')
        for statement in ("UPDATE register SET actor = 'nobody'", "DELETE FROM register", "TRUNCATE register"):
            with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
                await admin.execute(statement)
    finally:
        await admin.close()


async def test_a_service_seals_its_register(service: "asyncpg.Connection[asyncpg.Record]", tmp_path: Path) -> None:
    await service.execute(RECORD, UUID(int=1), bytes(32))

    assert await seal.seal(service, Tokens(tmp_path / "keys"), wall_clock()) == 1


async def test_a_service_changes_no_table_and_forgets_no_migration(
    service: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    for statement in (
        "CREATE TABLE mine (x int)",
        "CREATE TEMPORARY TABLE mine (x int)",
        "ALTER TABLE document ADD COLUMN x int",
        "DROP TABLE document",
        "DELETE FROM migration",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service.execute(statement)


async def test_a_service_does_not_enter_the_database_of_another(made: Made, postgres: Databases) -> None:
    other = await a_home(postgres, "portal")
    elsewhere = made.dsn.rpartition("/")[0]

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(f"{elsewhere}/{other.home.database}")


async def test_it_may_be_done_again_with_a_new_password(made: Made) -> None:
    changed = roles.Home(made.home.database, made.home.role, "another-password-of-its-own")
    await roles.provision(made.admin, changed)
    assert await roles.migrated(made.admin, changed, "publication", BOTH) == []

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(made.dsn)
    connection = await asyncpg.connect(made.dsn, password=changed.password)
    await migrate.compare(connection, "publication")
    await connection.close()


async def test_a_start_that_may_not_migrate_refuses_a_database_without_its_tables(postgres: Databases) -> None:
    connection = await asyncpg.connect(await postgres.database())

    with pytest.raises(migrate.WrongMigration, match="gongkai migrate"):
        await migrate.compare(connection, "publication")
    await migrate.migrate(connection, "gongkai.runtime")
    with pytest.raises(migrate.WrongMigration, match="publication/0001_pre_documents"):
        await migrate.compare(connection, "publication")
    await connection.close()


@pytest.mark.parametrize("dsn", ["postgresql://role@host/db", "postgresql://role:word@host", "not an address"])
def test_an_address_that_says_too_little_is_refused(dsn: str) -> None:
    with pytest.raises(ValueError, match="数据库地址"):
        roles.Home.of(dsn)
