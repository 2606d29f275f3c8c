"""The number at which one's own school is reached: whoever is a contactpersoon corrects their own (manual 002:335)."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.models.overdrachten import NummerOpgave
from gateway.parts import CurrentParts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import overdrachten
from shared.errors import Forbidden, InvalidInput

router = APIRouter(prefix="/contactnummer")


@router.get("")
async def form(request: Request, parts: CurrentParts, session: PortalSession, gedaan: str = "") -> Response:
    """Show the form, for who works at a school."""
    _require(session)
    return parts.pages.show(request, "contactnummer.html", session, given={}, faults={}, is_done=gedaan == "nummer")


@router.post("")
async def save(request: Request, parts: CurrentParts, session: PortalSession) -> Response:
    """Set it on every hulpvraag of this person at this school; left empty, what came along shows again."""
    _require(session)
    given, person = await forms.fields(request), session.account
    asked = {"school": person.name.organisatie, "email": person.email, "telefoon": given.get("telefoon") or None}
    opgave, faults = forms.read(NummerOpgave, asked)
    if opgave is not None:
        try:
            await overdrachten.set_number(parts.services, person.actor, opgave)
        except InvalidInput as refused:
            faults = forms.faults_in(refused)
        else:
            return RedirectResponse("/contactnummer?gedaan=nummer", 303, HEADERS)
    return parts.pages.show(request, "contactnummer.html", session, code=400, given=given, faults=faults, is_done=False)


def _require(session: Session) -> None:
    if session.account.soort != "school":
        raise Forbidden("Hier wijzigt een contactpersoon van een school het eigen nummer.")
