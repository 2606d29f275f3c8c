"""From a slot to a download, and every way in which a file is refused."""

import hashlib
import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from documents.adapters.s3 import S3
from documents.main import make_service
from documents.settings import Settings
from schakel_local.clamav import ClamAV, eicar
from schakel_local.seaweed import SeaweedFS
from shared import clock
from shared.contracts.documents import BijlagenToegevoegd, UploadslotsUitgegeven
from shared.contracts.intake import UploadslotsGevraagd
from shared.envelope import Event
from support import documents
from support.documents import CONNECTOR, PDF, SWV, Desk, bestand, docx, zipped
from support.sandbox import Sandbox, eventually, running, token_for


async def test_a_file_travels_from_a_slot_through_the_scan_to_a_download(desk: Desk) -> None:
    content = PDF + os.urandom(300_000)
    event = await desk.bring(("OPP Noor Voorbeeld – één.pdf", content))
    told = await desk.told(event.data.batch)
    (clean,) = told["schoon"]
    assert clean["sha256"] == hashlib.sha256(content).hexdigest()
    assert clean["mediatype"] == "application/pdf"
    assert told["hulpvraag"] == str(desk.hulpvraag)
    (listed,) = await desk.listed()
    assert (listed["staat"], listed["scan"]) == ("beschikbaar", "schoon")
    answer = await desk.download(clean["bijlage"])
    assert answer.content == content
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith('attachment; filename="OPP Noor Voorbeeld')
    assert "Noor" not in str(answer.url)


async def test_viruses_and_disguises_are_refused_and_the_rest_of_the_batch_is_not(desk: Desk) -> None:
    files = [
        ("brief.txt", b"hallo " + eicar()),
        ("verslag.docx", docx({"word/media/plaatje.png": eicar()})),
        ("gewoon.txt", b"gewoon een tekst"),
        ("plan.pdf", b"MZ" + bytes(100)),
        ("foto.jpg", b"<html></html>"),
        ("bestand.docx", zipped({"a.txt": b"a"})),
    ]
    event = await desk.bring(*files)
    told = await desk.told(event.data.batch)
    assert [item["naam"] for item in told["schoon"]] == ["gewoon.txt"]
    assert {item["naam"]: item["regel"] for item in told["geweigerd"]} == {
        "brief.txt": "virus",
        "verslag.docx": "virus",
        "plan.pdf": "inhoud",
        "foto.jpg": "inhoud",
        "bestand.docx": "inhoud",
    }
    refused = next(item for item in await desk.listed() if item["regel"] == "virus")
    assert "virusscanner" in refused["bericht"]
    assert (await desk.download(refused["bijlage"])).status_code == 409


async def test_files_that_were_not_uploaded_or_changed_on_the_way_are_refused(desk: Desk, shared_settings: Settings) -> None:
    names = ("niet.pdf", "anders.pdf", "korter.pdf", "langer.pdf")
    never, other, shorter, longer = await desk.slots([(name, PDF) for name in names])
    assert await desk.upload(other, PDF[:-5] + b"XXXX\n") == 204
    assert await desk.upload(shorter, PDF[:-1]) == 400
    store, bucket = S3(shared_settings), shared_settings.s3_bucket_uploads
    async with store.opened():  # as a store that does not hold to the policy would have it
        for slot, content in ((shorter, PDF[:-1]), (longer, PDF + b"x")):
            key = slot["uploadslot"]
            await store.upload(bucket, key, BytesIO(content), mediatype="x/x", disposition="attachment")
    event = desk.offer(never, other, shorter, longer)
    await desk.sandbox.publish(event)
    told = await desk.told(event.data.batch)
    assert [item["regel"] for item in told["geweigerd"]] == ["niet-geupload", "controlegetal", "grootte", "grootte"]


async def test_slots_that_are_expired_used_foreign_or_unknown_are_refused(desk: Desk) -> None:
    used, twice, late = await desk.slots([("gebruikt.pdf", PDF), ("dubbel.pdf", PDF), ("laat.pdf", PDF)])
    (foreign,) = await desk.slots([("Plan van een ander.pdf", PDF)], aanbieder="connector:esis")
    for slot in (used, twice, late, foreign):
        assert await desk.upload(slot, PDF) == 204
    first = desk.offer(used)
    await desk.sandbox.publish(first)
    await desk.told(first.data.batch)
    second = desk.offer(used, twice, twice, foreign, uuid4())
    await desk.sandbox.publish(second)
    told = await desk.told(second.data.batch)
    assert [item["naam"] for item in told["schoon"]] == ["dubbel.pdf"]
    rules = [item["regel"] for item in told["geweigerd"]]
    assert rules == ["uploadslot-gebruikt", "uploadslot-gebruikt", "uploadslot-onbekend", "uploadslot-onbekend"]
    assert "Plan van een ander" not in str(told)
    third = desk.offer(late)
    third = third.model_copy(update={"time": clock.now() + timedelta(hours=2)})
    await desk.sandbox.publish(third)
    assert [item["regel"] for item in (await desk.told(third.data.batch))["geweigerd"]] == ["uploadslot-verlopen"]


async def test_a_connector_hears_at_once_which_files_get_no_slot(desk: Desk) -> None:
    asked = uuid4()
    good = bestand("goed.pdf", PDF).model_copy(update={"bijlagesoort": "opp"})
    bestanden = (
        bestand("virus.exe", b"MZ"),
        good,
        bestand("ander.pdf", PDF),
        bestand("virus.exe", b"MZ"),
        bestand("../plan.pdf", PDF),
        bestand("leeg.pdf", b""),
    )
    data = UploadslotsGevraagd(swv=SWV, aanvraag=asked, aanbieder=CONNECTOR, bestanden=bestanden)
    await desk.sandbox.publish(Event.about(data, subject=asked, sequence=1))

    async def answered() -> list[dict[str, Any]]:
        found = await desk.sandbox.published("documents", UploadslotsUitgegeven.TYPE)
        return [event for event in found if event["subject"] == str(asked)]

    (event,) = await eventually(answered)
    named = [(slot["naam"], slot.get("bijlagesoort")) for slot in event["data"]["uploadslots"]]
    assert named == [("goed.pdf", "opp"), ("ander.pdf", None)]
    rules = [item["regel"] for item in event["data"]["geweigerd"]]
    assert rules == ["extensie", "extensie", "naam-pad", "leeg-bestand"]


async def test_a_batch_is_told_of_once_however_often_it_is_delivered(desk: Desk) -> None:
    event = await desk.bring(*((f"deel {n}.txt", f"deel {n}".encode()) for n in range(5)))
    again = event.model_copy(update={"id": uuid4()})
    await desk.sandbox.publish(event, again, event, again)
    told = await desk.told(event.data.batch)
    assert [item["naam"] for item in told["schoon"]] == [f"deel {n}.txt" for n in range(5)]

    async def handled() -> bool:
        async with desk.sandbox.connect() as connection:
            query = "SELECT count(*) = 2 FROM documents.inbox WHERE message_id = ANY($1::uuid[])"
            return bool(await connection.fetchval(query, [event.id, again.id]))

    await eventually(handled)
    assert len(await desk.events(BijlagenToegevoegd.TYPE)) == 1


async def test_the_event_of_a_batch_continues_the_chain_it_was_offered_in(desk: Desk) -> None:
    event = await desk.bring(("plan.pdf", PDF))
    await desk.told(event.data.batch)
    (told,) = await desk.events(BijlagenToegevoegd.TYPE)
    assert (told["correlationid"], told["causationid"]) == (str(event.correlationid), str(event.id))
    assert told["subject"] == str(desk.hulpvraag)


async def test_without_the_scanner_a_file_waits_and_goes_on_when_it_is_back(
    sandbox: Sandbox, seaweed: SeaweedFS, server_folder: Path
) -> None:
    scanner = ClamAV(server_folder / f"clamav-{sandbox.name}", signatures=None)
    scanner.start()
    try:
        made = documents.settings(sandbox, seaweed, scanner)
        service = make_service(made)
        await service.objects.prepare()
        async with running(service) as http:
            desk = Desk(sandbox, http)
            scanner.kill()
            event = await desk.bring(("plan.pdf", PDF), ("virus.txt", eicar()))

            async def tried() -> bool:
                async with sandbox.connect() as connection:
                    return bool(await connection.fetchval("SELECT count(*) = 2 FROM documents.bijlage WHERE claim IS NULL"))

            await eventually(tried)
            assert {item["staat"] for item in await desk.listed()} == {"wordt gescand"}
            waiting = (await desk.listed())[0]["bijlage"]
            assert (await desk.download(waiting)).status_code == 409
            assert await sandbox.published("documents", BijlagenToegevoegd.TYPE) == []
            scanner.start()
            told = await desk.told(event.data.batch)
            assert [item["naam"] for item in told["schoon"]] == ["plan.pdf"]
            assert [item["regel"] for item in told["geweigerd"]] == ["virus"]
    finally:
        scanner.kill()


async def test_an_operator_without_a_scanner_says_so_and_every_bijlage_shows_it(
    sandbox: Sandbox, seaweed: SeaweedFS, clamav: ClamAV
) -> None:
    service = make_service(documents.settings(sandbox, seaweed, clamav, scanner="none"))
    await service.objects.prepare()
    async with running(service) as http:
        desk = Desk(sandbox, http)
        await desk.told((await desk.bring(("plan.pdf", PDF))).data.batch)
        (listed,) = await desk.listed()
        assert (listed["staat"], listed["scan"]) == ("beschikbaar", "niet gescand")
        assert (await http.get("/scanner")).status_code == 401
        told = await http.get("/scanner", headers=token_for(desk.actor, "documents"))
        assert told.json() == {"scanner": "none"}


async def test_every_step_stands_in_the_audit_log(desk: Desk) -> None:
    event = await desk.bring(("plan.pdf", PDF))
    (clean,) = (await desk.told(event.data.batch))["schoon"]
    await desk.listed()
    await desk.download(clean["bijlage"])
    async with desk.sandbox.connect() as connection:
        query = "SELECT action, subject, actor, details FROM documents.audit_log WHERE subject = $1 ORDER BY id"
        rows = await connection.fetch(query, str(desk.hulpvraag))
    found = [(row["action"], row["subject"], row["actor"]) for row in rows]
    person, hulpvraag = str(desk.actor.sub), str(desk.hulpvraag)
    assert found == [
        ("bijlagen.aangeboden", hulpvraag, CONNECTOR),
        ("bijlage.beschikbaar", hulpvraag, None),
        ("bijlagen.bekeken", hulpvraag, person),
        ("bijlage.gedownload", hulpvraag, person),
    ]
    assert "plan.pdf" not in str([row["details"] for row in rows])
