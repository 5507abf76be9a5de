"""Looks at Kafka: does it answer, are the topics as the catalogue has them, who is behind."""

from gongkai.contracts.catalog import PARTITIONS, TOPICS
from gongkai.upkeep import wire
from gongkai.upkeep.findings import Finding, fine, graded


async def bus(address: str, prefix: str, services: list[str]) -> list[Finding]:
    seen = await wire.look(address, prefix, services)
    if seen is None:
        return [Finding(
            "kafka", "wrong", f"Kafka（{address}）没有应答", "",
            "页面和写入照常，事件在发件箱里等着，网站和新媒体收不到新的内容。",
            "看 Kafka 是否在运行；全部丢失时换一个新的，停止服务后执行 gongkai events republish。",
        )]  # fmt: skip
    found = [fine("kafka", f"Kafka（{address}）应答，{seen.brokers} 个节点")]
    missing = [topic for topic in TOPICS if topic not in seen.topics]
    narrow = [topic.name for topic in seen.topics.values() if topic.partitions < PARTITIONS]
    if missing or narrow:
        said = "、".join((*(f"{name} 没有建立" for name in missing), *(f"{name} 分区太少" for name in narrow)))
        found.append(Finding(
            "topics", "wrong" if missing else "mind", said, "",
            "没有建立的主题收不到事件；分区太少时多开的实例会闲着。", "执行 gongkai topics。",
        ))  # fmt: skip
    else:
        found.append(fine("topics", f"{len(TOPICS)} 个主题，各有至少 {PARTITIONS} 个分区"))
    headless = sum(topic.headless for topic in seen.topics.values())
    thin = sum(topic.thin for topic in seen.topics.values())
    if headless or thin:
        found.append(Finding(
            "replicas", "wrong" if headless else "mind",
            f"{headless} 个分区没有主副本，{thin} 个分区的副本没有跟上", "",
            "再坏一个节点可能写不进去，或丢失最后的事件。", "把停掉的 Kafka 节点启动起来，等副本跟上。",
        ))  # fmt: skip
    for service, unread in seen.unread.items():
        if unread is not None:
            found.append(graded(
                "unread", unread, mind=1_000, wrong=50_000, about=service, seen=f"未读事件 {unread} 个",
                means="这个服务跟不上，它的页面会显示较早的情况。",
                todo="看它的日志和 CPU；同一个数字一直不动，重启这个服务。",
            ))  # fmt: skip
    return found
