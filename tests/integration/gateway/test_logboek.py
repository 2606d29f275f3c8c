"""Who saw a hulpvraag, gathered from all services: for the people of the SWV, and as a list for a parent."""

import csv
import io

import httpx

from support.portal import Person, browser, log_in, make_iber, submitted
from support.whole import Whole


async def test_the_log_of_a_hulpvraag_says_who_what_and_why_over_all_services(
    system: Whole, iris: httpx.AsyncClient, iber: Person, administratie: Person, address: str
) -> None:
    number, other = await submitted(iris), await submitted(iris)
    anne = f"{administratie.gebruikersnaam.title()} Voorbeeld"
    async with browser(system.gateway, f"{address}7") as client:
        await log_in(client, administratie)
        assert (await client.get(f"/hulpvragen/{number}")).status_code == 200
        page = await client.get(f"/hulpvragen/{number}/logboek")
        assert page.status_code == 200, page.text
        for shown in (
            "Iris Bedacht",
            "hulpvraag ingediend",
            "hulpvraag bekeken",
            "medewerker van het samenwerkingsverband",
            "CT",
        ):
            assert shown in page.text
        answer = await client.get(f"/hulpvragen/{number}/logboek.csv")
        rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
        told = {(row["wie"], row["wat"], row["op grond van"].partition(" (")[0]) for row in rows}
        assert (anne, "lijst van bijlagen bekeken", "medewerker van het samenwerkingsverband") in told
        assert (anne, "logboek bekeken", "medewerker van het samenwerkingsverband") in told
        assert str(other) not in answer.text
        assert "Noor" not in answer.text


async def test_a_school_does_not_see_the_log_and_its_try_is_in_it(
    system: Whole, iris: httpx.AsyncClient, administratie: Person, address: str
) -> None:
    number = await submitted(iris)
    async with browser(system.gateway, f"{address}8") as school, browser(system.gateway, f"{address}9") as staff:
        await log_in(school, await make_iber(system.gateway.database, "iris-logboek"))
        assert "Wie deze hulpvraag zag" not in (await school.get(f"/hulpvragen/{number}")).text
        assert (await school.get(f"/hulpvragen/{number}/logboek")).status_code == 403
        assert (await school.get(f"/hulpvragen/{number}/logboek.csv")).status_code == 403
        await log_in(staff, administratie)
        assert "geweigerd: geen toegang" in (await staff.get(f"/hulpvragen/{number}/logboek")).text
