"""The folder of one copy of the system: its lock, its passwords, its ports, what it says about itself."""

import contextlib
import errno
import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gongkai.local import ports
from gongkai.local.errors import DiskFull, InUse, StackError

DEFAULT_PORTS: Final[Mapping[str, int]] = {
    "public": 8080,
    "sandbox": 8090,
    "postgres": 15432,
    "kafka": 19092,
    "kafka-controller": 19093,
}
ROOM_NEEDED: Final = 300 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class State:
    """Paths and small files. Secrets are readable by their owner only, and every file is whole or absent."""

    folder: Path

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def kafka(self) -> Path:
        return self.folder / "kafka"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def sandbox(self) -> Path:
        return self.folder / "sandbox"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def run(self) -> Path:
        return self.folder / "run"

    @property
    def ready_file(self) -> Path:
        return self.run / "serving.json"

    @property
    def about_file(self) -> Path:
        return self.run / "about.json"

    def prepare(self, room_needed: int = ROOM_NEEDED) -> None:
        """Make the folders and see that there is room."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for private in (self.data, self.sandbox, self.logs, self.run):
                private.mkdir(exist_ok=True, mode=0o700)
            (self.folder / ".room").write_bytes(b"0" * 4096)
            (self.folder / ".room").unlink()
        except OSError as wrong:
            raise _why(wrong, self.folder) from wrong
        room = os.statvfs(self.folder)
        free = room.f_bavail * room.f_frsize
        if free < room_needed:
            raise DiskFull(
                f"{self.folder} 所在磁盘只剩 {free // 1024 // 1024} MB，至少需要 {room_needed // 1024 // 1024} MB",
                "请腾出空间，或用环境变量 GONGKAI_HOME 换到别的磁盘。",
            )

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Own the folder while inside. A second copy is refused and touches nothing."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as wrong:
            raise _why(wrong, self.folder) from wrong
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                owner = os.pread(handle, 32, 0).decode(errors="replace").strip() or "未知"
                raise InUse(
                    f"文件夹 {self.folder} 正在被另一份系统使用（进程号 {owner}）",
                    "请先停止那一份；如果想同时运行两份，请用环境变量 GONGKAI_HOME 给这一份另一个文件夹。",
                ) from None
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
            yield
        finally:
            os.close(handle)

    def is_locked(self) -> bool:
        """Tell whether a copy is running here."""
        try:
            handle = os.open(self.folder / "lock", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False

    def password(self, name: str) -> str:
        """Return a generated password, the same one for ever."""
        file = self.folder / "passwords.json"
        known = read_json(file)
        if name not in known:
            known[name] = secrets.token_urlsafe(24)
            write_json(file, known, mode=0o600)
        return str(known[name])

    def known_ports(self) -> dict[str, int]:
        return {name: int(port) for name, port in read_json(self.folder / "ports.json").items()}

    def choose_ports(self, wanted: Mapping[str, int], host: str = ports.LOOPBACK) -> tuple[dict[str, int], list[str]]:
        """Return a port for everything, and a sentence for each that had to give way. A wanted one never gives way."""
        chosen: dict[str, int] = {}
        moved: list[str] = []
        for name, default in DEFAULT_PORTS.items():
            where = host if name == "public" else ports.LOOPBACK
            if name in wanted:
                chosen[name] = wanted[name]
                continue
            before = self.known_ports().get(name, default)
            chosen[name] = ports.choose(before, where, avoid=frozenset({*chosen.values(), *wanted.values()}))
            if chosen[name] != before:
                moved.append(f"端口 {before}（{name}）已被占用，改用 {chosen[name]}")
        write_json(self.folder / "ports.json", chosen)
        return chosen, moved


def read_json(file: Path) -> dict[str, Any]:
    """Return what a small file says; empty when it is not there."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as wrong:
        raise StackError(f"读不懂文件 {file}", "它可能被改动过。请恢复它，或用 make reset 重新开始。") from wrong
    return found if isinstance(found, dict) else {}


def write_json(file: Path, content: Mapping[str, Any], mode: int = 0o644) -> None:
    """Write a small file whole or not at all."""
    name = ""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as fresh:
            json.dump(content, fresh, ensure_ascii=False, indent=1)
            fresh.flush()
            os.fsync(fresh.fileno())
        Path(name).chmod(mode)
        Path(name).replace(file)
    except BaseException as wrong:
        if name:
            Path(name).unlink(missing_ok=True)
        if isinstance(wrong, OSError):
            raise _why(wrong, file) from wrong
        raise


def _why(wrong: OSError, place: Path) -> StackError:
    if wrong.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"磁盘已满，写不了 {place}", "请腾出空间后再启动。")
    if wrong.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StackError(f"没有写 {place} 的权限", "请用环境变量 GONGKAI_HOME 指定一个您可以写的文件夹。")
    return StackError(f"用不了 {place}：{wrong.strerror}", "请用环境变量 GONGKAI_HOME 换一个文件夹。")
