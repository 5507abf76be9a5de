"""Asking a platform what became of something: polls, probes, read-back, and drafts nobody wants."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from gongkai.runtime.kit import Kit
from gongkai.runtime.sql import Connection
from newmedia_sync import store
from newmedia_sync.channels.channel import Channel, Seen
from newmedia_sync.domain.acts import Command, Compare, Learn
from newmedia_sync.domain.delivery import (
    Accepted,
    Delivery,
    Drifted,
    Dropped,
    Live,
    Retiring,
    Retracting,
    Sending,
    Unknown,
    Waiting,
)
from newmedia_sync.domain.outcome import Absent, Done, Outcome, Post, QuotaGone, Running, Shown
from newmedia_sync.domain.steps import StepKind, next_step
from newmedia_sync.errand import Errand, errand_of
from newmedia_sync.fetching import Shelf
from newmedia_sync.recording import persistently
from newmedia_sync.rendition import WeChatRendition, first_difference, shown_text, text_digest
from newmedia_sync.service import Desk


@dataclass(slots=True)
class Looking:
    kit: Kit
    desk: Desk
    channel: Channel
    shelf: Shelf

    async def look(self, row: Any, state: Delivery, kind: StepKind) -> None:
        """Ask once; what is news becomes a fact, what is not is only counted."""
        root = state.before if isinstance(state, Waiting) else state
        paid = await self._afford(row["account_id"], kind)
        outcome: Outcome
        match root:
            case _ if not paid:
                outcome = QuotaGone("budget", "这个账号今天的查询次数用完", "day")
            case Accepted(made=made, job=job, acted_at=acted_at):
                outcome = await self.channel.confirm(job, await self.shelf.rendition(made.rendition), acted_at)
            case Unknown(before=Retracting(before=before)):
                outcome = await self._still_there(before)
            case Unknown(before=Sending(made=made), acted_at=acted_at):
                rendition = await self.shelf.rendition(made.rendition)
                outcome = await self.channel.probe(made.stage, rendition, acted_at)
            case Live() | Drifted():
                live = root.live if isinstance(root, Drifted) else root
                await self._compare(row, live, await self.channel.read_back(live.post))
                return
            case _:
                return
        # Asking is free of risk: a failed or unpaid question is asked again later, and is no news.
        quiet = not paid and not isinstance(root, Accepted)
        news: Outcome = Running() if quiet else outcome
        await persistently(lambda: self._record(row, lambda now: Learn(news, now, now)))

    async def _record(self, row: Any, command: Callable[[datetime], Command]) -> None:
        async with errand_of(row).transaction(self.kit) as tx:
            after, facts = await self.desk.perform(tx, row["delivery_id"], command(tx.now))
            if not facts:
                await self._count(tx.db, row, after, tx.now)

    async def _still_there(self, before: Any) -> Outcome:
        posts: list[Post] = (
            [before.live.post] if isinstance(before, Retiring) else [one.post for one in before.made.replaces]
        )
        outcome: Outcome = Absent()
        for post in posts:
            seen = await self.channel.read_back(post)
            if isinstance(seen, Seen):
                return Shown(post)
            outcome = seen
            if not isinstance(outcome, Absent):
                return outcome
        return outcome

    async def _compare(self, row: Any, live: Live, seen: Any) -> None:
        expected = await self.shelf.rendition(live.made.rendition)
        match seen:
            case Seen(text=text):
                same = text == shown_text(expected) if self.channel.capabilities.automatic else _says(expected, text)
                kind: Literal["", "changed", "removed"] = "" if same else "changed"
                digest = text_digest(text)
                difference = "" if same else first_difference(shown_text(expected), text)[:500]
            case Absent():
                kind, digest, difference = "removed", "", "平台上已经看不到这条内容"
            case _:
                async with self.kit.transaction() as tx:
                    await self._count(tx.db, row, live, tx.now)
                return
        await persistently(lambda: self._record(row, lambda now: Compare(kind, digest, difference, now)))

    async def _count(self, db: Connection, row: Any, state: Delivery, now: datetime) -> None:
        times = row["asked_times"] + 1
        step = next_step(state, times, now)
        await store.looked(db, row["delivery_id"], times, now, step.at if step else None, row["version"])

    async def discard(self, errand: Errand, state: Delivery) -> None:
        """Take a draft back that will not be sent; if that fails it lies there, invisible, and is tried again."""
        if not isinstance(state, Dropped) or not state.stage:
            return
        outcome = await self.channel.discard(state.stage)
        final = outcome if isinstance(outcome, Done | Absent) else Done()
        now = self.kit.now()
        async with errand.transaction(self.kit) as tx:
            await self.desk.perform(tx, errand.delivery_id, Learn(final, now, now))

    async def _afford(self, account_id: UUID, kind: StepKind) -> bool:
        quota = self.channel.capabilities.quotas.get(kind)
        if quota is None:
            return True
        async with self.kit.transaction() as tx:
            return await store.spend(tx.db, account_id, quota.group, quota.per_day, tx.now)


def _says(rendition: Any, text: str) -> bool:
    """On a page that a person made by hand only the title can be asked for."""
    words = shown_text(rendition)
    return (words.partition("\n")[0] if isinstance(rendition, WeChatRendition) else words) in text
