"""Mandates of schools: rows are only added."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from bron_export.domain.mandaat import Mandaat
from shared import clock
from shared.database import Transaction

_MANDATES = "SELECT id, swv, school, versie, gever_soort, gever, van, tot FROM mandaat WHERE swv = $1 AND school = $2"
_LOCK_MANDATES = "SELECT pg_advisory_xact_lock(hashtextextended($1, 2))"
_ADD_MANDATE = """
INSERT INTO mandaat (id, swv, school, versie, gever_soort, gever, van, tot, vastgelegd_op, vastgelegd_door)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_BESTUUR = """
SELECT coalesce(
    (SELECT bestuur FROM schoolbestuur WHERE swv = $1 AND school = $2),
    (SELECT bestuur FROM registratie WHERE swv = $1 AND school = $2 ORDER BY id DESC LIMIT 1))
"""
_PUT_BESTUUR = """
INSERT INTO schoolbestuur (swv, school, bestuur, op) VALUES ($1, $2, $3, $4)
ON CONFLICT (swv, school) DO UPDATE SET bestuur = EXCLUDED.bestuur, op = EXCLUDED.op WHERE schoolbestuur.op < EXCLUDED.op
"""
_TRY_AGAIN = """
UPDATE registratie SET volgende_poging_op = $3, vruchteloos = 0
WHERE id IN (SELECT id FROM registratie WHERE swv = $1 AND school = $2 AND reden = 'geen-mandaat' ORDER BY id FOR UPDATE)
"""


async def mandates(tx: Transaction, swv: str, school: str) -> list[Mandaat]:
    """Return every mandate ever noted of this school towards this SWV."""
    return [Mandaat(**dict(row)) for row in await tx.fetch(_MANDATES, swv, school)]


async def lock_mandates(tx: Transaction, swv: str, school: str) -> None:
    """Keep others from changing the mandates of this school until the end of the transaction."""
    await tx.execute(_LOCK_MANDATES, f"{swv}|{school}")


async def add_mandate(tx: Transaction, mandaat: Mandaat, door: UUID) -> None:
    """Add a mandate; the ones before it stay on record."""
    row = asdict(mandaat)
    values = [row[key] for key in ("id", "swv", "school", "versie", "gever_soort", "gever", "van", "tot")]
    await tx.execute(_ADD_MANDATE, *values, clock.now(), door)


async def known_bestuur(tx: Transaction, swv: str, school: str) -> str | None:
    """Return the board of this school: since it went elsewhere, else as the last decision about one of its pupils named it."""
    bestuur: str | None = await tx.fetchval(_BESTUUR, swv, school)
    return bestuur


async def put_bestuur(tx: Transaction, swv: str, school: str, bestuur: str, at: datetime) -> None:
    """Remember whose this school is; what was told before changes nothing."""
    await tx.execute(_PUT_BESTUUR, swv, school, bestuur, at)


async def try_again(tx: Transaction, swv: str, school: str) -> None:
    """Let what waited for a mandate of this school have its turn now."""
    await tx.execute(_TRY_AGAIN, swv, school, clock.now())
