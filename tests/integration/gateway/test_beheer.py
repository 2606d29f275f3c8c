"""Postbussen and mandates: set through the public API and the portal, by whom it may."""

import httpx
import pytest

from shared import clock
from support.portal import Person, browser, log_in, log_in_to_api, make_person, program
from support.whole import Whole

INTERN = ["SCP", "administratie", "AC", "CT", "coördinator"]
"""The roles of PO2507 that can have a postbus."""


@pytest.fixture
async def nobody_has_a_box(anne: httpx.AsyncClient) -> None:
    for rol in INTERN:
        assert (await anne.put(f"/postbussen/{rol}", json={"email": None})).status_code == 200


@pytest.mark.usefixtures("nobody_has_a_box")
async def test_the_administration_sets_where_each_role_gets_mail(iris: httpx.AsyncClient, anne: httpx.AsyncClient) -> None:
    for rol in INTERN:
        email = f"{rol.lower()}@stroomland.example".replace("ö", "o")
        answer = await anne.put(f"/postbussen/{rol}", json={"email": email})
        assert (answer.status_code, answer.json()) == (200, {"rol": rol, "email": email})
    found = (await anne.get("/postbussen")).json()
    assert (found["swv"], found["magWijzigen"]) == ("PO2507", True)
    assert {box["rol"]: box["email"] for box in found["postbussen"]}["coördinator"] == "coordinator@stroomland.example"
    assert (await anne.put("/postbussen/SCP", json={"email": None})).json()["email"] is None
    assert (await iris.get("/postbussen")).status_code == 403
    assert (await iris.put("/postbussen/SCP", json={"email": "iris@linde.example"})).status_code == 403


async def test_a_box_that_cannot_be_is_refused(anne: httpx.AsyncClient) -> None:
    unknown = await anne.put("/postbussen/burgemeester", json={"email": "b@stroomland.example"})
    assert unknown.status_code == 404
    for body in ({"email": "geen adres"}, {}, {"email": "a@b.example", "rol": "CT"}):
        assert (await anne.put("/postbussen/SCP", json=body)).status_code == 400
    assert (await anne.put("/postbussen/..%2Fhulpvragen", json={"email": None})).status_code in {400, 404}


async def test_a_mandate_is_noted_changed_and_ended(iris: httpx.AsyncClient, anne: httpx.AsyncClient) -> None:
    path, day = "/mandaten/99XD00", clock.today()
    assert (await anne.get(path)).status_code == 404
    noted = await anne.put(path, json={"van": day.isoformat()})
    assert (noted.status_code, noted.json()["geldig"], noted.headers["etag"]) == (200, True, '"1"')
    assert (await anne.put(path, json={"van": "2020-01-01"})).status_code == 412, "without the version that was seen"
    ended = await anne.put(path, json={"van": "2020-01-01", "tot": "2020-12-31"}, headers={"if-match": '"1"'})
    assert (ended.json()["geldig"], ended.headers["etag"]) == (False, '"2"')
    assert (await anne.get(path)).json() == ended.json()
    turned = await anne.put(path, json={"van": "2021-01-01", "tot": "2020-12-31"}, headers={"if-match": '"2"'})
    assert (turned.status_code, turned.json()["fouten"][0]["field"]) == (400, "tot")
    assert (await iris.get(path)).status_code == 404, "another school's"
    assert (await anne.get("/mandaten/zomaar")).status_code == 400
    own = await iris.put("/mandaten/99XA00", json={"van": day.isoformat()})
    assert own.status_code == 403, "a school notes no mandate of its own; its board and the administration do"


async def test_a_board_gives_mandates_for_its_own_schools_only(system: Whole, address: str) -> None:
    """Also for one of which nothing was decided yet, so that bron-export does not know its board."""
    board = await make_person(
        system.gateway.database, f"bo-{address.split(':')[2]}", organisatie="70001", soort="bestuur", rollen=()
    )
    async with program(system.gateway, address) as api, browser(system.gateway, f"{address}5") as page:
        await log_in_to_api(api, board)
        await log_in(page, board, code=board.code(1))
        for path, expected in (("/mandaten/99XA01", 200), ("/mandaten/99XB00", 404), ("/mandaten/99ZZ99", 404)):
            assert (await api.put(path, json={"van": "2020-01-01"})).status_code == expected, path
            assert (await api.get(path)).status_code == expected, path
        assert (await page.get("/mandaten/99XB00")).status_code == 404
        assert (await page.post("/mandaten/99XB00", data={"van": "2020-01-01", "versie": ""})).status_code == 404


async def test_the_administration_notes_a_mandate_on_a_page(
    system: Whole, administratie: Person, iber: Person, address: str
) -> None:
    async with browser(system.gateway, address) as anne, browser(system.gateway, f"{address}5") as school:
        await log_in(anne, administratie)
        await log_in(school, iber)
        assert 'href="/mandaten/99XB00"' in (await anne.get("/mandaten")).text
        path = "/mandaten/99XB00"
        assert "geen mandaat vastgelegd" in (await anne.get(path)).text
        assert (await anne.post(path, data={"van": ""})).status_code == 400
        turned = await anne.post(path, data={"van": "2021-01-01", "tot": "2020-12-31"})
        assert (turned.status_code, 'href="#tot"' in turned.text) == (400, True)
        noted = await anne.post(path, data={"van": "2020-01-01", "versie": ""})
        assert noted.status_code == 303
        shown = (await anne.get(noted.headers["location"])).text
        assert "Er is een geldig mandaat" in shown
        assert 'name="versie" value="1"' in shown
        late = await anne.post(path, data={"van": "2020-01-01", "tot": "2020-12-31", "versie": ""})
        assert (late.status_code, "Iemand anders wijzigde dit mandaat" in late.text) == (412, True)
        assert (await anne.post(path, data={"van": "2020-01-01", "tot": "2020-12-31", "versie": "1"})).status_code == 303
        assert "geldt vandaag niet" in (await anne.get(path)).text
        assert (await anne.get("/mandaten/99ZZ99")).status_code == 404
        own = await school.post("/mandaten/99XA00", data={"van": "2020-01-01"})
        assert own.status_code == 403


async def test_the_administration_sets_postbussen_on_a_page(
    system: Whole, administratie: Person, iber: Person, address: str
) -> None:
    scp = await make_person(system.gateway.database, f"sanne-{address.split(':')[2]}", rollen=("SCP",))
    async with (
        browser(system.gateway, address) as anne,
        browser(system.gateway, f"{address}5") as sanne,
        browser(system.gateway, f"{address}6") as school,
    ):
        await log_in(anne, administratie)
        await log_in(sanne, scp)
        await log_in(school, iber)
        form = {"postbus-administratie": "post@stroomland.example", "postbus-SCP": "geen adres", "postbus-CT": ""}
        wrong = await anne.post("/postbussen", data=form)
        assert wrong.status_code == 400
        assert 'href="#postbus-SCP"' in wrong.text
        assert 'value="geen adres"' in wrong.text
        right = await anne.post("/postbussen", data={**form, "postbus-SCP": "scp@stroomland.example"})
        assert right.status_code == 303
        shown = (await anne.get(right.headers["location"])).text
        assert "De adressen zijn opgeslagen." in shown
        assert 'value="post@stroomland.example"' in shown
        assert 'value="scp@stroomland.example"' in shown
        looked = (await sanne.get("/postbussen")).text
        assert "scp@stroomland.example" in looked
        assert "<input" not in looked
        assert (await sanne.post("/postbussen", data={"postbus-SCP": "sanne@stroomland.example"})).status_code == 400
        assert "scp@stroomland.example" in (await anne.get("/postbussen")).text
        assert (await school.get("/postbussen")).status_code == 403
        assert 'href="/postbussen"' not in (await school.get("/mails")).text
