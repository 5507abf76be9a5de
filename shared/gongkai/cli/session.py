"""One life of the local system in the foreground: start, do something, stay, stop in order."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping

from gongkai.cli.console import INTERRUPTED, OK
from gongkai.local.folders import cache_folder, state_folder
from gongkai.local.ports import LOOPBACK
from gongkai.local.progress import Progress
from gongkai.local.state import State
from gongkai.local.supervisor import Options, Supervisor

Then = Callable[[Supervisor], Awaitable[int]]


def configure(parser: argparse.ArgumentParser) -> None:
    """Options that `up` and `demo` share."""
    parser.add_argument(
        "--host", default=os.environ.get("GONGKAI_BIND_HOST", LOOPBACK), help="监听地址 / address to bind"
    )
    parser.add_argument("--port", type=_port, help="网页端口，默认 8080，被占用时自动改用空闲端口 / port of the pages")
    parser.add_argument(
        "--public-url", default=os.environ.get("GONGKAI_PUBLIC_URL"), help="对外网址 / address people use"
    )


def options_of(args: argparse.Namespace, environment: Mapping[str, str] = os.environ, *, bare: bool = False) -> Options:
    """Turn arguments and environment into the supervisor's options."""
    wanted: dict[str, int] = {}
    port = args.port if args.port is not None else environment.get("GONGKAI_BIND_PORT")
    if port is not None:
        wanted["public"] = int(port)
    return Options(
        host=args.host,
        ports=wanted,
        public_url=args.public_url,
        bare=bare,
        run_as=environment.get("GONGKAI_RUN_AS"),
    )


def live(options: Options, then: Then, *, stay: bool) -> int:
    """Run the system until a signal (or, when not staying, until `then` is done)."""
    state = State(state_folder())
    with state.locked():
        return asyncio.run(_live(state, options, then, stay=stay))


async def _live(state: State, options: Options, then: Then, *, stay: bool) -> int:
    progress = Progress(Supervisor.steps(options))
    supervisor = Supervisor(state, cache_folder(), options, progress)
    stopped = asyncio.Event()
    _stop_on_signals(stopped)
    watching: asyncio.Task[None] | None = None
    try:
        if not await _unless_stopped(supervisor.start(), stopped):
            return INTERRUPTED
        watching = asyncio.create_task(supervisor.watch(stopped))
        doing = asyncio.ensure_future(then(supervisor))
        code = doing.result() if await _unless_stopped(doing, stopped) else INTERRUPTED
        if stay and not stopped.is_set():
            await stopped.wait()
        return OK if stay and code == INTERRUPTED else code
    finally:
        stopped.set()
        if watching is not None:
            await watching  # whoever keeps the parts alive must not revive what is being stopped
        sys.stdout.write("正在停止：服务、Kafka、PostgreSQL … ")
        sys.stdout.flush()
        await supervisor.stop()
        sys.stdout.write("已全部停止，数据都在。\n")


def _stop_on_signals(stopped: asyncio.Event) -> None:
    """Stop in order at the first signal; a second one does not wait any longer."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def hurry() -> None:
        for each in signals:
            loop.remove_signal_handler(each)

    def told() -> None:
        if not stopped.is_set():
            stopped.set()
            loop.call_later(2.0, hurry)  # one Ctrl-C may reach us twice, through a shell and through make

    for each in signals:
        loop.add_signal_handler(each, told)


async def _unless_stopped(work: Awaitable[object], stopped: asyncio.Event) -> bool:
    """Wait for the work, or give it up when we are told to stop; its errors are ours."""
    doing = asyncio.ensure_future(work)
    waiting = asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait({doing, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            doing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await doing
            return False
        doing.result()
        return True
    finally:
        waiting.cancel()


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError("端口应在 1 到 65535 之间")
    return port
