"""The SQL of what came in: stored as it came, taken in order, settled once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from shared.database import Transaction

_STORE = """
INSERT INTO ontvangst (connector, bericht, eigenschappen, grootte, sha256, body, traceparent, ontvangen_op)
SELECT $1, arrived.* FROM unnest($2::uuid[], $3::jsonb[], $4::integer[], $5::bytea[], $6::bytea[], $7::text[],
    $8::timestamptz[]) AS arrived
ON CONFLICT ON CONSTRAINT ontvangst_once DO NOTHING RETURNING bericht
"""
_REPEAT = """
UPDATE ontvangst SET herhalingen = herhalingen + 1, staat = CASE staat WHEN 'verwerkt' THEN 'herhaald' ELSE staat END
WHERE connector = $1 AND bericht = $2 AND sha256 = $3 AND eigenschappen->>'type' IS NOT DISTINCT FROM $4 RETURNING id
"""
_STORE_DIRECT = """
INSERT INTO ontvangst (eigenschappen, grootte, sha256, body, ontvangen_op, staat, uitkomst, hulpvraag)
VALUES ($1, $2, $3, $4, $5, 'verwerkt', 'aanvaard', $6) RETURNING id
"""
_WAITS = """
SELECT EXISTS (SELECT FROM ontvangst WHERE connector = $1 AND staat IN ('nieuw', 'herhaald'))
    OR EXISTS (SELECT FROM ontvangst WHERE connector = $1 AND staat = 'mislukt' AND volgende_poging_op <= $2)
"""
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('intake.verwerken|' || $1, 0))"
_CLAIM = """
SELECT * FROM (
    (SELECT id, bericht, eigenschappen, grootte, body, traceparent, ontvangen_op, staat FROM ontvangst
        WHERE connector = $1 AND staat IN ('nieuw', 'herhaald') ORDER BY id LIMIT $3)
    UNION ALL
    (SELECT id, bericht, eigenschappen, grootte, body, traceparent, ontvangen_op, staat FROM ontvangst
        WHERE connector = $1 AND staat = 'mislukt' AND volgende_poging_op <= $2 ORDER BY id LIMIT $3)
) AS due ORDER BY id LIMIT $3
"""
_ANSWER_AGAIN = """
WITH answered AS (UPDATE ontvangst SET staat = 'verwerkt' WHERE id = ANY($1::bigint[]))
INSERT INTO uitgaand (connector, type, betreft, ontvangst, hulpvraag, over, message_id, body, traceparent, gemaakt_op)
SELECT answer.connector, answer.type, answer.betreft, answer.ontvangst, answer.hulpvraag, answer.over, asked.message_id,
    answer.body, answer.traceparent, $3
FROM unnest($1::bigint[], $2::uuid[]) AS asked (ontvangst, message_id) CROSS JOIN LATERAL (
    SELECT * FROM uitgaand WHERE uitgaand.ontvangst = asked.ontvangst ORDER BY id LIMIT 1) AS answer
"""
_FIND = """
SELECT id, bericht, eigenschappen, grootte, body FROM ontvangst WHERE id = ANY($1::bigint[]) AND staat <> 'verwerkt'
FOR UPDATE
"""
_FAILED = """
UPDATE ontvangst SET staat = 'mislukt', pogingen = pogingen + 1, reden = $2, sleutel = $3,
    volgende_poging_op = $4::timestamptz + least(3600, 10 * 2 ^ least(pogingen, 10)) * interval '1 second'
WHERE id = $1 RETURNING pogingen
"""
_POSTPONE = """
UPDATE ontvangst SET staat = 'mislukt', reden = 'wacht-op-eerder-bericht', sleutel = later.sleutel,
    volgende_poging_op = $3::timestamptz + interval '1 minute'
FROM unnest($1::bigint[], $2::text[]) AS later (id, sleutel) WHERE ontvangst.id = later.id
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message of a connector as it is stored. ``body`` is None when it was over the limit."""

    identity: UUID | None
    properties: dict[str, Any]
    size: int
    sha256: bytes
    body: bytes | None
    traceparent: str | None
    at: datetime


async def store(
    connection: "asyncpg.Pool[asyncpg.Record] | Transaction", connector: str, arrivals: Sequence[Arrival]
) -> list[UUID]:
    """Store these in one statement; return the identities that are new."""
    rows = await connection.fetch(
        _STORE,
        connector,
        [arrival.identity for arrival in arrivals],
        [arrival.properties for arrival in arrivals],
        [arrival.size for arrival in arrivals],
        [arrival.sha256 for arrival in arrivals],
        [arrival.body for arrival in arrivals],
        [arrival.traceparent for arrival in arrivals],
        [arrival.at for arrival in arrivals],
    )
    return [row["bericht"] for row in rows if row["bericht"] is not None]


async def repeat(connection: "asyncpg.Pool[asyncpg.Record]", connector: str, arrival: Arrival) -> bool:
    """Note that a message came again, so that it is answered again. False: the earlier one had another content."""
    kind = arrival.properties.get("type")
    return bool(await connection.fetchval(_REPEAT, connector, arrival.identity, arrival.sha256, kind))


async def store_direct(
    tx: Transaction, properties: dict[str, Any], body: bytes, sha256: bytes, at: datetime, hulpvraag: UUID
) -> int:
    """Keep the original of what a person sent in; return its number."""
    number: int = await tx.fetchval(_STORE_DIRECT, properties, len(body), sha256, body, at, hulpvraag)
    return number


async def waits(pool: "asyncpg.Pool[asyncpg.Record]", connector: str, now: datetime) -> bool:
    """Tell whether something waits to be processed."""
    return bool(await pool.fetchval(_WAITS, connector, now))


async def lock(tx: Transaction, connector: str) -> bool:
    """Become the one who processes this connector until the end of the transaction; False: another does."""
    return bool(await tx.fetchval(_LOCK, connector))


async def claim(tx: Transaction, connector: str, now: datetime, most: int) -> list[asyncpg.Record]:
    """Return what waits, in order of arrival. Hold the lock."""
    return await tx.fetch(_CLAIM, connector, now, most)


async def answer_again(tx: Transaction, rows: Sequence[int], message_ids: Sequence[UUID], now: datetime) -> None:
    """Give the first answer to these again; one that was not answered yet will be in its own time."""
    if rows:
        await tx.execute(_ANSWER_AGAIN, rows, message_ids, now)


async def find(tx: Transaction, rows: Sequence[int]) -> list[asyncpg.Record]:
    """Return these again, unless they were processed in the meantime."""
    return await tx.fetch(_FIND, rows)


async def failed(tx: Transaction, row: int, reason: str, key: str | None, now: datetime) -> int:
    """Put a row aside for a while: 10 s at first, an hour at most; return how often it failed."""
    attempts: int = await tx.fetchval(_FAILED, row, reason, key, now)
    return attempts


async def postpone(tx: Transaction, rows: Sequence[int], keys: Sequence[str], now: datetime) -> None:
    """Let these wait behind an earlier row of the same dossier that failed."""
    if rows:
        await tx.execute(_POSTPONE, rows, keys, now)
