"""Carries the outbox to Kafka: in order, at least once, one leader per service.

A crash between send and mark makes duplicates, which every reader's inbox removes. A gap in the numbers
means that somebody touched the table: the relay stops with an alarm rather than lose an event unseen.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from asyncpg import PostgresError

from gongkai.runtime import cloudevents, fault, telemetry
from gongkai.runtime.kit import AWAY, Kit
from gongkai.runtime.leader import leadership
from gongkai.runtime.net import reachable
from gongkai.runtime.outbox import envelope_of
from gongkai.runtime.sql import Connection

log = telemetry.logger(__name__)

_TAKE_OFFICE: Final = "UPDATE outbox_head SET leader_epoch = leader_epoch + 1 RETURNING leader_epoch, published_seq"
_READ: Final = """
SELECT seq, id, topic, type, source, subject, occurred_at, correlation, causation, traceparent, data
FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2"""
_MARK: Final = "UPDATE outbox_head SET published_seq = $1 WHERE leader_epoch = $2 AND published_seq < $1 RETURNING true"
_PURGE: Final = """
DELETE FROM outbox WHERE seq <= (SELECT published_seq FROM outbox_head) - $1 AND occurred_at < $2"""


class OutboxBroken(Exception):
    """The numbers are not contiguous. A person must look; nothing is sent until then."""


class Deposed(Exception):
    """Another leader took over while this one was stopped."""


class Relay:
    """Runs for ever; `sent` counts events, `broken` holds the alarm."""

    def __init__(self, kit: Kit, *, dsn: str, before_mark: Callable[[], None] | None = None) -> None:
        self._kit = kit
        self._dsn = dsn
        self._before_mark = before_mark
        self._producer: AIOKafkaProducer | None = None
        self.sent = 0
        self.leading = False
        self.broken: str | None = None
        self.last_progress: datetime | None = None
        kit.metrics.relay_sent.labels(kit.name)

    async def run(self) -> None:
        """Lead when possible, carry on after every kind of trouble."""
        pause, sent = 0.1, 0
        while True:
            try:
                async with leadership(self._dsn, f"relay:{self._kit.name}") as db:
                    office = await db.fetchrow(_TAKE_OFFICE)
                    self.leading = True
                    await self._lead(db, office["leader_epoch"], office["published_seq"])
            except OutboxBroken as alarm:
                self.broken = str(alarm)
                log.critical("outbox-broken", reason=str(alarm))
                pause = 5.0
            except (KafkaError, PostgresError, Deposed, *AWAY) as trouble:
                log.warning("relay-interrupted", trouble=type(trouble).__name__, detail=str(trouble)[:200])
            except Exception:
                log.exception("relay-failed")
            except BaseException:  # cancelled: the producer goes with us
                await self._drop_producer()
                raise
            finally:
                self.leading = False
            await self._drop_producer()
            if self.sent > sent:  # it worked in between: this is new trouble, not the old one going on
                sent, pause = self.sent, 0.1
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    async def _lead(self, db: Connection, epoch: int, cursor: int) -> None:
        wake = self._kit.wake.outbox
        limit = self._kit.settings.relay_batch
        while True:
            wake.clear()
            rows = await db.fetch(_READ, cursor, limit)
            if not rows:
                await self._rest()
                continue
            for expected, row in enumerate(rows, start=cursor + 1):
                if row["seq"] != expected:
                    raise OutboxBroken(f"发件箱编号不连续：应为 {expected}，读到 {row['seq']}")
            producer = await self._ready_producer()
            await self._send(producer, rows)
            fault.point(f"{self._kit.name}:sent")
            if self._before_mark:
                self._before_mark()
            last = rows[-1]["seq"]
            if not await db.fetchval(_MARK, last, epoch):
                raise Deposed
            cursor = last
            self.sent += len(rows)
            self._kit.metrics.relay_sent.labels(self._kit.name).inc(len(rows))
            self.last_progress = self._kit.now()
            self.broken = None
            if len(rows) < limit:
                await self._rest()

    async def _rest(self) -> None:
        """Wait for the next commit of this process; what another process committed is found by the poll."""
        with contextlib.suppress(TimeoutError):
            # Not `wait_for`: before Python 3.12 it may swallow a cancellation that comes with the wake-up.
            async with asyncio.timeout(self._kit.settings.relay_poll):
                await self._kit.wake.outbox.wait()

    async def _send(self, producer: AIOKafkaProducer, rows: list[Any]) -> None:
        futures = []
        prefix = self._kit.settings.kafka_prefix
        for row in rows:
            headers, value = cloudevents.to_kafka(envelope_of(row), row["data"].encode())
            topic, key = prefix + row["topic"], row["subject"].encode()
            futures.append(await producer.send(topic, value, key=key, headers=headers))
        await asyncio.gather(*futures)

    async def _ready_producer(self) -> AIOKafkaProducer:
        if self._producer is None:
            # Starting a client against a closed port leaks it: look first.
            if not await reachable(self._kit.settings.kafka):
                raise ConnectionError(self._kit.settings.kafka)
            producer = AIOKafkaProducer(
                bootstrap_servers=self._kit.settings.kafka,
                enable_idempotence=True,
                acks="all",
                linger_ms=0,
                compression_type="lz4",
                max_request_size=4 * 1024 * 1024,
                request_timeout_ms=15_000,
                client_id=f"gongkai-relay-{self._kit.name}",
            )
            # Kept before it has started, so that a cancelled start is cleaned up like any other end.
            self._producer = producer
            await producer.start()
        return self._producer

    async def _drop_producer(self) -> None:
        """Throw the producer away: after a sequence error it never recovers, and a new one costs little."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(producer.stop(), 5)


async def purge(db: Connection, *, keep: int, before: datetime) -> str:
    """Forget events long published; the last `keep` stay for replay."""
    done: str = await db.execute(_PURGE, keep, before)
    return done
