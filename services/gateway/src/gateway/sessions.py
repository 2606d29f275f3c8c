"""Who is logged in, for a route of the portal and for a route of the API; and where requests may come from.

>>> @router.get("/hulpvragen")
... async def hulpvragen(session: PortalSession): ...

The portal's session travels in a cookie that only our own origin sees: ``__Host-``, Secure, HttpOnly, SameSite=Lax (ASVS 5.0,
3.3). The API takes a bearer token, of a log-in or one that a person made for a program, or that same cookie for a page of ours;
never two at once. A request that changes something and leans on the cookie must prove that one of our own pages sent it.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response

from gateway.domain.origin import is_from_browser, is_same_origin
from gateway.domain.token import PREFIX, Scope
from gateway.parts import CurrentParts, Parts
from gateway.settings import Settings
from gateway.store import Session
from gateway.usecases import login, tokens
from shared.errors import Fault, Forbidden, InvalidInput, Unauthenticated

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
API = "/api/"
TWO_WAYS = Fault(
    field="Authorization",
    rule="een-manier",
    message="Stuur of het token mee, of de cookie van het portaal, niet allebei.",
)
"""RFC 6750, 2: no more than one method in each request."""


def cookie_name(settings: Settings) -> str:
    """Return the name of the cookie; the prefix makes browsers refuse it from elsewhere, and needs https."""
    return "schakel-sessie" if settings.insecure_cookie else "__Host-schakel-sessie"


def set_cookie(response: Response, settings: Settings, token: str) -> None:
    """Hand the session to the browser, until it is closed; the server ends it earlier."""
    response.set_cookie(
        cookie_name(settings), token, path="/", secure=not settings.insecure_cookie, httponly=True, samesite="lax"
    )


def clear_cookie(response: Response, settings: Settings) -> None:
    """Take the session away from the browser, with what it kept of our pages."""
    response.delete_cookie(cookie_name(settings), path="/", secure=not settings.insecure_cookie, httponly=True, samesite="lax")
    response.headers["clear-site-data"] = '"cache", "storage"'


async def refuse_forged(request: Request, parts: CurrentParts) -> None:
    """Refuse a change that a page elsewhere sent with our cookie, or that tries to log someone in. For every route."""
    if request.method in _SAFE or is_same_origin(request.headers, parts.settings.origin):
        return
    leans_on_cookie = cookie_name(parts.settings) in request.cookies
    is_program = request.url.path.startswith(API) and not leans_on_cookie and not is_from_browser(request.headers)
    if not is_program:
        raise Forbidden("Dit verzoek komt niet van een pagina van Schakel. Open de pagina opnieuw en probeer het nog eens.")


async def _portal(request: Request, parts: CurrentParts) -> Session:
    return await _by_cookie(request, parts, touch=True)


async def _portal_unseen(request: Request, parts: CurrentParts) -> Session:
    return await _by_cookie(request, parts, touch=False)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Who may ask a route of the API: who logged in, or a program whose token has this scope. None: nobody by a token."""

    scope: Scope | None

    async def __call__(self, request: Request, parts: CurrentParts) -> Session:
        """Return who asks. Raises InvalidInput, Unauthenticated, InsufficientScope or TooManyRequests."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not scheme:
            return await _by_cookie(request, parts, touch=True)
        if cookie_name(parts.settings) in request.cookies:
            raise InvalidInput([TWO_WAYS])  # nobody guesses who it was that acted
        if scheme.lower() != "bearer" or not token:
            parts.hold_pace(parts.address(request))
            raise Unauthenticated("Stuur het token mee als: Authorization: Bearer …")
        coming = (
            tokens.resume(parts.database, token, self.scope)
            if token.startswith(PREFIX)
            else login.resume(parts.database, parts.limits, token, "api")
        )
        try:
            return await _admitted(request, parts, coming)
        except Unauthenticated as error:
            raise tokens.InvalidToken(error.detail) from error


async def _by_cookie(request: Request, parts: Parts, *, touch: bool) -> Session:
    token = request.cookies.get(cookie_name(parts.settings))
    if not token:
        parts.hold_pace(parts.address(request))
        raise Unauthenticated("Log eerst in.")
    return await _admitted(request, parts, login.resume(parts.database, parts.limits, token, "portal", touch=touch))


async def _admitted(request: Request, parts: Parts, coming: Awaitable[Session]) -> Session:
    try:
        session = await coming
    except (Unauthenticated, tokens.InsufficientScope):
        parts.hold_pace(parts.address(request))
        raise
    parts.hold_pace(str(session.id))
    request.state.session = session  # an error page then still shows who is logged in
    return session


PortalSession = Annotated[Session, Depends(_portal)]
UnseenSession = Annotated[Session, Depends(_portal_unseen)]
"""For what a page asks by itself, over and over: it does not keep the session alive."""
LoggedIn = Annotated[Session, Depends(Allowed(None))]
"""For a route that no token opens: what is about accounts, sessions and tokens themselves."""
ReadsHulpvragen = Annotated[Session, Depends(Allowed("hulpvragen:lezen"))]
WritesHulpvragen = Annotated[Session, Depends(Allowed("hulpvragen:schrijven"))]
ReadsBesluiten = Annotated[Session, Depends(Allowed("besluiten:lezen"))]
WritesBesluiten = Annotated[Session, Depends(Allowed("besluiten:schrijven"))]
ReadsBijlagen = Annotated[Session, Depends(Allowed("bijlagen:lezen"))]
WritesBijlagen = Annotated[Session, Depends(Allowed("bijlagen:schrijven"))]
ReadsMails = Annotated[Session, Depends(Allowed("mails:lezen"))]
WritesMails = Annotated[Session, Depends(Allowed("mails:schrijven"))]
ReadsRegistraties = Annotated[Session, Depends(Allowed("registraties:lezen"))]
WritesRegistraties = Annotated[Session, Depends(Allowed("registraties:schrijven"))]
ReadsBeheer = Annotated[Session, Depends(Allowed("beheer:lezen"))]
WritesBeheer = Annotated[Session, Depends(Allowed("beheer:schrijven"))]
