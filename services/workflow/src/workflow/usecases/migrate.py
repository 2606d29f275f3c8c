"""Moving running hulpvragen to another version of the rules, on purpose: previewed, in batches that may be broken off, undone.

>>> preview(await running(pool, "PO2507"), regels, {})
[Groep(versie=1, aanvraagtype="TLV", status="Aanhouden", aantal=3, naar=Landing(…), mails=0)]
>>> result = await apply(database, rulesets, "PO2507", 2, {}, by="jansen", mails=False)

Nothing is mailed unless asked. A hulpvraag without a place in the new rules stays where it is. Of a status that keeps its name
there is no row of history; one that changes is a row like any other, ``aanleiding`` migratie.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from shared import clock, failpoints
from shared.database import Database, Transaction
from shared.errors import NotFound
from workflow.domain.ruleset import Statusmail
from workflow.domain.vergelijking import Landing, landing
from workflow.domain.verloop import Regels
from workflow.registry import RuleSets
from workflow.store import hulpvraag as store
from workflow.store import migratie as migratie_store
from workflow.usecases.arrive import arrive
from workflow.usecases.terms import keep_terms

failpoints.register("migratie.before-commit", "migratie.after-commit")

BATCH = 100
NIL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Groep:
    """Running hulpvragen that stand at the same place, and where they would go. ``mails`` is how many each would send."""

    versie: int
    aanvraagtype: str | None
    status: str | None
    aantal: int
    naar: Landing | None
    mails: int


@dataclass(frozen=True, slots=True)
class Uitkomst:
    """What a migration did."""

    migratie: UUID
    gewijzigd: int
    gebleven: int


def preview(rows: Iterable[asyncpg.Record], regels: Regels, toewijzing: Mapping[str, str], *, mails: bool) -> list[Groep]:
    """Say what would happen to each group of running hulpvragen that is on another version."""
    found = []
    for row in rows:
        if row["regels_versie"] == regels.versie:
            continue
        place = _anywhere(regels, row["aanvraagtype"], row["status"], toewijzing)
        written = len(place.status.mails) if mails and place and place.status.naam != row["status"] else 0
        found.append(Groep(row["regels_versie"], row["aanvraagtype"], row["status"], row["aantal"], place, written))
    return found


def _anywhere(regels: Regels, aanvraagtype: str | None, status: str | None, toewijzing: Mapping[str, str]) -> Landing | None:
    places = (landing(regels, niveau, aanvraagtype, status, toewijzing) for niveau in ("leerling", "groep", "school"))
    return next((place for place in places if place is not None), None)


async def apply(
    database: Database, rulesets: RuleSets, swv: str, versie: int, toewijzing: Mapping[str, str], *, by: str, mails: bool
) -> Uitkomst:
    """Move what has a place. Broken off halfway, the same call goes on where it stopped. Raises NoRuleSet."""
    async with database.transaction() as tx:
        regels = await rulesets.pinned(tx.connection, swv, versie)
        id_ = await migratie_store.begin(tx, clock.new_id(), swv, versie, toewijzing, by, clock.now(), mails=mails)
        tx.audit("regels.migratie_begonnen", subject=swv, actor=by, migratie=id_, versie=versie)
    changed = stayed = 0
    after = NIL
    while True:
        async with database.transaction() as tx:
            batch = await migratie_store.to_do(tx, swv, versie, after, BATCH)
            for hulpvraag in batch:
                moved = await _move(tx, regels, id_, hulpvraag, toewijzing, mails=mails)
                changed, stayed = changed + moved, stayed + (not moved)
            if not batch:
                await migratie_store.finish(tx, id_, clock.now())
                tx.audit("regels.migratie_klaar", subject=swv, actor=by, migratie=id_, gewijzigd=changed, gebleven=stayed)
            failpoints.hit("migratie.before-commit")
        failpoints.hit("migratie.after-commit")
        if not batch:
            return Uitkomst(id_, changed, stayed)
        after = batch[-1]


async def _move(
    tx: Transaction, regels: Regels, migratie: UUID, id_: UUID, toewijzing: Mapping[str, str], *, mails: bool
) -> bool:
    now = await store.lock_by_id(tx, id_)
    if now is None:
        return False
    place = landing(regels, now.ingediend.niveau, now.aanvraagtype, now.status, toewijzing)
    if place is None and now.aanvraagtype is not None:
        return False
    before = (now.regels_versie, now.aanvraagtype, now.status)
    status, titel = (place.status, place.verloop.type.titel) if place else (None, None)
    einde, visible = (status.einde, status.zichtbaar_voor) if status else (now.einde, tuple(now.zichtbaar_voor))
    await migratie_store.move(tx, id_, regels.versie, titel, einde=einde, zichtbaar_voor=visible)
    versie = now.versie
    if place is not None and place.status.naam != now.status:
        told: tuple[Statusmail, ...] = place.status.mails if mails else ()
        await arrive(tx, regels, place.verloop, now, place.status, "migratie", mails=told, silent=True)
        versie += 1
    elif place is not None:
        await keep_terms(tx, regels, place.verloop, id_, silent=True)
    await migratie_store.step(tx, migratie, id_, before, versie)
    return True


async def undo(database: Database, rulesets: RuleSets, migratie: UUID, *, by: str) -> Uitkomst:
    """Put back what has not gone on since; nothing is mailed. Raises NotFound."""
    async with database.transaction() as tx:
        known = await migratie_store.one(tx, migratie)
        if known is None:
            raise NotFound("Deze migratie bestaat niet.")
    changed, after = 0, NIL
    while True:
        async with database.transaction() as tx:
            batch = await migratie_store.to_undo(tx, migratie, after, BATCH)
            for row in batch:
                changed += await _put_back(tx, rulesets, known["naar_versie"], row)
            if not batch:
                kept = await migratie_store.finish_undo(tx, migratie, clock.now())
                tx.audit("regels.migratie_ongedaan", subject=known["swv"], actor=by, migratie=migratie, gewijzigd=changed)
                return Uitkomst(migratie, changed, kept)
            after = batch[-1]["hulpvraag"]


async def _put_back(tx: Transaction, rulesets: RuleSets, versie: int, row: asyncpg.Record) -> bool:
    now = await store.lock_by_id(tx, row["hulpvraag"])
    if now is None or now.versie != row["versie_na"] or now.regels_versie != versie:
        return False
    regels = await rulesets.pinned(tx.connection, now.swv, row["van_versie"])
    place = landing(regels, now.ingediend.niveau, row["van_aanvraagtype"], row["van_status"], {})
    status = place.status if place else None
    einde, visible = (status.einde, status.zichtbaar_voor) if status else (now.einde, tuple(now.zichtbaar_voor))
    await migratie_store.move(tx, now.id, row["van_versie"], row["van_aanvraagtype"], einde=einde, zichtbaar_voor=visible)
    if place is not None and place.status.naam != now.status:
        await arrive(tx, regels, place.verloop, now, place.status, "migratie ongedaan", mails=(), silent=True)
    elif place is not None:
        await keep_terms(tx, regels, place.verloop, now.id, silent=True)
    await migratie_store.undone(tx, row["migratie"], now.id, clock.now())
    return True
