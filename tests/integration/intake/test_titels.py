"""The titles of an SWV at the entrance: told by workflow, refused with the nearest ones."""

from uuid import uuid4

from shared.contracts.connector import Aanvaard, Geweigerd
from shared.contracts.workflow import RegelsGepubliceerd, Titel
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
