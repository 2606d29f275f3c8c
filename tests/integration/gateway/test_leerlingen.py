"""A dossier with what changed in it, and dossiers that may be of one pupil: through the API and on pages, with all services."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from shared import clock
from support.intake import leerling
from support.portal import Person, browser, log_in, log_in_to_api, make_iber, program, submitted
from support.whole import Whole

BEUK = {"brin": "99XB", "vestiging": "00"}


def pupil(**own: str) -> dict[str, Any]:
    """A pupil whose name nobody else has."""
    letters = clock.new_id().hex.translate(str.maketrans("0123456789", "ghijklmnop"))
    return leerling(roepnaam="Zeno", voorvoegsel="", achternaam=f"B{letters}", **own)


@pytest.fixture
async def beuk(system: Whole, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """The program of the IB'er of another school of the SWV."""
    person = await make_iber(system.gateway.database, f"bea-{address.split(':')[2]}", "99XB00")
    async with program(system.gateway, f"{address}b") as client:
        yield await log_in_to_api(client, person)


async def dossier_of(client: httpx.AsyncClient, number: int) -> str:
    return str((await client.get(f"/hulpvragen/{number}")).json()["dossier"])


async def test_changed_data_show_until_the_swv_took_note(
    system: Whole, iris: httpx.AsyncClient, anne: httpx.AsyncClient, administratie: Person, iber: Person, address: str
) -> None:
    zeno = pupil()
    first = await submitted(iris, leerling=zeno)
    number = await submitted(iris, leerling={**zeno, "roepnaam": "Xeno"})
    async with browser(system.gateway, address) as office, browser(system.gateway, f"{address}5") as school:
        await log_in(office, administratie, code=administratie.code(1))
        await log_in(school, iber, code=iber.code(1))
        path = f"/hulpvragen/{number}"
        assert "De school stuurde andere gegevens van deze leerling" in (await office.get(path)).text
        assert "De school stuurde andere gegevens van deze leerling" not in (await school.get(path)).text
        pages = [(await reader.get(f"{path}/dossier")).text for reader in (office, school)]
        for page in pages:
            cells = re.findall(r"<td[^>]*>([^<]+)", page.partition("<tbody")[2])
            assert cells[:3] == ["Roepnaam", "Zeno", "Xeno"]
            assert f"met hulpvraag {number}" in page
            assert f'href="/hulpvragen/{first}"' in page
        assert ["Ik heb dit gezien" in page for page in pages] == [True, False], "that is for the SWV"
        assert (await school.post(f"{path}/dossier", data={"versie": "2"})).status_code == 403
        assert (await office.post(f"{path}/dossier", data={"versie": "veel"})).status_code == 400
        done = await office.post(f"{path}/dossier", data={"versie": "2"})
        assert (done.status_code, done.headers["location"]) == (303, f"{path}/dossier?gedaan=gezien")
        page = (await office.get(done.headers["location"])).text
        assert "Gezien door Anne" in page
        assert "Ik heb dit gezien" not in page
        assert "De school stuurde andere gegevens" not in (await office.get(path)).text
    dossier = await dossier_of(iris, number)
    changed = (await iris.get(f"/dossiers/{dossier}/wijzigingen")).json()
    assert [one["dossiernummer"] for one in changed["wijzigingen"]] == [number]
    assert changed["gezien"]["versie"] == 2
    assert (await anne.post(f"/dossiers/{dossier}/kennisname", json={"versie": 3})).status_code == 409
    assert (await iris.post(f"/dossiers/{dossier}/kennisname", json={"versie": 2})).status_code == 403


async def test_a_page_of_a_hulpvraag_goes_on_while_intake_is_away(
    system: Whole, iris: httpx.AsyncClient, administratie: Person, address: str
) -> None:
    number = await submitted(iris, leerling=pupil())
    async with browser(system.gateway, address) as office:
        await log_in(office, administratie)
        with system.away("intake"):
            assert (await office.get(f"/hulpvragen/{number}")).status_code == 200


async def test_dossiers_of_one_pupil_are_linked_by_the_swv_and_a_school_learns_nothing_of_it(
    system: Whole,
    iris: httpx.AsyncClient,
    beuk: httpx.AsyncClient,
    anne: httpx.AsyncClient,
    administratie: Person,
    address: str,
) -> None:
    zeno = pupil()
    old = await submitted(iris, leerling=zeno)
    new = await submitted(beuk, leerling={**zeno, "leerlingid": "B" + zeno["leerlingid"]}, school=BEUK)
    dossiers = {old: await dossier_of(iris, old), new: await dossier_of(beuk, new)}
    before = [(await client.get(f"/dossiers/{dossiers[number]}")).json() for client, number in ((iris, old), (beuk, new))]
    found = (await anne.get("/gelijkenissen")).json()["gelijkenissen"]
    (pair,) = [one for one in found if {side["dossier"] for side in one["dossiers"]} == set(dossiers.values())]
    for client in (iris, beuk):
        assert (await client.get("/gelijkenissen")).status_code == 403
        assert (await client.put(f"/gelijkenissen/{pair['gelijkenis']}", json={"staat": "bevestigd"})).status_code == 403
    async with browser(system.gateway, address) as office:
        await log_in(office, administratie, code=administratie.code(1))
        page = (await office.get("/gelijkenissen")).text
        assert zeno["leerlingid"] in page
        assert 'aria-current="page">Mogelijk dezelfde leerling' in page
        path = f"/gelijkenissen/{pair['gelijkenis']}"
        done = await office.post(path, data={"staat": "bevestigd"})
        assert "De dossiers zijn gekoppeld." in (await office.get(done.headers["location"])).text
        page = (await office.get(f"/hulpvragen/{new}/dossier")).text
        assert f'href="/hulpvragen/{old}"' in page
        assert "De Verzonnen Linde (99XA00)" in page
        shown = [(await client.get(f"/dossiers/{dossiers[number]}")).json() for client, number in ((iris, old), (beuk, new))]
        assert shown == before
        refused = await office.post(path, data={"staat": "afgewezen"})
        assert (refused.status_code, "Draai dat eerst terug" in refused.text) == (409, True)
        assert (await office.post(path, data={"staat": "misschien"})).status_code == 400
        assert (await office.post(path, data={"staat": "voorgesteld"})).status_code == 303
        assert f'href="/hulpvragen/{old}"' not in (await office.get(f"/hulpvragen/{new}/dossier")).text
