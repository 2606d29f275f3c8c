"""Organisations on pages and over the API, for who manages them."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import httpx
import pytest

from shared import clock
from support.portal import browser, log_in, log_in_to_api, make_iber, make_person, program, submitted
from support.rollen import roles_told
from support.sandbox import eventually
from support.whole import Whole

_numbers = count(1)
_codes = count(20)


@pytest.fixture
async def bas(system: Whole, address: str) -> AsyncIterator[httpx.AsyncClient]:
    person = await make_person(system.gateway.database, f"basorg-{next(_numbers)}", rollen=("applicatiebeheerder",))
    async with browser(system.gateway, f"{address}9") as client:
        yield await log_in(client, person)


async def test_a_manager_adds_changes_and_ends_a_school_on_pages(bas: httpx.AsyncClient) -> None:
    assert 'href="/organisaties"' in (await bas.get("/mails")).text
    assert "De Verzonnen Linde" in (await bas.get("/organisaties")).text
    form = {"soort": "school", "code": "99XP00", "naam": "De Bedachte Pruim", "bestuur": "70001", "van": "", "tot": ""}
    wrong = await bas.post("/organisaties/nieuw", data={**form, "code": "99X", "bestuur": "70001"})
    assert (wrong.status_code, 'href="#code"' in wrong.text, "BRIN en vestiging" in wrong.text) == (400, True, True)
    made = await bas.post("/organisaties/nieuw", data={**form, "code": "99xp00"})
    assert (made.status_code, made.headers["location"]) == (303, "/organisaties/99XP00?gedaan=toegevoegd")
    assert "De organisatie is toegevoegd." in (await bas.get(made.headers["location"])).text
    taken = await bas.post("/organisaties/nieuw", data=form)
    assert (taken.status_code, "al in gebruik" in taken.text) == (400, True)
    turned = await bas.post("/organisaties/99XP00", data={**form, "van": "2026-08-01", "tot": "2026-07-01"})
    assert (turned.status_code, 'href="#tot"' in turned.text) == (400, True)
    ended = await bas.post("/organisaties/99XP00", data={**form, "naam": "De Pruim", "tot": "2026-07-31"})
    assert ended.status_code == 303
    assert "tot en met 31 juli 2026" in (await bas.get("/organisaties?zoek=pruim&soort=school")).text
    assert (await bas.get("/organisaties/99XC00")).status_code == 404


async def test_the_api_does_the_same_and_others_get_nothing(
    system: Whole, bas: httpx.AsyncClient, anne: httpx.AsyncClient, iris: httpx.AsyncClient, address: str
) -> None:
    person = await make_person(system.gateway.database, f"basapi-{next(_numbers)}", rollen=("applicatiebeheerder",))
    new = {"soort": "platform", "code": f"PO2507-P{next(_numbers)}", "naam": "Platform Noord"}
    for stranger in (anne, iris):
        assert (await stranger.get("/organisaties")).status_code == 403
        assert (await stranger.post("/organisaties", json=new)).status_code == 403
        assert (await stranger.get("/organisaties/99XA00")).status_code == 403
        assert (await stranger.put("/organisaties/99XA00", json={"soort": "school", "naam": "x"})).status_code == 403
    async with program(system.gateway, f"{address}7") as api:
        await log_in_to_api(api, person)
        made = await api.post("/organisaties", json=new)
        assert (made.status_code, made.headers["location"]) == (201, f"/api/v1/organisaties/{new['code']}")
        assert (await api.post("/organisaties", json=new)).status_code == 409
        own = {"soort": "platform", "naam": "Platform Zuid", "tot": "2027-07-31"}
        assert (await api.put(made.headers["location"].removeprefix("/api/v1"), json=own)).json()["tot"] == "2027-07-31"
        found = (await api.get("/organisaties", params={"zoek": "Platform", "soort": "platform"})).json()
        assert "Platform Zuid" in [one["naam"] for one in found["organisaties"]]
        wrong = await api.post("/organisaties", json={**new, "code": "PO00YY-P"})
        assert [(fault["field"], fault["rule"]) for fault in wrong.json()["fouten"]] == [("code", "vorm")]
        assert (await api.get("/organisaties/99XC00")).status_code == 404


async def new_school(bas: httpx.AsyncClient) -> str:
    code = f"{next(_codes)}VG00"
    form = {"soort": "school", "code": code, "naam": f"De Bedachte {code}", "bestuur": "70001"}
    assert (await bas.post("/organisaties/nieuw", data=form)).status_code == 303
    return code


async def test_a_school_moves_on_a_page_with_its_hulpvragen_and_people_and_is_taken_back(
    system: Whole, bas: httpx.AsyncClient, address: str
) -> None:
    code = await new_school(bas)
    new = f"{code[:4]}07"
    iris = await make_iber(system.gateway.database, f"iris-{code.lower()}", school=code)
    namesake = await make_iber(system.gateway.database, f"noor-{code.lower()}", school=code)
    await make_iber(system.gateway.database, namesake.gebruikersnaam, school=new)
    async with program(system.gateway, f"{address}3") as api, browser(system.gateway, f"{address}4") as own:
        await log_in_to_api(api, iris)
        number = await submitted(api, school={"brin": code[:4], "vestiging": code[4:]})
        form = {"naar": new, "naam": "De Nieuwe Naam", "bestuur": "70002", "per": clock.today().isoformat(), "accounts": "ja"}
        wrong = await bas.post(f"/organisaties/{code}/verhuizen", data={**form, "naar": "99X"})
        assert (wrong.status_code, 'href="#naar"' in wrong.text) == (400, True)
        seen = await bas.post(f"/organisaties/{code}/verhuizen", data=form)
        assert seen.status_code == 200
        for text in ("1 lopende hulpvragen gaan mee", "0 afgeronde hulpvragen blijven", "2 accounts zijn van deze school"):
            assert text in seen.text
        assert (await api.get(f"/hulpvragen/{number}")).json()["school"]["code"] == code, "seen is not done"
        done = await bas.post(f"/organisaties/{code}/verhuizen", data={**form, "stap": "doen"})
        assert (done.status_code, done.headers["location"]) == (303, f"/organisaties/{code}?gedaan=verhuisd")

        async def has_moved() -> bool:
            answer = await api.get(f"/hulpvragen/{number}")
            return answer.status_code == 200 and answer.json()["school"]["code"] == new

        await eventually(has_moved, within=20)
        query = "SELECT organisatie FROM account WHERE gebruikersnaam = $1 ORDER BY organisatie"
        rows = await system.gateway.database.pool.fetch(query, iris.gebruikersnaam)
        assert [row["organisatie"] for row in rows] == [new]
        rows = await system.gateway.database.pool.fetch(query, namesake.gebruikersnaam)
        assert [row["organisatie"] for row in rows] == [code, new], "who has a namesake there stays"
        await log_in(own, replace(iris, organisatie=new), code=iris.code(1))
        shown = (await bas.get(f"/organisaties/{code}")).text
        found = re.search(rf"/organisaties/{code}/verhuizingen/[0-9a-f-]+/terugdraaien", shown)
        assert found is not None
        assert (await bas.post(found[0])).status_code == 303

        async def is_back() -> bool:
            answer = await api.get(f"/hulpvragen/{number}")
            return answer.status_code == 200 and answer.json()["school"]["code"] == code

        await eventually(is_back, within=20)
        assert "ongedaan gemaakt" in (await bas.get(f"/organisaties/{code}")).text
        assert (await bas.post(found[0])).status_code == 409


async def test_the_api_shows_moves_and_others_may_not(
    system: Whole, bas: httpx.AsyncClient, anne: httpx.AsyncClient, iris: httpx.AsyncClient, address: str
) -> None:
    code = await new_school(bas)
    body = {"school": code, "naar": code, "bestuur": "70002", "per": (clock.today() + timedelta(days=9)).isoformat()}
    for stranger in (anne, iris):
        assert (await stranger.get("/verhuizingen")).status_code == 403
        assert (await stranger.post("/verhuizingen", json=body)).status_code == 403
        assert (await stranger.post("/verhuizingen/voorbeeld", json=body)).status_code == 403
        assert (await stranger.delete(f"/verhuizingen/{clock.new_id()}")).status_code == 403
    person = await make_person(system.gateway.database, f"basapi-{next(_numbers)}", rollen=("applicatiebeheerder",))
    async with program(system.gateway, f"{address}2") as api:
        await log_in_to_api(api, person)
        assert (await api.post("/verhuizingen/voorbeeld", json=body)).json()["naar"]["bestuur"] == "70002"
        made = await api.post("/verhuizingen", json=body)
        assert (made.status_code, made.json()["staat"]) == (201, "gepland")
        assert (await api.delete(f"/verhuizingen/{made.json()['verhuizing']}")).status_code == 204
        listed = (await api.get("/verhuizingen", params={"school": code})).json()["verhuizingen"]
        assert [each["staat"] for each in listed] == ["ongedaan"]
        assert (await api.delete(f"/verhuizingen/{clock.new_id()}")).status_code == 404


async def test_who_is_there_for_figures_has_a_page_of_them_and_nothing_else(system: Whole, address: str) -> None:
    person = await make_person(system.gateway.database, f"mo-{next(_numbers)}", rollen=("monitoring",))
    await roles_told(system.box, "gateway")
    async with browser(system.gateway, f"{address}6") as mo:
        await log_in(mo, person)
        page = await mo.get("/cijfers")
        assert (page.status_code, "Cijfers" in page.text) == (200, True)
        for path in ("/hulpvragen/nieuw", "/postbussen", "/organisaties", "/accounts", "/hulpvragen/100001"):
            assert (await mo.get(path)).status_code in {403, 404}, path

        async def is_led_there() -> bool:
            return bool((await mo.get("/hulpvragen")).headers.get("location") == "/cijfers")

        await eventually(is_led_there, within=10)
        assert 'href="/hulpvragen"' not in (await mo.get("/cijfers")).text
    async with program(system.gateway, f"{address}5") as api:
        await log_in_to_api(api, await make_person(system.gateway.database, f"mo-{next(_numbers)}", rollen=("monitoring",)))
        assert set((await api.get("/cijfers")).json()) == {"swv", "aantallen"}
        assert (await api.get("/hulpvragen")).status_code == 403
