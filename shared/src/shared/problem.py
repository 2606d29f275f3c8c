"""Errors over HTTP: problem+json (RFC 9457), one shape for every route of every service (NL API Design Rules).

>>> install(app)   # and raise errors of shared.errors from use cases
"""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.database import is_outage
from shared.errors import InvalidInput, SchakelError, TemporaryError
from shared.faults import faults_of
from shared.log import get_logger

__all__ = ["TYPE", "faults_of", "install", "response"]

log = get_logger()

TYPE = "urn:schakel:fout:"
"""``type`` is this plus the slug of the error; both stay the same over versions."""


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
