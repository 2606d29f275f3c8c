"""Schools that went elsewhere, and the hulpvragen that went along, kept so that they can be put back."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from shared.contracts.common import School
from shared.contracts.intake import OrganisatieGewijzigd
from shared.database import Transaction
from workflow.domain.hulpvraag import Hulpvraag, display_name, search_words

SKEW = timedelta(minutes=5)
"""What was submitted while a school went elsewhere may say a later moment than the move; it goes along."""

_KEEP = """
INSERT INTO verhuizing (id, swv, versie, van_school, van_bestuur, naar, op) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO UPDATE SET versie = excluded.versie WHERE verhuizing.versie < excluded.versie
RETURNING true
"""
# Who takes a school's hulpvragen along waits for those that are just being stored (store/hulpvraag), and then sees them.
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('workflow.verhuizing|' || $1, 0))"
_RUNNING = "SELECT id FROM hulpvraag WHERE swv = $1 AND school = $2 AND bestuur = $3 AND NOT einde ORDER BY id"
_MOVE = """
UPDATE hulpvraag SET school = $2, bestuur = $3, schoolnaam = $4, naam = $5, zoek = array_to_tsvector($6::text[]) WHERE id = $1
"""
_STEP = """
INSERT INTO verhuizingstap (verhuizing, hulpvraag, van, versie_na) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
"""
_STEPS = "SELECT * FROM verhuizingstap WHERE verhuizing = $1 AND ongedaan_op IS NULL ORDER BY hulpvraag"
_UNDONE = "UPDATE verhuizingstap SET ongedaan_op = $3 WHERE verhuizing = $1 AND hulpvraag = $2"
_NEXT = """
SELECT id, naar, op FROM verhuizing
WHERE swv = $1 AND van_school = $2 AND van_bestuur = $3 AND op > $4 AND versie = 1 ORDER BY op LIMIT 1
"""
_COUNTS = """
SELECT count(*) FILTER (WHERE NOT einde) AS lopend, count(*) FILTER (WHERE einde) AS afgerond
FROM hulpvraag WHERE swv = $1 AND school = $2
"""


async def keep(tx: Transaction, data: OrganisatieGewijzigd) -> bool:
    """Remember what was told; False when this or something later was known."""
    naar = data.naar.model_dump()
    row = (data.verhuizing, data.swv, data.versie, data.van.code, data.van.bestuur, naar, data.op)
    return bool(await tx.fetchval(_KEEP, *row))


async def running(tx: Transaction, swv: str, school: School) -> list[UUID]:
    """The hulpvragen of a school that are not at their end; until the end of the transaction no other is stored."""
    await tx.execute(_ALONE, swv)
    return [row["id"] for row in await tx.fetch(_RUNNING, swv, school.code, school.bestuur)]


async def move(tx: Transaction, hulpvraag: Hulpvraag, school: School) -> None:
    """Let a locked hulpvraag be of this school from now on: who sees it, where it is found, and what its decisions say."""
    data = hulpvraag.ingediend.model_copy(update={"school": school})
    words = search_words(data, hulpvraag.aanvraagtype, hulpvraag.status, hulpvraag.coordinator, hulpvraag.labels)
    await tx.execute(_MOVE, hulpvraag.id, school.code, school.bestuur, school.naam, display_name(data), words)


async def step(tx: Transaction, verhuizing: UUID, hulpvraag: Hulpvraag) -> None:
    """Keep of which school a hulpvraag was before it went along."""
    await tx.execute(_STEP, verhuizing, hulpvraag.id, hulpvraag.ingediend.school.model_dump(), hulpvraag.versie)


async def steps(tx: Transaction, verhuizing: UUID) -> list[asyncpg.Record]:
    """What went along and was not put back."""
    return await tx.fetch(_STEPS, verhuizing)


async def undone(tx: Transaction, verhuizing: UUID, hulpvraag: UUID, at: datetime) -> None:
    """Mark one hulpvraag as put back."""
    await tx.execute(_UNDONE, verhuizing, hulpvraag, at)


async def next_after(tx: Transaction, swv: str, school: School, moment: datetime) -> asyncpg.Record | None:
    """Where this school went first after a moment, if it did."""
    return await tx.fetchrow(_NEXT, swv, school.code, school.bestuur, moment)


async def counts(tx: Transaction, swv: str, school: str) -> asyncpg.Record:
    """How many hulpvragen of a school run and are at their end."""
    row = await tx.fetchrow(_COUNTS, swv, school)
    if row is None:
        raise LookupError(school)
    return row
