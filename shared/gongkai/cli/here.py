"""Finds the installation a command of an operator is about: the local copy, running or not, or that of the settings."""

import argparse
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from gongkai.cli import running
from gongkai.cli.console import NotRunning
from gongkai.cli.migrate import ADMIN
from gongkai.local.errors import StackError
from gongkai.local.folders import cache_folder, state_folder
from gongkai.local.state import State
from gongkai.upkeep.place import Place

VOLUMES: Final = "GONGKAI_VOLUMES"
_DATABASES: Final = ("GONGKAI_DATABASE_URLS", "GONGKAI_DATABASE_URL")


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of a command that has to find databases and folders, not only addresses."""
    parser.add_argument(
        "--volumes",
        type=Path,
        default=Path(os.environ[VOLUMES]) if os.environ.get(VOLUMES) else None,
        help=f"每个服务的数据卷挂在其中同名文件夹的文件夹（{VOLUMES}）/ folder with a data volume per service",
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON / print JSON")


def configured(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether the settings name databases, as they do in containers."""
    return any(environment.get(name) or environment.get(f"{name}_FILE") for name in _DATABASES)


def local_place(settings: Mapping[str, str]) -> Place:
    import json  # noqa: PLC0415

    dsns = json.loads(settings["GONGKAI_DATABASE_URLS"])
    data = Path(settings["GONGKAI_DATA_DIR"])
    return Place(dsns, dict.fromkeys(dsns, data), data / "keys", settings["GONGKAI_KAFKA"])


def set_place(volumes: Path | None) -> Place:
    """Return the place that the settings describe."""
    settings = running.settings()
    dsns = dict(settings.database_urls)
    if not dsns:
        raise StackError(
            "这里只知道一个服务的数据库，备份和检查需要全部 / only one service's database is known here",
            "请给出 GONGKAI_DATABASE_URLS；容器用 docker compose run --rm operator …",
        )
    admin = os.environ.get(ADMIN)
    try:
        administrator = Path(admin).read_text("utf-8").strip() if admin else None
    except OSError as wrong:
        raise StackError(f"读不到 {ADMIN} 所指的文件：{wrong.strerror}") from wrong
    return Place(
        dsns,
        {name: volumes / name if volumes else settings.data_dir for name in dsns},
        settings.token_keys,
        settings.kafka,
        settings.kafka_prefix,
        administrator,
    )


@asynccontextmanager
async def to_save(volumes: Path | None) -> AsyncIterator[Place]:
    """Give the installation whose content is wanted. A local one that does not run gets its database for so long."""
    if local := running.about():
        yield local_place(local["settings"])
    elif configured():
        yield set_place(volumes)
    else:
        state = State(state_folder())
        if not (state.postgres / "PG_VERSION").exists():
            raise NotRunning(
                f"{state.folder} 里没有系统 / there is no system here", "请用 GONGKAI_HOME 指明它的文件夹。"
            )
        with state.locked():
            async with database_of(state) as place:
                yield place


@asynccontextmanager
async def to_fill(volumes: Path | None) -> AsyncIterator[Place]:
    """Give the empty installation that a backup comes into."""
    if running.about():
        raise StackError(
            "系统正在运行，没有改动它 / the system is running and was left alone",
            "恢复只写入空的地方：请先停止它，再用 GONGKAI_HOME 指明一个空的文件夹。",
        )
    if configured():
        yield set_place(volumes)
        return
    state = State(state_folder())
    with state.locked():
        state.prepare()
        if state.kafka.exists() and any(state.kafka.iterdir()):
            raise StackError(
                f"{state.kafka} 不是空的，没有改动它 / it is not empty and was left alone",
                "恢复只写入空的地方：请用 GONGKAI_HOME 指明一个空的文件夹。",
            )
        async with database_of(state) as place:
            yield place


@asynccontextmanager
async def database_of(state: State) -> AsyncIterator[Place]:
    """Run the local PostgreSQL alone, on a port of its own. The caller holds the lock of the folder."""
    from gongkai.local import databases, ports  # noqa: PLC0415
    from gongkai.local.postgres import Postgres  # noqa: PLC0415
    from gongkai.local.supervisor import installed_services  # noqa: PLC0415

    server = Postgres(
        folder=state.postgres,
        port=ports.free_port(),
        password=state.password("postgres"),
        logs=state.logs,
        run=state.run,
        cache=cache_folder(),
        run_as=os.environ.get("GONGKAI_RUN_AS"),
    )
    try:
        await server.start()
        passwords = {name: state.password(f"role:{name}") for name in installed_services()}
        dsns = await databases.provision(server, passwords)
        yield Place(dsns, dict.fromkeys(dsns, state.data), state.data / "keys", "")
    finally:
        await server.stop()


def packages() -> dict[str, str]:
    """Return the package of every installed service."""
    from gongkai.hosting.host import installed_services  # noqa: PLC0415

    return {service.name: service.package for service in installed_services()}


