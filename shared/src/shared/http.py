"""What every HTTP answer of ours has: a correlation id, a place in the trace, headers that keep it out of caches.

A plain ASGI middleware: it costs no task per request.
"""

from uuid import UUID

from opentelemetry.trace import SpanKind
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import clock, context, telemetry

CORRELATION = "x-correlation-id"
SECURITY = {
    "cache-control": "no-store",
    "content-security-policy": "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
}
"""NL API Design Rules, /core/security-headers. A route that sets its own value keeps it."""


class WorkMiddleware:
    """Binds the work of a request, continues its trace, and completes the headers of its answer."""

    def __init__(self, app: ASGIApp, *, api_version: str = "1.0.0") -> None:
        self._app = app
        self._api_version = api_version

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        work = context.Work(_uuid(headers.get(CORRELATION)))

        started = False

        async def complete(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                answer = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    answer.setdefault(name, value)
                answer.setdefault("api-version", self._api_version)
                answer[CORRELATION] = str(work.correlation_id)
            await send(message)

        route = f"{scope['method']} http"
        with context.bound(work), telemetry.span(route, headers.get("traceparent"), SpanKind.SERVER):
            try:
                await self._app(scope, receive, complete)
            except Exception as error:
                if started:
                    raise
                answer = await _unexpected(scope, error)
                await answer(scope, receive, complete)


async def _unexpected(scope: Scope, error: Exception) -> Response:
    """Ask the app's own handler for unknown errors; Starlette would call it outside of us, without these headers."""
    handler = scope["app"].exception_handlers[Exception]
    answer: Response = await handler(Request(scope), error)
    return answer


def _uuid(value: str | None) -> UUID:
    try:
        return UUID(value)
    except (TypeError, ValueError, AttributeError):
        return clock.new_id()
