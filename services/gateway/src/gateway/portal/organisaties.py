"""The organisations of the SWV, for who manages them: a list to search, and a plain form for each."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.models.organisaties import NieuweOrganisatie, Organisatie, OrganisatieOpgave
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import organisaties, verhuizing
from shared.errors import Conflict, InvalidInput

router = APIRouter(prefix="/organisaties")

SOORTEN = {
    "swv": "Samenwerkingsverband",
    "bestuur": "Schoolbestuur",
    "platform": "Platform",
    "school": "School",
    "voorschool": "Voorschoolse voorziening",
}
DONE = {
    "toegevoegd": "De organisatie is toegevoegd.",
    "gewijzigd": "De gegevens zijn opgeslagen.",
    "verhuisd": "De verhuizing is vastgelegd.",
    "teruggedraaid": "De verhuizing is ongedaan gemaakt. Hulpvragen waar sindsdien aan gewerkt is, blijven waar ze zijn.",
}


@router.get("")
async def listed(request: Request, parts: CurrentParts, session: PortalSession, zoek: str = "", soort: str = "") -> Response:
    """List them by kind and name."""
    wanted = soort if soort in SOORTEN else ""
    found = await organisaties.listed(parts.services, session.account.actor, zoek[:100], wanted)
    return parts.pages.show(
        request,
        "organisaties.html",
        session,
        rows=found.organisaties,
        more=found.meer,
        zoek=zoek,
        soort=wanted,
        soorten=SOORTEN,
    )


@router.get("/nieuw")
async def form(request: Request, parts: CurrentParts, session: PortalSession) -> Response:
    """Show the form for a new one."""
    return await _page(request, parts, session, None, {}, {})


@router.post("/nieuw")
async def add(request: Request, parts: CurrentParts, session: PortalSession) -> Response:
    """Add it."""
    given = await forms.fields(request)
    opgave, faults = forms.read(NieuweOrganisatie, given)
    if opgave is not None:
        try:
            made = await organisaties.add(parts.services, session.account.actor, opgave)
        except InvalidInput as refused:
            faults = forms.faults_in(refused)
        except Conflict as refused:
            faults = {"code": refused.detail}
        else:
            return RedirectResponse(f"/organisaties/{made.code}?gedaan=toegevoegd", 303, HEADERS)
    return await _page(request, parts, session, None, given, faults)


@router.get("/{code}")
async def one(request: Request, code: str, parts: CurrentParts, session: PortalSession, gedaan: str = "") -> Response:
    """Show one, with what can be changed."""
    known = await organisaties.one(parts.services, session.account.actor, code)
    given = {name: "" if value is None else str(value) for name, value in known.model_dump().items()}
    return await _page(request, parts, session, known, given, {}, done=DONE.get(gedaan, ""))


@router.post("/{code}")
async def change(request: Request, code: str, parts: CurrentParts, session: PortalSession) -> Response:
    """Change it, or end it by its last day."""
    known = await organisaties.one(parts.services, session.account.actor, code)
    given = await forms.fields(request)
    opgave, faults = forms.read(OrganisatieOpgave, {"soort": known.soort, **given})
    if opgave is not None:
        try:
            await organisaties.change(parts.services, session.account.actor, code, opgave)
        except InvalidInput as refused:
            faults = forms.faults_in(refused)
        else:
            return RedirectResponse(f"/organisaties/{known.code}?gedaan=gewijzigd", 303, HEADERS)
    return await _page(request, parts, session, known, given, faults)


async def _page(
    request: Request,
    parts: Parts,
    session: Session,
    known: Organisatie | None,
    given: dict[str, str],
    faults: forms.Faults,
    *,
    done: str = "",
) -> Response:
    actor = session.account.actor
    besturen = await organisaties.listed(parts.services, actor, soort="bestuur")
    moves = await verhuizing.listed(parts.services, actor, known.code) if known else None
    platforms = await organisaties.listed(parts.services, actor, soort="platform")
    return parts.pages.show(
        request,
        "organisatie.html",
        session,
        code=400 if faults else 200,
        one=known,
        besturen=[(each.code, f"{each.naam} ({each.code})") for each in besturen.organisaties],
        platforms=[(each.code, each.naam) for each in platforms.organisaties],
        moves=moves.verhuizingen if moves else [],
        soorten=SOORTEN,
        given=given,
        faults=faults,
        done=done,
    )
