"""What an actor gets or is refused stands in the audit log; an answer without a row is held back."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import Request

from shared import tokens
from shared.auth import CurrentActor
from shared.errors import Forbidden
from shared.http import UNLOGGED
from shared.service import Service
from shared.settings import BaseServiceSettings
from support.access.matrix import OWN_KEY
from support.sandbox import Sandbox, running, token_for

ROOT = Path(__file__).parents[3]
ANNA = tokens.Actor(sub=uuid4(), naam="Anna", organisatie="PO2507", soort="swv", swv="PO2507", rollen=("administratie",))
WITHOUT_ROW = {
    "bron-export GET /mandaten/{school}",
    "documents GET /scanner",
    "intake GET /organisaties",
    "intake GET /organisaties/{code}",
    "intake GET /scholen",
    "intake GET /scholen/{school}/verificatiecodes",
    "intake GET /verhuizingen",
    "notify GET /voorkeuren",
    "workflow GET /aanvraagtypes",
    "workflow GET /kringen",
    "workflow GET /overeenkomsten",
    "workflow GET /postbussen",
}
"""Nothing of these is about a child; a change that they make has a row."""


def test_every_route_asks_who_it_is_and_what_shows_without_a_row_is_named_here() -> None:
    without = set()
    for service in ("intake", "workflow", "documents", "notify", "bron-export"):
        document = json.loads((ROOT / "docs" / "openapi" / f"{service}.json").read_text(encoding="utf-8"))
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                name = f"{service} {method.upper()} {path}"
                way = OWN_KEY.get((service, method.upper(), path), "actor")
                assert {way: []} in operation.get("security", []), f"{name} answers without asking who it is"
                if UNLOGGED in operation:
                    without.add(name)
    assert without == WITHOUT_ROW


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    service = Service("notify", sandbox.settings(BaseServiceSettings, "notify", log_level="error"), title="Probe")

    @service.http.get("/zaken/{zaak}")
    async def zaak(zaak: UUID, actor: CurrentActor, request: Request, *, stil: bool = False) -> str:
        if request.headers.get("x-nee"):
            raise Forbidden
        if not stil:
            async with service.database.transaction() as tx:
                tx.audit("zaak.bekeken", subject=zaak, actor=actor.sub)
        return "geheim"

    @service.http.get("/stand", openapi_extra={UNLOGGED: "over de installatie"})
    async def stand(_: CurrentActor) -> str:
        return "goed"

    async with running(service) as client:
        yield client


async def rows(sandbox: Sandbox) -> list[dict[str, Any]]:
    async with sandbox.connect() as connection:
        found = await connection.fetch("SELECT action, subject, actor, details::text FROM notify.audit_log ORDER BY id")
    return [{**row, "details": json.loads(row["details"])} for row in found]


async def test_a_row_says_who_on_what_ground_and_of_which_organisation(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    zaak = uuid4()
    assert (await http.get(f"/zaken/{zaak}", headers=token_for(ANNA, "notify"))).text == '"geheim"'
    assert await rows(sandbox) == [
        {
            "action": "zaak.bekeken",
            "subject": str(zaak),
            "actor": str(ANNA.sub),
            "details": {"organisatie": "PO2507", "rollen": ["administratie"], "grond": "swv"},
        }
    ]


async def test_what_left_no_row_is_not_given(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    answer = await http.get(f"/zaken/{uuid4()}?stil=true", headers=token_for(ANNA, "notify"))
    assert (answer.status_code, "geheim" in answer.text) == (500, False)
    assert (await http.get("/stand", headers=token_for(ANNA, "notify"))).status_code == 200
    assert await rows(sandbox) == []


async def test_a_refusal_is_on_record_with_and_without_a_name(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    zaak = uuid4()
    assert (await http.get(f"/zaken/{zaak}", headers={**token_for(ANNA, "notify"), "x-nee": "ja"})).status_code == 403
    assert (await http.get(f"/zaken/{zaak}", headers=token_for(ANNA, "workflow"))).status_code == 401
    first, second = await rows(sandbox)
    assert (first["action"], first["subject"], first["actor"]) == ("verzoek.geweigerd", str(zaak), str(ANNA.sub))
    assert (first["details"]["route"], first["details"]["status"]) == ("GET /zaken/{zaak}", 403)
    assert (second["action"], second["actor"], second["details"]["status"]) == ("verzoek.geweigerd", None, 401)
