"""Letting a parent and an expert in to one hulpvraag, from form to mail to what they see, and what they do not."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count

import httpx
import pytest

from shared import clock
from support.mailbox import Mailbox
from support.portal import browser, come_in, log_in, make_iber, make_person, submitted
from support.whole import Whole

_numbers = count(1)


@pytest.fixture
async def iris_at_page(system: Whole, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """An IB'er in the portal."""
    person = await make_iber(system.gateway.database, f"iris-{next(_numbers)}-t")
    async with browser(system.gateway, f"{address}2") as client:
        yield await log_in(client, person)


@pytest.fixture
async def guest(system: Whole, address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(system.gateway, f"{address}4") as client:
        yield client


def form(email: str, **own: str) -> dict[str, str]:
    given = {"soort": "ouder", "naam": "Mila Ouder", "email": email, "reden": "ouder van de leerling"}
    return {**given, "totEnMet": (clock.today() + timedelta(days=20)).isoformat(), **own}


@pytest.mark.parametrize("soort", ["ouder", "extern"])
async def test_someone_new_is_invited_sees_this_one_and_is_out_after_the_last_day(
    system: Whole, iris: httpx.AsyncClient, iris_at_page: httpx.AsyncClient, guest: httpx.AsyncClient, soort: str
) -> None:
    number, other = await submitted(iris), await submitted(iris)
    email = f"mila-{next(_numbers)}@thuis.example"
    given = await iris_at_page.post(f"/hulpvragen/{number}/toegang", data=form(email, soort=soort))
    assert given.status_code == 303, given.text
    mail = await Mailbox(system.servers.sink, email).newest(f"Hulpvraag {number}: u kunt meekijken")
    assert "Met mij gedeeld" in mail
    assert "Noor" not in mail
    await come_in(system.servers.sink, guest, email)
    assert str(number) in (await guest.get("/gedeeld")).text
    page = await guest.get(f"/hulpvragen/{number}")
    assert (page.status_code, "U kijkt mee met deze hulpvraag" in page.text) == (200, True)
    for mine_not in ("Status wijzigen", "Labels wijzigen", "Anderen laten meekijken", "Bijlage toevoegen"):
        assert mine_not not in page.text
    assert (await guest.get(f"/hulpvragen/{other}")).status_code == 404
    assert (await guest.get(f"/hulpvragen/{number}/toegang")).status_code == 403
    assert (await guest.post(f"/hulpvragen/{number}/toegang", data=form("x@x.example"))).status_code == 403
    for path in ("/hulpvragen/nieuw", "/postbussen", "/kringen", "/mandaten/99XA00", "/accounts"):
        assert (await guest.get(path)).status_code in {403, 404}, path


async def test_at_the_end_of_the_last_day_an_open_session_sees_nothing_more(
    system: Whole, iris: httpx.AsyncClient, iris_at_page: httpx.AsyncClient, guest: httpx.AsyncClient
) -> None:
    number = await submitted(iris)
    name = f"els-{next(_numbers)}"
    person = await make_person(system.gateway.database, name, soort="extern", rollen=())
    given = form(f"{name}@stroomland.example", soort="extern", totEnMet=clock.today().isoformat())
    assert (await iris_at_page.post(f"/hulpvragen/{number}/toegang", data=given)).status_code == 303
    end = clock.end_of(clock.today())
    paths = (f"/hulpvragen/{number}", f"/hulpvragen/{number}/labels", f"/hulpvragen/{number}/toegang")
    with clock.use(lambda: end - timedelta(minutes=10)):
        await log_in(guest, person)
    with clock.use(lambda: end - timedelta(seconds=30)):
        assert (await guest.get(paths[0])).status_code == 200
        assert str(number) in (await guest.get("/gedeeld")).text
    with clock.use(lambda: end + timedelta(seconds=1)):
        assert {path: (await guest.get(path)).status_code for path in paths} == dict.fromkeys(paths, 404)
        assert (await guest.get("/gedeeld")).status_code == 200, "the session is alive; the access is not"
        assert str(number) not in (await guest.get("/gedeeld")).text


async def test_who_has_an_account_keeps_it_and_a_withdrawal_works_at_once(
    system: Whole, iris: httpx.AsyncClient, iris_at_page: httpx.AsyncClient, guest: httpx.AsyncClient
) -> None:
    first, second = await submitted(iris), await submitted(iris)
    email = f"mila-{next(_numbers)}@thuis.example"
    for number in (first, second):
        assert (await iris_at_page.post(f"/hulpvragen/{number}/toegang", data=form(email))).status_code == 303
    await come_in(system.servers.sink, guest, email)
    assert len(Mailbox(system.servers.sink, email).texts("Uw account voor Schakel")) == 1
    assert (await guest.get(f"/hulpvragen/{first}")).status_code == 200
    page = await iris_at_page.get(f"/hulpvragen/{first}/toegang")
    [withdraw] = re.findall(r'action="(/hulpvragen/\d+/toegang/[0-9a-f-]+/intrekken)"', page.text)
    assert (await guest.post(withdraw)).status_code == 403
    assert (await iris_at_page.post(withdraw)).status_code == 303
    assert (await guest.get(f"/hulpvragen/{first}")).status_code == 404
    assert (await guest.get(f"/hulpvragen/{second}")).status_code == 200


async def test_a_colleague_of_another_school_is_found_by_address_and_never_made(
    system: Whole, iris: httpx.AsyncClient, iris_at_page: httpx.AsyncClient, guest: httpx.AsyncClient
) -> None:
    number = await submitted(iris)
    person = await make_iber(system.gateway.database, f"bram-{next(_numbers)}", school="99XB00")
    email = f"{person.gebruikersnaam}@stroomland.example"
    await log_in(guest, person)
    assert (await guest.get(f"/hulpvragen/{number}")).status_code == 404
    wrong = await iris_at_page.post(f"/hulpvragen/{number}/toegang", data=form(email, soort="collega", organisatie="99XC00"))
    assert (wrong.status_code, "geen account met dit adres" in wrong.text) == (400, True)
    right = await iris_at_page.post(f"/hulpvragen/{number}/toegang", data=form(email, soort="collega", organisatie="99xb00"))
    assert right.status_code == 303
    assert (await guest.get(f"/hulpvragen/{number}")).status_code == 200
    assert str(number) in (await guest.get("/gedeeld")).text
    assert str(number) not in (await guest.get("/hulpvragen")).text, "the list is that of one's own school"


async def test_who_may_not_give_access_invites_nobody(system: Whole, iris: httpx.AsyncClient, guest: httpx.AsyncClient) -> None:
    number = await submitted(iris)
    database = system.gateway.database
    board = await make_person(database, f"dirk-{next(_numbers)}", organisatie="70001", soort="bestuur", rollen=())
    await log_in(guest, board)
    email = f"mila-{next(_numbers)}@thuis.example"
    assert (await guest.post(f"/hulpvragen/{number}/toegang", data=form(email))).status_code == 403
    async with system.box.connect() as connection:
        assert await connection.fetchval("SELECT count(*) FROM gateway.account WHERE email = $1", email) == 0


async def test_a_fault_stands_beside_its_field_and_invites_nobody(
    system: Whole, iris: httpx.AsyncClient, iris_at_page: httpx.AsyncClient
) -> None:
    number = await submitted(iris)
    past = (clock.today() - timedelta(days=1)).isoformat()
    page = await iris_at_page.post(f"/hulpvragen/{number}/toegang", data=form("geen adres", totEnMet=past, reden=""))
    assert page.status_code == 400
    email = f"mila-{next(_numbers)}@thuis.example"
    late = await iris_at_page.post(f"/hulpvragen/{number}/toegang", data=form(email, totEnMet=past))
    assert (late.status_code, "Kies een dag vanaf vandaag" in late.text) == (400, True)
    async with system.box.connect() as connection:
        assert await connection.fetchval("SELECT count(*) FROM gateway.account WHERE email = $1", email) == 0
