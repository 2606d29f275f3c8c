"""The verwerkersovereenkomsten of boards: a list, and a plain form for each (manual 002:260)."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.models.beheer import Overeenkomsten, OvereenkomstOpgave
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import beheer, indienen
from shared.errors import Forbidden, NotFound

router = APIRouter(prefix="/overeenkomsten")


@router.get("")
async def listed(request: Request, parts: CurrentParts, session: PortalSession, gedaan: str = "") -> Response:
    """Show the boards and the agreement of each."""
    known = await beheer.agreements(parts.services, session.account.actor)
    found = {one.bestuur: one for one in known.overeenkomsten}
    boards = await _boards(parts, session)
    rows = [(code, naam, found.get(code)) for code, naam in boards.items()]
    return parts.pages.show(request, "overeenkomsten.html", session, rows=rows, known=known, is_done=gedaan == "overeenkomst")


@router.get("/{bestuur}")
async def one(request: Request, bestuur: str, parts: CurrentParts, session: PortalSession) -> Response:
    """Show the form of one."""
    known = await beheer.agreements(parts.services, session.account.actor)
    found = next((one for one in known.overeenkomsten if one.bestuur == bestuur), None)
    given = {"van": found.van.isoformat(), "tot": found.tot.isoformat() if found.tot else ""} if found else {}
    return await _page(request, parts, session, known, bestuur, given, {})


@router.post("/{bestuur}")
async def save(request: Request, bestuur: str, parts: CurrentParts, session: PortalSession) -> Response:
    """Note its days, or change them."""
    given = await forms.fields(request)
    actor, faults = session.account.actor, forms.Faults()
    known = await beheer.agreements(parts.services, actor)
    if bestuur in await _boards(parts, session):
        faults = await forms.carried_out(
            OvereenkomstOpgave, given, lambda opgave: beheer.note_agreement(parts.services, actor, bestuur, opgave)
        )
        if not faults:
            return RedirectResponse("/overeenkomsten?gedaan=overeenkomst", 303, HEADERS)
    return await _page(request, parts, session, known, bestuur, given, faults)


async def _boards(parts: Parts, session: Session) -> dict[str, str]:
    schools = await indienen.schools(parts.services, session.account.actor)
    return dict(sorted((school.bestuur.code, school.bestuur.naam) for school in schools.scholen))


async def _page(
    request: Request,
    parts: Parts,
    session: Session,
    known: Overeenkomsten,
    bestuur: str,
    given: dict[str, str],
    faults: forms.Faults,
) -> Response:
    if not known.mag_wijzigen:
        raise Forbidden("Alleen de applicatiebeheerder van uw samenwerkingsverband legt overeenkomsten vast.")
    naam = (await _boards(parts, session)).get(bestuur)
    if naam is None:
        raise NotFound("Dit bestuur heeft geen scholen bij uw samenwerkingsverband.")
    return parts.pages.show(
        request,
        "overeenkomst.html",
        session,
        code=400 if faults else 200,
        bestuur=bestuur,
        naam=naam,
        given=given,
        faults=faults,
    )
