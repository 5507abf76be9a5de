"""A child process of ours: dies with us, is known by pid and start time, is ended in order."""

import asyncio
import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gongkai.local.errors import DiskFull, StackError
from gongkai.runtime.lifeline import die_with_parent, prctl

POLL: Final = 0.05


@dataclass(frozen=True, slots=True)
class Account:
    """The system user a child runs as, when it must not run as root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Program:
    """What to run and how to end it."""

    name: str
    argv: Sequence[str]
    log: Path
    record: Path
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    grace: float = 15.0


def ordinary_account(wanted: str | None = None) -> Account | None:
    """As root: the ordinary user a child drops to. Otherwise none, for we are ordinary already."""
    if os.geteuid() != 0:
        return None
    names = (wanted,) if wanted else ("gongkai", "postgres", "daemon", "nobody")
    for name in names:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            if entry.pw_uid != 0:
                return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise StackError(
        f"以 root 运行时需要一个普通系统用户来运行数据库，但没有找到：{'、'.join(names)}",
        "请新建一个普通系统用户，并用环境变量 GONGKAI_RUN_AS 写明它的名字。",
    )


def started_at(pid: int) -> str | None:
    """Return a mark that is another one once the pid is another process's; none when nobody has the pid."""
    if Path("/proc/self/stat").exists():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        if fields[0] in "ZX":
            return None
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()}:{fields[19]}"
    ps = shutil.which("ps") or "/bin/ps"
    found = subprocess.run([ps, "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603
    return found.stdout.strip() or None


def is_running(record: Path) -> int | None:
    """Return the pid noted in a record, when it is still the same process."""
    try:
        noted = json.loads(record.read_text())
        pid, started = int(noted["pid"]), str(noted["started"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return pid if started_at(pid) == started else None


async def until(
    condition: Callable[[], Awaitable[bool]] | Callable[[], bool],
    within: float,
    poll: float = POLL,
) -> bool:
    """Ask until the answer is yes or the time is over. The only waiting loop of the local stack."""
    deadline = time.monotonic() + within
    while True:
        answer = condition()
        if await answer if isinstance(answer, Awaitable) else answer:
            return True
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(poll)


async def end_leftover(name: str, record: Path, stop_signal: signal.Signals, grace: float = 30.0) -> bool:
    """End what an earlier copy of ours left running; true when there was something to end."""
    pid = is_running(record)
    if pid is None:
        record.unlink(missing_ok=True)  # noqa: ASYNC240  a file of forty bytes
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, stop_signal)
    if not await until(lambda: is_running(record) is None, grace):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        if not await until(lambda: is_running(record) is None, 10):
            raise StackError(f"上次留下的 {name}（进程号 {pid}）结束不掉", "请先手工结束它。")
    with contextlib.suppress(ProcessLookupError, PermissionError):  # and the helpers it had
        os.killpg(pid, signal.SIGKILL)
    record.unlink(missing_ok=True)  # noqa: ASYNC240
    return True


def run_tool(
    argv: Sequence[str], *, env: Mapping[str, str], cwd: Path, account: Account | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run a short program of ours to its end; it dies with the thread that waits for it."""
    parent = os.getpid()
    prctl()
    return subprocess.run(  # noqa: S603  the arguments are ours
        list(argv),
        env=dict(env),
        cwd=cwd,
        preexec_fn=lambda: die_with_parent(signal.SIGKILL, parent),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def keep_small(log: Path, limit: int = 20 * 1024 * 1024) -> None:
    """Set a grown log aside as `.1` and go on in an empty one; its writer appends and does not notice."""
    with contextlib.suppress(OSError):
        if log.stat().st_size > limit:
            shutil.copyfile(log, log.with_name(log.name + ".1"))
            os.truncate(log, 0)


class Child:
    """One running program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._popen.pid if self._popen is not None and self._popen.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        return self._popen.poll() if self._popen is not None else None

    @property
    def running(self) -> bool:
        return self.pid is not None

    def start(self) -> None:
        """Start it. The record is written at once, so that the next copy of ours can find it."""
        program = self.program
        program.log.parent.mkdir(parents=True, exist_ok=True)
        program.record.parent.mkdir(parents=True, exist_ok=True)
        parent = os.getpid()
        prctl()  # loaded before the fork, where no lock may be taken

        def before_exec() -> None:
            die_with_parent(program.orphan_signal, parent)

        account = program.account
        with program.log.open("ab") as log:
            self._popen = subprocess.Popen(  # noqa: S603  the arguments are ours
                list(program.argv),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=program.cwd,
                env=dict(program.env),
                preexec_fn=before_exec,  # noqa: PLW1509  the parent-death signal can be asked for nowhere else
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        note = {"pid": self._popen.pid, "started": started_at(self._popen.pid)}
        try:
            program.record.write_text(json.dumps(note))
        except OSError as wrong:  # a child that nobody could find again must not run
            self._popen.kill()
            self._popen.wait()
            place = program.record.parent
            raise DiskFull(f"写不了 {place}：{wrong.strerror}", "请腾出空间后再启动，数据完好。") from wrong

    async def stop(self) -> None:
        """Ask it to end, wait, insist."""
        if self._popen is None:
            return
        ended = self._popen.poll()
        if ended is not None:
            self._note_end(ended)
        else:
            self._popen.send_signal(self.program.stop_signal)
            if not await until(lambda: not self.running, self.program.grace):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._popen.pid, signal.SIGKILL)
                await until(lambda: not self.running, 10)
        self._sweep_group()
        self.program.record.unlink(missing_ok=True)

    def _note_end(self, code: int) -> None:
        """Write how it died where its own last words are: nobody else knows."""
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        line = {"event": "ended-by-itself", "program": self.program.name, "how": how, "level": "error"}
        with contextlib.suppress(OSError), self.program.log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")

    def _sweep_group(self) -> None:
        """End the workers that a child may leave behind when it dies hard."""
        if self._popen is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)

    async def replace(self) -> None:
        """Start it again after it died."""
        await self.stop()
        self.start()

    def last_words(self, lines: int = 12) -> str:
        """Return the end of its log, for the sentence that says why it did not start."""
        try:
            with self.program.log.open("rb") as log:
                log.seek(0, os.SEEK_END)
                log.seek(max(0, log.tell() - 8192))
                return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""
