"""Published versions of rule sets. A version is written once and never changed."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import asyncpg

_PUBLISH = "INSERT INTO regelset (swv, versie, inhoud, gepubliceerd_op) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
_ONE = "SELECT inhoud FROM regelset WHERE swv = $1 AND versie = $2"

if TYPE_CHECKING:
    Connection = asyncpg.Pool[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]


async def publish(pool: "asyncpg.Pool[asyncpg.Record]", swv: str, versie: int, inhoud: dict[str, Any], at: datetime) -> None:
    """Store a version unless it is there."""
    await pool.execute(_PUBLISH, swv, versie, inhoud, at)


async def one(connection: "Connection", swv: str, versie: int) -> dict[str, Any] | None:
    """The content of a published version."""
    found: dict[str, Any] | None = await connection.fetchval(_ONE, swv, versie)
    return found
