"""Batches: the bijlagen saved at one moment, and whether they were told of."""

from datetime import datetime
from uuid import UUID

import asyncpg

from shared.database import Transaction

_INSERT = """
INSERT INTO batch (id, swv, hulpvraag, dossiernummer, aanbieder, aangeboden_op, bewijs, correlation_id, causation_id,
    traceparent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING true
"""
_LOCK = "SELECT * FROM batch WHERE id = $1 FOR UPDATE"
_PUBLISHED = "UPDATE batch SET gepubliceerd_op = $2 WHERE id = $1"
_FIND = "SELECT * FROM batch WHERE id = $1"
_CLOSE = "UPDATE batch SET bewijs = NULL WHERE id = $1"
_DOSSIER = "SELECT dossiernummer FROM batch WHERE hulpvraag = $1 LIMIT 1"


async def insert(
    tx: Transaction,
    batch: UUID,
    *,
    swv: str,
    hulpvraag: UUID,
    dossiernummer: int,
    aanbieder: str,
    bewijs: str | None,
    now: datetime,
    work: tuple[UUID, UUID | None, str | None],
) -> bool:
    """Store a batch; False when it is there already. ``work`` is the chain its event will continue.

    ``bewijs`` is that of an OSO dossier: the SHA-256 in hex of what intake must show to get it.
    """
    return bool(await tx.fetchval(_INSERT, batch, swv, hulpvraag, dossiernummer, aanbieder, now, bewijs, *work))


async def find(tx: Transaction, batch: UUID) -> asyncpg.Record | None:
    """Find a batch."""
    return await tx.fetchrow(_FIND, batch)


async def close(tx: Transaction, batch: UUID) -> None:
    """Let nothing of an OSO dossier be fetched any more by its proof."""
    await tx.execute(_CLOSE, batch)


async def lock(tx: Transaction, batch: UUID) -> asyncpg.Record:
    """Lock a batch: of two files judged at once one sees the other."""
    row = await tx.fetchrow(_LOCK, batch)
    if row is None:
        raise LookupError(batch)
    return row


async def mark_published(tx: Transaction, batch: UUID, now: datetime) -> None:
    """Note that the batch was told of."""
    await tx.execute(_PUBLISHED, batch, now)


async def known_number(tx: Transaction, hulpvraag: UUID) -> int | None:
    """Return the number this hulpvraag is known by here, if it is."""
    found = await tx.fetchval(_DOSSIER, hulpvraag)
    return None if found is None else int(found)
