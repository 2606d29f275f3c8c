"""Verification codes on pages: a school makes one for its LVS, sees who uses it, and stops it."""

import re
from collections.abc import AsyncIterator
from itertools import count
from uuid import UUID

import httpx
import pytest

from shared.contracts.common import School
from shared.envelope import Event
from support.hulpvragen import ingediend
from support.portal import Person, browser, log_in, make_person
from support.sandbox import eventually
from support.whole import Whole

_numbers = count(1)
PAGE = "/scholen/99XA00/koppelingen"
LINDE = School(code="99XA00", naam="De Verzonnen Linde", bestuur="70001")


@pytest.fixture
async def school(system: Whole, iber: Person, address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(system.gateway, f"{address}3") as client:
        yield await log_in(client, iber)


async def test_a_school_makes_a_code_sees_it_once_and_stops_it(system: Whole, school: httpx.AsyncClient) -> None:
    assert f'href="{PAGE}"' in (await school.get("/mails")).text
    wrong = await school.post(PAGE, data={"naam": ""})
    assert (wrong.status_code, 'href="#naam"' in wrong.text) == (400, True)
    naam = f"Esis, locatie Bos {next(_numbers)}"
    made = await school.post(PAGE, data={"naam": naam})
    code = re.search(r'class="schakel-sleutel">(99XA00[0-9A-Z]{32})<', made.text)
    assert code is not None, made.text
    shown = await school.get(PAGE)
    assert (naam in shown.text, "wacht op invoer" in shown.text, code[1] in shown.text) == (True, True, False)
    stop = next(url for url in re.findall(rf'action="({PAGE}/[0-9a-f-]+/stoppen)"', shown.text))
    assert (await school.post(stop)).headers["location"] == f"{PAGE}?gedaan=gestopt"
    after = await school.get(f"{PAGE}?gedaan=gestopt")
    assert ("De verificatiecode is gestopt." in after.text, stop in after.text) == (True, False)
    assert (await school.post(stop)).status_code == 404
    id_ = UUID(stop.split("/")[-2])
    async with system.box.connect() as connection:
        query = "SELECT action FROM intake.audit_log WHERE details->>'verificatiecode' = $1 ORDER BY id"
        acts = [row["action"] for row in await connection.fetch(query, str(id_))]
    assert acts == ["verificatiecode.gemaakt", "verificatiecode.gestopt"]


async def test_who_manages_the_swv_gets_there_from_the_school_and_a_board_from_its_mandates(
    system: Whole, address: str
) -> None:
    for number, (soort, organisatie, rollen, start) in enumerate(
        [("swv", "PO2507", ("applicatiebeheerder",), "/organisaties/99XA00"), ("bestuur", "70001", (), "/mandaten")]
    ):
        name = f"koppel-{next(_numbers)}"
        person = await make_person(
            system.gateway.database,
            name,
            organisatie=organisatie,
            soort=soort,  # type: ignore[arg-type]  # of the two above
            rollen=rollen,
        )
        async with browser(system.gateway, f"{address}{number}") as client:
            await log_in(client, person)
            assert f'href="{PAGE}"' in (await client.get(start)).text
            assert (await client.get(PAGE)).status_code == 200
            assert (await client.get("/scholen/99XC00/koppelingen")).status_code == 404


async def test_whether_the_opp_came_along_stands_with_the_hulpvraag(system: Whole, school: httpx.AsyncClient) -> None:
    told = {opp: ingediend(school=LINDE, opp=opp) for opp in (True, False, None)}
    await system.box.publish(*(Event.about(data, subject=data.hulpvraag, sequence=1) for data in told.values()))
    for opp, data in told.items():

        async def there(number: int = data.dossiernummer) -> bool:
            return (await school.get(f"/hulpvragen/{number}")).status_code == 200

        await eventually(there)
        page = (await school.get(f"/hulpvragen/{data.dossiernummer}")).text
        assert ("niet meegestuurd uit het leerlingvolgsysteem" in page) == (opp is False)
        assert (">meegestuurd uit het leerlingvolgsysteem" in page) == (opp is True)
