"""Bijlagen: the object of one lies under its id in the bucket for bijlagen; that of a letter among the letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from documents.domain.weigering import Regel
from documents.ports import Scan
from shared.database import Transaction

_INSERT = """
INSERT INTO bijlage (id, swv, hulpvraag, soort, bij, batch, volgnummer, uploadslot, naam, omschrijving, grootte, sha256, staat,
    regel, toegevoegd_op, beoordeeld_op, volgende_poging_op)
SELECT id, $1, $2, $13, 'hulpvraag', $3, volgnummer, uploadslot, naam, omschrijving, grootte, sha256,
    CASE WHEN regel IS NULL THEN 'wordt gescand' ELSE 'geweigerd' END, regel, $4::timestamptz,
    CASE WHEN regel IS NOT NULL THEN $4::timestamptz END, $4::timestamptz
FROM unnest($5::uuid[], $6::int[], $7::uuid[], $8::text[], $9::text[], $10::bigint[], $11::text[], $12::text[])
    AS nieuw (id, volgnummer, uploadslot, naam, omschrijving, grootte, sha256, regel)
"""
_INSERT_LETTER = """
INSERT INTO bijlage (id, swv, hulpvraag, soort, bij, volgnummer, naam, omschrijving, grootte, sha256, mediatype, staat, scan,
    bucket, sleutel, objectversie, toegevoegd_op, beoordeeld_op)
VALUES ($1, $2, $3, 'brief', $4, 0, $5, '', $6, $7, 'application/pdf', 'beschikbaar', 'niet nodig', $8, $9, $10, $11, $11)
"""
_CLAIM = """
UPDATE bijlage SET claim = $1, geclaimd_tot = now() + $3 * interval '1 second', pogingen = bijlage.pogingen + 1,
    volgende_poging_op = $2::timestamptz + least($4, 2 ^ least(bijlage.pogingen, 20)) * interval '1 second'
FROM batch WHERE batch.id = bijlage.batch AND bijlage.id = (
    SELECT id FROM bijlage
    WHERE staat = 'wordt gescand' AND volgende_poging_op <= $2 AND (geclaimd_tot IS NULL OR geclaimd_tot < now())
    ORDER BY volgende_poging_op, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING bijlage.*, batch.correlation_id, batch.causation_id, batch.traceparent
"""
_RELEASE = """
UPDATE bijlage SET claim = NULL, geclaimd_tot = NULL, volgende_poging_op = coalesce($3, volgende_poging_op),
    pogingen = pogingen - CASE WHEN $3::timestamptz IS NULL THEN 0 ELSE 1 END
WHERE id = $1 AND claim = $2
"""
_ACCEPT = """
UPDATE bijlage SET staat = 'beschikbaar', scan = $3, mediatype = $4, bucket = $5, sleutel = $6, beoordeeld_op = $7,
    op_te_ruimen = true, claim = NULL, geclaimd_tot = NULL, volgende_poging_op = NULL
WHERE id = $1 AND claim = $2 AND staat = 'wordt gescand' RETURNING true
"""
_REFUSE = """
UPDATE bijlage SET staat = 'geweigerd', regel = $3, beoordeeld_op = $4, op_te_ruimen = true,
    claim = NULL, geclaimd_tot = NULL, volgende_poging_op = NULL
WHERE id = $1 AND claim = $2 AND staat = 'wordt gescand' RETURNING true
"""
_FORGET = """
UPDATE bijlage SET staat = 'geweigerd', regel = 'niet-bewaard', op_te_ruimen = true WHERE batch = $1 AND staat = 'beschikbaar'
"""
_OF_BATCH = "SELECT * FROM bijlage WHERE batch = $1 ORDER BY volgnummer"
_OF_HULPVRAAG = """
SELECT * FROM bijlage WHERE hulpvraag = $1 AND swv = $2 AND bij = 'hulpvraag' AND soort <> 'oso-dossier'
ORDER BY toegevoegd_op, volgnummer, id
"""
_FIND = "SELECT * FROM bijlage WHERE id = $1 AND hulpvraag = $2 AND swv = $3 AND soort <> 'oso-dossier'"
_OSO_DOSSIER = "SELECT * FROM bijlage WHERE batch = $1 AND hulpvraag = $2 AND swv = $3 AND soort = 'oso-dossier'"
_LETTER = """
SELECT bijlage.*, brief.brief FROM bijlage JOIN brief ON brief.id = bijlage.id
WHERE bijlage.hulpvraag = $1 AND bijlage.swv = $2 AND bijlage.sha256 = $3 AND soort = 'brief' ORDER BY toegevoegd_op LIMIT 1
"""
_TO_CLEAR = "SELECT id, uploadslot, staat FROM bijlage WHERE op_te_ruimen ORDER BY id LIMIT $1"
_CLEARED = "UPDATE bijlage SET op_te_ruimen = false WHERE id = $1"
_LIVE = "SELECT id FROM bijlage WHERE id = ANY($1::uuid[]) AND staat IN ('wordt gescand', 'beschikbaar')"
_EXPECTED = """
SELECT id, sleutel, grootte FROM bijlage WHERE staat = 'beschikbaar' AND bucket = $1 AND sleutel COLLATE "C" > $2
    AND ($3::text IS NULL OR sleutel COLLATE "C" <= $3) AND beoordeeld_op < $4 ORDER BY sleutel COLLATE "C" LIMIT $5
"""
_WAITING = """
SELECT count(*) AS aantal, coalesce(extract(epoch FROM $1::timestamptz - min(toegevoegd_op)), 0)::float8 AS oudste
FROM bijlage WHERE staat = 'wordt gescand'
"""

# Files of an overlegronde are kept under the id of a reaction, with the number of the hulpvraag.
_OBJECTS = """
WITH hier AS (SELECT $1::uuid AS id UNION SELECT hulpvraag FROM batch WHERE dossiernummer = $2)
SELECT
    ARRAY(SELECT id::text FROM uploadslot WHERE hulpvraag IN (SELECT id FROM hier)
        UNION SELECT uploadslot::text FROM bijlage WHERE hulpvraag IN (SELECT id FROM hier) AND uploadslot IS NOT NULL)
        AS uploads,
    ARRAY(SELECT bijlage.id::text FROM bijlage WHERE hulpvraag IN (SELECT id FROM hier) AND soort <> 'brief') AS bijlagen,
    ARRAY(SELECT DISTINCT besluit || '/' FROM brief WHERE hulpvraag = $1) AS brieven
"""


@dataclass(frozen=True, slots=True)
class NewBijlage:
    """A file of a batch: to be judged, or refused already."""

    id: UUID
    naam: str
    omschrijving: str = ""
    uploadslot: UUID | None = None
    grootte: int | None = None
    sha256: str | None = None
    regel: Regel | None = None


async def insert(
    tx: Transaction, new: Sequence[NewBijlage], *, soort: str, batch: UUID, swv: str, hulpvraag: UUID, now: datetime
) -> None:
    """Store the files of a batch, in this order."""
    await tx.execute(
        _INSERT,
        swv,
        hulpvraag,
        batch,
        now,
        [item.id for item in new],
        list(range(1, len(new) + 1)),
        [item.uploadslot for item in new],
        [item.naam for item in new],
        [item.omschrijving for item in new],
        [item.grootte for item in new],
        [item.sha256 for item in new],
        [item.regel for item in new],
        soort,
    )


async def insert_letter(
    tx: Transaction,
    letter: asyncpg.Record,
    *,
    size: int,
    sha256: str,
    bucket: str,
    key: str,
    version: str | None,
    now: datetime,
) -> None:
    """Let a letter that exists be found and downloaded like any bijlage."""
    whose = (letter["id"], letter["swv"], letter["hulpvraag"], letter["bij"], letter["naam"])
    await tx.execute(_INSERT_LETTER, *whose, size, sha256, bucket, key, version, now)


async def claim(tx: Transaction, token: UUID, now: datetime, *, lease: float, backoff: float) -> asyncpg.Record | None:
    """Take the bijlage that waited longest, for ``lease`` seconds; the next try is set already, in case this one crashes."""
    return await tx.fetchrow(_CLAIM, token, now, lease, backoff)


async def release(tx: Transaction, bijlage: UUID, token: UUID, again: datetime | None) -> None:
    """Give a bijlage back: to be tried at this moment as if nothing happened, or at the one that the claim set."""
    await tx.execute(_RELEASE, bijlage, token, again)


async def accept(
    tx: Transaction, bijlage: UUID, token: UUID, *, scan: Scan, mediatype: str, bucket: str, key: str, now: datetime
) -> bool:
    """Make it beschikbaar; False when another replica judged it meanwhile."""
    return bool(await tx.fetchval(_ACCEPT, bijlage, token, scan, mediatype, bucket, key, now))


async def refuse(tx: Transaction, bijlage: UUID, token: UUID, regel: Regel, now: datetime) -> bool:
    """Make it geweigerd; False when another replica judged it meanwhile."""
    return bool(await tx.fetchval(_REFUSE, bijlage, token, regel, now))


async def of_batch(tx: Transaction, batch: UUID) -> list[asyncpg.Record]:
    """Return the files of a batch in their order."""
    return await tx.fetch(_OF_BATCH, batch)


async def of_hulpvraag(tx: Transaction, hulpvraag: UUID, swv: str) -> list[asyncpg.Record]:
    """Return what stands with a hulpvraag, oldest first: no letters that stand with their decision, and no OSO dossier."""
    return await tx.fetch(_OF_HULPVRAAG, hulpvraag, swv)


async def forget(tx: Transaction, batch: UUID) -> None:
    """Refuse afterwards what may not be kept; its object goes as that of any refused file."""
    await tx.execute(_FORGET, batch)


async def find(tx: Transaction, bijlage: UUID, hulpvraag: UUID, swv: str) -> asyncpg.Record | None:
    """Find one that stands with this hulpvraag (or reaction), at this SWV only."""
    return await tx.fetchrow(_FIND, bijlage, hulpvraag, swv)


async def oso_dossier(tx: Transaction, hulpvraag: UUID, osodossier: UUID, swv: str) -> asyncpg.Record | None:
    """Find the file of an OSO dossier of this hulpvraag, at this SWV only."""
    return await tx.fetchrow(_OSO_DOSSIER, osodossier, hulpvraag, swv)


async def letter(tx: Transaction, hulpvraag: UUID, swv: str, sha256: str) -> asyncpg.Record | None:
    """Find a letter of a hulpvraag by what it says: with the hulpvraag or with its decision."""
    return await tx.fetchrow(_LETTER, hulpvraag, swv, sha256)


async def to_clear(pool: "asyncpg.Pool[asyncpg.Record]", limit: int) -> list[asyncpg.Record]:
    """Return judged bijlagen of which something is still to be removed."""
    return await pool.fetch(_TO_CLEAR, limit)


async def cleared(pool: "asyncpg.Pool[asyncpg.Record]", bijlage: UUID) -> None:
    """Note that nothing is left to remove."""
    await pool.execute(_CLEARED, bijlage)


async def live(pool: "asyncpg.Pool[asyncpg.Record]", ids: Sequence[UUID]) -> set[UUID]:
    """Return those whose object is or may be about to be needed."""
    return {row["id"] for row in await pool.fetch(_LIVE, ids)}


async def expected(
    pool: "asyncpg.Pool[asyncpg.Record]", bucket: str, after: str, until: str | None, before: datetime, *, limit: int
) -> list[asyncpg.Record]:
    """Return what must be in a bucket with a key after the one and up to the other, judged before this moment."""
    return await pool.fetch(_EXPECTED, bucket, after, until, before, limit)


async def waiting(pool: "asyncpg.Pool[asyncpg.Record]", now: datetime) -> tuple[int, float]:
    """Return how many wait for the scanner, and how long the oldest one does, in seconds."""
    row = await pool.fetchrow(_WAITING, now)
    return (row["aantal"], row["oudste"]) if row else (0, 0.0)


@dataclass(frozen=True, slots=True)
class Held:
    """Under which keys, or beginnings of keys, the objects of one hulpvraag lie."""

    uploads: list[str]
    bijlagen: list[str]
    brieven: list[str]


async def objects_of(pool: "asyncpg.Pool[asyncpg.Record]", hulpvraag: UUID, dossiernummer: int) -> Held:
    """Where the objects of a hulpvraag are, or may be; those of its letters are below the id of their decision."""
    row = await pool.fetchrow(_OBJECTS, hulpvraag, dossiernummer)
    return Held(*(list(row[name]) for name in ("uploads", "bijlagen", "brieven"))) if row else Held([], [], [])
