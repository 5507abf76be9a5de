"""Errors of a channel are counted by codes that are written down; a platform cannot make up names in our numbers."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from newmedia_sync.channels.assisted import AssistedChannel
from newmedia_sync.channels.channel import Access
from newmedia_sync.channels.counted import Counted
from newmedia_sync.channels.wechat import WeChatChannel
from newmedia_sync.domain.outcome import Done, Post

ACCESS = Access("wx1", "泉城商务", "https://api.example", "https://web.example", False, {"secret": "s"})


def noon() -> datetime:
    return datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


async def asked(answer: Any) -> tuple[Any, Counter[str]]:
    counts: Counter[str] = Counter()

    def platform(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(200, json=answer, request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(platform)) as http:
        channel = Counted(WeChatChannel(ACCESS, http, noon), lambda code: counts.update([code]))
        return await channel.health(), counts


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"errcode": 40164, "errmsg": "invalid ip"}, "40164"),
        ({"errcode": -1, "errmsg": "system error"}, "-1"),
        ({"errcode": 987654321, "errmsg": "who knows"}, "undocumented"),
        ({"errcode": -987654, "errmsg": "who knows"}, "undocumented"),
        (httpx.ConnectError("no way"), "not-sent"),
        (httpx.ReadTimeout("silence"), "no-answer"),
    ],
)
async def test_each_error_is_counted_once_by_its_code(answer: Any, code: str) -> None:
    outcome, counts = await asked(answer)

    assert not isinstance(outcome, Done)
    assert counts == {code: 1}


async def test_what_goes_well_is_no_error() -> None:
    outcome, counts = await asked({"access_token": "a" * 40, "expires_in": 7200})

    assert isinstance(outcome, Done)
    assert counts == {}


async def test_the_turn_of_a_person_at_an_assisted_account_is_no_error() -> None:
    counts: Counter[str] = Counter()
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(500))) as http:
        channel = Counted(AssistedChannel(ACCESS, http, noon), lambda code: counts.update([code]))

        await channel.retract(Post("1", "https://web.example/1"))
        assert counts == {}
        await channel.read_back(Post("1", "https://web.example/1"))

    assert counts == {"page": 1}
    assert channel.capabilities.automatic is False
