"""Asks addresses of other sites whether they still answer. Nothing of ours is sent, and nothing inside is reached."""

import asyncio
import contextlib
import socket
import ssl
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import httpcore
import httpx

Answer = Literal["there", "gone", "silent"]

#: How long one address is waited for, how many are asked of one edition, and for how long an answer is good.
_WITHIN: Final = 6.0
_MOST: Final = 100
_AT_ONCE: Final = 8
_GOOD_FOR: Final = 6 * 3600.0
_REMEMBERED: Final = 2_000
_HOPS: Final = 5
_GONE: Final = frozenset({404, 410})
#: A site that refuses a bare question is there: it only does not answer machines.
_THERE: Final = range(200, 600)
_BUSY: Final = frozenset({408, 429, 500, 502, 503, 504})


def is_public(address: str) -> bool:
    return ip_address(address.partition("%")[0]).is_global


class _Outward(httpcore.AsyncNetworkBackend):
    """Connects to public addresses alone: a name of the outside world may lead to a machine inside."""

    def __init__(self, allowed: Callable[[str], bool]) -> None:
        self._allowed = allowed
        self._real = httpcore.AnyIOBackend()

    async def connect_tcp(self, host: str, port: int, *rest: Any, **more: Any) -> httpcore.AsyncNetworkStream:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as unknown:
            raise (NoSuchName if names_nobody(unknown) else httpcore.ConnectError)(str(unknown)) from unknown
        addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
        if not addresses or not all(map(self._allowed, addresses)):
            msg = f"{host} leads inside"
            raise httpcore.ConnectError(msg)
        return await self._real.connect_tcp(addresses[0], port, *rest, **more)

    async def sleep(self, seconds: float) -> None:
        await self._real.sleep(seconds)


class NoSuchName(httpcore.ConnectError):
    """The name service answered that nobody has this name."""


def names_nobody(error: socket.gaierror) -> bool:
    """Tell an answer of the name service from one that did not come: without a way out no name is found."""
    return error.errno in {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


@dataclass(slots=True)
class Asker:
    """Remembers for some hours what answered, so that an edition saved often does not knock as often."""

    allowed: Callable[[str], bool] = is_public
    clock: Callable[[], float] = time.monotonic
    within: float = _WITHIN
    #: To read in whom we trust takes longer than a release may wait: once, not with every edition.
    _trust: ssl.SSLContext = field(default_factory=httpx.create_ssl_context)
    _known: "OrderedDict[str, tuple[Answer, float]]" = field(default_factory=OrderedDict)

    async def ask(self, urls: Iterable[str]) -> Mapping[str, Answer]:
        """Return what each address of http or https answers; others, and those with a password, are not asked."""
        wanted = [url for url in dict.fromkeys(urls) if _may_be_asked(url)][:_MOST]
        fresh = [url for url in wanted if not self._remembers(url)]
        if fresh:
            gate = asyncio.Semaphore(_AT_ONCE)
            async with self._client() as client:
                answers = await asyncio.gather(*(self._one(client, gate, url) for url in fresh))
            for url, answer in zip(fresh, answers, strict=True):
                self._known[url] = (answer, self.clock())
                self._known.move_to_end(url)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return {url: self._known[url][0] for url in wanted if url in self._known}

    def _remembers(self, url: str) -> bool:
        known = self._known.get(url)
        return known is not None and known[0] != "silent" and self.clock() - known[1] < _GOOD_FOR

    def _client(self) -> httpx.AsyncClient:
        transport = httpx.AsyncHTTPTransport(verify=self._trust, retries=0)
        # httpx has no setting for who connects; the pool below it has.
        transport._pool._network_backend = _Outward(self.allowed)  # noqa: SLF001
        return httpx.AsyncClient(
            transport=transport, timeout=self.within, follow_redirects=True, max_redirects=_HOPS, trust_env=False,
            headers={"User-Agent": "gongkai-link-check"},
        )  # fmt: skip

    async def _one(self, client: httpx.AsyncClient, gate: asyncio.Semaphore, url: str) -> Answer:
        async with gate:
            try:
                async with asyncio.timeout(self.within):
                    return await _status(client, url)
            except httpx.ConnectError as trouble:
                return "gone" if isinstance(trouble.__cause__, NoSuchName) else "silent"
            except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, ValueError):
                return "silent"


async def _status(client: httpx.AsyncClient, url: str) -> Answer:
    """Ask for the head; who does not know the question is asked for the page, of which nothing is read."""
    status = (await client.head(url)).status_code
    if status in _GONE or status in {400, 403, 405, 501}:
        async with client.stream("GET", url) as page:
            status = page.status_code
    if status in _GONE:
        return "gone"
    return "silent" if status in _BUSY or status not in _THERE else "there"


def _may_be_asked(url: str) -> bool:
    """Tell whether it is of the web. One with a password in it is to be put right, not tried."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    return False
