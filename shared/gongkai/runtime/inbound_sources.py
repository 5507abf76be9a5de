"""The register of outside systems that may post events: who they are, what they may say, their secrets in the vault."""

import base64
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gongkai.contracts.catalog import BY_TYPE
from gongkai.runtime.errors import ChangedMeanwhile, Invalid, NotFound
from gongkai.runtime.sql import Connection, queries
from gongkai.runtime.vault import Vault

SQL: Final = queries("gongkai.runtime", "inbound_sources.sql")
VAULT_KIND: Final = "event-source-secret"
_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Source:
    """A registered sender. `secrets` are Standard Webhooks secrets (`whsec_…`), the newest first."""

    source: str
    organ_id: UUID
    name: str
    allowed_types: frozenset[str]
    active: bool
    secrets: tuple[str, ...] = ()


def may_be_posted(type_name: str) -> bool:
    """Only what the catalogue lists as inbound: an outside system never speaks for one of our services."""
    entry = BY_TYPE.get(type_name)
    return entry is not None and entry.owner == "inbound"


class Sources:
    """Reads the register for every request, so that closing a source works at once; secrets are read once."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._secrets: dict[UUID, str] = {}

    async def register(
        self,
        db: Connection,
        source: str,
        name: str,
        organ_id: UUID,
        allowed_types: Collection[str],
        now: datetime,
        new_id: Callable[[], UUID],
    ) -> str:
        """Add a sender and return its secret, which is shown this once."""
        _check(source, allowed_types)
        secret, owner = _fresh_secret(), new_id()
        item = await self._vault.put(db, owner, VAULT_KIND, secret.encode(), now, new_id)
        added = await db.fetchval(SQL["add_source"], source, owner, organ_id, name, [item], sorted(allowed_types), now)
        if added is None:
            raise ChangedMeanwhile(f"来源 {source} 已经登记过")
        return secret

    async def renew_secret(self, db: Connection, source: str, now: datetime, new_id: Callable[[], UUID]) -> str:
        """Give a new secret; the one before stays good until the next renewal."""
        row = await db.fetchrow(SQL["lock_source"], source)
        if row is None:
            raise NotFound
        secret = _fresh_secret()
        item = await self._vault.put(db, row["id"], VAULT_KIND, secret.encode(), now, new_id)
        await db.execute(SQL["set_secrets"], source, [item, row["secret_items"][0]], now)
        return secret

    async def change(
        self, db: Connection, source: str, allowed_types: Collection[str], active: bool, now: datetime
    ) -> None:
        _check(source, allowed_types)
        if await db.fetchval(SQL["change_source"], source, sorted(allowed_types), active, now) is None:
            raise NotFound

    async def of_organ(self, db: Connection, organ_id: UUID) -> list[Source]:
        """Return the senders of one organ, without their secrets."""
        return [_source(row) for row in await db.fetch(SQL["list_sources"], organ_id)]

    async def find(self, db: Connection, source: str, now: datetime) -> Source | None:
        """Return an active sender with its secrets."""
        row = await db.fetchrow(SQL["find_source"], source)
        if row is None or not row["active"]:
            return None
        for item in row["secret_items"]:
            if item not in self._secrets:
                secret = await self._vault.get(db, item, "inbound", f"核对来源 {source} 的签名", now)
                self._secrets[item] = secret.decode()
        return _source(row, tuple(self._secrets[item] for item in row["secret_items"]))


def _source(row: Any, secrets: tuple[str, ...] = ()) -> Source:
    return Source(
        source=row["source"],
        organ_id=row["organ_id"],
        name=row["name"],
        allowed_types=frozenset(row["allowed_types"]),
        active=row["active"],
        secrets=secrets,
    )


def _fresh_secret() -> str:
    return "whsec_" + base64.b64encode(os.urandom(_SECRET_BYTES)).decode()


def _check(source: str, allowed_types: Collection[str]) -> None:
    errors = [
        (f"allowed_types.{index}", f"{name} 不是外部系统可以提交的事件")
        for index, name in enumerate(allowed_types)
        if not may_be_posted(name)
    ]
    if not source.strip() or len(source.encode()) > 1024 or any(ord(char) < 33 for char in source):
        errors.append(("source", "来源应为一个网址或名称,不含空格,不超过 1024 字节"))
    if errors:
        raise Invalid(errors)
