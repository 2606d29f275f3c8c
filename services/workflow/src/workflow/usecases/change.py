"""Changes of a hulpvraag by a person: its status, and the aanvraagtype of one whose title nobody knew."""

from typing import NoReturn, assert_never

from shared import clock
from shared.database import Transaction
from shared.errors import Conflict, Fault, Forbidden, IllegalTransition, Unprocessable
from workflow import access
from workflow.domain.stappen import Verzoek, Voorhanden, Weigering, change
from workflow.domain.verloop import Stap
from workflow.store import besluit as besluit_store
from workflow.store import hulpvraag as store
from workflow.store.hulpvraag import Rij
from workflow.usecases.arrive import arrive, set_out
from workflow.usecases.dossier import Dossier
from workflow.usecases.terms import earliest


async def change_status(tx: Transaction, dossier: Dossier, verzoek: Verzoek, versie: int) -> Rij:
    """Change the status, if the rules of the SWV permit it to this actor now.

    Raises StaleVersion, IllegalTransition with the steps that are allowed, Forbidden, or Unprocessable with the faults.
    """
    dossier.expect(versie)
    hulpvraag = dossier.hulpvraag
    verloop = dossier.verloop
    outcome = change(
        verloop,
        hulpvraag.status,
        verzoek,
        Voorhanden(
            dossier.regels.formulieren,
            (await store.bijlagen(tx, dossier.id)).values(),
            await besluit_store.outcomes(tx, dossier.id),
        ),
        rollen=frozenset() if dossier.toegang.looks_only else dossier.toegang.rollen,
        today=clock.today(),
        niet_voor=earliest(verloop, dossier.regels.dagen, hulpvraag),
    )
    if isinstance(outcome, Weigering) or verloop is None:
        _refuse(outcome if isinstance(outcome, Weigering) else Weigering("overgang-niet-toegestaan", ()))
    return await arrive(
        tx,
        dossier.regels,
        verloop,
        hulpvraag,
        outcome.naar,
        "statuswijziging",
        persoon=dossier.by(outcome.rol),
        reden=verzoek.reden,
        toelichting=verzoek.toelichting,
        bespreekdatum=verzoek.bespreekdatum,
    )


async def sort_title(tx: Transaction, dossier: Dossier, titel: str, versie: int) -> Rij:
    """Give a hulpvraag with an unknown title its aanvraagtype, and with it the begin status.

    Raises Forbidden, StaleVersion, Conflict when it has one already, or Unprocessable for a title that is not known either.
    """
    hulpvraag, regels = dossier.hulpvraag, dossier.regels
    rol = access.require(dossier.toegang.rollen, regels.ruleset.onbekende_titel.sorteren)
    dossier.expect(versie)
    if hulpvraag.aanvraagtype is not None:
        raise Conflict("Deze hulpvraag heeft al een aanvraagtype.")
    verloop = regels.find(hulpvraag.ingediend.niveau, titel)
    if verloop is None:
        fault = Fault(field="aanvraagtype", rule="onbekend", message="Dit aanvraagtype bestaat niet voor dit niveau.")
        raise Unprocessable(
            fault.message, fouten=[fault.model_dump()], lijktOp=regels.nearest(hulpvraag.ingediend.niveau, titel)
        )
    return await set_out(tx, regels, verloop, hulpvraag, "gesorteerd", persoon=dossier.by(rol))


def step(stap: Stap) -> dict[str, object]:
    """A step as answers name it."""
    return {"status": stap.naar.naam, "betekenis": stap.naar.betekenis, "vereist": [str(eis) for eis in stap.vereist]}


def _refuse(weigering: Weigering) -> NoReturn:
    toegestaan = [step(stap) for stap in weigering.stappen]
    fouten = [fout.model_dump() for fout in weigering.fouten]
    match weigering.slug:
        case "onbekende-status":
            raise Unprocessable("Deze status bestaat niet bij dit aanvraagtype.", fouten=fouten, toegestaan=toegestaan)
        case "overgang-niet-toegestaan":
            raise IllegalTransition("Deze status kan niet volgen op de huidige status.", toegestaan=toegestaan)
        case "geen-rechten":
            raise Forbidden("U mag deze status niet geven.", toegestaan=toegestaan)
        case "niet-vervuld":
            detail = "; ".join(f"{fout.field}: {fout.message}" for fout in weigering.fouten)
            raise Unprocessable(detail, fouten=fouten, toegestaan=toegestaan)
        case other:
            assert_never(other)
