"""``/cijfers``: how many hulpvragen there are."""

from fastapi import APIRouter

from gateway.api.base import problems
from gateway.models.cijfers import Cijfers
from gateway.parts import CurrentParts
from gateway.sessions import ReadsHulpvragen
from gateway.usecases import cijfers

router = APIRouter(tags=["cijfers"])


@router.get("/cijfers", operation_id="cijfersTonen", responses=problems(403))
async def figures(parts: CurrentParts, session: ReadsHulpvragen) -> Cijfers:
    """Count the hulpvragen one may see, by aanvraagtype; for monitoring those of the whole SWV."""
    return await cijfers.figures(parts.services, session.account.actor)
