"""The document of the public API: valid, whole, by the NL API Design Rules. That answers keep to it: ``support.contract``."""

import base64
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import SecretStr

from gateway.api.openapi import scopes_of
from gateway.domain.token import SCOPES
from gateway.main import make_service
from gateway.sessions import ReadsBesluiten, ReadsMails
from gateway.settings import Settings
from shared import tokens
from shared.service import Service
from support.portal import program, routes

PLURALS = {
    "aanvraagtypen",
    "accounts",
    "besluiten",
    "bijlagen",
    "cijfers",
    "contactnummers",
    "deelnemers",
    "dossiers",
    "gelijkenissen",
    "hulpvragen",
    "kringen",
    "labels",
    "mails",
    "mandaten",
    "notities",
    "organisaties",
    "overdrachten",
    "overeenkomsten",
    "overlegrondes",
    "postbussen",
    "reacties",
    "registraties",
    "scholen",
    "sessies",
    "statuswijzigingen",
    "termijnen",
    "tokens",
    "uitnodigingen",
    "verhuizingen",
    "versies",
    "verzendingen",
    "voorkeuren",
    "wijzigingen",
}
OF_ONE = {
    "aanvraagtype",
    "bestand",
    "blokkade",
    "coordinator",
    "deadline",
    "kennisname",
    "ongedaan",
    "pdf",
    "sluiting",
    "statushistorie",
    "voorbeeld",
}
"""What one hulpvraag, bijlage or verhuizing has one of. A new name must be put here, or above, on purpose."""


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


@pytest.fixture
def gateway() -> Service:
    """One that never starts: its document needs no server."""
    return make_service(
        Settings(
            database_url=SecretStr("postgresql://x"),
            amqp_url=SecretStr("amqp://x"),
            log_level="error",
            gateway_private_key=SecretStr(tokens.dump_key(tokens.new_key(), private=True)),
            totp_keys=SecretStr(base64.b64encode(bytes(32)).decode()),
            link_key=SecretStr(base64.b64encode(bytes(32)).decode()),
            public_url="https://portal.example",
        )
    )


@pytest.fixture
def document(gateway: Service) -> dict[str, Any]:
    return gateway.http.openapi()


async def test_the_document_of_the_api_is_valid_open_and_complete(gateway: Service) -> None:
    async with program(gateway) as anyone:
        answer = await anyone.get("/openapi.json")
    document = answer.json()
    assert answer.headers["access-control-allow-origin"] == "*"
    assert document["openapi"].startswith("3.1")
    assert document["info"]["contact"]["email"]
    assert document["info"]["version"] == answer.headers["api-version"]
    OpenAPIV31SpecValidator(document).validate()
    served = {
        (method.lower(), path.removeprefix("/api/v1").replace(":path", ""))
        for method, path in routes(gateway)
        if path.startswith("/api/v1/") and path != "/api/v1/openapi.json"
    }
    described = {(method, path) for path, item in document["paths"].items() for method in item}
    assert described == served
    public = [
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
        if not operation["security"]
    ]
    assert public == ["sessieOpenen"]


def test_resources_have_dutch_names_in_the_plural(document: dict[str, Any]) -> None:
    for path in document["paths"]:
        assert path == path.lower().rstrip("/")
        parts = path.strip("/").split("/")
        assert {part for part in parts if not part.startswith("{")} <= PLURALS | OF_ONE, path
        for before, part in pairwise(parts):
            assert not part.startswith("{") or before in PLURALS, path


def test_every_operation_names_what_it_may_refuse_as_problem_json(document: dict[str, Any]) -> None:
    seen = set()
    for method, path, operation in operations(document):
        assert operation["summary"]
        names = {parameter["name"].lower() for parameter in operation.get("parameters", ())}
        expected = {"401", "429", "503"}
        expected |= {"400"} if names else set()
        expected |= {"400", "413"} if "requestBody" in operation else set()
        expected |= {"403"} if method != "get" else set()
        expected |= {"404"} if "{" in path else set()
        expected |= {"412"} if "if-match" in names else set()
        expected |= {"422"} if "idempotency-key" in names else set()
        refusals = {status for status in operation["responses"] if status >= "400"} - {"default"}
        assert expected <= refusals, (method, path, expected - refusals)
        for status in refusals:
            content = operation["responses"][status]["content"]
            assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Probleem"}}}
        seen |= refusals
    assert seen == {"400", "401", "403", "404", "409", "412", "413", "422", "428", "429", "503"}


async def test_an_answer_that_is_not_in_the_document_is_seen(gateway: Service, document: dict[str, Any]) -> None:
    """The check behind ``program`` can fail: by status and by shape."""
    async with program(gateway) as anyone:
        described = document["paths"]["/sessies"]["get"]["responses"]
        kept = described.pop("401")
        with pytest.raises(AssertionError, match="401 is not in the document"):
            await anyone.get("/sessies")
        described["401"] = {**kept, "content": {"application/problem+json": {"schema": {"required": ["bestaat-niet"]}}}}
        with pytest.raises(AssertionError, match="bestaat-niet"):
            await anyone.get("/sessies")
        described["401"] = kept
        assert isinstance(await anyone.get("/sessies"), httpx.Response)


def test_every_operation_says_which_scope_of_a_token_opens_it(gateway: Service, document: dict[str, Any]) -> None:
    named = scopes_of(gateway.http)
    for method, path, operation in operations(document):
        scope = named.get(operation["operationId"])
        expected = [{"sessie": []}, {"token": [scope]}] if scope else [{"sessie": []}]
        assert operation["security"] == ([] if operation["operationId"] == "sessieOpenen" else expected), path
        if scope:
            assert scope.endswith(":lezen") == (method == "get"), path
    assert {scope for scope in named.values() if scope} == set(SCOPES), "a scope that opens nothing is a promise not kept"


def test_a_route_that_names_no_scope_or_two_keeps_the_gateway_from_starting() -> None:
    async def open_to_all() -> None: ...

    async def twice(one: ReadsMails, other: ReadsBesluiten) -> None: ...

    for route in (open_to_all, twice):
        app = FastAPI()
        app.add_api_route("/api/v1/nieuw", route, operation_id="nieuw")
        with pytest.raises(LookupError, match="nieuw must say once which scope"):
            scopes_of(app)
