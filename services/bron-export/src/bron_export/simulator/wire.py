"""Faults on the wire that no HTTP framework offers: an answer that never comes, or comes twice."""

import asyncio
from contextvars import ContextVar

from uvicorn.protocols.http.h11_impl import H11Protocol

_transport: ContextVar[asyncio.Transport | None] = ContextVar("transport", default=None)


class WireProtocol(H11Protocol):
    """Lets a route of this process reach the connection it answers on."""

    def data_received(self, data: bytes) -> None:
        """Handle bytes; the task that serves the request inherits the connection."""
        _transport.set(self.transport)
        super().data_received(data)


def connection() -> asyncio.Transport | None:
    """Return the connection of the request in hand; None where there is none (in-process tests)."""
    return _transport.get()


def hang_up() -> None:
    """Drop the connection without an answer."""
    found = connection()
    if found is not None:
        found.abort()


def say_again(status: int, body: bytes) -> None:
    """Write an answer a second time on the same connection, unasked."""
    found = connection()
    if found is not None:
        head = f"HTTP/1.1 {status} OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        found.write(head.encode() + body)
