"""My mails: which went out, what became of them, and whether I want them."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from gateway.models.mails import VoorkeurenOpgave
from gateway.parts import CurrentParts
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.usecases import mails

router = APIRouter()


@router.get("/mails")
async def listed(
    request: Request,
    parts: CurrentParts,
    session: PortalSession,
    pagina: Annotated[int, Query(ge=1, le=1000)] = 1,
    gedaan: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show the mails to one's own address, newest first, and the switch."""
    actor = session.account.actor
    page, preferences = await asyncio.gather(
        mails.mails(parts.services, actor, pagina=pagina), mails.preferences(parts.services, actor)
    )
    return parts.pages.show(request, "mails.html", session, page=page, preferences=preferences, is_done=gedaan == "voorkeur")


@router.get("/voorkeuren")
async def moved(_: PortalSession) -> Response:
    """Where every mail says they can be switched off: on the page of one's mails."""
    return RedirectResponse("/mails#voorkeur", 303, HEADERS)


@router.post("/mails")
async def choose(
    parts: CurrentParts, session: PortalSession, statusmails: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    """Switch mails about statuses on or off."""
    await mails.choose(parts.services, session.account.actor, VoorkeurenOpgave(statusmails=statusmails == "ja"))
    return RedirectResponse("/mails?gedaan=voorkeur", 303, HEADERS)
