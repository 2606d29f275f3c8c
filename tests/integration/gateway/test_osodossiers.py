"""An OSO dossier on the page of its hulpvraag: what was taken over and what was found, for who may see the hulpvraag."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from itertools import count
from uuid import uuid4

import httpx
import pytest

from support.intake import Lvs, leerling
from support.intake import World as Entrance
from support.oso import dossier
from support.ososlot import ours, sent
from support.portal import Person, browser, log_in, make_iber, make_person, submitted
from support.sandbox import eventually
from support.whole import Whole

_numbers = count(1)


@pytest.fixture(scope="module")
async def lvs(system: Whole) -> AsyncIterator[Lvs]:
    """The system of a school in PO2507."""
    entrance = Entrance(system.box)
    await entrance.add("oso-school", ("99XA00",))
    await entrance.served("oso-school")
    yield await entrance.lvs("oso-school")
    await entrance.close()


async def page_for(system: Whole, person: Person, address: str, number: int) -> tuple[str, int]:
    """The page of a hulpvraag as someone sees it, and what they get for the original."""
    async with browser(system.gateway, address) as client:
        await log_in(client, person)
        text = (await client.get(f"/hulpvragen/{number}")).text
        async with system.box.connect() as connection:
            query = (
                "SELECT o.id FROM intake.osodossier o JOIN intake.hulpvraag h ON h.id = o.hulpvraag WHERE dossiernummer = $1"
            )
            original = await connection.fetchval(query, number)
        answer = await client.get(f"/hulpvragen/{number}/oso-dossiers/{original}")
        return text, answer.status_code


async def test_the_page_shows_what_the_dossier_says_and_what_could_not_be_read(
    system: Whole, lvs: Lvs, administratie: Person, iber: Person, address: str
) -> None:
    pupil = leerling()
    number, told = await sent(system, lvs, ours(dossier(), pupil, brin="99XA").bytes(), pupil)
    assert told["uitkomst"] == "gelezen"
    unreadable = next(found["bijlage"] for found in told["bevindingen"] if found["code"] == "BL01")
    staff, original = await page_for(system, administratie, f"{address}1", number)
    for text in ("Dossier van school (OSO)", "Ouders en verzorgers", "Schoolloopbaan", "Verzinsel", unreadable):
        assert text in staff, text
    assert "Het dossier zoals de school het stuurde" in staff
    assert original == 200
    school, refused = await page_for(system, iber, f"{address}2", number)
    assert "Ouders en verzorgers" in school
    assert "Het dossier zoals de school het stuurde" not in school
    assert "dossier.xml" not in staff, "it is no bijlage among the others"
    assert refused == 403
    stranger = await make_iber(system.gateway.database, f"elders-{next(_numbers)}-o", school="99XB00")
    nothing, missing = await page_for(system, stranger, f"{address}3", number)
    assert ("Verzinsel" in nothing, missing) == (False, 404)


async def test_a_rejected_dossier_says_why_and_shows_nothing_of_it(
    system: Whole, lvs: Lvs, administratie: Person, iber: Person, address: str
) -> None:
    pupil = leerling()
    verzorger, secret = "huidigeschool/leerling/verzorger", "Verborgenpad"
    made = ours(dossier(), pupil, brin="99XA").zet(f"{verzorger}/adresgeheim", "true")
    made.zet(f"{verzorger}/adreslijst/adres/straat", secret)
    number, told = await sent(system, lvs, made.bytes(), pupil)
    assert (told["uitkomst"], told["bevindingen"][0]["code"]) == ("afgewezen", "OV03")
    for person, status in ((administratie, 409), (iber, 403)):
        text, original = await page_for(system, person, f"{address}{status}", number)
        assert "Uit dit dossier is niets overgenomen" in text
        assert "OV03" in text
        assert secret not in text
        assert original == status
    async with system.box.connect() as connection:
        assert not await connection.fetchval("SELECT bool_or(o::text LIKE '%Verborgenpad%') FROM intake.osodossier o")


async def test_a_hulpvraag_typed_in_has_no_such_section(
    system: Whole, iris: httpx.AsyncClient, administratie: Person, address: str
) -> None:

    number = await submitted(iris)
    async with browser(system.gateway, f"{address}4") as client:
        await log_in(client, administratie)
        assert "Dossier van school (OSO)" not in (await client.get(f"/hulpvragen/{number}")).text


async def test_while_intake_is_away_the_rest_of_the_page_is_there(
    system: Whole, lvs: Lvs, administratie: Person, address: str
) -> None:
    pupil = leerling()
    number, _ = await sent(system, lvs, ours(dossier(), pupil, brin="99XA").bytes(), pupil)
    async with browser(system.gateway, f"{address}5") as client:
        await log_in(client, administratie)
        with system.away("intake"):
            page = await client.get(f"/hulpvragen/{number}")
        assert page.status_code == 200
        assert "Het dossier is nu even niet te zien" in page.text


async def test_a_parents_copy_holds_the_dossier_and_the_original(system: Whole, lvs: Lvs, address: str) -> None:
    pupil = leerling()
    xml = ours(dossier(), pupil, brin="99XA").bytes()
    number, _ = await sent(system, lvs, xml, pupil)
    beheerder = await make_person(system.gateway.database, f"bea-{uuid4()}", rollen=("applicatiebeheerder",))
    async with browser(system.gateway, f"{address}6") as bea:
        await log_in(bea, beheerder)

        async def copied() -> httpx.Response | None:
            answer = await bea.post(f"/hulpvragen/{number}/inzage")
            return answer if answer.status_code == 200 else None

        answer = await eventually(copied)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        content = json.loads(archive.read("inzage.json"))
        (name,) = [name for name in archive.namelist() if name.endswith("dossier.xml")]
        assert archive.read(name) == xml
    assert content["osodossiers"][0]["gegevens"]["leerling"]["achternaam"] == "Verzinsel"
