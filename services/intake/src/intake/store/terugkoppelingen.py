"""The SQL of what a LAS is told of a dossier that it sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import asyncpg

from intake.domain.notificatie import Notificatie, Versie
from shared import clock
from shared.database import Transaction

_PLAN = """
INSERT INTO terugkoppeling (id, notificatie, swv, hulpvraag, versie, inhoud, gemaakt_op, gewijzigd_op, staat,
volgende_poging_op) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 'te verzenden', $7) ON CONFLICT ON CONSTRAINT terugkoppeling_once
DO NOTHING
"""
_OF_HULPVRAAG = "SELECT id, swv FROM notificatie WHERE hulpvraag = $1 ORDER BY ontvangen_op DESC LIMIT 1"
# One at a time per notificatie, oldest first: a status never overtakes an earlier one.
_CLAIM = """
UPDATE terugkoppeling AS taken SET geclaimd_tot = $1::timestamptz + $2 * interval '1 second', pogingen = taken.pogingen + 1
FROM notificatie WHERE notificatie.id = taken.notificatie AND taken.id IN (
    SELECT due.id FROM terugkoppeling AS due
    WHERE volgende_poging_op <= $1 AND (geclaimd_tot IS NULL OR geclaimd_tot < $1) AND NOT EXISTS (
        SELECT FROM terugkoppeling AS earlier
        WHERE earlier.notificatie = due.notificatie AND earlier.versie < due.versie AND earlier.volgende_poging_op IS NOT NULL)
        AND EXISTS (
            SELECT FROM notificatie JOIN connector ON connector.id = notificatie.connector
            WHERE notificatie.id = due.notificatie AND actief)
    ORDER BY volgende_poging_op LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING taken.id, taken.staat, taken.inhoud, taken.pogingen, taken.geclaimd_tot, connector, koppelsleutel, notificatie.versie,
    bron_brin, bron_kenmerk, doel_brin, doel_kenmerk
"""
_BEGIN = "UPDATE terugkoppeling SET staat = 'onderweg', gewijzigd_op = $3 WHERE id = $1 AND geclaimd_tot = $2 RETURNING true"
_SETTLE = """
UPDATE terugkoppeling SET staat = $3, reden = $4, detail = $5, volgende_poging_op = $6, gewijzigd_op = $7, geclaimd_tot = NULL
WHERE id = $1 AND geclaimd_tot = $2 RETURNING true
"""


@dataclass(frozen=True, slots=True)
class Terugkoppeling:
    """One terugkoppeling in hand, with what it is about."""

    id: UUID
    connector: str
    melding: Notificatie
    inhoud: dict[str, str]
    staat: str
    pogingen: int
    geclaimd_tot: datetime


async def plan(
    tx: Transaction, notificatie: UUID, swv: str, versie: int, inhoud: Mapping[str, str], hulpvraag: UUID | None = None
) -> None:
    """Note what the LAS must be told, once per version: 0 that it was refused or taken, then the versions of the status."""
    await tx.execute(_PLAN, clock.new_id(), notificatie, swv, hulpvraag, versie, dict(inhoud), clock.now())


async def notificatie_of(tx: Transaction, hulpvraag: UUID) -> tuple[UUID, str] | None:
    """Return the notificatie that a hulpvraag came by, and its SWV; None when it came another way."""
    row = await tx.fetchrow(_OF_HULPVRAAG, hulpvraag)
    return (row["id"], row["swv"]) if row else None


async def claim(tx: Transaction, lease: float, limit: int) -> list[Terugkoppeling]:
    """Take what is due for ``lease`` seconds."""
    return [_made(row) for row in await tx.fetch(_CLAIM, clock.now(), lease, limit)]


async def begin(tx: Transaction, one: Terugkoppeling) -> bool:
    """Note, before the first byte leaves, that the one attempt is under way. False: the claim is another's by now."""
    return bool(await tx.fetchval(_BEGIN, one.id, one.geclaimd_tot, clock.now()))


async def settle(
    tx: Transaction,
    one: Terugkoppeling,
    staat: str,
    *,
    reden: str | None = None,
    detail: str | None = None,
    wait: timedelta | None = None,
) -> bool:
    """Write its fate; ``wait`` only for what did not leave yet."""
    now = clock.now()
    due = None if wait is None else now + wait
    return bool(await tx.fetchval(_SETTLE, one.id, one.geclaimd_tot, staat, reden, detail, due, now))


def _made(row: asyncpg.Record) -> Terugkoppeling:
    ends = (row["bron_brin"], row["bron_kenmerk"], row["doel_brin"], row["doel_kenmerk"])
    return Terugkoppeling(
        id=row["id"],
        connector=row["connector"],
        melding=Notificatie(cast("Versie", row["versie"]), *ends, row["koppelsleutel"]),
        inhoud=row["inhoud"],
        staat=row["staat"],
        pogingen=row["pogingen"],
        geclaimd_tot=row["geclaimd_tot"],
    )
