"""Letting others in to one hulpvraag until a day, and what others opened for oneself."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.api.base import Dossiernummer
from gateway.models.toegang import ToegangOpgave
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import hulpvragen, toegang
from shared.errors import Forbidden

router = APIRouter()
SOORTEN = [
    ("ouder", "Ouder of verzorger"),
    ("extern", "Deskundige van buiten, of een school die Schakel niet gebruikt"),
    ("collega", "Iemand met een account bij een school, bestuur of het samenwerkingsverband"),
]
DONE = {"gegeven": "De hulpvraag is opengezet. Er is een mail onderweg.", "ingetrokken": "De toegang is ingetrokken."}


@router.get("/gedeeld")
async def shared_with_me(request: Request, parts: CurrentParts, session: PortalSession) -> Response:
    """Show what others opened for this person."""
    found = await toegang.shared_with_me(parts.services, session.account.actor)
    return parts.pages.show(request, "gedeeld.html", session, gedeeld=found)


@router.get("/hulpvragen/{dossiernummer}/toegang")
async def listed(
    request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession, gedaan: str = ""
) -> Response:
    """Show who was let in, and the form to let in someone else."""
    return await _page(request, parts, session, dossiernummer, {}, {}, done=DONE.get(gedaan, ""))


@router.post("/hulpvragen/{dossiernummer}/toegang")
async def give(request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> Response:
    """Let someone in."""
    given = await forms.fields(request)
    actor = session.account.actor

    async def let_in(opgave: ToegangOpgave) -> None:
        await toegang.give(parts.database, parts.post, parts.services, actor, dossiernummer, opgave)

    faults = await forms.carried_out(ToegangOpgave, given, let_in)
    if faults:
        return await _page(request, parts, session, dossiernummer, given, faults)
    return RedirectResponse(f"/hulpvragen/{dossiernummer}/toegang?gedaan=gegeven", 303, HEADERS)


@router.post("/hulpvragen/{dossiernummer}/toegang/{toegang_id}/intrekken")
async def revoke(dossiernummer: Dossiernummer, toegang_id: UUID, parts: CurrentParts, session: PortalSession) -> Response:
    """Close it again."""
    await toegang.revoke(parts.services, session.account.actor, dossiernummer, str(toegang_id))
    return RedirectResponse(f"/hulpvragen/{dossiernummer}/toegang?gedaan=ingetrokken", 303, HEADERS)


async def _page(
    request: Request,
    parts: Parts,
    session: Session,
    dossiernummer: int,
    given: dict[str, str],
    faults: forms.Faults,
    *,
    done: str = "",
) -> Response:
    seen = await hulpvragen.show(parts.services, session.account.actor, dossiernummer)
    if not seen.hulpvraag.mag_delen:
        raise Forbidden("Alleen wie aan deze hulpvraag werkt, geeft anderen toegang.")
    found = await toegang.listed(parts.services, session.account.actor, dossiernummer)
    return parts.pages.show(
        request,
        "toegang.html",
        session,
        code=400 if faults else 200,
        hulpvraag=seen.hulpvraag,
        toegangen=found.toegangen,
        soorten=SOORTEN,
        given=given,
        faults=faults,
        done=done,
    )
