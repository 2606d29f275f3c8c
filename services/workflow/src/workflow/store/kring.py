"""Scholenkringen: who coordinates, and for which schools."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from shared.database import Transaction
from workflow.store.hulpvraag import Coordinator

_OF_SCHOOL = """
SELECT coordinator, email FROM kring
WHERE swv = $1 AND naam = (SELECT kring FROM kringschool WHERE swv = $1 AND school = $2)
"""
_ALL = """
SELECT naam, coordinator, email, ARRAY(
    SELECT school FROM kringschool WHERE (swv, kring) = (kring.swv, kring.naam) ORDER BY school
) AS scholen FROM kring WHERE swv = $1 ORDER BY naam
"""
_PUT = """
INSERT INTO kring (swv, naam, coordinator, email, gewijzigd_op) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (swv, naam) DO UPDATE SET coordinator = EXCLUDED.coordinator, email = EXCLUDED.email,
    gewijzigd_op = EXCLUDED.gewijzigd_op
"""
_LEAVE = "DELETE FROM kringschool WHERE swv = $1 AND kring = $2 AND school <> ALL($3::text[])"
_JOIN = """
INSERT INTO kringschool (swv, school, kring) SELECT $1, school, $2 FROM unnest($3::text[]) AS school
ON CONFLICT (swv, school) DO UPDATE SET kring = EXCLUDED.kring
"""


async def coordinator(tx: Transaction, swv: str, school: str) -> Coordinator | None:
    """The coordinator of the kring that a school belongs to."""
    row = await tx.fetchrow(_OF_SCHOOL, swv, school)
    return Coordinator(row["coordinator"], row["email"]) if row else None


async def listed(tx: Transaction, swv: str) -> list[asyncpg.Record]:
    """Every kring that was set up."""
    return await tx.fetch(_ALL, swv)


async def put(tx: Transaction, swv: str, naam: str, who: Coordinator, scholen: Sequence[str], at: datetime) -> None:
    """Set up a kring: its coordinator and exactly these schools. A school belongs to one kring, the last that named it."""
    await tx.execute(_PUT, swv, naam, who.naam, who.email, at)
    await tx.execute(_LEAVE, swv, naam, list(scholen))
    await tx.execute(_JOIN, swv, naam, list(scholen))
