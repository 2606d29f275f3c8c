"""The original of an OSO dossier; what stands in it is a part of the page of its hulpvraag."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from gateway.api.base import Dossiernummer
from gateway.downloads import streamed
from gateway.parts import CurrentParts
from gateway.sessions import PortalSession
from gateway.usecases import osodossiers

router = APIRouter(prefix="/hulpvragen/{dossiernummer}/oso-dossiers")


@router.get("/{osodossier}")
async def download(dossiernummer: Dossiernummer, osodossier: UUID, parts: CurrentParts, session: PortalSession) -> Response:
    """Download it as the school's system made it."""
    actor = session.account.actor
    return await streamed(osodossiers.opened(parts.services, parts.storage, actor, dossiernummer, osodossier))
