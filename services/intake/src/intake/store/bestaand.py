"""The SQL of hulpvragen that a connector sent before: found by number or reference, changed, withdrawn, taken off its list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from intake.domain.facts import HulpvraagFact
from intake.domain.submission import Submission
from intake.domain.wijziging import Known
from intake.store.arrays import literal
from shared.database import Transaction

# ruff: noqa: S608 - statements are put together from constants, never from input
_FACT = """
SELECT hulpvraag.id, dossiernummer, dossier.swv, hulpvraag.school, einde, ingetrokken_op IS NOT NULL AS ingetrokken,
    verwijderd_op IS NOT NULL AS verwijderd, bijlagesoorten, hulpvraag.eigen_referentie, dossier.sleutel, vingerafdruk,
    uploadslots || ARRAY(SELECT uploadslot FROM osodossier WHERE osodossier.hulpvraag = hulpvraag.id) AS uploadslots
FROM hulpvraag JOIN dossier ON dossier.id = hulpvraag.dossier
"""
_NUMBERS = f"{_FACT} WHERE connector = $1 AND dossiernummer = ANY($2::bigint[])"
_REFERENCES = f"""
{_FACT} JOIN unnest($2::text[], $3::text[]) AS asked (school, eigen_referentie)
    ON asked.school = hulpvraag.school AND asked.eigen_referentie = hulpvraag.eigen_referentie
WHERE connector = $1
"""
_CHANGE = """
WITH asked AS (
    SELECT * FROM unnest($1::uuid[], $2::jsonb[], $3::bytea[], $4::text[], $5::text[], $6::date[], $7::jsonb[], $8::bigint[],
        $9::timestamptz[], $10::text[]) AS asked (id, gegevens, vingerafdruk, aanvraagtype, omschrijving, datum, contactpersoon,
            ontvangst, op, uploadslots)),
-- A message that was put aside and comes back after a later one changes nothing any more.
newer AS (
    SELECT asked.*, hulpvraag.dossier, hulpvraag.vingerafdruk <> asked.vingerafdruk AS anders
    FROM hulpvraag JOIN asked USING (id) WHERE hulpvraag.ontvangst < asked.ontvangst FOR UPDATE OF hulpvraag),
kept AS (
    INSERT INTO hulpvraagversie (swv, hulpvraag, versie, aanvraagtype, omschrijving, datum, contactpersoon, ontvangst, tot)
    SELECT swv, id, versie, hulpvraag.aanvraagtype, hulpvraag.omschrijving, hulpvraag.datum, hulpvraag.contactpersoon,
        hulpvraag.ontvangst, newer.op
    FROM hulpvraag JOIN newer USING (id) WHERE anders),
changed AS (
    UPDATE hulpvraag SET vingerafdruk = newer.vingerafdruk, aanvraagtype = newer.aanvraagtype,
        omschrijving = newer.omschrijving, datum = newer.datum, contactpersoon = newer.contactpersoon,
        ontvangst = newer.ontvangst, uploadslots = hulpvraag.uploadslots || newer.uploadslots::uuid[],
        bijlagesoorten = hulpvraag.bijlagesoorten
            || ARRAY(SELECT soort FROM slotsoort WHERE uploadslot = ANY(newer.uploadslots::uuid[])),
        versie = hulpvraag.versie + anders::integer, volgorde = hulpvraag.volgorde + 1
    FROM newer WHERE hulpvraag.id = newer.id
    RETURNING hulpvraag.id, hulpvraag.ingediend_op, hulpvraag.versie, volgorde, anders),
known AS (
    UPDATE dossier SET versie = dossier.versie + 1, gegevens = newer.gegevens, gewijzigd_op = newer.op
    FROM newer WHERE dossier.id = newer.dossier AND dossier.gegevens IS DISTINCT FROM newer.gegevens
    RETURNING dossier.id AS dossier, dossier.swv, dossier.versie, dossier.gegevens, newer.ontvangst, newer.op),
history AS (
    INSERT INTO dossierversie (swv, dossier, versie, gegevens, ontvangst, vanaf)
    SELECT swv, dossier, versie, gegevens, ontvangst, op FROM known RETURNING dossier)
SELECT id, newer.dossier, changed.ingediend_op, changed.versie, volgorde, changed.anders,
    history.dossier IS NOT NULL AS dossier_anders
FROM changed JOIN newer USING (id) LEFT JOIN history ON history.dossier = newer.dossier
"""
_WITHDRAW = """
UPDATE hulpvraag SET ingetrokken_op = $2, volgorde = volgorde + 1 WHERE id = $1 AND ingetrokken_op IS NULL RETURNING volgorde
"""
_REMOVE = "UPDATE hulpvraag SET verwijderd_op = $2 WHERE id = $1 AND verwijderd_op IS NULL RETURNING true"
_STAND = "SELECT id, dossiernummer, eigen_referentie, laatste_status FROM hulpvraag"
_STANDS = f"{_STAND} WHERE id = ANY($1::uuid[]) ORDER BY dossiernummer"
_OPEN = f"""
{_STAND} WHERE connector = $1 AND NOT einde AND verwijderd_op IS NULL AND dossiernummer > $4
    AND swv IN (SELECT swv FROM connector_swv WHERE connector_swv.connector = $1)
    AND (school = $2 OR dossier IN (SELECT id FROM dossier WHERE dossier.school = $3))
ORDER BY dossiernummer LIMIT $5
"""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change became. ``anders``: the content is another; ``dossier_anders``: the data of the pupil are."""

    dossier: UUID
    ingediend_op: datetime
    versie: int
    volgorde: int
    anders: bool
    dossier_anders: bool


async def numbers(tx: Transaction, connector: str, asked: Sequence[int]) -> dict[int, HulpvraagFact]:
    """Find hulpvragen of this connector by dossiernummer."""
    return {row["dossiernummer"]: _fact(row) for row in await tx.fetch(_NUMBERS, connector, asked)}


async def references(tx: Transaction, connector: str, asked: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Known]:
    """Find hulpvragen of this connector by (school, own reference)."""
    rows = await tx.fetch(_REFERENCES, connector, [school for school, _ in asked], [reference for _, reference in asked])
    return {
        (row["school"], row["eigen_referentie"]): Known(
            _fact(row), row["sleutel"], row["vingerafdruk"], frozenset(row["uploadslots"])
        )
        for row in rows
    }


async def change(tx: Transaction, changes: Sequence[Submission]) -> dict[UUID, Changed]:
    """Give these, which have the ids of hulpvragen that exist, their new content; no two about the same dossier.

    What stood there is kept in ``hulpvraagversie``, and other data of the pupil become a new version of the dossier. One that
    was overtaken by a later message is not in the answer.
    """
    rows = await tx.fetch(
        _CHANGE,
        [one.id for one in changes],
        [one.about.gegevens for one in changes],
        [one.fingerprint for one in changes],
        [one.aanvraagtype for one in changes],
        [one.omschrijving for one in changes],
        [one.datum for one in changes],
        [one.contactpersoon.model_dump() for one in changes],
        [one.ontvangst for one in changes],
        [one.ingediend_op for one in changes],
        [literal(one.uploadslots) for one in changes],
    )
    return {row["id"]: Changed(*(row[name] for name in Changed.__slots__)) for row in rows}


async def withdraw(tx: Transaction, hulpvraag: UUID, at: datetime) -> int | None:
    """Note that its sender withdrew it; return the count of events about it, or None when that was noted before."""
    count: int | None = await tx.fetchval(_WITHDRAW, hulpvraag, at)
    return count


async def remove(tx: Transaction, hulpvraag: UUID, at: datetime) -> bool:
    """Take it off the list of its sender; False when it was off already."""
    return bool(await tx.fetchval(_REMOVE, hulpvraag, at))


async def stands(tx: Transaction, hulpvragen: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return what was told last of each of these, by dossiernummer."""
    return await tx.fetch(_STANDS, hulpvragen)


async def open_stands(tx: Transaction, connector: str, school: str, now: str, after: int, most: int) -> list[asyncpg.Record]:
    """Return what was told last of what is open of a school, by dossiernummer; ``now`` is the number it has today."""
    return await tx.fetch(_OPEN, connector, school, now, after, most)


def _fact(row: asyncpg.Record) -> HulpvraagFact:
    return HulpvraagFact(
        row["id"],
        row["dossiernummer"],
        row["swv"],
        row["school"],
        row["einde"],
        row["ingetrokken"],
        row["verwijderd"],
        frozenset(row["bijlagesoorten"]),
    )
