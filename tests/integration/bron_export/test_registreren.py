"""From a decision to the register, with everything that a register answers."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared import clock
from shared.envelope import Event
from support.bron_export import SCHOOLJAAR, Bron
from support.sandbox import eventually

YEAR = SCHOOLJAAR


async def test_a_tlv_is_accepted_and_everyone_is_told(bron: Bron) -> None:
    besluit = await bron.decide()
    found = await bron.reaches(besluit, "geaccepteerd")
    assert (found["soort"], found["nummer"], found["categorie"]) == ("TLV", besluit.nummer, "L")
    assert (found["versie"], found["signalen"], found["reden"], found["handelingen"]) == (2, [], None, [])
    assert await bron.told(besluit) == ["te verzenden", "geaccepteerd"]
    (there,) = await bron.at_register(besluit)
    assert there["melding"]["toelaatbaarheidsverklaring"]["beschikkingsnummer"] == besluit.nummer
    assert besluit.leerling is not None
    assert there["melding"]["leerlingid"] == besluit.leerling.leerlingid


async def test_an_arrangement_is_accepted(bron: Bron) -> None:
    besluit = await bron.decide(soort="arrangement")
    await bron.reaches(besluit, "geaccepteerd")
    (there,) = await bron.at_register(besluit)
    assert there["melding"]["onderwijsarrangement"] == {
        "ingangsdatum": f"{YEAR}-08-01",
        "einddatum": f"{YEAR + 2}-07-31",
        "omschrijving": "Inzet van een ondersteuner in de klas",
        "begeleider": "Bo Verzonnen",
    }


@pytest.mark.parametrize(
    "own",
    [
        {"soort": "arrangement", "niveau": "groep", "groep": "groep 5", "leerling": None, "registratie": None},
        {"soort": "arrangement", "niveau": "groep", "groep": "groep 5", "leerling": None},
        {"soort": "arrangement", "niveau": "groep", "groep": "groep 5"},
        {"soort": "arrangement", "groep": "groep 5"},
        {"toegekend": False},
        {"registratie": None},
    ],
)
async def test_a_group_arrangement_and_a_refusal_never_go_to_the_register(bron: Bron, own: dict[str, Any]) -> None:
    never = await bron.decide(**own)
    after = await bron.decide()
    await bron.reaches(after, "geaccepteerd")
    assert await bron.registrations(never) == []
    assert await bron.sent(never) == []
    assert await bron.told(never) == []


CORRECTABLE: list[tuple[dict[str, Any], dict[str, Any], list[int], dict[str, Any]]] = [
    # what the decision says, what the register knows, what it answers, what a person changes
    ({"eind": date(YEAR + 2, 7, 30)}, {}, [423], {"eind": f"{YEAR + 2}-07-31"}),
    ({"begin": date(YEAR, 8, 2), "eind": date(YEAR + 1, 7, 31)}, {}, [424], {"eind": f"{YEAR + 2}-07-31"}),
    ({"begin": date(2014, 7, 31)}, {}, [414], {"begin": f"{YEAR}-08-01"}),
    ({"begin": None}, {}, [740], {"begin": f"{YEAR}-08-01"}),
    ({}, {"samenwerkingsverbanden": {"PO2507": {"van": f"{YEAR}-08-02"}}}, [419], {"begin": f"{YEAR}-08-02"}),
    ({"soort": "arrangement", "eind": date(YEAR, 7, 31)}, {}, [453], {"eind": f"{YEAR}-12-31"}),
    ({"soort": "arrangement", "eind": None}, {}, [740], {"eind": f"{YEAR}-12-31"}),
    ({"soort": "arrangement", "omschrijving": ""}, {}, [740], {"omschrijving": "Ondersteuning", "begeleider": "Jo"}),
]


@pytest.mark.parametrize(("own", "kennis", "codes", "body"), CORRECTABLE)
async def test_what_the_register_refuses_is_shown_and_mended_and_accepted(
    bron: Bron, own: dict[str, Any], kennis: dict[str, Any], codes: list[int], body: dict[str, Any]
) -> None:
    await bron.register.know(**kennis)
    besluit = await bron.decide(**own)
    refused = await bron.reaches(besluit, "afgekeurd")
    assert [signaal["code"] for signaal in refused["signalen"]] == codes
    assert all(signaal["ernst"] == "A" and signaal["omschrijving"] for signaal in refused["signalen"])
    assert refused["handelingen"] == ["verzenden", "corrigeren"]
    answer = await bron.patch(besluit, body)
    assert (answer.status_code, answer.json()["staat"]) == (200, "te verzenden"), answer.text
    accepted = await bron.reaches(besluit, "geaccepteerd")
    assert {name: accepted[name] for name in body} == body
    assert await bron.told(besluit) == ["te verzenden", "afgekeurd", "te verzenden", "geaccepteerd"]
    assert await bron.sent(besluit) == ["POST 1", "PUT 2"]
    assert len(await bron.at_register(besluit)) == 1


UNCORRECTABLE: list[tuple[dict[str, Any], list[int]]] = [
    ({"brins": {"99XA": {"tot": "2020-07-31"}}}, [301]),
    ({"onbekendeSamenwerkingsverbanden": ["PO2507"]}, [741]),
    ({"andereSchoolsoort": ["PO2507"]}, [420]),
    ({"samenwerkingsverbanden": {"PO2507": {"tot": "2020-07-31"}}}, [419]),
]


@pytest.mark.parametrize(("kennis", "codes"), UNCORRECTABLE)
async def test_what_only_the_register_can_mend_is_accepted_when_sent_again(
    bron: Bron, kennis: dict[str, Any], codes: list[int]
) -> None:
    brin = {"brins": {bron.school[:4]: period for period in kennis.get("brins", {}).values()}} if "brins" in kennis else kennis
    await bron.register.know(**brin)
    besluit = await bron.decide()
    refused = await bron.reaches(besluit, "afgekeurd")
    assert [signaal["code"] for signaal in refused["signalen"]] == codes
    await bron.register.know()
    assert (await bron.resend(besluit, "swv")).status_code == 202
    await bron.reaches(besluit, "geaccepteerd")
    assert len(await bron.at_register(besluit)) == 1


@pytest.mark.parametrize("code", [301, 305, 312, 366, 396, 397, 425, 741, 742, 743, 990])
async def test_every_refusal_stops_there_until_someone_acts(bron: Bron, code: int) -> None:
    await bron.register.behave("keurt-af", signalen=[code])
    besluit = await bron.decide()
    refused = await bron.reaches(besluit, "afgekeurd")
    assert [signaal["code"] for signaal in refused["signalen"]] == [code]
    assert refused["volgendePogingOp"] is None
    assert (await bron.resend(besluit)).status_code == 202
    assert (await bron.reaches(besluit, "geaccepteerd"))["signalen"] == []


async def test_a_number_of_the_decision_is_mended_by_a_new_version_of_the_decision_only(bron: Bron) -> None:
    besluit = await bron.decide(nummer=f"PO2508-{YEAR}-00001")
    refused = await bron.reaches(besluit, "afgekeurd")
    assert [signaal["code"] for signaal in refused["signalen"]] == [421]
    assert (await bron.patch(besluit, {"nummer": f"PO2507-{YEAR}-00001"})).status_code == 400
    newer = await bron.correct(besluit, nummer=f"PO2507-{YEAR}-99001")
    await bron.reaches(newer, "geaccepteerd")
    assert [each["staat"] for each in await bron.registrations(besluit)] == ["vervallen", "geaccepteerd"]
    assert len(await bron.at_register(besluit)) == 1


async def test_a_remark_does_not_refuse_and_stays_visible(bron: Bron) -> None:
    besluit = await bron.decide(begin=date(YEAR + 2, 8, 1), eind=date(YEAR + 4, 7, 31))
    found = await bron.reaches(besluit, "geaccepteerd")
    assert [(signaal["code"], signaal["ernst"]) for signaal in found["signalen"]] == [(331, "S")]


async def test_before_anything_is_sent_the_school_sees_what_the_register_will_say(without_mandate: Bron) -> None:
    bron = without_mandate
    besluit = await bron.decide(eind=date(YEAR + 2, 6, 30), categorie=None)
    waiting = await bron.reaches(besluit, "te verzenden", reden="geen-mandaat")
    shown = [(finding["veld"], finding["signaal"]["code"]) for finding in waiting["bevindingen"]]
    assert shown == [("categorie", 740), ("eind", 423)]
    assert (await bron.patch(besluit, {"eind": f"{YEAR + 2}-07-31"})).status_code == 200
    (mended,) = await bron.registrations(besluit)
    assert [finding["veld"] for finding in mended["bevindingen"]] == ["categorie"]
    assert await bron.sent(besluit) == []


async def test_the_same_event_ten_times_is_one_registration(bron: Bron) -> None:
    besluit = bron.besluit()
    event = Event.about(besluit, subject=besluit.hulpvraag, sequence=1)
    await bron.box.publish(*[event] * 10)
    await bron.tell(besluit, times=10)  # under other message ids, as after a replay
    await bron.reaches(besluit, "geaccepteerd")
    assert await bron.sent(besluit) == ["POST 1"]
    assert await bron.told(besluit) == ["te verzenden", "geaccepteerd"]
    assert len(await bron.registrations(besluit)) == 1


async def test_an_older_version_that_comes_late_changes_nothing(bron: Bron) -> None:
    newer = await bron.decide(versie=2)
    await bron.reaches(newer, "geaccepteerd")
    await bron.tell(newer.model_copy(update={"versie": 1, "eind": date(YEAR + 1, 7, 31)}))
    after = await bron.decide()
    await bron.reaches(after, "geaccepteerd")
    assert [each["besluitversie"] for each in await bron.registrations(newer)] == [2]
    assert await bron.sent(newer) == ["POST 1"]


async def test_a_decision_corrected_before_it_was_sent_is_sent_once_as_corrected(without_mandate: Bron) -> None:
    bron = without_mandate
    besluit = await bron.decide()
    await bron.reaches(besluit, "te verzenden", reden="geen-mandaat")
    newer = await bron.correct(besluit, categorie="H")
    await bron.reaches(newer, "te verzenden", reden="geen-mandaat")
    assert (await bron.registrations(besluit))[0]["staat"] == "vervallen"
    await bron.mandate()
    assert (await bron.reaches(newer, "geaccepteerd"))["categorie"] == "H"
    assert await bron.sent(besluit) == ["POST 1"]
    assert await bron.told(besluit) == ["te verzenden", "te verzenden", "vervallen", "geaccepteerd"]


async def test_a_decision_corrected_after_it_was_accepted_takes_its_place(bron: Bron) -> None:
    besluit = await bron.decide()
    await bron.reaches(besluit, "geaccepteerd")
    newer = await bron.correct(besluit, eind=date(YEAR + 3, 7, 31))
    await bron.reaches(newer, "geaccepteerd")
    assert [each["staat"] for each in await bron.registrations(besluit)] == ["vervallen", "geaccepteerd"]
    (there,) = await bron.at_register(besluit)
    assert there["melding"]["toelaatbaarheidsverklaring"]["einddatum"] == f"{YEAR + 3}-07-31"
    assert await bron.sent(besluit) == ["POST 1", "PUT 1"]


async def test_a_decision_corrected_before_the_first_answer_waits_for_it(bron: Bron) -> None:
    await bron.register.behave("later", navragen=6)
    besluit = await bron.decide()
    await bron.reaches(besluit, "verzonden")
    newer = await bron.correct(besluit, categorie="M")
    waiting = await bron.reaches(newer, "te verzenden", reden="eerdere-versie")
    assert waiting["volgendePogingOp"] is None
    await bron.reaches(newer, "geaccepteerd")
    sent = await bron.sent(besluit)
    assert (sent[0], sent[-1], sent.count("PUT 1"), sent.count("POST 1")) == ("POST 1", "PUT 1", 1, 1)
    (there,) = await bron.at_register(besluit)
    assert there["melding"]["besluitversie"] == 2


async def test_a_decision_that_is_taken_back_is_taken_back_at_the_register(bron: Bron) -> None:
    besluit = await bron.decide()
    await bron.reaches(besluit, "geaccepteerd")
    await bron.register.behave("keurt-af", signalen=[304], methoden=["DELETE"])
    await bron.correct(besluit, toegekend=False, registratie=None)
    stuck = await bron.reaches(besluit, "geaccepteerd", reden="intrekking-mislukt")
    assert [signaal["code"] for signaal in stuck["signalen"]] == [304]
    await bron.reaches(besluit, "vervallen")
    assert await bron.at_register(besluit) == []
    assert (await bron.sent(besluit))[-2:] == ["DELETE", "DELETE"]


async def test_one_register_holds_two_decisions_about_one_pupil_apart(bron: Bron) -> None:
    first = await bron.decide()
    await bron.reaches(first, "geaccepteerd")
    second = await bron.decide(leerling=first.leerling, begin=date(YEAR + 1, 8, 1), eind=date(YEAR + 3, 7, 31))
    await bron.reaches(second, "geaccepteerd")
    third = await bron.decide(leerling=first.leerling)
    assert [s["code"] for s in (await bron.reaches(third, "afgekeurd"))["signalen"]] == [425]


async def test_every_attempt_is_on_record(bron: Bron) -> None:
    await bron.register.behave("verbreekt")
    besluit = await bron.decide()
    await bron.reaches(besluit, "geaccepteerd")
    lines = [(each["handeling"], each["stap"], each["uitkomst"]) for each in reversed((await bron.detail(besluit))["pogingen"])]
    assert lines == [
        ("aanmelden", "begonnen", None),
        ("aanmelden", "afgelopen", "onzeker"),
        ("vragen", "begonnen", None),
        ("vragen", "afgelopen", "geaccepteerd"),
    ]


async def test_no_name_of_a_child_is_kept_or_told(bron: Bron) -> None:
    besluit = await bron.decide(soort="arrangement")
    await bron.reaches(besluit, "geaccepteerd")
    async with bron.box.connect() as connection:
        for table in ("registratie", "verzendpoging", "correctie", "audit_log", "besluit"):
            kept = str(await connection.fetch(f"SELECT t::text FROM bron_export.{table} AS t"))
            assert "Voorbeeld" not in kept
            assert f"{YEAR - 8}-05-04" not in kept
        told = str(await connection.fetch("SELECT convert_from(body, 'UTF8') FROM bron_export.outbox"))
    assert "Voorbeeld" not in told


async def test_the_event_continues_the_chain_of_the_decision(bron: Bron) -> None:
    besluit = bron.besluit()
    event = Event.about(besluit, subject=besluit.hulpvraag, sequence=1)
    await bron.box.publish(event)
    await bron.reaches(besluit, "geaccepteerd")
    told = await bron.box.published("bron-export", "nl.passend-onderwijs.registratie.gewijzigd.v1")
    mine = [each for each in told if each["subject"] == str(besluit.hulpvraag)]
    assert {each["correlationid"] for each in mine} == {str(event.correlationid)}
    assert len(mine) == 2


async def test_what_is_not_settled_is_counted(bron: Bron) -> None:
    await bron.register.behave("keurt-af", signalen=[990])
    await bron.reaches(await bron.decide(), "afgekeurd")

    async def counted() -> bool:
        page = (await bron.http.get("/metrics")).text
        return 'schakel_registrations_open{staat="afgekeurd"} 0' not in page and "schakel_register_attempts_total" in page

    await eventually(counted, within=20, every=0.5)


async def test_the_wait_for_a_mandate_of_tomorrow_is_seen(without_mandate: Bron) -> None:
    await without_mandate.mandate(van=clock.today() + timedelta(days=1))
    await without_mandate.reaches(await without_mandate.decide(), "te verzenden", reden="geen-mandaat")
