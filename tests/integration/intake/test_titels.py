"""The titles of an SWV at the entrance: told by workflow, refused with the nearest ones."""

from typing import Any, Literal
from uuid import UUID, uuid4

from shared import clock
from shared.contracts.connector import Aanvaard, BijlagenToevoegen, Geweigerd, UploadslotsAanvragen
from shared.contracts.documents import Uploadslot, UploadslotsUitgegeven
from shared.contracts.intake import UploadslotsGevraagd
from shared.contracts.workflow import RegelsGepubliceerd, Titel, VereisteBijlage
from shared.envelope import Event
from support.intake import Lvs, Served, hulpvraag
from support.sandbox import eventually


def told(versie: int, *titels: str, weigeren: bool = True) -> Event[RegelsGepubliceerd]:
    data = RegelsGepubliceerd(
        swv="PO2507",
        versie=versie,
        onbekende_titel="weigeren" if weigeren else "aanvaarden",
        titels=tuple(Titel(titel=titel, niveau="leerling", kanaal="beide") for titel in titels),
    )
    return Event.about(data, subject=uuid4(), sequence=versie)


async def known(served: Served, versie: int) -> None:
    query = "SELECT versie = $1 FROM intake.titelregels WHERE swv = 'PO2507'"
    await eventually(lambda: served.world.fetchval(query, versie))


async def test_an_unknown_title_is_refused_with_the_nearest_and_an_older_version_changes_nothing(
    served: Served, lvs: Lvs
) -> None:
    await served.sandbox.publish(told(7, "TLV SBO", "TLV SO"))
    await known(served, 7)
    answer = await lvs.answer_to(await lvs.send(hulpvraag(aanvraagtype="TLV SB0")))
    assert answer["_"].type == Geweigerd.TYPE
    (fault,) = answer["fouten"]
    assert (fault["field"], fault["rule"]) == ("aanvraagtype", "onbekend-aanvraagtype")
    assert "Bedoelt u ‘TLV SBO’" in fault["message"]
    await served.sandbox.publish(told(6, "Iets anders"))
    answer = await lvs.answer_to(await lvs.send(hulpvraag(aanvraagtype="TLV SBO")))
    assert answer["_"].type == Aanvaard.TYPE
    await served.sandbox.publish(told(8, "TLV SBO", weigeren=False))
    await known(served, 8)
    answer = await lvs.answer_to(await lvs.send(hulpvraag(aanvraagtype="Een vrije titel")))
    assert answer["_"].type == Aanvaard.TYPE


async def rules(served: Served, versie: int, ontbreekt: Literal["waarschuwen", "weigeren"]) -> None:
    """Ask for an OPP with a TLV from now on."""
    bijlage = VereisteBijlage(naam="Toelichting onderwijsbehoeften", soort="opp", ontbreekt=ontbreekt)
    titel = Titel(titel="TLV", niveau="leerling", kanaal="beide", bijlagen=(bijlage,))
    data = RegelsGepubliceerd(swv="PO2507", versie=versie, onbekende_titel="aanvaarden", titels=(titel,))
    await served.sandbox.publish(Event.about(data, subject=uuid4(), sequence=versie))
    await known(served, versie)


async def opp(served: Served, lvs: Lvs) -> str:
    """Get an uploadslot for an OPP, from us who are documents."""
    before = len(await served.world.told(lvs.connector, UploadslotsGevraagd))
    file = {"naam": "plan.pdf", "grootte": 10, "sha256": "a" * 64, "bijlagesoort": "opp"}
    asked = await lvs.send({"swv": "PO2507", "bestanden": [file]}, kind=UploadslotsAanvragen.TYPE)

    async def told() -> list[dict[str, Any]]:
        return (await served.world.told(lvs.connector, UploadslotsGevraagd))[before:]

    (event,) = await eventually(told)
    assert event["data"]["bestanden"][0]["bijlagesoort"] == "opp"
    place = {"uploadslot": uuid4(), "naam": "plan.pdf", "url": "https://s3.example/", "velden": {}, "verloopt_op": clock.now()}
    given = UploadslotsUitgegeven(
        aanvraag=UUID(event["data"]["aanvraag"]),
        aanbieder=event["data"]["aanbieder"],
        uploadslots=(Uploadslot(**place, bijlagesoort="opp"),),
    )
    await served.sandbox.publish(Event.about(given, subject=given.aanvraag, sequence=1))
    slot: str = (await lvs.answer_to(asked))["uploadslots"][0]["uploadslot"]
    return slot


async def test_a_bijlage_that_the_rules_ask_for_goes_by_what_was_said_of_its_uploadslot(served: Served, lvs: Lvs) -> None:
    await rules(served, 11, "waarschuwen")
    slot = await opp(served, lvs)
    without, with_it = hulpvraag(aanvraagtype="TLV"), hulpvraag(aanvraagtype="TLV", uploadslots=[slot])
    warned = await lvs.answer_to(await lvs.send(without))
    assert [(fault["field"], fault["rule"]) for fault in warned["waarschuwingen"]] == [("uploadslots", "bijlage-ontbreekt")]
    assert "‘Toelichting onderwijsbehoeften’ ontbreekt" in warned["waarschuwingen"][0]["message"]
    changed = await lvs.answer_to(await lvs.send({**without, "omschrijving": "Nog steeds zonder."}))
    assert changed["waarschuwingen"] == warned["waarschuwingen"], "a change lacks it as well"
    await rules(served, 12, "weigeren")
    refused = await lvs.answer_to(await lvs.send(hulpvraag(aanvraagtype="TLV")))
    assert refused["_"].type == Geweigerd.TYPE
    assert [(fault["field"], fault["rule"]) for fault in refused["fouten"]] == [("uploadslots", "bijlage-ontbreekt")]
    taken = await lvs.answer_to(await lvs.send(with_it))
    assert (taken["_"].type, "waarschuwingen" in taken) == (Aanvaard.TYPE, False)


async def test_what_a_hulpvraag_has_counts_when_it_is_sent_again_without_its_uploadslots(served: Served, lvs: Lvs) -> None:
    await rules(served, 21, "waarschuwen")
    at_once = hulpvraag(aanvraagtype="TLV", uploadslots=[await opp(served, lvs)])
    afterwards, with_a_change = hulpvraag(aanvraagtype="TLV"), hulpvraag(aanvraagtype="TLV")
    numbers = [(await lvs.answer_to(await lvs.send(one)))["dossiernummer"] for one in (at_once, afterwards, with_a_change)]
    more = {"dossiernummer": numbers[1], "uploadslots": [await opp(served, lvs)]}
    await lvs.answer_to(await lvs.send(more, kind=BijlagenToevoegen.TYPE))
    with_a_change |= {"omschrijving": "Met een OPP."}
    await lvs.answer_to(await lvs.send({**with_a_change, "uploadslots": [await opp(served, lvs)]}))
    await rules(served, 22, "weigeren")
    await served.world.fetch("DELETE FROM intake.slotsoort")  # as when the slots are long over
    for number, sent in zip(numbers, (at_once, afterwards, with_a_change), strict=True):
        for own in ({}, {"omschrijving": "Toch iets anders."}):
            answer = await lvs.answer_to(await lvs.send({**sent, "uploadslots": [], **own}))
            assert (answer["_"].type, answer.get("dossiernummer")) == (Aanvaard.TYPE, number), answer
    refused = await lvs.answer_to(await lvs.send({**at_once, "eigenReferentie": "een andere", "uploadslots": []}))
    assert refused["_"].type == Geweigerd.TYPE
