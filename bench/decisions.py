"""Decisions on arrangements in bulk, through workflow's own routes as its committee: for letters and registrations."""

import asyncio
import time
from typing import Any
from uuid import uuid4

import httpx

from bench import people
from bench.system import Site
from schakel_local import fleet
from schakel_lvs import Connector, Store, message
from schakel_lvs import berichten as contract
from shared import clock

CLERK = people.actor("swv", people.SWV, "AC")


async def submit(site: Site, count: int, prefix: str, titel: str = "Arrangement") -> list[int]:
    """Submit requests and wait until workflow knows them; return their dossiernummers."""
    async with Connector.open(fleet.connector_url(site.stack), fleet.CONNECTOR, Store(":memory:")) as lvs:
        answers = await asyncio.gather(*(lvs.ask(message(_command(prefix, number, titel))) for number in range(count)))
    numbers = [answer.dossiernummer for answer in answers if isinstance(answer, contract.Aanvaard)]
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        known = await site.query("workflow", "SELECT count(*) FROM hulpvraag WHERE dossiernummer = ANY ($1::bigint[])", numbers)
        if known == len(numbers):
            break
        await asyncio.sleep(0.05)
    return numbers


async def decide(site: Site, numbers: list[int]) -> None:
    """Put each in behandeling and grant it."""
    today = clock.today()
    besluit: dict[str, Any] = {
        "soort": "arrangement",
        "toegekend": True,
        "begin": today.isoformat(),
        "eind": f"{today.year + 2}-07-31",
        "omschrijving": "Begeleiding bij werkhouding, twee uur per week.",
        "motivering": "De deskundigen adviseren meer structuur en kleinere groepen dan de basisschool kan bieden. " * 5,
    }
    gate = asyncio.Semaphore(8)
    async with httpx.AsyncClient(base_url=site.services["workflow"].url, timeout=30, trust_env=False) as http:

        async def one(number: int) -> None:
            async with gate:
                path = f"/hulpvragen/{number}"
                change = {"status": "Arrangementsaanvraag in behandeling"}
                await post(http, site, f"{path}/statuswijzigingen", change, version=1)
                await post(http, site, f"{path}/besluiten", besluit, version=2)

        await asyncio.gather(*(one(number) for number in numbers))


async def post(http: httpx.AsyncClient, site: Site, path: str, content: dict[str, Any], *, version: int) -> None:
    who = people.signed(people.keys(site)["gateway private"], CLERK)
    headers = {**who, "If-Match": f'"{version}"', "Idempotency-Key": str(uuid4())}
    people.good(await http.post(path, json=content, headers=headers))


def _command(prefix: str, number: int, titel: str) -> contract.HulpvraagIndienen:
    return contract.HulpvraagIndienen.model_validate(
        {
            "swv": "PO2507",
            "eigenReferentie": f"{prefix}-{number}",
            "aanvraagtype": titel,
            "datum": clock.today(),
            "school": {"brin": "99XA", "vestiging": "00"},
            "leerling": {
                "leerlingid": f"{prefix}-{number}",
                "roepnaam": "Meet",
                "achternaam": f"Voorbeeld {number}",
                "geboortedatum": "2016-05-04",
            },
            "contactpersoon": {"naam": "Iris Linde", "email": "ib@bench.example"},
        }
    )
