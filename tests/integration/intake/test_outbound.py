"""A connector hears everything, in order, however long it was away."""

import asyncio
from uuid import uuid4

from intake.domain import names
from intake.main import make_service
from shared.contracts.connector import BijlagenBericht, BriefBericht, StatusBericht
from shared.contracts.documents import BijlageGeweigerd, BijlagenToegevoegd, BijlageSchoon, BriefGemaakt
from shared.contracts.intake import HulpvraagIngediend
from shared.envelope import AnyEvent, Event
from support.intake import EVENTS, Lvs, Served, World, hulpvraag, intake_settings
from support.sandbox import Sandbox, eventually, running
from support.statussen import status


async def submitted(served: Served, lvs: Lvs) -> HulpvraagIngediend:
    answer = await lvs.answer_to(await lvs.send(hulpvraag()))
    told = [
        HulpvraagIngediend.model_validate(event["data"]) for event in await served.world.told(lvs.connector, HulpvraagIngediend)
    ]
    return next(event for event in told if event.dossiernummer == answer["dossiernummer"])


async def published(served: Served, handler: str, *events: AnyEvent) -> None:
    """Publish events and wait until intake has handled each of them."""
    handled = "SELECT count(*) = $3 FROM intake.inbox WHERE consumer = $1 AND message_id = ANY($2)"
    await served.sandbox.publish(*events)
    ids = [event.id for event in events]
    await eventually(lambda: served.world.fetchval(handled, f"intake.{handler}", ids, len(ids)))


async def test_each_status_reaches_the_connector_with_what_is_asked_of_the_school(served: Served, lvs: Lvs) -> None:
    told = await submitted(served, lvs)
    own = {"reden": "onvolledig", "toelichting": "Het OPP ontbreekt.", "gevraagde_actie": "Stuur het OPP."}
    await served.sandbox.publish(status(told, 1, **own))
    message = await lvs.next()
    assert message["_"].type == StatusBericht.TYPE
    assert message["_"].headers["volgnummer"] == 2
    assert (message["dossiernummer"], message["versie"], message["status"]) == (told.dossiernummer, 1, "status 1")
    assert (message["reden"], message["gevraagdeActie"]) == ("onvolledig", "Stuur het OPP.")


async def test_an_older_status_after_a_newer_is_not_told(served: Served, lvs: Lvs) -> None:
    told = await submitted(served, lvs)
    for versie in (1, 3, 2, 3, 4):
        await published(served, "status-gewijzigd", status(told, versie))
    assert [(await lvs.next())["versie"] for _ in range(3)] == [1, 3, 4]


async def test_statuses_of_one_hulpvraag_never_arrive_out_of_order(served: Served, lvs: Lvs) -> None:
    all_told = [await submitted(served, lvs) for _ in range(4)]
    await served.sandbox.publish(*(status(told, versie) for versie in range(1, 16) for told in all_told))
    seen: dict[int, list[int]] = {}
    while len([versies for versies in seen.values() if versies[-1] == 15]) < 4:
        message = await lvs.next()
        seen.setdefault(message["dossiernummer"], []).append(message["versie"])
    assert all(versies == sorted(set(versies)) for versies in seen.values())


async def test_a_status_of_a_hulpvraag_that_a_person_typed_in_goes_to_no_connector(served: Served, lvs: Lvs) -> None:
    told = await submitted(served, lvs)
    async with served.sandbox.connect() as connection:
        await connection.execute("UPDATE intake.hulpvraag SET connector = NULL WHERE id = $1", told.hulpvraag)
    await published(served, "status-gewijzigd", status(told, 1))
    written = "SELECT count(*) FROM intake.uitgaand WHERE connector = $1"
    assert await served.world.fetchval(written, lvs.connector) == 1


async def test_a_status_of_an_unknown_hulpvraag_becomes_a_dead_letter(served: Served, lvs: Lvs) -> None:
    told = (await submitted(served, lvs)).model_copy(update={"hulpvraag": uuid4()})
    await served.sandbox.publish(status(told, 1))
    reason = "SELECT reason FROM intake.dead_letter WHERE subject = $1"
    assert await eventually(lambda: served.world.fetchval(reason, str(told.hulpvraag))) == "niet-gevonden"


def batch(told: HulpvraagIngediend, aanbieder: str) -> Event[BijlagenToegevoegd]:
    schoon = BijlageSchoon(bijlage=uuid4(), naam="opp.pdf", mediatype="application/pdf", grootte=3, sha256="a" * 64)
    data = BijlagenToegevoegd(
        swv=told.swv,
        hulpvraag=told.hulpvraag,
        dossiernummer=told.dossiernummer,
        batch=uuid4(),
        aanbieder=aanbieder,
        schoon=(schoon,),
        geweigerd=(BijlageGeweigerd(naam="kat.exe", regel="bestandstype", bericht="Dit bestandstype kan niet."),),
    )
    return Event.about(data, subject=told.hulpvraag, sequence=1)


async def test_a_connector_hears_of_its_own_files_and_of_letters_but_not_of_files_of_others(served: Served, lvs: Lvs) -> None:
    told = await submitted(served, lvs)
    await published(served, "bijlagen-toegevoegd", batch(told, str(uuid4())))
    await served.sandbox.publish(batch(told, f"connector:{lvs.connector}"))
    bijlagen = await lvs.next()
    brief = BriefGemaakt(
        swv=told.swv,
        hulpvraag=told.hulpvraag,
        dossiernummer=told.dossiernummer,
        besluit=uuid4(),
        versie=1,
        brief="TLV-brief",
        bij="hulpvraag",
        bijlage=uuid4(),
        naam="TLV-brief.pdf",
        grootte=10,
        sha256="b" * 64,
    )
    await served.sandbox.publish(Event.about(brief, subject=told.hulpvraag, sequence=1))
    letter = await lvs.next()
    assert (bijlagen["_"].type, bijlagen["toegevoegd"]) == (BijlagenBericht.TYPE, ["opp.pdf"])
    assert bijlagen["geweigerd"][0]["naam"] == "kat.exe"
    assert (letter["_"].type, letter["naam"], letter["sha256"]) == (BriefBericht.TYPE, "TLV-brief.pdf", "b" * 64)


async def test_a_connector_that_was_away_fills_no_queue_and_then_gets_everything_in_order(
    sandbox: Sandbox, world: World
) -> None:
    async with running(make_service(intake_settings(sandbox, window=10)), declared_for=EVENTS) as http:
        lvs = await world.lvs()
        ids = [await lvs.send(hulpvraag()) for _ in range(60)]
        await eventually(lambda: world.fetchval("SELECT count(*) = 60 FROM intake.uitgaand"))

        async def full() -> bool:
            return await lvs.queued() == 10

        async def shown() -> str:
            text: str = (await http.get("/metrics")).text
            return text if 'schakel_intake_unsent{connector="parnassys"} 50.0' in text else ""

        await eventually(full)
        assert 'schakel_intake_unread{connector="parnassys"} 10.0' in await eventually(shown, within=45)
        assert await full()
        answers = await lvs.many(60)
    assert [answer["betreft"] for answer in answers] == ids
    assert [answer["_"].headers["volgnummer"] for answer in answers] == list(range(1, 61))


async def test_an_outbound_queue_that_was_deleted_comes_back(served: Served, lvs: Lvs) -> None:
    path = ("queues", served.sandbox.name, names.uit(lvs.connector))
    await asyncio.to_thread(served.sandbox.rabbitmq.management.request, "DELETE", *path)
    message_id = await lvs.send(hulpvraag())
    waits = "SELECT genummerd > verzonden FROM intake.lijn WHERE connector = $1"
    await eventually(lambda: served.world.fetchval(waits, lvs.connector))
    await served.service.publisher.declare_again()
    assert (await lvs.answer_to(message_id))["betreft"] == message_id
