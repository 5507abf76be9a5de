"""A place that takes traces as the OpenTelemetry collector does: OTLP over HTTP, protobuf."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from gongkai.local import ports


@dataclass(frozen=True, slots=True)
class Heard:
    """One span as it came over the wire."""

    process: str
    name: str
    trace: str
    span: str
    parent: str
    attributes: dict[str, str]


@dataclass(slots=True)
class Collector:
    url: str
    spans: list[Heard] = field(default_factory=list)

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            about = {one.key: one.value.string_value for one in resource.resource.attributes}
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self.spans.append(
                        Heard(
                            about["service.name"], span.name, span.trace_id.hex(), span.span_id.hex(),
                            span.parent_span_id.hex(), {one.key: str(one.value) for one in span.attributes},
                        )
                    )  # fmt: skip


@contextmanager
def a_collector(port: int | None = None) -> Iterator[Collector]:
    """Listen on a port of this machine for as long as this lasts."""
    port = port or ports.free_port()
    collector = Collector(f"http://127.0.0.1:{port}")

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            if self.path == "/v1/traces":
                collector.take(body)
            self.send_response(200 if self.path == "/v1/traces" else 404)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Door)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
