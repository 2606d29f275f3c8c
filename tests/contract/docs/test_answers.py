"""The services answer as their OpenAPI documents say: asked without a server, so as far as a request gets without one."""

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest
from jsonschema import Draft202012Validator

import bron_export.main
import bron_export.settings
import documents.main
import documents.settings
import intake.main
import intake.settings
import notify.main
import notify.settings
import workflow.main
import workflow.settings
from shared import roles, tokens
from shared.contracts.workflow import Rolnaam
from shared.service import Service
from support import apart
from support.access.matrix import OWN_KEY

KEY = tokens.new_key()
PRIVATE = tokens.dump_key(tokens.new_key(), private=True)
SETTINGS: dict[str, Any] = {
    "database_url": "postgresql://x",
    "amqp_url": "amqp://x",
    "log_level": "error",
    "link_key": "A" * 43 + "=",
    "gateway_public_key": tokens.dump_key(KEY, private=False),
}
CLERK = tokens.Actor(sub=uuid4(), naam="Anna Drost", organisatie="PO2507", soort="swv", swv="PO2507", rollen=("administratie",))


def services() -> list[Service]:
    return [
        intake.main.make_service(intake.settings.Settings(**SETTINGS)),
        workflow.main.make_service(workflow.settings.Settings(**SETTINGS, capability_key=PRIVATE)),
        documents.main.make_service(documents.settings.Settings(**SETTINGS, workflow_public_key=PRIVATE)),
        notify.main.make_service(notify.settings.Settings(**SETTINGS)),
        bron_export.main.make_service(bron_export.settings.Settings(**SETTINGS, register_url="http://127.0.0.1:1")),
    ]


OPERATIONS = [
    pytest.param(service, path, method, id=f"{service.name} {method} {path}")
    for service in services()
    for path, item in service.http.openapi()["paths"].items()
    for method in item
]


async def ask(service: Service, method: str, path: str, **how: Any) -> httpx.Response:
    transport = httpx.ASGITransport(service.http)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        return await http.request(method, path, **how)


def check_problem(document: dict[str, Any], described: dict[str, Any], answer: httpx.Response) -> None:
    assert answer.headers["content-type"] == "application/problem+json"
    schema = described["content"]["application/problem+json"]["schema"]
    Draft202012Validator({**schema, "components": document["components"]}).validate(answer.json())
    assert answer.json()["status"] == answer.status_code


@pytest.mark.parametrize(("service", "path", "method"), OPERATIONS)
async def test_without_a_token_the_answer_is_the_problem_that_is_described(service: Service, path: str, method: str) -> None:
    document = service.http.openapi()
    operation = document["paths"][path][method]
    way = OWN_KEY.get((service.name, method.upper(), path), "actor")
    assert operation["security"] == [{way: []}]
    answer = await ask(service, method, re.sub(r"\{\w+\}", "1", path))
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    check_problem(document, operation["responses"]["default"], answer)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("intake", "/dossiers/geen-uuid"),
        ("workflow", "/hulpvragen?aantal=0"),
        ("notify", "/mails?pagina=0"),
        ("bron-export", "/registraties?hulpvraag=geen-uuid"),
    ],
)
async def test_bad_input_is_a_400_as_described_and_names_the_field(name: str, path: str) -> None:
    (service,) = [service for service in services() if service.name == name]
    apart.without_epochs(service)
    service.http.dependency_overrides[roles.roles_of_swv] = lambda: [
        Rolnaam(naam="administratie", soort="swv")
    ]  # in a database
    document = service.http.openapi()
    token = tokens.sign(CLERK, audience=name, key=KEY)
    answer = await ask(service, "get", path, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == httpx.codes.BAD_REQUEST
    described = document["paths"][re.sub(r"/geen-uuid|\?.*", "", path) + ("/{dossier}" if "dossiers" in path else "")]["get"]
    assert "422" not in described["responses"]
    check_problem(document, described["responses"]["400"], answer)
    assert answer.json()["fouten"][0]["field"] in {"dossier", "aantal", "pagina", "hulpvraag"}
