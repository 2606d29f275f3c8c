"""The SQL of verification codes, of the environments that use them, and of wrong ones."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from shared import clock
from shared.database import Transaction
from shared.guard import Guard

_FIND = """
SELECT code.id, code.school, school.swv, code.gestopt_op, koppeling.connector, koppeling.omgeving,
    EXISTS (SELECT FROM connector_swv WHERE connector_swv.connector = $2 AND connector_swv.swv = school.swv) AS mag
FROM verificatiecode AS code
JOIN school ON school.code = code.school
LEFT JOIN koppeling ON koppeling.verificatiecode = code.id
WHERE code.hash = $1 FOR UPDATE OF code
"""
_TAKE_UP = """
WITH earlier AS (
    UPDATE koppeling SET gestopt_op = $4 FROM verificatiecode AS code
    WHERE code.id = koppeling.verificatiecode AND koppeling.connector = $2 AND koppeling.omgeving = $3
        AND koppeling.gestopt_op IS NULL AND code.id <> $1
        AND code.school = (SELECT school FROM verificatiecode WHERE id = $1))
INSERT INTO koppeling (verificatiecode, connector, omgeving, sinds) VALUES ($1, $2, $3, $4)
ON CONFLICT (verificatiecode) DO UPDATE SET gestopt_op = NULL,
    sinds = CASE WHEN koppeling.gestopt_op IS NULL THEN koppeling.sinds ELSE excluded.sinds END
"""
_PUT_DOWN = """
UPDATE koppeling SET gestopt_op = coalesce(koppeling.gestopt_op, $4) FROM verificatiecode AS code
WHERE code.id = koppeling.verificatiecode AND koppeling.connector = $1 AND koppeling.omgeving = $2 AND code.school = $3
RETURNING code.id
"""
_OF_SCHOOL = """
SELECT code.id, code.school, code.naam, code.gemaakt_op, code.gestopt_op, connector.naam AS systeem, koppeling.omgeving,
    koppeling.sinds, koppeling.gestopt_op AS gepauzeerd_op
FROM verificatiecode AS code
LEFT JOIN koppeling ON koppeling.verificatiecode = code.id
LEFT JOIN connector ON connector.id = koppeling.connector
WHERE code.school = $1 ORDER BY code.gestopt_op IS NOT NULL, code.id DESC LIMIT $2
"""
_LIVING = "SELECT count(*) FROM verificatiecode WHERE school = $1 AND gestopt_op IS NULL"
_ADD = """
INSERT INTO verificatiecode (id, school, naam, hash, gemaakt_op, gemaakt_door) VALUES ($1, $2, $3, $4, $5, $6)
"""
_STOP = """
UPDATE verificatiecode SET gestopt_op = $3, gestopt_door = $4 WHERE id = $1 AND school = $2 AND gestopt_op IS NULL
RETURNING true
"""
_BLOCKED = "SELECT max(geblokkeerd_tot) FROM codepoging WHERE sleutel = ANY($1::text[]) AND geblokkeerd_tot > $2"
# The row is locked from here to the commit: of many at the same moment each sees the count of the one before.
_COUNT = """
INSERT INTO codepoging AS poging (sleutel, pogingen, sinds) VALUES ($1, 1, $2)
ON CONFLICT (sleutel) DO UPDATE SET
    pogingen = CASE WHEN poging.sinds < $3 THEN 1 ELSE poging.pogingen + 1 END,
    sinds = CASE WHEN poging.sinds < $3 THEN $2 ELSE poging.sinds END
RETURNING pogingen
"""
_BLOCK = "UPDATE codepoging SET geblokkeerd_tot = $2 WHERE sleutel = $1"
_FORGET = "DELETE FROM codepoging WHERE sinds < $1 AND (geblokkeerd_tot IS NULL OR geblokkeerd_tot < $1)"

LISTED = 200
"""Codes of one school that are shown: those in use first, the newest first."""


async def find(tx: Transaction, code_hash: bytes, connector: str) -> asyncpg.Record | None:
    """Find a code, stopped or not, with the environment that uses it; ``mag``: the connector may send to the school's SWV.

    The row is held until the commit.
    """
    return await tx.fetchrow(_FIND, code_hash, connector)


async def take_up(tx: Transaction, code: UUID, connector: str, omgeving: str) -> None:
    """Let this environment use this code from now on; another code of the same school in it is put down."""
    await tx.execute(_TAKE_UP, code, connector, omgeving, clock.now())


async def put_down(tx: Transaction, connector: str, omgeving: str, school: str) -> list[UUID]:
    """Let this environment use no code of this school; return those it had, also when they were put down before."""
    return [row["id"] for row in await tx.fetch(_PUT_DOWN, connector, omgeving, school, clock.now())]


async def of_school(tx: Transaction, school: str) -> list[asyncpg.Record]:
    """List the codes of a school with the environment that uses each."""
    return await tx.fetch(_OF_SCHOOL, school, LISTED)


async def living(tx: Transaction, school: str) -> int:
    """Count the codes of a school that are not stopped."""
    count: int = await tx.fetchval(_LIVING, school)
    return count


async def add(tx: Transaction, code: UUID, school: str, naam: str, code_hash: bytes, by: str) -> None:
    """Store a new code, as its hash."""
    await tx.execute(_ADD, code, school, naam, code_hash, clock.now(), by)


async def stop(tx: Transaction, code: UUID, school: str, by: str) -> bool:
    """Let a code of this school open nothing more; False when it did not already."""
    return bool(await tx.fetchval(_STOP, code, school, clock.now(), by))


async def blocked_until(tx: Transaction, keys: Sequence[str]) -> datetime | None:
    """Return until when no code is looked at under one of these keys; None: now."""
    until: datetime | None = await tx.fetchval(_BLOCKED, keys, clock.now())
    return until


async def count_wrong(tx: Transaction, key: str, guard: Guard) -> None:
    """Count a wrong code, and block the key when it is one too many."""
    now = clock.now()
    attempts = await tx.fetchval(_COUNT, key, now, now - guard.window)
    if wait := guard.wait_after(attempts):
        await tx.execute(_BLOCK, key, now + wait)


async def forget_wrong(pool: "asyncpg.Pool[asyncpg.Record]", before: datetime) -> None:
    """Delete counts that hold nobody back any more."""
    await pool.execute(_FORGET, before)
