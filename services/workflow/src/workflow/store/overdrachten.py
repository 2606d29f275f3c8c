"""The handovers themselves: planned, done, undone; and of each thing what it was before."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from shared.database import Transaction
from workflow.domain.overdracht import Gebleven, Opdracht, Stap

_ADD = """
INSERT INTO overdracht (id, swv, soort, school, kringen, door_swv, van_email, naar_naam, naar_email, naar_functie,
    naar_telefoon, naar_account, naar_rollen, toegang, datum, door_account, door_naam, door_email, aangemaakt_op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
"""
_LIST = """
SELECT *, (SELECT count(DISTINCT hulpvraag) FROM overdrachtstap WHERE overdracht = overdracht.id
    AND soort IN ('contact', 'coordinator')) AS hulpvragen
FROM overdracht WHERE swv = $1 AND ($2::text IS NULL OR school = $2) ORDER BY id DESC LIMIT 100
"""
_ONE = "SELECT * FROM overdracht WHERE id = $1 AND swv = $2 AND ($3::text IS NULL OR school = $3)"
_LOCKED = f"{_ONE} FOR UPDATE"
_DUE = """
SELECT * FROM overdracht WHERE datum <= $1 AND gedaan_op IS NULL AND ongedaan_op IS NULL ORDER BY datum, id LIMIT 1
FOR UPDATE SKIP LOCKED
"""
_STEP = "INSERT INTO overdrachtstap (overdracht, soort, wat, hulpvraag, van, naar) VALUES ($1, $2, $3, $4, $5, $6)"
_STEPS = """
SELECT stap.soort, stap.wat, stap.hulpvraag, stap.van, stap.naar, stap.teruggezet_op, stap.gebleven,
    CASE WHEN (stap.van ->> 'besloten')::boolean THEN NULL ELSE hulpvraag.dossiernummer END AS dossiernummer,
    hulpvraag.zichtbaar_voor, hulpvraag.school
FROM overdrachtstap AS stap LEFT JOIN hulpvraag ON hulpvraag.id = stap.hulpvraag WHERE overdracht = $1
ORDER BY stap.soort, dossiernummer, stap.wat
"""
_NUMBERS = """
SELECT id, dossiernummer, coalesce(aanvraagtype, titel) AS aanvraagtype, status, schoolnaam, zichtbaar_voor FROM hulpvraag
WHERE id = ANY($1::uuid[]) ORDER BY dossiernummer
"""
_DONE = "UPDATE overdracht SET gedaan_op = $2 WHERE id = $1"
_UNDONE = "UPDATE overdracht SET ongedaan_op = $2 WHERE id = $1"
_STEP_UNDONE = """
UPDATE overdrachtstap SET teruggezet_op = CASE WHEN $4::text IS NULL THEN $5::timestamptz END, gebleven = $4
WHERE overdracht = $1 AND soort = $2 AND wat = $3
"""


async def add(tx: Transaction, id_: UUID, opdracht: Opdracht, datum: date, *, by: tuple[UUID, str, str], at: datetime) -> None:
    """Keep a handover that is to be done on a day. ``by``: account, name, address."""
    naar = opdracht.naar
    await tx.execute(
        _ADD,
        id_,
        opdracht.swv,
        opdracht.soort,
        opdracht.school,
        list(opdracht.kringen),
        opdracht.door_swv,
        opdracht.van,
        naar.naam,
        naar.email,
        naar.functie,
        naar.telefoon,
        naar.account,
        list(naar.rollen),
        opdracht.toegang,
        datum,
        *by,
        at,
    )


async def listed(tx: Transaction, swv: str, school: str | None) -> list[asyncpg.Record]:
    """The newest hundred, of one school or of all."""
    return await tx.fetch(_LIST, swv, school)


async def one(tx: Transaction, id_: UUID, swv: str, school: str | None, *, lock: bool) -> asyncpg.Record | None:
    """Look one up, within reach."""
    return await tx.fetchrow(_LOCKED if lock else _ONE, id_, swv, school)


async def due(tx: Transaction, today: date) -> asyncpg.Record | None:
    """One whose day has come, locked, unless another replica has it in hand."""
    return await tx.fetchrow(_DUE, today)


async def keep(tx: Transaction, id_: UUID, steps: Sequence[Stap]) -> None:
    """Remember what each thing was, and what it became."""
    rows: list[tuple[Any, ...]] = [
        (id_, stap.soort, stap.wat, stap.hulpvraag, dict(stap.van), dict(stap.naar)) for stap in steps
    ]
    await tx.executemany(_STEP, rows)


async def steps(tx: Transaction, id_: UUID) -> list[asyncpg.Record]:
    """What went over, and what came back."""
    return await tx.fetch(_STEPS, id_)


async def numbers(tx: Transaction, hulpvragen: Sequence[UUID]) -> list[asyncpg.Record]:
    """What a preview shows of hulpvragen: no names of pupils."""
    return await tx.fetch(_NUMBERS, list(hulpvragen))


async def done(tx: Transaction, id_: UUID, at: datetime) -> None:
    """Mark it as done."""
    await tx.execute(_DONE, id_, at)


async def undone(tx: Transaction, id_: UUID, at: datetime) -> None:
    """Mark it as undone, or a planned one as called off."""
    await tx.execute(_UNDONE, id_, at)


async def step_undone(tx: Transaction, id_: UUID, stap: Stap, gebleven: Gebleven | None, at: datetime) -> None:
    """Mark one thing as put back, or say why it stays."""
    await tx.execute(_STEP_UNDONE, id_, stap.soort, stap.wat, gebleven, at)
