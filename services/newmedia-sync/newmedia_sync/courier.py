"""Does what must be done outside: never inside a transaction, one thing at a time per account.

Record the intent, commit, call, record the outcome. Who is killed in between leaves an attempt that is a question.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from asyncpg import PostgresError

from gongkai.runtime import fault, telemetry
from gongkai.runtime.errors import ChangedMeanwhile
from gongkai.runtime.kit import AWAY, Kit
from gongkai.runtime.leader import leadership
from gongkai.runtime.register import Loaded
from gongkai.runtime.sql import Connection
from gongkai.statute.refusal import Refused
from newmedia_sync import store
from newmedia_sync.channels.channel import Channel, Parcel
from newmedia_sync.connecting import Switchboard
from newmedia_sync.domain.account import NoteHealth
from newmedia_sync.domain.acts import Begin, Command, Interrupt, Learn
from newmedia_sync.domain.delivery import Delivery, Ordered, Retiring, Retracting, Sending, Waiting
from newmedia_sync.domain.outcome import Done, NeedsPerson, Outcome, QuotaGone, Unclear
from newmedia_sync.domain.steps import VERIFY_AHEAD, next_step
from newmedia_sync.errand import Errand, errand_of
from newmedia_sync.fetching import Shelf
from newmedia_sync.looking import Looking
from newmedia_sync.preparing import Preparing
from newmedia_sync.recording import persistently
from newmedia_sync.service import CHECK_EVERY, Desk
from newmedia_sync.store import DELIVERY

log = telemetry.logger(__name__)

#: The longest sleep between looks at the table; what others wrote meanwhile is found then.
POLL: Final = 0.5
#: The attempt is written down this long before the instant, so that the call itself leaves on time.
LEAD: Final = timedelta(milliseconds=400)
#: A look at the draft that would end later than this before the instant is left out.
VERIFY_MARGIN: Final = timedelta(milliseconds=700)
#: Nothing else is begun on an account this long before something is to be shown there.
QUIET: Final = timedelta(seconds=2)
_GRACE: Final = 3.0
_NO_CREDENTIALS: Final = NeedsPerson("no-credentials", "还没有填写这个账号的接口凭据，请到账号页填写")


@dataclass(slots=True)
class Courier:
    kit: Kit
    desk: Desk
    switchboard: Switchboard
    shelf: Shelf
    dsn: str
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    _busy: dict[UUID, asyncio.Task[None]] = field(default_factory=dict)
    _verified: dict[UUID, datetime] = field(default_factory=dict)

    def wake(self) -> None:
        self.awake.set()

    # ── Leading ─────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Lead for ever, or wait until the one that leads is gone."""
        while True:
            try:
                async with leadership(self.dsn, f"courier:{self.kit.name}") as lead:
                    await self._lead(lead)
            except asyncio.CancelledError:
                await self._stop()
                raise
            except (PostgresError, *AWAY) as trouble:
                log.warning("courier-interrupted", trouble=type(trouble).__name__, detail=str(trouble)[:200])
            except Exception:
                log.exception("courier-failed")
            await self._stop()
            await asyncio.sleep(POLL)

    async def _stop(self) -> None:
        """Let what is under way end by itself for a moment: a call cut off is a question left behind."""
        tasks = list(self._busy.values())
        if tasks:
            await asyncio.wait(tasks, timeout=_GRACE)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._busy.clear()

    async def _lead(self, lead: Connection) -> None:
        await self._take_over()
        while not lead.is_closed():
            self.awake.clear()
            pause = await self._hand_out()
            # Not `wait_for`: in Python 3.11 it swallows a cancellation that comes together with the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self.awake.wait()

    async def _take_over(self) -> None:
        """Turn every attempt of a courier that is no more into a question."""
        async with self.kit.reading() as db:
            left = await store.interrupted(db)
        for errand in left:
            with errand.span("channel interrupted"):
                await self._perform(errand, Interrupt(self.kit.now()))
        async with self.kit.transaction() as tx:
            await store.forget(tx.db, tx.now)

    async def _hand_out(self) -> float:
        """Start one task per account that has something due and is not at work; return when to look again."""
        now = self.kit.now()
        async with self.kit.reading() as db:
            agenda = await store.agenda(db, until=now + VERIFY_AHEAD, now=now, after=now + LEAD)
        rows, checks = agenda.due, agenda.checks
        soon = {row["account_id"] for row in rows if row["step"] == "act" and row["next_at"] - now < QUIET}
        queues: dict[UUID, list[Any]] = {}
        for row in rows:
            if self._is_due(row, now, quiet=row["account_id"] in soon):
                queues.setdefault(row["account_id"], []).append(row)
        for account_id in {*queues, *(checks - soon)}:
            if account_id in self._busy:
                continue
            task = asyncio.create_task(self._serve(account_id, queues.get(account_id, []), account_id in checks))
            self._busy[account_id] = task
            task.add_done_callback(self._done(account_id))
        if agenda.next_at is None:
            return POLL
        return max(0.001, min(POLL, (agenda.next_at - LEAD - self.kit.now()).total_seconds()))

    def _done(self, account_id: UUID) -> Callable[[object], None]:
        def done(_: object) -> None:
            self._busy.pop(account_id, None)
            self.wake()

        return done

    def _is_due(self, row: Any, now: datetime, *, quiet: bool) -> bool:
        """Say whether a step can start: the act a little ahead, and its verification up to a minute ahead."""
        due_at: datetime = row["next_at"]
        if row["step"] != "act":
            return due_at <= now and not quiet
        if due_at - LEAD <= now:
            return True
        return due_at - now > VERIFY_MARGIN and self._verified.get(row["delivery_id"]) != due_at

    # ── One account ─────────────────────────────────────────────────────────

    async def _serve(self, account_id: UUID, rows: list[Any], check: bool) -> None:
        for row in sorted(rows, key=lambda one: (one["step"] != "act", one["next_at"])):
            try:
                await self._work(row)
            except (Refused, ChangedMeanwhile) as settled:
                # Somebody else moved it: the next round reads what is true now.
                log.info("step-overtaken", step=row["step"], delivery=str(row["delivery_id"]), why=str(settled))
            except (PostgresError, *AWAY) as away:
                log.warning("step-interrupted", step=row["step"], trouble=type(away).__name__)
                await asyncio.sleep(POLL)
                return
            except Exception:
                log.exception("step-failed", step=row["step"], delivery=str(row["delivery_id"]))
                await self._trouble(row)
        if check:
            await self._check(account_id)

    async def _trouble(self, row: Any) -> None:
        """Put a step that failed by our own fault aside for a while; an attempt under way becomes a question."""
        errand = errand_of(row)
        with errand.span("channel trouble"):
            async with errand.transaction(self.kit) as tx:
                _, facts = await self.desk.perform(tx, errand.delivery_id, Learn(_broken(), tx.now, tx.now))
                if not facts:
                    times, later = row["asked_times"] + 1, tx.now + timedelta(minutes=1)
                    await store.looked(tx.db, errand.delivery_id, times, tx.now, later, row["version"])

    async def _work(self, row: Any) -> None:
        """Do the one step of a row with the adapter of its account."""
        delivery_id: UUID = row["delivery_id"]
        async with self.kit.reading() as db:
            known = await store.load(db, delivery_id)
        state = known.state
        found = self.switchboard.at_hand(row)
        if found is None:
            async with self.kit.transaction() as tx:
                found = await self.switchboard.channel(tx.db, row["account_id"])
        step = next_step(state, row["asked_times"], row["since"])
        if step is None or step.kind != row["step"] or known.version != row["version"]:
            return
        errand = errand_of(row)
        with errand.span(f"channel {step.kind}") as work:
            if found is None:
                await self._learn(errand, _NO_CREDENTIALS)
                return
            channel, _, card = found
            work.note(platform=card.platform)
            looking = Looking(self.kit, self.desk, channel, self.shelf)
            match step.kind:
                case "prepare":
                    await Preparing(self.kit, self.desk, channel, self.shelf).check(errand, known)
                case "stage":
                    await Preparing(self.kit, self.desk, channel, self.shelf).stage(errand, known)
                case "act":
                    await self._act(errand, known, channel, step.at)
                case "poll" | "probe" | "read-back":
                    await looking.look(row, state, step.kind)
                case "discard":
                    await looking.discard(errand, state)
                case "interrupted":
                    return

    # ── The instant ─────────────────────────────────────────────────────────

    async def _act(self, errand: Errand, known: Loaded[Delivery], channel: Channel, at: datetime) -> None:
        state = known.state
        root = state.before if isinstance(state, Waiting) else state
        if at - LEAD > self.kit.now():
            self._verified[errand.delivery_id] = at
            if isinstance(root, Ordered) and root.mission.change != "withdraw":
                await self._verify(errand, root, channel, at)
            return
        self._verified.pop(errand.delivery_id, None)
        if isinstance(root, Ordered):
            await self._send(errand, known, root, channel)
        elif isinstance(root, Retiring):
            await self._retract(errand, channel, None)

    async def _verify(self, errand: Errand, ordered: Ordered, channel: Channel, at: datetime) -> None:
        """Look at the draft and the credentials ahead of the instant, and never into it."""
        if not await self._afford(ordered.mission.account_id, channel, "verify"):
            return
        rendition = await self.shelf.rendition(ordered.made.rendition)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, (at - LEAD - self.kit.now()).total_seconds())):
                outcome: Outcome = await channel.verify(ordered.made.stage, rendition)
            await self._learn(errand, outcome)

    async def _send(
        self, errand: Errand, known: Loaded[Delivery], ordered: Ordered, channel: Channel
    ) -> None:
        mission, instant = ordered.mission, ordered.order.release_at
        if mission.change == "withdraw":
            await self._retract(errand, channel, instant)
            return
        rendition = await self.shelf.rendition(ordered.made.rendition)
        pictures = await self.shelf.pictures(rendition)
        if not isinstance(pictures, dict):
            await self._learn(errand, pictures)
            return
        cover = pictures.get(getattr(rendition, "picture", ""))
        parcel = Parcel(rendition, mission.release_id, pictures, cover)
        begun = await self._begin(errand, mission.account_id, channel, "act", known)
        if begun is None or not isinstance(begun.state, Sending):
            return
        fault.point(f"{self.kit.name}:begun-{mission.platform}")
        acted_at = await self._at(instant)
        outcome: Outcome = await channel.send(begun.state.made.stage, parcel)
        fault.point(f"{self.kit.name}:called-{mission.platform}")
        await self._learn(errand, outcome, acted_at, begun)

    async def _retract(self, errand: Errand, channel: Channel, instant: datetime | None) -> None:
        async with self.kit.reading() as db:
            row = await store.delivery(db, errand.delivery_id)
        begun = await self._begin(errand, row["account_id"], channel, "retract")
        if begun is None or not isinstance(begun.state, Retracting):
            return
        before = begun.state.before
        posts = [before.live.post] if isinstance(before, Retiring) else [one.post for one in before.made.replaces]
        acted_at = await self._at(instant) if instant else self.kit.now()
        outcome: Outcome = Done()
        for post in posts:
            outcome = await channel.retract(post)
            if not isinstance(outcome, Done):
                break
        await self._learn(errand, outcome, acted_at)

    async def _begin(
        self, errand: Errand, account_id: UUID, channel: Channel, what: str, known: Loaded[Delivery] | None = None
    ) -> Loaded[Delivery] | None:
        """Spend the quota and write the attempt down, in one transaction, before the call."""
        async with errand.transaction(self.kit) as tx:
            quota = channel.capabilities.quotas.get(what)
            command: Command = Begin(self.kit.new_id(), tx.now)
            if quota is not None:
                asked = (account_id, quota.group, quota.per_day, tx.now)
                if await store.affords(tx.db.apart(), *asked):
                    await store.spend_with(tx.db, *asked)
                else:
                    gone = QuotaGone("budget", "这个账号今天的调用次数用完，明天再发", "day")
                    command = Learn(gone, tx.now, tx.now)
            await self.desk.perform(tx, errand.delivery_id, command, known=known)
        return tx.left(DELIVERY, errand.delivery_id)

    async def _at(self, instant: datetime) -> datetime:
        """Sleep until the instant and return the moment at which we act."""
        while (left := (instant - self.kit.now()).total_seconds()) > 0:  # noqa: ASYNC110  a date, not an event
            await asyncio.sleep(left if left > 0.002 else 0)
        return self.kit.now()

    # ── Small things ────────────────────────────────────────────────────────

    async def _afford(self, account_id: UUID, channel: Channel, what: str) -> bool:
        quota = channel.capabilities.quotas.get(what)
        if quota is None:
            return True
        async with self.kit.transaction() as tx:
            return await store.spend(tx.db, account_id, quota.group, quota.per_day, tx.now)

    async def _learn(
        self,
        errand: Errand,
        outcome: Outcome,
        acted_at: datetime | None = None,
        known: Loaded[Delivery] | None = None,
    ) -> None:
        now = self.kit.now()
        await self._perform(errand, Learn(outcome, now, acted_at or now), known)

    async def _perform(self, errand: Errand, command: Command, known: Loaded[Delivery] | None = None) -> None:
        """Record an outcome; what was learnt outside must not be lost to a database that is away for a moment."""
        at_first = iter([known])
        await persistently(lambda: self._once(errand, command, next(at_first, None)))

    async def _once(self, errand: Errand, command: Command, known: Loaded[Delivery] | None) -> None:
        async with errand.transaction(self.kit) as tx:
            await self.desk.perform(tx, errand.delivery_id, command, known=known)

    async def _check(self, account_id: UUID) -> None:
        """Ask whether the credentials work and note it in the register of accounts."""
        async with self.kit.transaction() as tx:
            found = await self.switchboard.channel(tx.db, account_id)
            await store.check_later(tx.db, account_id, tx.now + CHECK_EVERY)
        outcome = await found[0].health() if found else _NO_CREDENTIALS
        code, reason = "", ""
        if not isinstance(outcome, Done):
            code, reason = outcome.code, outcome.reason
        with contextlib.suppress(Refused):
            async with self.kit.transaction() as tx:
                await self.desk.administer(tx, account_id, NoteHealth(code, reason, tx.now))


def _broken() -> Outcome:
    return Unclear("internal", "处理时出错，稍后再试；反复出现请联系系统管理员")
