"""A school that goes elsewhere, in two steps: fill in, see what would happen, do it. And taking it back."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.models.verhuizingen import VerhuizingOpgave, VerhuizingVoorbeeld
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import organisaties, verhuizing
from shared.errors import InvalidInput

router = APIRouter(prefix="/organisaties/{code}")


@router.get("/verhuizen")
async def form(request: Request, code: str, parts: CurrentParts, session: PortalSession) -> Response:
    """Show the form."""
    return await _page(request, parts, session, code, {"naar": code}, {}, None)


@router.post("/verhuizen")
async def move(request: Request, code: str, parts: CurrentParts, session: PortalSession) -> Response:
    """Show what would happen, or, when that was seen, do it."""
    given = await forms.fields(request)
    opgave, faults = forms.read(VerhuizingOpgave, {**given, "school": code, "accounts": given.get("accounts") == "ja"})
    seen = None
    if opgave is not None:
        try:
            if given.get("stap") == "doen":
                await verhuizing.move(parts.services, session.account.actor, opgave)
                return RedirectResponse(f"/organisaties/{code}?gedaan=verhuisd", 303, HEADERS)
            seen = await verhuizing.preview(parts.services, parts.database, session.account.actor, opgave)
        except InvalidInput as refused:
            faults = forms.faults_in(refused)
    return await _page(request, parts, session, code, given, faults, seen)


@router.post("/verhuizingen/{wanted}/terugdraaien")
async def undo(code: str, wanted: UUID, parts: CurrentParts, session: PortalSession) -> Response:
    """Call it off, or take it back."""
    await verhuizing.undo(parts.services, session.account.actor, wanted)
    return RedirectResponse(f"/organisaties/{code}?gedaan=teruggedraaid", 303, HEADERS)


async def _page(
    request: Request,
    parts: Parts,
    session: Session,
    code: str,
    given: dict[str, str],
    faults: forms.Faults,
    seen: VerhuizingVoorbeeld | None,
) -> Response:
    actor = session.account.actor
    known = await organisaties.one(parts.services, actor, code)
    besturen = await organisaties.listed(parts.services, actor, soort="bestuur")
    return parts.pages.show(
        request,
        "verhuizen.html",
        session,
        code=400 if faults else 200,
        one=known,
        besturen=[(each.code, f"{each.naam} ({each.code})") for each in besturen.organisaties],
        given=given,
        faults=faults,
        seen=seen,
    )
