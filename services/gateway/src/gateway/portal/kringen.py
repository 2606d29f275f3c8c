"""The scholenkringen of the SWV: who coordinates, and for which schools. A list, and a plain form for each."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.models.beheer import Kring, Kringen, KringOpgave
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import beheer, indienen
from shared.errors import Forbidden, InvalidInput, NotFound

router = APIRouter(prefix="/kringen")


@router.get("")
async def listed(request: Request, parts: CurrentParts, session: PortalSession, gedaan: str = "") -> Response:
    """Show the kringen, each with its coordinator and its schools."""
    known = await _kringen(parts, session)
    schools = await indienen.schools(parts.services, session.account.actor)
    names = {school.code: school.naam for school in schools.scholen}
    kringen = {kring.naam: kring for kring in known.kringen}
    rows = [(naam, kringen.get(naam), _named(names, kringen.get(naam))) for naam in known.namen]
    free = sorted(naam for code, naam in names.items() if not any(code in kring.scholen for kring in known.kringen))
    return parts.pages.show(
        request,
        "kringen.html",
        session,
        rows=rows,
        free=free,
        may_change=known.mag_wijzigen,
        is_done=gedaan == "kring",
    )


@router.get("/{naam}")
async def one(request: Request, naam: str, parts: CurrentParts, session: PortalSession) -> Response:
    """Show the form of one kring."""
    known = await _kringen(parts, session)
    kring = next((kring for kring in known.kringen if kring.naam == naam), None)
    given = {"coordinator": kring.coordinator, "email": kring.email} if kring else {}
    return await _page(request, parts, session, known, naam, given, kring.scholen if kring else [], {})


@router.post("/{naam}")
async def save(request: Request, naam: str, parts: CurrentParts, session: PortalSession) -> Response:
    """Set it up: its coordinator and all of its schools."""
    given = await forms.fields(request, most=600)
    scholen = await forms.chosen(request, "scholen")
    opgave, faults = forms.read(KringOpgave, {**given, "scholen": scholen})
    if opgave is not None:
        try:
            await beheer.set_circle(parts.services, session.account.actor, naam, opgave)
        except InvalidInput as refused:
            faults = forms.faults_in(refused)
        else:
            return RedirectResponse("/kringen?gedaan=kring", 303, HEADERS)
    faults = {name.partition(".")[0]: message for name, message in faults.items()}
    return await _page(request, parts, session, await _kringen(parts, session), naam, given, scholen, faults)


async def _page(
    request: Request,
    parts: Parts,
    session: Session,
    known: Kringen,
    naam: str,
    given: dict[str, str],
    scholen: list[str],
    faults: forms.Faults,
) -> Response:
    if not known.mag_wijzigen:
        raise Forbidden
    if naam not in known.namen:
        raise NotFound("Deze scholenkring bestaat niet.")
    schools = await indienen.schools(parts.services, session.account.actor)
    elsewhere = {code: kring.naam for kring in known.kringen if kring.naam != naam for code in kring.scholen}
    return parts.pages.show(
        request,
        "kring.html",
        session,
        code=400 if faults else 200,
        naam=naam,
        schools=[(school.code, school.naam, elsewhere.get(school.code)) for school in schools.scholen],
        scholen=scholen,
        given=given,
        faults=faults,
    )


async def _kringen(parts: Parts, session: Session) -> Kringen:
    """The kringen. Raises NotFound where the rules have none, Forbidden for others than the SWV's own people."""
    known = await beheer.circles(parts.services, session.account.actor)
    if not known.namen:
        raise NotFound("Uw samenwerkingsverband werkt niet met scholenkringen.")
    return known


def _named(names: dict[str, str], kring: Kring | None) -> list[str]:
    return sorted(names.get(code, code) for code in kring.scholen) if kring else []
