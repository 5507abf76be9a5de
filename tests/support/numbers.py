"""What a process reports, as Prometheus would read it."""

from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from gongkai.runtime.metrics import Metrics


def read(metrics: Metrics, name: str, **labels: str) -> float | None:
    """Return the sum of the samples of this name that carry these labels; None when there is none."""
    found = [
        sample.value
        for family in text_string_to_metric_families(metrics.render().decode())
        for sample in family.samples
        if sample.name == f"gongkai_{name}" and labels.items() <= sample.labels.items()
    ]
    return sum(found) if found else None


def spread(metrics: Metrics, name: str, label: str) -> dict[str, float]:
    """Return the samples of this name by one of their labels; those at zero are left out."""
    sums: dict[str, Any] = {}
    for family in text_string_to_metric_families(metrics.render().decode()):
        for sample in family.samples:
            if sample.name == f"gongkai_{name}" and sample.value:
                sums[sample.labels[label]] = sums.get(sample.labels[label], 0) + sample.value
    return sums
