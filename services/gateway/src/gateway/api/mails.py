"""``/mails`` and ``/voorkeuren``: one's own mails and their fate."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from gateway.api.base import problems
from gateway.models.mails import Mails, Voorkeuren, VoorkeurenOpgave
from gateway.parts import CurrentParts
from gateway.sessions import ReadsMails, WritesMails
from gateway.usecases import mails

router = APIRouter(tags=["mails"])


@router.get("/mails", operation_id="mailsTonen", responses=problems(403))
async def listed(
    parts: CurrentParts,
    session: ReadsMails,
    hulpvraag: Annotated[UUID | None, Query(description="alleen over deze; de administratie ziet dan alle mails")] = None,
    pagina: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> Mails:
    """List the mails to one's own address, newest first."""
    return await mails.mails(parts.services, session.account.actor, hulpvraag=hulpvraag, pagina=pagina)


@router.get("/voorkeuren", operation_id="voorkeurenTonen", responses=problems(403))
async def preferences(parts: CurrentParts, session: ReadsMails) -> Voorkeuren:
    """Tell whether mails about statuses go to one's own address."""
    return await mails.preferences(parts.services, session.account.actor)


@router.put("/voorkeuren", operation_id="voorkeurenWijzigen", responses=problems(403))
async def choose(body: VoorkeurenOpgave, parts: CurrentParts, session: WritesMails) -> Voorkeuren:
    """Switch mails about statuses on or off."""
    return await mails.choose(parts.services, session.account.actor, body)
