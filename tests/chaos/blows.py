"""Carries out the faults of a programme on a running system."""

import asyncio
import os
import signal

import httpx
from tests.chaos.programme import Fault
from tests.support.eventually import eventually
from tests.support.fire import Fire

RESTARTED = 90.0


async def strike(fire: Fire, fault: Fault) -> None:
    """Do one blow; return when it has fallen and, for a part that was killed, another one is in its place."""
    match fault.kind:
        case "die at":
            before = _pids(fire, "services")
            fire.die_at(fault.target)
            await eventually(lambda: not fire.unreached, timeout=RESTARTED, because=f"{fault} never came")
            await _replaced(fire, before)
        case "kill":
            names = fault.target.split("+")
            before = _pids(fire, *names)
            for name in names:
                fire.system.kill(name)
            await _replaced(fire, before)
        case "freeze":
            pid = fire.system.kill(fault.target, signal.SIGSTOP)
            try:
                await asyncio.sleep(fault.value)
            finally:
                os.kill(pid, signal.SIGCONT)
        case "platform":
            platform, _, mood = fault.target.partition(":")
            body = {"platform": platform, "kind": mood, "value": fault.value, "times": fault.times}
            await at_sandbox(fire, "POST", "/admin/faults", body)
        case "power cut":
            fire.system.kill()
            await eventually(lambda: not fire.system.children(), timeout=30)
            await fire.system.start(within=170)
        case unknown:
            raise AssertionError(unknown)


async def at_sandbox(fire: Fire, method: str, path: str, body: object = None) -> None:
    async with httpx.AsyncClient(base_url=fire.sandbox_url, timeout=30, trust_env=False) as platform:
        answer = await platform.request(method, path, json=body)
        assert answer.is_success, answer.text


def _pids(fire: Fire, *names: str) -> dict[str, int]:
    running = fire.system.children()
    return {name: running[name] for name in names}


async def _replaced(fire: Fire, before: dict[str, int]) -> None:
    def others() -> bool:
        running = fire.system.children()
        return all(running.get(name, pid) != pid for name, pid in before.items())

    await eventually(others, timeout=RESTARTED, because=f"{sorted(before)} did not come back")
