"""Errors over HTTP: problem+json (RFC 9457), one shape for every route of every service (NL API Design Rules).

>>> install(app)   # and raise errors of shared.errors from use cases
"""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.database import is_outage
from shared.errors import Fault, InvalidInput, SchakelError, TemporaryError
from shared.log import get_logger

log = get_logger()

TYPE = "urn:schakel:fout:"
"""``type`` is this plus the slug of the error; both stay the same over versions."""

_RULES = {
    "missing": ("verplicht", "Dit veld is verplicht."),
    "extra_forbidden": ("onbekend-veld", "Dit veld bestaat niet."),
    "string_too_long": ("te-lang", "De tekst is te lang."),
    "string_too_short": ("te-kort", "De tekst is te kort."),
    "string_type": ("tekst", "Dit moet een tekst zijn."),
    "int_type": ("getal", "Dit moet een geheel getal zijn."),
    "int_parsing": ("getal", "Dit moet een geheel getal zijn."),
    "date_from_datetime_parsing": ("datum", "Dit is geen bestaande datum (jjjj-mm-dd)."),
    "date_parsing": ("datum", "Dit is geen bestaande datum (jjjj-mm-dd)."),
    "datetime_parsing": ("moment", "Dit is geen moment (RFC 3339)."),
    "uuid_parsing": ("uuid", "Dit is geen UUID."),
    "enum": ("keuze", "Deze waarde staat niet in de lijst."),
    "literal_error": ("keuze", "Deze waarde staat niet in de lijst."),
    "string_pattern_mismatch": ("vorm", "De waarde heeft niet de afgesproken vorm."),
    "json_invalid": ("json", "Dit is geen geldige JSON."),
    "list_type": ("lijst", "Dit moet een lijst zijn."),
    "model_type": ("object", "Dit moet een object zijn."),
    "model_attributes_type": ("object", "Dit moet een object zijn."),
    "dict_type": ("object", "Dit moet een object zijn."),
}


def faults_of(errors: list[Any], *, skip: int = 0) -> list[Fault]:
    """Turn pydantic's errors into faults in Dutch. A rule of our own (``value_error``) brings its own sentence.

    ``skip`` leaves out the first parts of each path (``body``).
    """
    faults = []
    for error in errors:
        path = ".".join(str(part) for part in error["loc"][skip:]) or "(bericht)"
        rule, message = _RULES.get(error["type"], (error["type"].replace("_", "-"), "De waarde is niet toegestaan."))
        if error["type"] == "value_error":
            cause = error.get("ctx", {}).get("error")
            rule, _, message = str(cause).partition(": ")
            rule, message = (rule, message) if message else ("waarde", rule)
        allowed = error.get("ctx", {}).get("expected")
        faults.append(Fault(field=path, rule=rule, message=f"{message} Toegestaan: {allowed}." if allowed else message))
    return faults


def response(error: SchakelError) -> JSONResponse:
    """Render one error."""
    content: dict[str, Any] = {
        "type": TYPE + error.slug,
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        **error.extra,
    }
    headers = {"Cache-Control": "no-store"}
    retry_after = error.extra.get("retry_after", 5 if error.temporary else None)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return JSONResponse(content, error.status, headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Answer every error of this app with problem+json; an unknown one says nothing of its inside."""

    @app.exception_handler(SchakelError)
    async def known(_: Request, error: SchakelError) -> JSONResponse:
        return response(error)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return response(InvalidInput(faults_of(list(error.errors()), skip=1)))

    @app.exception_handler(HTTPException)
    async def http(_: Request, error: HTTPException) -> JSONResponse:
        content = {"type": "about:blank", "title": str(error.detail), "status": error.status_code}
        return JSONResponse(content, error.status_code, error.headers, media_type="application/problem+json")

    @app.exception_handler(Exception)
    async def unknown(_: Request, error: Exception) -> JSONResponse:
        if is_outage(error):
            return response(TemporaryError())
        log.error("request_failed", exc_info=error)
        return response(SchakelError())
