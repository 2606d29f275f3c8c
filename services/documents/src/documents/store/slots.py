"""Uploadslots: the object of one lies under its id in the bucket for uploads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from shared.database import Transaction

_INSERT = """
INSERT INTO uploadslot (id, aanbieder, swv, hulpvraag, naam, omschrijving, grootte, sha256, soort, staat, uitgegeven_op,
    verloopt_op)
SELECT id, $1, $2, $3, naam, omschrijving, grootte, sha256, soort, 'uitgegeven', $4, $5
FROM unnest($6::uuid[], $7::text[], $8::text[], $9::bigint[], $10::text[], $11::text[])
    AS slot (id, naam, omschrijving, grootte, sha256, soort)
"""
_TAKE = "SELECT * FROM uploadslot WHERE id = ANY($1::uuid[]) AND aanbieder = $2 AND swv = $3 ORDER BY id FOR UPDATE"
_USED = "UPDATE uploadslot SET staat = 'gebruikt' WHERE id = ANY($1::uuid[])"
_EXPIRED = """
SELECT id FROM uploadslot WHERE verloopt_op < $1
    AND NOT EXISTS (SELECT FROM bijlage WHERE bijlage.uploadslot = uploadslot.id AND bijlage.staat = 'wordt gescand')
ORDER BY verloopt_op LIMIT $2
"""
_DELETE = """
DELETE FROM uploadslot WHERE id = $2 AND verloopt_op < $1
    AND NOT EXISTS (SELECT FROM bijlage WHERE bijlage.uploadslot = uploadslot.id AND bijlage.staat = 'wordt gescand')
"""
_LIVE = """
SELECT id FROM uploadslot WHERE id = ANY($1::uuid[]) AND (staat = 'uitgegeven'
    OR EXISTS (SELECT FROM bijlage WHERE bijlage.uploadslot = uploadslot.id AND bijlage.staat = 'wordt gescand'))
"""


@dataclass(frozen=True, slots=True)
class NewSlot:
    """A file that may be uploaded."""

    id: UUID
    naam: str
    omschrijving: str
    grootte: int
    sha256: str
    soort: str


async def insert(
    tx: Transaction,
    slots: Sequence[NewSlot],
    *,
    aanbieder: str,
    swv: str,
    hulpvraag: UUID | None,
    now: datetime,
    expires: datetime,
) -> None:
    """Store these slots, all of one aanbieder."""
    await tx.execute(
        _INSERT,
        aanbieder,
        swv,
        hulpvraag,
        now,
        expires,
        [slot.id for slot in slots],
        [slot.naam for slot in slots],
        [slot.omschrijving for slot in slots],
        [slot.grootte for slot in slots],
        [slot.sha256 for slot in slots],
        [slot.soort for slot in slots],
    )


async def take(tx: Transaction, ids: Sequence[UUID], *, aanbieder: str, swv: str) -> dict[UUID, asyncpg.Record]:
    """Lock those of these slots that are this aanbieder's at this SWV."""
    return {row["id"]: row for row in await tx.fetch(_TAKE, ids, aanbieder, swv)}


async def mark_used(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Note that these can be used no more."""
    await tx.execute(_USED, ids)


async def expired(pool: "asyncpg.Pool[asyncpg.Record]", before: datetime, limit: int) -> list[UUID]:
    """Return slots that ended before this moment and that nothing waits for."""
    return [row["id"] for row in await pool.fetch(_EXPIRED, before, limit)]


async def delete(pool: "asyncpg.Pool[asyncpg.Record]", slot: UUID, before: datetime) -> None:
    """Forget a slot, and the file name in it, if still nothing waits for it."""
    await pool.execute(_DELETE, before, slot)


async def live(pool: "asyncpg.Pool[asyncpg.Record]", ids: Sequence[UUID]) -> set[UUID]:
    """Return those whose upload may still be needed."""
    return {row["id"] for row in await pool.fetch(_LIVE, ids)}
