"""How long a second start takes until the first page, and what the whole system weighs when nobody works."""

import asyncio
import time
from pathlib import Path

import httpx
from tests.bench.ground import Ground
from tests.bench.report import Measured
from tests.support.eventually import eventually
from tests.support.system import System, family

IDLE_SECONDS = 10.0


def weight(root: int) -> float:
    """Return the megabytes a process and all its descendants keep resident; pages they share are counted once."""
    return sum(_resident(pid) for pid in family(root)) / 1024


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


async def first_page(url: str) -> bool:
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(f"{url}/")).is_success
    except httpx.HTTPError:
        return False


async def run(ground: Ground) -> list[Measured]:
    first = System(ground.folder / "home", "demo", "--once")
    first.launch()
    await eventually(lambda: first.exit_code is not None, timeout=600)
    assert first.exit_code == 0, first.said
    system = System(ground.folder / "home", "up")
    seconds: list[float] = []
    megabytes: list[float] = []
    for _ in range(ground.rounds):
        began = time.monotonic()
        about = await system.start(within=180)
        url = str(about["internal_url"])
        await eventually(lambda url=url: first_page(url), timeout=60)
        seconds.append(time.monotonic() - began)
        await asyncio.sleep(IDLE_SECONDS)
        megabytes.append(weight(int(about["pid"])))
        await system.stop()
    return [
        Measured("second start to the first page", "s", "lower", tuple(seconds), limit=15, limit_is="value"),
        Measured("whole system, idle", "MB", "lower", tuple(megabytes), limit=900, limit_is="value"),
    ]
