"""The main job on real input: `play` takes the bureau's documents from draft to every channel, and looks for itself."""

import ssl
from collections.abc import Callable
from pathlib import Path

import httpx

from gongkai.local.demo import seed as seeds
from gongkai.local.demo.eyes import Eyes
from gongkai.local.demo.founding import Founding
from gongkai.local.demo.office import FRESH, Office, Passwords
from gongkai.local.demo.play import Play
from gongkai.local.demo.report import ending
from gongkai.local.errors import StackError
from gongkai.runtime.edge import system_clock
from gongkai.statute.legal_day import legal_date

__all__ = ["play"]
FOUND_WRONG = 8


async def play(
    base_url: str,
    *,
    sandbox_url: str,
    folder: Path,
    site: str | None = None,
    inner: str | None = None,
    trust: ssl.SSLContext | bool = True,
    tell: Callable[[str], None] = print,
) -> int:
    """Play against a running system over HTTP alone; return 0 when everything was as promised.

    `site` is the address people use, when it is not the one we call; `inner` is where the sandbox reaches us, when
    it cannot use ours; `trust` says whose certificates are good. What is there already is not done again.
    """
    today = legal_date(system_clock())
    place = seeds.folder()
    content = seeds.read(place, today)
    passwords = Passwords(folder)
    platform = httpx.AsyncClient(base_url=sandbox_url, timeout=10.0, trust_env=False, limits=FRESH)
    async with Office(base_url.rstrip("/"), passwords, trust) as office, platform:
        shown = (site or base_url).rstrip("/")
        founding = Founding(office, content, folder / "data", shown, sandbox_url.rstrip("/"), inner)
        eyes = Eyes(office, platform, system_clock)
        whole = Play(office, content, founding, eyes, system_clock, tell, place, today)
        try:
            await whole.run()
        except* httpx.HTTPError as group:
            wrong = _first(group)
            raise StackError(f"系统没有回答{_asked(wrong)}", "请看数据文件夹里 logs 下的日志。") from wrong
        except* StackError as group:
            raise _first(group) from None  # of several troubles at once, the first is told
        for line in ending(whole, shown, sandbox_url, passwords):
            tell(line)
        return FOUND_WRONG if eyes.wrong else 0


def _asked(wrong: BaseException) -> str:
    asked = f"{wrong.request.method} {wrong.request.url.path}，" if isinstance(wrong, httpx.RequestError) else ""
    return f"（{asked}{type(wrong).__name__}）"


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
