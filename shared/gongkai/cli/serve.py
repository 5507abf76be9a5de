"""`gongkai serve`: run services in this process. The same on a laptop and in a container."""

import argparse
import asyncio
import os
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.cli import running
from gongkai.cli.console import OK
from gongkai.local.errors import PortTaken, StackError
from gongkai.local.state import write_json

if TYPE_CHECKING:
    from gongkai.runtime.kit import Service
    from gongkai.runtime.settings import Settings

NAME = "serve"
HELP = "在本进程运行服务，设置取自环境变量 / run services in this process, settings from the environment"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", nargs="*", help="服务名 / names of services")
    parser.add_argument("--all", action="store_true", help="全部服务 / every installed service")
    parser.add_argument("--ready-file", type=Path, help="就绪后写入的文件 / file written when serving")


def run(args: argparse.Namespace) -> int:
    from gongkai.hosting.host import installed_services  # noqa: PLC0415  every other command starts faster without

    if bool(args.service) == args.all:
        raise StackError("请写明要运行的服务名，或者用 --all 运行全部服务", "可用的服务名见 gongkai version。")
    settings = running.settings()
    try:
        services = installed_services(None if args.all else args.service)
    except LookupError as wrong:
        raise StackError(str(wrong.args[0] if wrong.args else wrong)) from wrong
    import uvloop  # noqa: PLC0415

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(services, settings, args.ready_file))


async def _serve(services: "list[Service]", settings: "Settings", ready_file: Path | None) -> int:
    import uvicorn  # noqa: PLC0415

    from gongkai.hosting.host import Host  # noqa: PLC0415
    from gongkai.hosting.settling import settle  # noqa: PLC0415
    from gongkai.runtime import telemetry  # noqa: PLC0415
    from gongkai.runtime.migrate import WrongMigration  # noqa: PLC0415
    from gongkai.runtime.settings import WrongSettings  # noqa: PLC0415

    listening = _bind(settings.bind_host, settings.bind_port)
    host = Host(services, settings)
    try:
        await host.start()
        settle()
        config = uvicorn.Config(
            host.app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            proxy_headers=True,
            timeout_graceful_shutdown=5,
            timeout_keep_alive=30,
        )
        if ready_file is not None:
            about = {"pid": os.getpid(), "prefixes": {service.name: service.prefix for service in services}}
            write_json(ready_file, about)
        # The server raises the signal once more when it has ended; without a handler the process would die of it there.
        signal.signal(signal.SIGTERM, lambda *_: None)
        await uvicorn.Server(config).serve(sockets=[listening])
    except (ConnectionError, WrongMigration, WrongSettings) as wrong:
        raise StackError(str(wrong)) from wrong
    finally:
        await host.stop()
        listening.close()
        await asyncio.to_thread(telemetry.shutdown)
    return OK


def _bind(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server(
            (host, port), backlog=1024, family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
    except OSError as wrong:
        raise PortTaken(
            f"不能监听 {host}:{port}：{wrong.strerror}", "请换一个端口（GONGKAI_BIND_PORT），或结束占用它的程序。"
        ) from wrong
