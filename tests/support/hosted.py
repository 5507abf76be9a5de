"""Whole services for a test: real PostgreSQL, real Kafka with topics of their own, a real address."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import uvicorn
from prometheus_client import CollectorRegistry
from tests.support.eventually import eventually
from tests.support.stack import Databases

from gongkai.contracts.catalog import TOPICS
from gongkai.hosting.access import OPERATOR
from gongkai.hosting.host import Host, installed_services
from gongkai.local import ports
from gongkai.local.topics import provision
from gongkai.runtime.kit import Kit, Service
from gongkai.runtime.metrics import Metrics
from gongkai.runtime.settings import Settings


@dataclass(slots=True)
class Hosted:
    """A running system of a test."""

    host: Host
    url: str
    browser: httpx.AsyncClient
    settings: Settings

    def kit(self, service: str) -> Kit:
        return self.host.running[service].kit

    def operator(self) -> dict[str, str]:
        """Headers of the operator's own command line."""
        kit = next(iter(self.host.running.values())).kit
        return {"Authorization": f"Bearer {kit.tokens.issue_service(OPERATOR, kit.now())}"}


async def settings_for(postgres: Databases, kafka: str, folder: Path, services: Sequence[str], **more: Any) -> Settings:
    """Fresh databases and topics; the same settings may be used for a second start over the same state."""
    prefix = f"t{uuid4().hex[:12]}."
    await provision(kafka, [prefix + topic for topic in TOPICS], partitions=2)
    port = more.pop("bind_port", None) or ports.free_port()
    return Settings(
        database_urls={name: await postgres.database(name) for name in services},
        kafka=kafka,
        kafka_prefix=prefix,
        data_dir=folder,
        instance=prefix,
        bind_port=port,
        public_url=f"http://127.0.0.1:{port}",
        **{"pool_max": 6, **more},
    )


@asynccontextmanager
async def serving(services: Sequence[Service], settings: Settings, **how: Any) -> AsyncIterator[Hosted]:
    """Start the services on the port of the settings; stop them whatever happens."""
    host = Host(services, settings, metrics=Metrics(CollectorRegistry()), **how)
    await host.start()
    server = uvicorn.Server(
        uvicorn.Config(
            host.app, host="127.0.0.1", port=settings.bind_port, log_level="warning", lifespan="off", access_log=False,
            timeout_keep_alive=30,
        )
    )  # fmt: skip
    server.install_signal_handlers = lambda: None  # type: ignore[method-assign]
    task = asyncio.create_task(server.serve())
    try:
        await eventually(lambda: server.started)
        async with httpx.AsyncClient(base_url=settings.public_url, timeout=30) as browser:
            yield Hosted(host, settings.public_url, browser, settings)
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await host.stop()


@asynccontextmanager
async def a_system(
    postgres: Databases,
    kafka: str,
    folder: Path,
    names: Sequence[str] | None = None,
    *,
    how: dict[str, Any] | None = None,
    **more: Any,
) -> AsyncIterator[Hosted]:
    """Run the installed services (all of them, or those named) with everything fresh."""
    services = installed_services(names)
    settings = await settings_for(postgres, kafka, folder, [service.name for service in services], **more)
    async with serving(services, settings, **(how or {})) as hosted:
        yield hosted
