"""Reads other services' topics: in batches, at least once on the wire, exactly once in effect.

FastStream carries the messages; its decoding, validation and ack policies are stepped around, because a failure
in any of them would commit past the failed message. Whatever arrives is either taken in, skipped because this
service does not handle the type, or parked in quarantine with its reason; then, and only then, acknowledged.
"""

import asyncio
import contextlib
import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from asyncpg import PostgresError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage
from pydantic import ValidationError

from gongkai.contracts import catalog
from gongkai.contracts.envelope import Envelope, Event, Received
from gongkai.runtime import cloudevents, fault, quarantine, telemetry
from gongkai.runtime.cloudevents import Unreadable
from gongkai.runtime.errors import ChangedMeanwhile, Forbidden, Invalid, NotFound
from gongkai.runtime.kit import AWAY, UNFIT, Handler, Kit
from gongkai.runtime.net import reachable
from gongkai.runtime.places import Places
from gongkai.runtime.quarantine import Parked
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
        for (topic, outcome), count in outcomes.items():
            self._kit.metrics.inbox_events.labels(self._kit.name, topic, outcome).inc(count)
        return handled

    async def _take(
        self, batch: Sequence[Received | Unreadable], *, careful: bool
    ) -> tuple[int, Counter[tuple[str, str]]]:
        outcomes: Counter[tuple[str, str]] = Counter()
        wanted = [e for e in batch if isinstance(e, Received) and e.envelope.type in self._by_type]
        if not wanted and not any(isinstance(e, Unreadable) for e in batch):
            return 0, outcomes
        async with self._kit.transaction(actor=Actor("event")) as tx:
            fresh, waiting = await (_enter(tx, wanted) if careful else _look(tx, wanted))
            handled = 0
            for event in batch:
                if isinstance(event, Unreadable):
                    await quarantine.park_unreadable(tx.db, event, tx.now)
                    continue
                key = (event.envelope.source, event.envelope.id)
                if key not in fresh:
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


class Bus:
    """One batch subscription of one service to every topic that carries a type it handles."""

    def __init__(self, kit: Kit, handlers: Mapping[type[Event], Handler], *, before_ack: Any = None) -> None:
        self._kit = kit
        self.inbox = Inbox(kit, handlers)
        self._topics = sorted({topic for event in handlers for topic in catalog.topics_of(event)})
        self._broker: KafkaBroker | None = None
        self._places = Places()
        self._before_ack = before_ack
        self.last_batch: datetime | None = None
        self.started = asyncio.Event()

    @property
    def topics(self) -> Sequence[str]:
        return self._topics

    async def run(self) -> None:
        """Start when Kafka is there, then stay; FastStream's own consumer rejoins by itself."""
        if not self._topics:
            self.started.set()
            return
        pause = 0.2
        while not await self._try_start():
            await asyncio.sleep(pause)
            pause = min(pause * 2, 3.0)
        self.started.set()
        log.info("listening", topics=self._topics)

    async def _try_start(self) -> bool:
        # A start against a closed port leaks a client at each try: look first.
        if not await reachable(self._kit.settings.kafka):
            return False
        self._broker = self._subscribed()
        starting = asyncio.ensure_future(_start(self._broker))
        try:
            await asyncio.shield(starting)
        except Exception as trouble:  # noqa: BLE001  whatever it is, Kafka is not usable yet
            log.warning("bus-start-failed", trouble=type(trouble).__name__, detail=str(trouble)[:200])
        except BaseException:
            # Cancelled in the middle: a half-started client cannot be closed, so let it finish first.
            with contextlib.suppress(Exception):
                await starting
            await self.stop()
            raise
        else:
            return True
        await self.stop()
        return False

    async def stop(self) -> None:
        broker, self._broker = self._broker, None
        if broker is not None:
            await self._places.settle()
            with contextlib.suppress(Exception):
                await asyncio.wait_for(broker.stop(), 10)

    def _subscribed(self) -> KafkaBroker:
        settings = self._kit.settings
        broker = KafkaBroker(
            settings.kafka,
            apply_types=False,
            client_id=f"gongkai-{self._kit.name}",
            logger=None,
            graceful_timeout=5.0,
            retry_backoff_ms=100,
        )
        subscriber = broker.subscriber(
            *(settings.kafka_prefix + topic for topic in self._topics),
            batch=True,
            group_id=f"{settings.kafka_prefix}gongkai-{self._kit.name}",
            group_instance_id=f"{self._kit.name}-{settings.instance}",
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            batch_timeout_ms=settings.inbox_wait_ms,
            max_records=settings.inbox_batch,
            fetch_max_wait_ms=500,
            session_timeout_ms=10_000,
            heartbeat_interval_ms=1_000,
            max_poll_interval_ms=300_000,
            parser=_parse,
            decoder=_keep,
        )

        async def consume(message: KafkaMessage) -> None:
            records = message.raw_message if isinstance(message.raw_message, tuple) else (message.raw_message,)
            try:
                await self._consume(records)
                fault.point(f"{self._kit.name}:taken")
                if self._before_ack:
                    self._before_ack()
                self._places.taken(message.consumer, records)
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("batch-not-taken")
                await asyncio.sleep(0.5)
                _rewind(message.consumer, records)

        subscriber(consume)
        return broker

    async def _consume(self, records: Sequence[ConsumerRecord[Any, Any]]) -> None:
        read_at = self._kit.now()
        cut = len(self._kit.settings.kafka_prefix)
        batch = [
            cloudevents.from_kafka(r.headers, r.value, topic=r.topic[cut:], partition=r.partition, offset=r.offset)
            for r in records
        ]
        pause = 0.1
        while True:
            try:
                await self.inbox.take(batch)
            except (PostgresError, ChangedMeanwhile, *AWAY) as trouble:
                log.warning("inbox-waits", trouble=type(trouble).__name__, detail=str(trouble)[:200])
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
            else:
                break
        self.last_batch = read_at


class _Patient(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka has no types
    """Waits until there is something. FastStream sleeps after an empty read, and what came meanwhile would wait too."""

    async def getmany(self, *partitions: Any, timeout_ms: int = 0, max_records: int | None = None) -> dict[Any, Any]:
        while True:
            found: dict[Any, Any] = await super().getmany(*partitions, timeout_ms=timeout_ms, max_records=max_records)
            if found:
                return found


async def _start(broker: KafkaBroker) -> None:
    await broker.connect()
    made: Any = broker.config.broker_config.builder
    broker.config.broker_config.builder = partial(_Patient, **made.keywords)
    await broker.start()


def _rewind(consumer: Any, records: Sequence[ConsumerRecord[Any, Any]]) -> None:
    """Read these records again, from every partition that is still ours; others are read by whoever has them now.

    FastStream's own nack stops at the first partition that is gone, and the rest would be acknowledged unread.
    """
    earliest: dict[TopicPartition, int] = {}
    for record in records:
        place = TopicPartition(record.topic, record.partition)
        earliest[place] = min(record.offset, earliest.get(place, record.offset))
    for place in consumer.assignment() & earliest.keys():
        consumer.seek(place, earliest[place])


async def _parse(message: Any, original: Any) -> Any:
    """Let FastStream build its message from one empty copy, then put the real records back: nothing can raise."""
    parsed = await original((dataclasses.replace(message[0], headers=(), value=b""),))
    parsed.raw_message = message
    return parsed


async def _keep(message: Any) -> Any:
    return message
