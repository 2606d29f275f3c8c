"""The dossier a hulpvraag is part of, with what changed in it; and dossiers that may be of one pupil."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.api.base import Dossiernummer
from gateway.domain import dutch
from gateway.models.leerlingen import GelijkenisBeslissing, GewijzigdVeld, Kennisname
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import hulpvragen, leerlingen
from shared.errors import Conflict, Forbidden, InvalidInput

router = APIRouter()

LABELS = {
    "roepnaam": "Roepnaam",
    "voorvoegsel": "Tussenvoegsel",
    "achternaam": "Achternaam",
    "geboortedatum": "Geboortedatum",
}
DONE = {
    "bevestigd": "De dossiers zijn gekoppeld.",
    "afgewezen": "De dossiers blijven apart. U krijgt deze vraag niet nog eens.",
    "voorgesteld": "De beslissing is teruggedraaid. Het voorstel staat weer open.",
}


@router.get("/hulpvragen/{dossiernummer}/dossier")
async def dossier(
    request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession, gedaan: str = ""
) -> Response:
    """Show the dossier: what changed in its data, and its hulpvragen."""
    actor = session.account.actor
    seen = (await hulpvragen.show(parts.services, actor, dossiernummer)).hulpvraag
    if seen.beperkt:
        raise Forbidden("U ziet de inhoud van deze hulpvraag nog niet.")
    found, changed = await leerlingen.changes(parts.services, actor, seen.dossier)
    return parts.pages.show(
        request,
        "dossier.html",
        session,
        hulpvraag=seen,
        dossier=found,
        changed=changed,
        rows=[(one, [_in_words(veld) for veld in one.velden]) for one in changed.wijzigingen],
        is_done=gedaan == "gezien",
    )


@router.post("/hulpvragen/{dossiernummer}/dossier")
async def take_note(request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> Response:
    """Note that the SWV saw what changed."""
    actor = session.account.actor
    seen = (await hulpvragen.show(parts.services, actor, dossiernummer)).hulpvraag
    kennisname, faults = forms.read(Kennisname, await forms.fields(request))
    if kennisname is None:
        raise InvalidInput([], "; ".join(faults.values()))
    await leerlingen.take_note(parts.services, actor, seen.dossier, kennisname)
    return RedirectResponse(f"/hulpvragen/{dossiernummer}/dossier?gedaan=gezien", 303, HEADERS)


@router.get("/gelijkenissen")
async def listed(request: Request, parts: CurrentParts, session: PortalSession, gedaan: str = "") -> Response:
    """Show dossiers that may be of one pupil, for who decides on them."""
    return await _pairs(request, parts, session, done=DONE.get(gedaan, ""))


@router.post("/gelijkenissen/{gelijkenis}")
async def decide(request: Request, gelijkenis: UUID, parts: CurrentParts, session: PortalSession) -> Response:
    """Confirm, reject, or take back."""
    beslissing, faults = forms.read(GelijkenisBeslissing, await forms.fields(request))
    if beslissing is None:
        raise InvalidInput([], "; ".join(faults.values()))
    try:
        await leerlingen.decide(parts.services, session.account.actor, gelijkenis, beslissing)
    except Conflict as moved:
        return await _pairs(request, parts, session, conflict=moved.detail)
    return RedirectResponse(f"/gelijkenissen?gedaan={beslissing.staat}", 303, HEADERS)


async def _pairs(request: Request, parts: Parts, session: Session, *, done: str = "", conflict: str = "") -> Response:
    found = await leerlingen.pairs(parts.services, session.account.actor)
    return parts.pages.show(
        request,
        "gelijkenissen.html",
        session,
        code=409 if conflict else 200,
        waiting=[one for one in found.gelijkenissen if one.staat == "voorgesteld"],
        decided=[one for one in found.gelijkenissen if one.staat != "voorgesteld"],
        done=done,
        conflict=conflict,
    )


def _in_words(veld: GewijzigdVeld) -> tuple[str, str, str]:
    old, new = (_day(value) if veld.veld == "geboortedatum" else value for value in (veld.oud, veld.nieuw))
    return LABELS.get(veld.veld, veld.veld), old or "niets", new or "niets"


def _day(value: str) -> str:
    return dutch.day(date.fromisoformat(value)) if value else ""
