"""The verwerkersovereenkomsten of boards: since when and until when."""

from datetime import date, datetime

import asyncpg

from shared.database import Transaction

_ALL = """
SELECT bestuur, van, tot, van <= $2 AND (tot IS NULL OR tot >= $2) AS geldig FROM overeenkomst WHERE swv = $1 ORDER BY bestuur
"""
_VALID = """
SELECT EXISTS (SELECT FROM overeenkomst WHERE swv = $1 AND bestuur = $2 AND van <= $3 AND (tot IS NULL OR tot >= $3))
"""
_PUT = """
INSERT INTO overeenkomst (swv, bestuur, van, tot, gewijzigd_op) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (swv, bestuur) DO UPDATE SET van = EXCLUDED.van, tot = EXCLUDED.tot, gewijzigd_op = EXCLUDED.gewijzigd_op
"""


async def listed(tx: Transaction, swv: str, today: date) -> list[asyncpg.Record]:
    """Those of an SWV, and which are valid today."""
    return await tx.fetch(_ALL, swv, today)


async def is_valid(tx: Transaction, swv: str, bestuur: str, today: date) -> bool:
    """Whether a board has one that is valid today."""
    return bool(await tx.fetchval(_VALID, swv, bestuur, today))


async def put(tx: Transaction, swv: str, bestuur: str, van: date, tot: date | None, at: datetime) -> None:
    """Note one, or change its days."""
    await tx.execute(_PUT, swv, bestuur, van, tot, at)
