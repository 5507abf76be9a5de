"""The local system as a person runs it: a process of its own, in a folder of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.eventually import eventually

from gongkai.local.folders import cache_folder
from gongkai.local.process import started_at


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a person whose only setting is where the state lies."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("GONGKAI_")}
    return {**mine, "GONGKAI_HOME": str(home), "GONGKAI_CACHE": str(cache_folder()), "PYTHONUNBUFFERED": "1"}


def gongkai(home: Path, *arguments: str, **more: Any) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "gongkai.cli.main", *arguments],
        env={**environment(home), **more.pop("env", {})},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        **more,
    )


def family(root: int) -> set[int]:
    """Return a process and all its descendants."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = {root}
    while grown := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= grown
    return found


class System:
    """`gongkai up …`, and ways to hurt it."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.home = home
        self.output = home.with_name(home.name + ".out")
        self._arguments = arguments or ("up", "--bare")
        self.process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gongkai.cli.main", *self._arguments],
                env=environment(self.home),
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    async def start(self, within: float = 60) -> dict[str, Any]:
        """Launch it and wait until it says that it is there."""
        self.launch()
        return await self.ready(within)

    async def ready(self, within: float = 60) -> dict[str, Any]:
        assert self.process is not None
        process = self.process

        def said() -> dict[str, Any] | None:
            assert process.poll() is None, self.said
            found = self.about
            assert found, self.said
            assert found["pid"] == process.pid, self.said
            return found

        about = await eventually(said, timeout=within)
        assert about is not None
        return about

    @property
    def exit_code(self) -> int | None:
        return self.process.poll() if self.process is not None else None

    @property
    def about(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self.home / "run" / "about.json").read_text())
        except (OSError, ValueError):
            return {}
        return found

    @property
    def said(self) -> str:
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def children(self) -> dict[str, int]:
        """Return the children that run now, by name."""
        found = {}
        for record in (self.home / "run").glob("*.json"):
            with contextlib.suppress(OSError, ValueError, KeyError):
                noted = json.loads(record.read_text())
                if record.stem != "about" and started_at(noted["pid"]) == noted["started"]:
                    found[record.stem] = noted["pid"]
        return found

    def kill(self, name: str | None = None, sent: signal.Signals = signal.SIGKILL) -> int:
        """Kill a child, or the supervisor itself; return the pid that was killed."""
        assert self.process is not None
        pid = self.process.pid if name is None else self.children()[name]
        os.kill(pid, sent)
        if name is None and sent == signal.SIGKILL:
            self.process.wait(30)
        return pid

    async def stop(self) -> int:
        """Stop it as Ctrl-C does; return its exit code."""
        assert self.process is not None
        process = self.process
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        await eventually(lambda: process.poll() is not None, timeout=60)
        return int(process.returncode)
