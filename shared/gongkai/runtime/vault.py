"""The vault keeps what no fact and no event may hold: people and credentials, encrypted, erasable.

AES-256-GCM with one data key per person; a master key file wraps the data keys. To erase a person is to destroy
the person's key: whatever copy of the ciphertext survives in a backup can no longer be read with today's keys.
"""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gongkai.runtime import keyfiles
from gongkai.runtime.errors import NotFound
from gongkai.runtime.gathering import Gathering
from gongkai.runtime.sql import Connection, queries

SQL: Final = queries("gongkai.runtime", "vault.sql")
_NONCE: Final = 12
_KEY: Final = 32


class ErasedError(NotFound):
    """The person was erased. There is nothing to read, and nothing may be added under the same id."""

    def __init__(self) -> None:
        super().__init__("此人的资料已经依法删除")


class VaultDamaged(Exception):
    """A ciphertext, its place or the master key is not what it was. Nothing is handed on."""


class Vault:
    """`key_file` names the first master key; later ones lie beside it, numbered. The newest wraps."""

    def __init__(self, key_file: Path) -> None:
        self._folder = key_file.parent
        self._stem = key_file.stem
        self._masters = self._read()
        if not self._masters:
            self.rotate()

    def rotate(self) -> int:
        """Make a new master key; `rewrap` then moves the data keys of a database under it."""
        number = max(self._masters, default=0) + 1
        keyfiles.create(self._folder, self._stem, "key", number, os.urandom(_KEY))
        self._masters = self._read()
        return number

    async def put(
        self,
        db: Connection,
        person_id: UUID,
        kind: str,
        value: bytes,
        now: datetime,
        new_id: Callable[[], UUID],
    ) -> UUID:
        """Keep a value and return the id by which facts may name it."""
        key = await self._key_of(db, person_id, now)
        item_id, nonce = new_id(), os.urandom(_NONCE)
        ciphertext = AESGCM(key).encrypt(nonce, value, _bound_to(person_id, kind, item_id))
        values = (item_id, person_id, kind, nonce, ciphertext, now)
        if isinstance(db, Gathering):
            await db.write(SQL["add_item"], *values, rows=[("vault_item", item_id)])
        else:
            await db.execute(SQL["add_item"], *values)
        return item_id

    async def get(self, db: Connection, item_id: UUID, who: str, why: str, now: datetime) -> bytes:
        """Return the value; who read it and why is recorded in the same transaction."""
        row = await db.fetchrow(SQL["read_item"], item_id, who, why, now)
        if row is None:
            raise NotFound
        if row["wrapped_key"] is None:
            raise ErasedError
        key = self._unwrapped(row["person_id"], row["wrapped_key"])
        try:
            return AESGCM(key).decrypt(
                row["nonce"], row["ciphertext"], _bound_to(row["person_id"], row["kind"], item_id)
            )
        except InvalidTag:
            raise VaultDamaged(f"保险库条目 {item_id} 与它的位置不符或已损坏") from None

    async def erase(self, db: Connection, person_id: UUID, now: datetime) -> bool:
        """Destroy the person's key and ciphertexts. Returns False when that was done before."""
        erased = await db.fetchval(SQL["erase_key"], person_id, now)
        await db.execute(SQL["blank_items"], person_id)
        return erased is not None

    async def rewrap(self, db: Connection) -> int:
        """Wrap every data key with the newest master key. Afterwards older master files may be removed."""
        newest = max(self._masters)
        moved = 0
        for row in await db.fetch(SQL["wrapped_keys"]):
            if _number_of(row["wrapped_key"]) != newest:
                key = self._unwrapped(row["person_id"], row["wrapped_key"])
                await db.execute(SQL["rewrap_key"], row["person_id"], self._wrapped(row["person_id"], key))
                moved += 1
        return moved

    async def _key_of(self, db: Connection, person_id: UUID, now: datetime) -> bytes:
        # The row is locked against an erasure that runs at the same moment.
        fresh = self._wrapped(person_id, AESGCM.generate_key(_KEY * 8))
        row = await db.fetchrow(SQL["key_or_first"], person_id, fresh, now)
        if row is None:
            row = await db.fetchrow(SQL["key_of"], person_id)
        if row["wrapped_key"] is None:
            raise ErasedError
        return self._unwrapped(person_id, row["wrapped_key"])

    def _wrapped(self, person_id: UUID, key: bytes) -> bytes:
        number, nonce = max(self._masters), os.urandom(_NONCE)
        head = number.to_bytes(2, "big")
        return head + nonce + AESGCM(self._masters[number]).encrypt(nonce, key, head + person_id.bytes)

    def _unwrapped(self, person_id: UUID, wrapped: bytes) -> bytes:
        number = _number_of(wrapped)
        if number not in self._masters:
            self._masters = self._read()
        master = self._masters.get(number)
        if master is None:
            raise VaultDamaged(f"缺少主密钥 {self._stem}-{number:04d}.key,无法读取保险库")
        try:
            return AESGCM(master).decrypt(wrapped[2 : 2 + _NONCE], wrapped[2 + _NONCE :], wrapped[:2] + person_id.bytes)
        except InvalidTag:
            raise VaultDamaged("主密钥与保险库不相符,或密钥已损坏") from None

    def _read(self) -> dict[int, bytes]:
        if not self._folder.is_dir():
            return {}
        found = dict(keyfiles.read_all(self._folder, self._stem, "key"))
        for number, content in found.items():
            if len(content) != _KEY:
                raise VaultDamaged(f"主密钥 {self._stem}-{number:04d}.key 长度不对")
        return found


def _number_of(wrapped: bytes) -> int:
    return int.from_bytes(bytes(wrapped[:2]), "big")


def _bound_to(person_id: UUID, kind: str, item_id: UUID) -> bytes:
    """Bind a ciphertext to its own row: moved to another person, kind or item it does not open."""
    return person_id.bytes + item_id.bytes + kind.encode()
