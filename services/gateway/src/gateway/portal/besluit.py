"""Take a decision on a hulpvraag."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.api.base import Dossiernummer
from gateway.models.hulpvragen import BesluitOpgave
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import hulpvragen
from shared import clock
from shared.errors import Conflict, InvalidInput, StaleVersion, Unprocessable

router = APIRouter()


@router.get("/hulpvragen/{dossiernummer}/besluit")
async def form(request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> Response:
    """Show the form, dated today."""
    return await _page(request, parts, session, dossiernummer, {"genomenOp": clock.today().isoformat()}, {})


@router.post("/hulpvragen/{dossiernummer}/besluit")
async def decide(request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> Response:
    """Take it; its number is given by workflow."""
    given = await forms.fields(request)
    toegekend = {"toegekend": given.get("uitkomst") == "toegekend"} if given.get("uitkomst") else {}
    opgave, faults = forms.read(BesluitOpgave, {**given, **toegekend})
    if "toegekend" in faults:
        faults = {"uitkomst": "Kies of de aanvraag is toegekend of afgewezen."} | faults
        del faults["toegekend"]
    status = 400
    if opgave is not None:
        version = int(given["versie"]) if given.get("versie", "").isdecimal() else 0
        try:
            await hulpvragen.decide(
                parts.services,
                session.account.actor,
                dossiernummer,
                opgave,
                version=version,
                key=given.get("sleutel") or None,
            )
        except (Conflict, InvalidInput, Unprocessable) as refused:
            faults, status = forms.faults_in(refused), refused.status
            if isinstance(refused, StaleVersion):
                faults = {"": "De hulpvraag is ondertussen gewijzigd. Kijk of uw besluit nog past en leg het dan opnieuw vast."}
        else:
            return RedirectResponse(f"/hulpvragen/{dossiernummer}?gedaan=besluit", 303, HEADERS)
    return await _page(request, parts, session, dossiernummer, given, faults, status=status)


async def _page(
    request: Request,
    parts: Parts,
    session: Session,
    dossiernummer: int,
    given: Mapping[str, str],
    faults: forms.Faults,
    *,
    status: int = 200,
) -> Response:
    seen = await hulpvragen.show(parts.services, session.account.actor, dossiernummer)
    return parts.pages.show(
        request,
        "besluit.html",
        session,
        code=status,
        hulpvraag=seen.hulpvraag,
        given=given,
        faults=faults,
        sleutel=clock.new_id(),
    )
