"""The services of an application in a process of their own: a test moves its clock and ends its life.

`python -m tests.support.request_process FOLDER`: settings, clock and the sign of readiness are files of that folder.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from gongkai.hosting.host import Host, installed_services
from gongkai.runtime.lifeline import die_with_parent
from gongkai.runtime.settings import Settings

SERVICES = ("publication", "request")


class SharedClock:
    """Goes as time goes, from a moment that a file says; every process that looks at the file sees the same."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self.file.read_text()))

    @property
    def at(self) -> datetime:
        return self()

    def start(self, at: datetime) -> None:
        self._move(at - datetime.now(UTC))

    def advance(self, **how: float) -> None:
        self._move(self() - datetime.now(UTC) + timedelta(**how))

    def _move(self, ahead: timedelta) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(str(ahead.total_seconds()))
        new.replace(self.file)


async def main(folder: Path) -> None:
    die_with_parent()
    settings = Settings(**json.loads((folder / "settings.json").read_text()))
    host = Host(installed_services(SERVICES), settings, now=SharedClock(folder / "clock"))
    await host.start()
    server = uvicorn.Server(
        uvicorn.Config(host.app, host="127.0.0.1", port=settings.bind_port, log_level="warning", lifespan="off", access_log=False)
    )
    (folder / "ready").touch()
    await server.serve()
    await host.stop()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
