"""Mandates: for which school the SWV may register, and until when. A list of schools, and a plain form for each."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.models.beheer import Mandaat, MandaatOpgave
from gateway.models.indienen import School
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import beheer, indienen
from shared.contracts.common import SchoolCode
from shared.errors import Forbidden, InvalidInput, NotFound, StaleVersion

router = APIRouter()


@router.get("/mandaten")
async def listed(request: Request, parts: CurrentParts, session: PortalSession) -> Response:
    """List the schools of this person's organisation, each with its form."""
    schools = await indienen.schools(parts.services, session.account.actor)
    return parts.pages.show(request, "mandaten.html", session, schools=schools.scholen)


@router.get("/mandaten/{school}")
async def one(request: Request, school: SchoolCode, parts: CurrentParts, session: PortalSession, gedaan: str = "") -> Response:
    """Show the mandate that counts for a school, with the form to note or change it."""
    known = await _known(parts, session, school)
    given = {"van": known.van.isoformat(), "tot": known.tot.isoformat() if known.tot else ""} if known else {}
    return await _page(request, parts, session, school, known, given, {}, done=gedaan == "mandaat")


@router.post("/mandaten/{school}")
async def save(request: Request, school: SchoolCode, parts: CurrentParts, session: PortalSession) -> Response:
    """Note it, change its period or end it."""
    given = await forms.fields(request)
    opgave, faults = forms.read(MandaatOpgave, given)
    status = 400
    if opgave is not None:
        version = int(given["versie"]) if given.get("versie", "").isdecimal() else None
        try:
            await beheer.give_mandate(parts.services, session.account.actor, school, opgave, version=version)
        except StaleVersion as refused:
            faults, status = {"": "Iemand anders wijzigde dit mandaat. Kijk of uw periode nog klopt."}, refused.status
        except (Forbidden, InvalidInput) as refused:
            faults, status = forms.faults_in(refused), refused.status
        else:
            return RedirectResponse(f"/mandaten/{school}?gedaan=mandaat", 303, HEADERS)
    return await _page(request, parts, session, school, await _known(parts, session, school), given, faults, status=status)


async def _page(
    request: Request,
    parts: Parts,
    session: Session,
    school: str,
    known: Mandaat | None,
    given: dict[str, str],
    faults: forms.Faults,
    *,
    status: int = 200,
    done: bool = False,
) -> Response:
    return parts.pages.show(
        request,
        "mandaat.html",
        session,
        code=status,
        school=await _school(parts, session, school),
        mandaat=known,
        given=given,
        faults=faults,
        is_done=done,
    )


async def _known(parts: Parts, session: Session, school: str) -> Mandaat | None:
    try:
        return await beheer.mandate(parts.services, session.account.actor, school)
    except NotFound:
        return None


async def _school(parts: Parts, session: Session, code: str) -> School:
    schools = await indienen.schools(parts.services, session.account.actor)
    found = next((school for school in schools.scholen if school.code == code), None)
    if found is None:
        raise NotFound("Deze school bestaat niet.")
    return found
