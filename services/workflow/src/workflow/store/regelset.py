"""Published versions of rule sets. A version is written once and never changed."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import asyncpg

from shared.database import Transaction

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('workflow.regelset|' || $1, 0))"
_PUBLISH = "INSERT INTO regelset (swv, versie, inhoud, tekst, door, gepubliceerd_op) VALUES ($1, $2, $3, $4, $5, $6)"
_ONE = "SELECT inhoud FROM regelset WHERE swv = $1 AND versie = $2"
_NEWEST = "SELECT swv, max(versie) AS versie FROM regelset GROUP BY swv"
_NEWEST_OF = "SELECT max(versie) FROM regelset WHERE swv = $1"
_RUNNING = """
SELECT regels_versie, aanvraagtype, status, count(*) AS aantal FROM hulpvraag WHERE swv = $1 AND NOT einde
GROUP BY regels_versie, aanvraagtype, status ORDER BY regels_versie, aanvraagtype NULLS FIRST, status NULLS FIRST
"""

if TYPE_CHECKING:
    Connection = asyncpg.Pool[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]


async def lock(tx: Transaction, swv: str) -> None:
    """Be the only one who publishes for this SWV until the end of the transaction."""
    await tx.execute(_LOCK, swv)


async def add(tx: Transaction, swv: str, versie: int, inhoud: dict[str, Any], tekst: str, by: str, at: datetime) -> None:
    """Store a new version."""
    await tx.execute(_PUBLISH, swv, versie, inhoud, tekst, by, at)


async def one(connection: "Connection", swv: str, versie: int) -> dict[str, Any] | None:
    """The content of a published version."""
    found: dict[str, Any] | None = await connection.fetchval(_ONE, swv, versie)
    return found


async def newest(connection: "Connection") -> list[tuple[str, int]]:
    """The newest version of each SWV."""
    return [(row["swv"], row["versie"]) for row in await connection.fetch(_NEWEST)]


async def newest_of(tx: Transaction, swv: str) -> int | None:
    """The newest version of one SWV."""
    found: int | None = await tx.fetchval(_NEWEST_OF, swv)
    return found


async def running(connection: "Connection", swv: str) -> list[asyncpg.Record]:
    """How many hulpvragen run, by version, aanvraagtype and status."""
    return await connection.fetch(_RUNNING, swv)
