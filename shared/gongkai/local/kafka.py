"""Apache Kafka as a child of ours: one node, broker and controller, the engine a data centre runs."""

import asyncio
import base64
import secrets
import shutil
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gongkai.local import apiversions, ports
from gongkai.local.errors import DiskFull, PortTaken, StackError, did_not_start
from gongkai.local.jars import VERSION, fetch, java
from gongkai.local.process import Child, Program, end_leftover, run_tool, until

HEAP: Final = (
    "-Xms96m",
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xshare:auto",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
)
SERVER: Final = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "inter.broker.listener.name": "PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "group.initial.rebalance.delay.ms": "0",
    # A new process waits out the session of the killed one before it may serve.
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "400",
    "log.cleaner.dedupe.buffer.size": "4194304",
    "log.cleaner.io.buffer.size": "131072",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "2",
    "log.segment.bytes": "67108864",
    # One node has no replica to fall back on when the power goes.
    "log.flush.interval.ms": "1000",
    "metadata.log.max.record.bytes.between.snapshots": "5242880",
}
LOGGING: Final = """\
rootLogger.level = WARN
rootLogger.appenderRefs = file
rootLogger.appenderRef.file.ref = FILE
logger.kafka.name = org.apache.kafka
logger.kafka.level = INFO
logger.clients.name = org.apache.kafka.clients
logger.clients.level = WARN
logger.config.name = org.apache.kafka.common.config
logger.config.level = WARN
appender.file.type = RollingFile
appender.file.name = FILE
appender.file.fileName = {log}
appender.file.filePattern = {log}.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}} %p %c{{1}} %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 10MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 3
"""


@dataclass(slots=True)
class Kafka:
    """One broker in one folder."""

    folder: Path
    port: int
    controller_port: int
    logs: Path
    run: Path
    cache: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    _classpath: Sequence[Path] = ()
    _child: Child | None = None

    @property
    def bootstrap(self) -> str:
        return f"{ports.LOOPBACK}:{self.port}"

    @property
    def version(self) -> str:
        return VERSION

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    async def start(self, within: float = 90.0) -> bool:
        """Start it, formatting its storage the first time; true when it was formatted now."""
        self._classpath = await asyncio.to_thread(fetch, self.cache)
        for folder in (self.run, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        await self.end_leftover()
        for port in (self.port, self.controller_port):
            if not ports.is_free(port):
                raise PortTaken(f"端口 {port} 已被别的程序占用，Kafka 无法启动", "请结束占用它的程序。")
        await asyncio.to_thread(self._configure)
        formatted = await asyncio.to_thread(self._format)
        self._child = Child(self._program())
        self._child.start()
        await self._await_ready(within)
        return formatted

    async def end_leftover(self) -> bool:
        """End the broker that a killed supervisor left in this folder."""
        return await end_leftover("Kafka", self._record, signal.SIGTERM)

    @property
    def _record(self) -> Path:
        return self.run / "kafka.json"

    async def restart(self, within: float = 90.0) -> None:
        """Bring it back after it died; it recovers its own logs."""
        if self._child is None:
            raise StackError("Kafka 还没有启动过")
        await self._child.replace()
        await self._await_ready(within)

    async def stop(self) -> None:
        if self._child is not None:
            await self._child.stop()

    async def healthy(self) -> bool:
        """Tell whether it answers."""
        return await apiversions.answers(ports.LOOPBACK, self.port)

    async def _await_ready(self, within: float) -> None:
        child = self._child
        if child is None:
            raise StackError("Kafka 没有启动")

        async def settled() -> bool:
            return not child.running or await self.healthy()

        if await until(settled, within) and child.running:
            return
        words = f"{child.last_words()}\n{_tail(self.logs / 'kafka.log')}".strip()
        await child.stop()
        raise did_not_start("Kafka", words, self.logs / "kafka.log", self.folder)

    @property
    def _config(self) -> Path:
        return self.run / "kafka.properties"

    def _command(self, main: str, *arguments: str, log: Path) -> list[str]:
        classpath = ":".join(str(jar) for jar in self._classpath)
        log4j = self.run / f"{log.stem}-log4j2.properties"
        log4j.write_text(LOGGING.format(log=log), encoding="utf-8")
        return [str(java()), *HEAP, f"-Dlog4j2.configurationFile={log4j}", "-cp", classpath, main, *arguments]

    def _program(self) -> Program:
        return Program(
            name="Kafka",
            argv=self._command("kafka.Kafka", str(self._config), log=self.logs / "kafka.log"),
            log=self.logs / "kafka.out",
            record=self._record,
            cwd=self.run,
            env={"LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stop_signal=signal.SIGTERM,
            orphan_signal=signal.SIGTERM,
            grace=30,
        )

    def _configure(self, folder: Path | None = None, config: Path | None = None) -> None:
        listeners = f"PLAINTEXT://{self.bootstrap},CONTROLLER://{ports.LOOPBACK}:{self.controller_port}"
        values = {
            **SERVER,
            "listeners": listeners,
            "advertised.listeners": listeners,
            "controller.quorum.bootstrap.servers": f"{ports.LOOPBACK}:{self.controller_port}",
            "log.dirs": str(folder or self.folder),
            **self.settings,
        }
        text = "".join(f"{name}={value}\n" for name, value in values.items())
        (config or self._config).write_text(text, encoding="utf-8")

    def _format(self) -> bool:
        """Format beside its place and move it there: a kill in the middle leaves nothing half made."""
        if (self.folder / "meta.properties").exists():
            return False
        if self.folder.exists() and any(self.folder.iterdir()):
            raise StackError(f"{self.folder} 里有不认识的内容，没有动它", "请换一个文件夹，或移走里面的内容。")
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        building = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700)
        config = self.run / "kafka-format.properties"
        self._configure(building, config)
        made = run_tool(
            self._command(
                "kafka.tools.StorageTool",
                *("format", "-t", _cluster_id(), "--standalone", "-c", str(config)),
                log=self.logs / "kafka-format.log",
            ),
            env={"LC_ALL": "C.UTF-8", "TZ": "UTC"},
            cwd=self.run,
        )
        if made.returncode != 0:
            shutil.rmtree(building, ignore_errors=True)
            words = (made.stderr or made.stdout).strip()
            if "No space left on device" in words:
                raise DiskFull(f"磁盘已满，建不了 Kafka 的存储（{self.folder}）", "请腾出空间后再启动。")
            raise StackError(f"建不了 Kafka 的存储：\n{words}")
        if self.folder.exists():
            self.folder.rmdir()
        building.rename(self.folder)
        return True


def _cluster_id() -> str:
    """Return a new cluster id in the form Kafka writes it: sixteen random bytes, URL-safe."""
    while True:
        fresh = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        if not fresh.startswith("-"):  # the tool would take it for an option
            return fresh


def _tail(log: Path, lines: int = 12) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
