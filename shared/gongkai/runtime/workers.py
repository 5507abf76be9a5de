"""A few processes for work that would hold up the event loop: checks, imports, letters, clean copies."""

import asyncio
import contextlib
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

from gongkai.runtime import telemetry
from gongkai.runtime.errors import Unavailable
from gongkai.runtime.lifeline import die_with_parent

P = ParamSpec("P")
T = TypeVar("T")

log = telemetry.logger(__name__)


class Workers:
    """Processes start when there is work for them. One that dies takes its task with it and nothing else."""

    def __init__(self, most: int = 2) -> None:
        self._most = most
        self._pool: ProcessPoolExecutor | None = None

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a top-level function elsewhere. A process that died is `Unavailable`: the same may be tried again."""
        pool = self._running()
        try:
            future = pool.submit(work, *args, **kwargs)
        except RuntimeError as stopped:
            raise Unavailable from stopped
        try:
            return await asyncio.wrap_future(future)
        except BrokenProcessPool as broken:
            log.warning("worker-died", work=work.__name__)
            if self._pool is pool:
                self._pool = None
            pool.shutdown(wait=False, cancel_futures=True)
            raise Unavailable from broken

    def _running(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Forking a process that runs an event loop and threads copies their locks; spawning starts clean.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._most, mp_context=context, initializer=_modestly)
        return self._pool

    async def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)


def _modestly() -> None:
    """Take the processor only when nobody else needs it: a release must keep its instant whatever is being checked."""
    die_with_parent()
    with contextlib.suppress(OSError):
        os.nice(10)
