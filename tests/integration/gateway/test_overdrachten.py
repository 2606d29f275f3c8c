"""A staff change through the public API and the portal: previewed, done, told by mail, undone; and the private number."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import httpx
import pytest

from shared import clock
from support.mailbox import Mailbox
from support.portal import Person, browser, log_in, log_in_to_api, make_iber, make_person, program, submitted
from support.whole import Whole

_numbers = count(1)


@pytest.fixture
async def manager(system: Whole) -> Person:
    return await make_person(system.gateway.database, f"bas-{next(_numbers)}-o", rollen=("applicatiebeheerder",))


@pytest.fixture
async def bas(system: Whole, manager: Person, address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with program(system.gateway, f"{address}6") as client:
        yield await log_in_to_api(client, manager)


def asked(van: str, naar: str, **own: Any) -> dict[str, Any]:
    person = {"naam": "Nina Nieuw", "email": naar, "functie": "IB'er", "telefoon": "000-1234567"}
    given = {"soort": "school", "school": "99XA00", "van": van, "naar": person}
    return {**given, "toegang": "eindigt", "datum": clock.today().isoformat(), **own}


def unique() -> tuple[str, str]:
    tail = clock.new_id().hex[-8:]
    return f"iris-{tail}@linde.example", f"nina-{tail}@linde.example"


def from_school(email: str) -> dict[str, Any]:
    return {"contactpersoon": {"naam": "Iris Bedacht", "email": email, "telefoon": "0612345678"}}


async def test_a_handover_from_preview_to_mail_and_back(system: Whole, iris: httpx.AsyncClient, bas: httpx.AsyncClient) -> None:
    van, naar = unique()
    number = await submitted(iris, **from_school(van))
    body = asked(van, naar)
    seen = (await bas.post("/overdrachten/voorbeeld", json=body)).json()
    assert [one["dossiernummer"] for one in seen["hulpvragen"]] == [number]
    key = {"idempotency-key": clock.new_id().hex}
    made = await bas.post("/overdrachten", json={**body, "telling": seen["telling"]}, headers=key)
    assert (made.status_code, made.json()["staat"]) == (201, "gedaan")
    assert (await bas.post("/overdrachten", json={**body, "telling": seen["telling"]}, headers=key)).json() == made.json()
    shown = (await iris.get(f"/hulpvragen/{number}")).json()["contactpersoon"]
    assert (shown["naam"], shown["email"], shown["telefoon"]) == ("Nina Nieuw", naar, "000-1234567")
    mail = await Mailbox(system.servers.sink, naar).newest("U neemt het werk van een collega over")
    assert "U bent nu contactpersoon van 1 open hulpvraag." in mail
    assert str(number) not in mail
    late = await bas.post("/overdrachten", json={**body, "telling": seen["telling"]})
    assert (late.status_code, late.json()["telling"]["hulpvragen"]) == (409, 0)
    path = f"/overdrachten/{made.json()['overdracht']}"
    assert (await bas.post(f"{path}/ongedaan")).json()["staat"] == "ongedaan"
    assert (await bas.post(f"{path}/ongedaan")).status_code == 409
    assert (await iris.get(f"/hulpvragen/{number}")).json()["contactpersoon"]["email"] == van


async def test_access_moves_only_to_an_account_and_nobody_learns_of_accounts_who_may_not(
    system: Whole, iris: httpx.AsyncClient, bas: httpx.AsyncClient, anne: httpx.AsyncClient
) -> None:
    van, naar = unique()
    body = asked(van, naar, toegang="verhuist")
    refused = await bas.post("/overdrachten/voorbeeld", json=body)
    assert (refused.status_code, refused.json()["fouten"][0]["field"]) == (400, "naar.email")
    nina = await make_iber(system.gateway.database, f"nina-{next(_numbers)}-o")
    body["naar"]["email"] = f"{nina.gebruikersnaam}@stroomland.example"
    assert (await bas.post("/overdrachten/voorbeeld", json=body)).status_code == 200
    for client in (iris, anne):
        for method, path, sent in (
            ("GET", "/overdrachten", None),
            ("POST", "/overdrachten/voorbeeld", body),
            ("POST", "/overdrachten/voorbeeld", asked(van, naar, toegang="verhuist")),
            ("GET", "/contactnummers", None),
        ):
            assert (await client.request(method, path, json=sent)).status_code == 403, path


async def test_the_pages_show_what_goes_over_and_say_when_it_changed(
    system: Whole, iris: httpx.AsyncClient, manager: Person, address: str
) -> None:
    van, naar = unique()
    number = await submitted(iris, **from_school(van))
    form = {"soort": "school", "school": "99XA00", "van": van, "naar.naam": "Nina Nieuw", "naar.email": naar}
    form |= {"toegang": "eindigt", "datum": clock.today().isoformat()}
    async with browser(system.gateway, f"{address}7") as page:
        await log_in(page, manager)
        assert 'href="/overdrachten"' in (await page.get("/overdrachten")).text
        wrong = await page.post("/overdrachten/voorbeeld", data={**form, "school": "", "naar.email": van})
        assert (wrong.status_code, 'href="#school"' in wrong.text) == (400, True)
        seen = await page.post("/overdrachten/voorbeeld", data=form)
        assert (seen.status_code, f'href="/hulpvragen/{number}"' in seen.text) == (200, True)
        others = ("kringen", "postbussen", "toegangMelden", "toegang", "overlegrondes", "deelnames")
        counted = {f"telling.{name}": "0" for name in others}
        stale = await page.post("/overdrachten", data={**form, **counted, "telling.hulpvragen": "7"})
        assert (stale.status_code, "hulpvragen: nu 1, was 7" in stale.text) == (409, True)
        done = await page.post("/overdrachten", data={**form, **counted, "telling.hulpvragen": "1"})
        assert done.status_code == 303, done.text
        shown = await page.get(done.headers["location"])
        assert "Het werk is overgedragen" in shown.text
        assert 'href="/accounts"' in shown.text
        back = await page.post(f"{done.headers['location'].partition('?')[0]}/ongedaan")
        assert "teruggezet" in (await page.get(back.headers["location"])).text


async def test_a_contactpersoon_corrects_the_private_number_that_came_along(system: Whole, address: str) -> None:
    person = await make_iber(system.gateway.database, f"iris-{next(_numbers)}-n")
    email = f"{person.gebruikersnaam}@stroomland.example"
    async with program(system.gateway, f"{address}8") as api, browser(system.gateway, f"{address}9") as page:
        await log_in_to_api(api, person)
        number = await submitted(api, **from_school(email))
        await log_in(page, person, code=person.code(1))
        assert "0612345678" in (shown := (await page.get(f"/hulpvragen/{number}")).text)
        assert 'href="/contactnummer"' in shown
        assert "Wijzig het nummer ook in het leerlingvolgsysteem" in (await page.get("/contactnummer")).text
        assert (await page.post("/contactnummer", data={"telefoon": "bel me"})).status_code == 400
        assert (await page.post("/contactnummer", data={"telefoon": "000-7654321"})).status_code == 303
        shown = (await page.get(f"/hulpvragen/{number}")).text
        assert ("000-7654321" in shown, "0612345678" in shown) == (True, False)
        assert (await page.get("/overdrachten")).status_code == 403
