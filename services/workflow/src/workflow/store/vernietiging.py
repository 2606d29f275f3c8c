"""Hulpvragen past their term, and the record of what was erased."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import asyncpg

from shared.database import Transaction

_ENDED = """
SELECT hulpvraag.id, dossiernummer, swv,
    (SELECT max(gewijzigd_op) FROM statuswijziging WHERE hulpvraag = hulpvraag.id) AS geeindigd_op,
    (SELECT max(besluitversie.eind) FROM besluit JOIN besluitversie ON besluitversie.besluit = besluit.id
        AND besluitversie.versie = besluit.versie WHERE besluit.hulpvraag = hulpvraag.id AND toegekend) AS eind
FROM hulpvraag WHERE einde AND
"""
_ENDED_BEFORE = f"{_ENDED} swv = $1 AND gewijzigd_op < $2 ORDER BY dossiernummer"
_LOCK = f"{_ENDED} hulpvraag.id = $1 FOR UPDATE OF hulpvraag"
_BEGUN = """
INSERT INTO vernietiging (id, swv, hulpvraag, dossiernummer, bewaard_tot_en_met, door, op) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_CONFIRMED = """
INSERT INTO vernietiging_dienst (vernietiging, dienst, aantallen, op) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
"""
_RECORD = """
SELECT vernietiging.dossiernummer, swv, bewaard_tot_en_met, door, vernietiging.op,
    coalesce(jsonb_object_agg(dienst, aantallen) FILTER (WHERE dienst IS NOT NULL), '{}') AS diensten
FROM vernietiging LEFT JOIN vernietiging_dienst ON vernietiging_dienst.vernietiging = vernietiging.id
WHERE $1::bigint IS NULL OR vernietiging.dossiernummer = $1
GROUP BY vernietiging.id ORDER BY vernietiging.op, vernietiging.dossiernummer
"""


async def ended_before(tx: Transaction, swv: str, before: datetime) -> list[asyncpg.Record]:
    """The hulpvragen of an SWV that ended before, with the last day of what was granted, by dossiernummer."""
    return await tx.fetch(_ENDED_BEFORE, swv, before)


async def lock_ended(tx: Transaction, hulpvraag: UUID) -> asyncpg.Record | None:
    """One that has ended, kept from changing until the commit; None for one that runs, again, or is gone."""
    return await tx.fetchrow(_LOCK, hulpvraag)


async def begin(tx: Transaction, id_: UUID, ended: asyncpg.Record, until: date, by: str, now: datetime) -> None:
    """Record that one is erased."""
    await tx.execute(_BEGUN, id_, ended["swv"], ended["id"], ended["dossiernummer"], until, by, now)


async def confirmed(tx: Transaction, id_: UUID, dienst: str, aantallen: Mapping[str, int], op: datetime) -> None:
    """Record what a service erased; the first word counts."""
    await tx.execute(_CONFIRMED, id_, dienst, aantallen, op)


async def record(tx: Transaction, dossiernummer: int | None) -> list[asyncpg.Record]:
    """What was erased, or one of them, with what each service said."""
    return await tx.fetch(_RECORD, dossiernummer)
