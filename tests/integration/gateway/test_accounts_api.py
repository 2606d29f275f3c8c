"""Accounts through the API: what who manages them does there, and that nobody else does (C, 15, 21)."""

from collections.abc import AsyncIterator
from itertools import count
from uuid import UUID

import httpx
import pytest

from gateway import token_store
from gateway.domain import token as tokens
from gateway.domain.account import Name
from gateway.domain.token import Token
from gateway.store import find_account
from shared import clock
from support.mailbox import Mailbox
from support.portal import Person, browser, log_in, log_in_to_api, make_iber, make_person, program
from support.whole import Whole

_numbers = count(1)


@pytest.fixture
async def bas(system: Whole, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """The program of who manages the accounts, logged in."""
    person = await make_person(system.gateway.database, f"bas-{clock.new_id().hex[-8:]}", rollen=("applicatiebeheerder",))
    async with program(system.gateway, f"{address}9") as client:
        yield await log_in_to_api(client, person)


def opgave(name: str, **own: object) -> dict[str, object]:
    return {
        "soort": "school",
        "organisatie": "99XA00",
        "gebruikersnaam": name,
        "naam": "Nina Nieuw",
        "email": f"{name}@linde.example",
        "rollen": ["IB'er"],
        **own,
    }


async def a_token(system: Whole, person: Person) -> tuple[UUID, UUID, str]:
    """A token of this person: the account, the token's id, the token itself."""
    secret, now = tokens.new_token(), clock.now()
    async with system.gateway.database.transaction() as tx:
        account = await find_account(tx, Name.typed(person.organisatie, person.gebruikersnaam))
        assert account is not None
        made = Token(clock.new_id(), account, "LAS", frozenset(tokens.SCOPES), now, clock.end_of(clock.today()))
        await token_store.add(tx, made, tokens.hash_of(secret), None)
    return account.id, made.id, secret


async def test_who_manages_accounts_invites_finds_stops_and_invites_anew(system: Whole, bas: httpx.AsyncClient) -> None:
    name = f"nina-{next(_numbers)}-{clock.new_id().hex[-6:]}"
    made = await bas.post("/accounts", json=opgave(name))
    assert (made.status_code, made.json()["staat"]) == (201, "uitgenodigd")
    path = made.headers["location"].removeprefix("/api/v1")
    assert (await bas.get(path)).json() == made.json()
    await Mailbox(system.servers.sink, f"{name}@linde.example").link("Uw account voor Schakel")
    assert (await bas.post("/accounts", json=opgave(name))).status_code == 409
    found = (await bas.get("/accounts", params={"zoek": name})).json()
    assert ([one["gebruikersnaam"] for one in found["accounts"]], found["meer"]) == ([name], False)
    assert (await bas.delete(f"{path}/blokkade")).status_code == 204
    assert (await bas.delete(path)).status_code == 204
    assert (await bas.get(path)).json()["staat"] == "gestopt"
    again = await bas.post(f"{path}/uitnodigingen")
    assert (again.status_code, again.json()["staat"]) == (202, "uitgenodigd")
    await Mailbox(system.servers.sink, f"{name}@linde.example").link("Uw account voor Schakel", 2)


async def test_what_cannot_be_is_refused_with_field_and_rule(bas: httpx.AsyncClient) -> None:
    answer = await bas.post("/accounts", json=opgave("nina-x", organisatie="PO2507", rollen=["bestaat-niet"]))
    rules = {fault["field"]: fault["rule"] for fault in answer.json()["fouten"]}
    assert (answer.status_code, rules) == (400, {"organisatie": "soort", "rollen": "bekend"})


async def test_who_manages_accounts_sees_and_withdraws_tokens_here_and_on_the_page(
    system: Whole, bas: httpx.AsyncClient, iber: Person, address: str
) -> None:
    account, token, secret = await a_token(system, iber)
    listed = await bas.get(f"/accounts/{account}/tokens")
    assert [(one["id"], one["naam"], one["gebruiktOp"]) for one in listed.json()["tokens"]] == [(str(token), "LAS", None)]
    assert secret not in listed.text
    async with program(system.gateway, f"{address}5") as api:
        api.headers["authorization"] = f"Bearer {secret}"
        assert (await api.get("/hulpvragen")).status_code == 200
        assert (await bas.delete(f"/accounts/{account}/tokens/{token}")).status_code == 204
        assert (await api.get("/hulpvragen")).status_code == 401
    assert (await bas.get(f"/accounts/{account}/tokens")).json() == {"tokens": []}
    assert (await bas.delete(f"/accounts/{account}/tokens/{token}")).status_code == 404
    _, other, _ = await a_token(system, iber)
    person = await make_person(system.gateway.database, f"bo-{clock.new_id().hex[-8:]}", rollen=("applicatiebeheerder",))
    async with browser(system.gateway, f"{address}4") as portal:
        await log_in(portal, person)
        assert f"/accounts/{account}/tokens/{other}/intrekken" in (await portal.get(f"/accounts/{account}")).text
        done = await portal.post(f"/accounts/{account}/tokens/{other}/intrekken")
        assert done.headers["location"] == f"/accounts/{account}?gedaan=ingetrokken"


async def test_nobody_else_manages_accounts_and_none_of_another_swv_is_there(
    system: Whole, bas: httpx.AsyncClient, iber: Person, address: str
) -> None:
    account, token, secret = await a_token(system, iber)
    routes = [
        ("GET", "/accounts"),
        ("POST", "/accounts"),
        ("GET", f"/accounts/{account}"),
        ("DELETE", f"/accounts/{account}"),
        ("POST", f"/accounts/{account}/uitnodigingen"),
        ("DELETE", f"/accounts/{account}/blokkade"),
        ("GET", f"/accounts/{account}/tokens"),
        ("DELETE", f"/accounts/{account}/tokens/{token}"),
    ]
    document = system.gateway.http.openapi()["paths"]
    assert len(routes) == sum(len(item) for path, item in document.items() if path.startswith("/accounts"))
    database, mark = system.gateway.database, clock.new_id().hex[-8:]
    staff = await make_person(database, f"anne-{mark}", rollen=("administratie",))
    school = await make_iber(database, f"ib-{mark}")
    named_alike = await make_person(
        database, f"truc-{mark}", organisatie="99XA00", soort="school", rollen=("applicatiebeheerder",)
    )
    for number, person in enumerate((staff, school, named_alike)):
        async with program(system.gateway, f"{address}{number}") as api:
            await log_in_to_api(api, person)
            for method, path in routes:
                body = opgave(f"nina-{mark}") if (method, path) == ("POST", "/accounts") else None
                assert (await api.request(method, path, json=body)).status_code == 403, (person, method, path)
    foreign = await make_person(database, f"bas-{mark}", organisatie="PO3008", swv="PO3008", rollen=("applicatiebeheerder",))
    async with program(system.gateway, f"{address}7") as api:
        await log_in_to_api(api, foreign)
        for method, path in routes[2:]:
            assert (await api.request(method, path)).status_code in {403, 404}, (method, path)
    async with program(system.gateway, f"{address}8") as api:
        api.headers["authorization"] = f"Bearer {secret}"
        assert (await api.get("/hulpvragen")).status_code == 200, "nothing of the above stopped anything"


async def test_nobody_stops_their_own_account(system: Whole, address: str) -> None:
    name = f"bas-{clock.new_id().hex[-8:]}"
    person = await make_person(system.gateway.database, name, rollen=("applicatiebeheerder",))
    async with program(system.gateway, f"{address}6") as api:
        await log_in_to_api(api, person)
        [mine] = (await api.get("/accounts", params={"zoek": name})).json()["accounts"]
        assert (await api.delete(f"/accounts/{mine['id']}")).status_code == 403
        assert (await api.get(f"/accounts/{mine['id']}")).json()["staat"] == "in-gebruik"
