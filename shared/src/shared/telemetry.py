"""Traces that survive the outbox: the context is stored with the row and taken up again when the row is sent.

>>> with span("send hulpvraag.ingediend.v1", row["traceparent"], SpanKind.PRODUCER) as traceparent:
...     headers["traceparent"] = traceparent
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from opentelemetry import context as otel_context
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter, SpanExportResult

_enabled = False
_tracer = trace.get_tracer("schakel")


class FileExporter(SpanExporter):
    """Appends finished spans to a file as JSON lines: for a machine without a collector."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Write each span on its own line."""
        for span in spans:
            self._file.write(json.dumps(json.loads(span.to_json(indent=None))) + "\n")
        self._file.flush()
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Close the file."""
        self._file.close()


def configure(service: str, *, otlp_endpoint: str = "", trace_file: str = "") -> None:
    """Send spans to a collector, to a file, or nowhere. Called once, by the composition root."""
    global _enabled, _tracer  # noqa: PLW0603 - one tracer per process
    if not (otlp_endpoint or trace_file):
        return
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    if otlp_endpoint:
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=otlp_endpoint)))
    if trace_file:
        provider.add_span_processor(SimpleSpanProcessor(FileExporter(Path(trace_file))))
    trace.set_tracer_provider(provider)
    _tracer = trace.get_tracer("schakel")
    _enabled = True


@contextmanager
def span(
    name: str,
    traceparent: str | None,
    kind: trace.SpanKind = trace.SpanKind.INTERNAL,
    attributes: Mapping[str, str | int] | None = None,
) -> Iterator[str | None]:
    """Run the block in a span that continues ``traceparent``; yield the traceparent to pass on."""
    parent = propagate.extract({"traceparent": traceparent}) if traceparent else None
    if not _enabled:
        token = otel_context.attach(parent) if parent is not None else None
        try:
            yield traceparent
        finally:
            if token is not None:
                otel_context.detach(token)
        return
    with _tracer.start_as_current_span(name, context=parent, kind=kind, attributes=dict(attributes or {})):
        yield current()


def current() -> str | None:
    """Return the W3C traceparent of the present work, to store with a row. Passes on what came in when traces are off."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")
