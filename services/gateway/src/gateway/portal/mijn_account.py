"""One's own account: where one is logged in, another password, new recovery codes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from gateway import people_store, store
from gateway.domain.token import may_have
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import login, own
from shared.errors import InvalidInput

router = APIRouter(prefix="/mijn-account")

Secret = Annotated[str, Form(max_length=256)]
DONE = {
    "wachtwoord": "Uw wachtwoord is gewijzigd. Op andere apparaten bent u uitgelogd, en uw tokens werken niet meer.",
    "sessie": "De sessie is beëindigd.",
}


@router.get("")
async def shown(request: Request, parts: CurrentParts, session: PortalSession, gedaan: str = "") -> Response:
    """Show it."""
    return await _page(request, parts, session, {}, done=DONE.get(gedaan, ""))


@router.post("/wachtwoord")
async def change_password(
    request: Request, parts: CurrentParts, session: PortalSession, huidig: Secret = "", wachtwoord: Secret = ""
) -> Response:
    """Choose another password."""
    try:
        await own.change_password(
            parts.database, parts.passwords, parts.post, session, huidig, wachtwoord, parts.address(request)
        )
    except InvalidInput as refused:
        return await _page(request, parts, session, forms.faults_in(refused), status=refused.status)
    return RedirectResponse("/mijn-account?gedaan=wachtwoord", 303, HEADERS)


@router.post("/herstelcodes")
async def renew_codes(request: Request, parts: CurrentParts, session: PortalSession, wachtwoord_nu: Secret = "") -> Response:
    """Make new recovery codes and show them, this once."""
    try:
        codes = await own.renew_codes(
            parts.database, parts.passwords, parts.post, session, wachtwoord_nu, parts.address(request)
        )
    except InvalidInput as refused:
        message = " ".join(forms.faults_in(refused).values())
        return await _page(request, parts, session, {"wachtwoord_nu": message}, status=refused.status)
    return parts.pages.show(request, "herstelcodes.html", session, codes=codes, doel="herstelcodes")


@router.post("/sessies/{sessie}/beeindigen")
async def end_session(sessie: UUID, parts: CurrentParts, session: PortalSession) -> Response:
    """End one of one's own sessions, here or elsewhere."""
    async with parts.database.transaction() as tx:
        await login.log_out(tx, sessie, session.account.id)
    return RedirectResponse("/mijn-account?gedaan=sessie", 303, HEADERS)


async def _page(
    request: Request, parts: Parts, session: Session, faults: forms.Faults, *, status: int = 200, done: str = ""
) -> Response:
    pool = parts.database.pool
    return parts.pages.show(
        request,
        "mijn_account.html",
        session,
        code=status,
        sessions=await store.sessions(pool, session.account.id, parts.limits.idle),
        this=session.id,
        may_have_tokens=may_have(session.account),
        codes_left=await people_store.recovery_codes_left(pool, session.account.id),
        faults=faults,
        done=done,
    )
