"""The writes of one change, gathered so that they leave together in one statement.

Every statement by itself is a journey to the database and back, and these journeys are what a change waits for.
What nobody needs an answer from is put aside and sent at the end as one statement of many parts, numbered parameters
and all. A change that only read before needs no BEGIN and no COMMIT around it: one statement is a transaction.
Whoever asks for more (a lock, an answer from a write, a savepoint) gets a transaction in the ordinary way, and what
was put aside goes first, so that everything happens in the order in which it was written.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import asyncpg

from gongkai.runtime.errors import ChangedMeanwhile
from gongkai.runtime.sql import Connection

#: A table and the key of a row in it.
Row = tuple[str, *tuple[Any, ...]]
_PARAMETER: Final = re.compile(r"\$(\d+)")
_RETURNS: Final = re.compile(r"\bRETURNING\b", re.IGNORECASE)
#: A statement of more parts than this is planned more slowly than it travels.
_MOST: Final = 8
#: So many are put aside at most when many changes are made in bulk.
_IN_BULK: Final = 10_000

_FACTS: Final = """
INSERT INTO register (aggregate, aggregate_id, version, kind, data, actor, cause, recorded_at, digest)
SELECT e.aggregate, e.aggregate_id, e.version, e.kind, e.data::json, e.actor, e.cause, e.recorded_at, e.digest
FROM unnest($1::text[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::timestamptz[],
            $9::bytea[]) WITH ORDINALITY
    AS e(aggregate, aggregate_id, version, kind, data, actor, cause, recorded_at, digest, n)
ORDER BY e.n"""


@lru_cache(maxsize=512)
def together(parts: tuple[str, ...], last: str) -> str:
    """Return one statement that does all parts and then `last`, with the parameters counted through.

    `last` is evaluated when every part is done, because it needs what they return; so a lock that it takes is taken
    last, as it was when each part was a statement of its own.
    """
    named, asked, counted, done = [], [], [], 0
    for number, part in enumerate(parts):
        returning = "" if _RETURNS.search(part) else "\nRETURNING 1"
        named.append(f"w{number} AS (\n{_shifted(part, done)}{returning}\n)")
        asked.append(f"n{number}.written AS n{number}")
        counted.append(f"(SELECT count(*) AS written FROM w{number}) AS n{number}")  # noqa: S608  numbers of ours
        done += _parameters(part)
    if not named:
        return f"SELECT {last}"
    asked += [_shifted(last, done)] if last else []
    return f"WITH {', '.join(named)}\nSELECT {', '.join(asked)} FROM {', '.join(counted)}"


def _parameters(part: str) -> int:
    return max((int(found) for found in _PARAMETER.findall(part)), default=0)


def _shifted(part: str, by: int) -> str:
    return _PARAMETER.sub(lambda found: f"${int(found.group(1)) + by}", part)


@dataclass(slots=True)
class Written:
    """A statement that was put aside. `count` is how many rows it wrote, once the change is committed."""

    sql: str
    args: tuple[Any, ...] = field(repr=False)
    count: int = 0


@dataclass(slots=True)
class Gathering:
    """One change on one connection. It offers what services use of a connection, and `write` and `apart` beside it."""

    db: Connection
    _block: Any = None
    #: Not for logs: what is written may be personal.
    facts: list[tuple[Any, ...]] = field(default_factory=list, repr=False)
    _writes: list[Written] = field(default_factory=list, repr=False)
    #: Which rows the gathered statements touch: in one statement each row can be written once.
    _rows: dict[Row, Written] = field(default_factory=dict, repr=False)
    _most: int = _MOST

    # ── Putting aside ───────────────────────────────────────────────────────

    def fact(self, row: tuple[Any, ...]) -> None:
        self.facts.append(row)

    async def write(self, sql: str, *args: Any, rows: Sequence[Row], whole: bool = False) -> Written:
        """Put one INSERT, UPDATE or DELETE aside. `rows` names what it writes: the table and the key.

        `whole` says that it leaves nothing of what was in its row before, so that the last of several is enough.
        """
        before = {id(self._rows[row]): self._rows[row] for row in rows if row in self._rows}
        if before:
            (same, *others) = before.values()
            if whole and not others and same.sql == sql and all(row in self._rows for row in rows):
                same.args = args
                return same
        if before or len(self._writes) >= self._most:
            await self.flush()
        written = Written(sql, args)
        self._rows.update(dict.fromkeys(rows, written))
        self._writes.append(written)
        return written

    def touches(self, rows: Sequence[Row | str]) -> bool:
        """Tell whether something put aside writes one of these rows, or any row of a table given by its name."""
        if "register" in rows and self.facts:
            return True
        return any(row in self._rows or any(row == table for table, *_ in self._rows) for row in rows)

    def touches_only(self, *rows: Row) -> bool:
        """Tell whether nothing of this table that was put aside writes another row than these."""
        tables = {table for table, *_ in rows}
        return all(row in rows for row in self._rows if row[0] in tables)

    @asynccontextmanager
    async def in_bulk(self) -> AsyncIterator[None]:
        """Gather the writes of many changes of one kind: each statement leaves once, with the values of all of them.

        What they write must not depend on each other's statements, for these no longer leave in their order.
        """
        await self.flush()
        self._most = _IN_BULK
        try:
            yield
            await self.flush()
        finally:
            self._most = _MOST

    @property
    def _waiting(self) -> bool:
        return bool(self.facts or self._writes)

    # ── Sending ─────────────────────────────────────────────────────────────

    async def begin(self) -> None:
        if self._block is None:
            block = self.db.transaction()
            await block.start()
            self._block = block

    async def flush(self) -> None:
        """Send what was put aside, inside a transaction, and go on."""
        if self._waiting:
            await self.begin()
            await self._send("", ())

    async def commit(self, last: str = "", args: tuple[Any, ...] = ()) -> None:
        """Send what was put aside and then `last`, and make all of it so."""
        if self._waiting or last:
            await self._send(last, args)
        if self._block is not None:
            block, self._block = self._block, None
            await block.commit()

    async def roll_back(self) -> None:
        self.forget()
        if self._block is not None:
            block, self._block = self._block, None
            if not self.db.is_closed():
                await block.rollback()

    def forget(self) -> None:
        self.facts.clear()
        self._writes.clear()
        self._rows.clear()

    async def _send(self, last: str, args: tuple[Any, ...]) -> None:
        parts = [Written(_FACTS, tuple(map(list, zip(*self.facts, strict=True))))] if self.facts else []
        parts += self._writes
        self.forget()
        if self._most == _IN_BULK:
            await self._send_in_bulk(parts)
            return
        sql = together(tuple(part.sql for part in parts), last)
        counts = await _unless_lost(self.db.fetchrow(sql, *(value for part in parts for value in part.args), *args))
        for number, part in enumerate(parts):
            part.count = counts[f"n{number}"]

    async def _send_in_bulk(self, parts: Sequence[Written]) -> None:
        await self.begin()
        values: dict[str, list[tuple[Any, ...]]] = {}
        for part in parts:
            values.setdefault(part.sql, []).append(part.args)
        for sql, args in values.items():
            await _unless_lost(self.db.executemany(sql, args))

    # ── What services use of a connection ───────────────────────────────────

    def apart(self, *rows: Row | str) -> "Apart":
        """Ask and act without sending ahead what was put aside, unless that writes one of `rows`."""
        return Apart(self, rows)

    async def ready(self) -> Connection:
        """Return the connection inside a transaction in which everything written so far has happened."""
        await self.begin()
        await self.flush()
        return self.db

    async def execute(self, sql: str, *args: Any, **options: Any) -> Any:
        return await (await self.ready()).execute(sql, *args, **options)

    async def executemany(self, sql: str, *args: Any, **options: Any) -> Any:
        return await (await self.ready()).executemany(sql, *args, **options)

    async def fetch(self, sql: str, *args: Any, **options: Any) -> Any:
        return await (await self.ready()).fetch(sql, *args, **options)

    async def fetchrow(self, sql: str, *args: Any, **options: Any) -> Any:
        return await (await self.ready()).fetchrow(sql, *args, **options)

    async def fetchval(self, sql: str, *args: Any, **options: Any) -> Any:
        return await (await self.ready()).fetchval(sql, *args, **options)


async def _unless_lost(sent: Awaitable[Any]) -> Any:
    """Tell the loser of a race for a version of an aggregate that it lost."""
    try:
        return await sent
    except asyncpg.UniqueViolationError as lost:
        if lost.constraint_name == "register_pkey":
            raise ChangedMeanwhile from lost
        raise


@dataclass(frozen=True, slots=True)
class Apart:
    """What does not depend on what was put aside. A query that takes no lock needs no transaction around it."""

    of: Gathering
    rows: Sequence[Row | str]

    async def execute(self, sql: str, *args: Any) -> Any:
        await self.of.begin()
        return await (await self._db()).execute(sql, *args)

    async def fetch(self, sql: str, *args: Any) -> Any:
        return await (await self._db()).fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: Any) -> Any:
        return await (await self._db()).fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        return await (await self._db()).fetchval(sql, *args)

    async def _db(self) -> Connection:
        if self.of.touches(self.rows):
            await self.of.flush()
        return self.of.db
