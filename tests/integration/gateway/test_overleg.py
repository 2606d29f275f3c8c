"""Overlegrondes through the portal and the API: begun, people asked in, what they see, and that they are out at the end."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
import pypdfium2 as pdfium  # type: ignore[import-untyped]  # ships no types
import pytest

from intake.organisations import load
from schakel_local.clamav import eicar
from shared import clock
from support.documents import PDF
from support.mailbox import Mailbox
from support.portal import Person, browser, come_in, log_in, log_in_to_api, make_iber, make_person, program, submitted
from support.sandbox import eventually
from support.whole import Whole

_numbers = count(1)


@pytest.fixture
async def person(system: Whole) -> Person:
    return await make_iber(system.gateway.database, f"iris-{next(_numbers)}-o")


@pytest.fixture
async def iris_at_page(system: Whole, address: str, person: Person) -> AsyncIterator[httpx.AsyncClient]:
    """An IB'er in the portal."""
    async with browser(system.gateway, f"{address}2") as client:
        yield await log_in(client, person)


@pytest.fixture
async def guest(system: Whole, address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(system.gateway, f"{address}4") as client:
        yield client


def soon(days: int = 14) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


async def begun(page: httpx.AsyncClient, number: int, **own: str) -> str:
    form = {"onderwerp": "MDO", "omschrijving": "Wat ziet u?", "deadline": soon(), "organisatorDoetMee": "ja", **own}
    answer = await page.post(f"/hulpvragen/{number}/overlegrondes", data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def text_of(pdf: bytes) -> str:
    return " ".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(pdf))


def wanted(email: str, **own: str) -> dict[str, str]:
    return {"soort": "extern", "naam": "Els Buiten", "email": email, **own}


async def test_someone_new_is_asked_in_reads_reacts_and_is_out_after_the_last_day(
    system: Whole, iris: httpx.AsyncClient, iris_at_page: httpx.AsyncClient, guest: httpx.AsyncClient
) -> None:
    number, other = await submitted(iris), await submitted(iris)
    email = f"els-{next(_numbers)}@praktijk.example"
    path = await begun(iris_at_page, number)
    assert "MDO" in (await iris_at_page.get(f"/hulpvragen/{number}")).text
    assert (await iris_at_page.post(f"{path}/deelnemers", data=wanted(email))).status_code == 303
    mail = await Mailbox(system.servers.sink, email).newest(f"Hulpvraag {number}: uitnodiging voor een overlegronde")
    assert f"https://portaal.example{path}" in mail
    assert "Noor" not in mail
    assert "MDO" not in mail
    await come_in(system.servers.sink, guest, email)
    shared = (await guest.get("/gedeeld")).text
    assert f'href="{path}"' in shared
    assert f'href="/hulpvragen/{number}"' in shared
    assert (await guest.get(f"/hulpvragen/{number}")).status_code == 200
    assert (await guest.get(f"/hulpvragen/{other}")).status_code == 404
    assert (await guest.post(f"{path}/reacties", data={"tekst": "Ik zie vooruitgang."})).status_code == 303
    page = await iris_at_page.get(path)
    assert "Ik zie vooruitgang." in page.text
    assert email in page.text
    theirs = (await guest.get(path)).text
    for mine_not in ("Nu sluiten", "Deelnemer uitnodigen", "Verwijderen", "@stroomland.example"):
        assert mine_not not in theirs
    assert (await guest.get(f"/hulpvragen/{number}/overlegrondes/nieuw")).status_code == 403
    assert (await guest.post(f"{path}/deelnemers", data=wanted("x@x.example"))).status_code == 403
    assert (await guest.post(f"{path}/sluiten")).status_code == 403
    end = clock.end_of(clock.today() + timedelta(days=14))
    with clock.use(lambda: end - timedelta(minutes=10)):
        assert (await guest.get(path)).status_code == 303, "the session of two weeks ago is over"


async def test_at_the_end_an_open_session_sees_nothing_more_and_the_organiser_does(
    system: Whole, iris: httpx.AsyncClient, iris_at_page: httpx.AsyncClient, guest: httpx.AsyncClient
) -> None:
    number, name = await submitted(iris), f"els-{next(_numbers)}-o"
    els = await make_person(system.gateway.database, name, soort="extern", rollen=())
    path = await begun(iris_at_page, number, deadline=soon(0))
    assert (await iris_at_page.post(f"{path}/deelnemers", data=wanted(f"{name}@stroomland.example"))).status_code == 303
    end = clock.end_of(clock.today())
    with clock.use(lambda: end - timedelta(minutes=10)):
        await log_in(guest, els)
    with clock.use(lambda: end - timedelta(seconds=30)):
        assert (await guest.get(path)).status_code == 200
    with clock.use(lambda: end + timedelta(seconds=1)):
        assert (await guest.get(path)).status_code == 404
        assert (await guest.get(f"/hulpvragen/{number}")).status_code == 404
        assert (await guest.post(f"{path}/reacties", data={"tekst": "Te laat."})).status_code == 404
        assert path not in (await guest.get("/gedeeld")).text


async def test_the_page_manages_participants_mails_and_the_end(
    system: Whole, iris: httpx.AsyncClient, iris_at_page: httpx.AsyncClient, guest: httpx.AsyncClient, person: Person
) -> None:
    number, name = await submitted(iris), f"els-{next(_numbers)}-o"
    els = await make_person(system.gateway.database, name, soort="extern", rollen=())
    email = f"{name}@stroomland.example"
    path = await begun(iris_at_page, number, beslotenReacties="ja", beslotenDeelname="ja")
    assert (await iris_at_page.post(f"{path}/deelnemers", data=wanted(email))).status_code == 303
    await log_in(guest, els)
    assert (await iris_at_page.post(f"{path}/reacties", data={"tekst": "Van de organisator."})).status_code == 303
    seen = (await guest.get(path)).text
    assert "Besloten reacties" in seen
    assert "Van de organisator." not in text_of((await guest.get(f"{path}/pdf")).content)
    whole = await iris_at_page.get(f"{path}/pdf")
    assert "Van de organisator." in text_of(whole.content)
    assert whole.headers["content-disposition"].startswith(f'attachment; filename="Overlegronde {number}.pdf"')
    assert "Van de organisator." not in seen
    assert (await guest.post(f"{path}/mails", data={})).status_code == 303
    assert 'name="mails" type="checkbox" value="ja">' in re.sub(r"\s+>", ">", (await guest.get(path)).text)
    page = (await iris_at_page.get(path)).text
    own, theirs = re.findall(rf'action="({path}/deelnemers/[0-9a-f-]+/verwijderen)"', page)
    assert (await guest.post(own)).status_code == 403
    assert (await iris_at_page.post(own)).status_code == 303
    assert "U doet zelf niet mee" in (await iris_at_page.get(path)).text
    me = {"soort": "collega", "organisatie": "99XA00", "naam": "Iris", "email": f"{person.gebruikersnaam}@stroomland.example"}
    assert (await iris_at_page.post(f"{path}/deelnemers", data=me)).status_code == 303
    assert "U doet zelf niet mee" not in (await iris_at_page.get(path)).text
    assert (await iris_at_page.post(theirs)).status_code == 303
    for there in (path, f"{path}/pdf"):
        assert (await guest.get(there)).status_code == 404
    assert (await iris_at_page.post(f"{path}/sluiten")).status_code == 303
    assert "gesloten" in (await iris_at_page.get(path)).text
    assert (await iris_at_page.post(f"{path}/deadline", data={"deadline": soon(30)})).status_code == 303
    assert "loopt" in (await iris_at_page.get(path)).text


async def test_a_fault_stands_beside_its_field_and_invites_nobody(
    system: Whole, iris: httpx.AsyncClient, iris_at_page: httpx.AsyncClient
) -> None:
    number = await submitted(iris)
    start = f"/hulpvragen/{number}/overlegrondes"
    late = await iris_at_page.post(start, data={"onderwerp": "MDO", "deadline": soon(-1)})
    assert (late.status_code, "Kies een dag vanaf vandaag" in late.text) == (400, True)
    path = await begun(iris_at_page, number)
    assert (await iris_at_page.post(f"{path}/reacties", data={"tekst": ""})).status_code == 400
    email = f"els-{next(_numbers)}@praktijk.example"
    named = await iris_at_page.post(f"{path}/deelnemers", data=wanted(email, naam="Logopedist van Noor"))
    assert (named.status_code, "Noem de leerling hier niet" in named.text) == (400, True)
    board = wanted(email, soort="collega", organisatie="99XC00")
    assert (await iris_at_page.post(f"{path}/deelnemers", data=board)).status_code == 400
    async with system.box.connect() as connection:
        assert await connection.fetchval("SELECT count(*) FROM gateway.account WHERE email = $1", email) == 0


async def test_the_same_through_the_api_once_per_key(
    system: Whole, iris: httpx.AsyncClient, anne: httpx.AsyncClient, address: str
) -> None:
    number, name = await submitted(iris), f"els-{next(_numbers)}-o"
    els = await make_person(system.gateway.database, name, soort="extern", rollen=())
    base = f"/hulpvragen/{number}/overlegrondes"
    body, key = {"onderwerp": "MDO", "deadline": soon(), "beslotenDeelname": True}, {"idempotency-key": str(uuid4())}
    made = await iris.post(base, json=body, headers=key)
    assert made.status_code == 201, made.text
    assert (await iris.post(base, json=body, headers=key)).json() == made.json()
    path = f"{base}/{made.json()['overlegronde']}"
    assert (await anne.get(path)).status_code == 404
    assert (await anne.get(base)).json()["overlegrondes"] == []
    one = {**wanted(f"{name}@stroomland.example"), "organisatie": ""}
    assert (await iris.post(f"{path}/deelnemers", json=one)).status_code == 204
    async with program(system.gateway, f"{address}9") as program_of_els:
        theirs = await log_in_to_api(program_of_els, els)
        said = {"idempotency-key": str(uuid4())}
        for _ in range(2):
            answer = await theirs.post(f"{path}/reacties", json={"tekst": "Eén keer."}, headers=said)
            assert answer.status_code == 201, answer.text
        pdf = await theirs.get(f"{path}/pdf")
        assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf")
        assert (await theirs.put(f"{path}/mails", json={"mails": False})).status_code == 204
        assert (await theirs.put(f"{path}/deadline", json={"deadline": soon(90)})).status_code == 403
        assert (await theirs.post(f"{path}/sluiting")).status_code == 403
        assert (await theirs.post(f"{path}/deelnemers", json=one)).status_code == 403
        shown = (await iris.get(path)).json()
        assert [reactie["tekst"] for reactie in shown["reacties"]] == ["Eén keer."]
        assert (await theirs.get(path)).json()["krijgtMails"] is False
        [out] = [deelname["deelnemer"] for deelname in shown["deelnemers"] if not deelname["isOrganisator"]]
        assert (await iris.delete(f"{path}/deelnemers/{out}")).status_code == 204
        assert (await theirs.get(path)).status_code == 404
    assert (await iris.put(f"{path}/deadline", json={"deadline": soon(40)})).status_code == 204
    assert (await iris.post(f"{path}/sluiting")).status_code == 204
    assert (await iris.post(f"{path}/reacties", json={"tekst": "Te laat."})).status_code == 409


async def test_a_file_of_a_reaction_is_scanned_and_opened_by_who_may_read_it(
    system: Whole, iris: httpx.AsyncClient, iris_at_page: httpx.AsyncClient, guest: httpx.AsyncClient, address: str
) -> None:
    number, name = await submitted(iris), f"{next(_numbers)}-o"
    database = system.gateway.database
    els = await make_person(database, f"els-{name}", soort="extern", rollen=())
    mila = await make_person(database, f"mila-{name}", soort="extern", rollen=())
    path = await begun(iris_at_page, number, deadline=soon(0), beslotenReacties="ja")
    for person in (els, mila):
        one = wanted(f"{person.gebruikersnaam}@stroomland.example")
        assert (await iris_at_page.post(f"{path}/deelnemers", data=one)).status_code == 303
    await log_in(guest, els)
    await guest.post(f"{path}/reacties", data={"tekst": "Zie het verslag."})
    [place] = re.findall(rf'href="({path}/reacties/[0-9a-f-]+/bijlagen)"', (await guest.get(path)).text)
    assert (await guest.get(place)).status_code == 200
    assert (await iris_at_page.get(place)).status_code == 403
    wrong = await guest.post(place, files={"bestand": ("verslag.exe", PDF, "application/pdf")})
    assert (wrong.status_code, "verslag.exe:" in wrong.text) == (400, True)
    for content, file in ((PDF, "verslag.pdf"), (eicar(), "virus.txt")):
        answer = await guest.post(place, files={"bestand": (file, content, "application/pdf")})
        assert answer.status_code == 303, answer.text

    async def judged() -> str | None:
        page = (await guest.get(path)).text
        return page if "verslag.pdf" in page and "geweigerd" in page else None

    page = await eventually(judged, within=20, every=0.2)
    [link] = re.findall(rf'href="({place}/[0-9a-f-]+)"', page)
    assert (await guest.get(link)).content == PDF
    assert (await iris_at_page.get(link)).content == PDF
    assert "verslag.pdf" not in (await iris_at_page.get(f"/hulpvragen/{number}")).text, "it is no bijlage of the hulpvraag"
    async with browser(system.gateway, f"{address}3") as other:
        await log_in(other, mila)
        assert [(await other.get(one)).status_code for one in (link, place)] == [404, 403]
    assert (await iris_at_page.post(place, files={"bestand": ("x.pdf", PDF, "application/pdf")})).status_code == 403
    assert (await iris_at_page.post(f"{path}/sluiten")).status_code == 303
    assert [(await guest.get(one)).status_code for one in (link, place)] == [404, 404]
    assert (await guest.post(place, files={"bestand": ("x.pdf", PDF, "application/pdf")})).status_code == 404
    assert (await iris_at_page.get(link)).content == PDF


ROTTERDAM: dict[str, Any] = {
    "swv": [{"code": "PO2806", "naam": "SWV De Verzonnen Stad"}],
    "besturen": [{"code": "70028", "naam": "Stichting De Bedachte Maas"}],
    "scholen": [{"code": "99XR00", "naam": "De Bedachte Maas", "bestuur": "70028", "swv": "PO2806"}],
}


async def test_where_the_rules_ask_for_it_a_school_begins_one_once_its_board_has_an_agreement(
    system: Whole, address: str
) -> None:
    """Manual 002:260; the days are kept by the manager of the SWV."""
    async with system.services["intake"].database.transaction() as tx:
        await load(tx, ROTTERDAM)
    database, name = system.gateway.database, f"{next(_numbers)}-o"
    swv: Any = {"organisatie": "PO2806", "swv": "PO2806"}
    manager = await make_person(database, f"bas-{name}", rollen=("applicatiebeheerder",), **swv)
    looker = await make_person(database, f"sam-{name}", rollen=("SCP",), **swv)
    rollen = ("IB'er",)
    iber = await make_person(database, f"ida-{name}", organisatie="99XR00", soort="school", rollen=rollen, swv="PO2806")
    async with (
        browser(system.gateway, f"{address}5") as bas,
        browser(system.gateway, f"{address}6") as sam,
        browser(system.gateway, f"{address}7") as ida,
        program(system.gateway, f"{address}8") as api,
    ):
        await log_in_to_api(api, iber)
        number = await submitted(api, aanvraagtype="Ambulante begeleiding", school={"brin": "99XR", "vestiging": "00"})
        for client, person in ((bas, manager), (sam, looker)):
            await log_in(client, person)
        await log_in(ida, iber, code=iber.code(1))
        start = f"/hulpvragen/{number}/overlegrondes"
        page = (await ida.get(f"/hulpvragen/{number}")).text
        assert "geen geldige verwerkersovereenkomst" in page
        assert "Overlegronde beginnen</a>" not in page
        form = {"onderwerp": "Logopedist", "deadline": soon(), "organisatorDoetMee": "ja"}
        assert (await ida.get(f"{start}/nieuw")).status_code == 403
        assert (await ida.post(start, data=form)).status_code == 422
        assert 'href="/overeenkomsten"' in (await bas.get("/postbussen")).text
        assert (await sam.get("/overeenkomsten/70028")).status_code == 403
        assert (await sam.post("/overeenkomsten/70028", data={"van": soon(-1)})).status_code == 403
        assert (await ida.get("/overeenkomsten")).status_code == 403
        assert (await bas.get("/overeenkomsten/99999")).status_code == 404
        wrong = await bas.post("/overeenkomsten/70028", data={"van": soon(1), "tot": soon(0)})
        assert (wrong.status_code, 'href="#tot"' in wrong.text) == (400, True)
        assert (await bas.post("/overeenkomsten/70028", data={"van": soon(-1), "tot": ""})).status_code == 303
        listed = (await sam.get("/overeenkomsten?gedaan=overeenkomst")).text
        assert "De Bedachte Maas" in listed
        assert "geldig" in listed
        path = await begun(ida, number, onderwerp="Logopedist")
        assert "Logopedist" in (await ida.get(path)).text
