"""Decisions on a hulpvraag."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, status
from fastapi.responses import JSONResponse

from shared import clock
from shared.auth import CurrentActor
from shared.database import Transaction
from shared.idempotency import Answer
from workflow.api.hulpvragen import Dossiernummer
from workflow.api.ports import Expected, Key, UsedPorts, once
from workflow.api.shapes import Besluit, Besluiten, Brief, NieuwBesluit, Registratie
from workflow.domain.besluit import Voorstel
from workflow.store import besluit as store
from workflow.usecases.decide import correct, decide, letter
from workflow.usecases.dossier import Dossier, opened

router = APIRouter(tags=["besluiten"])


@router.get("/hulpvragen/{dossiernummer}/besluiten")
async def besluiten(actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer) -> Besluiten:
    """The decisions, each in its newest version, with letters and registrations."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=False)
        found = await _shown(tx, dossier.whole())
        tx.audit("hulpvraag.besluiten_bekeken", subject=dossier.id, actor=actor.sub, dossiernummer=dossiernummer)
    return Besluiten(dossiernummer=dossiernummer, besluiten=found)


@router.post("/hulpvragen/{dossiernummer}/besluiten", status_code=status.HTTP_201_CREATED, response_model=Besluit)
async def besluit(
    actor: CurrentActor,
    ports: UsedPorts,
    request: Request,
    dossiernummer: Dossiernummer,
    versie: Expected,
    body: NieuwBesluit,
    key: Key = None,
) -> JSONResponse:
    """Take a decision; ``If-Match`` is the version of the hulpvraag. The number is given here."""

    async def command(tx: Transaction, dossier: Dossier) -> Answer:
        id_ = await decide(tx, dossier, _proposal(body), versie)
        return Answer(status.HTTP_201_CREATED, await _one(tx, dossier, id_))

    return await once(request, ports, actor, dossiernummer, key, command)


@router.post(
    "/hulpvragen/{dossiernummer}/besluiten/{besluit_id}/versies",
    status_code=status.HTTP_201_CREATED,
    response_model=Besluit,
)
async def besluitversie(
    actor: CurrentActor,
    ports: UsedPorts,
    request: Request,
    dossiernummer: Dossiernummer,
    besluit_id: UUID,
    versie: Expected,
    body: NieuwBesluit,
    key: Key = None,
) -> JSONResponse:
    """Correct a decision under its number; ``If-Match`` is the version of the decision."""

    async def command(tx: Transaction, dossier: Dossier) -> Answer:
        await correct(tx, dossier, besluit_id, _proposal(body), versie)
        return Answer(status.HTTP_201_CREATED, await _one(tx, dossier, besluit_id))

    return await once(request, ports, actor, dossiernummer, key, command)


def _proposal(body: NieuwBesluit) -> Voorstel:
    return Voorstel(**{**body.model_dump(), "genomen_op": body.genomen_op or clock.today()})


async def _shown(tx: Transaction, dossier: Dossier) -> list[Besluit]:
    brieven = [Brief.model_validate(dict(row)) for row in await store.letters(tx, dossier.id)]
    registraties = await store.registrations(tx, dossier.id)
    brief = letter(dossier)
    return [
        Besluit(
            **{key: value for key, value in row.items() if key != "id"},
            besluit=row["id"],
            brief=brief.naam if brief else None,
            brieven=[brief for brief in brieven if brief.besluit == row["id"]],
            registraties=[Registratie.model_validate(dict(other)) for other in registraties if other["besluit"] == row["id"]],
        )
        for row in await store.of_hulpvraag(tx, dossier.id)
    ]


async def _one(tx: Transaction, dossier: Dossier, id_: UUID) -> dict[str, Any]:
    found = next(besluit for besluit in await _shown(tx, dossier) if besluit.besluit == id_)
    return found.model_dump(mode="json", by_alias=True)
