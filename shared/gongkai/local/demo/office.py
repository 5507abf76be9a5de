"""The people of the demonstration at their desks: each signs in once and calls the same API as any program."""

import asyncio
import json
import os
import secrets
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx

from gongkai.local.errors import StackError
from gongkai.local.state import read_json, write_json

PATIENCE: Final = 60.0
_POLL: Final = 0.05
# Many people ask at once, pause, and ask again: a kept connection may be closed (by its age, by the pool) just as it is
# given to the next request, and a command may not be sent twice. Nobody here saves by keeping one.
FRESH: Final = httpx.Limits(max_keepalive_connections=0)
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


class Refusal(StackError):
    """The system said no, in a sentence; `article` is the rule it cites."""

    def __init__(self, status: int, sentence: str, article: str, errors: str) -> None:
        super().__init__(sentence, errors)
        self.status = status
        self.article = article

    @property
    def whole(self) -> str:
        return f"{self.sentence}（{self.article}）" if self.article else self.sentence


class Passwords:
    """Generated passwords of the sample officers, readable by the owner of the state folder alone."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "sample-officers.json"

    def of(self, login: str) -> str:
        known = read_json(self.file)
        if login not in known:
            known[login] = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
            write_json(self.file, known, mode=0o600)
        return str(known[login])

    def known(self) -> dict[str, str]:
        return {login: str(password) for login, password in read_json(self.file).items()}


@dataclass(slots=True)
class Office:
    base_url: str
    passwords: Passwords
    trust: ssl.SSLContext | bool = True
    _client: httpx.AsyncClient = field(init=False)
    _tokens: dict[str, str] = field(default_factory=dict)
    _signing_in: dict[str, asyncio.Lock] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._client = httpx.AsyncClient(
            base_url=self.base_url, timeout=30.0, trust_env=False, limits=FRESH, verify=self.trust
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        del kind, wrong, trace
        await self._client.aclose()

    async def ask(self, login: str, method: str, path: str, body: Any = None, **how: Any) -> Any:
        """Do one thing in the name of an officer; return what the API answers."""
        headers = {"Authorization": f"Bearer {await self.token(login)}"}
        if body is not None:
            how["json"] = body
        return await self._read(await self._client.request(method, path, headers=headers, **how))

    async def open(self, method: str, path: str, body: Any = None) -> Any:
        """Ask without being anybody."""
        return await self._read(await self._client.request(method, path, json=body))

    async def deliver(self, path: str, content: bytes, headers: dict[str, str]) -> httpx.Response:
        """Send exactly these bytes, as another system does; what is refused is told like everything that is."""
        answer = await self._client.post(path, content=content, headers=headers)
        await self._read(answer)
        return answer

    async def look(self, path: str, **how: Any) -> httpx.Response:
        """Fetch what anybody can see."""
        return await self._client.get(path, **how)

    async def token(self, login: str) -> str:
        async with self._signing_in.setdefault(login, asyncio.Lock()):
            if login not in self._tokens:
                given = {"login": login, "password": self.passwords.of(login)}
                self._tokens[login] = (await self.open("POST", "/identity/api/sessions", given))["token"]
            return self._tokens[login]

    async def _read(self, answer: httpx.Response) -> Any:
        if answer.is_success:
            return answer.json() if answer.content else None
        try:
            problem = answer.json()
        except json.JSONDecodeError:
            problem = {}
        errors = "；".join(f"{one.get('path')}：{one.get('sentence')}" for one in problem.get("errors", []))
        where = f"{answer.request.method} {answer.request.url.path} 回答了 {answer.status_code}"
        raise Refusal(answer.status_code, problem.get("title") or where, problem.get("article", ""), errors)


async def until(what: str, ask: Callable[[], Awaitable[Any]], within: float = PATIENCE, poll: float = _POLL) -> Any:
    """Ask again and again until the answer is true; what is not true in time is a sentence."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while True:
        answer = await ask()
        if answer:
            return answer
        if loop.time() >= deadline:
            raise StackError(f"等了 {within:.0f} 秒，{what}")
        await asyncio.sleep(poll)


def setup_code(data: Path) -> str:
    """Return the one-time code with which the owner of this machine sets up the installation."""
    try:
        return (data / "setup-code").read_text("ascii").strip()
    except OSError as wrong:
        raise StackError("没有找到设置口令", f"应当在 {data / 'setup-code'}，权限 {os.getuid()}。") from wrong
