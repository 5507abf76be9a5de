"""One look at everything an operator would check at two in the morning."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from gongkai.upkeep import examining_host as host
from gongkai.upkeep.examining_bus import bus
from gongkai.upkeep.examining_databases import databases
from gongkai.upkeep.examining_services import Ask, services
from gongkai.upkeep.findings import Finding
from gongkai.upkeep.place import NOTE, Place

_SMALL: Final = ("passwords.json", "sample-officers.json", "run/about.json", NOTE)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is examined. Every part may be missing: then the rest is looked at."""

    place: Place | None
    ask: Ask | None
    packages: Mapping[str, str]
    #: Folders whose disk matters, and files that are for their owner alone.
    folders: tuple[Path, ...]
    private: tuple[Path, ...]
    note: Path
    public_url: str
    certificates: Path | None
    #: Where the public address is reached from here, when not by its own name.
    gateway: str = ""
    why_not_running: str = ""


async def examine(subject: Subject, clock: Callable[[], datetime], *, quick: bool) -> list[Finding]:
    """Examine all of it. One part that is away never keeps us from the others."""
    found: list[Finding] = []
    place = subject.place
    if subject.ask is None or place is None:
        found.append(Finding(
            "system", "wrong", subject.why_not_running or "系统没有运行", "",
            "页面打不开；数据都在，没有丢失。", "启动它：make up，容器用 docker compose up --detach --wait。",
        ))  # fmt: skip
    if place is not None and subject.ask is not None:
        found += await asyncio.to_thread(services, list(place.services), subject.ask)
    if place is not None:
        found += await databases(place, subject.packages, clock, quick=quick)
        if place.kafka:
            found += await bus(place.kafka, place.prefix, list(place.services))
    now = clock()
    found += host.disk(subject.folders)
    found.append(host.backup(subject.note, now))
    found += host.secrets(subject.private, host.mounted())
    found += await asyncio.to_thread(host.certificates, subject.certificates, subject.public_url, now, subject.gateway)
    return found


def private_files(place: Place | None, *folders: Path) -> tuple[Path, ...]:
    """Return the keys of an installation and the small files with passwords beside them."""
    keys = {folder / "keys" for folder in folders}
    if place is not None:
        keys |= {root / "keys" for root in place.roots.values()} | {place.token_keys}
    found = [path for folder in sorted(keys) if folder.is_dir() for path in sorted(folder.iterdir()) if path.is_file()]
    small = (folder / name for folder in folders for name in _SMALL)
    return (*found, *(path for path in small if path.is_file()))
