"""``/overdrachten`` and ``/contactnummers``: staff changes, and telephone numbers of contactpersonen."""

from uuid import UUID

from fastapi import APIRouter

from gateway.api.base import IdempotencyKey, problems
from gateway.models.overdrachten import (
    Contactnummer,
    NieuweOverdracht,
    NummerOpgave,
    Nummers,
    OverdrachtDetail,
    Overdrachten,
    OverdrachtOpgave,
    Voorbeeld,
)
from gateway.parts import CurrentParts
from gateway.sessions import ReadsBeheer, WritesBeheer
from gateway.usecases import overdrachten

router = APIRouter(tags=["beheer"])


@router.get("/overdrachten", operation_id="overdrachtenTonen", responses=problems(403))
async def listed(parts: CurrentParts, session: ReadsBeheer) -> Overdrachten:
    """List the handovers that one may see, the newest first."""
    return await overdrachten.listed(parts.services, session.account.actor)


@router.post("/overdrachten/voorbeeld", operation_id="overdrachtVoorbeeld", responses=problems(403))
async def preview(body: OverdrachtOpgave, parts: CurrentParts, session: WritesBeheer) -> Voorbeeld:
    """Say what would go over now; changes nothing."""
    return await overdrachten.preview(parts.database, parts.services, session.account.actor, body)


@router.post("/overdrachten", status_code=201, operation_id="overdrachtDoen", responses=problems(403, 409, 422))
async def order(
    body: NieuweOverdracht, parts: CurrentParts, session: WritesBeheer, idempotency_key: IdempotencyKey = None
) -> OverdrachtDetail:
    """Hand over today, or plan it for a later day. Nothing is done when the count is not that of the preview any more."""
    actor = session.account.actor
    return await overdrachten.order(parts.database, parts.services, actor, body, key=idempotency_key)


@router.get("/overdrachten/{overdracht}", operation_id="overdrachtTonen", responses=problems(403, 404))
async def show(overdracht: UUID, parts: CurrentParts, session: ReadsBeheer) -> OverdrachtDetail:
    """Show one handover, with all that went over."""
    return await overdrachten.show(parts.services, session.account.actor, overdracht)


@router.post("/overdrachten/{overdracht}/ongedaan", operation_id="overdrachtOngedaan", responses=problems(403, 404, 409, 422))
async def undo(
    overdracht: UUID, parts: CurrentParts, session: WritesBeheer, idempotency_key: IdempotencyKey = None
) -> OverdrachtDetail:
    """Put back what nobody changed since, or call off a planned one; ``gebleven`` says what stayed and why."""
    return await overdrachten.undo(parts.services, session.account.actor, overdracht, key=idempotency_key)


@router.get("/contactnummers", operation_id="contactnummersTonen", responses=problems(403))
async def numbers(parts: CurrentParts, session: ReadsBeheer) -> Nummers:
    """List the telephone numbers that were corrected."""
    return await overdrachten.numbers(parts.services, session.account.actor)


@router.put("/contactnummers", operation_id="contactnummerWijzigen", responses=problems(403))
async def set_number(body: NummerOpgave, parts: CurrentParts, session: WritesBeheer) -> Contactnummer:
    """Correct the telephone number of a contactpersoon at a school, on every hulpvraag and on those to come."""
    return await overdrachten.set_number(parts.services, session.account.actor, body)
