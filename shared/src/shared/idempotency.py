"""The same command twice has one effect and one answer (header ``Idempotency-Key``; IETF draft of that name).

>>> async with database.transaction() as tx:
...     if (answer := await seen(tx, key, actor, request)) is not None:
...         return answer
...     answer = Answer(201, {...})
...     await remember(tx, key, actor, request, answer, hulpvraag=hulpvraag)

An answer is kept for ``idempotency_keep_days``; after that the same key is a new command.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from shared import clock
from shared.database import Transaction
from shared.errors import Unprocessable

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
_FIND = "SELECT fingerprint, status, response FROM idempotency WHERE actor = $1 AND key = $2"
_STORE = """
INSERT INTO idempotency (key, actor, fingerprint, status, response, created_at, hulpvraag) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_PURGE = "DELETE FROM idempotency WHERE created_at < $1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: HTTP status and JSON body."""

    status: int
    body: dict[str, Any]


async def seen(tx: Transaction, key: str, actor: object, request: bytes) -> Answer | None:
    """Return the earlier answer to this key of this actor. Raises Unprocessable when it came with another request.

    Of two at the same moment the second waits here until the first is committed.
    """
    await tx.execute(_LOCK, f"{actor}|{key}")
    row = await tx.fetchrow(_FIND, str(actor), key)
    if row is None:
        return None
    if row["fingerprint"] != hashlib.sha256(request).digest():
        raise Unprocessable("Deze Idempotency-Key is eerder gebruikt voor een ander verzoek.")
    return Answer(row["status"], row["response"])


async def remember(
    tx: Transaction, key: str, actor: object, request: bytes, answer: Answer, *, hulpvraag: UUID | None = None
) -> None:
    """Keep the answer, in the transaction of the effect; ``hulpvraag`` is what it is about, with which it is erased."""
    digest = hashlib.sha256(request).digest()
    await tx.execute(_STORE, key, str(actor), digest, answer.status, answer.body, clock.now(), hulpvraag)


async def purge(pool: "asyncpg.Pool[asyncpg.Record]", before: datetime) -> None:
    """Forget the answers given before a moment."""
    await pool.execute(_PURGE, before)
