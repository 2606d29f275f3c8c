"""Log in and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from gateway.domain.origin import HOME, local_path
from gateway.parts import CurrentParts
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession, clear_cookie, cookie_name, set_cookie
from gateway.usecases import login
from shared.errors import SchakelError, TooManyRequests, Unauthenticated

router = APIRouter()

Typed = Annotated[str, Form(max_length=100)]


@router.get("/")
async def start() -> Response:
    """Lead to the first page."""
    return RedirectResponse(HOME, 303, HEADERS)


@router.get("/inloggen")
async def form(request: Request, parts: CurrentParts, volgende: str = HOME) -> Response:
    """Show the form. Who is logged in already goes on."""
    parts.hold_pace(parts.address(request))
    if token := request.cookies.get(cookie_name(parts.settings)):
        try:
            await login.resume(parts.database, parts.limits, token, "portal")
        except Unauthenticated:
            pass
        else:
            return RedirectResponse(local_path(volgende), 303, HEADERS)
    return parts.pages.show(
        request, "inloggen.html", None, error=None, volgende=local_path(volgende), organisatie="", gebruikersnaam=""
    )


@router.post("/inloggen")
async def log_in(
    request: Request,
    parts: CurrentParts,
    organisatie: Typed = "",
    gebruikersnaam: Typed = "",
    wachtwoord: Annotated[str, Form(max_length=256)] = "",
    code: Annotated[str, Form(max_length=20)] = "",
    volgende: Annotated[str, Form()] = HOME,
) -> Response:
    """Open a session and go on; or say that something is not right, never what."""
    address = parts.address(request)
    parts.hold_pace(address)
    attempt = login.Attempt(organisatie, gebruikersnaam, wachtwoord, code, address)
    try:
        opened = await login.log_in(parts.database, parts.passwords, parts.post, parts.limits, attempt, "portal")
    except (Unauthenticated, TooManyRequests) as error:
        return _again(request, parts, error, local_path(volgende), organisatie, gebruikersnaam)
    answer = RedirectResponse(local_path(volgende), 303, HEADERS)
    set_cookie(answer, parts.settings, opened.token)
    return answer


@router.post("/uitloggen")
async def log_out(parts: CurrentParts, session: PortalSession) -> Response:
    """End this session, here and on the server."""
    async with parts.database.transaction() as tx:
        await login.log_out(tx, session.id, session.account.id)
    answer = RedirectResponse("/inloggen", 303, HEADERS)
    clear_cookie(answer, parts.settings)
    return answer


def _again(
    request: Request, parts: CurrentParts, error: SchakelError, volgende: str, organisatie: str, gebruikersnaam: str
) -> Response:
    values = {"volgende": volgende, "organisatie": organisatie, "gebruikersnaam": gebruikersnaam}
    answer = parts.pages.show(request, "inloggen.html", None, code=error.status, error=error, **values)
    if (seconds := error.extra.get("retry_after")) is not None:
        answer.headers["retry-after"] = str(seconds)
    return answer
