"""A database as rows of text: what there is, rows out, rows in, and a sum over them that knows no order.

Text, because it is the same for every version of PostgreSQL and every processor; the tables themselves are made by
the product's own migrations, so that no second description of them can be wrong.
"""

import hashlib
import zlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any, Final

from gongkai.runtime.sql import Connection

#: How values are written, whatever the server or the role prefers.
SAYING: Final = (
    "SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET bytea_output = 'hex'; "
    "SET extra_float_digits = 1; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; "
    "SET search_path = public"
)
_TABLES: Final = """
SELECT c.relname::text AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
GROUP BY c.relname ORDER BY c.relname"""
_LINKS: Final = """
SELECT c.relname::text AS child, p.relname::text AS parent FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND k.conrelid <> k.confrelid"""
_SEQUENCES: Final = "SELECT sequencename::text AS name, last_value FROM pg_sequences WHERE schemaname = 'public'"
_ANYTHING: Final = """
SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')"""
_MODULUS: Final = 2**256


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: tuple[str, ...]


@dataclass(slots=True)
class Sum:
    """Counts lines and adds up their digests: equal for the same rows in any order."""

    rows: int = 0
    total: int = 0
    _rest: bytes = field(default=b"")

    def feed(self, chunk: bytes) -> None:
        lines = (self._rest + chunk).split(b"\n")
        self._rest = lines.pop()
        self.rows += len(lines)
        self.total = (self.total + sum(int.from_bytes(hashlib.sha256(line).digest()) for line in lines)) % _MODULUS

    @property
    def said(self) -> dict[str, Any]:
        return {"rows": self.rows, "sum": f"{self.total:064x}"}


async def is_empty(db: Connection) -> bool:
    return not await db.fetchval(_ANYTHING)


async def tables(db: Connection) -> list[Table]:
    """Return every table, those that others point at first."""
    known = {row["name"]: Table(row["name"], tuple(row["columns"])) for row in await db.fetch(_TABLES)}
    order: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(known, ()))
    for row in await db.fetch(_LINKS):
        order.add(row["child"], row["parent"])
    return [known[name] for name in order.static_order()]


async def sequences(db: Connection) -> dict[str, int]:
    return {row["name"]: row["last_value"] for row in await db.fetch(_SEQUENCES) if row["last_value"] is not None}


async def set_sequences(db: Connection, values: dict[str, int]) -> None:
    for name, value in values.items():
        await db.execute("SELECT setval(quote_ident($1)::regclass, $2)", name, value)


async def out(db: Connection, table: Table, sink: Any) -> dict[str, Any]:
    """Hand every row as text to the sink; return their number and sum."""
    total = Sum()

    async def passing(chunk: bytes) -> None:
        total.feed(chunk)
        sink(chunk)

    columns = ", ".join(_quoted(name) for name in table.columns)
    await db.copy_from_query(f"SELECT {columns} FROM {_quoted(table.name)}", output=passing)  # noqa: S608  quoted names
    return total.said


async def summed(db: Connection, table: Table) -> dict[str, Any]:
    return await out(db, table, lambda _chunk: None)


async def into(db: Connection, table: Table, packed: Iterable[bytes]) -> None:
    """Fill an empty table; what migrations put there goes first."""
    await db.execute(f"DELETE FROM {_quoted(table.name)}")  # noqa: S608  a quoted name
    source = _unpacked(packed)
    await db.copy_to_table(table.name, source=source, columns=list(table.columns))


async def _unpacked(packed: Iterable[bytes]) -> AsyncIterator[bytes]:
    loose = zlib.decompressobj()
    for chunk in packed:
        # Not all at once: a few kilobytes may stand for very much.
        waiting = chunk
        while waiting:
            yield loose.decompress(waiting, 4 * 1024 * 1024)
            waiting = loose.unconsumed_tail
    if rest := loose.flush():
        yield rest


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
