"""The SQL of OSO dossiers: offered, claimed to be read, settled once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from shared.database import Transaction

_OFFER = """
INSERT INTO osodossier (id, swv, hulpvraag, dossier, connector, uploadslot, bewijs, gegevensblokken, staat, aangeboden_op,
    correlation_id, causation_id, traceparent)
SELECT $1, hulpvraag.swv, hulpvraag.id, hulpvraag.dossier, hulpvraag.connector, $3, $4, $5, 'aangeboden', $6, $7, $8, $9
FROM hulpvraag WHERE hulpvraag.id = $2
ON CONFLICT DO NOTHING RETURNING true
"""
_JUDGED = """
UPDATE osodossier SET staat = 'te lezen', bijlage = $2, grootte = $3, sha256 = $4, volgende_poging_op = $5
WHERE id = $1 AND staat = 'aangeboden' RETURNING true
"""
_CLAIM = """
UPDATE osodossier SET claim = $1, geclaimd_tot = now() + $3 * interval '1 second', pogingen = osodossier.pogingen + 1,
    volgende_poging_op = $2::timestamptz + least($4, 2 ^ least(osodossier.pogingen, 20)) * interval '1 second'
FROM hulpvraag, dossier
WHERE hulpvraag.id = osodossier.hulpvraag AND dossier.id = osodossier.dossier AND osodossier.id = (
    SELECT id FROM osodossier
    WHERE staat = 'te lezen' AND volgende_poging_op <= $2 AND (geclaimd_tot IS NULL OR geclaimd_tot < now())
    ORDER BY volgende_poging_op, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING osodossier.*, hulpvraag.dossiernummer, hulpvraag.school AS gestuurd, dossier.school, dossier.sleutel,
    dossier.gegevens AS leerling
"""
_RELEASE = """
UPDATE osodossier SET claim = NULL, geclaimd_tot = NULL, volgende_poging_op = coalesce($3, volgende_poging_op)
WHERE id = $1 AND claim = $2
"""
# A statement of its own, before `_SETTLE`: which then sees what the one before it wrote.
_ONE_AT_A_TIME = """
SELECT pg_advisory_xact_lock(hashtextextended('intake.osodossier|' || dossier, 0)) FROM osodossier WHERE id = $1
"""
_SETTLE = """
UPDATE osodossier SET staat = $3, standaard = $4, profiel = $5, gegevens = $6, bijlagen = $7, bevindingen = $8, bewaard = $9,
    versie = CASE WHEN $3 = 'gelezen' THEN
        1 + (SELECT coalesce(max(versie), 0) FROM osodossier AS ander WHERE ander.dossier = osodossier.dossier) END,
    afgehandeld_op = $10, bewijs = NULL, claim = NULL, geclaimd_tot = NULL, volgende_poging_op = NULL
WHERE id = $1 AND claim IS NOT DISTINCT FROM $2 AND staat IN ('aangeboden', 'te lezen')
RETURNING connector, uploadslot
"""
_OF_HULPVRAAG = """
SELECT id, staat, uploadslot, gegevensblokken, versie, standaard, profiel, gegevens, bijlagen, bevindingen, bewaard,
    aangeboden_op, afgehandeld_op
FROM osodossier WHERE hulpvraag = $1 ORDER BY aangeboden_op DESC, id DESC
"""
_WAITING = """
SELECT count(*) AS aantal, coalesce(extract(epoch FROM $1::timestamptz - min(aangeboden_op)), 0)::float8 AS oudste
FROM osodossier WHERE staat = 'te lezen'
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one, to be kept. ``gegevens`` is None unless it was read."""

    staat: str
    bewaard: bool
    bevindingen: Sequence[dict[str, Any]]
    standaard: str | None = None
    profiel: str | None = None
    gegevens: dict[str, Any] | None = None
    bijlagen: Sequence[str] = ()


async def offer(
    tx: Transaction,
    osodossier: UUID,
    hulpvraag: UUID,
    *,
    uploadslot: UUID,
    bewijs: str,
    blokken: Sequence[str],
    now: datetime,
    work: tuple[UUID, UUID | None, str | None],
) -> bool:
    """Store one with its hulpvraag; False when it is there already."""
    return bool(await tx.fetchval(_OFFER, osodossier, hulpvraag, uploadslot, bewijs, blokken, now, *work))


async def judged(tx: Transaction, osodossier: UUID, bijlage: UUID, grootte: int, sha256: str, now: datetime) -> bool:
    """Note that documents has it and it may be read; False when that was known."""
    return bool(await tx.fetchval(_JUDGED, osodossier, bijlage, grootte, sha256, now))


async def claim(tx: Transaction, token: UUID, now: datetime, *, lease: float, backoff: float) -> asyncpg.Record | None:
    """Take the one that waited longest, for ``lease`` seconds, with what is known of its pupil."""
    return await tx.fetchrow(_CLAIM, token, now, lease, backoff)


async def release(tx: Transaction, osodossier: UUID, token: UUID, again: datetime | None = None) -> None:
    """Give it back, to be tried at this moment or at the one that the claim set."""
    await tx.execute(_RELEASE, osodossier, token, again)


async def settle(
    tx: Transaction, osodossier: UUID, token: UUID | None, settled: Settled, now: datetime
) -> asyncpg.Record | None:
    """Write what became of it, once; None when another did. ``token`` is the claim; None: it never came so far.

    What was read of one pupil is numbered one after the other, whoever reads it.
    """
    if settled.staat == "gelezen":
        await tx.execute(_ONE_AT_A_TIME, osodossier)
    return await tx.fetchrow(
        _SETTLE,
        osodossier,
        token,
        settled.staat,
        settled.standaard,
        settled.profiel,
        settled.gegevens,
        list(settled.bijlagen),
        list(settled.bevindingen),
        settled.bewaard,
        now,
    )


async def of_hulpvraag(tx: Transaction, hulpvraag: UUID) -> list[asyncpg.Record]:
    """Return the OSO dossiers that came with a hulpvraag, the newest first."""
    return await tx.fetch(_OF_HULPVRAAG, hulpvraag)


async def waiting(pool: "asyncpg.Pool[asyncpg.Record]", now: datetime) -> tuple[int, float]:
    """Return how many are to be read, and how long the oldest one waits, in seconds."""
    row = await pool.fetchrow(_WAITING, now)
    return (row["aantal"], row["oudste"]) if row else (0, 0.0)
