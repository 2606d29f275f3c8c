"""What every HTTP answer of ours has: a correlation id, a place in the trace, headers that keep it out of caches.

What an actor asked to see is in the audit log, or it is not given: an answer to a GET without a row becomes a 500, unless its
route says why it needs none (``UNLOGGED``). A change writes its row in its own transaction, and cannot be held back after it.
What an actor was refused gets a row here.

A plain ASGI middleware: it costs no task per request.
"""

from http import HTTPStatus
from uuid import UUID

from opentelemetry.trace import SpanKind
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import clock, context, telemetry
from shared.database import Database, is_outage
from shared.log import get_logger

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
UNLOGGED = "x-zonder-logregel"
"""In ``openapi_extra`` of a GET: why its answers need no row in the audit log."""
_REFUSALS = frozenset({401, 403, 404})

log = get_logger()


class Unrecorded(RuntimeError):
    """A route showed something and wrote no row of the audit log: the answer is held back."""


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
            if message["type"] == "http.response.start" and not started:
                await _record(scope, work.trail, message["status"])
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


async def _record(scope: Scope, trail: context.Trail, status: int) -> None:
    """See to it that an actor's answer is on record. Raises Unrecorded."""
    route = scope.get("route")
    if route is None or (trail.actor is None and status != HTTPStatus.UNAUTHORIZED):
        return
    if status in _REFUSALS:
        await _record_refusal(scope, trail, status, getattr(route, "path", ""))
        return
    needs_none = scope["method"] != "GET" or UNLOGGED in (getattr(route, "openapi_extra", None) or {})
    if status < HTTPStatus.BAD_REQUEST and not (trail.recorded or needs_none):
        raise Unrecorded(getattr(route, "path", ""))


async def _record_refusal(scope: Scope, trail: context.Trail, status: int, route: str) -> None:
    """Write who was refused what. That the database is away changes nothing about the refusal."""
    database: Database = scope["app"].state.service.database
    named = scope.get("path_params") or {}
    asked = QueryParams(scope.get("query_string", b"")).get("hulpvraag", "")
    first = next(iter(named.items()), ("hulpvraag", _uuid_or_none(asked) or route))
    subject = f"dossiernummer:{first[1]}" if first[0] == "dossiernummer" else str(first[1])
    try:
        async with database.transaction() as tx:
            tx.audit(
                "verzoek.geweigerd",
                subject=subject[:200],
                actor=trail.actor,
                route=f"{scope['method']} {route}",
                status=status,
            )
    except Exception as error:
        if not is_outage(error):
            raise
        log.warning("refusal_unrecorded", error=type(error).__name__)


async def _unexpected(scope: Scope, error: Exception) -> Response:
    """Ask the app's own handler for unknown errors; Starlette would call it outside of us, without these headers."""
    handler = scope["app"].exception_handlers[Exception]
    answer: Response = await handler(Request(scope), error)
    return answer


def _uuid(value: str | None) -> UUID:
    return _uuid_or_none(value) or clock.new_id()


def _uuid_or_none(value: str | None) -> UUID | None:
    try:
        return UUID(value)
    except (TypeError, ValueError, AttributeError):
        return None
