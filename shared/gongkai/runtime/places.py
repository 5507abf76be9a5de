"""Tells Kafka how far a reader has come: behind the work, now and then, and never ahead of it.

What makes an event count once is the inbox. The place kept by Kafka only says where to start reading after a restart,
so it need not be told after every batch: what is read again is known already.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any, Final

from aiokafka import ConsumerRecord, TopicPartition

from gongkai.runtime import telemetry

log = telemetry.logger(__name__)

#: How long a place may wait to be told.
_SOON: Final = 0.25
#: How long one telling may take: with its coordinator gone a client may wait for ever, and all later places with it.
_PATIENCE: Final = 5.0


def meant_for_us(trouble: BaseException) -> bool:
    """Tell whether this task is to stop. A client that loses its connection also cancels what it was doing."""
    task = asyncio.current_task()
    return isinstance(trouble, asyncio.CancelledError) and task is not None and task.cancelling() > 0


class Places:
    """Where one consumer is in its partitions, as far as everything before is taken in."""

    def __init__(self, soon: float = _SOON, patience: float = _PATIENCE) -> None:
        self._soon, self._patience = soon, patience
        self._consumer: Any = None
        self._next: dict[TopicPartition, int] = {}
        self._told: dict[TopicPartition, int] = {}
        self._telling: asyncio.Task[None] | None = None

    def taken(self, consumer: Any, records: Sequence[ConsumerRecord[Any, Any]]) -> None:
        """Note that these records, and all before them, are taken in."""
        self._consumer = consumer
        for record in records:
            place = TopicPartition(record.topic, record.partition)
            self._next[place] = max(record.offset + 1, self._next.get(place, 0))
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_soon())

    def untold(self) -> dict[TopicPartition, int]:
        """Return the partitions that wait to be told, with the place Kafka was told last; -1 when it was told none."""
        return {place: self._told.get(place, -1) for place in self._next}

    async def settle(self) -> None:
        """Tell what was not told yet, and stop."""
        telling, self._telling = self._telling, None
        if telling is not None:
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await telling
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self._tell(), 3)

    async def _tell_soon(self) -> None:
        while self._next:
            await asyncio.sleep(self._soon)
            await self._tell()

    async def _tell(self) -> None:
        """Tell it for the partitions that are still ours; others are told by whoever has them now."""
        told, self._next = self._next, {}
        ours = self._consumer.assignment() if self._consumer is not None else set()
        offsets = {place: offset for place, offset in told.items() if place in ours}
        if not offsets:
            return
        try:
            async with asyncio.timeout(self._patience):
                await self._consumer.commit(offsets)
        except (asyncio.CancelledError, Exception) as trouble:
            self._wait_again(offsets)
            if meant_for_us(trouble):
                raise
            # Nothing is lost: what was taken is read and known again. It is told later, also when nothing more comes:
            # a broker that was away must not leave a lag that is none.
            log.warning("place-not-told", trouble=type(trouble).__name__, detail=str(trouble)[:200])
        else:
            self._told |= offsets

    def _wait_again(self, offsets: dict[TopicPartition, int]) -> None:
        for place, offset in offsets.items():
            self._next[place] = max(offset, self._next.get(place, 0))
