"""The portal as people use it: an IB'er asks, the SWV answers."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import expect

from shared import clock
from support.portal import Person
from support.sandbox import eventually
from support.whole import Whole

Visit = Callable[..., Awaitable[Any]]
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

OUTLINE = """
(() => {
  const style = getComputedStyle(document.activeElement);
  return document.activeElement === document.body || parseFloat(style.outlineWidth) >= 2 ? style.outlineStyle + " " : "none";
})()
"""
"""How the focus is drawn on what has it; ``none`` when it cannot be seen."""


async def ask(visitor: Any, achternaam: str, soort: str = "TLV") -> int:
    """Submit a hulpvraag by hand; return its dossiernummer."""
    page = visitor.page
    await page.get_by_role("link", name="Nieuwe hulpvraag").click()
    await page.check(f'input[value="leerling:{soort}"]')
    await page.get_by_role("button", name="Verder").click()
    await page.fill('[id="leerling.roepnaam"]', "Noor")
    await page.fill('[id="leerling.achternaam"]', achternaam)
    await page.fill('[id="leerling.geboortedatum"]', "2016-05-04")
    await page.fill('[id="leerling.leerlingid"]', f"L-{achternaam}")
    await page.fill("#omschrijving", "Wij vragen een TLV aan voor het sbo.")
    await page.fill('[id="contactpersoon.functie"]', "intern begeleider")
    await page.get_by_role("button", name="Versturen").click()
    await expect(page.locator("h1")).to_have_text("Uw hulpvraag is verstuurd")
    return int(page.url.partition("dossiernummer=")[2])


async def test_from_question_to_decision(system: Whole, visit: Visit, iber: Person, administratie: Person) -> None:
    iris = await visit(iber)
    await iris.log_in()
    await expect(iris.page.locator("h1")).to_have_text("Hulpvragen")
    number = await ask(iris, "Voorbeeld")
    await system.status_is(number, "TLV Aanmelding")

    await iris.page.get_by_role("link", name="Naar alle hulpvragen").click()
    await iris.page.fill("#zoek", "voorbee")
    await expect(iris.page.locator("#resultaten tbody tr")).to_have_count(1)
    await iris.page.locator("#resultaten").get_by_role("link", name="Noor Voorbeeld").click()
    await expect(iris.page.locator("h1")).to_have_text("Noor Voorbeeld")

    anne = await visit(administratie)
    await anne.log_in()
    await anne.page.locator("#resultaten").get_by_role("link", name="Noor Voorbeeld").click()
    await anne.page.get_by_role("link", name="Status wijzigen").click()
    await anne.page.check('input[value="TLV aanvraag incompleet"]')
    await anne.page.get_by_role("button", name="Verder").click()
    await anne.page.get_by_role("button", name="Opslaan").click()
    await expect(anne.page.locator('[role="alert"]')).to_contain_text("Er klopt nog iets niet")
    await expect(anne.page.locator('[role="alert"]')).to_be_focused()
    await anne.page.fill("#reden", "Het aanvraagformulier ontbreekt.")
    await anne.page.get_by_role("button", name="Opslaan").click()
    await expect(anne.page.locator('[role="status"]')).to_have_text("De status is gewijzigd.")

    await iris.page.reload()
    await expect(iris.page.locator("main")).to_contain_text("Het aanvraagformulier ontbreekt.")
    await iris.page.set_input_files(
        "#bestand", [{"name": "Aanvraagformulier TLV.pdf", "mimeType": "application/pdf", "buffer": PDF}]
    )
    await iris.page.get_by_role("button", name="Toevoegen").click()
    await expect(iris.page.locator('#bijlagen [role="status"]')).to_contain_text("De bijlagen zijn toegevoegd")
    await expect(iris.page.locator("#bijlagenlijst a >> text=Aanvraagformulier TLV.pdf")).to_be_visible(timeout=15_000)
    async with iris.page.expect_download() as waiting:
        await iris.page.click("#bijlagenlijst a >> text=Aanvraagformulier TLV.pdf")
    download = await waiting.value
    assert download.suggested_filename == "Aanvraagformulier TLV.pdf"
    with open(await download.path(), "rb") as saved:  # noqa: ASYNC230, PTH123 - a file of a few bytes
        assert saved.read() == PDF
    await system.status_is(number, "TLV aanvraag aangevuld")

    await anne.page.reload()
    await anne.page.get_by_role("link", name="Status wijzigen").click()
    await anne.page.check('input[value="TLV aanvraag in behandeling"]')
    await anne.page.get_by_role("button", name="Verder").click()
    await anne.page.fill("#bespreekdatum", (clock.today() + timedelta(days=7)).isoformat())
    await anne.page.get_by_role("button", name="Opslaan").click()
    await expect(anne.page.locator("main")).to_contain_text("Wordt besproken op")
    await anne.page.get_by_role("link", name="Besluit vastleggen").click()
    await anne.page.select_option("#soort", "TLV")
    await anne.page.select_option("#uitkomst", "toegekend")
    await anne.page.select_option("#categorie", "M")
    await anne.page.fill("#begin", f"{clock.today().year + 1}-08-01")
    await anne.page.fill("#eind", f"{clock.today().year + 3}-07-30")
    await anne.page.fill("#motivering", "Noor heeft veel structuur nodig.")
    await anne.page.get_by_role("button", name="Besluit vastleggen").click()
    await expect(anne.page.locator('[role="alert"]')).to_contain_text("Een TLV eindigt altijd op 31 juli")
    await anne.page.fill("#eind", f"{clock.today().year + 3}-07-31")
    await anne.page.get_by_role("button", name="Besluit vastleggen").click()
    await expect(anne.page.locator("main")).to_contain_text("Het besluit is vastgelegd")
    await anne.page.get_by_role("link", name="Status wijzigen").click()
    await anne.page.check('input[value="TLV afgegeven"]')
    await anne.page.get_by_role("button", name="Verder").click()
    await anne.page.get_by_role("button", name="Opslaan").click()
    await expect(anne.page.locator("main")).to_contain_text("Deze hulpvraag is klaar")
    await system.status_is(number, "TLV afgegeven")

    letter = iris.page.get_by_role("link", name=".pdf").filter(has_text="TLV")

    async def there() -> bool:
        await iris.page.reload()
        return bool(await letter.count())

    await eventually(there, within=20, every=0.5)
    await expect(iris.page.locator("main")).to_contain_text("Registratie bij het register")
    await iris.page.get_by_role("link", name="Mijn mails").click()
    await expect(iris.page.locator("tbody tr")).not_to_have_count(0)
    await iris.page.uncheck("#statusmails")
    await iris.page.get_by_role("button", name="Opslaan").click()
    await expect(iris.page.locator("#statusmails")).not_to_be_checked()
    await iris.page.get_by_role("button", name="Uitloggen").click()
    await expect(iris.page.locator("h1")).to_have_text("Inloggen")
    await iris.page.go_back()
    await expect(iris.page.locator("h1")).to_have_text("Inloggen")


@pytest.mark.in_turn(of=3)
async def test_without_javascript_the_same_can_be_done(
    system: Whole, visit: Visit, iber: Person, administratie: Person
) -> None:
    iris = await visit(iber, script=False)
    await iris.log_in()
    number = await ask(iris, "Zonder", "A&K")
    await system.status_is(number, "A&K aanmelding")
    await iris.page.get_by_role("link", name="Naar alle hulpvragen").click()
    await iris.page.fill("#zoek", "zonder")
    await iris.page.select_option("#status", "A&K aanmelding")
    await iris.page.get_by_role("button", name="Zoeken").click()
    await expect(iris.page.locator("#resultaten tbody tr")).to_have_count(1)

    anne = await visit(administratie, script=False)
    await anne.log_in()
    await anne.page.goto(f"{anne.origin}/hulpvragen/{number}/status")
    await anne.page.check('input[value="A&K aanvraag incompleet"]')
    await anne.page.get_by_role("button", name="Verder").click()
    await anne.page.fill("#reden", "Er ontbreekt iets.")
    await anne.page.get_by_role("button", name="Opslaan").click()
    await expect(anne.page.locator("main")).to_contain_text("De status is gewijzigd.")

    await iris.page.locator("#resultaten").get_by_role("link", name="Noor Zonder").click()
    await iris.page.set_input_files("#bestand", [{"name": "stuk.pdf", "mimeType": "application/pdf", "buffer": PDF}])
    await iris.page.get_by_role("button", name="Toevoegen").click()
    await expect(iris.page.locator("main")).to_contain_text("De bijlagen zijn toegevoegd")
    await system.status_is(number, "A&K aanvraag aangevuld")
    await iris.page.reload()
    await expect(iris.page.get_by_role("link", name="stuk.pdf")).to_be_visible()
    await iris.page.get_by_role("button", name="Uitloggen").click()
    await expect(iris.page.locator("h1")).to_have_text("Inloggen")


@pytest.mark.in_turn(of=3)
async def test_who_was_second_sees_what_happened_and_can_do_it_again(
    system: Whole, visit: Visit, iber: Person, administratie: Person
) -> None:
    iris, anne = await visit(iber), await visit(administratie)
    await iris.log_in()
    number = await ask(iris, "Tegelijk", "A&K")
    await system.status_is(number, "A&K aanmelding")
    await anne.log_in()
    first, second = anne.page, await anne.page.context.new_page()
    for page in (first, second):
        await page.goto(f"{anne.origin}/hulpvragen/{number}/status?naar=A%26K+in+behandeling")
    await first.goto(f"{anne.origin}/hulpvragen/{number}/status?naar=A%26K+aanvraag+incompleet")
    await first.fill("#reden", "Er mist een stuk.")
    await first.get_by_role("button", name="Opslaan").click()
    await expect(first.locator("main")).to_contain_text("De status is gewijzigd.")
    await second.fill("#toelichting", "Wij beginnen.")
    await second.get_by_role("button", name="Opslaan").click()
    await expect(second.locator('[role="alert"]')).to_contain_text("Iemand anders was u voor")
    await expect(second.locator('[role="alert"]')).to_contain_text("Er mist een stuk.")
    await expect(second.locator("#toelichting")).to_have_value("Wij beginnen.")
    await second.get_by_role("button", name="Opslaan").click()
    await system.status_is(number, "A&K in behandeling")


@pytest.mark.in_turn(of=3)
async def test_the_keyboard_alone_is_enough_and_shows_where_one_is(system: Whole, visit: Visit, iber: Person) -> None:
    iris = await visit(iber)
    page = iris.page
    await page.goto(f"{iris.origin}/inloggen")
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Naar de inhoud")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")
    for name, value in iber.form().items():
        while await page.evaluate("document.activeElement.id") != name:
            await page.keyboard.press("Tab")
            assert await page.evaluate(OUTLINE) not in {"none", ""}
        await page.keyboard.type(value)
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Hulpvragen")
    for _ in range(12):
        await page.keyboard.press("Tab")
        assert await page.evaluate(OUTLINE) not in {"none", ""}
