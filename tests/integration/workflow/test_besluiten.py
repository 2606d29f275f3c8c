"""Decisions: who takes one and when, what is wrong with it, and numbers without gap or double."""

import asyncio
import re
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

from shared import clock
from shared.contracts.workflow import BesluitGenomen
from shared.envelope import Event
from support.hulpvragen import Office, batch, ib, ingediend, named, soon, staff

YEAR = clock.today().year
ADMINISTRATIE, CT, AC = staff("administratie"), staff("CT"), staff("AC")
TLV: dict[str, Any] = {
    "soort": "TLV",
    "toegekend": True,
    "categorie": "H",
    "begin": date(YEAR, 8, 1).isoformat(),
    "eind": date(YEAR + 1, 7, 31).isoformat(),
    "motivering": "Het advies van beide deskundigen.",
}
ARR: dict[str, Any] = {
    "soort": "arrangement",
    "toegekend": True,
    "begin": date(YEAR, 9, 1).isoformat(),
    "eind": date(YEAR, 12, 1).isoformat(),
    "omschrijving": "Taalontwikkeling in de klas",
    "begeleider": "Cas Bedenksel",
    "motivering": "De basisondersteuning is niet genoeg.",
}
NO: dict[str, Any] = {"soort": "TLV", "toegekend": False, "motivering": "Het kan op de eigen school."}


async def in_behandeling(office: Office, titel: str = "TLV") -> int:
    data = await office.opened(titel)
    if titel == "TLV":
        await office.client(ADMINISTRATIE).to(data.dossiernummer, "TLV aanvraag in behandeling", bespreekdatum=soon())
    else:
        await office.client(AC).to(data.dossiernummer, "Arrangementsaanvraag in behandeling")
    return data.dossiernummer


async def decided(office: Office, number: int) -> list[BesluitGenomen]:
    found = [
        Event[BesluitGenomen].model_validate(event).data
        for event in await office.sandbox.published("workflow", BesluitGenomen.TYPE)
    ]
    return [one for one in found if one.dossiernummer == number]


async def test_the_commissie_decides_and_the_number_has_the_form_of_the_register(office: Office) -> None:
    number = await in_behandeling(office)
    made = await office.client(CT).decide(number, **TLV)
    assert made.status_code == 201
    besluit = made.json()
    assert re.fullmatch(rf"PO2507-{YEAR}-\d{{5}}", besluit["nummer"])
    assert (besluit["versie"], besluit["rol"], made.headers["etag"]) == (1, "CT", '"1"')
    [told] = await decided(office, number)
    assert (told.nummer, told.brief, told.brief_bij, told.registratie) == (besluit["nummer"], "TLV-brief", "hulpvraag", "TLV")
    seen = (await office.client(ib()).get(f"/hulpvragen/{number}/besluiten")).json()["besluiten"]
    assert seen == [besluit]


async def test_the_arrangementencommissie_decides_on_an_arrangement(office: Office) -> None:
    number = await in_behandeling(office, "Arrangement")
    assert (await office.client(ADMINISTRATIE).decide(number, **ARR)).status_code == 403
    made = await office.client(AC).decide(number, **ARR)
    assert re.fullmatch(rf"PO2507-ARR-{YEAR}-\d{{5}}", made.json()["nummer"])
    [told] = await decided(office, number)
    assert (told.brief, told.brief_bij, told.registratie) == ("schoolbrief", "besluit", "onderwijsarrangement")
    assert (told.begeleider, told.school.code) == ("Cas Bedenksel", "99XA00")


async def test_a_refusal_has_its_own_series_a_letter_and_nothing_for_the_register(office: Office) -> None:
    number = await in_behandeling(office)
    made = await office.client(CT).decide(number, **NO)
    assert re.fullmatch(rf"PO2507-TLV-AFW-{YEAR}-\d{{5}}", made.json()["nummer"])
    assert (made.json()["brief"], made.json()["brieven"]) == ("TLV-brief", [])
    [told] = await decided(office, number)
    assert (told.toegekend, told.brief, told.registratie) == (False, "TLV-brief", None)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"categorie": None}, ("categorie", "verplicht")),
        ({"eind": date(YEAR + 1, 7, 30).isoformat()}, ("eind", "31-juli")),
        ({"begin": date(YEAR, 8, 2).isoformat()}, ("eind", "heel-schooljaar")),
        ({"begin": "2014-07-31"}, ("begin", "vanaf-2014")),
        ({"begin": None}, ("begin", "verplicht")),
        ({"motivering": "  "}, ("motivering", "verplicht")),
        ({"genomenOp": (clock.today() + timedelta(days=1)).isoformat()}, ("genomenOp", "toekomst")),
        ({"soort": "arrangement"}, ("soort", "aanvraagtype")),
    ],
)
async def test_a_decision_that_breaks_a_rule_names_it_and_takes_no_number(
    office: Office, changes: dict[str, Any], fault: tuple[str, str]
) -> None:
    number = await in_behandeling(office)
    answer = await office.client(CT).decide(number, **{**TLV, **changes})
    assert answer.status_code == 422, answer.text
    assert fault in [(found["field"], found["rule"]) for found in answer.json()["fouten"]]
    assert await decided(office, number) == []


async def test_a_decision_is_taken_at_its_statuses_only_and_where_the_rules_have_one(office: Office) -> None:
    early = await office.opened("TLV")
    answer = await office.client(CT).decide(early.dossiernummer, **TLV)
    assert (answer.status_code, "TLV afgegeven" in answer.json()["statussen"]) == (409, True)
    other = await office.opened("A&K")
    assert (await office.client(CT).decide(other.dossiernummer, **TLV)).status_code == 409
    group = await office.opened("Groepsbudget", swv="PO00YY", niveau="groep", leerling=None, groep="8D Kameleon")
    refused = await office.client(staff("administratie", swv="PO00YY")).decide(group.dossiernummer, **TLV)
    assert [found["rule"] for found in refused.json()["fouten"]] == ["alleen-leerling"]


async def test_a_hulpvraag_has_one_decision(office: Office) -> None:
    number = await in_behandeling(office)
    client = office.client(CT)
    answers = await asyncio.gather(*(client.decide(number, 2, **TLV) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    other = await client.decide(number, **NO)
    assert (other.status_code, other.json()["nummer"]) == (409, (await decided(office, number))[0].nummer)


async def test_the_same_decision_sent_again_has_the_same_number(office: Office) -> None:
    number = await in_behandeling(office)
    url = f"/hulpvragen/{number}/besluiten"
    client, key = office.client(CT), f"besluit-{number}"
    first = await client.call("POST", url, json=TLV, If_Match='"2"', Idempotency_Key=key)
    again = await client.call("POST", url, json=TLV, If_Match='"2"', Idempotency_Key=key)
    assert first.status_code == 201
    assert again.json() == first.json()
    assert len(await decided(office, number)) == 1


async def test_a_correction_keeps_the_number_and_every_version(office: Office) -> None:
    number = await in_behandeling(office)
    client = office.client(CT)
    besluit = (await client.decide(number, **TLV)).json()
    url = f"/hulpvragen/{number}/besluiten/{besluit['besluit']}/versies"
    made = await client.call("POST", url, json={**TLV, "categorie": "M"}, If_Match='"1"')
    assert (made.status_code, made.json()["versie"], made.json()["nummer"]) == (201, 2, besluit["nummer"])
    assert [(one.versie, one.categorie, one.nummer) for one in await decided(office, number)] == [
        (1, "H", besluit["nummer"]),
        (2, "M", besluit["nummer"]),
    ]
    assert (await client.call("POST", url, json=TLV, If_Match='"1"')).status_code == 412
    other_outcome = await client.call("POST", url, json=NO, If_Match='"2"')
    assert [found["rule"] for found in other_outcome.json()["fouten"]] == ["uitkomst"]
    assert (await office.client(AC).call("POST", url, json=TLV, If_Match='"2"')).status_code == 403
    elsewhere = url.replace(str(number), str(await in_behandeling(office)))
    assert (await client.call("POST", elsewhere, json=TLV, If_Match='"2"')).status_code == 404
    pool = office.service.database.pool
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute("UPDATE besluitversie SET categorie = 'L'")


async def test_a_hundred_decisions_at_once_get_a_hundred_numbers_in_a_row(
    own_office: Office,
) -> None:
    office = own_office
    some = [ingediend("TLV") for _ in range(100)]
    await office.submit(*some)
    forms = [named("Formulier aanvraag toelaatbaarheidsverklaring.pdf") for _ in some]
    await office.add(*(batch(data, bijlagen=(form,)) for data, form in zip(some, forms, strict=True)))
    for form in forms:
        await office.has_bijlage(form.bijlage)
    client = office.client(staff("administratie", "CT"))
    numbers = [data.dossiernummer for data in some]
    await asyncio.gather(*(client.to(number, "TLV aanvraag in behandeling", bespreekdatum=soon()) for number in numbers))
    answers = await asyncio.gather(
        *(client.decide(number, 2, **(TLV if n % 10 else {**TLV, "eind": None})) for n, number in enumerate(numbers))
    )
    assert [answer.status_code for answer in answers] == [422 if n % 10 == 0 else 201 for n in range(100)]
    rest = await asyncio.gather(*(client.decide(number, 2, **TLV) for number in numbers[::10]))
    given = sorted(answer.json()["nummer"] for answer in [*answers, *rest] if answer.status_code == 201)
    assert given == [f"PO2507-{YEAR}-{position:05}" for position in range(1, 101)]


async def test_a_transaction_that_fails_after_taking_a_number_gives_it_back(own_office: Office) -> None:
    office = own_office
    number = await in_behandeling(office)
    async with office.sandbox.connect() as connection:
        await connection.execute("ALTER TABLE workflow.besluitversie ADD CONSTRAINT no CHECK (categorie <> 'H')")
    client = office.client(CT)
    assert (await client.decide(number, **TLV)).status_code == 500
    made = await client.decide(number, **{**TLV, "categorie": "M"})
    assert made.json()["nummer"] == f"PO2507-{YEAR}-00001"


async def test_a_history_row_can_not_be_changed_or_removed_by_the_service(office: Office) -> None:
    data = await office.opened("A&K")
    await office.add(batch(data))
    pool = office.service.database.pool
    for statement in (
        "UPDATE statuswijziging SET reden = 'x'",
        "DELETE FROM statuswijziging",
        "UPDATE inzending SET inhoud = '{}'",
        "UPDATE regelset SET versie = 9",
        "DELETE FROM besluitnummer",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(statement)
