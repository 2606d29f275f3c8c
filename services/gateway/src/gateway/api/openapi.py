"""The API's own description, OpenAPI 3.1 at ``/api/v1/openapi.json``, readable for every site (/core/publish-openapi)."""

from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from gateway.api.base import PREFIX, problems
from gateway.settings import Settings
from shared import openapi

VERSION = "1.0.0"
DESCRIPTION = """\
De API van Schakel, volgens de NL API Design Rules.

Log in met `POST /sessies` en stuur daarna het token mee als `Authorization: Bearer`. Een opdracht mag een `Idempotency-Key`
hebben: dezelfde opdracht met dezelfde sleutel wordt één keer uitgevoerd. Een wijziging noemt in `If-Match` de versie die u zag.
Fouten zijn problem+json (RFC 9457).
"""
_PUBLIC = {"sessieOpenen"}


def describe(app: FastAPI, settings: Settings) -> None:
    """Make the document of the public routes the app's one document, and publish it."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, settings)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way to adapt the document

    @app.get(f"{PREFIX}/openapi.json", include_in_schema=False)
    async def published() -> JSONResponse:
        return JSONResponse(document(), headers={"access-control-allow-origin": "*", "cache-control": "public, max-age=3600"})


def _document(app: FastAPI, settings: Settings) -> dict[str, Any]:
    document = openapi.document(
        app,
        title="Schakel",
        version=VERSION,
        description=DESCRIPTION,
        license_info={"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/nl/"},
        servers=[{"url": PREFIX}],
    )
    document["info"]["contact"] = {"name": settings.contact_name, "email": settings.contact_email}
    document["paths"] = {path.removeprefix(PREFIX): item for path, item in document["paths"].items()}
    document["components"]["securitySchemes"] = {"sessie": {"type": "http", "scheme": "bearer"}}
    for item in document["paths"].values():
        for method, operation in item.items():
            _finish(method, operation)
    return document


def _finish(method: str, operation: dict[str, Any]) -> None:
    """What follows from an operation's form; every answer names its version; all but log-in need a session."""
    responses = operation["responses"]
    for status, described in problems(*_general(method, operation)).items():
        responses.setdefault(str(status), described)
    operation["security"] = [] if operation["operationId"] in _PUBLIC else [{"sessie": []}]
    for status, response in responses.items():
        headers: dict[str, Any] = {"API-Version": {"schema": {"type": "string", "examples": [VERSION]}}}
        if status in {"429", "503"}:
            headers["Retry-After"] = {"schema": {"type": "integer"}, "description": "seconden"}
        responses[status] = {**response, "headers": {**response.get("headers", {}), **headers}}
    operation["responses"] = dict(sorted(responses.items()))


def _general(method: str, operation: dict[str, Any]) -> set[int]:
    """Tell what any operation of this form may refuse, whatever it is about."""
    names = {parameter["name"].lower() for parameter in operation.get("parameters", ())}
    found = {401, 429, 503}
    if names or "requestBody" in operation:
        found.add(400)
    if "requestBody" in operation:
        found.add(413)
    if method != "get":
        found.add(403)
    if "idempotency-key" in names:
        found.add(422)
    return found
