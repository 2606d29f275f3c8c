"""Staff changes through the routes of workflow: previewed, done, undone.

>>> done = await hand_over(office.client(beheerder), asked("iris@linde.example"))
>>> await put_back(office.client(beheerder), done)
"""

from typing import Any
from uuid import uuid4

from support.hulpvragen import LINDE, Client, Office, soon
from workflow.usecases.overdracht import Overdrachtwachter

NO_OVERLEG = {"overlegrondes": 0, "deelnames": 0}
NINA = {"naam": "Nina Nieuw", "email": "nina@linde.example", "functie": "IB'er"}


def fresh(naam: str = "iris") -> str:
    return f"{naam}.{uuid4().hex[:8]}@linde.example"


def asked(van: str, **own: Any) -> dict[str, Any]:
    given = {"soort": "school", "school": LINDE.code, "van": van, "naar": NINA, "toegang": "eindigt", "datum": soon(0)}
    return {**given, **own}


async def counted(client: Client, body: dict[str, Any]) -> dict[str, int]:
    answer = await client.call("POST", "/overdrachten/voorbeeld", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, int] = answer.json()["telling"]
    return found


async def hand_over(client: Client, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.call("POST", "/overdrachten", json={**body, "telling": await counted(client, body)})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def put_back(client: Client, done: dict[str, Any]) -> dict[str, Any]:
    answer = await client.call("POST", f"/overdrachten/{done['overdracht']}/ongedaan")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def watcher(office: Office) -> Overdrachtwachter:
    return Overdrachtwachter(office.service.database, office.service.http.state.ports.rulesets)
