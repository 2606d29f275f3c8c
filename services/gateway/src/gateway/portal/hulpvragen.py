"""The list of hulpvragen with search, and one hulpvraag with everything that belongs to it."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gateway.api.base import Dossiernummer
from gateway.models.bijlagen import Bijlagen
from gateway.parts import CurrentParts, Parts
from gateway.sessions import PortalSession
from gateway.usecases import bijlagen, hulpvragen
from shared import clock
from shared.errors import TemporaryError
from shared.tokens import Actor

router = APIRouter()

DONE = {
    "status": "De status is gewijzigd.",
    "bijlagen": "De bijlagen zijn toegevoegd en worden nu gecontroleerd. Ververs daarna de pagina om de nieuwe status te zien.",
    "besluit": "Het besluit is vastgelegd.",
    "gesorteerd": "De hulpvraag heeft nu een aanvraagtype.",
}
"""What a page says after something was done; only these texts, so that a link can put no words in our mouth."""


@router.get("/hulpvragen")
async def listed(
    request: Request,
    parts: CurrentParts,
    session: PortalSession,
    zoek: Annotated[str, Query(max_length=200)] = "",
    status: Annotated[str, Query(max_length=200)] = "",
    pagina: Annotated[str | None, Query(pattern=r"^v\d{1,18}$")] = None,
) -> Response:
    """Show what this person may see, newest first. For htmx only the results."""
    actor = session.account.actor
    page, kinds = await asyncio.gather(
        hulpvragen.search(parts.services, actor, zoek=zoek, status=status, pagina=pagina),
        hulpvragen.kinds(parts.services, actor),
    )
    statuses = dict.fromkeys(name for kind in kinds.aanvraagtypes for name in kind.statussen)
    return parts.pages.show(
        request,
        "hulpvragen.html",
        session,
        page=page,
        zoek=zoek,
        status=status,
        statuses=list(statuses),
        is_first=pagina is None,
    )


@router.get("/hulpvragen/{dossiernummer}")
async def one(
    request: Request,
    dossiernummer: Dossiernummer,
    parts: CurrentParts,
    session: PortalSession,
    gedaan: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show one hulpvraag: where it stands, whose turn it is, what may be done, and what happened."""
    actor = session.account.actor
    seen = await hulpvragen.show(parts.services, actor, dossiernummer)
    history, decisions, files = await asyncio.gather(
        hulpvragen.history(parts.services, actor, dossiernummer),
        hulpvragen.decisions(parts.services, actor, dossiernummer),
        files_of(parts, actor, dossiernummer, seen.hulpvraag.hulpvraag),
    )
    return parts.pages.show(
        request,
        "hulpvraag.html",
        session,
        hulpvraag=seen.hulpvraag,
        history=history.wijzigingen[::-1],
        besluiten=decisions.besluiten,
        bijlagen=files,
        faults={},
        sleutel=clock.new_id(),
        done=DONE.get(gedaan),
    )


async def files_of(parts: Parts, actor: Actor, dossiernummer: int, hulpvraag: UUID) -> Bijlagen | None:
    """List the bijlagen; None while documents is away: the rest of the page is still worth seeing."""
    try:
        return await bijlagen.listed(parts.services, actor, dossiernummer, hulpvraag)
    except TemporaryError:
        return None
