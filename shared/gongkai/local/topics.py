"""The topics of the catalogue, with the partitions of the catalogue. Nothing creates a topic by accident."""

import contextlib
from collections.abc import Sequence

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.errors import InvalidPartitionsError, KafkaError, TopicAlreadyExistsError, for_code

from gongkai.contracts.catalog import PARTITIONS, TOPICS
from gongkai.local.errors import StackError
from gongkai.local.process import until

# History is what a new service reads itself up from: it is kept.
CONFIG = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}


async def provision(
    bootstrap: str,
    topics: Sequence[str] = TOPICS,
    partitions: int = PARTITIONS,
    replication: int = 1,
    within: float = 30.0,
) -> list[str]:
    """Make the topics that are missing and widen those that are too narrow; return the names of the new ones."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=20_000)
    await admin.start()
    try:
        known = set(await admin.list_topics())
        missing = [topic for topic in topics if topic not in known]
        if missing:
            await _create(admin, missing, partitions, replication)
        widths: dict[str, int] = {}

        async def all_there() -> bool:
            widths.update(await _widths(admin, topics))
            return set(widths) == set(topics)

        async def all_wide() -> bool:
            return await all_there() and min(widths.values()) >= partitions

        if not await until(all_there, within, poll=0.1):
            raise StackError(f"Kafka 的主题没有建成：{'、'.join(sorted(set(topics) - set(widths)))}")
        narrow = {topic: NewPartitions(partitions) for topic, width in widths.items() if width < partitions}
        if narrow:
            with contextlib.suppress(InvalidPartitionsError):  # somebody else has just widened it
                await admin.create_partitions(narrow)
            if not await until(all_wide, within, poll=0.1):
                raise StackError(f"Kafka 主题的分区没有加够：{'、'.join(sorted(narrow))}")
    except KafkaError as wrong:
        raise StackError(f"建立 Kafka 主题时出错：{type(wrong).__name__}", "请看 kafka.log 里的原因。") from wrong
    else:
        return missing
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, topics: list[str], partitions: int, replication: int) -> None:
    answer = await admin.create_topics(
        [
            NewTopic(topic, num_partitions=partitions, replication_factor=replication, topic_configs=CONFIG)
            for topic in topics
        ]
    )
    for topic, code, *_ in answer.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise StackError(f"Kafka 主题 {topic} 建不了：{error.__name__}")


async def _widths(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> dict[str, int]:
    described = await admin.describe_topics(list(topics))
    return {found["topic"]: len(found["partitions"]) for found in described if not found["error_code"]}
