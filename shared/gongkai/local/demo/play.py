"""The play in acts: found, publish one, publish a policy with its interpretations, publish the rest, change some."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final

from gongkai.local.demo.applying import Applying
from gongkai.local.demo.eyes import Eyes
from gongkai.local.demo.founding import Founding
from gongkai.local.demo.office import Office, until
from gongkai.local.demo.road import STEP_NAMES, Road, View
from gongkai.local.demo.seed import Document, Seed

AT_ONCE: Final = 3


@dataclass(slots=True)
class Play:
    office: Office
    seed: Seed
    founding: Founding
    eyes: Eyes
    now: Callable[[], datetime]
    tell: Callable[[str], None]
    place: Path
    today: date
    releases: dict[str, View] = field(default_factory=dict)
    sentences: list[str] = field(default_factory=list)
    fresh: int = 0
    _number: int = 1

    def road(self, *, aloud: bool) -> Road:
        return Road(self.office, self.seed, self.now, (lambda words: self.tell(f"    {words}")) if aloud else _quietly)

    async def run(self) -> None:
        first, *rest = self.seed.documents
        whole = [one for one in rest if not one.leave_at]
        alone = [one for one in whole if not one.interprets and not self.seed.interpretations(one.key)]
        policies = [one for one in whole if self.seed.interpretations(one.key)]
        await self._found()
        await self._publish_aloud(first)
        for policy in policies:
            await self._publish_policy(policy)
        await self._publish_together([one for one in alone if not one.scheduled_in])
        for document in alone:
            if document.scheduled_in:
                await self._publish_aloud(document)
        for document in self.seed.documents:
            if document.correction:
                await self._correct(document)
            if document.withdrawal:
                await self._withdraw(document)
        await self._answer_applications()
        await self._leave_on_the_way([one for one in rest if one.leave_at])
        await self._look_around()

    # ── Acts ────────────────────────────────────────────────────────────────

    async def _found(self) -> None:
        self.tell("一、设置单位、人员、目录、账号")
        for what, step in (
            ("首次设置", self.founding.organ),
            ("工作人员", self.founding.people),
            ("公开目录", self.founding.catalogue),
            ("新媒体账号", self.founding.accounts),
        ):
            began = time.monotonic()
            words = await step()
            self.tell(f"    {what}：{words}（{time.monotonic() - began:.1f} 秒）")

    async def _publish_aloud(self, document: Document) -> None:
        """One document, every step told."""
        async with self._act(f"发布《{document.title}》，一步一步看") as already:
            road = self.road(aloud=True)
            view = await road.draft(document)
            if _was_published(view):
                already("已经发布过，不重复")
                await self._remember(road, view)
                return
            view = await road.review(view)
            await self._released(road, [view], scheduled_in=document.scheduled_in)

    async def _publish_policy(self, document: Document) -> None:
        """Publish a policy with its interpretations, or not at all."""
        async with self._act(f"发布政策文件《{document.title}》和它的解读") as already:
            road, quiet = self.road(aloud=True), self.road(aloud=False)
            view = await road.draft(document)
            if view["state"] == "Published":
                already("已经发布过，不重复")
                for one in (document, *self.seed.interpretations(document.key)):
                    found = await quiet.find(one)
                    if found:
                        await self._remember(quiet, found)
                return
            view = await road.review(view)
            if document.refused_first and view["state"] == "Reviewing" and not view["interpreted_by"]:
                said = await road.refused(view, document.refused_first)
                self.tell(f"    没有解读就送签，被拒绝：{said}")
                self.sentences.append(said)
            parts = [view]
            for interpretation in self.seed.interpretations(document.key):
                theirs = await quiet.draft(interpretation)
                await quiet.link(view, theirs)
                theirs = await quiet.review(theirs)
                self.tell(f"    解读《{interpretation.title}》三审三校完成")
                parts.append(theirs)
            parts[0] = await quiet.see(view["id"])
            await self._released(road, parts)

    async def _publish_together(self, documents: list[Document]) -> None:
        """Several at once: they do not wait for each other."""
        async with self._act(f"同时办理 {len(documents)} 件") as already:
            gate = asyncio.Semaphore(AT_ONCE)

            async def one(document: Document) -> None:
                road = self.road(aloud=False)
                async with gate:
                    view = await road.draft(document)
                    if _was_published(view):
                        await self._remember(road, view)
                        return
                    view = await road.review(view)
                    await self._released(road, [view])

            before = self.fresh
            async with asyncio.TaskGroup() as group:
                for document in documents:
                    group.create_task(one(document))
            if self.fresh == before:
                already("都已经发布过，不重复")

    async def _correct(self, document: Document) -> None:
        async with self._act(f"更正《{document.title}》") as already:
            road = self.road(aloud=True)
            view = await road.find(document)
            change = document.correction
            if view is None or change is None:
                return
            if view["state"] == "Published" and change.new in view["content"]["body"]:
                already("已经更正过，不重复")
            else:
                self.tell(f"    更正说明：{change.explanation}")
                view = await road.correct(document)
            await self._remember(road, view)
            await self.eyes.corrected(view, change.new, change.explanation)

    async def _withdraw(self, document: Document) -> None:
        async with self._act(f"撤回《{document.title}》") as already:
            road = self.road(aloud=True)
            view = await road.find(document)
            if view is None:
                return
            if view["state"] == "Withdrawn":
                already("已经撤回过，不重复")
            else:
                proposer, signer = road.name("withdraw"), road.name("withdraw-signature")
                self.tell(f"    {proposer}提出，{signer}批准：{document.withdrawal}")
                view = await road.withdraw(document)
            await self._remember(road, view)

    async def _answer_applications(self) -> None:
        """Take an application of every kind from the first click to the letter, and one of them to everyone."""
        async with self._act("办理依申请公开") as already:
            road = self.road(aloud=False)

            def say(words: str) -> None:
                self.tell(f"    {words}")

            applying = Applying(self.office, self.seed, road, self.place, self.today, say, self.eyes.note, self.now)
            if not await applying.run():
                already("都已经办理过，不重复")
            for view in applying.published:
                release = await self._remember(road, view)
                await self.eyes.published(view, release)
            await self.eyes.applications(self.seed.road["openness"], applying.channels())

    async def _leave_on_the_way(self, documents: list[Document]) -> None:
        """Leave something to do for whoever signs in."""
        async with self._act("留下几件没有办完的，供您登录以后试办"):
            road = self.road(aloud=False)
            for document in documents:
                fresh = await road.find(document) is None
                view = await road.draft(document)
                if fresh and document.leave_at != "draft":
                    view = await road.review(view, leave_at=document.leave_at)
                self.tell(f"    《{document.title}》：{_waits_for(view)}")

    # ── Releasing and looking ───────────────────────────────────────────────

    async def _released(self, road: Road, parts: list[View], *, scheduled_in: int = 0) -> None:
        """Sign the first, which signs the others with it, and watch the pages while the instant comes."""
        head = parts[0]
        async with self.eyes.watching(head["permalink"]) as seen:
            await road.sign(head, scheduled_in=scheduled_in)
            views = [await road.finished(part["id"]) for part in parts]
        for view in views:
            release = await self._remember(road, view)
            self.fresh += 1
            self.tell(f"    已发布《{view['title']}》，各渠道相差 {release['skew_ms']:.1f} 毫秒")
        released = await road.releases(head["id"])
        self.eyes.judge(head["title"], seen, datetime.fromisoformat(released[-1]["release_at"]))

    async def _remember(self, road: Road, view: View) -> View:
        """Keep the releases of a document for the table, once its accounts have confirmed; return the newest."""

        async def confirmed() -> list[View] | None:
            found = await road.releases(view["id"])
            if not found or found[-1]["state"] != "Closed":
                return None
            shown = found[-1]["change"] != "withdraw"
            waiting = [one for one in found[-1]["channels"] if one["state"] == "Released" and not one["url"]]
            return None if shown and waiting else found

        found = await until(f"《{view['title']}》的渠道没有回音", confirmed)
        self.releases |= {release["id"]: release for release in found}
        return dict(found[-1])

    async def _look_around(self) -> None:
        async with self._act("自己看一遍：网站、订阅、搜索、微信、微博、登记簿"):
            road = self.road(aloud=False)
            for document in self.seed.documents:
                view = await road.find(document)
                if view is None:
                    self.eyes.note(f"《{document.title}》在系统里", ok=False)
                    continue
                if document.leave_at:
                    await self.eyes.hidden(view)
                    continue
                release = await self._remember(road, view)
                if document.withdrawal:
                    await self.eyes.gone(view)
                    await self.eyes.off_platforms(
                        view["title"], [f"/accounts/{one.platform}/{one.handle}" for one in self.seed.accounts]
                    )
                else:
                    await self.eyes.published(view, release)
            audit = self.seed.road["audit"]
            await self.eyes.registers(audit)
            await self.eyes.quarantines(audit)

    @asynccontextmanager
    async def _act(self, title: str) -> AsyncIterator[Callable[[str], None]]:
        self._number += 1
        self.tell(f"{_NUMERALS[self._number - 1]}、{title}")
        began = time.monotonic()
        notes: list[str] = []
        yield notes.append
        words = f"    {notes[-1]}" if notes else "    完成"
        self.tell(f"{words}（{time.monotonic() - began:.1f} 秒）")


_NUMERALS: Final = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五")


def _was_published(view: View) -> bool:
    """Tell whether the public has seen this document; a correction may be under way."""
    return view["state"] in ("Published", "Withdrawn") or view["live_edition"] is not None


def _waits_for(view: View) -> str:
    if view["state"] != "Reviewing":
        return {"Drafting": "草稿，等拟稿人修改后送审"}.get(view["state"], "已经办过")
    return "等待签发" if view["next_step"] == "sign-off" else f"等待{STEP_NAMES[view['next_step']]}"


def _quietly(_words: str) -> None:
    """Say nothing: work that goes on beside other work would only mix its lines."""
