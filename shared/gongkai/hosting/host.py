"""Runs any number of services in one process: the same code for a laptop and for one container per service.

What the host does for a service: its database (connected, migrated), the relay, the bus, the ticker, blobs for
other services, inbound events, probes, metrics, its operator's API. What it never does: know what a service is about.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.metadata import entry_points
from typing import Any, Final

import asyncpg
import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException

from gongkai.contracts import asyncapi
from gongkai.contracts.envelope import Event
from gongkai.hosting import ops, sources
from gongkai.hosting.access import services_only
from gongkai.hosting.observe import Observed
from gongkai.runtime import calendars, inbox, migrate, problem, seal, telemetry
from gongkai.runtime.blobs import Blobs, blob_router
from gongkai.runtime.bus import Bus
from gongkai.runtime.edge import Clock, NewId, system_clock, system_ids
from gongkai.runtime.errors import Unavailable
from gongkai.runtime.health import Check, health_router
from gongkai.runtime.identity_token import Tokens
from gongkai.runtime.inbound_door import event_door
from gongkai.runtime.inbound_sources import Sources
from gongkai.runtime.kit import AWAY, Handler, Kit, Service, Wiring
from gongkai.runtime.metrics import Metrics
from gongkai.runtime.net import reachable
from gongkai.runtime.relay import Relay, purge
from gongkai.runtime.settings import Settings
from gongkai.runtime.ticker import Ticker
from gongkai.runtime.vault import Vault
from gongkai.statute.calendar import WorkCalendar
from gongkai.web import frame
from gongkai.web.officers import officer_handlers

log = telemetry.logger(__name__)

GROUP: Final = "gongkai.services"
_KEEP_EVENTS: Final = 100_000
#: Whoever reads remembers longer than whoever speaks keeps: what is said again after Kafka was lost is known.
_REMEMBERED: Final = 2 * _KEEP_EVENTS
_SEAL_EVERY: Final = 3600.0
_HOUSEKEEPING_EVERY: Final = 600.0
_OUTBOX_MEMORY: Final = timedelta(days=30)
_INBOX_MEMORY: Final = timedelta(days=31)


def installed_services(names: Sequence[str] | None = None) -> list[Service]:
    """Return the services whose packages are installed; the one at the root of the address comes last."""
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    unknown = sorted(set(names or ()) - set(found))
    if unknown:
        msg = f"没有名为 {'、'.join(unknown)} 的服务；可选：{'、'.join(sorted(found))}"
        raise LookupError(msg)
    services: list[Service] = [found[name].load() for name in (names or sorted(found))]
    return sorted(services, key=lambda service: (not service.prefix, service.name))


class ServiceAuth(httpx.Auth):
    """Signs requests to our own services with the caller's identity and lets them go on with its trace; no others."""

    def __init__(self, tokens: Tokens, name: str, own: frozenset[str], now: Clock) -> None:
        self._tokens, self._name, self._own, self._now = tokens, name, own, now

    def auth_flow(self, request: httpx.Request) -> Any:
        if f"{request.url.scheme}://{request.url.netloc.decode()}" in self._own:
            request.headers["Authorization"] = f"Bearer {self._tokens.issue_service(self._name, self._now())}"
            trace = telemetry.current_traceparent()
            if trace is not None:
                request.headers["traceparent"] = trace
        yield request


@dataclass(slots=True)
class Running:
    """One started service."""

    service: Service
    kit: Kit
    wiring: Wiring
    bus: Bus
    relay: Relay
    ticker: Ticker
    app: FastAPI
    tasks: list[asyncio.Task[None]] = field(default_factory=list)


class Host:
    """Start, serve `app`, stop. Time and chance are given, so that tests may hold the clock."""

    def __init__(
        self,
        services: Sequence[Service],
        settings: Settings,
        *,
        now: Clock = system_clock,
        new_id: NewId = system_ids,
        metrics: Metrics | None = None,
    ) -> None:
        self.services = list(services)
        self.settings = settings
        self._now, self._new_id = now, new_id
        self.metrics = metrics or Metrics(CollectorRegistry())
        self.running: dict[str, Running] = {}
        self.app = FastAPI(title="公开", docs_url=None, redoc_url=None, openapi_url=None)
        self.app.add_exception_handler(HTTPException, _no_such_address)

    async def start(self) -> None:
        """Connect, migrate and wire every service, then start its loops. HTTP may be served when this returns."""
        telemetry.setup("gongkai" if len(self.services) > 1 else self.services[0].name, self.settings)
        for service in self.services:
            self.running[service.name] = await self._prepare(service)
        for running in self.running.values():
            self._start_loops(running)
        self.app.get("/asyncapi.json", include_in_schema=False)(_asyncapi)
        self.app.include_router(frame.root_router(secure=self.settings.secure_cookies))
        for service in self.services:
            if service.prefix:  # typed without the last stroke, it is the same address
                self.app.get(service.prefix, include_in_schema=False)(_with_stroke(f"{service.prefix}/"))
            self.app.mount(service.prefix, self.running[service.name].app, name=service.name)

    async def stop(self) -> None:
        """Stop reading first, then the loops, then the doors to the outside; what is not acknowledged comes again."""
        tasks = [task for running in self.running.values() for task in running.tasks]
        listening = [task for task in tasks if task.get_name().endswith(":bus")]
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        await asyncio.gather(*(running.bus.stop() for running in self.running.values()))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for running in self.running.values():
            if running.wiring.close:
                with contextlib.suppress(Exception):
                    await running.wiring.close()
            await running.kit.http.aclose()
            with contextlib.suppress(Exception):
                await asyncio.wait_for(running.kit.pool.close(), 10)
            running.kit.pool.terminate()
        self.running.clear()

    async def _prepare(self, service: Service) -> Running:
        dsn = self.settings.dsn(service.name)
        pool = await _connected(dsn, self.settings)
        async with pool.acquire() as db:
            if self.settings.migrate_at_start:
                ran = await migrate.migrate(db, service.package)
            else:
                ran = []
                await migrate.compare(db, service.package)
            calendar = await calendars.in_force(db)
        if ran:
            log.info("migrated", service=service.name, steps=len(ran))
        kit = self._kit(service, pool, calendar)
        wiring = await service.build(kit)
        bus = Bus(kit, _merged(officer_handlers(), calendars.calendar_handlers(kit), wiring.handlers))
        relay, ticker = Relay(kit, dsn=dsn), Ticker(kit, wiring.timers, dsn=dsn)
        app = FastAPI(
            title=f"公开 · {service.name}",
            version="1",
            docs_url=None,
            redoc_url=None,
            openapi_url="/openapi.json",
            root_path_in_servers=True,
        )
        running = Running(service, kit, wiring, bus, relay, ticker, app)
        app.add_middleware(Observed, service=service.name, metrics=self.metrics)
        frame.install(app, kit)
        problem.install(app, frame.renderer(public=not service.prefix))
        door = self.settings.metrics_token
        app.include_router(health_router(_checks(kit, bus, relay), self.metrics, metrics_token=door))
        app.include_router(blob_router(kit.blobs, services_only(kit)))
        app.include_router(ops.router(kit, bus, relay, ticker))
        if any(event.OWNER == "inbound" for event in wiring.handlers):
            known = Sources(kit.vault)
            app.include_router(event_door(kit, bus.inbox, known))
            app.include_router(sources.router(kit, known))
        for router in wiring.routers:
            # Not included: FastAPI would ask every route twice.
            app.router.routes.extend(router.routes)
        return running

    def _kit(self, service: Service, pool: Any, calendar: WorkCalendar) -> Kit:
        home = self.settings.data_dir / service.name
        home.mkdir(parents=True, exist_ok=True)
        tokens = Tokens(self.settings.token_keys)
        names = {running.name for running in self.services} | set(self.settings.service_urls)
        own = frozenset(self.settings.url_of(name) for name in names) | {self.settings.url_of(service.name)}
        return Kit(
            name=service.name,
            settings=self.settings,
            pool=pool,
            blobs=Blobs(home / "blobs"),
            vault=Vault(self.settings.data_dir / "keys" / f"vault-{service.name}.key"),
            tokens=tokens,
            calendar=calendar,
            metrics=self.metrics,
            http=httpx.AsyncClient(
                auth=ServiceAuth(tokens, service.name, own, self._now),
                timeout=10.0,
                limits=httpx.Limits(max_connections=32, max_keepalive_connections=32),
            ),
            data_dir=home,
            now=self._now,
            new_id=self._new_id,
        )

    def _start_loops(self, running: Running) -> None:
        name = running.service.name
        loops: dict[str, Callable[[], Awaitable[None]]] = {
            "bus": running.bus.run,
            "relay": running.relay.run,
            "ticker": running.ticker.run,
            "housekeeping": lambda: _housekeeping(running),
            "gauges": lambda: _gauges(running),
            "calendar": lambda: calendars.follow(running.kit),
        }
        for number, loop in enumerate(running.wiring.background):
            loops[f"background-{number}"] = loop
        for label, loop in loops.items():
            running.tasks.append(asyncio.create_task(_kept_alive(loop, f"{name}:{label}"), name=f"{name}:{label}"))


async def _no_such_address(request: Request, error: Exception) -> Response:
    """Answer for addresses that lead to no service: none has this prefix, or a line break hides it."""
    return await problem.respond(request, problem.of(error), frame.renderer(public=True))


async def _asyncapi() -> JSONResponse:
    """Give the published language to engineers and their tools."""
    return JSONResponse(asyncapi.document(), headers={"Cache-Control": "public, max-age=300"})


def _checks(kit: Kit, bus: Bus, relay: Relay) -> dict[str, Callable[[], Awaitable[Check]]]:
    """Pages and writes go on while Kafka is away, so only the database is critical."""

    async def database() -> Check:
        async with kit.pool.acquire(timeout=1.5) as db:
            await db.fetchval("SELECT 1")
        return Check(ok=True)

    async def kafka() -> Check:
        there = await reachable(kit.settings.kafka)
        return Check(ok=there, detail="" if there else f"{kit.settings.kafka} 连不上", critical=False)

    async def listening() -> Check:
        return Check(ok=bus.started.is_set(), detail="、".join(bus.topics), critical=False)

    async def outbox() -> Check:
        return Check(ok=relay.broken is None, detail=relay.broken or "", critical=False)

    return {"database": database, "kafka": kafka, "listening": listening, "outbox": outbox}


def _merged(*maps: Mapping[type[Event], Handler]) -> dict[type[Event], Handler]:
    """Several parts of a service may hear the same event: they do so one after the other, in one transaction."""
    merged: dict[type[Event], list[Handler]] = {}
    for handlers in maps:
        for event, handler in handlers.items():
            known = merged.setdefault(event, [])
            if handler not in known:
                known.append(handler)
    return {event: each[0] if len(each) == 1 else _sequence(each) for event, each in merged.items()}


def _sequence(handlers: Sequence[Handler]) -> Handler:
    async def all_of(tx: Any, event: Any) -> None:
        for handler in handlers:
            await handler(tx, event)

    return all_of


async def _introduced(db: Any) -> None:
    """Let the driver look up all array types at once when it connects, and not one by one in the middle of work."""
    await db.fetchrow("SELECT NULL::uuid[], NULL::timestamptz[], NULL::int[], NULL::bigint[], NULL::bytea[]")


async def _given_back(db: Any) -> None:
    """Clean a connection only when there is something to clean: nothing here leaves state in a session."""
    if db.is_in_transaction():
        await db.reset()


async def _connected(dsn: str, settings: Settings) -> "asyncpg.Pool[asyncpg.Record]":
    """Wait for the database: it may come up after us."""
    pause = 0.1
    for _ in range(60):
        try:
            return await asyncpg.create_pool(
                dsn,
                min_size=settings.pool_min,
                max_size=settings.pool_max,
                command_timeout=60,
                init=_introduced,
                reset=_given_back,
                server_settings={"timezone": "UTC", "lock_timeout": "5000", "application_name": "gongkai"},
            )
        except AWAY as away:
            log.warning("database-away", trouble=type(away).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)
    msg = "等了两分钟，数据库仍连不上；请检查它是否在运行、地址和密码是否正确"
    raise ConnectionError(msg)


async def _kept_alive(
    loop: Callable[[], Awaitable[None]], label: str, *, first: float = 0.5, longest: float = 5.0, settled: float = 10.0
) -> None:
    """Start a failed loop again; a bus ends when it is connected, which is fine.

    The pauses grow while it fails at once. One that worked for a while starts over: an old outage slows nobody.
    """
    pause, clock = first, asyncio.get_running_loop().time
    while True:
        began = clock()
        try:
            await loop()
        except asyncio.CancelledError:
            raise
        except (Unavailable, *AWAY) as trouble:
            log.warning("loop-waits", loop=label, trouble=type(trouble).__name__)
        except Exception:
            log.exception("loop-failed", loop=label)
        else:
            return
        if clock() - began >= settled:
            pause = first
        await asyncio.sleep(pause)
        pause = min(pause * 2, longest)


async def _housekeeping(running: Running) -> None:
    """Forget long-published events and long-read ids; seal the register. Any instance may do it."""
    kit = running.kit
    last_seal = float("-inf")
    while True:
        await asyncio.sleep(_HOUSEKEEPING_EVERY if last_seal > float("-inf") else 30.0)
        now = kit.now()
        try:
            async with kit.pool.acquire() as db:
                await purge(db, keep=_KEEP_EVENTS, before=now - _OUTBOX_MEMORY)
                await inbox.purge(db, keep=_REMEMBERED, before=now - _INBOX_MEMORY)
                if asyncio.get_running_loop().time() - last_seal >= _SEAL_EVERY:
                    await seal.seal(db, kit.tokens, now)
                    last_seal = asyncio.get_running_loop().time()
        except (asyncpg.PostgresError, *AWAY) as trouble:
            log.warning("housekeeping-waits", trouble=type(trouble).__name__)


async def _gauges(running: Running) -> None:
    """Sample what metrics and the status page show, every two seconds, in one round trip."""
    while True:
        try:
            await ops.sample(running.kit, running.relay, running.ticker)
            if running.wiring.gauges:
                await running.wiring.gauges()
        except (asyncpg.PostgresError, Unavailable, *AWAY):
            pass
        await asyncio.sleep(2.0)


@contextlib.asynccontextmanager
async def hosted(services: Sequence[Service], settings: Settings, **how: Any) -> AsyncIterator[Host]:
    """Start a host and stop it whatever happens."""
    host = Host(services, settings, **how)
    try:
        await host.start()
        yield host
    finally:
        await host.stop()


def _with_stroke(target: str) -> Callable[[], Awaitable[Response]]:
    async def there() -> Response:
        return RedirectResponse(target, status_code=308)

    return there
