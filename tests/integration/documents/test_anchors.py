"""Heads of audit logs in S3: told by each service, and stored where no owner of a database can write."""

import asyncio
import signal
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from minio import Minio
from minio.error import S3Error

from documents.main import make_service
from documents.settings import Settings
from schakel_local.seaweed import Keys, SeaweedFS
from shared import anchors, audit, clock
from shared.contracts.every_service import LogboekVerzegeld
from shared.database import Database
from shared.envelope import Event
from support.cli import Ran, schakel
from support.documents import processes
from support.sandbox import SERVICES, Sandbox, eventually, running


class Office:
    """notify writes its log and tells its head; documents stores it; someone verifies, and someone else owns the database."""

    def __init__(self, sandbox: Sandbox, settings: Settings, seaweed: SeaweedFS) -> None:
        self.sandbox, self.seaweed, self.bucket = sandbox, seaweed, settings.s3_bucket_logboek
        self.database = Database(sandbox.database_url("notify"))

    async def act(self, *subjects: str) -> None:
        for subject in subjects:
            async with self.database.transaction() as tx:
                tx.audit("dossier.bekeken", subject=subject, actor="account-1")
            async with self.database.transaction() as tx:
                await audit.seal(tx.connection)

    async def tell(self) -> None:
        """Tell the head of notify, and bring what its relay would send."""
        async with self.database.transaction() as tx:
            assert await anchors.tell_head(tx, "notify", every=timedelta(0))
        (*_, told) = await self.sandbox.published("notify", LogboekVerzegeld.TYPE)
        await self.sandbox.publish(Event[LogboekVerzegeld].model_validate(told))
        await eventually(lambda: self.is_stored(f"notify/{told['data']['blok']}-{told['data']['hash']}"))

    async def is_stored(self, key: str) -> bool:
        return key in {item.object_name for item in self.client(None).list_objects(self.bucket, recursive=True)}

    def client(self, keys: Keys | None) -> Minio:
        found = keys or self.seaweed.keys("admin")
        return Minio(self.seaweed.endpoint, found.access_key, found.secret_key, secure=False, region="us-east-1")

    async def verify(self) -> Ran:
        keys = self.seaweed.allow("auditor", [f"Read:{self.bucket}/*", f"List:{self.bucket}"])
        urls = {f"SCHAKEL_{name.replace('-', '_').upper()}_DATABASE_URL": self.sandbox.database_url(name) for name in SERVICES}
        s3 = {"SCHAKEL_S3_ENDPOINT": self.seaweed.url, "SCHAKEL_S3_BUCKET_LOGBOEK": self.bucket}
        auditor = {"SCHAKEL_AUDITOR_ACCESS_KEY": keys.access_key, "SCHAKEL_AUDITOR_SECRET_KEY": keys.secret_key}
        return await schakel("audit", "verify", **urls, **s3, **auditor)

    async def owner(self, *statements: str) -> None:
        async with self.sandbox.connect() as connection:
            for statement in statements:
                await connection.execute(statement)


@pytest.fixture
async def office(sandbox: Sandbox, settings: Settings, seaweed: SeaweedFS) -> AsyncIterator[Office]:
    async with running(make_service(settings)):
        found = Office(sandbox, settings, seaweed)
        await found.database.connect()
        await found.act("zaak-1", "zaak-2", "zaak-3")
        await found.tell()
        yield found
        await found.database.close()


async def test_a_log_that_nobody_touched_fits_the_heads_in_s3(office: Office) -> None:
    await office.act("zaak-4")
    await office.tell()
    ran = await office.verify()
    assert ran.code == 0, ran
    assert "notify       4 blocks, 4 entries, 0 unsealed, kept up to block 4  whole" in ran.out


async def test_an_owner_who_cuts_off_the_end_shows_by_the_heads_in_s3(office: Office) -> None:
    await office.owner(
        "DELETE FROM notify.audit_log WHERE subject = 'zaak-3'", "DELETE FROM notify.audit_block WHERE number = 3"
    )
    ran = await office.verify()
    assert (ran.code, "CUT OFF: block 3 is gone" in ran.out) == (1, True), ran


async def test_an_owner_who_writes_the_chain_anew_and_tells_it_anew_shows_by_the_heads_in_s3(office: Office) -> None:
    await office.owner("DELETE FROM notify.audit_log", "DELETE FROM notify.audit_block", "DELETE FROM notify.audit_told")
    await office.act("zaak-1", "zaak-9", "zaak-3")
    await office.tell()
    ran = await office.verify()
    assert (ran.code, "REWRITTEN: block 3 is not the one that was kept" in ran.out) == (1, True), ran


async def test_a_head_that_was_stored_cannot_be_removed_or_replaced(office: Office) -> None:
    client = office.client(None)
    (stored,) = client.list_objects(office.bucket, "notify/", recursive=True, include_version=True)
    assert stored.object_name
    with pytest.raises(S3Error, match=r"AccessDenied|WORM"):
        client.remove_object(office.bucket, stored.object_name, version_id=stored.version_id)
    client.remove_object(office.bucket, stored.object_name)
    await office.owner(
        "DELETE FROM notify.audit_log WHERE subject = 'zaak-3'", "DELETE FROM notify.audit_block WHERE number = 3"
    )
    assert "CUT OFF" in (await office.verify()).out, "a delete marker hides it from a listing, and not from who verifies"


@pytest.mark.timeout(120)
async def test_killed_before_and_after_it_stored_a_head_it_stores_it_once(
    sandbox: Sandbox, settings: Settings, seaweed: SeaweedFS
) -> None:
    async with running(make_service(settings)):
        told = LogboekVerzegeld(dienst="notify", blok=1, hash="ab" * 32, verzegeld_op=clock.now())
    await sandbox.publish(Event.about(told, subject="logboek:notify", sequence=1))
    for point in ("anchor.before-put", "anchor.after-put"):
        with processes(settings, point) as (dying,):
            assert await asyncio.to_thread(dying.wait, 40) == -signal.SIGKILL, point
    office = Office(sandbox, settings, seaweed)
    async with running(make_service(settings)), sandbox.connect() as connection:
        query = "SELECT count(*) FROM documents.anker WHERE opgeslagen_op IS NOT NULL"
        await eventually(lambda: connection.fetchval(query))
    found = list(office.client(None).list_objects(office.bucket, recursive=True, include_version=True))
    assert [item.object_name for item in found] == [f"notify/1-{'ab' * 32}"]


async def test_a_service_tells_its_own_head(sandbox: Sandbox, settings: Settings) -> None:
    database = Database(sandbox.database_url("documents"))
    await database.connect()
    async with database.transaction() as tx:
        tx.audit("bijlagen.bekeken", subject="zaak-1")
    async with database.transaction() as tx:
        await audit.seal(tx.connection)
    await database.close()
    async with running(make_service(settings.model_copy(update={"anchor_every": 0.001}))):
        (told,) = await eventually(lambda: sandbox.published("documents", LogboekVerzegeld.TYPE))
    assert (told["data"]["dienst"], told["data"]["blok"]) == ("documents", 1)


async def test_a_head_is_told_once_and_not_before_its_time(sandbox: Sandbox) -> None:
    database = Database(sandbox.database_url("notify"))
    await database.connect()
    async with database.transaction() as tx:
        assert not await anchors.tell_head(tx, "notify", every=timedelta(0)), "there is nothing to tell"
        tx.audit("dossier.bekeken", subject="zaak-1")
    async with database.transaction() as tx:
        await audit.seal(tx.connection)
        assert not await anchors.tell_head(tx, "notify", every=timedelta(hours=1))
        assert await anchors.tell_head(tx, "notify", every=timedelta(0))
        assert not await anchors.tell_head(tx, "notify", every=timedelta(0))
    await database.close()
