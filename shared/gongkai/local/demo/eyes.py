"""Looks at the system from outside, as citizens and followers do, and notes what was seen and when."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from gongkai.local.demo.office import Office, until
from gongkai.local.errors import StackError

_LOOK_EVERY: Final = 0.04
_CONFIRMED_WITHIN: Final = 40.0


@dataclass(frozen=True, slots=True)
class Glance:
    """One look at a page: when it was asked for, when it was answered, with what."""

    asked_at: datetime
    answered_at: datetime
    status: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that was looked at, and whether it was as promised."""

    what: str
    ok: bool
    seen: str = ""


@dataclass(slots=True)
class Eyes:
    office: Office
    platform: httpx.AsyncClient
    now: Callable[[], datetime]
    verdicts: list[Verdict] = field(default_factory=list)

    def note(self, what: str, ok: bool, seen: str = "") -> None:
        self.verdicts.append(Verdict(what, ok, seen))

    @property
    def wrong(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if not verdict.ok]

    @contextlib.asynccontextmanager
    async def watching(self, path: str) -> AsyncIterator[list[Glance]]:
        """Look at a page again and again while something happens; one more look when it has happened."""
        seen: list[Glance] = []
        watcher = asyncio.create_task(self._watch(path, seen))
        try:
            yield seen
        finally:
            watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watcher
        seen.append(await self._glance(path))

    async def _watch(self, path: str, seen: list[Glance]) -> None:
        while True:
            seen.append(await self._glance(path))
            await asyncio.sleep(_LOOK_EVERY)

    async def _glance(self, path: str) -> Glance:
        asked_at = self.now()
        answer = await self.office.look(path)
        return Glance(asked_at, self.now(), answer.status_code)

    def judge(self, title: str, seen: list[Glance], release_at: datetime) -> None:
        """Before the instant nothing, from the instant on everything."""
        before = [glance for glance in seen if glance.answered_at < release_at]
        after = [glance for glance in seen if glance.asked_at >= release_at]
        early = [glance for glance in before if glance.status != 404]
        late = [glance for glance in after if glance.status != 200]
        self.note(
            f"《{title}》在发布时刻之前看不到",
            ok=bool(before) and not early,
            seen=f"看了 {len(before)} 次，都是 404" if not early else f"有 {len(early)} 次提前看到",
        )
        self.note(
            f"《{title}》从发布时刻起看得到",
            ok=bool(after) and not late,
            seen=f"看了 {len(after)} 次，都是 200" if not late else f"有 {len(late)} 次看不到",
        )

    # ── What everybody can see ──────────────────────────────────────────────

    async def published(self, view: dict[str, Any], release: dict[str, Any]) -> None:
        """Look at page, feed, search and every account that should show it."""
        title, link = view["title"], view["permalink"]
        page = await self.office.look(link, headers={"Accept": "text/html"})
        self.note(f"《{title}》网站页面", page.status_code == 200 and title in unescape(page.text), link)
        feed = await self.office.look(f"/feeds/columns/{view['column_id']}.json")
        self.note(f"《{title}》在栏目订阅里", link in feed.text)
        found = await self.office.look("/api/search", params={"q": title})
        links = [urlsplit(one["url"]).path for one in found.json()["documents"]]
        self.note(f"《{title}》搜索得到", link in links, f"共 {found.json()['total']} 条")
        for channel in release["channels"]:
            if channel["kind"] != "website" and channel["state"] != "Skipped":
                await self.at_platform(title, channel)

    async def at_platform(self, title: str, channel: dict[str, Any]) -> None:
        """Open the address that the platform gave, as a follower would."""
        what = f"《{title}》在{channel['name']}看得到"
        if not channel["url"]:
            self.note(what, ok=False, seen="没有地址")
            return
        # The sandbox may have moved to another port since the address was given.
        path = urlsplit(channel["url"]).path

        async def shows() -> bool:
            answer = await self.platform.get(path)
            return answer.status_code == 200 and title in unescape(answer.text)

        await self._eventually(what, shows, channel["url"])

    async def off_platforms(self, title: str, pages: Iterable[str]) -> None:
        """Look through each account for what must no longer be there."""
        for page in pages:

            async def without(page: str = page) -> bool:
                answer = await self.platform.get(page)
                return answer.status_code == 200 and title not in unescape(answer.text)

            await self._eventually(f"《{title}》已从账号撤下", without, page)

    async def _eventually(self, what: str, look: Callable[[], Awaitable[bool]], seen: str) -> None:
        try:
            await until(what, look, within=_CONFIRMED_WITHIN, poll=0.2)
        except (StackError, httpx.HTTPError) as wrong:
            self.note(what, ok=False, seen=f"{seen}：{wrong}")
        else:
            self.note(what, ok=True, seen=seen)

    async def applications(self, login: str, channels: Mapping[str, str]) -> None:
        """Look at the cases: each there once, answered in time, and every reply proves itself to whoever holds it."""
        found = await self.office.ask(login, "GET", "/request/api/cases", params={"size": 100})
        for topic, channel in channels.items():
            same = [row for row in found["cases"] if (row["topic"], row["channel"]) == (topic, channel)]
            self.note(f"“{topic}”的申请是一件", ok=len(same) == 1, seen=f"{len(same)} 件")
        answered = [row for row in found["cases"] if row["state"] in ("Answered", "Archived")]
        self.note("依申请公开有已经答复的办件", ok=bool(answered), seen=f"共 {found['total']} 件")
        self.note("答复都在期限内", ok=not any(row["late"] for row in found["cases"]))
        for row in answered:
            case = await self.office.ask(login, "GET", f"/request/api/cases/{row['id']}")
            reply = [letter for letter in case["letters"] if letter["kind"].startswith("reply-")]
            checked = await self.office.open("POST", "/request/api/verify", {"digest": reply[-1]["digest"]})
            self.note(f"答复书 {reply[-1]['number']} 能核对真伪", ok=checked["genuine"])

    async def hidden(self, view: dict[str, Any]) -> None:
        """Look for a text that nobody signed: neither its address nor the search may know it."""
        if view["state"] in ("Drafting", "Reviewing") and view["live_edition"] is None:
            found = await self.office.look("/api/search", params={"q": view["title"]})
            titles = [one["title"] for one in found.json()["documents"]]
            page = await self.office.look(view["permalink"] or "/d/jnsw-2000-00000")
            ok = view["title"] not in titles and page.status_code == 404
            self.note(f"《{view['title']}》没有签发，公众看不到", ok=ok, seen=view["permalink"] or "")

    async def gone(self, view: dict[str, Any]) -> None:
        """Look for a withdrawn document: the page says that it is gone and why, the feed has a tombstone."""
        page = await self.office.look(view["permalink"], headers={"Accept": "text/html"})
        self.note(f"《{view['title']}》网站显示已撤回", page.status_code == 410, view["permalink"])
        feed = await self.office.look("/feeds/all.atom")
        self.note(f"《{view['title']}》订阅里有撤回标记", "deleted-entry" in feed.text)

    async def corrected(self, view: dict[str, Any], new: str, explanation: str) -> None:
        page = unescape((await self.office.look(view["permalink"], headers={"Accept": "text/html"})).text)
        self.note(f"《{view['title']}》网站是更正后的内容", new in page)
        self.note(f"《{view['title']}》网站有更正说明", explanation in page)

    async def registers(self, login: str) -> None:
        """Have every register read from its first row to its last."""
        for service, prefix in {
            "identity": "/identity",
            "publication": "/publication",
            "newmedia-sync": "/newmedia",
            "request": "/request",
            "portal": "",
        }.items():
            found = await self.office.ask(login, "POST", f"{prefix}/api/ops/register/verify")
            self.note(f"{service} 登记簿完整", found["whole"], f"{found['rows']} 条记录")

    async def quarantines(self, login: str) -> None:
        for service, prefix in {
            "publication": "/publication",
            "newmedia-sync": "/newmedia",
            "request": "/request",
            "portal": "",
        }.items():
            parked = await self.office.ask(login, "GET", f"{prefix}/api/ops/quarantine")
            self.note(f"{service} 没有读不懂的消息", not parked, "" if not parked else f"{len(parked)} 条")
