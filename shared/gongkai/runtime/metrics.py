"""Every number the runtime reports. One object per process; the label `service` tells services apart."""

from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_FAST: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LATE: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 30, 300, 3600)
_SKEW_MS: Final = (1, 2, 5, 10, 20, 30, 50, 75, 100, 250, 500, 1000, 5000)


class Metrics:
    """Instruments by name: `metrics.relay_lag.labels("publication").set(3)`."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        registry = registry or CollectorRegistry()
        self.registry: Final = registry
        self._calendars: dict[str, str] = {}
        ProcessCollector(registry=registry)

        def gauge(name: str, meaning: str, *labels: str) -> Gauge:
            return Gauge(f"gongkai_{name}", meaning, ("service", *labels), registry=registry)

        def counter(name: str, meaning: str, *labels: str) -> Counter:
            return Counter(f"gongkai_{name}", meaning, ("service", *labels), registry=registry)

        def histogram(name: str, meaning: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
            return Histogram(f"gongkai_{name}", meaning, ("service", *labels), buckets=buckets, registry=registry)

        self.relay_lag = gauge("relay_lag_events", "events stored and not yet sent")
        self.relay_sequence = gauge("relay_sequence", "number of the last event sent")
        self.relay_leading = gauge("relay_leading", "1 while this process is the one that sends")
        self.relay_broken = gauge("relay_broken", "1 while numbers are missing in the outbox and nothing is sent")
        self.relay_sent = counter("relay_sent_events", "events sent, resends included")
        self.outbox_oldest = gauge("outbox_oldest_seconds", "age of the oldest event not yet sent")
        self.inbox_events = counter("inbox_events", "events by what became of them", "topic", "outcome")
        self.inbox_lag = gauge("inbox_lag_events", "events on the bus that are not taken in yet", "topic")
        self.inbox_replaced = counter("inbox_readers_replaced", "readers that stood still and were replaced")
        self.inbox_batch = histogram("inbox_batch_seconds", "one batch, read to committed", _FAST)
        self.inbox_poll = gauge("inbox_last_poll_timestamp_seconds", "when the bus was last heard, empty or not")
        self.quarantine = gauge("quarantine_events", "events parked now", "cause")
        self.clocks_due = gauge("clocks_due", "clocks that are due and have not fired")
        self.clock_overdue = gauge("clock_overdue_seconds", "age of the oldest clock that is due and has not fired")
        self.clocks_stuck = gauge("clocks_stuck", "clocks that failed more than twice")
        self.ticker_leading = gauge("ticker_leading", "1 while this process is the one whose clocks fire")
        self.clocks_fired = counter("clocks_fired", "clocks that fired", "kind")
        self.clock_lateness = histogram("clock_lateness_seconds", "from due to fired", _LATE, "kind")
        self.release_skew = histogram("release_skew_milliseconds", "spread of our acts in a release", _SKEW_MS)
        self.releases_held = gauge("releases_held", "releases that are held now", "by")
        self.releases_waiting = gauge("releases_waiting", "releases in which somebody must act, holds included")
        self.release_holds = counter("release_holds", "holds so far", "by")
        self.channel_errors = counter("channel_errors", "errors of a channel", "channel", "code")
        self.http_requests = counter("http_requests", "answers given", "method", "route", "status")
        self.http_seconds = histogram("http_request_seconds", "time to answer", _FAST, "method", "route")
        self.pool_size = gauge("pool_connections", "database connections open")
        self.pool_busy = gauge("pool_connections_busy", "database connections in use")
        self.pool_max = gauge("pool_connections_max", "database connections that may be open")
        self.calendar = gauge("calendar_info", "1 for the calendar that deadlines are counted with", "version")
        self.calendar_end = gauge("calendar_end_timestamp_seconds", "the first day that no notice has settled yet")
        self.disk_free = gauge("disk_free_bytes", "room left where the data folder lies")
        self.disk_size = gauge("disk_size_bytes", "room in all where the data folder lies")
        self.sampled = gauge("sampled_timestamp_seconds", "when the numbers from the database were read")

    def calendar_in_force(self, service: str, version: str, end: datetime | None) -> None:
        """Show one calendar for each service: the one before goes."""
        before = self._calendars.get(service)
        if before is not None and before != version:
            self.calendar.remove(service, before)
        self._calendars[service] = version
        self.calendar.labels(service, version).set(1)
        self.calendar_end.labels(service).set(end.timestamp() if end else 0)

    def render(self) -> bytes:
        """Return everything in the Prometheus text format."""
        return generate_latest(self.registry)
