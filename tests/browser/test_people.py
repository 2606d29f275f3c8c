"""Coming in by invitation and getting back in, in a browser; with and without a script the pages are the same."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from playwright.async_api import Page, expect

from shared import clock
from support.documents import PDF
from support.mailbox import Mailbox
from support.portal import PASSWORD, Person, log_in_to_api, make_iber, make_person, program, submitted
from support.whole import Whole

pytestmark = pytest.mark.in_turn(of=4)

Visit = Callable[..., Awaitable[Any]]
NEW = "vier woorden zonder enig verband"


async def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        await page.fill(f"#{name}", value)


async def test_from_invitation_to_one_s_own_account_and_back_in_after_losing_the_telephone(system: Whole, visit: Visit) -> None:
    manager = await make_person(system.gateway.database, f"bas-{clock.new_id().hex[-6:]}", rollen=("applicatiebeheerder",))
    bas = await visit(manager)
    await bas.log_in()
    name = f"nina-{clock.new_id().hex[-6:]}"
    await bas.page.goto(f"{bas.origin}/accounts")
    await bas.page.get_by_role("link", name="Iemand uitnodigen").click()
    await bas.page.get_by_role("button", name="Uitnodigen").click()
    await expect(bas.page.get_by_role("alert")).to_contain_text("Er klopt nog iets niet")
    await bas.page.select_option("#soort", "school")
    await fill(bas.page, organisatie="99XA00", gebruikersnaam=name, naam="Nina Nieuw", email=f"{name}@linde.example")
    await bas.page.get_by_label("IB'er").first.check()
    await bas.page.get_by_role("button", name="Uitnodigen").click()
    await expect(bas.page.get_by_role("status")).to_contain_text("De uitnodiging is onderweg.")

    mailbox = Mailbox(system.servers.sink, f"{name}@linde.example")
    nina = await visit(Person("99XA00", name, ""), script=False)
    page = nina.page
    await page.goto(nina.origin + await mailbox.link("Uw account voor Schakel"))
    assert page.url == f"{nina.origin}/koppeling", "the token stands in no address"
    secret = (await page.locator(".schakel-sleutel").inner_text()).replace(" ", "")
    await fill(page, wachtwoord="wachtwoord1234", code="000000")
    await page.get_by_role("button", name="Opslaan").click()
    await expect(page.get_by_role("alert")).to_contain_text("te makkelijk te raden")
    await fill(page, wachtwoord=NEW, code=pyotp.TOTP(secret).at(clock.now()))
    await page.get_by_role("button", name="Opslaan").click()
    await expect(page.locator("h1")).to_have_text("Bewaar uw herstelcodes")
    code = await page.locator(".schakel-codes code").first.inner_text()
    await page.get_by_role("link", name="Naar inloggen").click()
    await fill(page, organisatie="99XA00", gebruikersnaam=name, wachtwoord=NEW, code=code)
    await page.get_by_role("button", name="Inloggen").click()
    await page.get_by_role("link", name="Nina Nieuw").click()
    await expect(page.locator("main")).to_contain_text("U heeft nog 9 herstelcodes")
    await page.get_by_role("button", name="Uitloggen").click()

    await page.get_by_role("link", name="Wachtwoord vergeten?").click()
    await fill(page, organisatie="99XA00", gebruikersnaam=name)
    await page.get_by_role("button", name="Mail mij een link").click()
    await expect(page.get_by_role("status")).to_contain_text("De link daarin werkt tien minuten")
    await page.goto(nina.origin + await mailbox.link("Kies een nieuw wachtwoord"))
    await expect(page.locator("h1")).to_have_text("Nieuw wachtwoord kiezen")

    await page.goto(f"{nina.origin}/telefoon-kwijt")
    await fill(page, organisatie="99XA00", gebruikersnaam=name, wachtwoord=NEW)
    await page.get_by_role("button", name="Nieuwe code-app aanvragen").click()
    await expect(page.get_by_role("status")).to_contain_text("Bel uw samenwerkingsverband")
    await bas.page.goto(f"{bas.origin}/accounts?zoek={name}")
    await expect(bas.page.locator("main")).to_contain_text("vraagt nieuwe code-app")
    await bas.page.get_by_role("link", name="Nina Nieuw").click()
    await bas.page.get_by_role("button", name="Goedvinden en link mailen").click()
    await expect(bas.page.get_by_role("status")).to_contain_text("onderweg")
    await page.goto(nina.origin + await mailbox.link("Stel uw code-app"))
    await expect(page.locator("h1")).to_have_text("Code-app instellen")


async def test_someone_who_is_let_in_to_one_hulpvraag(system: Whole, visit: Visit, iber: Person) -> None:
    async with program(system.gateway, f"2001:db8::{clock.new_id().hex[-4:]}") as api:
        number = await submitted(await log_in_to_api(api, iber))
    els = await make_person(
        system.gateway.database, f"els-{clock.new_id().hex[-6:]}", soort="extern", rollen=(), naam="Els Buiten"
    )
    iris = await visit(await make_iber(system.gateway.database, f"iris-{clock.new_id().hex[-6:]}"))
    await iris.log_in()
    page = iris.page
    await page.goto(f"{iris.origin}/hulpvragen/{number}")
    await page.get_by_role("link", name="Anderen laten meekijken").click()
    await page.get_by_role("button", name="Toegang geven").click()
    await expect(page.get_by_role("alert")).to_contain_text("Er klopt nog iets niet")
    await page.select_option("#soort", "extern")
    await fill(page, naam="Els Buiten", email=f"{els.gebruikersnaam}@stroomland.example", reden="onderzoek")
    await fill(page, totEnMet=(clock.today() + timedelta(days=20)).isoformat())
    await page.get_by_role("button", name="Toegang geven").click()
    await expect(page.get_by_role("status")).to_contain_text("De hulpvraag is opengezet")

    guest = await visit(els, script=False)
    await guest.log_in()
    await expect(guest.page.locator("h1")).to_have_text("Met mij gedeeld")
    await guest.page.get_by_role("link", name=str(number)).click()
    await expect(guest.page.locator("main")).to_contain_text("U kijkt mee met deze hulpvraag tot en met")

    await page.get_by_role("button", name="Intrekken").click()
    await expect(page.get_by_role("status")).to_contain_text("De toegang is ingetrokken")
    await guest.page.reload()
    await expect(guest.page.locator("h1")).to_have_text("Niet gevonden")
    await guest.page.goto(f"{guest.origin}/gedeeld")
    await expect(guest.page.locator("main")).to_contain_text("Er is nu niets met u gedeeld")


async def test_a_token_for_a_program_is_made_shown_once_and_withdrawn(system: Whole, visit: Visit) -> None:
    person = await make_person(system.gateway.database, f"anne-{clock.new_id().hex[-6:]}", naam="Anne Token")
    anne = await visit(person, script=False)
    await anne.log_in()
    page = anne.page
    await page.get_by_role("link", name="Anne Token").click()
    await page.get_by_role("link", name="Uw tokens bekijken, maken en intrekken").click()
    await page.get_by_role("button", name="Token maken").click()
    await expect(page.get_by_role("alert")).to_contain_text("Er klopt nog iets niet")
    await fill(
        page, naam="LAS", totEnMet=(clock.today() + timedelta(days=20)).isoformat(), huidig=PASSWORD, code=person.code(1)
    )
    await page.get_by_label("hulpvragen:lezen").check()
    await page.get_by_role("button", name="Token maken").click()
    await expect(page.locator("h1")).to_have_text("Bewaar uw token")
    await expect(page.locator(".schakel-sleutel")).to_contain_text("schakel_")
    await page.get_by_role("link", name="Terug naar uw tokens").click()
    await expect(page.locator("main")).to_contain_text("nog niet")

    manager = await make_person(system.gateway.database, f"bas-{clock.new_id().hex[-6:]}", rollen=("applicatiebeheerder",))
    bas = await visit(manager)
    await bas.log_in()
    await bas.page.goto(f"{bas.origin}/accounts?zoek={person.gebruikersnaam}")
    await bas.page.get_by_role("link", name="Anne Token").click()
    await expect(bas.page.locator("main")).to_contain_text("Tokens voor programma's")
    await bas.page.get_by_role("button", name="Intrekken").click()
    await expect(bas.page.get_by_role("status")).to_contain_text("Het token is ingetrokken")
    await page.reload()
    await expect(page.locator("main")).to_contain_text("U heeft nu geen tokens.")


async def test_the_work_of_who_leaves_goes_over_and_comes_back(system: Whole, visit: Visit, iber: Person) -> None:
    tail = clock.new_id().hex[-6:]
    van, naar = f"iris-{tail}@linde.example", f"nina-{tail}@linde.example"
    contact = {"naam": "Iris Bedacht", "email": van, "telefoon": "0612345678"}
    async with program(system.gateway, f"2001:db8::{clock.new_id().hex[-4:]}") as api:
        number = await submitted(await log_in_to_api(api, iber), contactpersoon=contact)
    manager = await make_person(system.gateway.database, f"bas-{tail}-o", rollen=("applicatiebeheerder",))
    bas = await visit(manager)
    await bas.log_in()
    page = bas.page
    await page.get_by_role("link", name="Overdrachten").click()
    await page.get_by_role("link", name="Werk overdragen").click()
    await page.get_by_role("button", name="Bekijk wat er overgaat").click()
    await expect(page.get_by_role("alert")).to_contain_text("Er klopt nog iets niet")
    await page.select_option("#soort", "school")
    await page.select_option("#school", "99XA00")
    for name, value in {"van": van, "naar.naam": "Nina Nieuw", "naar.email": naar, "naar.functie": "IB'er"}.items():
        await page.fill(f'[id="{name}"]', value)
    await page.get_by_role("button", name="Bekijk wat er overgaat").click()
    await expect(page.locator("h1")).to_have_text("Wat er overgaat")
    await expect(page.get_by_role("link", name=str(number))).to_be_visible()
    await page.get_by_role("button", name="Nu overdragen").click()
    await expect(page.get_by_role("status")).to_contain_text("Het werk is overgedragen")
    await page.get_by_role("link", name=f"hulpvraag {number}").click()
    await expect(page.locator("main")).to_contain_text("Nina Nieuw, IB'er")
    await page.get_by_role("link", name="Contactpersoon of telefoonnummer klopt niet meer").click()
    await page.select_option("#school", "99XA00")
    await fill(page, email=naar, telefoon="000-7654321")
    await page.get_by_role("button", name="Nummer opslaan").click()
    await expect(page.get_by_role("status")).to_contain_text("Het telefoonnummer is opgeslagen")
    await page.get_by_role("link", name="Nina Nieuw").first.click()
    await page.get_by_role("button", name="Overdracht ongedaan maken").click()
    await expect(page.get_by_role("status")).to_contain_text("De overdracht is ongedaan gemaakt")
    await expect(page.locator("main")).to_contain_text("teruggezet")
    school = await visit(await make_iber(system.gateway.database, f"iris-{tail}-o"), script=False)
    await school.log_in()
    await school.page.goto(f"{school.origin}/contactnummer")
    await expect(school.page.locator("h1")).to_have_text("Mijn telefoonnummer bij hulpvragen")


async def test_an_overlegronde_from_start_to_close(system: Whole, visit: Visit, iber: Person) -> None:
    async with program(system.gateway, f"2001:db8::{clock.new_id().hex[-4:]}") as api:
        number = await submitted(await log_in_to_api(api, iber))
    els = await make_person(
        system.gateway.database, f"els-{clock.new_id().hex[-6:]}", soort="extern", rollen=(), naam="Els Buiten"
    )
    iris = await visit(await make_iber(system.gateway.database, f"iris-{clock.new_id().hex[-6:]}"))
    await iris.log_in()
    page = iris.page
    await page.goto(f"{iris.origin}/hulpvragen/{number}")
    await page.get_by_role("link", name="Overlegronde beginnen").click()
    await page.get_by_role("button", name="Overlegronde beginnen").click()
    await expect(page.get_by_role("alert")).to_contain_text("Er klopt nog iets niet")
    await fill(page, onderwerp="MDO", deadline=(clock.today() + timedelta(days=14)).isoformat())
    await page.get_by_label("Ik doe zelf mee").check()
    await page.get_by_label("Besloten reacties").check()
    await page.get_by_role("button", name="Overlegronde beginnen").click()
    await expect(page.get_by_role("status")).to_contain_text("Nodig nu de deelnemers uit")
    await page.get_by_role("button", name="Uitnodigen").click()
    await expect(page.get_by_role("alert")).to_contain_text("Er klopt nog iets niet")
    await page.select_option("#soort", "extern")
    await fill(page, naam="Els Buiten", email=f"{els.gebruikersnaam}@stroomland.example")
    await page.get_by_role("button", name="Uitnodigen").click()
    await expect(page.get_by_role("status")).to_contain_text("De deelnemer is uitgenodigd")

    guest = await visit(els, script=False)
    await guest.log_in()
    await guest.page.get_by_role("link", name="MDO").click()
    await fill(guest.page, tekst="Ik zie vooruitgang.")
    await guest.page.get_by_role("button", name="Reageren").click()
    await expect(guest.page.get_by_role("status")).to_contain_text("Uw reactie is geplaatst")
    await guest.page.get_by_role("link", name="Bestand toevoegen").click()
    await guest.page.get_by_role("button", name="Toevoegen").click()
    await expect(guest.page.get_by_role("alert")).to_contain_text("Kies een bestand")
    await guest.page.set_input_files("#bestand", {"name": "verslag.pdf", "mimeType": "application/pdf", "buffer": PDF})
    await guest.page.get_by_role("button", name="Toevoegen").click()
    await expect(guest.page.get_by_role("status")).to_contain_text("Het bestand wordt gecontroleerd")
    await guest.page.get_by_label("Mail mij").uncheck()
    await guest.page.get_by_role("button", name="Keuze opslaan").click()
    await expect(guest.page.get_by_label("Mail mij")).not_to_be_checked()

    await page.reload()
    await expect(page.locator("main")).to_contain_text("Ik zie vooruitgang.")
    await page.get_by_role("button", name="Nu sluiten").click()
    await expect(page.get_by_role("status")).to_contain_text("De overlegronde is gesloten")
    await guest.page.reload()
    await expect(guest.page.locator("h1")).to_have_text("Niet gevonden")


async def test_the_agreements_of_boards_are_noted_on_a_plain_page(system: Whole, visit: Visit) -> None:
    manager = await make_person(system.gateway.database, f"bas-{clock.new_id().hex[-6:]}", rollen=("applicatiebeheerder",))
    bas = await visit(manager, script=False)
    await bas.log_in()
    await bas.page.goto(f"{bas.origin}/overeenkomsten")
    await bas.page.locator("tbody a").first.click()
    await bas.page.get_by_role("button", name="Vastleggen").click()
    await expect(bas.page.get_by_role("alert")).to_contain_text("Er klopt nog iets niet")
    await fill(bas.page, van=clock.today().isoformat())
    await bas.page.get_by_role("button", name="Vastleggen").click()
    await expect(bas.page.get_by_role("status")).to_contain_text("De overeenkomst is vastgelegd.")
    await expect(bas.page.locator("tbody")).to_contain_text("geldig")


async def test_a_school_is_added_found_and_ended(system: Whole, visit: Visit) -> None:
    bas = await visit(
        await make_person(system.gateway.database, f"bas-{clock.new_id().hex[-6:]}", rollen=("applicatiebeheerder",))
    )
    await bas.log_in()
    page = bas.page
    await page.get_by_role("link", name="Organisaties").click()
    await page.get_by_role("link", name="Organisatie toevoegen").click()
    await page.select_option("#soort", "school")
    await fill(page, code="99X", naam="De Bedachte Vlier")
    await page.get_by_role("button", name="Toevoegen").click()
    await expect(page.get_by_role("alert")).to_contain_text("BRIN en vestiging")
    await fill(page, code="99XV00")
    await page.select_option("#bestuur", "70001")
    await page.get_by_role("button", name="Toevoegen").click()
    await expect(page.get_by_role("status")).to_contain_text("De organisatie is toegevoegd.")
    await fill(page, tot=(clock.today() + timedelta(days=30)).isoformat())
    await page.get_by_role("button", name="Opslaan").click()
    await expect(page.get_by_role("status")).to_contain_text("De gegevens zijn opgeslagen.")
    await page.get_by_role("link", name="Alle organisaties").click()
    await fill(page, zoek="vlier")
    await page.get_by_role("button", name="Zoeken").click()
    await expect(page.locator("main")).to_contain_text("tot en met")
    await page.get_by_role("link", name="De Bedachte Vlier").click()
    await page.get_by_role("link", name="Deze school laten verhuizen of fuseren").click()
    await page.get_by_role("button", name="Bekijken wat er gebeurt").click()
    await expect(page.get_by_role("alert")).to_contain_text("Er klopt nog iets niet")
    await page.select_option("#bestuur", "70002")
    await fill(page, per=(clock.today() + timedelta(days=7)).isoformat())
    await page.get_by_role("button", name="Bekijken wat er gebeurt").click()
    await expect(page.locator("main")).to_contain_text("0 lopende hulpvragen gaan mee")
    await page.get_by_role("button", name="Uitvoeren").click()
    await expect(page.get_by_role("status")).to_contain_text("De verhuizing is vastgelegd.")
    await page.get_by_role("button", name="Afzeggen").click()
    await expect(page.get_by_role("status")).to_contain_text("ongedaan gemaakt")


async def test_a_school_makes_a_verification_code_for_its_lvs_and_stops_it(system: Whole, visit: Visit, iber: Person) -> None:
    iris = await visit(iber)
    await iris.log_in()
    page = iris.page
    await page.get_by_role("link", name="Koppelingen").click()
    await page.get_by_role("button", name="Verificatiecode maken").click()
    await expect(page.locator('[role="alert"]')).to_be_focused()
    naam = f"Esis {clock.new_id().hex[-6:]}"
    await page.get_by_label("Waarvoor").fill(naam)
    await page.get_by_role("button", name="Verificatiecode maken").click()
    await expect(page.locator("h1")).to_have_text("Bewaar de verificatiecode")
    code = await page.locator("code.schakel-sleutel").inner_text()
    assert code.startswith("99XA00")
    await page.get_by_role("link", name="Terug naar de koppelingen").click()
    await expect(page.locator("main")).not_to_contain_text(code)
    await page.get_by_role("button", name=f"Stoppen van {naam}").click()
    await expect(page.locator('[role="status"]')).to_contain_text("De verificatiecode is gestopt.")
    row = page.locator("tbody tr").filter(has_text=naam)
    await expect(row).to_contain_text("gestopt")
    await expect(row.get_by_role("button")).to_have_count(0)
