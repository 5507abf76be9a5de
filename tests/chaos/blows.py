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
            before = await fire.pid("services")
            fire.die_at(fault.target)
            await eventually(lambda: not fire.unreached, timeout=RESTARTED, because=f"{fault} never came")
            await fire.another("services", before)
        case "kill":
            killed = {name: await fire.kill(name) for name in fault.target.split("+")}
            for name, pid in killed.items():
                await fire.another(name, pid)
        case "freeze":
            pid = await fire.kill(fault.target, signal.SIGSTOP)
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
