"""The bureau at work: officers who write, sign, correct and withdraw without a pause, and one who tends the accounts."""

import asyncio
import contextlib
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
from tests.support.fire import Fire, now

from gongkai.local.demo.road import View
from gongkai.local.errors import StackError

#: What becomes of a document, and how often.
FATES = ("published",) * 5 + ("all-or-hold",) * 2 + ("scheduled",) * 2 + ("corrected",) * 2 + ("withdrawn",) * 2
NEW_WORDS = "活动时间延长到年底。"
#: WeChat lets an account take back ten articles a day, cut-off tries included; what comes after that waits for tomorrow.
TAKEN_BACK_A_DAY = 6


@dataclass(slots=True)
class Load:
    """`closed` holds the moment at which a release was seen closed; `helped` what a person had to do."""

    fire: Fire
    chance: random.Random
    closed: list[float] = field(default_factory=list)
    helped: Counter[str] = field(default_factory=Counter)
    stopping: bool = False
    _serial: int = 0
    _taken_back: int = 0

    async def write_and_sign(self) -> None:
        """One pair of officers: document after document, each through everything that lies before it."""
        while not self.stopping:
            self._serial += 1
            fate = self.chance.choice(FATES)
            if fate in ("corrected", "withdrawn"):
                self._taken_back += 1
                fate = fate if self._taken_back <= TAKEN_BACK_A_DAY else "published"
            view = await self.fire.ready_to_sign(f"泉城购物季第{self._serial}批消费券发放安排")
            view["fate"] = fate
            await self._sign(view, fate)
            await self._until_closed(view, 1)
            if fate == "corrected":
                await self._correct(view)
                await self._until_closed(view, 2)
            elif fate == "withdrawn":
                await self._withdraw(view)
                await self._until_closed(view, 2)

    async def _sign(self, view: View, fate: str) -> None:
        async def work() -> None:
            seen = await self.fire.road.see(view["id"])
            if seen["state"] != "Reviewing":
                return
            if fate == "scheduled":
                await self.fire.road.sign(seen, scheduled_in=self.chance.randint(4, 9))
                return
            body: dict[str, Any] = {"edition": seen["edition"]}
            if fate == "all-or-hold":
                body["policy"] = fate
            await self.fire.road.act("release", "POST", f"/documents/{view['id']}/approve", body)

        await self.fire.steadily(work)

    async def _until_closed(self, view: View, count: int) -> None:
        async def work() -> bool:
            found = await self.fire.releases(view)
            return len(found) == count and all(one["state"] == "Closed" for one in found)

        while not await self.fire.steadily(work):
            await asyncio.sleep(0.1)
        self.closed.append(asyncio.get_running_loop().time())

    async def _correct(self, view: View) -> None:
        road = self.fire.road

        async def work() -> View:
            seen = await road.see(view["id"])
            if seen["state"] == "Published" and len(await self.fire.releases(view)) == 1:
                body = {"explanation": "活动延期，其他内容不变。"}
                await road.act("release", "POST", f"/documents/{view['id']}/correction", body)
                seen = await road.see(view["id"])
            if seen["state"] == "Drafting" and NEW_WORDS not in seen["content"]["body"]:
                content = seen["content"] | {"summary": f"{view['title']}，{NEW_WORDS}"}
                content["body"] = f"{content['body']}\n\n{NEW_WORDS}\n"
                seen = await road.save(seen, content)
            return await road.review(seen)

        await self.fire.steadily(work)
        await self.fire.sign(view)

    async def _withdraw(self, view: View) -> None:
        road = self.fire.road

        async def work() -> None:
            seen = await road.see(view["id"])
            if seen["state"] == "Published":
                body = {"explanation": "发放安排已并入新的通知，本件撤回。"}
                await road.act("withdraw", "POST", f"/documents/{view['id']}/withdrawal", body)
                seen = await road.see(view["id"])
            if seen["state"] == "ChangeProposed":
                await road.act("withdraw-signature", "POST", f"/documents/{view['id']}/proposal/approve", {})

        await self.fire.steadily(work)

    async def tend_accounts(self) -> None:
        """Do what the matrix asks a person to do: after a look at the account, send what is blocked once more."""
        login = self.fire.road.seed.road["accounts"]
        asked = {"params": {"state": ["Blocked", "Declined", "Partial"], "limit": 500}}
        while True:
            with contextlib.suppress(httpx.HTTPError, StackError):
                for row in await self.fire.office.ask(login, "GET", "/newmedia/api/deliveries", **asked):
                    await self.fire.office.ask(login, "POST", f"/newmedia/api/deliveries/{row['delivery_id']}/retry")
                    self.helped[f"{row['platform']} {row['code']}"] += 1
            await asyncio.sleep(1)

    async def first_closed_after(self, moment: float, within: float) -> float:
        """Return how long after a moment the next release was closed."""
        deadline = moment + within
        while asyncio.get_running_loop().time() < deadline:
            later = [at for at in self.closed if at >= moment]
            if later:
                return min(later) - moment
            await asyncio.sleep(0.1)
        found = await self.fire.road.act("release", "GET", "/releases")
        stuck = [
            f"{one['title']}: {one['state']} {one['reason']} {[(cell['kind'], cell['state']) for cell in one['channels']]}"
            for one in found["releases"]
            if one["state"] != "Closed"
        ]
        raise AssertionError(f"{now()}: no release was closed within {within:.0f} s after all was green: {stuck}")
