"""Looks at what the services say of themselves: are they ready, do they stumble, does a release wait for somebody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from gongkai.upkeep.findings import Finding, fine


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `status` 0 when nobody answered."""

    status: int
    text: str = ""


#: Service and path → what it answers. Never raises.
Ask = Callable[[str, str], Answer]


def services(names: list[str], ask: Ask) -> list[Finding]:
    found: list[Finding] = []
    for name in names:
        ready = ask(name, "/health/ready")
        if ready.status == 0:
            found.append(Finding(
                "service", "wrong", "没有应答", name, "它的页面打不开；别的服务不受影响，事件会等它。",
                "看它的日志，再启动它：make up，容器用 docker compose up --detach。",
            ))  # fmt: skip
            continue
        if ready.status == 200:
            found.append(fine("service", "就绪", name))
        else:
            found.append(Finding(
                "service", "wrong", f"没有就绪（{ready.status}）", name,
                "它在运行，但缺少所依赖的部分。", "看数据库和 Kafka 各项。",
            ))  # fmt: skip
        metrics = ask(name, "/metrics")
        if metrics.status == 200:
            found += _numbers(samples(metrics.text, name), name)
        else:
            found.append(Finding(
                "metrics", "unseen", f"读不到指标（{metrics.status}）", name, "读取事件和发布的情况看不到。",
                "设了 GONGKAI_METRICS_TOKEN 时，执行 doctor 的环境也要有它。",
            ))  # fmt: skip
    return found


def samples(text: str, service: str) -> dict[str, float]:
    """Add the samples of one service up, by name."""
    total: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.labels.get("service") == service:
                total[sample.name] = total.get(sample.name, 0.0) + sample.value
    return total


def _numbers(seen: Mapping[str, float], service: str) -> list[Finding]:
    found = []
    replaced = seen.get("gongkai_inbox_readers_replaced_total", 0)
    if replaced:
        found.append(Finding(
            "readers", "mind", f"读取事件的客户端停住过，已自动更换 {replaced:.0f} 次", service,
            "Kafka 出过问题；更换以后继续读，没有丢失，也没有重复。",
            "次数还在增加时，看 Kafka 的日志和网络；增加很快时重启这个服务。",
        ))  # fmt: skip
    else:
        found.append(fine("readers", "读取事件的客户端没有停住过", service))
    held = seen.get("gongkai_releases_held", 0)
    waiting = seen.get("gongkai_releases_waiting", 0)
    if held or waiting:
        found.append(Finding(
            "releases", "mind", f"被扣住的发布 {held:.0f} 个，等人处理的发布 {waiting:.0f} 个", service,
            "有文件没有按时发到全部渠道，或者结果待核。",
            "在 /publication/ 的发布矩阵里看缺哪个渠道，按提示重试或放行。",
        ))  # fmt: skip
    elif "gongkai_releases_held" in seen or "gongkai_releases_waiting" in seen:
        found.append(fine("releases", "没有被扣住或等人处理的发布", service))
    return found
