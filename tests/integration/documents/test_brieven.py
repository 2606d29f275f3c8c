"""A decision becomes a letter, once."""

import hashlib
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx

from documents.adapters.s3 import S3
from documents.main import make_service
from documents.settings import Settings
from schakel_local.clamav import ClamAV
from schakel_local.seaweed import SeaweedFS
from shared import clock
from shared.contracts.documents import BriefGemaakt, BriefVerstrekt
from shared.contracts.intake import BriefOpgevraagd
from shared.contracts.workflow import BesluitGenomen
from shared.envelope import Event
from support import documents
from support.documents import CONNECTOR, PDF, SWV, Desk, arrangement, besluit
from support.sandbox import Sandbox, eventually, running


def taken(data: BesluitGenomen) -> Event[BesluitGenomen]:
    return Event.about(data, subject=data.hulpvraag, sequence=data.versie)


async def told(sandbox: Sandbox, besluit: UUID, versie: int = 1) -> Any:
    async def found() -> Any:
        events = await sandbox.published("documents", BriefGemaakt.TYPE)
        data = [event["data"] for event in events]
        return next((item for item in data if (item["besluit"], item["versie"]) == (str(besluit), versie)), None)

    return await eventually(found, within=20)


async def test_a_tlv_becomes_a_letter_that_stands_with_the_hulpvraag(desk: Desk) -> None:
    data = besluit(hulpvraag=desk.hulpvraag)
    await desk.sandbox.publish(taken(data))
    made = await told(desk.sandbox, data.besluit)
    assert (made["brief"], made["bij"]) == ("TLV-brief", "hulpvraag")
    assert made["naam"] == "TLV-brief PO2507-26-00012.pdf"
    (listed,) = await desk.listed()
    assert (listed["soort"], listed["staat"], listed["scan"]) == ("brief", "beschikbaar", "niet nodig")
    answer = await desk.download(made["bijlage"])
    assert answer.content.startswith(b"%PDF-1.7")
    assert hashlib.sha256(answer.content).hexdigest() == made["sha256"]
    assert len(answer.content) == made["grootte"]
    async with desk.sandbox.connect() as connection:
        assert await connection.fetchval("SELECT gegevens FROM documents.brief WHERE besluit = $1", data.besluit) is None


async def test_a_schoolbrief_stands_with_its_decision_and_not_among_the_bijlagen(desk: Desk) -> None:
    data = arrangement(hulpvraag=desk.hulpvraag)
    await desk.sandbox.publish(taken(data))
    made = await told(desk.sandbox, data.besluit)
    assert (made["brief"], made["bij"]) == ("schoolbrief", "besluit")
    assert await desk.listed() == []
    assert (await desk.download(made["bijlage"])).content.startswith(b"%PDF-1.7")


async def test_a_refusal_gets_its_letter_and_a_decision_without_one_gets_none(desk: Desk) -> None:
    without = besluit(hulpvraag=desk.hulpvraag, brief=None, brief_bij=None)
    refused = besluit(hulpvraag=desk.hulpvraag, toegekend=False, categorie=None, begin=None, eind=None, registratie=None)
    await desk.sandbox.publish(taken(without), taken(refused))
    await told(desk.sandbox, refused.besluit)
    assert len(await desk.events(BriefGemaakt.TYPE)) == 1


async def test_a_decision_told_twice_gets_one_letter_and_a_corrected_one_another(desk: Desk) -> None:
    first = besluit(hulpvraag=desk.hulpvraag)
    event = taken(first)
    await desk.sandbox.publish(event, event, event.model_copy(update={"id": uuid4()}))
    made = await told(desk.sandbox, first.besluit)
    before = (await desk.download(made["bijlage"])).content
    second = first.model_copy(update={"versie": 2, "motivering": "Een verbeterde motivering."})
    await desk.sandbox.publish(taken(second))
    corrected = await told(desk.sandbox, first.besluit, versie=2)
    assert corrected["naam"] == "TLV-brief PO2507-26-00012 (versie 2).pdf"
    assert (await desk.download(made["bijlage"])).content == before
    assert (await desk.download(corrected["bijlage"])).content != before
    assert len(await desk.listed()) == 2
    assert len(await desk.events(BriefGemaakt.TYPE)) == 2


async def test_a_letter_that_is_there_already_is_the_letter(desk: Desk, shared_settings: Settings) -> None:
    data = besluit(hulpvraag=desk.hulpvraag)
    store = S3(shared_settings)
    async with store.opened():
        await store.upload(
            shared_settings.s3_bucket_brieven,
            f"{data.besluit}/1",
            BytesIO(PDF),
            mediatype="application/pdf",
            disposition="attachment",
            once=True,
        )
    await desk.sandbox.publish(taken(data))
    made = await told(desk.sandbox, data.besluit)
    assert made["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (await desk.download(made["bijlage"])).content == PDF


async def test_text_that_cannot_be_stored_or_shown_stops_no_letter(desk: Desk) -> None:
    data = besluit(motivering="nul\x00 beeld 😀 \ufffe einde", omschrijving="\u202eomgekeerd")
    await desk.sandbox.publish(taken(data))
    await told(desk.sandbox, data.besluit)


async def fetched(desk: Desk, sha256: str, swv: str = SWV) -> Any:
    """Ask for a letter as intake does for a connector; return what documents answers."""
    data = BriefOpgevraagd(swv=swv, aanvraag=uuid4(), aanbieder=CONNECTOR, hulpvraag=desk.hulpvraag, sha256=sha256)
    event = Event.about(data, subject=data.aanvraag, sequence=1)
    await desk.sandbox.publish(event, event)

    async def answer() -> Any:
        events = await desk.sandbox.published("documents", BriefVerstrekt.TYPE)
        mine = [event["data"] for event in events if event["data"]["aanvraag"] == str(data.aanvraag)]
        assert len(mine) <= 1
        return mine[0] if mine else None

    return await eventually(answer)


async def test_a_connector_gets_a_link_for_a_minute_to_either_kind_of_letter(desk: Desk) -> None:
    for data in (besluit(hulpvraag=desk.hulpvraag), arrangement(hulpvraag=desk.hulpvraag)):
        await desk.sandbox.publish(taken(data))
        made = await told(desk.sandbox, data.besluit)
        before = clock.now()
        link = (await fetched(desk, made["sha256"]))["brief"]
        assert (link["brief"], link["naam"], link["grootte"]) == (made["brief"], made["naam"], made["grootte"])
        assert datetime.fromisoformat(link["verloopt_op"]) - before < timedelta(seconds=65)
        url = urlsplit(link["url"])
        assert int(parse_qs(url.query)["X-Amz-Expires"][0]) <= 60
        assert str(data.besluit) in url.path
        assert not any(word in link["url"] for word in ("Noor", "Voorbeeld", "20014", "00012"))
        async with httpx.AsyncClient() as http:
            content = (await http.get(link["url"])).content
        assert hashlib.sha256(content).hexdigest() == made["sha256"]


async def test_each_letter_that_a_connector_fetches_or_asks_in_vain_is_in_the_log(desk: Desk) -> None:
    data = besluit(hulpvraag=desk.hulpvraag)
    await desk.sandbox.publish(taken(data))
    made = await told(desk.sandbox, data.besluit)
    await fetched(desk, made["sha256"])
    await fetched(desk, "0" * 64)
    log = "SELECT action FROM documents.audit_log WHERE subject = $1 AND actor = $2 ORDER BY id"
    async with desk.sandbox.connect() as connection:
        rows = await connection.fetch(log, str(desk.hulpvraag), CONNECTOR)
    assert [row["action"] for row in rows] == ["brief.verstrekt", "brief.onbekend"]


async def test_no_other_letter_no_file_and_nothing_of_another_swv_is_handed_out(desk: Desk) -> None:
    event = await desk.bring(("plan.pdf", PDF))
    (clean,) = (await desk.told(event.data.batch))["schoon"]
    data = besluit(hulpvraag=desk.hulpvraag)
    await desk.sandbox.publish(taken(data))
    made = await told(desk.sandbox, data.besluit)
    stranger = Desk(desk.sandbox, desk.http)
    answers = [
        await fetched(desk, clean["sha256"]),
        await fetched(stranger, made["sha256"]),
        await fetched(desk, made["sha256"], swv="PO00YY"),
    ]
    assert [answer.get("brief") for answer in answers] == [None, None, None]


async def test_while_s3_is_away_letters_and_files_wait_and_all_drains_by_itself(
    sandbox: Sandbox, clamav: ClamAV, server_folder: Path
) -> None:
    s3 = SeaweedFS(server_folder / f"s3-{sandbox.name}")
    s3.start()
    try:
        made = documents.settings(sandbox, s3, clamav)
        service = make_service(made)
        await service.objects.prepare()
        async with running(service) as http:
            desk = Desk(sandbox, http)
            (slot,) = await desk.slots([("plan.pdf", PDF)])
            assert await desk.upload(slot, PDF) == 204
            s3.kill()
            offer, data = desk.offer(slot), besluit(hulpvraag=desk.hulpvraag)
            await sandbox.publish(offer, taken(data))

            async def tried() -> bool:
                async with sandbox.connect() as connection:
                    tables = ("bijlage", "brief")
                    tries = [await connection.fetchval(f"SELECT max(pogingen) FROM documents.{table}") for table in tables]
                    return all(count is not None and count > 1 for count in tries)

            await eventually(tried, within=30)
            assert (await http.get("/health/live")).status_code == 200
            assert [item["staat"] for item in await desk.listed()] == ["wordt gescand"]
            s3.start()
            await told(sandbox, data.besluit)
            assert (await desk.told(offer.data.batch))["schoon"]
    finally:
        s3.kill()
