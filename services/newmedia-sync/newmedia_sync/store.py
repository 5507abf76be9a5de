"""The only module that knows SQL. Rows in, rows out; what they mean is said elsewhere."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter

from gongkai.runtime import register
from gongkai.runtime.gathering import Gathering, Written
from gongkai.runtime.register import Codec, Loaded
from gongkai.runtime.sql import Connection, queries
from gongkai.runtime.tx import Origin
from newmedia_sync.domain import account as accounts
from newmedia_sync.domain.account import Account, Card
from newmedia_sync.domain.acts import Fact
from newmedia_sync.domain.delivery import INITIAL, Delivery, Mission, Replaced
from newmedia_sync.domain.evolving import evolve
from newmedia_sync.domain.outcome import SHANGHAI, Post
from newmedia_sync.domain.steps import Step
from newmedia_sync.errand import Errand, errand_of
from newmedia_sync.rendition import Problem
from newmedia_sync.view import account_row, row_of

SQL: Final = queries("newmedia_sync")
DELIVERY: Final[Codec[Delivery, Fact]] = Codec("delivery", Fact, INITIAL, evolve)
ACCOUNT: Final[Codec[Account, accounts.Fact]] = Codec("account", accounts.Fact, accounts.INITIAL, accounts.evolve)
_CARD: Final = TypeAdapter(Card)
#: A delivery that never was.
UNASKED: Final = register.loaded(DELIVERY, [])


def day_in_shanghai(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def card_of(row: Any) -> Card:
    return _CARD.validate_json(row["card"])


# ── Accounts ────────────────────────────────────────────────────────────────


async def keep_account(db: Connection, account_id: UUID, account: Account, version: int, at: datetime) -> None:
    if isinstance(account, accounts.Unopened):
        return
    card = account.card
    row = account_row(account, at)
    await db.execute(
        SQL["keep_account"],
        account_id,
        card.organ_id,
        card.platform,
        card.handle,
        row.state,
        json.dumps(_CARD.dump_python(card, mode="json"), ensure_ascii=False),
        row.filing_number,
        row.opened_at,
        row.filed_at,
        row.closed_at,
        row.closing_reason,
        row.link,
        row.link_code,
        row.link_reason,
        row.link_since,
        version,
    )


async def name_credentials(db: Connection, account_id: UUID, item: UUID, check_at: datetime) -> None:
    await db.execute(SQL["name_credentials"], account_id, item, check_at)


async def check_later(db: Connection, account_id: UUID, at: datetime) -> None:
    await db.execute(SQL["check_later"], account_id, at)


async def account(db: Connection, account_id: UUID) -> Any:
    return await db.fetchrow(SQL["account"], account_id)


async def accounts_for(db: Connection, release_id: UUID, account_ids: Sequence[UUID]) -> dict[UUID, Any]:
    return {row["account_id"]: row for row in await db.fetch(SQL["accounts_for"], list(account_ids), release_id)}


async def accounts_of(db: Connection, organ_id: UUID) -> Sequence[Any]:
    rows: Sequence[Any] = await db.fetch(SQL["accounts_of_organ"], organ_id)
    return rows


async def open_accounts(db: Connection) -> Sequence[Any]:
    """Return the accounts of every organ that are not closed."""
    rows: Sequence[Any] = await db.fetch(SQL["open_accounts"])
    return rows


async def taken_by(db: Connection, card: Card, account_id: UUID) -> Any:
    return await db.fetchrow(SQL["taken_by"], card.organ_id, card.platform, card.handle, account_id)


# ── Deliveries ──────────────────────────────────────────────────────────────


async def keep_delivery(
    db: Gathering,
    delivery_id: UUID,
    mission: Mission,
    delivery: Delivery,
    step: Step | None,
    version: int,
    at: datetime,
    problems: Sequence[Problem] | None = None,
    origin: Origin | None = None,
) -> None:
    """Show the delivery as its facts leave it, and what was found about its content, if that was looked at.

    `origin` is given when somebody moved it, in whose name it is worked for from now on.
    """
    row = row_of(delivery)
    await db.write(
        SQL["keep_delivery"],
        delivery_id,
        mission.organ_id,
        mission.document_id,
        mission.release_id,
        mission.account_id,
        mission.title,
        mission.change,
        mission.permalink,
        type(delivery).__name__,
        row.code,
        row.reason,
        row.rendition,
        row.job,
        row.post_id,
        row.url,
        row.release_at,
        row.acted_at,
        row.live_at,
        step.kind if step else None,
        step.at if step else None,
        at,
        version,
        None if problems is None else json.dumps([asdict(one) for one in problems], ensure_ascii=False),
        origin.cause if origin else None,
        origin.correlation if origin else None,
        origin.traceparent if origin else None,
        rows=[("delivery", delivery_id)],
    )


async def looked(
    db: Connection, delivery_id: UUID, times: int, at: datetime, next_at: datetime | None, version: int
) -> None:
    await db.execute(SQL["looked"], delivery_id, times, at, next_at, version)


async def hurry(db: Connection, delivery_id: UUID, at: datetime) -> None:
    await db.execute(SQL["hurry"], delivery_id, at)


async def hurry_unknown(db: Connection, account_id: UUID, at: datetime) -> None:
    await db.execute(SQL["hurry_unknown"], account_id, at)


@dataclass(frozen=True, slots=True)
class Agenda:
    """What may be done now, which accounts are to be checked, and when the next step comes."""

    due: Sequence[Any]
    checks: frozenset[UUID]
    next_at: datetime | None


async def agenda(db: Connection, *, until: datetime, now: datetime, after: datetime) -> Agenda:
    rows = await db.fetch(SQL["agenda"], until, now, after)
    return Agenda(
        due=[row for row in rows if row["delivery_id"] is not None],
        checks=frozenset(row["account_id"] for row in rows if row["step"] == "check"),
        next_at=next(row["next_at"] for row in rows if row["step"] == "next"),
    )


async def interrupted(db: Connection) -> list[Errand]:
    return [errand_of(row) for row in await db.fetch(SQL["interrupted"])]


async def load(db: Connection, delivery_id: UUID) -> Loaded[Delivery]:
    """Read a delivery from its facts, outside any transaction."""
    return await register.load_with_head(db, DELIVERY, delivery_id)


async def delivery(db: Connection, delivery_id: UUID) -> Any:
    return await db.fetchrow(SQL["delivery"], delivery_id)


async def deliveries(
    db: Connection,
    organ_id: UUID,
    *,
    states: Sequence[str] | None = None,
    document_id: UUID | None = None,
    release_id: UUID | None = None,
    limit: int = 100,
    offset: int = 0,
) -> Sequence[Any]:
    rows: Sequence[Any] = await db.fetch(
        SQL["deliveries"], organ_id, list(states) if states else None, document_id, release_id, limit, offset
    )
    return rows


async def count_states(db: Connection, organ_id: UUID) -> dict[str, int]:
    return {row["state"]: row["number"] for row in await db.fetch(SQL["count_states"], organ_id)}


async def of_release(db: Connection, release_id: UUID) -> list[tuple[UUID, UUID, Loaded[Delivery]]]:
    """Return the deliveries of a release: their ids, their accounts, and how they stand."""
    rows = await db.fetch(SQL["of_release"], release_id, DELIVERY.aggregate)
    return [
        (delivery_id, account_id, register.loaded(DELIVERY, list(facts)))
        for (delivery_id, account_id), facts in groupby(rows, lambda row: (row["delivery_id"], row["account_id"]))
    ]


async def of_job(db: Connection, account_id: UUID, job: str) -> Errand | None:
    found = await db.fetchrow(SQL["of_job"], account_id, job)
    return errand_of(found) if found else None


async def shown_before(db: Connection, mission: Mission, delivery_id: UUID) -> tuple[Replaced, ...]:
    rows = await db.fetch(SQL["shown_before"], mission.document_id, mission.account_id, delivery_id)
    return tuple(Replaced(row["delivery_id"], Post(row["post_id"], row["url"])) for row in rows)


async def replaced_since(db: Connection, delivery_id: UUID) -> UUID | None:
    found: UUID | None = await db.fetchval(SQL["replaced_since"], delivery_id)
    return found


# ── Budgets and pushes ──────────────────────────────────────────────────────


async def spend(db: Connection, account_id: UUID, quota: str, per_day: int, at: datetime) -> bool:
    used = await db.fetchval(SQL["spend"], account_id, day_in_shanghai(at), quota, per_day)
    return used is not None


async def spend_with(db: Gathering, account_id: UUID, quota: str, per_day: int, at: datetime) -> Written:
    """Take one call from the quota together with what else is written. Nothing is counted when it is used up."""
    day = day_in_shanghai(at)
    return await db.write(SQL["spend"], account_id, day, quota, per_day, rows=[("budget", account_id, day, quota)])


async def affords(db: Connection, account_id: UUID, quota: str, per_day: int, at: datetime) -> bool:
    """Tell whether the quota has room. Only one courier works for an account, so it has room a moment later too."""
    used = await db.fetchval(SQL["used"], account_id, day_in_shanghai(at), quota)
    return used is None or used < per_day


async def spent(db: Connection, account_id: UUID, at: datetime) -> dict[str, int]:
    return {row["quota"]: row["used"] for row in await db.fetch(SQL["spent"], account_id, day_in_shanghai(at))}


async def see_push(db: Connection, account_id: UUID, key: str, at: datetime) -> bool:
    """Return False when this message was read before."""
    return await db.fetchval(SQL["see_push"], account_id, key, at) is not None


async def forget(db: Connection, at: datetime) -> None:
    await db.execute(SQL["forget"], at)
