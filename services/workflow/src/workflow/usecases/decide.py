"""Decisions: taken once, numbered here, corrected under the same number."""

from datetime import date
from uuid import UUID

from shared import clock
from shared.contracts.workflow import BesluitGenomen
from shared.database import Transaction
from shared.envelope import Event
from shared.errors import Conflict, Fault, NotFound, StaleVersion, Unprocessable
from workflow import access
from workflow.domain.besluit import Voorstel, faults, number, series
from workflow.domain.ruleset import Besluitregel, Brief
from workflow.store import besluit as store
from workflow.usecases.dossier import Dossier
from workflow.usecases.terms import keep_terms


async def decide(tx: Transaction, dossier: Dossier, voorstel: Voorstel, versie: int) -> UUID:
    """Take a decision and give it its number: unique and without gaps per SWV, series and calendar year.

    The year is that of the decision, as the register wants in positions 8-11 of a TLV number. Raises Forbidden, StaleVersion,
    Conflict when this is not the moment or it was decided already, or Unprocessable with the faults.
    """
    regel = _rule(dossier)
    rol = access.require(dossier.toegang.rollen, regel.rollen)
    dossier.expect(versie)
    hulpvraag = dossier.hulpvraag
    if hulpvraag.status not in regel.statussen:
        raise Conflict("Bij deze status kan geen besluit worden genomen.", statussen=list(regel.statussen))
    _check(dossier, regel, voorstel)
    for uitkomst, standing in (await store.outcomes(tx, dossier.id)).items():
        message = f"Er is al een besluit genomen ({uitkomst}), onder nummer {standing}. Corrigeer dat besluit."
        raise Conflict(message, nummer=standing)
    reeks, year = series(voorstel.soort, toegekend=voorstel.toegekend), voorstel.genomen_op.year
    nummer = number(hulpvraag.swv, reeks, year, await store.next_number(tx, hulpvraag.swv, reeks, year))
    besluit = clock.new_id()
    await store.create(tx, besluit, dossier.id, voorstel, nummer)
    await _settle(tx, dossier, regel, rol, besluit, nummer, 1, voorstel)
    return besluit


async def correct(tx: Transaction, dossier: Dossier, besluit: UUID, voorstel: Voorstel, versie: int) -> int:
    """Correct a decision: a next version under the same number. Its kind, outcome and year stay.

    ``versie`` is the version of the decision that the correction was made up for. Raises NotFound and what ``decide`` raises.
    """
    regel = _rule(dossier)
    rol = access.require(dossier.toegang.rollen, regel.rollen)
    row = await store.one(tx, dossier.id, besluit)
    if row is None:
        raise NotFound
    if row["versie"] != versie:
        raise StaleVersion(versie=row["versie"])
    standing = store.proposal(row)
    _check(dossier, regel, voorstel)
    kept = (
        ("toegekend", "uitkomst", voorstel.toegekend == standing.toegekend, "De uitkomst van een besluit ligt vast."),
        (
            "genomenOp",
            "jaar",
            voorstel.genomen_op.year == standing.genomen_op.year,
            "Het jaar hoort bij het nummer en ligt vast.",
        ),
    )
    _require([Fault(field=field, rule=rule, message=message) for field, rule, holds, message in kept if not holds])
    await _settle(tx, dossier, regel, rol, besluit, row["nummer"], versie + 1, voorstel)
    return versie + 1


def letter(dossier: Dossier) -> Brief | None:
    """The letter that goes with a decision on this hulpvraag, granted or not; None where the rules name none."""
    regel = dossier.verloop.type.besluit if dossier.verloop else None
    return next((brief for brief in dossier.regels.ruleset.brieven if regel and brief.naam == regel.brief), None)


def _rule(dossier: Dossier) -> Besluitregel:
    regel = dossier.verloop.type.besluit if dossier.verloop else None
    if regel is None:
        raise Conflict("Bij dit aanvraagtype hoort geen besluit.")
    return regel


def _check(dossier: Dossier, regel: Besluitregel, voorstel: Voorstel) -> None:
    data = dossier.hulpvraag.ingediend
    wrong = [
        Fault(field="soort", rule="aanvraagtype", message=f"Bij dit aanvraagtype hoort een besluit van soort {regel.soort}.")
    ]
    _require(
        [
            *(wrong if voorstel.soort != regel.soort else ()),
            *faults(
                voorstel,
                niveau=data.niveau,
                born=data.leerling.geboortedatum if data.leerling else None,
                ingediend=_day(dossier),
                today=clock.today(),
            ),
        ]
    )


def _day(dossier: Dossier) -> date:
    return dossier.hulpvraag.ingediend.ingediend_op.astimezone(clock.NETHERLANDS).date()


def _require(fouten: list[Fault]) -> None:
    if fouten:
        detail = "; ".join(f"{fout.field}: {fout.message}" for fout in fouten)
        raise Unprocessable(detail, fouten=[fout.model_dump() for fout in fouten])


async def _settle(
    tx: Transaction,
    dossier: Dossier,
    regel: Besluitregel,
    rol: str,
    besluit: UUID,
    nummer: str,
    versie: int,
    voorstel: Voorstel,
) -> None:
    hulpvraag, data, ruleset = dossier.hulpvraag, dossier.hulpvraag.ingediend, dossier.regels.ruleset
    who = (dossier.actor.sub, dossier.actor.naam, rol)
    await store.add_version(tx, besluit, versie, voorstel, who, clock.now())
    await keep_terms(tx, dossier.regels, dossier.verloop, dossier.id)
    brief = letter(dossier)
    tx.publish(
        Event.about(
            BesluitGenomen(
                swv=hulpvraag.swv,
                hulpvraag=hulpvraag.id,
                dossiernummer=hulpvraag.dossiernummer,
                besluit=besluit,
                versie=versie,
                nummer=nummer,
                soort=voorstel.soort,
                toegekend=voorstel.toegekend,
                categorie=voorstel.categorie,
                begin=voorstel.begin,
                eind=voorstel.eind,
                omschrijving=voorstel.omschrijving,
                begeleider=voorstel.begeleider,
                motivering=voorstel.motivering,
                genomen_op=voorstel.genomen_op,
                niveau=data.niveau,
                groep=data.groep,
                school=data.school,
                leerling=data.leerling,
                contactpersoon=data.contactpersoon,
                afzender=ruleset.afzender,
                brief=brief.naam if brief else None,
                brief_bij=brief.bij if brief else None,
                registratie=regel.registratie if voorstel.toegekend else None,
            ),
            subject=hulpvraag.id,
            sequence=hulpvraag.versie,
        )
    )
    tx.audit(
        "besluit.vastgelegd",
        subject=hulpvraag.id,
        actor=dossier.actor.sub,
        dossiernummer=hulpvraag.dossiernummer,
        besluit=besluit,
        nummer=nummer,
        versie=versie,
    )
