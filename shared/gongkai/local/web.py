"""Our own programs that speak HTTP, as children: all services in one process, and the platform sandbox in another."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from gongkai.local.errors import StackError, did_not_start
from gongkai.local.process import Child, Program, end_leftover, until

Question = Callable[[], Awaitable[bool]]


@dataclass(slots=True)
class WebProgram:
    """Ready when its own question is answered with yes; alive while its address answers."""

    program: Program
    ready: Question
    alive: Question
    before_start: Callable[[], None] = lambda: None
    _child: Child | None = field(default=None)

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def log(self) -> Path:
        return self.program.log

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    async def start(self, within: float = 120.0) -> None:
        await self.end_leftover()
        self._child = Child(self.program)
        await self._go(within)

    async def end_leftover(self) -> bool:
        """End the process that a killed supervisor left."""
        return await end_leftover(self.name, self.program.record, self.program.stop_signal)

    async def restart(self, within: float = 120.0) -> None:
        if self._child is None:
            raise StackError(f"{self.name}还没有启动过")
        await self._child.stop()
        await self._go(within)

    async def _go(self, within: float) -> None:
        child = self._child
        if child is None:
            raise StackError(f"{self.name}没有启动")
        self.before_start()
        child.start()

        async def settled() -> bool:
            return not child.running or await self.ready()

        if await until(settled, within) and child.running:
            return
        words, code = child.last_words(), child.exit_code
        await child.stop()
        if code is None:
            raise StackError(f"{self.name}迟迟没有就绪：\n{words}", f"完整日志：{self.log}")
        raise did_not_start(self.name, words, self.log, self.log.parent)

    async def stop(self) -> None:
        if self._child is not None:
            await self._child.stop()

    async def healthy(self) -> bool:
        return await self.alive()


async def answers(url: str, within: float = 5.0) -> bool:
    """Tell whether an address answers with success."""
    try:
        async with httpx.AsyncClient(timeout=within, trust_env=False) as client:
            return (await client.get(url)).is_success
    except httpx.HTTPError:
        return False
