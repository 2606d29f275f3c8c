"""A parent's copy of one hulpvraag, made by the SWV's beheerder on request."""

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from gateway.api.base import Dossiernummer
from gateway.parts import CurrentParts
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.usecases import inzage

router = APIRouter()


@router.post("/hulpvragen/{dossiernummer}/inzage")
async def made(dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> StreamingResponse:
    """Make the copy and send it; nothing of it stays here."""
    actor = session.account.actor
    copy = await inzage.gather(parts.services, parts.database, actor, dossiernummer)
    html = parts.pages.document("inzage.html", content=copy.content)
    chunks = inzage.packed(parts.services, parts.storage, actor, copy, html)
    headers = {**HEADERS, "content-disposition": f'attachment; filename="inzage-{dossiernummer}.zip"'}
    return StreamingResponse(chunks, media_type="application/zip", headers=headers)
