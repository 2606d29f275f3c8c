"""The SQL of extra access."""

from datetime import datetime
from uuid import UUID

import asyncpg

from shared.database import Transaction
from workflow.access import Verleend

_LIVING = """
SELECT tot FROM toegang WHERE hulpvraag = $1 AND account = $2 AND tot > $3 AND ingetrokken_op IS NULL ORDER BY tot DESC LIMIT 1
"""
_GRANTS = """
SELECT tot, '{}'::text[] AS rollen FROM toegang
WHERE hulpvraag = $1 AND account = $2 AND tot > $3 AND ingetrokken_op IS NULL
UNION ALL
SELECT overlegronde.tot, overlegronde.rollen
FROM overlegronde JOIN overlegdeelnemer ON overlegdeelnemer.overlegronde = overlegronde.id
WHERE overlegronde.hulpvraag = $1 AND overlegdeelnemer.account = $2 AND overlegronde.tot > $3
    AND overlegdeelnemer.verwijderd_op IS NULL
"""
_GIVE = """
INSERT INTO toegang (id, hulpvraag, account, naam, email, reden, tot, door_account, door_naam, door_email, gegeven_op,
    herinneren_op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
_TAKE_BACK = """
UPDATE toegang SET ingetrokken_op = $4, herinneren_op = NULL
WHERE hulpvraag = $1 AND account = $2 AND gegeven_op = $3 AND ingetrokken_op IS NULL
"""
_END = """
UPDATE toegang SET ingetrokken_op = $3, herinneren_op = NULL
WHERE hulpvraag = $1 AND account = $2 AND tot > $3 AND ingetrokken_op IS NULL
"""
_REVOKE = """
UPDATE toegang SET ingetrokken_op = $3, herinneren_op = NULL
WHERE id = $1 AND hulpvraag = $2 AND tot > $3 AND ingetrokken_op IS NULL RETURNING account
"""
_LISTED = """
SELECT id AS toegang, account, naam, email, reden, tot, door_naam AS gegeven_door, gegeven_op, ingetrokken_op
FROM toegang WHERE hulpvraag = $1 ORDER BY gegeven_op DESC, id
"""
_SHARED = """
SELECT hulpvraag.dossiernummer, hulpvraag.naam, hulpvraag.school, hulpvraag.schoolnaam,
    coalesce(hulpvraag.aanvraagtype, hulpvraag.titel) AS aanvraagtype, hulpvraag.status, hulpvraag.einde,
    max(verleend.tot) AS tot
FROM (
    SELECT hulpvraag, tot, '{}'::text[] AS rollen FROM toegang WHERE account = $1 AND tot > $3 AND ingetrokken_op IS NULL
    UNION ALL
    SELECT overlegronde.hulpvraag, overlegronde.tot, overlegronde.rollen
    FROM overlegronde JOIN overlegdeelnemer ON overlegdeelnemer.overlegronde = overlegronde.id
    WHERE overlegdeelnemer.account = $1 AND overlegdeelnemer.verwijderd_op IS NULL AND overlegronde.tot > $3
        AND overlegronde.organisator <> $1
) AS verleend JOIN hulpvraag ON hulpvraag.id = verleend.hulpvraag
WHERE hulpvraag.swv = $2 AND (hulpvraag.zichtbaar_voor = '{}' OR hulpvraag.zichtbaar_voor && verleend.rollen)
GROUP BY hulpvraag.id ORDER BY hulpvraag.dossiernummer DESC LIMIT 200
"""
_DUE = """
SELECT toegang.id, toegang.naam, toegang.email, coalesce(toegang.meld_naam, toegang.door_naam) AS door_naam,
    coalesce(toegang.meld_email, toegang.door_email) AS door_email, toegang.tot, hulpvraag.id AS hulpvraag, hulpvraag.swv,
    hulpvraag.dossiernummer, hulpvraag.versie, coalesce(hulpvraag.aanvraagtype, hulpvraag.titel) AS aanvraagtype
FROM toegang JOIN hulpvraag ON hulpvraag.id = toegang.hulpvraag
WHERE toegang.herinneren_op <= $1 ORDER BY toegang.herinneren_op LIMIT 1 FOR UPDATE OF toegang SKIP LOCKED
"""
_REMINDED = "UPDATE toegang SET herinneren_op = NULL WHERE id = $1"


async def living(tx: Transaction, hulpvraag: UUID, account: UUID, now: datetime) -> datetime | None:
    """Until when this account may look at this hulpvraag by extra access; None when it may not now."""
    found: datetime | None = await tx.fetchval(_LIVING, hulpvraag, account, now)
    return found


async def end(tx: Transaction, hulpvraag: UUID, account: UUID, now: datetime) -> None:
    """Close a hulpvraag for an account, whatever it had."""
    await tx.execute(_END, hulpvraag, account, now)


async def grants(tx: Transaction, hulpvraag: UUID, account: UUID, now: datetime) -> list[Verleend]:
    """Every way in to this hulpvraag that this account was given and that has not ended."""
    return [Verleend(row["tot"], frozenset(row["rollen"])) for row in await tx.fetch(_GRANTS, hulpvraag, account, now)]


async def give(
    tx: Transaction,
    id_: UUID,
    hulpvraag: UUID,
    *,
    to: tuple[UUID, str, str],
    reden: str,
    tot: datetime,
    by: tuple[UUID, str, str],
    now: datetime,
    remind: datetime | None,
) -> None:
    """Open a hulpvraag for one account, beside what it has. ``to`` and ``by``: account, name, address."""
    await tx.execute(_GIVE, id_, hulpvraag, *to, reden, tot, *by, now, remind)


async def take_back(tx: Transaction, hulpvraag: UUID, account: UUID, given: datetime, now: datetime) -> None:
    """Close what was given to an account at one moment, and nothing else of it."""
    await tx.execute(_TAKE_BACK, hulpvraag, account, given, now)


async def revoke(tx: Transaction, id_: UUID, hulpvraag: UUID, now: datetime) -> UUID | None:
    """Close it again; gives the account, None when there is nothing to close."""
    found: UUID | None = await tx.fetchval(_REVOKE, id_, hulpvraag, now)
    return found


async def listed(tx: Transaction, hulpvraag: UUID) -> list[asyncpg.Record]:
    """Who got in, the newest first, also who does not any more."""
    return await tx.fetch(_LISTED, hulpvraag)


async def shared_with(tx: Transaction, account: UUID, swv: str, now: datetime) -> list[asyncpg.Record]:
    """The hulpvragen of this SWV that are open for this account now, the newest first."""
    return await tx.fetch(_SHARED, account, swv, now)


async def due(tx: Transaction, now: datetime) -> asyncpg.Record | None:
    """One whose end is to be told, locked."""
    return await tx.fetchrow(_DUE, now)


async def reminded(tx: Transaction, id_: UUID) -> None:
    """It was told."""
    await tx.execute(_REMINDED, id_)
