"""Every number the runtime reports. One object per process; the label `service` tells services apart."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_FAST: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LATE: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 30, 300, 3600)
_SKEW_MS: Final = (1, 2, 5, 10, 20, 30, 50, 75, 100, 250, 500, 1000, 5000)


class Metrics:
    """Instruments by name: `metrics.relay_lag.labels("publication").set(3)`."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        registry = registry or CollectorRegistry()
        self.registry: Final = registry

        def gauge(name: str, meaning: str, *labels: str) -> Gauge:
            return Gauge(f"gongkai_{name}", meaning, ("service", *labels), registry=registry)

        def counter(name: str, meaning: str, *labels: str) -> Counter:
            return Counter(f"gongkai_{name}", meaning, ("service", *labels), registry=registry)

        def histogram(name: str, meaning: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
            return Histogram(f"gongkai_{name}", meaning, ("service", *labels), buckets=buckets, registry=registry)

        self.relay_lag = gauge("relay_lag_events", "events stored and not yet sent")
        self.relay_sequence = gauge("relay_sequence", "number of the last event sent")
        self.relay_leading = gauge("relay_leading", "1 while this process is the one that sends")
        self.relay_sent = counter("relay_sent_events", "events sent, resends included")
        self.outbox_oldest = gauge("outbox_oldest_seconds", "age of the oldest event not yet sent")
        self.inbox_events = counter("inbox_events", "events by what became of them", "topic", "outcome")
        self.inbox_replaced = counter("inbox_readers_replaced", "readers that stood still and were replaced")
        self.inbox_batch = histogram("inbox_batch_seconds", "one batch, read to committed", _FAST)
        self.inbox_poll = gauge("inbox_last_poll_timestamp_seconds", "when the bus was last heard, empty or not")
        self.quarantine = gauge("quarantine_events", "events parked now", "cause")
        self.clocks_due = gauge("clocks_due", "clocks that are due and have not fired")
        self.clocks_fired = counter("clocks_fired", "clocks that fired", "kind")
        self.clock_lateness = histogram("clock_lateness_seconds", "from due to fired", _LATE, "kind")
        self.release_skew = histogram("release_skew_milliseconds", "spread of our acts in a release", _SKEW_MS)
        self.channel_errors = counter("channel_errors", "errors of a channel", "channel", "code")
        self.http_requests = counter("http_requests", "answers given", "method", "route", "status")
        self.http_seconds = histogram("http_request_seconds", "time to answer", _FAST, "method", "route")
        self.pool_size = gauge("pool_connections", "database connections open")
        self.pool_busy = gauge("pool_connections_busy", "database connections in use")

    def render(self) -> bytes:
        """Return everything in the Prometheus text format."""
        return generate_latest(self.registry)
