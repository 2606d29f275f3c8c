"""A connector submits, adds files and asks for uploadslots, and gets its answers."""

import asyncio
from uuid import UUID, uuid4

import pytest

from shared import clock
from shared.contracts.connector import Aanvaard, BijlagenToevoegen, Uploadslots, UploadslotsAanvragen
from shared.contracts.documents import BijlageGeweigerd, Uploadslot, UploadslotsUitgegeven
from shared.contracts.intake import BijlagenAangeboden, HulpvraagIngediend, UploadslotsGevraagd
from shared.envelope import Event
from support.earlier import Second, second, side_by_side
from support.intake import Lvs, Served, hulpvraag, leerling
from support.sandbox import eventually

HULPVRAGEN = "SELECT count(*) FROM intake.hulpvraag WHERE connector = $1"


async def test_a_hulpvraag_gets_a_dossiernummer_and_is_told_to_the_others(served: Served, lvs: Lvs) -> None:
    sent = hulpvraag(omschrijving="Wij vragen advies.")
    message_id = await lvs.send(sent)
    answer = await lvs.answer_to(message_id)
    assert answer["_"].type == Aanvaard.TYPE
    assert answer["_"].headers["volgnummer"] == 1
    assert answer["betreft"] == message_id
    assert answer["eigenReferentie"] == sent["eigenReferentie"]
    assert answer["dossiernummer"] >= 100001
    (event,) = await served.world.told(lvs.connector, HulpvraagIngediend)
    assert event["sequence"] == 1
    assert event["subject"] == event["data"]["hulpvraag"]
    assert event["correlationid"] == event["causationid"] == message_id
    told = HulpvraagIngediend.model_validate(event["data"])
    assert (told.swv, told.aanvraagtype, told.dossiernummer) == ("PO2507", "A&K", answer["dossiernummer"])
    assert (told.kanaal, told.connector, told.niveau, told.bijlagen) == ("LVS", lvs.connector, "leerling", 0)
    assert (told.school.naam, told.school.bestuur) == ("De Verzonnen Linde", "70001")
    assert told.leerling is not None
    assert (told.leerling.naam, told.leerling.leerlingid) == ("Noor van Voorbeeld", sent["leerling"]["leerlingid"])
    assert told.contactpersoon.email == "ina@linde.example"
    (kept,) = await served.world.fetch("SELECT * FROM intake.ontvangst WHERE connector = $1", lvs.connector)
    assert b'"Wij vragen advies."' in kept["body"]
    assert (kept["staat"], kept["uitkomst"], kept["hulpvraag"]) == ("verwerkt", "aanvaard", told.hulpvraag)
    audited = await served.world.fetch("SELECT action, actor FROM intake.audit_log WHERE subject = $1", event["subject"])
    assert [tuple(row) for row in audited] == [("hulpvraag.ingediend", f"connector:{lvs.connector}")]


async def test_the_same_message_ten_times_is_one_hulpvraag_with_ten_times_the_same_answer(served: Served, lvs: Lvs) -> None:
    sent = hulpvraag()
    message_id = await lvs.send(sent)
    answers = [await lvs.answer_to(message_id)]
    for _ in range(9):
        await lvs.send(sent, message_id=message_id)
        answers.append(await lvs.answer_to(message_id))
    assert answers[0]["_"].type == Aanvaard.TYPE
    assert {answer["_"].body for answer in answers} == {answers[0]["_"].body}
    assert [answer["_"].headers["volgnummer"] for answer in answers] == list(range(1, 11))
    assert len(await served.world.told(lvs.connector, HulpvraagIngediend)) == 1
    repeats = "SELECT herhalingen FROM intake.ontvangst WHERE connector = $1"
    assert await served.world.fetchval(repeats, lvs.connector) == 9


async def test_duplicates_at_the_same_moment_are_one_hulpvraag(served: Served, lvs: Lvs) -> None:
    senders = [await served.world.lvs(lvs.connector) for _ in range(4)]
    sent, message_id = hulpvraag(), str(uuid4())
    ids = await asyncio.gather(
        *(sender.send(sent, message_id=message_id) for sender in senders for _ in range(5)),
        *(sender.send(sent) for sender in senders),
        *(lvs.send(hulpvraag()) for _ in range(20)),
    )
    unanswered = set(ids)
    numbers = set()
    while unanswered:
        answer = await lvs.next()
        unanswered.discard(answer["betreft"])
        if answer["eigenReferentie"] == sent["eigenReferentie"]:
            numbers.add(answer["dossiernummer"])
    assert len(numbers) == 1
    assert await served.world.fetchval(HULPVRAGEN, lvs.connector) == 21


async def test_the_same_reference_with_the_same_content_gets_the_same_number(served: Served, lvs: Lvs) -> None:
    sent = hulpvraag()
    first = await lvs.answer_to(await lvs.send(sent))
    again = await lvs.send(dict(reversed(sent.items())))
    second = await lvs.answer_to(again)
    assert second["dossiernummer"] == first["dossiernummer"]
    assert second["betreft"] == again
    assert len(await served.world.told(lvs.connector, HulpvraagIngediend)) == 1


async def test_another_content_under_a_used_message_id_is_refused_and_kept(served: Served, lvs: Lvs) -> None:
    message_id = await lvs.send(hulpvraag())
    await lvs.answer_to(message_id)
    await lvs.send(hulpvraag(), message_id=message_id)
    refused = await lvs.answer_to(message_id)
    assert [(fout["field"], fout["rule"]) for fout in refused["fouten"]] == [("message_id", "al-gebruikt")]
    kept = "SELECT count(*) FROM intake.ontvangst WHERE body IS NOT NULL AND connector = $1"
    assert await served.world.fetchval(kept, lvs.connector) == 2


async def test_files_sent_along_are_offered_to_documents(served: Served, lvs: Lvs) -> None:
    slots = [str(uuid4()), str(uuid4())]
    await lvs.answer_to(await lvs.send(hulpvraag(uploadslots=slots)))
    (ingediend,) = await served.world.told(lvs.connector, HulpvraagIngediend)
    (aangeboden,) = await served.world.told(lvs.connector, BijlagenAangeboden)
    assert ingediend["data"]["bijlagen"] == 2
    assert aangeboden["subject"] == ingediend["subject"]
    assert aangeboden["data"]["uploadslots"] == slots


async def test_what_had_better_been_sent_otherwise_is_told_with_the_answer_each_time(served: Served, lvs: Lvs) -> None:
    contact = {"naam": "Ina Bedacht", "email": "ina@linde.example", "telefoon": "06-00000000"}
    sent = hulpvraag(omschrijving="Noor komt niet mee.", contactpersoon=contact)
    first, again = [await lvs.answer_to(await lvs.send(sent)) for _ in range(2)]
    assert [(fault["field"], fault["rule"]) for fault in first["waarschuwingen"]] == [
        ("contactpersoon.telefoon", "mobiel-nummer"),
        ("omschrijving", "leerlingnaam-in-omschrijving"),
    ]
    assert (again["dossiernummer"], again["waarschuwingen"]) == (first["dossiernummer"], first["waarschuwingen"])
    plain = await lvs.answer_to(await lvs.send(hulpvraag()))
    assert plain["_"].type == Aanvaard.TYPE
    assert "waarschuwingen" not in plain


async def test_bijlagen_are_added_to_a_hulpvraag_and_never_make_one(served: Served, lvs: Lvs) -> None:
    other = await served.world.lvs()
    number = (await lvs.answer_to(await lvs.send(hulpvraag())))["dossiernummer"]
    body = {"dossiernummer": number, "uploadslots": [str(uuid4())]}
    for _ in range(2):
        message_id = await lvs.send(body, kind=BijlagenToevoegen.TYPE)
        assert (await lvs.answer_to(message_id))["dossiernummer"] == number
    unknown = await lvs.answer_to(await lvs.send({**body, "dossiernummer": 10**30}, kind=BijlagenToevoegen.TYPE))
    not_theirs = await other.answer_to(await other.send(body, kind=BijlagenToevoegen.TYPE))
    for answer in (unknown, not_theirs):
        assert [(fout["field"], fout["rule"]) for fout in answer["fouten"]] == [("dossiernummer", "dossiernummer-onbekend")]
    assert await served.world.fetchval(HULPVRAGEN, lvs.connector) == 1
    offered = await served.world.told(lvs.connector, BijlagenAangeboden)
    assert len({event["data"]["batch"] for event in offered}) == 2
    assert [event["sequence"] for event in offered] == [2, 3]


async def test_uploadslots_are_asked_of_documents_and_answered_once(served: Served, lvs: Lvs) -> None:
    asked = {"swv": "PO2507", "bestanden": [{"naam": "plan.pdf", "grootte": 10, "sha256": "a" * 64}]}
    message_id = await lvs.send(asked, kind=UploadslotsAanvragen.TYPE)
    (event,) = await eventually(lambda: served.world.told(lvs.connector, UploadslotsGevraagd))
    aanvraag = UUID(event["data"]["aanvraag"])
    slot = Uploadslot(
        uploadslot=uuid4(), naam="scan20230106.pdf", url="https://s3.example/", velden={"key": "x"}, verloopt_op=clock.now()
    )
    told = UploadslotsUitgegeven(
        aanvraag=aanvraag,
        aanbieder=event["data"]["aanbieder"],
        uploadslots=(slot,),
        geweigerd=(BijlageGeweigerd(naam="film.mp4", regel="bestandstype", bericht="Dit bestandstype kan niet."),),
    )
    for _ in range(2):
        await served.sandbox.publish(Event.about(told, subject=aanvraag, sequence=1))
    answer = await lvs.answer_to(message_id)
    await lvs.send(asked, kind=UploadslotsAanvragen.TYPE, message_id=message_id)
    again = await lvs.answer_to(message_id)
    assert answer["_"].type == Uploadslots.TYPE
    assert answer["uploadslots"][0]["uploadslot"] == str(slot.uploadslot)
    assert answer["geweigerd"][0]["regel"] == "bestandstype"
    assert [fault["rule"] for fault in answer["waarschuwingen"]] == ["naam-zegt-niets"]
    assert again["_"].body == answer["_"].body
    written = "SELECT count(*) FROM intake.uitgaand WHERE connector = $1"
    assert await served.world.fetchval(written, lvs.connector) == 2
    assert len(await served.world.told(lvs.connector, UploadslotsGevraagd)) == 1


async def test_changed_data_of_a_pupil_become_a_new_version_and_the_old_one_stays(served: Served, lvs: Lvs) -> None:
    noor = leerling()
    for change in ({}, {}, {"achternaam": "Verzonnen"}):
        await lvs.send(hulpvraag(leerling={**noor, **change}))
    await lvs.many(3)
    current = "SELECT id, versie, gegevens->>'achternaam' AS achternaam FROM intake.dossier WHERE sleutel = $1"
    (dossier,) = await served.world.fetch(current, noor["leerlingid"])
    versions = "SELECT versie, gegevens->>'achternaam' FROM intake.dossierversie WHERE dossier = $1 ORDER BY versie"
    versies = await served.world.fetch(versions, dossier["id"])
    changed = "SELECT count(*) FROM intake.audit_log WHERE action = 'dossier.gewijzigd' AND subject = $1"
    assert (dossier["versie"], dossier["achternaam"]) == (2, "Verzonnen")
    assert [tuple(row) for row in versies] == [(1, "Voorbeeld"), (2, "Verzonnen")]
    assert await served.world.fetchval(changed, str(dossier["id"])) == 1
    told = await served.world.told(lvs.connector, HulpvraagIngediend)
    assert {event["data"]["dossier"] for event in told} == {str(dossier["id"])}


async def test_two_versions_of_a_command_side_by_side_make_one_hulpvraag_and_each_hears_its_own_names(
    served: Served, lvs: Lvs, monkeypatch: pytest.MonkeyPatch
) -> None:
    side_by_side(monkeypatch)
    old = second()
    new = {**old, "datum": old["aanvraagdatum"], "school": {"brin": "99XA", "vestiging": "00"}}
    del new["aanvraagdatum"]
    first_answer = await lvs.answer_to(await lvs.send(old, kind=Second.TYPE))
    again = await lvs.answer_to(await lvs.send(new))
    assert again["dossiernummer"] == first_answer["dossiernummer"]
    assert len(await served.world.told(lvs.connector, HulpvraagIngediend)) == 1
    late = {"aanvraagdatum": "2199-01-01", "eigenReferentie": str(uuid4())}
    refused = await lvs.answer_to(await lvs.send(second(**late), kind=Second.TYPE))
    assert [(fault["field"], fault["rule"]) for fault in refused["fouten"]] == [("aanvraagdatum", "toekomst")]
