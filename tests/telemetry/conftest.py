"""All five services, each by itself as in its container, and a real Prometheus with the configuration of deploy/."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from tests.support.eventually import eventually
from tests.support.hosted import Hosted, serving, settings_for
from tests.support.stack import Databases
from tests.telemetry.prometheus import TELEMETRY, program

from gongkai.hosting.host import installed_services
from gongkai.local import ports


@dataclass(slots=True)
class Watched:
    """What is watched, and who watches."""

    services: dict[str, Hosted]
    prometheus: httpx.AsyncClient

    async def ask(self, expression: str) -> list[dict[str, Any]]:
        answer = await self.prometheus.post("/api/v1/query", data={"query": expression})
        body = answer.json()
        assert body["status"] == "success", (expression, body.get("error"))
        found: list[dict[str, Any]] = body["data"]["result"]
        return found

    async def number(self, expression: str) -> float | None:
        found = await self.ask(expression)
        return float(found[0]["value"][1]) if found else None

    async def names(self) -> set[str]:
        return set((await self.prometheus.get("/api/v1/label/__name__/values")).json()["data"])


@pytest.fixture(scope="session")
async def watched(postgres: Databases, kafka: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    program("prometheus")
    folder = tmp_path_factory.mktemp("watched")
    every = installed_services()
    port = {service.name: ports.free_port() for service in every}
    common = await settings_for(
        postgres, kafka, folder, list(port), token_keys_dir=folder / "keys", inbox_look_ms=500,
        service_urls={name: f"http://127.0.0.1:{number}" for name, number in port.items()},
    )  # fmt: skip
    async with AsyncExitStack() as stack:
        services = {}
        for service in every:
            here = {"bind_port": port[service.name], "public_url": f"http://127.0.0.1:{port[service.name]}"}
            settings = common.model_copy(update=here | {"data_dir": folder / service.name})
            services[service.name] = await stack.enter_async_context(serving([service], settings))
        url = f"127.0.0.1:{ports.free_port()}"
        written = configured(folder, {name: f"127.0.0.1:{number}" for name, number in port.items()}, url)
        process = await asyncio.create_subprocess_exec(
            program("prometheus"), f"--config.file={written}", f"--storage.tsdb.path={folder / 'tsdb'}",
            f"--web.listen-address={url}", "--log.level=warn",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        stack.push_async_callback(ended, process)
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://{url}", timeout=20))
        yield Watched(services, client)


async def ended(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGTERM)
    await process.wait()


def configured(folder: Path, targets: dict[str, str], own: str) -> Path:
    """Take the configuration as it is; only places and haste are those of the test."""
    config = yaml.safe_load((TELEMETRY / "prometheus.yml").read_text("utf-8"))
    config["global"] = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(TELEMETRY / "alerts.yml")]
    config["alerting"]["alertmanagers"][0]["file_sd_configs"][0]["files"] = [f"{TELEMETRY}/alertmanagers/*.yml"]
    jobs = []
    for job in config["scrape_configs"]:
        names = job.pop("dns_sd_configs", None)
        if names is not None:
            [name] = names[0]["names"]
            job["static_configs"] = [{"targets": [targets[name]]}]
        elif job["job_name"] == "prometheus":
            job["static_configs"] = [{"targets": [own]}]
        else:
            continue
        jobs.append(job)
    config["scrape_configs"] = jobs
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(config))
    return path


@pytest.fixture
async def scraped(watched: Watched) -> Watched:
    """Give the system when every service has been scraped and sampled."""

    async def seen() -> bool:
        try:
            up = await watched.number('sum(up{job=~"gongkai-.+"})')
            sampled = await watched.number("count(gongkai_sampled_timestamp_seconds)")
        except httpx.TransportError:
            return False
        return (up, sampled) == (5, 5)

    await eventually(seen, timeout=60, poll=0.2)
    return watched
