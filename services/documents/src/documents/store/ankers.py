"""Heads of audit logs that are to be stored, or were."""

from datetime import datetime
from typing import TypeAlias

import asyncpg

from shared.contracts.every_service import LogboekVerzegeld
from shared.database import Transaction

_KEEP = "INSERT INTO anker (dienst, blok, hash, verzegeld_op) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
_NEXT = "SELECT dienst, blok, hash, verzegeld_op FROM anker WHERE opgeslagen_op IS NULL ORDER BY verzegeld_op LIMIT 1"
_STORED = "UPDATE anker SET opgeslagen_op = $4 WHERE dienst = $1 AND blok = $2 AND hash = $3"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


async def keep(tx: Transaction, told: LogboekVerzegeld) -> None:
    """Remember a head; the same one again is no other."""
    await tx.execute(_KEEP, told.dienst, told.blok, told.hash, told.verzegeld_op)


async def to_store(pool: Pool) -> LogboekVerzegeld | None:
    """The oldest that is not stored yet."""
    row = await pool.fetchrow(_NEXT)
    return LogboekVerzegeld.model_validate(dict(row)) if row else None


async def stored(pool: Pool, told: LogboekVerzegeld, at: datetime) -> None:
    """It is an object now."""
    await pool.execute(_STORED, told.dienst, told.blok, told.hash, at)
