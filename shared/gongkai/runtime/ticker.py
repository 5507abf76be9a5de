"""The service's clock: due rows fire once, in batches, also after any restart, by one leader.

The effect of a timer, its events and the mark that it fired are one transaction.
"""

import asyncio
import contextlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from asyncpg import PostgresError

from gongkai.runtime import fault, telemetry
from gongkai.runtime.errors import ChangedMeanwhile, Invalid, NotFound
from gongkai.runtime.kit import AWAY, UNFIT, InBatches, Kit, Timer
from gongkai.runtime.leader import leadership
from gongkai.runtime.sql import Connection
from gongkai.runtime.tx import SYSTEM, Due, Origin, Tx
from gongkai.statute.refusal import Refused

log = telemetry.logger(__name__)

_NEXT: Final = """
SELECT min(greatest(due_at, not_before)) FROM clock
WHERE fired_at IS NULL AND stopped_at IS NULL AND kind = ANY($1)"""
_TAKE: Final = """
SELECT kind, subject, due_at, payload, rule, article, counted, calendar_version, provisional, tries, cause, correlation,
       traceparent FROM clock
WHERE fired_at IS NULL AND stopped_at IS NULL AND kind = ANY($1) AND greatest(due_at, not_before) <= $2
ORDER BY greatest(due_at, not_before) LIMIT $3 FOR UPDATE SKIP LOCKED"""
_FIRED: Final = """
UPDATE clock SET fired_at = $3 FROM unnest($1::text[], $2::text[], $4::timestamptz[]) AS done(kind, subject, due_at)
WHERE clock.kind = done.kind AND clock.subject = done.subject AND clock.due_at = done.due_at
  AND clock.set_at <= $3 AND clock.fired_at IS NULL"""
_FAILED: Final = """
UPDATE clock SET tries = tries + 1, last_error = $3, not_before = $4 WHERE kind = $1 AND subject = $2"""
_ROUNDS: Final = 5


class Ticker:
    """Runs for ever; sleeps until the next due row, a nearer one set by this process, or the poll."""

    def __init__(self, kit: Kit, timers: Mapping[str, Timer], *, dsn: str) -> None:
        self._kit = kit
        self._timers = dict(timers)
        self._kinds = sorted(timers)
        self._dsn = dsn
        self.fired = 0
        self.leading = False
        for kind in self._kinds:
            kit.metrics.clocks_fired.labels(kit.name, kind)
            kit.metrics.clock_lateness.labels(kit.name, kind)

    async def run(self) -> None:
        pause = 0.1
        while True:
            try:
                async with leadership(self._dsn, f"ticker:{self._kit.name}") as db:
                    self.leading = True
                    pause = 0.1
                    await self._lead(db)
            except asyncio.CancelledError:
                raise
            except (PostgresError, *AWAY) as trouble:
                log.warning("ticker-interrupted", trouble=type(trouble).__name__, detail=str(trouble)[:200])
            except Exception:
                log.exception("ticker-failed")
            finally:
                self.leading = False
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    async def _lead(self, db: Connection) -> None:
        wake = self._kit.wake.clock
        while True:
            wake.clear()
            soonest: datetime | None = await db.fetchval(_NEXT, self._kinds)
            now = self._kit.now()
            if soonest is None or soonest > now:
                poll = self._kit.settings.ticker_poll
                wait = poll if soonest is None else min(poll, (soonest - now).total_seconds())
                with contextlib.suppress(TimeoutError):
                    # Not `wait_for`: before Python 3.12 it may swallow a cancellation that comes with the wake-up.
                    async with asyncio.timeout(max(wait, 0.0005)):
                        await wake.wait()
                continue
            if not await self.fire_batch():
                # Rows are due but another holder of the locks works on them.
                await asyncio.sleep(0.05)

    async def fire_batch(self) -> int:
        """Fire up to one batch of due rows in one transaction; returns how many were taken."""
        async with self._kit.transaction(actor=SYSTEM) as tx:
            rows = await tx.db.fetch(_TAKE, self._kinds, tx.now, self._kit.settings.ticker_batch)
            dues = [_due(row) for row in rows]
            done = await self._fire_together(tx, dues)
            fired = {(due.kind, due.subject) for due in done}
            for row, due in zip(rows, dues, strict=True):
                if (due.kind, due.subject) in fired:
                    continue
                trouble = await self._fire(tx, due)
                if trouble is None:
                    done.append(due)
                else:
                    delay = timedelta(seconds=min(2 ** row["tries"], 300))
                    await tx.db.execute(_FAILED, due.kind, due.subject, trouble[:500], tx.now + delay)
            if done:
                await tx.db.execute(
                    _FIRED,
                    [due.kind for due in done],
                    [due.subject for due in done],
                    tx.now,
                    [due.due_at for due in done],
                )
            self.fired += len(done)
            for due in done:
                self._kit.metrics.clocks_fired.labels(self._kit.name, due.kind).inc()
                late = max((tx.now - due.due_at).total_seconds(), 0.0)
                self._kit.metrics.clock_lateness.labels(self._kit.name, due.kind).observe(late)
        fault.point(f"{self._kit.name}:ticked")
        return len(rows)

    async def _fire_together(self, tx: Tx, dues: Sequence[Due]) -> list[Due]:
        """Fire what can be fired at once, kind by kind; when something goes wrong, each is fired alone."""
        kinds: dict[str, list[Due]] = {}
        for due in dues:
            kinds.setdefault(due.kind, []).append(due)
        done: list[Due] = []
        for kind, group in kinds.items():
            timer = self._timers[kind]
            if not isinstance(timer, InBatches) or len(group) == 1:
                continue
            try:
                with telemetry.span(f"timers {kind}", links=_traces(group), count=str(len(group))):
                    async with tx.savepoint():
                        fired = await timer.together(tx, group)
            except (ChangedMeanwhile, Refused, Invalid, NotFound) as no:
                log.info("timers-alone", kind=kind, count=len(group), reason=type(no).__name__)
            except UNFIT:
                log.exception("timers-failed", kind=kind, count=len(group))
            except AWAY:
                raise
            except Exception:
                log.exception("timers-failed", kind=kind, count=len(group))
            else:
                done += fired
        return done

    async def _fire(self, tx: Tx, due: Due) -> str | None:
        for round_ in range(1, _ROUNDS + 1):
            try:
                with telemetry.span(f"timer {due.kind}", parent=next(iter(_traces([due])), None), subject=due.subject):
                    async with tx.savepoint():
                        tx.ring(due)
                        await self._timers[due.kind](tx, due)
            except ChangedMeanwhile:
                if round_ == _ROUNDS:
                    return "ChangedMeanwhile"
            except UNFIT as trouble:
                log.exception("timer-failed", kind=due.kind, subject=due.subject)
                return f"{type(trouble).__name__}: {trouble}"
            except AWAY:
                raise
            except (Refused, Invalid, NotFound) as no:
                log.warning("timer-refused", kind=due.kind, subject=due.subject, reason=str(no))
                return str(no)
            except Exception as trouble:
                log.exception("timer-failed", kind=due.kind, subject=due.subject)
                return f"{type(trouble).__name__}: {trouble}"
            else:
                return None
        return None


def _due(row: Any) -> Due:
    return Due(
        kind=row["kind"],
        subject=row["subject"],
        due_at=row["due_at"].astimezone(UTC),
        payload=json.loads(row["payload"]),
        rule=row["rule"],
        article=row["article"],
        counted=json.loads(row["counted"]) if row["counted"] else None,
        calendar_version=row["calendar_version"],
        provisional=row["provisional"],
        # A clock that an earlier version set has none.
        origin=Origin(row["cause"], row["correlation"], row["traceparent"]) if row["correlation"] else None,
    )


def _traces(dues: Sequence[Due]) -> list[str]:
    return [due.origin.traceparent for due in dues if due.origin and due.origin.traceparent]
