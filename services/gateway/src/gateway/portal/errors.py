"""Errors as pages: what went wrong and what to do now. The API keeps its problem+json."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from gateway.parts import Parts
from gateway.portal.pages import HEADERS
from gateway.sessions import API
from gateway.store import Session
from gateway.usecases.tokens import InsufficientScope, InvalidToken
from shared import problem
from shared.context import current
from shared.database import is_outage
from shared.errors import (
    Conflict,
    Fault,
    Forbidden,
    InvalidInput,
    NotFound,
    SchakelError,
    StaleVersion,
    TemporaryError,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unprocessable,
)
from shared.log import get_logger

log = get_logger()

_WHAT_NOW: dict[type[SchakelError], str] = {
    InvalidInput: "Ga terug, verbeter wat hierboven staat en verstuur het opnieuw.",
    Forbidden: "Denkt u dat u hier wel bij moet kunnen? Vraag het aan de administratie van uw samenwerkingsverband.",
    NotFound: "Kijk of het adres klopt, of zoek in de lijst met hulpvragen. Wat niet van uw organisatie is, ziet u hier niet.",
    StaleVersion: "Open de pagina opnieuw. U ziet dan wat er veranderd is en kunt het opnieuw doen.",
    Conflict: "Open de hulpvraag opnieuw en kijk wat er nu kan.",
    TooLarge: "Maak het bestand kleiner, of verdeel het over meer bestanden van hoogstens 10 MB.",
    Unprocessable: "Ga terug, verbeter wat hierboven staat en verstuur het opnieuw.",
    TooManyRequests: "Wacht even en probeer het dan opnieuw.",
    TemporaryError: "Wat is opgeslagen, blijft bewaard. Probeer het over een paar minuten opnieuw. "
    "Blijft het zo? Bel dan uw beheerder.",
    SchakelError: "Probeer het opnieuw. Blijft het misgaan? Bel uw beheerder en noem het nummer hieronder.",
}
Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


def what_now(error: SchakelError) -> str:
    """Say what a person can do about this kind of error."""
    return next(_WHAT_NOW[kind] for kind in type(error).__mro__ if kind in _WHAT_NOW)


def page(request: Request, error: SchakelError) -> Response:
    """Answer a page's request with the error; who is not logged in goes to the log-in page and comes back."""
    if isinstance(error, Unauthenticated):
        return _to_login(request)
    parts: Parts = request.app.state.parts
    session: Session | None = getattr(request.state, "session", None)
    answer: HTMLResponse = parts.pages.show(
        request,
        "fout.html",
        session,
        code=error.status,
        error=error,
        what_now=what_now(error),
        number=current().correlation_id,
    )
    if (seconds := error.extra.get("retry_after")) is not None:
        answer.headers["retry-after"] = str(seconds)
    return answer


def install(app: FastAPI) -> None:
    """Take over the error handlers of the chassis for everything outside the API. To be called after it put its own."""
    for kind, convert in (
        (SchakelError, _same),
        (RequestValidationError, _invalid),
        (HTTPException, _http),
        (Exception, _unknown),
    ):
        app.add_exception_handler(kind, _either(convert, app.exception_handlers[kind]))


def _either(convert: Callable[[Exception], SchakelError], before: Handler) -> Handler:
    async def handle(request: Request, error: Exception) -> Response:
        if not request.url.path.startswith(API):
            answer = page(request, convert(error))
        elif isinstance(error, HTTPException) and error.status_code == 413:
            answer = problem.response(_too_large())
        else:
            found = before(request, error)
            answer = found if isinstance(found, Response) else await found
        if (challenge := _challenge(error, answer.status_code)) is not None:
            answer.headers.setdefault("www-authenticate", challenge)
        return answer

    return handle


def _challenge(error: Exception, status: int) -> str | None:
    """What a program must know of its token (RFC 6750, 3)."""
    if isinstance(error, InvalidToken):
        return 'Bearer realm="schakel", error="invalid_token"'
    if isinstance(error, InsufficientScope):
        scope = error.extra.get("scope")
        return 'Bearer realm="schakel", error="insufficient_scope"' + (f', scope="{scope}"' if scope else "")
    return 'Bearer realm="schakel"' if status == 401 else None


def _same(error: Exception) -> SchakelError:
    return error if isinstance(error, SchakelError) else SchakelError()


def _invalid(error: Exception) -> SchakelError:
    if isinstance(error, RequestValidationError) and any(fault["loc"][0] == "path" for fault in error.errors()):
        return NotFound("Deze pagina bestaat niet.")
    return InvalidInput([], "Het adres of het formulier klopt niet.")


def _http(error: Exception) -> SchakelError:
    status = error.status_code if isinstance(error, HTTPException) else 500
    found = {404: NotFound("Deze pagina bestaat niet."), 405: NotFound("Deze pagina bestaat niet."), 413: _too_large()}
    return found.get(status) or InvalidInput([], "De browser stuurde iets dat wij niet kunnen lezen.")


def _too_large() -> TooLarge:
    message = "Dit verzoek is groter dan wij aannemen."
    return TooLarge(message, fouten=[Fault(field="(bericht)", rule="te-groot", message=message).model_dump()])


def _unknown(error: Exception) -> SchakelError:
    if is_outage(error):
        return TemporaryError()
    log.error("request_failed", exc_info=error)
    return SchakelError()


def _to_login(request: Request) -> Response:
    url = "/inloggen"
    if request.url.path not in {"/", "/uitloggen"}:
        here = request.url.path + (f"?{request.url.query}" if request.url.query and request.method == "GET" else "")
        url = f"/inloggen?volgende={quote(here, safe='')}"
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={**HEADERS, "hx-redirect": url})
    return RedirectResponse(url, 303, HEADERS)
