"""Whatever schemathesis makes of each service's OpenAPI: the answer is one that the document has, and never an error of ours.

The cases are made by the document, half of them about a hulpvraag that is there; they are the same in each run. ``make test``
sends a few of each operation, ``make test-long`` many.
"""

from collections.abc import Iterator
from typing import Any, cast

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from support.access.world import OPEN, World
from support.sandbox import token_for

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SERVICES = ("gateway", "workflow", "intake", "documents", "notify", "bron-export")
PLAIN: dict[str, Any] = {
    "database": None,
    "deadline": None,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}
_SENT = {"method", "url", "params", "json", "data", "files", "headers"}
PEOPLE = ("administratie", "IB'er")


@pytest.mark.parametrize("service", SERVICES)
async def test_a_few_of_whatever_may_be_sent_get_an_answer_that_the_document_has(world: World, service: str) -> None:
    await _try(world, service, 2)


@pytest.mark.long
@pytest.mark.parametrize("service", SERVICES)
async def test_whatever_is_sent_gets_an_answer_that_the_document_has(world: World, service: str) -> None:
    await _try(world, service, 50)


async def _try(world: World, service: str, examples: int) -> None:
    app = world.system.gateway if service == "gateway" else world.system.services[service]
    wrong: list[str] = []
    for number, case in enumerate(_cases(app.http.openapi(), examples)):
        person = PEOPLE[number // 2 % 2]
        if number % 2:
            _about_what_is_there(world, case)
        if case.operation.path == "/sessies/{sessie}":
            continue  # it would end the session that asks
        answer = await _send(world, service, person, case)
        try:
            case.validate_response(answer, checks=CHECKS)
        except Exception as fault:  # noqa: BLE001 - a failure of any check, told with all the others
            wrong.append(f"{person} {case.method} {case.formatted_path}: {answer.status_code} {str(fault)[:600]}")
    assert not wrong, "\n\n".join(wrong)


def _cases(document: dict[str, Any], examples: int) -> Iterator[Any]:
    """So many cases of each operation."""
    for found in openapi.from_dict(document).get_all_operations():
        yield from _made(cast("Any", found).ok(), examples)


def _made(operation: Any, examples: int) -> list[Any]:
    made: list[Any] = []

    @seed(4)
    @settings(max_examples=examples, **PLAIN)
    @given(case=operation.as_strategy())
    def make(case: Any) -> None:
        made.append(case)

    make()
    return made


def _about_what_is_there(world: World, case: Any) -> None:
    target = world.at[OPEN]
    there = {
        "dossiernummer": target.number,
        "dossier": target.dossier,
        "school": target.school,
        "rol": "administratie",
    }
    case.path_parameters.update({name: value for name, value in there.items() if name in case.path_parameters})


def _sendable(files: Any) -> list[tuple[str, Any]]:
    """The parts of a form: httpx sends bytes and text, and whatever is made may be a number or nothing."""

    def text(part: Any) -> Any:
        return part if part is None or isinstance(part, (bytes, str)) else str(part)

    pairs = files.items() if isinstance(files, dict) else files
    return [(name, tuple(map(text, part)) if isinstance(part, tuple) else text(part) or "") for name, part in pairs]


async def _send(world: World, service: str, person: str, case: Any) -> httpx.Response:
    given = case.as_transport_kwargs(base_url="https://portal.example/api/v1" if service == "gateway" else f"http://{service}")
    given = {
        name: value for name, value in given.items() if name in {"method", "url", "params", "json", "data", "files", "headers"}
    }
    headers = {name: value for name, value in (given.pop("headers", None) or {}).items() if name.lower() != "authorization"}
    if service != "gateway":
        headers |= token_for(world.actors[person], service)
    if given.get("files"):
        given["files"] = _sendable(given["files"])
    if isinstance(given.get("data"), bytes):
        given["content"] = given.pop("data")
    client = world.browsers[person] if service == "gateway" else world.services[service]
    request = client.build_request(headers={**headers, "host": "portal.example"}, **given)
    await request.aread()
    return await client.send(request)
