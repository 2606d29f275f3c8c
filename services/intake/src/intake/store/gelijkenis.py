"""The SQL of dossiers that may be of one pupil."""
# ruff: noqa: S608 - statements are put together from the constants below, never from input

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from intake.domain.persoonsnaam import key
from intake.domain.submission import About
from shared import clock
from shared.database import Transaction

# Who holds the lock of a name sees what others with that name committed: of two dossiers made at the same moment, one sees the
# other. Locks are taken in one order, so that nobody waits for ever.
_KNOW = """
WITH held AS MATERIALIZED (
    SELECT pg_advisory_xact_lock(slot) FROM (
        SELECT DISTINCT hashtextextended('intake.herkenning|' || swv || encode(sleutel, 'hex'), 0) AS slot
        FROM unnest($2::text[], $3::bytea[]) AS asked (swv, sleutel) ORDER BY slot) AS ordered)
INSERT INTO herkenning (dossier, swv, sleutel)
SELECT asked.* FROM unnest($1::uuid[], $2::text[], $3::bytea[]) AS asked, (SELECT count(*) FROM held) AS locked
ORDER BY 1
ON CONFLICT (dossier) DO UPDATE SET swv = excluded.swv, sleutel = excluded.sleutel WHERE herkenning.sleutel <> excluded.sleutel
"""
_ALIKE = """
SELECT DISTINCT ON (een, ander) mine.swv, least(mine.dossier, other.dossier) AS een,
    greatest(mine.dossier, other.dossier) AS ander, mine.dossier AS verder
FROM herkenning AS mine CROSS JOIN LATERAL (
    SELECT dossier FROM herkenning AS same
    WHERE same.swv = mine.swv AND same.sleutel = mine.sleutel AND same.dossier <> mine.dossier ORDER BY dossier DESC LIMIT $2
) AS other
WHERE mine.dossier = ANY($1::uuid[]) AND NOT EXISTS (
    SELECT FROM gelijkenis WHERE een = least(mine.dossier, other.dossier) AND ander = greatest(mine.dossier, other.dossier))
ORDER BY een, ander
"""
_PROPOSE = """
INSERT INTO gelijkenis (id, swv, een, ander, verder, voorgesteld_op)
SELECT pair.*, $6 FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[]) AS pair
"""
# A proposal stands only as long as the names are still alike: a name that was put right takes it away.
_LISTED = """
SELECT gelijkenis.id, staat, verder, een, ander, voorgesteld_op, beslist_op FROM gelijkenis
JOIN herkenning AS eerste ON eerste.dossier = een JOIN herkenning AS tweede ON tweede.dossier = ander
WHERE gelijkenis.swv = $1 AND (staat <> 'voorgesteld' OR eerste.sleutel = tweede.sleutel)
ORDER BY staat <> 'voorgesteld', coalesce(beslist_op, voorgesteld_op) DESC, gelijkenis.id LIMIT $2
"""
_DOSSIERS = """
SELECT dossier.id, sleutel AS leerlingid, gegevens, school.code, school.naam, gewijzigd_op,
    (SELECT array_agg(dossiernummer ORDER BY dossiernummer) FROM hulpvraag WHERE hulpvraag.dossier = dossier.id) AS nummers
FROM dossier JOIN school ON school.code = dossier.school WHERE dossier.id = ANY($1::uuid[])
"""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('intake.gelijkenis|' || $1, 0))"
_FIND = "SELECT id, staat, een, ander FROM gelijkenis WHERE id = $1 AND swv = $2"
_DECIDE = "UPDATE gelijkenis SET staat = $2, beslist_door = $3, beslist_op = $4 WHERE id = $1"
_TOGETHER = """
WITH RECURSIVE samen (dossier) AS (
    SELECT $1::uuid
    UNION SELECT CASE WHEN een = samen.dossier THEN ander ELSE een END
    FROM samen JOIN gelijkenis ON samen.dossier IN (een, ander) WHERE staat = 'bevestigd'
)
"""
_APART = f"""{_TOGETHER}
SELECT EXISTS (
    SELECT FROM gelijkenis JOIN samen AS eerste ON eerste.dossier = een JOIN samen AS tweede ON tweede.dossier = ander
    WHERE staat = 'afgewezen')
"""
_LINKED = f"""{_TOGETHER}
SELECT dossier.id, sleutel AS leerlingid, dossier.school AS code, school.naam, school.bestuur, opvolging.naar AS opvolger,
    ARRAY(SELECT platform FROM platformschool WHERE platformschool.school IN (school.code, opvolging.naar)) AS platforms,
    NOT EXISTS (SELECT FROM gelijkenis WHERE staat = 'bevestigd' AND dossier.id IN (een, ander) AND verder <> dossier.id)
        AS gaat_verder
FROM samen JOIN dossier ON dossier.id = samen.dossier JOIN school ON school.code = dossier.school
LEFT JOIN opvolging ON opvolging.school = school.code
WHERE samen.dossier <> $1 ORDER BY dossier.id
"""


MOST = 5
"""Pairs for one pupil: a system that sends every pupil under one name does not make thousands."""


async def propose(tx: Transaction, asked: Sequence[tuple[UUID, About]]) -> None:
    """Remember by what these pupils are known, and put down every other dossier of the SWV that may be of one of them.

    Nothing is put together by this. Of a name that many have, only with the newest ones (``MOST``). A pair that was put down
    before, whatever was said of it, is not put down again.
    """
    pupils = {dossier: about for dossier, about in asked if about.niveau == "leerling"}
    if pupils:
        keys = [_key(about) for about in pupils.values()]
        await tx.execute(_KNOW, list(pupils), [about.swv for about in pupils.values()], keys)
        pairs = await tx.fetch(_ALIKE, list(pupils), MOST)
        if pairs:
            columns = [[pair[name] for pair in pairs] for name in ("swv", "een", "ander", "verder")]
            await tx.execute(_PROPOSE, [clock.new_id() for _ in pairs], *columns, clock.now())


async def listed(tx: Transaction, swv: str, most: int) -> list[asyncpg.Record]:
    """List pairs: what waits first, then the last that was decided."""
    return await tx.fetch(_LISTED, swv, most)


async def dossiers(tx: Transaction, wanted: Sequence[UUID]) -> dict[UUID, asyncpg.Record]:
    """Look these dossiers up, with their school and the numbers of their hulpvragen."""
    return {row["id"]: row for row in await tx.fetch(_DOSSIERS, wanted)}


async def lock(tx: Transaction, wanted: UUID, swv: str) -> asyncpg.Record | None:
    """Find a pair; nobody else decides on one of this SWV until the end of the transaction."""
    await tx.execute(_ONE_AT_A_TIME, swv)
    return await tx.fetchrow(_FIND, wanted, swv)


async def decide(tx: Transaction, wanted: UUID, staat: str, door: UUID, at: datetime) -> None:
    """Write down what was said of a pair."""
    await tx.execute(_DECIDE, wanted, staat, door, at)


async def contradicts(tx: Transaction, dossier: UUID) -> bool:
    """Tell whether two dossiers that were said to be of two pupils are now put together, by way of others."""
    return bool(await tx.fetchval(_APART, dossier))


async def linked(tx: Transaction, dossier: UUID) -> list[asyncpg.Record]:
    """List the other dossiers that are confirmed to be of the same pupil, also by way of a third."""
    return await tx.fetch(_LINKED, dossier)


def _key(about: About) -> bytes:
    name = key(about.gegevens["roepnaam"], about.gegevens["voorvoegsel"], about.gegevens["achternaam"])
    return hashlib.sha256(f"{name} {about.gegevens['geboortedatum']}".encode()).digest()
