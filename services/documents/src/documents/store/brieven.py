"""Letters to be made and letters that exist."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from shared.contracts.workflow import BesluitGenomen
from shared.database import Transaction

_INSERT = """
INSERT INTO brief (id, swv, hulpvraag, dossiernummer, besluit, versie, brief, bij, naam, gegevens, staat, gevraagd_op,
    volgende_poging_op, correlation_id, causation_id, traceparent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'te maken', $11, $11, $12, $13, $14) ON CONFLICT DO NOTHING RETURNING true
"""
_CLAIM = """
UPDATE brief SET claim = $1, geclaimd_tot = now() + $3 * interval '1 second', pogingen = pogingen + 1,
    volgende_poging_op = $2::timestamptz + least($4, 2 ^ least(pogingen, 20)) * interval '1 second'
WHERE id = (
    SELECT id FROM brief
    WHERE staat = 'te maken' AND volgende_poging_op <= $2 AND (geclaimd_tot IS NULL OR geclaimd_tot < now())
    ORDER BY volgende_poging_op, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING *
"""
_RELEASE = """
UPDATE brief SET claim = NULL, geclaimd_tot = NULL, volgende_poging_op = coalesce($3, volgende_poging_op),
    pogingen = pogingen - CASE WHEN $3::timestamptz IS NULL THEN 0 ELSE 1 END
WHERE id = $1 AND claim = $2
"""
_MADE = """
UPDATE brief SET staat = 'gemaakt', gegevens = NULL, grootte = $3, sha256 = $4, gemaakt_op = $5,
    claim = NULL, geclaimd_tot = NULL, volgende_poging_op = NULL
WHERE id = $1 AND claim = $2 AND staat = 'te maken' RETURNING true
"""
_WAITING = """
SELECT count(*) AS aantal, coalesce(extract(epoch FROM $1::timestamptz - min(gevraagd_op)), 0)::float8 AS oudste
FROM brief WHERE staat = 'te maken'
"""


async def insert(
    tx: Transaction,
    letter: UUID,
    besluit: BesluitGenomen,
    *,
    brief: str,
    bij: str,
    naam: str,
    gegevens: dict[str, Any],
    now: datetime,
    work: tuple[UUID, UUID | None, str | None],
) -> bool:
    """Ask for a letter; False when this version of the decision has one."""
    about = (besluit.swv, besluit.hulpvraag, besluit.dossiernummer, besluit.besluit, besluit.versie)
    return bool(await tx.fetchval(_INSERT, letter, *about, brief, bij, naam, gegevens, now, *work))


async def claim(tx: Transaction, token: UUID, now: datetime, *, lease: float, backoff: float) -> asyncpg.Record | None:
    """Take the letter that waited longest, for ``lease`` seconds."""
    return await tx.fetchrow(_CLAIM, token, now, lease, backoff)


async def release(tx: Transaction, letter: UUID, token: UUID, again: datetime | None) -> None:
    """Give a letter back: to be tried at this moment as if nothing happened, or at the one that the claim set."""
    await tx.execute(_RELEASE, letter, token, again)


async def made(tx: Transaction, letter: UUID, token: UUID, *, size: int, sha256: str, now: datetime) -> bool:
    """Note that it exists, and forget what it said; False when another replica made it meanwhile."""
    return bool(await tx.fetchval(_MADE, letter, token, size, sha256, now))


async def waiting(pool: "asyncpg.Pool[asyncpg.Record]", now: datetime) -> tuple[int, float]:
    """Return how many are to be made, and how long the oldest one waits, in seconds."""
    row = await pool.fetchrow(_WAITING, now)
    return (row["aantal"], row["oudste"]) if row else (0, 0.0)
