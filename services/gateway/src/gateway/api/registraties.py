"""``/registraties``: how decisions stand at the register, sent again and mended."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from gateway.api.base import IdempotencyKey, IfMatch, problems, put_version, seen_version
from gateway.models.registraties import Registratie, RegistratieCorrectie, Registraties
from gateway.parts import CurrentParts
from gateway.sessions import ReadsRegistraties, WritesRegistraties
from gateway.usecases import registraties
from shared.contracts.bron_export import Registratiestaat

router = APIRouter(prefix="/registraties", tags=["registraties"])


@router.get("", operation_id="registratiesTonen", responses=problems(403))
async def listed(
    parts: CurrentParts,
    session: ReadsRegistraties,
    hulpvraag: UUID | None = None,
    staat: Registratiestaat | None = None,
    pagina: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> Registraties:
    """List registrations, last changed first."""
    return await registraties.registrations(
        parts.services, session.account.actor, hulpvraag=hulpvraag, staat=staat, pagina=pagina
    )


@router.get("/{registratie}", operation_id="registratieTonen", responses=problems(403, 404))
async def show(registratie: UUID, parts: CurrentParts, session: ReadsRegistraties, response: Response) -> Registratie:
    """Show one registration."""
    found = await registraties.registration(parts.services, session.account.actor, registratie)
    put_version(response, found.versie)
    return found


@router.post(
    "/{registratie}/verzendingen",
    status_code=202,
    operation_id="registratieVerzenden",
    responses=problems(403, 404, 409, 412, 428),
)
async def resend(
    registratie: UUID,
    parts: CurrentParts,
    session: WritesRegistraties,
    response: Response,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Registratie:
    """Send it again now; of what is under way the register is asked."""
    version = seen_version(if_match)
    found = await registraties.resend(parts.services, session.account.actor, registratie, version=version, key=idempotency_key)
    put_version(response, found.versie)
    return found


@router.patch("/{registratie}", operation_id="registratieCorrigeren", responses=problems(403, 404, 409, 412, 428))
async def correct(
    registratie: UUID,
    body: RegistratieCorrectie,
    parts: CurrentParts,
    session: WritesRegistraties,
    response: Response,
    if_match: IfMatch = None,
) -> Registratie:
    """Change what the register refused, with a reason, and send it again."""
    version = seen_version(if_match)
    found = await registraties.correct(parts.services, session.account.actor, registratie, body, version=version)
    put_version(response, found.versie)
    return found
