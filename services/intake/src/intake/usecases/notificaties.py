"""A notificatie of OSO-SWV comes in, and what became of its dossier is written.

Each function is inside a transaction of the caller; what talks to other systems stands between them (``melding.py``).
"""

from collections.abc import Mapping, Sequence

from intake.domain import names
from intake.domain.facts import SchoolFact
from intake.domain.notificatie import Notificatie, adres_faults, school_faults
from intake.store import notificaties as store
from intake.store import organisations, terugkoppelingen
from intake.store.las import Las
from intake.store.notificaties import Rij
from shared.contracts.workflow import StatusGewijzigd
from shared.database import Transaction
from shared.errors import Conflict, Fault, InvalidInput

BETEKENIS = {
    "geen-mandaat-las": "De school gaf uw administratiesysteem vandaag geen mandaat voor OSO-SWV in het OSR.",
    "geen-mandaat-swv": "De school gaf het systeem van het samenwerkingsverband vandaag geen mandaat voor OSO-SWV in het OSR.",
    "andere-school": "Het dossier is van een andere school dan de notificatie.",
    "ander-swv": "Het formulier noemt een ander samenwerkingsverband dan dat van de school.",
    "las-weigert": "Uw administratiesysteem gaf het dossier niet.",
    "formulier-ontbreekt": "Bij het dossier ontbreekt wat de school voor een hulpvraag invult.",
    "dossier-geweigerd": "Het dossier klopt niet.",
    "hulpvraag-geweigerd": "De hulpvraag klopt niet.",
}
"""What a school is told of each reason for which a dossier is not taken."""


async def beoordeel(tx: Transaction, las: Las, melding: Notificatie, doelen: Mapping[str, str]) -> SchoolFact | None:
    """Judge a notificatie by all but its mandates; None: it is here already, and gets the same answer.

    Raises InvalidInput with every fault, Conflict for a koppelsleutel that is of another notificatie.
    """
    earlier = await store.known(tx, las.connector, melding.koppelsleutel)
    if earlier is not None:
        _same(earlier, melding)
        return None
    faults = list(adres_faults(melding, doelen))
    if faults:
        raise InvalidInput(faults)
    _, schools, _ = await organisations.facts(tx, las.connector, [], [melding.school])
    school = schools.get(melding.school)
    faults = list(school_faults(melding, school, doelen))
    if faults or school is None:
        raise InvalidInput(faults)
    return school


async def leg_vast(tx: Transaction, las: Las, melding: Notificatie, school: SchoolFact, bericht: bytes) -> None:
    """Store it, once. Raises Conflict as ``beoordeel`` does, when another was quicker with this koppelsleutel."""
    wie = await store.add(tx, melding, las.connector, school.code, school.swv, bericht)
    if wie is None:
        earlier = await store.known(tx, las.connector, melding.koppelsleutel)
        if earlier is not None:
            _same(earlier, melding)
        return
    tx.audit("notificatie.ontvangen", subject=wie, actor=names.aanbieder(las.connector), school=school.code)


def regels(faults: Sequence[Fault]) -> str:
    """Write faults for a person, one a line."""
    return "\n".join(f"{fault.field}: {fault.message}" for fault in faults)[:4000]


async def weiger(tx: Transaction, rij: Rij, reden: str, faults: tuple[Fault, ...] = (), detail: str | None = None) -> None:
    """Take no dossier of this notificatie; the LAS is told why."""
    if not await store.settle(tx, rij, "geweigerd", reden=reden, detail=detail):
        return
    await store.drop_dossier(tx, rij)
    toelichting = f"{BETEKENIS[reden]}\n{regels(faults)}".strip()[:4000]
    await terugkoppelingen.plan(tx, rij.id, rij.swv, 0, {"resultaat": "geweigerd", "regel": reden, "toelichting": toelichting})
    tx.audit("notificatie.geweigerd", subject=rij.id, actor=names.aanbieder(rij.connector), reden=reden)


async def meld_status(tx: Transaction, told: StatusGewijzigd) -> None:
    """Tell the LAS the status of a hulpvraag that came by OSO-SWV, in the words that a connector gets."""
    found = await terugkoppelingen.notificatie_of(tx, told.hulpvraag)
    if found is None:
        return
    inhoud = {
        "dossiernummer": str(told.dossiernummer),
        "status": told.status,
        "reden": told.reden or "",
        "toelichting": told.toelichting or "",
        "gevraagdeActie": told.gevraagde_actie or "",
        "gewijzigdOp": told.gewijzigd_op.isoformat(),
    }
    await terugkoppelingen.plan(tx, *found, told.versie, {name: text for name, text in inhoud.items() if text}, told.hulpvraag)


def _same(earlier: Rij, melding: Notificatie) -> None:
    if earlier.melding != melding:
        raise Conflict("Onder deze koppelsleutel ontvingen wij al een andere notificatie. Vraag een nieuwe koppelsleutel aan.")
