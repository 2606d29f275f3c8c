"""The LVS of a school: which environments it let in, with a code for each; make one, stop one."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.models.koppelingen import CodeOpgave
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import koppelingen
from shared.contracts.common import SchoolCode
from shared.errors import Conflict, InvalidInput

router = APIRouter(prefix="/scholen/{school}/koppelingen")

DONE = {"gestopt": "De verificatiecode is gestopt. Vanuit deze omgeving kan niets meer worden verzonden."}


@router.get("")
async def listed(
    request: Request, school: SchoolCode, parts: CurrentParts, session: PortalSession, gedaan: str = ""
) -> Response:
    """Show the codes, and the form for another."""
    return await _page(request, parts, session, school, {}, {}, done=DONE.get(gedaan, ""))


@router.post("")
async def make(request: Request, school: SchoolCode, parts: CurrentParts, session: PortalSession) -> Response:
    """Make one and show it, this once."""
    given = await forms.fields(request)
    opgave, faults = forms.read(CodeOpgave, given)
    if opgave is not None:
        try:
            made = await koppelingen.make(parts.services, session.account.actor, school, opgave)
        except (Conflict, InvalidInput) as refused:
            faults = forms.faults_in(refused)
        else:
            return parts.pages.show(request, "verificatiecode.html", session, school=school, secret=made.code, naam=opgave.naam)
    return await _page(request, parts, session, school, given, faults)


@router.post("/{verificatiecode}/stoppen")
async def stop(school: SchoolCode, verificatiecode: UUID, parts: CurrentParts, session: PortalSession) -> Response:
    """Let one open nothing more, at once."""
    await koppelingen.stop(parts.services, session.account.actor, school, verificatiecode)
    return RedirectResponse(f"/scholen/{school}/koppelingen?gedaan=gestopt", 303, HEADERS)


async def _page(
    request: Request,
    parts: Parts,
    session: Session,
    school: str,
    given: dict[str, str],
    faults: forms.Faults,
    *,
    done: str = "",
) -> Response:
    found = await koppelingen.codes(parts.services, session.account.actor, school)
    return parts.pages.show(
        request,
        "koppelingen.html",
        session,
        code=400 if faults else 200,
        school=found,
        given=given,
        faults=faults,
        done=done,
    )
