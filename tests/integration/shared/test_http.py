"""Errors over HTTP: problem+json, in one shape, with the headers of every answer."""

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from shared import problem
from shared.errors import Forbidden, IllegalTransition, TemporaryError, TooManyRequests
from shared.http import SECURITY, WorkMiddleware


class Vraag(BaseModel):
    aantal: int


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = FastAPI()
    app.add_middleware(WorkMiddleware, api_version="2.3.4")
    problem.install(app)

    @app.get("/fout/{kind}")
    async def fail(kind: str) -> None:
        raise {
            "verboden": Forbidden(),
            "overgang": IllegalTransition("Nee.", toegestaan=["A&K afgerond"]),
            "druk": TooManyRequests(retry_after=30),
            "even": TemporaryError(),
            "database": ConnectionRefusedError(),
            "onbekend": ZeroDivisionError("geheim van Noor"),
        }[kind]

    @app.post("/vraag")
    async def vraag(body: Vraag) -> int:
        return body.aantal

    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test")


@pytest.mark.parametrize(
    ("kind", "status", "slug"),
    [
        ("verboden", 403, "geen-rechten"),
        ("overgang", 409, "statusovergang-niet-toegestaan"),
        ("druk", 429, "te-veel-verzoeken"),
        ("even", 503, "tijdelijk-niet-beschikbaar"),
        ("database", 503, "tijdelijk-niet-beschikbaar"),
        ("onbekend", 500, "fout"),
    ],
)
async def test_an_error_is_a_problem_with_a_slug_and_every_header(
    client: httpx.AsyncClient, kind: str, status: int, slug: str
) -> None:
    answer = await client.get(f"/fout/{kind}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:schakel:fout:{slug}"
    assert SECURITY.keys() <= answer.headers.keys()
    assert answer.headers["api-version"] == "2.3.4"
    assert answer.headers["x-correlation-id"]


async def test_an_unknown_error_says_nothing_of_its_inside(client: httpx.AsyncClient) -> None:
    answer = await client.get("/fout/onbekend")
    assert "Noor" not in answer.text
    assert "Zero" not in answer.text


async def test_an_illegal_step_names_the_steps_that_are_allowed(client: httpx.AsyncClient) -> None:
    assert (await client.get("/fout/overgang")).json()["toegestaan"] == ["A&K afgerond"]


async def test_who_asks_too_much_is_told_when_to_come_back(client: httpx.AsyncClient) -> None:
    assert (await client.get("/fout/druk")).headers["retry-after"] == "30"


async def test_wrong_input_names_field_and_rule_in_dutch(client: httpx.AsyncClient) -> None:
    answer = await client.post("/vraag", json={"aantal": "veel"})
    assert answer.status_code == 400
    assert answer.json()["fouten"] == [{"field": "aantal", "rule": "getal", "message": "Dit moet een geheel getal zijn."}]


async def test_a_page_that_does_not_exist_is_a_problem_too(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nergens")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
