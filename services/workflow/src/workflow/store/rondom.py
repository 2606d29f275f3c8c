"""Around a hulpvraag: labels, the coordinator, and notes for oneself."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from shared.database import Transaction
from workflow.domain.hulpvraag import Hulpvraag, search_words
from workflow.store.hulpvraag import Coordinator

_LABELS = "UPDATE hulpvraag SET labels = $2, zoek = array_to_tsvector($3::text[]) WHERE id = $1"
_COORDINATOR = """
UPDATE hulpvraag SET coordinator = $2, coordinator_email = $3, zoek = array_to_tsvector($4::text[]) WHERE id = $1
"""
_NOTES = """
SELECT id AS notitie, tekst, gemaakt_op, gewijzigd_op FROM notitie WHERE hulpvraag = $1 AND account = $2 ORDER BY id DESC
"""
_NOTE = """
INSERT INTO notitie (id, hulpvraag, account, tekst, gemaakt_op, gewijzigd_op) VALUES ($1, $2, $3, $4, $5, $5)
"""
_REWRITE = "UPDATE notitie SET tekst = $4, gewijzigd_op = $5 WHERE id = $1 AND hulpvraag = $2 AND account = $3 RETURNING true"
_ERASE = "DELETE FROM notitie WHERE id = $1 AND hulpvraag = $2 AND account = $3 RETURNING true"


async def put_labels(tx: Transaction, hulpvraag: Hulpvraag, labels: Sequence[str]) -> None:
    """Set the labels of a locked hulpvraag."""
    words = search_words(hulpvraag.ingediend, hulpvraag.aanvraagtype, hulpvraag.status, hulpvraag.coordinator, labels)
    await tx.execute(_LABELS, hulpvraag.id, list(labels), words)


async def put_coordinator(tx: Transaction, hulpvraag: Hulpvraag, who: Coordinator | None) -> None:
    """Set or clear the coordinator of a locked hulpvraag."""
    naam, email = (who.naam, who.email) if who else (None, None)
    words = search_words(hulpvraag.ingediend, hulpvraag.aanvraagtype, hulpvraag.status, naam, hulpvraag.labels)
    await tx.execute(_COORDINATOR, hulpvraag.id, naam, email, words)


async def notes(tx: Transaction, hulpvraag: UUID, account: UUID) -> list[asyncpg.Record]:
    """What this account noted, the newest first."""
    return await tx.fetch(_NOTES, hulpvraag, account)


async def add_note(tx: Transaction, id_: UUID, hulpvraag: UUID, account: UUID, tekst: str, at: datetime) -> None:
    """Keep a note."""
    await tx.execute(_NOTE, id_, hulpvraag, account, tekst, at)


async def rewrite_note(tx: Transaction, id_: UUID, hulpvraag: UUID, account: UUID, tekst: str, at: datetime) -> bool:
    """Change a note; False when this account has none such."""
    return bool(await tx.fetchval(_REWRITE, id_, hulpvraag, account, tekst, at))


async def erase_note(tx: Transaction, id_: UUID, hulpvraag: UUID, account: UUID) -> bool:
    """Erase a note; False when this account has none such."""
    return bool(await tx.fetchval(_ERASE, id_, hulpvraag, account))
