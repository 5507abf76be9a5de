"""Reads other services' topics: in batches, at least once on the wire, exactly once in effect.

FastStream carries the messages; its decoding, validation and ack policies are stepped around, because a failure
in any of them would commit past the failed message. Whatever arrives is either taken in, skipped because this
service does not handle the type, or parked in quarantine with its reason; then, and only then, acknowledged.
"""

import asyncio
import contextlib
import dataclasses
import time
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from asyncpg import PostgresError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage

from gongkai.contracts import catalog
from gongkai.contracts.envelope import Event, Received
from gongkai.runtime import cloudevents, fault, telemetry
from gongkai.runtime.cloudevents import Unreadable
from gongkai.runtime.errors import ChangedMeanwhile
from gongkai.runtime.inbox import Inbox
from gongkai.runtime.kit import AWAY, Handler, Kit
from gongkai.runtime.net import reachable
from gongkai.runtime.places import Places, meant_for_us
from gongkai.runtime.standstill import Mark, Standstill

log = telemetry.logger(__name__)

#: For how many looks a reader may stand still before it is replaced.
_PATIENCE: Final = 4
#: A client that gets no answer at all has its own limit of 40 s, eight looks; after that nothing will wake it.
_SILENCE: Final = 12
_ANSWER_WITHIN: Final = 5.0


class Bus:
    """One batch subscription of one service to every topic that carries a type it handles."""

    def __init__(self, kit: Kit, handlers: Mapping[type[Event], Handler], *, before_ack: Any = None) -> None:
        self._kit = kit
        self.inbox = Inbox(kit, handlers)
        self._topics = sorted({topic for event in handlers for topic in catalog.topics_of(event)})
        self._others = frozenset(e.type.encode() for e in catalog.ENTRIES if e.type not in self.inbox.types)
        self._broker: KafkaBroker | None = None
        self._places = Places()
        self._reader: Any = None
        self._in_hand: Counter[str] = Counter()
        self._watching: asyncio.Task[None] | None = None
        self._before_ack = before_ack
        self.started = asyncio.Event()
        # Numbers that are there from the start: of one that appears with its first event nobody can say how it grew.
        kit.metrics.inbox_replaced.labels(kit.name)
        kit.metrics.inbox_batch.labels(kit.name)
        for topic in self._topics:
            kit.metrics.inbox_events.labels(kit.name, topic, "handled")
            kit.metrics.inbox_lag.labels(kit.name, topic)
        if self._topics:
            kit.metrics.inbox_poll.labels(kit.name).set(0)

    @property
    def topics(self) -> Sequence[str]:
        return self._topics

    async def run(self) -> None:
        """Start when Kafka is there, then stay: the client rejoins by itself, and one that does not is replaced."""
        if self._topics:
            await self._begin()
            self._watching = asyncio.create_task(self._watch())
        self.started.set()

    async def _begin(self) -> None:
        pause = 0.2
        while not await self._try_start():
            await asyncio.sleep(pause)
            pause = min(pause * 2, 3.0)
        log.info("listening", topics=self._topics)

    async def _watch(self) -> None:
        """Replace the client when it does not move though there is something to read, or when it is silent.

        After a broker has died a client may wait for ever for an answer, or keep failing at a request that nobody
        repeats: it then looks alive, and its events lie unread until somebody restarts the service.
        """
        lagging, silent = Standstill(), Standstill()
        look = self._kit.settings.inbox_look_ms / 1000
        while True:
            await asyncio.sleep(look)
            marks = await self._marks()
            if self._in_hand:  # it may be waiting for the database, which is no fault of the client
                lagging.forget()
                silent.forget()
                continue
            heard: Mapping[Hashable, Mark] = {"kafka": Mark(0, 1)} if marks is None else {}
            now = time.monotonic()
            stood = lagging.look(marks, now) if marks is not None else 0.0
            dumb = silent.look(heard, now)
            if stood < _PATIENCE * look and (dumb < _SILENCE * look or not await reachable(self._kit.settings.kafka)):
                continue
            log.error(
                "reader-replaced", topics=self._topics, stood_still=round(stood), silent=round(dumb),
                where=_where(self._reader),
            )
            self._kit.metrics.inbox_replaced.labels(self._kit.name).inc()
            await self._end()
            await self._begin()
            lagging.forget()
            silent.forget()

    async def _marks(self) -> Mapping[Hashable, Mark] | None:
        """Return how far every partition of ours is taken in and told; none when the client gets no answer."""
        reader = self._reader
        try:
            async with asyncio.timeout(_ANSWER_WITHIN):
                parts = sorted(reader.assignment())
                if not parts:
                    self._show_lag({})
                    return None
                ends = await reader.end_offsets(parts)
                marks = {part: Mark(await reader.position(part), end) for part, end in ends.items()}
        except (asyncio.CancelledError, Exception) as trouble:
            if meant_for_us(trouble):
                raise
            log.warning("reader-silent", trouble=type(trouble).__name__, detail=str(trouble)[:200])
            return None
        self._kit.metrics.inbox_poll.labels(self._kit.name).set_to_current_time()
        self._show_lag(marks)
        return marks | {part: Mark(told, told + 1) for part, told in self._places.untold().items() if part in marks}

    def _show_lag(self, marks: Mapping[TopicPartition, Mark]) -> None:
        """Report what is on the bus and not taken in, what is in hand included; others report their own partitions."""
        lag = {topic: self._in_hand[topic] for topic in self._topics}
        for part, mark in marks.items():
            lag[self._plain(part.topic)] += max(mark.end - mark.place, 0)
        for topic, waiting in lag.items():
            self._kit.metrics.inbox_lag.labels(self._kit.name, topic).set(waiting)

    async def _try_start(self) -> bool:
        # A start against a closed port leaks a client at each try: look first.
        if not await reachable(self._kit.settings.kafka):
            return False
        self._broker = self._subscribed()
        starting = asyncio.ensure_future(_start(self._broker, self._pass_over))
        try:
            self._reader = await asyncio.shield(starting)
        except Exception as trouble:  # noqa: BLE001  whatever it is, Kafka is not usable yet
            log.warning("bus-start-failed", trouble=type(trouble).__name__, detail=str(trouble)[:200])
        except BaseException:
            # Cancelled in the middle: a half-started client cannot be closed, so let it finish first.
            with contextlib.suppress(Exception):
                await starting
            await self._end()
            raise
        else:
            return True
        await self._end()
        return False

    async def stop(self) -> None:
        watching, self._watching = self._watching, None
        if watching is not None:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
        await self._end()

    async def _end(self) -> None:
        broker, self._broker = self._broker, None
        if broker is not None:
            await self._places.settle()
            try:
                await asyncio.wait_for(broker.stop(), 10)
            except Exception as trouble:  # noqa: BLE001  it is going anyway
                log.warning("reader-not-stopped", trouble=type(trouble).__name__, detail=str(trouble)[:200])
                await _silence(self._reader)
        self._reader, self._places = None, Places()

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
            self._in_hand = Counter(self._plain(record.topic) for record in records)
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
            finally:
                self._in_hand = Counter()

        subscriber(consume)
        return broker

    def _pass_over(self, consumer: Any, found: Mapping[TopicPartition, Sequence[ConsumerRecord[Any, Any]]]) -> bool:
        """Note records as taken when all are sound and of types that only others handle: most of a topic, to most."""
        records = [record for batch in found.values() for record in batch]
        if not all(_type_of(record) in self._others for record in records):
            return False
        events = [self._read(record) for record in records]
        if any(isinstance(event, Unreadable) for event in events):
            return False
        self._places.taken(consumer, records)
        self.inbox.count(Counter((event.topic, "skipped") for event in events))
        return True

    def _read(self, record: ConsumerRecord[Any, Any]) -> Received | Unreadable:
        topic = self._plain(record.topic)
        return cloudevents.from_kafka(
            record.headers, record.value, topic=topic, partition=record.partition, offset=record.offset
        )

    def _plain(self, topic: str) -> str:
        """Return the name of a topic as the catalogue knows it."""
        return topic.removeprefix(self._kit.settings.kafka_prefix)

    async def _consume(self, records: Sequence[ConsumerRecord[Any, Any]]) -> None:
        batch = [self._read(record) for record in records]
        pause = 0.1
        while True:
            try:
                with self._kit.metrics.inbox_batch.labels(self._kit.name).time():
                    await self.inbox.take(batch)
            except (PostgresError, ChangedMeanwhile, *AWAY) as trouble:
                log.warning("inbox-waits", trouble=type(trouble).__name__, detail=str(trouble)[:200])
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
            else:
                break


class _Patient(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka has no types
    """Waits until there is something for us. FastStream sleeps after an empty read, and what came would wait too."""

    def __init__(self, *topics: str, pass_over: Callable[[Any, Mapping[Any, Any]], bool], **settings: Any) -> None:
        super().__init__(*topics, **settings)
        self._pass_over = pass_over

    async def getmany(self, *partitions: Any, timeout_ms: int = 0, max_records: int | None = None) -> dict[Any, Any]:
        while True:
            found: dict[Any, Any] = await super().getmany(*partitions, timeout_ms=timeout_ms, max_records=max_records)
            if found and not self._pass_over(self, found):
                return found


async def _start(broker: KafkaBroker, pass_over: Callable[[Any, Mapping[Any, Any]], bool]) -> Any:
    """Start and return the client that reads."""
    await broker.connect()
    made: Any = broker.config.broker_config.builder
    broker.config.broker_config.builder = partial(_Patient, pass_over=pass_over, **made.keywords)
    await broker.start()
    return next(iter(broker.subscribers)).consumer  # type: ignore[attr-defined]  # Kafka's have one


def _where(reader: Any) -> dict[str, str]:
    """Return where the client's own tasks are: what its maintainers ask for when one stands still."""
    found = {}
    for path in ("_client._sync_task", "_coordinator._coordination_task", "_coordinator._heartbeat_task",
                 "_fetcher._fetch_task"):  # fmt: skip
        try:
            task = attrgetter(path)(reader)
            frames = [frame.f_code.co_name for frame in task.get_stack(limit=3)]
            found[path.rpartition("_")[0].rpartition("._")[2]] = (
                " > ".join(frames) if not task.done() else "cancelled" if task.cancelled() else repr(task.exception())
            )
        except AttributeError:
            continue
    return found


async def _silence(reader: Any) -> None:
    """Take the connections from a client that cannot be stopped: it must not fight for the place of its successor."""
    if reader is not None:
        with contextlib.suppress(Exception):
            await asyncio.wait_for(reader._client.close(), 5)  # noqa: SLF001  there is no other way to it


def _type_of(record: ConsumerRecord[Any, Any]) -> bytes:
    """Return the type a record gives itself, and nothing when it gives none or several."""
    kinds = [value for name, value in record.headers if name == "ce_type"]
    return kinds[0] if len(kinds) == 1 else b""


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
