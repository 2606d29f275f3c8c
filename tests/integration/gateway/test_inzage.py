"""A parent's copy of one hulpvraag: everything of it in one ZIP, nothing of another child, no private notes."""

import io
import json
import zipfile
from itertools import count

import httpx

from support.intake import World as Entrance
from support.intake import hulpvraag
from support.portal import browser, log_in, make_person, submitted, taken_up
from support.sandbox import eventually
from support.whole import Whole

_numbers = count(1)


async def test_the_beheerder_makes_a_copy_with_everything_of_this_child_and_nothing_of_another(
    system: Whole, iris: httpx.AsyncClient, anne: httpx.AsyncClient, address: str
) -> None:
    number = await submitted(iris, aanvraagtype="TLV", omschrijving="Wij vragen een TLV voor dit kind.")
    await submitted(iris, omschrijving="Een heel ander kind.")
    await taken_up(iris, anne, number)
    await anne.post(f"/hulpvragen/{number}/notities", json={"tekst": "Niet vergeten te bellen."})
    beheerder = await make_person(system.gateway.database, f"bea-{next(_numbers)}", rollen=("applicatiebeheerder",))
    async with browser(system.gateway, f"{address}6") as bea:
        await log_in(bea, beheerder)
        assert "Kopie voor een ouder maken" in (await bea.get(f"/hulpvragen/{number}/logboek")).text
        answer = await bea.post(f"/hulpvragen/{number}/inzage")
        assert answer.status_code == 200, answer.text
        log = await bea.get(f"/hulpvragen/{number}/logboek")
        assert "kopie voor een ouder gemaakt" in log.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        content = json.loads(archive.read("inzage.json"))
        html = archive.read("leesmij.html").decode()
    assert names[:2] == ["leesmij.html", "inzage.json"]
    assert any(name.endswith("Formulier aanvraag toelaatbaarheidsverklaring.pdf") for name in names)
    assert content["hulpvraag"]["omschrijving"] == "Wij vragen een TLV voor dit kind."
    assert content["dossier"]["leerling"]
    for subject in ("verloop", "bijlagen", "mails", "logboek"):
        assert content[subject], subject
    everything = json.dumps(content, ensure_ascii=False) + html
    for left_out in ("Niet vergeten te bellen", "Een heel ander kind", "volgendeStappen", "magLabelen"):
        assert left_out not in everything
    assert "applicatiebeheerder" in json.dumps(content["logboek"])
    assert "Bea" not in json.dumps(content["logboek"]), "of employees the role, not the name"


async def test_nobody_else_makes_a_copy(system: Whole, iris: httpx.AsyncClient, address: str) -> None:
    number = await submitted(iris)
    staff = await make_person(system.gateway.database, f"anne-{next(_numbers)}-i", rollen=("administratie",))
    async with browser(system.gateway, f"{address}5") as client:
        await log_in(client, staff)
        assert "Kopie voor een ouder maken" not in (await client.get(f"/hulpvragen/{number}/logboek")).text
        assert (await client.post(f"/hulpvragen/{number}/inzage")).status_code == 403


async def test_what_a_school_changed_in_its_lvs_shows_by_name_on_the_page_and_whole_in_the_copy(
    system: Whole, address: str
) -> None:
    entrance = Entrance(system.box)
    await entrance.add("lvs-inzage", ("99XA00",))
    await entrance.served("lvs-inzage")
    lvs = await entrance.lvs("lvs-inzage")
    first = hulpvraag(omschrijving="Eerst stond hier dit.")
    number = (await lvs.answer_to(await lvs.send(first)))["dossiernummer"]
    renamed = {**first["leerling"], "roepnaam": "Nora"}
    await lvs.send({**first, "omschrijving": "Nu staat hier dat.", "leerling": renamed})
    beheerder = await make_person(system.gateway.database, f"bea-{next(_numbers)}-w", rollen=("applicatiebeheerder",))
    async with browser(system.gateway, f"{address}6") as bea:
        await log_in(bea, beheerder)

        async def shown() -> str | None:
            page = (await bea.get(f"/hulpvragen/{number}")).text
            return page if "De school wijzigde de omschrijving en de roepnaam." in page else None

        page = await eventually(shown, within=20)
        assert "Eerst stond hier dit" not in page
        answer = await bea.post(f"/hulpvragen/{number}/inzage")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        content = json.loads(archive.read("inzage.json"))
        html = archive.read("leesmij.html").decode()
    (earlier,), (changed,) = content["eerdereInhoud"], content["eerdereGegevens"]
    assert (earlier["versie"], earlier["omschrijving"], earlier["datum"]) == (1, "Eerst stond hier dit.", first["datum"])
    assert earlier["contactpersoon"]["email"] == first["contactpersoon"]["email"]
    assert changed["velden"] == [{"veld": "roepnaam", "oud": "Noor", "nieuw": "Nora"}]
    for text in ("Eerst stond hier dit.", "Nu staat hier dat."):
        assert text in html
    await entrance.close()
