"""Changed data of a pupil are shown as a difference, with the message that brought them, until the SWV took note."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from intake.store.osodossiers import Settled, settle
from shared import clock
from shared.tokens import Actor
from support.intake import Lvs, Served, hulpvraag, leerling
from support.sandbox import eventually, token_for


def someone(soort: Any, organisatie: str, *rollen: str) -> dict[str, str]:
    who = Actor(sub=uuid4(), naam="Anne Verzonnen", organisatie=organisatie, soort=soort, swv="PO2507", rollen=rollen)
    return token_for(who, "intake")


OFFICE: dict[str, str] = {}
SCHOOL: dict[str, str] = {}


@pytest.fixture(autouse=True)
def fresh() -> None:
    """A token lives a minute, and a module may wait longer for its turn."""
    OFFICE.update(someone("swv", "PO2507", "administratie"))
    SCHOOL.update(someone("school", "99XA00", "IB'er"))


async def changed(http: httpx.AsyncClient, dossier: str, headers: dict[str, str] = OFFICE) -> dict[str, Any]:
    answer = await http.get(f"/dossiers/{dossier}/wijzigingen", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_what_changed_is_shown_per_field_with_the_message_that_brought_it(served: Served, lvs: Lvs) -> None:
    noor = leerling()
    later = {**noor, "voorvoegsel": "", "achternaam": "Verzonnen"}
    for sent in (noor, noor, later):
        await lvs.answer_to(await lvs.send(hulpvraag(leerling=sent)))
    typed = {**later, "geboortedatum": "2016-05-14"}
    body = {**hulpvraag(leerling=typed)}
    del body["eigenReferentie"]
    made = await served.http.post("/hulpvragen", json=body, headers={**SCHOOL, "Idempotency-Key": str(uuid4())})
    dossier = made.json()["dossier"]
    for headers in (OFFICE, SCHOOL, someone("bestuur", "70001")):
        shown = await changed(served.http, dossier, headers)
        assert (shown["versie"], shown["gezien"], shown["magKennisnemen"]) == (3, None, headers is OFFICE)
        direct, sent = shown["wijzigingen"]
        assert (direct["versie"], direct["kanaal"], direct["dossiernummer"]) == (3, "direct", made.json()["dossiernummer"])
        assert direct["velden"] == [{"veld": "geboortedatum", "oud": "2016-05-04", "nieuw": "2016-05-14"}]
        assert (sent["versie"], sent["kanaal"], sent["dossiernummer"]) == (2, "LVS", made.json()["dossiernummer"] - 1)
        assert sent["velden"] == [
            {"veld": "achternaam", "oud": "Voorbeeld", "nieuw": "Verzonnen"},
            {"veld": "voorvoegsel", "oud": "van", "nieuw": ""},
        ]
    looked = "SELECT count(*) FROM intake.audit_log WHERE action = 'dossier.wijzigingen_bekeken' AND subject = $1"
    assert await served.world.fetchval(looked, dossier) == 3


async def test_the_swv_takes_note_of_what_it_saw_and_of_nothing_later(served: Served, lvs: Lvs) -> None:
    noor = leerling()
    for naam in ("Voorbeeld", "Verzonnen"):
        await lvs.answer_to(await lvs.send(hulpvraag(leerling={**noor, "achternaam": naam})))
    find = "SELECT id::text FROM intake.dossier WHERE sleutel = $1"
    dossier = await served.world.fetchval(find, noor["leerlingid"])
    path = f"/dossiers/{dossier}/kennisname"
    for headers, versie, status in ((SCHOOL, 2, 403), (OFFICE, 3, 409), (OFFICE, 0, 400), (OFFICE, 2, 204), (OFFICE, 1, 204)):
        answer = await served.http.post(path, json={"versie": versie}, headers=headers)
        assert answer.status_code == status, (versie, answer.text)
    gezien = (await changed(served.http, dossier))["gezien"]
    assert (gezien["versie"], gezien["naam"]) == (2, "Anne Verzonnen"), "an earlier version afterwards changes nothing"
    await lvs.answer_to(await lvs.send(hulpvraag(leerling={**noor, "achternaam": "Bedacht"})))
    again = await changed(served.http, dossier)
    assert (again["versie"], again["gezien"]["versie"]) == (3, 2)


async def test_two_oso_dossiers_of_one_pupil_that_are_read_at_once_are_numbered_one_after_the_other(
    served: Served, lvs: Lvs
) -> None:
    noor, read = leerling(), Settled(staat="gelezen", bewaard=True, bevindingen=(), gegevens={})
    for _ in range(2):
        await lvs.answer_to(await lvs.send(hulpvraag(leerling=noor, osoDossier=str(uuid4()))))
    find = """
        SELECT o.id, o.versie FROM intake.osodossier AS o JOIN intake.dossier AS d ON d.id = o.dossier
        WHERE d.sleutel = $1 ORDER BY o.versie
    """
    first, second = [row["id"] for row in await served.world.fetch(find, noor["leerlingid"])]

    async with served.world.database() as database:

        async def other() -> None:
            async with database.transaction() as tx:
                assert await settle(tx, second, None, read, clock.now())

        async with database.transaction() as tx:
            assert await settle(tx, first, None, read, clock.now())
            at_once = asyncio.create_task(other())
            waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            await eventually(lambda: served.world.fetchval(waits))
        await at_once
    assert [row["versie"] for row in await served.world.fetch(find, noor["leerlingid"])] == [1, 2]


async def test_a_stranger_sees_no_difference(served: Served, lvs: Lvs) -> None:
    noor = leerling()
    await lvs.answer_to(await lvs.send(hulpvraag(leerling=noor)))
    find = "SELECT id::text FROM intake.dossier WHERE sleutel = $1"
    dossier = await served.world.fetchval(find, noor["leerlingid"])
    for headers in (someone("school", "99XB00", "IB'er"), someone("bestuur", "70002")):
        assert (await served.http.get(f"/dossiers/{dossier}/wijzigingen", headers=headers)).status_code == 404
