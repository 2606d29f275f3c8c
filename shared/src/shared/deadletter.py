"""Dead letters are rows: recorded from the ``dead`` exchange, inspected, replayed or dropped by a person.

>>> for cause in await causes(connection):
...     print(cause["queue"], cause["reason"], cause["open"])
>>> async with database.transaction() as tx:
...     await replay(tx, [17], actor="operator:jansen")

A replay is an outbox row with the same message id: if the message had its effect after all, the inbox says so.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import aio_pika
import asyncpg

from shared import clock, failpoints
from shared.database import Database, Transaction
from shared.errors import NotFound
from shared.inbox import ATTEMPT, DETAIL, REASON
from shared.outbox import Outgoing
from shared.topology import work_exchange

_STORE = """
INSERT INTO dead_letter (queue, message_id, type, subject, reason, detail, attempts, headers, properties, body, died_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (queue, message_id) DO UPDATE SET times = dead_letter.times + 1, reason = excluded.reason, detail = excluded.detail,
    attempts = excluded.attempts, headers = excluded.headers, died_at = excluded.died_at,
    state = 'open', settled_at = NULL, settled_by = NULL
"""
_CAUSES = """
SELECT queue, reason, count(*) AS open, min(died_at) AS first, max(died_at) AS last FROM dead_letter WHERE state = 'open'
GROUP BY queue, reason ORDER BY count(*) DESC, queue, reason
"""
_LIST = """
SELECT id, queue, type, subject, reason, detail, attempts, times, died_at, state FROM dead_letter
WHERE state = 'open' AND ($1::text IS NULL OR queue = $1) AND ($2::text IS NULL OR reason = $2) ORDER BY id LIMIT 500
"""
_NUMBERS = """
SELECT id FROM dead_letter
WHERE state = 'open' AND ($1::text IS NULL OR queue = $1) AND ($2::text IS NULL OR reason = $2) ORDER BY id
"""
_SHOW = "SELECT * FROM dead_letter WHERE id = $1"
_TAKE = "SELECT * FROM dead_letter WHERE id = ANY($1::bigint[]) AND state = 'open' ORDER BY id FOR UPDATE"
_SETTLE = "UPDATE dead_letter SET state = $2, settled_at = $3, settled_by = $4 WHERE id = ANY($1::bigint[])"
_OPEN = "SELECT count(*) FROM dead_letter WHERE state = 'open'"
_OUR_HEADERS = (ATTEMPT, REASON, DETAIL)

failpoints.register("replay.before-commit", "replay.after-commit")


async def record(database: Database, message: aio_pika.abc.AbstractIncomingMessage) -> None:
    """Store a message that died. The same message dying again reopens its row; nothing is stored twice."""
    headers = {key: _plain(value) for key, value in message.headers.items()}
    queue = message.routing_key or "onbekend"
    reason = str(headers.get(REASON) or _first_death(headers))
    failpoints.hit("dead.before-store")
    await database.pool.execute(
        _STORE,
        queue,
        message.message_id or str(message.delivery_tag),
        message.type,
        _subject(message.body),
        reason,
        str(headers.get(DETAIL, "")),
        headers.get(ATTEMPT, 0) if isinstance(headers.get(ATTEMPT), int) else 0,
        headers,
        {"correlation_id": message.correlation_id, "content_type": message.content_type, "user_id": message.user_id},
        message.body,
        clock.now(),
    )
    failpoints.hit("dead.after-store")


async def causes(connection: "asyncpg.Pool[asyncpg.Record]") -> list[asyncpg.Record]:
    """Group the open ones by queue and reason, the largest group first."""
    return await connection.fetch(_CAUSES)


async def listed(
    connection: "asyncpg.Pool[asyncpg.Record]", queue: str | None = None, reason: str | None = None
) -> list[asyncpg.Record]:
    """List open dead letters, at most 500, without their bodies."""
    return await connection.fetch(_LIST, queue, reason)


async def numbers(connection: "asyncpg.Pool[asyncpg.Record]", queue: str | None = None, reason: str | None = None) -> list[int]:
    """Give the number of every open dead letter of a queue or reason, oldest first."""
    return [row["id"] for row in await connection.fetch(_NUMBERS, queue, reason)]


async def show(connection: "asyncpg.Pool[asyncpg.Record]", number: int) -> asyncpg.Record:
    """Return one whole, body included. Raises NotFound."""
    row = await connection.fetchrow(_SHOW, number)
    if row is None:
        raise NotFound(f"dead letter {number} bestaat niet")
    return row


async def count_open(connection: "asyncpg.Pool[asyncpg.Record]") -> int:
    """Count what waits for a decision."""
    return int(await connection.fetchval(_OPEN))


async def replay(tx: Transaction, chosen: Sequence[int], *, actor: str) -> int:
    """Put these back into their work queue, through the outbox; return how many were still open."""
    rows = await tx.fetch(_TAKE, chosen)
    for row in rows:
        service = row["queue"].partition(".")[0]
        headers = {key: value for key, value in row["headers"].items() if key not in _OUR_HEADERS and not key.startswith("x-")}
        tx.send(
            Outgoing(
                message_id=_uuid(row["message_id"]),
                exchange=work_exchange(service),
                routing_key=row["queue"],
                subject=row["subject"] or f"dead-letter:{row['id']}",
                type=row["type"] or "",
                correlation_id=_uuid(row["properties"].get("correlation_id")),
                body=row["body"],
                traceparent=headers.get("traceparent"),
                headers=headers,
            )
        )
        tx.audit(
            "dead_letter.replayed",
            subject=row["subject"] or row["id"],
            actor=actor,
            queue=row["queue"],
            number=row["id"],
        )
    await tx.execute(_SETTLE, [row["id"] for row in rows], "replayed", clock.now(), actor)
    failpoints.hit("replay.before-commit")
    tx.after_commit(lambda: failpoints.hit("replay.after-commit"))
    return len(rows)


async def drop(tx: Transaction, chosen: Sequence[int], *, actor: str, why: str) -> int:
    """Give these up, with a reason on record; return how many were still open."""
    rows = await tx.fetch(_TAKE, chosen)
    for row in rows:
        tx.audit("dead_letter.dropped", subject=row["subject"] or row["id"], actor=actor, number=row["id"], why=why)
    await tx.execute(_SETTLE, [row["id"] for row in rows], "dropped", clock.now(), actor)
    return len(rows)


def _plain(value: object) -> object:
    """Turn AMQP header values (nested x-death tables, timestamps, bytes) into JSON."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _first_death(headers: Mapping[str, Any]) -> str:
    return str(headers.get("x-first-death-reason") or "onbekend")


def _subject(body: bytes) -> str | None:
    """Find whose message it was, so that it can be erased with the child it belongs to."""
    try:
        subject = json.loads(body).get("subject")
    except (ValueError, AttributeError):
        return None
    return subject if isinstance(subject, str) else None


def _uuid(value: str | None) -> UUID:
    try:
        return UUID(value)
    except (TypeError, ValueError, AttributeError):
        return clock.new_id()
