"""Logs and traces, the same way everywhere. Nothing personal may pass: keys are dropped, numbers are blotted.

Without an exporter a span costs a few microseconds and still carries a trace through outbox, Kafka and logs.
"""

import logging
import sys
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import Token
from types import TracebackType
from typing import Any, Final, Protocol, Self, TextIO

import structlog
from opentelemetry import context as otel
from opentelemetry import trace
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

from gongkai.runtime import privacy
from gongkai.runtime.listening import Listening

Attribute = str | bool | int | float
_IDS: Final = RandomIdGenerator()
_OWN_KEYS: Final = frozenset({"timestamp", "level", "module", "trace_id", "span_id", "event_id", "service"})


class Endpoint(Protocol):
    """The one setting that matters here; `None` keeps spans inside the process.

    So does a collector that is not there: spans are made while somebody listens, and once again when he comes back.
    """

    @property
    def otlp_endpoint(self) -> str | None: ...


class _State:
    """What `setup` made. A process has one, as it has one standard error."""

    provider: TracerProvider | None = None
    exporting: bool = False
    collector: Listening | None = None
    logging: bool = False


def setup(service: str, settings: Endpoint) -> None:
    """Configure logs and traces of this process. Called again it changes nothing."""
    if not _State.logging:
        _configure_logs()
        _State.logging = True
    if _State.provider is None:
        _State.provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service}), shutdown_on_exit=False)
    if settings.otlp_endpoint and _State.collector is None:
        # Imported here because the exporter pulls in requests and protobuf, which a laptop never needs.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

        exporter = OTLPSpanExporter(endpoint=settings.otlp_endpoint.rstrip("/") + "/v1/traces")
        _State.provider.add_span_processor(BatchSpanProcessor(exporter))
        _State.collector = Listening(settings.otlp_endpoint, _export)
        _State.collector.start()


def _export(on: bool) -> None:
    _State.exporting = on
    log = structlog.get_logger(module=__name__)
    log.info("traces-are-sent" if on else "no-collector-listens")


def shutdown() -> None:
    """Send what is still held back; the last thing a process does."""
    if _State.collector is not None:
        _State.collector.stop()
        _State.collector = None
    if _State.provider is not None:
        _State.provider.shutdown()
        _State.provider, _State.exporting = None, False


@contextmanager
def captured_spans() -> Iterator[InMemorySpanExporter]:
    """Record spans in memory for as long as this lasts: the hook by which a test follows a trace."""
    before = (_State.provider, _State.exporting)
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    _State.provider, _State.exporting = provider, True
    try:
        yield exporter
    finally:
        _State.provider, _State.exporting = before
        provider.shutdown()


def logger(name: str) -> Any:
    """Return a logger; the first argument of its methods is a short slug, the rest are named values."""
    return structlog.get_logger(module=name)


def bind(**ids: object) -> None:
    """Add ids (`service`, `event_id`, `document_id` …) to every log line of this task from here on."""
    structlog.contextvars.bind_contextvars(**{name: str(value) for name, value in ids.items()})


def bound(**ids: object) -> AbstractContextManager[None]:
    """Add ids as `bind` does, for one block."""
    return structlog.contextvars.bound_contextvars(**{name: str(value) for name, value in ids.items()})


def current_traceparent() -> str | None:
    """Return the W3C `traceparent` of the span we are in, to be stored beside an event."""
    here = trace.get_current_span().get_span_context()
    return _as_text(here) if here.is_valid else None


def same_trace(one: str, other: str | None) -> bool:
    """Tell whether two `traceparent` texts belong to one trace."""
    return other is not None and one.split("-")[1:2] == other.split("-")[1:2]


class span:  # noqa: N801  used as a verb: `with span("relay"):`
    """A piece of work in a trace. `parent` and `links` are `traceparent` texts; a broken one is ignored."""

    def __init__(
        self, name: str, *, parent: str | None = None, links: Sequence[str] = (), **attributes: Attribute
    ) -> None:
        self._name = name
        self._parent = parent
        self._links = links
        self._attributes = attributes
        self._token: Token[otel.Context] | None = None
        self._span: trace.Span = trace.INVALID_SPAN

    def __enter__(self) -> Self:
        parent = _from_text(self._parent) if self._parent else None
        around = otel.get_current()
        if parent is not None:
            around = trace.set_span_in_context(trace.NonRecordingSpan(parent), around)
        self._span = self._started(around, parent)
        self._token = otel.attach(trace.set_span_in_context(self._span, around))
        return self

    def _started(self, around: otel.Context, parent: trace.SpanContext | None) -> trace.Span:
        if _State.exporting and _State.provider is not None:
            service = structlog.contextvars.get_contextvars().get("service")
            kept = {name: value for name, value in self._attributes.items() if not privacy.is_personal_key(name)}
            return _State.provider.get_tracer("gongkai").start_span(
                self._name,
                around,
                attributes={"gongkai.service": service, **kept} if service else kept,
                links=[trace.Link(link) for text in self._links if (link := _from_text(text))],
                record_exception=False,
                set_status_on_exception=False,
            )
        above = parent or trace.get_current_span(around).get_span_context()
        return trace.NonRecordingSpan(
            trace.SpanContext(
                trace_id=above.trace_id if above.is_valid else _IDS.generate_trace_id(),
                span_id=_IDS.generate_span_id(),
                is_remote=False,
                trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
            )
        )

    def note(self, **attributes: Attribute) -> None:
        """Add what became known during the work."""
        for name, value in attributes.items():
            if not privacy.is_personal_key(name):
                self._span.set_attribute(name, value)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if kind is not None:
            # The class alone: a message may quote a row or a form.
            self._span.set_status(trace.StatusCode.ERROR, kind.__name__)
        self._span.end()
        if self._token is not None:
            otel.detach(self._token)


def _as_text(context: trace.SpanContext) -> str:
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def _from_text(traceparent: str) -> trace.SpanContext | None:
    try:
        _version, trace_id, span_id, flags = traceparent.split("-")[:4]
        found = trace.SpanContext(
            trace_id=int(trace_id, 16),
            span_id=int(span_id, 16),
            is_remote=True,
            trace_flags=trace.TraceFlags(int(flags, 16)),
        )
    except ValueError:
        return None
    return found if found.is_valid else None


class _Stderr:
    """Looks standard error up at each line, so that a redirected stream is followed."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


_STDERR: Final[TextIO] = _Stderr()  # type: ignore[assignment]  # structlog and logging write and flush, no more


def _configure_logs() -> None:
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trace,
        structlog.processors.format_exc_info,
        _without_personal_data,
    ]
    render = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(_STDERR),
    )
    handler = logging.StreamHandler(_STDERR)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_with_module, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for noisy in ("aiokafka", "httpx", "httpcore", "faststream"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _with_trace(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    here = trace.get_current_span().get_span_context()
    if here.is_valid:
        line["trace_id"] = f"{here.trace_id:032x}"
        line["span_id"] = f"{here.span_id:016x}"
    return line


def _with_module(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    line["module"] = line["_record"].name
    return line


def _without_personal_data(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {
        name: value if name in _OWN_KEYS else privacy.blotted(value)
        for name, value in line.items()
        if not privacy.is_personal_key(name)
    }
