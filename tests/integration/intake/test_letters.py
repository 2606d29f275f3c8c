"""A connector fetches a letter of its own hulpvraag, and of no other."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from intake.domain.names import aanbieder
from shared import clock
from shared.contracts.connector import BriefLink, BriefOphalen, Geweigerd
from shared.contracts.documents import Briefplaats, BriefVerstrekt
from shared.contracts.intake import BriefOpgevraagd
from shared.envelope import Event
from support.intake import Lvs, Served, hulpvraag
from support.sandbox import eventually

SHA = "c" * 64
PLACE = Briefplaats(
    brief="TLV-brief",
    naam="TLV-brief PO2507-26-00012.pdf",
    grootte=5,
    sha256=SHA,
    url="https://s3.example/brieven/x/1?sig",
    verloopt_op=clock.now() + timedelta(seconds=60),
)


async def numbered(lvs: Lvs) -> int:
    return int((await lvs.answer_to(await lvs.send(hulpvraag())))["dossiernummer"])


async def ask(lvs: Lvs, number: int, message_id: str | None = "") -> str | None:
    return await lvs.send({"dossiernummer": number, "sha256": SHA}, kind=BriefOphalen.TYPE, message_id=message_id)


async def asked(served: Served, lvs: Lvs, count: int = 1) -> dict[str, Any]:
    async def found() -> dict[str, Any] | None:
        events = await served.world.told(lvs.connector, BriefOpgevraagd)
        return events[-1]["data"] if len(events) == count else None

    event: dict[str, Any] = await eventually(found)
    return event


async def answer(served: Served, asked_for: dict[str, Any], place: Briefplaats | None) -> None:
    told = BriefVerstrekt(
        aanvraag=UUID(asked_for["aanvraag"]),
        aanbieder=asked_for["aanbieder"],
        hulpvraag=UUID(asked_for["hulpvraag"]),
        brief=place,
    )
    for _ in range(2):
        await served.sandbox.publish(Event.about(told, subject=told.aanvraag, sequence=1))


async def test_a_letter_of_an_own_hulpvraag_is_asked_of_documents_and_its_link_answered_once(served: Served, lvs: Lvs) -> None:
    number = await numbered(lvs)
    message_id = await ask(lvs, number)
    event = await asked(served, lvs)
    assert (event["swv"], event["sha256"], event["aanbieder"]) == ("PO2507", SHA, aanbieder(lvs.connector))
    await answer(served, event, PLACE)
    link = await lvs.answer_to(message_id)
    assert link["_"].type == BriefLink.TYPE
    assert (link["dossiernummer"], link["url"], link["naam"]) == (number, PLACE.url, PLACE.naam)
    await ask(lvs, number, message_id)
    assert (await lvs.answer_to(message_id))["_"].body == link["_"].body
    assert len(await served.world.told(lvs.connector, BriefOpgevraagd)) == 1
    log = "SELECT count(*) FROM intake.audit_log WHERE action = 'brief.opgevraagd' AND subject = $1 AND actor = $2"
    assert await served.world.fetchval(log, event["hulpvraag"], event["aanbieder"]) == 1


async def test_a_link_that_is_over_is_asked_again_with_a_new_message(served: Served, lvs: Lvs) -> None:
    number = await numbered(lvs)
    links = []
    for count, url in enumerate(("https://s3.example/1", "https://s3.example/2"), start=1):
        message_id = await ask(lvs, number)
        await answer(served, await asked(served, lvs, count), PLACE.model_copy(update={"url": url}))
        links.append((await lvs.answer_to(message_id))["url"])
    assert links == ["https://s3.example/1", "https://s3.example/2"]


async def test_a_foreign_hulpvraag_one_that_never_was_and_a_letter_that_is_not_there_are_refused_alike(
    served: Served, lvs: Lvs
) -> None:
    other = f"vreemd-{uuid4().hex[:6]}"
    await served.world.add(other)
    await served.world.served(other)
    foreign = await numbered(await served.world.lvs(other))
    own = await numbered(lvs)
    faults = []
    for number in (foreign, 987654321, 2**70):
        refused = await lvs.answer_to(await ask(lvs, number))
        assert refused["_"].type == Geweigerd.TYPE
        faults.append(refused["fouten"])
    message_id = await ask(lvs, own)
    await answer(served, await asked(served, lvs), None)
    faults.append((await lvs.answer_to(message_id))["fouten"])
    assert faults == [faults[0]] * 4
    assert faults[0][0]["rule"] == "brief-onbekend"
    assert len(await served.world.told(lvs.connector, BriefOpgevraagd)) == 1


async def test_without_a_mandate_for_its_school_today_a_connector_gets_no_letter(served: Served, lvs: Lvs) -> None:
    number = await numbered(lvs)
    async with served.sandbox.connect() as connection:
        await connection.execute("DELETE FROM intake.mandaat WHERE connector = $1", lvs.connector)
    refused = await lvs.answer_to(await ask(lvs, number))
    assert [fault["rule"] for fault in refused["fouten"]] == ["geen-mandaat"]
    assert await served.world.told(lvs.connector, BriefOpgevraagd) == []
