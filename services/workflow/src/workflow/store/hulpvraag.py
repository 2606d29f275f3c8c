"""Hulpvragen and their history.

``create`` and ``change`` are one statement each: the row, its history row and the addresses of the roles to be told, because
this is the path of every hulpvraag and every statement is a journey to the database.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from shared.contracts.intake import HulpvraagIngediend
from shared.database import Transaction
from workflow.domain.hulpvraag import Contact, Hulpvraag, contact_now, display_name, search_words
from workflow.store.contact import EMAIL
from workflow.store.inzending import JOINED

# ruff: noqa: S608 - statements are put together from constants, never from input
_FIND = f"""
SELECT id, dossiernummer, swv, school, bestuur, schoolnaam, aanvraagtype, regels_versie, status, hulpvraag.versie, einde,
    zichtbaar_voor, gewijzigd_op, deadline, coordinator, coordinator_email, labels, inhoudsversie, inhoud AS ingediend,
    contact_naam, contact_email, contact_functie,
    (SELECT platform FROM platformschool WHERE (swv, school) = (hulpvraag.swv, hulpvraag.school)) AS platform,
    (SELECT telefoon FROM contactnummer WHERE (swv, school, email) = (hulpvraag.swv, hulpvraag.school, lower({EMAIL})))
        AS contact_telefoon
FROM hulpvraag {JOINED} WHERE
"""
_BY_NUMBER = f"{_FIND} dossiernummer = $1"
_LOCK_BY_NUMBER = f"{_FIND} dossiernummer = $1 FOR NO KEY UPDATE OF hulpvraag"
_BY_ID = f"{_FIND} hulpvraag.id = $1"
_LOCK_BY_ID = f"{_FIND} hulpvraag.id = $1 FOR NO KEY UPDATE OF hulpvraag"
_CREATE = """
WITH gevonden AS (
    SELECT rol, email FROM postbus WHERE swv = $3 AND rol = ANY($15::text[])
), nieuw AS (
    INSERT INTO hulpvraag (id, dossiernummer, swv, school, bestuur, titel, naam, schoolnaam, aanvraagtype, regels_versie,
        status, einde, ingediend_op, gewijzigd_op, zoek, zichtbaar_voor, coordinator, coordinator_email)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, array_to_tsvector($20::text[]), $22, $23, $24)
    ON CONFLICT (id) DO NOTHING RETURNING id
), geheel AS (
    INSERT INTO inzending (hulpvraag, inhoud) SELECT id, $19 FROM nieuw
), rij AS (
    INSERT INTO statuswijziging (hulpvraag, versie, id, status, aanleiding, mails, zonder_adres, gewijzigd_op)
    SELECT id, 1, $16, $11, $17, $18,
        $21::text[] || ARRAY(SELECT rol FROM unnest($15::text[]) AS rol WHERE rol NOT IN (SELECT rol FROM gevonden)), $14
    FROM nieuw RETURNING 1
)
SELECT (SELECT count(*) FROM rij) AS rijen, (SELECT jsonb_object_agg(rol, email) FROM gevonden) AS postbussen,
    -- No school of this SWV goes elsewhere until this is committed, and can be taken along (store/verhuizing).
    pg_advisory_xact_lock_shared(hashtextextended('workflow.verhuizing|' || $3, 0))
"""
_CHANGE = """
WITH gevonden AS (
    SELECT rol, email FROM postbus WHERE swv = $2 AND rol = ANY($3::text[])
), rij AS (
    INSERT INTO statuswijziging (hulpvraag, versie, id, vorige, status, reden, toelichting, bespreekdatum, aanleiding, account,
        naam, rol, mails, zonder_adres, gewijzigd_op)
    VALUES ($1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
        $20::text[] || ARRAY(SELECT rol FROM unnest($3::text[]) AS rol WHERE rol NOT IN (SELECT rol FROM gevonden)), $16)
), nu AS (
    UPDATE hulpvraag SET aanvraagtype = $17, status = $7, einde = $18, versie = $4, gewijzigd_op = $16,
        zoek = array_to_tsvector($19::text[]), zichtbaar_voor = $21 WHERE id = $1
)
SELECT jsonb_object_agg(rol, email) FROM gevonden
"""
_HISTORY = """
SELECT id, versie, vorige, status, reden, toelichting, bespreekdatum, aanleiding, naam, rol, mails, zonder_adres, gewijzigd_op
FROM statuswijziging WHERE hulpvraag = $1 ORDER BY versie
"""
_LATEST = "SELECT reden, toelichting, bespreekdatum FROM statuswijziging WHERE hulpvraag = $1 AND versie = $2"
_BATCH = """
WITH nieuw AS (
    INSERT INTO bijlage (id, hulpvraag, naam) SELECT id, $2, naam FROM unnest($4::uuid[], $5::text[]) AS schoon (id, naam)
    ON CONFLICT (id) DO NOTHING
)
INSERT INTO batch (id, hulpvraag, gezien_op) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING RETURNING true
"""
_BIJLAGEN = "SELECT id, naam FROM bijlage WHERE hulpvraag = $1"


@dataclass(frozen=True, slots=True)
class Coordinator:
    """Who coordinates a hulpvraag, and the address for mails to the coordinator."""

    naam: str
    email: str


@dataclass(frozen=True, slots=True)
class Rij:
    """One row of history to be written. ``rollen`` are the roles whose postbus gets a mail, ``zonder_adres`` who gets none."""

    id: UUID
    aanleiding: str
    status: str | None
    rollen: list[str]
    mails: list[dict[str, str]]
    zonder_adres: list[str]
    gewijzigd_op: datetime
    einde: bool = False
    zichtbaar_voor: tuple[str, ...] = ()
    reden: str | None = None
    toelichting: str = ""
    bespreekdatum: date | None = None
    account: UUID | None = None
    naam: str | None = None
    rol: str | None = None


async def create(
    tx: Transaction,
    data: HulpvraagIngediend,
    aanvraagtype: str | None,
    regels_versie: int,
    rij: Rij,
    coordinator: Coordinator | None,
) -> dict[str, str] | None:
    """Store a new hulpvraag with its first row of history; return the postbussen, or None when it was here already."""
    row = await tx.fetchrow(
        _CREATE,
        data.hulpvraag,
        data.dossiernummer,
        data.swv,
        data.school.code,
        data.school.bestuur,
        data.aanvraagtype,
        display_name(data),
        data.school.naam,
        aanvraagtype,
        regels_versie,
        rij.status,
        rij.einde,
        data.ingediend_op,
        rij.gewijzigd_op,
        rij.rollen,
        rij.id,
        rij.aanleiding,
        rij.mails,
        data.model_dump(mode="json"),
        search_words(data, aanvraagtype, rij.status, coordinator.naam if coordinator else None, ()),
        rij.zonder_adres,
        rij.zichtbaar_voor,
        coordinator.naam if coordinator else None,
        coordinator.email if coordinator else None,
    )
    return (row["postbussen"] or {}) if row is not None and row["rijen"] else None


async def change(tx: Transaction, hulpvraag: Hulpvraag, aanvraagtype: str | None, rij: Rij) -> dict[str, str]:
    """Write a change of a hulpvraag that is locked; return the postbussen of the roles to be told."""
    found = await tx.fetchval(
        _CHANGE,
        hulpvraag.id,
        hulpvraag.swv,
        rij.rollen,
        hulpvraag.versie + 1,
        rij.id,
        hulpvraag.status,
        rij.status,
        rij.reden,
        rij.toelichting,
        rij.bespreekdatum,
        rij.aanleiding,
        rij.account,
        rij.naam,
        rij.rol,
        rij.mails,
        rij.gewijzigd_op,
        aanvraagtype,
        rij.einde,
        search_words(hulpvraag.ingediend, aanvraagtype, rij.status, hulpvraag.coordinator, hulpvraag.labels),
        rij.zonder_adres,
        rij.zichtbaar_voor,
    )
    return found or {}


async def find(tx: Transaction, dossiernummer: int) -> Hulpvraag | None:
    """Look one up."""
    return _of(await tx.fetchrow(_BY_NUMBER, dossiernummer))


async def lock(tx: Transaction, dossiernummer: int) -> Hulpvraag | None:
    """Look one up and keep others from changing it until the end of the transaction, so that its events stay in order."""
    return _of(await tx.fetchrow(_LOCK_BY_NUMBER, dossiernummer))


async def find_by_id(tx: Transaction, id_: UUID) -> Hulpvraag | None:
    """Look one up by id."""
    return _of(await tx.fetchrow(_BY_ID, id_))


async def lock_by_id(tx: Transaction, id_: UUID) -> Hulpvraag | None:
    """The same, by the id that events carry."""
    return _of(await tx.fetchrow(_LOCK_BY_ID, id_))


async def history(tx: Transaction, hulpvraag: UUID) -> list[asyncpg.Record]:
    """Every change, oldest first."""
    return await tx.fetch(_HISTORY, hulpvraag)


async def latest(tx: Transaction, hulpvraag: Hulpvraag) -> asyncpg.Record:
    """The reason, explanation and date that came with the present status."""
    row = await tx.fetchrow(_LATEST, hulpvraag.id, hulpvraag.versie)
    if row is None:
        raise LookupError(hulpvraag.id)
    return row


async def first_of_batch(tx: Transaction, hulpvraag: UUID, batch: UUID, schoon: list[tuple[UUID, str]], at: datetime) -> bool:
    """Remember a batch's clean bijlagen; True the first time a batch is told of."""
    ids, names = [id_ for id_, _ in schoon], [naam for _, naam in schoon]
    return bool(await tx.fetchval(_BATCH, batch, hulpvraag, at, ids, names))


async def bijlagen(tx: Transaction, hulpvraag: UUID) -> dict[UUID, str]:
    """The bijlagen that may be seen, by id, with their names."""
    return {row["id"]: row["naam"] for row in await tx.fetch(_BIJLAGEN, hulpvraag)}


def _of(row: asyncpg.Record | None) -> Hulpvraag | None:
    if row is None:
        return None
    given = dict(row)
    contact = Contact(*(given.pop(f"contact_{part}") for part in ("naam", "email", "functie", "telefoon")))
    # the school it is of now, which need not be the one that submitted it (usecases/verhuizing)
    school = {"code": row["school"], "naam": given.pop("schoolnaam"), "bestuur": row["bestuur"]}
    ingediend = HulpvraagIngediend.model_validate({**given.pop("ingediend"), "school": school})
    now = contact_now(ingediend.contactpersoon, contact)
    return Hulpvraag(
        **{**given, "zichtbaar_voor": frozenset(row["zichtbaar_voor"]), "labels": tuple(row["labels"])},
        ingediend=ingediend.model_copy(update={"contactpersoon": now}),
    )
