"""The postbussen of the SWV: where each of its roles gets mail. One plain form."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.models.beheer import Postbus, PostbusOpgave, Postbussen
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import beheer
from shared.errors import Forbidden, InvalidInput, NotFound

router = APIRouter()


@router.get("/postbussen")
async def listed(request: Request, parts: CurrentParts, session: PortalSession, gedaan: str = "") -> Response:
    """Show the roles and their addresses, for the administration as a form."""
    known = await beheer.boxes(parts.services, session.account.actor)
    given = {_field(box): box.email or "" for box in known.postbussen}
    return await _page(request, parts, session, known, given, {}, done=gedaan == "postbussen")


@router.post("/postbussen")
async def save(request: Request, parts: CurrentParts, session: PortalSession) -> Response:
    """Set every address that was changed; those that are right are kept when another one is not."""
    actor = session.account.actor
    given, known = await forms.fields(request), await beheer.boxes(parts.services, actor)
    faults: forms.Faults = {}
    for box in known.postbussen:
        email = given.get(_field(box), box.email or "").strip()
        if email == (box.email or ""):
            continue
        opgave, wrong = forms.read(PostbusOpgave, {"email": email or None})
        if opgave is not None:
            try:
                await beheer.set_box(parts.services, actor, box.rol, opgave)
            except (Forbidden, InvalidInput, NotFound) as refused:
                wrong = forms.faults_in(refused)
        if wrong:
            faults[_field(box)] = " ".join(wrong.values())
    if faults:
        return await _page(request, parts, session, known, given, faults, status=400)
    return RedirectResponse("/postbussen?gedaan=postbussen", 303, HEADERS)


async def _page(
    request: Request,
    parts: Parts,
    session: Session,
    known: Postbussen,
    given: dict[str, str],
    faults: forms.Faults,
    *,
    status: int = 200,
    done: bool = False,
) -> Response:
    has_kringen = bool((await beheer.circles(parts.services, session.account.actor)).namen)
    agreements = await beheer.agreements(parts.services, session.account.actor)
    return parts.pages.show(
        request,
        "postbussen.html",
        session,
        code=status,
        boxes=[(_field(box), box.rol) for box in known.postbussen],
        shown=[(box.rol, box.email or "geen adres") for box in known.postbussen],
        may_change=known.mag_wijzigen,
        has_kringen=has_kringen,
        asks_agreements=agreements.nodig,
        given=given,
        faults=faults,
        is_done=done,
    )


def _field(box: Postbus) -> str:
    """Name the field of a role: an id in HTML holds no blanks."""
    return f"postbus-{'-'.join(box.rol.split())}"
