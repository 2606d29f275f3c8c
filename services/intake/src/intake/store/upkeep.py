"""The SQL of figures and terms."""

from datetime import datetime

import asyncpg

_FIGURES = """
SELECT lijn.connector, received.waiting, received.waiting_age, failing.failing, outgoing.unsent, outgoing.unsent_age
FROM lijn
CROSS JOIN LATERAL (
    SELECT count(*) AS waiting, coalesce(extract(epoch FROM $1::timestamptz - min(ontvangen_op)), 0)::float8 AS waiting_age
    FROM ontvangst WHERE ontvangst.connector = lijn.connector AND staat IN ('nieuw', 'herhaald')) AS received
CROSS JOIN LATERAL (
    SELECT count(*) AS failing FROM ontvangst WHERE ontvangst.connector = lijn.connector AND staat = 'mislukt') AS failing
CROSS JOIN LATERAL (
    SELECT count(*) + lijn.genummerd - lijn.verzonden AS unsent, coalesce(extract(epoch FROM $1::timestamptz - least(
        min(gemaakt_op), (SELECT gemaakt_op FROM uitgaand AS first
            WHERE first.connector = lijn.connector AND first.volgnummer = lijn.verzonden + 1))), 0)::float8 AS unsent_age
    FROM uitgaand WHERE uitgaand.connector = lijn.connector AND volgnummer IS NULL
        AND (NOT EXISTS (SELECT FROM koppeling WHERE koppeling.connector = lijn.connector) OR NOT ingehouden(uitgaand))
    ) AS outgoing
"""
_FORGET_REFUSED = """
UPDATE ontvangst SET body = NULL WHERE id IN (
    SELECT id FROM ontvangst WHERE uitkomst = 'geweigerd' AND body IS NOT NULL AND ontvangen_op < $1
    ORDER BY ontvangen_op LIMIT 1000)
"""
_FORGET_ANSWERS = """
DELETE FROM uitgaand WHERE id IN (
    SELECT uitgaand.id FROM uitgaand JOIN lijn USING (connector)
    WHERE gemaakt_op < $1 AND volgnummer <= lijn.verzonden ORDER BY gemaakt_op LIMIT 5000)
"""
_FORGET_KINDS = """
DELETE FROM slotsoort WHERE uploadslot IN (SELECT uploadslot FROM slotsoort WHERE verloopt_op < $1 LIMIT 5000)
"""


async def figures(pool: "asyncpg.Pool[asyncpg.Record]", now: datetime) -> list[asyncpg.Record]:
    """Count, per connector, what waits to be processed and to be sent, and how long the oldest has waited (seconds)."""
    return await pool.fetch(_FIGURES, now)


async def forget_refused(pool: "asyncpg.Pool[asyncpg.Record]", before: datetime) -> None:
    """Drop the originals of what was refused before this moment; that it came, and its hash, stays."""
    await pool.execute(_FORGET_REFUSED, before)


async def forget_answers(pool: "asyncpg.Pool[asyncpg.Record]", before: datetime) -> None:
    """Delete what connectors got before this moment."""
    await pool.execute(_FORGET_ANSWERS, before)


async def forget_kinds(pool: "asyncpg.Pool[asyncpg.Record]", before: datetime) -> None:
    """Delete what the files of uploadslots were said to be, of slots that ended before this moment."""
    await pool.execute(_FORGET_KINDS, before)
