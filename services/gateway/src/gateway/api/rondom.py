"""What stands around a hulpvraag: ``labels``, ``coordinator``, ``notities``, ``termijnen``."""

from uuid import UUID

from fastapi import APIRouter, Response

from gateway.api.base import Dossiernummer, IdempotencyKey, problems
from gateway.models.rondom import (
    Coordinator,
    CoordinatorOpgave,
    HulpvraagTermijnen,
    Labels,
    LabelsOpgave,
    Notitie,
    NotitieOpgave,
    Notities,
)
from gateway.parts import CurrentParts
from gateway.sessions import ReadsHulpvragen, WritesHulpvragen
from gateway.usecases import rondom

router = APIRouter(prefix="/hulpvragen/{dossiernummer}", tags=["rondom een hulpvraag"])


@router.put("/labels", operation_id="labelsWijzigen", responses=problems(404))
async def label(dossiernummer: Dossiernummer, body: LabelsOpgave, parts: CurrentParts, session: WritesHulpvragen) -> Labels:
    """Set the labels: names of one's own choice, to search by."""
    return await rondom.label(parts.services, session.account.actor, dossiernummer, body)


@router.put("/coordinator", operation_id="coordinatorWijzigen", responses=problems(404))
async def assign(
    dossiernummer: Dossiernummer, body: CoordinatorOpgave, parts: CurrentParts, session: WritesHulpvragen
) -> Coordinator:
    """Assign the coordinator, another one, or none."""
    return await rondom.assign(parts.services, session.account.actor, dossiernummer, body)


@router.get("/notities", operation_id="notitiesTonen", responses=problems(404))
async def notes(dossiernummer: Dossiernummer, parts: CurrentParts, session: ReadsHulpvragen) -> Notities:
    """List one's own notes; nobody else sees them."""
    return await rondom.notes(parts.services, session.account.actor, dossiernummer)


@router.post("/notities", status_code=201, operation_id="notitieMaken", responses=problems(404, 422))
async def note(
    dossiernummer: Dossiernummer,
    body: NotitieOpgave,
    parts: CurrentParts,
    session: WritesHulpvragen,
    idempotency_key: IdempotencyKey = None,
) -> Notitie:
    """Note something for oneself."""
    return await rondom.note(parts.services, session.account.actor, dossiernummer, body, key=idempotency_key)


@router.put(
    "/notities/{notitie}", status_code=204, operation_id="notitieWijzigen", response_class=Response, responses=problems(404)
)
async def rewrite(
    dossiernummer: Dossiernummer, notitie: UUID, body: NotitieOpgave, parts: CurrentParts, session: WritesHulpvragen
) -> None:
    """Change one's own note."""
    await rondom.rewrite(parts.services, session.account.actor, dossiernummer, notitie, body)


@router.delete(
    "/notities/{notitie}", status_code=204, operation_id="notitieWissen", response_class=Response, responses=problems(404)
)
async def erase(dossiernummer: Dossiernummer, notitie: UUID, parts: CurrentParts, session: WritesHulpvragen) -> None:
    """Erase one's own note."""
    await rondom.erase(parts.services, session.account.actor, dossiernummer, notitie)


@router.get("/termijnen", operation_id="termijnenTonen", responses=problems(403, 404))
async def terms(dossiernummer: Dossiernummer, parts: CurrentParts, session: ReadsHulpvragen) -> HulpvraagTermijnen:
    """Show how the terms stand, the first to run out first."""
    return await rondom.terms(parts.services, session.account.actor, dossiernummer)
