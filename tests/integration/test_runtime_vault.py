"""The vault on a real PostgreSQL: nothing readable in any table, every read recorded, erased stays erased."""

import asyncio
import itertools
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from gongkai.runtime.errors import NotFound
from gongkai.runtime.vault import ErasedError, Vault, VaultDamaged

NOW = datetime(2023, 5, 4, 9, tzinfo=UTC)
PERSON, OTHER = UUID(int=1), UUID(int=2)
SECRET = "张三 13812345678".encode()
numbers = itertools.count(100)


def new_id():
    return UUID(int=next(numbers))


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path / "keys" / "vault-identity.key")


@pytest.fixture
async def dsn(postgres):
    dsn = await postgres.database("vault")
    db = await asyncpg.connect(dsn)
    await db.execute((resources.files("gongkai.runtime") / "migrations/0005_pre_vault.sql").read_text())
    await db.close()
    return dsn


@pytest.fixture
async def db(dsn):
    db = await asyncpg.connect(dsn)
    yield db
    await db.close()


async def test_what_was_put_is_read_again_and_the_read_is_on_record(vault, db):
    item = await vault.put(db, PERSON, "contact", SECRET, NOW, new_id)

    assert await vault.get(db, item, "person:7", "核对申请人", NOW) == SECRET

    reads = await db.fetch("SELECT item_id, who, why, read_at FROM vault_read")
    assert [tuple(read) for read in reads] == [(item, "person:7", "核对申请人", NOW)]


async def test_the_record_of_reads_cannot_be_changed(vault, db):
    item = await vault.put(db, PERSON, "contact", SECRET, NOW, new_id)
    await vault.get(db, item, "person:7", "核对申请人", NOW)

    for statement in ("UPDATE vault_read SET who = 'x'", "DELETE FROM vault_read", "TRUNCATE vault_read"):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await db.execute(statement)


async def test_nothing_of_the_plaintext_or_of_a_bare_key_lies_in_any_table(vault, db, tmp_path):
    item = await vault.put(db, PERSON, "contact", SECRET, NOW, new_id)
    await vault.get(db, item, "person:7", "核对申请人", NOW)
    (master,) = (tmp_path / "keys").iterdir()

    dump = b""
    for table in ("vault_key", "vault_item", "vault_read"):
        for row in await db.fetch(f"SELECT * FROM {table}"):
            dump += b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in row)

    for piece in (SECRET, "张三".encode(), b"13812345678", master.read_bytes()):
        assert piece not in dump


async def test_the_same_value_twice_does_not_look_the_same(vault, db):
    await vault.put(db, PERSON, "contact", SECRET, NOW, new_id)
    await vault.put(db, PERSON, "contact", SECRET, NOW, new_id)

    assert await db.fetchval("SELECT count(DISTINCT ciphertext) FROM vault_item") == 2


@pytest.mark.parametrize(
    "move",
    [
        "UPDATE vault_item SET kind = 'credential' WHERE id = $1 AND $2::uuid IS NOT NULL",
        "UPDATE vault_item SET person_id = $2 WHERE id = $1",
        "UPDATE vault_item SET ciphertext = ciphertext || '\\x00'::bytea WHERE id = $1 AND $2::uuid IS NOT NULL",
        ("UPDATE vault_item i SET ciphertext = o.ciphertext, nonce = o.nonce FROM vault_item o "
        "WHERE i.id = $1 AND o.person_id = $2"),
        ("UPDATE vault_key k SET wrapped_key = o.wrapped_key FROM vault_key o, vault_item i "
        "WHERE i.id = $1 AND k.person_id = i.person_id AND o.person_id = $2"),
    ],
)
async def test_a_ciphertext_or_key_moved_to_another_place_does_not_open(vault, db, move):
    item = await vault.put(db, PERSON, "contact", SECRET, NOW, new_id)
    await vault.put(db, OTHER, "contact", b"else", NOW, new_id)

    await db.execute(move, item, OTHER)

    with pytest.raises(VaultDamaged):
        await vault.get(db, item, "person:7", "核对", NOW)


async def test_an_erased_person_stays_erased_and_neighbours_stay_readable(vault, db):
    gone = await vault.put(db, PERSON, "contact", SECRET, NOW, new_id)
    kept = await vault.put(db, OTHER, "contact", b"else", NOW, new_id)

    assert await vault.erase(db, PERSON, NOW) is True
    assert await vault.erase(db, PERSON, NOW) is False

    with pytest.raises(ErasedError):
        await vault.get(db, gone, "person:7", "核对", NOW)
    with pytest.raises(ErasedError):
        await vault.put(db, PERSON, "contact", SECRET, NOW, new_id)
    assert await vault.get(db, kept, "person:7", "核对", NOW) == b"else"
    row = await db.fetchrow("SELECT wrapped_key, erased_at FROM vault_key WHERE person_id = $1", PERSON)
    assert (row["wrapped_key"], row["erased_at"]) == (None, NOW)


async def test_a_backup_of_the_ciphertext_does_not_open_without_the_destroyed_key(vault, db):
    item = await vault.put(db, PERSON, "contact", SECRET, NOW, new_id)
    backup = await db.fetchval("SELECT ciphertext FROM vault_item WHERE id = $1", item)

    await vault.erase(db, PERSON, NOW)
    await db.execute("UPDATE vault_item SET ciphertext = $2 WHERE id = $1", item, backup)

    with pytest.raises(ErasedError):
        await vault.get(db, item, "person:7", "核对", NOW)


async def test_a_value_that_is_being_put_while_its_person_is_erased_is_erased_too(vault, db, dsn):
    await vault.put(db, PERSON, "contact", SECRET, NOW, new_id)
    other = await asyncpg.connect(dsn)
    try:
        transaction = db.transaction()
        await transaction.start()
        item = await vault.put(db, PERSON, "contact", SECRET, NOW, new_id)
        erasing = asyncio.create_task(vault.erase(other, PERSON, NOW))
        await transaction.commit()
        await erasing
    finally:
        await other.close()

    with pytest.raises(ErasedError):
        await vault.get(db, item, "person:7", "核对", NOW)


async def test_an_unknown_item_is_not_found_and_leaves_no_record(vault, db):
    with pytest.raises(NotFound):
        await vault.get(db, UUID(int=9), "person:7", "核对", NOW)

    assert await db.fetchval("SELECT count(*) FROM vault_read") == 0


async def test_a_new_master_key_takes_over_and_the_old_file_can_go(vault, db, tmp_path):
    item = await vault.put(db, PERSON, "contact", SECRET, NOW, new_id)

    vault.rotate()
    newer = await vault.put(db, OTHER, "contact", b"else", NOW, new_id)
    assert await vault.rewrap(db) == 1
    assert await vault.rewrap(db) == 0
    (tmp_path / "keys" / "vault-identity-0001.key").unlink()
    again = Vault(tmp_path / "keys" / "vault-identity.key")

    assert await again.get(db, item, "person:7", "核对", NOW) == SECRET
    assert await again.get(db, newer, "person:7", "核对", NOW) == b"else"


async def test_a_lost_master_key_is_said_and_never_silently_replaced_for_old_items(vault, db, tmp_path):
    item = await vault.put(db, PERSON, "contact", SECRET, NOW, new_id)
    for key in Path(tmp_path / "keys").iterdir():
        key.unlink()

    with pytest.raises(VaultDamaged, match="主密钥"):
        await Vault(tmp_path / "keys" / "vault-identity.key").get(db, item, "person:7", "核对", NOW)


async def test_another_process_reads_what_was_wrapped_by_a_newer_key(vault, db, tmp_path):
    other = Vault(tmp_path / "keys" / "vault-identity.key")

    vault.rotate()
    item = await vault.put(db, PERSON, "contact", SECRET, NOW, new_id)

    assert await other.get(db, item, "person:7", "核对", NOW) == SECRET
