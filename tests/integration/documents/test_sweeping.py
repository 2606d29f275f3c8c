"""What belongs to no row goes after its time; what a row needs never goes; what is missing is reported."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

from documents.adapters.s3 import S3
from documents.main import Documents, make_service
from documents.metrics import MISSING
from documents.settings import Settings
from documents.usecases import sweeping
from shared import clock
from shared.contracts.documents import BriefGemaakt
from shared.envelope import Event
from support.documents import PDF, Desk, besluit, faults
from support.sandbox import Sandbox, eventually, running

WEEK = timedelta(days=7)


async def keys(store: S3, bucket: str) -> set[str]:
    return {item.key async for page in store.listed(bucket) for item in page}


async def put(store: S3, bucket: str, key: str) -> None:
    await store.upload(bucket, key, BytesIO(PDF), mediatype="application/pdf", disposition="attachment")


async def sweep(service: Documents) -> None:
    pool = service.database.pool
    await sweeping.clear_judged(pool, service.objects, service.buckets)
    await sweeping.clear_expired(pool, service.objects, service.buckets, age=WEEK)
    await sweeping.inspect(pool, service.objects, service.buckets, age=WEEK)


async def test_orphans_go_after_a_week_and_nothing_else_ever_does(sandbox: Sandbox, settings: Settings) -> None:
    service = make_service(settings)
    store, buckets = service.objects, service.buckets
    async with running(service) as http:
        desk = Desk(sandbox, http)
        event = await desk.bring(("plan.pdf", PDF))
        (clean,) = (await desk.told(event.data.batch))["schoon"]
        decision = besluit(hulpvraag=desk.hulpvraag)
        await sandbox.publish(Event.about(decision, subject=decision.hulpvraag, sequence=1))
        await eventually(lambda: sandbox.published("documents", BriefGemaakt.TYPE))
        (open_slot,) = await desk.slots([("later.pdf", PDF)])
        assert await desk.upload(open_slot, PDF) == 204
        orphans = {buckets.uploads: str(uuid4()), buckets.bijlagen: "iets anders"}
        for bucket, key in orphans.items():
            await put(store, bucket, key)
        await put(store, buckets.bijlagen, str(uuid4()))
        await sweep(service)
        assert set(orphans.values()) <= await keys(store, buckets.uploads) | await keys(store, buckets.bijlagen)
        with clock.use(lambda: clock._wall() + WEEK + timedelta(minutes=1)):
            await sweep(service)
        assert await keys(store, buckets.bijlagen) == {clean["bijlage"]}
        assert await keys(store, buckets.uploads) == {open_slot["uploadslot"]}
        with clock.use(lambda: clock._wall() + WEEK + timedelta(hours=2)):
            await sweep(service)
        assert await keys(store, buckets.uploads) == set()
        assert await keys(store, buckets.brieven) == {f"{decision.besluit}/1"}
        assert await faults(sandbox, settings) == []
        async with sandbox.connect() as connection:
            assert await connection.fetchval("SELECT count(*) FROM documents.uploadslot") == 0


async def test_an_upload_that_waits_for_the_scanner_is_kept_however_old(sandbox: Sandbox, settings: Settings) -> None:
    service = make_service(settings.model_copy(update={"clamd_port": 9}))
    async with running(service) as http:
        desk = Desk(sandbox, http)
        await desk.bring(("plan.pdf", PDF))
        await eventually(desk.listed)
        with clock.use(lambda: clock._wall() + timedelta(days=400)):
            await sweep(service)
        assert len(await keys(service.objects, service.buckets.uploads)) == 1
        assert [item["staat"] for item in await desk.listed()] == ["wordt gescand"]


async def test_a_bijlage_whose_object_is_gone_or_changed_is_counted(sandbox: Sandbox, settings: Settings) -> None:
    service = make_service(settings)
    async with running(service) as http:
        desk = Desk(sandbox, http)
        event = await desk.bring(("een.pdf", PDF), ("twee.pdf", PDF), ("drie.pdf", PDF))
        told = await desk.told(event.data.batch)
        gone, changed, _ = (item["bijlage"] for item in told["schoon"])
        bucket = service.buckets.bijlagen
        with clock.use(lambda: clock._wall() + WEEK + timedelta(minutes=1)):
            await sweep(service)
            assert MISSING.labels(bucket)._value.get() == 0
            await service.objects.delete(bucket, gone)
            await service.objects.upload(bucket, changed, BytesIO(b"kort"), mediatype="x/x", disposition="attachment")
            await sweep(service)
        assert MISSING.labels(bucket)._value.get() == 2
