"""The SQL of notificaties and the dossiers that came of them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import asyncpg

from intake.domain.notificatie import Notificatie, Versie
from shared import clock, telemetry
from shared.contracts.documents import Uploadslot
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
_SETTLE = """
UPDATE notificatie SET staat = $3, reden = $4, detail = $5, volgende_poging_op = $6, weigeringen = $7, hulpvraag = $8,
    gewijzigd_op = $9, geclaimd_tot = NULL, pogingen = CASE WHEN staat = $3 THEN pogingen ELSE 0 END
WHERE id = $1 AND geclaimd_tot IS NOT DISTINCT FROM $2 RETURNING true
"""
_KEEP = """
INSERT INTO notificatiedossier (notificatie, swv, inhoud, sha256, formulier, ontvangen_op) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (notificatie) DO NOTHING
"""
_DOSSIER = "SELECT inhoud, formulier FROM notificatiedossier WHERE notificatie = $1"
_ASK = "UPDATE notificatie SET slotaanvraag = $2 WHERE id = $1"
_PREPARE = "UPDATE notificatiedossier SET opdracht = $2, plaats = NULL WHERE notificatie = $1"
_ASKED = """
SELECT * FROM notificatie WHERE slotaanvraag = $1 AND staat = 'plaats gevraagd' AND volgende_poging_op IS NULL FOR UPDATE
"""
_PLACE = "UPDATE notificatiedossier SET plaats = $2 WHERE notificatie = $1"
_PREPARED = "SELECT inhoud, opdracht, plaats FROM notificatiedossier WHERE notificatie = $1"
_USER = "SELECT gebruiker FROM connector WHERE id = $1"
_HANDED_IN = "SELECT * FROM notificatie WHERE id = ANY($1::uuid[]) AND staat = 'ingediend' FOR UPDATE"
_DROP = "DELETE FROM notificatiedossier WHERE notificatie = $1"
_FIGURES = """
SELECT staat, count(*) AS aantal, coalesce(extract(epoch FROM $1::timestamptz - min(ontvangen_op)), 0)::float8 AS oudste
FROM notificatie WHERE staat NOT IN ('verwerkt', 'geweigerd') GROUP BY staat
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
    """Write what came of an attempt; ``wait`` until the next, None: there is none. False: the claim is another's by now.

    Attempts are counted per state: what was tried often before does not make the next step a patient one.
    """
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


async def prepare(tx: Transaction, rij: Rij, aanvraag: UUID, opdracht: Mapping[str, Any]) -> None:
    """Keep what it becomes, and under which id an uploadslot was asked for it."""
    await tx.execute(_ASK, rij.id, aanvraag)
    await tx.execute(_PREPARE, rij.id, dict(opdracht))


async def asked(tx: Transaction, aanvraag: UUID) -> Rij | None:
    """Find, and keep others off, which one waits for the answer to this request for an uploadslot."""
    row = await tx.fetchrow(_ASKED, aanvraag)
    return _rij(row) if row else None


async def place(tx: Transaction, rij: Rij, plaats: Uploadslot) -> None:
    """Note where its dossier may go."""
    await tx.execute(_PLACE, rij.id, plaats.model_dump(mode="json"))


async def prepared(tx: Transaction, rij: Rij) -> tuple[bytes, dict[str, Any], Uploadslot]:
    """Return the dossier, the command it becomes, and where it may go."""
    row = await tx.fetchrow(_PREPARED, rij.id)
    if row is None:
        raise LookupError(rij.id)
    return row["inhoud"], row["opdracht"], Uploadslot.model_validate(row["plaats"])


async def gebruiker(tx: Transaction, connector: str) -> str:
    """Return the RabbitMQ user of a connector."""
    found: str = await tx.fetchval(_USER, connector)
    return found


async def handed_in(tx: Transaction, ids: Sequence[UUID]) -> list[Rij]:
    """Return which of these wait for what becomes of their command, and keep others off."""
    return [_rij(row) for row in await tx.fetch(_HANDED_IN, ids)]


async def drop_dossier(tx: Transaction, rij: Rij) -> None:
    """Throw a dossier away that was refused, or is with documents by now."""
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
