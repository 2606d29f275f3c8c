"""A hulpvraag that is erased after its term: rows, every version of every object, once told; also when killed in between."""

import asyncio
import signal
from uuid import uuid4

import pytest
from minio import Minio

from documents.main import make_service
from documents.settings import Settings
from schakel_local.seaweed import SeaweedFS
from shared import clock, failpoints
from shared.contracts.documents import BriefGemaakt
from shared.contracts.every_service import VernietigingBevestigd
from shared.contracts.workflow import DossierVernietigd
from shared.envelope import Event
from support.documents import PDF, SWV, Desk, besluit, processes
from support.sandbox import Sandbox, eventually, running

POINTS = sorted((name for name in failpoints.known() if name.startswith("erasure.")), reverse=True)
"""In the order in which they are passed."""


def left(seaweed: SeaweedFS, settings: Settings) -> list[str]:
    client = Minio(seaweed.endpoint, seaweed.access_key, seaweed.secret_key, secure=False, region="us-east-1")
    buckets = (settings.s3_bucket_uploads, settings.s3_bucket_bijlagen, settings.s3_bucket_brieven)
    found = [item for bucket in buckets for item in client.list_objects(bucket, recursive=True, include_version=True)]
    return [str(item.object_name) for item in found if not item.is_delete_marker]


async def filled(sandbox: Sandbox, settings: Settings) -> Desk:
    """A hulpvraag with a bijlage and a letter, under its lock."""
    async with running(make_service(settings)) as http:
        desk = Desk(sandbox, http)
        (slot,) = await desk.slots([("plan.pdf", PDF)])
        assert await desk.upload(slot, PDF) == 204
        offer = desk.offer(slot)
        decision = besluit(hulpvraag=desk.hulpvraag)
        await sandbox.publish(offer, Event.about(decision, subject=desk.hulpvraag, sequence=1))
        await desk.told(offer.data.batch)
        await eventually(lambda: desk.events(BriefGemaakt.TYPE))
    return desk


def erased(desk: Desk) -> Event[DossierVernietigd]:
    data = DossierVernietigd(
        swv=SWV, hulpvraag=desk.hulpvraag, dossiernummer=desk.dossiernummer, vernietiging=uuid4(), op=clock.now()
    )
    return Event.about(data, subject=f"vernietiging:{data.vernietiging}", sequence=1)


@pytest.mark.timeout(180)
async def test_killed_at_every_point_it_is_erased_and_told_once(
    sandbox: Sandbox, settings: Settings, seaweed: SeaweedFS
) -> None:
    desk = await filled(sandbox, settings)
    assert len(left(seaweed, settings)) == 2, "a bijlage and a letter"
    await sandbox.publish(erased(desk))
    for point in POINTS:
        with processes(settings, point) as (dying,):
            assert await asyncio.to_thread(dying.wait, 40) == -signal.SIGKILL, point
    async with running(make_service(settings)):
        told = await eventually(lambda: sandbox.published("documents", VernietigingBevestigd.TYPE))
    assert len(told) == 1
    assert (told[0]["data"]["dienst"], told[0]["data"]["aantallen"]["brief"]) == ("documents", 1)
    assert left(seaweed, settings) == []
    async with sandbox.connect() as connection:
        for table in ("bijlage", "batch", "brief", "uploadslot"):
            assert await connection.fetchval(f"SELECT count(*) FROM documents.{table}") == 0, table


async def test_what_is_not_marked_cannot_be_erased_by_the_service(sandbox: Sandbox, settings: Settings) -> None:
    desk = await filled(sandbox, settings)
    service = make_service(settings)
    async with running(service):
        with pytest.raises(Exception, match="is not marked to be erased"):
            await service.database.pool.fetchval("SELECT vernietig($1)", desk.hulpvraag)
        with pytest.raises(Exception, match="permission denied"):
            await service.database.pool.execute("DELETE FROM bijlage")
