"""The read model of reports, written in the transaction of the facts it shows."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from gongkai.runtime.errors import NotFound
from gongkai.runtime.register import Codec
from gongkai.runtime.sql import Connection, queries
from gongkai.runtime.tx import Tx
from publication.site_errors import decide as d

SQL: Final = queries("publication.site_errors")
SITE_ERROR: Final[Codec[d.SiteError, d.Fact]] = Codec("site-error", d.Fact, d.INITIAL, d.evolve)
Row = dict[str, Any]


async def keep(tx: Tx, error_id: UUID, error: d.SiteError) -> None:
    """Show the report as it stands; the moment of this transaction is when it was received or answered."""
    if isinstance(error, d.Unreported):
        return
    reported = error.reported
    answered = error if isinstance(error, d.Answered) else None
    await tx.db.execute(
        SQL["keep"], error_id, reported.organ_id, reported.receipt, reported.page, reported.about, reported.words,
        reported.has_contact, tx.now, reported.due_on, isinstance(error, d.Open) and error.overdue,
        answered.outcome if answered else None, answered.reply if answered else None,
        answered.by if answered else None, bool(answered and answered.forgotten),
    )  # fmt: skip


async def of_organ(db: Connection, organ_id: UUID, *, waiting: bool, limit: int, offset: int = 0) -> list[Row]:
    return [dict(row) for row in await db.fetch(SQL["of_organ"], organ_id, waiting, limit, offset)]


async def how_many(db: Connection, organ_id: UUID, today: date) -> Row:
    return dict(await db.fetchrow(SQL["how_many"], organ_id, today))


async def one(db: Connection, organ_id: UUID, error_id: UUID) -> Row:
    """Return a report of this organ; another organ's is as good as none."""
    row = await db.fetchrow(SQL["one"], organ_id, error_id)
    if row is None:
        raise NotFound("没有这件纠错")
    return dict(row)


async def by_receipt(db: Connection, receipt: str) -> Row | None:
    row = await db.fetchrow(SQL["by_receipt"], receipt)
    return dict(row) if row else None


async def waiting(db: Connection) -> Sequence[Row]:
    """Return what waits for an answer, of every organ."""
    return [dict(row) for row in await db.fetch(SQL["waiting"])]
