"""The API's own description, OpenAPI 3.1 at ``/api/v1/openapi.json``, readable for every site (/core/publish-openapi)."""

from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts

from gateway.api.base import PREFIX, problems
from gateway.domain.token import PREFIX as TOKEN
from gateway.domain.token import Scope
from gateway.sessions import Allowed
from gateway.settings import Settings
from shared import openapi

VERSION = "1.0.0"
DESCRIPTION = """\
De API van Schakel, volgens de NL API Design Rules.

Log in met `POST /sessies` en stuur daarna het token mee als `Authorization: Bearer`. Of maak in het portaal onder Mijn account
een token voor uw programma, met rechten (scopes) en een einddatum; het begint met `schakel_`. Welk recht nodig is, staat bij
elke opdracht onder `token`; waar dat niet staat, kan een token niets. Een opdracht mag een `Idempotency-Key` hebben: dezelfde
opdracht met dezelfde sleutel wordt één keer uitgevoerd. Een wijziging noemt in `If-Match` de versie die u zag.
Fouten zijn problem+json (RFC 9457).
"""
_PUBLIC = {"sessieOpenen"}


def describe(app: FastAPI, settings: Settings) -> None:
    """Make the document of the public routes the app's one document, and publish it."""
    scopes = scopes_of(app)

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, settings, scopes)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way to adapt the document

    @app.get(f"{PREFIX}/openapi.json", include_in_schema=False)
    async def published() -> JSONResponse:
        return JSONResponse(document(), headers={"access-control-allow-origin": "*", "cache-control": "public, max-age=3600"})


def scopes_of(app: FastAPI) -> dict[str, Scope | None]:
    """Tell of each operation of the API, by its id, what a token needs; None where no token will do.

    Raises LookupError for one that says neither: it would be open to everyone, or to every token.
    """
    found: dict[str, Scope | None] = {}
    for route in iter_route_contexts(app.routes):
        path, operation = route.path or "", getattr(route, "operation_id", None)
        if path.startswith(PREFIX) and operation is not None and operation not in _PUBLIC:
            asked = [part.call for part in route.dependant.dependencies if isinstance(part.call, Allowed)]
            if len(asked) != 1:
                msg = f"{operation} must say once which scope opens it (gateway.sessions)"
                raise LookupError(msg)
            found[operation] = asked[0].scope
    return found


def _document(app: FastAPI, settings: Settings, scopes: dict[str, Scope | None]) -> dict[str, Any]:
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
    document["components"]["securitySchemes"] = {
        "sessie": {"type": "http", "scheme": "bearer", "description": "van `POST /sessies`"},
        "token": {"type": "http", "scheme": "bearer", "description": f"begint met `{TOKEN}`; met de genoemde rechten"},
    }
    for item in document["paths"].values():
        for operation in item.values():
            _finish(operation, scopes.get(operation["operationId"]))
    return document


def _finish(operation: dict[str, Any], scope: Scope | None) -> None:
    """What follows from an operation's form; every answer names its version; all but log-in need a session or a token."""
    responses = operation["responses"]
    for status, described in problems(*_general(operation)).items():
        responses.setdefault(str(status), described)
    by_token = [] if scope is None else [{"token": [scope]}]
    operation["security"] = [] if operation["operationId"] in _PUBLIC else [{"sessie": []}, *by_token]
    for status, response in responses.items():
        headers: dict[str, Any] = {"API-Version": {"schema": {"type": "string", "examples": [VERSION]}}}
        if status in {"429", "503"}:
            headers["Retry-After"] = {"schema": {"type": "integer"}, "description": "seconden"}
        responses[status] = {**response, "headers": {**response.get("headers", {}), **headers}}
    operation["responses"] = dict(sorted(responses.items()))


def _general(operation: dict[str, Any]) -> set[int]:
    """Tell what any operation of this form may refuse, whatever it is about."""
    names = {parameter["name"].lower() for parameter in operation.get("parameters", ())}
    found = {400, 401, 403, 429, 503}
    if "requestBody" in operation:
        found.add(413)
    if "idempotency-key" in names:
        found.add(422)
    return found
