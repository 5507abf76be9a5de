"""What a service is given to work with, and what it gives back: `Kit`, `Wiring`, `Service`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from fastapi import APIRouter

from gongkai.contracts.envelope import Event
from gongkai.runtime import fault, telemetry
from gongkai.runtime.blobs import Blobs
from gongkai.runtime.edge import Clock, NewId
from gongkai.runtime.errors import Unavailable
from gongkai.runtime.gathering import Gathering
from gongkai.runtime.identity_token import Tokens
from gongkai.runtime.metrics import Metrics
from gongkai.runtime.settings import Settings
from gongkai.runtime.tx import SYSTEM, Actor, Due, Tx
from gongkai.runtime.vault import Vault
from gongkai.statute.calendar import WorkCalendar

Handler = Callable[[Tx, Any], Awaitable[None]]
Timer = Callable[[Tx, Due], Awaitable[None]]
#: Does what it can of many due clocks and returns those it did.
Together = Callable[[Tx, Sequence[Due]], Awaitable[Sequence[Due]]]
AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    OSError,
    TimeoutError,
)
#: Values that PostgreSQL cannot hold: NUL characters, lone surrogates, numbers out of range. The sender's fault.
#: asyncpg's own `DataError` is an `InterfaceError`, so these are looked for before `AWAY`.
UNFIT: tuple[type[Exception], ...] = (
    asyncpg.DataError,
    *(kind for kind in asyncpg.InterfaceError.__subclasses__() if kind.__name__ == "DataError"),
    UnicodeEncodeError,
)


@dataclass(frozen=True, slots=True)
class InBatches:
    """A timer that does many due clocks of its kind at once. What it leaves is fired alone, as is all when it fails."""

    alone: Timer
    together: Together

    async def __call__(self, tx: Tx, due: Due) -> None:
        await self.alone(tx, due)


class Wake:
    """Events inside the process that save a poll: something to relay, a nearer clock, another calendar."""

    def __init__(self) -> None:
        self.outbox = asyncio.Event()
        self.clock = asyncio.Event()
        self.calendar = asyncio.Event()


@dataclass(slots=True)
class Kit:
    """The tools of one service, made once by the host. `calendar` is the one in force: read it when you count."""

    name: str
    settings: Settings
    pool: "asyncpg.Pool[asyncpg.Record]"
    blobs: Blobs
    vault: Vault
    tokens: Tokens
    calendar: WorkCalendar
    metrics: Metrics
    http: httpx.AsyncClient
    data_dir: Path
    now: Clock
    new_id: NewId
    wake: Wake = field(default_factory=Wake)

    @asynccontextmanager
    async def transaction(
        self,
        *,
        actor: Actor = SYSTEM,
        cause: UUID | None = None,
        correlation: UUID | None = None,
        traceparent: str | None = None,
        at: datetime | None = None,
    ) -> AsyncIterator[Tx]:
        """Open a transaction; on success its events are numbered last, committed, and the relay is woken."""
        async with self.pool.acquire() as db:
            tx = Tx(
                db=Gathering(db),
                now=at or self.now(),
                actor=actor,
                service=self.name,
                new_id=self.new_id,
                correlation=correlation or self.new_id(),
                cause=cause,
                traceparent=traceparent or telemetry.current_traceparent(),
            )
            try:
                yield tx
                await tx.commit()
            except BaseException:
                await tx.db.roll_back()
                raise
            fault.committed(self.name, tx.told)
            if tx.told:
                self.wake.outbox.set()
            if tx.soonest_clock is not None:
                self.wake.clock.set()
            tx.run_after_commit()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        """Give a connection for queries only; a database that is away is `Unavailable`, not an accident."""
        try:
            async with self.pool.acquire() as db:
                yield db
        except AWAY as away:
            raise Unavailable from away


Samples = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a service adds to the host: its doors, the events it hears, its timers, its own loops."""

    routers: Sequence[APIRouter] = ()
    handlers: Mapping[type[Event], Handler] = field(default_factory=dict)
    timers: Mapping[str, Timer] = field(default_factory=dict)
    background: Sequence[Callable[[], Awaitable[None]]] = ()
    gauges: Samples | None = None
    close: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One deployable: `prefix` is its place in the address, `package` holds its migrations."""

    name: str
    prefix: str
    package: str
    build: Callable[[Kit], Awaitable[Wiring]]
