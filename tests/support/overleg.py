"""Overlegrondes through the routes of workflow: begun, who takes part, what is said and read.

>>> path = await begun(office.client(iris), number)
>>> await joined(office.client(iris), path, guest())
"""

from typing import Any
from uuid import uuid4

from shared.contracts.workflow import OverlegGemeld
from shared.tokens import Actor
from support.hulpvragen import Client, soon


def guest(naam: str = "Els Buiten", **own: Any) -> Actor:
    given = {"sub": uuid4(), "organisatie": "PO2507", "soort": "extern", "swv": "PO2507", "rollen": ()}
    return Actor(**{**given, "naam": naam, "email": f"{naam.split(maxsplit=1)[0].lower()}@buiten.example", **own})


async def begun(by: Client, number: int, days: int = 14, **own: Any) -> str:
    body = {"onderwerp": "MDO", "omschrijving": "Wat ziet u?", "deadline": soon(days), **own}
    answer = await by.call("POST", f"/hulpvragen/{number}/overlegrondes", json=body)
    assert answer.status_code == 201, answer.text
    return f"/hulpvragen/{number}/overlegrondes/{answer.json()['overlegronde']}"


async def joined(by: Client, path: str, *people: Actor, **own: Any) -> None:
    for who in people:
        body = {"account": str(who.sub), "naam": who.naam, "email": who.email or "x@x.example", **own}
        answer = await by.call("POST", f"{path}/deelnemers", json=body)
        assert answer.status_code == 201, answer.text


async def said(by: Client, path: str, tekst: str) -> int:
    return (await by.call("POST", f"{path}/reacties", json={"tekst": tekst})).status_code


async def read(by: Client, path: str) -> list[str] | int:
    """The reactions someone reads, or the status by which they are turned away."""
    answer = await by.get(path)
    return [one["tekst"] for one in answer.json()["reacties"]] if answer.status_code == 200 else answer.status_code


async def told(office: Any, number: int) -> list[dict[str, Any]]:
    events = [event["data"] for event in await office.sandbox.published("workflow", OverlegGemeld.TYPE)]
    return [one for one in events if one["dossiernummer"] == number]
