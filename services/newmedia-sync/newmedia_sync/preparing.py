"""The first half of a release on one account: fetch, render, check, stage. Invisible and repeatable."""

import asyncio
from dataclasses import dataclass, replace
from uuid import UUID

from gongkai.runtime import fault
from gongkai.runtime.kit import Kit
from gongkai.runtime.register import Loaded
from gongkai.runtime.tx import Tx
from newmedia_sync import store
from newmedia_sync.channels.channel import Channel, Parcel
from newmedia_sync.cover import draw_cover
from newmedia_sync.domain.acts import Command, Learn, PassChecks
from newmedia_sync.domain.delivery import Asked, Checked, Delivery, Mission, Replaced, Waiting
from newmedia_sync.domain.outcome import Done, Hitch, Outcome, QuotaGone, TurnedDown
from newmedia_sync.errand import Errand
from newmedia_sync.fetching import Keeping, Shelf, edition_of
from newmedia_sync.recording import persistently
from newmedia_sync.rendition import Problem, Rendition, WeChatRendition, WeiboRendition, render
from newmedia_sync.service import Desk
from newmedia_sync.store import DELIVERY


@dataclass(slots=True)
class Preparing:
    kit: Kit
    desk: Desk
    channel: Channel
    shelf: Shelf

    async def check(self, errand: Errand, known: Loaded[Delivery]) -> None:
        """Fetch and render; say in one sentence per limit what does not fit. Staging follows at once."""
        state = known.state
        asked = state.before if isinstance(state, Waiting) else state
        if not isinstance(asked, Asked):
            return
        manifest = await self.shelf.manifest(asked.mission)
        if isinstance(manifest, Hitch):
            await self._learn(errand, known, manifest)
            return
        edition = edition_of(manifest, asked.mission.change)
        rendered = render(edition, asked.mission.platform, self.kit.settings.public_url)
        # A withdrawal shows nothing, so nothing in it can be too long.
        withdraws = asked.mission.change == "withdraw"
        told = {problem.code for problem in rendered.problems}
        more = (problem for problem in self.channel.check(rendered.rendition) if problem.code not in told)
        problems = () if withdraws else (*rendered.problems, *more)
        refusals = [problem for problem in problems if problem.refuses]
        if refusals:
            reason = "；".join(problem.sentence for problem in refusals)
            await self._learn(errand, known, TurnedDown(refusals[0].code, reason), problems)
            return
        keeping = self.shelf.keep(rendered.rendition)
        cover = _drawing(rendered.rendition) if not withdraws else None
        at_first = iter([known])
        checked, paid = await persistently(
            lambda: self._pass(errand, asked.mission, keeping, problems, next(at_first, None))
        )
        if checked is not None:
            await self.stage(errand, checked, paid=paid, cover=cover)

    async def _pass(
        self,
        errand: Errand,
        mission: Mission,
        keeping: Keeping,
        problems: tuple[Problem, ...],
        known: Loaded[Delivery] | None,
    ) -> tuple[Loaded[Delivery] | None, bool]:
        """Note that it fits, and take the draft that follows at once from the day's quota."""
        async with errand.transaction(self.kit) as tx:
            replaces: tuple[Replaced, ...] = ()
            if mission.change in {"correct", "withdraw"}:
                replaces = await store.shown_before(tx.db, mission, errand.delivery_id)
            command = PassChecks(keeping.digest, replaces)
            await self.desk.perform(tx, errand.delivery_id, command, known=known, problems=problems)
            quota = None if mission.change == "withdraw" else self.channel.capabilities.quotas.get("stage")
            spent = None
            if quota is not None:
                spent = await store.spend_with(tx.db, mission.account_id, quota.group, quota.per_day, tx.now)
            await keeping.kept
        return tx.left(DELIVERY, errand.delivery_id), spent is None or spent.count > 0

    async def stage(
        self,
        errand: Errand,
        known: Loaded[Delivery],
        *,
        paid: bool | None = None,
        cover: "asyncio.Future[bytes] | None" = None,
    ) -> None:
        """Upload and draft at the platform.

        `paid` says whether the quota had room, if it was asked already; `cover` is being drawn already.
        """
        state = known.state
        checked = state.before if isinstance(state, Waiting) else state
        if not isinstance(checked, Checked):
            return
        if checked.mission.change == "withdraw":
            await self._learn(errand, known, Done())
            return
        parcel = await self.parcel(checked.mission, checked.made.rendition)
        if isinstance(parcel, Hitch):
            await self._learn(errand, known, parcel)
            return
        if cover is not None:
            parcel = replace(parcel, cover=await cover)
        outcome: Outcome
        if paid is None:
            async with self.kit.transaction() as tx:
                paid = await self._spend(tx, checked.mission.account_id)
        if paid:
            outcome = await self.channel.stage(parcel)
            fault.point(f"{self.kit.name}:drafted-{checked.mission.platform}")
        else:
            outcome = QuotaGone("budget", "这个账号今天的草稿次数用完，明天再准备", "day")
        await self._learn(errand, known, outcome)

    async def parcel(self, mission: Mission, digest: str) -> Parcel | Hitch:
        rendition = await self.shelf.rendition(digest)
        pictures = await self.shelf.pictures(rendition)
        if isinstance(pictures, Hitch):
            return pictures
        match rendition:
            case WeChatRendition(cover=cover):
                return Parcel(rendition, mission.release_id, pictures, pictures.get(cover))
            case WeiboRendition(picture=picture):
                return Parcel(rendition, mission.release_id, pictures, pictures.get(picture))

    async def _spend(self, tx: Tx, account_id: UUID) -> bool:
        quota = self.channel.capabilities.quotas.get("stage")
        return quota is None or await store.spend(tx.db, account_id, quota.group, quota.per_day, tx.now)

    async def _learn(
        self,
        errand: Errand,
        known: Loaded[Delivery],
        outcome: Outcome,
        problems: tuple[Problem, ...] | None = None,
    ) -> None:
        at_first = iter([known])
        await persistently(lambda: self._once(errand, outcome, problems, next(at_first, None)))

    async def _once(
        self,
        errand: Errand,
        outcome: Outcome,
        problems: tuple[Problem, ...] | None,
        known: Loaded[Delivery] | None,
    ) -> None:
        async with errand.transaction(self.kit) as tx:
            command: Command = Learn(outcome, tx.now, tx.now)
            await self.desk.perform(tx, errand.delivery_id, command, known=known, problems=problems)


def _drawing(rendition: Rendition) -> "asyncio.Future[bytes] | None":
    """Start to draw the cover of an article that has none, while others are waited for."""
    if not isinstance(rendition, WeChatRendition) or rendition.cover:
        return None
    return asyncio.ensure_future(asyncio.to_thread(draw_cover, rendition.cover_label, rendition.title))
