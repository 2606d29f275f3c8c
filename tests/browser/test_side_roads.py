"""Pages beside the main road: what went wrong, what takes long, what only some people see. All are judged like the rest."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from intake.organisations import load
from schakel_local.clamav import eicar
from shared import clock
from support.intake import HELMOND, leerling
from support.intake import World as Entrance
from support.oso import dossier
from support.ososlot import ours, sent
from support.portal import Person, log_in_to_api, make_iber, make_person, program, submitted
from support.sandbox import Sandbox, eventually
from support.served import served
from support.wcag import Judge, Sight
from support.whole import Servers, Whole

pytestmark = pytest.mark.in_turn(of=4)

Visit = Callable[..., Awaitable[Any]]
MB = 1024 * 1024
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n"
END = b"\ntrailer<<>>\n%%EOF\n"


async def submit(system: Whole, person: Person, **own: object) -> int:
    """Submit a hulpvraag through the API; return its dossiernummer."""
    async with program(system.gateway, f"2001:db8::{clock.new_id().hex[-4:]}") as api:
        return await submitted(await log_in_to_api(api, person), **own)


async def test_a_page_that_is_not_there_says_what_to_do(visit: Visit, iber: Person) -> None:
    iris = await visit(iber)
    await iris.log_in()
    await iris.page.goto(f"{iris.origin}/hulpvragen/999999999")
    await expect(iris.page.locator("h1")).to_have_text("Niet gevonden")
    await expect(iris.page.get_by_role("button", name="Uitloggen")).to_be_visible()


async def test_who_guesses_is_told_how_long_to_wait(system: Whole, visit: Visit, iber: Person) -> None:
    async with program(system.gateway, f"2001:db8::{clock.new_id().hex[-4:]}") as guesser:
        for _ in range(4):
            await guesser.post("/sessies", json=iber.form(wachtwoord="mis mis mis"))
    iris = await visit(iber)
    for text in ("klopt niet", "Wacht een minuut en probeer het dan opnieuw"):
        await iris.page.goto(f"{iris.origin}/inloggen")
        for name, value in iber.form(wachtwoord="mis mis mis").items():
            await iris.page.fill(f"#{name}", value)
        await iris.page.get_by_role("button", name="Inloggen").click()
        await expect(iris.page.locator('[role="alert"]')).to_contain_text(text)


async def test_an_account_without_a_known_role_gets_a_clear_page(system: Whole, visit: Visit) -> None:
    nobody = await visit(await make_person(system.gateway.database, f"sam-{clock.new_id().hex[-6:]}", rollen=("schoonmaak",)))
    await nobody.log_in()
    await expect(nobody.page.locator("h1")).to_have_text("U heeft hier geen rechten voor")
    await expect(nobody.page.locator("main")).to_contain_text("administratie van uw samenwerkingsverband")


async def test_a_service_that_is_away_gets_a_clear_page(system: Whole, visit: Visit, iber: Person) -> None:
    iris = await visit(iber)
    await iris.log_in()
    with system.away("notify"):
        await iris.page.get_by_role("link", name="Mijn mails").click()
        await expect(iris.page.locator("main")).to_contain_text("De mails zijn nu even niet bereikbaar")
    await iris.page.reload()
    await expect(iris.page.locator("h1")).to_have_text("Mijn mails")


async def test_an_upload_shows_how_far_it_is(system: Whole, visit: Visit, iber: Person) -> None:
    number = await submit(system, iber)
    iris = await visit(await _again(system))
    await iris.log_in()
    page = iris.page
    await page.goto(f"{iris.origin}/hulpvragen/{number}")
    slow = await page.context.new_cdp_session(page)
    await slow.send("Network.enable")
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": MB}
    await slow.send("Network.emulateNetworkConditions", limits)
    big = PDF + b"% verzonnen regel\n" * (3 * MB // 18) + END
    await page.set_input_files("#bestand", [{"name": "groot.pdf", "mimeType": "application/pdf", "buffer": big}])
    await page.get_by_role("button", name="Toevoegen").click()
    await expect(page.locator("[data-voortgang-tekst]")).to_have_text(re.compile(r"^[1-9]\d?% verstuurd$"))
    done = await page.evaluate("document.querySelector('#voortgang').value / document.querySelector('#voortgang').max")
    assert 0 < done < 1
    await expect(page.locator('#bijlagen [role="status"]')).to_contain_text("De bijlagen zijn toegevoegd")
    await expect(page.get_by_role("link", name="groot.pdf")).to_be_visible(timeout=15_000)


@pytest.mark.parametrize("script", [True, False])
async def test_a_file_that_is_not_right_is_named_with_the_reason(
    system: Whole, visit: Visit, iber: Person, *, script: bool
) -> None:
    number = await submit(system, iber)
    iris = await visit(await _again(system), script=script)
    await iris.log_in()
    page = iris.page
    await page.goto(f"{iris.origin}/hulpvragen/{number}")
    await page.get_by_role("button", name="Toevoegen").click()
    await expect(page.locator("#bestand-fout")).to_have_text("Kies een bestand.")
    await expect(page.locator("#bestand-fout")).to_be_focused()
    await page.set_input_files("#bestand", [{"name": "spel.exe", "mimeType": "application/pdf", "buffer": PDF + END}])
    await page.get_by_role("button", name="Toevoegen").click()
    await expect(page.locator("#bestand-fout")).to_contain_text("spel.exe")
    await page.set_input_files("#bestand", [{"name": "ziek.txt", "mimeType": "text/plain", "buffer": eicar()}])
    await page.get_by_role("button", name="Toevoegen").click()
    await expect(page.locator("main")).to_contain_text("De bijlagen zijn toegevoegd")

    async def refused() -> bool:
        if not script:
            await page.reload()
        return "De virusscanner vond een virus in dit bestand." in await page.locator("#bijlagenlijst").inner_text()

    await eventually(refused, within=15, every=0.5)


async def test_an_unknown_title_is_sorted(system: Whole, visit: Visit, iber: Person, administratie: Person) -> None:
    number = await submit(system, iber, aanvraagtype="Advies en korte hulp")
    anne = await visit(administratie)
    await anne.log_in()
    await anne.page.goto(f"{anne.origin}/hulpvragen/{number}")
    await anne.page.get_by_role("link", name="Aanvraagtype kiezen").click()
    await anne.page.get_by_role("button", name="Opslaan").click()
    await expect(anne.page.locator('[role="alert"]')).to_be_focused()
    await anne.page.select_option("#aanvraagtype", "A&K")
    await anne.page.get_by_role("button", name="Opslaan").click()
    await expect(anne.page.locator('[role="status"]')).to_have_text("De hulpvraag heeft nu een aanvraagtype.")


async def test_the_administration_sets_postbussen_and_mandates_and_others_look(
    system: Whole, visit: Visit, administratie: Person
) -> None:
    anne = await visit(administratie)
    sanne = await visit(await make_person(system.gateway.database, f"sanne-{clock.new_id().hex[-6:]}", rollen=("SCP",)))
    await anne.log_in()
    await anne.page.get_by_role("link", name="Postbussen").click()
    await anne.page.get_by_label("SCP").fill("scp@stroomland")
    await anne.page.evaluate("document.querySelector('main form').noValidate = true")
    await anne.page.get_by_role("button", name="Opslaan").click()
    await expect(anne.page.locator('[role="alert"]')).to_be_focused()
    await anne.page.get_by_label("SCP").fill("scp@stroomland.example")
    await anne.page.get_by_role("button", name="Opslaan").click()
    await expect(anne.page.locator('[role="status"]')).to_have_text("De adressen zijn opgeslagen.")
    await anne.page.get_by_role("link", name="Mandaten").click()
    await anne.page.locator('main a[href="/mandaten/99XB00"]').click()
    await anne.page.get_by_role("button", name="Vastleggen").click()
    await expect(anne.page.locator('[role="alert"]')).to_be_focused()
    await anne.page.fill("#van", clock.today().isoformat())
    await anne.page.get_by_role("button", name="Vastleggen").click()
    await expect(anne.page.locator("main")).to_contain_text("Er is een geldig mandaat")
    await sanne.log_in()
    await sanne.page.get_by_role("link", name="Postbussen").click()
    await expect(sanne.page.locator("main")).to_contain_text("scp@stroomland.example")
    await expect(sanne.page.get_by_role("button", name="Opslaan")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False])
async def test_what_stands_around_a_hulpvraag_is_kept_and_found_again(
    system: Whole, visit: Visit, iber: Person, administratie: Person, *, script: bool
) -> None:
    number = await submit(system, iber, aanvraagtype="TLV")
    label = f"MDO {number}"
    anne = await visit(administratie, script=script)
    await anne.log_in()
    page = anne.page
    await page.goto(f"{anne.origin}/hulpvragen/{number}")
    await expect(page.get_by_role("region", name="Let op")).to_contain_text("Nog niet gevonden bij de bijlagen")
    await expect(page.get_by_role("region", name="Termijnen")).to_contain_text("beslistermijn")
    await page.get_by_role("link", name="Coördinator kiezen").click()
    await page.get_by_label("Naam").fill("Cor Bedacht")
    await page.get_by_role("button", name="Opslaan").click()
    await expect(page.locator('[role="alert"]')).to_be_focused()
    await page.get_by_label("E-mailadres").fill("cor@stroomland.example")
    await page.get_by_role("button", name="Opslaan").click()
    await expect(page.locator('[role="status"]')).to_have_text("De coördinator is gewijzigd.")
    await page.get_by_role("link", name="Labels wijzigen").click()
    await page.get_by_label("Labels").fill(f"Spoed\n{label}")
    await page.get_by_role("button", name="Opslaan").click()
    await page.get_by_label("Nieuwe notitie").fill("Vrijdag bellen met de school.")
    await page.get_by_role("button", name="Notitie opslaan").click()
    await page.get_by_role("link", name="Wijzigen of wissen").click()
    await page.get_by_label("Notitie").fill("Gebeld.")
    await page.get_by_role("button", name="Opslaan").click()
    await expect(page.get_by_role("region", name="Mijn notities")).to_contain_text("Gebeld.")

    ilse = await visit(await _again(system), script=script)
    await ilse.log_in()
    await ilse.page.get_by_text("Meer zoekmogelijkheden").click()
    await ilse.page.get_by_label("Label").fill(label)
    await ilse.page.get_by_role("button", name="Zoeken").click()
    row = ilse.page.locator("#resultaten tbody tr")
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text("Coördinator: Cor Bedacht")
    await row.get_by_role("link").click()
    await expect(ilse.page.get_by_role("region", name="Labels")).to_contain_text(label)
    await expect(ilse.page.get_by_role("link", name="Coördinator wijzigen")).to_have_count(0)
    await expect(ilse.page.locator("main")).not_to_contain_text("Gebeld.")

    await page.get_by_role("link", name="Wijzigen of wissen").click()
    await page.get_by_role("button", name="Wissen").click()
    await expect(page.locator('[role="status"]')).to_have_text("Uw notitie is gewist.")
    await expect(page.locator("main")).not_to_contain_text("Gebeld.")


async def test_scholenkringen_are_set_up(system: Whole, visit: Visit) -> None:
    async with system.services["intake"].database.transaction() as tx:
        await load(tx, HELMOND)
    name = f"saar-{clock.new_id().hex[-6:]}"
    setter = await make_person(
        system.gateway.database, name, organisatie="PO3008", swv="PO3008", rollen=("secretariaat",), naam="Saar Bedacht"
    )
    saar = await visit(setter)
    await saar.log_in()
    page = saar.page
    await page.get_by_role("link", name="Postbussen").click()
    await page.get_by_role("link", name="Scholenkringen").click()
    await page.get_by_role("link", name="Instellen Helmond").click()
    await page.get_by_role("button", name="Opslaan").click()
    await expect(page.locator('[role="alert"]')).to_be_focused()
    await page.get_by_label("Naam van de coördinator").fill("Cor Bedacht")
    await page.get_by_label("E-mailadres van de coördinator").fill("cor@kring.example")
    await page.get_by_label("De Bedachte Peel").check()
    await page.get_by_role("button", name="Opslaan").click()
    await expect(page.locator('[role="status"]')).to_have_text("De scholenkring is opgeslagen.")
    await expect(page.locator("main")).to_contain_text("Cor Bedacht, cor@kring.example")


async def test_without_a_scanner_every_page_says_so(sandbox: Sandbox, servers: Servers, visit: Visit, judge: Judge) -> None:
    async with served(sandbox, servers, scanner="none") as system:
        anne = await visit(await make_person(system.gateway.database, "anne"), at=system)

        async def is_told() -> bool:
            await anne.page.goto(f"{anne.origin}/inloggen")
            return "niet gecontroleerd op virussen" in await anne.page.locator("main").inner_text()

        await eventually(is_told, every=0.5)
        await anne.log_in()
        for path in ("/hulpvragen", "/mails", "/postbussen", "/bestaat-niet"):
            await anne.page.goto(f"{anne.origin}{path}")
            await expect(anne.page.locator("main")).to_contain_text("Bijlagen worden niet gecontroleerd op virussen.")
        assert await anne.leave(judge) == []


async def test_the_judge_sees_what_is_wrong(system: Whole, chromium: Browser) -> None:
    judge = await Judge.open(chromium)
    wide = '<p style="width:400px">y</p>'
    bad = f'<html><head><title>x</title></head><body><main><h1>x</h1><img src="/x.png">{wide}</main></body></html>'
    found = " ".join(await judge.judge(Sight(f"{system.gateway.http.state.origin}/mails", "load", bad)))
    for fault in ("mails (load): image-alt", "html-has-lang", "pixels too wide at 320"):
        assert fault in found


async def _again(system: Whole) -> Person:
    """Another IB'er of the same school: the first one's code was used to submit."""
    return await make_iber(system.gateway.database, f"ilse-{clock.new_id().hex[-6:]}")


async def test_who_saw_a_hulpvraag_is_a_page(system: Whole, visit: Visit, iber: Person) -> None:
    number = await submit(system, iber)
    anne = await visit(await make_person(system.gateway.database, f"anne-{clock.new_id().hex[-6:]}", rollen=("administratie",)))
    await anne.log_in()
    await anne.page.goto(f"{anne.origin}/hulpvragen/{number}")
    await anne.page.get_by_role("link", name="Wie deze hulpvraag zag").click()
    await expect(anne.page.locator("h1")).to_have_text("Wie deze hulpvraag zag")
    await expect(anne.page.locator("table")).to_contain_text("hulpvraag bekeken")


async def test_an_oso_dossier_unfolds_block_by_block_on_the_page_of_its_hulpvraag(
    system: Whole, visit: Visit, iber: Person
) -> None:
    entrance, pupil = Entrance(system.box), leerling()
    await entrance.add("oso-browser", ("99XA00",))
    await entrance.served("oso-browser")
    number, _ = await sent(system, await entrance.lvs("oso-browser"), ours(dossier(), pupil, brin="99XA").bytes(), pupil)
    iris = await visit(iber)
    await iris.log_in()
    await iris.page.goto(f"{iris.origin}/hulpvragen/{number}")
    section = iris.page.get_by_role("region", name="Dossier van school (OSO)")
    await expect(section.get_by_text("Verzinsel").first).to_be_hidden()
    await section.get_by_text("Leerling", exact=True).click()
    await expect(section.get_by_text("Verzinsel").first).to_be_visible()
    await entrance.close()


async def test_what_changed_and_who_may_be_one_pupil_is_seen_and_decided(
    system: Whole, visit: Visit, iber: Person, administratie: Person
) -> None:
    letters = clock.new_id().hex.translate(str.maketrans("0123456789", "ghijklmnop"))
    zeno = leerling(roepnaam="Zeno", voorvoegsel="", achternaam=f"B{letters}")
    await submit(system, iber, leerling=zeno)
    number = await submit(system, await _again(system), leerling={**zeno, "geboortedatum": "2016-05-14"})
    await submit(system, await _again(system), leerling={**zeno, "leerlingid": f"L-{letters}", "geboortedatum": "2016-05-14"})
    anne = await visit(administratie)
    await anne.log_in()
    page = anne.page
    await page.goto(f"{anne.origin}/hulpvragen/{number}")
    await page.get_by_role("link", name="Bekijk wat er veranderde").click()
    await expect(page.get_by_role("row", name="Geboortedatum")).to_contain_text("14 mei 2016")
    await page.get_by_role("button", name="Ik heb dit gezien").click()
    await expect(page.locator('[role="status"]')).to_contain_text("U heeft de gewijzigde gegevens gezien")
    await page.get_by_role("link", name="Mogelijk dezelfde leerling").click()
    mine = page.get_by_role("region", name=f"L-{letters}")
    await mine.get_by_role("button", name="Dezelfde leerling").click()
    await expect(page.locator('[role="status"]')).to_have_text("De dossiers zijn gekoppeld.")
    await page.goto(f"{anne.origin}/hulpvragen/{number}/dossier")
    await expect(page.get_by_role("region", name="Hulpvragen in dit dossier")).to_contain_text(
        "gekoppeld aan een ander dossier"
    )
    await page.goto(f"{anne.origin}/gelijkenissen")
    await mine.get_by_role("button", name="Terugdraaien").click()
    await expect(page.locator('[role="status"]')).to_contain_text("teruggedraaid")
    await mine.get_by_role("button", name="Een andere leerling").click()
    await expect(page.locator('[role="status"]')).to_contain_text("blijven apart")
    for rules in ("let=mobiel-nummer&let=leerlingnaam-in-omschrijving", ""):
        await page.goto(f"{anne.origin}/hulpvragen/verzonden?dossiernummer={number}&{rules}")
    await expect(page.locator("h1")).to_have_text("Uw hulpvraag is verstuurd")
