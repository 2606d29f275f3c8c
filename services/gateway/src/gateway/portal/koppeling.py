"""What a mailed link leads to: come in, choose another password, set up another app. And asking for such a link.

The address with the token only puts it in a cookie and leads on, so that it stands in no address bar, history or Referer while
someone types; looking at it uses nothing up, for mail scanners look too.
"""

from typing import Annotated

import segno
from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from gateway.domain.account import Name
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import clear_cookie, cookie_name
from gateway.usecases import links
from gateway.usecases.links import Choice, Shown
from shared.errors import InvalidInput, NotFound, TooManyRequests

router = APIRouter()

Typed = Annotated[str, Form(max_length=100)]
Secret = Annotated[str, Form(max_length=256)]


@router.get("/koppeling/{token}")
async def arrive(request: Request, token: Annotated[str, Path(max_length=100)], parts: CurrentParts) -> Response:
    """Take the token from the address."""
    parts.hold_pace(parts.address(request))
    answer = RedirectResponse("/koppeling", 303, HEADERS)
    secure = not parts.settings.insecure_cookie
    answer.set_cookie(_cookie(parts), token, path="/", secure=secure, httponly=True, samesite="lax", max_age=3600)
    return answer


@router.get("/koppeling")
async def show(request: Request, parts: CurrentParts) -> Response:
    """Show what the link is for, with the form to do it."""
    parts.hold_pace(parts.address(request))
    return _page(request, parts, await links.look(parts.database, parts.post, _token(request, parts)), {})


@router.post("/koppeling")
async def finish(request: Request, parts: CurrentParts, wachtwoord: Secret = "", code: Typed = "") -> Response:
    """Do it, and show recovery codes to who set up an app."""
    address = parts.address(request)
    parts.hold_pace(address)
    token = _token(request, parts)
    shown = await links.look(parts.database, parts.post, token)
    try:
        codes = await links.finish(parts.database, parts.passwords, parts.post, token, Choice(wachtwoord, code, address))
    except InvalidInput as refused:
        return _page(request, parts, shown, forms.faults_in(refused), status=refused.status)
    answer = parts.pages.show(request, "herstelcodes.html", None, codes=codes, doel=shown.doel)
    answer.delete_cookie(_cookie(parts), path="/", secure=not parts.settings.insecure_cookie, httponly=True, samesite="lax")
    clear_cookie(answer, parts.settings)
    return answer


@router.get("/wachtwoord-vergeten")
async def forgotten(request: Request, parts: CurrentParts) -> Response:
    """Show the form."""
    parts.hold_pace(parts.address(request))
    return _asking(request, parts, "wachtwoord_vergeten.html")


@router.post("/wachtwoord-vergeten")
async def ask_password(request: Request, parts: CurrentParts, organisatie: Typed = "", gebruikersnaam: Typed = "") -> Response:
    """Have a link mailed, if there is such an account; the answer is the same if not."""
    address = parts.address(request)
    parts.hold_pace(address)
    try:
        await links.ask_password(parts.database, parts.post, Name.typed(organisatie, gebruikersnaam), address)
    except TooManyRequests as error:
        return _asking(request, parts, "wachtwoord_vergeten.html", error=error)
    return _asking(request, parts, "wachtwoord_vergeten.html", is_done=True)


@router.get("/telefoon-kwijt")
async def lost(request: Request, parts: CurrentParts) -> Response:
    """Show the form."""
    parts.hold_pace(parts.address(request))
    return _asking(request, parts, "telefoon_kwijt.html")


@router.post("/telefoon-kwijt")
async def report_lost(
    request: Request, parts: CurrentParts, organisatie: Typed = "", gebruikersnaam: Typed = "", wachtwoord: Secret = ""
) -> Response:
    """Ask the SWV for leave to set up another app, if the password is right; the answer is the same if not."""
    address = parts.address(request)
    parts.hold_pace(address)
    name = Name.typed(organisatie, gebruikersnaam)
    try:
        await links.report_lost(parts.database, parts.passwords, parts.post, name, wachtwoord, address)
    except TooManyRequests as error:
        return _asking(request, parts, "telefoon_kwijt.html", error=error)
    return _asking(request, parts, "telefoon_kwijt.html", is_done=True)


def _cookie(parts: Parts) -> str:
    return cookie_name(parts.settings).replace("sessie", "koppeling")


def _token(request: Request, parts: Parts) -> str:
    token = request.cookies.get(_cookie(parts))
    if not token:
        raise NotFound(links.GONE)
    return token


def _page(request: Request, parts: Parts, shown: Shown, faults: forms.Faults, *, status: int = 200) -> Response:
    qr = segno.make(shown.otpauth, micro=False).svg_data_uri(scale=5, border=4) if shown.secret else None
    key = " ".join(shown.secret[at : at + 4] for at in range(0, len(shown.secret), 4)) if shown.secret else None
    return parts.pages.show(
        request,
        "koppeling.html",
        None,
        code=status,
        doel=shown.doel,
        account=shown.account,
        qr=qr,
        key=key,
        needs_code=shown.account.factor == "app",
        faults=faults,
    )


def _asking(
    request: Request, parts: Parts, template: str, *, error: TooManyRequests | None = None, is_done: bool = False
) -> Response:
    return parts.pages.show(request, template, None, code=error.status if error else 200, error=error, is_done=is_done)
