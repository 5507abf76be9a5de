"""A loop of a service that fails is started again: soon at first, more slowly while it fails, soon again once it worked."""

import asyncio
from itertools import pairwise

import pytest

from gongkai.hosting.host import _kept_alive


async def test_a_loop_that_worked_for_a_while_does_not_pay_for_its_old_failures() -> None:
    clock = asyncio.get_running_loop().time
    started: list[float] = []
    ended: list[float] = []

    async def loop() -> None:
        started.append(clock())
        if len(started) == 6:
            return
        if len(started) == 5:
            await asyncio.sleep(0.3)  # the time of peace in which it works
        ended.append(clock())
        raise ConnectionRefusedError

    await _kept_alive(loop, "test", first=0.02, longest=10.0, settled=0.25)

    pauses = [after - before for before, after in zip(ended, started[1:], strict=True)]
    assert all(later > earlier for earlier, later in pairwise(pauses[:4])), pauses
    assert pauses[4] < pauses[3] / 2, pauses


async def test_a_loop_that_is_told_to_stop_stops() -> None:
    asked = asyncio.Event()

    async def loop() -> None:
        asked.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(_kept_alive(loop, "test"))
    await asked.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
