"""One HTTP call to a platform, told apart by what is known of it: answered, never sent, or nobody knows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import httpx

from newmedia_sync.domain.outcome import Hitch, NeedsPerson, QuotaGone, TurnedDown, Unclear

#: R retry · T renew token · W quota, by window · X content · H person · U unknown · B our own mistake
Action = Literal["R", "T", "Wm", "Wh", "Wd", "X", "H", "U", "B"]
TIMEOUT: Final = httpx.Timeout(15, connect=5)


@dataclass(frozen=True, slots=True)
class Code:
    """One line of a platform's error table: what to do, and one sentence for the officer."""

    action: Action
    sentence: str


@dataclass(frozen=True, slots=True)
class Answer:
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NotSent:
    reason: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """It left, and no answer came that could be read."""

    reason: str


async def call(http: httpx.AsyncClient, request: httpx.Request) -> Answer | NotSent | NoAnswer:
    """Send once. A readable JSON object is an answer whatever the HTTP status says."""
    try:
        response = await http.send(request)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol):
        return NotSent("连不上平台，什么都没有发出")
    except httpx.TimeoutException:
        return NoAnswer("平台没有在时限内回答")
    except httpx.HTTPError:
        return NoAnswer("连接中断，没有收到平台的回答")
    try:
        body = json.loads(response.content)
    except ValueError:
        return NoAnswer(f"平台回的不是可读的内容（HTTP {response.status_code}）")
    if not isinstance(body, dict):
        return NoAnswer("平台回的内容格式不对")
    return Answer(body)


def number_in(body: Mapping[str, Any], name: str) -> int:
    """Read a code that comes as a number, as a string, or not at all (0)."""
    try:
        return int(str(body.get(name) or 0))
    except ValueError:
        return -1


def judged(
    code: int, said: str, table: Mapping[int, Code], *, write: bool
) -> Hitch | QuotaGone | NeedsPerson | TurnedDown | Unclear:
    """Turn an error code into an outcome. A code nobody wrote down is not guessed: on a write it is unknown."""
    known = table.get(code)
    name = str(code)
    if known is None:
        reason = f"平台返回没有记载的代码{code}：{said[:80]}"
        return Unclear(name, reason) if write else Hitch(name, reason)
    match known.action:
        case "R":
            return Hitch(name, known.sentence)
        case "Wm":
            return QuotaGone(name, known.sentence, "minute")
        case "Wh":
            return QuotaGone(name, known.sentence, "hour")
        case "Wd":
            return QuotaGone(name, known.sentence, "day")
        case "X":
            return TurnedDown(name, known.sentence)
        case "U":
            return Unclear(name, known.sentence) if write else Hitch(name, known.sentence)
        case "T" | "H" | "B":
            return NeedsPerson(name, known.sentence)


def unanswered(trouble: NotSent | NoAnswer, *, write: bool) -> Hitch | Unclear:
    if isinstance(trouble, NotSent):
        return Hitch("not-sent", trouble.reason)
    return Unclear("no-answer", trouble.reason) if write else Hitch("no-answer", trouble.reason)
