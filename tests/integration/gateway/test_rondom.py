"""Around a hulpvraag, and scholenkringen: through the public API and on pages, by whom it may and by whom it may not."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from intake.organisations import load
from shared import clock
from support.intake import HELMOND
from support.portal import Person, browser, log_in, log_in_to_api, make_iber, make_person, program, submitted
from support.whole import Whole

COR = {"naam": "Cor Bedacht", "email": "cor@stroomland.example"}


async def made(client: httpx.AsyncClient, number: int, tekst: str = "Morgen bellen.") -> str:
    answer = await client.post(f"/hulpvragen/{number}/notities", json={"tekst": tekst})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["notitie"])


@pytest.fixture
async def bestuur(system: Whole, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """The program of the board of De Verzonnen Linde."""
    name = f"bart-{address.split(':')[2]}"
    person = await make_person(system.gateway.database, name, organisatie="70001", soort="bestuur", rollen=("bestuurder",))
    async with program(system.gateway, f"{address}b") as client:
        yield await log_in_to_api(client, person)


async def test_labels_and_a_coordinator_are_set_shown_and_searched_by(iris: httpx.AsyncClient, anne: httpx.AsyncClient) -> None:
    number, other = await submitted(iris), await submitted(iris)
    path, label = f"/hulpvragen/{number}", f"MDO {number}"
    put = await iris.put(f"{path}/labels", json={"labels": ["Spoed", label, "Spoed"]})
    assert (put.status_code, put.json()) == (200, {"labels": [label, "Spoed"]})
    assigned = await anne.put(f"{path}/coordinator", json=COR)
    assert (assigned.status_code, assigned.json()) == (200, COR)
    shown = (await iris.get(path)).json()
    assert (shown["labels"], shown["coordinator"]) == ([label, "Spoed"], "Cor Bedacht")
    assert (shown["magLabelen"], shown["magCoordinatorKiezen"]) == (True, False)
    assert (await anne.get(path)).json()["magCoordinatorKiezen"] is True
    for params in ({"label": label}, {"coordinator": "Cor Bedacht", "zoek": str(number)}):
        found = (await anne.get("/hulpvragen", params=params)).json()["hulpvragen"]
        assert [(row["dossiernummer"], row["labels"], row["coordinator"]) for row in found] == [
            (number, [label, "Spoed"], "Cor Bedacht")
        ]
    assert (await anne.put(f"{path}/coordinator", json={})).json() == {"naam": None, "email": None}
    gone = (await anne.get("/hulpvragen", params={"coordinator": "Cor Bedacht", "aantal": 100})).json()["hulpvragen"]
    assert not {number, other} & {row["dossiernummer"] for row in gone}


async def test_the_list_is_narrowed_by_day_school_and_term(iris: httpx.AsyncClient, anne: httpx.AsyncClient) -> None:
    number, today = await submitted(iris, aanvraagtype="TLV"), clock.today()
    row = (await anne.get("/hulpvragen", params={"zoek": str(number)})).json()["hulpvragen"][0]
    assert row["deadline"] == (await anne.get(f"/hulpvragen/{number}")).json()["deadline"] > today.isoformat()
    day_before = str(clock.today() - timedelta(days=1))
    for params, is_there in (
        ({"school": "99XA00"}, True),
        ({"school": "99XB00"}, False),
        ({"ingediendVanaf": str(today)}, True),
        ({"ingediendTot": day_before}, False),
        ({"deadlineTot": row["deadline"]}, True),
        ({"deadlineTot": str(today)}, False),
    ):
        found = (await anne.get("/hulpvragen", params={"zoek": str(number), **params})).json()["hulpvragen"]
        assert bool(found) is is_there, params
    for params in ({"school": "Linde"}, {"ingediendVanaf": "gisteren"}, {"aantal": "0"}):
        wrong = await anne.get("/hulpvragen", params=params)
        assert (wrong.status_code, [fault["field"] for fault in wrong.json()["fouten"]]) == (400, list(params))


async def test_the_terms_of_a_hulpvraag_are_told(iris: httpx.AsyncClient) -> None:
    number = await submitted(iris, aanvraagtype="TLV")
    told = (await iris.get(f"/hulpvragen/{number}/termijnen")).json()
    assert [(term["naam"], term["staat"]) for term in told["termijnen"]] == [("beslistermijn", "loopt")]
    assert told["termijnen"][0]["toelichting"].startswith("Binnen acht weken")


async def test_notes_are_for_oneself(iris: httpx.AsyncClient, anne: httpx.AsyncClient) -> None:
    number = await submitted(iris)
    path, note = f"/hulpvragen/{number}/notities", await made(iris, number)
    assert [one["tekst"] for one in (await iris.get(path)).json()["notities"]] == ["Morgen bellen."]
    assert (await anne.get(path)).json()["notities"] == []
    assert (await anne.put(f"{path}/{note}", json={"tekst": "x"})).status_code == 404
    assert (await anne.delete(f"{path}/{note}")).status_code == 404
    changed = await iris.put(f"{path}/{note}", json={"tekst": "Gebeld."})
    assert (changed.status_code, changed.content) == (204, b"")
    assert [one["tekst"] for one in (await iris.get(path)).json()["notities"]] == ["Gebeld."]
    assert (await iris.delete(f"{path}/{note}")).status_code == 204
    assert (await iris.get(path)).json()["notities"] == []
    assert (await iris.post(path, json={"tekst": " "})).status_code == 400


async def test_who_may_not_is_refused_everywhere(
    system: Whole, iris: httpx.AsyncClient, bestuur: httpx.AsyncClient, address: str
) -> None:
    number = await submitted(iris)
    note, path = await made(iris, number), f"/hulpvragen/{number}"
    stranger = await make_iber(system.gateway.database, f"vreemd-{number}", "99XB00")
    nobody = await make_person(system.gateway.database, f"zonder-{number}", rollen=("schoonmaak",))
    calls = [
        ("PUT", f"{path}/labels", {"labels": ["x"]}),
        ("PUT", f"{path}/coordinator", COR),
        ("GET", f"{path}/notities", None),
        ("POST", f"{path}/notities", {"tekst": "x"}),
        ("PUT", f"{path}/notities/{note}", {"tekst": "x"}),
        ("DELETE", f"{path}/notities/{note}", None),
        ("GET", f"{path}/termijnen", None),
    ]
    kringen = [("GET", "/kringen", None), ("PUT", "/kringen/Helmond", {"coordinator": "x", "email": "x@y.nl", "scholen": []})]
    async with (
        program(system.gateway, f"{address}8") as other,
        program(system.gateway, f"{address}9") as unknown,
        program(system.gateway, f"{address}a") as outside,
    ):
        await log_in_to_api(other, stranger)
        await log_in_to_api(unknown, nobody)
        for client in (other, unknown):
            for method, url, body in calls:
                assert (await client.request(method, url, json=body)).status_code == 404, (method, url)
        for client in (other, unknown, bestuur):
            for method, url, body in kringen:
                assert (await client.request(method, url, json=body)).status_code == 403, (method, url)
        for method, url, body in [*calls, *kringen]:
            assert (await outside.request(method, url, json=body)).status_code == 401, (method, url)
    for method, url, body in calls[:2]:
        assert (await bestuur.request(method, url, json=body)).status_code == 403, "a board looks, and changes nothing"
    assert (await iris.put(f"{path}/coordinator", json=COR)).status_code == 403, "here the SWV assigns"
    shown = (await bestuur.get(path)).json()
    assert (shown["magLabelen"], shown["magCoordinatorKiezen"], shown["labels"]) == (False, False, [])


async def test_what_a_preschool_may_not_see_yet_is_said_and_the_rest_works(
    system: Whole, address: str, anne: httpx.AsyncClient
) -> None:
    """Manual 004: it adds its bijlagen first and reads later."""
    name = f"vera-{address.split(':')[2]}"
    vera = await make_person(
        system.gateway.database, name, organisatie="99XA00", soort="school", rollen=("voorschoolse voorziening",)
    )
    jk = await make_person(system.gateway.database, f"jk-{name}", rollen=("JK-specialist", "administratie"))
    async with program(system.gateway, f"{address}c") as api:
        number = await submitted(await log_in_to_api(api, jk), aanvraagtype="JK onderwijsadvies", omschrijving="Geheim.")
    async with browser(system.gateway, f"{address}d") as portal:
        await log_in(portal, vera)
        page = await portal.get(f"/hulpvragen/{number}")
        noted = await portal.post(f"/hulpvragen/{number}/notities", data={"tekst": "Ouders bellen."})
        upload = await portal.post(
            f"/hulpvragen/{number}/bijlagen", files={"bestand": ("x.exe", b"MZ")}, headers={"hx-request": "true"}
        )
    assert page.status_code == 200, page.text
    assert "U ziet de inhoud van deze hulpvraag nog niet" in page.text
    assert "Geheim." not in page.text
    assert 'id="bijlage-toevoegen"' in page.text
    assert noted.status_code == 303
    assert (upload.status_code, "U ziet de bijlagen nog niet" in upload.text) == (400, True)
    assert (await anne.get(f"/hulpvragen/{number}")).json()["beperkt"] is False


async def test_the_pages_around_a_hulpvraag_keep_what_was_typed_and_name_what_is_wrong(
    system: Whole, administratie: Person, iris: httpx.AsyncClient, address: str
) -> None:
    number = await submitted(iris)
    path = f"/hulpvragen/{number}"
    async with browser(system.gateway, address) as anne:
        await log_in(anne, administratie)
        for url, data, shown in (
            ("coordinator", {"naam": "Cor Bedacht"}, "allebei"),
            ("coordinator", {"naam": "Cor Bedacht", "email": "geen adres"}, 'value="geen adres"'),
            ("labels", {"labels": "kort\n" + "x" * 41}, "x" * 41),
            ("labels", {"labels": "\n".join(f"label {n}" for n in range(11))}, "label 10"),
            ("notities", {"tekst": ""}, 'href="#tekst"'),
        ):
            wrong = await anne.post(f"{path}/{url}", data=data)
            assert (wrong.status_code, "<title>Fout: " in wrong.text, shown in wrong.text) == (400, True, True), url
            assert 'aria-invalid="true"' in wrong.text, url
        for url, data in (("coordinator", COR), ("labels", {"labels": " Spoed \n\nMDO"}), ("notities", {"tekst": "Bellen."})):
            assert (await anne.post(f"{path}/{url}", data=data)).status_code == 303
        page = (await anne.get(path)).text
        for text in ("Cor Bedacht", ">Spoed<", ">MDO<", "Bellen."):
            assert text in page
        found = re.search(r"/notities/[0-9a-f-]{36}", page)
        assert found
        assert "Bellen." in (await anne.get(f"{path}{found[0]}")).text
        assert (await anne.post(f"{path}{found[0]}", data={"tekst": "Gebeld."})).status_code == 303
        assert "Gebeld." in (await anne.get(path)).text
        assert (await anne.post(f"{path}{found[0]}/wissen")).status_code == 303
        assert "Gebeld." not in (await anne.get(path)).text
        assert (await anne.get(f"{path}{found[0]}")).status_code == 404
        day = await anne.get("/hulpvragen", params={"ingediendVanaf": "gisteren"})
        assert (day.status_code, 'href="#ingediendVanaf"' in day.text, "<details" in day.text) == (400, True, True)


async def test_a_term_that_is_over_is_marked(system: Whole, iber: Person, iris: httpx.AsyncClient, address: str) -> None:
    number = await submitted(iris, aanvraagtype="TLV")
    async with browser(system.gateway, address) as school:
        await log_in(school, iber, code=iber.code(1))
        for url in ("/hulpvragen", f"/hulpvragen/{number}"):
            assert ">voorbij<" not in (await school.get(url, params={"zoek": str(number)})).text
        async with system.box.connect() as connection:
            await connection.execute("UPDATE workflow.hulpvraag SET deadline = '2026-01-02' WHERE dossiernummer = $1", number)
        for url in ("/hulpvragen", f"/hulpvragen/{number}"):
            page = (await school.get(url, params={"zoek": str(number)})).text
            assert ">voorbij<" in page
            assert "2 januari 2026" in page


async def test_who_sets_postbussen_sets_up_scholenkringen_where_the_rules_have_them(
    system: Whole, administratie: Person, address: str
) -> None:
    async with system.services["intake"].database.transaction() as tx:
        await load(tx, HELMOND)
    name, database = address.split(":")[2], system.gateway.database
    setter = await make_person(
        database, f"saar-{name}", rollen=("secretariaat", "applicatiebeheerder"), organisatie="PO3008", swv="PO3008"
    )
    other = await make_person(database, f"sem-{name}", rollen=("secretariaat",), organisatie="PO3008", swv="PO3008")
    looker = await make_person(database, f"cor-{name}", rollen=("financieel medewerker",), organisatie="PO3008", swv="PO3008")
    async with (
        browser(system.gateway, address) as saar,
        browser(system.gateway, f"{address}5") as cor,
        browser(system.gateway, f"{address}6") as anne,
    ):
        await log_in(saar, setter)
        await log_in(cor, looker)
        await log_in(anne, administratie)
        assert 'href="/kringen"' in (await saar.get("/postbussen")).text
        path = "/kringen/Geldrop-Mierlo%2C%20Heeze%2C%20Nuenen"
        assert path in (await saar.get("/kringen")).text
        wrong = await saar.post(path, data={"coordinator": "", "email": "geen adres", "scholen": ["99XH00"]})
        assert (wrong.status_code, 'href="#coordinator"' in wrong.text) == (400, True)
        assert 'value="99XH00" checked' in wrong.text
        form = {"coordinator": "Cor Bedacht", "email": "cor@kring.example", "scholen": ["99XH00"]}
        assert (await saar.post(path, data=form)).headers["location"] == "/kringen?gedaan=kring"
        listed = (await saar.get("/kringen?gedaan=kring")).text
        for text in ("De scholenkring is opgeslagen.", "Cor Bedacht, cor@kring.example", "De Bedachte Peel", "De Verzonnen Aa"):
            assert text in listed
        assert "nu in Geldrop-Mierlo" in (await saar.get("/kringen/Helmond")).text
        assert 'value="99XH00" checked' in (await saar.get(path)).text
        looked = (await cor.get("/kringen")).text
        assert "Cor Bedacht" in looked
        assert path not in looked
        assert (await cor.get(path)).status_code == 403
        assert (await cor.post(path, data=form)).status_code == 403
        assert (await saar.get("/kringen/Nergens")).status_code == 404
        assert (await saar.post("/kringen/Nergens", data=form)).status_code == 404
        assert (await anne.get("/kringen")).status_code == 404, "PO2507 has no kringen"
        assert 'href="/kringen"' not in (await anne.get("/postbussen")).text
    async with program(system.gateway, f"{address}e") as api:
        await log_in_to_api(api, other)
        put = await api.put("/kringen/Helmond", json={**form, "scholen": ["99XH01"]})
        assert (put.status_code, put.json()["naam"]) == (200, "Helmond")
        told = (await api.get("/kringen")).json()
        assert (told["magWijzigen"], len(told["namen"])) == (True, 4)
        assert (await api.put("/kringen/Nergens", json=form)).status_code == 404
        assert (await api.put("/kringen/Helmond", json={**form, "scholen": ["Linde"]})).status_code == 400


async def test_what_the_rules_say_of_a_group_and_of_bijlagen_stands_in_the_form(
    system: Whole, iber: Person, iris: httpx.AsyncClient, address: str
) -> None:
    told = (await iris.get("/aanvraagtypen")).json()
    kinds = {(kind["niveau"], kind["titel"]): kind for kind in told["aanvraagtypes"]}
    group = next(kind for (niveau, _), kind in kinds.items() if niveau == "groep")
    assert told["onbekendeTitel"] == "aanvaarden"
    assert group["groepsnaam"].startswith("Klasnaam + schoolnaam")
    whens = {bijlage["wanneer"] for bijlage in kinds["leerling", "JK onderwijsadvies"]["bijlagen"]}
    assert whens == {"", "voor de school van voorkeur"}
    async with browser(system.gateway, address) as school:
        await log_in(school, iber, code=iber.code(1))
        page = (await school.get("/hulpvragen/nieuw", params={"soort": f"groep:{group['titel']}"})).text
        jk = (await school.get("/hulpvragen/nieuw", params={"soort": "leerling:JK onderwijsadvies"})).text
    assert "Klasnaam + schoolnaam" in page
    assert "(voor de school van voorkeur)" in jk
