"""The SQL of notificaties and the dossiers that came of them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import asyncpg

from intake.domain.notificatie import Notificatie, Versie
from shared import clock, telemetry
from shared.database import Transaction

_KNOWN = "SELECT * FROM notificatie WHERE connector = $1 AND koppelsleutel = $2"
_ADD = """
INSERT INTO notificatie (id, swv, school, connector, koppelsleutel, versie, bron_brin, bron_kenmerk, doel_brin, doel_kenmerk,
bericht, ontvangen_op, gewijzigd_op, traceparent, staat, volgende_poging_op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, 'op te halen', $12)
ON CONFLICT ON CONSTRAINT notificatie_once DO NOTHING RETURNING true
"""
_CLAIM = """
UPDATE notificatie SET geclaimd_tot = $1::timestamptz + $2 * interval '1 second', pogingen = pogingen + 1
WHERE id IN (
    SELECT id FROM notificatie WHERE volgende_poging_op <= $1 AND (geclaimd_tot IS NULL OR geclaimd_tot < $1)
        AND EXISTS (SELECT FROM connector WHERE connector.id = notificatie.connector AND actief)
    ORDER BY volgende_poging_op LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING *
"""
_HOLD = "SELECT true FROM notificatie WHERE id = $1 AND geclaimd_tot = $2 FOR UPDATE"
_SETTLE = """
UPDATE notificatie SET staat = $3, reden = $4, detail = $5, volgende_poging_op = $6, weigeringen = $7, hulpvraag = $8,
    gewijzigd_op = $9, geclaimd_tot = NULL
WHERE id = $1 AND geclaimd_tot = $2 RETURNING true
"""
_KEEP = """
INSERT INTO notificatiedossier (notificatie, swv, inhoud, sha256, formulier, ontvangen_op) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (notificatie) DO NOTHING
"""
_DOSSIER = "SELECT inhoud, formulier FROM notificatiedossier WHERE notificatie = $1"
_LINK = "UPDATE notificatiedossier SET hulpvraag = $2 WHERE notificatie = $1"
_DROP = "DELETE FROM notificatiedossier WHERE notificatie = $1"
_FIGURES = """
SELECT staat, count(*) AS aantal, coalesce(extract(epoch FROM $1::timestamptz - min(ontvangen_op)), 0)::float8 AS oudste
FROM notificatie WHERE staat IN ('op te halen', 'ontvangen') GROUP BY staat
"""


@dataclass(frozen=True, slots=True)
class Rij:
    """A notificatie as it is kept, with the claim of who works on it. ``weigeringen``: so often the LAS said no."""

    id: UUID
    swv: str
    school: str
    connector: str
    melding: Notificatie
    staat: str
    pogingen: int
    weigeringen: int
    ontvangen_op: datetime
    geclaimd_tot: datetime | None
    traceparent: str | None
    hulpvraag: UUID | None


async def known(tx: Transaction, connector: str, koppelsleutel: UUID) -> Rij | None:
    """Find what this connector announced before under this koppelsleutel."""
    row = await tx.fetchrow(_KNOWN, connector, koppelsleutel)
    return _rij(row) if row else None


async def add(tx: Transaction, melding: Notificatie, connector: str, school: str, swv: str, bericht: bytes) -> UUID | None:
    """Store a new one, due now; None when another was quicker with the same koppelsleutel."""
    wie = clock.new_id()
    ends = (melding.bron_brin, melding.bron_kenmerk, melding.doel_brin, melding.doel_kenmerk)
    row = (wie, swv, school, connector, melding.koppelsleutel, melding.versie, *ends, bericht, clock.now(), telemetry.current())
    return wie if await tx.fetchval(_ADD, *row) else None


async def claim(tx: Transaction, lease: float, limit: int) -> list[Rij]:
    """Take what is due for ``lease`` seconds, so that no other replica does; each claim counts as an attempt.

    What came from a connector that is stopped waits.
    """
    return [_rij(row) for row in await tx.fetch(_CLAIM, clock.now(), lease, limit)]


async def hold(tx: Transaction, rij: Rij) -> bool:
    """Keep everybody else off until the end of the transaction. False: the claim is another's by now."""
    return bool(await tx.fetchval(_HOLD, rij.id, rij.geclaimd_tot))


async def settle(
    tx: Transaction,
    rij: Rij,
    staat: str,
    *,
    reden: str | None = None,
    detail: str | None = None,
    wait: timedelta | None = None,
    weigeringen: int = 0,
    hulpvraag: UUID | None = None,
) -> bool:
    """Write what came of an attempt; ``wait`` until the next, None: there is none. False: the claim is another's by now."""
    now = clock.now()
    due = None if wait is None else now + wait
    row = (rij.id, rij.geclaimd_tot, staat, reden, detail, due, weigeringen, hulpvraag, now)
    return bool(await tx.fetchval(_SETTLE, *row))


async def keep_dossier(tx: Transaction, rij: Rij, inhoud: bytes, formulier: Mapping[str, str]) -> None:
    """Keep a dossier as it came."""
    digest = hashlib.sha256(inhoud).digest()
    await tx.execute(_KEEP, rij.id, rij.swv, inhoud, digest, dict(formulier), clock.now())


async def dossier(tx: Transaction, rij: Rij) -> tuple[bytes, dict[str, str]]:
    """Return the dossier and the form that came with it."""
    row = await tx.fetchrow(_DOSSIER, rij.id)
    if row is None:
        raise LookupError(rij.id)
    return row["inhoud"], row["formulier"]


async def link_dossier(tx: Transaction, rij: Rij, hulpvraag: UUID) -> None:
    """Say of which hulpvraag it is: it is erased with that."""
    await tx.execute(_LINK, rij.id, hulpvraag)


async def drop_dossier(tx: Transaction, rij: Rij) -> None:
    """Throw a refused dossier away."""
    await tx.execute(_DROP, rij.id)


async def figures(tx: Transaction) -> list[asyncpg.Record]:
    """Count what is not settled, by state, with the age in seconds of the oldest."""
    return await tx.fetch(_FIGURES, clock.now())


def _rij(row: asyncpg.Record) -> Rij:
    ends = (row["bron_brin"], row["bron_kenmerk"], row["doel_brin"], row["doel_kenmerk"])
    return Rij(
        id=row["id"],
        swv=row["swv"],
        school=row["school"],
        connector=row["connector"],
        melding=Notificatie(cast("Versie", row["versie"]), *ends, row["koppelsleutel"]),
        staat=row["staat"],
        pogingen=row["pogingen"],
        weigeringen=row["weigeringen"],
        ontvangen_op=row["ontvangen_op"],
        geclaimd_tot=row["geclaimd_tot"],
        traceparent=row["traceparent"],
        hulpvraag=row["hulpvraag"],
    )
