"""The SQL of dossiers and hulpvragen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from intake.domain.submission import Submission
from intake.store.arrays import literal
from shared import clock
from shared.contracts.documents import Uploadslot
from shared.database import Transaction

_ERASED_NUMBERS = "SELECT dossiernummer FROM vernietigd WHERE dossiernummer = ANY($1::bigint[])"
_ERASED_REFERENCES = """
SELECT school, referentie FROM unnest($2::text[], $3::text[]) AS asked (school, referentie)
JOIN vernietigde_referentie ON sleutel = referentiesleutel($1, school, referentie)
"""
_STORE = """
WITH asked AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::text[],
        $9::text[], $10::bytea[], $11::text[], $12::text[], $13::date[], $14::jsonb[], $15::bigint[], $16::timestamptz[],
        $17::text[], $18::text[])
        WITH ORDINALITY AS asked (id, nieuw_dossier, swv, school, niveau, sleutel, gegevens, connector, eigen_referentie,
            vingerafdruk, aanvraagtype, omschrijving, datum, contactpersoon, ontvangst, ingediend_op, gestuurd,
            uploadslots, place)),
known AS (
    INSERT INTO dossier (id, swv, school, niveau, sleutel, versie, gegevens, gewijzigd_op)
    SELECT nieuw_dossier, swv, school, niveau, sleutel, 1, gegevens, ingediend_op FROM asked
    ORDER BY swv, school, niveau, sleutel
    ON CONFLICT ON CONSTRAINT dossier_once DO UPDATE SET
        versie = dossier.versie + (dossier.gegevens IS DISTINCT FROM excluded.gegevens)::integer,
        gewijzigd_op = CASE WHEN dossier.gegevens IS DISTINCT FROM excluded.gegevens
            THEN excluded.gewijzigd_op ELSE dossier.gewijzigd_op END,
        gegevens = excluded.gegevens
    RETURNING id AS dossier, swv, school, niveau, sleutel, versie),
placed AS (SELECT * FROM asked JOIN known USING (swv, school, niveau, sleutel)),
history AS (
    INSERT INTO dossierversie (swv, dossier, versie, gegevens, ontvangst, vanaf)
    SELECT swv, dossier, versie, gegevens, ontvangst, ingediend_op FROM placed
    ON CONFLICT DO NOTHING RETURNING dossier, versie),
made AS (
    INSERT INTO hulpvraag (id, swv, dossier, school, connector, eigen_referentie, vingerafdruk, aanvraagtype, omschrijving,
        datum, contactpersoon, ontvangst, ingediend_op, uploadslots, bijlagesoorten)
    SELECT id, swv, dossier, gestuurd, connector, eigen_referentie, vingerafdruk, aanvraagtype, omschrijving, datum,
        contactpersoon, ontvangst, ingediend_op, uploadslots::uuid[],
        ARRAY(SELECT soort FROM slotsoort WHERE uploadslot = ANY(placed.uploadslots::uuid[]))
    FROM placed ORDER BY place RETURNING id, dossiernummer, dossier)
SELECT made.id, dossiernummer, made.dossier, coalesce(history.versie > 1, false) AS changed
FROM made LEFT JOIN history USING (dossier)
"""
_ADVANCE = """
UPDATE hulpvraag SET volgorde = volgorde + 1,
    bijlagesoorten = bijlagesoorten || ARRAY(SELECT soort FROM slotsoort WHERE uploadslot = ANY(brought.uploadslots::uuid[]))
FROM unnest($1::uuid[], $2::text[]) AS brought (id, uploadslots) WHERE hulpvraag.id = brought.id
RETURNING hulpvraag.id, volgorde
"""
_SLOT_REQUEST = """
INSERT INTO slotaanvraag (id, connector, ontvangst, betreft)
SELECT asked.id, $1, asked.ontvangst, asked.betreft FROM unnest($2::uuid[], $3::bigint[], $4::text[])
    AS asked (id, ontvangst, betreft)
ON CONFLICT DO NOTHING
"""
_KEEP_KINDS = """
INSERT INTO slotsoort (uploadslot, soort, verloopt_op) SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[])
ON CONFLICT DO NOTHING
"""
_KINDS = "SELECT uploadslot, soort FROM slotsoort WHERE uploadslot = ANY($1::uuid[])"
_DOSSIER = """
SELECT dossier.id, dossier.swv, niveau, sleutel, versie, gegevens, gewijzigd_op, school.code, school.naam, school.bestuur,
    bestuur.naam AS bestuursnaam, opvolging.naar AS opvolger,
    ARRAY(SELECT platform FROM platformschool WHERE platformschool.school IN (school.code, opvolging.naar)) AS platforms
FROM dossier JOIN school ON school.code = dossier.school JOIN bestuur ON bestuur.code = school.bestuur
LEFT JOIN opvolging ON opvolging.school = school.code
WHERE dossier.id = $1
"""
_OF_DOSSIERS = """
SELECT id, dossiernummer, dossier, aanvraagtype, datum, ingediend_op, connector FROM hulpvraag WHERE dossier = ANY($1::uuid[])
ORDER BY dossiernummer
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a submission became. ``changed``: the data of its dossier differ from what was known."""

    dossiernummer: int
    dossier: UUID
    changed: bool


async def erased_references(tx: Transaction, connector: str, asked: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Find the (school, own reference) under which this connector sent something that was erased after its term."""
    schools, references_ = [school for school, _ in asked], [reference for _, reference in asked]
    rows = await tx.fetch(_ERASED_REFERENCES, connector, schools, references_)
    return {(row["school"], row["referentie"]) for row in rows}


async def erased_numbers(tx: Transaction, asked: Sequence[int]) -> frozenset[int]:
    """Find which dossiernummers were erased after their term."""
    return frozenset(row["dossiernummer"] for row in await tx.fetch(_ERASED_NUMBERS, asked))


async def store(tx: Transaction, submissions: Sequence[Submission]) -> dict[UUID, Stored]:
    """Make or find the dossier of each, and store it with a dossiernummer of its own; no two about the same dossier.

    Changed data become a new version of the dossier; every version stays in ``dossierversie``. One statement for all, in an
    order of its own, so that two at the same moment wait for each other and never for ever.
    """
    rows = await tx.fetch(
        _STORE,
        [submission.id for submission in submissions],
        [clock.new_id() for _ in submissions],
        [submission.about.swv for submission in submissions],
        [submission.about.school for submission in submissions],
        [submission.about.niveau for submission in submissions],
        [submission.about.sleutel for submission in submissions],
        [submission.about.gegevens for submission in submissions],
        [submission.connector for submission in submissions],
        [submission.reference for submission in submissions],
        [submission.fingerprint for submission in submissions],
        [submission.aanvraagtype for submission in submissions],
        [submission.omschrijving for submission in submissions],
        [submission.datum for submission in submissions],
        [submission.contactpersoon.model_dump() for submission in submissions],
        [submission.ontvangst for submission in submissions],
        [submission.ingediend_op for submission in submissions],
        [submission.sent_for or submission.about.school for submission in submissions],
        [literal(submission.uploadslots) for submission in submissions],
    )
    return {row["id"]: Stored(row["dossiernummer"], row["dossier"], row["changed"]) for row in rows}


async def advance(tx: Transaction, brought: Mapping[UUID, Sequence[UUID]]) -> dict[UUID, int]:
    """Count one more event about each hulpvraag, that of these uploadslots, and note their kinds; return the counts."""
    rows = await tx.fetch(_ADVANCE, list(brought), [literal(slots) for slots in brought.values()])
    return {row["id"]: row["volgorde"] for row in rows}


async def slot_requests(tx: Transaction, connector: str, asked: Sequence[tuple[UUID, int, str]]) -> None:
    """Remember who asked for uploadslots: (aanvraag, ontvangst, id of the message)."""
    await tx.execute(_SLOT_REQUEST, connector, [a for a, _, _ in asked], [o for _, o, _ in asked], [b for _, _, b in asked])


async def keep_kinds(tx: Transaction, told: Sequence[Uploadslot]) -> None:
    """Remember what the files of these uploadslots were said to be, where something was said of them."""
    kept = [(slot.uploadslot, slot.bijlagesoort, slot.verloopt_op) for slot in told if slot.bijlagesoort]
    if kept:
        await tx.execute(_KEEP_KINDS, *zip(*kept, strict=True))


async def kinds(tx: Transaction, slots: Sequence[UUID]) -> dict[UUID, str]:
    """What the files of these uploadslots were said to be; nothing of those of which nothing was said."""
    return {row["uploadslot"]: row["soort"] for row in await tx.fetch(_KINDS, slots)}


async def dossier(tx: Transaction, wanted: UUID) -> asyncpg.Record | None:
    """Find a dossier with its school and board."""
    return await tx.fetchrow(_DOSSIER, wanted)


async def of_dossiers(tx: Transaction, wanted: Sequence[UUID]) -> list[asyncpg.Record]:
    """List the hulpvragen of these dossiers, the oldest first."""
    return await tx.fetch(_OF_DOSSIERS, wanted)
