"""A registration that the register refused, followed and mended through the public API."""

from typing import Any

import httpx
import pytest

from shared import clock
from support.bron_export import een_actor
from support.portal import submitted, taken_up
from support.sandbox import eventually, token_for
from support.whole import Whole

SCHOOL = "99XA00"


@pytest.fixture(autouse=True)
async def mandated(system: Whole) -> None:
    """The school lets the SWV register for it, and the register behaves."""
    await system.register.behave_well()
    transport = httpx.ASGITransport(app=system.services["bron-export"].http)
    headers = token_for(een_actor(), "bron-export")
    async with httpx.AsyncClient(transport=transport, base_url="http://bron-export") as http:
        if (await http.get(f"/mandaten/{SCHOOL}", headers=headers)).status_code == 404:
            (await http.put(f"/mandaten/{SCHOOL}", json={"van": "2020-01-01"}, headers=headers)).raise_for_status()


async def granted(iris: httpx.AsyncClient, anne: httpx.AsyncClient) -> str:
    """Let a TLV be granted; return the hulpvraag."""
    number, day = await submitted(iris, aanvraagtype="TLV"), clock.today()
    path = f"/hulpvragen/{number}"

    async def done(what: str, body: dict[str, object]) -> None:
        version = (await anne.get(path)).headers["etag"]
        answer = await anne.post(f"{path}/{what}", json=body, headers={"if-match": version})
        assert answer.status_code == 201, answer.text

    await taken_up(iris, anne, number)
    besluit: dict[str, object] = {
        "soort": "TLV",
        "toegekend": True,
        "categorie": "M",
        "begin": day.isoformat(),
        "eind": f"{day.year + 3}-07-31",
        "omschrijving": "Toelaatbaar tot het speciaal onderwijs.",
        "motivering": "De deskundigen adviseren een TLV.",
    }
    await done("besluiten", besluit)
    await done("statuswijzigingen", {"status": "TLV afgegeven"})
    return str((await iris.get(path)).json()["hulpvraag"])


async def reaches(client: httpx.AsyncClient, hulpvraag: str, staat: str) -> dict[str, Any]:
    """Wait until its registration is in this state."""

    async def there() -> dict[str, Any] | None:
        found = (await client.get("/registraties", params={"hulpvraag": hulpvraag})).json()["registraties"]
        return next((each for each in found if each["staat"] == staat), None)

    answer: dict[str, Any] = await eventually(there, within=20)
    return answer


async def test_what_the_register_refused_is_mended_by_the_school_and_then_accepted(
    system: Whole, iris: httpx.AsyncClient, anne: httpx.AsyncClient
) -> None:
    await system.register.behave("keurt-af", signalen=(423,))
    hulpvraag = await granted(iris, anne)
    refused = await reaches(iris, hulpvraag, "afgekeurd")
    assert [(signal["code"], signal["ernst"]) for signal in refused["signalen"]] == [(423, "A")]
    assert "eindigt altijd op 31 juli" in refused["signalen"][0]["omschrijving"]
    assert set(refused["handelingen"]) == {"verzenden", "corrigeren"}
    path, eind = f"/registraties/{refused['id']}", f"{clock.today().year + 4}-07-31"
    stale = await iris.patch(path, json={"reden": "Einddatum", "eind": eind}, headers={"if-match": '"1"'})
    assert stale.status_code == 412
    version = {"if-match": f'"{refused["versie"]}"'}
    mended = await iris.patch(path, json={"reden": "Einddatum", "eind": eind}, headers=version)
    assert (mended.status_code, mended.json()["staat"], mended.json()["eind"]) == (200, "te verzenden", eind)
    accepted = await reaches(iris, hulpvraag, "geaccepteerd")
    assert accepted["handelingen"] == []
    held = [each for each in await system.register.registered() if accepted["clientReferentie"] in str(each)]
    assert len(held) == 1
    assert eind in str(held[0]), "the register holds what was mended"


async def test_what_the_register_refused_is_sent_again_by_the_administration_once(
    system: Whole, iris: httpx.AsyncClient, anne: httpx.AsyncClient
) -> None:
    await system.register.behave("keurt-af", signalen=(990,))
    hulpvraag = await granted(iris, anne)
    refused = await reaches(anne, hulpvraag, "afgekeurd")
    path = f"/registraties/{refused['id']}/verzendingen"
    headers = {"if-match": f'"{refused["versie"]}"', "idempotency-key": str(clock.new_id())}
    answers = [await anne.post(path, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    accepted = await reaches(anne, hulpvraag, "geaccepteerd")
    sent = [each for each in await system.register.deliveries("POST", "PUT") if accepted["clientReferentie"] in str(each)]
    assert len(sent) == 2, "the one that was refused, and one more for two clicks"
    settled = await anne.post(path, headers={"if-match": f'"{accepted["versie"]}"'})
    assert settled.status_code == 409
