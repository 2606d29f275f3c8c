"""The transactional outbox: what must be sent is a row, committed with its cause.

Nothing in Schakel publishes an event in another way. Services write through ``Transaction.publish``; the relay takes the
rows from here to RabbitMQ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from shared import clock
from shared.envelope import MAX_BYTES, AnyEvent

EVENTS = "events"
"""The topic exchange of every event; the routing key is the event's type."""

_APPEND = """
INSERT INTO outbox (message_id, exchange, routing_key, subject, type, correlation_id, traceparent, headers, body, created_at)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::jsonb[],
    $9::bytea[], $10::timestamptz[])
"""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One row of the outbox: the body and everything the broker must know about it."""

    message_id: UUID
    exchange: str
    routing_key: str
    subject: str
    type: str
    correlation_id: UUID
    body: bytes
    traceparent: str | None = None
    headers: Mapping[str, Any] = field(default_factory=dict)
    created_at: datetime = field(default_factory=clock.now)

    @classmethod
    def event(cls, event: AnyEvent, traceparent: str | None) -> "Outgoing":
        """Turn an event into a row. Raises ValueError over 64 KB: big bytes travel by claim check, never over the bus."""
        body = event.model_copy(update={"traceparent": traceparent}).model_dump_json(exclude_none=True).encode()
        if len(body) > MAX_BYTES:
            msg = f"{event.type} is {len(body)} bytes, over {MAX_BYTES}"
            raise ValueError(msg)
        return cls(
            event.id,
            EVENTS,
            event.type,
            event.subject,
            event.type,
            event.correlationid,
            body,
            traceparent,
            {},
            event.time,
        )


async def append(connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", outgoing: Sequence[Outgoing]) -> None:
    """Write these rows with one statement, in this order."""
    if not outgoing:
        return
    await connection.execute(
        _APPEND,
        [row.message_id for row in outgoing],
        [row.exchange for row in outgoing],
        [row.routing_key for row in outgoing],
        [row.subject for row in outgoing],
        [row.type for row in outgoing],
        [row.correlation_id for row in outgoing],
        [row.traceparent for row in outgoing],
        [dict(row.headers) for row in outgoing],
        [row.body for row in outgoing],
        [row.created_at for row in outgoing],
    )
