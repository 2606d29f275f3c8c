"""What a connector may do with a hulpvraag that exists: change it, withdraw it, take it off its list, ask how it stands."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.connector import (
    Aanvaard,
    BijlagenToevoegen,
    Geweigerd,
    HulpvraagIndienen,
    HulpvraagIntrekken,
    HulpvraagVerwijderen,
    StatusBericht,
    StatusOpvragen,
    Statussen,
)
from shared.contracts.intake import BijlagenAangeboden, HulpvraagGewijzigd, HulpvraagIngediend, HulpvraagIngetrokken
from support.intake import Lvs, Served, hulpvraag, leerling
from support.sandbox import eventually
from support.statussen import status

SCHOOL = {"brin": "99XA", "vestiging": "00"}


async def asked(lvs: Lvs, body: dict[str, Any], kind: str = HulpvraagIndienen.TYPE) -> dict[str, Any]:
    return await lvs.answer_to(await lvs.send(body, kind=kind))


def rules(answer: dict[str, Any]) -> list[tuple[str, str]]:
    assert answer["_"].type == Geweigerd.TYPE, answer
    assert all(fout["message"].endswith((".", "?")) for fout in answer["fouten"])
    return [(fout["field"], fout["rule"]) for fout in answer["fouten"]]


async def submitted(served: Served, lvs: Lvs, **own: Any) -> HulpvraagIngediend:
    number = (await asked(lvs, hulpvraag(**own)))["dossiernummer"]
    found = [
        HulpvraagIngediend.model_validate(event["data"]) for event in await served.world.told(lvs.connector, HulpvraagIngediend)
    ]
    return next(one for one in found if one.dossiernummer == number)


async def stands(served: Served, told: HulpvraagIngediend, versie: int, **own: Any) -> None:
    """Let workflow tell a status, and wait until it was taken up."""
    await served.sandbox.publish(status(told, versie, **own))
    query = "SELECT statusversie >= $2 FROM intake.hulpvraag WHERE id = $1"
    await eventually(lambda: served.world.fetchval(query, told.hulpvraag, versie))


async def changes(served: Served, lvs: Lvs) -> list[HulpvraagGewijzigd]:
    # an event of intake names its connector
    return [
        HulpvraagGewijzigd.model_validate(event["data"]) for event in await served.world.told(lvs.connector, HulpvraagGewijzigd)
    ]


async def test_the_same_reference_with_other_content_changes_the_hulpvraag_and_what_stood_there_is_kept(
    served: Served, lvs: Lvs
) -> None:
    sent = hulpvraag(omschrijving="Eerst zo.")
    first = await asked(lvs, sent)

    async def changed(number: int, text: str) -> HulpvraagGewijzigd:
        answer = await asked(lvs, {**sent, "omschrijving": text, "aanvraagtype": "TLV"})
        assert (answer["_"].type, answer["dossiernummer"]) == (Aanvaard.TYPE, first["dossiernummer"])
        told = (await changes(served, lvs))[-1]
        assert (told.versie, told.omschrijving, told.aanvraagtype, told.dossiernummer) == (
            number,
            text,
            "TLV",
            first["dossiernummer"],
        )
        return told

    await changed(2, "Nu anders.")
    told = await changed(3, "Eerst zo.")
    (ingediend,) = await served.world.told(lvs.connector, HulpvraagIngediend)
    assert told.ingediend_op == HulpvraagIngediend.model_validate(ingediend["data"]).ingediend_op
    assert told.gewijzigd_op > told.ingediend_op
    versions = "SELECT versie, aanvraagtype, omschrijving FROM intake.hulpvraagversie WHERE hulpvraag = $1 ORDER BY versie"
    kept = [tuple(row) for row in await served.world.fetch(versions, told.hulpvraag)]
    assert kept == [(1, "A&K", "Eerst zo."), (2, "TLV", "Nu anders.")]
    originals = "SELECT count(body) FROM intake.ontvangst WHERE hulpvraag = $1"
    assert await served.world.fetchval(originals, told.hulpvraag) == 3
    audited = "SELECT count(*) FROM intake.audit_log WHERE action = 'hulpvraag.gewijzigd' AND subject = $1"
    assert await served.world.fetchval(audited, str(told.hulpvraag)) == 2


async def test_resends_at_once_and_again_end_in_what_came_last_and_one_hulpvraag(served: Served, lvs: Lvs) -> None:
    sent = hulpvraag()
    senders = [await served.world.lvs(lvs.connector) for _ in range(3)]
    bodies = [{**sent, "omschrijving": f"Versie {place}."} for place in range(6)]
    ids = [str(uuid4()) for _ in bodies]
    await asyncio.gather(
        *(sender.send(body, message_id=message_id) for sender in senders for body, message_id in zip(bodies, ids, strict=True))
    )
    unanswered = set(ids)
    while unanswered:
        unanswered.discard((await lvs.next())["betreft"])
    last = "SELECT omschrijving, versie FROM intake.hulpvraag WHERE connector = $1"
    [row] = await served.world.fetch(last, lvs.connector)
    received = "SELECT body FROM intake.ontvangst WHERE connector = $1 ORDER BY id DESC LIMIT 1"
    assert row["omschrijving"] == json.loads(await served.world.fetchval(received, lvs.connector))["omschrijving"]
    told = await changes(served, lvs)
    assert [one.versie for one in told] == list(range(2, row["versie"] + 1))
    assert told[-1].omschrijving == row["omschrijving"]


async def test_a_message_that_was_put_aside_and_overtaken_changes_nothing_any_more(served: Served, lvs: Lvs) -> None:
    sent = hulpvraag()
    first = await asked(lvs, sent)
    async with served.sandbox.connect() as connection:  # as if a later message had brought what stands there
        await connection.execute(
            "UPDATE intake.hulpvraag SET ontvangst = ontvangst + 1000000 WHERE connector = $1", lvs.connector
        )
    answer = await asked(lvs, {**sent, "omschrijving": "Ouder."})
    assert answer["dossiernummer"] == first["dossiernummer"]
    assert await changes(served, lvs) == []
    text = await served.world.fetchval("SELECT omschrijving FROM intake.hulpvraag WHERE connector = $1", lvs.connector)
    assert text == sent["omschrijving"]


async def test_files_that_did_not_come_along_before_are_a_further_batch_and_no_change_of_content(
    served: Served, lvs: Lvs
) -> None:
    one, two = str(uuid4()), str(uuid4())
    sent = hulpvraag(uploadslots=[one])
    for slots in ([one], [one, two], [two, one], [one]):
        await asked(lvs, {**sent, "uploadslots": slots})
    offered = [event["data"] for event in await served.world.told(lvs.connector, BijlagenAangeboden)]
    assert [event["uploadslots"] for event in offered] == [[one], [two]]
    assert len({event["batch"] for event in offered}) == 2
    assert await changes(served, lvs) == []


async def test_changed_data_of_the_pupil_are_a_version_of_the_dossier_and_another_pupil_is_refused(
    served: Served, lvs: Lvs
) -> None:
    noor = leerling()
    sent = hulpvraag(leerling=noor)
    await asked(lvs, sent)
    await asked(lvs, {**sent, "leerling": {**noor, "achternaam": "Verzonnen"}})
    refused = await asked(lvs, {**sent, "leerling": leerling()})
    assert rules(refused) == [("leerling.leerlingid", "andere-leerling")]
    (told,) = await changes(served, lvs)
    assert told.leerling is not None
    assert told.leerling.achternaam == "Verzonnen"
    versies = "SELECT gegevens ->> 'achternaam' AS naam FROM intake.dossierversie WHERE dossier = $1 ORDER BY versie"
    assert [row["naam"] for row in await served.world.fetch(versies, told.dossier)] == ["Voorbeeld", "Verzonnen"]


async def test_a_closed_hulpvraag_is_not_changed_and_the_same_content_is_still_answered(served: Served, lvs: Lvs) -> None:
    sent = hulpvraag()
    number = (await asked(lvs, sent))["dossiernummer"]
    told = HulpvraagIngediend.model_validate((await served.world.told(lvs.connector, HulpvraagIngediend))[0]["data"])
    await stands(served, told, 1, einde=True)
    assert (await lvs.next())["_"].type == StatusBericht.TYPE
    assert rules(await asked(lvs, {**sent, "omschrijving": "Toch nog."})) == [("eigenReferentie", "afgesloten")]
    assert (await asked(lvs, sent))["dossiernummer"] == number


@pytest.mark.parametrize("by_reference", [False, True], ids=["by number", "by reference"])
async def test_a_withdrawal_is_told_once_with_its_reason(served: Served, lvs: Lvs, *, by_reference: bool) -> None:
    reference = str(uuid4())
    told = await submitted(served, lvs, eigenReferentie=reference)
    named = {"eigenReferentie": reference, "school": SCHOOL} if by_reference else {"dossiernummer": told.dossiernummer}
    body = {**named, "reden": "De leerling verhuist."}
    for _ in range(2):
        answer = await asked(lvs, body, HulpvraagIntrekken.TYPE)
        assert (answer["_"].type, answer["dossiernummer"]) == (Aanvaard.TYPE, told.dossiernummer)
    events = await served.sandbox.published("intake", HulpvraagIngetrokken.TYPE)
    (event,) = [event for event in events if event["subject"] == str(told.hulpvraag)]
    assert (event["data"]["reden"], event["sequence"]) == ("De leerling verhuist.", 2)
    changed = await asked(lvs, hulpvraag(eigenReferentie=reference))
    assert ("eigenReferentie", "ingetrokken") in rules(changed)


async def test_what_is_closed_cannot_be_withdrawn_and_what_runs_cannot_be_taken_off_the_list(served: Served, lvs: Lvs) -> None:
    told = await submitted(served, lvs)
    named = {"dossiernummer": told.dossiernummer}
    assert rules(await asked(lvs, named, HulpvraagVerwijderen.TYPE)) == [("dossiernummer", "niet-afgesloten")]
    await stands(served, told, 1, einde=True)
    assert (await lvs.next())["versie"] == 1
    withdrawn = await asked(lvs, {**named, "reden": "Toch niet."}, HulpvraagIntrekken.TYPE)
    assert rules(withdrawn) == [("dossiernummer", "afgesloten")]
    for _ in range(2):
        assert (await asked(lvs, named, HulpvraagVerwijderen.TYPE))["_"].type == Aanvaard.TYPE
    await stands(served, told, 2, einde=True)
    answer = await asked(lvs, {"dossiernummers": [told.dossiernummer]}, StatusOpvragen.TYPE)
    assert (answer["hulpvragen"], answer["onbekend"]) == ([], [told.dossiernummer]), "nothing more is told of it"
    dossier = "SELECT count(*) FROM intake.dossier WHERE id = $1"
    assert await served.world.fetchval(dossier, told.dossier) == 1, "the dossier of the SWV stays"


async def test_how_hulpvragen_stand_is_answered_by_number_by_reference_and_for_all_that_run_at_a_school(
    served: Served, lvs: Lvs
) -> None:
    reference = str(uuid4())
    new = await submitted(served, lvs, eigenReferentie=reference)
    open_, closed = await submitted(served, lvs), await submitted(served, lvs)
    await submitted(served, lvs, school={"brin": "99XA", "vestiging": "01"})
    await stands(served, open_, 3, toelichting="Het OPP ontbreekt.", gevraagde_actie="Stuur het OPP.")
    await stands(served, open_, 2)
    await stands(served, closed, 1, einde=True)
    await lvs.many(2)
    numbers = [new.dossiernummer, open_.dossiernummer, closed.dossiernummer]
    answer = await asked(lvs, {"dossiernummers": [*reversed(numbers), 7, 10**30]}, StatusOpvragen.TYPE)
    assert answer["_"].type == Statussen.TYPE
    assert [one["dossiernummer"] for one in answer["hulpvragen"]] == numbers
    assert answer["onbekend"] == [7, 10**30]
    fresh, running, ended = answer["hulpvragen"]
    assert "status" not in fresh
    assert (running["status"]["versie"], running["status"]["gevraagdeActie"]) == (3, "Stuur het OPP.")
    assert ended["status"]["status"] == "status 1"
    one = await asked(lvs, {"eigenReferentie": reference, "school": SCHOOL}, StatusOpvragen.TYPE)
    assert [(one["dossiernummer"], one["eigenReferentie"]) for one in one["hulpvragen"]] == [(new.dossiernummer, reference)]
    running_there = await asked(lvs, {"school": SCHOOL}, StatusOpvragen.TYPE)
    assert [one["dossiernummer"] for one in running_there["hulpvragen"]] == [new.dossiernummer, open_.dossiernummer]
    rest = await asked(lvs, {"school": SCHOOL, "naDossiernummer": new.dossiernummer}, StatusOpvragen.TYPE)
    assert [one["dossiernummer"] for one in rest["hulpvragen"]] == [open_.dossiernummer]
    beyond = await asked(lvs, {"school": SCHOOL, "naDossiernummer": 10**30}, StatusOpvragen.TYPE)
    assert beyond["hulpvragen"] == []


async def test_a_question_asked_again_is_answered_as_it_was_then(served: Served, lvs: Lvs) -> None:
    told = await submitted(served, lvs)
    body, message_id = {"dossiernummers": [told.dossiernummer]}, str(uuid4())
    await lvs.send(body, kind=StatusOpvragen.TYPE, message_id=message_id)
    first = await lvs.answer_to(message_id)
    await stands(served, told, 1)
    await lvs.next()
    await lvs.send(body, kind=StatusOpvragen.TYPE, message_id=message_id)
    assert (await lvs.answer_to(message_id))["_"].body == first["_"].body


async def test_an_answer_about_much_is_cut_and_says_where_it_goes_on(
    served: Served, lvs: Lvs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.usecases.existing.MAX_ANSWER", 150)
    numbers = [(await submitted(served, lvs)).dossiernummer for _ in range(3)]
    seen: list[int] = []
    body: dict[str, Any] = {"school": SCHOOL}
    while "naDossiernummer" not in body or body["naDossiernummer"] is not None:
        answer = await asked(lvs, body, StatusOpvragen.TYPE)
        seen += [one["dossiernummer"] for one in answer["hulpvragen"]]
        assert len(answer["hulpvragen"]) < 3
        body = {"school": SCHOOL, "naDossiernummer": answer.get("volgende")}
    assert seen == numbers


async def test_a_hulpvraag_of_another_connector_is_as_unknown_for_every_command(served: Served, lvs: Lvs) -> None:
    reference = str(uuid4())
    told = await submitted(served, lvs, eigenReferentie=reference)
    await stands(served, told, 1, einde=True)
    other = await served.world.lvs()
    by_number = {"dossiernummer": told.dossiernummer}
    by_reference = {"eigenReferentie": reference, "school": SCHOOL}
    for body, kind in (({"reden": "Weg."}, HulpvraagIntrekken.TYPE), ({}, HulpvraagVerwijderen.TYPE)):
        assert rules(await asked(other, {**by_number, **body}, kind)) == [("dossiernummer", "dossiernummer-onbekend")]
        assert rules(await asked(other, {**by_reference, **body}, kind)) == [("eigenReferentie", "referentie-onbekend")]
    answer = await asked(other, {"dossiernummers": [told.dossiernummer]}, StatusOpvragen.TYPE)
    assert (answer["hulpvragen"], answer["onbekend"]) == ([], [told.dossiernummer])
    assert rules(await asked(other, by_reference, StatusOpvragen.TYPE)) == [("eigenReferentie", "referentie-onbekend")]
    listed = await asked(other, {"school": SCHOOL}, StatusOpvragen.TYPE)
    assert told.dossiernummer not in [one["dossiernummer"] for one in listed["hulpvragen"]]
    own = await asked(other, hulpvraag(eigenReferentie=reference))
    assert own["dossiernummer"] != told.dossiernummer, "a reference is each connector's own"
    row = "SELECT ingetrokken_op, verwijderd_op, versie FROM intake.hulpvraag WHERE id = $1"
    assert [tuple(row) for row in await served.world.fetch(row, told.hulpvraag)] == [(None, None, 1)]


async def test_without_a_mandate_today_nothing_may_be_done_or_seen(served: Served, lvs: Lvs) -> None:
    reference = str(uuid4())
    told = await submitted(served, lvs, eigenReferentie=reference)
    async with served.sandbox.connect() as connection:
        await connection.execute("DELETE FROM intake.mandaat WHERE connector = $1 AND school = '99XA00'", lvs.connector)
    named = {"dossiernummer": told.dossiernummer}
    withdrawn = await asked(lvs, {**named, "reden": "Weg."}, HulpvraagIntrekken.TYPE)
    assert rules(withdrawn) == [("dossiernummer", "geen-mandaat")]
    assert rules(await asked(lvs, named, HulpvraagVerwijderen.TYPE))[0] == ("dossiernummer", "geen-mandaat")
    assert rules(await asked(lvs, hulpvraag(eigenReferentie=reference))) == [("school", "geen-mandaat")]
    answer = await asked(lvs, {"dossiernummers": [told.dossiernummer]}, StatusOpvragen.TYPE)
    assert (answer["hulpvragen"], answer["onbekend"]) == ([], [told.dossiernummer])
    assert rules(await asked(lvs, {"school": SCHOOL}, StatusOpvragen.TYPE)) == [("school", "geen-mandaat")]


async def test_an_swv_that_the_connector_may_not_address_any_more_is_as_one_without_its_hulpvragen(
    served: Served, lvs: Lvs
) -> None:
    told = await submitted(served, lvs)
    async with served.sandbox.connect() as connection:
        await connection.execute("DELETE FROM intake.connector_swv WHERE connector = $1", lvs.connector)
    named = {"dossiernummer": told.dossiernummer}
    withdrawn = await asked(lvs, {**named, "reden": "Weg."}, HulpvraagIntrekken.TYPE)
    assert rules(withdrawn) == [("dossiernummer", "swv-niet-toegestaan")]
    answer = await asked(lvs, {"dossiernummers": [told.dossiernummer]}, StatusOpvragen.TYPE)
    assert (answer["hulpvragen"], answer["onbekend"]) == ([], [told.dossiernummer])
    assert (await asked(lvs, {"school": SCHOOL}, StatusOpvragen.TYPE))["hulpvragen"] == []


async def test_what_ends_a_hulpvraag_is_handled_in_its_turn_between_what_changes_it(served: Served, lvs: Lvs) -> None:
    """All of it in one batch: by number and by reference it is the same hulpvraag."""
    sent = hulpvraag()
    number = (await asked(lvs, sent))["dossiernummer"]
    ids = [
        await lvs.send({**sent, "omschrijving": "Nog voor het intrekken."}),
        await lvs.send({"dossiernummer": number, "reden": "Weg."}, kind=HulpvraagIntrekken.TYPE),
        await lvs.send({**sent, "omschrijving": "Te laat."}),
        await lvs.send({"dossiernummer": number, "uploadslots": [str(uuid4())]}, kind=BijlagenToevoegen.TYPE),
    ]
    answers = await lvs.many(4)
    assert [answer["betreft"] for answer in answers] == ids
    assert [answer["_"].type for answer in answers] == [Aanvaard.TYPE, Aanvaard.TYPE, Geweigerd.TYPE, Aanvaard.TYPE]
    assert [one.omschrijving for one in await changes(served, lvs)] == ["Nog voor het intrekken."]


async def test_after_the_term_nothing_of_a_hulpvraag_is_left_in_versions_or_in_answers_about_many(
    served: Served, lvs: Lvs
) -> None:
    sent = hulpvraag()
    await asked(lvs, sent)
    await asked(lvs, {**sent, "omschrijving": "Anders."})
    (gone,), kept = await changes(served, lvs), await submitted(served, lvs)
    await stands(served, gone, 1, toelichting="Iets over een kind.")
    await lvs.next()
    await asked(lvs, {"school": SCHOOL}, StatusOpvragen.TYPE)
    async with served.sandbox.connect() as connection:
        await connection.execute("SET search_path = intake")
        await connection.execute(
            "INSERT INTO vernietigd (hulpvraag, dossiernummer, vernietiging, gemeld_op) VALUES ($1, $2, $3, now())",
            gone.hulpvraag,
            gone.dossiernummer,
            uuid4(),
        )
        await connection.execute("SELECT vernietig($1)", gone.hulpvraag)
    assert await served.world.fetchval("SELECT count(*) FROM intake.hulpvraagversie WHERE hulpvraag = $1", gone.hulpvraag) == 0
    query = "SELECT volgnummer, body FROM intake.uitgaand WHERE connector = $1 AND type = $2"
    (row,) = await served.world.fetch(query, lvs.connector, Statussen.TYPE)
    assert row["volgnummer"] is not None
    answer = Statussen.model_validate_json(row["body"])
    assert [one.dossiernummer for one in answer.hulpvragen] == [kept.dossiernummer]
    assert b"kind" not in row["body"]
