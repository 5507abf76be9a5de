"""What Kafka itself says about our topics: their width, their copies, how much lies in them, who has read how far."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from gongkai.contracts.catalog import TOPICS
from gongkai.runtime.net import reachable

TIMEOUT_MS: Final = 8_000


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of the catalogue as it is. `events` counts what lies in it, as far as the broker's numbers tell."""

    name: str
    partitions: int
    thin: int
    headless: int
    events: int


@dataclass(frozen=True, slots=True)
class Bus:
    brokers: int
    topics: dict[str, Topic]
    #: Service → events it has not read; none for a service that never read.
    unread: dict[str, int | None]


async def look(address: str, prefix: str = "", services: Iterable[str] = ()) -> Bus | None:
    """Ask; none when nobody answers."""
    if not await reachable(address):
        return None
    admin = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=TIMEOUT_MS)
    reader = AIOKafkaConsumer(bootstrap_servers=address, request_timeout_ms=TIMEOUT_MS, enable_auto_commit=False)
    try:
        await admin.start()
        await reader.start()
        read: dict[str, dict[Any, Any]] = {}
        for service in services:  # before the ends are asked for: who is at the end then has read everything
            read[service] = {}
            with contextlib.suppress(KafkaError):  # a young broker has no coordinator of groups yet
                read[service] = await admin.list_consumer_group_offsets(f"{prefix}gongkai-{service}")
        cluster = await admin.describe_cluster()
        described = await admin.describe_topics([prefix + topic for topic in TOPICS])
        known = {found["topic"]: found["partitions"] for found in described if not found["error_code"]}
        parts = [TopicPartition(name, part["partition"]) for name, each in known.items() for part in each]
        ends = await reader.end_offsets(parts) if parts else {}
        starts = await reader.beginning_offsets(parts) if parts else {}
        topics = {
            name.removeprefix(prefix): _topic(name.removeprefix(prefix), each, {
                part.partition: ends[part] - starts[part] for part in parts if part.topic == name
            })
            for name, each in known.items()
        }  # fmt: skip
        unread = {service: _behind(places, ends) for service, places in read.items()}
        return Bus(len(cluster["brokers"]), topics, unread)
    except (KafkaError, OSError, TimeoutError):
        return None
    finally:
        with contextlib.suppress(Exception):
            await reader.stop()
        with contextlib.suppress(Exception):
            await admin.close()


def _behind(places: dict[Any, Any], ends: dict[Any, int]) -> int | None:
    behind = [ends[part] - max(0, at.offset) for part, at in places.items() if part in ends]
    return sum(max(0, n) for n in behind) if behind else None


def _topic(name: str, parts: list[dict[str, Any]], events: dict[int, int]) -> Topic:
    return Topic(
        name,
        len(parts),
        thin=sum(len(part["isr"]) < len(part["replicas"]) for part in parts),
        headless=sum(part["leader"] < 0 for part in parts),
        events=sum(events.values()),
    )
