"""The operator's view of one service: what waits, what is stuck, and the ways out."""

import json
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from gongkai.contracts.envelope import Received
from gongkai.hosting.access import operator_or
from gongkai.runtime import quarantine, seal
from gongkai.runtime.bus import Bus
from gongkai.runtime.errors import NotFound
from gongkai.runtime.inbox import Inbox
from gongkai.runtime.kit import Kit
from gongkai.runtime.relay import Relay
from gongkai.runtime.ticker import Ticker
from gongkai.runtime.tx import Actor
from gongkai.statute.legal_day import start_of
from gongkai.statute.refusal import Refused
from gongkai.web.permissions import Action

_SAMPLE: Final = """
SELECT h.last_seq, h.published_seq,
       (SELECT extract(epoch FROM $1 - o.occurred_at) FROM outbox o WHERE o.seq = h.published_seq + 1) AS oldest,
       (SELECT count(*) FROM clock WHERE fired_at IS NULL AND stopped_at IS NULL
           AND greatest(due_at, not_before) <= $1) AS due,
       (SELECT extract(epoch FROM $1 - min(due_at)) FROM clock WHERE fired_at IS NULL AND stopped_at IS NULL
           AND greatest(due_at, not_before) <= $1) AS overdue,
       (SELECT count(*) FROM clock WHERE fired_at IS NULL AND stopped_at IS NULL) AS running,
       (SELECT count(*) FROM clock WHERE fired_at IS NULL AND stopped_at IS NULL AND tries > 2) AS stuck,
       (SELECT coalesce(json_object_agg(cause, n), '{}') FROM
           (SELECT cause, count(*) AS n FROM quarantine WHERE state = 'parked' GROUP BY cause) q) AS parked
FROM outbox_head h"""
_CAUSES: Final = ("unreadable", "invalid", "refused", "failed", "behind")


class GivenUp(BaseModel):
    """Why an event is not taken in after all; kept with it."""

    reason: str = Field(default="", max_length=2_000)


class Replayed(BaseModel):
    """How far a replay came: the whole queue of one aggregate is tried, oldest first, until one does not go."""

    replayed: int
    stopped_at: int | None = Field(default=None, description="number of the event that still cannot be taken in")
    reason: str = ""


class Status(BaseModel):
    """One look at a service."""

    service: str
    unsent: int
    last_sequence: int
    oldest_unsent_seconds: float | None
    relay_leading: bool
    relay_alarm: str | None
    ticker_leading: bool
    listening: bool
    topics: list[str]
    quarantine: dict[str, int]
    clocks_running: int
    clocks_due: int
    clocks_stuck: int
    calendar_version: str


@dataclass(frozen=True, slots=True)
class Numbers:
    last_seq: int
    published_seq: int
    oldest: float | None
    due: int
    overdue: float | None
    running: int
    stuck: int
    parked: dict[str, int]


async def numbers(kit: Kit) -> Numbers:
    async with kit.reading() as db:
        row = await db.fetchrow(_SAMPLE, kit.now())

    return Numbers(
        row["last_seq"],
        row["published_seq"],
        None if row["oldest"] is None else float(row["oldest"]),
        row["due"],
        None if row["overdue"] is None else float(row["overdue"]),
        row["running"],
        row["stuck"],
        json.loads(row["parked"]),
    )


async def sample(kit: Kit, relay: Relay, ticker: Ticker) -> None:
    """Put the numbers of one service into its gauges: first what this process knows, then what the database does."""
    metrics, name = kit.metrics, kit.name
    metrics.relay_leading.labels(name).set(relay.leading)
    metrics.relay_broken.labels(name).set(relay.broken is not None)
    metrics.ticker_leading.labels(name).set(ticker.leading)
    metrics.pool_size.labels(name).set(kit.pool.get_size())
    metrics.pool_busy.labels(name).set(kit.pool.get_size() - kit.pool.get_idle_size())
    metrics.pool_max.labels(name).set(kit.pool.get_max_size())
    end = kit.calendar.settled_until
    metrics.calendar_in_force(name, kit.calendar.version, start_of(end) if end else None)
    disk = shutil.disk_usage(kit.data_dir)
    metrics.disk_free.labels(name).set(disk.free)
    metrics.disk_size.labels(name).set(disk.total)
    seen = await numbers(kit)
    metrics.relay_lag.labels(name).set(seen.last_seq - seen.published_seq)
    metrics.relay_sequence.labels(name).set(seen.published_seq)
    metrics.outbox_oldest.labels(name).set(max(seen.oldest or 0.0, 0.0))
    metrics.clocks_due.labels(name).set(seen.due)
    metrics.clock_overdue.labels(name).set(max(seen.overdue or 0.0, 0.0))
    metrics.clocks_stuck.labels(name).set(seen.stuck)
    for cause in _CAUSES:
        metrics.quarantine.labels(name, cause).set(seen.parked.get(cause, 0))
    metrics.sampled.labels(name).set(kit.now().timestamp())


async def replay(kit: Kit, inbox: Inbox, number: int, *, by: str) -> Replayed:
    """Try the queue of one aggregate again, oldest first, each event in a transaction of its own."""
    async with kit.pool.acquire() as db:
        asked = await quarantine.one(db, number)
    if asked["state"] != "parked":
        raise Refused("这个事件已经处理过了")
    done = 0
    while True:
        async with kit.transaction(actor=Actor("system")) as tx:
            row = await quarantine.first_of(tx.db, asked["source"], asked["subject"])
            if row is None:
                return Replayed(replayed=done)
            event = quarantine.received(row)
            if not isinstance(event, Received):
                return Replayed(replayed=done, stopped_at=row["number"], reason="这份内容无法读懂，只能保留或删除")
            if event.envelope.type not in inbox.types:
                await quarantine.settle(tx.db, row["number"], "replayed", tx.now, by)
                continue
            trouble = await inbox.handle(tx, event)
            if trouble is not None:
                await quarantine.tried(tx.db, row["number"], trouble)
                return Replayed(replayed=done, stopped_at=row["number"], reason=trouble.reason)
            await quarantine.settle(tx.db, row["number"], "replayed", tx.now, by)
            done += 1


async def drop(kit: Kit, inbox: Inbox, number: int, *, by: str, why: str = "") -> Replayed:
    """Give one event up, for a recorded reason, and let the ones behind it pass."""
    async with kit.transaction(actor=Actor("system")) as tx:
        row = await quarantine.one(tx.db, number)
        if row["state"] != "parked":
            raise Refused("这个事件已经处理过了")
        first = await quarantine.first_of(tx.db, row["source"], row["subject"])
        if first is None or first["number"] != number:
            raise Refused("只能先处理同一事项里最早的那一个，顺序不能乱")
        await quarantine.settle(tx.db, number, "dropped", tx.now, by, why)
        following = await quarantine.first_of(tx.db, row["source"], row["subject"])
    return await replay(kit, inbox, following["number"], by=by) if following else Replayed(replayed=0)


def router(kit: Kit, bus: Bus, relay: Relay, ticker: Ticker) -> APIRouter:
    """`/api/ops/…`: status, quarantine, clocks, the register's check and seal."""
    routes = APIRouter(prefix="/api/ops", tags=["ops"])

    def may(action: Action) -> Callable[[Request], Awaitable[str]]:
        return operator_or(kit, action)

    @routes.get("/status")
    async def status(_: Annotated[str, Depends(may("quarantine.see"))]) -> Status:
        seen = await numbers(kit)
        return Status(
            service=kit.name,
            unsent=seen.last_seq - seen.published_seq,
            last_sequence=seen.last_seq,
            oldest_unsent_seconds=seen.oldest,
            relay_leading=relay.leading,
            relay_alarm=relay.broken,
            ticker_leading=ticker.leading,
            listening=bus.started.is_set(),
            topics=list(bus.topics),
            quarantine=seen.parked,
            clocks_running=seen.running,
            clocks_due=seen.due,
            clocks_stuck=seen.stuck,
            calendar_version=kit.calendar.version,
        )

    @routes.get("/quarantine")
    async def quarantined(
        _: Annotated[str, Depends(may("quarantine.see"))],
        state: Literal["parked", "replayed", "dropped"] = "parked",
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> list[dict[str, Any]]:
        async with kit.reading() as db:
            return await quarantine.listing(db, states=(state,), limit=limit)

    @routes.get("/quarantine/{number}")
    async def quarantined_one(number: int, _: Annotated[str, Depends(may("quarantine.see"))]) -> dict[str, Any]:
        _in_range(number)
        async with kit.reading() as db:
            row = await quarantine.one(db, number)
        value = bytes(row.pop("value"))
        row.pop("headers")
        return row | {"size": len(value), "text": value[:20_000].decode("utf-8", "replace")}

    @routes.post("/quarantine/{number}/replay")
    async def replay_one(number: int, who: Annotated[str, Depends(may("quarantine.replay"))]) -> Replayed:
        _in_range(number)
        return await replay(kit, bus.inbox, number, by=who)

    @routes.post("/quarantine/{number}/drop")
    async def drop_one(
        number: int, who: Annotated[str, Depends(may("quarantine.replay"))], reason: GivenUp | None = None
    ) -> Replayed:
        _in_range(number)
        return await drop(kit, bus.inbox, number, by=who, why=reason.reason.strip() if reason else "")

    @routes.get("/clocks")
    async def clocks(
        _: Annotated[str, Depends(may("quarantine.see"))], limit: Annotated[int, Query(ge=1, le=1000)] = 200
    ) -> list[dict[str, Any]]:
        """List running clocks, the next due first."""
        async with kit.reading() as db:
            rows = await db.fetch(
                """SELECT kind, subject, due_at, rule, article, provisional, calendar_version, tries, last_error
                   FROM clock WHERE fired_at IS NULL AND stopped_at IS NULL ORDER BY due_at LIMIT $1""",
                limit,
            )
        return [dict(row) for row in rows]

    @routes.post("/register/verify")
    async def verify(_: Annotated[str, Depends(may("audit.verify"))]) -> dict[str, Any]:
        """Read the whole register and every seal; name each row that is not as it was written."""
        async with kit.reading() as db:
            verdict = await seal.verify(db, kit.tokens)
        return {
            "service": kit.name,
            "whole": verdict.whole,
            "rows": verdict.rows,
            "aggregates": verdict.aggregates,
            "seals": verdict.seals,
            "flaws": [
                {
                    "aggregate_id": flaw.aggregate_id,
                    "version": flaw.version,
                    "position": flaw.position,
                    "sentence": flaw.sentence,
                }
                for flaw in verdict.flaws[:1000]
            ],
        }

    @routes.post("/register/seal")
    async def seal_now(_: Annotated[str, Depends(may("audit.verify"))]) -> dict[str, int | None]:
        async with kit.pool.acquire() as db:
            return {"seal": await seal.seal(db, kit.tokens, kit.now())}

    return routes


def _in_range(number: int) -> None:
    if not 0 < number < 2**63:
        raise NotFound(f"隔离区没有第 {number} 号")
