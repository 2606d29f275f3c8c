"""What names a person, read and written alike for every kind. What goes over is for ``domain.overdracht`` to say."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never
from uuid import UUID

import asyncpg

from shared import clock
from shared.database import Transaction
from workflow.domain.overdracht import Ding, Opdracht, Soort, Waarde
from workflow.store import contact, overleg, postbus, rondom
from workflow.store import hulpvraag as hulpvraag_store
from workflow.store.hulpvraag import Coordinator
from workflow.store.inzending import JOINED

# ruff: noqa: S608 - statements are put together from the constants here, never from input
_KRING = "(SELECT kring FROM kringschool WHERE (swv, school) = (hulpvraag.swv, hulpvraag.school)) AS kring"
_MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
_BASE: dict[Soort, str] = {
    "contact": f"""
SELECT hulpvraag.id::text AS wat, {contact.EMAIL} AS email, hulpvraag.school, NULL AS kring, hulpvraag.id AS hulpvraag, einde,
    jsonb_build_object('naam', contact_naam, 'email', contact_email, 'functie', contact_functie) AS waarde
FROM hulpvraag {JOINED} WHERE hulpvraag.swv = $1""",
    "coordinator": f"""
SELECT hulpvraag.id::text AS wat, coordinator_email AS email, hulpvraag.school, {_KRING}, hulpvraag.id AS hulpvraag, einde,
    jsonb_build_object('naam', coordinator, 'email', coordinator_email) AS waarde
FROM hulpvraag WHERE hulpvraag.swv = $1 AND coordinator_email IS NOT NULL""",
    "kring": """
SELECT naam AS wat, email, NULL AS school, naam AS kring, NULL::uuid AS hulpvraag, false AS einde,
    jsonb_build_object('naam', coordinator, 'email', email) AS waarde
FROM kring WHERE swv = $1""",
    "postbus": """
SELECT rol AS wat, email, NULL AS school, NULL AS kring, NULL::uuid AS hulpvraag, false AS einde,
    jsonb_build_object('email', email) AS waarde
FROM postbus WHERE swv = $1""",
    "verlener": f"""
SELECT toegang.id::text AS wat, coalesce(meld_email, door_email) AS email, hulpvraag.school, {_KRING},
    hulpvraag.id AS hulpvraag, false AS einde, jsonb_build_object('naam', meld_naam, 'email', meld_email) AS waarde
FROM toegang JOIN hulpvraag ON hulpvraag.id = toegang.hulpvraag WHERE hulpvraag.swv = $1""",
    "toegang": f"""
SELECT toegang.id::text AS wat, toegang.email, hulpvraag.school, {_KRING}, hulpvraag.id AS hulpvraag, tot <= $2 AS einde,
    jsonb_build_object('ingetrokken_op', {_MOMENT.format("ingetrokken_op")}) AS waarde
FROM toegang JOIN hulpvraag ON hulpvraag.id = toegang.hulpvraag WHERE hulpvraag.swv = $1""",
    "overlegronde": f"""
SELECT overlegronde.id::text AS wat, organisator_email AS email, hulpvraag.school, {_KRING}, hulpvraag.id AS hulpvraag,
    tot <= $2 AS einde, jsonb_build_object('organisator', organisator, 'naam', organisator_naam, 'email', organisator_email,
    'rollen', rollen, 'besloten', besloten_deelname OR besloten_reacties) AS waarde
FROM overlegronde JOIN hulpvraag ON hulpvraag.id = overlegronde.hulpvraag WHERE hulpvraag.swv = $1""",
    "deelname": f"""
SELECT overlegdeelnemer.id::text AS wat, overlegdeelnemer.email, hulpvraag.school, {_KRING}, hulpvraag.id AS hulpvraag,
    tot <= $2 AS einde, jsonb_build_object('verwijderd_op', {_MOMENT.format("verwijderd_op")},
    'besloten', besloten_deelname) AS waarde
FROM overlegdeelnemer JOIN overlegronde ON overlegronde.id = overlegdeelnemer.overlegronde
    JOIN hulpvraag ON hulpvraag.id = overlegronde.hulpvraag
WHERE hulpvraag.swv = $1""",
}
_LOCKED: dict[Soort, str] = {
    "contact": "ORDER BY hulpvraag.id FOR NO KEY UPDATE OF hulpvraag",
    "coordinator": "ORDER BY hulpvraag.id FOR NO KEY UPDATE",
    "kring": "ORDER BY naam FOR NO KEY UPDATE",
    "postbus": "ORDER BY rol FOR NO KEY UPDATE",
    "verlener": "ORDER BY toegang.id FOR NO KEY UPDATE OF toegang",
    "toegang": "ORDER BY toegang.id FOR NO KEY UPDATE OF toegang",
    "overlegronde": "ORDER BY overlegronde.id FOR NO KEY UPDATE OF overlegronde",
    "deelname": "ORDER BY overlegdeelnemer.id FOR NO KEY UPDATE OF overlegdeelnemer",
}
_OF_SCHOOL = f"{_BASE['contact']} AND school = $2 AND NOT einde AND lower({contact.EMAIL}) = lower($3)"
_OF_COORDINATOR = f"{_BASE['coordinator']} AND NOT einde AND lower(coordinator_email) = lower($2)"
_KRINGEN = f"{_BASE['kring']} AND lower(email) = lower($2)"
_POSTBUSSEN = f"{_BASE['postbus']} AND lower(email) = lower($2)"
_LIVING = "AND tot > $2 AND ingetrokken_op IS NULL"
_GIVEN = f"{_BASE['verlener']} {_LIVING} AND lower(coalesce(meld_email, door_email)) = lower($3)"
_HAD = f"{_BASE['toegang']} {_LIVING} AND lower(toegang.email) = lower($3)"
_BEGUN = f"{_BASE['overlegronde']} AND tot > $2 AND lower(organisator_email) = lower($3)"
_TAKEN_PART = f"{_BASE['deelname']} AND tot > $2 AND verwijderd_op IS NULL AND lower(overlegdeelnemer.email) = lower($3)"
_ONE: dict[Soort, str] = {
    "contact": f"{_BASE['contact']} AND hulpvraag.id = $2::text::uuid {_LOCKED['contact']}",
    "coordinator": f"{_BASE['coordinator']} AND hulpvraag.id = $2::text::uuid {_LOCKED['coordinator']}",
    "kring": f"{_BASE['kring']} AND naam = $2 {_LOCKED['kring']}",
    "postbus": f"{_BASE['postbus']} AND rol = $2 {_LOCKED['postbus']}",
    "verlener": f"{_BASE['verlener']} AND toegang.id = $2::text::uuid {_LOCKED['verlener']}",
    "toegang": f"{_BASE['toegang']} AND toegang.id = $3::text::uuid {_LOCKED['toegang']}",
    "overlegronde": f"{_BASE['overlegronde']} AND overlegronde.id = $3::text::uuid {_LOCKED['overlegronde']}",
    "deelname": f"{_BASE['deelname']} AND overlegdeelnemer.id = $3::text::uuid {_LOCKED['deelname']}",
}
_PUT_CONTACT = "UPDATE hulpvraag SET contact_naam = $2, contact_email = $3, contact_functie = $4 WHERE id = $1"
_PUT_KRING = "UPDATE kring SET coordinator = $3, email = $4, gewijzigd_op = $5 WHERE swv = $1 AND naam = $2"
_PUT_VERLENER = "UPDATE toegang SET meld_naam = $2, meld_email = $3 WHERE id = $1"
_CLOSE = "UPDATE toegang SET ingetrokken_op = $2, herinneren_op = NULL WHERE id = $1"
_REOPEN = """
UPDATE toegang SET ingetrokken_op = NULL, herinneren_op = CASE WHEN tot - $3::interval > $2 THEN tot - $3::interval END
WHERE id = $1
"""
_HOLDERS = """
SELECT account FROM toegang WHERE id = ANY($1::uuid[]) UNION SELECT account FROM overlegdeelnemer WHERE id = ANY($1::uuid[])
"""
_ACCESS = "SELECT hulpvraag, account, reden, tot FROM toegang WHERE id = $1"


async def found(tx: Transaction, opdracht: Opdracht, *, lock: bool) -> list[Ding]:
    """What names the leaver and may go over; with ``lock`` nobody changes it until the end of the transaction."""
    swv, van, now = opdracht.swv, opdracht.van, clock.now()
    asked: list[tuple[Soort, str, tuple[object, ...]]]
    if opdracht.soort == "school":
        asked = [("contact", _OF_SCHOOL, (swv, opdracht.school, van))]
    else:
        asked = [
            ("coordinator", _OF_COORDINATOR, (swv, van)),
            ("kring", _KRINGEN, (swv, van)),
            ("postbus", _POSTBUSSEN, (swv, van)),
        ]
    by_moment: list[tuple[Soort, str]] = [
        ("verlener", _GIVEN),
        ("toegang", _HAD),
        ("overlegronde", _BEGUN),
        ("deelname", _TAKEN_PART),
    ]
    asked += [(soort, query, (swv, now, van)) for soort, query in by_moment]
    return [
        _of(swv, soort, row)
        for soort, query, given in asked
        for row in await tx.fetch(f"{query} {_LOCKED[soort]}" if lock else query, *given)
    ]


async def one(tx: Transaction, swv: str, soort: Soort, wat: str) -> Ding | None:
    """One thing as it stands, locked; None when it is there no more."""
    ends = soort in {"toegang", "overlegronde", "deelname"}
    given = (swv, clock.now(), wat) if ends else (swv, wat)
    row = await tx.fetchrow(_ONE[soort], *given)
    return _of(swv, soort, row) if row else None


async def put(tx: Transaction, swv: str, soort: Soort, wat: str, waarde: Waarde, at: datetime) -> None:
    """Write what a locked thing holds from now on; access is closed at ``at``, or opened again."""
    match soort:
        case "contact":
            await tx.execute(_PUT_CONTACT, UUID(wat), waarde["naam"], waarde["email"], waarde["functie"])
        case "coordinator":
            hulpvraag = await hulpvraag_store.lock_by_id(tx, UUID(wat))
            if hulpvraag is not None:
                await rondom.put_coordinator(tx, hulpvraag, Coordinator(waarde["naam"], waarde["email"]))
        case "kring":
            await tx.execute(_PUT_KRING, swv, wat, waarde["naam"], waarde["email"], at)
        case "postbus":
            await postbus.put(tx, swv, wat, waarde["email"], at)
        case "verlener":
            await tx.execute(_PUT_VERLENER, UUID(wat), waarde["naam"], waarde["email"])
        case "toegang":
            closed = waarde["ingetrokken_op"]
            await (tx.execute(_CLOSE, UUID(wat), at) if closed else tx.execute(_REOPEN, UUID(wat), at, clock.REMINDER))
        case "overlegronde":
            await overleg.put_organiser(tx, UUID(wat), waarde)
        case "deelname":
            await (overleg.leave(tx, UUID(wat), at) if waarde["verwijderd_op"] else overleg.rejoin(tx, UUID(wat)))
        case other:
            assert_never(other)


async def access(tx: Transaction, toegang: UUID) -> asyncpg.Record | None:
    """To which hulpvraag, for which account, why and until when this access is."""
    return await tx.fetchrow(_ACCESS, toegang)


async def holders(tx: Transaction, wat: Sequence[UUID]) -> set[UUID]:
    """The accounts of this access, and of who takes part so in overlegrondes."""
    return {row["account"] for row in await tx.fetch(_HOLDERS, wat)}


def _of(swv: str, soort: Soort, row: asyncpg.Record) -> Ding:
    return Ding(soort=soort, swv=swv, **dict(row))
