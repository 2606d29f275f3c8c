"""Submitting: ``POST /hulpvragen``, and what is needed for it: ``/aanvraagtypen``, ``/scholen``, ``/dossiers``."""

from uuid import UUID

from fastapi import APIRouter, Response

from gateway.api.base import PREFIX, IdempotencyKey, problems
from gateway.models.aanvraagtypen import Aanvraagtypen
from gateway.models.indienen import Dossier, HulpvraagOpgave, Ingediend, Scholen
from gateway.parts import CurrentParts
from gateway.sessions import ReadsHulpvragen, WritesHulpvragen
from gateway.usecases import hulpvragen, indienen

router = APIRouter(tags=["indienen"])


@router.post("/hulpvragen", status_code=202, operation_id="hulpvraagIndienen", responses=problems(400, 403, 422))
async def submit(
    body: HulpvraagOpgave,
    parts: CurrentParts,
    session: WritesHulpvragen,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Ingediend:
    """Submit a hulpvraag; it has its dossiernummer at once and can be seen within moments."""
    taken = await indienen.submit(parts.services, session.account.actor, body, key=idempotency_key)
    response.headers["location"] = f"{PREFIX}/hulpvragen/{taken.dossiernummer}"
    return taken


@router.get("/aanvraagtypen", operation_id="aanvraagtypenTonen", responses=problems(403))
async def kinds(parts: CurrentParts, session: ReadsHulpvragen) -> Aanvraagtypen:
    """List what may be asked of the SWV, in its own order."""
    return await hulpvragen.kinds(parts.services, session.account.actor)


@router.get("/scholen", operation_id="scholenTonen", responses=problems(403))
async def schools(parts: CurrentParts, session: ReadsHulpvragen) -> Scholen:
    """List the schools of one's own organisation."""
    return await indienen.schools(parts.services, session.account.actor)


@router.get("/dossiers/{dossier}", operation_id="dossierTonen", responses=problems(403, 404))
async def dossier(dossier: UUID, parts: CurrentParts, session: ReadsHulpvragen) -> Dossier:
    """Show a dossier with its hulpvragen."""
    return await indienen.dossier(parts.services, session.account.actor, dossier)
