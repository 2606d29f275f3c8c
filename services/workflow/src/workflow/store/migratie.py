"""Moves of running hulpvragen to another version of the rules, kept so that they can be undone."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import asyncpg

from shared.database import Transaction

_BEGIN = """
INSERT INTO migratie (id, swv, naar_versie, toewijzing, mails, door, begonnen_op) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_OPEN = """
SELECT id FROM migratie WHERE swv = $1 AND naar_versie = $2 AND toewijzing = $3 AND mails = $4 AND klaar_op IS NULL
    AND ongedaan_op IS NULL ORDER BY id DESC LIMIT 1
"""
_ONE = "SELECT * FROM migratie WHERE id = $1"
_TO_DO = """
SELECT id FROM hulpvraag WHERE swv = $1 AND NOT einde AND regels_versie <> $2 AND id > $3 ORDER BY id LIMIT $4
FOR NO KEY UPDATE
"""
_STEP = """
INSERT INTO migratiestap (migratie, hulpvraag, van_versie, van_aanvraagtype, van_status, versie_na)
VALUES ($1, $2, $3, $4, $5, $6)
"""
_MOVE = """
UPDATE hulpvraag SET regels_versie = $2, aanvraagtype = $3, einde = $4, zichtbaar_voor = $5 WHERE id = $1
"""
_DONE = "UPDATE migratie SET klaar_op = $2 WHERE id = $1 AND klaar_op IS NULL"
_TO_UNDO = """
SELECT stap.* FROM migratiestap AS stap JOIN hulpvraag ON hulpvraag.id = stap.hulpvraag
WHERE stap.migratie = $1 AND stap.ongedaan_op IS NULL AND stap.hulpvraag > $2 ORDER BY stap.hulpvraag LIMIT $3
FOR NO KEY UPDATE OF hulpvraag
"""
_UNDONE_STEP = "UPDATE migratiestap SET ongedaan_op = $3 WHERE migratie = $1 AND hulpvraag = $2"
_UNDONE = "UPDATE migratie SET ongedaan_op = $2 WHERE id = $1"
_KEPT = "SELECT count(*) FROM migratiestap WHERE migratie = $1 AND ongedaan_op IS NULL"


async def begin(
    tx: Transaction, id_: UUID, swv: str, versie: int, toewijzing: Mapping[str, str], by: str, at: datetime, *, mails: bool
) -> UUID:
    """Begin a migration, or take up the same one where it was broken off; return its id."""
    earlier: UUID | None = await tx.fetchval(_OPEN, swv, versie, dict(toewijzing), mails)
    if earlier is None:
        await tx.execute(_BEGIN, id_, swv, versie, dict(toewijzing), mails, by, at)
    return earlier or id_


async def one(tx: Transaction, id_: UUID) -> asyncpg.Record | None:
    """Look a migration up."""
    return await tx.fetchrow(_ONE, id_)


async def to_do(tx: Transaction, swv: str, versie: int, after: UUID, most: int) -> list[UUID]:
    """Lock some running hulpvragen that are on another version."""
    return [row["id"] for row in await tx.fetch(_TO_DO, swv, versie, after, most)]


async def step(
    tx: Transaction, migratie: UUID, hulpvraag: UUID, before: tuple[int, str | None, str | None], versie_na: int
) -> None:
    """Keep what a hulpvraag was before it was moved: its rules' version, aanvraagtype and status."""
    await tx.execute(_STEP, migratie, hulpvraag, *before, versie_na)


async def move(
    tx: Transaction, hulpvraag: UUID, versie: int, aanvraagtype: str | None, *, einde: bool, zichtbaar_voor: tuple[str, ...]
) -> None:
    """Put a hulpvraag on a version of the rules; its status is another matter."""
    await tx.execute(_MOVE, hulpvraag, versie, aanvraagtype, einde, zichtbaar_voor)


async def finish(tx: Transaction, migratie: UUID, at: datetime) -> None:
    """Mark a migration as done."""
    await tx.execute(_DONE, migratie, at)


async def to_undo(tx: Transaction, migratie: UUID, after: UUID, most: int) -> list[asyncpg.Record]:
    """Lock some hulpvragen that were moved and not yet put back."""
    return await tx.fetch(_TO_UNDO, migratie, after, most)


async def undone(tx: Transaction, migratie: UUID, hulpvraag: UUID, at: datetime) -> None:
    """Mark one hulpvraag as put back."""
    await tx.execute(_UNDONE_STEP, migratie, hulpvraag, at)


async def finish_undo(tx: Transaction, migratie: UUID, at: datetime) -> int:
    """Mark a migration as undone; return how many hulpvragen stayed because they went on since."""
    await tx.execute(_UNDONE, migratie, at)
    kept: int = await tx.fetchval(_KEPT, migratie)
    return kept
