"""What other services tell: begin statuses, what follows by itself, and messages that come twice, late or in parts."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from shared import clock
from shared.contracts.bron_export import RegistratieGewijzigd
from shared.contracts.common import Contactpersoon, Signaal
from shared.contracts.documents import BriefGemaakt
from shared.contracts.intake import HulpvraagIngediend
from shared.contracts.workflow import BesluitGenomen, StatusGewijzigd
from shared.envelope import Event
from support.hulpvragen import Office, batch, ib, ingediend, soon, staff
from support.sandbox import eventually

INCOMPLEET = {
    "A&K": "A&K aanvraag incompleet",
    "Arrangement": "Arrangementsaanvraag incompleet",
    "TLV": "TLV aanvraag incompleet",
}
AANGEVULD = {"A&K": "A&K aanvraag aangevuld", "Arrangement": "Arrangementsaanvraag aangevuld", "TLV": "TLV aanvraag aangevuld"}
ADMINISTRATIE = staff("administratie")
BY = {"A&K": staff("SCP"), "Arrangement": staff("AC"), "TLV": ADMINISTRATIE}


def event(data: Any) -> Event[Any]:
    return Event.about(data, subject=data.hulpvraag, sequence=0)


async def incomplete(office: Office, titel: str) -> HulpvraagIngediend:
    data = await office.opened(titel)
    await office.client(BY[titel]).to(data.dossiernummer, INCOMPLEET[titel], reden="Het groeidocument ontbreekt.")
    return data


async def statuses(office: Office, data: HulpvraagIngediend) -> list[str | None]:
    return [told["data"].get("status") for told in await office.told(data.hulpvraag)]


@pytest.mark.parametrize(
    ("titel", "status"),
    [
        ("A&K", "A&K aanmelding"),
        ("Arrangement", "ARR Aanmelding"),
        ("ARR Motorische ontwikkeling", "ARR Aanmelding"),
        ("Voorziening", "Voorziening aanmelding"),
        ("TLV", "TLV Aanmelding"),
        ("Thuiszitter", "Thuiszitter aanmelding"),
    ],
)
async def test_a_hulpvraag_with_an_exact_title_gets_its_begin_status(office: Office, titel: str, status: str) -> None:
    data = await office.opened(titel)
    [told] = await office.told(data.hulpvraag)
    read = Event[StatusGewijzigd].model_validate(told)
    assert (read.data.status, read.data.vorige, read.data.versie, read.sequence) == (status, None, 1, 1)
    assert read.data.door == "automatisch"
    assert read.data.connector == "parnassys"
    assert read.data.mails[0].email == "iris@linde.example"


async def test_the_same_hulpvraag_told_twice_has_one_effect(office: Office) -> None:
    data = ingediend("TLV")
    same = event(data)
    again = event(data)
    await office.sandbox.publish(same, same, again)
    await office.handled(same, again)
    assert await statuses(office, data) == ["TLV Aanmelding"]
    history = await office.client(ADMINISTRATIE).get(f"/hulpvragen/{data.dossiernummer}/statushistorie")
    assert len(history.json()["wijzigingen"]) == 1


@pytest.mark.parametrize("titel", INCOMPLEET)
async def test_clean_bijlagen_make_an_incomplete_hulpvraag_aangevuld_by_itself(office: Office, titel: str) -> None:
    """000:254, 444, 889."""
    data = await incomplete(office, titel)
    await office.add(batch(data, schoon=2, geweigerd=1))
    await office.version(data.hulpvraag, 3)
    told = (await office.told(data.hulpvraag))[-1]["data"]
    assert (told["status"], told["vorige"], told["door"]) == (AANGEVULD[titel], INCOMPLEET[titel], "automatisch")


@pytest.mark.parametrize("titel", INCOMPLEET)
async def test_bijlagen_at_any_other_status_change_nothing(office: Office, titel: str) -> None:
    data = await office.opened(titel)
    told = event(batch(data))
    await office.sandbox.publish(told)
    await office.handled(told)
    assert len(await statuses(office, data)) == 1


async def test_a_batch_without_a_clean_bijlage_changes_nothing(office: Office) -> None:
    data = await incomplete(office, "A&K")
    told = event(batch(data, schoon=0, geweigerd=2))
    await office.sandbox.publish(told)
    await office.handled(told)
    assert (await statuses(office, data))[-1] == INCOMPLEET["A&K"]


async def test_a_batch_told_again_never_changes_a_status_again(office: Office) -> None:
    data = await incomplete(office, "A&K")
    first = batch(data)
    await office.add(first)
    await office.version(data.hulpvraag, 3)
    await office.client(BY["A&K"]).to(data.dossiernummer, INCOMPLEET["A&K"], reden="Nog iets.")
    again, rest = event(first), event(batch(data, batch=first.batch))
    await office.sandbox.publish(again, rest)
    await office.handled(again, rest)
    assert (await statuses(office, data))[-1] == INCOMPLEET["A&K"]
    await office.add(batch(data))
    await office.version(data.hulpvraag, 5)


async def test_a_batch_told_in_parts_changes_the_status_once_and_keeps_every_bijlage(office: Office) -> None:
    data = await incomplete(office, "TLV")
    whole = batch(data, schoon=3)
    parts = [
        event(batch(data, batch=whole.batch, schoon=0, geweigerd=1)),
        event(whole.model_copy(update={"schoon": whole.schoon[:1]})),
        event(whole.model_copy(update={"schoon": whole.schoon[1:]})),
    ]
    await office.sandbox.publish(*parts)
    await office.handled(*parts)
    assert await statuses(office, data) == ["TLV Aanmelding", INCOMPLEET["TLV"], AANGEVULD["TLV"]]
    pool = office.service.database.pool
    kept = {row["id"] for row in await pool.fetch("SELECT id FROM bijlage WHERE hulpvraag = $1", data.hulpvraag)}
    assert kept > {bijlage.bijlage for bijlage in whole.schoon}  # beside its signed form
    assert len(kept) == 4


async def test_bijlagen_that_arrive_before_their_hulpvraag_wait_for_it(office: Office) -> None:
    data = ingediend("A&K")
    early = event(batch(data))
    await office.sandbox.publish(early)
    pool = office.service.database.pool
    await asyncio.sleep(0)
    await office.submit(data)
    await office.handled(early)
    assert await pool.fetchval("SELECT count(*) FROM bijlage WHERE hulpvraag = $1", data.hulpvraag) == 1
    assert await pool.fetchval("SELECT count(*) FROM dead_letter WHERE subject = $1", str(data.hulpvraag)) == 0


async def test_bijlagen_of_a_hulpvraag_that_never_comes_are_a_dead_letter_with_the_reason(office: Office) -> None:
    lost = event(batch(ingediend()))
    await office.sandbox.publish(lost)
    pool = office.service.database.pool
    query = "SELECT reason FROM dead_letter WHERE message_id = $1"
    assert await eventually(lambda: pool.fetchval(query, str(lost.id))) == "nog-niet-bekend"


async def test_an_swv_without_rules_is_a_dead_letter_at_once(office: Office) -> None:
    lost = event(ingediend(swv="PO9999"))
    await office.sandbox.publish(lost)
    pool = office.service.database.pool
    row = await eventually(
        lambda: pool.fetchrow("SELECT reason, attempts FROM dead_letter WHERE message_id = $1", str(lost.id))
    )
    assert (row["reason"], row["attempts"]) == ("geen-regels", 0)


async def test_an_unknown_title_is_accepted_without_status_and_a_person_is_told(office: Office) -> None:
    administratie = office.client(ADMINISTRATIE)
    await administratie.call("PUT", "/postbussen/administratie", json={"email": "administratie@swv.example"})
    data = await office.opened("TLV voor Noor", bijlagen=1)
    [told] = await office.told(data.hulpvraag)
    read = Event[StatusGewijzigd].model_validate(told).data
    assert (read.status, read.versie, read.aanvraagtype) == (None, 1, "TLV voor Noor")
    assert [(mail.doelgroep, mail.email, mail.sjabloon) for mail in read.mails] == [
        ("administratie", "administratie@swv.example", "onbekende-titel"),
        ("aanvrager", "iris@linde.example", "onbekende-titel"),
    ]
    await administratie.call("PUT", "/postbussen/administratie", json={"email": None})
    detail = await administratie.detail(data.dossiernummer)
    assert (detail["status"], detail["magSorteren"], detail["volgendeStappen"]) == (None, True, [])
    assert detail["lijktOp"][0] == "TLV"
    told_early = event(batch(data))
    await office.sandbox.publish(told_early)
    await office.handled(told_early)
    assert len(await statuses(office, data)) == 1


async def granted(office: Office, titel: str = "TLV") -> tuple[HulpvraagIngediend, UUID]:
    data = await office.opened(titel)
    client = office.client(ADMINISTRATIE)
    await client.to(data.dossiernummer, "TLV aanvraag in behandeling", bespreekdatum=soon())
    made = await client.decide(
        data.dossiernummer,
        soort="TLV",
        toegekend=True,
        categorie="M",
        begin=clock.today().isoformat(),
        eind=date(clock.today().year + 2, 7, 31).isoformat(),
        motivering="Het advies van beide deskundigen.",
    )
    assert made.status_code == 201, made.text
    return data, UUID(made.json()["besluit"])


def letter(data: HulpvraagIngediend, besluit: UUID, versie: int) -> BriefGemaakt:
    return BriefGemaakt(
        swv=data.swv,
        hulpvraag=data.hulpvraag,
        dossiernummer=data.dossiernummer,
        besluit=besluit,
        versie=versie,
        brief="TLV-brief",
        bij="hulpvraag",
        bijlage=clock.new_id(),
        naam=f"TLV-brief v{versie}.pdf",
        grootte=1000,
        sha256="a" * 64,
    )


async def test_of_a_letter_the_highest_version_stands_whatever_comes_late_or_twice(office: Office) -> None:
    data, besluit = await granted(office)
    second, first = letter(data, besluit, 2), letter(data, besluit, 1)
    for told in (event(second), event(second), event(first)):
        await office.sandbox.publish(told)
        await office.handled(told)
    for actor in (ADMINISTRATIE, ib()):
        detail = await office.client(actor).detail(data.dossiernummer)
        assert [(brief["naam"], brief["bij"], brief["versie"]) for brief in detail["brieven"]] == [
            ("TLV-brief v2.pdf", "hulpvraag", 2)
        ]


async def test_of_a_registration_the_highest_version_counts(office: Office) -> None:
    data, besluit = await granted(office)
    registratie = clock.new_id()
    signal = Signaal(code=423, ernst="A", omschrijving="Einddatum moet 31 juli zijn.")

    def state(staat: Any, versie: int) -> Event[Any]:
        return event(
            RegistratieGewijzigd(
                swv=data.swv,
                hulpvraag=data.hulpvraag,
                dossiernummer=data.dossiernummer,
                besluit=besluit,
                registratie=registratie,
                soort="TLV",
                staat=staat,
                versie=versie,
                signalen=(signal,) if staat == "afgekeurd" else (),
                gewijzigd_op=clock.now(),
            )
        )

    for told in (state("te verzenden", 1), state("afgekeurd", 3), state("afgekeurd", 3), state("verzonden", 2)):
        await office.sandbox.publish(told)
        await office.handled(told)
    found = (await office.client(ib()).get(f"/hulpvragen/{data.dossiernummer}/besluiten")).json()
    [shown] = found["besluiten"][0]["registraties"]
    assert (shown["staat"], shown["versie"], shown["signalen"][0]["code"]) == ("afgekeurd", 3, 423)


async def test_a_letter_of_a_decision_that_is_not_known_is_a_dead_letter(office: Office) -> None:
    data = await office.opened("TLV")
    lost = event(letter(data, clock.new_id(), 1))
    await office.sandbox.publish(lost)
    query = "SELECT reason FROM dead_letter WHERE message_id = $1"
    pool = office.service.database.pool
    assert await eventually(lambda: pool.fetchval(query, str(lost.id))) == "nog-niet-bekend"


async def test_a_letter_and_a_rejected_registration_may_change_a_status_where_the_rules_say_so(office: Office) -> None:
    manager = office.client(staff("regiomanager", "administratie", swv="PO00YY"))
    school = office.client(ib(swv="PO00YY"))
    data = await office.opened("Budget", swv="PO00YY")
    number = data.dossiernummer
    await school.to(number, "Aanmelding", bevestigd=True)
    await manager.to(number, "Doorgezet naar regiomanager")
    await manager.to(number, "Toegekend")
    today = clock.today().isoformat()
    content: dict[str, Any] = {"begin": today, "eind": today, "omschrijving": "Extra hulp in de klas", "motivering": "Nodig."}
    made = await manager.decide(number, soort="arrangement", toegekend=True, **content)
    besluit = UUID(made.json()["besluit"])
    brief = letter(data, besluit, 1).model_copy(update={"brief": "schoolbrief", "bij": "besluit"})
    await office.sandbox.publish(event(brief), event(brief))
    await office.version(data.hulpvraag, 5)
    rejected = RegistratieGewijzigd(
        swv=data.swv,
        hulpvraag=data.hulpvraag,
        dossiernummer=number,
        besluit=besluit,
        registratie=clock.new_id(),
        soort="onderwijsarrangement",
        staat="afgekeurd",
        versie=1,
        gewijzigd_op=clock.now(),
    )
    await office.sandbox.publish(event(rejected))
    await office.version(data.hulpvraag, 6)
    assert (await statuses(office, data))[-3:] == ["Toegekend", "Brief klaar", "Register zegt nee"]


async def test_every_event_can_be_read_back_as_its_contract_says(office: Office) -> None:
    data, _ = await granted(office)
    for told in await office.told(data.hulpvraag):
        Event[StatusGewijzigd].model_validate(told)
    decided = [
        Event[BesluitGenomen].model_validate(found)
        for found in await office.sandbox.published("workflow", BesluitGenomen.TYPE)
        if found["subject"] == str(data.hulpvraag)
    ]
    [one] = decided
    assert (one.data.brief, one.data.brief_bij, one.data.registratie) == ("TLV-brief", "hulpvraag", "TLV")
    assert one.data.afzender.naam == "SWV Stromenland PO2507"
    assert one.data.leerling == data.leerling


async def test_one_address_gets_one_mail_and_an_audience_without_address_shows_as_such(office: Office) -> None:
    beheer = office.client(staff("applicatiebeheerder", swv="PO00YY"))
    await beheer.call("PUT", "/postbussen/administratie", json={"email": "zelfde@swv.example"})
    contact = Contactpersoon(naam="Iris Bedacht", email="Zelfde@swv.example")
    data = await office.opened("Budget", swv="PO00YY", contactpersoon=contact)
    await office.client(ib(swv="PO00YY")).to(data.dossiernummer, "Aanmelding", bevestigd=True)
    told = (await office.told(data.hulpvraag))[-1]["data"]
    assert [(mail["doelgroep"], mail["email"]) for mail in told["mails"]] == [("administratie", "zelfde@swv.example")]
    history = (await beheer.get(f"/hulpvragen/{data.dossiernummer}/statushistorie")).json()["wijzigingen"]
    assert {mail["doelgroep"]: mail["gepland"] for mail in history[-1]["mails"]} == {
        "administratie": True,
        "regiomanager": False,
        "aanvrager": True,
    }
    silent = await office.opened("A&K", contactpersoon=Contactpersoon(naam="Iris Bedacht", email=""))
    rows = (await office.client(ADMINISTRATIE).get(f"/hulpvragen/{silent.dossiernummer}/statushistorie")).json()["wijzigingen"]
    assert {mail["doelgroep"]: mail["gepland"] for mail in rows[0]["mails"]} == {"aanvrager": False, "administratie": False}
    of_school = (await office.client(ib(swv="PO00YY")).get(f"/hulpvragen/{data.dossiernummer}/statushistorie")).json()
    assert [mail["doelgroep"] for mail in of_school["wijzigingen"][-1]["mails"]] == ["aanvrager"]
