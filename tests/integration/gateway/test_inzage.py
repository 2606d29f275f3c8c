"""A parent's copy of one hulpvraag: everything of it in one ZIP, nothing of another child, no private notes."""

import io
import json
import zipfile
from itertools import count

import httpx

from support.portal import browser, log_in, make_person, submitted, taken_up
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
