"""What a person typed and did not save: in the vault, under the person's own key, gone when it is saved or given up.

A text that nobody has read over yet may name anybody; it must not lie about in a table.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gongkai.runtime.kit import Kit
from gongkai.runtime.sql import Connection, queries
from gongkai.runtime.tx import Tx

SQL: Final = queries("publication", "autosaving.sql")
VAULT_KIND: Final = "autosave"


@dataclass(frozen=True, slots=True)
class Autosave:
    """That there is one, on which edition and since when; the words are read only when they are asked for."""

    edition: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Typed(Autosave):
    content: dict[str, Any]


async def keep(kit: Kit, tx: Tx, document_id: UUID, person: UUID, edition: int, typed: str) -> None:
    """Keep the newest: private, overwritten, never an edition."""
    item = await kit.vault.put(tx.db, person, VAULT_KIND, typed.encode(), tx.now, tx.new_id)
    await tx.db.execute(SQL["keep"], document_id, person, edition, item, tx.now)


async def waiting(db: Connection, document_id: UUID, person: UUID) -> Autosave | None:
    row = await db.fetchrow(SQL["one"], document_id, person)
    return Autosave(row["edition"], row["saved_at"]) if row else None


async def fetch(kit: Kit, db: Connection, document_id: UUID, person: UUID) -> Typed | None:
    row = await db.fetchrow(SQL["one"], document_id, person)
    if row is None:
        return None
    kept = await kit.vault.get(db, row["item"], f"person:{person}", "接着上次的写", kit.now())
    return Typed(row["edition"], row["saved_at"], json.loads(kept))


async def drop(tx: Tx, document_id: UUID, person: UUID) -> None:
    await tx.db.execute(SQL["drop"], document_id, person)


async def move_into_vault(kit: Kit) -> int:
    """Encrypt what an older version left in clear; returns how many rows moved."""
    moved = 0
    while True:
        async with kit.transaction() as tx:
            rows = await tx.db.fetch(SQL["in_clear"])
            for row in rows:
                await keep(kit, tx, row["document_id"], row["person"], row["edition"], row["content"])
        moved += len(rows)
        if not rows:
            return moved
