"""What a service says of its own routes: OpenAPI 3.1 that matches what ``shared.problem`` and ``shared.auth`` really answer.

FastAPI documents a 422 of its own for bad input; ours is a 400 with problem+json (RFC 9457), as is every other error.

>>> install(app)
>>> app.openapi()["paths"]["/mails"]["get"]["responses"]["400"]["content"]
{'application/problem+json': {'schema': {'$ref': '#/components/schemas/Probleem'}}}
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict, Field

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Probleem"}}}
"""Content of the answer to any request that failed."""
INVALID = "De invoer klopt niet; elke fout staat in `fouten`."
_OTHER = "Elke andere fout; `type` zegt welke."
_REPLACED = ("HTTPValidationError", "ValidationError")


class Fout(BaseModel):
    """One fault in one field."""

    field: str = Field(description="dotted path of the field as sent")
    rule: str = Field(description="slug that stays the same over versions")
    message: str = Field(description="sentence for the reader")


class Probleem(BaseModel):
    """An error (problem+json, RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:schakel:fout:niet-gevonden"])
    title: str
    status: int
    detail: str = ""
    fouten: list[Fout] = []


def install(app: FastAPI) -> None:
    """Make ``app.openapi()`` return this document."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to adapt the document


def document(app: FastAPI, **about: Any) -> dict[str, Any]:  # noqa: ANN401 - what FastAPI's get_openapi takes
    """Describe every route of ``app``; ``about`` goes on top of its own title and version."""
    made = get_openapi(**{"title": app.title, "version": app.version, "routes": app.routes, **about})
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for name in _REPLACED:
        schemas.pop(name, None)
    schema = Probleem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update({**schema.pop("$defs", {}), "Probleem": schema})
    for item in made["paths"].values():
        for operation in item.values():
            _tell_errors(operation["responses"])
    return made


def _tell_errors(responses: dict[str, Any]) -> None:
    if _REPLACED[0] in str(responses.get("422", "")):
        del responses["422"]
        responses.setdefault("400", {"description": INVALID, "content": PROBLEM})
    responses.setdefault("default", {"description": _OTHER, "content": PROBLEM})
