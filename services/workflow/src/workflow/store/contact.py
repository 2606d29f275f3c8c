"""Who is the contactpersoon of a hulpvraag now, and the telephone numbers that were corrected."""

from datetime import datetime

import asyncpg

from shared.database import Transaction
from workflow.store.inzending import JOINED

EMAIL = "coalesce(contact_email, inhoud -> 'contactpersoon' ->> 'email')"
"""The address of the contactpersoon now, of ``hulpvraag JOIN inzending``."""
# ruff: noqa: S608 - statements are put together from the constant above, never from input
_PUT = """
INSERT INTO contactnummer (swv, school, email, telefoon, gewijzigd_op) VALUES ($1, $2, lower($3), $4, $5)
ON CONFLICT (swv, school, email) DO UPDATE SET telefoon = EXCLUDED.telefoon, gewijzigd_op = EXCLUDED.gewijzigd_op
"""
_CLEAR = "DELETE FROM contactnummer WHERE swv = $1 AND school = $2 AND email = lower($3)"
_ALL = """
SELECT school, email, telefoon FROM contactnummer WHERE swv = $1 AND ($2::text IS NULL OR school = $2)
ORDER BY school, email LIMIT 500
"""
_OPEN = f"""
SELECT count(*) FROM hulpvraag {JOINED}
WHERE swv = $1 AND school = $2 AND NOT einde AND lower({EMAIL}) = lower($3)
"""


async def put_number(tx: Transaction, swv: str, school: str, email: str, telefoon: str | None, at: datetime) -> None:
    """Set the number of a contactpersoon at a school; None shows again what came along with each hulpvraag."""
    if telefoon is None:
        await tx.execute(_CLEAR, swv, school, email)
    else:
        await tx.execute(_PUT, swv, school, email, telefoon, at)


async def numbers(tx: Transaction, swv: str, school: str | None) -> list[asyncpg.Record]:
    """The numbers that were corrected, at one school or at all."""
    return await tx.fetch(_ALL, swv, school)


async def open_of(tx: Transaction, swv: str, school: str, email: str) -> int:
    """How many open hulpvragen of a school have this contactpersoon."""
    found: int = await tx.fetchval(_OPEN, swv, school, email)
    return found
