"""How far each service's readers are behind what was said on the bus."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

TIMEOUT_MS: Final = 5_000


def group_of(service: str, prefix: str = "") -> str:
    """Return the consumer group of a service, as the bus names it."""
    return f"{prefix}gongkai-{service}"


async def lags(address: str, services: Iterable[str], prefix: str = "") -> dict[str, int | None]:
    """Return the number of unread events by service; none for one that has never read, nothing when Kafka is away."""
    from aiokafka import AIOKafkaConsumer  # noqa: PLC0415
    from aiokafka.admin import AIOKafkaAdminClient  # noqa: PLC0415
    from aiokafka.errors import KafkaError  # noqa: PLC0415

    names = sorted(services)
    admin = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=TIMEOUT_MS)
    reader = AIOKafkaConsumer(bootstrap_servers=address, request_timeout_ms=TIMEOUT_MS, enable_auto_commit=False)
    try:
        await admin.start()
        await reader.start()
        read = await asyncio.gather(*(admin.list_consumer_group_offsets(group_of(name, prefix)) for name in names))
        known = {partition for offsets in read for partition in offsets}
        ends = await reader.end_offsets(list(known)) if known else {}
    except (KafkaError, OSError):
        return {}
    finally:
        await reader.stop()
        await admin.close()
    return {name: _behind(offsets, ends) for name, offsets in zip(names, read, strict=True)}


def _behind(offsets: dict[Any, Any], ends: dict[Any, int]) -> int | None:
    if not offsets:
        return None
    total: int = sum(max(0, ends.get(partition, 0) - max(0, read.offset)) for partition, read in offsets.items())
    return total
