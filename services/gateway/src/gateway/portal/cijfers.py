"""Figures on a page: all there is for who is there for monitoring."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.parts import CurrentParts
from gateway.sessions import PortalSession
from gateway.usecases import cijfers

router = APIRouter()


@router.get("/cijfers")
async def figures(request: Request, parts: CurrentParts, session: PortalSession) -> Response:
    """Show how many hulpvragen there are of each aanvraagtype."""
    found = await cijfers.figures(parts.services, session.account.actor)
    return parts.pages.show(request, "cijfers.html", session, rows=found.aantallen)
