"""The gateway's SQL about schools that go elsewhere: whose accounts go along."""

from uuid import UUID

from shared import clock
from shared.database import Transaction

_KEEP = """
INSERT INTO verhuizing (id, versie) VALUES ($1, $2)
ON CONFLICT (id) DO UPDATE SET versie = excluded.versie WHERE verhuizing.versie < excluded.versie
RETURNING true
"""
_COUNT = """
SELECT count(*) FROM account WHERE swv = $1 AND organisatie = $2 AND soort = 'school' AND state <> 'stopped'
"""
# Whoever has a namesake at the other school stays: a name is of one account there.
_MOVE = """
WITH verhuisd AS (
    UPDATE account SET organisatie = $4, changed_at = $5
    WHERE swv = $2 AND organisatie = $3 AND soort = 'school' AND NOT EXISTS (
        SELECT FROM account AS daar WHERE daar.organisatie = $4 AND daar.gebruikersnaam = account.gebruikersnaam)
    RETURNING id
), gezien AS (
    INSERT INTO verhuisdaccount (verhuizing, account) SELECT $1, id FROM verhuisd
)
SELECT id FROM verhuisd ORDER BY id
"""
_BACK = """
UPDATE account SET organisatie = $2, changed_at = $4 FROM verhuisdaccount AS stap
WHERE stap.verhuizing = $1 AND stap.account = account.id AND account.organisatie = $3 AND NOT EXISTS (
    SELECT FROM account AS daar WHERE daar.organisatie = $2 AND daar.gebruikersnaam = account.gebruikersnaam)
RETURNING account.id
"""


async def keep(tx: Transaction, verhuizing: UUID, versie: int) -> bool:
    """Remember what was told; False when this or something later was known."""
    return bool(await tx.fetchval(_KEEP, verhuizing, versie))


async def count(tx: Transaction, swv: str, school: str) -> int:
    """How many people of a school have an account that is in use or invited."""
    found: int = await tx.fetchval(_COUNT, swv, school)
    return found


async def move(tx: Transaction, verhuizing: UUID, swv: str, van: str, naar: str) -> list[UUID]:
    """Let the people of a school be of another; return who."""
    return [row["id"] for row in await tx.fetch(_MOVE, verhuizing, swv, van, naar, clock.now())]


async def move_back(tx: Transaction, verhuizing: UUID, van: str, naar: str) -> list[UUID]:
    """Let them be of their own school again, who still is of the other; return who."""
    return [row["id"] for row in await tx.fetch(_BACK, verhuizing, van, naar, clock.now())]
