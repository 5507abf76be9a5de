"""Takes other services' events into the database: each once, in order, or parked in quarantine with its reason."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from asyncpg import PostgresError
from pydantic import ValidationError

from gongkai.contracts import catalog
from gongkai.contracts.envelope import Envelope, Event, Received
from gongkai.runtime import quarantine, telemetry
from gongkai.runtime.cloudevents import Unreadable
from gongkai.runtime.errors import ChangedMeanwhile, Forbidden, Invalid, NotFound
from gongkai.runtime.kit import AWAY, UNFIT, Handler, Kit
from gongkai.runtime.quarantine import Parked
from gongkai.runtime.sql import Connection
from gongkai.runtime.tx import Actor, Tx
from gongkai.statute.refusal import Refused

log = telemetry.logger(__name__)

_ENTER: Final = """
WITH entered AS (
    INSERT INTO inbox (source, id, received_at) SELECT e.source, e.id, $3
    FROM unnest($1::text[], $2::uuid[]) AS e(source, id) ON CONFLICT DO NOTHING RETURNING source, id
)
SELECT source, id, NULL AS subject FROM entered
UNION ALL
SELECT DISTINCT q.source, NULL::uuid, q.subject FROM quarantine AS q
JOIN unnest($1::text[], $4::text[]) AS e(source, subject) ON q.source = e.source AND q.subject = e.subject
WHERE q.state = 'parked'"""
#: The same question without entering: what is known already, and who waits.
_LOOK: Final = """
SELECT i.source, i.id, NULL AS subject FROM inbox AS i
JOIN unnest($1::text[], $2::uuid[]) AS e(source, id) ON i.source = e.source AND i.id = e.id
UNION ALL
SELECT DISTINCT q.source, NULL::uuid, q.subject FROM quarantine AS q
JOIN unnest($1::text[], $3::text[]) AS e(source, subject) ON q.source = e.source AND q.subject = e.subject
WHERE q.state = 'parked'"""
#: Without ON CONFLICT: when somebody else was faster, nothing of the batch may happen.
_NOTE: Final = """
INSERT INTO inbox (source, id, received_at)
SELECT e.source, e.id, $3 FROM unnest($1::text[], $2::uuid[]) AS e(source, id)"""
#: Forgets what was read long ago, but of every source the newest stay, however old.
_PURGE: Final = """
DELETE FROM inbox AS i USING (
    SELECT s.source, (SELECT n.received_at FROM inbox AS n WHERE n.source = s.source
                      ORDER BY n.received_at DESC OFFSET $1 LIMIT 1) AS until
    FROM (SELECT DISTINCT source FROM inbox) AS s
) AS kept
WHERE i.source = kept.source AND i.received_at < kept.until AND i.received_at < $2"""
_ROUNDS: Final = 5


class Inbox:
    """Takes one batch into the database; knows nothing of Kafka, so that replay and HTTP use it too."""

    def __init__(self, kit: Kit, handlers: Mapping[type[Event], Handler]) -> None:
        self._kit = kit
        self._by_type: dict[str, tuple[type[Event], Handler]] = {
            name: (event, handler) for event, handler in handlers.items() for name in catalog.types_of(event)
        }
        self.taken = 0

    @property
    def types(self) -> frozenset[str]:
        return frozenset(self._by_type)

    async def take(self, batch: Sequence[Received | Unreadable]) -> int:
        """Handle what is new, in order, in one transaction. Raises only when the database is away or conflicts.

        A savepoint per event costs more than most handlers, so the batch first goes without, and what is new is
        entered together with its effect. When one event does not go, or another reader was faster, everything is
        undone and the batch goes again with savepoints and enters first.
        """
        try:
            handled, outcomes = await self._take(batch, careful=False)
        except Exception as trouble:
            if isinstance(trouble, AWAY) and not isinstance(trouble, UNFIT):
                raise
            handled, outcomes = await self._take(batch, careful=True)
        self.taken += handled
        self.count(outcomes)
        return handled

    def count(self, outcomes: Mapping[tuple[str, str], int]) -> None:
        """Put into the metrics what became of events, by topic and outcome."""
        for (topic, outcome), number in outcomes.items():
            self._kit.metrics.inbox_events.labels(self._kit.name, topic, outcome).inc(number)

    async def _take(
        self, batch: Sequence[Received | Unreadable], *, careful: bool
    ) -> tuple[int, Counter[tuple[str, str]]]:
        outcomes: Counter[tuple[str, str]] = Counter()
        wanted = [e for e in batch if isinstance(e, Received) and e.envelope.type in self._by_type]
        if not wanted and not any(isinstance(e, Unreadable) for e in batch):
            return 0, Counter((event.topic, "skipped") for event in batch)
        async with self._kit.transaction(actor=Actor("event")) as tx:
            fresh, waiting = await (_enter(tx, wanted) if careful else _look(tx, wanted))
            handled = 0
            for event in batch:
                if isinstance(event, Unreadable):
                    await quarantine.park_unreadable(tx.db, event, tx.now)
                    outcomes[event.topic, "unreadable"] += 1
                    continue
                key = (event.envelope.source, event.envelope.id)
                if key not in fresh:
                    outcomes[event.topic, "known" if event.envelope.type in self._by_type else "skipped"] += 1
                    continue
                fresh.discard(key)
                subject = (event.envelope.source, event.envelope.subject)
                if subject in waiting:
                    parked: Parked | None = Parked("behind", "前面同一事项的事件还在隔离区，按顺序等候")
                elif careful:
                    parked = await self.handle(tx, event)
                else:
                    parked = None
                    await self._handle_swiftly(tx, event)
                if parked is None:
                    handled += 1
                else:
                    waiting.add(subject)
                    await quarantine.park(tx.db, event, parked, tx.now)
                outcomes[event.topic, parked.cause if parked else "handled"] += 1
        return handled, outcomes

    async def _handle_swiftly(self, tx: Tx, received: Received) -> None:
        """Run the handler without a net: whatever goes wrong, the whole batch is undone and goes again."""
        event_class, handler = self._by_type[received.envelope.type]
        envelope = received.envelope
        event = event_class.model_validate(received.data)
        with telemetry.span(f"handle {event_class.__name__}", parent=envelope.traceparent, event_id=str(envelope.id)):
            _in_the_name_of(tx, envelope)
            await handler(tx, event)

    async def handle(self, tx: Tx, received: Received) -> Parked | None:
        """Run the handler of one event inside a savepoint; returns why it must be parked, or None."""
        event_class, handler = self._by_type[received.envelope.type]
        try:
            event = event_class.model_validate(received.data)
        except ValidationError as wrong:
            where = "；".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors()[:5])
            return Parked("invalid", f"内容不符合约定：{where}")
        envelope = received.envelope
        with telemetry.span(f"handle {event_class.__name__}", parent=envelope.traceparent, event_id=str(envelope.id)):
            for round_ in range(1, _ROUNDS + 1):
                try:
                    async with tx.savepoint():
                        _in_the_name_of(tx, envelope)
                        await handler(tx, event)
                except ChangedMeanwhile:
                    if round_ == _ROUNDS:
                        raise
                except Refused as no:
                    return Parked("refused", no.reason, no.article)
                except (Invalid, NotFound, Forbidden) as no:
                    return Parked("refused", str(no))
                except UNFIT as unfit:
                    return Parked("invalid", f"内容里有不能保存的值：{type(unfit).__name__}")
                except AWAY:
                    raise
                except PostgresError as trouble:
                    if trouble.sqlstate and trouble.sqlstate[:2] in {"40", "53", "55", "57", "58"}:
                        raise  # conflict, out of resources, a lock that was not free, shutting down: tried again
                    log.exception("handler-failed", type=envelope.type, event_id=str(envelope.id))
                    return Parked("failed", f"{type(trouble).__name__}: {trouble}")
                except Exception as trouble:
                    log.exception("handler-failed", type=envelope.type, event_id=str(envelope.id))
                    return Parked("failed", f"{type(trouble).__name__}: {trouble}")
                else:
                    return None
        return None


async def purge(db: Connection, *, keep: int, before: datetime) -> int:
    """Forget what was read before; of every source the last `keep` stay. Returns how many went.

    A reader has to remember for longer than any outbox does: after Kafka was lost, everything that an outbox holds
    is said again, and whoever has forgotten it would do it twice.
    """
    if not await db.fetchval("SELECT EXISTS (SELECT FROM inbox WHERE received_at < $1)", before):
        return 0
    done: str = await db.execute(_PURGE, keep, before)
    return int(done.rpartition(" ")[2])


def _in_the_name_of(tx: Tx, envelope: Envelope) -> None:
    tx.speak_for(
        cause=envelope.id,
        correlation=envelope.correlationid,
        traceparent=telemetry.current_traceparent(),
        actor=Actor("event", envelope.type),
    )


async def _look(tx: Tx, events: Sequence[Received]) -> tuple[set[tuple[str, Any]], set[tuple[str, str]]]:
    """Return which events are new and which subjects wait, and put the entry of the new ones aside."""
    if not events:
        return set(), set()
    sources = [e.envelope.source for e in events]
    ids = [e.envelope.id for e in events]
    fresh = dict.fromkeys(zip(sources, ids, strict=True))
    waiting: set[tuple[str, str]] = set()
    for row in await tx.db.apart().fetch(_LOOK, sources, ids, [e.envelope.subject for e in events]):
        if row["id"] is None:
            waiting.add((row["source"], row["subject"]))
        else:
            fresh.pop((row["source"], row["id"]), None)
    if fresh:
        await tx.db.write(_NOTE, [source for source, _ in fresh], [id_ for _, id_ in fresh], tx.now, rows=[])
    return set(fresh), waiting


async def _enter(tx: Tx, events: Sequence[Received]) -> tuple[set[tuple[str, Any]], set[tuple[str, str]]]:
    """Note the events as read; return the keys of those that are new, and the subjects that wait in quarantine."""
    if not events:
        return set(), set()
    subjects = [e.envelope.subject for e in events]
    rows = await tx.db.fetch(
        _ENTER, [e.envelope.source for e in events], [e.envelope.id for e in events], tx.now, subjects
    )
    fresh = {(row["source"], row["id"]) for row in rows if row["id"] is not None}
    waiting = {(row["source"], row["subject"]) for row in rows if row["id"] is None}
    if len(fresh) < len(events):
        # Somebody else had one of them and may just have parked it: what the statement saw may be older than that.
        waiting |= await quarantine.waiting(tx.db, {(e.envelope.source, e.envelope.subject) for e in events})
    return fresh, waiting
