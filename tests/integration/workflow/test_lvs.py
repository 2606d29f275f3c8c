"""A school changes its hulpvraag in its LVS and sends it again, or withdraws it: what workflow makes of that."""

from typing import Any

from shared import clock
from shared.contracts.common import Contactpersoon
from shared.contracts.intake import HulpvraagGewijzigd, HulpvraagIngediend, HulpvraagIngetrokken
from shared.envelope import Event
from support.hulpvragen import Office, ib, ingediend, soon, staff
from workflow.usecases.lvs import ANDER_AANVRAAGTYPE, INGETROKKEN

ADMINISTRATIE = staff("administratie")
SCP = staff("SCP")
IRIS = {"naam": "Iris Bedacht", "email": "iris@linde.example", "functie": "IB"}


def changed(data: HulpvraagIngediend, versie: int = 2, **own: Any) -> Event[HulpvraagGewijzigd]:
    told = HulpvraagGewijzigd(**{**dict(data), **own}, versie=versie, gewijzigd_op=clock.now())
    return Event.about(told, subject=data.hulpvraag, sequence=versie)


async def take(office: Office, *events: Event[Any]) -> None:
    await office.sandbox.publish(*events)
    await office.handled(*events)


async def withdraw(office: Office, data: HulpvraagIngediend, reden: str = "De leerling verhuist.") -> None:
    told = HulpvraagIngetrokken(
        swv=data.swv, hulpvraag=data.hulpvraag, dossiernummer=data.dossiernummer, reden=reden, ingetrokken_op=clock.now()
    )
    await take(office, Event.about(told, subject=data.hulpvraag, sequence=2))


async def history(office: Office, data: HulpvraagIngediend) -> list[dict[str, Any]]:
    answer = await office.client(ADMINISTRATIE).get(f"/hulpvragen/{data.dossiernummer}/statushistorie")
    found: list[dict[str, Any]] = answer.json()["wijzigingen"]
    return found


async def test_a_change_shows_in_the_hulpvraag_and_its_course_and_what_stood_there_is_kept(office: Office) -> None:
    data = await office.opened("A&K")
    before = await office.client(ADMINISTRATIE).detail(data.dossiernummer)
    await take(office, changed(data, omschrijving="Nu ook spelling."))
    shown = await office.client(ADMINISTRATIE).detail(data.dossiernummer)
    assert (shown["omschrijving"], shown["status"]) == ("Nu ook spelling.", before["status"])
    assert shown["versie"] == before["versie"] + 1, "who looked at the content of before decides on nothing"
    stale = await office.client(ADMINISTRATIE).change(data.dossiernummer, "A&K in behandeling", before["versie"])
    assert stale.status_code == 412
    first, last = await history(office, data)
    assert (last["aanleiding"], last["vorige"], last["status"], last["mails"]) == (
        "gewijzigd",
        first["status"],
        first["status"],
        [],
    )
    assert (first["velden"], last["velden"]) == ([], ["omschrijving"])
    told = [event["data"]["versie"] for event in await office.told(data.hulpvraag)]
    assert told == [1, 2], "the connector hears it as any status"
    kept = await office.service.database.pool.fetch(
        "SELECT inhoud ->> 'omschrijving' AS tekst FROM inzending WHERE hulpvraag = $1 ORDER BY versie", data.hulpvraag
    )
    assert [row["tekst"] for row in kept] == ["Rekenen lukt nog niet.", "Nu ook spelling."]


async def test_changes_in_whatever_order_and_however_often_end_in_the_highest_version(office: Office) -> None:
    data = ingediend("A&K")
    second, third = changed(data, 2, omschrijving="Twee."), changed(data, 3, omschrijving="Drie.")
    await office.sandbox.publish(third, second, third)
    await office.submit(data)
    await office.handled(second, third)
    shown = await office.client(ADMINISTRATIE).detail(data.dossiernummer)
    assert shown["omschrijving"] == "Drie."
    assert (await history(office, data))[0]["aanleiding"] == "ingediend"


async def test_what_is_incomplete_is_aangevuld_by_sending_it_again(office: Office) -> None:
    """As with bijlagen (000:254), and 001:163."""
    data = await office.opened("A&K")
    await office.client(SCP).to(data.dossiernummer, "A&K aanvraag incompleet", reden="Wat is de vraag?")
    await take(office, changed(data, omschrijving="De vraag is deze."))
    last = (await history(office, data))[-1]
    assert (last["status"], last["aanleiding"], last["door"]) == ("A&K aanvraag aangevuld", "gewijzigd", "automatisch")


async def test_what_was_said_at_a_status_still_stands_after_a_change(office: Office) -> None:
    data = await office.opened("TLV")
    client = office.client(ADMINISTRATIE)
    await client.to(data.dossiernummer, "TLV aanvraag in behandeling", bespreekdatum=soon(), toelichting="Op de agenda.")
    await take(office, changed(data, omschrijving="Iets meer."))
    shown = await client.detail(data.dossiernummer)
    assert (shown["status"], shown["bespreekdatum"], shown["toelichting"]) == (
        "TLV aanvraag in behandeling",
        soon(),
        "Op de agenda.",
    )


async def test_a_title_that_nobody_knew_gets_its_course_once_it_is_sent_again_as_one_that_is_known(office: Office) -> None:
    data = await office.opened("Hulp graag")
    await take(office, changed(data, aanvraagtype="Nog steeds iets anders"))
    shown = await office.client(ADMINISTRATIE).detail(data.dossiernummer)
    assert (shown["status"], shown["titel"], shown["labels"]) == (None, "Nog steeds iets anders", [])
    await take(office, changed(data, 3, aanvraagtype="TLV"))
    shown = await office.client(ADMINISTRATIE).detail(data.dossiernummer)
    assert (shown["aanvraagtype"], shown["status"]) == ("TLV", "TLV Aanmelding")


async def test_another_aanvraagtype_before_anyone_began_is_another_course(office: Office) -> None:
    data = await office.opened("A&K")
    await take(office, changed(data, aanvraagtype="TLV"))
    shown = await office.client(ADMINISTRATIE).detail(data.dossiernummer)
    assert (shown["aanvraagtype"], shown["status"], shown["labels"]) == ("TLV", "TLV Aanmelding", [])
    assert [row["status"] for row in await history(office, data)] == ["A&K aanmelding", "TLV Aanmelding"]


async def test_another_aanvraagtype_after_someone_began_is_for_a_person(office: Office) -> None:
    data = await office.opened("A&K")
    await office.client(SCP).to(data.dossiernummer, "A&K in behandeling")
    for versie, titel in enumerate(("TLV", "Iets vrijs"), 2):
        await take(office, changed(data, versie, aanvraagtype=titel))
    shown = await office.client(ADMINISTRATIE).detail(data.dossiernummer)
    assert (shown["aanvraagtype"], shown["titel"], shown["status"]) == ("A&K", "Iets vrijs", "A&K in behandeling")
    assert shown["labels"] == [ANDER_AANVRAAGTYPE]
    found = await office.client(ADMINISTRATIE).get(f"/hulpvragen?label={ANDER_AANVRAAGTYPE}&aantal=100")
    assert data.dossiernummer in [one["dossiernummer"] for one in found.json()["hulpvragen"]]


async def test_a_contactpersoon_that_was_set_here_stays_until_the_school_names_another(office: Office) -> None:
    data = await office.opened("A&K", contactpersoon=Contactpersoon(**IRIS))
    await office.service.database.pool.execute(
        "UPDATE hulpvraag SET contact_naam = 'Opvolger Bedacht', contact_email = 'op@linde.example' WHERE id = $1",
        data.hulpvraag,
    )
    await take(office, changed(data, omschrijving="Anders."))
    shown = await office.client(ADMINISTRATIE).detail(data.dossiernummer)
    assert shown["contactpersoon"]["email"] == "op@linde.example"
    another = Contactpersoon(naam="Noa Verzonnen", email="noa@linde.example")
    await take(office, changed(data, 3, contactpersoon=another))
    shown = await office.client(ADMINISTRATIE).detail(data.dossiernummer)
    assert shown["contactpersoon"]["email"] == "noa@linde.example"
    named = [row["velden"] for row in await history(office, data)]
    another_person = [f"contactpersoon.{part}" for part in ("naam", "email", "functie")]
    assert named == [[], ["omschrijving"], ["omschrijving", *another_person]]


async def test_a_withdrawal_gives_the_status_that_the_rules_name(office: Office) -> None:
    """000:893."""
    data = await office.opened("TLV")
    await withdraw(office, data)
    last = (await history(office, data))[-1]
    assert (last["status"], last["aanleiding"], last["reden"]) == (
        "TLV aanvraag ingetrokken",
        "ingetrokken",
        "De leerling verhuist.",
    )
    told = (await office.told(data.hulpvraag))[-1]["data"]
    assert (told["einde"], told["reden"]) == (True, "De leerling verhuist.")


async def test_a_withdrawal_for_which_the_rules_name_no_status_is_for_a_person(office: Office) -> None:
    for titel, status in (("A&K", "A&K aanmelding"), ("Geen aanvraagtype", None)):
        data = await office.opened(titel)
        await withdraw(office, data)
        shown = await office.client(ADMINISTRATIE).detail(data.dossiernummer)
        assert (shown["status"], shown["labels"], shown["reden"]) == (status, [INGETROKKEN], "De leerling verhuist.")
        assert (await history(office, data))[-1]["aanleiding"] == "ingetrokken"


async def test_a_withdrawal_that_crossed_the_end_changes_no_status_and_shows(office: Office) -> None:
    data = await office.opened("A&K")
    await office.client(SCP).to(data.dossiernummer, "A&K aanvraag afgewezen", reden="Niet nodig.")
    await withdraw(office, data)
    shown = await office.client(ADMINISTRATIE).detail(data.dossiernummer)
    assert (shown["status"], shown["einde"], shown["labels"]) == ("A&K aanvraag afgewezen", True, [INGETROKKEN])


async def test_a_change_of_a_school_that_went_elsewhere_stays_with_the_school_that_it_is_of(office: Office) -> None:
    data = await office.opened("A&K")
    await office.service.database.pool.execute(
        "UPDATE hulpvraag SET school = '99XB00', schoolnaam = 'De Bedachte Beuk' WHERE id = $1", data.hulpvraag
    )
    await take(office, changed(data, omschrijving="Anders."))
    shown = await office.client(ADMINISTRATIE).detail(data.dossiernummer)
    assert (shown["school"]["code"], shown["omschrijving"]) == ("99XB00", "Anders.")
    assert (await office.client(ib()).get(f"/hulpvragen/{data.dossiernummer}")).status_code == 404
