"""Changing: the status, the aanvraagtype of an unknown title, and leave for documents."""

from fastapi import APIRouter, Request, status
from fastapi.responses import JSONResponse

from shared.auth import CurrentActor
from shared.database import Transaction
from shared.idempotency import Answer
from workflow.api.hulpvragen import Dossiernummer
from workflow.api.ports import Expected, Key, UsedPorts, once
from workflow.api.shapes import Gewijzigd, Machtigingsvraag, Statuswijziging, Titelkeuze, Toestemming
from workflow.domain.stappen import Verzoek
from workflow.store.hulpvraag import Rij
from workflow.usecases import capability
from workflow.usecases.change import change_status, sort_title
from workflow.usecases.dossier import Dossier, opened

router = APIRouter(tags=["wijzigingen"])


@router.post("/hulpvragen/{dossiernummer}/statuswijzigingen", status_code=status.HTTP_201_CREATED, response_model=Gewijzigd)
async def statuswijziging(
    actor: CurrentActor,
    ports: UsedPorts,
    request: Request,
    dossiernummer: Dossiernummer,
    versie: Expected,
    body: Statuswijziging,
    key: Key = None,
) -> JSONResponse:
    """Change the status. 403 for a role that may not, 409 with the steps that are allowed, 412 for another version, 422."""
    verzoek = Verzoek(body.status, body.reden or None, body.toelichting, body.bespreekdatum, body.bevestigd)

    async def command(tx: Transaction, dossier: Dossier) -> Answer:
        return _answer(dossier, await change_status(tx, dossier, verzoek, versie), status.HTTP_201_CREATED)

    return await once(request, ports, actor, dossiernummer, key, command)


@router.put("/hulpvragen/{dossiernummer}/aanvraagtype", response_model=Gewijzigd)
async def aanvraagtype(
    actor: CurrentActor,
    ports: UsedPorts,
    request: Request,
    dossiernummer: Dossiernummer,
    versie: Expected,
    body: Titelkeuze,
    key: Key = None,
) -> JSONResponse:
    """Sort a hulpvraag with an unknown title: it gets this aanvraagtype, and its begin status."""

    async def command(tx: Transaction, dossier: Dossier) -> Answer:
        return _answer(dossier, await sort_title(tx, dossier, body.aanvraagtype, versie), status.HTTP_200_OK)

    return await once(request, ports, actor, dossiernummer, key, command)


@router.post("/hulpvragen/{dossiernummer}/machtigingen", status_code=status.HTTP_201_CREATED)
async def machtiging(
    actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer, body: Machtigingsvraag
) -> Toestemming:
    """Leave for one act on bijlagen at documents, for at most a minute."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=False)
        granted = await capability.grant(tx, dossier, body.handeling, body.bijlage, body.dienst, ports.capability_key)
    return Toestemming(machtiging=granted.token, verloopt_op=granted.verloopt_op)


def _answer(dossier: Dossier, rij: Rij, code: int) -> Answer:
    made = Gewijzigd(
        wijziging=rij.id,
        dossiernummer=dossier.hulpvraag.dossiernummer,
        versie=dossier.hulpvraag.versie + 1,
        vorige=dossier.hulpvraag.status,
        status=rij.status,
        einde=rij.einde,
        gewijzigd_op=rij.gewijzigd_op,
    )
    return Answer(code, made.model_dump(mode="json", by_alias=True))
