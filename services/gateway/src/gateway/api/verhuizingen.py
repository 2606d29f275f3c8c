"""``/verhuizingen``: schools that go to another board or number, or into another school."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from gateway.api.base import problems
from gateway.models.verhuizingen import Verhuizing, Verhuizingen, VerhuizingOpgave, VerhuizingVoorbeeld
from gateway.parts import CurrentParts
from gateway.sessions import ReadsBeheer, WritesBeheer
from gateway.usecases import verhuizing as moves

router = APIRouter(tags=["organisaties"])


@router.get("/verhuizingen", operation_id="verhuizingenTonen", responses=problems(403))
async def listed(
    parts: CurrentParts,
    session: ReadsBeheer,
    school: Annotated[str, Query(max_length=6, description="van of naar deze school", examples=["99XA00"])] = "",
) -> Verhuizingen:
    """List the schools of one's SWV that went elsewhere, or will."""
    return await moves.listed(parts.services, session.account.actor, school)


@router.post("/verhuizingen/voorbeeld", operation_id="verhuizingBekijken", responses=problems(403))
async def preview(body: VerhuizingOpgave, parts: CurrentParts, session: WritesBeheer) -> VerhuizingVoorbeeld:
    """Say what would happen; nothing changes."""
    return await moves.preview(parts.services, parts.database, session.account.actor, body)


@router.post("/verhuizingen", status_code=201, operation_id="schoolVerhuizen", responses=problems(403))
async def move(body: VerhuizingOpgave, parts: CurrentParts, session: WritesBeheer) -> Verhuizing:
    """Do it, or put it ready for its day. Running hulpvragen go along, what is at its end stays."""
    return await moves.move(parts.services, session.account.actor, body)


@router.delete(
    "/verhuizingen/{verhuizing}",
    status_code=204,
    operation_id="verhuizingTerugdraaien",
    responses=problems(403, 404, 409),
    response_class=Response,
)
async def undo(verhuizing: UUID, parts: CurrentParts, session: WritesBeheer) -> None:
    """Call it off, or put back what nobody changed since."""
    await moves.undo(parts.services, session.account.actor, verhuizing)
