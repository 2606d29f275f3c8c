"""What only PO2806 has, over HTTP: a status its SWV does not see, external TLV requests, money that waits (manual 002)."""

from datetime import date
from typing import Any

from shared import clock
from shared.tokens import Actor
from support.hulpvragen import BEUK, Client, Office, ib, staff

SWV = "PO2806"
YEAR = clock.today().year
TLV: dict[str, Any] = {
    "soort": "TLV",
    "toegekend": True,
    "categorie": "L",
    "begin": date(YEAR, 8, 1).isoformat(),
    "eind": date(YEAR + 1, 7, 31).isoformat(),
    "motivering": "Het advies van beide deskundigen.",
}
SCHOOL = ib(swv=SWV)
EXTERN = ib(BEUK, swv=SWV, rollen=("externe school/instelling",))
COORDINATOR = "coördinator Herstart/KANS"


def of(rol: str) -> Actor:
    return staff(rol, swv=SWV)


async def offered(client: Client, number: int) -> set[str]:
    return {step["status"] for step in (await client.detail(number))["volgendeStappen"]}


async def test_the_swv_does_not_see_a_voorlopige_aanmelding_until_the_school_sets_aanmelding(office: Office) -> None:
    """002:158, 264."""
    data = await office.opened("Ambulante begeleiding", swv=SWV)
    number, school = data.dossiernummer, office.client(SCHOOL)
    await school.to(number, "Voorlopige Aanmelding")
    for rol in ("SCP", "administratie", "TLV-administratie", "regiomanager"):
        assert (await office.client(of(rol)).get(f"/hulpvragen/{number}")).status_code == 404, rol
    assert await offered(office.client(of("applicatiebeheerder")), number) == set()
    assert await offered(school, number) == {"Aanmelding"}
    await school.to(number, "Aanmelding")
    assert (await office.client(of("SCP")).detail(number))["status"] == "Aanmelding"


async def test_an_external_tlv_goes_by_the_tlv_administratie_to_a_decision(office: Office) -> None:
    """002:124, 130, 160, 164, 176."""
    data = await office.opened("TLV SO", swv=SWV, school=BEUK)
    number, extern, tlv = data.dossiernummer, office.client(EXTERN), office.client(of("TLV-administratie"))
    assert await offered(extern, number) == {"Voorlopige aanmelding"}
    await tlv.to(number, "Dossier incompleet TLV-administratie", reden="Het OPP ontbreekt.")
    assert await offered(extern, number) == {"Aanmelding"}
    await extern.to(number, "Aanmelding")
    await tlv.to(number, "Doorzetten TLV-administratie")
    await tlv.to(number, "Dossier compleet TLV-administratie")
    undecided = await tlv.change(number, "TLV afgegeven")
    assert (undecided.status_code, undecided.json()["fouten"][0]["field"]) == (422, "besluit")
    assert (await office.client(of("SCP")).decide(number, **TLV)).status_code == 403
    made = await tlv.decide(number, **TLV)
    assert made.status_code == 201, made.text
    assert made.json()["nummer"].startswith(f"{SWV}-{YEAR}-")
    assert (await tlv.change(number, "Afgewezen TLV", reden="toch niet")).status_code == 422
    await tlv.to(number, "TLV afgegeven")
    assert (await extern.detail(number))["einde"]


async def test_kans_waits_for_a_place_and_comes_back_from_the_last_check_of_the_money(office: Office) -> None:
    """002:168-174, 182."""
    beheer, scp, coordinator = (office.client(of(rol)) for rol in ("applicatiebeheerder", "SCP", COORDINATOR))
    put = await beheer.call("PUT", "/postbussen/coördinator%20Herstart%2FKANS", json={"email": "kans@swv.example"})
    assert (put.status_code, put.json()) == (200, {"rol": COORDINATOR, "email": "kans@swv.example"})
    data = await office.opened("KANS", swv=SWV)
    number, money = data.dossiernummer, office.client(of("financieel medewerker"))
    await scp.to(number, f"Doorzetten {COORDINATOR}")
    told = (await office.told(data.hulpvraag))[-1]["data"]
    assert (COORDINATOR, "kans@swv.example") in [(mail["doelgroep"], mail["email"]) for mail in told["mails"]]
    assert "Dossier compleet SCP" not in await offered(scp, number)
    for status in (f"Dossier compleet {COORDINATOR}", f"Akkoord {COORDINATOR}", "Gearrangeerd KANS"):
        await coordinator.to(number, status)
    assert (await money.change(number, "Niet ontvankelijk financieën")).status_code == 422
    await money.to(number, "Niet ontvankelijk financiën", reden="Dit moet de regiomanager besluiten.")
    await money.to(number, f"Doorzetten {COORDINATOR}")
    for status in (f"Dossier compleet {COORDINATOR}", f"Akkoord {COORDINATOR}", "Gearrangeerd KANS"):
        await coordinator.to(number, status)
    await coordinator.to(number, f"In behandeling {COORDINATOR}")
    await coordinator.to(number, "Afgerond na aanpak")
