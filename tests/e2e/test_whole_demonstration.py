"""The demonstration looks with its own eyes: it repeats nothing, and it says so when what it sees is wrong."""

import re

import httpx
import pytest
from tests.support.demonstrated import Demonstrated

from gongkai.local import demo

EXPO = "日本（山东）进口商品博览会招展工作全面展开"
WEIBO = "/accounts/weibo/7100200301"


async def played(system: Demonstrated) -> tuple[int, str]:
    said: list[str] = []
    code = await demo.play(system.url, sandbox_url=system.sandbox_url, folder=system.home, tell=said.append)
    return code, "\n".join(said)


async def releases(system: Demonstrated) -> int:
    async with system.program("gongkaiban") as client:
        return int((await client.get("releases")).json()["total"])


@pytest.mark.timeout(300)
async def test_a_second_play_repeats_nothing_and_a_missing_post_is_seen(demonstrated: Demonstrated) -> None:
    before = await releases(demonstrated)

    again, words = await played(demonstrated)

    assert again == 0, words
    assert await releases(demonstrated) == before

    async with httpx.AsyncClient(base_url=demonstrated.sandbox_url, trust_env=False) as platform:
        posts = (await platform.get(WEIBO)).text.split("<article")
        post = next(part for part in posts if EXPO in part)
        action = re.search(r'action="([^"]+)"', post)
        assert action is not None
        await platform.post(action[1], data={"act": "remove"})

    wrong, words = await played(demonstrated)

    assert wrong == 8
    assert f"✗ 《{EXPO}》在济南商务看得到" in words
