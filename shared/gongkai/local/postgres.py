"""PostgreSQL as a child of ours: an ordinary TCP server on the loopback address, with passwords and UTF-8."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

import asyncpg

from gongkai.local import ports
from gongkai.local.errors import DiskFull, PortTaken, StackError, did_not_start
from gongkai.local.pgbinaries import bin_folder
from gongkai.local.process import Account, Child, Program, end_leftover, ordinary_account, run_tool, until

OWNER: Final = "gongkai"
STOP: Final = signal.SIGINT  # fast shutdown: sessions end, nothing committed is lost
CLUSTER: Final = {
    "max_connections": "160",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "unix_socket_directories": "",
    "huge_pages": "off",
    "jit": "off",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "max_wal_size": "512MB",
}
# What a test run gives up: its data may be lost with the machine. A killed process still loses nothing.
FOR_TESTS: Final = {"fsync": "off", "full_page_writes": "off"}


@dataclass(slots=True)
class Postgres:
    """One cluster in one folder."""

    folder: Path
    port: int
    password: str
    logs: Path
    run: Path
    cache: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    run_as: str | None = None
    _account: Account | None = None
    _bin: Path | None = None
    _child: Child | None = None

    def dsn(self, database: str = "postgres", role: str = OWNER, password: str | None = None) -> str:
        """Return the address of a database for a role."""
        who, secret = quote(role, safe=""), quote(self.password if password is None else password, safe="")
        return f"postgresql://{who}:{secret}@{ports.LOOPBACK}:{self.port}/{quote(database, safe='')}"

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    async def start(self, within: float = 60.0) -> bool:
        """Start it, creating the cluster the first time; true when it was created now."""
        self._account = ordinary_account(self.run_as)
        self._bin = await asyncio.to_thread(bin_folder, self.cache, self._account)
        await self.end_leftover()
        created = await asyncio.to_thread(self._create_cluster)
        if not ports.is_free(self.port):
            raise PortTaken(f"端口 {self.port} 已被占用，PostgreSQL 无法启动", "请结束占用它的程序。")
        self._child = Child(self._program())
        self._child.start()
        await self._await_ready(within)
        return created

    async def end_leftover(self) -> bool:
        """End the server that a killed supervisor left in this folder."""
        return await end_leftover("PostgreSQL", self._record, STOP)

    async def version(self) -> str:
        connection = await asyncpg.connect(self.dsn(), timeout=20)
        try:
            return str(await connection.fetchval("SELECT current_setting('server_version')"))
        finally:
            await connection.close()

    @property
    def _record(self) -> Path:
        return self.run / "postgres.json"

    async def _await_ready(self, within: float) -> None:
        child = self._child
        if child is None:
            raise StackError("PostgreSQL 没有启动")
        died = False

        async def settled() -> bool:
            nonlocal died
            if not child.running:
                if "shared memory" in child.last_words():  # backends of a killed server leave late
                    await child.replace()
                    return False
                died = True
                return True
            return await self.healthy()

        if not await until(settled, within) or died:
            words = child.last_words()
            await child.stop()
            raise did_not_start("PostgreSQL", words, child.program.log, self.folder)

    async def restart(self, within: float = 60.0) -> None:
        """Bring it back after it died; it recovers by its own log."""
        if self._child is None:
            raise StackError("PostgreSQL 还没有启动过")
        await self._child.replace()
        await self._await_ready(within)

    async def stop(self) -> None:
        """Fast shutdown: sessions are ended, nothing committed is lost."""
        if self._child is not None:
            await self._child.stop()

    async def healthy(self) -> bool:
        """Tell whether it answers a query."""
        try:
            connection = await asyncpg.connect(self.dsn(), timeout=5)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            return False
        try:
            return bool(await connection.fetchval("SELECT true", timeout=5))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            return False
        finally:
            connection.terminate()

    def _program(self) -> Program:
        options = {**CLUSTER, **self.settings, "port": str(self.port), "listen_addresses": ports.LOOPBACK}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return Program(
            name="PostgreSQL",
            argv=[str(self._program_path("postgres")), "-D", str(self.folder), *arguments],
            log=self.logs / "postgres.log",
            record=self._record,
            cwd=Path("/"),
            env=_environment(),
            account=self._account,
            stop_signal=STOP,
            orphan_signal=STOP,
            grace=30,
        )

    def _program_path(self, name: str) -> Path:
        if self._bin is None:
            raise StackError("PostgreSQL 的程序还没有准备好")
        return self._bin / name

    def _create_cluster(self) -> bool:
        """Create it beside its place and move it there: a kill in the middle leaves nothing half made."""
        if (self.folder / "PG_VERSION").exists():
            return False
        if self.folder.exists() and any(self.folder.iterdir()):
            raise StackError(f"{self.folder} 里有不认识的内容，没有动它", "请换一个文件夹，或移走里面的内容。")
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        building = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700)
        account = self._account
        if account is not None:
            os.chown(building, account.uid, account.gid)
        with tempfile.NamedTemporaryFile("w", prefix="gongkai-", delete=True) as secret:
            secret.write(self.password)
            secret.flush()
            if account is not None:
                os.chown(secret.name, account.uid, account.gid)
            made = run_tool(
                [
                    str(self._program_path("initdb")),
                    *("-D", str(building), "-U", OWNER, "--encoding=UTF8", "--locale=C.UTF-8"),
                    *("--auth=scram-sha-256", f"--pwfile={secret.name}", "--data-checksums"),
                    *(("--no-sync",) if self.settings.get("fsync") == "off" else ()),
                ],
                env=_environment(),
                cwd=Path("/"),
                account=account,
            )
        if made.returncode != 0:
            shutil.rmtree(building, ignore_errors=True)
            raise _why_not_created(made.stderr, self.folder, account)
        if self.folder.exists():
            self.folder.rmdir()
        building.rename(self.folder)
        return True


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC"}


def _why_not_created(words: str, folder: Path, account: Account | None) -> StackError:
    if "No space left on device" in words:
        return DiskFull(f"磁盘已满，建不了数据库（{folder}）", "请腾出空间后再启动。")
    if "Permission denied" in words or "could not access directory" in words:
        who = account.name if account else "当前用户"
        return StackError(
            f"用户 {who} 进不了文件夹 {folder}",
            "请用环境变量 GONGKAI_HOME 指定一个该用户能进入的文件夹（例如 /var/lib/gongkai 之下）。",
        )
    return StackError(f"建不了数据库：\n{words.strip()}")
