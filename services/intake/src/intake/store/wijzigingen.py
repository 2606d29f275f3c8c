"""The SQL of versions of a dossier's data, and of who took note of them."""

from datetime import datetime
from uuid import UUID

import asyncpg

from intake.domain.verschil import Versie
from shared.database import Transaction

_VERSIONS = """
SELECT dossierversie.versie, dossierversie.gegevens, vanaf, ontvangst.connector, hulpvraag.dossiernummer FROM dossierversie
LEFT JOIN ontvangst ON ontvangst.id = dossierversie.ontvangst
LEFT JOIN hulpvraag ON hulpvraag.id = ontvangst.hulpvraag
WHERE dossierversie.dossier = $1 ORDER BY dossierversie.versie
"""
_CONTENTS = """
SELECT hulpvraag.dossiernummer, eerder.versie, eerder.aanvraagtype, eerder.omschrijving, eerder.datum, eerder.contactpersoon,
    eerder.tot
FROM hulpvraagversie AS eerder JOIN hulpvraag ON hulpvraag.id = eerder.hulpvraag
WHERE hulpvraag.dossier = $1 ORDER BY hulpvraag.dossiernummer, eerder.versie
"""
_NOTED = "SELECT versie, naam, op FROM kennisname WHERE dossier = $1"
_NOTE = """
INSERT INTO kennisname (dossier, swv, versie, door, naam, op) SELECT id, swv, $2, $3, $4, $5 FROM dossier WHERE id = $1
ON CONFLICT (dossier) DO UPDATE SET versie = excluded.versie, door = excluded.door, naam = excluded.naam, op = excluded.op
WHERE kennisname.versie < excluded.versie
"""


async def versions(tx: Transaction, dossier: UUID) -> list[Versie]:
    """List every version, the oldest first."""
    return [Versie(**row) for row in await tx.fetch(_VERSIONS, dossier)]


async def contents(tx: Transaction, dossier: UUID) -> list[asyncpg.Record]:
    """List what the hulpvragen of a dossier held before they were changed, the oldest first."""
    return await tx.fetch(_CONTENTS, dossier)


async def noted(tx: Transaction, dossier: UUID) -> asyncpg.Record | None:
    """Find up to which version someone took note, and who."""
    return await tx.fetchrow(_NOTED, dossier)


async def note(tx: Transaction, dossier: UUID, versie: int, door: UUID, naam: str, at: datetime) -> None:
    """Note that someone saw the data up to this version; an earlier one than is noted changes nothing."""
    await tx.execute(_NOTE, dossier, versie, door, naam, at)
