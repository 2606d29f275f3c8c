"""The SQL of schools that go elsewhere."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg

from intake.domain.organisatie import Organisatie
from intake.domain.verhuizing import VerhuizingOpgave
from shared.database import Transaction

_WENT = "SELECT school FROM opvolging WHERE school = ANY($1::text[])"
_PLANNED = "SELECT EXISTS (SELECT FROM verhuizing WHERE school = $1 AND staat = 'gepland')"
_COUNT = """
SELECT count(*) AS dossiers, count(*) FILTER (WHERE EXISTS (SELECT FROM dossier AS daar WHERE
    (daar.swv, daar.school, daar.niveau, daar.sleutel) = (dossier.swv, $2, dossier.niveau, dossier.sleutel))) AS blijven
FROM dossier WHERE school = $1
"""
_CONNECTORS = """
SELECT DISTINCT naam FROM toelating JOIN connector ON connector.id = toelating.connector WHERE school = $1 ORDER BY naam
"""
_ADD = """
INSERT INTO verhuizing (id, swv, school, naar, naar_naam, naar_bestuur, per, koppeling_tot, accounts, staat, door, gemaakt_op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'gepland', $10, $11)
"""
_SHOWN = """
SELECT id, swv, school, naar, naar_naam, naar_bestuur, per, koppeling_tot, accounts, staat, reden, van_naam, van_bestuur,
    van_tot, is_nieuw, gemaakt_op, gedaan_op, ongedaan_op FROM verhuizing
"""
_LOCK = f"{_SHOWN} WHERE id = $1 AND swv = $2 FOR UPDATE"
_LISTED = f"{_SHOWN} WHERE swv = $1 AND ($2::text IS NULL OR $2 IN (school, naar)) ORDER BY id DESC LIMIT 200"
_DUE = f"{_SHOWN} WHERE staat = 'gepland' AND per <= $1 ORDER BY per, id LIMIT 1 FOR UPDATE SKIP LOCKED"
_DONE = """
UPDATE verhuizing SET staat = 'gedaan', van_naam = $2, van_bestuur = $3, van_tot = $4, is_nieuw = $5, gedaan_op = $6
WHERE id = $1
"""
_FAILED = "UPDATE verhuizing SET staat = 'mislukt', reden = $2 WHERE id = $1"
_UNDONE = "UPDATE verhuizing SET staat = 'ongedaan', ongedaan_op = $2 WHERE id = $1"
_LATER = """
SELECT EXISTS (SELECT FROM verhuizing WHERE staat = 'gedaan' AND gedaan_op > $1 AND id <> $2
    AND ARRAY[school, naar] && $3::text[])
"""
_LOCK_SCHOOLS = "SELECT code FROM school WHERE code = ANY($1::text[]) ORDER BY code FOR UPDATE"
_SET_BOARD = "UPDATE school SET bestuur = $2 WHERE code = $1 AND bestuur = $3"
_SET_END = "UPDATE school SET tot = $2 WHERE code = $1"
_NEVER_WAS = "UPDATE school SET tot = $2, van = least(van, $2) WHERE code = $1"
_FOLLOW = """
INSERT INTO opvolging (school, naar, koppeling_tot) VALUES ($1, $2, $3)
ON CONFLICT (school) DO UPDATE SET naar = excluded.naar, koppeling_tot = excluded.koppeling_tot
"""
_UNFOLLOW = "DELETE FROM opvolging WHERE school = $1"
_MOVE_DOSSIERS = """
WITH verhuisd AS (
    UPDATE dossier SET school = $3 WHERE school = $2 AND NOT EXISTS (SELECT FROM dossier AS daar WHERE
        (daar.swv, daar.school, daar.niveau, daar.sleutel) = (dossier.swv, $3, dossier.niveau, dossier.sleutel))
    RETURNING id, versie
)
INSERT INTO verhuisddossier (verhuizing, dossier, versie_na) SELECT $1, id, versie FROM verhuisd
"""
_DOSSIERS_BACK = """
UPDATE dossier SET school = $2 FROM verhuisddossier AS stap
WHERE stap.verhuizing = $1 AND stap.dossier = dossier.id AND dossier.school = $3 AND dossier.versie = stap.versie_na
    AND NOT EXISTS (SELECT FROM hulpvraag WHERE hulpvraag.dossier = dossier.id AND ingediend_op > $4)
    AND NOT EXISTS (SELECT FROM dossier AS daar WHERE
        (daar.swv, daar.school, daar.niveau, daar.sleutel) = (dossier.swv, $2, dossier.niveau, dossier.sleutel))
"""


async def went(tx: Transaction, codes: Sequence[str]) -> frozenset[str]:
    """Which of these schools have another number now."""
    return frozenset(row["school"] for row in await tx.fetch(_WENT, codes))


async def is_planned(tx: Transaction, school: str) -> bool:
    """Whether something waits for its day."""
    return bool(await tx.fetchval(_PLANNED, school))


async def count(tx: Transaction, school: str, naar: str) -> tuple[int, int]:
    """How many dossiers a school has, and how many of these stay behind because the other school has one by the same key."""
    row = await tx.fetchrow(_COUNT, school, naar)
    return (row["dossiers"], row["blijven"]) if row and naar != school else (row["dossiers"] if row else 0, 0)


async def connectors(tx: Transaction, school: str) -> list[str]:
    """Which connectors speak for a school."""
    return [row["naam"] for row in await tx.fetch(_CONNECTORS, school)]


async def add(
    tx: Transaction, id_: UUID, swv: str, opgave: VerhuizingOpgave, naar: Organisatie, by: UUID, at: datetime
) -> None:
    """Plan one."""
    row = (id_, swv, opgave.school, naar.code, naar.naam, naar.bestuur, opgave.per, opgave.koppeling_tot, opgave.accounts)
    await tx.execute(_ADD, *row, str(by), at)


async def lock(tx: Transaction, id_: UUID, swv: str) -> asyncpg.Record | None:
    """Look one of this SWV up, and keep others from it until the commit."""
    return await tx.fetchrow(_LOCK, id_, swv)


async def due(tx: Transaction, today: date) -> asyncpg.Record | None:
    """Lock the first whose day has come."""
    return await tx.fetchrow(_DUE, today)


async def listed(tx: Transaction, swv: str, school: str | None) -> list[asyncpg.Record]:
    """Those of an SWV, the newest first; of one school, from or to it."""
    return await tx.fetch(_LISTED, swv, school)


async def done(tx: Transaction, id_: UUID, before: Organisatie, at: datetime, *, is_new: bool) -> None:
    """Mark one as done, with what the school was before."""
    await tx.execute(_DONE, id_, before.naam, before.bestuur, before.tot, is_new, at)


async def failed(tx: Transaction, id_: UUID, reason: str) -> None:
    """Mark one that cannot be any more, with why."""
    await tx.execute(_FAILED, id_, reason)


async def undone(tx: Transaction, id_: UUID, at: datetime) -> None:
    """Mark one as taken back, or called off."""
    await tx.execute(_UNDONE, id_, at)


async def later(tx: Transaction, row: asyncpg.Record) -> bool:
    """Whether one of its schools went elsewhere after it."""
    return bool(await tx.fetchval(_LATER, row["gedaan_op"], row["id"], [row["school"], row["naar"]]))


async def lock_schools(tx: Transaction, *codes: str) -> None:
    """Keep schools from changing until the commit."""
    await tx.execute(_LOCK_SCHOOLS, list(codes))


async def set_board(tx: Transaction, school: str, bestuur: str, before: str) -> None:
    """Give a school another board, if it still has the one that is named."""
    await tx.execute(_SET_BOARD, school, bestuur, before)


async def set_end(tx: Transaction, school: str, last: date | None) -> None:
    """Give a school its last day, or none."""
    await tx.execute(_SET_END, school, last)


async def never_was(tx: Transaction, school: str, last: date) -> None:
    """End a school that began with a move that is taken back, be it on the same day."""
    await tx.execute(_NEVER_WAS, school, last)


async def take_along(tx: Transaction, id_: UUID, school: str, naar: str, koppeling_tot: date | None) -> None:
    """Let another number follow up a school's, and take its dossiers along."""
    await tx.execute(_FOLLOW, school, naar, koppeling_tot)
    await tx.execute(_MOVE_DOSSIERS, id_, school, naar)


async def take_back(tx: Transaction, row: asyncpg.Record) -> None:
    """Let a school have its own number again, and the dossiers that nobody worked with since."""
    await tx.execute(_UNFOLLOW, row["school"])
    await tx.execute(_DOSSIERS_BACK, row["id"], row["school"], row["naar"], row["gedaan_op"])
